//! GET DATA `00 CA` (ISO 7816-4 §7.4.1): data objects of the card itself.

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::issuer;

use super::le_alone;
use crate::card::Card;
use crate::profile::ContactAtr;

/// The value of the data object with tag P1 P2, while no application is current (*observed*). Where
/// the contact ATR (`5F51`) answers and whether `7F21` is there differs from card to card, see
/// [`Profile`]; telephones and cards without issuer security domain answer none (*assumed*).
///
/// `6A88` where there is no such object, `6700` where a Le does not hold all of it (*observed*).
///
/// [`Profile`]: crate::Profile
pub(crate) fn get_data(
    card: &Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    let tag = command.parameters();
    let answered = answers(card, tag);
    let (_, value) = card
        .persistent
        .data_objects
        .iter()
        .find(|(object, _)| answered && *object == tag)
        .ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
    if le_alone(command)?.value() < value.len() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    reply.push(value);
    Ok(())
}

/// Whether the card answers this tag in its present state.
fn answers(card: &Card, tag: u16) -> bool {
    let profile = &card.profile;
    let in_application = card.volatile.application().is_some();
    if !profile.issuer_security_domain {
        return false;
    }
    match tag {
        issuer::CONTACT_ATR => match profile.contact_atr {
            ContactAtr::Everywhere => true,
            ContactAtr::Issuer => !in_application,
            ContactAtr::Applications => in_application,
        },
        issuer::CARD_CERTIFICATE if !profile.card_certificate => false,
        _ => !in_application,
    }
}
