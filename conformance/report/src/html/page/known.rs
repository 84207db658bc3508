//! What the report tells of known failures.

use madoguchi_notation::Wording;
use serde::Serialize;

use super::{Link, NAMED, anchor, more};
use crate::CaseReport;
use crate::known::Entry;
use crate::overview::{Mark, Row};

/// An entry of the list of known failures, and where it fails.
#[derive(Serialize)]
pub(super) struct KnownView<'a> {
    id: &'a str,
    /// Until when and why.
    words: Wording,
    cases: Vec<Link<'a>>,
    more: Option<Wording>,
}

/// The entries that know something of these cases, each once.
pub(super) fn known<'a>(cases: &[CaseReport<'a>]) -> Vec<KnownView<'a>> {
    let mut found: Vec<(&'a str, &'a Entry, Vec<usize>)> = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        for verdict in &case.verdicts.verdicts {
            let Some(entry) = case.known(verdict) else {
                continue;
            };
            let says = |other: &Entry| {
                *other.requirement == *entry.requirement
                    && other.because == entry.because
                    && other.until == entry.until
            };
            match found.iter_mut().find(|(_, other, _)| says(other)) {
                Some((.., places)) => places.push(at),
                None => found.push((&verdict.requirement, entry, vec![at])),
            }
        }
    }
    let link = |at: &usize| Link {
        id: &cases[*at].verdicts.scenario,
        anchor: anchor(*at),
    };
    let view = |(id, entry, places): (&'a str, &Entry, Vec<usize>)| KnownView {
        id,
        words: entry.in_words(),
        cases: places.iter().take(NAMED).map(link).collect(),
        more: more(places.len().saturating_sub(NAMED)),
    };
    found.into_iter().map(view).collect()
}

/// Whether every failure of a requirement is known.
pub(super) fn all_known(row: &Row<'_>, cases: &[CaseReport<'_>]) -> bool {
    let told = row.verdicts.iter().zip(cases);
    let failed = told.filter_map(|(verdict, case)| Some((verdict.as_ref()?, case)));
    let mut failed = failed.filter(|(verdict, _)| matches!(Mark::of(verdict), Mark::Fail));
    failed.clone().next().is_some() && failed.all(|(verdict, case)| case.known(verdict).is_some())
}
