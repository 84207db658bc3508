//! pcsc-lite's client protocol: after a proper beginning whatever bytes come are decoded, carried
//! out or refused by closing the connection, and another client is served as before.
//!
//! `C0C0C0C0` in an input stands for the context that the beginning established, `CACACACA` for
//! the card that it connected to: numbers that nobody could guess.
#![no_main]

use std::io::{Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::thread;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::{Instantly, card};
use madoguchi_reader::ResourceManager;
use madoguchi_reader::pcsclite::Server;

const VERSION: u32 = 0x11;
const ESTABLISH_CONTEXT: u32 = 0x01;
const CONNECT: u32 = 0x04;

const CONTEXT: [u8; 4] = [0xC0; 4];
const CARD: [u8; 4] = [0xCA; 4];

fuzz_target!(|input: &[u8]| {
    let Some((minor, bytes)) = input.split_first() else {
        return;
    };
    let manager = ResourceManager::new(Arc::new(()), Arc::new(Instantly::default()), 1);
    let reader = manager
        .add_reader("ACS ACR122U PICC Interface")
        .expect("a first reader");
    manager
        .insert(reader, Box::new(card(*minor)))
        .expect("a free reader");
    let name = manager.name(reader).expect("it has a name");

    let (mut client, theirs) = UnixStream::pair().expect("two ends of one line");
    let served = manager.clone();
    let service = thread::spawn(move || Server::attend(theirs, &served));
    let begun = begin(&mut client, u32::from(minor % 4) + 3, &name);
    if let Some((context, handle)) = begun {
        let mut ear = client.try_clone().expect("two ends of one line");
        let listener = thread::spawn(move || {
            let _ = ear.read_to_end(&mut Vec::new());
        });
        let _ = client.write_all(&with_handles(bytes, context, handle));
        let _ = client.shutdown(Shutdown::Write);
        listener.join().expect("the listener only listens");
    }
    drop(client);
    let ended = service.join().expect("the service does not panic");
    ended.expect("the stream is sound");
});

/// Version, context and card, as libpcsclite begins.
fn begin(client: &mut UnixStream, minor: u32, reader: &str) -> Option<([u8; 4], [u8; 4])> {
    let version = ask(client, VERSION, &words(&[4, minor, 0]))?;
    if version[8..12] != [0; 4] {
        return None;
    }
    let established = ask(client, ESTABLISH_CONTEXT, &words(&[0, 0, 0]))?;
    let context: [u8; 4] = established[4..8].try_into().ok()?;
    let mut connect = context.to_vec();
    connect.extend_from_slice(reader.as_bytes());
    connect.resize(4 + 128, 0);
    connect.extend_from_slice(&words(&[2, 3, 0, 0, 0]));
    let connected = ask(client, CONNECT, &connect)?;
    let handle: [u8; 4] = connected[140..144].try_into().ok()?;
    Some((context, handle))
}

/// One request and its reply of the same size.
fn ask(client: &mut UnixStream, command: u32, body: &[u8]) -> Option<Vec<u8>> {
    let size = u32::try_from(body.len()).ok()?;
    let message = [&words(&[size, command])[..], body].concat();
    client.write_all(&message).ok()?;
    let mut reply = vec![0; body.len()];
    client.read_exact(&mut reply).ok()?;
    Some(reply)
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_ne_bytes()).collect()
}

fn with_handles(bytes: &[u8], context: [u8; 4], card: [u8; 4]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(place) = bytes.get_mut(at..at + 4) {
        let stands_for = match <[u8; 4]>::try_from(&*place) {
            Ok(CONTEXT) => context,
            Ok(CARD) => card,
            _ => {
                at += 1;
                continue;
            }
        };
        place.copy_from_slice(&stands_for);
        at += 4;
    }
    bytes
}
