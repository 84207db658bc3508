//! What the staff ask of the service without a card on the reader: past inquiries.

use madoguchi_notation::Offset;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// 抽出条件 of the history; what is left out, every row meets.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct HistoryConditions {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub from: Option<Offset>,
    /// Last day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub to: Option<Offset>,
    /// Part of the name in kana.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name_kana: Option<String>,
    /// 保険者番号
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insurer_number: Option<String>,
}
