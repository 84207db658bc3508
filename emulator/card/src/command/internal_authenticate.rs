//! INTERNAL AUTHENTICATE `00 88` (ISO 7816-4 §7.5.2): the card shows that it has its key.

use madoguchi_card_key::{PrivateKey, sha256};
use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::Purpose;

use super::body;
use crate::card::{Card, Named};

/// The longest challenge (*observed*: clients stop there).
const CHALLENGE_MAX: usize = 255;

/// Signs a challenge of 1 to 255 bytes, RSASSA-PKCS1-v1_5 with SHA-256, with the key that P2 names:
/// `80` the current EF, `80`|sfi a file. 共通カードAP's 0019 alone can do this (*observed*).
///
/// Other keys: `6982` where they are guarded by a reference that was not verified, `6985` where not
/// (*observed*), also after the reference was verified (*assumed*). Lengths as for COMPUTE DIGITAL
/// SIGNATURE (*assumed*).
pub(crate) fn internal_authenticate(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    if command.p1 != 0x00 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let named = Named::by_p2(command.p2)?.ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
    let body = body(command)?;
    if body.data.is_empty() || body.le.is_none_or(|le| le.value() < PrivateKey::MODULUS) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    if body.data.len() > CHALLENGE_MAX {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    }
    let held = card.private_key(named, Purpose::Authentication)?;
    let mut signature = [0; PrivateKey::MODULUS];
    held.key()
        .ok_or(StatusWord::NO_DIAGNOSIS)?
        .sign_pkcs1v15_hash(&sha256(body.data), &mut signature)
        .map_err(|_| StatusWord::NO_DIAGNOSIS)?;
    reply.push(&signature);
    Ok(())
}
