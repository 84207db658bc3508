//! The words of a trace. Its lines say the same few over and over: names of commands, status words,
//! labels. Each is kept once, and what holds it is a pointer, so that a long trace fits in memory.

use std::collections::HashSet;

use super::{ClientEvent, ReaderEvent, Text, What, Word};

/// Different words that are remembered before it begins anew: more than a trace has that repeats
/// itself, and no more memory than a few of its screens where one does not.
const MOST: usize = 16_384;

/// Bytes of a text that is worth remembering. Longer ones are screens' and outputs' own.
const LONGEST: usize = 256;

/// The words that were said before.
#[derive(Debug, Default)]
pub struct Vocabulary {
    known: HashSet<Text>,
}

impl Vocabulary {
    /// Lets an event hold the words that were said before instead of its own copies, and no memory
    /// that it does not need.
    pub fn share(&mut self, what: &mut What) {
        match what {
            What::Client(ClientEvent::Screen(screen)) => {
                screen.buttons.shrink_to_fit();
                screen.fields.shrink_to_fit();
            }
            What::Answer(answer) => answer.basis.shrink_to_fit(),
            _ => {}
        }
        what.each_text(&mut |text| self.replace(text));
    }

    fn replace(&mut self, text: &mut Text) {
        if text.len() > LONGEST {
            return;
        }
        if let Some(known) = self.known.get(text) {
            *text = known.clone();
            return;
        }
        if self.known.len() == MOST {
            self.known.clear();
        }
        self.known.insert(text.clone());
    }
}

impl What {
    /// Shows every text of an event to `each`.
    pub fn each_text(&mut self, each: &mut dyn FnMut(&mut Text)) {
        match self {
            Self::Step(step) => {
                each(step.action.text_mut());
                step.value.iter_mut().for_each(each);
            }
            Self::Client(event) => event.each_text(each),
            Self::Reader(event) => match event {
                ReaderEvent::Inserted { card, profile } => {
                    each(card);
                    profile.iter_mut().for_each(each);
                }
                ReaderEvent::Removed { why } => each(why.text_mut()),
                ReaderEvent::RivalCame { hold } => each(hold.text_mut()),
                ReaderEvent::Hung { call, .. } => each(call.text_mut()),
                ReaderEvent::Unplugged {}
                | ReaderEvent::Failed {}
                | ReaderEvent::BusyWait {}
                | ReaderEvent::Reset {}
                | ReaderEvent::RivalLeft {}
                | ReaderEvent::ServiceStopped {}
                | ReaderEvent::ServiceStarted {} => {}
            },
            Self::Pcsc(call) => {
                each(call.call.text_mut());
                each(call.rv.text_mut());
                call.detail.iter_mut().for_each(each);
            }
            Self::Card(apdu) => {
                let said = [&mut apdu.card, &mut apdu.header, apdu.name.text_mut()];
                said.into_iter().for_each(&mut *each);
                let may_be_said = [
                    &mut apdu.application,
                    &mut apdu.file,
                    &mut apdu.data,
                    &mut apdu.answer,
                    &mut apdu.fault,
                ];
                may_be_said.into_iter().flatten().for_each(&mut *each);
                apdu.sw.iter_mut().map(Word::text_mut).for_each(each);
            }
            Self::Tls(handshake) => {
                each(&mut handshake.server);
                each(handshake.outcome.text_mut());
            }
            Self::Proxy(asked) => each(&mut asked.host),
            Self::Outside(sought) => {
                each(&mut sought.host);
                each(&mut sought.over);
            }
            Self::Operator(deed) => {
                each(&mut deed.rule);
                deed.basis.iter_mut().for_each(each);
            }
            Self::Request(request) => {
                each(&mut request.method);
                each(&mut request.path);
                let may_be_said = [&mut request.operation, &mut request.terminal];
                may_be_said.into_iter().flatten().for_each(&mut *each);
                let fault = request.fault.as_mut();
                fault.map(Word::text_mut).into_iter().for_each(&mut *each);
                request
                    .posted
                    .iter_mut()
                    .for_each(|posted| each(&mut posted.form));
                request.fields.texts_mut().for_each(each);
            }
            Self::Answer(answer) => {
                each(answer.decision.text_mut());
                each(&mut answer.rule);
                answer.basis.iter_mut().for_each(&mut *each);
                let fault = answer.fault.as_mut();
                fault.map(Word::text_mut).into_iter().for_each(&mut *each);
                answer.fields.texts_mut().for_each(each);
            }
            Self::Leak(leak) => {
                each(leak.class.text_mut());
                each(&mut leak.place);
            }
            Self::Unsearched(unsearched) => {
                each(&mut unsearched.place);
                each(&mut unsearched.why);
            }
            Self::Exit(exit) => exit
                .why
                .iter_mut()
                .chain(&mut exit.last_words)
                .for_each(each),
        }
    }
}

impl ClientEvent {
    fn each_text(&mut self, each: &mut dyn FnMut(&mut Text)) {
        match self {
            Self::Screen(screen) => {
                each(&mut screen.title);
                screen.number.iter_mut().for_each(&mut *each);
                screen.buttons.iter_mut().for_each(&mut *each);
                for (label, value) in &mut screen.fields {
                    each(label);
                    each(value);
                }
                let read_off = screen.read_off.as_mut();
                read_off
                    .and_then(|read| read.text.as_mut())
                    .into_iter()
                    .for_each(each);
            }
            Self::Output { kind, text, .. } => {
                each(kind);
                each(text);
            }
            Self::Error { text, .. } => each(text),
            Self::Garbage { why, misfit, .. } => {
                each(why);
                if let Some(misfit) = misfit {
                    [&mut misfit.place, &mut misfit.wanted, &mut misfit.found]
                        .into_iter()
                        .for_each(each);
                }
            }
            Self::Ready { .. } | Self::Done { .. } => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CardEvent, Event, Step};

    fn step(action: &str) -> What {
        What::Step(Step {
            id: 1,
            action: action.into(),
            value: Some("visual".into()),
            line: None,
        })
    }

    fn said(what: &mut What) -> Vec<Text> {
        let mut said = Vec::new();
        what.each_text(&mut |text| said.push(text.clone()));
        said
    }

    #[test]
    fn an_apdu_is_its_number_and_nine_pointers_and_no_event_is_longer() {
        let apdu = 10 * size_of::<usize>();
        assert_eq!(size_of::<CardEvent>(), apdu);
        // which kind it is, its place and its time
        assert!(size_of::<Event>() <= apdu + 3 * size_of::<u64>());
    }

    #[test]
    fn what_is_said_twice_is_kept_once() {
        let mut vocabulary = Vocabulary::default();
        let (mut first, mut second) = (step("press"), step("press"));
        vocabulary.share(&mut first);
        vocabulary.share(&mut second);
        assert_eq!(first, second);
        for (one, other) in said(&mut first).iter().zip(&said(&mut second)) {
            assert!(Text::ptr_eq(one, other), "{one}");
        }
    }

    #[test]
    fn a_trace_that_never_repeats_itself_is_not_remembered() {
        let mut vocabulary = Vocabulary::default();
        for n in 0..3 * MOST {
            vocabulary.share(&mut step(&format!("act {n}")));
        }
        assert!(vocabulary.known.len() <= MOST);
        let mut long = step(&"x".repeat(LONGEST + 1));
        vocabulary.known.clear();
        vocabulary.share(&mut long);
        assert_eq!(vocabulary.known.len(), 1, "only its value");
    }
}
