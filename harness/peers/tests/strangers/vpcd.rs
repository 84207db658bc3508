//! The virtual My Number card in a real pcscd, through vsmartcard's driver: strangers that know
//! nothing of us read it there.

use std::process::Command;
use std::time::Instant;

use madoguchi_card::Profile;
use madoguchi_peers::{Pcscd, Script, have, run};

use crate::desk::Desk;

#[test]
fn opensc_reads_the_card_in_a_real_pcscd() {
    let test = "opensc_reads_the_card_in_a_real_pcscd";
    if have("opensc-tool", test) && Script::compile("calls", test).is_some() {
        let _ = Pcscd::alone(test, "vpcd::opensc_alone");
    }
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn opensc_alone() {
    let mut desk = Desk::new(Profile::contactless());
    for _ in 0..2 {
        desk.wait_for_card();
        let mut opensc = Command::new("opensc-tool");
        opensc.args(["--reader", Desk::READER, "--atr"]);
        let atr = run(&mut opensc);
        assert!(atr.stdout.contains("3b:88:80:01"), "{atr:#?}");
        let mut opensc = Command::new("opensc-tool");
        opensc.args(["--reader", Desk::READER]);
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
    assert!(desk.has_card());
}

/// Without quick acknowledgements each of these takes 44 ms. How long they take is said, and not
/// judged: a busy machine is no fault of ours.
#[test]
fn a_thousand_exchanges_go_through_a_real_pcscd() {
    let test = "a_thousand_exchanges_go_through_a_real_pcscd";
    if Script::compile("calls", test).is_some()
        && let Some(outcome) = Pcscd::alone(test, "vpcd::a_thousand_exchanges_alone")
    {
        println!("{}", outcome.stdout);
    }
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn a_thousand_exchanges_alone() {
    let script = Script::compile("calls", "a_thousand_exchanges_alone").unwrap();
    let _desk = Desk::new(Profile::contactless());
    let calls = ["establish", "wait-present", "connect"];
    let mut client = Command::new(&script.program);
    client
        .arg(Desk::READER)
        .args(calls)
        .args(["transmit"; 1_000]);
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
