//! Secure messaging (JICSAP; JIS X 6319-3 §5.4) as 券面事項入力補助AP has it: confidentiality with
//! AES-128, no integrity (*observed*).
//!
//! A command with class `08` carries exactly one data object, `86 L 01 ‖ cryptogram` for SELECT and
//! VERIFY, `96 03 00 hh ll` (the expected length, `0000` for everything) for READ BINARY. The
//! cryptogram is padded with `80 00…`, always. Commands are numbered from 1; the number is not sent
//! and makes the initialization vector of command and response. Every command of class `08` takes a
//! number, also one that the application refuses; plain commands in between take none.

use madoguchi_card_key::SessionCipher;
use madoguchi_iso7816::tlv::ber;
use madoguchi_iso7816::{Body, CommandApdu, Instruction, Le, Reply, StatusWord};

use crate::card::Card;
use crate::command;

/// The longest cryptogram that is looked at: more than any reference value or name needs.
const CRYPTOGRAM_MAX: usize = 256;

/// What a terminal and the card agreed on with SET SESSION KEY.
#[derive(Debug, Clone)]
pub(crate) struct SecureSession {
    cipher: SessionCipher,
    /// The number of the next command.
    next: u64,
}

impl SecureSession {
    /// A session whose first command has number 1.
    pub(crate) fn new(key: [u8; SessionCipher::BLOCK]) -> Option<Self> {
        SessionCipher::new(key).map(|cipher| Self { cipher, next: 1 })
    }
}

/// Answers a command of class `08`.
///
/// | | answer | |
/// |---|---|---|
/// | there is no session | SELECT `6882`, everything else `69FC` | *observed* for SELECT, READ BINARY and VERIFY |
/// | not exactly one object, another tag or padding indicator, wrong padding | `6988`, and the session is gone | *observed* |
/// | another instruction in a session | `6882` | *assumed* |
/// | data that a command answers | `86 L 01 ‖ cryptogram`, `9000` | *observed* for READ BINARY |
pub(crate) fn respond(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    let Some(session) = card.volatile.session.as_deref_mut() else {
        return Err(without_session(command));
    };
    let n = session.next;
    session.next += 1;
    let data = command::body(command)?.data;
    let status = match command.instruction {
        Instruction::SELECT | Instruction::VERIFY => {
            let mut buffer = [0; CRYPTOGRAM_MAX];
            let Some(data) = session.opened(n, data, &mut buffer) else {
                return Err(broken(card));
            };
            let plain = plain(command, data);
            match command.instruction {
                Instruction::SELECT => command::select(card, &plain, reply)?,
                _ => command::verify(card, &plain)?,
            }
            StatusWord::OK
        }
        Instruction::READ_BINARY => {
            let Some(le) = expected_length(data) else {
                return Err(broken(card));
            };
            command::read(card, command, Ok(Some(le)), reply)?
        }
        _ => return Err(StatusWord::SECURE_MESSAGING_NOT_SUPPORTED),
    };
    if let Some(session) = card.volatile.session.as_deref()
        && !reply.bytes().is_empty()
    {
        session.seal(n, reply.buffer())?;
    }
    Ok(status)
}

/// Answers a command of class `0C`, which would carry a checksum: no session has a key for one
/// (*observed*).
pub(crate) fn refuse_integrity(card: &Card, command: &CommandApdu<'_>) -> StatusWord {
    match card.volatile.session {
        Some(_) => StatusWord::SECURE_MESSAGING_OBJECT_MISSING,
        None => without_session(command),
    }
}

fn without_session(command: &CommandApdu<'_>) -> StatusWord {
    match command.instruction {
        Instruction::SELECT => StatusWord::SECURE_MESSAGING_NOT_SUPPORTED,
        _ => StatusWord::NO_SECURE_SESSION,
    }
}

/// Ends the session.
fn broken(card: &mut Card) -> StatusWord {
    card.volatile.session = None;
    StatusWord::SECURE_MESSAGING_OBJECT_INCORRECT
}

/// The command that a secured one stands for.
fn plain<'a>(secured: &CommandApdu<'_>, data: &'a [u8]) -> CommandApdu<'a> {
    CommandApdu {
        class: 0x00,
        instruction: secured.instruction,
        p1: secured.p1,
        p2: secured.p2,
        body: Ok(Body { data, le: None }),
    }
}

/// `96 03 00 hh ll`.
fn expected_length(data: &[u8]) -> Option<Le> {
    match *data {
        [0x96, 0x03, 0x00, high, low] => Some(Le::extended([high, low])),
        _ => None,
    }
}

impl SecureSession {
    /// The data of message `n` in `86 L 01 ‖ cryptogram`, decrypted into `buffer`.
    fn opened<'b>(
        &self,
        n: u64,
        data: &[u8],
        buffer: &'b mut [u8; CRYPTOGRAM_MAX],
    ) -> Option<&'b [u8]> {
        let (object, rest) = ber::read(data).ok()?;
        let [0x01, cryptogram @ ..] = object.value else {
            return None;
        };
        if object.tag.value() != 0x86 || !rest.is_empty() || cryptogram.is_empty() {
            return None;
        }
        let buffer = buffer.get_mut(..cryptogram.len())?;
        buffer.copy_from_slice(cryptogram);
        if !self.cipher.decrypt(n, buffer) {
            return None;
        }
        let end = buffer.iter().rposition(|byte| *byte != 0x00)?;
        (buffer[end] == 0x80).then_some(&buffer[..end])
    }

    /// Puts the data of message `n` into `86 L 01 ‖ cryptogram`, in place.
    fn seal(&self, n: u64, data: &mut Vec<u8>) -> Result<(), StatusWord> {
        data.push(0x80);
        data.resize(data.len().next_multiple_of(SessionCipher::BLOCK), 0x00);
        if !self.cipher.encrypt(n, data) {
            return Err(StatusWord::NO_DIAGNOSIS);
        }
        let mut header = [0x86, 0x82, 0, 0, 0x01];
        let header = match u16::try_from(data.len() + 1).map(u16::to_be_bytes) {
            Ok([0, len @ ..=0x7F]) => {
                header[1] = len;
                header[2] = 0x01;
                &header[..3]
            }
            Ok([high, low]) => {
                header[2] = high;
                header[3] = low;
                &header[..]
            }
            Err(_) => return Err(StatusWord::NO_DIAGNOSIS),
        };
        let len = data.len();
        data.resize(len + header.len(), 0);
        data.copy_within(..len, header.len());
        data[..header.len()].copy_from_slice(header);
        Ok(())
    }
}
