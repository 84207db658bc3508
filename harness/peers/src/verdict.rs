//! What a run left behind for a case, for tests that look at more than its exit code.

use std::path::Path;

use serde_json::Value as Json;

use crate::read;

/// The verdict file of a case in the folder of a run.
///
/// # Panics
/// If it is not there or is no JSON.
#[must_use]
pub fn verdict(out: &Path, id: &str) -> Json {
    let text = read(out.join(id).join("verdict.json"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{id}: {error}"))
}

/// The requirements that failed in a verdict file, in its order.
///
/// # Panics
/// If it has no verdicts.
#[must_use]
pub fn failed(verdict: &Json) -> Vec<&str> {
    let all = verdict["verdicts"].as_array().expect("a list of verdicts");
    let failed = all
        .iter()
        .filter(|one| one["outcome"].get("fail").is_some());
    failed
        .map(|one| one["requirement"].as_str().expect("an id"))
        .collect()
}
