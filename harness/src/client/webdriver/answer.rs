//! What a WebDriver server says.

use serde_json::Value as Json;

use super::trouble::WebDriverTrouble;
use crate::cell::gate::{Gate, Untrusted};

/// The value of an answer (WebDriver §6.6).
pub(super) fn spoken(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Json, WebDriverTrouble> {
    let line = |error: ureq::Error| WebDriverTrouble::Line(error.to_string());
    let body = answer
        .map_err(line)?
        .body_mut()
        .read_to_vec()
        .map_err(line)?;
    let mut answer: Json = serde_json::from_slice(&body)
        .map_err(|error| WebDriverTrouble::Line(format!("no WebDriver answer: {error}")))?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        None => Ok(value),
        Some(code) => {
            let message = value["message"].as_str().unwrap_or_default();
            Err(WebDriverTrouble::Refused {
                code: code.to_owned(),
                // Some add a stack of their own, and some what stands on the page.
                message: Gate::strangers_log(&Untrusted::new(
                    message.lines().next().unwrap_or_default().into(),
                )),
            })
        }
    }
}
