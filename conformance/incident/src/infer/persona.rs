//! Who came, as far as card and service tell it without telling who it is.

use madoguchi_eligibility::Decision;
use madoguchi_iso7816::{Instruction, StatusWord};

use super::presence::{Exchange, Presence};
use super::web::Asked;
use crate::draft::{Origin, Written};

/// By a card that is none of those that are asked for.
pub(super) fn of_card(presence: &Presence<'_>) -> Option<Written> {
    const MOST: usize = 3;
    const NOT_THERE: [StatusWord; 4] = [
        StatusWord::FILE_NOT_FOUND,
        StatusWord::INCORRECT_P1_P2,
        StatusWord::INSTRUCTION_NOT_SUPPORTED,
        StatusWord::CLASS_NOT_SUPPORTED,
    ];
    let is_refused = |one: &&Exchange<'_>| {
        one.is(Instruction::SELECT)
            && one.apdu.header.starts_with("00A404")
            && one.sw().is_some_and(|sw| NOT_THERE.contains(&sw))
    };
    let refused = presence.exchanges.first().filter(is_refused)?;
    let of = ["menkyo-mino", "juki-kayo"];
    let is_all = presence.exchanges.len() <= MOST;
    is_all.then(|| Written::one_of(of[0], &of, Origin::of(refused.seen)))
}

/// By what kind of insurance the service told.
pub(super) fn by_answer(one: &Asked<'_>) -> Option<Written> {
    let entitled = one.entitled()?;
    let from = Origin::of(one.seen);
    // 医療扶助: A1 and behind
    if entitled.class.is_some_and(|class| class.starts_with('A')) {
        return Some(Written::implied("fujo-hanako", from));
    }
    entitled
        .has_other_name
        .then(|| Written::implied("betsumei-mari", from))
}

/// Who comes where somebody else came before: of the second and third holder of a card nothing is known but that.
pub(super) fn by_holder(holder: u32, from: Origin) -> Option<Written> {
    const OTHERS: [&str; 2] = ["shiken-hanako", "kouki-umeko"];
    let at = usize::try_from(holder).ok()?.checked_sub(2)?;
    let of = [OTHERS[at % 2], OTHERS[(at + 1) % 2]];
    Some(Written::one_of(of[0], &of, from))
}

/// Personas to whom the service says so.
pub(super) fn by_decision(one: &Asked<'_>) -> Option<Written> {
    let from = Origin::of(one.seen);
    let of: &[&str] = match one.decision()? {
        Decision::NotRegistered => &["mitouroku-saburo"],
        Decision::CertExpired => &["kigengire-shichiro"],
        Decision::CertRevoked => &["shikkou-juro", "teishi-kuro"],
        Decision::NoQualification => &["kakuu-jiro"],
        _ => return None,
    };
    Some(match of {
        [one] => Written::implied(*one, from),
        several => Written::one_of(several[0], several, from),
    })
}
