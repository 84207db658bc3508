//! What is planted: every class of secret, written in every way, at every place. And what is none.

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use encoding_rs::SHIFT_JIS;

/// A class of secret, with what the catalogue's first patient and staff have, or what the service gives.
pub(crate) struct Class {
    pub(crate) name: &'static str,
    pub(crate) value: &'static str,
    /// The requirement that a leak of it breaks, where one says so.
    pub(crate) requirement: Option<&'static str>,
}

impl Class {
    /// Whether a screen or a request may have it, as a list of past inquiries does.
    pub(crate) fn is_of_patients(&self) -> bool {
        [NAME, NUMBER, BIRTH, SYMBOL, ADDRESS].contains(&self.name)
    }

    /// What has to stand before it, so that it is one.
    fn called(&self, place: Place) -> &'static str {
        match self.name {
            _ if !place.is_log() => "",
            BIRTH => "birthdate: ",
            SYMBOL => "symbol: ",
            _ if self.value.len() < 6 => "PIN: ",
            _ => "",
        }
    }

    /// Whether its value is octets in hexadecimal: a key without its armour.
    fn is_octets(&self) -> bool {
        self.name == KEY && !self.value.starts_with('-')
    }
}

/// The first token that the service gives in a run with the seed of this program.
pub(crate) const TOKEN: &str = "6fb662012d5c8629162837aabd0e072f8a90d543f308f52eb7d9a70d3b0b7fcf";
/// The class of that.
pub(crate) const SESSION: &str = "session-token";
/// The class of a key that the tool was not told before.
const KEY: &str = "private-key";

/// The classes of another patient than the one at the counter.
const NAME: &str = "patient-name";
const NUMBER: &str = "insured-number";
const SYMBOL: &str = "insured-symbol";
const BIRTH: &str = "birth-date";
const ADDRESS: &str = "patient-address";

/// Something of the other patient.
const fn other(name: &'static str, value: &'static str) -> Class {
    Class {
        name,
        value,
        requirement: None,
    }
}

pub(crate) const CLASSES: [Class; 24] = [
    Class {
        name: "auth-pin",
        value: "1234",
        requirement: Some("credential.pin-stays-on-card"),
    },
    Class {
        name: "password",
        value: "TEST-only-1",
        requirement: Some("privacy.secrets-untold"),
    },
    Class {
        name: "sign-password",
        value: "ABC123",
        requirement: Some("privacy.secrets-untold"),
    },
    Class {
        name: "activation-code",
        value: "012345678901",
        requirement: None,
    },
    Class {
        name: "passcode",
        value: "86420975",
        requirement: None,
    },
    Class {
        name: "personal-number",
        value: "990000000012",
        requirement: Some("privacy.personal-number-untouched"),
    },
    Class {
        name: SESSION,
        value: TOKEN,
        requirement: None,
    },
    Class {
        name: KEY,
        value: "-----BEGIN PRIVATE KEY----- VEVTVCBPTkxZLCBubyBrZXkgYXQgYWxs -----END PRIVATE KEY-----",
        requirement: None,
    },
    // PKCS #8, RSA
    Class {
        name: KEY,
        value: "3034020100300d06092a864886f70d0101010500042054455354204f4e4c592c206e6f206b657920\
                617420616c6c2e20303132333435",
        requirement: None,
    },
    // PKCS #8, P-256
    Class {
        name: KEY,
        value: "303a020100301306072a8648ce3d020106082a8648ce3d030107042054455354204f4e4c592c206e\
                6f206b657920617420616c6c2e20303132333435",
        requirement: None,
    },
    // RFC 8017
    Class {
        name: KEY,
        value: "30820108020100028201010054455354204f4e4c592c206e6f206b657920617420616c6c2e203031\
                3233343554455354204f4e4c592c206e6f206b657920617420616c6c2e2030313233343554455354\
                204f4e4c592c206e6f206b657920617420616c6c2e2030313233343554455354204f4e4c592c206e\
                6f206b657920617420616c6c2e2030313233343554455354204f4e4c592c206e6f206b6579206174\
                20616c6c2e2030313233343554455354204f4e4c592c206e6f206b657920617420616c6c2e203031\
                3233343554455354204f4e4c592c206e6f206b657920617420616c6c2e2030313233343554455354\
                204f4e4c592c206e6f206b657920617420616c6c2e20303132333435",
        requirement: None,
    },
    // of who was here before
    other(NAME, "架空　次郎"),
    other(NUMBER, "99000003"),
    other(SYMBOL, "99009900"),
    other(BIRTH, "19781105"),
    other(BIRTH, "1978-11-05"),
    other(BIRTH, "1978/11/5"),
    other(BIRTH, "5.11.1978"),
    other(BIRTH, "昭和53年11月5日"),
    other(BIRTH, "S53.11.5"),
    other(BIRTH, "3531105"),
    other(ADDRESS, "架空県架空市見本１００番地"),
    other(ADDRESS, "架空市見本100番地"),
    // RFC 5915
    Class {
        name: KEY,
        value: "3031020101042054455354204f4e4c592c206e6f206b657920617420616c\
                6c2e20303132333435a00a06082a8648ce3d030107",
        requirement: None,
    },
];

/// Where a client can put something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Place {
    ScreenTitle,
    ScreenNumber,
    Button,
    Label,
    Value,
    OutputKind,
    Output,
    Error,
    StandardError,
    File,
    FileName,
    Path,
    Query,
    QueryName,
    Header,
    Cookie,
    Authorization,
    JsonValue,
    JsonName,
    JsonInside,
    Form,
    Xml,
    Plain,
}

pub(crate) const PLACES: [Place; 23] = [
    Place::ScreenTitle,
    Place::ScreenNumber,
    Place::Button,
    Place::Label,
    Place::Value,
    Place::OutputKind,
    Place::Output,
    Place::Error,
    Place::StandardError,
    Place::File,
    Place::FileName,
    Place::Path,
    Place::Query,
    Place::QueryName,
    Place::Header,
    Place::Cookie,
    Place::Authorization,
    Place::JsonValue,
    Place::JsonName,
    Place::JsonInside,
    Place::Form,
    Place::Xml,
    Place::Plain,
];

impl Place {
    /// Whether people read it.
    const fn is_shown(self) -> bool {
        matches!(
            self,
            Self::ScreenTitle
                | Self::ScreenNumber
                | Self::Button
                | Self::Label
                | Self::Value
                | Self::OutputKind
                | Self::Output
                | Self::Error
        )
    }

    /// Whether it is full of numbers of all kinds.
    const fn is_log(self) -> bool {
        matches!(self, Self::StandardError | Self::File | Self::FileName)
    }

    /// Whether a code may stay there, which serves once, or on its device alone.
    const fn is_kept(self) -> bool {
        matches!(self, Self::File | Self::FileName)
    }

    /// Whether octets that are no UTF-8 can stand there.
    const fn takes_octets(self) -> bool {
        matches!(self, Self::StandardError | Self::File | Self::Plain)
    }
}

/// How a secret is written.
pub(crate) struct Form {
    pub(crate) name: &'static str,
    write: fn(&str) -> Option<Vec<u8>>,
    /// Whether a PIN written so is one: in what people read, as a value of a request, in a log.
    short: [bool; 3],
    is_octets: bool,
    /// Whether it is the text itself to a reader who undoes escapes.
    is_escape: bool,
    /// Whether it is each octet in figures.
    is_notation: bool,
    /// Whether it is of octets that are no text.
    is_of_octets: bool,
}

const fn form(name: &'static str, write: fn(&str) -> Option<Vec<u8>>, short: [bool; 3]) -> Form {
    Form {
        name,
        write,
        short,
        is_octets: false,
        is_escape: false,
        is_notation: false,
        is_of_octets: false,
    }
}

/// Each octet in figures.
const fn notation(
    name: &'static str,
    write: fn(&str) -> Option<Vec<u8>>,
    short: [bool; 3],
) -> Form {
    Form {
        is_notation: true,
        ..form(name, write, short)
    }
}

const fn escape(name: &'static str, write: fn(&str) -> Option<Vec<u8>>) -> Form {
    Form {
        is_escape: true,
        ..form(name, write, [true; 3])
    }
}

const fn octets(name: &'static str, write: fn(&str) -> Option<Vec<u8>>) -> Form {
    Form {
        name,
        write,
        short: [false; 3],
        is_octets: true,
        is_escape: false,
        is_notation: false,
        is_of_octets: false,
    }
}

/// A form of octets, which are given in hexadecimal.
const fn of_octets(name: &'static str, write: fn(&str) -> Option<Vec<u8>>) -> Form {
    Form {
        is_of_octets: true,
        ..form(name, write, [false; 3])
    }
}

pub(crate) const FORMS: [Form; 39] = [
    escape("as it is", text),
    escape("full width", |s| text(&wide(s))),
    form(
        "with spaces",
        |s| text(&apart(s, 1, " ")),
        [false, true, true],
    ),
    form(
        "with hyphens",
        |s| text(&apart(s, 1, "-")),
        [false, true, true],
    ),
    form("in groups of four", grouped, [false; 3]),
    notation(
        "hexadecimal",
        |s| text(&hex(s.as_bytes(), "", "", false)),
        [false, true, true],
    ),
    notation(
        "HEXADECIMAL with spaces",
        |s| text(&hex(s.as_bytes(), "", " ", true)),
        [false, true, true],
    ),
    notation(
        "hexadecimal with colons",
        |s| text(&hex(s.as_bytes(), "", ":", false)),
        [false, true, true],
    ),
    notation(
        "hexadecimal with 0x",
        |s| text(&hex(s.as_bytes(), "0x", ", ", false)),
        [false, true, true],
    ),
    notation(
        "list in hexadecimal",
        |s| text(&format!("[{}]", hex(s.as_bytes(), "", ", ", false))),
        [false, true, true],
    ),
    form(
        "escaped octets",
        |s| text(&hex(s.as_bytes(), "\\x", "", false)),
        [true, true, true],
    ),
    notation(
        "list of numbers",
        |s| text(&decimal(s)),
        [false, true, true],
    ),
    form(
        "base64",
        |s| text(&Base64::encode_string(s.as_bytes())),
        [true, true, true],
    ),
    form(
        "base64url",
        |s| text(&Base64UrlUnpadded::encode_string(s.as_bytes())),
        [true, true, true],
    ),
    form(
        "base64 of a name and it",
        |s| inside(b"shiken01:", s, b""),
        [false, true, false],
    ),
    form(
        "base64, one octet on",
        |s| inside(b"<", s, b">!"),
        [false; 3],
    ),
    form(
        "base64, two octets on",
        |s| inside(b"<<", s, b">!"),
        [false; 3],
    ),
    form(
        "base64 of UTF-16",
        |s| text(&Base64::encode_string(&utf16(s, true))),
        [true, true, true],
    ),
    escape("percent", |s| text(&hex(s.as_bytes(), "%", "", true))),
    escape("JSON escapes", |s| text(&escaped(s, "\\u", ""))),
    escape("character references", |s| text(&references(s))),
    escape("mixed escapes", mixed),
    form(
        "hexadecimal of UTF-16",
        |s| text(&hex(&utf16(s, true), "", "", false)),
        [false, false, true],
    ),
    form("BCD", |s| bcd(s, false), [false; 3]),
    form("BCD, nibbles reversed", |s| bcd(s, true), [false; 3]),
    octets("UTF-16LE", |s| Some(utf16(s, true))),
    octets("UTF-16BE", |s| Some(utf16(s, false))),
    octets("CP932, full width", |s| {
        Some(SHIFT_JIS.encode(&wide(s)).0.into_owned())
    }),
    Form {
        is_octets: true,
        ..of_octets("DER", |s| Some(unwritten(s)))
    },
    of_octets("DER, hexadecimal", text),
    of_octets("DER, HEXADECIMAL", |s| text(&s.to_uppercase())),
    of_octets("DER, HEXADECIMAL with spaces", |s| {
        text(&hex(&unwritten(s), "", " ", true))
    }),
    of_octets("DER, hexadecimal with colons", |s| {
        text(&hex(&unwritten(s), "", ":", false))
    }),
    of_octets("DER, hexadecimal with 0x", |s| {
        text(&hex(&unwritten(s), "0x", ", ", false))
    }),
    of_octets("DER, list of numbers", |s| {
        let numbers: Vec<String> = unwritten(s).iter().map(u8::to_string).collect();
        text(&format!("[{}]", numbers.join(", ")))
    }),
    of_octets("DER, base64", |s| {
        text(&Base64::encode_string(&unwritten(s)))
    }),
    of_octets("DER, base64url", |s| {
        text(&Base64UrlUnpadded::encode_string(&unwritten(s)))
    }),
    of_octets("DER, base64, one octet on", |s| {
        text(&Base64::encode_string(&[b"<", &*unwritten(s)].concat()))
    }),
    of_octets("DER, base64, two octets on", |s| {
        text(&Base64::encode_string(&[b"<<", &*unwritten(s)].concat()))
    }),
];

/// The octets that are written in hexadecimal.
fn unwritten(figures: &str) -> Vec<u8> {
    let figure = |c: char| c.to_digit(16).and_then(|figure| u8::try_from(figure).ok());
    let figures: Vec<u8> = figures.chars().filter_map(figure).collect();
    let pairs = figures.chunks_exact(2);
    pairs.map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn text(text: &str) -> Option<Vec<u8>> {
    Some(text.as_bytes().to_vec())
}

fn wide(text: &str) -> String {
    let widened = |c: char| match c {
        ' ' => '\u{3000}',
        c => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
    };
    text.chars().map(widened).collect()
}

fn apart(text: &str, group: usize, between: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let groups = characters.chunks(group).map(String::from_iter);
    groups.collect::<Vec<_>>().join(between)
}

fn grouped(secret: &str) -> Option<Vec<u8>> {
    let is_number = secret.len() >= 8 && secret.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| apart(secret, 4, "-").into_bytes())
}

fn hex(octets: &[u8], before: &str, between: &str, is_upper: bool) -> String {
    let figures: Vec<String> = octets
        .iter()
        .map(|octet| match is_upper {
            true => format!("{before}{octet:02X}"),
            false => format!("{before}{octet:02x}"),
        })
        .collect();
    figures.join(between)
}

fn decimal(text: &str) -> String {
    let numbers: Vec<String> = text.bytes().map(|byte| byte.to_string()).collect();
    format!("[{}]", numbers.join(", "))
}

fn inside(before: &[u8], secret: &str, after: &[u8]) -> Option<Vec<u8>> {
    text(&Base64::encode_string(
        &[before, secret.as_bytes(), after].concat(),
    ))
}

fn utf16(text: &str, is_little: bool) -> Vec<u8> {
    let octets = |unit: u16| match is_little {
        true => unit.to_le_bytes(),
        false => unit.to_be_bytes(),
    };
    text.encode_utf16().flat_map(octets).collect()
}

fn escaped(text: &str, before: &str, after: &str) -> String {
    let escape = |c: char| format!("{before}{:04x}{after}", u32::from(c));
    text.chars().map(escape).collect()
}

fn references(text: &str) -> String {
    text.chars()
        .map(|c| format!("&#{};", u32::from(c)))
        .collect()
}

/// One after another in another way.
fn mixed(secret: &str) -> Option<Vec<u8>> {
    let written: String = secret
        .chars()
        .enumerate()
        .map(|(i, c)| match i % 4 {
            0 => format!("%{:02X}", u32::from(c)),
            1 => format!("\\u{:04X}", u32::from(c)),
            2 => wide(&c.to_string()),
            _ => c.to_string(),
        })
        .collect();
    text(&written)
}

fn bcd(secret: &str, is_reversed: bool) -> Option<Vec<u8>> {
    let is_long = secret.len() >= 12 && secret.bytes().all(|byte| byte.is_ascii_digit());
    let pair = |pair: &[u8]| {
        let (first, second) = (char::from(pair[0]), char::from(pair[1]));
        match is_reversed {
            true => format!("{second}{first}"),
            false => format!("{first}{second}"),
        }
    };
    let pairs = secret.as_bytes().chunks_exact(2).map(pair);
    let pairs: Vec<String> = pairs.collect();
    is_long.then(|| pairs.join(" ").into_bytes())
}

/// One secret in one form at one place.
pub(crate) struct Planted {
    pub(crate) class: usize,
    pub(crate) form: usize,
    pub(crate) place: Place,
    /// What is written.
    pub(crate) octets: Vec<u8>,
}

/// All that is planted, in an order that never changes.
pub(crate) fn planted() -> Vec<Planted> {
    let mut all = Vec::new();
    for (i, class) in CLASSES.iter().enumerate() {
        for (j, form) in FORMS.iter().enumerate() {
            let Some(octets) = (form.write)(class.value) else {
                continue;
            };
            for place in PLACES {
                if is_promised(class, form, place, &octets) {
                    all.push(Planted {
                        class: i,
                        form: j,
                        place,
                        octets: octets.clone(),
                    });
                }
            }
        }
    }
    all
}

fn is_promised(class: &Class, form: &Form, place: Place, octets: &[u8]) -> bool {
    if form.is_octets && !place.takes_octets() || form.is_of_octets != class.is_octets() {
        return false;
    }
    let may_stay = ["activation-code", "passcode", SESSION, KEY];
    if place.is_kept() && may_stay.contains(&class.name) {
        return false;
    }
    // it is known by its first line, whatever that is escaped with
    if class.name == KEY && !class.is_octets() && !form.is_escape {
        return false;
    }
    if class.is_of_patients() && !(place.is_log() && is_how_patients_are_written(class, form)) {
        return false;
    }
    // a slash parts names of files, and a sign of equality what is sent in a cookie or a form
    let is_name = !octets.contains(&b'/')
        && !octets.contains(&b'\\')
        && (octets.is_ascii() || class.is_of_patients());
    if place == Place::FileName && !is_name {
        return false;
    }
    if class.value.len() < 6 {
        // a name of a file is full of numbers
        let [shown, sent, logged] = form.short;
        return match place {
            Place::FileName => false,
            place if place.is_shown() => shown,
            place if place.is_log() => logged,
            // running text, as people read it
            Place::Xml | Place::Plain => shown,
            _ => sent,
        };
    }
    true
}

/// Whether what is known of patients is looked for in this form: nobody groups the characters of a name, has
/// it in full width twice, or reads a number out of base64 of something longer; a date is octets as a card has it.
fn is_how_patients_are_written(class: &Class, form: &Form) -> bool {
    const OF_NEITHER: [&str; 5] = [
        "with spaces",
        "with hyphens",
        "in groups of four",
        "BCD",
        "BCD, nibbles reversed",
    ];
    const NOT_OF_TEXT: [&str; 3] = ["full width", "mixed escapes", "CP932, full width"];
    const PARTS: [&str; 3] = [
        "base64 of a name and it",
        "base64, one octet on",
        "base64, two octets on",
    ];
    const OF_ANOTHER_ENCODING: [&str; 4] = [
        "UTF-16LE",
        "UTF-16BE",
        "base64 of UTF-16",
        "hexadecimal of UTF-16",
    ];
    let is_digits = class.value.bytes().all(|byte| byte.is_ascii_digit());
    if [BIRTH, SYMBOL].contains(&class.name)
        && (OF_ANOTHER_ENCODING.contains(&form.name) || form.is_notation && !is_digits)
    {
        return false;
    }
    let is_text = !class.value.is_ascii();
    let is_known = !is_text || !NOT_OF_TEXT.contains(&form.name);
    let is_whole = is_text && class.name != BIRTH || !PARTS.contains(&form.name);
    !OF_NEITHER.contains(&form.name) && is_known && is_whole
}

/// What is written at a place: what is short or common is called what it is in a log.
pub(crate) fn written(planted: &Planted) -> Vec<u8> {
    let called = CLASSES[planted.class].called(planted.place);
    [called.as_bytes(), &planted.octets].concat()
}

/// Texts that look like secrets and are none.
pub(crate) fn harmless() -> Vec<String> {
    let mut all = Vec::new();
    // dates, times, and both together
    for day in 1..=28 {
        all.push(format!("2025{:02}{day:02}1234", day % 12 + 1));
        all.push(format!("202512{day:02}123456"));
        all.push(format!("2025-11-{day:02}T12:34:56+09:00"));
        all.push(format!("令和7年11月{day}日 12:34"));
    }
    // numbers of insurers, insured persons and institutions
    for n in 0..40 {
        all.push(format!("{:08}", 12_990_000 + n * 37));
        all.push(format!("{:012}", 139_900_000_000_u64 + n * 1_234_567));
        all.push(format!("99{:010}", 1_000_000_000 + n * 12_345_671));
        all.push(format!("{:010}", 9_910_000_000_u64 + n));
    }
    // telephones
    for n in 0..40 {
        all.push(format!("0120-1234-{:03}", 500 + n));
        all.push(format!("03-1234-{:04}", 5_000 + n));
        all.push(format!("+81-90-1234-{:04}", 5_000 + n));
    }
    // codes of errors, versions, ids of requests
    for n in 0..40 {
        all.push(format!("E-1234-{n}"));
        all.push(format!("ver. {n}.1234"));
        all.push(format!("err_1234_{n}"));
        all.push(format!(
            "3f2504e0-{:04x}-41d3-9a0c-0305e82c1234",
            0x4000 + n
        ));
        all.push(format!("REQ{:012}1234", 20_251_123_000_u64 + n));
    }
    // what is public of keys, and requests for certificates
    for n in 0..10 {
        all.push(format!(
            "30820122300D06092A864886F70D01010105000382010F003082010A02820101{n:02}"
        ));
        all.push(format!(
            "3059301306072a8648ce3d020106082a8648ce3d0301070342000{n:02}"
        ));
        all.push(format!("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA{n}"));
        all.push(format!("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE{n}"));
        all.push(format!("308202873082016F02010030423{n}"));
        all.push(format!("-----BEGIN PUBLIC KEY----- MFkwEwYH{n}"));
    }
    // what is a part of a name or number of a patient, or has one as a part
    for n in 0..10 {
        all.push(format!("{}99000003", n + 1));
        all.push(format!("99000003{n}"));
        all.push(format!("9900-000{n}"));
        all.push(format!("架空 {n}郎"));
        all.push(format!("次郎{n} 様"));
        all.push(format!("試験 {n} 太郎"));
    }
    // days on which the other patient was born, and said of something else; other days, of birth
    for n in 0..10 {
        all.push(format!("1978-11-05 0{n}:00:00 started"));
        all.push(format!("1978.11.5 (build {n})"));
        all.push(format!("昭和53年11月5日 法律第{n}号"));
        all.push(format!("S53.11.5{n}"));
        all.push(format!("birth-19781105-{n}"));
        all.push(format!("birth {n}19781105"));
        all.push(format!("REQ19781105{n}"));
        all.push(format!("0120-1978-1105 ({n})"));
        all.push(format!("¥19781105 ({n})"));
        all.push(format!("19,781,105円 {n}回"));
        all.push(format!("birthdate: 1978-11-1{n}"));
        all.push(format!("生年月日: 昭和5{n}年11月6日"));
        all.push(format!("birth date: yyyy-MM-dd ({n})"));
    }
    // houses beside the other patient's, and what has the same 記号
    for n in 0..10 {
        all.push(format!("架空県架空市見本１００番地の{n}"));
        all.push(format!("架空市見本20{n}番"));
        all.push(format!("架空市見本100-{n}"));
        all.push(format!("架空県架空市 {n}"));
        all.push(format!("99009900 ({n})"));
        all.push(format!("symbol {n}99009900"));
    }
    // amounts and counts
    for n in 0..20 {
        all.push(format!("¥1,23{}", n % 10));
        all.push(format!("1234円 {n}回"));
        all.push(format!("{}1234", n + 1));
        all.push(format!("1234{}", n + 1));
    }
    all
}
