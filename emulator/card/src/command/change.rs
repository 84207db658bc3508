//! CHANGE REFERENCE DATA `00 24 01 80` (ISO 7816-4 §7.5.7) and CHANGE KEY `80 32 00 80` (JICSAP):
//! a new value for a PIN or a password.

use madoguchi_iso7816::{CommandApdu, Instruction, StatusWord};
use madoguchi_layout::{Change, Kind};

use super::body;
use crate::card::{Card, Named};
use crate::persistent::{Content, VALUE_MAX};

/// Sets the command data as the new value of the reference that P2 names (`80` the current EF,
/// `80`|sfi a file). Each application knows one of the two commands (*observed*); the other is
/// `6D00` (*assumed*).
///
/// The old value is not part of the command: it must have been verified, else `6982` (*observed*).
/// Afterwards all attempts are left (*assumed*) and the reference counts as verified still, see
/// [`Profile::change_keeps_status`](crate::Profile::change_keeps_status).
///
/// | | answer | |
/// |---|---|---|
/// | P1 other than `01` (CHANGE REFERENCE DATA) or `00` (CHANGE KEY) | `6A86` | *assumed* |
/// | no data or more than 16 bytes | `6700` | *assumed* |
/// | a file that is no reference | `6981` | *assumed* |
/// | 照合番号 and others that the issuer sets | `6982` | *assumed* |
/// | a blocked reference | `6984` | *assumed* |
pub(crate) fn change(card: &mut Card, command: &CommandApdu<'_>) -> Result<(), StatusWord> {
    let known = card.application().and_then(|layout| layout.change);
    if known != Some(command.instruction) {
        return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED);
    }
    let p1 = u8::from(command.instruction == Instruction::CHANGE_REFERENCE_DATA);
    if command.p1 != p1 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let named = Named::by_p2(command.p2)?.ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
    let value = body(command)?.data;
    if value.is_empty() || value.len() > VALUE_MAX {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let at = card.make_current(named)?;
    let verified = card.volatile.security_status;
    let blocked = card.profile.blocked.status();
    let file = card
        .persistent
        .file_mut(at)
        .ok_or(StatusWord::FILE_NOT_FOUND)?;
    let (Content::Reference(reference), Kind::Reference(rule)) =
        (&mut file.content, file.layout.kind)
    else {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    };
    if reference.tries_left == 0 {
        return Err(blocked);
    }
    if rule.change == Change::Issuer || !verified.holds(file.layout.id) {
        return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
    }
    let held = reference.value.expose_mut();
    held.clear();
    held.extend_from_slice(value);
    reference.tries_left = reference.tries_max;
    let id = file.layout.id;
    if !card.profile.change_keeps_status {
        card.volatile.security_status.revoke(id);
    }
    Ok(())
}
