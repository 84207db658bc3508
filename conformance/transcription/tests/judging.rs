//! From deliveries and an export to verdicts and the report.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

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
