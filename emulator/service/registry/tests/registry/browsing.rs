//! Past inquiries (HP-08; A-14), and inquiries that may not be made (R4-22).

use jiff::SignedDuration;
use madoguchi_eligibility::{Answer, Decision, Field, Operation, Request};
use madoguchi_registry::{CertificateRecord, Facility, Person, Setup, Terminal};

use crate::counter::*;

const OTHER_CARD: &[u8] = b"certificate of another patient";
const OTHER_TERMINAL: &[u8] = b"certificate of another facility's terminal";

/// A second patient with another name and insurer, and a second facility.
fn two_of_everything(setup: &mut Setup) {
    let mut record = insurance();
    record.insured.name = "架空　花子".to_owned();
    record.insured.name_kana = "ｶｸｳ ﾊﾅｺ".to_owned();
    record.insurer_number = "39990000".parse().unwrap();
    setup.persons.push(Person {
        id: "kakuu-hanako".to_owned(),
        registered: true,
        insurance: vec![record],
        assistance: vec![assistance()],
        withheld: false,
    });
    let card = setup.certificates[0].clone();
    setup.certificates.push(CertificateRecord {
        der: OTHER_CARD.to_vec(),
        person: "kakuu-hanako".to_owned(),
        ..card
    });
    let code = "9910000001";
    setup.facilities.push(Facility {
        accounts: setup.facilities[0].accounts.clone(),
        ..Facility::new(code.parse().unwrap())
    });
    let terminal = Terminal::new("elsewhere", code.parse().unwrap(), OTHER_TERMINAL.to_vec());
    setup.terminals.push(terminal);
}

fn history(session: &str) -> Request {
    in_session(Operation::History, session)
}

fn names(answer: &Answer) -> Vec<&str> {
    let rows = answer.results.iter();
    rows.map(|row| row.text(Field::NameKana).unwrap()).collect()
}

#[test]
fn past_inquiries_are_listed_with_their_eligibility_newest_first() {
    let mut counter = Counter::with(two_of_everything);
    counter.visual(CARD);
    counter.now += SignedDuration::from_mins(5);
    counter.visual(OTHER_CARD);
    let request = history(&counter.session());
    let answer = counter.accepts(&request, "history");
    // Both eligibilities of the second patient, then the first patient's.
    assert_eq!(names(&answer), ["ｶｸｳ ﾊﾅｺ", "ｼｹﾝ ﾀﾛｳ", "ｼｹﾝ ﾀﾛｳ"]);
    assert_eq!(answer.fields.text(Field::TotalCount), Some("3"));
    let row = &answer.results[0];
    assert_eq!(row.text(Field::ConfirmedAt), Some("20250521093500"));
    assert_eq!(row.text(Field::UserId), Some(USER));
    assert_eq!(row.text(Field::QualificationValidity), Some("1"));
    assert_eq!(row.text(Field::InsurerName), Some("試験健康保険組合"));
}

#[test]
fn conditions_leave_out_what_does_not_meet_them() {
    let mut counter = Counter::with(two_of_everything);
    counter.visual(CARD);
    counter.now += SignedDuration::from_hours(24);
    counter.visual(OTHER_CARD);
    let session = counter.session();
    let mut listed = |field, value: &str| {
        let answer = counter.ask(&history(&session).with(field, value));
        answer.fields.text(Field::TotalCount).unwrap().to_owned()
    };
    assert_eq!(listed(Field::DateFrom, "20250522"), "2");
    assert_eq!(listed(Field::DateTo, "20250521"), "1");
    assert_eq!(listed(Field::NameKana, "カクウ"), "1");
    assert_eq!(listed(Field::NameKana, "ｶｸｳ"), "1");
    assert_eq!(listed(Field::InsurerNumber, "39990000"), "1");
    assert_eq!(listed(Field::InsurerNumber, "3999000"), "0");
}

#[test]
fn conditions_that_cannot_be_met_are_told_so() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    for wrong in ["2025-05-21", "20250230", "２０２５０５２１", ""] {
        let request = history(&session).with(Field::DateFrom, wrong);
        counter.refuses(&request, Decision::Malformed, "date-malformed");
    }
    let request = history(&session)
        .with(Field::DateFrom, "20250522")
        .with(Field::DateTo, "20250521");
    counter.refuses(&request, Decision::Malformed, "dates-in-reverse");
    for wrong in ["0", "-1", "one"] {
        let request = history(&session).with(Field::Page, wrong);
        counter.refuses(&request, Decision::Malformed, "page-malformed");
    }
}

#[test]
fn another_facilitys_inquiries_are_not_listed() {
    let mut counter = Counter::with(two_of_everything);
    counter.visual(CARD);
    counter.terminal = Some(OTHER_TERMINAL);
    let login = login().with(Field::FacilityCode, "9910000001");
    let answer = counter.accepts(&login, "logged-in");
    let session = answer.fields.text(Field::SessionToken).unwrap().to_owned();
    let answer = counter.accepts(&history(&session), "history");
    assert_eq!(answer.fields.text(Field::TotalCount), Some("0"));
    assert!(answer.results.is_empty());
}

#[test]
fn history_reaches_back_a_hundred_days() {
    let mut counter = Counter::healthy();
    counter.visual(CARD);
    let listed = |counter: &mut Counter| {
        let request = history(&counter.session());
        counter.accepts(&request, "history").results.len()
    };
    counter.now += SignedDuration::from_hours(24 * 100);
    assert_eq!(listed(&mut counter), 1);
    counter.now += SignedDuration::from_hours(24);
    assert_eq!(listed(&mut counter), 0);
}

#[test]
fn a_page_has_fifty_rows() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    for _ in 0..51 {
        counter.ask(&visual(&session, CARD));
    }
    let first = counter.accepts(&history(&session), "history");
    assert_eq!(first.results.len(), 50);
    assert_eq!(first.fields.text(Field::PageCount), Some("2"));
    let second = counter.accepts(&history(&session).with(Field::Page, "2"), "history");
    assert_eq!(second.results.len(), 1);
    let third = history(&session).with(Field::Page, "3");
    counter.refuses(&third, Decision::Malformed, "page-beyond-the-last");
}

#[test]
fn an_answer_that_there_is_no_eligibility_is_listed_too() {
    let mut counter = Counter::with(|setup| setup.persons[0].insurance.clear());
    counter.visual(CARD);
    let request = history(&counter.session());
    let answer = counter.accepts(&request, "history");
    let row = &answer.results[0];
    assert_eq!(row.text(Field::QualificationValidity), Some("4"));
    assert_eq!(row.text(Field::Name), None);
}

#[test]
fn who_is_asked_about_again_is_kept_once_and_each_row_says_what_was_true() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let ask = |counter: &mut Counter, id: &str| {
        let request = visual(&session, CARD).with(Field::RequestId, id);
        counter.accepts(&request, "one-valid");
    };
    ask(&mut counter, "1");
    ask(&mut counter, "2");
    let changed = |person: &mut Person| person.insurance[0].number = "2".to_owned();
    assert!(counter.registry.change_person("shiken-taro", changed));
    ask(&mut counter, "3");
    let rows: Vec<_> = counter.registry.history().collect();
    let [first, second, third] = rows[..] else {
        panic!("three inquiries")
    };
    assert!(std::sync::Arc::ptr_eq(&first.results, &second.results));
    let number = |row: &madoguchi_registry::HistoryRow| {
        let result = &row.results[0];
        result
            .text(Field::InsuredIdentificationNumber)
            .map(str::to_owned)
    };
    assert_eq!(number(second).as_deref(), Some("1"));
    assert_eq!(number(third).as_deref(), Some("2"));
}

#[test]
fn identity_alone_is_no_reason_to_ask() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let asked_for = |purpose: &str| visual(&session, CARD).with(Field::Purpose, purpose);
    counter.refuses(
        &asked_for("identity-only"),
        Decision::NotPermitted,
        "identity-only-purpose",
    );
    assert!(counter.registry.history().len() == 0);
    counter.refuses(
        &asked_for("curiosity"),
        Decision::Malformed,
        "purpose-unknown",
    );
    counter.accepts(&asked_for("contracted-checkup"), "one-valid");
}
