//! From the hand that lays a card down to the client that waits for it.

use std::sync::Arc;
use std::time::Instant;

use madoguchi_exchange::card;
use madoguchi_iso7816::Icc;
use madoguchi_peers::{Pcscd, RealTime, Script};
use madoguchi_reader::ResourceManager;
use madoguchi_reader::pcsclite::Server;
use madoguchi_reader::vpcd::Vpicc;

use crate::native;
use crate::talker::Talker;

/// Cards laid down; vpcd's reader looks every 400 ms only.
const TURNS: usize = 1_000;
const TURNS_OF_VPCD: usize = 40;

const READER: &str = "Reader 00 00";

pub(crate) fn measure() {
    let test = "insertion";
    let Some(client) = Script::of(&native("client.c"), test) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("\n| a card is seen after | median | 99th percentile | longest |\n|---|---|---|---|");

    let manager = ResourceManager::new(Arc::new(()), Arc::new(RealTime::new()), 1);
    let reader = manager.add_reader(READER).expect("it has no reader yet");
    let socket = folder.path().join("pcscd.comm");
    let _server = Server::bind(&socket, manager.clone()).expect("a new socket");
    let mut talker = Talker::start(&client, &socket);
    talker.ask(format_args!("reader {READER}"));
    talker.ask("wait");
    let mut held: Option<Box<dyn Icc>> = Some(Box::new(card()));
    row("madoguchi", TURNS, &mut talker, |lays| {
        if let (true, Some(card)) = (lays, held.take()) {
            manager.insert(reader, card).expect("it is empty");
        } else {
            held = manager.remove(reader);
        }
    });

    if let Some(pcscd) = Pcscd::find(test) {
        let _pcscd = pcscd.start(folder.path());
        let mut talker = Talker::start(&client, &Pcscd::socket());
        talker.ask("reader Virtual PCD 00 00");
        talker.ask("wait");
        let driver = "127.0.0.1:35963".parse().expect("an address");
        let vpicc = Vpicc::connect(driver, Arc::new(RealTime::new())).expect("a thread");
        row(
            "pcscd, vpcd, madoguchi",
            TURNS_OF_VPCD,
            &mut talker,
            |lay| {
                if lay {
                    vpicc.insert(Box::new(card())).expect("it is empty");
                } else {
                    drop(vpicc.remove());
                }
            },
        );
    }
}

/// Lays a card down so many times while a client waits.
fn row(name: &str, turns: usize, talker: &mut Talker, mut hand: impl FnMut(bool)) {
    let mut seen = Vec::with_capacity(turns);
    for _ in 0..turns {
        talker.order("wait");
        let before = Instant::now();
        hand(true);
        assert_eq!(talker.answer(), "present");
        seen.push(before.elapsed());
        talker.order("wait");
        hand(false);
        assert_eq!(talker.answer(), "empty");
    }
    seen.sort_unstable();
    println!(
        "| {name} | {:.1?} | {:.1?} | {:.1?} |",
        seen[turns / 2],
        seen[turns * 99 / 100],
        seen[turns - 1]
    );
}
