//! This terminal's certificate and private key: the only things that the client keeps on disk.
//! What it learns of patients is never written anywhere.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Certificate and key for 端末認証, PEM.
#[derive(Clone)]
pub(crate) struct Terminal {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Terminal {
    /// The certificate as a header has it: the body of its PEM, on one line.
    pub(crate) fn certificate_base64(&self) -> String {
        let lines = self.certificate.lines().map(str::trim);
        lines.filter(|line| !line.starts_with("-----")).collect()
    }
}

/// Where the certificate and its key are found.
#[derive(Debug, Clone)]
pub(crate) struct TerminalFiles {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl TerminalFiles {
    /// In the client's own folder.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::at(
            folder.join("terminal-certificate.pem"),
            folder.join("terminal-key.pem"),
        )
    }

    /// In files that another program has prepared.
    pub(crate) fn at(certificate: PathBuf, key: PathBuf) -> Self {
        Self { certificate, key }
    }

    /// The certificate and its key; `None` before the activation.
    pub(crate) fn load(&self) -> io::Result<Option<Terminal>> {
        if !self.certificate.exists() {
            return Ok(None);
        }
        Ok(Some(Terminal {
            certificate: fs::read_to_string(&self.certificate)?,
            key: fs::read_to_string(&self.key)?,
        }))
    }

    /// Keeps them for the next start, the key for this user's eyes only. The certificate is
    /// written last: where it exists the key does, too.
    pub(crate) fn save(&self, terminal: &Terminal) -> io::Result<()> {
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&self.key)?
            .write_all(terminal.key.as_bytes())?;
        fs::write(&self.certificate, &terminal.certificate)
    }
}
