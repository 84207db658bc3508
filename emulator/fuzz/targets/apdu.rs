//! Whatever commands come in whatever order, the card answers each with a status word, spends no
//! attempt without a VERIFY that carried data, and keeps a state that its text form can hold.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::{card, pieces};
use madoguchi_iso7816::{CommandApdu, Icc as _, Instruction, Reply};
use madoguchi_layout::{APPLICATIONS, Kind};

fuzz_target!(|input: &[u8]| {
    let Some((choice, commands)) = input.split_first() else {
        return;
    };
    let mut card = card(*choice);
    let mut reply = Reply::new();
    let mut attempts = attempts_left(&card);
    for command in pieces(commands) {
        card.transmit(command, &mut reply).expect("a card answers");
        let status = reply.status().expect("at least two bytes");
        assert!(matches!(status.value() >> 12, 0x6 | 0x9), "{status}");
        assert!(reply.bytes().len() <= Reply::MAX, "too long");
        let left = attempts_left(&card);
        if left.iter().zip(&attempts).any(|(now, before)| now < before) {
            assert!(carries_a_pin(command), "{command:02X?} cost an attempt");
        }
        attempts = left;
    }
});

/// Whether the command may cost an attempt: VERIFY with data, in clear or (with data that may hold
/// a PIN) under secure messaging.
fn carries_a_pin(command: &[u8]) -> bool {
    CommandApdu::parse(command).is_ok_and(|command| {
        command.instruction == Instruction::VERIFY
            && command.body.is_ok_and(|body| !body.data.is_empty())
    })
}

fn attempts_left(card: &madoguchi_card::Card) -> Vec<Option<u8>> {
    let references = APPLICATIONS.iter().flat_map(|application| {
        let files = application.files.iter();
        files.map(move |file| (application.aid, file))
    });
    references
        .filter(|(_, file)| matches!(file.kind, Kind::Reference(_)))
        .map(|(application, file)| card.attempts_left(application, file.id))
        .collect()
}
