//! Captures of the line to a reader: whatever packets, transfers, messages and blocks are in them, the
//! reader of captures does not panic and writes none of their values.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::read_and_write;
use madoguchi_incident::{Log, Writer};

fuzz_target!(|bytes: &[u8]| {
    read_and_write(&Log {
        writer: Some(Writer::Usb),
        ..Log::of(bytes)
    });
});
