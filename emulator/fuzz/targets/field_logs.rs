//! Logs of other programs, whatever stands in them: no reader panics, what would be written holds none of
//! their values, and a draft is a scenario for as long as anything was told.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::read_and_write;
use madoguchi_incident::{Log, Patterns, Writer};

static PATTERNS: LazyLock<Patterns> =
    LazyLock::new(|| Patterns::parse("example.yaml", Patterns::EXAMPLE).expect("it is ours"));

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    let choice = usize::from(*choice);
    let writer = Writer::ALL.get(choice % 16).copied();
    let patterns = (choice & 16 != 0).then_some(&*PATTERNS);
    read_and_write(&Log {
        writer,
        patterns,
        ..Log::of(bytes)
    });
});
