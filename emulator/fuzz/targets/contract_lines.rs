//! What a client says on its standard output, in pieces of any size: every line is a message or told by its
//! place and length, and no content of one that is none.
#![no_main]

use std::io::Read;

use libfuzzer_sys::fuzz_target;
use madoguchi_trace::ClientEvent;

#[path = "../../../harness/src/client"]
#[allow(
    dead_code,
    unused_imports,
    reason = "of the harness's parsers only the reading is used"
)]
mod client {
    pub(crate) mod contract;
    pub(crate) mod lines;
    mod misfit;
    mod own_words;
    pub(crate) mod screen_map;
}

use client::contract::{FromClient, MAX_LINE, MAX_LINES, read};
use client::lines::{Line, Lines};

/// Gives a few bytes at a time.
struct Slowly {
    bytes: Vec<u8>,
    at: usize,
    most: usize,
}

impl Read for Slowly {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        let left = &self.bytes[self.at..];
        let len = left.len().min(out.len()).min(self.most);
        out[..len].copy_from_slice(&left[..len]);
        self.at += len;
        Ok(len)
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((most, bytes)) = input.split_first() else {
        return;
    };
    let breaks = bytes.split(|byte| *byte == b'\n').count() as u64;
    let mut lines = Lines::new(Slowly {
        bytes: bytes.to_vec(),
        at: 0,
        most: usize::from(*most) + 1,
    });
    loop {
        match lines.next_line() {
            Line::Text { number, bytes } => {
                assert!(number <= breaks.min(MAX_LINES), "more lines than breaks");
                if let FromClient::Event(ClientEvent::Garbage { line, len, .. }) =
                    read(number, &bytes)
                {
                    assert_eq!((line, len), (number, bytes.len()));
                }
            }
            Line::TooLong { len, .. } => assert!(len > MAX_LINE, "{len}"),
            Line::TooMuch { .. } | Line::End => return,
            Line::Pending => unreachable!("it never waits"),
        }
    }
});
