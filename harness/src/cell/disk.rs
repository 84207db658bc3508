//! What happens to a client's files behind its back: a folder that takes nothing, a key's file that cannot be
//! written, files that a power cut left empty or half. None of it rests on permissions, which bind no
//! administrator: something else stands where a file or a folder should be.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use madoguchi_scenarios::Disk;

use super::remains::private_key;

/// Files that are looked at, below the client's own folder.
const MOST: usize = 1000;
/// Larger ones hold no key.
const MOST_BYTES: u64 = 1 << 20;
/// The file in a folder that stands in the way of another.
const IN_THE_WAY: &str = "madoguchi-stands-here";
/// What a file holds that is ruined.
const RUIN: u8 = 0xA5;

/// Where a client keeps what it keeps.
#[derive(Debug)]
pub(crate) struct ClientFiles {
    /// `MADOGUCHI_STATE_DIR`
    state: PathBuf,
    /// Where that is set aside.
    aside: PathBuf,
    /// What it was handed beside it: certificate and key of the terminal.
    handed: [PathBuf; 2],
}

impl ClientFiles {
    /// Those in the folder of a cell.
    pub(crate) fn in_cell(folder: &Path) -> Self {
        let below = |name: &str| folder.join(name);
        Self {
            state: below("state"),
            aside: below("state-set-aside"),
            handed: [below("terminal.pem"), below("terminal.key")],
        }
    }

    /// Lets it happen.
    ///
    /// # Errors
    /// Where the cell's folder itself takes nothing.
    pub(crate) fn suffer(&self, what: Disk) -> io::Result<()> {
        match what {
            Disk::Refuses => self.refuse(),
            Disk::Takes => self.take(),
            Disk::KeyRefused => {
                for (path, content) in self.files()? {
                    if private_key(&content).is_some() {
                        fs::remove_file(&path)?;
                        fs::create_dir(&path)?;
                        fs::write(path.join(IN_THE_WAY), "TEST ONLY")?;
                    } else if is_certificate(&content) {
                        fs::remove_file(&path)?;
                    }
                }
                Ok(())
            }
            Disk::Emptied => self.rewrite(|content| content.clear()),
            Disk::Halved => self.rewrite(|content| content.truncate(content.len() / 2)),
            Disk::Garbled => self.rewrite(|content| content.fill(RUIN)),
            Disk::KeyLost => self.lose(|content| private_key(content).is_some()),
            Disk::CertificateLost => {
                self.lose(|content| is_certificate(content) && private_key(content).is_none())
            }
        }
    }

    /// A file stands where the folder should be.
    fn refuse(&self) -> io::Result<()> {
        if self.state.is_dir() {
            fs::rename(&self.state, &self.aside)?;
            fs::write(&self.state, "TEST ONLY")?;
        }
        Ok(())
    }

    /// Everything is in its place again, and nothing in the way.
    fn take(&self) -> io::Result<()> {
        if self.aside.is_dir() {
            if self.state.is_file() {
                fs::remove_file(&self.state)?;
            }
            fs::rename(&self.aside, &self.state)?;
        }
        let mut blocked = Vec::new();
        walk(&self.state, &mut |path| {
            let is_ours = path.file_name().is_some_and(|name| name == IN_THE_WAY);
            blocked.extend(path.parent().filter(|_| is_ours).map(Path::to_owned));
        })?;
        blocked.into_iter().try_for_each(fs::remove_dir_all)
    }

    fn rewrite(&self, change: impl Fn(&mut Vec<u8>)) -> io::Result<()> {
        for (path, mut content) in self.files()? {
            change(&mut content);
            fs::write(path, content)?;
        }
        Ok(())
    }

    fn lose(&self, is_meant: impl Fn(&[u8]) -> bool) -> io::Result<()> {
        for (path, content) in self.files()? {
            if is_meant(&content) {
                fs::remove_file(path)?;
            }
        }
        Ok(())
    }

    /// The client's files, and what they hold. What cannot be read is not looked at.
    fn files(&self) -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
        let mut found: Vec<PathBuf> = self.handed.to_vec();
        found.retain(|path| path.is_file());
        if self.state.is_dir() {
            walk(&self.state, &mut |path| found.push(path.to_owned()))?;
        }
        found.truncate(MOST);
        let is_small =
            |path: &PathBuf| fs::metadata(path).is_ok_and(|file| file.len() <= MOST_BYTES);
        found.retain(is_small);
        Ok(found
            .into_iter()
            .filter_map(|path| Some((path.clone(), fs::read(path).ok()?)))
            .collect())
    }
}

fn is_certificate(content: &[u8]) -> bool {
    const PEM: &[u8] = b"-----BEGIN CERTIFICATE-----";
    content.windows(PEM.len()).any(|window| window == PEM)
}

/// Shows every plain file below `folder`; links are not followed.
fn walk(folder: &Path, found: &mut dyn FnMut(&Path)) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            walk(&entry.path(), found)?;
        } else if kind.is_file() {
            found(&entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "-----BEGIN PRIVATE KEY-----\nTEST ONLY\n-----END PRIVATE KEY-----\n";
    const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nTEST ONLY\n-----END CERTIFICATE-----\n";

    /// A client that has kept key and certificate below its folder.
    fn kept() -> (tempfile::TempDir, ClientFiles) {
        let cell = tempfile::tempdir().unwrap();
        fs::create_dir_all(cell.path().join("state/deep")).unwrap();
        fs::write(cell.path().join("state/deep/key"), KEY).unwrap();
        fs::write(cell.path().join("state/certificate"), CERTIFICATE).unwrap();
        let files = ClientFiles::in_cell(cell.path());
        (cell, files)
    }

    #[test]
    fn a_folder_that_refuses_takes_no_file_and_has_its_own_again_later() {
        let (cell, files) = kept();
        files.suffer(Disk::Refuses).unwrap();
        files.suffer(Disk::Refuses).unwrap();
        let certificate = cell.path().join("state/certificate");
        fs::write(&certificate, "x").unwrap_err();
        fs::create_dir_all(certificate.parent().unwrap()).unwrap_err();
        files.suffer(Disk::Takes).unwrap();
        assert_eq!(fs::read_to_string(&certificate).unwrap(), CERTIFICATE);
        files.suffer(Disk::Takes).unwrap();
    }

    #[test]
    fn where_the_key_is_refused_everything_else_can_be_written() {
        let (cell, files) = kept();
        files.suffer(Disk::KeyRefused).unwrap();
        let (key, certificate) = (
            cell.path().join("state/deep/key"),
            cell.path().join("state/certificate"),
        );
        assert!(!certificate.exists());
        fs::write(&certificate, CERTIFICATE).unwrap();
        fs::write(&key, KEY).unwrap_err();
        fs::rename(&certificate, &key).unwrap_err();
        files.suffer(Disk::Takes).unwrap();
        fs::write(&key, KEY).unwrap();
    }

    #[test]
    fn what_is_lost_or_ruined_is_known_by_what_it_holds() {
        for (what, key, certificate) in [
            (Disk::KeyLost, None, Some(CERTIFICATE.len())),
            (Disk::CertificateLost, Some(KEY.len()), None),
            (Disk::Emptied, Some(0), Some(0)),
            (
                Disk::Halved,
                Some(KEY.len() / 2),
                Some(CERTIFICATE.len() / 2),
            ),
            (Disk::Garbled, Some(KEY.len()), Some(CERTIFICATE.len())),
        ] {
            let (cell, files) = kept();
            files.suffer(what).unwrap();
            let left = |name: &str| fs::read(cell.path().join(name)).ok().map(|file| file.len());
            assert_eq!(left("state/deep/key"), key, "{what:?}");
            assert_eq!(left("state/certificate"), certificate, "{what:?}");
        }
    }
}
