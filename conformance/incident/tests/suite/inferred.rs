//! Causes from logs: of real runs of pcscd, and of our client under libpcscspy.

use madoguchi_counter::play;
use madoguchi_incident::{Draft, Incident, Log, Mark, Place};
use madoguchi_notation::load;
use madoguchi_scenarios::{Act, Catalogue, Scenario};
use madoguchi_terms::Lang;

use super::{faults, read, wire, yaml};

/// Each planned fault in a log of libpcscspy (2.5), as it comes back.
#[test]
fn what_was_planned_comes_back_from_the_calls_of_a_program() {
    let cases = [
        (
            include_str!("../data/spy-torn.log"),
            "{ at: { instruction: { ins: read-binary, nth: 8 } }, what: torn }",
        ),
        (
            include_str!("../data/spy-rival.log"),
            "{ at: { after: 0s }, what: { rival: { hold: exclusive, stays: 1min } } }",
        ),
    ];
    for (log, fault) in cases {
        assert_eq!(faults(&read(log)), [fault]);
    }
}

/// What a card or a driver did in exchange 4, as pcscd 1.9.9 wrote it.
#[test]
fn what_a_card_did_comes_back_from_the_log_of_pcscd() {
    let at = "{ at: { presented: 1 }, what: ";
    let cases = [
        (include_str!("../data/pcscd-late.log"), "{ late: 2050ms } }"),
        (
            include_str!("../data/pcscd-status.log"),
            "{ status: \"6F00\" } }",
        ),
        (
            include_str!("../data/pcscd-trunc1.log"),
            "{ truncated: 1 } }",
        ),
        (
            include_str!("../data/pcscd-overlong.log"),
            "{ overlong: 300 } }",
        ),
        (include_str!("../data/pcscd-mute.log"), "torn }"),
    ];
    for (log, what) in cases {
        assert_eq!(faults(&read(log)), [format!("{at}{what}")]);
    }
    let torn = faults(&read(include_str!("../data/pcscd-torn.log")));
    assert_eq!(torn, [format!("{at}torn }}")], "the rest is because of it");
}

/// A card that was torn away was not taken by anybody, and what came after the program is no act.
#[test]
fn a_card_that_is_torn_is_not_taken() {
    let draft = Draft::of(&read(include_str!("../data/pcscd-torn.log")));
    let acts: Vec<&str> = draft.acts.iter().map(|act| act.text.as_str()).collect();
    let expected = [
        "login",
        "choose-method: pin",
        "enter-pin: right",
        "place-card",
        "close",
    ];
    assert_eq!(acts, expected);
}

/// A driver that answers a torn card with success and no byte: the language has no such fault.
#[test]
fn what_the_emulator_cannot_do_is_listed() {
    let incident = read(include_str!("../data/pcscd-torn.log"));
    let draft = Draft::infer(&incident.seen);
    let told: Vec<&str> = draft
        .unexplained
        .iter()
        .map(|one| one.what.get(Lang::En))
        .collect();
    assert!(
        told.iter()
            .any(|told| told.contains("succeeded without a byte")),
        "{told:?}"
    );
}

#[test]
fn entries_of_a_pin_are_told_by_what_the_card_said() {
    let yaml = yaml(&read(include_str!("../data/spy-pin.log")));
    let acts: Vec<&str> = yaml
        .lines()
        .skip_while(|line| *line != "when:")
        .skip(1)
        .map(|line| line.trim_start_matches("  - ").split(" #").next().unwrap())
        .collect();
    let expected = [
        "login",
        "choose-method: pin",
        "enter-pin: wrong",
        "place-card",
        "enter-pin: wrong",
        "enter-pin: right",
        "take-card",
        "choose-method: pin",
        "enter-pin: wrong",
        "place-card",
        "enter-pin: right",
        "take-card",
        "close",
    ];
    assert_eq!(acts, expected, "{yaml}");
    assert!(
        yaml.contains("- enter-pin: wrong # implied: pcsc-spy "),
        "{yaml}"
    );
    assert!(yaml.contains("- login # filled in"), "{yaml}");
}

#[test]
fn every_draft_is_a_scenario() {
    for log in [
        include_str!("../data/spy-torn.log"),
        include_str!("../data/spy-rival.log"),
        include_str!("../data/spy-pin.log"),
        include_str!("../data/pcscd-torn.log"),
        include_str!("../data/pcscd-mute.log"),
        include_str!("../data/two-programs.log"),
    ] {
        let incident = read(log);
        let draft = Draft::infer(&incident.seen);
        for lang in Lang::ALL {
            let text = draft.yaml(&incident.inputs, lang);
            let scenario: Scenario = load("draft.yaml", &text).unwrap();
            assert!(!scenario.when.is_empty());
        }
    }
}

/// A PIN of unknown purpose is no entry of the PIN that a check asks for.
#[test]
fn a_pin_of_another_reference_is_no_check_by_pin() {
    let log = include_str!("../data/pcscd-none.log");
    let refused = log.replacen("SW: 90 00", "SW: 6A 82", 1);
    let acts = |log: &str| -> Vec<String> {
        let acts = Draft::of(&read(log)).acts.into_iter();
        acts.map(|act| act.text).collect()
    };
    let pin = ["choose-method: pin", "enter-pin: wrong"].map(str::to_owned);
    assert_eq!(acts(log)[1..3], pin);
    assert_eq!(
        acts(&refused)[1..3],
        ["choose-method: visual", "place-card"]
    );
}

pub(super) fn entry(second: u32, path: &str, response: &str, more: &str) -> String {
    format!(
        r#"{{"startedDateTime":"2026-11-22T00:00:{second:02}.000Z","request":{{"method":"POST","url":"https://x.test{path}"}},"response":{response}{more}}}"#
    )
}

pub(super) fn har(entries: &[String]) -> Incident {
    let text = format!(
        r#"{{"log":{{"version":"1.2","entries":[{}]}}}}"#,
        entries.join(",")
    );
    read(&text)
}

#[test]
fn what_went_wrong_on_the_way_is_told_by_what_the_browser_saw() {
    let wire = wire();
    let route = |operation| wire.route(operation).unwrap().1.to_owned();
    let login = route(madoguchi_eligibility::Operation::Login);
    let ask = route(madoguchi_eligibility::Operation::EligibilityByCertificate);
    let ok = r#"{"status":200,"content":{"mimeType":"application/json","text":"{\"resultCode\":\"OK\"}"}}"#;
    let page = r#"{"status":503,"content":{"mimeType":"text/html","text":"<html>"}}"#;
    let busy = r#"{"status":429,"headers":[{"name":"retry-after","value":"30"}],"content":{}}"#;
    let reset = r#"{"status":0,"content":{},"_error":"net::ERR_CONNECTION_RESET"}"#;
    let silent = r#"{"status":0,"content":{},"_error":"net::ERR_TIMED_OUT"}"#;
    let slow = r#","timings":{"wait":2500,"receive":1}"#;
    let incident = har(&[
        entry(1, &login, ok, ""),
        entry(2, &ask, reset, ""),
        entry(3, &ask, page, ""),
        entry(4, &ask, busy, ""),
        entry(5, &ask, silent, ""),
        entry(6, &ask, ok, slow),
    ]);
    let draft = Draft::infer(&incident.seen);
    let told: Vec<&str> = draft
        .web_faults
        .iter()
        .map(|fault| fault.text.as_str())
        .collect();
    let of = "operation: eligibility-by-certificate";
    assert_eq!(
        told,
        [
            format!("reset: {{ {of} }}"),
            format!("server-error: {{ {of}, nth: 2, status: 503 }}"),
            format!("too-many-requests: {{ {of}, nth: 3, retry-after: 30 }}"),
            format!("silent: {{ {of}, nth: 4 }}"),
            format!("delay: {{ {of}, nth: 5, ms: 2500 }}"),
        ]
    );
    let reset = &draft.web_faults[0].mark;
    assert_eq!(
        *reset,
        Mark::OneOf(vec!["reset".into(), "answer-lost".into()])
    );
    let presses = draft
        .acts
        .iter()
        .filter(|act| act.text == "press: 再試行")
        .count();
    assert_eq!(presses, 4);
    let clean = har(&[entry(1, &login, ok, ""), entry(2, &ask, ok, "")]);
    assert!(Draft::infer(&clean.seen).web_faults.is_empty());
}

/// The same run as two programs saw it is told once, and joins their clocks.
#[test]
fn the_same_exchanges_in_two_logs_join_their_clocks() {
    let pcscd = include_str!("../data/pcscd-none.log");
    let later = format!("05000000 pcscdaemon.c:1:main() pcsc-lite 1.9.9 daemon ready.\n{pcscd}");
    let logs = [pcscd, &later].map(|text| Log::of(text.as_bytes()));
    let incident = Incident::read(&logs, wire());
    let one = read(pcscd);
    let exchanges = |incident: &Incident| super::apdus(incident).len();
    assert_eq!(exchanges(&incident), exchanges(&one));
    assert_eq!(incident.inputs[1].place, Place::First, "it tells more");
    let Place::Same(shift) = incident.inputs[0].place else {
        panic!("{:?}", incident.inputs[0].place)
    };
    let same = (shift.same, shift.by, shift.spread);
    assert_eq!(same, (exchanges(&one), 5_000_000, 0));
}

/// An exchange of a client, as `pcscd --debug --apdu` writes it.
pub(super) fn transmit(client: u32, command: &str, answer: &str) -> String {
    format!(
        "00000001 winscard_svc.c:361:ContextThread() Received command: TRANSMIT from client {client}\n\
         00000001 APDU: {command}\n00001000 SW: {answer}\n\
         00000001 winscard_svc.c:694:ContextThread() TRANSMIT for client {client}, rv=SCARD_S_SUCCESS\n"
    )
}

/// What another program said to the card is not judged as if the program in question had.
#[test]
fn another_program_beside_it_is_a_rival() {
    let jpki = "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01";
    let text = [
        "00000001 eventhandler.c:423:EHStatusHandlerThread() Card inserted into X 00 00\n".into(),
        transmit(14, jpki, "90 00"),
        transmit(16, "00 A4 04 00 06 D2 76 00 01 24 01", "6A 82"),
        transmit(14, "00 A4 02 0C 02 00 0A", "90 00"),
    ];
    let incident = read(&text.concat());
    let planned = "{ at: { after: 0s }, what: { rival: { hold: connection, stays: 1min } } }";
    assert_eq!(faults(&incident), [planned]);
    let judged = incident.trace("test").events.len();
    assert_eq!(judged, 3, "a card and two commands");
}

/// Settings and acts stand in a trace of ours; what goes wrong is inferred from its events all the same.
#[test]
fn a_trace_of_ours_comes_back_as_its_scenario() {
    let catalogue = Catalogue::builtin();
    for entry in catalogue.entries() {
        let mut stored = Vec::new();
        play(&entry.id, "").write(&mut stored).unwrap();
        let incident = read(&String::from_utf8(stored).unwrap());
        let draft = Draft::of(&incident);
        let text = draft.yaml(&incident.inputs, Lang::En);
        let back: Scenario = load("draft.yaml", &text).unwrap_or_else(|wrong| {
            panic!("{}: {}\n{text}", entry.id, wrong.render(Lang::En, false))
        });
        let meant: Scenario = load(&entry.file, &entry.text).unwrap();
        assert_eq!(back.given.persona, meant.given.persona, "{}", entry.id);
        let acts = |scenario: &Scenario| -> Vec<Act> {
            scenario.when.iter().map(|act| (**act).clone()).collect()
        };
        assert_eq!(acts(&back), acts(&meant), "{}", entry.id);
        let planned = meant.given.reader.faults.len();
        assert!(back.given.reader.faults.len() <= planned, "{}", entry.id);
    }
}

/// What `pcsc-spy` prints of a raw file tells the same as the file.
#[test]
fn the_calls_of_a_program_may_be_printed_ones() {
    let raw = read(include_str!("../data/spy-pin.log"));
    let printed = read(include_str!("../data/spy-pin-printed.txt"));
    assert_eq!(super::apdus(&printed), super::apdus(&raw));
    let acts = |incident: &Incident| -> Vec<String> {
        let acts = Draft::of(incident).acts.into_iter();
        acts.map(|act| act.text).collect()
    };
    assert_eq!(acts(&printed), acts(&raw));
}

/// What a person did so that it went on: the reader back in its place, the card once more.
#[test]
fn after_a_failure_somebody_did_something() {
    let select = |thread: u32, rv: &str, answer: &str| {
        format!(
            "{thread:08X}@>|1|{thread}|SCardTransmit\n{thread:08X}@0x1\n{thread:08X}@0x00000002\n\
             {thread:08X}@0x00000010\n{thread:08X}@0x0000000F\n\
             {thread:08X}@00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 \n\
             {thread:08X}@0xFFFFFFFFFFFFFFFF\n{thread:08X}@0xFFFFFFFFFFFFFFFF\n{answer}\
             {thread:08X}@<|1|{thread}|SCardTransmit|{rv}\n"
        )
    };
    let connect = |thread: u32| {
        format!(
            "{thread:08X}@>|1|{thread}|SCardConnect\n{thread:08X}@0x1\n{thread:08X}@X\n{thread:08X}@0x2\n\
             {thread:08X}@<|1|{thread}|SCardConnect|0x00000000\n"
        )
    };
    let ok = |thread: u32| {
        let answer = format!("{thread:08X}@0x00000002\n{thread:08X}@90 00 \n");
        select(thread, "0x00000000", &answer)
    };
    let acts = |rv: &str| -> Vec<String> {
        let text = connect(1) + &ok(2) + &select(3, rv, "") + &connect(4) + &ok(5);
        let acts = Draft::of(&read(&text)).acts.into_iter();
        acts.map(|act| act.text).collect()
    };
    let begin = ["login", "choose-method: visual", "place-card"];
    let with = |more: &'static [&'static str]| [&begin[..], more, &["take-card", "close"]].concat();
    assert_eq!(acts("0x80100011"), with(&["plug-reader", "place-card"]));
    assert_eq!(acts("0x80100069"), with(&["place-card"]));
    assert_eq!(acts("0x80100016"), with(&["place-card"]));
}

/// In a trace of ours an exchange that the reader took with it has no code.
#[test]
fn a_reader_that_is_pulled_out_is_told_from_a_trace_too() {
    let mut stored = Vec::new();
    play("reader/unplugged", "").write(&mut stored).unwrap();
    let text = String::from_utf8(stored).unwrap();
    let found = faults(&read(&text));
    assert!(
        found.iter().all(|fault| fault.contains("unplugged")),
        "{found:?}"
    );
}

/// Where a redirect leads, that an answer had begun, and what kind of insurance it told.
#[test]
fn what_an_answer_was_is_told_without_whose_it_was() {
    use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};
    let wire = wire();
    let operation = Operation::EligibilityByCertificate;
    let ask = wire.route(operation).unwrap().1.to_owned();
    let moved = |status: u16, to: &str| {
        format!(
            r#"{{"status":{status},"headers":[{{"name":"Location","value":"{to}"}}],"content":{{}}}}"#
        )
    };
    let told = |class: &str, birthdate: &str| {
        let mut result = Fields::new();
        result.set(Field::InsuredCardClassification, class);
        result.set(Field::Birthdate, birthdate);
        let mut answer = Answer::new(Decision::Ok, "one-valid");
        answer.results.push(result);
        let body = wire.render(Some(operation), &answer).body;
        let body = serde_json::Value::from(String::from_utf8(body).unwrap());
        format!(r#"{{"status":200,"content":{{"mimeType":"application/json","text":{body}}}}}"#)
    };
    let cut = r#"{"status":200,"content":{"mimeType":"application/json","text":"{\"a\""},"_error":"net::ERR_CONNECTION_RESET"}"#;
    let of = "operation: eligibility-by-certificate";
    let infer = |responses: &[&str]| {
        let entries = responses.iter().zip(1..);
        let entries = entries.map(|(response, second)| entry(second, &ask, response, ""));
        Draft::infer(&har(&entries.collect::<Vec<_>>()).seen)
    };
    let faults = |responses: &[&str]| -> Vec<String> {
        let faults = infer(responses).web_faults.into_iter();
        faults.map(|fault| fault.text).collect()
    };
    assert_eq!(
        faults(&[
            &moved(308, "http://x.test/elsewhere"),
            &moved(302, "https://other.test/"),
            &moved(302, "/login"),
            cut,
            &told("01", "19850300"),
        ]),
        [
            format!("redirect: {{ {of}, status: 308, to: plain }}"),
            format!("redirect: {{ {of}, nth: 2, status: 302, to: other-host }}"),
            format!("captive-portal: {{ {of}, nth: 3, redirect: true }}"),
            format!("reset-in-body: {{ {of}, nth: 4 }}"),
            format!("partial-date: {{ {of}, nth: 5, of: birthdate, is: no-day }}"),
        ]
    );
    let special = infer(&[&told("05", "19850303")]);
    assert!(special.web_faults.is_empty());
    let given: Vec<&str> = special.given.iter().map(|line| &*line.text).collect();
    assert!(
        given.contains(&"record: { insurance: [{ card-classification: \"05\" }] }"),
        "{given:?}"
    );
}

/// A card on the reader that shows this certificate.
pub(super) fn shown(certificate: &str) -> String {
    let beginning = certificate.repeat(80);
    [
        "00000001 eventhandler.c:423:EHStatusHandlerThread() Card inserted into X 00 00\n".into(),
        transmit(14, "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01", "90 00"),
        transmit(14, "00 A4 02 0C 02 00 0A", "90 00"),
        transmit(14, "00 B0 00 00 50", &format!("{beginning}90 00")),
        "00200000 eventhandler.c:333:EHStatusHandlerThread() Card Removed From X 00 00\n".into(),
    ]
    .concat()
}

/// By whether it is the same certificate: who it is, is not in the draft.
#[test]
fn another_holder_is_another_person_and_the_same_one_is_not() {
    let log = ["11 ", "22 ", "11 "].map(shown).concat();
    let draft = Draft::of(&read(&log));
    let placed: Vec<&str> = draft
        .acts
        .iter()
        .map(|act| act.text.as_str())
        .filter(|text| text.starts_with("place-card"))
        .collect();
    assert_eq!(
        placed,
        ["place-card", "place-card: shiken-hanako", "place-card"]
    );
}

/// A success without a byte, an answer that comes twice, a card that is changed for another in a moment: none of
/// them is taken for a fault that it is not.
#[test]
fn what_no_fault_is_like_makes_no_scenario_of_another() {
    let whole = shown("11 ");
    let once = "00001000 SW: 90 00\n";
    let empty = whole.replacen(once, "00001000 SW: \n", 1);
    let twice = whole.replacen(once, &once.repeat(2), 1);
    let changed = shown("11 ") + &shown("22 ");
    for (log, allowed) in [
        (&whole, None),
        (&empty, Some("truncated: 0")),
        (&twice, None),
        (&changed, None),
    ] {
        for fault in faults(&read(log)) {
            let is_allowed = allowed.is_some_and(|word| fault.contains(word));
            assert!(is_allowed, "{fault}\n{log}");
        }
    }
}

/// A call that never returns, while the program goes on: it hung. Where the log ends with it, it was cut perhaps.
#[test]
fn a_call_that_never_returns_hung_where_the_program_goes_on() {
    let log = include_str!("../data/spy-pin.log");
    let calls: Vec<&str> = log
        .lines()
        .filter(|line| line.contains("|SCardTransmit"))
        .collect();
    let left = calls.iter().rfind(|line| line.contains("@<|")).unwrap();
    let cut = &log[..log.find(left).unwrap()];
    assert_eq!(faults(&read(cut)), [""; 0]);
    let seconds: u64 = left.split('|').nth(1).unwrap().parse().unwrap();
    let then = |function: &str| {
        let second = seconds + 2;
        format!(
            "0000000000AA@>|{second}|5|{function}\n0000000000AA@0x1\n0000000000AA@<|{second}|9|{function}|0x00000000\n"
        )
    };
    let on = format!("{cut}{}", then("SCardReleaseContext"));
    let found = faults(&read(&on));
    assert!(
        found.len() == 1 && found[0].ends_with("what: hangs }"),
        "{found:?}"
    );
}
