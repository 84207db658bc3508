//! Commands that the holder's card knows and never carries out.

use madoguchi_iso7816::{CommandApdu, StatusWord};

use crate::card::Card;
use crate::profile::LastCommand;

/// MANAGE ATTRIBUTES `80 8A` (JICSAP), the issuer's: P1 = `22` and `24` reach the security check
/// (`6982`), every other is `6A86` (*observed*).
pub(crate) fn manage_attributes(command: &CommandApdu<'_>) -> StatusWord {
    match command.p1 {
        0x22 | 0x24 => StatusWord::SECURITY_STATUS_NOT_SATISFIED,
        _ => StatusWord::INCORRECT_P1_P2,
    }
}

/// `80 FC 00 00`: a client says goodbye to a telephone; plastic says `6700` (*observed*).
pub(crate) fn last_command(card: &Card, command: &CommandApdu<'_>) -> Result<(), StatusWord> {
    match (card.profile.last_command, command.parameters()) {
        (LastCommand::Acknowledged, 0x0000) => Ok(()),
        (LastCommand::Acknowledged, _) => Err(StatusWord::INCORRECT_P1_P2),
        (LastCommand::WrongLength, _) => Err(StatusWord::WRONG_LENGTH),
    }
}
