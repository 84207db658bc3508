//! RSA with a public key (RFC 8017 §5.2.2, RSAVP1): what a signature says before anybody judges it. aws-lc
//! verifies, but does not tell what was signed.

/// `signature` to the public exponent, as many octets as the modulus has; nothing where the key is none or
/// the signature is no number below the modulus.
pub(super) fn open(public_key: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let (modulus, exponent) = parts(public_key)?;
    let n = Number::of(modulus);
    let s = Number::of(signature).fitting(&n)?;
    let mut opened: Option<Number> = None;
    for bit in bits(exponent) {
        opened = opened.map(|number| number.times(&number, &n));
        if bit {
            opened = Some(opened.map_or_else(|| s.clone(), |number| number.times(&s, &n)));
        }
    }
    Some(opened?.octets(modulus.len()))
}

/// Modulus and exponent of an RSAPublicKey (RFC 8017 A.1.1), without leading zeros.
fn parts(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (sequence, _) = element(0x30, der)?;
    let (modulus, rest) = element(0x02, sequence)?;
    let (exponent, _) = element(0x02, rest)?;
    let is_sound = (128..=1024).contains(&modulus.len()) && exponent.len() <= 8;
    is_sound.then_some((trimmed(modulus), trimmed(exponent)))
}

/// The content of the DER element that `der` begins with, and what follows it.
fn element(tag: u8, der: &[u8]) -> Option<(&[u8], &[u8])> {
    let (first, rest) = der.split_first()?;
    let (length, rest) = rest.split_first()?;
    let (length, rest) = match length {
        short @ 0..=0x7F => (usize::from(*short), rest),
        0x81 => (usize::from(*rest.first()?), rest.get(1..)?),
        0x82 => (
            usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?])),
            rest.get(2..)?,
        ),
        _ => return None,
    };
    let is_meant = *first == tag && length <= rest.len();
    is_meant.then(|| rest.split_at(length))
}

fn trimmed(octets: &[u8]) -> &[u8] {
    let zeros = octets.iter().take_while(|octet| **octet == 0).count();
    octets.get(zeros..).unwrap_or_default()
}

/// The bits of a number, the highest first.
fn bits(octets: &[u8]) -> impl Iterator<Item = bool> {
    octets
        .iter()
        .flat_map(|octet| (0..8).rev().map(move |i| octet >> i & 1 == 1))
}

/// A number, the lowest 32 bits first, and without zeros at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Number(Vec<u32>);

impl Number {
    fn of(octets: &[u8]) -> Self {
        let limbs = octets.rchunks(4).map(|chunk| {
            chunk
                .iter()
                .fold(0, |limb, octet| limb << 8 | u32::from(*octet))
        });
        Self(limbs.collect())
    }

    /// The same in as many limbs as the modulus has and one more, if it is below it.
    fn fitting(mut self, n: &Self) -> Option<Self> {
        let limbs = n.0.len() + 1;
        if self.0.iter().skip(limbs).any(|limb| *limb != 0) {
            return None;
        }
        self.0.resize(limbs, 0);
        (!self.is_at_least(n)).then_some(self)
    }

    fn octets(&self, length: usize) -> Vec<u8> {
        let octets = self.0.iter().flat_map(|limb| limb.to_le_bytes());
        let mut octets: Vec<u8> = octets.take(length).collect();
        octets.reverse();
        octets
    }

    fn is_at_least(&self, n: &Self) -> bool {
        for (i, limb) in self.0.iter().enumerate().rev() {
            let other = n.0.get(i).copied().unwrap_or(0);
            if *limb != other {
                return *limb > other;
            }
        }
        true
    }

    /// Adds a number below `n`, and stays below it.
    fn add(&mut self, other: &Self, n: &Self) {
        let mut carry = 0_u64;
        for (limb, more) in self.0.iter_mut().zip(&other.0) {
            let sum = u64::from(*limb) + u64::from(*more) + carry;
            *limb = u32::try_from(sum & 0xFFFF_FFFF).unwrap_or_default();
            carry = sum >> 32;
        }
        if !self.is_at_least(n) {
            return;
        }
        let mut borrow = 0_i64;
        for (i, limb) in self.0.iter_mut().enumerate() {
            let less = i64::from(n.0.get(i).copied().unwrap_or(0));
            let rest = i64::from(*limb) - less - borrow;
            borrow = i64::from(rest < 0);
            *limb = u32::try_from(rest.rem_euclid(1 << 32)).unwrap_or_default();
        }
    }

    /// The product, by doubling and adding: seldom needed, and nothing here is secret.
    fn times(&self, other: &Self, n: &Self) -> Self {
        let mut product = Self(vec![0; other.0.len()]);
        for limb in self.0.iter().rev() {
            for i in (0..32).rev() {
                let same = product.clone();
                product.add(&same, n);
                if limb >> i & 1 == 1 {
                    product.add(other, n);
                }
            }
        }
        product
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RSAPublicKey of n = 2^1023 + 1 and e = 3.
    fn key() -> Vec<u8> {
        let mut n = vec![0; 128];
        n[0] = 0x80;
        n[127] = 0x01;
        let mut der = vec![0x30, 0x81, 0x87, 0x02, 0x81, 0x81, 0x00];
        der.extend(n);
        der.extend([0x02, 0x01, 0x03]);
        der
    }

    #[test]
    fn a_small_number_is_raised_and_a_large_one_is_reduced() {
        let opened = open(&key(), &[5]).unwrap();
        assert_eq!((opened.len(), opened[127]), (128, 125));
        // (2^1022)^3 = 2^3066, and 2^1023 = -1 there: 2^3066 = (2^1023)^2 * 2^1020 = 2^1020
        let mut large = vec![0; 128];
        large[0] = 0x40;
        let opened = open(&key(), &large).unwrap();
        assert_eq!(opened[0], 0x10);
        assert!(opened[1..].iter().all(|octet| *octet == 0));
    }

    #[test]
    fn what_is_no_key_or_no_signature_of_it_opens_to_nothing() {
        assert_eq!(open(&[], &[1]), None);
        assert_eq!(open(&key()[..20], &[1]), None);
        assert_eq!(open(&key(), &[0xFF; 128]), None, "not below the modulus");
        assert_eq!(open(&key(), &[1; 400]), None);
    }
}
