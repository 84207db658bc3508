//! What an installation keeps between runs, in the user's own data folder: the TLS root that a
//! device was told to trust once (`ca export`, `serve`), and the CA of the terminals of worlds that
//! are kept (`serve --store`). The folder is for this user only, and so are the files with the keys.

use std::env;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use madoguchi_fixtures::pki::{Identity, PkiError, TerminalCa, TlsRoot, Validity};
use madoguchi_terms::{Lang, Say, Secret};

use crate::cell::authority::key;

/// An authority that lapses within this time is made anew, so that no client trusts one for a day.
const RESERVE: SignedDuration = SignedDuration::from_hours(24);

/// An authority of this installation.
#[derive(Debug)]
pub(crate) struct Kept<A> {
    pub(crate) authority: A,
    /// Where it is kept.
    pub(crate) path: PathBuf,
    /// Whether it was made just now: a client that trusted another one has to trust this one.
    pub(crate) is_new: bool,
}

/// The root of this installation.
pub(crate) type KeptRoot = Kept<TlsRoot>;

/// The CA of the terminals that were activated in worlds which are kept.
pub(crate) type KeptTerminals = Kept<TerminalCa>;

/// An authority that can be kept.
pub(crate) trait Authority: Sized {
    /// The file's name.
    const FILE: &'static str;

    fn make(key: &[u8], now: Timestamp) -> Result<Self, PkiError>;
    fn read(key: &[u8], certificate: &[u8]) -> Result<Self, PkiError>;
    fn certificate(&self) -> &[u8];
    fn validity(&self) -> Validity;
}

/// Where the TLS root lies in the [data folder](data_folder).
pub(crate) const ROOT_FILE: &str = TlsRoot::FILE;

/// Whether the text of that file is a root that is used at `now`, and not replaced.
pub(crate) fn is_sound_root(text: &str, now: Timestamp) -> bool {
    sound::<TlsRoot>(text, now).is_some()
}

macro_rules! authorities {
    ($($name:ident in $file:literal,)+) => {$(
        impl Authority for $name {
            const FILE: &'static str = $file;

            fn make(key: &[u8], now: Timestamp) -> Result<Self, PkiError> {
                Self::new(key, 1, now)
            }

            fn read(key: &[u8], certificate: &[u8]) -> Result<Self, PkiError> {
                Self::kept(key, certificate)
            }

            fn certificate(&self) -> &[u8] {
                self.certificate()
            }

            fn validity(&self) -> Validity {
                self.validity()
            }
        }
    )+};
}

authorities! {
    TlsRoot in "tls-root.pem",
    TerminalCa in "terminal-ca.pem",
}

/// Why there is no authority to keep.
#[derive(Debug)]
pub(crate) enum NotKept {
    NoFolder,
    File { path: PathBuf, error: io::Error },
    Pki(PkiError),
}

impl Say for NotKept {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::NoFolder => lang.pick(
                "利用者のデータフォルダが分かりません\n  対処: XDG_DATA_HOME か HOME を設定してください".into(),
                "the user's data folder is not known\n  help: set XDG_DATA_HOME or HOME".into(),
            ),
            Self::File { path, error } => {
                let path = path.display();
                lang.pick(
                    format!("{path} を使えません: {error}\n  対処: 書き込めるようにするか、XDG_DATA_HOME で別のフォルダを指定してください"),
                    format!("cannot use {path}: {error}\n  help: make it writable, or name another folder with XDG_DATA_HOME"),
                )
            }
            Self::Pki(error) => lang.pick(
                format!("証明書を発行できません: {error}"),
                format!("cannot issue a certificate: {error}"),
            ),
        }
    }
}

impl From<PkiError> for NotKept {
    fn from(error: PkiError) -> Self {
        Self::Pki(error)
    }
}

/// `madoguchi` in the platform's folder for data of the user's programs.
pub(crate) fn data_folder() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let home = || set("HOME").map(PathBuf::from);
    let base = if let Some(folder) = set("XDG_DATA_HOME") {
        PathBuf::from(folder)
    } else if cfg!(windows) {
        set("LOCALAPPDATA")?.into()
    } else if cfg!(target_os = "macos") {
        home()?.join("Library/Application Support")
    } else {
        home()?.join(".local/share")
    };
    Some(base.join("madoguchi"))
}

impl<A: Authority> Kept<A> {
    /// The authority that is kept, or a new one where there is none, or where it lapses at `now`
    /// or soon.
    pub(crate) fn open(now: Timestamp) -> Result<Self, NotKept> {
        let folder = data_folder().ok_or(NotKept::NoFolder)?;
        Self::open_in(&folder, now)
    }

    fn open_in(folder: &Path, now: Timestamp) -> Result<Self, NotKept> {
        let path = folder.join(A::FILE);
        let failed = |error| NotKept::File {
            path: path.clone(),
            error,
        };
        make_private(folder).map_err(failed)?;
        let kept = match fs::read_to_string(&path) {
            Ok(text) => sound(&text, now),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(failed(error)),
        };
        if let Some(authority) = kept {
            return Ok(Self {
                authority,
                path,
                is_new: false,
            });
        }
        let key = key();
        let authority = A::make(&key, now)?;
        let identity = Identity {
            certificate: authority.certificate().to_vec(),
            key: Secret::new(key),
        };
        let text = identity.certificate_pem() + identity.key_pem().expose();
        write_private(folder, &path, &text).map_err(failed)?;
        Ok(Self {
            authority,
            path,
            is_new: true,
        })
    }
}

/// The authority in a kept file, unless it is broken or lapses at `now` or soon.
fn sound<A: Authority>(text: &str, now: Timestamp) -> Option<A> {
    let identity = Identity::from_pem(text)?;
    let authority = A::read(identity.key.expose(), &identity.certificate).ok()?;
    let validity = authority.validity();
    let until = validity.not_after.checked_sub(RESERVE).ok()?;
    (validity.not_before <= now && now < until).then_some(authority)
}

/// A folder that only this user can enter.
fn make_private(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    #[cfg(unix)]
    fs::set_permissions(folder, std::os::unix::fs::PermissionsExt::from_mode(0o700))?;
    Ok(())
}

/// Writes a file that only this user can read, whole or not at all.
fn write_private(folder: &Path, path: &Path, text: &str) -> io::Result<()> {
    // On Unix a temporary file is made with the permissions 0600.
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_747_785_600, 0);

    fn later(hours: i64) -> Timestamp {
        NOW.checked_add(SignedDuration::from_hours(hours)).unwrap()
    }

    #[test]
    fn a_root_is_kept_until_it_lapses() {
        let folder = tempfile::tempdir().unwrap();
        let open = |now| KeptRoot::open_in(folder.path(), now).unwrap();
        let first = open(NOW);
        assert!(first.is_new);
        let again = open(later(28 * 24));
        assert!(!again.is_new);
        assert_eq!(again.authority.certificate(), first.authority.certificate());
        let renewed = open(later(29 * 24));
        assert!(renewed.is_new);
        assert_ne!(
            renewed.authority.certificate(),
            first.authority.certificate()
        );
    }

    #[test]
    fn a_broken_file_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = KeptRoot::open_in(folder.path(), NOW).unwrap().path;
        let whole = fs::read_to_string(&path).unwrap();
        for broken in [String::new(), whole[..whole.len() / 2].to_owned()] {
            fs::write(&path, broken).unwrap();
            assert!(KeptRoot::open_in(folder.path(), NOW).unwrap().is_new);
        }
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_the_key() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("data");
        let path = KeptRoot::open_in(&inner, NOW).unwrap().path;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&inner), mode(&path)), (0o700, 0o600));
    }
}
