//! The state in which the card wakes up: the issuer security domain (GlobalPlatform) is current,
//! there are no files, and GET DATA answers.

use madoguchi_iso7816::Aid;
use madoguchi_iso7816::tlv::ber::{self, Tag};

use crate::file::{Name, Secrecy};

/// DF name of the issuer security domain. Selecting it restores the state after power-up and
/// drops all rights (*observed*).
pub const AID: Aid = Aid::new([0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00]);

/// What the issuer security domain is called.
pub const NAME: Name = Name::new("発行者セキュリティドメイン", "issuer security domain");

/// 発行者識別番号: 16-byte key identifier.
pub const ISSUER_IDENTIFICATION: u16 = 0x0042;
/// カード識別番号: the 28 digits of 共通カードAP EF 0001.
pub const CARD_IDENTIFICATION: u16 = 0x0045;
/// GlobalPlatform card recognition data.
pub const CARD_RECOGNITION: u16 = 0x0066;
/// 市区町村コード: 5 digits.
pub const MUNICIPALITY: u16 = 0x00F0;
/// 有効期限: `YYYYMMDD`.
pub const EXPIRY: u16 = 0x00F2;
/// Key identifier of the intermediate that signs `7F21`.
pub const INTERMEDIATE_KEY: u16 = 0x00F7;
/// Card-verifiable certificate of the intermediate.
pub const INTERMEDIATE_CERTIFICATE: u16 = 0x00F8;
/// Card-verifiable certificate below the intermediate; some cards have none.
pub const CARD_CERTIFICATE: u16 = 0x7F21;
/// The ATR of the contact interface without its first byte TS.
pub const CONTACT_ATR: u16 = 0x5F51;

/// A data object that GET DATA names by P1 P2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DataObject {
    /// P1 P2.
    pub tag: u16,
    /// What the object is called.
    pub name: Name,
    /// How its content must be treated in a trace.
    pub secrecy: Secrecy,
}

/// The data objects that cards were seen to have (*observed*; content of `0066` not public).
pub const DATA_OBJECTS: &[DataObject] = &[
    object(
        ISSUER_IDENTIFICATION,
        "発行者識別番号",
        "issuer identification number",
        Secrecy::Public,
    ),
    object(
        CARD_IDENTIFICATION,
        "カード識別番号",
        "card identification number",
        Secrecy::Personal,
    ),
    object(
        CARD_RECOGNITION,
        "カード認識データ",
        "card recognition data",
        Secrecy::Public,
    ),
    object(
        MUNICIPALITY,
        "市区町村コード",
        "municipality code",
        Secrecy::Personal,
    ),
    object(EXPIRY, "有効期限", "expiry date", Secrecy::Personal),
    object(
        INTERMEDIATE_KEY,
        "中間鍵ID",
        "intermediate key id",
        Secrecy::Public,
    ),
    object(
        INTERMEDIATE_CERTIFICATE,
        "中間CV証明書",
        "intermediate card-verifiable certificate",
        Secrecy::Public,
    ),
    object(
        CARD_CERTIFICATE,
        "CV証明書",
        "card-verifiable certificate",
        Secrecy::Public,
    ),
    object(
        CONTACT_ATR,
        "接触ATR",
        "contact ATR without TS",
        Secrecy::Public,
    ),
];

const fn object(tag: u16, ja: &'static str, en: &'static str, secrecy: Secrecy) -> DataObject {
    DataObject {
        tag,
        name: Name::new(ja, en),
        secrecy,
    }
}

/// The value of `0066`, a template `73` with object identifiers under 1.2.840.114283
/// (GlobalPlatform Card Specification §H.2; that cards have such an object is *observed*, what it
/// says on them is not public, so all of this is *assumed*).
#[must_use]
pub fn card_recognition() -> Vec<u8> {
    const GLOBAL_PLATFORM: [u8; 6] = [0x2A, 0x86, 0x48, 0x86, 0xFC, 0x6B];
    let identifier = |arc: &[u8]| ber::object(Tag::new(0x06), &[&GLOBAL_PLATFORM, arc].concat());
    let mut body = identifier(&[1]);
    ber::push(&mut body, Tag::new(0x60), &identifier(&[2, 2, 2]));
    ber::push(&mut body, Tag::new(0x63), &identifier(&[3]));
    ber::push(&mut body, Tag::new(0x64), &identifier(&[4, 2, 0x55]));
    ber::object(Tag::new(0x73), &body)
}
