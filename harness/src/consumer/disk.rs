//! Where deliveries are put: the folders of a 資格確認端末 and the file that stands for the clipboard.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use madoguchi_delivery::Step;

/// The longest export or request that is read, bytes. A longer one is refused: of a part it would seem that the
/// rest was not taken over.
pub(crate) const LONGEST: u64 = 16 << 20;

/// The folders of one case.
#[derive(Debug)]
pub(crate) struct Disk {
    root: PathBuf,
    /// The file that is being written, while its writer keeps others out.
    locked: Option<(PathBuf, File)>,
}

impl Disk {
    /// Makes the folders below `root`.
    ///
    /// # Errors
    /// The folder that could not be made.
    pub(crate) fn create(root: PathBuf) -> Result<Self, (PathBuf, io::Error)> {
        for name in ["req", "res", "face", "export"] {
            let path = root.join(name);
            fs::create_dir_all(&path).map_err(|error| (path, error))?;
        }
        let disk = Self { root, locked: None };
        Ok(disk)
    }

    /// The folder that holds `req`, `res` and `face`.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Where the program is to leave its export.
    pub(crate) fn export(&self) -> PathBuf {
        self.root.join("export")
    }

    /// The file that stands for the clipboard.
    pub(crate) fn clipboard(&self) -> PathBuf {
        self.root.join("clipboard.txt")
    }

    /// Performs one change of a file in `face`.
    pub(crate) fn perform(&mut self, name: &str, step: &Step) -> io::Result<()> {
        let path = self.root.join("face").join(name);
        match step {
            Step::Appears(bytes) => self.leave(&path, bytes),
            Step::Begins { bytes, locked } => {
                let mut file = File::create(&path)?;
                if *locked {
                    file.lock()?;
                }
                file.write_all(bytes)?;
                file.flush()?;
                self.locked = locked.then_some((path, file));
                Ok(())
            }
            Step::Grows(bytes) => match &mut self.locked {
                Some((held, file)) if *held == path => file.write_all(bytes),
                _ => OpenOptions::new()
                    .append(true)
                    .open(&path)?
                    .write_all(bytes),
            },
            Step::Unlocked => {
                if let Some((_, file)) = self.locked.take() {
                    // Said at once, where the system lets us; closing the file does the rest.
                    let _ = file.unlock();
                }
                Ok(())
            }
        }
    }

    /// Sets the text of the clipboard's file, all at once.
    pub(crate) fn paste(&self, text: &str) -> io::Result<()> {
        self.leave(&self.clipboard(), text.as_bytes())
    }

    /// Leaves an answer in `res`.
    pub(crate) fn answer(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        self.leave(&self.root.join("res").join(name), bytes)
    }

    /// The request files that lie in `req`, by name.
    pub(crate) fn requests(&self) -> io::Result<Vec<(String, Vec<u8>)>> {
        let mut requests = Vec::new();
        for entry in fs::read_dir(self.root.join("req"))?.take(100) {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_request = name.contains("req_") && name.ends_with(".xml");
            if is_request && entry.file_type()?.is_file() {
                requests.push((name, read(&entry.path())?));
            }
        }
        requests.sort();
        Ok(requests)
    }

    /// Takes a request away that was answered.
    pub(crate) fn taken(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.root.join("req").join(name))
    }

    /// A file of the export; none where there is no such file.
    pub(crate) fn exported(&self, name: &str) -> io::Result<Option<Vec<u8>>> {
        match read(&self.export().join(name)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn leave(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let mut file = tempfile::Builder::new()
            .prefix(".madoguchi-")
            .suffix(".tmp")
            .tempfile_in(&self.root)?;
        file.write_all(bytes)?;
        file.persist(path)?;
        Ok(())
    }
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?
        .take(LONGEST + 1)
        .read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LONGEST {
        let what = format!("more than {} MiB", LONGEST >> 20);
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_export_that_is_too_long_is_not_read_in_part() {
        let folder = tempfile::tempdir().unwrap();
        let disk = Disk::create(folder.path().to_owned()).unwrap();
        for (name, length, is_read) in [("whole", LONGEST, true), ("long", LONGEST + 1, false)] {
            let file = File::create(disk.export().join(name)).unwrap();
            file.set_len(length).unwrap();
            assert_eq!(disk.exported(name).is_ok(), is_read, "{name}");
        }
        assert_eq!(disk.exported("none").unwrap(), None);
    }
}
