//! The virtual My Number card in a real pcscd, through vsmartcard's driver: strangers that know
//! nothing of us read it there.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

#[path = "reader/pcscd.rs"]
mod pcscd;
#[path = "reader/real_time.rs"]
mod real_time;
#[path = "reader/script.rs"]
mod script;

use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::healthy;
use madoguchi_peers::{Outcome, Running, have, run};
use madoguchi_reader::vpcd::Plug;
use madoguchi_terms::Timer;

use pcscd::Pcscd;
use real_time::RealTime;
use script::Script;

/// One of the tests below, alone with a pcscd.
fn alone(test: &str, ignored: &str) -> Option<Outcome> {
    Pcscd::find(test)?;
    let outcome = Pcscd::alone(test, ignored)?;
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    Some(outcome)
}

/// pcscd, its driver and the card on the driver's line.
struct Desk {
    pcscd: Pcscd,
    running: Option<Running>,
    plug: Plug,
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pcscd = Pcscd::find("vpcd").unwrap();
        let timer = Arc::new(RealTime::new()) as Arc<dyn Timer>;
        let driver = ([127, 0, 0, 1], Plug::PORT).into();
        // The card is there before its driver is: it goes on calling.
        let plug = Plug::connect(driver, timer).unwrap();
        let card = Card::new(&healthy(), Profile::contactless(), Box::new(|_| {})).unwrap();
        plug.insert(Box::new(card)).unwrap();
        let running = Some(pcscd.start(folder.path()));
        Self {
            pcscd,
            running,
            plug,
            folder,
        }
    }

    /// Ends pcscd, as it ends by itself when nobody uses it, and starts it again.
    fn restart(&mut self) {
        drop(self.running.take());
        self.running = Some(self.pcscd.start(self.folder.path()));
    }
}

const READER: &str = "Virtual PCD 00 00";

#[test]
fn opensc_reads_the_card_in_a_real_pcscd() {
    let test = "opensc_reads_the_card_in_a_real_pcscd";
    if have("opensc-tool", test) && Script::compile("calls", test).is_some() {
        alone(test, "opensc_alone");
    }
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn opensc_alone() {
    let script = Script::compile("calls", "opensc_alone").unwrap();
    let mut desk = Desk::new();
    for _ in 0..2 {
        let mut waiting = Command::new(&script.program);
        let waited = run(waiting.arg(READER).args(["establish", "wait-present"]));
        assert!(
            waited.stdout.contains("wait-present 00000000"),
            "{waited:#?}"
        );
        let mut opensc = Command::new("opensc-tool");
        opensc.args(["--reader", READER, "--atr"]);
        let atr = run(&mut opensc);
        assert!(atr.stdout.contains("3b:88:80:01"), "{atr:#?}");
        let mut opensc = Command::new("opensc-tool");
        opensc.args(["--reader", READER]);
        opensc.args([
            "-s",
            "00A4040C0AD392F000260100000001",
            "-s",
            "00A4020C02000A",
            "-s",
            "00B0000004",
        ]);
        let read = run(&mut opensc);
        assert_eq!(
            read.stdout.matches("SW1=0x90, SW2=0x00").count(),
            3,
            "{read:#?}"
        );
        assert!(read.stdout.contains("30 82"), "{read:#?}");
        desk.restart();
    }
    assert!(desk.plug.is_occupied());
}

/// Without quick acknowledgements each of these takes 44 ms. How long they take is said, and not
/// judged: a busy machine is no fault of ours.
#[test]
fn a_thousand_exchanges_go_through_a_real_pcscd() {
    let test = "a_thousand_exchanges_go_through_a_real_pcscd";
    if Script::compile("calls", test).is_some()
        && let Some(outcome) = alone(test, "a_thousand_exchanges_alone")
    {
        println!("{}", outcome.stdout);
    }
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn a_thousand_exchanges_alone() {
    let script = Script::compile("calls", "a_thousand_exchanges_alone").unwrap();
    let _desk = Desk::new();
    let calls = ["establish", "wait-present", "connect"];
    let mut client = Command::new(&script.program);
    client.arg(READER).args(calls).args(["transmit"; 1_000]);
    let begun = Instant::now();
    let outcome = run(&mut client);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    let answers = outcome
        .stdout
        .lines()
        .filter(|line| line.starts_with("transmit 00000000"));
    assert_eq!(answers.count(), 1_000, "{outcome:#?}");
    println!("1000 exchanges over pcscd and vpcd: {:?}", begun.elapsed());
}
