//! Which of several programs at one reader is the one in question, and what the others did to it.

use madoguchi_iso7816::Instruction;
use std::collections::BTreeSet;

use madoguchi_layout::jpki;
use madoguchi_trace::What;

use super::presence::Day;
use crate::draft::{Draft, Origin, Written};
use crate::redact::{Aside, Outcome, Seen};

/// Programs that speak to 公的個人認証AP; where none does, all.
fn apps(seen: &[Seen]) -> Option<BTreeSet<u64>> {
    let aid = jpki::APPLICATION.aid.as_bytes();
    let aid: String = aid.iter().map(|byte| format!("{byte:02X}")).collect();
    let selects = |one: &&Seen| {
        matches!(&one.what, Some(What::Card(apdu))
            if apdu.name == Instruction::SELECT && apdu.data.as_deref() == Some(aid.as_str()))
    };
    let apps: BTreeSet<u64> = seen
        .iter()
        .filter(selects)
        .filter_map(|one| one.program)
        .collect();
    (!apps.is_empty()).then_some(apps)
}

/// Programs that exchanged something with a card, and are not the one in question.
fn others(seen: &[Seen]) -> BTreeSet<u64> {
    let Some(apps) = apps(seen) else {
        return BTreeSet::new();
    };
    let with_card = seen
        .iter()
        .filter(|one| matches!(one.what, Some(What::Card(_))));
    let programs = with_card.filter_map(|one| one.program);
    programs.filter(|program| !apps.contains(program)).collect()
}

/// What the program in question did and saw: without the exchanges and calls of the others, and
/// without those of which it is unknown whose answer they got.
pub(crate) fn of_app(seen: &[Seen]) -> Vec<&Seen> {
    let others = others(seen);
    let is_own = |one: &&Seen| {
        let is_other = one.program.is_some_and(|program| others.contains(&program));
        let is_unpaired = matches!(&one.aside, Aside::Exchange { outcome, .. }
            if *outcome == Outcome::Unpaired);
        !is_other && !is_unpaired
    };
    seen.iter().filter(is_own).collect()
}

/// Another program beside the one in question.
pub(super) fn infer(seen: &[Seen], day: &Day<'_>, draft: &mut Draft) {
    let others = others(seen);
    for (presence, ordinal) in day.presences.iter().zip(1_u32..) {
        let until = presence.until.unwrap_or(u64::MAX);
        let during = |one: &&Seen| (presence.from_us..=until).contains(&one.us);
        let other = seen.iter().filter(during).find(|one| {
            one.program.is_some_and(|program| others.contains(&program))
                && matches!(one.what, Some(What::Card(_)))
        });
        if let Some(other) = other {
            let placed = placed(ordinal);
            draft.reader_faults.push(Written::implied(
                format!("{{ at: {{ after: 0s }}, {placed}what: {{ rival: {{ hold: connection, stays: 1min }} }} }}"),
                Origin::of(other),
            ));
            draft.leave(
                other,
                "他のプログラムもカードと通信していた。そのコマンドはシナリオに含まれない",
                "another program spoke to the card, too; its commands are not in the scenario",
            );
        }
    }
    let unpaired = seen.iter().filter(|one| one.is_unpaired());
    if let Some(first) = unpaired.clone().next() {
        let count = unpaired.count();
        draft.leave(
            first,
            format!("{count} 件の APDU は、どのプログラムへの応答か分からない"),
            format!("of {count} APDU nobody can tell whose answer is whose"),
        );
        draft.ask(
            "同じリーダーを使っていた他のプログラムは何ですか? pcscd --debug または --color の記録があれば応答を区別できます",
            "which other program used the reader? A log of pcscd with --debug or --color would tell their answers apart",
        );
    }
}

/// The key `placed` where it is not the first.
pub(super) fn placed(ordinal: u32) -> String {
    match ordinal {
        1 => String::new(),
        ordinal => format!("placed: {ordinal}, "),
    }
}
