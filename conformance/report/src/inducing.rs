//! Why variants of a scenario fail: the fewest values that all of the failing ones share and none of
//! the others has, such as "every variant with reader=windows fails, no other".

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_judge::verdict::Verdicts;
use madoguchi_scenarios::Axis;
use madoguchi_terms::{Lang, Say};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::overview::Mark;

/// What makes the variants of one scenario fail one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inducing {
    /// The scenario without what its variants differ in.
    pub scenario: String,
    /// The requirement.
    pub requirement: String,
    /// Variants in which it did not remain open.
    pub decided: usize,
    /// Those among them that failed.
    pub failed: usize,
    /// The fewest values that go with a failure: every variant with all of one set fails, and every
    /// failing one has one of the sets. One empty set: all fail.
    pub values: Vec<BTreeMap<Axis, String>>,
}

/// A variant, and whether it failed.
type Row<'a> = (&'a BTreeMap<Axis, String>, bool);

/// For each scenario of which several variants were played, and each requirement that some failed.
#[must_use]
pub fn of<'v>(cases: impl IntoIterator<Item = &'v Verdicts>) -> Vec<Inducing> {
    let mut scenarios: Vec<(&str, Vec<&Verdicts>)> = Vec::new();
    for case in cases {
        if case.variant.is_empty() {
            continue;
        }
        let id = case.scenario.split('@').next().unwrap_or_default();
        match scenarios.iter_mut().find(|(known, _)| *known == id) {
            Some((_, variants)) => variants.push(case),
            None => scenarios.push((id, vec![case])),
        }
    }
    scenarios.retain(|(_, variants)| variants.len() > 1);
    let found = scenarios.iter().flat_map(|(id, variants)| {
        let failed = variants.iter().flat_map(|case| case.failed());
        let requirements: BTreeSet<&str> = failed
            .map(|(verdict, _)| verdict.requirement.as_str())
            .collect();
        let of = move |requirement| induced(id, requirement, variants);
        requirements.into_iter().map(of)
    });
    found.collect()
}

fn induced(scenario: &str, requirement: &str, variants: &[&Verdicts]) -> Inducing {
    let decided = |case: &&Verdicts| {
        let mut verdicts = case.verdicts.iter();
        let verdict = verdicts.find(|verdict| verdict.requirement == requirement)?;
        match Mark::of(verdict) {
            Mark::Fail | Mark::Advised => Some(true),
            // Where there was no occasion, there was no failure.
            Mark::Pass | Mark::Untested => Some(false),
            Mark::Open => None,
        }
    };
    let rows: Vec<Row<'_>> = variants
        .iter()
        .filter_map(|case| Some((&case.variant, decided(case)?)))
        .collect();
    Inducing {
        scenario: scenario.to_owned(),
        requirement: requirement.to_owned(),
        decided: rows.len(),
        failed: rows.iter().filter(|(_, failed)| *failed).count(),
        values: smallest(&rows),
    }
}

/// Sets of values, the smallest first, until every failing row has one of them.
fn smallest(rows: &[Row<'_>]) -> Vec<BTreeMap<Axis, String>> {
    let mut open: Vec<&BTreeMap<Axis, String>> = rows
        .iter()
        .filter(|(_, failed)| *failed)
        .map(|(row, _)| *row)
        .collect();
    let mut chosen = Vec::new();
    while let Some(first) = open.first() {
        let has = |row: &BTreeMap<Axis, String>, set: &BTreeMap<Axis, String>| {
            set.iter().all(|(axis, value)| row.get(axis) == Some(value))
        };
        let is_only_of_failures = |set: &BTreeMap<Axis, String>| {
            !rows.iter().any(|(row, failed)| !failed && has(row, set))
        };
        let explains =
            |set: &BTreeMap<Axis, String>| open.iter().filter(|row| has(row, set)).count();
        let sets: BTreeSet<_> = open.iter().flat_map(|row| subsets(row)).collect();
        let best = sets
            .into_iter()
            .filter(is_only_of_failures)
            .min_by_key(|set| (set.len(), std::cmp::Reverse(explains(set))))
            // Two rows with the same values and different ends: nothing but the row itself is left.
            .unwrap_or_else(|| (*first).clone());
        open.retain(|row| !has(row, &best));
        chosen.push(best);
    }
    chosen
}

/// Every part of a row, the empty one too; a row has at most seven values.
fn subsets(row: &BTreeMap<Axis, String>) -> Vec<BTreeMap<Axis, String>> {
    let mut sets = vec![BTreeMap::new()];
    for (axis, value) in row {
        let with: Vec<_> = sets
            .iter()
            .cloned()
            .map(|mut set: BTreeMap<_, _>| {
                set.insert(*axis, value.clone());
                set
            })
            .collect();
        sets.extend(with);
    }
    sets
}

impl Say for Inducing {
    fn text(&self, lang: Lang) -> String {
        let (failed, decided) = (self.failed, self.decided);
        let told: Vec<String> = self
            .values
            .iter()
            .map(|set| {
                let values: Vec<String> = set
                    .iter()
                    .map(|(axis, value)| format!("{axis}={value}"))
                    .collect();
                values.join(lang.pick(" かつ ", " and "))
            })
            .collect();
        if told.iter().any(String::is_empty) {
            return lang.pick(
                format!("変種 {decided} 件すべてが不合格 (値によらない)"),
                format!("every one of {decided} variants fails, whatever its values"),
            );
        }
        let told = told.join(lang.pick("、または ", ", or "));
        lang.pick(
            format!("{told} の変種はすべて不合格、ほかは合格 ({decided} 件中 {failed} 件)"),
            format!("every variant with {told} fails, no other ({failed} of {decided})"),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(values: &[(Axis, &str)]) -> BTreeMap<Axis, String> {
        values
            .iter()
            .map(|(axis, value)| (*axis, (*value).to_owned()))
            .collect()
    }

    fn causes(is_broken: impl Fn(&str, &str, &str) -> bool) -> Vec<BTreeMap<Axis, String>> {
        let mut rows = Vec::new();
        for persona in ["taro", "hanako", "jiro"] {
            for method in ["visual", "pin"] {
                for reader in ["pcsclite", "windows"] {
                    let values = [
                        (Axis::Persona, persona),
                        (Axis::Method, method),
                        (Axis::Reader, reader),
                    ];
                    rows.push((row(&values), is_broken(persona, method, reader)));
                }
            }
        }
        let rows: Vec<Row<'_>> = rows.iter().map(|(row, failed)| (row, *failed)).collect();
        smallest(&rows)
    }

    #[test]
    fn one_value_that_all_failures_share_is_named_alone() {
        let found = causes(|_, _, reader| reader == "windows");
        assert_eq!(found, [row(&[(Axis::Reader, "windows")])]);
    }

    #[test]
    fn two_values_are_named_where_only_both_together_fail() {
        let found = causes(|_, method, reader| method == "pin" && reader == "windows");
        assert_eq!(
            found,
            [row(&[(Axis::Method, "pin"), (Axis::Reader, "windows")])]
        );
    }

    #[test]
    fn two_reasons_are_two_sets() {
        let found = causes(|persona, method, _| persona == "jiro" || method == "pin");
        let expected = [
            row(&[(Axis::Method, "pin")]),
            row(&[(Axis::Persona, "jiro")]),
        ];
        assert_eq!(found, expected);
    }

    #[test]
    fn where_all_fail_no_value_is_to_blame() {
        assert_eq!(causes(|_, _, _| true), [BTreeMap::new()]);
        assert!(causes(|_, _, _| false).is_empty());
    }

    #[test]
    fn it_is_said_in_both_languages() {
        let found = Inducing {
            scenario: "happy/pin".into(),
            requirement: "card.released".into(),
            decided: 12,
            failed: 6,
            values: vec![row(&[(Axis::Reader, "windows")])],
        };
        assert_eq!(
            found.text(Lang::En),
            "every variant with reader=windows fails, no other (6 of 12)"
        );
        assert_eq!(
            found.text(Lang::Ja),
            "reader=windows の変種はすべて不合格、ほかは合格 (12 件中 6 件)"
        );
    }
}
