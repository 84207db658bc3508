//! The plainest case with the client: not whether it passes, but whether what it says is of the contract,
//! and whether it breaks on the way.

use std::time::Duration;

use madoguchi_judge::finding::Failure;
use madoguchi_judge::judge as judge_trace;
use madoguchi_judge::undone::Undone;
use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_report::{CaseReport, strange};
use madoguchi_terms::{Lang, Say as _, harmless};
use madoguchi_trace::{Trace, What};

use super::finding::Finding;
use crate::cell::case::{self, ClientSpec};
use crate::command::prepared::Prepared;

/// How long the client is told to wait.
const PATIENCE: Duration = Duration::from_secs(10);

/// D-50 … D-53.
pub(super) fn contract(prepared: &Prepared, command: &str) -> Vec<Finding> {
    let argv = shlex::split(command).unwrap_or_default();
    let scenario = &prepared.scenarios[0];
    // A folder that cannot be made, or a cell that does not open, was told as the machine's trouble; what
    // keeps the client from its hello, as the client's.
    let Ok(folder) = prepared.folder.case("contract") else {
        return Vec::new();
    };
    let setting = prepared.setting(scenario, 1);
    let client = ClientSpec::speaking(&argv, PATIENCE);
    let Ok(played) = case::run(&setting, &client, &folder) else {
        return Vec::new();
    };
    let judged = judge_trace(&played.trace);
    let outside = judged
        .verdicts
        .iter()
        .filter_map(|verdict| match &verdict.outcome {
            Outcome::Fail(failure) if verdict.requirement.starts_with("contract.") => {
                Some(outside(&scenario.id, failure))
            }
            _ => None,
        });
    let not_done = judged
        .told_undone()
        .map(|undone| not_done(&scenario.id, undone));
    outside
        .chain(broken(&scenario.id, &played.trace))
        .chain(not_done)
        .chain(unknown_words(&judged, &played.trace))
        .collect()
}

/// D-52: an act of the case cannot be done.
fn not_done(id: &str, undone: &Undone) -> Finding {
    let Wording { ja, en } = undone.in_words();
    let help = undone.help().unwrap_or_else(|| {
        Wording::new(
            "画面をボタンとともに、変わるたびに伝える (madoguchi help contract)",
            "report each screen with its buttons as it changes (madoguchi help contract)",
        )
    });
    Finding::new(
        "D-52",
        (
            format!("{id} でできない操作: {ja}"),
            format!("in {id} an act cannot be done: {en}"),
        ),
        (help.ja, help.en),
    )
}

/// D-53: unknown words on its screens.
fn unknown_words(verdicts: &Verdicts, trace: &Trace) -> Option<Finding> {
    let case = CaseReport::new(verdicts, trace, "");
    let all = strange::of(&[case]);
    if all.is_empty() {
        return None;
    }
    let told = |lang| {
        let heading = strange::heading(&all);
        format!("{}\n{}", heading.text(lang), strange::block(&all, lang))
    };
    let finding = Finding::new(
        "D-53",
        (told(Lang::Ja), told(Lang::En)),
        (
            "run の終わりに、実行した全シナリオの分が出る (madoguchi help screens)",
            "at its end run tells those of all its scenarios (madoguchi help screens)",
        ),
    );
    Some(finding.into_note())
}

/// D-50: it says something else than the contract has there.
fn outside(id: &str, failure: &Failure) -> Finding {
    let observed = |lang| failure.observed.text(lang);
    let expected = |lang| failure.expected.text(lang);
    let (ja, en) = (expected(Lang::Ja), expected(Lang::En));
    Finding::new(
        "D-50",
        (
            format!("{id} で契約にないことを言う: {}", observed(Lang::Ja)),
            format!(
                "in {id} it says what is not in the contract: {}",
                observed(Lang::En)
            ),
        ),
        (
            format!("{ja} (madoguchi help contract)"),
            format!("{en} (madoguchi help contract)"),
        ),
    )
}

/// D-51: it breaks.
fn broken(id: &str, trace: &Trace) -> Option<Finding> {
    let words = trace.events.iter().find_map(|event| match &event.what {
        What::Exit(exit) => exit.last_words.as_deref(),
        _ => None,
    })?;
    let words: Vec<_> = words.lines().map(harmless).collect();
    let words = words.join("\n| ");
    Some(Finding::new(
        "D-51",
        (
            format!("{id} の途中で壊れる。標準エラー出力:\n| {words}"),
            format!("it breaks in {id}; its standard error:\n| {words}"),
        ),
        (
            "例外の原因を直す。続けられないときも、理由を画面に示して done と答える",
            "mend what was thrown; where it cannot go on, it says so on a screen and answers done",
        ),
    ))
}
