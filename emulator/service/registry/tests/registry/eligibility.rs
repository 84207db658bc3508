//! Which records are delivered, and what 資格有効性 they add up to.

use jiff::civil::date;
use madoguchi_eligibility::{
    Answer, AssistanceDetail, AssistanceRecord, CharacterSet, Decision, Field, InsuranceRecord,
    Operation, QualificationValidity, ReasonOfLoss,
};

use crate::counter::*;

fn patient_with(insurance: Vec<InsuranceRecord>, assistance: Vec<AssistanceRecord>) -> Answer {
    let mut counter = Counter::with(|setup| {
        setup.persons[0].insurance = insurance;
        setup.persons[0].assistance = assistance;
    });
    counter.visual(CARD)
}

fn lost() -> InsuranceRecord {
    InsuranceRecord {
        disqualification_date: Some(date(2025, 4, 30)),
        reason_of_loss: Some(ReasonOfLoss::Other),
        ..insurance()
    }
}

fn stopped() -> AssistanceRecord {
    AssistanceRecord {
        disqualification_date: Some(date(2025, 4, 30)),
        ..assistance()
    }
}

#[track_caller]
fn shows(answer: &Answer, rule: &str, validity: &str, classes: &[&str]) {
    let seen: Vec<_> = answer
        .results
        .iter()
        .map(|result| result.text(Field::InsuredCardClassification).unwrap())
        .collect();
    let seen_validity = answer.fields.text(Field::QualificationValidity);
    assert_eq!(
        (answer.rule, seen_validity, seen.as_slice()),
        (rule, Some(validity), classes)
    );
}

#[test]
fn a_lost_eligibility_is_delivered_as_invalid_with_its_date() {
    let answer = patient_with(vec![lost()], vec![]);
    shows(&answer, "eligibility-lapsed", "2", &["01"]);
    assert_eq!(
        answer.results[0].text(Field::DisqualificationDate),
        Some("20250430")
    );
    assert_eq!(answer.results[0].text(Field::ReasonOfLoss), Some("99"));
}

#[test]
fn of_several_lost_ones_the_last_is_delivered() {
    let older = InsuranceRecord {
        disqualification_date: Some(date(2020, 1, 1)),
        number: "old".to_owned(),
        ..insurance()
    };
    let answer = patient_with(vec![lost(), older], vec![]);
    assert_eq!(
        answer.results[0].text(Field::InsuredIdentificationNumber),
        Some("1")
    );
}

#[test]
fn a_lost_one_beside_a_valid_one_is_not_delivered() {
    shows(
        &patient_with(vec![lost(), insurance()], vec![]),
        "one-valid",
        "1",
        &["01"],
    );
}

#[test]
fn nothing_on_record_is_said_so() {
    let answer = patient_with(vec![], vec![]);
    assert_eq!(answer.decision, Decision::NoQualification);
    shows(&answer, "no-eligibility", "4", &[]);
}

#[test]
fn an_eligibility_that_begins_tomorrow_is_none() {
    let tomorrow = InsuranceRecord {
        qualification_date: Some(date(2025, 5, 22)),
        ..insurance()
    };
    shows(
        &patient_with(vec![tomorrow], vec![]),
        "no-eligibility",
        "4",
        &[],
    );
}

#[test]
fn several_valid_ones_are_all_delivered() {
    let answer = patient_with(vec![insurance(), insurance()], vec![]);
    assert_eq!(answer.decision, Decision::Multiple);
    shows(&answer, "several-valid", "5", &["01", "01"]);
}

#[test]
fn assistance_is_delivered_with_office_and_consignment() {
    let answer = patient_with(vec![], vec![assistance()]);
    shows(&answer, "assistance-valid", "1", &["A1"]);
    assert_eq!(
        answer.results[0].text(Field::InsurerName),
        Some("試験区福祉事務所")
    );
    assert_eq!(answer.results[0].text(Field::ConsignmentState), Some("1"));
}

#[test]
fn assistance_without_a_ticket_is_valid_but_not_registered() {
    let record = AssistanceRecord {
        ticket_registered: false,
        ..assistance()
    };
    shows(
        &patient_with(vec![], vec![record]),
        "assistance-without-ticket",
        "6",
        &["A1"],
    );
}

#[test]
fn insurance_stands_before_assistance() {
    let answer = patient_with(vec![insurance()], vec![assistance()]);
    shows(&answer, "insurance-and-assistance", "1", &["01", "A1"]);
}

#[test]
fn assistance_follows_a_lost_insurance() {
    shows(
        &patient_with(vec![lost()], vec![assistance()]),
        "assistance-valid",
        "1",
        &["A1"],
    );
}

#[test]
fn stopped_assistance_is_shown_until_a_new_eligibility_exists() {
    let answer = patient_with(vec![], vec![stopped()]);
    shows(&answer, "assistance-shown-after-loss", "2", &["A1"]);

    let new = InsuranceRecord {
        qualification_date: Some(date(2025, 5, 1)),
        ..insurance()
    };
    shows(
        &patient_with(vec![new.clone()], vec![stopped()]),
        "one-valid",
        "1",
        &["01"],
    );

    let new_and_lost = InsuranceRecord {
        disqualification_date: Some(date(2025, 5, 10)),
        ..new
    };
    let answer = patient_with(vec![new_and_lost], vec![stopped()]);
    shows(&answer, "eligibility-lapsed", "2", &["01"]);
}

#[test]
fn an_insurance_from_before_the_assistance_is_no_new_eligibility() {
    let before = InsuranceRecord {
        qualification_date: Some(date(2010, 4, 1)),
        disqualification_date: Some(date(2024, 4, 1)),
        ..insurance()
    };
    let answer = patient_with(vec![before], vec![stopped()]);
    shows(&answer, "assistance-shown-after-loss", "2", &["A1"]);
}

#[test]
fn a_loss_to_another_insurance_that_has_not_arrived_is_superseded() {
    let record = InsuranceRecord {
        reason_of_loss: Some(ReasonOfLoss::OtherInsurance),
        ..lost()
    };
    let answer = patient_with(vec![record.clone()], vec![]);
    shows(&answer, "eligibility-superseded", "3", &["01"]);
    let answer = patient_with(vec![record, insurance()], vec![]);
    shows(&answer, "one-valid", "1", &["01"]);
}

#[test]
fn several_insurances_stand_before_assistance_too() {
    let answer = patient_with(vec![insurance(), insurance()], vec![assistance()]);
    shows(&answer, "several-valid", "5", &["01", "01", "A1"]);
}

#[test]
fn whether_several_insurances_of_a_card_are_told_apart_is_a_rule() {
    let mut counter = Counter::with(|setup| {
        setup.persons[0].insurance = vec![insurance(), insurance()];
        setup.rules.several_by_card = false;
    });
    let answer = counter.visual(CARD);
    assert_eq!(answer.decision, Decision::Ok);
    shows(&answer, "several-valid", "1", &["01", "01"]);
}

#[test]
fn the_order_of_insurance_and_assistance_is_a_rule() {
    let mut counter = Counter::with(|setup| {
        setup.persons[0].assistance = vec![assistance()];
        setup.rules.assistance_first = true;
    });
    let answer = counter.visual(CARD);
    shows(&answer, "insurance-and-assistance", "1", &["A1", "01"]);
}

#[test]
fn after_a_change_of_office_the_newest_assistance_counts() {
    let new = AssistanceRecord {
        office_name: "架空区福祉事務所".to_owned(),
        qualification_date: Some(date(2025, 5, 14)),
        ..assistance()
    };
    let answer = patient_with(vec![], vec![new, assistance()]);
    shows(&answer, "assistance-valid", "1", &["A1"]);
    let office = answer.results[0].text(Field::InsurerName);
    assert_eq!(office, Some("架空区福祉事務所"));
}

#[test]
fn before_april_2025_assistance_was_a_notice_without_an_office() {
    let mut counter = Counter::with(|setup| {
        setup.persons[0].insurance.clear();
        setup.persons[0].assistance = vec![assistance()];
        setup.rules.assistance = AssistanceDetail::NoticeOnly;
    });
    let answer = counter.visual(CARD);
    shows(&answer, "assistance-valid", "1", &["A1"]);
    assert_eq!(answer.results[0].iter().count(), 1);
}

#[test]
fn characters_that_the_data_base_lacks_are_delivered_as_circles() {
    let mut record = insurance();
    record.insured.name = "髙橋　試子".to_owned();
    let name = |answer: &Answer| answer.results[0].text(Field::Name).unwrap().to_owned();
    let answer = patient_with(vec![record.clone()], vec![]);
    assert_eq!(name(&answer), "●橋　試子");
    assert_eq!(answer.results[0].text(Field::NameKana), Some("ｼｹﾝ ﾀﾛｳ"));
    let mut counter = Counter::with(|setup| {
        setup.persons[0].insurance = vec![record];
        setup.rules.characters = CharacterSet::Cp932;
    });
    assert_eq!(name(&counter.visual(CARD)), "髙橋　試子");
}

#[test]
fn a_day_begins_at_midnight_in_japan() {
    // 2025-05-20T24:00 in Japan is three in the afternoon, UTC.
    let mut counter = Counter::with(|setup| {
        let insurance = &mut setup.persons[0].insurance[0];
        insurance.disqualification_date = Some(date(2025, 5, 21));
    });
    let midnight: jiff::Timestamp = "2025-05-20T15:00:00Z".parse().unwrap();
    for (seconds, day, decision) in [
        (-1, "20250520", QualificationValidity::Valid),
        (0, "20250521", QualificationValidity::Invalid),
    ] {
        counter.now = midnight + jiff::SignedDuration::from_secs(seconds);
        let answer = counter.visual(CARD);
        let field = |field| answer.fields.text(field);
        assert_eq!(field(Field::QualificationConfirmationDate), Some(day));
        assert_eq!(field(Field::QualificationValidity), Some(decision.code()));
        let session = counter.session();
        let listed =
            counter.ask(&in_session(Operation::History, &session).with(Field::DateFrom, day));
        assert_eq!(listed.fields.text(Field::TotalCount), Some("1"), "{day}");
    }
}
