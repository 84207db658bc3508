//! The option `--words`: a vendor's own words in a file.

use std::fs;
use std::path::Path;

use madoguchi_trace::OwnWords;

use super::trouble::Trouble;
use crate::client::own_words::parse;

/// The words in a file, where one is named.
pub(super) fn read(file: Option<&Path>) -> Result<OwnWords, Trouble> {
    let Some(file) = file else {
        return Ok(OwnWords::default());
    };
    let text = fs::read_to_string(file).map_err(|error| Trouble::Read {
        path: file.to_owned(),
        error,
    })?;
    parse(&file.to_string_lossy(), &text).map_err(Trouble::Scenario)
}
