//! A client that says anything, and what is looked at after each word.

use std::time::{Duration, Instant};

use madoguchi_card_key::SessionCipher;
use madoguchi_iso7816::FileId;
use madoguchi_iso7816::tlv::ber;
use madoguchi_layout::{APPLICATIONS, issuer, jpki};
use madoguchi_reader::{Fault, Plan};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

use crate::holder::{Holder, SEED};
use crate::transport::{Heard, Transport};
use crate::witness::Witness;

/// The longest time that a client repeats what another application's transaction stopped.
const LIMIT: Duration = Duration::from_secs(20);

/// What a client does.
#[derive(Debug, Clone)]
pub(crate) enum Word {
    /// An application, in the order of the layout.
    Select(usize),
    SelectIssuer,
    SelectFile(u8),
    /// VERIFY of the current file or of one with a short identifier.
    Verify(Option<u8>, Guess),
    /// The same in a session.
    SecuredVerify(Option<u8>, Guess),
    /// CHANGE REFERENCE DATA or CHANGE KEY.
    Change(Option<u8>, bool),
    Read(Option<u8>),
    SecuredRead(u8),
    Sign(u8, Option<u8>),
    OpenSession,
    Anything(Vec<u8>),
    WarmReset,
    PowerCycle,
    /// Takes the card off and lays it down again.
    Lift,
}

/// What a client presents.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Guess {
    Issued,
    Changed,
    Wrong,
    TooLong,
    Nothing,
}

impl Word {
    pub(crate) const fn wrong_pin() -> Self {
        Self::Verify(Some(0x18), Guess::Wrong)
    }
}

pub(crate) fn word() -> impl Strategy<Value = Word> {
    let file = prop_oneof![
        4 => prop::sample::select(vec![0x11, 0x12, 0x13, 0x14, 0x15, 0x18, 0x1B, 0x1C]),
        1 => 0x01..=0x1E_u8,
    ];
    let named = prop_oneof![1 => Just(None), 3 => file.clone().prop_map(Some)];
    let guess = prop_oneof![
        4 => Just(Guess::Issued),
        2 => Just(Guess::Changed),
        4 => Just(Guess::Wrong),
        1 => Just(Guess::TooLong),
        2 => Just(Guess::Nothing),
    ];
    let select = prop_oneof![2 => Just(3), 2 => Just(4), 1 => 0..5_usize];
    // Not a control of vpcd's, and not for the reader itself.
    let anything = vec(any::<u8>(), 3..40).prop_map(|mut bytes| {
        bytes[0] &= 0x8F;
        bytes
    });
    prop_oneof![
        5 => select.prop_map(Word::Select),
        1 => Just(Word::SelectIssuer),
        3 => file.prop_map(Word::SelectFile),
        9 => (named.clone(), guess.clone()).prop_map(|(named, guess)| Word::Verify(named, guess)),
        2 => (named.clone(), guess).prop_map(|(named, guess)| Word::SecuredVerify(named, guess)),
        3 => (named.clone(), any::<bool>()).prop_map(|(named, back)| Word::Change(named, back)),
        3 => named.clone().prop_map(Word::Read),
        1 => (1..9_u8).prop_map(Word::SecuredRead),
        2 => (0..7_u8, named).prop_map(|(scheme, named)| Word::Sign(scheme, named)),
        1 => Just(Word::OpenSession),
        2 => anything.prop_map(Word::Anything),
        1 => Just(Word::WarmReset),
        1 => Just(Word::PowerCycle),
        1 => Just(Word::Lift),
    ]
}

/// A holder's card, and what will go wrong with it.
pub(crate) struct Conversation<'a> {
    holder: &'a Holder,
    plans: &'a [Plan],
}

impl<'a> Conversation<'a> {
    pub(crate) const fn new(holder: &'a Holder, plans: &'a [Plan]) -> Self {
        Self { holder, plans }
    }

    /// Says the words over a transport and looks at what the card did.
    pub(crate) fn hold<T: Transport>(
        &self,
        open: impl FnOnce(Witness, Vec<Plan>) -> T,
        words: &[Word],
    ) -> Result<(), TestCaseError> {
        let witness = Witness::new(self.holder);
        let mut transport = open(witness.clone(), self.plans.to_vec());
        let mut client = Client::new(self.holder);
        let mut done = 0;
        for word in words {
            let Some(command) = client.command(word) else {
                match word {
                    Word::WarmReset => transport.warm_reset(),
                    Word::PowerCycle => transport.power_cycle(),
                    _ => transport.lift(),
                }
                prop_assert_eq!(witness.commands_from(done), [], "a command by nobody");
                continue;
            };
            let begun = Instant::now();
            loop {
                let heard = transport.say(&command);
                let carried_out = witness.commands_from(done);
                done += carried_out.len();
                self.compare(&command, &heard, &carried_out)?;
                if heard != Heard::Again || !carried_out.is_empty() || begun.elapsed() > LIMIT {
                    break;
                }
                std::thread::yield_now();
            }
        }
        drop(transport);
        prop_assert_eq!(witness.commands_from(done), [], "a command by nobody");
        let complaints = witness.complaints(self.holder);
        prop_assert!(complaints.is_empty(), "{}", complaints.join("\n"));
        Ok(())
    }

    /// What was said, what came back, what the card did: once or not at all, as it was said.
    fn compare(
        &self,
        command: &[u8],
        heard: &Heard,
        carried_out: &[(Vec<u8>, Vec<u8>)],
    ) -> Result<(), TestCaseError> {
        let times = carried_out.len();
        prop_assert!(
            times < 2,
            "{:02X?} was carried out {} times",
            command,
            times
        );
        let Heard::Answer(answer) = heard else {
            return Ok(());
        };
        match carried_out {
            [(seen, reply)] => {
                prop_assert_eq!(seen, command, "another command arrived");
                // Cut short or followed by more, it is still the card's.
                let common = answer.len().min(reply.len());
                prop_assert_eq!(&answer[..common], &reply[..common]);
            }
            _ => prop_assert!(
                answer.is_empty() || self.makes_up(answer),
                "{:02X?} was answered {:02X?} and not carried out",
                command,
                answer
            ),
        }
        Ok(())
    }

    /// Whether a plan answers this in the card's place.
    fn makes_up(&self, answer: &[u8]) -> bool {
        let mut faults = self.plans.iter().flat_map(|plan| &plan.faults);
        faults.any(
            |planned| matches!(planned.what, Fault::Status(status) if status.to_bytes() == answer),
        )
    }
}

/// What a client remembers in order to know what to say.
struct Client<'a> {
    holder: &'a Holder,
    application: Option<usize>,
    file: u8,
    /// The number of its next secured command.
    next: u64,
}

impl<'a> Client<'a> {
    const fn new(holder: &'a Holder) -> Self {
        Self {
            holder,
            application: None,
            file: 0,
            next: 1,
        }
    }

    /// The command of a word; `None` for what is no command.
    fn command(&mut self, word: &Word) -> Option<Vec<u8>> {
        let p2 = |named: Option<u8>| 0x80 | named.unwrap_or(0);
        Some(match word {
            Word::Select(index) => {
                self.application = Some(*index);
                let name = APPLICATIONS[*index].aid;
                framed(&[0x00, 0xA4, 0x04, 0x0C], name.as_bytes())
            }
            Word::SelectIssuer => framed(&[0x00, 0xA4, 0x04, 0x0C], issuer::AID.as_bytes()),
            Word::SelectFile(file) => {
                self.file = *file;
                framed(&[0x00, 0xA4, 0x02, 0x0C], &[0x00, *file])
            }
            Word::Verify(named, guess) => {
                let value = self.value(*named, *guess);
                framed(&[0x00, 0x20, 0x00, p2(*named)], &value)
            }
            Word::SecuredVerify(named, guess) => {
                let value = self.value(*named, *guess);
                self.secured([0x20, 0x00, p2(*named)], &value)
            }
            Word::Change(named, back) => {
                let value = match back {
                    true => self.value(*named, Guess::Issued),
                    false => self.value(*named, Guess::Changed),
                };
                let header = match self.application {
                    Some(0 | 1) => [0x80, 0x32, 0x00, p2(*named)],
                    _ => [0x00, 0x24, 0x01, p2(*named)],
                };
                framed(&header, &value)
            }
            Word::Read(named) => vec![0x00, 0xB0, named.map_or(0x00, |id| 0x80 | id), 0x00, 0x00],
            Word::SecuredRead(file) => {
                self.next += 1;
                vec![0x08, 0xB0, 0x80 | file, 0, 0, 0, 5, 0x96, 3, 0, 0, 0, 0, 0]
            }
            Word::Sign(scheme, named) => {
                let mut command = framed(&[0x80, 0x2A, *scheme, p2(*named)], &[0x5A; 32]);
                command.push(0x00);
                command
            }
            Word::OpenSession => {
                self.next = 1;
                self.holder.delivery().to_vec()
            }
            Word::Anything(bytes) => bytes.clone(),
            Word::WarmReset | Word::PowerCycle | Word::Lift => return None,
        })
    }

    /// What is presented to a reference. A caller that does not know a value guesses.
    fn value(&self, named: Option<u8>, guess: Guess) -> Vec<u8> {
        let file = FileId::new(named.unwrap_or(self.file).into());
        match guess {
            Guess::Issued => self.issued(file).unwrap_or_else(|| b"1234".to_vec()),
            Guess::Changed => b"5678".to_vec(),
            Guess::Wrong => b"0000".to_vec(),
            Guess::TooLong => vec![0x31; 17],
            Guess::Nothing => Vec::new(),
        }
    }

    fn issued(&self, file: FileId) -> Option<Vec<u8>> {
        let application = self
            .application
            .map_or(&jpki::APPLICATION, |at| APPLICATIONS[at]);
        let state = self.holder.card().snapshot();
        let value = state.reference(application, file)?.value.expose().clone();
        (!value.is_empty()).then_some(value)
    }

    /// A command with class `08`; it takes a number, whether there is a session or not.
    fn secured(&mut self, header: [u8; 3], data: &[u8]) -> Vec<u8> {
        let mut padded = [data, &[0x80]].concat();
        padded.resize(padded.len().next_multiple_of(SessionCipher::BLOCK), 0);
        let key = *SEED.first_chunk().unwrap();
        assert!(
            SessionCipher::new(key)
                .unwrap()
                .encrypt(self.next, &mut padded)
        );
        self.next += 1;
        let object = ber::object(ber::Tag::new(0x86), &[&[0x01], &padded[..]].concat());
        framed(&[0x08, header[0], header[1], header[2]], &object)
    }
}

/// A header and data, if there are any.
fn framed(header: &[u8; 4], data: &[u8]) -> Vec<u8> {
    match u8::try_from(data.len()).unwrap() {
        0 => header.to_vec(),
        lc => [&header[..], &[lc], data].concat(),
    }
}
