//! The bare card on a TCP port of this machine: whatever a caller sends, in frames or not, the
//! conversation ends by itself and the next caller is served.
#![no_main]

use std::io::{Read as _, Write as _};
use std::net::{Shutdown, TcpStream};
use std::sync::{Arc, LazyLock};
use std::thread;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::{Instantly, card};
use madoguchi_reader::vpcd::Vpicc;

static VPICC: LazyLock<Vpicc> =
    LazyLock::new(|| Vpicc::listen(0, Arc::new(Instantly::default())).expect("a free port"));

fuzz_target!(|input: &[u8]| {
    let Some((choice, bytes)) = input.split_first() else {
        return;
    };
    drop(VPICC.remove());
    VPICC.insert(Box::new(card(*choice))).expect("a free place");
    let mut line = TcpStream::connect(VPICC.address()).expect("somebody listens");
    let mut ear = line.try_clone().expect("two ends of one line");
    let listener = thread::spawn(move || {
        // The line may be cut at any moment; what came before is enough.
        let _ = ear.read_to_end(&mut Vec::new());
    });
    let _ = line.write_all(bytes);
    let _ = line.shutdown(Shutdown::Write);
    listener.join().expect("the listener only listens");
    assert!(!input.is_empty());
});
