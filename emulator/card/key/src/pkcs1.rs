//! The form of a PKCS#1 `RSAPrivateKey` (RFC 8017 §A.1.2), looked at from outside: reading a key
//! proves that its numbers belong together, which takes as long as a signature, and a card has more
//! keys than a dialogue uses.

use crate::{KeyError, PrivateKey};

const SEQUENCE: u8 = 0x30;
const INTEGER: u8 = 0x02;

/// The modulus of a key that a card can have, big-endian.
///
/// # Errors
/// As [`PrivateKey::from_pkcs1_der`], except that nothing is said of whether the numbers belong
/// together.
pub(crate) fn modulus(der: &[u8]) -> Result<[u8; PrivateKey::MODULUS], KeyError> {
    let (modulus, exponent) = public_numbers(der).ok_or(KeyError::Encoding)?;
    let modulus = <[u8; PrivateKey::MODULUS]>::try_from(modulus).map_err(|_| size(modulus))?;
    match (modulus[0] & 0x80, exponent) {
        (0, _) => Err(size(&modulus)),
        (_, [0x01, 0x00, 0x01]) => Ok(modulus),
        _ => Err(KeyError::Exponent),
    }
}

fn size(modulus: &[u8]) -> KeyError {
    let leading = modulus.first().map_or(0, |first| first.leading_zeros());
    let all = u32::try_from(modulus.len() * 8).unwrap_or(u32::MAX);
    KeyError::Size {
        bits: all - leading,
    }
}

/// Modulus and public exponent of `SEQUENCE { version 0, n, e, and six numbers more }`.
fn public_numbers(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut outside = der;
    let mut numbers = element(SEQUENCE, &mut outside)?;
    let version = number(&mut numbers)?;
    let modulus = number(&mut numbers)?;
    let exponent = number(&mut numbers)?;
    for _ in 0..6 {
        number(&mut numbers)?;
    }
    let is_whole = outside.is_empty() && numbers.is_empty() && version.is_empty();
    is_whole.then_some((modulus, exponent))
}

/// The next INTEGER, which is not negative, without zeros in front.
fn number<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    match element(INTEGER, rest)? {
        [0x00, magnitude @ ..] => Some(magnitude),
        magnitude @ [first, ..] if first & 0x80 == 0 => Some(magnitude),
        _ => None,
    }
}

/// The content of the next element, where it has this tag.
fn element<'a>(tag: u8, rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (len, content) = match **rest {
        [found, ..] if found != tag => return None,
        [_, len @ 0..=0x7F, ref content @ ..] => (usize::from(len), content),
        [_, 0x81, len, ref content @ ..] => (usize::from(len), content),
        [_, 0x82, high, low, ref content @ ..] => {
            (usize::from(u16::from_be_bytes([high, low])), content)
        }
        _ => return None,
    };
    let (content, after) = content.split_at_checked(len)?;
    *rest = after;
    Some(content)
}
