//! What the template of the report is filled with.

mod cases;
mod known;

use std::collections::BTreeMap;

use madoguchi_judge::verdict::Verdict;
use madoguchi_notation::Wording;
use madoguchi_requirements::{Level, Requirement};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::{Text, What};
use minijinja::Value;
use serde::Serialize;

use self::cases::{CaseView, case_views};
use self::known::{KnownView, all_known, known};
use super::same;
use crate::cover::{Cover, Probe, Untried};
use crate::inducing::{self, Inducing};
use crate::overview::{Mark, Overview, Row, topic_name};
use crate::shard::lacking;
use crate::soundness::Soundness;
use crate::tested::Tested;
use crate::{CaseReport, bindings, listed, strange};

/// Ways in which a requirement was broken that the first screen tells of.
const TOLD: usize = 4;
/// Cases that it names for each.
const NAMED: usize = 6;

#[derive(Serialize)]
pub(super) struct Page<'a> {
    lang: String,
    css: Value,
    js: Value,
    tool: &'a str,
    product: String,
    version: String,
    /// Profile and depth in a line.
    basis: Wording,
    figures: Figures,
    facts: Vec<Fact>,
    assumptions: Vec<AssumptionView<'a>>,
    decisions: Vec<Decision<'a>>,
    missing: Option<Wording>,
    failures: Vec<Broken<'a>>,
    known: Vec<KnownView<'a>>,
    inducing: Vec<InducingView>,
    strange: Option<StrangeView>,
    untried: &'a [Untried],
    probes: &'a [Probe],
    topics: Vec<TopicView<'a>>,
    cases: Vec<CaseView<'a>>,
    lanes: Vec<LaneView>,
    lane_y: BTreeMap<&'static str, usize>,
}

#[derive(Serialize)]
struct Figures {
    passed: usize,
    failed: usize,
    could_not_run: usize,
    cases_known: usize,
    cases_open: usize,
    requirements_failed: usize,
    requirements_decided: usize,
    requirements_advised: usize,
    requirements_open: usize,
    levels: Wording,
    assumption_free: Option<usize>,
    proven_free: Option<usize>,
}

#[derive(Serialize)]
struct Fact {
    name: Wording,
    text: Wording,
    code: bool,
}

/// An assumption, and how many verdicts it carries.
#[derive(Serialize)]
struct AssumptionView<'a> {
    id: &'a str,
    statement: Option<&'a Wording>,
    verdicts: usize,
}

/// A rule by which the mock decided, and what it rests on.
#[derive(Serialize)]
struct Decision<'a> {
    rule: &'a str,
    mark: Wording,
    basis: String,
    times: usize,
}

/// A failed requirement in one sentence.
#[derive(Serialize)]
struct Broken<'a> {
    id: &'a str,
    level: Wording,
    mark: Mark,
    /// Whether all of it is known.
    known: bool,
    text: Wording,
    reasons: Vec<Reason<'a>>,
    more: Option<Wording>,
}

/// What was observed where it failed, and in which cases.
#[derive(Serialize)]
struct Reason<'a> {
    observed: Wording,
    cases: Vec<Link<'a>>,
    more: Option<Wording>,
}

/// What failing variants of a scenario have in common.
#[derive(Serialize)]
struct InducingView {
    scenario: String,
    requirement: String,
    text: Wording,
}

/// The unknown words.
#[derive(Serialize)]
struct StrangeView {
    heading: Wording,
    block: Wording,
}

#[derive(Serialize)]
struct Link<'a> {
    id: &'a str,
    anchor: String,
}

#[derive(Serialize)]
struct MarkView {
    class: Mark,
    sign: &'static str,
    word: Wording,
}

#[derive(Serialize)]
struct TopicView<'a> {
    id: &'a str,
    name: Wording,
    all: usize,
    pass: usize,
    fail: usize,
    advised: usize,
    open: usize,
    untested: usize,
    rows: Vec<RowView<'a>>,
}

#[derive(Serialize)]
struct RowView<'a> {
    id: &'a str,
    mark: MarkView,
    level: Wording,
    text: Wording,
    sources: Vec<SourceView>,
    because: Option<Wording>,
    assumptions: String,
    reason: Option<Wording>,
    passes: usize,
    failures: usize,
    advised: usize,
    open: usize,
    cells: Vec<Option<Mark>>,
}

/// Who says so, and where it is published.
#[derive(Serialize)]
pub(super) struct SourceView {
    place: String,
    address: Option<&'static str>,
}

#[derive(Serialize)]
struct LaneView {
    name: Wording,
}

impl MarkView {
    fn new(mark: Mark) -> Self {
        Self {
            class: mark,
            sign: mark.sign(),
            word: mark.word(),
        }
    }
}

impl<'a> Page<'a> {
    pub(super) fn new(
        cases: &[CaseReport<'a>],
        cover: &'a Cover,
        lang: Lang,
        css: &str,
        js: &str,
    ) -> Self {
        let overview = Overview::new(cases.iter().map(|case| case.verdicts));
        let client = cases.iter().find_map(|case| case.verdicts.client.as_ref());
        let views = case_views(cases);
        let is_open = |view: &&CaseView<'_>| view.classes.contains("is-open");
        Self {
            lang: lang.to_string(),
            css: Value::from_safe_string(css.to_owned()),
            js: Value::from_safe_string(js.to_owned()),
            tool: &cover.tool,
            product: client.map_or_else(|| "—".to_owned(), |client| client.name.clone()),
            version: client.map_or_else(String::new, |client| client.version.clone()),
            basis: basis(cases),
            figures: Figures {
                passed: overview.passed,
                failed: overview.failed,
                could_not_run: overview.could_not_run,
                cases_known: cases.iter().filter(|case| case.is_known()).count(),
                cases_open: views.iter().filter(is_open).count(),
                requirements_failed: overview.count(Mark::Fail),
                requirements_decided: [Mark::Fail, Mark::Advised, Mark::Pass]
                    .map(|mark| overview.count(mark))
                    .iter()
                    .sum(),
                requirements_advised: overview.count(Mark::Advised),
                levels: overview.levels.words(),
                requirements_open: overview.count(Mark::Open),
                assumption_free: overview.assumption_free_percent(),
                proven_free: overview.proven_free_percent(),
            },
            facts: facts(cases, cover, &overview),
            assumptions: assumptions(cover, &overview),
            decisions: decisions(cases),
            missing: (!cover.missing.is_empty()).then(|| lacking(&cover.missing)),
            failures: broken(&overview, cases),
            known: known(cases),
            inducing: inducing(cases),
            strange: strange(cases),
            untried: &cover.untried,
            probes: &cover.probes,
            topics: overview.topics.iter().map(topic).collect(),
            cases: views,
            lanes: [
                ("操作・画面", "Acts, screens"),
                ("カード", "Card"),
                ("通信", "Web"),
                ("時計", "Clock"),
            ]
            .map(|(ja, en)| LaneView {
                name: Wording::new(ja, en),
            })
            .into(),
            lane_y: BTreeMap::from([("screen", 3), ("card", 21), ("web", 39), ("clock", 57)]),
        }
    }
}

/// Profile and depth in a line.
fn basis(cases: &[CaseReport<'_>]) -> Wording {
    cases.first().map_or_else(Wording::default, |case| {
        let (profile, depth) = (&case.verdicts.profile.name, case.verdicts.depth);
        Wording::new(
            format!("非公式 · {profile} · 観測の深さ {depth:?}"),
            format!("unofficial · {profile} · depth {depth:?}"),
        )
    })
}

/// Profile, depth and the rest of what a verdict rests on.
fn facts(cases: &[CaseReport<'_>], cover: &Cover, overview: &Overview<'_>) -> Vec<Fact> {
    let mut facts = Vec::new();
    let mut add = |ja: &str, en: &str, text: Wording, code: bool| {
        facts.push(Fact {
            name: Wording::new(ja, en),
            text,
            code,
        });
    };
    let distinct = |of: &dyn Fn(&CaseReport<'_>) -> String| {
        let mut seen: Vec<String> = cases.iter().map(of).collect();
        seen.sort();
        seen.dedup();
        same(seen.join(", "))
    };
    add(
        "電文プロファイル",
        "Wire profile",
        distinct(&|case| case.verdicts.profile.name.clone()),
        true,
    );
    let depth = distinct(&|case| format!("{:?}", case.verdicts.depth));
    let depth = Wording::new(
        format!("{} (L0 通信のみ … L3 画面の項目まで)", depth.ja),
        format!("{} (L0 traffic only … L3 fields of screens)", depth.en),
    );
    add("観測の深さ", "Observation depth", depth, false);
    let ways = bindings(cases);
    if !ways.is_empty() {
        add("観測の方法", "Observed", listed(&ways), false);
    }
    let assumptions: Vec<&str> = overview.assumptions.iter().copied().collect();
    let list = match assumptions.as_slice() {
        [] => "—".to_owned(),
        some => some.join(" "),
    };
    add(
        "前提とした想定",
        "Rests on the assumptions",
        same(list),
        false,
    );
    add("水準", "Levels", overview.levels.words(), false);
    let (free, decided) = (overview.assumption_free, overview.decided);
    let proven = overview.proven_free;
    add(
        "想定によらない判定",
        "Verdicts without assumptions",
        Wording::new(
            format!(
                "{decided} 件中 {proven} 件 (試して変わらなかったものを含む。宣言では {free} 件)"
            ),
            format!(
                "{proven} of {decided}, with those that no alternative changed ({free} declared)"
            ),
        ),
        false,
    );
    if let Some(tested) = Tested::of(cases.iter().map(|case| case.verdicts)) {
        add(
            "試験自身の試験",
            "How the suite was tested",
            tested.words(),
            false,
        );
    }
    if let Some(soundness) = Soundness::of(cases.iter().map(|case| case.verdicts)) {
        add(
            "正しいクライアントでの試験",
            "Correct clients it lets through",
            soundness.words(),
            false,
        );
    }
    add(
        "乱数の種",
        "Seed",
        distinct(&|case| case.verdicts.seed.to_string()),
        true,
    );
    if let Some(begun) = &cover.begun {
        add("実施", "Run", same(begun.as_str()), false);
    }
    if let Some(seal) = &cover.seal {
        add(
            "証跡の束の封",
            "Seal of the evidence",
            same(seal.as_str()),
            true,
        );
    }
    if let Some(environment) = &cover.environment {
        add("環境", "Environment", same(environment.as_str()), false);
    }
    if let Some(build) = &cover.build {
        add(
            "被試験プログラム",
            "Program under test",
            same(build.as_str()),
            true,
        );
    }
    facts
}

/// The assumptions on which verdicts rest, those that carry most first.
fn assumptions<'a>(cover: &'a Cover, overview: &Overview<'a>) -> Vec<AssumptionView<'a>> {
    let view = |id: &&'a str| {
        let stated = cover.assumptions.iter().find(|known| known.id == *id);
        AssumptionView {
            id,
            statement: stated.map(|known| &known.statement),
            verdicts: overview.resting.get(id).copied().unwrap_or(0),
        }
    };
    let mut views: Vec<_> = overview.assumptions.iter().map(view).collect();
    views.sort_by_key(|view| std::cmp::Reverse(view.verdicts));
    views
}

/// Every rule by which the mock decided in these cases.
fn decisions<'a>(cases: &[CaseReport<'a>]) -> Vec<Decision<'a>> {
    let mut rules: BTreeMap<&'a str, (&'a [Text], usize)> = BTreeMap::new();
    let traces = cases.iter().filter_map(|case| case.trace);
    for event in traces.flat_map(|trace| &trace.events) {
        if let What::Answer(answer) = &event.what
            && !answer.basis.is_empty()
        {
            let rule = rules.entry(&answer.rule).or_insert((&answer.basis, 0));
            rule.1 += 1;
        }
    }
    let decision = |(rule, (basis, times)): (&'a str, (&'a [Text], usize))| {
        let stated = basis.iter().all(|id| id.starts_with('R'));
        Decision {
            rule,
            mark: if stated {
                Wording::new("資料", "document")
            } else {
                Wording::new("想定", "assumed")
            },
            basis: basis.join(" "),
            times,
        }
    };
    rules.into_iter().map(decision).collect()
}

fn anchor(at: usize) -> String {
    format!("case-{}", at + 1)
}

fn text_of(id: &str) -> Wording {
    let known = madoguchi_requirements::builtin().get(id);
    known.map_or_else(|| same(id), |requirement| requirement.text.clone())
}

fn cited(requirement: Option<&Requirement>) -> Vec<SourceView> {
    let sources = requirement.map_or(&[][..], |requirement| &requirement.sources);
    let catalogue = madoguchi_requirements::builtin();
    let view = |source| SourceView {
        place: catalogue.cite(source),
        address: catalogue.address(source),
    };
    sources.iter().map(view).collect()
}

/// A level in both languages.
fn level(level: Level) -> Wording {
    Wording::new(level.text(Lang::Ja), level.text(Lang::En))
}

/// The requirements that were broken, MUST before SHOULD before advice.
fn broken<'a>(overview: &Overview<'a>, cases: &[CaseReport<'a>]) -> Vec<Broken<'a>> {
    let rows = overview.broken().into_iter();
    rows.map(|row| broken_row(row, cases)).collect()
}

/// What failing variants have in common and no other has.
fn inducing(cases: &[CaseReport<'_>]) -> Vec<InducingView> {
    let found = inducing::of(cases.iter().map(|case| case.verdicts));
    let view = |one: Inducing| InducingView {
        text: Wording::new(one.text(Lang::Ja), one.text(Lang::En)),
        scenario: one.scenario,
        requirement: one.requirement,
    };
    found.into_iter().map(view).collect()
}

/// The unknown words, if there are any.
fn strange(cases: &[CaseReport<'_>]) -> Option<StrangeView> {
    let all = strange::of(cases);
    (!all.is_empty()).then(|| StrangeView {
        heading: strange::heading(&all),
        block: Wording::new(
            strange::block(&all, Lang::Ja),
            strange::block(&all, Lang::En),
        ),
    })
}

fn broken_row<'a>(row: &Row<'a>, cases: &[CaseReport<'a>]) -> Broken<'a> {
    let reasons = row.reasons();
    let link = |at: &usize| Link {
        id: &cases[*at].verdicts.scenario,
        anchor: anchor(*at),
    };
    let reason = |(observed, places): &(&Wording, Vec<usize>)| Reason {
        observed: (*observed).clone(),
        cases: places.iter().take(NAMED).map(link).collect(),
        more: more(places.len().saturating_sub(NAMED)),
    };
    let untold = reasons.iter().skip(TOLD).map(|(_, places)| places.len());
    Broken {
        id: row.id,
        level: level(row.level()),
        mark: row.mark,
        known: all_known(row, cases),
        text: text_of(row.id),
        reasons: reasons.iter().take(TOLD).map(reason).collect(),
        more: more(untold.sum()),
    }
}

/// How many cases are not named.
fn more(count: usize) -> Option<Wording> {
    let words = || Wording::new(format!("ほか {count} 件"), format!("and {count} more"));
    (count > 0).then(words)
}

fn topic<'a>(topic: &crate::overview::Topic<'a>) -> TopicView<'a> {
    TopicView {
        id: topic.id,
        name: topic_name(topic.id),
        all: topic.rows.len(),
        pass: topic.count(Mark::Pass),
        fail: topic.count(Mark::Fail),
        advised: topic.count(Mark::Advised),
        open: topic.count(Mark::Open),
        untested: topic.count(Mark::Untested),
        rows: topic.rows.iter().map(row).collect(),
    }
}

fn row<'a>(row: &Row<'a>) -> RowView<'a> {
    let cell = |verdict: &Option<&Verdict>| {
        let mark = verdict.as_ref().map(|verdict| Mark::of(verdict));
        mark.filter(|mark| *mark != Mark::Untested)
    };
    RowView {
        id: row.id,
        mark: MarkView::new(row.mark),
        level: level(row.level()),
        text: text_of(row.id),
        sources: cited(row.requirement),
        because: row.requirement.and_then(|known| known.because.clone()),
        assumptions: row.rests_on().into_iter().collect::<Vec<_>>().join(" "),
        reason: matches!(row.mark, Mark::Open | Mark::Untested).then(|| row.reason()),
        passes: row.passes,
        failures: row.failures,
        advised: row.advised,
        open: row.open,
        cells: row.verdicts.iter().map(cell).collect(),
    }
}
