//! COMPUTE DIGITAL SIGNATURE `80 2A` (JICSAP): the private-key operation.

use madoguchi_card_key::PrivateKey;
use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::Kind;

use super::body;
use crate::card::{Card, Named};
use crate::persistent::Content;

/// With P1 = `00`: pads 1 to 245 bytes with PKCS#1 v1.5 type 1 without looking at them, and applies
/// the private key (*observed*: a `DigestInfo` with or without NULL, a bare hash and five bytes of
/// text are all signed). A signature does not use the security status up (*observed*).
///
/// P2 names the key: `80` the current EF, `80`|sfi a file, which becomes current, `00` the default
/// key of the application, where it has one (else `6A88`, *assumed*).
///
/// The other schemes of the card, P1 = `01` to `05`, are not built and say `6A86` as an unknown one
/// does (*observed* for `06` and above). No data or an Le that the 256 bytes do not fit into is
/// `6700`, more than 245 bytes `6985` (*assumed*: which of the two is not recorded). A file that is
/// no key is `6981`, a key whose reference was not verified `6982` (*observed*).
pub(crate) fn compute_digital_signature(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    if command.p1 != 0x00 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let named = match Named::by_p2(command.p2)? {
        Some(named) => named,
        None => default_key(card)?,
    };
    let body = body(command)?;
    if body.data.is_empty() || body.le.is_none_or(|le| le.value() < PrivateKey::MODULUS) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    if body.data.len() > PrivateKey::INPUT_MAX {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    }
    let at = card.make_current(named)?;
    let file = card.file(at)?;
    let (Content::Key(key), Kind::Key { usage, .. }) = (&file.content, file.layout.kind) else {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    };
    if !card.volatile.security_status.satisfies(usage) {
        return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
    }
    let key = key.as_ref().ok_or(StatusWord::REFERENCE_NOT_FOUND)?;
    let mut signature = [0; PrivateKey::MODULUS];
    key.raw_pkcs1v15(body.data, &mut signature)
        .map_err(|_| StatusWord::NO_DIAGNOSIS)?;
    reply.push(&signature);
    Ok(())
}

/// The key that P2 = `00` means.
fn default_key(card: &Card) -> Result<Named, StatusWord> {
    card.volatile
        .application()
        .and_then(|index| card.persistent.applications.get(index))
        .and_then(|issued| issued.layout.default_key)
        .map(Named::File)
        .ok_or(StatusWord::REFERENCE_NOT_FOUND)
}
