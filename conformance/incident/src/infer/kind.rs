//! Of which kind the first card is, by its answer to reset, or by what it lets be read.

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_layout::{ApplicationId, jpki};

use super::presence::{self, Exchange};
use crate::draft::{Draft, Origin, Written};
use crate::incident::Kind;
use crate::redact::{Aside, Seen};

/// A reader that has contacts, by the name that it is sold under.
const OF_CONTACTS: &str = "model: ACS ACR39U ICC Reader";

pub(super) fn infer(app: &[&Seen], kinds: &[Kind], draft: &mut Draft) {
    let day = presence::of(app);
    let Some(first) = day.presences.first() else {
        return;
    };
    // another person's card is of the kind that person carries
    let from = Some(Origin::of(first.first));
    let mut placed = draft.acts.iter().filter(|act| act.from == from);
    if placed.any(|act| act.text.starts_with("place-card: ")) {
        return;
    }
    let from = Origin::of(first.first);
    let by_reset = match &first.first.aside {
        Aside::Placed(Some(atr)) => kinds.iter().position(|(_, known)| known == atr),
        _ => None,
    };
    if let Some((name, _)) = by_reset.filter(|at| *at > 0).map(|at| &kinds[at]) {
        draft
            .card
            .push(Written::implied(format!("profile: {name}"), from));
        if name.contains("contact") {
            draft.reader.push(Written::filled_in(OF_CONTACTS));
        }
        return;
    }
    // a telephone shows its certificate to nobody but who presents the PIN
    let mut exchanges = first.exchanges.iter();
    if let Some(refused) = exchanges.find(|one| is_refused_certificate(one)) {
        let from = Origin::of(refused.seen);
        let line = "profile: android-phone";
        draft.card.push(Written::implied(line, from));
    }
}

/// READ BINARY of 利用者証明用電子証明書, refused for want of a PIN.
fn is_refused_certificate(exchange: &Exchange<'_>) -> bool {
    let apdu = exchange.apdu;
    exchange.is(Instruction::READ_BINARY)
        && apdu.addresses(ApplicationId::Jpki, jpki::AUTHENTICATION_CERTIFICATE)
        && exchange.sw() == Some(StatusWord::SECURITY_STATUS_NOT_SATISFIED)
}
