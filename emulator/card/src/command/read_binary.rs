//! READ BINARY `00 B0` (ISO 7816-4 §7.2.3): bytes of a transparent EF.

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::Kind;

use super::{cut, le_alone};
use crate::card::{Card, Named};
use crate::persistent::Content;
use crate::profile::EndOfFile;

/// Reads from an offset up to Le bytes or to the physical end of the file, whichever comes first:
/// a short answer ends with `9000` too (*observed*; see [`Profile::end_of_file`]).
///
/// P1 with b8 = 0 and P2 are a 15-bit offset in the current EF; P1 = `80`|sfi names a file, which
/// becomes current, and P2 is the offset. `00 B0 0E E0 00` is refused with `6B00` on a file of
/// 3808 bytes, as is every offset from the physical size on (*observed*).
///
/// Le may be extended: `00 00 00` is the whole rest (*observed* by clients; one source has cards
/// refuse an Le above 256 in plain).
///
/// [`Profile::end_of_file`]: crate::Profile::end_of_file
pub(crate) fn read_binary(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    let (named, offset) = match command.p1 {
        0x00..=0x7F => (Named::Current, command.parameters()),
        0x80..=0x9F => (Named::by_sfi(command.p1 & 0x1F)?, u16::from(command.p2)),
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    let le = le_alone(command)?;
    let at = card.make_current(named)?;
    let file = card.file(at)?;
    let (Content::Transparent(content), Kind::Transparent { read, .. }) =
        (&file.content, file.layout.kind)
    else {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    };
    let access = card.read_access(at, file, read);
    if !card.volatile.security_status.satisfies(access) {
        return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
    }
    match content.bytes.get(usize::from(offset)..) {
        None | Some([]) => Err(StatusWord::OFFSET_OUTSIDE_EF),
        Some(rest) => {
            let short = rest.len() < le.value();
            match card.profile.end_of_file {
                EndOfFile::WrongLe if short && !le.is_extended() => {
                    return Err(StatusWord::wrong_le(rest.len()));
                }
                EndOfFile::Warning if short => {
                    reply.push(rest);
                    return Ok(StatusWord::END_OF_FILE);
                }
                _ => reply.push(cut(rest, le)),
            }
            Ok(StatusWord::OK)
        }
    }
}
