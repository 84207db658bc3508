//! What nothing explains: neither a fault of the draft nor anything that people, cards and services of a scenario do.

use std::collections::BTreeMap;

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_scenarios::ReturnCode;

use super::presence::{Day, Exchange, Presence};
use super::web::Asked;
use crate::draft::Draft;
use crate::redact::{Aside, Outcome, Seen};

pub(super) fn infer(app: &[&Seen], day: &Day<'_>, draft: &mut Draft) {
    for seen in app {
        match seen.aside {
            Aside::Odd(odd) => {
                let what = odd.wording();
                draft.unexplained(seen, what);
            }
            Aside::Call { rv, .. } => returned(seen, rv, draft),
            _ => {}
        }
    }
    for presence in &day.presences {
        another_card(presence, draft);
        attempts_back(presence, draft);
        for exchange in &presence.exchanges {
            answered(exchange, draft);
        }
    }
    unanswered(day, draft);
    for seen in &day.without_card {
        draft.leave(
            seen,
            "カードがないはずのときに応答があった。呼び出しの順が違うか、置かれたことが記録にない",
            "a command was answered while, by the log, no card lay there: calls are out of order, or that one was laid down is not in it",
        );
    }
}

/// What a call other than SCardTransmit came to, where no reader of ours returns that: an unknown code, or one that
/// tells of trouble within the PC/SC service.
fn returned(seen: &Seen, rv: u32, draft: &mut Draft) {
    const WITHIN: [ReturnCode; 4] = [
        ReturnCode::INTERNAL_ERROR,
        ReturnCode::NO_MEMORY,
        ReturnCode::COMM_ERROR,
        ReturnCode::SECURITY_VIOLATION,
    ];
    let code = ReturnCode::new(rv);
    // what a reader knows of control codes is its own affair
    if seen.is_call("control") || code.name().is_some() && !WITHIN.contains(&code) {
        return;
    }
    draft.leave(
        seen,
        format!("呼び出しが {rv:08X} を返した。本ツールのリーダーが返すことのない値"),
        format!("a call returned {rv:08X}, which no reader of ours does"),
    );
}

/// One card shows one certificate.
fn another_card(presence: &Presence<'_>, draft: &mut Draft) {
    let mut holder = None;
    for exchange in &presence.exchanges {
        if let Some(shown) = exchange.holder
            && holder.replace(shown).is_some_and(|before| before != shown)
        {
            draft.leave(
                exchange.seen,
                "ここから別のカードの証明書が読まれた。取り替えられたことは記録になく、いつかは分からない",
                "from here on the certificate is another card's; that it was changed is not in the log, and when cannot be told",
            );
        }
    }
}

/// Attempts are given back by a right PIN, and by nothing else that a program at a counter does.
fn attempts_back(presence: &Presence<'_>, draft: &mut Draft) {
    let mut left: BTreeMap<Option<&str>, u8> = BTreeMap::new();
    let verify = presence
        .exchanges
        .iter()
        .filter(|one| one.is(Instruction::VERIFY));
    for exchange in verify {
        let of = exchange.apdu.file.as_deref();
        match exchange.sw().and_then(StatusWord::attempts) {
            Some(now) => {
                if left.insert(of, now).is_some_and(|before| now > before) {
                    draft.leave(
                        exchange.seen,
                        "残り回数が、正しい暗証番号なしに増えた。カードが取り替えられたか、他の機械が照合した",
                        "more attempts are left than before, without a right PIN: the card was changed, or another machine asked it",
                    );
                }
            }
            None => {
                left.remove(&of);
            }
        }
    }
}

/// Status words that neither a card of ours nor a fault of card or reader gives.
fn answered(exchange: &Exchange<'_>, draft: &mut Draft) {
    if !exchange.is_answered() || !exchange.is_whole {
        return;
    }
    let Some(sw) = exchange.sw().filter(|sw| !is_known(*sw)) else {
        return;
    };
    draft.leave(
        exchange.seen,
        format!("ステータスワード {sw} は、本ツールのカードにも故障にもない"),
        format!("status word {sw}: no card of ours gives it, and no fault explains it"),
    );
}

/// Of ISO 7816-4 and JICSAP, as our cards give them; `61xx`, `6Cxx` and `63Cx` with any number; and what says that
/// the card is broken, for which there is a fault.
fn is_known(sw: StatusWord) -> bool {
    const NAMED: [StatusWord; 25] = [
        StatusWord::OK,
        StatusWord::END_OF_FILE,
        StatusWord::VERIFICATION_FAILED,
        StatusWord::NO_KEY_DELIVERY,
        StatusWord::WRONG_LENGTH,
        StatusWord::CHANNEL_NOT_SUPPORTED,
        StatusWord::SECURE_MESSAGING_NOT_SUPPORTED,
        StatusWord::INCOMPATIBLE_FILE_STRUCTURE,
        StatusWord::SECURITY_STATUS_NOT_SATISFIED,
        StatusWord::AUTHENTICATION_BLOCKED,
        StatusWord::REFERENCE_BLOCKED,
        StatusWord::CONDITIONS_NOT_SATISFIED,
        StatusWord::NO_CURRENT_EF,
        StatusWord::SECURE_MESSAGING_OBJECT_MISSING,
        StatusWord::SECURE_MESSAGING_OBJECT_INCORRECT,
        StatusWord::NO_SECURE_SESSION,
        StatusWord::INCORRECT_DATA,
        StatusWord::FUNCTION_NOT_SUPPORTED,
        StatusWord::FILE_NOT_FOUND,
        StatusWord::RECORD_NOT_FOUND,
        StatusWord::INCORRECT_P1_P2,
        StatusWord::LC_INCONSISTENT,
        StatusWord::REFERENCE_NOT_FOUND,
        StatusWord::OFFSET_OUTSIDE_EF,
        StatusWord::INSTRUCTION_NOT_SUPPORTED,
    ];
    let [high, _] = sw.to_bytes();
    NAMED.contains(&sw)
        || sw == StatusWord::CLASS_NOT_SUPPORTED
        || sw.attempts().is_some()
        || matches!(high, 0x61 | 0x64 | 0x65 | 0x6C | 0x6F)
}

/// Commands of which the log does not say what came of them, though others follow on the same card.
fn unanswered(day: &Day<'_>, draft: &mut Draft) {
    let within = day.presences.iter().flat_map(|presence| {
        let last = presence.exchanges.len().saturating_sub(1);
        presence.exchanges.iter().take(last)
    });
    let unknown: Vec<&Exchange<'_>> = within
        .filter(|one| one.outcome == Outcome::Unknown)
        .collect();
    if let Some(first) = unknown.first() {
        let count = unknown.len();
        draft.leave(
            first.seen,
            format!("{count} 件のコマンドの応答が記録にない"),
            format!("of {count} commands the log has no answer"),
        );
    }
}

/// Who asks for eligibility has read a card before. Where two logs say otherwise, their clocks differ, or one of them
/// begins later than the other.
pub(super) fn too_early(asked: &[Asked<'_>], day: &Day<'_>, draft: &mut Draft) {
    let first = asked.iter().find(|one| one.is_eligibility());
    let card = day
        .presences
        .iter()
        .find_map(|presence| presence.exchanges.first());
    let Some((first, card)) = first.zip(card) else {
        return;
    };
    let is_read_later = || {
        let mut exchanges = day.presences.iter().flat_map(|one| &one.exchanges);
        exchanges.any(Exchange::reads_certificate)
    };
    if first.seen.input != card.seen.input && first.seen.us < card.seen.us && is_read_later() {
        draft.leave(
            first.seen,
            "カードの交信より前に資格確認の要求がある。二つの記録の時計がずれているか、カードの記録の始めが欠けている。ずれは --clock で指定できる",
            "eligibility was asked for before anything was read from a card: the clocks of two logs differ, which --clock can say, or the beginning of the card's is missing",
        );
    }
}
