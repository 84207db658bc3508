//! Cards and readers come and go at full speed, and no client loses its place in the stream of
//! answers: the installed libpcsclite, and those that `MADOGUCHI_LIBPCSCLITE` names (folders with a
//! `libpcsclite.so.1`, separated by colons), all at one server at the same time.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "reader/card.rs"]
mod card;

use std::env;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use madoguchi_peers::{RealTime, Script, run};
use madoguchi_reader::pcsclite::Server;
use madoguchi_reader::{ReaderId, ResourceManager};

use card::{CONTACTLESS, Card};

const READER: &str = "SONY FeliCa RC-S300/P (1234567) 00 00";
const CALLS: &str = "2000";

#[test]
fn no_client_loses_its_place_while_cards_come_and_go() {
    let test = "no_client_loses_its_place_while_cards_come_and_go";
    let Some(script) = Script::compile("stress", test) else {
        return;
    };
    let manager = ResourceManager::new(Arc::new(()), Arc::new(RealTime::new()), 1);
    let reader = manager.add_reader(READER).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("pcscd.comm");
    let _server = Server::bind(&socket, manager.clone()).unwrap();
    let over = AtomicBool::new(false);
    let others = env::var("MADOGUCHI_LIBPCSCLITE").unwrap_or_default();
    let others: Vec<_> = others
        .split(':')
        .filter(|folder| !folder.is_empty())
        .collect();
    thread::scope(|scope| {
        let hand = scope.spawn(|| come_and_go(&manager, reader, &over));
        // The installed library, twice, and the others.
        let clients: Vec<_> = ["", ""]
            .into_iter()
            .chain(others)
            .zip(1..)
            .map(|(library, seed)| {
                let mut client = Command::new(&script.program);
                client
                    .args([READER, CALLS, &seed.to_string()])
                    .env("PCSCLITE_CSOCK_NAME", &socket);
                if !library.is_empty() {
                    client.env("LD_LIBRARY_PATH", library);
                }
                scope.spawn(move || (library, run(&mut client)))
            })
            .collect();
        let outcomes: Vec<_> = clients
            .into_iter()
            .map(|client| client.join().unwrap())
            .collect();
        over.store(true, Ordering::Release);
        let turns = hand.join().unwrap();
        for (library, outcome) in outcomes {
            println!("{library:?}: {} {turns} turns", outcome.stdout.trim());
            assert_eq!(outcome.code, Some(0), "{library:?}: {outcome:#?}");
        }
    });
}

/// Inserts and removes, and now and then plugs a reader in and out.
fn come_and_go(manager: &ResourceManager, reader: ReaderId, over: &AtomicBool) -> u32 {
    let mut turns = 0;
    while !over.load(Ordering::Acquire) {
        manager.insert(reader, Card::boxed(CONTACTLESS)).unwrap();
        if turns % 16 == 0 {
            let guest = manager.add_reader(format!("Guest {turns}")).unwrap();
            manager.remove_reader(guest);
        }
        thread::yield_now();
        drop(manager.remove(reader));
        turns += 1;
    }
    turns
}
