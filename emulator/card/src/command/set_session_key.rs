//! SET SESSION KEY `80 AE` (JICSAP): opens a secure messaging session.

use madoguchi_card_key::{PrivateKey, SessionCipher};
use madoguchi_iso7816::{CommandApdu, StatusWord};
use madoguchi_layout::SessionKey;

use super::body;
use crate::card::Card;
use crate::persistent::Content;
use crate::secure_messaging::SecureSession;

/// Takes `A0 22 80 20 ‖ seed (32)`, wrapped with RSAES-OAEP (SHA-256, MGF1 with SHA-256, empty
/// label) under the key of EF 0006. The session's key is the first 16 bytes of the seed
/// (*observed*).
///
/// | | answer | |
/// |---|---|---|
/// | 共通カードAP, 券面事項確認AP | `66F1` | *observed* |
/// | 公的個人認証AP, 住基AP | `6982` | *observed* |
/// | no application | `6982` | *assumed* |
/// | P1 P2 other than `0000` | `6A86` | *assumed* |
/// | the PIN was not verified; 照合番号 do not help | `6982`, before anything is decrypted | *observed* |
/// | not 256 bytes | `6700` | *assumed* |
/// | a number not below the modulus | `6F00` | *observed* |
/// | wrapped otherwise, or another structure, such as a checksum key | `6A80` | *observed* |
pub(crate) fn set_session_key(
    card: &mut Card,
    command: &CommandApdu<'_>,
) -> Result<(), StatusWord> {
    let rule = card
        .application()
        .map_or(SessionKey::NotPermitted, |layout| layout.session_key);
    let SessionKey::Under { key, needs } = rule else {
        return Err(match rule {
            SessionKey::NotConfigured => StatusWord::NO_KEY_DELIVERY,
            _ => StatusWord::SECURITY_STATUS_NOT_SATISFIED,
        });
    };
    if command.parameters() != 0x0000 {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    if !card.volatile.security_status.satisfies(needs) {
        return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
    }
    let wrapped = <&[u8; PrivateKey::MODULUS]>::try_from(body(command)?.data)
        .map_err(|_| StatusWord::WRONG_LENGTH)?;
    let application = card
        .volatile
        .application()
        .ok_or(StatusWord::SECURITY_STATUS_NOT_SATISFIED)?;
    // A card that was issued without the application's data has no such key: nothing to deliver to.
    let at = card
        .persistent
        .find(application, key)
        .map_err(|_| StatusWord::NO_KEY_DELIVERY)?;
    let Content::Transparent(content) = &card.file(at)?.content else {
        return Err(StatusWord::NO_KEY_DELIVERY);
    };
    let held = content
        .unwraps
        .as_ref()
        .ok_or(StatusWord::NO_KEY_DELIVERY)?;
    if wrapped >= held.modulus() {
        return Err(StatusWord::NO_DIAGNOSIS);
    }
    let mut plain = [0; PrivateKey::MODULUS];
    let delivered = held
        .key()
        .ok_or(StatusWord::NO_DIAGNOSIS)?
        .unwrap(wrapped, &mut plain);
    let key = delivered
        .and_then(session_key)
        .ok_or(StatusWord::INCORRECT_DATA)?;
    let session = SecureSession::new(key).ok_or(StatusWord::NO_DIAGNOSIS)?;
    card.volatile.session = Some(Box::new(session));
    Ok(())
}

/// The key in `A0 22 80 20 ‖ seed (32)`.
fn session_key(delivered: &[u8]) -> Option<[u8; SessionCipher::BLOCK]> {
    const SEED: usize = 32;
    match delivered {
        [0xA0, 0x22, 0x80, 0x20, seed @ ..] if seed.len() == SEED => seed.first_chunk().copied(),
        _ => None,
    }
}
