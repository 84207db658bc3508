//! The cover of the 試験成績書: the overall verdict, and what was tested, with what, by whom.

use std::collections::BTreeSet;

use madoguchi_judge::verdict::{Overall, overall};
use madoguchi_requirements::statement::Statement;
use madoguchi_terms::Lang;
use madoguchi_trace::Header;
use serde::Serialize;

use crate::cover::Cover;
use crate::overview::{Mark, Overview};
use crate::{CaseReport, bindings, listed};

/// A field of the cover. What was not told is blank, to be filled in by hand.
#[derive(Serialize)]
pub(super) struct Fact {
    pub(super) name: &'static str,
    pub(super) value: String,
}

/// 総合判定 of the cases that were run, in a few words.
pub(super) fn verdict(cases: &[CaseReport<'_>], overview: &Overview<'_>, lang: Lang) -> String {
    let count = cases.len();
    let (failed, open) = (overview.count(Mark::Fail), overview.count(Mark::Open));
    let all = overall(cases.iter().map(|case| case.verdicts));
    match all {
        Overall::Passed if count == 0 => "—".to_owned(),
        Overall::Passed => lang.pick(
            format!("合格 (実施した {count} 項目)"),
            format!("passed ({count} cases run)"),
        ),
        Overall::CouldNotRun => lang.pick(
            format!("判定不能 (実施できなかった項目 {})", overview.could_not_run),
            format!(
                "undecided ({} cases could not be run)",
                overview.could_not_run
            ),
        ),
        Overall::Failed if failed > 0 => lang.pick(
            format!("不合格 (不合格の要件 {failed})"),
            format!("failed ({failed} requirements)"),
        ),
        Overall::Failed => lang.pick(
            format!("判定不能 (判定できなかった要件 {open})"),
            format!("undecided ({open} requirements)"),
        ),
    }
}

/// The fields of the cover below the product and its version, in order.
pub(super) fn facts(
    cases: &[CaseReport<'_>],
    cover: &Cover,
    overview: &Overview<'_>,
    lang: Lang,
) -> Vec<Fact> {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let distinct = |of: &dyn Fn(&CaseReport<'_>) -> String| {
        let all: BTreeSet<String> = cases.iter().map(of).collect();
        all.into_iter().collect::<Vec<_>>().join(", ")
    };
    let told = |text: &Option<String>| text.clone().unwrap_or_default();
    let headers = || cases.iter().filter_map(|case| Some(&case.trace?.header));
    // Only the program that ran the cases knows the machine and the program.
    let of_run = |text: &Option<String>| match text {
        None if cover.begun.is_none() => t(
            "記録からの判定: 記録にない",
            "judged from traces, which do not say",
        )
        .to_owned(),
        text => told(text),
    };
    let or_dash = |text: String| {
        if text.is_empty() {
            "—".to_owned()
        } else {
            text
        }
    };
    let ids: Vec<&str> = overview.assumptions.iter().copied().collect();
    let mut facts = vec![
        (t("文書番号", "Document no."), told(&cover.document)),
        (t("改訂", "Revision"), told(&cover.revision)),
        (t("ビルドのハッシュ", "Build hash"), of_run(&cover.build)),
        (t("試験環境", "Environment"), of_run(&cover.environment)),
        (
            t("カードリーダー", "Card reader"),
            or_dash(readers(headers(), lang)),
        ),
        (
            t("供給者の宣言", "Vendor's statement"),
            claimed(cover, lang),
        ),
        (t("試験日時", "Dates"), dates(cover, headers(), lang)),
        (t("試験実施者", "Tester"), told(&cover.tester)),
        (t("試験ツール", "Tool"), tools(cover, headers(), lang)),
        (
            t("電文プロファイル", "Wire profile"),
            distinct(&|case| case.verdicts.profile.name.clone()),
        ),
        (
            t("観測の深さ", "Depth"),
            distinct(&|case| format!("{:?}", case.verdicts.depth)),
        ),
        (
            t("観測の方法", "Observed"),
            or_dash(listed(&bindings(cases)).get(lang).to_owned()),
        ),
        (
            t("乱数の種", "Seed"),
            distinct(&|case| case.verdicts.seed.to_string()),
        ),
        (t("前提とした想定", "Assumptions"), or_dash(ids.join(" "))),
        (
            t("想定によらない判定", "Without assumptions"),
            assumption_free(overview, lang),
        ),
    ];
    if let Some(seal) = &cover.seal {
        facts.push((t("証跡の束の封", "Seal of the evidence"), seal.clone()));
    }
    facts
        .into_iter()
        .map(|(name, value)| Fact { name, value })
        .collect()
}

/// The readers on which cards lay, by the names under which they are sold; all of them are emulated.
fn readers<'h>(headers: impl Iterator<Item = &'h Header>, lang: Lang) -> String {
    let model = |header: &Header| {
        let model = header.resolved.pointer("/given/reader/model");
        let model = model.and_then(|model| model.as_str());
        model
            .unwrap_or(lang.pick("非接触 (機種を問わない)", "contactless, of no model"))
            .to_owned()
    };
    let models: BTreeSet<String> = headers.map(model).collect();
    if models.is_empty() {
        return String::new();
    }
    let models: Vec<String> = models.into_iter().collect();
    format!("{}: {}", lang.pick("模擬", "emulated"), models.join(", "))
}

/// What the vendor states of the product.
fn claimed(cover: &Cover, lang: Lang) -> String {
    let statement = cover.statement.as_ref();
    let statement = statement.and_then(|text| Statement::parse("statement.yaml", text).ok());
    statement.map_or_else(
        || {
            lang.pick(
                "なし (すべての機能を対象とした)",
                "none: nothing was left out",
            )
            .to_owned()
        },
        |statement| statement.words().get(lang).to_owned(),
    )
}

/// When the cases were run: as told, else as far as their traces say.
fn dates<'h>(cover: &Cover, headers: impl Iterator<Item = &'h Header>, lang: Lang) -> String {
    if let Some(begun) = &cover.begun {
        return format!("{begun} – {}", cover.ended.as_deref().unwrap_or_default());
    }
    // A scenario that names a day of its own says nothing of the day of the run.
    let is_now = |header: &&Header| header.resolved.pointer("/given/at").is_none();
    let days: BTreeSet<&str> = headers
        .filter(is_now)
        .map(|header| header.at.as_str())
        .collect();
    match (days.first(), days.last()) {
        (Some(first), Some(last)) if first != last => format!("{first} – {last}"),
        (Some(day), _) => (*day).to_owned(),
        _ => lang.pick("記録にない", "the traces do not say").to_owned(),
    }
}

/// The tool, and that which recorded where it was another one.
fn tools<'h>(cover: &Cover, headers: impl Iterator<Item = &'h Header>, lang: Lang) -> String {
    let recorded: BTreeSet<&str> = headers.map(|header| header.tool.as_str()).collect();
    let others: Vec<&str> = recorded
        .into_iter()
        .filter(|tool| *tool != cover.tool)
        .collect();
    if others.is_empty() {
        return cover.tool.clone();
    }
    let word = lang.pick("記録", "recorded by");
    format!("{} ({word}: {})", cover.tool, others.join(", "))
}

fn assumption_free(overview: &Overview<'_>, lang: Lang) -> String {
    let declared = overview.assumption_free_percent();
    let Some((proven, declared)) = overview.proven_free_percent().zip(declared) else {
        return "—".to_owned();
    };
    format!(
        "{proven} % ({}/{}), {} {declared} % ({}/{})",
        overview.proven_free,
        overview.decided,
        lang.pick("宣言", "declared"),
        overview.assumption_free,
        overview.decided
    )
}
