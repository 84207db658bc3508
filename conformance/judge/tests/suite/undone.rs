//! Acts that could not be done: told by themselves, and never as the failure of something else.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::undone::{Undone, Why};
use madoguchi_judge::verdict::{Outcome, Overall, Verdicts};
use madoguchi_scenarios::Action;
use madoguchi_terms::Lang;
use madoguchi_trace::{ClientEvent, Event, Screen, Text, Trace, What};

const RETRY: &str = "再試行";
const AGREE: &str = "同意する";
const CHECK: &str = "資格確認する";

/// How a client answers where it cannot do something.
#[derive(Clone, Copy, PartialEq)]
enum Says {
    Error,
    Nothing,
}

/// A client with other buttons that gets no further from where this one is to be pressed.
fn stuck(id: &str, label: &str, says: Says, buttons: impl Fn(&mut Screen)) -> Trace {
    let mut trace = play(id, "");
    let mut is_stuck = false;
    let mut events: Vec<Event> = Vec::new();
    for mut event in std::mem::take(&mut trace.events) {
        let mut error = None;
        match &mut event.what {
            What::Step(step) => {
                is_stuck |= step.action == Action::Press && step.value.as_deref() == Some(label);
                let refuses = is_stuck && step.id > 0 && says == Says::Error;
                error = refuses.then(|| ClientEvent::Error {
                    n: 99,
                    text: "there is no such button".into(),
                });
            }
            What::Client(ClientEvent::Screen(screen)) if !is_stuck => buttons(screen),
            What::Client(ClientEvent::Done { .. }) | What::Exit(_) => {}
            _ if is_stuck => continue,
            _ => {}
        }
        events.push(event);
        events.extend(error.map(|error| Event {
            seq: 0,
            us: 0,
            what: What::Client(error),
        }));
    }
    for (seq, event) in (1..).zip(&mut events) {
        (event.seq, event.us) = (seq, seq * 1_000);
        // the client counts on
        match &mut event.what {
            What::Client(ClientEvent::Screen(screen)) => screen.n = seq,
            What::Client(ClientEvent::Error { n, .. }) => *n = seq,
            _ => {}
        }
    }
    Trace { events, ..trace }
}

fn without(label: &'static str) -> impl Fn(&mut Screen) {
    move |screen| screen.buttons.retain(|button| button != label)
}

fn called(label: &'static str, own: &'static str) -> impl Fn(&mut Screen) {
    move |screen| {
        for button in &mut screen.buttons {
            if button == label {
                *button = Text::from(own);
            }
        }
    }
}

#[track_caller]
fn first<'v>(verdicts: &'v Verdicts, label: &str) -> &'v Undone {
    let undone = verdicts.undone.first().expect("an act that was not done");
    assert_eq!(undone.value.as_deref(), Some(label));
    undone
}

fn failed(verdicts: &Verdicts) -> Vec<&str> {
    let failed = verdicts.failed();
    failed.map(|(one, _)| one.requirement.as_str()).collect()
}

fn outcome<'v>(verdicts: &'v Verdicts, requirement: &str) -> &'v Outcome {
    let mut all = verdicts.verdicts.iter();
    let found = all.find(|verdict| verdict.requirement == requirement);
    &found.expect("the requirement is judged").outcome
}

#[track_caller]
fn is_not_reached(verdicts: &Verdicts, requirement: &str, step: usize) {
    match outcome(verdicts, requirement) {
        Outcome::Inconclusive {
            undone, caused_by, ..
        } => assert_eq!((*undone, caused_by), (Some(step), &None), "{requirement}"),
        other => panic!("{requirement}: {other:?}"),
    }
}

#[test]
fn a_missing_button_that_nobody_asks_for_fails_nothing_and_passes_nothing() {
    for says in [Says::Error, Says::Nothing] {
        let verdicts = judge(&stuck("web/answer-lost", RETRY, says, without(RETRY)));
        assert_eq!(failed(&verdicts), [""; 0]);
        assert_eq!(verdicts.overall(), Overall::Failed);
        let undone = first(&verdicts, RETRY);
        assert_eq!(undone.why, Why::NoSuchButton);
        assert!(verdicts.hangs_on(undone));
        assert!(!undone.leaves_open.is_empty());
        for requirement in &undone.leaves_open {
            is_not_reached(&verdicts, requirement, undone.step);
        }
        let title = undone.screen.as_deref().expect("a screen");
        for lang in [Lang::Ja, Lang::En] {
            let words = undone.in_words();
            let words = words.get(lang);
            let told = [RETRY, title, &undone.buttons[0], &undone.step.to_string()];
            for told in told {
                assert!(words.contains(told), "{told}: {words}");
            }
        }
    }
}

#[test]
fn a_missing_button_that_a_requirement_asks_for_fails_that_one_alone() {
    let verdicts = judge(&stuck(
        "registration/full",
        AGREE,
        Says::Error,
        without(AGREE),
    ));
    assert_eq!(failed(&verdicts), ["registration.consent-first"]);
    let undone = first(&verdicts, AGREE);
    assert_eq!(undone.breaks, ["registration.consent-first"]);
    // what stands before the same screen afterwards is no news
    assert!(verdicts.undone.len() > 1);
    assert_eq!(verdicts.told_undone().count(), 1);
    let (_, failure) = verdicts.failed().next().expect("a failure");
    assert_eq!(failure.likely, None);
    for requirement in ["registration.card-read-again", "registration.recheck-after"] {
        match outcome(&verdicts, requirement) {
            Outcome::Inconclusive { caused_by, .. } => {
                assert_eq!(caused_by.as_deref(), Some("registration.consent-first"));
            }
            other => panic!("{requirement}: {other:?}"),
        }
    }
    // a completed registration that leads nowhere fails as before
    let verdicts = judge(&stuck(
        "registration/full",
        CHECK,
        Says::Error,
        without(CHECK),
    ));
    assert_eq!(failed(&verdicts), ["registration.recheck-after"]);
    assert_eq!(
        first(&verdicts, CHECK).breaks,
        ["registration.recheck-after"]
    );
}

#[test]
fn a_button_in_a_word_that_nobody_knows_fails_nothing_and_is_asked_about() {
    for (label, own) in [
        (CHECK, "ふたたび"),
        (AGREE, "わかった"),
        (RETRY, "も一ぺん"),
    ] {
        let id = if label == RETRY {
            "web/answer-lost"
        } else {
            "registration/full"
        };
        let trace = stuck(id, label, Says::Error, called(label, own));
        let verdicts = judge(&trace);
        assert_eq!(failed(&verdicts), [""; 0], "{label}");
        assert_eq!(verdicts.overall(), Overall::Failed);
        let undone = first(&verdicts, label);
        assert_eq!(undone.why, Why::UnknownWord);
        assert_eq!(undone.perhaps, [own]);
        let help = undone.help().expect("a hint");
        let block = format!("buttons: {{ {label}: {own} }}");
        for lang in [Lang::Ja, Lang::En] {
            assert!(help.get(lang).contains(&block), "{help:?}");
        }
    }
}

#[test]
fn a_word_of_the_scenario_that_nobody_knows_is_told_with_the_one_that_was_meant() {
    let mut trace = stuck("web/answer-lost", RETRY, Says::Error, |_| ());
    for event in &mut trace.events {
        if let What::Step(step) = &mut event.what
            && step.value.as_deref() == Some(RETRY)
        {
            step.value = Some("再試考".into());
            step.line = Some(19);
        }
    }
    let verdicts = judge(&trace);
    assert_eq!(failed(&verdicts), [""; 0]);
    let undone = first(&verdicts, "再試考");
    assert_eq!(
        (undone.line, undone.meant.as_deref()),
        (Some(19), Some(RETRY))
    );
    assert!(undone.in_words().en.contains("line 19"));
    assert!(undone.help().expect("a hint").ja.contains(RETRY));
}

#[test]
fn what_buttons_there_are_is_not_guessed_where_none_are_told() {
    let none = |screen: &mut Screen| screen.buttons.clear();
    let verdicts = judge(&stuck("web/answer-lost", RETRY, Says::Error, none));
    assert_eq!(failed(&verdicts), [""; 0]);
    assert_eq!(first(&verdicts, RETRY).why, Why::NotTold);
    // without a word from the client nothing can be known
    let verdicts = judge(&stuck("web/answer-lost", RETRY, Says::Nothing, none));
    assert_eq!(verdicts.undone, []);
    // where a page is to be turned, the button may stand on the next one
    let paged = stuck(
        "registration/full",
        AGREE,
        Says::Error,
        called(AGREE, "次へ"),
    );
    let verdicts = judge(&paged);
    assert_eq!(failed(&verdicts), [""; 0]);
    assert_eq!(first(&verdicts, AGREE).why, Why::UnknownWord);
}

#[test]
fn a_button_that_is_there_and_does_nothing_is_told_only_where_the_client_says_so() {
    let verdicts = judge(&stuck("web/answer-lost", RETRY, Says::Error, |_| ()));
    assert_eq!(first(&verdicts, RETRY).why, Why::Refused);
    let verdicts = judge(&stuck("web/answer-lost", RETRY, Says::Nothing, |_| ()));
    assert_eq!(verdicts.undone, []);
}

#[test]
fn a_client_that_needs_no_such_press_passes() {
    let healthy = judge(&play("eligibility/elderly", ""));
    assert_eq!(healthy.undone, []);
    let mut trace = play("eligibility/elderly", "");
    for event in &mut trace.events {
        if let What::Step(step) = &mut event.what
            && step.action == Action::Press
        {
            step.value = Some(RETRY.into());
        }
    }
    let verdicts = judge(&trace);
    assert_eq!(verdicts.overall(), Overall::Passed);
    for undone in &verdicts.undone {
        assert!(!verdicts.hangs_on(undone), "{undone:?}");
    }
}

#[test]
fn nobody_refused_by_a_button_that_is_not_there() {
    let healthy = judge(&play("registration/refused", ""));
    assert_eq!(
        outcome(&healthy, "registration.refusal-ends"),
        &Outcome::Pass
    );
    let trace = stuck(
        "registration/refused",
        "同意しない",
        Says::Error,
        without("同意しない"),
    );
    let open = judge(&trace);
    assert!(matches!(
        outcome(&open, "registration.refusal-ends"),
        Outcome::Inconclusive { .. }
    ));
    assert_eq!(open.overall(), Overall::Failed);
}
