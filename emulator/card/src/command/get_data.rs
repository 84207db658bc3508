//! GET DATA `00 CA` (ISO 7816-4 §7.4.1): data objects of the card itself.

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::issuer;

use super::le_alone;
use crate::card::Card;

/// The value of the data object with tag P1 P2, while no application is current; the contact ATR
/// (`5F51`) always, since cards differ in where they answer it (*observed*).
///
/// `6A88` where there is no such object, `6700` where a Le does not hold all of it (*observed*).
pub(crate) fn get_data(
    card: &Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    let tag = command.parameters();
    let answered = tag == issuer::CONTACT_ATR || card.volatile.application().is_none();
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
