//! What a field and a reply may look like, as JSON Schema (2020-12).

use madoguchi_eligibility::{EmergencyMode, Field, Meaning, Method, Purpose};
use serde_json::{Map, Value as Json, json};

use crate::encoding::Encoding;
use crate::profile::Document;
use crate::template::Template;

/// The schema of one value, with the abstract field and where it is known from.
pub(super) fn field_schema(field: Field, encoding: Option<Encoding>, document: &Document) -> Json {
    let mut schema = match encoding {
        None => form(field, document),
        Some(Encoding::Base64) => json!({ "contentEncoding": "base64" }),
        Some(Encoding::Hex) => json!({ "pattern": "^([0-9a-fA-F]{2})*$" }),
    };
    schema["type"] = json!("string");
    schema["description"] = json!(described(field, encoding));
    schema["x-field"] = json!(field.name());
    schema["x-provenance"] = json!(field.provenance().name());
    schema
}

/// What a field is, with its codes and how its octets are written down.
fn described(field: Field, encoding: Option<Encoding>) -> String {
    let mut text = both(field.meaning());
    text.push_str(match encoding {
        None => "",
        Some(Encoding::Base64) => " (base64, RFC 4648 §4)",
        Some(Encoding::Hex) => " (hexadecimal)",
    });
    let Some(table) = field.codes() else {
        return text;
    };
    let rows = table.rows.iter();
    let codes: Vec<String> = rows
        .map(|(code, ja, en)| format!("{code} {ja} ({en})"))
        .collect();
    format!("{text} [{}: {}]", table.name, codes.join(", "))
}

/// Both languages in one line.
pub(super) fn both(meaning: Meaning) -> String {
    format!("{} / {}", meaning.ja, meaning.en)
}

/// The schema of a reply. Nothing may stand in it that the profile does not name; only the result
/// code is always there.
pub(super) fn template_schema(template: &Template, document: &Document) -> Json {
    match template {
        Template::Leaf(field, encoding) => field_schema(*field, *encoding, document),
        Template::Literal(value) => json!({ "const": value }),
        Template::EachResult(item) => json!({
            "type": "array",
            "minItems": 1,
            "items": template_schema(item, document),
        }),
        Template::Object(entries) => {
            let properties: Map<String, Json> = entries
                .iter()
                .map(|(key, value)| (key.clone(), template_schema(value, document)))
                .collect();
            let required: Vec<&str> = entries
                .iter()
                .filter(|(_, value)| {
                    value.names(Field::ResultCode)
                        || document.transport.is_xml() && value.names(Field::SegmentOfResult)
                })
                .map(|(key, _)| key.as_str())
                .collect();
            json!({
                "type": "object",
                "properties": properties,
                "required": required,
                "additionalProperties": false,
            })
        }
    }
}

/// What a field's text looks like beyond being text.
fn form(field: Field, document: &Document) -> Json {
    let codes = |codes: &[&str]| json!({ "enum": codes });
    match field {
        Field::ResultCode => {
            let spelled = document.decisions.iter();
            let mut codes: Vec<&str> = spelled
                .map(|(decision, spelling)| {
                    spelling.code.as_deref().unwrap_or_else(|| decision.name())
                })
                .collect();
            codes.dedup();
            json!({ "enum": codes })
        }
        Field::FacilityCode | Field::DesignatedInstitution => json!({ "pattern": "^[0-9]{10}$" }),
        Field::UserId => json!({ "pattern": "^[0-9A-Za-z]{2,8}$" }),
        Field::ActivationCode => json!({ "pattern": "^[0-9]{11,12}$" }),
        Field::RequestId => json!({ "maxLength": 64 }),
        Field::Consent => json!({ "const": "agree" }),
        Field::InsurerNumber => json!({ "pattern": "^[0-9]{1,8}$" }),
        Field::InsuredBranchNumber => json!({ "pattern": "^[0-9]{2}$" }),
        Field::InsuredPartialContributionRatio | Field::ElderlyRecipientContributionRatio => {
            json!({ "pattern": "^[0-9]{3}$" })
        }
        Field::Page
        | Field::PageCount
        | Field::TotalCount
        | Field::NumberOfProcessingResult
        | Field::NumberOfNormalProcessing
        | Field::NumberOfError => json!({ "pattern": "^[0-9]+$" }),
        Field::QualificationConfirmationDate
        | Field::Birthdate
        | Field::QualificationDate
        | Field::DisqualificationDate
        | Field::InsuredCardValidDate
        | Field::InsuredCardExpirationDate
        | Field::ElderlyRecipientValidStartDate
        | Field::ElderlyRecipientValidEndDate
        | Field::LimitCertificateValidStartDate
        | Field::LimitCertificateValidEndDate
        | Field::DateFrom
        | Field::DateTo => json!({ "pattern": "^[0-9]{8}$" }),
        Field::MedicalTreatmentMonth => json!({ "pattern": "^[0-9]{6}$" }),
        Field::ConfirmedAt | Field::ProcessExecutionTime | Field::SentAt => {
            json!({ "pattern": "^[0-9]{14}$" })
        }
        Field::Method => codes(Method::NAMES),
        Field::Purpose => codes(Purpose::NAMES),
        Field::EmergencyMode => codes(EmergencyMode::NAMES),
        Field::ClientVersion => json!({ "pattern": "^[0-9]+(\\.[0-9]+){0,2}$" }),
        _ => field.codes().map_or_else(
            || json!({}),
            |table| {
                let rows = table.rows.iter();
                let codes: Vec<&str> = rows.map(|(code, ..)| *code).collect();
                json!({ "enum": codes })
            },
        ),
    }
}
