//! 居宅同意取得型 and オンライン診療等: what a patient consents to, and what the institution asks later
//! without the card.

use madoguchi_notation::{Located, Offset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::words;
use crate::{Method, schema};

words! {
    /// For which care a patient consents.
    Care {
        /// 訪問診療等: consent covers the course of care.
        HomeVisit,
        /// オンライン診療等: consent every time.
        Online,
    }
}

/// What a patient decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Decides {
    /// 同意する
    Agrees,
    /// 同意しない
    Refuses,
}

/// 医療機関の指定 at the first visit: the institution is that of the counter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Designation {
    /// For which care.
    pub care: Care,
    /// Whether the institution may see medical information, too.
    pub information: Decides,
    /// How the identity is checked: the PIN where nothing is said.
    #[serde(default = "by_pin", skip_serializing_if = "is_by_pin")]
    pub method: Method,
}

impl Designation {
    /// One that is proved by the PIN.
    #[must_use]
    pub const fn by_pin(care: Care, information: Decides) -> Self {
        let method = Method::Pin;
        Self {
            care,
            information,
            method,
        }
    }

    /// One that is proved by 目視確認.
    #[must_use]
    pub const fn by_sight(care: Care, information: Decides) -> Self {
        let method = Method::Visual;
        Self {
            care,
            information,
            method,
        }
    }
}

const fn by_pin() -> Method {
    Method::Pin
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde's signature")]
fn is_by_pin(method: &Method) -> bool {
    *method == Method::Pin
}

/// Which consents the institution asks for; what is left out, all meet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Visit {
    /// For which care.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub care: Option<Care>,
    /// First day of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub from: Option<Offset>,
    /// Last day of the consent.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub to: Option<Offset>,
}

/// A consent that was given before the first step, to the institution of the counter where nothing
/// else is said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ConsentGiven {
    /// Whose.
    #[schemars(schema_with = "schema::persona")]
    pub persona: Located<String>,
    /// For which care.
    pub care: Care,
    /// When.
    #[schemars(schema_with = "schema::offset")]
    pub given: Offset,
    /// Whether medical information may be seen, too.
    pub information: Decides,
    /// Why it is over, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<Ended>,
    /// Whether another institution was designated.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub elsewhere: bool,
}

/// Why a consent is over (OQSCD031).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Ended {
    /// 期限切れ
    Lapsed,
    /// 医療機関等による
    ByInstitution,
    /// 患者による
    ByPatient,
    /// 利用変更による
    ChangeOfUse,
}
