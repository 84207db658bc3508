//! Shapes of lines, and who wrote them.

use madoguchi_incident::Writer;
use madoguchi_trace::{ReaderEvent, What};

use super::{apdus, read};

/// The same two exchanges, as each build of pcscd and each way to its log writes them.
#[test]
fn every_shape_of_a_pcscd_line_is_read() {
    let (command, answer) = (
        "APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 ",
        "SW: 90 00 ",
    );
    let shapes = [
        ("00000010 ", "00017000 "),
        (
            "\u{1b}[36m00000100\u{1b}[0m [139702983595584] \u{1b}[34m",
            "\u{1b}[36m00000100\u{1b}[0m [139702983595584] ",
        ),
        ("0000010 ", "0017000 "),
        (
            "oct 06 05:03:29 user pcscd[52231]: 00000010 ",
            "oct 06 05:03:29 user pcscd[52231]: 00017000 ",
        ),
        (
            "11月 21 12:03:07 host pcscd[7]: 00000010 ",
            "11月 21 12:03:07 host pcscd[7]: 00017000 ",
        ),
        (
            "2026-11-21T12:03:07.123456+09:00 host pcscd[7]: ",
            "2026-11-21T12:03:07.223456+09:00 host pcscd[7]: ",
        ),
        ("", ""),
    ];
    for (before, behind) in shapes {
        let text = format!("{before}{command}\n{behind}{answer}\n");
        assert_eq!(
            Writer::detect(text.as_bytes()),
            Some(Writer::Pcscd),
            "{before}"
        );
        let incident = read(&text);
        let apdus = apdus(&incident);
        assert_eq!(
            (apdus.len(), apdus[0].sw.as_deref()),
            (1, Some("9000")),
            "{before}"
        );
    }
    for place in [
        "winscard.c:1620:SCardTransmit() ",
        "../src/winscard.c:1620:SCardTransmit() ",
        "/var/tmp/portage/sys-apps/pcsc-lite-2.0.1/work/src/winscard.c:1620:SCardTransmit() ",
    ] {
        let text = format!(
            "00000001 {command}\n00000001 SW: \n00000001 {place}Card not transacted: 0x80100016\n"
        );
        let incident = read(&text);
        assert_eq!(
            apdus(&incident)[0].fault.as_deref(),
            Some("transmission"),
            "{place}"
        );
        assert!(incident.unknown[0].unknown.is_empty(), "{place}");
    }
}

#[test]
fn opensc_is_read_in_its_old_and_new_forms() {
    let prefixes = [
        "P:17092; T:6420 2024-06-10 11:48:09.853 [cardmod] apdu.c:382:sc_single_transmit: ",
        "P:4711; T:0x140 12:27:43.140 [pkcs11-tool] apdu.c:382:sc_single_transmit: ",
        "0x7fff7e07b300 12:27:43.140733193388135 [tokend] apdu.c:187:sc_apdu_log: ",
        "2015-09-29 04:22:23.761 ",
    ];
    let blocks = [
        ("Outgoing APDU (9 bytes):", "Incoming APDU (2 bytes):", ""),
        (
            "Outgoing APDU data [    9 bytes] =====================================",
            "Incoming APDU data [    2 bytes] =====================================",
            "======================================================================",
        ),
    ];
    for prefix in prefixes {
        for (out, back, end) in blocks {
            let text = format!(
                "{prefix}\n\n{out}\n00 20 00 80 04 31 32 33 34 . ...1234\n{end}\n{prefix}\n{back}\n63 C2 c.\n{end}\n"
            );
            let incident = read(&text);
            let apdus = apdus(&incident);
            assert_eq!(apdus.len(), 1, "{text}");
            assert_eq!(apdus[0].sw.as_deref(), Some("63C2"));
            assert_eq!(apdus[0].data.as_deref(), Some("len=4"));
        }
    }
}

#[test]
fn a_code_of_more_than_32_bits_is_its_last_32() {
    let text = "\
P:1; T:0x1 12:27:43.140 [x] apdu.c:1:sc_single_transmit: \nOutgoing APDU (5 bytes):
00 B0 00 00 00 .....
P:1; T:0x1 12:27:43.240 [x] reader-pcsc.c:283:pcsc_internal_transmit: x:SCardTransmit/Control failed: 0x7fc680100069
";
    let incident = read(text);
    assert_eq!(apdus(&incident)[0].fault.as_deref(), Some("torn"));
}

#[test]
fn apdu4j_and_arrows_are_read() {
    let text = "\
A>> T=1 (4+0010) 00A4040C 0A D392F000260100000001
A<< (0000+2) (12ms) 9000
A>> T=1 (4+0000) 00B00000 04
A<< (0004+2) (15ms) 30820600 9000
";
    let incident = read(text);
    let apdus = apdus(&incident);
    assert_eq!(apdus.len(), 2);
    assert_eq!(apdus[1].answer.as_deref(), Some("len=4"));
    assert_eq!(incident.seen.last().unwrap().us, 15_000);
}

#[test]
fn one_line_does_not_decide_and_an_unknown_one_rejects_nothing() {
    let text = format!(
        "Bug report\nSteps: I ran the program\n$ pcscd -fda\n{}\nthanks! 00 20 00 80\n",
        include_str!("../data/pcscd-none.log")
    );
    assert_eq!(Writer::detect(text.as_bytes()), Some(Writer::Pcscd));
    let incident = read(&text);
    let clean = read(include_str!("../data/pcscd-none.log"));
    assert_eq!(apdus(&incident), apdus(&clean));
    let unknown = &incident.unknown[0].unknown;
    assert!(
        [1, 2, 3].iter().all(|line| unknown.contains(line)),
        "{unknown:?}"
    );
    assert_eq!(Writer::detect(b"nothing of interest\n"), None);
    assert_eq!(Writer::detect(b"00A4040C\n9000"), Some(Writer::Plain));
}

#[test]
fn a_paste_of_two_logs_is_both() {
    let opensc = "\
P:1; T:0x1 12:27:43.140 [x] apdu.c:1:sc_single_transmit: \nOutgoing APDU (5 bytes):
00 B0 00 00 00 .....
P:1; T:0x1 12:27:43.240 [x] apdu.c:1:sc_single_transmit: \nIncoming APDU (2 bytes):
6A 82 j.
";
    let text = format!("{}{opensc}", include_str!("../data/pcscd-none.log"));
    let writers: Vec<Writer> = read(&text)
        .inputs
        .iter()
        .map(|input| input.writer)
        .collect();
    assert_eq!(writers, [Writer::Pcscd, Writer::Opensc]);
}

#[test]
fn a_damaged_line_costs_its_own_exchange_and_is_told() {
    let text = "\
00000001 APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 
00000001 SW: 90 00 
00000001 APDU: 00 20 00 80 04 31 32 33 3X 
00000001 SW: 63 C2 
00000001 APDU: 00 20 00 80 
00000001 SW: 63 C2 
";
    let incident = read(text);
    assert_eq!(incident.inputs[0].damaged, [3]);
    let told: Vec<(usize, Option<&str>)> = incident
        .seen
        .iter()
        .zip(apdus(&incident))
        .map(|(one, apdu)| (one.line, apdu.sw.as_deref()))
        .collect();
    assert_eq!(told, [(1, Some("9000")), (5, Some("63C2"))]);
}

#[test]
fn readers_services_and_programs_come_and_go() {
    let text = "\
00000001 pcscdaemon.c:666:main() pcsc-lite 1.9.9 daemon ready.
00000001 eventhandler.c:423:EHStatusHandlerThread() Card inserted into X 00 00
00000005 Card ATR: 3B 88 80 01 00 00 05 E0 B3 81 A1 00 7F 
00000001 winscard_svc.c:503:ContextThread() CONNECT for client 7, rv=SCARD_E_SHARING_VIOLATION
00000001 winscard_svc.c:503:ContextThread() CONNECT for client 7, rv=0x8010000B
00000001 hotplug_libudev.c:1:HPRemoveDevice() Removing USB device[0]: X at /dev/bus/usb/001/002
00000001 pcscdaemon.c:1:signal_trap() Preparing for exit
";
    let incident = read(text);
    let told: Vec<String> = incident
        .seen
        .iter()
        .filter_map(|one| one.what.as_ref())
        .map(|what| match what {
            What::Reader(ReaderEvent::ServiceStarted {}) => "started".into(),
            What::Reader(ReaderEvent::ServiceStopped {}) => "stopped".into(),
            What::Reader(ReaderEvent::Inserted { .. }) => "inserted".into(),
            What::Reader(ReaderEvent::Unplugged {}) => "unplugged".into(),
            What::Pcsc(call) => format!("{} {}", call.call, call.rv),
            other => format!("{other:?}"),
        })
        .collect();
    let refused = "connect 8010000B";
    assert_eq!(
        told,
        [
            "started",
            "inserted",
            refused,
            refused,
            "unplugged",
            "stopped"
        ]
    );
}
