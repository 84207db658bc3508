//! Who stands before the service: facilities, accounts of their staff, and terminals. And how the
//! service stands.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a facility is.
// The circle grew from document to document (G-08).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FacilityKind {
    /// 施術所
    // With 受領委任払い (2023-11).
    #[default]
    Treatment,
    /// 健診・保健指導実施機関
    // 2022-12, R6.
    Examination,
    /// 保険者 that examines directly.
    // Has an オンライン資格確認用コード (R6).
    Insurer,
    /// 医療機関・薬局 that are exempt from the obligation.
    // 2022-12.
    Exempt,
    /// 助産所
    // The portal's FAQ.
    Midwifery,
    /// 訪問看護ステーション
    HomeNursing,
    /// 医療機関・薬局 with a face reader and a 資格確認端末.
    // The app stands in where the face reader does not serve (2025-05-21).
    MedicalInstitution,
}

impl FacilityKind {
    /// Whether it has a 資格確認端末 of its own, at which it sets itself up: a 施術所 gets its codes from
    /// the portal instead, and the others that need not have the system use the app alone (R2; for
    /// 訪問看護ステーション *assumed*).
    #[must_use]
    pub const fn has_institution_terminal(self) -> bool {
        matches!(self, Self::MedicalInstitution | Self::HomeNursing)
    }
}

/// Which way into the eligibility system a terminal uses.
// It decides what may be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TerminalKind {
    /// 資格確認限定型
    // Webサービス（資格確認限定用）: eligibility of the person at the counter, and nothing else.
    #[default]
    Limited,
    /// 居宅同意取得型
    // Webサービス（居宅同意取得用）: the patient designates an institution and consents.
    HomeConsent,
    /// 資格確認端末 of the institution.
    // On the closed network: what the institution itself may ask.
    Institution,
}

/// 権限区分
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AccountRole {
    /// 一般利用者
    #[default]
    General,
    /// 医療情報閲覧
    // In the limited type no more than 一般利用者.
    MedicalInformation,
    /// 管理
    // Sets things up at the 資格確認端末; may not use the app (*assumed*).
    Admin,
}

/// How the service is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Availability {
    /// It works.
    #[default]
    Running,
    /// Too many requests.
    Busy,
    /// システム障害
    Outage,
}
