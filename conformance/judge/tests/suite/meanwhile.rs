//! A button that is pressed while the service still answers: whatever a correct client makes of it.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Outcome;
use madoguchi_trace::{ClientEvent, Event, Screen, Step, Trace, What};

/// The requirements that a client fails.
fn failed(trace: &Trace) -> Vec<String> {
    let verdicts = judge(trace).verdicts.into_iter();
    let failed = verdicts.filter(|verdict| matches!(verdict.outcome, Outcome::Fail { .. }));
    failed.map(|verdict| verdict.requirement).collect()
}

/// The number of the `do` that is pressed first, and of the one that is pressed meanwhile.
const FIRST: u32 = 4;
const SECOND: u32 = 5;

/// A play in parts: until the first press is being answered; what the client says of it then; the rest.
struct Parts {
    before: Vec<What>,
    answer: What,
    said: Vec<What>,
    after: Vec<What>,
}

fn parts() -> Parts {
    let mut events: Vec<What> = play("web/pressed-twice", "")
        .events
        .into_iter()
        .map(|event| event.what)
        .collect();
    let of = |id: u32| move |what: &What| matches!(what, What::Step(step) if step.id == id);
    let end = events
        .iter()
        .position(of(SECOND + 1))
        .expect("an act after it");
    // The patient's card is gone before the client is told.
    let after = events.split_off(end - 1);
    let second = events.iter().position(of(SECOND)).expect("the press");
    events.truncate(second);
    let is_answer = |what: &What| matches!(what, What::Answer(_));
    let answered = events.iter().rposition(is_answer).expect("an answer");
    let said = events.split_off(answered + 1);
    let answer = events.pop().expect("an answer");
    Parts {
        before: events,
        answer,
        said,
        after,
    }
}

fn press() -> What {
    What::Step(Step {
        id: SECOND,
        action: "press-meanwhile".into(),
        value: Some("再試行".into()),
        line: None,
    })
}

fn done(id: u32) -> What {
    What::Client(ClientEvent::Done { r#do: id })
}

fn error() -> What {
    let text = "there is no button `再試行`".into();
    What::Client(ClientEvent::Error { n: 90, text })
}

fn choice() -> What {
    What::Client(ClientEvent::Screen(Screen {
        n: 91,
        number: None,
        title: "認証選択".into(),
        buttons: vec!["目視確認".into(), "4桁の暗証番号入力".into()],
        fields: Vec::new(),
        read_off: None,
    }))
}

/// The play with other events in place of the answer and of what the client says of it; they are made
/// from what stands before, the answer and what was said.
fn played(between: impl FnOnce(&[What], What, Vec<What>) -> Vec<What>) -> Trace {
    let Parts {
        mut before,
        answer,
        said,
        after,
    } = parts();
    let between = between(&before, answer, said);
    before.extend(between);
    before.extend(after);
    let events = (1..).zip(before).map(|(seq, mut what)| {
        // the client counts on
        match &mut what {
            What::Client(ClientEvent::Screen(screen)) => screen.n = seq,
            What::Client(ClientEvent::Error { n, .. }) => *n = seq,
            _ => {}
        }
        Event {
            seq,
            us: seq * 1_000,
            what,
        }
    });
    Trace {
        events: events.collect(),
        ..play("web/pressed-twice", "")
    }
}

/// The second is done when the first is over.
fn queues() -> Trace {
    played(|_, answer, said| {
        let late = vec![error(), done(SECOND)];
        [vec![press(), answer], said, late].concat()
    })
}

/// The second is over at once.
fn ignores() -> Trace {
    played(|_, answer, said| [vec![press(), done(SECOND), answer], said].concat())
}

/// The first is given up. Its connection ends, or no code looks at what comes by it.
fn gives_up(ends_connection: bool) -> Trace {
    played(|_, mut answer, _| {
        if let What::Answer(answer) = &mut answer {
            let fault = if ends_connection {
                "given-up"
            } else {
                "delayed"
            };
            answer.fault = Some(fault.into());
        }
        vec![press(), choice(), done(FIRST), done(SECOND), answer]
    })
}

/// The inquiry is sent once more: before or after its answer, under this id.
fn asks_again(id: Option<&str>, is_early: bool) -> Trace {
    played(|before, answer, said| {
        let is_request = |what: &&What| matches!(what, What::Request(_));
        let mut again = before.iter().rfind(is_request).expect("a request").clone();
        let mut answered = answer.clone();
        if let (What::Request(request), What::Answer(answer)) = (&mut again, &mut answered) {
            (request.exchange, answer.exchange) = (90, 90);
            answer.fault = None;
            if let Some(id) = id {
                let renamed = request.fields.iter().map(|(name, value)| {
                    let value = if *name == "request-id" {
                        id.into()
                    } else {
                        value.clone()
                    };
                    (name.clone(), value)
                });
                request.fields = renamed.collect();
            }
        }
        let is_screen = |what: &&What| matches!(what, What::Client(ClientEvent::Screen(_)));
        let shown = said.iter().filter(is_screen).cloned().collect();
        let late = vec![done(SECOND)];
        if is_early {
            [vec![press(), again, answered, answer], said, late].concat()
        } else {
            let again = vec![again, answered];
            [vec![press(), answer], said, again, shown, late].concat()
        }
    })
}

#[test]
fn a_client_may_queue_ignore_or_give_up_for_a_second_press() {
    let nothing: Vec<String> = Vec::new();
    assert_eq!(failed(&play("web/pressed-twice", "")), nothing, "too late");
    assert_eq!(failed(&queues()), nothing, "queued");
    assert_eq!(failed(&ignores()), nothing, "ignored");
    assert_eq!(failed(&gives_up(true)), nothing, "given up");
    assert_eq!(
        failed(&gives_up(false)),
        nothing,
        "given up, and heard all the same"
    );
}

#[test]
fn an_inquiry_may_be_sent_again_as_the_same_one_and_not_as_another() {
    for is_early in [true, false] {
        assert_eq!(failed(&asks_again(None, is_early)), Vec::<String>::new());
        assert_eq!(
            failed(&asks_again(Some("another-2"), is_early)),
            ["service.same-request-on-retry"]
        );
    }
}

#[test]
fn a_done_of_neither_press_is_still_no_message_of_the_contract() {
    let trace = played(|_, answer, said| {
        let stray = vec![press(), done(SECOND), done(SECOND), answer];
        [stray, said].concat()
    });
    assert_eq!(failed(&trace), ["contract.messages"]);
}
