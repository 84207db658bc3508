//! READ BINARY `00 B0` (ISO 7816-4 §7.2.3): bytes of a transparent EF.

use madoguchi_iso7816::{Body, CommandApdu, Le, Reply, StatusWord};
use madoguchi_layout::Kind;

use super::{body, cut};
use crate::card::{Card, Named};
use crate::persistent::Content;
use crate::profile::{EndOfFile, MissingLe, Profile};

/// Reads from an offset up to Le bytes or to the physical end of the file, whichever comes first:
/// a short answer ends with `9000` too (*observed*; see [`Profile::end_of_file`]).
///
/// P1 with b8 = 0 and P2 are a 15-bit offset in the current EF; P1 = `80`|sfi names a file, which
/// becomes current, and P2 is the offset. `00 B0 0E E0 00` is refused with `6B00` on a file of
/// 3808 bytes, as is every offset from the physical size on (*observed*).
///
/// Le may be extended: `00 00 00` is the whole rest (*observed* by clients; see
/// [`Profile::extended_read`]). Without Le: [`Profile::missing_le`].
///
/// [`Profile::end_of_file`]: crate::Profile::end_of_file
/// [`Profile::extended_read`]: crate::Profile::extended_read
/// [`Profile::missing_le`]: crate::Profile::missing_le
pub(crate) fn read_binary(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    let le = le_in_clear(&card.profile, command);
    read(card, command, le, reply)
}

/// The same with an Le that was found elsewhere, or what is wrong with it; `None` asks for nothing.
pub(crate) fn read(
    card: &mut Card,
    command: &CommandApdu<'_>,
    le: Result<Option<Le>, StatusWord>,
    reply: &mut Reply,
) -> Result<StatusWord, StatusWord> {
    let (named, offset) = match command.p1 {
        0x00..=0x7F => (Named::Current, command.parameters()),
        0x80..=0x9F => (Named::by_sfi(command.p1 & 0x1F)?, u16::from(command.p2)),
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    let le = le?;
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
    let rest = content.bytes.get(usize::from(offset)..);
    let rest = rest.filter(|rest| !rest.is_empty());
    let rest = rest.ok_or(StatusWord::OFFSET_OUTSIDE_EF)?;
    let Some(le) = le else {
        return Ok(StatusWord::OK);
    };
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

/// Le of a command in the clear, as far as cards of this profile take it.
fn le_in_clear(profile: &Profile, command: &CommandApdu<'_>) -> Result<Option<Le>, StatusWord> {
    /// What a short Le can say.
    const SHORT: usize = 256;
    match body(command)? {
        Body { data: [], le: None } if profile.missing_le == MissingLe::NoBytes => Ok(None),
        Body {
            data: [],
            le: Some(le),
        } if profile.extended_read || le.value() <= SHORT => Ok(Some(le)),
        _ => Err(StatusWord::WRONG_LENGTH),
    }
}
