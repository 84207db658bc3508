//! Every format gives the same rows, and says what is wrong where it cannot.

use std::fmt::Write as _;

use madoguchi_eligibility::{Field, to_cp932};
use proptest::prelude::*;

use super::*;

fn mapping(records: &str, fields: &str) -> Mapping {
    let text = format!("mapping: 1\nrecords: {{ file: r, {records} }}\nfields: {{ {fields} }}\n");
    Mapping::parse("m.yaml", &text).unwrap_or_else(|error| panic!("{error}"))
}

fn values(mapping: &Mapping, bytes: &[u8]) -> Vec<Vec<(Field, String)>> {
    let export = Export::read(mapping, bytes, None).unwrap();
    export
        .rows
        .into_iter()
        .map(|row| row.values.into_iter().collect())
        .collect()
}

fn expected(number: &str, name: &str) -> Vec<(Field, String)> {
    vec![
        (Field::InsuredIdentificationNumber, number.to_owned()),
        (Field::Name, name.to_owned()),
    ]
}

#[test]
fn the_same_rows_come_out_of_every_format() {
    let wanted = [expected("00123", "試験　太郎"), expected("9", "架空　花子")];
    let names = "name: N, insured-identification-number: B";
    let csv = "N,B\r\n\"試験　太郎\",00123\r\n架空　花子,9\r\n";
    assert_eq!(
        values(&mapping("format: csv", names), csv.as_bytes()),
        wanted
    );
    let sjis = mapping("format: csv, encoding: shift-jis", names);
    assert_eq!(values(&sjis, &to_cp932(csv).unwrap()), wanted);
    let json = r#"{"list":[{"N":"試験　太郎","p":{"B":"00123"}},{"N":"架空　花子","p":{"B":9},"x":null}]}"#;
    let nested = "name: N, insured-identification-number: p.B";
    let rows = mapping("format: json, rows: list", nested);
    assert_eq!(values(&rows, json.as_bytes()), wanted);
    let xml = "<E><P><N>試験　太郎</N><B>00123</B></P><P><N>架空　花子</N><B>9</B></P></E>";
    let rows = mapping("format: xml, rows: E/P", names);
    assert_eq!(values(&rows, xml.as_bytes()), wanted);
    let fixed = to_cp932("00123試験　太郎\r\n9    架空　花子\r\n").unwrap();
    let places = "name: 6-15, insured-identification-number: 1-5";
    let rows = mapping(
        "format: fixed-width, encoding: shift-jis, header: false",
        places,
    );
    assert_eq!(values(&rows, &fixed), wanted);
}

#[test]
fn what_does_not_fit_the_mapping_says_what_is_there() {
    let names = mapping("format: csv", "name: 氏名");
    let error = Export::read(&names, "名前,番号\n".as_bytes(), None).unwrap_err();
    assert_eq!(error.what.en, "the header has no 氏名; it has: 名前, 番号");
    let rows = mapping("format: json, rows: list", "name: N");
    assert!(Export::read(&rows, b"{\"list\":{}}", None).is_err());
    assert!(Export::read(&rows, b"{", None).is_err());
    let rows = mapping("format: xml, rows: E/P", "name: N");
    assert!(Export::read(&rows, b"<E>", None).is_err());
}

#[test]
fn bytes_of_another_encoding_show_up_in_the_value() {
    let names = mapping("format: csv", "name: N");
    let bytes = to_cp932("N\n試験\n").unwrap();
    assert!(values(&names, &bytes)[0][0].1.contains('\u{FFFD}'));
}

#[test]
fn assistance_in_the_same_row_is_an_eligibility_of_its_own() {
    let text = "mapping: 1\nrecords: { file: r, format: csv }\nfields: { name: N, insurer-number: A }\n\
                assistance: { name: N, insurer-number: K }\nnote: M\nrefusals: { file: x, name: F }\n";
    let mapping = Mapping::parse("m.yaml", text).unwrap();
    let csv = "N,A,K,M\n試験,06990010,12990010,要確認\n";
    let export = Export::read(&mapping, csv.as_bytes(), Some(b"F\na.xml\n")).unwrap();
    assert_eq!(export.rows.len(), 2);
    assert_eq!(export.rows[1].values[&Field::InsurerNumber], "12990010");
    assert_eq!(
        export.rows[1].values[&Field::InsuredCardClassification],
        "A1"
    );
    assert_eq!(export.rows[1].note.as_deref(), Some("要確認"));
    assert_eq!(export.refused, Some(vec!["a.xml".to_owned()]));
}

proptest! {
    /// Whatever a program writes, the reader answers; it neither panics nor hangs.
    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for (records, fields) in [
            ("format: csv", "name: N"),
            ("format: csv, header: false, delimiter: \";\"", "name: 2"),
            ("format: json", "name: N"),
            ("format: xml, rows: E/P", "name: N"),
            ("format: fixed-width, encoding: shift-jis", "name: 3-9"),
        ] {
            let _ = Export::read(&mapping(records, fields), &bytes, Some(&bytes));
        }
    }

    /// A field that is quoted as RFC 4180 says is read back as it was.
    #[test]
    fn quoted_fields_read_back(names in proptest::collection::vec("[^\u{0}\r\u{feff}]{1,20}", 1..8)) {
        let mut csv = "N\n".to_owned();
        for name in &names {
            writeln!(csv, "\"{}\"", name.replace('"', "\"\"")).unwrap();
        }
        let read = values(&mapping("format: csv", "name: N"), csv.as_bytes());
        let read: Vec<&String> = read.iter().map(|row| &row[0].1).collect();
        prop_assert_eq!(read, names.iter().collect::<Vec<_>>());
    }
}
