//! What a case was judged by, as files of an evidence bundle: the mapping as its user wrote it, the
//! deliveries, and what the program made of them, without what no report may repeat.

use std::collections::BTreeMap;

use madoguchi_judge::verdict::Verdicts;
use madoguchi_requirements::statement::Product;
use madoguchi_trace::ProfileNote;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::case::{Case, Made};
use crate::judge::judge;
use crate::mapping::Mapping;
use crate::redaction::redacted;

const MAPPING: &str = "mapping.yaml";
const DELIVERIES: &str = "deliveries.json";
const MADE: &str = "made.json";

/// What a case without a trace was judged by: files by name, all that its judge needs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exhibit(pub BTreeMap<String, Vec<u8>>);

/// The case, and what its verdicts name beside it.
#[derive(Debug, Serialize, Deserialize)]
struct Deliveries {
    case: Case,
    profile: ProfileNote,
    client: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    version: String,
}

/// The files of a case that was judged by the mapping of this text.
///
/// # Errors
/// Never in practice: all of it is plain data.
pub fn exhibit(
    (text, mapping): (&str, &Mapping),
    case: &Case,
    made: &Made,
    profile: &ProfileNote,
    product: &Product,
) -> serde_json::Result<Exhibit> {
    let deliveries = Deliveries {
        case: case.clone(),
        profile: profile.clone(),
        client: product.name.clone(),
        version: product.version.clone(),
    };
    let made = redacted(mapping, case, made);
    Ok(Exhibit(BTreeMap::from([
        (MAPPING.to_owned(), text.as_bytes().to_owned()),
        (
            DELIVERIES.to_owned(),
            serde_json::to_vec_pretty(&deliveries)?,
        ),
        (MADE.to_owned(), serde_json::to_vec_pretty(&made)?),
    ])))
}

/// Judges the files of a case again.
///
/// # Errors
/// Which file is not there or cannot be read, and why.
pub fn judge_again(exhibit: &Exhibit) -> Result<Verdicts, String> {
    let text = String::from_utf8_lossy(file(exhibit, MAPPING)?);
    let mapping = Mapping::parse(MAPPING, &text).map_err(|error| error.to_string())?;
    let Deliveries {
        case,
        profile,
        client: name,
        version,
    } = read(exhibit, DELIVERIES)?;
    let made: Made = read(exhibit, MADE)?;
    let product = Product { name, version };
    Ok(judge(&mapping, &case, &made, &profile, &product).verdicts)
}

fn file<'e>(exhibit: &'e Exhibit, name: &str) -> Result<&'e [u8], String> {
    let bytes = exhibit.0.get(name);
    let bytes = bytes.ok_or_else(|| format!("there is no {name}"))?;
    Ok(bytes)
}

fn read<T: DeserializeOwned>(exhibit: &Exhibit, name: &str) -> Result<T, String> {
    serde_json::from_slice(file(exhibit, name)?).map_err(|error| format!("{name}: {error}"))
}
