//! The data that an issued card holds: what personalization writes, for one holder.

use madoguchi_terms::Secret;

/// Everything that differs from card to card. Where each item goes is said by the layout tables;
/// who the holder is, is said by a persona.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Personalization {
    /// Which token the card says it is (公的個人認証AP, EF 0006).
    pub token: TokenKind,
    /// 製造番号: 15 ASCII digits of 共通カードAP EF 0001.
    pub serial_number: String,
    /// 市区町村コード: 5 ASCII digits; an invented card uses an impossible prefecture.
    pub municipality: String,
    /// 有効期限 of the card itself, `YYYYMMDD`.
    pub expiry: String,
    /// 利用者証明用: certificate, its CA, private key and four-digit PIN. `None`: never issued.
    pub authentication: Option<Credential>,
    /// 署名用: certificate, its CA, private key and password. `None`: a child, or declined.
    pub signature: Option<Credential>,
    /// 券面事項入力補助AP's four-digit PIN.
    pub profile_pin: Reference,
}

/// One key of the 公的個人認証AP with what belongs to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// X.509 certificate, DER.
    pub certificate: Vec<u8>,
    /// The issuing CA's self-signed certificate, DER.
    pub ca_certificate: Vec<u8>,
    /// RSA-2048 private key, PKCS#1 DER.
    pub private_key: Secret<Vec<u8>>,
    /// The PIN or password that guards the key.
    pub reference: Reference,
}

/// Reference data of VERIFY: its value and its retry counter. The default has no value and is
/// blocked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reference {
    /// The bytes that VERIFY compares, 1 to 16.
    pub value: Secret<Vec<u8>>,
    /// Attempts left; 0 is blocked.
    pub tries_left: u8,
    /// What a right value restores the counter to.
    pub tries_max: u8,
}

/// The label in EF 0006 tells clients which kind of token they talk to (*observed*).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenKind {
    /// `JPKIAPICCTOKEN2`: the plastic card.
    Card,
}
