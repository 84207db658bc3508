//! 試験成績書: the verdicts as a form that a department head can sign, on A4 or as a table (CSV in
//! UTF-8 with a byte order mark, which Excel needs).
//!
//! An item is a requirement that a case decides. Marks are those of Japanese test records: ○ ×
//! ※ (advice, which does not count) △ (not decided) ― (not tested).

mod cover_page;
mod table;

use std::io::{self, Write};

use madoguchi_judge::beside::Beside;
use madoguchi_judge::verdict::{Outcome, Verdict};
use madoguchi_notation::Wording;
use madoguchi_requirements::Requirement;
use madoguchi_terms::{Lang, Say as _};
use serde::Serialize;

use self::cover_page::{Fact, facts, verdict};
pub use self::table::write_csv;
use super::CaseReport;
use super::beside::{PairView, pair_views};
use super::cover::{Cover, Untried};
use super::html::render;
use super::inducing;
use super::known::KnownFailure;
use super::overview::{Mark, Overview, Row, topic_name};
use super::shard::lacking;
use crate::evidence;

const FORM: &str = include_str!("record/record.html");
const STYLE: &str = include_str!("record/record.css");

/// Writes the form in `lang`.
///
/// # Errors
/// Those of `out`.
pub fn write_html(
    out: &mut dyn Write,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    lang: Lang,
) -> io::Result<()> {
    render(out, "record.html", FORM, &Record::new(cases, cover, lang))
}

#[derive(Serialize)]
struct Record<'a> {
    lang: String,
    css: minijinja::Value,
    product: String,
    version: String,
    /// The fields of the cover, in order.
    facts: Vec<Fact>,
    verdict: String,
    levels: String,
    sealed: bool,
    counts: Vec<Count>,
    missing: Option<String>,
    broken: Vec<BrokenView<'a>>,
    known: Vec<KnownFailure>,
    topics: Vec<TopicView>,
    items: Vec<Item<'a>>,
    untested: Vec<Untested<'a>>,
    inducing: Vec<InducingView>,
    records: Vec<RecordsView<'a>>,
    untried: Vec<UntriedView<'a>>,
    probes: Vec<UntriedView<'a>>,
    evidence: Vec<Evidence<'a>>,
}

/// A requirement that was broken.
#[derive(Serialize)]
struct BrokenView<'a> {
    id: &'a str,
    level: String,
    text: String,
    /// What was observed, and in which cases.
    reasons: Vec<(&'a str, String)>,
}

/// The requirements of a topic, by mark in the order of [`Mark::ALL`].
#[derive(Serialize)]
struct TopicView {
    name: String,
    counts: [usize; 5],
}

#[derive(Serialize)]
struct Count {
    mark: &'static str,
    word: String,
    count: usize,
}

#[derive(Serialize)]
struct Item<'a> {
    number: usize,
    case: &'a str,
    id: &'a str,
    level: String,
    text: String,
    source: String,
    expected: String,
    observed: String,
    mark: &'static str,
    evidence: String,
    assumptions: String,
}

#[derive(Serialize)]
struct Untested<'a> {
    id: &'a str,
    level: String,
    text: String,
    source: String,
    because: String,
}

#[derive(Serialize)]
struct UntriedView<'a> {
    scenario: &'a str,
    because: &'a str,
}

/// What failing variants of a scenario have in common.
#[derive(Serialize)]
struct InducingView {
    scenario: String,
    requirement: String,
    text: String,
}

/// The records of a case that differ from what was delivered.
#[derive(Serialize)]
struct RecordsView<'a> {
    case: &'a str,
    pairs: Vec<PairView<'a>>,
}

/// A trace that items refer to.
#[derive(Serialize)]
struct Evidence<'a> {
    number: String,
    case: &'a str,
    profile: &'a str,
    seed: u64,
    events: usize,
    /// Folder in an evidence bundle.
    folder: String,
}

impl<'a> Record<'a> {
    fn new(cases: &[CaseReport<'a>], cover: &'a Cover, lang: Lang) -> Self {
        let overview = Overview::new(cases.iter().map(|case| case.verdicts));
        let client = cases.iter().find_map(|case| case.verdicts.client.as_ref());
        let items = items(cases, lang);
        let untested: Vec<_> = overview
            .rows()
            .filter(|row| row.mark == Mark::Untested)
            .map(|row| Untested {
                id: row.id,
                level: row.level().text(lang),
                text: text_of(row.requirement, row.id, lang),
                source: source_of(row.requirement, lang),
                because: row.reason().get(lang).to_owned(),
            })
            .collect();
        let marked = |mark: Mark| items.iter().filter(|item| item.mark == mark.sign()).count();
        let counts = Mark::ALL.map(|mark| Count {
            mark: mark.sign(),
            word: mark.word().get(lang).to_owned(),
            count: if mark == Mark::Untested {
                untested.len()
            } else {
                marked(mark)
            },
        });
        Self {
            lang: lang.to_string(),
            css: minijinja::Value::from_safe_string(STYLE.to_owned()),
            product: client.map_or_else(String::new, |client| client.name.clone()),
            version: client.map_or_else(String::new, |client| client.version.clone()),
            facts: facts(cases, cover, &overview, lang),
            verdict: verdict(cases, &overview, lang),
            levels: overview.levels.words().get(lang).to_owned(),
            sealed: cover.seal.is_some(),
            missing: (!cover.missing.is_empty())
                .then(|| lacking(&cover.missing).get(lang).to_owned()),
            known: KnownFailure::of(cases),
            broken: overview
                .broken()
                .into_iter()
                .filter(|row| row.mark == Mark::Fail)
                .map(|row| broken(row, cases, lang))
                .collect(),
            topics: overview
                .topics
                .iter()
                .map(|topic| TopicView {
                    name: topic_name(topic.id).get(lang).to_owned(),
                    counts: Mark::ALL.map(|mark| topic.count(mark)),
                })
                .collect(),
            counts: counts.into(),
            items,
            untested,
            inducing: inducing::of(cases.iter().map(|case| case.verdicts))
                .into_iter()
                .map(|one| InducingView {
                    text: one.text(lang),
                    scenario: one.scenario,
                    requirement: one.requirement,
                })
                .collect(),
            records: cases
                .iter()
                .map(|case| RecordsView {
                    case: &case.verdicts.scenario,
                    pairs: differing(&case.verdicts.records),
                })
                .filter(|view| !view.pairs.is_empty())
                .collect(),
            untried: cover
                .untried
                .iter()
                .map(|Untried { scenario, because }| UntriedView {
                    scenario,
                    because: because.get(lang),
                })
                .collect(),
            probes: cover
                .probes
                .iter()
                .map(|probe| UntriedView {
                    scenario: probe.feature.get(lang),
                    because: probe.came_out.get(lang),
                })
                .collect(),
            evidence: cases
                .iter()
                .enumerate()
                .map(|(at, case)| Evidence {
                    folder: evidence::folder(at),
                    number: evidence_number(at),
                    case: &case.verdicts.scenario,
                    profile: &case.verdicts.profile.name,
                    seed: case.verdicts.seed,
                    events: case.trace.map_or(0, |trace| trace.events.len()),
                })
                .collect(),
        }
    }
}

fn broken<'a>(row: &Row<'a>, cases: &[CaseReport<'a>], lang: Lang) -> BrokenView<'a> {
    let case = |at: &usize| cases[*at].verdicts.scenario.as_str();
    let reason = |(observed, places): (&'a Wording, Vec<usize>)| {
        let cases: Vec<&str> = places.iter().map(case).collect();
        (observed.get(lang), cases.join(", "))
    };
    BrokenView {
        id: row.id,
        level: row.level().text(lang),
        text: text_of(row.requirement, row.id, lang),
        reasons: row.reasons().into_iter().map(reason).collect(),
    }
}

/// The pairs of records that differ.
fn differing(records: &[Beside]) -> Vec<PairView<'_>> {
    let mut pairs = pair_views(records);
    pairs.retain(|pair| pair.differs);
    pairs
}

/// Number of the trace of the case at this place.
fn evidence_number(at: usize) -> String {
    format!("E-{:03}", at + 1)
}

/// What the cases were meant to decide, and whatever failed besides.
fn items<'a>(cases: &[CaseReport<'a>], lang: Lang) -> Vec<Item<'a>> {
    let mut items = Vec::new();
    for (at, case) in cases.iter().enumerate() {
        let told =
            |verdict: &&Verdict| verdict.named || matches!(verdict.outcome, Outcome::Fail(_));
        for verdict in case.verdicts.verdicts.iter().filter(told) {
            let number = items.len() + 1;
            let mut item = item(number, at, &case.verdicts.scenario, verdict, lang);
            if let Some(entry) = case.known(verdict) {
                item.observed += &format!(" [{}]", entry.in_words().get(lang));
            }
            items.push(item);
        }
    }
    items
}

fn item<'a>(number: usize, at: usize, case: &'a str, verdict: &'a Verdict, lang: Lang) -> Item<'a> {
    let known = madoguchi_requirements::builtin().get(&verdict.requirement);
    let text = text_of(known, &verdict.requirement, lang);
    let mut evidence = evidence_number(at);
    let (expected, observed) = match &verdict.outcome {
        Outcome::Pass => (
            text.clone(),
            lang.pick("期待どおり", "as expected").to_owned(),
        ),
        Outcome::Fail(failure) => {
            let line = failure.at + 1;
            evidence += &lang.pick(format!(" 行{line}"), format!(" line {line}"));
            let told = |wording: &Wording| wording.get(lang).to_owned();
            (told(&failure.expected), told(&failure.observed))
        }
        Outcome::Inconclusive { missing: why, .. }
        | Outcome::NotApplicable { because: why }
        | Outcome::Error { because: why } => (text.clone(), why.get(lang).to_owned()),
    };
    Item {
        number,
        case,
        id: &verdict.requirement,
        level: verdict.level.text(lang),
        source: source_of(known, lang),
        expected,
        observed,
        mark: Mark::of(verdict).sign(),
        evidence,
        assumptions: verdict.rests_on.join(" "),
        text,
    }
}

fn text_of(known: Option<&Requirement>, id: &str, lang: Lang) -> String {
    known.map_or(id, |known| known.text.get(lang)).to_owned()
}

/// Documents and headings with their addresses, and why it is asked for.
fn source_of(known: Option<&Requirement>, lang: Lang) -> String {
    let Some(known) = known else {
        return String::new();
    };
    let catalogue = madoguchi_requirements::builtin();
    let cite = |source| match catalogue.address(source) {
        Some(address) => format!("{} <{address}>", catalogue.cite(source)),
        None => catalogue.cite(source),
    };
    let mut sources: Vec<String> = known.sources.iter().map(cite).collect();
    if let Some(because) = &known.because {
        sources.push(format!(
            "{}: {}",
            lang.pick("理由", "why"),
            because.get(lang)
        ));
    }
    sources.join(lang.pick("。", "; "))
}
