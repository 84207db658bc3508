//! Two records laid beside each other: where they differ, and what probably happened to the value.

use std::collections::BTreeSet;

use encoding_rs::{SHIFT_JIS, UTF_8};
use madoguchi_eligibility::{CharacterSet, Field, Fields, REPLACEMENT, kana};
use madoguchi_judge::beside::Class;
use madoguchi_notation::Wording;

use crate::export::Row;
use crate::label;

/// A field whose value is not the delivered one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The field.
    pub field: Field,
    /// The delivered value; none where it was delivered blank.
    pub expected: Option<String>,
    /// The exported value in the interface's form.
    pub observed: Option<String>,
    /// What happened to it.
    pub cause: Cause,
}

/// What happened to a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// It is not there.
    Dropped,
    /// Its end is missing.
    Truncated,
    /// Another field's value stands in its place, or that of the other scheme beside it.
    Shifted(Field),
    /// Characters were lost or replaced on the way through an encoding.
    ReEncoded,
    /// It was read as a number and written as one.
    CoercedToNumber,
    /// It is what another delivery brought; its place among the deliveries, from 1.
    Merged(usize),
    /// It is what an earlier delivery of the same person brought.
    Stale(usize),
    /// It is a value that such a field can have, and nobody delivered it.
    Computed,
    /// None of these.
    Altered,
}

/// Where an export's value can have come from, beside the record itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Other<'a> {
    /// A record of another delivery, or another one of the same.
    pub(crate) record: &'a Fields,
    pub(crate) source: Source,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    /// Beside it in the same delivery: 医療保険 and 医療扶助.
    Beside,
    /// An earlier delivery of the same person.
    Earlier(usize),
    /// Another patient's.
    Patient(usize),
}

/// The differences of one row from one record, in the order of the fields. Compared is what the
/// mapping names and the delivery had a place for.
#[must_use]
pub fn differences(record: &Fields, compared: &BTreeSet<Field>, row: &Row) -> Vec<Difference> {
    differences_among(record, compared, row, &[], |_| None)
}

pub(crate) fn differences_among<'w>(
    record: &Fields,
    compared: &BTreeSet<Field>,
    row: &Row,
    others: &[Other<'_>],
    written: impl Fn(Field) -> Option<&'w str>,
) -> Vec<Difference> {
    let difference = |field: &Field| {
        let expected = record.text(*field);
        let observed = row.values.get(field).map(String::as_str);
        (expected != observed).then(|| Difference {
            field: *field,
            expected: expected.map(str::to_owned),
            observed: observed.map(str::to_owned),
            cause: cause(*field, expected, written(*field), observed, record, others),
        })
    };
    compared.iter().filter_map(difference).collect()
}

fn cause(
    field: Field,
    expected: Option<&str>,
    written: Option<&str>,
    observed: Option<&str>,
    record: &Fields,
    others: &[Other<'_>],
) -> Cause {
    let Some(observed) = observed else {
        return Cause::Dropped;
    };
    let elsewhere = |source: fn(Source) -> Option<Cause>| {
        let brought = |other: &&Other<'_>| other.record.text(field) == Some(observed);
        let mut found = others.iter().filter(brought);
        found.find_map(|other| source(other.source))
    };
    if let Some(stale) = elsewhere(|source| match source {
        Source::Earlier(n) => Some(Cause::Stale(n)),
        _ => None,
    }) {
        return stale;
    }
    for expected in expected.into_iter().chain(written) {
        if is_coerced(expected, observed) {
            return Cause::CoercedToNumber;
        }
        if is_cut(expected, observed) {
            return Cause::Truncated;
        }
        if is_reencoded(expected, observed) {
            return Cause::ReEncoded;
        }
    }
    if let Some(from) = shifted(field, observed, record) {
        return Cause::Shifted(from);
    }
    let beside = others.iter().filter(|other| other.source == Source::Beside);
    for other in beside {
        if other.record.text(field) == Some(observed) {
            return Cause::Shifted(field);
        }
        if let Some(from) = shifted(field, observed, other.record) {
            return Cause::Shifted(from);
        }
    }
    // Two patients agree in a code by chance; in a name or a number they do not.
    let telling = expected.is_none() || !is_coded(field);
    let patient = elsewhere(|source| match source {
        Source::Patient(n) => Some(Cause::Merged(n)),
        _ => None,
    });
    match patient {
        Some(merged) if telling => merged,
        _ if is_coded(field) => Cause::Computed,
        _ => Cause::Altered,
    }
}

/// The other field of the record whose value this is. Codes are too short to tell.
fn shifted(field: Field, observed: &str, record: &Fields) -> Option<Field> {
    if observed.chars().count() < 3 {
        return None;
    }
    let mut fields = record.iter().map(|(other, _)| other);
    fields.find(|other| *other != field && record.text(*other) == Some(observed))
}

/// Fields whose values come from a short list or follow from others.
const fn is_coded(field: Field) -> bool {
    matches!(
        field,
        Field::Sex1
            | Field::Sex2
            | Field::PersonalFamilyClassification
            | Field::InsuredCardClassification
            | Field::InsuredPartialContributionRatio
            | Field::ElderlyRecipientContributionRatio
            | Field::PreschoolClassification
            | Field::QualificationValidity
    )
}

/// Digits that became another spelling of the same number: `00123` → `123`, `1.23E+11`.
fn is_coerced(expected: &str, observed: &str) -> bool {
    let digits = !expected.is_empty() && expected.bytes().all(|b| b.is_ascii_digit());
    let number = observed.replace(',', "").trim().parse::<f64>();
    match (digits, number) {
        (true, Ok(number)) => {
            let meant = expected.parse::<f64>().unwrap_or(f64::NAN);
            let close = (meant - number).abs() <= meant.abs() * 1e-5;
            let spelled = observed.contains(['E', 'e', '.']);
            number.is_finite() && (meant == number || spelled && close)
        }
        _ => false,
    }
}

/// Whether only the end is missing, a blank at the cut or half of a character included.
fn is_cut(expected: &str, observed: &str) -> bool {
    let kept = observed.trim_end_matches(['\u{FFFD}', ' ', '\u{3000}']);
    !kept.is_empty() && kept.len() < expected.len() && expected.starts_with(kept)
}

fn is_reencoded(expected: &str, observed: &str) -> bool {
    replaced(expected, observed)
        || mistaken(expected, observed)
        || lost(expected, observed)
        || unescaped(observed) == expected
        || kana::same_reading(expected, observed)
}

/// Whether characters were replaced: by what stands for the unknown, or, outside of JIS X 0208, by
/// a look-alike.
fn replaced(expected: &str, observed: &str) -> bool {
    let stands_in = |c: char| {
        matches!(
            c,
            '?' | '？' | '\u{FFFD}' | '〓' | '□' | '■' | '_' | REPLACEMENT
        )
    };
    let seen: Vec<char> = observed.chars().collect();
    // Where in `seen` the characters so far may end.
    let mut ends = BTreeSet::from([0]);
    for c in expected.chars() {
        let mut next = BTreeSet::new();
        for at in ends {
            let Some(other) = seen.get(at) else { continue };
            if *other == c || !CharacterSet::JisX0208.has(c) {
                next.insert(at + 1);
            }
            // One for each character, code unit or byte.
            let run = seen[at..].iter().take(c.len_utf8());
            let run = run.take_while(|other| stands_in(**other)).count();
            next.extend((1..=run).map(|n| at + n));
        }
        ends = next;
    }
    ends.contains(&seen.len())
}

/// Whether the bytes of one encoding were read as another's.
fn mistaken(expected: &str, observed: &str) -> bool {
    let utf8 = expected.as_bytes();
    let cp932 = SHIFT_JIS.encode(expected).0;
    let latin: String = utf8.iter().map(|byte| char::from(*byte)).collect();
    let readings = [
        SHIFT_JIS.decode_without_bom_handling(utf8).0.into_owned(),
        UTF_8.decode_without_bom_handling(&cp932).0.into_owned(),
        latin,
    ];
    // What each decoder puts for what it cannot read differs; the rest is what tells.
    let plain = |text: &str| -> String {
        let sign = |c: &char| !c.is_control() && !matches!(c, '\u{FFFD}' | '?' | '・');
        text.chars().filter(sign).collect()
    };
    let (observed, expected) = (plain(observed), plain(expected));
    if observed.is_empty() || observed == expected {
        return false;
    }
    readings.iter().any(|reading| {
        let reading = plain(reading);
        let strange = |c: &char| reading.contains(*c) && !expected.contains(*c);
        let strange = observed.chars().filter(strange).count();
        !reading.is_empty() && strange * 3 > observed.chars().count() * 2
    })
}

/// Whether what a smaller set of characters lacks was left out: ●, marks of voicing, the rest.
fn lost(expected: &str, observed: &str) -> bool {
    let losable =
        |c: char| c == REPLACEMENT || matches!(c, 'ﾞ' | 'ﾟ' | 'ｰ') || !CharacterSet::JisX0208.has(c);
    let mut seen = observed.chars().peekable();
    for c in expected.chars() {
        if seen.next_if_eq(&c).is_none() && !losable(c) {
            return false;
        }
    }
    seen.next().is_none()
}

fn unescaped(observed: &str) -> String {
    observed
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

impl Cause {
    /// The requirement that is broken by it.
    #[must_use]
    pub const fn requirement(self) -> &'static str {
        match self {
            Self::Dropped => "transcription.nothing-dropped",
            Self::Truncated => "transcription.nothing-truncated",
            Self::Shifted(_) => "transcription.own-place",
            Self::ReEncoded => "transcription.characters-kept",
            Self::CoercedToNumber => "transcription.zeros-kept",
            Self::Merged(_) => "transcription.own-patient",
            Self::Stale(_) => "transcription.newest-wins",
            Self::Computed => "transcription.delivered-not-computed",
            Self::Altered => "transcription.as-delivered",
        }
    }

    /// The class of causes that reports name.
    #[must_use]
    pub const fn class(self) -> Class {
        match self {
            Self::Dropped => Class::Dropped,
            Self::Truncated => Class::Truncated,
            Self::Shifted(_) => Class::Shifted,
            Self::ReEncoded => Class::ReEncoded,
            Self::CoercedToNumber => Class::Coerced,
            Self::Merged(_) => Class::Merged,
            Self::Stale(_) => Class::Stale,
            Self::Computed => Class::Computed,
            Self::Altered => Class::Altered,
        }
    }

    /// In a few words.
    #[must_use]
    pub fn words(self) -> Wording {
        use madoguchi_terms::Lang;
        let (ja, en) = match self {
            Self::Dropped => ("欠落", "dropped"),
            Self::Truncated => ("途中で切れている", "truncated"),
            Self::Shifted(from) => {
                return Wording::new(
                    format!("「{}」の値と取り違え", label(from, Lang::Ja)),
                    format!("shifted: the value of {}", label(from, Lang::En)),
                );
            }
            Self::ReEncoded => ("文字の置き換え", "re-encoded"),
            Self::CoercedToNumber => ("数値に変換", "coerced to a number"),
            Self::Merged(n) => {
                return Wording::new(
                    format!("{n} 件目に届いた別の患者の値"),
                    format!("merged with another patient (delivery {n})"),
                );
            }
            Self::Stale(n) => {
                return Wording::new(
                    format!("{n} 件目に届いた古い値"),
                    format!("left over from an earlier delivery ({n})"),
                );
            }
            Self::Computed => ("届いた値でなく、求めた値", "computed instead of delivered"),
            Self::Altered => ("変わっている", "altered"),
        };
        Wording::new(ja, en)
    }
}

#[cfg(test)]
mod tests;
