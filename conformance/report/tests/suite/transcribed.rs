//! Records side by side.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot go on fails its test"
)]

use std::collections::BTreeSet;

use madoguchi_eligibility::{Field, Fields};
use madoguchi_notation::Wording;
use madoguchi_report::terminal::Styles;
use madoguchi_report::transcribed::Report;
use madoguchi_requirements::statement::Product;
use madoguchi_terms::Lang;
use madoguchi_trace::ProfileNote;
use madoguchi_transcription::{Case, Export, Fate, Judgement, Made, Mapping, Put, judge};

const FIELDS: [Field; 5] = [
    Field::InsurerNumber,
    Field::InsuredIdentificationNumber,
    Field::InsuredBranchNumber,
    Field::Name,
    Field::InsuredCardExpirationDate,
];

/// One record, delivered and taken over with what differs.
fn judged() -> Judgement {
    let mapping = "mapping: 1\nrecords: { file: r.csv, format: csv }\nfields:\n  insurer-number: A\n  \
                   insured-identification-number: B\n  insured-branch-number: C\n  name: D\n  \
                   insured-card-expiration-date: E\nnote: N\nrefusals: { file: x.csv, name: F }\n";
    let mapping = Mapping::parse("m.yaml", mapping).unwrap();
    let mut record = Fields::new();
    for (field, value) in FIELDS
        .into_iter()
        .zip(["06990010", "00123", "01", "髙橋　太郎", ""])
    {
        record.set_some(field, (!value.is_empty()).then_some(value));
    }
    let case = Case {
        id: "own/test".to_owned(),
        purpose: Wording::new("試験", "test"),
        requirements: vec!["transcription.record-arrives".to_owned()],
        puts: vec![Put {
            name: "OQSsiquc01res_face_1.xml".to_owned(),
            records: vec![(record, BTreeSet::from(FIELDS))],
            fate: Fate::Taken,
            ..Put::default()
        }],
    };
    let csv = "A,B,C,D,E,N\n06990010,123,01,高橋　太郎,,\n";
    let made = Made {
        export: Export::read(&mapping, csv.as_bytes(), Some(b"F\n")).unwrap(),
        ..Made::default()
    };
    let profile = ProfileNote {
        name: "oqs-xml-8.07".to_owned(),
        assumptions: vec!["A-07".to_owned()],
    };
    let product = Product {
        name: "test".to_owned(),
        version: String::new(),
    };
    judge(&mapping, &case, &made, &profile, &product)
}

#[test]
fn the_report_reads_like_this() {
    let judgement = judged();
    for lang in Lang::ALL {
        let mut out = Vec::new();
        let report = Report::new(lang, Styles::plain());
        report.differing(&mut out, &judgement.verdicts).unwrap();
        insta::assert_snapshot!(
            format!("side-by-side-{lang}"),
            String::from_utf8(out).unwrap()
        );
    }
}
