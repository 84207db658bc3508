//! Screens that another program read off: what had no place there is neither passed nor failed, and an order
//! that was not seen is not guessed.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Outcome;
use madoguchi_trace::Binding;
use madoguchi_trace::{ClientEvent, ReadOff, Readable, Screen, Sight, Text, Trace, What};

fn screens(trace: &mut Trace) -> impl Iterator<Item = (u64, &mut Screen)> {
    trace
        .events
        .iter_mut()
        .filter_map(|event| match &mut event.what {
            What::Client(ClientEvent::Screen(screen)) => Some((event.us, screen)),
            _ => None,
        })
}

/// A played scenario as if its screens had been read off a page, by a map that has a place for all that
/// a healthy client shows.
fn read_off(id: &str, broken: &str) -> Trace {
    let mut trace = play(id, broken);
    let mut healthy = play(id, "");
    let known = screens(&mut healthy).map(|(_, screen)| Readable {
        title: Some(screen.title.to_string()),
        number: screen.number.as_deref().map(str::to_owned),
        numbered: false,
        fields: screen
            .fields
            .iter()
            .map(|(label, _)| label.to_string())
            .collect(),
        buttons: screen.buttons.iter().map(Text::to_string).collect(),
    });
    trace.header.sight = Some(Sight {
        binding: Binding::Page,
        screens: known.collect(),
    });
    for (us, screen) in screens(&mut trace) {
        let words: Vec<&str> = screen
            .fields
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let text = Some(words.join("\n").into());
        let since = us.saturating_sub(1);
        screen.read_off = Some(Box::new(ReadOff { since, text }));
    }
    trace
}

fn reread(screen: &mut Screen) -> &mut ReadOff {
    screen.read_off.as_mut().expect("read off")
}

fn outcome(trace: &Trace, requirement: &str) -> Outcome {
    let verdicts = judge(trace);
    let mut all = verdicts.verdicts.into_iter();
    all.find(|one| one.requirement == requirement)
        .expect("a known requirement")
        .outcome
}

fn is_open(trace: &Trace, requirement: &str) -> bool {
    matches!(outcome(trace, requirement), Outcome::Inconclusive { .. })
}

const ATTEMPTS: &str = "credential.attempts-shown";
const LAPSED: &str = "result.lapsed-is-not-valid";
const CLEARED: &str = "result.previous-patient-cleared";
const ANSWERED: &str = "result.needs-answer";

#[test]
fn what_was_read_off_whole_is_judged_as_if_the_client_had_said_it() {
    for (id, requirement) in [("pin/one-wrong", ATTEMPTS), ("eligibility/expired", LAPSED)] {
        let healthy = read_off(id, "");
        assert_eq!(outcome(&healthy, requirement), Outcome::Pass, "{id}");
        assert_eq!(judge(&healthy).binding, Some(Binding::Page));
        let broken = outcome(&read_off(id, requirement), requirement);
        assert!(matches!(broken, Outcome::Fail(_)), "{id}: {broken:?}");
    }
}

#[test]
fn what_has_no_place_is_neither_passed_nor_failed() {
    for (id, requirement, label) in [
        ("pin/one-wrong", ATTEMPTS, "残り回数"),
        ("eligibility/expired", LAPSED, "資格有効性"),
        ("happy/visual", "result.delivered-fields-shown", "枝番"),
    ] {
        for broken in ["", requirement] {
            let mut trace = read_off(id, broken);
            for known in &mut trace.header.sight.as_mut().expect("read off").screens {
                known.fields.retain(|field| field != label);
            }
            for (_, screen) in screens(&mut trace) {
                screen.fields.retain(|(field, _)| field != label);
            }
            assert!(is_open(&trace, requirement), "{id} {broken}");
        }
    }
}

#[test]
fn a_screen_that_nobody_knows_leaves_all_screens_open() {
    let mut trace = read_off("pin/one-wrong", "");
    let (_, last) = screens(&mut trace).last().expect("a screen");
    last.title = Text::default();
    assert!(is_open(&trace, ATTEMPTS) && is_open(&trace, ANSWERED));
    let card = outcome(&trace, "credential.one-verify-per-entry");
    assert_eq!(card, Outcome::Pass);
}

#[test]
fn what_is_left_of_a_patient_is_found_in_all_that_can_be_read() {
    let mut trace = read_off("patients/lapsed-next", "");
    assert_eq!(outcome(&trace, CLEARED), Outcome::Pass);
    let named = |screen: &Screen| {
        let mut fields = screen.fields.iter();
        fields
            .find(|(label, _)| label == "氏名")
            .map(|(_, value)| value.clone())
    };
    let first = screens(&mut trace).find_map(|(_, screen)| named(screen));
    let first = first.expect("a name");
    let choice = |trace: &mut Trace, text: Option<Text>| {
        let mut all: Vec<&mut Screen> = screens(trace).map(|(_, screen)| screen).collect();
        let after = all
            .iter()
            .position(|screen| named(screen).is_some())
            .expect("a result");
        let mut later = all.iter_mut().skip(after);
        let choice = later
            .find(|screen| screen.title == "認証選択")
            .expect("認証選択");
        reread(choice).text = text;
    };
    choice(&mut trace, Some(format!("ようこそ {first} 様").into()));
    assert!(matches!(outcome(&trace, CLEARED), Outcome::Fail(_)));
    // Where not everything was read, nothing is said of what is not there.
    choice(&mut trace, None);
    assert!(is_open(&trace, CLEARED));
}

#[test]
fn an_order_that_nobody_saw_is_not_guessed() {
    let mut trace = read_off("happy/visual", "");
    // The screen may have been there since the beginning: what it says comes of the answer all the same.
    for (_, screen) in screens(&mut trace) {
        reread(screen).since = 0;
    }
    assert_eq!(outcome(&trace, ANSWERED), Outcome::Pass);
    for (_, screen) in screens(&mut trace) {
        screen.fields.clear();
        reread(screen).text = Some("お待ちください".into());
    }
    assert!(is_open(&trace, ANSWERED));
}
