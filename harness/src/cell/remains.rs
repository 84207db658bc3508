//! What a client has left of patients on the disk: after its end, the cell's folder is searched for
//! what the service told it of them. Nothing is said of where a match stands but the file, and of
//! what it was but the class.

use std::fs;
use std::path::Path;

use base64ct::{Base64, Encoding as _};
use encoding_rs::SHIFT_JIS;
use madoguchi_eligibility::kana;
use madoguchi_fixtures::Issued;
use madoguchi_trace::Leak;

/// Files that are looked into, and how much of each, bytes: a client that leaves more is told by the
/// first of them.
const MOST_FILES: usize = 10_000;
const MOST_OF_EACH: u64 = 16 << 20;

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

    /// What of it stands in the files below `folder`, once for each file and class, in the order of
    /// their names.
    pub(crate) fn below(&self, folder: &Path) -> Vec<Leak> {
        let mut files = Vec::new();
        collect(folder, folder, &mut files);
        let mut found: Vec<Leak> = Vec::new();
        for name in files {
            let Ok(content) = read(&folder.join(&name)) else {
                continue;
            };
            let place = format!("file:{name}");
            for (class, mark) in &self.0 {
                let known = |leak: &Leak| *leak.place == *place && *leak.class == **class;
                if !found.iter().any(known)
                    && let Some(offset) = find(&content, mark)
                {
                    found.push(Leak {
                        class: (*class).into(),
                        place: place.as_str().into(),
                        offset,
                    });
                }
            }
        }
        found
    }
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

    fn marks() -> Marks {
        let taro = persona("shiken-taro").unwrap();
        Marks::of(&[taro.issue(Timestamp::constant(1_747_785_600, 0)).unwrap()])
    }

    fn classes(content: &[u8]) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("state")).unwrap();
        fs::write(folder.path().join("state/last"), content).unwrap();
        let found = marks().below(folder.path());
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
}
