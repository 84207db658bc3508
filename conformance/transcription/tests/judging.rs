//! From deliveries and an export to verdicts and the report.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_eligibility::{Field, Fields};
use madoguchi_judge::beside::{Class, marked};
use madoguchi_judge::verdict::{Outcome, Overall};
use madoguchi_notation::Wording;
use madoguchi_requirements::statement::Product;
use madoguchi_trace::ProfileNote;
use madoguchi_transcription::{Case, Export, Fate, Inquiry, Judgement, Made, Mapping, Put, judge};
use proptest::prelude::*;

const FIELDS: [Field; 5] = [
    Field::InsurerNumber,
    Field::InsuredIdentificationNumber,
    Field::InsuredBranchNumber,
    Field::Name,
    Field::InsuredCardExpirationDate,
];

fn mapping() -> Mapping {
    let text = "mapping: 1\nrecords: { file: r.csv, format: csv }\nfields:\n  insurer-number: A\n  \
                insured-identification-number: B\n  insured-branch-number: C\n  name: D\n  \
                insured-card-expiration-date: E\nnote: N\nrefusals: { file: x.csv, name: F }\n";
    Mapping::parse("m.yaml", text).unwrap()
}

fn record(values: [&str; 5]) -> (Fields, BTreeSet<Field>) {
    let mut record = Fields::new();
    for (field, value) in FIELDS.into_iter().zip(values) {
        record.set_some(field, (!value.is_empty()).then_some(value));
    }
    (record, FIELDS.into())
}

const TARO: [&str; 5] = ["06990010", "00123", "01", "髙橋　太郎", ""];
const MEI: [&str; 5] = ["06990010", "00123", "03", "髙橋　芽衣", ""];

fn put(name: &str, fate: Fate, values: [&str; 5]) -> Put {
    Put {
        name: name.to_owned(),
        records: vec![record(values)],
        fate,
        ..Put::default()
    }
}

fn case(puts: Vec<Put>) -> Case {
    Case {
        id: "own/test".to_owned(),
        purpose: Wording::new("試験", "test"),
        requirements: vec!["transcription.record-arrives".to_owned()],
        puts,
    }
}

/// An export of these rows, the last cell of each its note.
fn made(rows: &[[&str; 6]], refused: &str) -> Made {
    let rows: String = rows.iter().map(|row| row.join(",") + "\n").collect();
    let csv = format!("A,B,C,D,E,N\n{rows}");
    let refused = format!("F\n{refused}");
    let export = Export::read(&mapping(), csv.as_bytes(), Some(refused.as_bytes())).unwrap();
    Made {
        export,
        ..Made::default()
    }
}

fn judged(case: &Case, made: &Made) -> Judgement {
    let profile = ProfileNote {
        name: "oqs-xml-8.07".to_owned(),
        assumptions: vec!["A-07".to_owned()],
    };
    let product = Product {
        name: "test".to_owned(),
        version: String::new(),
    };
    judge(&mapping(), case, made, &profile, &product)
}

/// The requirements that failed.
fn failed(case: &Case, made: &Made) -> Vec<String> {
    let verdicts = judged(case, made).verdicts;
    let failed = verdicts
        .failed()
        .map(|(verdict, _)| verdict.requirement.clone());
    failed.map(|id| id.replace("transcription.", "")).collect()
}

fn exported(values: [&'static str; 5]) -> [&'static str; 6] {
    let [a, b, c, d, e] = values;
    [a, b, c, d, e, ""]
}

#[test]
fn what_was_delivered_and_nothing_else_passes() {
    let case = case(vec![
        put("1", Fate::Taken, TARO),
        put("2", Fate::Taken, MEI),
    ]);
    // In any order.
    let made = made(&[exported(MEI), exported(TARO)], "");
    assert_eq!(failed(&case, &made), [""; 0]);
    assert_eq!(judged(&case, &made).verdicts.overall(), Overall::Passed);
}

#[test]
fn a_record_that_is_not_there_and_one_too_many_are_told() {
    let both = case(vec![
        put("1", Fate::Taken, TARO),
        put("2", Fate::Taken, MEI),
    ]);
    assert_eq!(
        failed(&both, &made(&[exported(TARO)], "")),
        ["record-arrives"]
    );
    let one = case(vec![put("1", Fate::Taken, TARO)]);
    let twice = made(&[exported(TARO), exported(TARO)], "");
    assert_eq!(failed(&one, &twice), ["record-arrives"]);
    assert_eq!(failed(&one, &made(&[], "")), ["record-arrives"]);
}

#[test]
fn the_older_of_two_deliveries_may_stay_in_a_history_but_not_in_the_newer_record() {
    let old = ["06990010", "00123", "01", "髙橋　太郎", "20250331"];
    let case = case(vec![
        put("1", Fate::Superseded, old),
        put("2", Fate::Taken, TARO),
    ]);
    assert_eq!(failed(&case, &made(&[exported(TARO)], "")), [""; 0]);
    assert_eq!(
        failed(&case, &made(&[exported(old), exported(TARO)], "")),
        [""; 0]
    );
    assert_eq!(failed(&case, &made(&[exported(old)], "")), ["newest-wins"]);
}

#[test]
fn a_damaged_file_makes_no_record_and_is_spoken_of() {
    let case = case(vec![
        put("half.xml", Fate::Refused, TARO),
        put("2", Fate::Taken, MEI),
    ]);
    assert_eq!(
        failed(&case, &made(&[exported(MEI)], "half.xml\n")),
        [""; 0]
    );
    assert_eq!(failed(&case, &made(&[exported(MEI)], "")), ["refusal-told"]);
    let half = ["06990010", "00123", "", "", "", ""];
    let made = made(&[half, exported(MEI)], "half.xml\n");
    assert_eq!(failed(&case, &made), ["nothing-from-damage"]);
}

#[test]
fn what_must_be_checked_is_marked_or_refused() {
    let doubtful = |fate| {
        let mut put = put("old.xml", fate, TARO);
        put.doubtful = true;
        case(vec![put])
    };
    let marked = made(
        &[["06990010", "00123", "01", "髙橋　太郎", "", "要確認"]],
        "",
    );
    assert_eq!(failed(&doubtful(Fate::Taken), &marked), [""; 0]);
    let bare = made(&[exported(TARO)], "");
    assert_eq!(failed(&doubtful(Fate::Taken), &bare), ["doubt-told"]);
    assert_eq!(
        failed(&doubtful(Fate::Either), &made(&[], "old.xml\n")),
        [""; 0]
    );
    assert_eq!(
        failed(&doubtful(Fate::Either), &made(&[], "")),
        ["doubt-told"]
    );
}

#[test]
fn a_fall_and_an_inquiry_given_up_are_told() {
    let case = case(vec![put("1", Fate::Taken, TARO)]);
    let mut fallen = made(&[exported(TARO)], "");
    fallen.fell = Some(Wording::new("終了コード 1", "exit status 1"));
    assert_eq!(failed(&case, &fallen), ["survives"]);
    let mut asked = made(&[exported(TARO)], "");
    asked.inquiry = Some(Inquiry {
        asked: 1,
        processing: 3,
        fetched: false,
    });
    assert_eq!(failed(&case, &asked), ["bulk-polled"]);
}

#[test]
fn a_requirement_without_an_occasion_is_not_applicable() {
    let case = case(vec![put("1", Fate::Taken, TARO)]);
    let verdicts = judged(&case, &made(&[exported(TARO)], "")).verdicts;
    for id in [
        "refusal-told",
        "doubt-told",
        "bulk-polled",
        "nothing-from-damage",
    ] {
        let id = format!("transcription.{id}");
        let verdict = verdicts
            .verdicts
            .iter()
            .find(|v| v.requirement == id)
            .unwrap();
        assert!(
            matches!(verdict.outcome, Outcome::NotApplicable { .. }),
            "{id}"
        );
    }
}

#[test]
fn the_records_stand_side_by_side_with_the_cause_and_the_characters() {
    let case = case(vec![
        put("1", Fate::Taken, TARO),
        put("2", Fate::Taken, MEI),
    ]);
    let made = made(&[["06990010", "123", "01", "高橋　太郎", "", ""]], "");
    let records = judged(&case, &made).verdicts.records;
    let [pair, missing] = records.as_slice() else {
        panic!("{records:?}")
    };
    let line = |field: &str| pair.fields.iter().find(|line| line.field == field).unwrap();
    assert!(line("insurer-number").became.is_none());
    let number = line("insured-identification-number");
    assert_eq!(number.became.as_ref().unwrap().cause, Class::Coerced);
    let name = line("name");
    assert_eq!(name.became.as_ref().unwrap().cause, Class::ReEncoded);
    assert_eq!(marked(&name.delivered), "[U+9AD9 髙]橋　太郎");
    assert_eq!(marked(&name.exported), "[U+9AD8 高]橋　太郎");
    assert!(missing.exported.is_none() && missing.differs());
    assert_eq!(missing.fields.len(), 4);
}

#[test]
fn of_many_records_those_that_differ_are_kept() {
    let people: Vec<[String; 5]> = (0..60)
        .map(|n| {
            let number = format!("{:05}", 10_000 + n * 37);
            ["06990010", &number, "01", &format!("試験　{n:03}"), ""].map(str::to_owned)
        })
        .collect();
    let puts = people.iter().enumerate().map(|(n, values)| {
        let values = std::array::from_fn(|at| values[at].as_str());
        put(&format!("file {n}"), Fate::Taken, values)
    });
    let case = case(puts.collect());
    let rows: Vec<[&str; 6]> = people
        .iter()
        .enumerate()
        .map(|(n, values)| {
            let name = if n == 59 { "別人" } else { &values[3] };
            [&values[0], &values[1], &values[2], name, "", ""]
        })
        .collect();
    let verdicts = judged(&case, &made(&rows, "")).verdicts;
    assert_eq!(
        (verdicts.records.len(), verdicts.records_left_out),
        (40, 20)
    );
    assert!(verdicts.records.last().unwrap().differs());
}

#[test]
fn a_personal_number_in_an_export_reaches_no_verdict() {
    let eleven = [9, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2_u32];
    let weights = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2];
    let sum: u32 = eleven
        .iter()
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = (11 - sum % 11) % 11 % 10;
    let number: String = eleven.iter().chain([&check]).map(u32::to_string).collect();
    let case = case(vec![put("1", Fate::Taken, TARO)]);
    let row = ["06990010", &number, "01", &number, "", &number];
    let verdicts = judged(&case, &made(&[row, row], &number)).verdicts;
    let text = verdicts.to_canonical_json().unwrap();
    assert!(!text.contains(&number), "{text}");
    assert!(text.contains("〔個人番号〕"), "{text}");
}

proptest! {
    /// Whatever an export says, there is a verdict, and only the delivered records pass.
    #[test]
    fn only_the_delivered_record_passes(cells in proptest::collection::vec("[0-9A-Z]{0,8}", 5)) {
        let case = case(vec![put("1", Fate::Taken, TARO)]);
        let row: [&str; 6] = [&cells[0], &cells[1], &cells[2], &cells[3], &cells[4], ""];
        let verdicts = judged(&case, &made(&[row], "")).verdicts;
        prop_assert_eq!(verdicts.overall(), Overall::Failed);
    }
}

/// A check that came by clipboard, or else in a file, and what a program wrote of it.
fn of_clipboard(by_clipboard: bool, forms: [&str; 2], row: &str) -> Judgement {
    let [kana, birthdate] = forms;
    let text = format!(
        "mapping: 1\nrecords: {{ file: r.csv, format: csv }}\nfields:\n  \
         insured-identification-number: A\n  name-kana: {{ at: B, form: {kana} }}\n  \
         birthdate: {{ at: C, form: {birthdate} }}\n"
    );
    let mapping = Mapping::parse("m.yaml", &text).unwrap();
    let fields = [
        (Field::InsuredIdentificationNumber, "00123"),
        (Field::NameKana, "ﾀｶﾊｼ ﾀﾛｳ"),
        (Field::Birthdate, "19520101"),
    ];
    let mut record = Fields::new();
    for (field, value) in fields {
        record.set(field, value);
    }
    let written = BTreeMap::from([
        (Field::NameKana, "タカハシ　タロウ".to_owned()),
        (Field::Birthdate, "昭和27年01月01日".to_owned()),
    ]);
    let put = Put {
        name: "clipboard 1".to_owned(),
        records: vec![(record, fields.map(|(field, _)| field).into())],
        written: if by_clipboard {
            vec![written]
        } else {
            Vec::new()
        },
        ..Put::default()
    };
    let export = Export::read(&mapping, format!("A,B,C\n{row}\n").as_bytes(), None).unwrap();
    let made = Made {
        export,
        ..Made::default()
    };
    let profile = ProfileNote {
        name: "oqs-xml-8.07".to_owned(),
        assumptions: Vec::new(),
    };
    judge(
        &mapping,
        &case(vec![put]),
        &made,
        &profile,
        &Product {
            name: "test".to_owned(),
            version: String::new(),
        },
    )
}

#[test]
fn what_the_clipboard_delivered_is_shown_and_may_stand_as_it_was() {
    let plain = ["as-delivered", "as-delivered"];
    for (forms, row) in [
        (plain, "00123,タカハシ　タロウ,昭和27年01月01日"),
        (
            ["full-width", "wareki"],
            "00123,タカハシ　タロウ,昭和27年01月01日",
        ),
        (plain, "00123,ﾀｶﾊｼ ﾀﾛｳ,19520101"),
        (["full-width", "iso"], "00123,タカハシ　タロウ,1952-01-01"),
    ] {
        let judgement = of_clipboard(true, forms, row);
        assert_eq!(
            judgement.verdicts.overall(),
            Overall::Passed,
            "{forms:?} {row}"
        );
        assert!(!judgement.verdicts.records[0].differs());
        let [_, kana, birthdate] = &judgement.verdicts.records[0].fields[..] else {
            panic!("three fields: {judgement:?}");
        };
        assert_eq!(marked(&kana.delivered), "タカハシ　タロウ");
        assert_eq!(marked(&birthdate.delivered), "昭和27年01月01日");
        let cells: Vec<&str> = row.split(',').collect();
        assert_eq!(
            [marked(&kana.exported), marked(&birthdate.exported)],
            cells[1..]
        );
    }
}

#[test]
fn what_a_program_changed_of_the_clipboards_value_is_told_beside_it() {
    for forms in [["as-delivered"; 2], ["full-width", "wareki"]] {
        let row = "00123,タカハシ　タ,昭和27年01月01日";
        let judgement = of_clipboard(true, forms, row);
        let mut failed = judgement.verdicts.failed();
        let (verdict, failure) = failed.next().unwrap();
        assert_eq!(verdict.requirement, "transcription.nothing-truncated");
        assert!(
            failure.expected.ja.contains("タカハシ　タ[U+30ED ロ]"),
            "{failure:?}"
        );
        assert!(
            failure.observed.ja.contains("タカハシ　タ ("),
            "{failure:?}"
        );
        assert!(failed.next().is_none());
    }
}

#[test]
fn what_a_file_delivered_in_half_width_is_changed_where_it_becomes_full_width() {
    let row = "00123,タカハシ　タロウ,19520101";
    let judgement = of_clipboard(false, ["as-delivered"; 2], row);
    assert_eq!(judgement.verdicts.overall(), Overall::Failed);
    let kana = &judgement.verdicts.records[0].fields[1];
    assert_eq!(
        (kana.field.as_str(), kana.became.is_some()),
        ("name-kana", true)
    );
}
