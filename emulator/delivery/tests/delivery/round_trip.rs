//! XML → record → clipboard → record → XML.

use madoguchi_delivery::{Charset, Delivered, Kind, Label, Layout, LineEnd};
use madoguchi_eligibility::{Field, Fields};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestError, TestRunner};

use crate::person::{WIRE, delivered};

/// How many persons each property is tried with.
const PERSONS: u32 = 10_000;

/// The part of a record that the text of a layout has a place for.
fn carried(delivered: &Delivered, layout: Layout) -> Delivered {
    let mut head = Fields::new();
    let date = Field::QualificationConfirmationDate;
    head.set_some(date, delivered.head.get(date).cloned());
    let begun = |result: &&Fields| layout.carries(Kind::of(result), Field::Name);
    let results = delivered.results.iter().filter(begun).map(|result| {
        let kind = Kind::of(result);
        let mut kept = Fields::new();
        for (field, value) in result.iter() {
            if layout.carries(kind, field) {
                kept.set(field, value.clone());
            }
        }
        kept
    });
    Delivered {
        head,
        results: results.collect(),
    }
}

/// From XML to the clipboard and back to XML, in one layout; the record at the end.
fn through(delivered: &Delivered, charset: Charset, layout: Layout, end: LineEnd) -> Delivered {
    let first = Delivered::from_xml(&WIRE, &delivered.xml(&WIRE, charset, Label::Right)).unwrap();
    let text = first.clipboard(&layout, end);
    let second = Delivered::from_clipboard(&text, &layout);
    let last = second.xml(&WIRE, charset, Label::Right);
    let mut last = Delivered::from_xml(&WIRE, &last).unwrap();
    // What every document says of itself is not the person's.
    let mut head = Fields::new();
    let date = Field::QualificationConfirmationDate;
    head.set_some(date, last.head.get(date).cloned());
    last.head = head;
    last
}

fn try_all(charset: Charset, layouts: &[Layout]) {
    let config = Config {
        cases: PERSONS,
        failure_persistence: None,
        ..Config::default()
    };
    let rare = charset == Charset::Utf8;
    let mut runner = TestRunner::new(config);
    let property = |person: Delivered| {
        let bytes = person.xml(&WIRE, charset, Label::Right);
        let read = Delivered::from_xml(&WIRE, &bytes).unwrap();
        prop_assert_eq!(&read.results, &person.results);
        for (layout, end) in layouts
            .iter()
            .zip([LineEnd::Crlf, LineEnd::Lf].iter().cycle())
        {
            let through = through(&person, charset, *layout, *end);
            prop_assert_eq!(through, carried(&person, *layout), "{}", layout.name());
        }
        Ok(())
    };
    if let Err(failure) = runner.run(&delivered(rare), property) {
        panic!("{failure}");
    }
}

#[test]
fn ten_thousand_persons_go_from_xml_to_the_clipboard_and_back_in_utf_8() {
    try_all(Charset::Utf8, &[Layout::newest()]);
}

#[test]
fn ten_thousand_persons_go_from_xml_to_the_clipboard_and_back_in_cp932() {
    try_all(Charset::ShiftJis, &[Layout::named("2024-11-01").unwrap()]);
}

/// Together the layouts lose nothing that the newest and the oldest do not name.
#[test]
fn every_embedded_person_goes_through_every_layout() {
    let at = madoguchi_fixtures::HEALTHY_AT;
    let day = jiff::civil::date(2025, 5, 21);
    for id in madoguchi_fixtures::persona_ids() {
        let issued = madoguchi_fixtures::persona(id).unwrap().issue(at).unwrap();
        let person = Delivered::of(&issued.insurance, &issued.assistance, day);
        for layout in Layout::all() {
            for charset in [Charset::Utf8, Charset::ShiftJis] {
                let through = through(&person, charset, layout, LineEnd::Crlf);
                let expected = carried(&person, layout);
                if expected.results.is_empty() {
                    assert!(through.results.is_empty(), "{id} in {}", layout.name());
                } else {
                    assert_eq!(through, expected, "{id} in {}", layout.name());
                }
            }
        }
    }
}

#[test]
fn what_no_layout_carries_is_known() {
    let carried = |field: &Field| {
        let kinds = [Kind::Insurance, Kind::Assistance];
        Layout::all().any(|layout| kinds.iter().any(|kind| layout.carries(*kind, *field)))
    };
    let not: Vec<Field> = Field::RESULT
        .iter()
        .copied()
        .filter(|f| !carried(f))
        .collect();
    assert_eq!(
        not,
        [
            Field::DisqualificationDate,
            Field::ReasonOfLoss,
            Field::ConsignmentState
        ]
    );
}

/// A converter that reads numbers as numbers: the property notices, and what is left of the
/// person is one that has a number with a zero in front and nothing that may be absent.
#[test]
fn a_failing_property_ends_with_the_smallest_person() {
    let mut runner = TestRunner::new(Config {
        failure_persistence: None,
        ..Config::default()
    });
    let property = |person: Delivered| {
        let number = Field::InsuredIdentificationNumber;
        let said = person.results[0].text(number).unwrap();
        let coerced = said.parse::<u64>().unwrap().to_string();
        prop_assert_eq!(said, coerced);
        Ok(())
    };
    let Err(TestError::Fail(_, smallest)) = runner.run(&delivered(true), property) else {
        panic!("it was not noticed")
    };
    assert_eq!(smallest.results.len(), 1);
    let result = &smallest.results[0];
    let number = result.text(Field::InsuredIdentificationNumber).unwrap();
    assert_eq!(number, "00");
    for absent in [Field::NameKana, Field::InsuredCardSymbol, Field::Address] {
        assert_eq!(result.text(absent), None, "{absent}");
    }
    assert_eq!(result.text(Field::Name).unwrap().chars().count(), 1);
}
