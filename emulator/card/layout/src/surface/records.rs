//! The contents of 券面事項確認AP, byte for byte (*observed* on two cards of the official test
//! hierarchy; what they mean is *observed* as far as it is said here).
//!
//! Every record is signed by the issuer, whose key EF 0004 certifies. The card's own public key
//! stands in three of them and is the same in all.

use madoguchi_iso7816::tlv::ber::{self, Tag};
use madoguchi_terms::Secret;

use crate::offset_table::with_offset_table;
use crate::{CardDate, Image, KeyId, PublicKey, Sex, Signature, Signed};

/// 年齢確認情報, EF 0001.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeRecord {
    /// 生年月日
    pub birth_date: CardDate,
    /// The public half of the card's key 001A.
    pub card_key: PublicKey,
}

impl AgeRecord {
    /// What the issuer signs, PKCS#1 v1.5 with SHA-256: the objects `DF11` and `DF12`.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        ber::push(&mut out, Tag::new(0xDF11), self.birth_date.as_bytes());
        ber::push(&mut out, Tag::new(0xDF12), &self.card_key.encode());
        out
    }
}

impl Signed<AgeRecord> {
    /// `FF10 { DF11 生年月日, DF12 card key, DF13 signature }`, 547 bytes.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = self.content.signed_bytes();
        ber::push(&mut body, Tag::new(0xDF13), &self.signature.0);
        ber::object(Tag::new(0xFF10), &body)
    }
}

/// 券面情報, EF 0002: the front of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFace {
    /// 生年月日
    pub birth_date: CardDate,
    /// 性別
    pub sex: Sex,
    /// The public half of the card's key 001A.
    pub card_key: PublicKey,
    /// 氏名: a PNG of one bit per pixel, 216×12 on the cards that were seen.
    pub name: Image,
    /// 住所: a PNG of one bit per pixel, 288×12 there.
    pub address: Image,
    /// 顔写真: JPEG 2000 in a JP2 container, grey, 378×472 there.
    pub photo: Image,
    /// 有効期限. Not signed.
    pub expiry: CardDate,
    /// セキュリティコード: a PNG of one bit per pixel, 24×12 there. Not signed.
    pub security_code: Image,
}

impl CardFace {
    /// The three parts over which the issuer's signature goes: `DF22 DF23 DF24`, `DF25 DF26`, and
    /// `DF27`. Their SHA-256 hashes are what [`card_face_digest_info`] puts together.
    #[must_use]
    pub fn signed_parts(&self) -> [Vec<u8>; 3] {
        let [birth, sex, key, name, address, photo] = self.signed_objects();
        [[birth, sex, key].concat(), [name, address].concat(), photo]
    }

    fn signed_objects(&self) -> [Vec<u8>; 6] {
        let object = |tag, value: &[u8]| ber::object(Tag::new(tag), value);
        [
            object(0xDF22, self.birth_date.as_bytes()),
            object(0xDF23, &[self.sex.code()]),
            object(0xDF24, &self.card_key.encode()),
            object(0xDF25, self.name.bytes()),
            object(0xDF26, self.address.bytes()),
            object(0xDF27, self.photo.bytes()),
        ]
    }
}

/// The `DigestInfo` that the issuer pads and signs for a [`CardFace`]: it says SHA-256, and its
/// octet string holds 96 bytes, the three hashes of [`CardFace::signed_parts`]. 115 bytes.
#[must_use]
pub fn card_face_digest_info(hashes: &[[u8; 32]; 3]) -> [u8; 115] {
    const PREFIX: [u8; 19] = [
        0x30, 0x71, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x60,
    ];
    let mut info = [0; 115];
    info[..19].copy_from_slice(&PREFIX);
    info[19..].copy_from_slice(hashes.as_flattened());
    info
}

impl Signed<CardFace> {
    /// `FF20 { DF21 offsets, DF22 … DF27, DF28 signature, DF29 有効期限, DF2A セキュリティコード }`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let face = &self.content;
        let mut objects = Vec::from(face.signed_objects());
        objects.push(ber::object(Tag::new(0xDF28), &self.signature.0));
        objects.push(ber::object(Tag::new(0xDF29), face.expiry.as_bytes()));
        objects.push(ber::object(Tag::new(0xDF2A), face.security_code.bytes()));
        with_offset_table(Tag::new(0xFF20), Tag::new(0xDF21), &objects)
    }
}

/// 個人番号 as an image, EF 0005.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberImage {
    /// A PNG of one bit per pixel, 72×12 on the cards that were seen.
    pub image: Secret<Image>,
    /// The public half of the card's key 001A.
    pub card_key: PublicKey,
}

impl NumberImage {
    /// What the issuer signs, PKCS#1 v1.5 with SHA-256: the objects `DF41` and `DF42`.
    #[must_use]
    pub fn signed_bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        ber::push(&mut out, Tag::new(0xDF41), self.image.expose().bytes());
        ber::push(&mut out, Tag::new(0xDF42), &self.card_key.encode());
        out
    }
}

impl Signed<NumberImage> {
    /// `FF40 { DF41 image, DF42 card key, DF43 signature }`.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = self.content.signed_bytes();
        ber::push(&mut body, Tag::new(0xDF43), &self.signature.0);
        ber::object(Tag::new(0xFF40), &body)
    }
}

/// AP基本情報, EF 0003, 320 bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasicData {
    /// `DF32`: a key whose role is not public (group of `x000024`).
    pub key: KeyId,
    /// `DF34`: 市区町村コード, five digits.
    pub municipality: [u8; 5],
    /// The key that `DF35` begins with (`x900025`), role not public.
    pub block_key: KeyId,
    /// The rest of `DF35`: 256 bytes that no source explains.
    pub block: Signature,
}

impl BasicData {
    /// `FF30 { DF31 06 03 0E 01, DF32 key, DF33 00, DF34 市区町村コード, DF35 key ‖ block }`.
    ///
    /// `DF31` is version 06, extended Lc and Le (03), and a vendor with a byte of its own.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut body = Vec::new();
        ber::push(&mut body, Tag::new(0xDF31), &[0x06, 0x03, 0x0E, 0x01]);
        ber::push(&mut body, Tag::new(0xDF32), self.key.as_bytes());
        ber::push(&mut body, Tag::new(0xDF33), &[0x00]);
        ber::push(&mut body, Tag::new(0xDF34), &self.municipality);
        let block = [&self.block_key.as_bytes()[..], &self.block.0].concat();
        ber::push(&mut body, Tag::new(0xDF35), &block);
        ber::object(Tag::new(0xFF30), &body)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: PublicKey = PublicKey([0xC3; 256]);
    const SIGNATURE: Signature = Signature([0x5A; 256]);

    fn date(digits: &str) -> CardDate {
        CardDate::parse(digits).unwrap()
    }

    #[test]
    fn the_age_record_has_the_bytes_of_the_test_cards() {
        let record = Signed {
            content: AgeRecord {
                birth_date: date("19800217"),
                card_key: KEY,
            },
            signature: SIGNATURE,
        };
        let file = record.encode();
        assert_eq!(file.len(), 547);
        assert_eq!(&file[..16], b"\xFF\x10\x82\x02\x1E\xDF\x11\x0819800217");
        assert_eq!(
            file[16..26],
            [0xDF, 0x12, 0x82, 0x01, 0x09, 0x90, 0x03, 1, 0, 1]
        );
        assert_eq!(file[5..286], record.content.signed_bytes());
    }

    #[test]
    fn the_card_face_has_the_offsets_of_the_test_card() {
        let [name, address, photo, code] =
            [0xA9, 0x154, 0x73E, 0x6A].map(|len| Image::new(vec![0; len]));
        let face = Signed {
            content: CardFace {
                birth_date: date("19800217"),
                sex: Sex::Male,
                card_key: KEY,
                name,
                address,
                photo,
                expiry: date("20350217"),
                security_code: code,
            },
            signature: SIGNATURE,
        };
        let file = face.encode();
        assert_eq!(file.len(), 3070);
        assert_eq!(file[..5], [0xFF, 0x20, 0x82, 0x0B, 0xF9]);
        let table: Vec<u16> = file[8..26]
            .chunks_exact(2)
            .map(|entry| u16::from_be_bytes([entry[0], entry[1]]))
            .collect();
        assert_eq!(
            table,
            [0x1A, 0x25, 0x29, 0x137, 0x1E5, 0x33E, 0xA81, 0xB86, 0xB91]
        );
        let [first, second, third] = face.content.signed_parts();
        assert_eq!(file[0x1A..0x137], first);
        assert_eq!(file[0x137..0x33E], second);
        assert_eq!(file[0x33E..0xA81], third);
    }

    #[test]
    fn the_digest_info_of_the_card_face_says_96_bytes() {
        let info = card_face_digest_info(&[[1; 32], [2; 32], [3; 32]]);
        assert_eq!(info[..4], [0x30, 0x71, 0x30, 0x0D]);
        assert_eq!(info[17..20], [0x04, 0x60, 0x01]);
        assert_eq!(info[114], 3);
    }

    #[test]
    fn number_image_and_basic_data_have_their_sizes() {
        let image = Signed {
            content: NumberImage {
                image: Secret::new(Image::new(vec![0; 0x91])),
                card_key: KEY,
            },
            signature: SIGNATURE,
        };
        assert_eq!(image.encode().len(), 686);
        let data = BasicData {
            key: KeyId::new(*b"9000024", *b"001", [0; 4]),
            municipality: *b"99201",
            block_key: KeyId::new(*b"9900025", *b"001", [0; 4]),
            block: Signature([0; 256]),
        };
        let file = data.encode();
        assert_eq!(file.len(), 320);
        assert_eq!(file[..5], [0xFF, 0x30, 0x82, 0x01, 0x3B]);
    }
}
