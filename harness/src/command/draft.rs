//! Files that people are given to begin with: written once, never over what is there.

use std::fs::File;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use super::trouble::Trouble;

/// Writes a new file.
///
/// # Errors
/// Where there is a file of that name, or it cannot be written.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    File::create_new(path)
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Trouble::Exists(path.into()),
            _ => Trouble::Write {
                path: path.into(),
                error,
            },
        })
}
