//! The cases of the report: what failed in each, and its timeline.

use std::collections::BTreeMap;

use madoguchi_judge::undone::Undone;
use madoguchi_judge::verdict::{Conduct, Outcome, Overall};
use madoguchi_notation::Wording;
use madoguchi_requirements::Role;
use serde::Serialize;

use super::{MarkView, SourceView, anchor, cited, level, text_of};
use crate::CaseReport;
use crate::beside::{PairView, pair_views};
use crate::known::Entry;
use crate::overview::Mark;
use crate::remark::{Remark, remarks};
use crate::timeline::Timeline;

/// Events that all timelines together may have; the cases that failed come first.
const EVENTS: usize = 40_000;

#[derive(Serialize)]
pub(super) struct CaseView<'a> {
    anchor: String,
    id: &'a str,
    purpose: Wording,
    mark: MarkView,
    /// Whether everything that is wrong with it is known.
    known: bool,
    pub(super) classes: &'static str,
    is_open: bool,
    find: String,
    figures: String,
    conduct: Option<Wording>,
    remarks: Vec<RemarkView>,
    undone: Vec<UndoneView>,
    failures: Vec<FailureView<'a>>,
    verdicts: Wording,
    again: &'a str,
    records: Vec<PairView<'a>>,
    records_left_out: usize,
    timeline: Option<Timeline>,
    without_timeline: Option<Wording>,
}

/// What the client said of its own trouble.
#[derive(Serialize)]
struct RemarkView {
    heading: Wording,
    at: u64,
    text: String,
}

/// An act that could not be done.
#[derive(Serialize)]
struct UndoneView {
    act: String,
    words: Wording,
    more: Vec<Wording>,
    /// The line of the case's record.
    at: u64,
    counts: bool,
}

/// The acts that could not be done in a case.
fn undone(case: &CaseReport<'_>) -> Vec<UndoneView> {
    let view = |undone: &Undone| UndoneView {
        act: undone.act(),
        words: undone.in_words(),
        more: [undone.help(), undone.consequences()]
            .into_iter()
            .flatten()
            .collect(),
        at: undone.at,
        counts: case.verdicts.hangs_on(undone),
    };
    case.verdicts.told_undone().map(view).collect()
}

impl From<Remark> for RemarkView {
    fn from(remark: Remark) -> Self {
        Self {
            heading: remark.heading,
            at: remark.at + 1,
            text: remark.lines.join("\n"),
        }
    }
}

#[derive(Serialize)]
struct FailureView<'a> {
    id: &'a str,
    anchor: String,
    open: bool,
    /// That it is known, until when and why.
    known: Option<Wording>,
    level: Wording,
    advised: bool,
    text: Wording,
    expected: Wording,
    observed: Wording,
    /// The line of the case's record.
    at: u64,
    place: Wording,
    likely: Wording,
    sources: Vec<SourceView>,
    rests_on: String,
}

/// The cases in their order; where there are too many events for all timelines, the cases that
/// failed have theirs first.
pub(super) fn case_views<'a>(cases: &[CaseReport<'a>]) -> Vec<CaseView<'a>> {
    let mut order: Vec<usize> = (0..cases.len()).collect();
    order.sort_by_key(|at| cases[*at].verdicts.overall() == Overall::Passed);
    let mut left = EVENTS;
    let mut timelines: BTreeMap<usize, Timeline> = BTreeMap::new();
    for at in order {
        let case = &cases[at];
        let Some(trace) = case.trace.filter(|_| left > 0) else {
            continue;
        };
        let timeline = Timeline::new(trace, case.verdicts);
        left = left.saturating_sub(timeline.rows.len());
        timelines.insert(at, timeline);
    }
    let view = |(at, case)| case_view(at, case, timelines.remove(&at));
    cases.iter().enumerate().map(view).collect()
}

fn case_view<'a>(at: usize, case: &CaseReport<'a>, timeline: Option<Timeline>) -> CaseView<'a> {
    let verdicts = case.verdicts;
    let passed = verdicts.overall() == Overall::Passed;
    let failures = failures(at, case);
    let open = failures.iter().any(|failure| failure.open);
    let took = case.took.map(|took| format!("{:.2} s", took.as_secs_f64()));
    let traffic = case.trace.map(|trace| {
        let (apdus, exchanges) = crate::counts(trace);
        format!("{apdus} APDU · {exchanges} HTTP")
    });
    let marks = |mark| {
        let marks = verdicts.verdicts.iter().map(Mark::of);
        marks.filter(|seen| *seen == mark).count()
    };
    let [pass, fail, advised, undecided, _] = Mark::ALL.map(marks);
    let find = [
        verdicts.scenario.as_str(),
        &verdicts.purpose.ja,
        &verdicts.purpose.en,
    ];
    let broken = failures.iter().map(|failure| failure.id);
    CaseView {
        anchor: anchor(at),
        id: &verdicts.scenario,
        purpose: verdicts.purpose.clone(),
        mark: MarkView::new(if passed { Mark::Pass } else { Mark::Fail }),
        known: case.is_known(),
        classes: match (passed, open) {
            (true, false) => "is-pass",
            (true, true) => "is-pass is-open",
            (false, false) => "is-fail",
            (false, true) => "is-fail is-open",
        },
        is_open: !passed && at < 200,
        find: find
            .into_iter()
            .chain(broken)
            .collect::<Vec<_>>()
            .join(" ")
            .to_lowercase(),
        figures: [took, traffic]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · "),
        conduct: verdicts.conduct.in_words(),
        remarks: remarks(case.trace)
            .into_iter()
            .map(RemarkView::from)
            .collect(),
        undone: undone(case),
        failures,
        verdicts: Wording::new(
            format!("判定: 合格 {pass} · 不合格 {fail} · 助言 {advised} · 判定不能 {undecided}"),
            format!(
                "Verdicts: {pass} passed · {fail} failed · {advised} advice · {undecided} undecided"
            ),
        ),
        again: case.again,
        records: pair_views(&verdicts.records),
        records_left_out: verdicts.records_left_out,
        timeline,
        without_timeline: match (case.trace, verdicts.role()) {
            (Some(_), _) => Some(Wording::new(
                "時系列は報告書の大きさの都合で省略しました。記録のファイルにあります。",
                "The timeline was left out to keep the report small; it is in the trace.",
            )),
            (None, Role::App) => Some(Wording::new("記録がありません。", "There is no trace.")),
            (None, Role::Consumer) => None,
        },
    }
}

/// What failed in a case, then what had to be decided and was not.
fn failures<'a>(at: usize, case: &CaseReport<'a>) -> Vec<FailureView<'a>> {
    let explained = case.verdicts.conduct != Conduct::Complete;
    let mut views: Vec<FailureView<'a>> = Vec::new();
    for verdict in &case.verdicts.verdicts {
        let known = madoguchi_requirements::builtin().get(&verdict.requirement);
        let mut view = FailureView {
            id: &verdict.requirement,
            anchor: format!("{}-v-{}", anchor(at), verdict.requirement),
            open: false,
            known: case.known(verdict).map(Entry::in_words),
            level: level(verdict.level),
            advised: Mark::of(verdict) == Mark::Advised,
            text: text_of(&verdict.requirement),
            expected: Wording::default(),
            observed: Wording::default(),
            at: 0,
            place: match case.verdicts.role() {
                Role::App => Wording::new("記録の行", "trace line"),
                Role::Consumer => Wording::new("deliveries.jsonl の行", "deliveries.jsonl, line"),
            },
            likely: verdict.likely().cloned().unwrap_or_default(),
            sources: cited(known),
            rests_on: verdict.rests_on.join(" "),
        };
        match &verdict.outcome {
            Outcome::Fail(failure) => {
                view.expected = failure.expected.clone();
                view.observed = failure.observed.clone();
                view.at = failure.at;
            }
            Outcome::Inconclusive {
                missing,
                caused_by,
                undone,
            } if verdict.counts_against() && !explained => {
                view.open = true;
                view.observed = match (caused_by, undone) {
                    (Some(cause), _) => Wording::new(
                        format!("{cause} による: {}", missing.ja),
                        format!("follows from {cause}: {}", missing.en),
                    ),
                    (None, Some(step)) => Wording::new(
                        format!(
                            "手順 {step} ができなかったため、ここに至らない: {}",
                            missing.ja
                        ),
                        format!(
                            "not reached, because step {step} could not be done: {}",
                            missing.en
                        ),
                    ),
                    (None, None) => missing.clone(),
                };
            }
            Outcome::Error { because } => {
                view.open = true;
                view.observed = because.clone();
            }
            _ => continue,
        }
        views.push(view);
    }
    views.sort_by_key(|view| (view.open, view.advised));
    views
}
