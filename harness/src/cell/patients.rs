//! Everybody on record in a cell, the patient at the counter and all others: by what they are known it is
//! looked for in what a program left, and replaced in what is kept of that. A screen and a request may name
//! anybody, as a list of past inquiries does, so these are not searched.

mod birth;

use std::borrow::Cow;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use base64ct::{Base64, Encoding as _};
use jiff::civil::Date;
use madoguchi_eligibility::{AssistanceRecord, InsuranceRecord, Insured, kana};
use madoguchi_fixtures::Issued;
use madoguchi_trace::{Leak, SecretClass};

use super::canary::{Canaries, Canary};

/// Fewer digits are everywhere.
const FEWEST_DIGITS: usize = 6;
/// Fewer bytes of 記号 and 番号 together are a part of a date or of a telephone.
const FEWEST_OF_PAIR: usize = 8;
/// Fewer characters of an address are the name of a town.
const FEWEST_OF_ADDRESS: usize = 6;

/// What is known of patients as text.
const OF_PATIENTS: [SecretClass; 5] = [
    SecretClass::PatientName,
    SecretClass::InsuredNumber,
    SecretClass::InsuredSymbol,
    SecretClass::BirthDate,
    SecretClass::PatientAddress,
];

/// What patients are known by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Patients {
    /// Names, numbers of insurance cards, dates of birth and addresses, in whatever spelling.
    known: Canaries,
    certificates: Arc<Certificates>,
}

impl Patients {
    /// Names, numbers of insurance cards, dates of birth, addresses and certificates of these persons.
    pub(crate) fn of(issued: &[Issued]) -> Self {
        let canaries = issued.iter().flat_map(|person| {
            let on_record = canaries(&person.insurance, &person.assistance);
            let on_card = births(person.birthdate).chain(addresses(&person.addresses));
            on_record.into_iter().chain(on_card)
        });
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

/// The names, each with the space that parts it, a narrow one and none, the dates of birth, and the symbols
/// and numbers that are on record.
fn canaries(insurance: &[InsuranceRecord], assistance: &[AssistanceRecord]) -> Vec<Canary> {
    let mut canaries = Vec::new();
    let insureds = insurance.iter().map(|record| &record.insured);
    let assisted = assistance.iter().map(|record| &record.insured);
    for insured in insureds.chain(assisted) {
        canaries.extend(names(insured));
        canaries.extend(births(insured.birthdate));
    }
    let number = |number: &str| Canary::new(SecretClass::InsuredNumber, number);
    for record in insurance {
        let InsuranceRecord {
            symbol, number: of, ..
        } = record;
        canaries.extend((FEWEST_DIGITS <= of.len()).then(|| number(of)));
        if let Some(symbol) = symbol {
            canaries.push(Canary::new(SecretClass::InsuredSymbol, symbol.as_str()));
            canaries.extend(pairs(symbol, of).map(|pair| number(&pair)));
        }
    }
    for AssistanceRecord {
        recipient_number: of,
        ..
    } in assistance
    {
        canaries.extend((FEWEST_DIGITS <= of.len()).then(|| number(of)));
    }
    canaries
}

fn names(insured: &Insured) -> impl Iterator<Item = Canary> {
    let kana = [
        Some(&insured.name_kana),
        insured.name_of_other_kana.as_ref(),
    ];
    let kana = kana.into_iter().flatten();
    let kana = kana.flat_map(|kana| [kana.clone(), kana::to_full_width(kana)]);
    let names = [Some(&insured.name), insured.name_of_other.as_ref()];
    let names = names.into_iter().flatten().cloned().chain(kana);
    names.flat_map(|name| {
        let parts: Vec<&str> = name.split_whitespace().collect();
        let spaces = ["\u{3000}", " ", ""].into_iter();
        let all = spaces.map(|space| Canary::new(SecretClass::PatientName, parts.join(space)));
        all.collect::<Vec<_>>()
    })
}

fn births(born: Date) -> impl Iterator<Item = Canary> {
    let all = birth::spellings(born).into_iter();
    all.map(|spelling| Canary::new(SecretClass::BirthDate, spelling))
}

/// 記号・番号 of a number that is too short to be known by itself.
fn pairs(symbol: &str, number: &str) -> impl Iterator<Item = String> {
    const BETWEEN: [&str; 9] = ["・", "-", " ", "\u{3000}", ",", "、", "/", ":", "\t"];
    let is_short = number.len() < FEWEST_DIGITS;
    let is_known = is_short && FEWEST_OF_PAIR <= symbol.len() + number.len();
    let between = BETWEEN.into_iter().filter(move |_| is_known);
    between.map(move |between| format!("{symbol}{between}{number}"))
}

/// The addresses from the town on, as they are filed, in narrow figures, with hyphens for 丁目, 番 and 号, and
/// without spaces.
fn addresses(all: &[String]) -> impl Iterator<Item = Canary> {
    let forms = all.iter().flat_map(|address| {
        let narrow: String = address.chars().map(narrowed).collect();
        let mut hyphened = narrow.clone();
        for (sign, by) in [
            ("番地の", "-"),
            ("丁目", "-"),
            ("番地", "-"),
            ("番", "-"),
            ("号", ""),
        ] {
            hyphened = hyphened.replace(sign, by);
        }
        let hyphened = hyphened.trim_end_matches('-').to_owned();
        [address.clone(), narrow, hyphened]
    });
    forms.flat_map(|address| {
        let form = from_the_town_on(&address);
        let without = form.split_whitespace().collect::<String>();
        [form.to_owned(), without].map(|form| Canary::new(SecretClass::PatientAddress, form))
    })
}

/// An address without 都道府県, where enough of it is left to be one.
fn from_the_town_on(address: &str) -> &str {
    let prefecture = address.find(['都', '道', '府', '県']);
    let town = prefecture.and_then(|at| {
        let sign = address[at..].chars().next().map_or(0, char::len_utf8);
        address.get(at + sign..)
    });
    let town = town.filter(|town| FEWEST_OF_ADDRESS <= town.chars().count());
    town.unwrap_or(address)
}

/// A sign of full width, as keyboards have it.
fn narrowed(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        c => c,
    }
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
    fn a_date_of_birth_is_found_and_replaced_where_it_is_said_to_be_one() {
        for written in [
            "birthdate: 1978-11-05",
            "{\"Birthdate\":\"19781105\",",
            "{\"dateOfBirth\":\"1978-11-05T00:00:00\"}",
            "DOB=11/05/1978",
            "born 5.11.1978",
            "<生年月日>19781105</生年月日>",
            "生年月日 (西暦): 1978/11/5",
            "生年月日は昭和53年11月5日です",
            "昭和53年11月5日生",
            "誕生日 S53.11.05",
            "生年月日：昭和５３年１１月　５日",
            "%22birth%22%3A%221978-11-05%22",
            "birth=MTk3ODExMDU=",
            "DF 22 08 31 39 37 38 31 31 30 35",
        ] {
            let log = format!("result {written}.");
            assert_eq!(classes(&log), ["birth-date"], "{written}");
            let redacted = patients().redact(&log).into_owned();
            assert!(redacted.contains("<birth-date>"), "{redacted}");
            assert!(classes(&redacted).is_empty(), "{redacted}");
        }
    }

    #[test]
    fn what_stands_beside_a_patient_is_that_patients() {
        for (line, without) in [
            (
                "架空　次郎,19781105,1,架空県架空市見本１００番地",
                "<patient-name>,<birth-date>,1,架空県<patient-address>",
            ),
            ("19781105 99000003", "<birth-date> <insured-number>"),
            (
                "{\"insured\":[\"99009900\",\"99000003\"],\"since\":\"2020-04-01\"}",
                "{\"insured\":[\"<insured-symbol>\",\"<insured-number>\"],\"since\":\"2020-04-01\"}",
            ),
            ("試験甲・99000001", "<insured-symbol>・<insured-number>"),
        ] {
            assert_eq!(patients().redact(line), without);
        }
    }

    #[test]
    fn a_date_that_is_not_said_to_be_of_birth_is_none() {
        for text in [
            // of today, of a version, of a table of eras
            "1978-11-05 09:00:00 started",
            "madoguchi 1978.11.5",
            "版 1978.11.05 (19781105)",
            "昭和53年11月5日 施行",
            "valid since 19781105",
            "昭和53年11月5日生産",
            // an amount, a telephone, an id, a part of a longer number
            "19,781,105 円、¥19781105、19781105 bytes",
            "0120-19781105",
            "birth in REQ19781105, born-19781105-2",
            "birth: 119781105, 197811050, 1978-11-051, 1978-11-05-1, 1.1978.11.5",
            "S53.11.50, XS53.11.5",
            // said of something else, or in another line
            "birth date missing since 2025-11-25, file of 1978-11-05",
            "adobe 1978.11.5, airborne 1978.11.5",
            "架空　次郎\n1978-11-05",
            // another day
            "birthdate: 1978-11-06, 1978-05-11, 昭和53年11月15日",
        ] {
            let log = classes(text);
            assert!(!log.contains(&"birth-date".to_owned()), "{text}");
        }
        let far = format!("架空　次郎{}1978-11-05", " ".repeat(BESIDE));
        assert_eq!(classes(far), ["patient-name"]);
    }

    /// More than what is beside a patient.
    const BESIDE: usize = 200;

    #[test]
    fn an_address_is_found_and_replaced() {
        let address = "架空県架空市見本１００番地";
        for written in [
            address.to_owned(),
            "架空市見本100番地".to_owned(),
            "架空県架空市見本100".to_owned(),
            "架空県　架空市見本１００番地 様方".to_owned(),
            "試験市模擬町1-1-1".to_owned(),
            "架空県試験市模擬町３丁目３番３号".to_owned(),
            base16ct::lower::encode_string(address.as_bytes()),
            Base64::encode_string(address.as_bytes()),
        ] {
            let log = format!("at {written};");
            assert_eq!(classes(&log), ["patient-address"], "{written}");
            let redacted = patients().redact(&log).into_owned();
            assert!(redacted.contains("<patient-address>"), "{redacted}");
            assert!(classes(&redacted).is_empty(), "{redacted}");
        }
        assert_eq!(classes(SHIFT_JIS.encode(address).0), ["patient-address"]);
        for text in [
            "架空県架空市",
            "架空市見本",
            "架空県架空市見本１００番地の２",
            "架空県架空市見本１０００番地",
            "架空市見本100-2",
            "試験市模擬町1-1-10",
            "試験市模擬町１丁目１番２号",
        ] {
            assert!(classes(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_symbol_is_one_where_it_is_said_to_be_one() {
        for written in ["記号: 試験甲", "{\"InsuredCardSymbol\":\"99009900\"}"] {
            assert_eq!(classes(written), ["insured-symbol"], "{written}");
        }
        for text in ["試験甲", "99009900", "記号 1: 試験甲", "symbol 990099001"] {
            assert!(classes(text).is_empty(), "{text}");
        }
    }

    #[test]
    fn a_short_number_is_one_behind_its_symbol() {
        let jiro = persona("kakuu-jiro").unwrap().issue(HEALTHY_AT).unwrap();
        let mut record = jiro.insurance[0].clone();
        "試験乙".clone_into(record.symbol.get_or_insert_default());
        "12".clone_into(&mut record.number);
        let known = Patients::default();
        known.know(&[record.clone()], &[]);
        for text in ["試験乙・12", "試験乙 12", "試験乙,12,", "試験乙・１２"] {
            let redacted = known.redact(text);
            assert!(redacted.contains("<insured-number>"), "{text}: {redacted}");
        }
        for text in ["試験乙", "12", "試験乙・123", "試験乙-12-3", "試験乙の 12"] {
            assert_eq!(known.redact(text), text);
        }
        "2025".clone_into(record.symbol.get_or_insert_default());
        let known = Patients::default();
        known.know(&[record], &[]);
        assert_eq!(known.redact("2025-12"), "2025-12");
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
