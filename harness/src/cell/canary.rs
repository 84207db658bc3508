//! Secrets that a cell knows, looked for wherever a client may have left them, before anything is
//! redacted. What is found is told by class, place and offset, never by value.

mod field;
mod key;
mod matcher;
mod reading;
mod spelling;

use std::borrow::Cow;
use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, LazyLock};

use encoding_rs::{Encoding, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};
use madoguchi_terms::Secret;
use madoguchi_trace::{Leak, SecretClass};
use parking_lot::Mutex;

pub(crate) use self::field::Address;
use self::field::{innermost, leaves};
pub(crate) use self::key::octets_of_key;
use self::matcher::{Found, Kind, Matcher};
use self::spelling::Manner;

/// One secret of the cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Canary {
    pub(crate) class: SecretClass,
    pub(crate) value: Secret<String>,
}

impl Canary {
    pub(crate) fn new(class: SecretClass, value: impl Into<String>) -> Self {
        Self {
            class,
            value: Secret::new(value.into()),
        }
    }

    fn is_digits(&self) -> bool {
        self.value
            .expose()
            .bytes()
            .all(|byte| byte.is_ascii_digit())
    }

    fn manner(&self) -> Manner {
        match self.class {
            SecretClass::PatientName => Manner::Name,
            SecretClass::InsuredNumber if self.is_digits() => Manner::Number,
            SecretClass::InsuredNumber => Manner::Pair,
            SecretClass::PatientAddress => Manner::Address,
            SecretClass::BirthDate | SecretClass::InsuredSymbol => Manner::Said,
            // four digits are everywhere
            _ if self.value.expose().len() < 6 => Manner::Short,
            _ => Manner::Long,
        }
    }
}

/// All secrets of a cell.
#[derive(Debug, Clone, Default)]
pub(crate) struct Canaries(Arc<Mutex<Known>>);

#[derive(Debug, Default)]
struct Known {
    canaries: Vec<Canary>,
    /// Those that the service gave last, such as tokens of sessions.
    given: VecDeque<Canary>,
    /// Of all of these; made where it is first wanted.
    matcher: Option<Arc<Matcher>>,
}

/// How many secrets of the service's are known at once: a counter that is open for days has any number of
/// sessions.
const MOST_GIVEN: usize = 8;

impl Canaries {
    pub(crate) fn new(canaries: Vec<Canary>) -> Self {
        let known = Self::default();
        known.add(canaries);
        known
    }

    /// Looks for these too from now on: what operators give out while a case is played.
    pub(crate) fn add(&self, canaries: impl IntoIterator<Item = Canary>) {
        let mut known = self.0.lock();
        for canary in canaries {
            let value = canary.value.expose();
            let is_known = known
                .canaries
                .iter()
                .any(|other| other.value == canary.value);
            if !value.is_empty() && !is_known {
                known.canaries.push(canary);
                known.matcher = None;
            }
        }
    }

    /// Looks for what the service gives, too, until it has given so many others.
    pub(crate) fn give(&self, canary: Canary) {
        let mut known = self.0.lock();
        if !known.given.contains(&canary) {
            known.given.push_back(canary);
            if MOST_GIVEN < known.given.len() {
                known.given.pop_front();
            }
            known.matcher = None;
        }
    }

    fn matcher(&self) -> Arc<Matcher> {
        let mut known = self.0.lock();
        if let Some(matcher) = &known.matcher {
            return matcher.clone();
        }
        let mut matcher = matcher_of(&known.canaries);
        if !known.given.is_empty() {
            matcher = Arc::new(matcher.and(known.given.make_contiguous()));
        }
        known.matcher = Some(matcher.clone());
        matcher
    }

    /// Secrets in a body, except those whose class is in `expected`: in the values and the names of a JSON
    /// body, and as in any text in another one.
    pub(crate) fn in_body(&self, place: &str, body: &[u8], expected: &[SecretClass]) -> Vec<Leak> {
        let matcher = self.matcher();
        let mut found = matcher.find(body, &[Kind::Sure]);
        match serde_json::from_slice::<serde_json::Value>(body) {
            Ok(json) => {
                let mut fields = Vec::new();
                leaves(&json, &mut fields);
                // a secret is told once, so its place is looked for once
                let mut seen = HashSet::new();
                for field in fields {
                    let mut within = within(&matcher, &field, 0);
                    within.retain(|found| seen.insert(found.canary));
                    if !within.is_empty() {
                        let at = offset(body, field.as_bytes());
                        found.extend(within.into_iter().map(|found| found.moved(at)));
                    }
                }
            }
            Err(_) => {
                let text = readable(body);
                found.extend(matcher.find(text.as_bytes(), &[Kind::Text]));
                if is_form(&text) {
                    for (at, part) in Address::Query(&text).parts() {
                        found.extend(within(&matcher, part, at));
                    }
                }
            }
        }
        found.retain(|found| !expected.contains(&found.class));
        told(place, found)
    }

    /// Secrets in running text: short ones only as words.
    pub(crate) fn in_text(&self, place: &str, text: &str) -> Vec<Leak> {
        told(place, self.matcher().find(text.as_bytes(), &[Kind::Text]))
    }

    /// Secrets in a value of its own, such as that of a header, as it is or as something is written into it.
    pub(crate) fn in_field(&self, place: &str, field: &str) -> Vec<Leak> {
        told(place, within(&self.matcher(), field, 0))
    }

    /// Secrets in what is full of numbers that are none: short ones only where they are called one.
    pub(crate) fn in_own(&self, place: &str, text: &str) -> Vec<Leak> {
        told(place, self.matcher().find(text.as_bytes(), &[Kind::Own]))
    }

    /// Secrets in an address: short ones only as one of its parts.
    pub(crate) fn in_address(&self, place: &str, address: &Address<'_>) -> Vec<Leak> {
        let matcher = self.matcher();
        let mut found = matcher.find(address.text().as_bytes(), &[Kind::Sure]);
        for (at, part) in address.parts() {
            found.extend(within(&matcher, part, at));
        }
        told(place, found)
    }

    /// Secrets in what a program writes for its maintainers, also as the bytes of a command. Such a text is
    /// full of numbers: a short secret counts as a word only where it is said what it is.
    pub(crate) fn in_log(&self, place: &str, log: impl AsRef<[u8]>) -> Vec<Leak> {
        let (matcher, log) = (self.matcher(), log.as_ref());
        let mut found = matcher.find(log, &[Kind::Log]);
        if let Some(text) = written_otherwise(log) {
            found.extend(matcher.find(text.as_bytes(), &[Kind::Log]));
        }
        let mut leaks = told(place, found);
        let mut classes = Vec::new();
        leaks.retain(|leak| {
            let is_new = !classes.contains(&leak.class);
            classes.push(leak.class.clone());
            is_new
        });
        leaks
    }

    /// The text with every secret replaced by its class.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.masked(text, &[Kind::Text])
    }

    /// A value that a client chose with every secret replaced by its class; all of it where a secret is
    /// written into it in a way that shows no place.
    pub(crate) fn redact_field<'t>(&self, field: &'t str) -> Cow<'t, str> {
        let masked = self.masked(field, &[Kind::Text, Kind::Field]);
        match within(&self.matcher(), &masked, 0).first() {
            None => masked,
            Some(found) => Cow::Owned(format!("<{}>", found.class.name())),
        }
    }

    /// The same of an address, whose parts are values of their own.
    pub(crate) fn redact_address(&self, address: &str, between: char) -> String {
        let address = self.redact_field(address);
        let parts = address.split(between).map(|part| self.redact_field(part));
        let parts: Vec<Cow<'_, str>> = parts.collect();
        parts.join(between.encode_utf8(&mut [0; 4]))
    }

    /// What the tool says itself with every secret replaced by its class, where it is sure to be one.
    pub(crate) fn redact_own<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.masked(text, &[Kind::Own])
    }

    /// The same where figures are octets.
    pub(crate) fn redact_octets<'t>(&self, text: &'t str) -> Cow<'t, str> {
        self.masked(text, &[Kind::Own, Kind::Log])
    }

    /// A log with every secret replaced by its class, also as the bytes of a command; as text, whatever
    /// encoding it has.
    pub(crate) fn redact_log(&self, log: impl AsRef<[u8]>) -> String {
        const KINDS: [Kind; 2] = [Kind::Text, Kind::Log];
        let matcher = self.matcher();
        let log = matcher.masked(log.as_ref(), &KINDS);
        let text = readable(&log);
        let text = matcher.masked(text.as_bytes(), &KINDS);
        String::from_utf8_lossy(&text).into_owned()
    }

    fn masked<'t>(&self, text: &'t str, kinds: &[Kind]) -> Cow<'t, str> {
        match self.matcher().masked(text.as_bytes(), kinds) {
            Cow::Borrowed(_) => Cow::Borrowed(text),
            Cow::Owned(masked) => Cow::Owned(String::from_utf8_lossy(&masked).into_owned()),
        }
    }
}

/// What is found in a value of its own, which stands at `at`.
fn within(matcher: &Matcher, field: &str, at: usize) -> Vec<Found> {
    let found = matcher.find(field.as_bytes(), &[Kind::Field]);
    let mut found: Vec<Found> = found.into_iter().map(|found| found.moved(at)).collect();
    for inner in innermost(field) {
        let within = matcher.find(inner.as_bytes(), &[Kind::Field]);
        found.extend(within.into_iter().map(|found| Found { at, ..found }));
    }
    found
}

/// Each secret once, in the order in which they are known.
fn told(place: &str, mut found: Vec<Found>) -> Vec<Leak> {
    found.sort_by_key(|found| (found.canary, found.at));
    found.dedup_by_key(|found| found.canary);
    let leak = |found: Found| Leak {
        class: found.class.name().into(),
        place: place.into(),
        offset: found.at,
    };
    found.into_iter().map(leak).collect()
}

/// Whether a body is names and values as a page sends them.
fn is_form(text: &str) -> bool {
    text.contains('=') && !text.contains(|c: char| c.is_whitespace() || c == '<')
}

/// Where a field stands in a body, as far as that can be told.
fn offset(body: &[u8], field: &[u8]) -> usize {
    let mut places = body.windows(field.len().max(1));
    places.position(|place| place == field).unwrap_or(0)
}

/// Text in whatever encoding a program here writes: UTF-8, UTF-16 or CP932.
fn readable(bytes: &[u8]) -> String {
    written_otherwise(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
}

/// Text that is written in another encoding than UTF-8.
fn written_otherwise(bytes: &[u8]) -> Option<String> {
    let decoded = |encoding: &'static Encoding| {
        let (text, has_errors) = encoding.decode_with_bom_removal(bytes);
        (!has_errors).then(|| text.into_owned())
    };
    let zeros = |first: usize| bytes.iter().skip(first).step_by(2).filter(|b| **b == 0);
    // Latin text in UTF-16 is half zeros.
    let is_half_zeros = |first: usize| 4 * zeros(first).count() > bytes.len().max(4);
    if let Some((encoding, _)) = Encoding::for_bom(bytes)
        && encoding != UTF_8
    {
        return decoded(encoding);
    }
    if is_half_zeros(1) {
        return decoded(UTF_16LE);
    }
    if is_half_zeros(0) {
        return decoded(UTF_16BE);
    }
    if std::str::from_utf8(bytes).is_ok() {
        return None;
    }
    decoded(SHIFT_JIS)
}

/// Cells whose secrets are remembered: a catalogue has few different ones.
const REMEMBERED: usize = 64;

/// What finds these secrets. Most cells have the same, and it takes a while to make.
fn matcher_of(canaries: &[Canary]) -> Arc<Matcher> {
    type Made = Vec<(Vec<Canary>, Arc<Matcher>)>;
    static MADE: LazyLock<Mutex<Made>> = LazyLock::new(Mutex::default);
    let known = MADE.lock().iter().find_map(|(of, matcher)| {
        let is_same = of.as_slice() == canaries;
        is_same.then(|| matcher.clone())
    });
    if let Some(matcher) = known {
        return matcher;
    }
    let matcher = Arc::new(Matcher::of(canaries));
    let mut made = MADE.lock();
    if made.len() == REMEMBERED {
        made.remove(0);
    }
    made.push((canaries.to_vec(), matcher.clone()));
    matcher
}

#[cfg(test)]
mod tests {
    use base64ct::{Base64, Encoding as _};

    use super::*;

    fn canaries() -> Canaries {
        Canaries::new(vec![
            Canary::new(SecretClass::AuthPin, "1234"),
            Canary::new(SecretClass::Password, "TEST-only-1"),
        ])
    }

    #[test]
    fn a_pin_counts_only_as_a_whole_field() {
        let body = br#"{"a":"12345","b":{"c":["1234"]}}"#;
        let found = canaries().in_body("request:/x", body, &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].class.as_str(), found[0].place.as_str()),
            ("auth-pin", "request:/x")
        );
        assert!(
            canaries()
                .in_body("request:/x", br#"{"a":"012345"}"#, &[])
                .is_empty()
        );
    }

    #[test]
    fn a_body_full_of_a_secret_is_read_once() {
        let field = r#"{"apin":1234},"#;
        let body = format!("[{}{{}}]", field.repeat((1 << 20) / field.len()));
        let found = canaries().in_body("request:/x", body.as_bytes(), &[]);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].offset, 9);
    }

    #[test]
    fn a_password_is_expected_where_one_logs_in() {
        let body = br#"{"password":"TEST-only-1"}"#;
        assert!(
            canaries()
                .in_body("request:/x", body, &[SecretClass::Password])
                .is_empty()
        );
        assert_eq!(canaries().in_body("request:/x", body, &[]).len(), 1);
    }

    #[test]
    fn numbers_that_contain_the_digits_of_a_pin_are_none() {
        for text in [
            "E-1234",
            "0120-1234-567",
            "ver. 1.1234",
            "A1234",
            "err_1234",
        ] {
            assert!(
                canaries().in_text("client:screen", text).is_empty(),
                "{text}"
            );
        }
        for text in ["1234", "pin=1234", "「1234」", "1234.", "1-2: 1234 -"] {
            assert_eq!(canaries().in_text("client:screen", text).len(), 1, "{text}");
        }
    }

    #[test]
    fn a_pin_is_found_in_a_log_of_commands_and_where_a_line_names_it() {
        for log in [
            "> 00 20 00 80 04 31 32 33 34\n< 63 C2",
            "apdu 002000800431323334",
            "[0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34]",
            "data: [49, 50, 51, 52]",
            "begin\nPIN is 1234",
            "暗証番号は「1234」",
            "{\"enter-pin\":\"1234\"}",
            "暗証番号: 1234",
        ] {
            let found = canaries().in_log("client:stderr", log);
            assert_eq!(found.len(), 1, "{log}");
            assert_eq!(found[0].class, SecretClass::AuthPin, "{log}");
            assert!(canaries().in_log("", canaries().redact_log(log)).is_empty());
        }
    }

    #[test]
    fn numbers_of_a_log_are_no_pin() {
        for log in [
            "started as process 1234",
            "waited 1234 ms\nconnected to port 1234",
            "PIN verified in 1234 ms",
            "no PIN\n1234 bytes",
            "serial 30 31 32 33 34 35",
            "serial 303132333435",
        ] {
            assert!(canaries().in_log("client:stderr", log).is_empty(), "{log}");
        }
        let password = canaries().in_log("client:stderr", "x TEST-only-1 y");
        assert_eq!(password[0].class, SecretClass::Password);
    }

    #[test]
    fn text_is_redacted_by_class() {
        let text = "login TEST-only-1 pin=1234 at 12345";
        assert_eq!(
            canaries().redact(text),
            "login <password> pin=<auth-pin> at 12345"
        );
        assert_eq!(canaries().in_text("stderr", text).len(), 2);
    }

    fn known() -> Canaries {
        let more = [
            Canary::new(SecretClass::PersonalNumber, "990000000012"),
            Canary::new(SecretClass::SignPassword, "ABC123"),
        ];
        let known = canaries();
        known.add(more);
        known
    }

    #[test]
    fn a_long_secret_is_found_in_every_spelling() {
        let number = "my number";
        for text in [
            "990000000012",
            "９９０００００００012",
            "9900 0000 0012",
            "9900-0000-0012",
            "9 9 0 0 0 0 0 0 0 0 1 2",
            "393930303030303030303132",
            "39 39 30 30 30 30 30 30 30 30 31 32",
            "0x39, 0x39, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x30, 0x31, 0x32",
            "[57, 57, 48, 48, 48, 48, 48, 48, 48, 48, 49, 50]",
            "OTkwMDAwMDAwMDEy",
            "Ijk5MDAwMDAwMDAxMiI",
            "IyI5OTAwMDAwMDAwMTIiPg==",
            "%39%39%30%30%30%30%30%30%30%30%31%32",
            "\\u0039\\u0039000000001\\u0032",
            "&#57;&#57;0000000012",
            "99 00 00 00 00 21",
            "0x990000000021",
        ] {
            let found = known().in_text("", &format!("{number} {text}."));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].class, SecretClass::PersonalNumber, "{text}");
            let text = format!("{number} {text}.");
            let redacted = known().redact(&text);
            assert!(known().in_text("", &redacted).is_empty(), "{redacted}");
            assert!(redacted.starts_with("my number "), "{redacted}");
        }
    }

    #[test]
    fn a_log_is_read_in_the_encoding_that_it_has() {
        let line = "暗証番号は 1234、番号は ９９０００００００012";
        let utf16: Vec<u8> = line.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let with_mark = [&[0xFF, 0xFE], utf16.as_slice()].concat();
        let cp932 = SHIFT_JIS.encode(line).0.into_owned();
        for log in [line.as_bytes().to_vec(), with_mark, cp932] {
            let found = known().in_log("client:stderr", &log);
            assert_eq!(found.len(), 2, "{log:?}");
            assert_eq!(
                known().redact_log(&log),
                "暗証番号は <auth-pin>、番号は <personal-number>"
            );
        }
        let latin: Vec<u8> = "pin=1234"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(known().in_log("", latin).len(), 1);
    }

    #[test]
    fn numbers_that_look_like_a_personal_number_are_none() {
        for text in [
            "202511231234",
            "990000000021",
            "990000000013",
            "139900000012",
            "000 990 000 000",
            "0120-990-000",
            "00 99 00 00 00 00 12 00",
            "serial 30 39 39 30 30 30 30 30 30 30 30 31",
            // another number whose last digit base64 shows in part
            "Ijk5MDAwMDAwMDAxMyI",
        ] {
            assert!(known().in_text("", text).is_empty(), "{text}");
            assert!(known().in_log("", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn what_the_service_gave_is_a_secret_until_it_has_given_many_others() {
        let known = known();
        let token = |n: usize| format!("{n:064x}");
        for n in 0..=MOST_GIVEN {
            known.give(Canary::new(
                SecretClass::SessionToken,
                token(0xABC_0000 + n),
            ));
        }
        let last = format!("Bearer {}", token(0xABC_0000 + MOST_GIVEN));
        assert_eq!(known.redact(&last), "Bearer <session-token>");
        assert_eq!(known.redact("TEST-only-1"), "<password>");
        let first = token(0xABC_0000);
        assert_eq!(known.redact(&first), first, "that session is long over");
    }

    #[test]
    fn a_private_key_is_nobodys_to_see() {
        let key =
            |kind: &str| format!("-----BEGIN {kind}-----\nVEVTVCBPTkxZ\n-----END {kind}-----");
        for kind in ["PRIVATE KEY", "EC PRIVATE KEY", "RSA PRIVATE KEY"] {
            let log = format!("read {}\nready", key(kind));
            assert_eq!(
                known().in_log("client:stderr", &log)[0].class,
                SecretClass::PrivateKey
            );
            assert_eq!(known().redact_log(&log), "read <private-key>\nready");
            let escaped = log.replace('\n', "\\u000a").replace('-', "%2D");
            assert_eq!(known().in_text("", &escaped).len(), 1, "{escaped}");
        }
        let cut = "read -----BEGIN PRIVATE KEY-----\nVEVTVCBPTkxZ\nVEVT";
        assert_eq!(known().redact_log(cut), "read <private-key>");
        for kind in ["PUBLIC KEY", "CERTIFICATE"] {
            assert!(known().in_log("", key(kind)).is_empty(), "{kind}");
        }
    }

    /// The head of a key of RSA in PKCS #8, and so many octets.
    fn octets_of_a_key() -> Vec<u8> {
        let head = b"\x30\x34\x02\x01\x00\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00\x04\x20";
        [&head[..], b"TEST ONLY, no key at all. 0123456"].concat()
    }

    #[test]
    fn a_private_key_without_its_armour_is_one() {
        let key = &octets_of_a_key()[..54];
        let upper = base16ct::upper::encode_string(key);
        let apart: Vec<&str> = (0..upper.len())
            .step_by(2)
            .map(|at| &upper[at..at + 2])
            .collect();
        for written in [
            upper.clone(),
            upper.to_lowercase(),
            apart.join(" "),
            apart.join(":"),
            format!("0x{}", apart.join(", 0x")),
            Base64::encode_string(key),
            Base64::encode_string(&[b"<", key].concat()),
            Base64::encode_string(&[b"<<", key].concat()),
        ] {
            let log = format!("read {written}\nready");
            assert_eq!(known().in_log("", &log).len(), 1, "{log}");
            let redacted = known().redact_log(&log);
            let end = &written[written.len() - 12..];
            assert!(!redacted.contains(end), "{redacted}");
            assert!(redacted.ends_with("ready"), "{redacted}");
            assert_eq!(known().in_field("", &written).len(), 1, "{written}");
        }
        let log = [b"read ", key, b"\nready"].concat();
        assert_eq!(known().in_log("", &log).len(), 1);
        assert!(known().redact_log(&log).ends_with("<private-key>\nready"));
    }

    #[test]
    fn what_is_public_of_a_key_is_none() {
        for text in [
            "30820122300D06092A864886F70D01010105000382010F003082010A0282010100",
            "MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEA",
            "3059301306072A8648CE3D020106082A8648CE3D03010703420004",
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE",
            // a request for a certificate
            "308202873082016F020100304231",
        ] {
            assert!(known().in_text("", text).is_empty(), "{text}");
            assert!(known().in_log("", text).is_empty(), "{text}");
        }
    }

    #[test]
    fn figures_that_go_on_are_no_password() {
        assert!(known().in_log("", "30820A11ABC1235D").is_empty());
        assert_eq!(known().in_log("", "sign with ABC123").len(), 1);
        assert_eq!(known().in_log("", "xABC123y").len(), 1);
    }

    #[test]
    fn amounts_and_counts_are_no_pin() {
        for text in [
            "1234円", "1234 件", "¥1234", "#1234", "1234%", "12,34", "12:34",
        ] {
            assert!(known().in_text("client:screen", text).is_empty(), "{text}");
        }
    }

    /// A quarter of an hour where time grows with the square.
    #[test]
    fn a_line_of_a_mebibyte_is_redacted() {
        let begun = "-----BEGIN PRIVATE KEY----- ";
        for secret in [
            "1234 ",
            "TEST-only-1",
            "pin=1234\u{3000}",
            "%31%32%33%34 ",
            begun,
        ] {
            let line = secret.repeat((1 << 20) / secret.len());
            let redacted = known().redact_log(&line);
            assert!(known().in_log("", &redacted).is_empty(), "{secret}");
            assert!(!redacted.contains(secret), "{secret}");
        }
    }
}
