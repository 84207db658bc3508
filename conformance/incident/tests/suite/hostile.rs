//! Logs that were cut, mixed and garbled: the import may lose a fault, never invent one, never panics.

use madoguchi_incident::{Draft, Incident, Log, Writer};
use proptest::prelude::*;

use super::formats::{APP, DRIVER, FREERDP};
use super::{PATTERNS, faults, read, wire, yaml};

const CLEAN: &str = include_str!("../data/pcscd-none.log");
const SPY: &str = include_str!("../data/spy-pin.log");
const TWO: &str = include_str!("../data/two-programs.log");
const TORN: &str = include_str!("../data/pcscd-torn.log");

fn everything(text: &str) {
    let writers = Writer::ALL.into_iter().map(Some).chain([None]);
    for (writer, patterns) in writers.flat_map(|one| [(one, None), (one, Some(&*PATTERNS))]) {
        let log = Log {
            bytes: text.as_bytes(),
            writer,
            patterns,
            clock: None,
        };
        let incident = Incident::read(&[log], wire());
        let said = yaml(&incident);
        let mut trace = Vec::new();
        let written = incident.trace("test").write(&mut trace);
        written.expect("memory can be written");
        assert_eq!(incident.leaks_in(&said), 0);
        assert_eq!(incident.leaks_in(&String::from_utf8_lossy(&trace)), 0);
    }
}

/// Lines without some of them.
fn thinned(text: &str, keep: &[bool]) -> String {
    let mut keep = keep.iter().cycle();
    let lines = text
        .lines()
        .filter(|_| keep.next().is_some_and(|keep| *keep));
    lines.map(|line| format!("{line}\n")).collect()
}

/// Faults that a log without one is said to have, apart from a slow answer: where lines are missing,
/// the time between two others is longer.
fn invented(text: &str) -> Vec<String> {
    let log = Log {
        // only an app's own log has lines that they fit
        patterns: text.contains("card >>").then_some(&*PATTERNS),
        ..Log::of(text.as_bytes())
    };
    let faults = faults(&Incident::read(&[log], wire())).into_iter();
    faults.filter(|fault| !fault.contains("late")).collect()
}

#[test]
fn clean_logs_have_no_fault() {
    assert_eq!(faults(&read(CLEAN)), Vec::<String>::new());
    assert_eq!(faults(&read(SPY)), Vec::<String>::new());
    for text in [FREERDP, DRIVER] {
        assert_eq!(faults(&read(text)), Vec::<String>::new());
    }
}

/// One gap, wherever it is. A whole exchange that is missing cannot be seen: its lines would be
/// seven with pcscd, eleven with libpcscspy.
#[test]
fn a_log_with_a_gap_has_no_fault_that_nobody_planned() {
    let texts = [
        (CLEAN, &[1, 2, 3, 5, 6][..]),
        (TWO, &[1, 2, 3, 5, 6]),
        (SPY, &[4, 8, 10]),
        (FREERDP, &[1, 2, 3, 4, 6]),
        (DRIVER, &[1, 3]),
        (APP, &[1, 3]),
    ];
    for (text, widths) in texts {
        let lines: Vec<&str> = text.lines().collect();
        for width in widths {
            for at in 0..lines.len() - width {
                let left = [&lines[..at], &lines[at + width..]].concat().join("\n");
                assert_eq!(
                    invented(&left),
                    Vec::<String>::new(),
                    "lines {at}, {width} of them"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_bytes_make_a_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_pieces_of_logs_make_a_reader_panic(pieces in prop::collection::vec(prop::sample::select(vec![
        "APDU: ", "SW: ", "00 A4 04 0C", "Outgoing APDU (", "Incoming APDU (", "16", " bytes):", "\n",
        "\u{1b}[", "m", "9000", "窓", "> ", "< ", "12:03:07.114", "99999999", " ", "Z", "\u{fffd}",
        "7F90E21DD6C0@>|1|2|SCardTransmit\n", "7F90E21DD6C0@<|1|3|SCardTransmit|0x00000000\n",
        "7F90E21DD6C0@0xFFFFFFFFFFFFFFFF\n", "7F90E21DD6C0@00 B0 00 00 04 \n", "Card inserted into X\n",
        "TRANSMIT for client 3, rv=SCARD_S_SUCCESS", "{\"log\":{\"entries\":[{}]}}",
        "Received command: TRANSMIT from client 3\n",
        "[10:32:08:127] [1:2] [DEBUG][com.freerdp.channels.smartcard.client] - ", "Transmit_Call {\n",
        "Transmit_Return {\n", "}\n", "  ReturnCode: x (0x00000000)\n", "  cbRecvLength: 2\n",
        "pbSendBuffer: { 00B0000004 }\n", "  pbRecvBuffer: { 9000 }\n", "-> 000000 6F 05 00 00 00 00 01 00 00 00 ",
        "<- 000000 80 02 00 00 00 00 01 00 00 00 90 00\n", "2026-11-22 09:00:00.100 card >> 00B0000004\n",
        "2026-11-22 09:00:00.200 card << 9000 (3 ms)\n", "A>> T=1 (4+0000) ", "A<< (0000+2) (8s378ms) 9000\n", "Card Removed From X\n", "x.c:1:f() ",
    ]), 0..40)) {
        everything(&pieces.concat());
    }

    #[test]
    fn a_log_that_lost_lines_has_no_fault_that_nobody_planned(
        keep in prop::collection::vec(prop::bool::weighted(0.95), 1..400),
    ) {
        // of an app's log two lines are a whole exchange
        for text in [CLEAN, SPY, TWO, FREERDP, DRIVER] {
            let thinned = thinned(text, &keep);
            let invented = invented(&thinned);
            prop_assert!(invented.is_empty(), "{invented:?}");
        }
    }

    #[test]
    fn a_log_that_was_cut_anywhere_has_no_fault_that_nobody_planned(at in 0_usize..20_000, tail in any::<bool>()) {
        for text in [CLEAN, SPY, TWO, FREERDP, DRIVER, APP] {
            let at = at.min(text.len());
            if !text.is_char_boundary(at) { continue; }
            let cut = if tail { &text[at..] } else { &text[..at] };
            let invented = invented(cut);
            prop_assert!(invented.is_empty(), "{invented:?}");
        }
    }

    #[test]
    fn two_neighbours_that_swapped_places_have_no_fault_that_nobody_planned(at in 0_usize..300) {
        for text in [CLEAN, SPY, FREERDP, DRIVER, APP] {
            let mut lines: Vec<&str> = text.lines().collect();
            if at + 1 < lines.len() { lines.swap(at, at + 1); }
            let invented = invented(&lines.join("\n"));
            prop_assert!(invented.is_empty(), "{invented:?}");
        }
    }

    #[test]
    fn a_fault_may_be_lost_but_becomes_no_other(keep in prop::collection::vec(prop::bool::weighted(0.95), 1..400)) {
        let found = invented(&thinned(TORN, &keep));
        for fault in found {
            let is_of_class = ["torn", "truncated: 0", "damaged", "mute"].iter().any(|word| fault.contains(word));
            prop_assert!(is_of_class, "{fault}");
        }
    }
}

#[test]
fn a_draft_of_nothing_is_still_a_scenario() {
    let draft = Draft::infer(&[]);
    assert!(draft.reader_faults.is_empty() && draft.web_faults.is_empty());
    assert_eq!(draft.marks(), [0, 0, 0, 9]);
}
