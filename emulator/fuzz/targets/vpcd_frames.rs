//! vpcd's framing, without a line: a frame's bytes are one message or none, what is written can be
//! read again, and what cannot be said is not begun.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::pieces;
use madoguchi_reader::vpcd::{Message, write_frame};

fuzz_target!(|input: &[u8]| {
    let mut written = Vec::new();
    for payload in pieces(input) {
        assert_eq!(Message::read(payload).is_none(), payload.is_empty());
        if let Some(Message::Command(command)) = Message::read(payload) {
            assert_eq!(command, payload);
        }
        let before = written.len();
        let framed = write_frame(payload, &mut written);
        assert_eq!(framed.is_none(), payload.is_empty());
        if framed.is_none() {
            assert_eq!(written.len(), before);
        }
    }
    let sent: Vec<_> = pieces(input)
        .filter(|payload| !payload.is_empty())
        .collect();
    let received: Vec<_> = pieces(&written).collect();
    assert_eq!(sent, received);
});
