//! Every way of spoiling a value is told by its name, whatever the value.

use proptest::prelude::*;

use super::*;

fn record(values: &[(Field, &str)]) -> Fields {
    let mut record = Fields::new();
    for (field, value) in values {
        record.set(*field, *value);
    }
    record
}

fn row(values: &[(Field, &str)]) -> Row {
    let values = values
        .iter()
        .map(|(field, value)| (*field, (*value).to_owned()));
    Row {
        values: values.collect(),
        ..Row::default()
    }
}

fn one(field: Field, expected: &str, observed: &str) -> Option<Cause> {
    let found = differences(
        &record(&[(field, expected)]),
        &BTreeSet::from([field]),
        &row(&[(field, observed)]),
    );
    found.first().map(|difference| difference.cause)
}

#[test]
fn what_is_known_from_the_field_has_its_name() {
    use Cause::{Altered, CoercedToNumber, Computed, ReEncoded, Truncated};
    let number = Field::InsuredIdentificationNumber;
    for (field, expected, observed, cause) in [
        (number, "00123", "123", CoercedToNumber),
        (number, "123456789012", "1.23457E+11", CoercedToNumber),
        (Field::InsuredBranchNumber, "01", "1.0", CoercedToNumber),
        (Field::Name, "●橋　●子", "橋　子", ReEncoded),
        (Field::Name, "髙橋", "?橋", ReEncoded),
        (Field::Name, "髙橋", "高橋", ReEncoded),
        (Field::Name, "𠮷田", "??田", ReEncoded),
        (Field::Name, "髙﨑　德郎", "??　?郎", ReEncoded),
        (Field::Name, "𠮷田", "\u{FFFD}\u{FFFD}田", ReEncoded),
        (
            Field::Name,
            "試験　太郎",
            "隧ｦ鬨薙\u{30FB}螟ｪ驛\u{30FB}",
            ReEncoded,
        ),
        (Field::InsurerName, "試験&架空", "試験&amp;架空", ReEncoded),
        (Field::NameKana, "ｼｹﾝ ｼﾞﾛｳ", "ｼｹﾝ ｼﾛｳ", ReEncoded),
        (Field::NameKana, "ｼｹﾝ ｼﾞﾛｳ", "シケン　ジロウ", ReEncoded),
        (
            Field::Name,
            "ＳＨＩＫＥＮ　ＪＯＨＡＮＮ",
            "ＳＨＩＫＥＮ",
            Truncated,
        ),
        (
            Field::InsuredPartialContributionRatio,
            "030",
            "020",
            Computed,
        ),
        (Field::Sex1, "3", "1", Computed),
        (Field::Birthdate, "19520101", "19520110", Altered),
        (Field::Name, "試験　太郎", "試験　次郎", Altered),
    ] {
        assert_eq!(
            one(field, expected, observed),
            Some(cause),
            "{expected} → {observed}"
        );
    }
}

#[test]
fn a_value_from_elsewhere_says_from_where() {
    let own = record(&[
        (Field::Name, "試験　太郎"),
        (Field::NameOfOther, "別名　太郎"),
        (Field::InsurerNumber, "06990010"),
        (Field::InsuredIdentificationNumber, "1"),
    ]);
    let compared: BTreeSet<Field> = own.iter().map(|(field, _)| field).collect();
    let mut compared = compared;
    compared.insert(Field::InsuredCardExpirationDate);
    let beside = record(&[(Field::InsurerNumber, "12990010")]);
    let earlier = record(&[(Field::InsuredCardExpirationDate, "20250331")]);
    let patient = record(&[(Field::InsuredIdentificationNumber, "2")]);
    let others = [
        Other {
            record: &beside,
            source: Source::Beside,
        },
        Other {
            record: &earlier,
            source: Source::Earlier(1),
        },
        Other {
            record: &patient,
            source: Source::Patient(2),
        },
    ];
    let row = row(&[
        (Field::Name, "別名　太郎"),
        (Field::InsurerNumber, "12990010"),
        (Field::InsuredIdentificationNumber, "2"),
        (Field::InsuredCardExpirationDate, "20250331"),
    ]);
    let found = differences_among(&own, &compared, &row, &others, |_| None);
    let causes: Vec<(Field, Cause)> = found.iter().map(|d| (d.field, d.cause)).collect();
    assert_eq!(
        causes,
        [
            (Field::InsurerNumber, Cause::Shifted(Field::InsurerNumber)),
            (Field::InsuredIdentificationNumber, Cause::Merged(2)),
            (Field::Name, Cause::Shifted(Field::NameOfOther)),
            (Field::NameOfOther, Cause::Dropped),
            (Field::InsuredCardExpirationDate, Cause::Stale(1)),
        ]
    );
}

proptest! {
    #[test]
    fn a_record_does_not_differ_from_itself(values in proptest::collection::vec(".{1,30}", 5)) {
        let fields = [Field::Name, Field::NameKana, Field::Address, Field::InsurerName, Field::Sex1];
        let pairs: Vec<(Field, &str)> =
            fields.into_iter().zip(values.iter().map(String::as_str)).collect();
        let compared = fields.into_iter().collect();
        prop_assert_eq!(differences(&record(&pairs), &compared, &row(&pairs)), []);
    }

    #[test]
    fn zeros_that_went_missing_are_a_number(digits in "0{1,3}[1-9][0-9]{0,9}") {
        let coerced = digits.trim_start_matches('0');
        let cause = one(Field::InsuredIdentificationNumber, &digits, coerced);
        prop_assert_eq!(cause, Some(Cause::CoercedToNumber));
    }

    #[test]
    fn an_end_that_went_missing_is_a_cut(name in "[一-十]{2,60}", keep in 1_usize..60) {
        let kept: String = name.chars().take(keep).collect();
        let expected = (kept != name).then_some(Cause::Truncated);
        prop_assert_eq!(one(Field::Name, &name, &kept), expected);
    }

    #[test]
    fn a_question_mark_for_any_character_is_an_encoding(name in "[ぁ-ん]{2,20}", at in 0_usize..20) {
        let at = at % name.chars().count();
        let marked = |(i, c)| if i == at { '?' } else { c };
        let observed: String = name.chars().enumerate().map(marked).collect();
        prop_assert_eq!(one(Field::Name, &name, &observed), Some(Cause::ReEncoded));
    }

    /// Whatever stands in an export, there is an answer.
    #[test]
    fn no_value_is_too_strange(expected in ".{0,40}", observed in ".{0,40}") {
        let _ = one(Field::Name, &expected, &observed);
        let _ = one(Field::InsuredPartialContributionRatio, &expected, &observed);
    }
}
