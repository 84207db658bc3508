//! The contents of 券面事項入力補助AP, byte for byte (*observed* on two cards of the official test
//! hierarchy). The issuer's key that signs here is certified in EF 0004 and is another than the one
//! of 券面事項確認AP, and so is the card's own key.

use madoguchi_iso7816::tlv::ber::{self, Tag};
use madoguchi_terms::Secret;

use crate::offset_table::with_offset_table;
use crate::{CardDate, KeyId, PublicKey, Sex, Signed};

/// Physical size of EF 0001, which is what the integrity record hashes.
pub(crate) const PERSONAL_NUMBER_SIZE: usize = 17;

/// EF 0001: `FF10 0C` and the twelve digits, followed by `FF FF` up to its physical 17 bytes.
#[must_use]
pub fn personal_number_file(digits: &[u8; 12]) -> Secret<[u8; PERSONAL_NUMBER_SIZE]> {
    let mut file = [0xFF; PERSONAL_NUMBER_SIZE];
    file[..3].copy_from_slice(&[0xFF, 0x10, 0x0C]);
    file[3..15].copy_from_slice(digits);
    Secret::new(file)
}

/// 基本4情報, EF 0002, UTF-8.
#[derive(Clone, PartialEq, Eq)]
pub struct Attributes {
    /// 氏名: family name, U+3000, given name; a name of one part has no separator.
    pub name: String,
    /// 住所, with full-width digits and hyphens.
    pub address: String,
    /// 生年月日
    pub birth_date: CardDate,
    /// 性別
    pub sex: Sex,
}

impl Attributes {
    /// `FF20 { DF21 offsets, DF22 氏名, DF23 住所, DF24 生年月日, DF25 性別 }`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        with_offset_table(Tag::new(0xFF20), Tag::new(0xDF21), &self.objects())
    }

    /// What the integrity record hashes: the objects `DF22` to `DF25`, without the offsets.
    #[must_use]
    pub fn hashed_bytes(&self) -> Vec<u8> {
        self.objects().concat()
    }

    fn objects(&self) -> [Vec<u8>; 4] {
        let object = |tag, value: &[u8]| ber::object(Tag::new(tag), value);
        [
            object(0xDF22, self.name.as_bytes()),
            object(0xDF23, self.address.as_bytes()),
            object(0xDF24, self.birth_date.as_bytes()),
            object(0xDF25, &[self.sex.code()]),
        ]
    }
}

impl std::fmt::Debug for Attributes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Attributes").finish_non_exhaustive()
    }
}

/// 券面電子署名, EF 0003: hashes of EF 0001 and EF 0002.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityRecord {
    /// SHA-256 of [`personal_number_file`], filler included.
    pub personal_number: Secret<[u8; 32]>,
    /// SHA-256 of [`Attributes::hashed_bytes`].
    pub attributes: [u8; 32],
}

impl IntegrityRecord {
    /// What the issuer signs, PKCS#1 v1.5 with SHA-256: the objects `DF31` and `DF32`.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        ber::push(&mut out, Tag::new(0xDF31), self.personal_number.expose());
        ber::push(&mut out, Tag::new(0xDF32), &self.attributes);
        out
    }
}

impl Signed<IntegrityRecord> {
    /// `FF30 { DF31 hash, DF32 hash, DF33 signature }`, 336 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = self.content.signed_bytes();
        ber::push(&mut body, Tag::new(0xDF33), &self.signature.0);
        ber::object(Tag::new(0xFF30), &body)
    }
}

/// AP基本情報, EF 0005, 164 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicData {
    /// `DF42`: a key whose role is not public (`x000034`).
    pub key: KeyId,
    /// The first 32 bytes of `DF43`, which no source explains; 96 bytes `FF` follow them.
    pub block: [u8; 32],
}

impl BasicData {
    /// `FF40 { DF41 01 03 0E 01, DF42 key, DF43 block ‖ FF… }`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        ber::push(&mut body, Tag::new(0xDF41), &[0x01, 0x03, 0x0E, 0x01]);
        ber::push(&mut body, Tag::new(0xDF42), self.key.as_bytes());
        let block = [&self.block[..], &[0xFF; 96]].concat();
        ber::push(&mut body, Tag::new(0xDF43), &block);
        ber::object(Tag::new(0xFF40), &body)
    }
}

/// EF 0006: `A1 { 90 e, 91 n }`, the key under which SET SESSION KEY wraps its seed. Not signed.
/// 269 bytes.
#[must_use]
pub fn session_key_file(key: &PublicKey) -> Vec<u8> {
    ber::object(Tag::new(0xA1), &key.encode())
}

/// EF 0007: the public half of the card's key 0013.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardKey {
    /// The public half.
    pub public_key: PublicKey,
}

impl CardKey {
    /// What the issuer signs, PKCS#1 v1.5 with SHA-256: the object `DF51`.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        ber::object(Tag::new(0xDF51), &self.public_key.encode())
    }
}

impl Signed<CardKey> {
    /// `FF50 { DF51 card key, DF52 signature }`, 536 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = self.content.signed_bytes();
        ber::push(&mut body, Tag::new(0xDF52), &self.signature.0);
        ber::object(Tag::new(0xFF50), &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Signature;

    fn attributes(name: &str, address: &str) -> Attributes {
        Attributes {
            name: name.to_owned(),
            address: address.to_owned(),
            birth_date: CardDate::parse("19800217").unwrap(),
            sex: Sex::Male,
        }
    }

    #[test]
    fn the_personal_number_is_followed_by_two_bytes_of_filler() {
        let file = personal_number_file(b"123456789012");
        assert_eq!(file.expose(), b"\xFF\x10\x0C123456789012\xFF\xFF");
    }

    #[test]
    fn a_short_body_has_the_offsets_of_the_test_card() {
        let file = attributes(&"x".repeat(0x0F), &"y".repeat(0x36)).encode();
        assert_eq!(file.len(), 104);
        assert_eq!(
            file[..14],
            [
                0xFF, 0x20, 0x65, 0xDF, 0x21, 0x08, 0, 0x0E, 0, 0x20, 0, 0x59, 0, 0x64
            ]
        );
    }

    #[test]
    fn a_body_of_128_bytes_and_more_moves_every_offset_by_two() {
        let file = attributes(&"x".repeat(0x0F), &"y".repeat(0x60)).encode();
        assert_eq!(file[..5], [0xFF, 0x20, 0x82, 0x00, 0x8F]);
        assert_eq!(file[8..12], [0, 0x10, 0, 0x22]);
        let long = attributes(&"x".repeat(0x0F), &"y".repeat(0x100));
        let file = long.encode();
        assert_eq!(file[0x22..0x27], [0xDF, 0x23, 0x82, 0x01, 0x00]);
        assert!(file.ends_with(&long.hashed_bytes()));
    }

    #[test]
    fn the_other_files_have_the_sizes_of_the_test_card() {
        let signature = Signature([0x5A; 256]);
        let integrity = Signed {
            content: IntegrityRecord {
                personal_number: Secret::new([1; 32]),
                attributes: [2; 32],
            },
            signature,
        };
        assert_eq!(integrity.encode().len(), 336);
        assert_eq!(integrity.encode()[5..75], integrity.content.signed_bytes());
        let basic = BasicData {
            key: KeyId::new(*b"9000034", *b"001", [0; 4]),
            block: [0; 32],
        };
        assert_eq!(basic.encode().len(), 164);
        assert_eq!(basic.encode()[..5], [0xFF, 0x40, 0x82, 0x00, 0x9F]);
        let public_key = PublicKey([0xC3; 256]);
        assert_eq!(session_key_file(&public_key).len(), 269);
        let card_key = Signed {
            content: CardKey { public_key },
            signature,
        };
        assert_eq!(card_key.encode().len(), 536);
    }
}
