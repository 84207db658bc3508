//! The texts of the scenarios for a レセコン. Their language is read where they are played; here they are
//! only part of the program, like the catalogue for apps.

macro_rules! embedded {
    ($($id:literal),+ $(,)?) => {
        &[$(($id, include_str!(concat!("../consumer/", $id, ".yaml")))),+]
    };
}

/// Ids and texts, by topic; the codes of the failures seen in the field (CH-01 …) stand in the files.
pub const BUILTIN: &[(&str, &str)] = embedded![
    "handover/every-field",
    "handover/late-elderly",
    "handover/elderly-recipient",
    "handover/end-blank",
    "handover/ratio-differs",
    "handover/household",
    "handover/next-patient",
    "handover/both-schemes",
    "handover/next-day",
    "characters/circle",
    "characters/level-3",
    "characters/surrogates",
    "characters/kana",
    "characters/long-name",
    "characters/no-kana",
    "characters/sex-unset",
    "characters/zeros",
    "characters/label-lies",
    "characters/new-section",
    "files/half-written",
    "files/slow",
    "bulk/processing",
    "bulk/mixed",
    "api/result",
    "api/late",
    "api/not-running",
    "api/wrong-answers",
    "api/cut",
    "api/previous",
    "api/never",
    "claims/insured",
    "claims/family",
    "claims/ratio",
    "tickets/another-insurer",
    "tickets/same-insurer",
    "inquiry/single",
    "inquiry/visits",
    "inquiry/online",
    "inquiry/tickets",
];

/// The published copy of their JSON Schema, which `madoguchi schema consumer` prints.
pub const SCHEMA: &str = include_str!("../consumer.schema.json");
