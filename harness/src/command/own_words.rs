//! The option `--words`: a vendor's own words in a file.

use std::path::Path;

use madoguchi_trace::OwnWords;

use super::input;
use super::trouble::Trouble;
use crate::client::own_words::parse;

/// The words in a file, where one is named.
pub(super) fn read(file: Option<&Path>) -> Result<OwnWords, Trouble> {
    let Some(file) = file else {
        return Ok(OwnWords::default());
    };
    let text = input::text(file, input::WRITTEN)?;
    parse(&file.to_string_lossy(), &text).map_err(Trouble::Scenario)
}
