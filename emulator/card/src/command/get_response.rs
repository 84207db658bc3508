//! GET RESPONSE `00 C0` (ISO 7816-4 §7.6.1), for cards that announce an answer before they give it.
//! Plastic never does (*observed*): see [`Profile::announcement`](crate::Profile::announcement).

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};

use super::le_alone;
use crate::card::Card;
use crate::profile::Announcement;

/// Gives as much of the announced answer as Le asks for; `61xx` says how much is left. `6985` where
/// nothing was announced (*assumed*); `6D00` on a card that announces nothing.
pub(crate) fn get_response(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    if card.profile.announcement == Announcement::Never {
        return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED);
    }
    if command.parameters() != 0x0000 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let le = le_alone(command)?.value();
    let announced = &mut card.volatile.announced;
    if announced.is_empty() {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    }
    let given = announced.drain(..le.min(announced.len()));
    reply.buffer().extend(given);
    Ok(match announced.len() {
        0 => StatusWord::OK,
        left => StatusWord::bytes_available(left),
    })
}

/// Keeps the answer to a command that had data and announces it, where the card does so.
pub(crate) fn announce(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Option<StatusWord> {
    if card.profile.announcement == Announcement::Never {
        return None;
    }
    let data = reply.buffer();
    let has_data = command.body.is_ok_and(|body| !body.data.is_empty());
    if !has_data || data.is_empty() {
        return None;
    }
    let announced = &mut card.volatile.announced;
    announced.clear();
    announced.append(data);
    Some(StatusWord::bytes_available(announced.len()))
}
