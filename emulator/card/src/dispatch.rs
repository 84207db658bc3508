//! From the header of a command to the function that carries it out.

use madoguchi_iso7816::{CommandApdu, Instruction, Malformed, Reply, StatusWord};

use crate::card::Card;
use crate::command::{
    announce, change, compute_digital_signature, external_authenticate, get_challenge, get_data,
    get_response, internal_authenticate, last_command, load_terminal_certificate,
    manage_attributes, read_binary, read_record, select, set_session_key, verify,
};
use crate::secure_messaging;

/// What the class byte says, without the channel.
enum Class {
    /// `00`: ISO 7816-4.
    Iso,
    /// `80`: JICSAP.
    Jicsap,
    /// `08`: secure messaging.
    Secure,
    /// `0C`: secure messaging with the header in a checksum.
    SecureWithIntegrity,
}

/// Answers one command APDU: data go into `reply`, followed by the status word that is returned; a
/// refusal is the status word alone.
///
/// What is wrong is looked for in the order CLA, INS, P1 P2, Lc, file, access (*assumed*).
pub(crate) fn respond(
    card: &mut Card,
    command: &[u8],
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    let command = CommandApdu::parse(command).map_err(Malformed::status)?;
    if command.instruction != Instruction::GET_RESPONSE {
        card.volatile.announced.clear();
    }
    let status = match class(command.class)? {
        Class::Iso => iso(card, &command, reply)?,
        Class::Jicsap => jicsap(card, &command, reply).map(|()| StatusWord::OK)?,
        Class::Secure => secure_messaging::respond(card, &command, reply)?,
        Class::SecureWithIntegrity => {
            return Err(secure_messaging::refuse_integrity(card, &command));
        }
    };
    Ok(announce(card, &command, reply).unwrap_or(status))
}

fn iso(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    match command.instruction {
        Instruction::READ_BINARY => return read_binary(card, command, reply),
        Instruction::GET_RESPONSE => return get_response(card, command, reply),
        Instruction::VERIFY => verify(card, command)?,
        Instruction::CHANGE_REFERENCE_DATA => change(card, command)?,
        Instruction::EXTERNAL_AUTHENTICATE => external_authenticate(card, command)?,
        Instruction::GET_CHALLENGE => get_challenge(card, command, reply)?,
        Instruction::INTERNAL_AUTHENTICATE => internal_authenticate(card, command, reply)?,
        Instruction::SELECT => select(card, command, reply)?,
        Instruction::READ_RECORD => read_record(card, command, reply)?,
        Instruction::GET_DATA => get_data(card, command, reply)?,
        // The issuer's, whose security status nobody here ever has (*assumed* that cards say so).
        Instruction::UPDATE_BINARY | Instruction::UPDATE_RECORD | Instruction::APPEND_RECORD => {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        _ => return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
    }
    Ok(StatusWord::OK)
}

fn jicsap(card: &mut Card, command: &CommandApdu<'_>, reply: &mut Reply) -> Result<(), StatusWord> {
    match command.instruction {
        Instruction::COMPUTE_DIGITAL_SIGNATURE => compute_digital_signature(card, command, reply),
        Instruction::CHANGE_KEY => change(card, command),
        Instruction::MANAGE_ATTRIBUTES => Err(manage_attributes(command)),
        Instruction::LOAD_TERMINAL_CERTIFICATE => load_terminal_certificate(card, command),
        Instruction::SET_SESSION_KEY => set_session_key(card, command),
        // The issuer's (*specified*: JICSAP), as above.
        Instruction::ERASE_ALL_RECORDS
        | Instruction::LOCK_DF
        | Instruction::UNLOCK_DF
        | Instruction::UNLOCK_KEY => Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED),
        Instruction::LAST_COMMAND => last_command(card, command),
        _ => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
    }
}

/// The class without its channel bits: any channel but 0 is `6881` (*observed*), other classes are
/// `6E00`.
fn class(class: u8) -> Result<Class, StatusWord> {
    const CHANNEL: u8 = 0x03;
    let known = match class & !CHANNEL {
        0x00 => Class::Iso,
        0x80 => Class::Jicsap,
        0x08 => Class::Secure,
        0x0C => Class::SecureWithIntegrity,
        _ => return Err(StatusWord::CLASS_NOT_SUPPORTED),
    };
    match class & CHANNEL {
        0 => Ok(known),
        _ => Err(StatusWord::CHANNEL_NOT_SUPPORTED),
    }
}
