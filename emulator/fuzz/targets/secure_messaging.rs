//! A stranger's library has opened a secure messaging session with the card and read on; what it
//! said is said again, while somebody on the line changes bytes, leaves commands out, says them
//! twice or says his own. The library does not see the answers: it believes any length in them.
#![no_main]

use std::sync::{LazyLock, Mutex, PoisonError};

use libfuzzer_sys::fuzz_target;
use madoguchi_card::Card;
use madoguchi_fuzz::{card, entropy, pieces};
use madoguchi_iso7816::{Icc as _, Reply};
use myna_card::Pin;
use myna_card::ap::text::{TextAp, ef};
use myna_card::sm::SEED_LEN;
use myna_card::transport::Transmit;

/// What the library said to an honest card, in order.
static DIALOGUE: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let mut said = Vec::new();
    let mut card = myna_card::Card::new(Recorder {
        card: card(0),
        said: &mut said,
    });
    let mut text = TextAp::select(&mut card).expect("the application is there");
    let pin = Pin::numeric("1234").expect("four digits");
    text.verify_pin(&pin).expect("the right one");
    let seed = [7; SEED_LEN];
    let mut session = text.open_secure_session(&seed).expect("a session");
    for file in [ef::ATTRIBUTES, ef::MY_NUMBER] {
        // Another reference than the one whose PIN this is: an attempt is spent.
        let _ = session.verify(ef::CODE_A, &pin);
        session.read_ef(file).expect("the PIN opens it");
        session.read_ef_physical(file).expect("the PIN opens it");
    }
    said
});

/// The card at each place of the dialogue.
static CARDS: LazyLock<Mutex<Vec<Card>>> = LazyLock::new(|| {
    let mut card = card(0);
    let mut reply = Reply::new();
    let before = |command: &Vec<u8>| {
        let now = card.fork(entropy());
        say(&mut card, command, &mut reply);
        now
    };
    Mutex::new(DIALOGUE.iter().map(before).collect())
});

struct Recorder<'a> {
    card: Card,
    said: &'a mut Vec<Vec<u8>>,
}

impl Transmit for Recorder<'_> {
    fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
        self.said.push(command.to_vec());
        let mut reply = Reply::new();
        say(&mut self.card, command, &mut reply);
        Ok(reply.bytes().to_vec())
    }
}

fn say(card: &mut Card, command: &[u8], reply: &mut Reply) {
    card.transmit(command, reply).expect("a card answers");
    let status = reply.status().expect("at least two bytes");
    assert!(matches!(status.value() >> 12, 0x6 | 0x9), "{status}");
}

fuzz_target!(|input: &[u8]| {
    let Some((from, tampering)) = input.split_first() else {
        return;
    };
    let from = usize::from(*from) % DIALOGUE.len();
    let mut card = CARDS.lock().unwrap_or_else(PoisonError::into_inner)[from].fork(entropy());
    let mut tampering = pieces(tampering);
    let mut reply = Reply::new();
    for command in &DIALOGUE[from..] {
        let Some(how) = tampering.next() else {
            return;
        };
        match how {
            [] | [0, ..] => say(&mut card, command, &mut reply),
            // Bytes are changed: pairs of a place and what is added to the byte there.
            [1, changes @ ..] => {
                let mut command = command.clone();
                for change in changes.chunks_exact(2) {
                    let place = usize::from(change[0]) % command.len();
                    command[place] = command[place].wrapping_add(change[1]);
                }
                say(&mut card, &command, &mut reply);
            }
            // Twice.
            [2, ..] => {
                say(&mut card, command, &mut reply);
                say(&mut card, command, &mut reply);
            }
            // Cut short.
            [3, by, ..] => {
                let left = command.len().saturating_sub((*by).into());
                say(&mut card, &command[..left], &mut reply);
            }
            // With more behind it.
            [4, more @ ..] => say(&mut card, &[command, more].concat(), &mut reply),
            // Another command first, or instead of it.
            [5, own @ ..] => {
                say(&mut card, own, &mut reply);
                say(&mut card, command, &mut reply);
            }
            [_, own @ ..] => say(&mut card, own, &mut reply),
        }
    }
});
