//! What a client has left of patients and of secrets: after its end, the cell's folder is searched for
//! what it was told. Nothing is said of where a match stands but the file, and of what it was but the class.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use madoguchi_trace::{Leak, SecretClass, Unsearched};

use super::canary::{Canaries, octets_of_key};
use super::patients::Patients;

/// How much is looked into. What is beyond is told.
#[derive(Clone, Copy)]
pub(crate) struct Most {
    pub(crate) files: usize,
    /// Of all of them.
    pub(crate) bytes: u64,
}

pub(crate) const MOST: Most = Most {
    files: 10_000,
    bytes: 256 << 20,
};
/// How much of a file is looked into at once.
const PART: u64 = 1 << 20;
/// Longer than any way of writing a secret.
const LONGEST_SECRET: usize = 1024;
/// Places that are told of those that were not searched.
const MOST_TOLD: usize = 16;

/// Secrets that a file may hold: the passcode stays on its device, a code serves once, a session ends, and
/// a key has to lie somewhere ([`SecretClass::OpenPrivateKey`]).
const MAY_STAY: [SecretClass; 4] = [
    SecretClass::Passcode,
    SecretClass::ActivationCode,
    SecretClass::SessionToken,
    SecretClass::PrivateKey,
];

/// Looks into what a client left.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Search<'a> {
    pub(crate) patients: &'a Patients,
    pub(crate) secrets: &'a Canaries,
}

impl Search<'_> {
    /// What of patients and of secrets stands in the files below `folder`, once for each file and class, in
    /// the order of their names; and what could not be searched.
    pub(crate) fn below(self, folder: &Path) -> Remains {
        self.within_bounds(folder, MOST)
    }

    fn within_bounds(self, folder: &Path, most: Most) -> Remains {
        let Self { patients, secrets } = self;
        let mut files = Vec::new();
        let mut remains = Remains::default();
        collect(
            folder,
            folder,
            most.files,
            &mut files,
            &mut remains.unsearched,
        );
        let mut left = most.bytes;
        for name in files {
            let place = format!("file:{name}");
            let told = secrets.in_own(&place, &name).into_iter();
            let told = told.filter(|leak| !leak.class.is_in(&MAY_STAY));
            remains.found.extend(told);
            remains
                .found
                .extend(patients.within(&place, name.as_bytes()));
            // What lies there beside the client's own folders was handed to it.
            let is_own = name.contains('/');
            let searched = self.search(&folder.join(&name), &mut left, |offset, part| {
                let mut found = patients.within(&place, part);
                if is_own {
                    let kept = secrets.in_log(&place, part).into_iter();
                    found.extend(kept.filter(|leak| !leak.class.is_in(&MAY_STAY)));
                    if let Some(at) = private_key(part)
                        && is_open(folder, &folder.join(&name))
                    {
                        found.push(leak(SecretClass::OpenPrivateKey, &place, at));
                    }
                }
                for mut leak in found {
                    let is_same =
                        |other: &Leak| other.class == leak.class && *other.place == *place;
                    if !remains.found.iter().any(is_same) {
                        leak.offset += offset;
                        remains.found.push(leak);
                    }
                }
            });
            match searched {
                Ok(()) => {}
                Err(Unread::Open) => remains.unsearched.push(unsearched(&place, "unreadable")),
                Err(Unread::TooMuch) => {
                    remains.unsearched.push(unsearched(&place, "too-much"));
                    break;
                }
            }
        }
        remains.unsearched.truncate(MOST_TOLD);
        remains
    }

    /// Shows a file to `look` part by part, as much as is `left` to be read.
    fn search(
        self,
        path: &Path,
        left: &mut u64,
        mut look: impl FnMut(usize, &[u8]),
    ) -> Result<(), Unread> {
        let mut file = fs::File::open(path).map_err(|_| Unread::Open)?;
        let mut part = Vec::new();
        let mut offset = 0;
        loop {
            let kept = part.len();
            let wanted = PART.min(*left);
            let read = file.by_ref().take(wanted).read_to_end(&mut part);
            let read = read.map_err(|_| Unread::Open)? as u64;
            *left -= read;
            if part.len() > kept || offset == 0 {
                look(offset, &part);
            }
            if read < PART {
                // whether there is more than could be read
                let mut more = [0];
                let is_over = *left > 0 || matches!(file.read(&mut more), Ok(0));
                return if is_over {
                    Ok(())
                } else {
                    Err(Unread::TooMuch)
                };
            }
            // what begins at the end of one part ends in the next
            let seen = part
                .len()
                .saturating_sub(self.patients.longest().max(LONGEST_SECRET));
            part.drain(..seen);
            offset += seen;
        }
    }
}

/// What a search came to.
#[derive(Debug, Default)]
pub(crate) struct Remains {
    pub(crate) found: Vec<Leak>,
    /// Places that were not searched.
    pub(crate) unsearched: Vec<Unsearched>,
}

pub(crate) fn unsearched(place: &str, why: &str) -> Unsearched {
    Unsearched {
        place: place.into(),
        why: why.into(),
    }
}

/// Why a file was not searched to its end.
enum Unread {
    Open,
    TooMuch,
}

fn leak(class: SecretClass, place: &str, offset: usize) -> Leak {
    Leak {
        class: class.name().into(),
        place: place.into(),
        offset,
    }
}

/// Where a private key begins that is not encrypted: in PEM (RFC 7468), or as its octets.
pub(super) fn private_key(content: &[u8]) -> Option<usize> {
    let armoured = ["", "RSA ", "EC "].iter().find_map(|kind| {
        find(
            content,
            format!("-----BEGIN {kind}PRIVATE KEY-----").as_bytes(),
        )
    });
    armoured.or_else(|| octets_of_key(content))
}

/// Whether another user could read the file, if the cell's folder let them in.
#[cfg(unix)]
fn is_open(folder: &Path, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    const OTHERS: u32 = 0o077;
    let lets_in = |path: &Path| fs::metadata(path).is_ok_and(|file| file.mode() & OTHERS != 0);
    // The folders of the cell itself are the harness's; those that the client made count.
    let own = |folder_of: &&Path| {
        folder_of
            .strip_prefix(folder)
            .is_ok_and(|below| 1 < below.components().count())
    };
    path.ancestors().take_while(own).all(lets_in)
}

#[cfg(not(unix))]
fn is_open(_: &Path, _: &Path) -> bool {
    false
}

fn find(content: &[u8], mark: &[u8]) -> Option<usize> {
    let first = *mark.first()?;
    let mut from = 0;
    while let Some(at) = content[from..].iter().position(|byte| *byte == first) {
        if content[from + at..].starts_with(mark) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// Plain files by their path below `root`; links are not followed, and sockets are none.
fn collect(
    root: &Path,
    folder: &Path,
    most: usize,
    files: &mut Vec<String>,
    beyond: &mut Vec<Unsearched>,
) {
    let below = |path: &Path| {
        let below = path.strip_prefix(root).unwrap_or(path);
        below.to_string_lossy().into_owned()
    };
    let Ok(entries) = fs::read_dir(folder) else {
        beyond.push(unsearched(&format!("file:{}", below(folder)), "unreadable"));
        return;
    };
    let mut entries: Vec<fs::DirEntry> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(root, &path, most, files, beyond),
            Ok(kind) if kind.is_file() && files.len() == most => {
                if !beyond.iter().any(|one| one.why == "too-many") {
                    beyond.push(unsearched(&format!("file:{}", below(&path)), "too-many"));
                }
                return;
            }
            Ok(kind) if kind.is_file() => files.push(below(&path)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::SHIFT_JIS;
    use madoguchi_fixtures::{HEALTHY_AT, persona};

    use super::*;
    use crate::cell::canary::Canary;

    fn patients() -> Patients {
        let taro = persona("shiken-taro").unwrap();
        Patients::of(&[taro.issue(HEALTHY_AT).unwrap()])
    }

    fn found(folder: &Path, patients: &Patients, secrets: &Canaries) -> Vec<Leak> {
        Search { patients, secrets }.below(folder).found
    }

    fn classes(content: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        fs::write(folder.path().join("state/last"), content).unwrap();
        let found = found(folder.path(), &patients(), &Canaries::default());
        assert!(found.iter().all(|leak| *leak.place == *"file:state/last"));
        found.iter().map(|leak| leak.class.to_string()).collect()
    }

    #[test]
    fn a_patient_is_found_in_every_encoding_and_spacing() {
        let cp932 = SHIFT_JIS.encode("氏名,試験　太郎").0.into_owned();
        let utf16: Vec<u8> = "試験太郎"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for content in [
            "{\"name\":\"試験　太郎\"}".as_bytes(),
            "試験 太郎".as_bytes(),
            "ｼｹﾝ ﾀﾛｳ".as_bytes(),
            "シケン　タロウ".as_bytes(),
            br#"{"name":"\u8a66\u9a13\u3000\u592a\u90ce"}"#,
            &cp932,
            &utf16,
        ] {
            assert_eq!(classes(content), ["patient-name"], "{content:?}");
        }
        assert_eq!(classes(b"no. 99000001"), ["insured-number"]);
    }

    #[test]
    fn what_says_nothing_of_a_patient_is_nobodys_business() {
        assert!(classes("試験機関 9910000000 terminal-1".as_bytes()).is_empty());
    }

    #[test]
    fn a_password_in_a_file_is_found_and_a_code_may_stay() {
        let secrets = Canaries::new(vec![
            Canary::new(SecretClass::Password, "TEST-only-1"),
            Canary::new(SecretClass::ActivationCode, "990000000001"),
        ]);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        let account = "code = 990000000001\npassword = TEST-only-1";
        fs::write(folder.path().join("home/account.ini"), account).unwrap();
        let found = found(folder.path(), &Patients::default(), &secrets);
        let found: Vec<_> = found
            .iter()
            .map(|leak| (&*leak.class, &*leak.place))
            .collect();
        assert_eq!(found, [("password", "file:home/account.ini")]);
    }

    #[test]
    fn what_is_too_much_to_be_searched_is_told() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        for name in ["a", "b", "c"] {
            fs::write(folder.path().join("state").join(name), [b'x'; 100]).unwrap();
        }
        let told = |files, bytes| {
            let most = Most { files, bytes };
            let search = Search {
                patients: &patients(),
                secrets: &Canaries::default(),
            };
            let remains = search.within_bounds(folder.path(), most);
            let told = remains.unsearched.iter();
            told.map(|one| format!("{} {}", one.place, one.why))
                .collect::<Vec<_>>()
        };
        assert!(told(3, 300).is_empty());
        assert_eq!(told(3, 299), ["file:state/c too-much"]);
        assert_eq!(told(2, 300), ["file:state/c too-many"]);
        assert_eq!(told(3, 50), ["file:state/a too-much"]);
    }

    #[test]
    fn what_lies_across_two_parts_is_found_where_it_is() {
        let name = "試験太郎".as_bytes();
        for before in [
            0,
            5_000_000,
            (1 << 20) - 6,
            (2 << 20) - 6,
            (3 << 20) - 3_000,
        ] {
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("state")).unwrap();
            let content = [vec![b'x'; before].as_slice(), name, b"yy"].concat();
            fs::write(folder.path().join("state/last"), content).unwrap();
            let found = found(folder.path(), &patients(), &Canaries::default());
            let found: Vec<_> = found
                .iter()
                .map(|leak| (&*leak.class, leak.offset))
                .collect();
            assert_eq!(found, [("patient-name", before)]);
        }
    }

    #[test]
    fn the_name_of_a_file_can_tell_a_patient_and_a_number() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        for name in ["試験　太郎.json", "9900-0000-0012.txt", "1234"] {
            fs::write(folder.path().join("state").join(name), "").unwrap();
        }
        let secrets = Canaries::new(vec![
            Canary::new(SecretClass::AuthPin, "1234"),
            Canary::new(SecretClass::PersonalNumber, "990000000012"),
        ]);
        let found = found(folder.path(), &patients(), &secrets);
        let classes: Vec<&str> = found.iter().map(|leak| &*leak.class).collect();
        assert_eq!(classes, ["personal-number", "patient-name"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_private_key_is_open_where_its_file_and_every_folder_of_the_client_are() {
        use std::os::unix::fs::PermissionsExt as _;
        let key = "-----BEGIN PRIVATE KEY-----\n";
        for (file, of_folder, of_file, is_open) in [
            ("state/key.pem", 0o755, 0o644, true),
            ("state/key.pem", 0o755, 0o600, false),
            ("state/own/key.pem", 0o755, 0o640, true),
            ("state/own/key.pem", 0o700, 0o644, false),
            // it was handed to the client
            ("terminal.key", 0o755, 0o644, false),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(file);
            let parent = path.parent().unwrap();
            fs::create_dir_all(parent).unwrap();
            fs::write(&path, key).unwrap();
            if parent != folder.path() {
                fs::set_permissions(parent, fs::Permissions::from_mode(of_folder)).unwrap();
            }
            fs::set_permissions(&path, fs::Permissions::from_mode(of_file)).unwrap();
            let found = found(folder.path(), &Patients::default(), &Canaries::default());
            let classes: Vec<&str> = found.iter().map(|leak| &*leak.class).collect();
            let expected: &[&str] = if is_open { &["open-private-key"] } else { &[] };
            assert_eq!(classes, expected, "{file} {of_folder:o} {of_file:o}");
        }
    }
}
