//! SELECT `00 A4` (ISO 7816-4 §7.1.1; JICSAP 4.2): by DF name, whole or partial, and by EF
//! identifier.

use madoguchi_iso7816::{Aid, CommandApdu, FileId, Le, Reply, StatusWord};
use madoguchi_layout::issuer;

use super::{body, cut};
use crate::card::{Card, Named};

/// Selects an application, the issuer security domain or an EF. A refused selection changes
/// nothing (*assumed*).
///
/// | command | answer | |
/// |---|---|---|
/// | `00 A4 04 0C Lc name` | `9000` | *observed* |
/// | `00 A4 04 00 Lc name` | `6F 0C 84 0A name`, `9000` | template *observed*, its content *assumed* |
/// | `00 A4 04 02 Lc name` | the same for the next application that the name begins | order *assumed* |
/// | `00 A4 02 0C 02 id` | `9000` for working and internal EFs alike | *observed* |
/// | `00 A4 02 00 02 id` | `9000` without data | *assumed* |
/// | `00 A4 00 00` | nothing happens: `9000` in an application, else `6A86` | *observed* |
/// | `00 A4 00 00 02 3F00` | `6A82`, as for every identifier | *observed*; for others *assumed* |
pub(crate) fn select(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    match (command.p1, command.p2) {
        (0x04, 0x00 | 0x02 | 0x0C) => {
            let body = body(command)?;
            let name = select_df(card, body.data, command.p2 == 0x02)?;
            if command.p2 != 0x0C {
                push_fci(reply, name, body.le);
            }
            Ok(())
        }
        (0x02, 0x00 | 0x0C) => {
            let id = <[u8; 2]>::try_from(body(command)?.data)
                .map_err(|_| StatusWord::LC_INCONSISTENT)?;
            card.make_current(Named::File(FileId::from_bytes(id)))
                .map(|_| ())
        }
        (0x00, 0x00 | 0x0C) => match body(command)?.data {
            [] if card.volatile.application().is_some() => Ok(()),
            [] => Err(StatusWord::INCORRECT_P1_P2),
            [_, _] => Err(StatusWord::FILE_NOT_FOUND),
            _ => Err(StatusWord::LC_INCONSISTENT),
        },
        _ => Err(StatusWord::INCORRECT_P1_P2),
    }
}

/// Makes an application or the issuer security domain current and returns its whole name. The
/// issuer security domain is found by its whole name only (*assumed*).
fn select_df(card: &mut Card, name: &[u8], next: bool) -> Result<Aid, StatusWord> {
    if name.is_empty() || name.len() > Aid::MAX {
        return Err(StatusWord::LC_INCONSISTENT);
    }
    if card.profile.issuer_security_domain && name == issuer::AID.as_bytes() && !next {
        card.volatile.select_issuer();
        return Ok(issuer::AID);
    }
    let passed = match card.volatile.application() {
        Some(current) if next => current + 1,
        _ => 0,
    };
    let (index, found) = card
        .persistent
        .applications
        .iter()
        .enumerate()
        .skip(passed)
        .find(|(_, issued)| issued.layout.aid.begins_with(name) && card.profile.has(issued.layout))
        .ok_or(StatusWord::FILE_NOT_FOUND)?;
    let name = found.layout.aid;
    card.volatile
        .select_application(index, card.profile.session_outlives_selection);
    Ok(name)
}

/// File control information: the DF name (tag 84) in a template (tag 6F), also where no Le asked
/// for it.
fn push_fci(reply: &mut Reply, name: Aid, le: Option<Le>) {
    let name = name.as_bytes();
    let mut fci = [0; 4 + Aid::MAX];
    let len = 4 + name.len();
    // At most 18, so the length fits its byte.
    let [inner, outer] = [name.len(), name.len() + 2].map(|n| u8::try_from(n).unwrap_or(0));
    fci[..4].copy_from_slice(&[0x6F, outer, 0x84, inner]);
    fci[4..len].copy_from_slice(name);
    reply.push(le.map_or(&fci[..len], |le| cut(&fci[..len], le)));
}
