//! Everybody on record in a cell, the patient at the counter and all others: by what they are known it is
//! looked for in what a program left, and replaced in what is kept of that. A screen and a request may name
//! anybody, as a list of past inquiries does, so these are not searched.

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64ct::{Base64, Encoding as _};
use madoguchi_eligibility::{AssistanceRecord, InsuranceRecord, kana};
use madoguchi_fixtures::Issued;
use madoguchi_trace::{Leak, SecretClass};

use super::canary::{Canaries, Canary};

/// Fewer digits are everywhere.
const FEWEST_DIGITS: usize = 6;

/// What is known of patients as text.
const OF_PATIENTS: [SecretClass; 2] = [SecretClass::PatientName, SecretClass::InsuredNumber];

/// What patients are known by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patients {
    /// Names and numbers of insurance cards, in whatever spelling.
    known: Canaries,
    certificates: Arc<Certificates>,
}

impl Patients {
    /// Names, numbers of insurance cards and certificates of these persons.
    pub(crate) fn of(issued: &[Issued]) -> Self {
        let canaries = issued
            .iter()
            .flat_map(|person| canaries(&person.insurance, &person.assistance));
        Self {
            known: Canaries::new(canaries.collect()),
            certificates: Arc::new(Certificates::of(issued)),
        }
    }

    /// What is on record of a person, beside what was known before.
    pub(crate) fn know(&self, insurance: &[InsuranceRecord], assistance: &[AssistanceRecord]) {
        self.known.add(canaries(insurance, assistance));
    }

    /// What of it stands in what a program writes, once for each class.
    pub(crate) fn within(&self, place: &str, content: &[u8]) -> Vec<Leak> {
        let mut found = self.known.in_log(place, content);
        // any private key is found there, too
        found.retain(|leak| leak.class.is_in(&OF_PATIENTS));
        let certificate = self.certificates.first(content);
        found.extend(certificate.map(|(at, _)| Leak {
            class: SecretClass::CardCertificate.name().into(),
            place: place.into(),
            offset: at,
        }));
        found
    }

    /// Bytes of the longest thing that is looked for.
    pub(crate) fn longest(&self) -> usize {
        self.certificates.longest
    }

    /// A text with all of it replaced by its class.
    pub(crate) fn redact<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = self.known.redact_octets(text);
        while let Some((at, end)) = self.certificates.first(text.as_bytes()) {
            let class = SecretClass::CardCertificate.name();
            text.to_mut().replace_range(at..end, &format!("<{class}>"));
        }
        text
    }
}

/// The names, each with the space that parts it, a narrow one and none, and the numbers that are on record.
fn canaries(insurance: &[InsuranceRecord], assistance: &[AssistanceRecord]) -> Vec<Canary> {
    let mut canaries = Vec::new();
    let insureds = insurance.iter().map(|record| &record.insured);
    let assisted = assistance.iter().map(|record| &record.insured);
    for insured in insureds.chain(assisted) {
        let wide = kana::to_full_width(&insured.name_kana);
        for name in [&insured.name, &insured.name_kana, &wide] {
            let parts: Vec<&str> = name.split_whitespace().collect();
            for space in ["\u{3000}", " ", ""] {
                canaries.push(Canary::new(SecretClass::PatientName, parts.join(space)));
            }
        }
    }
    let numbers = insurance.iter().map(|record| record.number.as_str());
    let of_assisted = assistance
        .iter()
        .map(|record| record.recipient_number.as_str());
    let numbers = numbers.chain(of_assisted);
    let numbers = numbers.filter(|number| FEWEST_DIGITS <= number.len());
    canaries.extend(numbers.map(|number| Canary::new(SecretClass::InsuredNumber, number)));
    canaries
}

/// Certificates on patients' cards, as octets and in base64.
#[derive(Debug, Default)]
struct Certificates {
    automaton: Option<AhoCorasick>,
    /// Bytes of the longest form.
    longest: usize,
}

impl Certificates {
    fn of(issued: &[Issued]) -> Self {
        let forms = issued.iter().flat_map(|person| {
            let octets = person.certificate.der.clone();
            let encoded = Base64::encode_string(&octets);
            [octets, encoded.into_bytes()]
        });
        let forms: Vec<Vec<u8>> = forms.collect();
        let longest = forms.iter().map(Vec::len).max().unwrap_or(0);
        // built once for a search or two: a DFA takes longer to build than it saves
        let automaton = AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::NoncontiguousNFA))
            .build(forms);
        Self {
            automaton: automaton.ok(),
            longest,
        }
    }

    /// Where the first begins and ends.
    fn first(&self, content: &[u8]) -> Option<(usize, usize)> {
        let found = self.automaton.as_ref()?.find(content)?;
        Some((found.start(), found.end()))
    }
}

#[cfg(test)]
mod tests {
    use base64ct::Base64UrlUnpadded;
    use encoding_rs::SHIFT_JIS;
    use madoguchi_fixtures::{HEALTHY_AT, persona};

    use super::*;

    /// The one at the counter, another one, and one with 医療扶助.
    fn patients() -> Patients {
        let issue = |id| persona(id).unwrap().issue(HEALTHY_AT).unwrap();
        Patients::of(&["shiken-taro", "kakuu-jiro", "fujo-hanako"].map(issue))
    }

    fn classes(content: impl AsRef<[u8]>) -> Vec<String> {
        let found = patients().within("client:stderr", content.as_ref());
        found.iter().map(|leak| leak.class.to_string()).collect()
    }

    #[test]
    fn another_patients_name_is_found_and_replaced_in_every_spelling() {
        let name = "架空　次郎";
        let hexadecimal = base16ct::lower::encode_string(name.as_bytes());
        for written in [
            "架空　次郎".to_owned(),
            "架空 次郎".to_owned(),
            "架空次郎".to_owned(),
            "ｶｸｳ ｼﾞﾛｳ".to_owned(),
            "カクウ　ジロウ".to_owned(),
            hexadecimal.to_uppercase(),
            hexadecimal,
            Base64::encode_string(name.as_bytes()),
            Base64UrlUnpadded::encode_string(format!("<{name}>").as_bytes()),
            "\\u67b6\\u7a7a\\u3000\\u6b21\\u90ce".to_owned(),
            "%E6%9E%B6%E7%A9%BA%E3%80%80%E6%AC%A1%E9%83%8E".to_owned(),
        ] {
            let log = format!("result of {written};");
            assert_eq!(classes(&log), ["patient-name"], "{written}");
            let redacted = patients().redact(&log).into_owned();
            assert!(redacted.starts_with("result of "), "{redacted}");
            assert!(redacted.contains("<patient-name>"), "{redacted}");
            assert!(classes(&redacted).is_empty(), "{redacted}");
        }
        let utf16: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(classes(utf16), ["patient-name"]);
        assert_eq!(classes(SHIFT_JIS.encode(name).0), ["patient-name"]);
    }

    #[test]
    fn another_patients_number_is_found_and_replaced() {
        for written in [
            "99000003",
            "９９０００００３",
            "3939303030303033",
            "39 39 30 30 30 30 30 33",
            "OTkwMDAwMDM=",
            "\\u003990000\\u00303",
            "9900004",
        ] {
            let log = format!("no. {written}.");
            assert_eq!(classes(&log), ["insured-number"], "{written}");
            let redacted = patients().redact(&log).into_owned();
            assert!(redacted.contains("<insured-number>"), "{redacted}");
            assert!(classes(&redacted).is_empty(), "{redacted}");
        }
    }

    #[test]
    fn what_is_a_part_of_something_else_is_nobodys_number() {
        for text in [
            "1799000003",
            "990000031",
            "９９００００３１",
            "9900-0003",
            "03-9900-0003",
            "2025-11-23T12:34:56",
            "393939303030303033",
            "MTc5OTAwMDAwMw==",
            "試験　次郎",
            "架空　花子",
            "架空県架空市",
        ] {
            assert!(classes(text).is_empty(), "{text}");
            assert_eq!(patients().redact(text), text);
        }
    }

    #[test]
    fn what_changes_on_record_is_known_from_then_on() {
        let known = patients();
        let jiro = persona("kakuu-jiro").unwrap().issue(HEALTHY_AT).unwrap();
        let mut record = jiro.insurance[0].clone();
        record.number = "99111103".to_owned();
        known.know(&[record], &[]);
        let redacted = known.redact("99111103, 99000003");
        assert_eq!(redacted, "<insured-number>, <insured-number>");
    }

    #[test]
    fn a_certificate_is_replaced_whole() {
        let taro = persona("shiken-taro").unwrap().issue(HEALTHY_AT).unwrap();
        let written = Base64::encode_string(&taro.certificate.der);
        let log = format!("sent {written}, {written}\n");
        assert_eq!(classes(&log), ["card-certificate"]);
        let redacted = patients().redact(&log).into_owned();
        assert_eq!(redacted, "sent <card-certificate>, <card-certificate>\n");
    }
}
