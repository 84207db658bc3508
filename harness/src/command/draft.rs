//! Files that people are given to begin with: written once, never over what is there.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::path::Path;

use super::trouble::Trouble;
use crate::private;

/// Writes a new file.
///
/// # Errors
/// Where there is a file of that name, or it cannot be written.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    begin(File::create_new(path), path, text)
}

/// Writes a new file that only its owner may read.
///
/// # Errors
/// As [`write()`].
pub(super) fn write_private(path: &Path, text: &str) -> Result<(), Trouble> {
    let mut options = private::options();
    begin(options.write(true).create_new(true).open(path), path, text)
}

fn begin(created: io::Result<File>, path: &Path, text: &str) -> Result<(), Trouble> {
    created
        .and_then(|mut file| file.write_all(text.as_bytes()))
        .map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => Trouble::Exists(path.into()),
            _ => Trouble::Write {
                path: path.into(),
                error,
            },
        })
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    #[test]
    fn what_was_made_of_logs_is_for_its_owner_and_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("incident.json");
        write_private(&path, "{}").unwrap();
        let mode = path.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = write_private(&path, "{}");
        assert!(matches!(again, Err(Trouble::Exists(_))));
    }
}
