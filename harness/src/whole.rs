//! A file that is there as a whole or as it was: a program that is killed leaves no half of one.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::private;

/// Writes a file beside the one that is meant, and puts it into its place at the end. What is no regular
/// file, such as a pipe, is written as it is, and so is a file in a folder that takes no other.
pub(crate) fn write<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    write_to(path, |path| File::create(path), write)
}

/// The same of a file that only its owner may read.
pub(crate) fn write_private<T>(
    path: &Path,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    write_to(path, private::create, write)
}

fn write_to<T>(
    path: &Path,
    create: impl Fn(&Path) -> io::Result<File>,
    write: impl FnOnce(&mut File) -> io::Result<T>,
) -> io::Result<T> {
    let is_special = fs::symlink_metadata(path).is_ok_and(|there| !there.is_file());
    let part = beside(path);
    let begun = (!is_special).then(|| create(&part).ok()).flatten();
    let Some(mut file) = begun else {
        return write(&mut create(path)?);
    };
    let written = write(&mut file).and_then(|written| {
        drop(file);
        fs::rename(&part, path).map(|()| written)
    });
    if written.is_err() {
        // What cannot be removed is overwritten next time.
        let _ = fs::remove_file(&part);
    }
    written
}

/// Always the same name, so that the next start takes away what one that was killed has left.
fn beside(path: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(".part");
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_file_is_the_old_one_until_the_new_one_is_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        fs::write(&path, "old").unwrap();
        let seen = write(&path, |file| {
            file.write_all(b"new")?;
            fs::read_to_string(&path)
        });
        assert_eq!(seen.unwrap(), "old");
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        write(&path, |file| {
            file.write_all(b"ha")?;
            Err::<(), _>(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_stays_what_it_is() {
        let folder = tempfile::tempdir().unwrap();
        let (path, target) = (folder.path().join("link"), folder.path().join("target"));
        std::os::unix::fs::symlink(&target, &path).unwrap();
        write(&path, |file| file.write_all(b"new")).unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(&target).unwrap(), "new");
        write(Path::new("/dev/null"), |file| file.write_all(b"new")).unwrap();
    }
}
