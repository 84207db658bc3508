//! The commands, one file per INS. Each looks at P1 P2, then at the length fields, then at the
//! file, then at the access rule, and refuses with a status word.

use madoguchi_iso7816::{Body, CommandApdu, Le, Malformed, StatusWord};

mod change;
mod compute_digital_signature;
mod get_challenge;
mod get_data;
mod get_response;
mod internal_authenticate;
mod read_binary;
mod read_record;
mod refused;
mod select;
mod set_session_key;
mod terminal;
mod verify;

pub(crate) use change::change;
pub(crate) use compute_digital_signature::compute_digital_signature;
pub(crate) use get_challenge::get_challenge;
pub(crate) use get_data::get_data;
pub(crate) use get_response::{announce, get_response};
pub(crate) use internal_authenticate::internal_authenticate;
pub(crate) use read_binary::{read, read_binary};
pub(crate) use read_record::read_record;
pub(crate) use refused::{last_command, manage_attributes};
pub(crate) use select::select;
pub(crate) use set_session_key::set_session_key;
pub(crate) use terminal::{external_authenticate, load_terminal_certificate};
pub(crate) use verify::verify;

/// Data and Le of a command whose length fields agree with its length; `6700` otherwise.
pub(crate) fn body<'a>(command: &CommandApdu<'a>) -> Result<Body<'a>, StatusWord> {
    command.body.map_err(Malformed::status)
}

/// Le of a command that has no data and asks for some; `6700` otherwise (*assumed*: cards may also
/// take a missing Le for 0).
fn le_alone(command: &CommandApdu<'_>) -> Result<Le, StatusWord> {
    match body(command)? {
        Body {
            data: [],
            le: Some(le),
        } => Ok(le),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}

/// As much of `data` as Le asks for.
fn cut(data: &[u8], le: Le) -> &[u8] {
    &data[..data.len().min(le.value())]
}
