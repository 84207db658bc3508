//! What can be seen of a file while it arrives.

use madoguchi_delivery::{Charset, Delivered, Label, Manner, Step};
use proptest::prelude::*;

use crate::person::{WIRE, delivered};

/// The content after each step.
fn states(steps: Vec<Step>) -> Vec<Vec<u8>> {
    let mut content = Vec::new();
    let state = |step| {
        match step {
            Step::Appears(bytes) | Step::Begins { bytes, .. } => content = bytes,
            Step::Grows(bytes) => content.extend(bytes),
            Step::Unlocked => {}
        }
        content.clone()
    };
    steps.into_iter().map(state).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// A program that reads a document at any moment has all of the record, or knows that it is not there.
    #[test]
    fn a_file_that_is_not_whole_is_never_taken_for_a_record(person in delivered(false), utf8: bool) {
            let charset = if utf8 { Charset::Utf8 } else { Charset::ShiftJis };
        let bytes = person.xml(&WIRE, charset, Label::Right);
        for manner in Manner::ALL {
            let states = states(manner.steps(&bytes));
            for state in &states {
                match Delivered::from_xml(&WIRE, state) {
                    Ok(read) => prop_assert_eq!(&read.results, &person.results),
                    Err(error) => prop_assert!(state.len() < bytes.len(), "{}", error),
                }
            }
            let whole = states.last() == Some(&bytes);
            prop_assert_eq!(whole, manner.finishes());
        }
    }
}

#[test]
fn a_file_cut_at_any_byte_is_no_record() {
    let issued = madoguchi_fixtures::persona("shiken-taro").unwrap();
    let issued = issued.issue(madoguchi_fixtures::HEALTHY_AT).unwrap();
    let day = jiff::civil::date(2025, 5, 21);
    let person = Delivered::of(&issued.insurance, &issued.assistance, day);
    for charset in [Charset::Utf8, Charset::ShiftJis] {
        let bytes = person.xml(&WIRE, charset, Label::Right);
        let end = bytes.trim_ascii_end().len();
        for cut in 0..end {
            assert!(Delivered::from_xml(&WIRE, &bytes[..cut]).is_err(), "{cut}");
        }
        assert_eq!(
            Delivered::from_xml(&WIRE, &bytes[..end]).unwrap().results,
            person.results
        );
    }
}

#[test]
fn a_file_whose_label_lies_is_refused() {
    let issued = madoguchi_fixtures::persona("shiken-taro").unwrap();
    let issued = issued.issue(madoguchi_fixtures::HEALTHY_AT).unwrap();
    let day = jiff::civil::date(2025, 5, 21);
    let person = Delivered::of(&issued.insurance, &issued.assistance, day);
    for charset in [Charset::Utf8, Charset::ShiftJis] {
        let error = Delivered::from_xml(&WIRE, &person.xml(&WIRE, charset, Label::Wrong));
        assert_eq!(error.unwrap_err().rule, "encoding-mismatch", "{charset:?}");
    }
}
