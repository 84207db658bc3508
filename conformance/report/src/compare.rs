//! Two reports side by side: what became worse, what became better, what came and went.

use std::collections::BTreeMap;

use madoguchi_judge::verdict::Verdict;
use madoguchi_terms::Lang;

use super::json::Report;
use super::overview::Mark;

/// Case (scenario and profile) and requirement.
type Place = (String, String);

/// A verdict that is another than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The case.
    pub case: String,
    /// The requirement.
    pub requirement: String,
    /// The mark before; none where the case did not say anything of it.
    pub before: Option<Mark>,
    /// The mark after.
    pub after: Option<Mark>,
}

/// How one report differs from an earlier one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Comparison {
    /// Verdicts that count against the client and did not before.
    pub worse: Vec<Change>,
    /// Verdicts that counted against it and do no more.
    pub better: Vec<Change>,
    /// Other differences.
    pub other: Vec<Change>,
    /// Cases that only the earlier report has.
    pub gone: Vec<String>,
    /// Cases that only the later report has.
    pub new: Vec<String>,
}

impl Comparison {
    /// Compares. Cases are the same where scenario and profile are.
    #[must_use]
    pub fn new(before: &Report, after: &Report) -> Self {
        let (old, new) = (marks(before), marks(after));
        let (old_cases, new_cases) = (cases(before), cases(after));
        let missing = |from: &[String], of: &[String]| {
            let absent = from.iter().filter(|case| !of.contains(case));
            absent.cloned().collect::<Vec<_>>()
        };
        let mut comparison = Self {
            gone: missing(&old_cases, &new_cases),
            new: missing(&new_cases, &old_cases),
            ..Self::default()
        };
        let mut places: Vec<&Place> = old.keys().chain(new.keys()).collect();
        places.sort();
        places.dedup();
        for place in places {
            let (was, is) = (old.get(place), new.get(place));
            let bad = |found: Option<&(Mark, bool)>| found.is_some_and(|(_, bad)| *bad);
            let mark = |found: Option<&(Mark, bool)>| found.map(|(mark, _)| *mark);
            let change = Change {
                case: place.0.clone(),
                requirement: place.1.clone(),
                before: mark(was),
                after: mark(is),
            };
            if comparison.gone.contains(&place.0) {
                continue;
            }
            match (bad(was), bad(is)) {
                (false, true) => comparison.worse.push(change),
                (true, false) => comparison.better.push(change),
                _ if mark(was) != mark(is) && was.is_some() => comparison.other.push(change),
                _ => {}
            }
        }
        comparison
    }

    /// Whether nothing that was right is wrong now. A case that is gone shows nothing any more.
    #[must_use]
    pub fn holds(&self) -> bool {
        self.worse.is_empty() && self.gone.is_empty()
    }

    /// The comparison in lines, worst first.
    #[must_use]
    pub fn in_words(&self, lang: Lang) -> String {
        let mut text = String::new();
        let changes = [
            (lang.pick("悪化", "worse"), &self.worse),
            (lang.pick("改善", "better"), &self.better),
            (lang.pick("その他の変化", "other changes"), &self.other),
        ];
        for (title, list) in changes {
            text += &format!("{title}: {}\n", list.len());
            for change in list {
                let sign = |mark: Option<Mark>| mark.map_or(" ", Mark::sign);
                let (before, after) = (sign(change.before), sign(change.after));
                text += &format!(
                    "  {before} → {after}  {}  {}\n",
                    change.case, change.requirement
                );
            }
        }
        let cases = [
            (
                lang.pick("なくなった試験項目", "cases that are gone"),
                &self.gone,
            ),
            (lang.pick("増えた試験項目", "new cases"), &self.new),
        ];
        for (title, list) in cases {
            if !list.is_empty() {
                text += &format!("{title}: {}\n  {}\n", list.len(), list.join("\n  "));
            }
        }
        text
    }
}

fn case_name(case: &madoguchi_judge::verdict::Verdicts) -> String {
    format!("{} [{}]", case.scenario, case.profile.name)
}

fn cases(report: &Report) -> Vec<String> {
    let mut cases: Vec<String> = report.cases.iter().map(case_name).collect();
    cases.sort();
    cases.dedup();
    cases
}

/// The mark of each place and whether it counts against the client; where a case stands in a
/// report several times (several seeds), the worst counts.
fn marks(report: &Report) -> BTreeMap<Place, (Mark, bool)> {
    let mut marks: BTreeMap<Place, (Mark, bool)> = BTreeMap::new();
    for case in &report.cases {
        let told = |verdict: &&Verdict| Mark::of(verdict) != Mark::Untested;
        for verdict in case.verdicts.iter().filter(told) {
            let place = (case_name(case), verdict.requirement.clone());
            let bad = verdict.counts_against();
            let seen = (Mark::of(verdict), bad);
            let worst = marks.entry(place).or_insert(seen);
            if (seen.1, seen.0) > (worst.1, worst.0) {
                *worst = seen;
            }
        }
    }
    marks
}
