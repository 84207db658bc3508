//! `SCardTransmit` through every way that there is, in turns.

use std::process::Command;

use madoguchi_peers::{Counter, Pcscd, Running, Script};

use crate::native;
use crate::talker::{Batch, Talker};

/// Rounds in which every way has its turn.
const ROUNDS: usize = 21;
/// Exchanges of one turn: fast ways, and ways through vpcd.
const FAST: u32 = 1_000;
const THROUGH_VPCD: u32 = 300;

/// Application and certificate of the JPKI applet, whose file has 3,808 bytes.
const BEFORE: &[&str] = &["00A4040C0AD392F000260100000001", "00A4020C02000A"];
/// Bytes of the answer, and READ BINARY for as many.
const READS: &[(usize, &str)] = &[
    (4, "00B0000004"),
    (256, "00B0000000"),
    (3_808, "00B00000000EE0"),
];

const SLOT_0: &str = "Virtual PCD 00 00";
const SLOT_1: &str = "Virtual PCD 00 01";

/// A way from a client to a card.
struct Way {
    name: &'static str,
    talker: Talker,
    count: u32,
}

pub(crate) fn measure() {
    let test = "transmit";
    let Some(client) = Script::of(&native("client.c"), test) else {
        return;
    };
    let (Some(null_service), Some(null_card)) = (
        Script::of(&native("null_service.c"), test),
        Script::of(&native("null_card.c"), test),
    ) else {
        return;
    };
    let folder = tempfile::tempdir().expect("a temporary folder");

    let socket = folder.path().join("null");
    let mut nothing = Running::start(Command::new(&null_service.program).arg(&socket));
    nothing.line("ready");
    let mut talker = Talker::start(&client, &socket);
    talker.connect("Null 00 00");
    let mut ways = vec![Way {
        name: "a service that does nothing",
        talker,
        count: FAST,
    }];

    let counter = Counter::open(&[]);
    let mut talker = Talker::start(&client, counter.var("PCSCLITE_CSOCK_NAME").as_ref());
    talker.connect(counter.var("MADOGUCHI_READER"));
    ways.push(Way {
        name: "madoguchi, recorded",
        talker,
        count: FAST,
    });

    let pcscd = Pcscd::find(test).map(|pcscd| pcscd.start(folder.path()));
    let mut card = None;
    let mut behind = None;
    if pcscd.is_some() {
        card = Some(called(&null_card));
        let mut talker = Talker::start(&client, &Pcscd::socket());
        talker.meet(SLOT_1);
        ways.push(Way {
            name: "pcscd, vpcd, a card that does nothing",
            talker,
            count: THROUGH_VPCD,
        });
        behind = Some(Counter::open(&["--vpcd", "127.0.0.1:35963"]));
        let mut talker = Talker::start(&client, &Pcscd::socket());
        talker.meet(SLOT_0);
        ways.push(Way {
            name: "pcscd, vpcd, madoguchi, recorded",
            talker,
            count: THROUGH_VPCD,
        });
    }
    for (bytes, read) in READS {
        for way in &mut ways {
            for command in BEFORE {
                way.talker.ask(format_args!("say {command}"));
            }
            let told = way.talker.ask(format_args!("say {read}"));
            assert_eq!(told, format!("9000 {bytes}"), "{}", way.name);
        }
        table(*bytes, &ways_in_turns(&mut ways, read));
    }
    // Cards go before the reader in which they are.
    drop((card, ways, behind));
    drop(pcscd);
}

/// The card that does nothing, at slot 1.
fn called(null_card: &Script) -> Running {
    let mut card = Running::start(Command::new(&null_card.program).arg("35964"));
    card.line("ready");
    card
}

/// What each way took in each round.
fn ways_in_turns(ways: &mut [Way], command: &str) -> Vec<(&'static str, Vec<Batch>)> {
    let mut taken: Vec<_> = ways.iter().map(|way| (way.name, Vec::new())).collect();
    for _ in 0..ROUNDS {
        for (way, (_, batches)) in ways.iter_mut().zip(&mut taken) {
            batches.push(way.talker.batch(way.count, command));
        }
    }
    taken
}

fn table(bytes: usize, taken: &[(&str, Vec<Batch>)]) {
    println!("\n| {bytes} bytes | median | 99th percentile | × nothing | 99th × nothing |");
    println!("|---|---|---|---|---|");
    let (_, nothing) = &taken[0];
    for (name, batches) in taken {
        let ratio = |figure: fn(&Batch) -> u64| {
            let in_round = |(way, nothing): (&Batch, &Batch)| {
                #[expect(clippy::cast_precision_loss, reason = "nanoseconds of one exchange")]
                let ratio = figure(way) as f64 / figure(nothing) as f64;
                ratio
            };
            median(batches.iter().zip(nothing).map(in_round).collect())
        };
        let time = |figure: fn(&Batch) -> u64| micro(median(batches.iter().map(figure).collect()));
        println!(
            "| {name} | {} | {} | {:.2} | {:.2} |",
            time(|batch| batch.median),
            time(|batch| batch.percentile_99),
            ratio(|batch| batch.median),
            ratio(|batch| batch.percentile_99),
        );
    }
}

fn median<T: PartialOrd + Copy>(mut figures: Vec<T>) -> T {
    figures.sort_by(|a, b| a.partial_cmp(b).expect("times are numbers"));
    figures[figures.len() / 2]
}

fn micro(nanoseconds: u64) -> String {
    format!("{}.{} µs", nanoseconds / 1_000, nanoseconds % 1_000 / 100)
}
