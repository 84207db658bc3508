//! COMPUTE DIGITAL SIGNATURE `80 2A` (JICSAP): the private-key operation.

use madoguchi_card_key::{PrivateKey, sha256};
use madoguchi_iso7816::{CommandApdu, Reply, StatusWord};
use madoguchi_layout::Purpose;

use super::body;
use crate::card::{Card, Named};

/// The longest message that the card hashes itself (*observed*: clients stop there).
const MESSAGE_MAX: usize = 255;

/// Signs with the key that P2 names: `80` the current EF, `80`|sfi a file, which becomes current,
/// `00` the default key of the application, where it has one (else `6A88`, *assumed*). P1 is the
/// scheme (all *observed*):
///
/// | P1 | input | signature |
/// |---|---|---|
/// | `00` | 1 to 245 bytes | PKCS#1 v1.5 type 1 padding around them, whatever they are |
/// | `01` | 1 to 255 bytes | the same around their SHA-256 hash, without `DigestInfo` |
/// | `02` | a hash of 32 bytes | RSASSA-PKCS1-v1_5 with SHA-256 |
/// | `03` | 1 to 255 bytes | the same, hashed by the card |
/// | `04` | a hash of 32 bytes | RSASSA-PSS with SHA-256, MGF1 and a random salt of 32 bytes |
/// | `05` | 1 to 255 bytes | the same, hashed by the card |
/// | other | | `6A86` |
///
/// A signature does not use the security status up (*observed*). No data or an Le that the 256
/// bytes do not fit into is `6700`, data of another length `6985` (both *assumed*, see
/// [`Profile::signature_length`](crate::Profile::signature_length)). A file that is no key is `6981`, a key whose reference was not verified `6982`
/// (*observed*), the key of INTERNAL AUTHENTICATE `6985` (*assumed*).
pub(crate) fn compute_digital_signature(
    card: &mut Card,
    command: &CommandApdu<'_>,
    reply: &mut Reply,
) -> Result<(), StatusWord> {
    let scheme = Scheme::of(command.p1)?;
    let named = match Named::by_p2(command.p2)? {
        Some(named) => named,
        None => default_key(card)?,
    };
    let body = body(command)?;
    if body.data.is_empty() || body.le.is_none_or(|le| le.value() < PrivateKey::MODULUS) {
        return Err(StatusWord::WRONG_LENGTH);
    }
    let input = scheme
        .input(body.data)
        .ok_or_else(|| card.profile.signature_length.status())?;
    let held = card.private_key(named, Purpose::Signature)?;
    let key = held.key().ok_or(StatusWord::NO_DIAGNOSIS)?;
    let mut signature = [0; PrivateKey::MODULUS];
    match input {
        Input::Padded(input) => key.raw_pkcs1v15(input, &mut signature),
        Input::Bare(hash) => key.raw_pkcs1v15(&hash, &mut signature),
        Input::Pkcs1(hash) => key.sign_pkcs1v15_hash(&hash, &mut signature),
        Input::Pss(hash) => {
            let mut salt = [0; 32];
            (card.entropy)(&mut salt);
            key.sign_pss_hash(&hash, &salt, &mut signature)
        }
    }
    .map_err(|_| StatusWord::NO_DIAGNOSIS)?;
    reply.push(&signature);
    Ok(())
}

/// P1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Padded,
    BareHash,
    Pkcs1Hash,
    Pkcs1,
    PssHash,
    Pss,
}

/// What the private key is applied to.
enum Input<'a> {
    Padded(&'a [u8]),
    Bare([u8; 32]),
    Pkcs1([u8; 32]),
    Pss([u8; 32]),
}

impl Scheme {
    fn of(p1: u8) -> Result<Self, StatusWord> {
        Ok(match p1 {
            0x00 => Self::Padded,
            0x01 => Self::BareHash,
            0x02 => Self::Pkcs1Hash,
            0x03 => Self::Pkcs1,
            0x04 => Self::PssHash,
            0x05 => Self::Pss,
            _ => return Err(StatusWord::INCORRECT_P1_P2),
        })
    }

    /// Looks at the length of the data, and hashes where the card does; `None` for a length that
    /// the scheme does not take.
    fn input(self, data: &[u8]) -> Option<Input<'_>> {
        let message = Some(data).filter(|data| data.len() <= MESSAGE_MAX);
        let hash = || <[u8; 32]>::try_from(data).ok();
        match self {
            Self::Padded => (data.len() <= PrivateKey::INPUT_MAX).then_some(Input::Padded(data)),
            Self::BareHash => message.map(sha256).map(Input::Bare),
            Self::Pkcs1Hash => hash().map(Input::Pkcs1),
            Self::Pkcs1 => message.map(sha256).map(Input::Pkcs1),
            Self::PssHash => hash().map(Input::Pss),
            Self::Pss => message.map(sha256).map(Input::Pss),
        }
    }
}

/// The key that P2 = `00` means.
fn default_key(card: &Card) -> Result<Named, StatusWord> {
    card.application()
        .and_then(|layout| layout.default_key)
        .map(Named::File)
        .ok_or(StatusWord::REFERENCE_NOT_FOUND)
}
