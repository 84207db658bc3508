//! From the header of a command to the function that carries it out.

use madoguchi_iso7816::{CommandApdu, Instruction, Malformed, Reply, StatusWord};

use crate::card::Card;
use crate::command::{
    compute_digital_signature, get_challenge, get_data, read_binary, read_record, select, verify,
};

/// CLA of the commands of ISO 7816-4.
const ISO: u8 = 0x00;
/// CLA of the commands of JICSAP.
const JICSAP: u8 = 0x80;

/// Answers one command APDU: data go into `reply`, a refusal is the status word alone.
///
/// What is wrong is looked for in the order CLA, INS, P1 P2, Lc, file, access (*assumed*).
pub(crate) fn respond(
    card: &mut Card,
    command: &[u8],
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    let command = CommandApdu::parse(command).map_err(Malformed::status)?;
    match (class(&command)?, command.instruction) {
        (ISO, Instruction::VERIFY) => verify(card, &command),
        (ISO, Instruction::GET_CHALLENGE) => get_challenge(card, &command, reply),
        (ISO, Instruction::SELECT) => select(card, &command, reply),
        (ISO, Instruction::READ_BINARY) => read_binary(card, &command, reply),
        (ISO, Instruction::READ_RECORD) => read_record(card, &command, reply),
        (ISO, Instruction::GET_DATA) => get_data(card, &command, reply),
        (JICSAP, Instruction::COMPUTE_DIGITAL_SIGNATURE) => {
            compute_digital_signature(card, &command, reply)
        }
        // Telephones know this command, plastic says 6700 (*observed*).
        (JICSAP, Instruction::LAST_COMMAND) => Err(StatusWord::WRONG_LENGTH),
        _ => Err(StatusWord::INSTRUCTION_NOT_SUPPORTED),
    }
}

/// The class without its channel bits.
///
/// Any channel but 0 is `6881` (*observed*). Secure messaging is not provided: SELECT says `6882`
/// and everything else `69FC`, as a card says while it has no session (*observed* for SELECT, READ
/// BINARY and VERIFY). Other classes are `6E00`.
fn class(command: &CommandApdu<'_>) -> Result<u8, StatusWord> {
    const CHANNEL: u8 = 0x03;
    match (command.class & !CHANNEL, command.class & CHANNEL) {
        (ISO | JICSAP | 0x08 | 0x0C, 1..) => Err(StatusWord::CHANNEL_NOT_SUPPORTED),
        (class @ (ISO | JICSAP), _) => Ok(class),
        (0x08 | 0x0C, _) => match command.instruction {
            Instruction::SELECT => Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED),
            _ => Err(StatusWord::NO_SECURE_SESSION),
        },
        _ => Err(StatusWord::CLASS_NOT_SUPPORTED),
    }
}
