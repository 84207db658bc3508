//! GET CHALLENGE `00 84` (ISO 7816-4 §7.5.3): random bytes.

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};

use super::le_alone;
use crate::card::Card;

/// As many random bytes as Le asks for, 1 to 256, with or without an application; an extended Le
/// is `6985` (*observed*).
pub(crate) fn get_challenge(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    if command.parameters() != 0x0000 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let le = le_alone(command)?;
    if le.is_extended() {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    }
    let buffer = reply.buffer();
    let begin = buffer.len();
    buffer.resize(begin + le.value(), 0);
    (card.entropy)(&mut buffer[begin..]);
    if let Some(terminal) = card.volatile.terminal.as_deref_mut() {
        terminal.challenge = buffer[begin..].to_vec();
    }
    Ok(())
}
