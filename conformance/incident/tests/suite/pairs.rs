//! Whose answer is whose, and what an empty one is.

use super::{apdus, read};

/// Two programs at one reader, pcscd 1.9.9 and vpcd with `--debug --apdu`: one selects only, the other
/// reads only.
const TWO: &str = include_str!("../data/two-programs.log");

#[test]
fn the_answers_of_two_programs_are_told_apart_by_whom_they_are_for() {
    let incident = read(TWO);
    let apdus = apdus(&incident);
    assert_eq!(incident.inputs[0].exchanges, 12);
    assert_eq!(incident.inputs[0].unpaired, 0);
    for apdu in apdus {
        let answer = apdu.answer.as_deref();
        match apdu.name.as_str() {
            "SELECT" => assert_eq!(answer, None, "a SELECT has no data"),
            "READ BINARY" => assert_eq!(answer, Some("len=2")),
            other => panic!("{other}"),
        }
        assert_eq!(apdu.sw.as_deref(), Some("9000"));
    }
}

#[test]
fn where_nothing_tells_two_programs_apart_no_answer_is_shown() {
    let is_plain = |line: &&str| line.contains("APDU: ") || line.contains("SW: ");
    let text: Vec<&str> = TWO.lines().filter(is_plain).collect();
    let incident = read(&text.join("\n"));
    let apdus = apdus(&incident);
    assert_eq!(apdus.len(), 12);
    for apdu in apdus {
        let is_mixed = apdu.fault.as_deref() == Some("unpaired");
        let own = (apdu.name.as_str() == "READ BINARY").then_some("len=2");
        assert!(is_mixed || apdu.answer.as_deref() == own, "{apdu:?}");
        assert!(
            !is_mixed || apdu.answer.is_none() && apdu.sw.is_none(),
            "{apdu:?}"
        );
    }
    assert!(incident.inputs[0].unpaired >= 10);
    assert!(
        incident.trace("test").events.len() <= 4,
        "none of them is judged"
    );
}

#[test]
fn threads_tell_two_programs_apart_too() {
    let text = "\
00000010 [7F01] APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 
00000010 [7F02] APDU: 00 B0 00 00 02 
00050000 [7F01] SW: 90 00 
00000010 [7F01] APDU: 00 A4 02 0C 02 00 0A 
00050000 [7F02] SW: 07 07 90 00 
00050000 [7F01] SW: 6A 82 
";
    let incident = read(text);
    let told: Vec<(&str, Option<&str>)> = apdus(&incident)
        .into_iter()
        .map(|apdu| (apdu.name.as_str(), apdu.sw.as_deref()))
        .collect();
    let select = |sw| ("SELECT", Some(sw));
    assert_eq!(
        told,
        [
            select("9000"),
            ("READ BINARY", Some("9000")),
            select("6A82")
        ]
    );
}

fn fault_of_fourth(text: &str) -> Option<String> {
    let incident = read(text);
    let apdus = apdus(&incident);
    let fourth = apdus.iter().filter(|apdu| apdu.header != "00B00000").nth(3);
    fourth.and_then(|apdu| apdu.fault.as_deref().map(str::to_owned))
}

#[test]
fn an_empty_answer_is_what_the_lines_around_it_say() {
    let torn = include_str!("../data/pcscd-torn.log");
    let mute = include_str!("../data/pcscd-mute.log");
    assert_eq!(fault_of_fourth(torn).as_deref(), Some("torn"));
    assert_eq!(fault_of_fourth(mute).as_deref(), Some("torn"));
    let alone = "00000001 APDU: 00 B0 00 00 04 \n00000009 SW: \n";
    let with = |more: &str| {
        let incident = read(&format!("{alone}{more}"));
        apdus(&incident)[0].fault.as_deref().map(str::to_owned)
    };
    assert_eq!(with("").as_deref(), Some("empty"));
    let not_transacted = "00000001 ifdwrapper.c:543:IFDTransmit() Card not transacted: 612\n";
    assert_eq!(with(not_transacted).as_deref(), Some("transmission"));
    let absent = "00000001 ifdwrapper.c:543:IFDTransmit() Card not transacted: 616\n";
    assert_eq!(with(absent).as_deref(), Some("torn"));
    let removed = "00090000 eventhandler.c:358:EHStatusHandlerThread() Card Removed From X\n";
    assert_eq!(with(removed).as_deref(), Some("torn"));
    let gone = "00090000 hotplug_libudev.c:1:x() Removing USB device[0]: X at /dev/x\n";
    assert_eq!(with(gone).as_deref(), Some("transmission"));
    let code = "00000001 winscard.c:1620:SCardTransmit() Card not transacted: 0x80100016\n";
    assert_eq!(with(code).as_deref(), Some("transmission"));
}

#[test]
fn a_log_without_a_fault_has_none() {
    let none = read(include_str!("../data/pcscd-none.log"));
    assert!(apdus(&none).iter().all(|apdu| apdu.fault.is_none()));
    assert_eq!(apdus(&none).len(), none.inputs[0].exchanges);
}
