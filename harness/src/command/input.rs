//! Files that the user names, each read as far as one of its kind may be long: a device that never ends
//! and a file of the wrong kind are refused in a moment.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use super::trouble::Trouble;

/// What a person writes by hand: a scenario, a profile, a screen map, a statement, a list. Bytes.
pub(crate) const WRITTEN: u64 = madoguchi_notation::MAX_BYTES as u64;

/// What a program writes: a log, a recording, the JSON of an earlier run. Bytes.
pub(crate) const MADE: u64 = 256 << 20;

/// The text of a file of at most `limit` bytes.
pub(super) fn text(path: impl AsRef<Path>, limit: u64) -> Result<String, Trouble> {
    let path = path.as_ref();
    let bytes = bytes(path, limit)?;
    String::from_utf8(bytes).map_err(|error| Trouble::Read {
        path: path.to_owned(),
        error: io::Error::new(io::ErrorKind::InvalidData, error.utf8_error()),
    })
}

/// What a file of at most `limit` bytes has.
pub(super) fn bytes(path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
    let file = File::open(path).map_err(|error| Trouble::Read {
        path: path.to_owned(),
        error,
    })?;
    all(file, path, limit)
}

/// What is read from somewhere that the user knows as `path`.
pub(super) fn all(from: impl Read, path: &Path, limit: u64) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let read = from.take(limit + 1).read_to_end(&mut bytes);
    let length = read.map_err(|error| Trouble::Read {
        path: path.to_owned(),
        error,
    })?;
    if length as u64 > limit {
        return Err(Trouble::TooLong {
            path: path.to_owned(),
            limit,
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_long_is_told_as_that_wherever_the_limit_falls() {
        // each has three octets, so that two of three limits fall into one
        let text = "窓".repeat(40);
        for limit in 100..103 {
            let read = all(text.as_bytes(), Path::new("x.yaml"), limit);
            assert!(matches!(read, Err(Trouble::TooLong { .. })), "{limit}");
        }
        let read = all(text.as_bytes(), Path::new("x.yaml"), 120);
        assert_eq!(read.unwrap(), text.as_bytes());
    }
}
