//! What a reader costs where there are many.

use std::sync::Arc;

use madoguchi_bench::gauge::resident;
use madoguchi_exchange::card;
use madoguchi_peers::{RealTime, Script};
use madoguchi_reader::ResourceManager;
use madoguchi_reader::pcsclite::Server;

use crate::native;
use crate::talker::Talker;

const READ: &str = "00B0000000";

pub(crate) fn measure() {
    let Some(client) = Script::of(&native("client.c"), "readers") else {
        return;
    };
    println!("\n| readers | memory of each | 256 bytes through the last |\n|---|---|---|");
    // Sixteen is what a client of protocol 4.5 or earlier can see at one socket.
    for (readers, sockets) in [(1, 1), (16, 1), (100, 100), (1_000, 1_000)] {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let before = resident();
        let mut open = Vec::new();
        for socket in 0..sockets {
            let manager = ResourceManager::new(Arc::new(()), Arc::new(RealTime::new()), 1);
            for reader in 0..readers / sockets {
                let reader = manager.add_reader(name(reader)).expect("the name is new");
                manager
                    .insert(reader, Box::new(card()))
                    .expect("it is empty");
            }
            let path = folder.path().join(socket.to_string());
            let server = Server::bind(&path, manager.clone()).expect("a new socket");
            open.push((path, server, manager));
        }
        let taken = resident().saturating_sub(before) / 1024;
        let each = taken / u64::try_from(readers).expect("a thousand at most");
        let (path, ..) = &open[sockets - 1];
        let mut talker = Talker::start(&client, path);
        talker.connect(&name(readers / sockets - 1));
        for command in ["00A4040C0AD392F000260100000001", "00A4020C02000A"] {
            talker.ask(format_args!("say {command}"));
        }
        let batch = talker.batch(20_000, READ);
        println!(
            "| {readers} at {sockets} socket(s) | {each} KiB | {}.{} µs |",
            batch.median / 1_000,
            batch.median % 1_000 / 100
        );
    }
}

fn name(reader: usize) -> String {
    format!("Reader {reader:04} 00 00")
}
