//! What a client has left of patients and of secrets: after its end, the cell's folder and what the
//! program wrote on standard error are searched for what it was told. Nothing is said of where a match
//! stands but the file, and of what it was but the class.

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use encoding_rs::SHIFT_JIS;
use madoguchi_eligibility::kana;
use madoguchi_fixtures::Issued;
use madoguchi_trace::Leak;

use super::canary::Canaries;

/// Files that are looked into, and how much of each, bytes: a client that leaves more is told by the
/// first of them.
const MOST_FILES: usize = 10_000;
const MOST_OF_EACH: u64 = 16 << 20;

/// The class of a private key that others than its owner can read.
const OPEN_KEY: &str = "open-private-key";
/// Secrets that a file may hold: the passcode stays on its device, and a code serves once.
const MAY_STAY: [&str; 2] = ["passcode", "activation-code"];

/// What patients are known by, by class.
#[derive(Debug, Default)]
pub(crate) struct Marks(Vec<(&'static str, Vec<u8>)>);

impl Marks {
    /// Names, numbers of insurance cards and certificates of these persons.
    pub(crate) fn of(issued: &[Issued]) -> Self {
        let mut marks = Self::default();
        for person in issued {
            let insurance = person.insurance.iter().map(|record| &record.insured);
            let assistance = person.assistance.iter().map(|record| &record.insured);
            for insured in insurance.chain(assistance) {
                marks.add_name(&insured.name);
                marks.add_name(&insured.name_kana);
                marks.add_name(&kana::to_full_width(&insured.name_kana));
            }
            for record in &person.insurance {
                // Fewer digits are everywhere.
                if 6 <= record.number.len() {
                    marks.add_text("insured-number", &record.number);
                }
            }
            let certificate = &person.certificate.der;
            let encoded = Base64::encode_string(certificate);
            marks.0.push(("card-certificate", certificate.clone()));
            marks.0.push(("card-certificate", encoded.into_bytes()));
        }
        marks
    }

    /// A name with the space that parts it, with a narrow one, and without.
    fn add_name(&mut self, name: &str) {
        for space in ["\u{3000}", " ", ""] {
            let spaced: Vec<&str> = name.split_whitespace().collect();
            self.add_text("patient-name", &spaced.join(space));
        }
    }

    /// Text in the encodings of files here, and as JSON writes it in ASCII.
    fn add_text(&mut self, class: &'static str, text: &str) {
        let escaped = |c: u16| format!("\\u{c:04x}");
        let units: Vec<u16> = text.encode_utf16().collect();
        let mut forms = vec![
            text.as_bytes().to_vec(),
            SHIFT_JIS.encode(text).0.into_owned(),
            units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        ];
        if !text.is_ascii() {
            let escaped: String = units.iter().copied().map(escaped).collect();
            forms.push(escaped.into_bytes());
        }
        for form in forms {
            if !self.0.iter().any(|(_, known)| *known == form) {
                self.0.push((class, form));
            }
        }
    }

    /// What of it and of the secrets stands in the files below `folder`, once for each file and class, in
    /// the order of their names.
    pub(crate) fn below(&self, folder: &Path, secrets: &Canaries) -> Vec<Leak> {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        let mut found = Vec::new();
        for name in files {
            let path = folder.join(&name);
            let Ok(content) = read(&path) else {
                continue;
            };
            let place = format!("file:{name}");
            found.extend(self.within(&place, &content));
            // What lies there beside the client's own folders was handed to it.
            if name.contains('/') {
                let kept = secrets.in_log(&place, &String::from_utf8_lossy(&content));
                found.extend(
                    kept.into_iter()
                        .filter(|leak| !MAY_STAY.contains(&&*leak.class)),
                );
                if let Some(offset) = private_key(&content)
                    && is_open(folder, &path)
                {
                    found.push(leak(OPEN_KEY, &place, offset));
                }
            }
        }
        found
    }

    /// What of it stands in what a program writes, once for each class.
    pub(crate) fn within(&self, place: &str, content: &[u8]) -> Vec<Leak> {
        let mut found: Vec<Leak> = Vec::new();
        for (class, mark) in &self.0 {
            let is_known = found.iter().any(|leak| *leak.class == **class);
            if !is_known && let Some(offset) = find(content, mark) {
                found.push(leak(class, place, offset));
            }
        }
        found
    }
}

fn leak(class: &str, place: &str, offset: usize) -> Leak {
    Leak {
        class: class.into(),
        place: place.into(),
        offset,
    }
}

/// Where a private key begins that is not encrypted (PEM, RFC 7468).
fn private_key(content: &[u8]) -> Option<usize> {
    ["", "RSA ", "EC "].iter().find_map(|kind| {
        find(
            content,
            format!("-----BEGIN {kind}PRIVATE KEY-----").as_bytes(),
        )
    })
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

fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut content = Vec::new();
    fs::File::open(path)?
        .take(MOST_OF_EACH)
        .read_to_end(&mut content)?;
    Ok(content)
}

/// Plain files by their path below `root`; links are not followed, and sockets are none.
fn collect(root: &Path, folder: &Path, files: &mut Vec<String>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut entries: Vec<fs::DirEntry> = entries.collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        if files.len() == MOST_FILES {
            return;
        }
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(root, &path, files),
            Ok(kind) if kind.is_file() => {
                let below = path.strip_prefix(root).unwrap_or(&path);
                files.push(below.to_string_lossy().into_owned());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use madoguchi_fixtures::persona;

    use super::*;
    use crate::cell::canary::Canary;

    fn marks() -> Marks {
        let taro = persona("shiken-taro").unwrap();
        Marks::of(&[taro.issue(Timestamp::constant(1_747_785_600, 0)).unwrap()])
    }

    fn classes(content: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        fs::write(folder.path().join("state/last"), content).unwrap();
        let found = marks().below(folder.path(), &Canaries::default());
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
            Canary::new("password", "TEST-only-1"),
            Canary::new("activation-code", "990000000001"),
        ]);
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("home")).unwrap();
        let account = "code = 990000000001\npassword = TEST-only-1";
        fs::write(folder.path().join("home/account.ini"), account).unwrap();
        let found = Marks::default().below(folder.path(), &secrets);
        let found: Vec<_> = found
            .iter()
            .map(|leak| (&*leak.class, &*leak.place))
            .collect();
        assert_eq!(found, [("password", "file:home/account.ini")]);
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
            let found = Marks::default().below(folder.path(), &Canaries::default());
            let classes: Vec<&str> = found.iter().map(|leak| &*leak.class).collect();
            let expected: &[&str] = if is_open { &["open-private-key"] } else { &[] };
            assert_eq!(classes, expected, "{file} {of_folder:o} {of_file:o}");
        }
    }
}
