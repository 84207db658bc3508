//! Equal scenario and seed, equal canonical trace.

use madoguchi_counter::play;
use madoguchi_trace::canonical;
use madoguchi_trace::{ClientEvent, PcscEvent, Trace, What};

/// The same case a year and a day later, with other ports, times and request ids.
fn another_day(mut trace: Trace) -> Trace {
    trace.header.at = "2027-11-22T18:30:00+09:00".into();
    trace.header.tool = "madoguchi 0.2.0".into();
    for event in &mut trace.events {
        event.us *= 3;
        match &mut event.what {
            What::Request(request) => {
                if let Some(id) = request.fields.get_mut("request-id") {
                    *id = format!("other-{id}").into();
                }
            }
            What::Answer(answer) => {
                if let Some(lost) = answer.fields.get_mut("results.0.disqualification-date") {
                    *lost = "20271101".into();
                }
            }
            What::Client(ClientEvent::Screen(screen)) => {
                for (label, value) in &mut screen.fields {
                    if label == "資格喪失年月日" {
                        *value = "令和09年11月01日".into();
                    }
                }
            }
            _ => {}
        }
    }
    trace
}

#[test]
fn a_run_on_another_day_has_the_same_canonical_form() {
    for id in ["happy/visual", "eligibility/expired", "web/answer-lost"] {
        let today = play(id, "");
        let later = another_day(today.clone());
        assert_ne!(today, later);
        assert_eq!(
            canonical(&today).unwrap(),
            canonical(&later).unwrap(),
            "{id}"
        );
    }
}

#[test]
fn what_was_typed_on_another_day_is_the_same_offset() {
    let typed = |at: &str, from: &str| {
        let mut trace = play("home/later-visit", "");
        at.clone_into(&mut trace.header.at);
        for event in &mut trace.events {
            if let What::Step(step) = &mut event.what
                && step.action.as_str() == "visit-again"
            {
                let typed = format!(r#"{{"care":"home-visit","date-from":"{from}"}}"#);
                step.value = Some(typed.into());
            }
        }
        canonical(&trace).unwrap()
    };
    let today = typed("2026-11-21T09:00:00+09:00", "20261022");
    assert_eq!(today, typed("2027-11-21T09:00:00+09:00", "20271022"));
    assert_ne!(today, typed("2027-11-21T09:00:00+09:00", "20271023"));
    assert!(today.contains("at-30d"));
}

#[test]
fn what_the_client_does_differently_stays_visible() {
    let healthy = canonical(&play("web/answer-lost", "")).unwrap();
    let broken = canonical(&play("web/answer-lost", "service.same-request-on-retry")).unwrap();
    assert_ne!(healthy, broken);
    assert!(healthy.contains("request-id#1") && !healthy.contains("request-id#2"));
    assert!(broken.contains("request-id#2"));
}

#[test]
fn when_a_call_returns_that_another_program_kept_waiting_is_no_matter() {
    let returned = |has_waited: bool, after: usize| {
        let mut trace = play("happy/visual", "");
        let mut late = trace.events[after].clone();
        late.what = What::Pcsc(PcscEvent {
            call: "connect".into(),
            context: 9,
            detail: None,
            rv: "8010000C".into(),
            has_waited,
        });
        trace.events.insert(after, late);
        canonical(&trace).unwrap()
    };
    assert_eq!(returned(true, 3), returned(true, 7));
    assert_ne!(returned(false, 3), returned(false, 7));
}
