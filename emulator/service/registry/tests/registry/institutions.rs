//! 居宅同意 and オンライン診療 (HC-01 … HC-06), and medical information for those who may see it.

use jiff::SignedDuration;
use madoguchi_eligibility::{
    Answer, ConsentEndReason, Decision, Field, Method, Operation, Request,
};
use madoguchi_registry::{Facility, InstitutionConsent, Person, Setup, Terminal, TerminalKind};

use crate::counter::*;

const CLINIC: &str = "9910000001";
const CLINIC_TERMINAL: &[u8] = b"certificate of the clinic's terminal";

/// The counter's terminal is the mobile of a home visit; the clinic has a 資格確認端末.
fn home_visit(change: impl FnOnce(&mut Setup)) -> Counter {
    Counter::at(TerminalKind::HomeConsent, |setup| {
        setup.facilities.push(Facility {
            accounts: setup.facilities[0].accounts.clone(),
            ..Facility::new(CLINIC.parse().unwrap())
        });
        setup.terminals.push(Terminal {
            kind: TerminalKind::Institution,
            ..Terminal::new("clinic", CLINIC.parse().unwrap(), CLINIC_TERMINAL.to_vec())
        });
        change(setup);
    })
}

fn consent(counter: &mut Counter, session: &str, care: &str, information: &str) -> Request {
    let request = in_session(Operation::InstitutionConsent, session)
        .with(Field::DesignatedInstitution, CLINIC)
        .with(Field::CareCategory, care)
        .with(Field::InformationConsent, information);
    with_proof(counter, session, request)
}

/// A consent of before.
fn consented(id: &str, institution: &str, ended: Option<ConsentEndReason>) -> InstitutionConsent {
    InstitutionConsent {
        id: id.to_owned(),
        person: "shiken-taro".to_owned(),
        institution: institution.parse().unwrap(),
        care: madoguchi_eligibility::CareCategory::HomeVisit,
        given_at: now(),
        information: true,
        ended,
    }
}

fn designate(counter: &mut Counter, care: &str) -> String {
    let session = counter.session();
    let request = consent(counter, &session, care, "1");
    let answer = counter.accepts(&request, "institution-consent-recorded");
    answer.fields.text(Field::ConsentId).unwrap().to_owned()
}

/// The clinic's session.
fn clinic(counter: &mut Counter) -> String {
    counter.terminal = Some(CLINIC_TERMINAL);
    let request = login().with(Field::FacilityCode, CLINIC);
    let answer = counter.accepts(&request, "logged-in");
    answer.fields.text(Field::SessionToken).unwrap().to_owned()
}

fn revisit(counter: &mut Counter) -> Answer {
    let session = clinic(counter);
    counter.ask(&in_session(Operation::EligibilityByConsent, &session))
}

#[test]
fn the_first_visit_needs_card_and_pin_and_the_second_neither() {
    let mut counter = home_visit(|_| {});
    designate(&mut counter, "2");
    counter.now += SignedDuration::from_hours(24 * 14);
    let answer = revisit(&mut counter);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::Ok, "designated-by-patients")
    );
    let result = &answer.results[0];
    assert_eq!(result.text(Field::NameKana), Some("ｼｹﾝ ﾀﾛｳ"));
    assert_eq!(result.text(Field::ConsentClassification), Some("1"));
    assert_eq!(result.text(Field::ConsentEndReason), None);
}

#[test]
fn an_institution_that_nobody_designated_finds_nobody() {
    let mut counter = home_visit(|setup| {
        setup.institution_consents = vec![consented("of-another", FACILITY, None)];
    });
    let answer = revisit(&mut counter);
    assert_eq!(
        (answer.decision, answer.rule),
        (
            Decision::NoQualification,
            "nobody-designated-this-institution"
        )
    );
}

#[test]
fn a_consent_that_ended_keeps_eligibility_and_says_why_information_is_gone() {
    for (why, code) in [
        (ConsentEndReason::ByInstitution, "1"),
        (ConsentEndReason::ByPatient, "2"),
        (ConsentEndReason::ChangeOfUse, "3"),
    ] {
        let mut counter = home_visit(|setup| {
            setup.institution_consents = vec![consented("ended", CLINIC, Some(why))];
        });
        let answer = revisit(&mut counter);
        let result = &answer.results[0];
        assert_eq!(result.text(Field::ConsentClassification), Some("2"));
        assert_eq!(result.text(Field::ConsentEndReason), Some(code));
        let session = clinic(&mut counter);
        let request = information(&session).with(Field::ConsentId, "ended");
        counter.refuses(&request, Decision::ConsentMissing, "consent-is-over");
    }
}

#[test]
fn online_care_needs_consent_every_time() {
    let mut counter = home_visit(|_| {});
    designate(&mut counter, "3");
    assert_eq!(revisit(&mut counter).rule, "designated-by-patients");
    counter.now += SignedDuration::from_hours(24);
    let answer = revisit(&mut counter);
    assert_eq!(
        (answer.decision, answer.rule),
        (Decision::ConsentMissing, "online-consent-of-another-day")
    );
    assert!(answer.results.is_empty());
}

#[test]
fn a_designation_is_proved_by_sight_or_by_the_pin_and_its_signature() {
    let mut counter = home_visit(|_| {});
    let session = counter.session();
    let request = in_session(Operation::InstitutionConsent, &session)
        .with(Field::DesignatedInstitution, CLINIC)
        .with(Field::CareCategory, "2")
        .with(Field::InformationConsent, "1")
        .with(Field::Method, "pin")
        .with(Field::Certificate, CARD);
    counter.refuses(&request, Decision::ChallengeUnknown, "challenge-missing");
    let by_sight = request.with(Field::Method, "visual");
    counter.accepts(&by_sight, "institution-consent-recorded");
    let request = consent(&mut counter, &session, "2", "1").with(Field::Signature, vec![0_u8; 256]);
    counter.refuses(&request, Decision::SignatureInvalid, "signature-wrong");
}

#[test]
fn a_profile_may_take_the_pin_alone_for_a_consent() {
    let mut counter = home_visit(|setup| setup.rules.consent_methods = vec![Method::Pin]);
    let session = counter.session();
    let request = consent(&mut counter, &session, "2", "1").with(Field::Method, "visual");
    counter.refuses(&request, Decision::NotPermitted, "method-not-offered");
}

#[test]
fn a_designation_names_an_institution_and_a_kind_of_care() {
    let mut counter = home_visit(|_| {});
    let session = counter.session();
    let nowhere =
        consent(&mut counter, &session, "2", "1").with(Field::DesignatedInstitution, "9999999999");
    counter.refuses(&nowhere, Decision::NotPermitted, "institution-unknown");
    let outpatient = consent(&mut counter, &session, "1", "1");
    counter.refuses(&outpatient, Decision::Malformed, "care-category-unknown");
    let unanswered = consent(&mut counter, &session, "2", "3");
    counter.refuses(
        &unanswered,
        Decision::Malformed,
        "information-consent-unknown",
    );
}

#[test]
fn the_dates_of_consent_narrow_the_search() {
    let mut counter = home_visit(|_| {});
    designate(&mut counter, "2");
    let session = clinic(&mut counter);
    let request = in_session(Operation::EligibilityByConsent, &session);
    let today = request
        .clone()
        .with(Field::DateFrom, "20250521")
        .with(Field::DateTo, "20250521");
    assert_eq!(counter.ask(&today).results.len(), 1);
    let tomorrow = request.clone().with(Field::DateFrom, "20250522");
    assert!(counter.ask(&tomorrow).results.is_empty());
    let online = request.with(Field::CareCategory, "3");
    assert!(counter.ask(&online).results.is_empty());
}

fn information(session: &str) -> Request {
    in_session(Operation::MedicalInformation, session).with(Field::InformationKind, "YZK")
}

#[test]
fn an_institution_sees_medical_information_with_the_patients_consent() {
    let mut counter = Counter::at(TerminalKind::Institution, |_| {});
    let session = counter.session();
    let request = information(&session).with(Field::Certificate, CARD);
    counter.refuses(
        &request,
        Decision::ConsentMissing,
        "information-not-consented",
    );
    let request = request.with(Field::InformationConsent, "1");
    let answer = counter.accepts(&request, "information-by-card");
    let text = answer.fields.text(Field::InformationText).unwrap();
    assert!(text.contains("模擬"), "{text}");
    let request = request.with(Field::InformationKind, "XXX");
    counter.refuses(&request, Decision::Malformed, "information-kind-unknown");
}

#[test]
fn a_certificate_in_grace_gives_eligibility_and_no_more() {
    let mut counter = Counter::at(TerminalKind::Institution, |setup| {
        setup.certificates[0].not_after = now() - SignedDuration::from_secs(1);
    });
    let request = information(&counter.session())
        .with(Field::Certificate, CARD)
        .with(Field::InformationConsent, "1");
    counter.refuses(&request, Decision::CertExpired, "grace-is-for-eligibility");
}

#[test]
fn a_mobile_that_takes_consent_sees_no_medical_information() {
    let mut counter = home_visit(|_| {});
    let request = information(&counter.session())
        .with(Field::Certificate, CARD)
        .with(Field::InformationConsent, "1");
    counter.refuses(&request, Decision::NotPermitted, "eligibility-only");
}

#[test]
fn what_is_taken_over_after_midnight_is_not_of_the_same_day() {
    let mut counter = home_visit(|_| {});
    designate(&mut counter, "2");
    let evening = counter.now;
    for (later, flag) in [
        (SignedDuration::from_hours(14), "1"), // 23:30
        (SignedDuration::from_hours(15), "0"), // 00:30
    ] {
        counter.now = evening + later;
        let answer = revisit(&mut counter);
        assert_eq!(answer.results[0].text(Field::SameDay), Some(flag));
    }
}

/// A patient's own device shows no certificate of a terminal.
fn at_the_entrance(counter: &mut Counter, token: &str) -> Answer {
    counter.terminal = None;
    let request = Request::new(Operation::PatientEntrance).with(Field::EntranceToken, token);
    counter.ask(&request)
}

#[test]
fn a_patient_consents_on_a_device_of_his_own() {
    let mut counter = home_visit(|_| {});
    counter
        .registry
        .open_entrance_for(CLINIC.parse().unwrap(), "of-the-clinic");
    let answer = at_the_entrance(&mut counter, "of-the-clinic");
    assert_eq!(answer.rule, "patient-came-in");
    assert_eq!(
        answer.fields.text(Field::DesignatedInstitution),
        Some(CLINIC)
    );
    let session = answer.fields.text(Field::SessionToken).unwrap().to_owned();
    let request = consent(&mut counter, &session, "2", "1");
    counter.accepts(&request, "institution-consent-recorded");
    // and nothing else: the device is no terminal
    counter.refuses(
        &visual(&session, CARD),
        Decision::TerminalUnknown,
        "terminal-certificate-missing",
    );
    assert_eq!(revisit(&mut counter).decision, Decision::Ok);
}

#[test]
fn an_entrance_leads_to_its_own_institution() {
    let mut counter = home_visit(|_| {});
    counter
        .registry
        .open_entrance_for(FACILITY.parse().unwrap(), "of-another");
    assert_eq!(
        at_the_entrance(&mut counter, "guessed").rule,
        "entrance-unknown"
    );
    let answer = at_the_entrance(&mut counter, "of-another");
    let session = answer.fields.text(Field::SessionToken).unwrap().to_owned();
    let request = consent(&mut counter, &session, "2", "1");
    counter.refuses(
        &request,
        Decision::NotPermitted,
        "institution-of-another-entrance",
    );
}

#[test]
fn records_under_verification_are_not_taken_over() {
    let mut counter = home_visit(|_| {});
    designate(&mut counter, "2");
    let withheld = |person: &mut Person| person.withheld = true;
    assert!(counter.registry.change_person("shiken-taro", withheld));
    assert!(revisit(&mut counter).results.is_empty());
}

#[test]
fn a_patient_who_consents_again_is_listed_once_with_the_newest_consent() {
    let mut counter = home_visit(|setup| {
        let ended = Some(ConsentEndReason::ByPatient);
        setup.institution_consents = vec![consented("ended", CLINIC, ended)];
    });
    designate(&mut counter, "2");
    let answer = revisit(&mut counter);
    let states = answer
        .results
        .iter()
        .map(|row| row.text(Field::ConsentClassification));
    assert_eq!(states.collect::<Vec<_>>(), [Some("1")]);

    counter.terminal = Some(TERMINAL);
    designate(&mut counter, "3");
    assert_eq!(revisit(&mut counter).results.len(), 2, "for each care");
}

#[test]
fn each_patient_has_a_validity_of_his_or_her_own() {
    let consent_of = |person: &str| InstitutionConsent {
        id: format!("of-{person}"),
        person: person.to_owned(),
        institution: CLINIC.parse().unwrap(),
        care: madoguchi_eligibility::CareCategory::HomeVisit,
        given_at: now(),
        information: true,
        ended: None,
    };
    let mut counter = home_visit(|setup| {
        let mut lapsed = setup.persons[0].clone();
        lapsed.id = "lapsed".to_owned();
        lapsed.insurance[0].disqualification_date = Some(jiff::civil::date(2025, 4, 1));
        setup.persons.push(lapsed);
        setup.institution_consents = vec![consent_of("shiken-taro"), consent_of("lapsed")];
    });
    let answer = revisit(&mut counter);
    let validity = answer
        .results
        .iter()
        .map(|row| row.text(Field::QualificationValidity));
    assert_eq!(validity.collect::<Vec<_>>(), [Some("1"), Some("2")]);
}
