//! What a client may know and not tell, by class.

use strum::{EnumString, IntoStaticStr};

/// Of what kind a secret is that was found in a wrong place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum SecretClass {
    /// 利用者証明用の暗証番号
    AuthPin,
    /// 署名用パスワード
    SignPassword,
    /// 券面事項入力補助用の暗証番号
    ProfilePin,
    /// Of a user's account.
    Password,
    /// ログインパスコード of a mobile device.
    Passcode,
    /// Of a terminal that is registered.
    ActivationCode,
    /// Of a login.
    SessionToken,
    /// 個人番号
    PersonalNumber,
    /// 氏名 of a patient.
    PatientName,
    /// 番号 of an eligibility.
    InsuredNumber,
    /// 記号 of an eligibility.
    InsuredSymbol,
    /// 生年月日 of a patient.
    BirthDate,
    /// 住所 of a patient.
    PatientAddress,
    /// The certificate on a patient's card.
    CardCertificate,
    /// Any private key.
    PrivateKey,
    /// One that others than its owner can read.
    OpenPrivateKey,
}

impl SecretClass {
    /// The word in a trace, and what stands for such a secret where it is redacted.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}
