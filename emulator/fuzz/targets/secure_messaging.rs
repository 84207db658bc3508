//! A stranger's library opens a secure messaging session with the card and reads on, while
//! somebody on the line changes bytes, leaves commands out, says them twice or says his own.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_card::Card;
use madoguchi_fuzz::{card, pieces};
use madoguchi_iso7816::{Icc as _, Reply};
use myna_card::Pin;
use myna_card::ap::text::{TextAp, ef};
use myna_card::sm::SEED_LEN;
use myna_card::transport::Transmit;

/// The line between library and card: each piece of the input says what happens to one command.
struct Line<'a> {
    card: Card,
    reply: Reply,
    tampering: Box<dyn Iterator<Item = &'a [u8]> + 'a>,
}

impl Line<'_> {
    fn say(&mut self, command: &[u8]) {
        let sent = self.card.transmit(command, &mut self.reply);
        sent.expect("a card answers");
        let status = self.reply.status().expect("at least two bytes");
        assert!(matches!(status.value() >> 12, 0x6 | 0x9), "{status}");
    }
}

impl Transmit for Line<'_> {
    fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
        match self.tampering.next() {
            // Nothing: as the library said it.
            None | Some([] | [0, ..]) => self.say(command),
            // Bytes are changed: pairs of a place and what is added to the byte there.
            Some([1, changes @ ..]) => {
                let mut command = command.to_vec();
                for change in changes.chunks_exact(2) {
                    let place = usize::from(change[0]) % command.len();
                    command[place] = command[place].wrapping_add(change[1]);
                }
                self.say(&command);
            }
            // Twice.
            Some([2, ..]) => {
                self.say(command);
                self.say(command);
            }
            // Cut short.
            Some([3, by, ..]) => self.say(&command[..command.len().saturating_sub((*by).into())]),
            // With more behind it.
            Some([4, more @ ..]) => self.say(&[command, more].concat()),
            // Another command first, or instead of it.
            Some([5, own @ ..]) => {
                self.say(own);
                self.say(command);
            }
            Some([_, own @ ..]) => self.say(own),
        }
        Ok(self.reply.bytes().to_vec())
    }
}

fuzz_target!(|input: &[u8]| {
    let line = Line {
        card: card(0),
        reply: Reply::new(),
        tampering: Box::new(pieces(input)),
    };
    // What the library makes of the answers is its own affair; that there are answers is ours.
    let mut card = myna_card::Card::new(line);
    let Ok(mut text) = TextAp::select(&mut card) else {
        return;
    };
    let Ok(pin) = Pin::numeric("1234") else {
        return;
    };
    let _ = text.verify_pin(&pin);
    if let Ok(mut session) = text.open_secure_session(&[7; SEED_LEN]) {
        for file in [ef::ATTRIBUTES, ef::MY_NUMBER] {
            let _ = session.verify(ef::CODE_A, &pin);
            let _ = session.read_ef(file);
            let _ = session.read_ef_physical(file);
        }
    }
});
