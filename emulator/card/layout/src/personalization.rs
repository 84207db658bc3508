//! The data that an issued card holds: what personalization writes, for one holder.
//!
//! Who says what:
//!
//! - **This crate encodes.** Every file that is a TLV structure has a type here with named fields
//!   ([`surface`], [`profile`], [`CvCertificate`]), an `encode` that
//!   gives the file's bytes, and a `signed_bytes` (or `signed_parts`, `hashed_bytes`) that gives
//!   exactly the bytes that the issuer signs or hashes. No key and no hash is computed here.
//! - **The issuer** brings the facts, the keys, and the signatures over those bytes: fill the
//!   record, sign `record.signed_bytes()`, put both into a [`Signed`]. The signer is the key that
//!   the certificate of the same application certifies (EF 0004), never the card's own key.
//! - **The card** parses the private keys, derives from them what is their public half only
//!   (EF 0006 of 券面事項入力補助AP), calls `encode`, and fills up to the physical size.
//!
//! Where the public half of a card's key is signed (`card_key`, [`CardKey`]), it must be that of
//! the private key beside it: one modulus in all three records of 券面事項確認AP, another in
//! 券面事項入力補助AP. An application whose data are `None` can be selected and has no files with
//! content. References carry their counters, so that a card can be issued blocked; the default
//! [`Reference`] has no value and is blocked, which is what a 顔認証マイナンバーカード has
//! (*assumed*).

use madoguchi_terms::Secret;

use crate::profile::{self, Attributes, CardKey, IntegrityRecord};
use crate::surface::{self, AgeRecord, CardFace, NumberImage};
use crate::{CvCertificate, KeyId, PublicKey, Signed};

/// Everything that differs from card to card. Where each item goes is said by the layout tables;
/// who the holder is, is said by a persona.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
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
    /// What 券面事項入力補助AP holds beside its PIN.
    pub profile: Option<ProfileData>,
    /// What 券面事項確認AP holds.
    pub surface: Option<SurfaceData>,
    /// What 共通カードAP holds beside the card's numbers.
    pub common: Option<CommonData>,
    /// What 住基AP holds.
    pub resident: Option<ResidentData>,
    /// What GET DATA answers beside the card's numbers.
    pub issuer: Option<IssuerData>,
    /// The CA of terminal certificates (公的個人認証AP, EF 0016).
    pub terminal_ca: Option<TerminalCa>,
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

/// 券面事項入力補助AP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileData {
    /// 個人番号, twelve digits: EF 0001.
    pub personal_number: Secret<[u8; 12]>,
    /// 基本4情報: EF 0002.
    pub attributes: Attributes,
    /// 券面電子署名: EF 0003.
    pub integrity: Signed<IntegrityRecord>,
    /// The key that signed this application's records: EF 0004.
    pub certificate: Signed<CvCertificate>,
    /// AP基本情報: EF 0005.
    pub basic: profile::BasicData,
    /// The private half of EF 0006, under which SET SESSION KEY unwraps; PKCS#1 DER.
    pub session_key: Secret<Vec<u8>>,
    /// The card's own key, EF 0013; PKCS#1 DER.
    pub private_key: Secret<Vec<u8>>,
    /// The public half of the card's own key: EF 0007.
    pub card_key: Signed<CardKey>,
    /// 照合番号A, the 個人番号, 10 tries: EF 0014.
    pub code_a: Reference,
    /// 照合番号B, [`verification_code_b`](crate::verification_code_b), 10 tries: EF 0015.
    pub code_b: Reference,
}

/// 券面事項確認AP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SurfaceData {
    /// 年齢確認情報: EF 0001.
    pub age: Signed<AgeRecord>,
    /// 券面情報: EF 0002.
    pub face: Signed<CardFace>,
    /// AP基本情報: EF 0003.
    pub basic: surface::BasicData,
    /// The key that signed this application's records: EF 0004.
    pub certificate: Signed<CvCertificate>,
    /// 個人番号 as an image: EF 0005.
    pub number: Signed<NumberImage>,
    /// The card's own key, EF 001A; PKCS#1 DER.
    pub private_key: Secret<Vec<u8>>,
    /// 生年月日, [`birth_date_code`](crate::birth_date_code), 10 tries: EF 0011.
    pub birth_date: Reference,
    /// 照合番号B, 10 tries: EF 0012.
    pub code_b: Reference,
    /// 照合番号A, 10 tries: EF 0013.
    pub code_a: Reference,
}

/// 共通カードAP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommonData {
    /// The key identifier of EF 0002, the same as in 住基AP.
    pub key: KeyId,
    /// The key of INTERNAL AUTHENTICATE, EF 0019; PKCS#1 DER. Its public half is nowhere on the card.
    pub private_key: Secret<Vec<u8>>,
    /// 個人番号カード用暗証番号, four digits, 3 tries: EF 001C.
    pub pin: Reference,
}

/// 住基AP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResidentData {
    /// The key identifier of EF 0002, the same as in 共通カードAP.
    pub key: KeyId,
    /// 住民基本台帳用暗証番号, four digits, 3 tries: EF 001C.
    pub pin: Reference,
}

/// What GET DATA answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerData {
    /// `0042`.
    pub identification: KeyId,
    /// `00F8`: root to intermediate. Its subject is `00F7`.
    pub intermediate: Signed<CvCertificate>,
    /// `7F21`: intermediate to the key below it; some cards have none.
    pub card: Option<Signed<CvCertificate>>,
}

/// Who may certify terminals for the path without PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TerminalCa {
    /// 証明者鍵ID that a terminal certificate must name.
    pub key: KeyId,
    /// The key under which its signature must verify.
    pub public_key: PublicKey,
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

impl Reference {
    /// Fresh reference data: all attempts left.
    #[must_use]
    pub fn fresh(value: &[u8], tries: u8) -> Self {
        Self {
            value: Secret::new(value.to_vec()),
            tries_left: tries,
            tries_max: tries,
        }
    }
}

/// The label in EF 0006 tells clients which kind of token they talk to (*observed*).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenKind {
    /// `JPKIAPICCTOKEN2`: the plastic card.
    #[default]
    Card,
    /// `JPKIAPGPSETOKEN`: the secure element of an Android telephone.
    Android,
    /// `JPKIAPIOSTOKEN`: an iPhone.
    Iphone,
    /// `JPKIAPICCTOKEN`: the 住民基本台帳カード of 2003.
    ResidentCard,
}
