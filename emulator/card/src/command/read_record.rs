//! READ RECORD(S) `00 B2` (ISO 7816-4 §7.3.3; JICSAP): records of a record EF.

use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::Kind;

use super::{cut, le_alone};
use crate::card::{Card, Named};
use crate::persistent::Content;

/// Reads record P1: alone where P2 ends in `4` (`100`), with all that follow where it ends in `5`
/// (`101`). The five bits above name the file by its short identifier, 0 the current EF:
/// `00 B2 01 0C 00` is record 1 of EF 0001.
///
/// Some cards do not know the second form and say `6A81` (*observed*), see
/// [`Profile::read_to_the_last`](crate::Profile::read_to_the_last).
///
/// `6A83` where there is no such record, record 0 included (*assumed*); `6981` for a file that has
/// none. Other forms of P2 are `6A86` (*assumed*).
pub(crate) fn read_record(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    let to_the_last = match command.p2 & 0x07 {
        0x04 => false,
        0x05 if card.profile.read_to_the_last => true,
        0x05 => return Err(StatusWord::FUNCTION_NOT_SUPPORTED),
        _ => return Err(StatusWord::INCORRECT_P1_P2),
    };
    let named = Named::by_sfi(command.p2 >> 3)?;
    let le = le_alone(command)?;
    let at = card.make_current(named)?;
    let file = card.file(at)?;
    let (Content::Records(records), Kind::Records { read }) = (&file.content, file.layout.kind)
    else {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    };
    if !card.volatile.security_status.satisfies(read) {
        return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
    }
    let first = usize::from(command.p1)
        .checked_sub(1)
        .ok_or(StatusWord::RECORD_NOT_FOUND)?;
    let found = match records.get(first..) {
        None | Some([]) => return Err(StatusWord::RECORD_NOT_FOUND),
        Some(rest) if to_the_last => rest,
        Some(rest) => &rest[..1],
    };
    for record in found {
        reply.push(record);
    }
    let asked = cut(reply.bytes(), le).len();
    reply.buffer().truncate(asked);
    Ok(())
}
