//! What the staff ask of the service without a card on the reader: past inquiries, and people in an
//! emergency.

use madoguchi_eligibility::EmergencyMode;
use madoguchi_notation::{Located, Offset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::schema;

/// 抽出条件 of the history; what is left out, every row meets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HistoryConditions {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub from: Option<Offset>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub to: Option<Offset>,
    /// Part of the name in kana.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// 保険者番号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_number: Option<String>,
}

/// 緊急時医療情報・資格確認機能: whom the staff look for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Search {
    /// In which mode.
    pub mode: EmergencyMode,
    /// Whose name, sex and birth date are typed.
    #[schemars(schema_with = "schema::persona")]
    pub persona: Located<String>,
    /// What the patient answers when asked for consent.
    pub consent: Answered,
}

/// What a patient answers when asked for consent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// 同意する
    Agrees,
    /// 同意しない
    Refuses,
    /// 同意取得困難: cannot answer.
    CannotAnswer,
}
