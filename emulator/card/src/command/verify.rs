//! VERIFY `00 20` (ISO 7816-4 §7.5.6): a PIN, a password, or the question how many attempts are
//! left.

use madoguchi_iso7816::{CommandApdu, FileId, StatusWord};

use super::body;
use crate::card::{Card, Named};
use crate::persistent::{Content, Position, VALUE_MAX};
use crate::profile::VerifiedQuery;

/// Compares the command data with the reference that P2 names: `80` the current EF, `80`|sfi a
/// file, which becomes current.
///
/// | | answer | |
/// |---|---|---|
/// | no data (`00 20 00 80`, `00 20 00 80 00`) | `63Cx`, x attempts left, also when verified; on some cards `9000` then | *observed*, see [`Profile::verified_query`] |
/// | the right value | `9000`, the counter is restored | *observed* |
/// | a wrong value, of whatever length | `63Cx` after counting down, `63C0` for the last | *observed* |
/// | any value at 0 attempts | `6984` | *observed*, see [`Profile::blocked`] |
/// | more than 16 bytes | `6700`, nothing is counted | *assumed* |
/// | P2 = `00` | `6A88` | *assumed* |
/// | a file that is no reference | `6981` | *assumed* |
///
/// [`Profile::verified_query`]: crate::Profile::verified_query
/// [`Profile::blocked`]: crate::Profile::blocked
pub(crate) fn verify(card: &mut Card, command: &CommandApdu<'_>) -> Result<(), StatusWord> {
    if command.p1 != 0x00 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let named = Named::by_p2(command.p2)?.ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
    let value = body(command)?.data;
    if value.len() > VALUE_MAX {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let at = card.make_current(named)?;
    let (id, compared) = compare(card, at, value)?;
    match compared {
        Compared::Right => {
            card.volatile.security_status.grant(id);
            Ok(())
        }
        Compared::Wrong { tries_left } => {
            if card.profile.wrong_value_revokes {
                card.volatile.security_status.revoke(id);
            }
            Err(StatusWord::attempts_left(tries_left))
        }
        Compared::Asked { .. }
            if card.profile.verified_query == VerifiedQuery::Ok
                && card.volatile.security_status.holds(id) =>
        {
            Ok(())
        }
        Compared::Asked { tries_left } => Err(StatusWord::attempts_left(tries_left)),
    }
}

/// What came of a VERIFY that reached its reference.
enum Compared {
    Right,
    Wrong { tries_left: u8 },
    Asked { tries_left: u8 },
}

/// Compares and counts.
fn compare(card: &mut Card, at: Position, value: &[u8]) -> Result<(FileId, Compared), StatusWord> {
    let blocked = card.profile.blocked.status();
    let file = card
        .persistent
        .file_mut(at)
        .ok_or(StatusWord::FILE_NOT_FOUND)?;
    let Content::Reference(reference) = &mut file.content else {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    };
    let compared = if value.is_empty() {
        Compared::Asked {
            tries_left: reference.tries_left,
        }
    } else if reference.tries_left == 0 {
        return Err(blocked);
    } else if value == reference.value.expose().as_slice() {
        reference.tries_left = reference.tries_max;
        Compared::Right
    } else {
        reference.tries_left -= 1;
        Compared::Wrong {
            tries_left: reference.tries_left,
        }
    };
    Ok((file.layout.id, compared))
}
