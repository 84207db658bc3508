//! Lines of hexadecimal digits, one APDU each: `>` before a command, `<` before a response, `#`
//! before a remark. Where there is no arrow, a line that is a command of a known kind is one, and
//! what follows a command and ends in a status word is its response.

use madoguchi_iso7816::CommandApdu;
use madoguchi_notation::Wording;

use super::{FieldError, Pairing, Placed, bytes};

const COMMAND: &[&str] = &[">>", "=>", "->", ">", "C:", "APDU:"];
const ANSWER: &[&str] = &["<<", "<=", "<-", "<", "R:", "SW:"];

pub(super) fn read(text: &str) -> Result<Vec<Placed>, FieldError> {
    let mut pairing = Pairing::default();
    for (index, whole) in text.lines().enumerate() {
        let number = index + 1;
        let line = whole.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let indent = whole.chars().count() - line.chars().count();
        let after = |arrows: &[&str]| {
            let mut arrows = arrows.iter();
            arrows.find_map(|arrow| Some((arrow.len(), line.strip_prefix(arrow)?)))
        };
        if let Some((len, rest)) = after(COMMAND) {
            pairing.command(number, 0, bytes(rest, number, indent + len + 1)?);
        } else if let Some((len, rest)) = after(ANSWER) {
            pairing.answer(bytes(rest, number, indent + len + 1)?);
        } else {
            let bytes = bytes(line, number, indent + 1)?;
            if is_command(&bytes) {
                pairing.command(number, 0, bytes);
            } else if pairing.waiting.is_some() && ends_in_status(&bytes) {
                pairing.answer(bytes);
            } else {
                let why = Wording::new(
                    "コマンドでも応答でもありません。> か < を行頭に付けてください",
                    "neither a command nor a response; begin the line with > or <",
                );
                return Err(FieldError::at(number, indent + 1, why));
            }
        }
    }
    Ok(pairing.done())
}

/// A class `001x xxxx` is reserved (ISO 7816-4 §5.4.1), and the ASCII digits of a PIN are there.
fn is_command(bytes: &[u8]) -> bool {
    let parsed = CommandApdu::parse(bytes);
    let is_reserved = bytes.first().is_some_and(|class| class >> 5 == 1);
    !is_reserved && parsed.is_ok_and(|command| command.instruction.name().is_some())
}

/// `61xx` … `6Fxx` and `90xx` … `9Fxx`.
fn ends_in_status(bytes: &[u8]) -> bool {
    let status = bytes.split_last_chunk::<2>();
    status.is_some_and(|(_, [sw1, _])| matches!(sw1, 0x61..=0x6F | 0x90..=0x9F))
}
