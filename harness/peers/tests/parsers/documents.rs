//! Every persona's certificates, the CAs' and their revocation lists, with what a parser must read.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use madoguchi_fixtures::pki::MockJpki;
use madoguchi_fixtures::pki::revocation::{Reason, Revoked};
use madoguchi_fixtures::{HEALTHY_AT, persona, persona_ids};
use madoguchi_notation::JAPAN;

use crate::persona::Persona;
use crate::reading::Reading;

/// Below what the mark and the policies of the certificates stand.
const OWN: &str = "2.25.5063751";
/// The published attributes of the holder.
const ATTRIBUTES: &str = "1.2.392.200149.8.5.5";
const AGENCY: &str = "OU=Mock of an agency without legal effect";
const CPS: &str = "http://madoguchi.invalid/cps.html";
const OCSP: &str = "http://ocsp.madoguchi.invalid";

/// One document, DER.
pub(crate) struct Document {
    pub(crate) name: String,
    pub(crate) is_list: bool,
    pub(crate) der: Vec<u8>,
    pub(crate) expected: Reading,
}

/// All of them, the same for every test.
pub(crate) fn documents() -> &'static [Document] {
    static DOCUMENTS: LazyLock<Vec<Document>> = LazyLock::new(|| {
        let mut all: Vec<Document> = persona_ids().flat_map(of_persona).collect();
        all.extend(Role::BOTH.into_iter().flat_map(Role::of_authority));
        all
    });
    &DOCUMENTS
}

/// All of them as files.
pub(crate) struct Disk(tempfile::TempDir);

pub(crate) fn on_disk() -> Disk {
    let folder = tempfile::tempdir().unwrap();
    for document in documents() {
        fs::write(folder.path().join(&document.name), &document.der).unwrap();
    }
    Disk(folder)
}

impl Disk {
    pub(crate) fn folder(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn file(&self, document: &Document) -> PathBuf {
        self.folder().join(&document.name)
    }
}

/// For what a certificate is.
#[derive(Clone, Copy)]
enum Role {
    Authentication,
    Signature,
}

impl Role {
    const BOTH: [Self; 2] = [Self::Authentication, Self::Signature];

    const fn words(self) -> &'static str {
        match self {
            Self::Authentication => "user authentication",
            Self::Signature => "digital signature",
        }
    }

    fn authority(self) -> String {
        let words = self.words();
        format!("C=JP, O=MADOGUCHI TEST ONLY, OU=Mock of JPKI for {words}, {AGENCY}")
    }

    /// The CA's own certificate and its list.
    fn of_authority(self) -> [Document; 2] {
        let (ca, serial) = match self {
            Self::Authentication => (MockJpki::authentication(), "990101"),
            Self::Signature => (MockJpki::signature(), "990201"),
        };
        let year = JAPAN.to_datetime(HEALTHY_AT).year();
        let certificate = reading(&[
            ("serial", serial),
            ("issuer", &self.authority()),
            ("subject", &self.authority()),
            ("not-before", &format!("{}-12-31T15:00:00Z", year - 6)),
            ("not-after", &format!("{}-12-31T14:59:59Z", year + 5)),
            ("key-usage", "keyCertSign, cRLSign"),
            ("ca", "true"),
            (
                "extensions",
                &format!("2.5.29.15!, 2.5.29.19!, 2.5.29.17, 2.5.29.31, 2.5.29.14, {OWN}.1"),
            ),
        ]);
        let revoked = [(7, Reason::KeyCompromise), (8, Reason::Unspecified)];
        let revoked = revoked.map(|(serial, reason)| Revoked {
            serial,
            at: HEALTHY_AT,
            reason,
        });
        let tomorrow = HEALTHY_AT + SignedDuration::from_hours(24);
        let list = reading(&[
            ("issuer", &self.authority()),
            ("this-update", &HEALTHY_AT.to_string()),
            ("next-update", &tomorrow.to_string()),
            ("number", "12"),
            ("extensions", &format!("2.5.29.35, 2.5.29.20, {OWN}.1")),
            ("revoked", &format!("7 {HEALTHY_AT}, 8 {HEALTHY_AT}")),
            ("reasons", "keyCompromise"),
        ]);
        let name = self.words().replace(' ', "-");
        [
            Document {
                name: format!("{name}-ca.der"),
                is_list: false,
                der: ca.certificate(HEALTHY_AT).unwrap(),
                expected: certificate,
            },
            Document {
                name: format!("{name}.crl"),
                is_list: true,
                der: ca.revocation_list(12, HEALTHY_AT, &revoked).unwrap(),
                expected: list,
            },
        ]
    }
}

fn of_persona(id: &str) -> Vec<Document> {
    let persona_file = Persona::read(id);
    let card = persona(id)
        .unwrap()
        .issue(HEALTHY_AT)
        .unwrap()
        .personalization;
    let authentication = Document {
        name: format!("{id}-authentication.der"),
        is_list: false,
        der: card.authentication.unwrap().certificate,
        expected: authentication(&persona_file, HEALTHY_AT),
    };
    let signature = signature(&persona_file, HEALTHY_AT).map(|expected| Document {
        name: format!("{id}-signature.der"),
        is_list: false,
        der: card.signature.unwrap().certificate,
        expected,
    });
    [Some(authentication), signature]
        .into_iter()
        .flatten()
        .collect()
}

fn authentication(persona: &Persona, at: Timestamp) -> Reading {
    let card = &persona.card;
    let policy = if persona.is_telephone() { 40 } else { 30 };
    reading(&[
        ("serial", &format!("{:X}", card.authentication.serial)),
        ("issuer", &Role::Authentication.authority()),
        (
            "subject",
            &format!(
                "C=JP, CN={}{}003A",
                card.authentication.code, card.municipality.code
            ),
        ),
        ("not-before", &persona.not_before(at).to_string()),
        ("not-after", &persona.not_after(at).to_string()),
        ("key-usage", "digitalSignature"),
        ("extended-key-usage", "1.3.6.1.5.5.7.3.2"),
        ("policies", &format!("{OWN}.8.5.1.3.{policy}")),
        ("cps", CPS),
        ("ocsp", OCSP),
        (
            "extensions",
            &format!(
                "2.5.29.15!, 2.5.29.37, 2.5.29.32!, 2.5.29.18, 2.5.29.31, 1.3.6.1.5.5.7.1.1, \
                 2.5.29.35, 2.5.29.14, {OWN}.1"
            ),
        ),
    ])
}

fn signature(persona: &Persona, at: Timestamp) -> Option<Reading> {
    let card = &persona.card;
    let signature = card.signature.as_ref()?;
    let policy = if persona.is_telephone() { 40 } else { 20 };
    let issued = JAPAN.to_datetime(persona.not_before(at));
    let common_name = format!(
        "{}{}{}003A",
        issued.strftime("%Y%m%d%H%M%S"),
        signature.number,
        card.municipality.code
    );
    let [prefecture, city] = [&card.municipality.prefecture, &card.municipality.city];
    let reading = reading(&[
        ("serial", &format!("{:X}", signature.serial)),
        ("issuer", &Role::Signature.authority()),
        (
            "subject",
            &format!("C=JP, L={prefecture}, L={city}, CN={common_name}"),
        ),
        ("not-before", &persona.not_before(at).to_string()),
        ("not-after", &persona.not_after(at).to_string()),
        ("key-usage", "digitalSignature, nonRepudiation"),
        ("policies", &format!("{OWN}.8.5.1.1.{policy}")),
        ("cps", CPS),
        ("names", &names(persona, at)),
        (
            "extensions",
            &format!(
                "2.5.29.15!, 2.5.29.32!, 2.5.29.17, 2.5.29.18, 2.5.29.31, 2.5.29.35, 2.5.29.14, \
                 {OWN}.1"
            ),
        ),
    ]);
    Some(reading)
}

/// 氏名, 生年月日 with the digit of its era, 性別, 住所, and for each character of 氏名 and 住所
/// whether it stands for another one.
fn names(persona: &Persona, at: Timestamp) -> String {
    let flags = |text: &str| {
        let flag = |character| if character == '●' { '1' } else { '0' };
        text.chars().map(flag).collect::<String>()
    };
    let birth = persona.birth(at);
    // The last day of 明治, 大正, 昭和 and 平成, as far as the era of a birth goes by it.
    let ends = [(1912, 7, 29), (1926, 12, 24), (1989, 1, 7), (2019, 4, 30)];
    let ended = ends.map(|(year, month, day)| birth > date(year, month, day));
    let era = 1 + ended.into_iter().filter(|ended| *ended).count();
    let birth = format!("{era}{}", birth.strftime("%Y%m%d"));
    let (name, address) = (&persona.name, persona.address());
    let entries = [
        (1, name.as_str()),
        (4, &birth),
        (3, &persona.sex),
        (5, address),
        (2, &flags(name)),
        (6, &flags(address)),
    ];
    let entries = entries.map(|(number, text)| format!("{ATTRIBUTES}.{number}={text}"));
    entries.join(", ")
}

fn reading(fields: &[(&str, &str)]) -> Reading {
    let own = |(field, text): &(&str, &str)| ((*field).to_owned(), (*text).to_owned());
    let mut reading: Reading = fields.iter().map(own).collect();
    // For a parser that keeps them without an order.
    let mut set: Vec<&str> = reading["extensions"].split(", ").collect();
    set.sort_unstable();
    let set = set.join(", ");
    reading.insert("extension-set".into(), set);
    reading
}
