//! `--repeat N`: the same case once more, and whether it comes out the same. Of a program that depends on chance,
//! or on how busy the machine is, one run says little.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say};

use super::work::{Played, Work};
use crate::command::trouble::Trouble;

/// A repetition that came out otherwise than the first run of its case.
#[derive(Debug)]
pub(super) struct Otherwise {
    /// Which run it was, from 2.
    run: u32,
    of: u32,
    /// The requirements with two outcomes: what came first, and what then.
    differ: Vec<(String, &'static str, &'static str)>,
    /// Where its trace lies.
    folder: PathBuf,
}

impl Work<'_> {
    /// Plays a case as often as was asked for, and keeps its worst run. Repetitions that came out the same leave
    /// nothing behind.
    pub(super) fn play_again(&self, scenario: &Scenario, first: Played) -> Result<Played, Trouble> {
        let mut kept = first;
        let first = kept.verdicts.clone();
        let of = self.options.repeat;
        for run in 2..=of {
            let folder = format!("repeated/{run}/{}", scenario.id);
            let again = self.play_in(scenario, &folder)?;
            let folder = self.prepared.folder.path().join(folder);
            if again.verdicts == first {
                // what stays costs room, and nothing else
                let _ = fs::remove_dir_all(&folder);
                continue;
            }
            let differ = differing(&first, &again.verdicts);
            let mut otherwise = std::mem::take(&mut kept.otherwise);
            otherwise.push(Otherwise {
                run,
                of,
                differ,
                folder,
            });
            if again.verdicts.overall() > kept.verdicts.overall() {
                kept = again;
            }
            kept.otherwise = otherwise;
        }
        Ok(kept)
    }
}

/// Requirements of which two runs say something else.
fn differing(first: &Verdicts, then: &Verdicts) -> Vec<(String, &'static str, &'static str)> {
    let words = |verdicts: &Verdicts| -> BTreeMap<String, &'static str> {
        let all = verdicts.verdicts.iter();
        all.map(|verdict| (verdict.requirement.clone(), word(&verdict.outcome)))
            .collect()
    };
    let (first, then) = (words(first), words(then));
    let names = first
        .keys()
        .chain(then.keys().filter(|name| !first.contains_key(*name)));
    let pair = |name: &String| {
        let of = |words: &BTreeMap<String, &'static str>| words.get(name).copied().unwrap_or("-");
        (name.clone(), of(&first), of(&then))
    };
    names
        .map(pair)
        .filter(|(_, first, then)| first != then)
        .collect()
}

const fn word(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail(_) => "fail",
        Outcome::Inconclusive { .. } => "inconclusive",
        Outcome::NotApplicable { .. } => "not applicable",
        Outcome::Error { .. } => "error",
    }
}

impl Say for Otherwise {
    fn text(&self, lang: Lang) -> String {
        let Self {
            run,
            of,
            differ,
            folder,
        } = self;
        let folder = folder.display();
        let differ: Vec<_> = differ
            .iter()
            .map(|(requirement, first, then)| format!("{requirement}: {first} → {then}"))
            .collect();
        let differ = match differ.as_slice() {
            [] => lang.pick("内容", "what was found").to_owned(),
            all => all.join(", "),
        };
        lang.pick(
            format!("  ≠ {of} 回中 {run} 回目の判定が 1 回目と違います: {differ} (記録: {folder})"),
            format!("  ≠ run {run} of {of} came out otherwise than the first: {differ} (traces: {folder})"),
        )
    }
}
