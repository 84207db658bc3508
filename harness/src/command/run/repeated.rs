//! `--repeat N`: the same case once more, and whether it comes out the same. Of a program that depends on chance,
//! or on how busy the machine is, one run says little.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

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

/// Repetitions with the same verdicts, of which the canonical trace is another. A client may have its reasons, such
/// as a timer of its own, so nothing fails for it.
#[derive(Debug)]
pub(super) struct OtherTrace {
    /// The first of them, from 2.
    run: u32,
    of: u32,
    /// How many there are.
    count: u32,
    /// Where the trace of the first lies.
    folder: PathBuf,
}

impl Work<'_> {
    /// Plays a case as often as was asked for, and keeps its worst run. Repetitions that came out the same leave
    /// nothing behind.
    pub(super) fn play_again(&self, scenario: &Scenario, first: Played) -> Result<Played, Trouble> {
        let mut kept = first;
        let of = self.options.repeat;
        if of < 2 {
            return Ok(kept);
        }
        let first = kept.verdicts.clone();
        let first_form = form(&self.prepared.folder.path().join(&scenario.id));
        for run in 2..=of {
            let folder = format!("repeated/{run}/{}", scenario.id);
            let again = self.play_in(scenario, &folder)?;
            let folder = self.prepared.folder.path().join(folder);
            if again.verdicts == first {
                if form(&folder) != first_form {
                    if let Some(other) = &mut kept.other_trace {
                        other.count += 1;
                    } else {
                        kept.other_trace = Some(OtherTrace {
                            run,
                            of,
                            count: 1,
                            folder,
                        });
                        continue;
                    }
                }
                // what stays costs room, and nothing else
                let _ = fs::remove_dir_all(&folder);
                continue;
            }
            let differ = differing(&first, &again.verdicts);
            let mut otherwise = std::mem::take(&mut kept.otherwise);
            let other_trace = kept.other_trace.take();
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
            kept.other_trace = other_trace;
        }
        Ok(kept)
    }
}

/// The canonical trace of a run, if it is there.
fn form(folder: &Path) -> Option<Vec<u8>> {
    fs::read(folder.join("canonical.jsonl")).ok()
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

impl Say for OtherTrace {
    fn text(&self, lang: Lang) -> String {
        let Self {
            run,
            of,
            count,
            folder,
        } = self;
        let folder = folder.display();
        lang.pick(
            format!("  ≈ {of} 回中 {count} 回は、判定は同じで正規化記録が 1 回目と違います (初めは {run} 回目、記録: {folder})"),
            format!("  ≈ {count} of {of} runs have the same verdicts and another canonical trace than the first (run {run} was one, traces: {folder})"),
        )
    }
}
