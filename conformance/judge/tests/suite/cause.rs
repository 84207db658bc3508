//! The cause that is told is the one that the trace shows, and where it shows none, none is.

use madoguchi_counter::play;
use madoguchi_iso7816::Instruction;
use madoguchi_judge::judge;
use madoguchi_notation::Wording;
use madoguchi_trace::{ClientEvent, Event, HttpAnswer, HttpRequest, Posted, Trace, What};

/// The cause of the failure of one requirement, in English; nothing where none is told.
#[track_caller]
fn likely(trace: &Trace, requirement: &str) -> Option<String> {
    let verdicts = judge(trace);
    let mut failed = verdicts.failed();
    let (verdict, _) = failed
        .find(|(verdict, _)| verdict.requirement == requirement)
        .unwrap_or_else(|| panic!("{requirement} does not fail: {verdicts:#?}"));
    verdict.likely().map(|Wording { en, .. }| en.clone())
}

fn is_failed(trace: &Trace, requirement: &str) -> bool {
    let verdicts = judge(trace);
    let mut failed = verdicts.failed();
    failed.any(|(verdict, _)| verdict.requirement == requirement)
}

fn requests(trace: &mut Trace) -> impl Iterator<Item = &mut HttpRequest> {
    trace
        .events
        .iter_mut()
        .filter_map(|event| match &mut event.what {
            What::Request(request) => Some(request),
            _ => None,
        })
}

fn answers(trace: &mut Trace) -> impl Iterator<Item = &mut HttpAnswer> {
    trace
        .events
        .iter_mut()
        .filter_map(|event| match &mut event.what {
            What::Answer(answer) => Some(&mut **answer),
            _ => None,
        })
}

/// The answers to requests for eligibility become refusals.
fn refuse(trace: &mut Trace, decision: &str, rule: &str) {
    let asks = |request: &HttpRequest| {
        let operation = request.operation.as_deref().unwrap_or_default();
        operation.starts_with("eligibility")
    };
    let refused: Vec<u32> = requests(trace)
        .filter(|request| asks(request))
        .map(|request| request.exchange)
        .collect();
    for answer in answers(trace) {
        if refused.contains(&answer.exchange) {
            answer.decision = decision.into();
            answer.rule = rule.into();
            answer.fields = [("result-message".into(), "signature: not base64".into())]
                .into_iter()
                .collect();
        }
    }
}

#[test]
fn a_signature_is_named_by_what_it_is_over_and_not_guessed_at() {
    for (rule, told) in [
        (
            "signature-over-base64-nonce",
            Some("over the base64 text of the nonce"),
        ),
        ("signature-over-hash-twice", Some("hashed again")),
        ("signature-by-another-card", Some("another card's key")),
        ("signature-wrong", None),
    ] {
        let mut trace = play("happy/pin", "");
        refuse(&mut trace, "SIGNATURE_INVALID", rule);
        let likely = likely(&trace, "service.signed-challenge");
        assert_eq!(likely.is_some(), told.is_some(), "{rule}: {likely:?}");
        let likely = likely.unwrap_or_default();
        assert!(
            likely.contains(told.unwrap_or_default()),
            "{rule}: {likely}"
        );
    }
}

#[test]
fn a_request_that_could_not_be_read_is_the_cause_and_not_the_request_id() {
    let mut trace = play("happy/pin", "");
    refuse(&mut trace, "MALFORMED", "field-malformed");
    let requirement = "service.request-well-formed";
    let told = likely(&trace, requirement).expect("a cause");
    assert!(
        told.contains("field-malformed: signature: not base64"),
        "{told}"
    );
    refuse(&mut trace, "MALFORMED", "request-id-of-another-request");
    let told = likely(&trace, requirement).expect("a cause");
    assert!(told.contains("request-id-of-another-request"), "{told}");
}

#[test]
fn a_request_without_the_session_that_was_opened_is_one_that_the_service_cannot_take() {
    let requirement = "service.request-well-formed";
    let mut trace = play("happy/pin", "");
    refuse(&mut trace, "SESSION_INVALID", "session-token-missing");
    assert!(is_failed(&trace, requirement));
    // that it ended could not be known
    refuse(&mut trace, "SESSION_INVALID", "session-idle");
    assert!(!is_failed(&trace, requirement));
}

/// A trace in which what was posted is not the certificate.
fn posting(scenario: &str, posted: Posted) -> Trace {
    let mut trace = play(scenario, "");
    refuse(&mut trace, "CERT_UNKNOWN", "certificate-unknown");
    for request in requests(&mut trace) {
        for (name, value) in &mut request.fields {
            if name == "certificate" {
                *value = "auth-certificate:unknown".into();
                request.posted = Some(Box::new(posted.clone()));
            }
        }
    }
    trace
}

#[test]
fn a_certificate_that_is_cut_off_is_named_after_a_look_and_after_a_pin() {
    let cut = Posted {
        form: "beginning".into(),
        len: 1280,
        of: Some(1712),
        at: None,
    };
    for scenario in ["happy/visual", "happy/pin"] {
        let trace = posting(scenario, cut.clone());
        let told = likely(&trace, "card.certificate-from-card").expect("a cause");
        assert!(told.contains("cut off: 1,280 of 1,712 bytes"), "{told}");
        assert!(told.contains("READ BINARY"), "{told}");
    }
}

#[test]
fn where_reading_stopped_is_told() {
    let cut = Posted {
        form: "beginning".into(),
        len: 256,
        of: Some(1712),
        at: None,
    };
    let mut trace = posting("happy/visual", cut);
    let mut reads = 0;
    trace.events.retain_mut(|event| match &mut event.what {
        What::Card(apdu) if apdu.name == Instruction::READ_BINARY => {
            reads += 1;
            apdu.answer = Some("len=256".into());
            reads == 1
        }
        _ => true,
    });
    let told = likely(&trace, "card.certificate-from-card").expect("a cause");
    assert_eq!(
        told,
        "the certificate is cut off: 256 of 1,712 bytes; reading stopped after the first READ BINARY, of 256"
    );
}

#[test]
fn an_earlier_cards_certificate_is_told_only_where_it_was_one() {
    let earlier = play("patients/second-card", "card.certificate-from-card");
    assert!(likely(&earlier, "card.certificate-from-card").is_some());
    let unknown = Posted {
        form: "unknown".into(),
        len: 900,
        of: None,
        at: None,
    };
    let trace = posting("happy/visual", unknown);
    assert_eq!(likely(&trace, "card.certificate-from-card"), None);
}

#[test]
fn a_command_before_its_selection_is_the_cause() {
    let mut trace = play("happy/visual", "");
    let mut is_over = false;
    trace
        .events
        .retain_mut(|event: &mut Event| match &mut event.what {
            What::Card(apdu) if apdu.name == Instruction::SELECT => false,
            What::Card(apdu) => {
                apdu.application = None;
                apdu.file = None;
                apdu.answer = None;
                apdu.sw = Some("6986".into());
                true
            }
            What::Request(request) => {
                let operation = request.operation.as_deref().unwrap_or_default();
                is_over |= operation.starts_with("eligibility");
                !is_over
            }
            What::Answer(_) | What::Client(ClientEvent::Screen(_)) => !is_over,
            _ => true,
        });
    let told = likely(&trace, "contract.card-awaited").expect("a cause");
    assert_eq!(
        told,
        "READ BINARY was sent before an application was selected (6986)"
    );
}
