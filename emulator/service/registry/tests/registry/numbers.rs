//! 照会区分 2: eligibility by the numbers of an insurance card.

use jiff::civil::date;
use madoguchi_eligibility::{Decision, Field, InsuranceRecord, Operation, Request};
use madoguchi_registry::{Person, Setup, TerminalKind};

use crate::counter::*;

pub(crate) fn by_number(session: &str) -> Request {
    in_session(Operation::EligibilityByNumber, session)
        .with(Field::InsurerNumber, "06990000")
        .with(Field::InsuredIdentificationNumber, "1")
        .with(Field::Birthdate, "19520101")
}

fn institution(change: impl FnOnce(&mut Setup)) -> Counter {
    Counter::at(TerminalKind::Institution, change)
}

#[track_caller]
fn finds(counter: &mut Counter, request: &Request, rule: &str, validity: &str, results: usize) {
    let answer = counter.ask(request);
    let seen = answer.fields.text(Field::QualificationValidity);
    assert_eq!(
        (answer.rule, seen, answer.results.len()),
        (rule, Some(validity), results)
    );
}

#[test]
fn the_limited_type_has_no_inquiry_by_number() {
    let mut counter = Counter::healthy();
    let request = by_number(&counter.session());
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "not-for-this-type-of-terminal",
    );
}

#[test]
fn the_numbers_of_a_card_find_its_eligibility() {
    let mut counter = institution(|_| {});
    let request = by_number(&counter.session());
    finds(&mut counter, &request, "one-valid", "1", 1);
    assert_eq!(counter.registry.history().len(), 1);
}

#[test]
fn symbol_and_branch_narrow_the_search() {
    let mut counter = institution(|_| {});
    let request = by_number(&counter.session())
        .with(Field::InsuredCardSymbol, "試験")
        .with(Field::InsuredBranchNumber, "00");
    finds(&mut counter, &request, "one-valid", "1", 1);
    let none = "no-eligibility-with-these-numbers";
    let other_branch = request.with(Field::InsuredBranchNumber, "01");
    finds(&mut counter, &other_branch, none, "4", 0);
}

#[test]
fn leading_zeros_count_except_in_front_of_the_insurer() {
    let mut counter = institution(|_| {});
    let session = counter.session();
    let short = by_number(&session).with(Field::InsurerNumber, "6990000");
    finds(&mut counter, &short, "one-valid", "1", 1);
    let padded = by_number(&session).with(Field::InsuredIdentificationNumber, "01");
    let none = "no-eligibility-with-these-numbers";
    finds(&mut counter, &padded, none, "4", 0);
}

#[test]
fn the_numbers_of_a_card_that_is_over_say_whether_there_is_a_newer_one() {
    let lost = InsuranceRecord {
        disqualification_date: Some(date(2025, 4, 30)),
        ..insurance()
    };
    let newer = InsuranceRecord {
        number: "2".to_owned(),
        qualification_date: Some(date(2025, 4, 30)),
        ..insurance()
    };
    let mut counter = institution(|setup| setup.persons[0].insurance = vec![lost.clone()]);
    let request = by_number(&counter.session());
    finds(&mut counter, &request, "eligibility-lapsed", "2", 1);

    let mut counter = institution(|setup| setup.persons[0].insurance = vec![lost, newer]);
    let request = by_number(&counter.session());
    finds(&mut counter, &request, "a-newer-one-is-valid", "3", 1);
    let newer = request.with(Field::InsuredIdentificationNumber, "2");
    finds(&mut counter, &newer, "one-valid", "1", 1);
}

#[test]
fn numbers_of_two_persons_are_several() {
    let mut counter = institution(|setup| {
        let twin = Person {
            id: "shiken-jiro".to_owned(),
            ..setup.persons[0].clone()
        };
        setup.persons.push(twin);
    });
    let request = by_number(&counter.session());
    finds(&mut counter, &request, "several-with-these-numbers", "5", 2);
}

#[test]
fn what_is_missing_is_named() {
    let mut counter = institution(|_| {});
    let session = counter.session();
    let bare = in_session(Operation::EligibilityByNumber, &session);
    counter.refuses(&bare, Decision::Malformed, "insurer-number-missing");
    let request = by_number(&session).with(Field::Birthdate, "昭和27年1月1日");
    counter.refuses(&request, Decision::Malformed, "date-malformed");
}
