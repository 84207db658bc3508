//! FreeRDP's log, the driver's messages without pcscd's APDU lines, and an app's own log by patterns.

use madoguchi_incident::{Draft, Incident, Log, Named, Patterns, Place, Writer};
use madoguchi_terms::Lang;

use super::{PATTERNS, apdus, faults, read, wire, yaml};

pub(crate) const FREERDP: &str = include_str!("../data/freerdp.log");
pub(crate) const DRIVER: &str = include_str!("../data/pcscd-debug-only.log");
pub(crate) const APP: &str = include_str!("../data/app.log");

fn by_example(text: &str, others: &[&str]) -> Incident {
    let of_app = Log {
        patterns: Some(&PATTERNS),
        ..Log::of(text.as_bytes())
    };
    let others = others.iter().map(|text| Log::of(text.as_bytes()));
    let logs: Vec<Log<'_>> = std::iter::once(of_app).chain(others).collect();
    Incident::read(&logs, wire())
}

fn told(incident: &Incident) -> Vec<(String, Option<String>)> {
    let told = apdus(incident).into_iter();
    told.map(|apdu| {
        let sw = apdu.sw.as_deref().map(str::to_owned);
        (apdu.header.to_string(), sw)
    })
    .collect()
}

fn expected(of: &[(&str, Option<&str>)]) -> Vec<(String, Option<String>)> {
    let of = of.iter();
    of.map(|(header, sw)| ((*header).to_owned(), sw.map(str::to_owned)))
        .collect()
}

const VISIT: [(&str, Option<&str>); 3] = [
    ("00A4040C", Some("9000")),
    ("00A4020C", Some("9000")),
    ("00B00000", Some("9000")),
];

#[test]
fn freerdps_calls_and_returns_are_exchanges() {
    assert_eq!(Writer::detect(FREERDP.as_bytes()), Some(Writer::Freerdp));
    let incident = read(FREERDP);
    assert_eq!(told(&incident), expected(&VISIT));
    assert!(incident.unknown[0].unknown.is_empty());
    assert!(incident.inputs[0].damaged.is_empty());
    // laid down, and how long the first answer took
    assert!(
        yaml(&incident).contains("- place-card # read: freerdp 4"),
        "{}",
        yaml(&incident)
    );
}

/// FreeRDP answers calls from several threads, and does not say which.
#[test]
fn of_two_commands_under_way_in_freerdp_neither_has_an_answer() {
    let prefix = "[10:32:08:127] [1:2] [DEBUG][com.freerdp.channels.smartcard.client] - ";
    let call = |command: &str| {
        format!("{prefix}Transmit_Call {{\n{prefix}pbSendBuffer: {{ {command} }}\n{prefix}}}\n")
    };
    let back = |answer: &str| {
        let length = answer.len() / 2;
        format!(
            "{prefix}Transmit_Return {{\n{prefix}  ReturnCode: SCARD_S_SUCCESS (0x00000000)\n\
             {prefix}  cbRecvLength: {length}\n{prefix}  pbRecvBuffer: {{ {answer} }}\n{prefix}}}\n"
        )
    };
    let text = [
        call("00B0000004"),
        call("00A4020C020018"),
        back("010203049000"),
        back("9000"),
        call("00B0000004"),
        back("010203049000"),
    ];
    let incident = read(&text.concat());
    assert_eq!(
        told(&incident),
        expected(&[
            ("00B00000", None),
            ("00A4020C", None),
            ("00B00000", Some("9000"))
        ])
    );
    assert_eq!(incident.inputs[0].unpaired, 2);
    // what is longer than its own buffer is cut off by FreeRDP
    let cut = back("010203049000").replace("9000 }", "90");
    let incident = read(&[call("00B0000004"), cut].concat());
    assert_eq!(told(&incident), expected(&[("00B00000", None)]));
    assert_eq!(faults(&incident), Vec::<String>::new());
}

#[test]
fn a_call_that_failed_in_freerdp_is_a_fault_by_its_code() {
    let torn = FREERDP.replace(
        "SCARD_S_SUCCESS (0x00000000)\n[10:32:09:300]",
        "SCARD_W_REMOVED_CARD (0x80100069)\n[10:32:09:300]",
    );
    assert_ne!(torn, FREERDP);
    let torn_at = "{ at: { instruction: { ins: read-binary, nth: 1 } }, what: torn }";
    assert_eq!(faults(&read(&torn)), [torn_at]);
    let warned = "[10:32:08:127] [1:2] [WARN][com.freerdp.channels.smartcard.client] - IRP failure: \
                  SCardTransmit (0x000900D0), status: SCARD_W_REMOVED_CARD (0x80100069)\n";
    let incident = read(warned);
    assert!(!incident.is_empty() && faults(&incident).is_empty());
}

/// `pcscd --debug` without `--apdu`: the driver's own lines hold the same.
#[test]
fn messages_of_the_driver_are_exchanges_where_pcscd_tells_none() {
    assert_eq!(Writer::detect(DRIVER.as_bytes()), Some(Writer::Pcscd));
    let incident = read(DRIVER);
    assert_eq!(told(&incident), expected(&VISIT));
    let newest = DRIVER
        .replace("> 000000 ", "> lun: 0, ")
        .replace("<- 000000 ", "<- lun: 0, ");
    assert_eq!(told(&read(&newest)), expected(&VISIT));
    // with --apdu both tell the same, and it is told once
    let both = format!("{DRIVER}00000010 APDU: 00 B0 00 00 02 \n00000010 SW: 30 82 90 00 \n");
    assert_eq!(told(&read(&both)), expected(&[("00B00000", Some("9000"))]));
    let mute = DRIVER.replace(
        "80 04 00 00 00 00 03 00 00 00 30 82 90 00",
        "80 00 00 00 00 00 03 40 FE 00",
    );
    assert_ne!(mute, DRIVER);
    let line = "{ at: { instruction: { ins: read-binary, nth: 1 } }, what: mute }";
    assert_eq!(faults(&read(&mute)), [line]);
}

#[test]
fn an_apps_own_log_is_read_by_patterns() {
    let incident = by_example(APP, &[]);
    assert_eq!(incident.inputs[0].writer, Writer::App);
    assert_eq!(told(&incident), expected(&VISIT));
    let yaml = yaml(&incident);
    for line in [
        "- login # read: app 2",
        "- choose-method: visual # read: app 4",
        "- place-card # read: app 5",
        "- press: \"再試行\" # read: app 15",
        "- take-card # read: app 18",
    ] {
        assert!(yaml.contains(line), "{line}\n{yaml}");
    }
    let at = |text: &str| yaml.find(text).unwrap();
    assert!(at("choose-method") < at("place-card") && at("place-card") < at("press"));
    let server = "server-error: { operation: eligibility-by-certificate, status: 503 }";
    assert!(yaml.contains(server), "{yaml}");
    let named: Vec<Named<'_>> = incident.seen.iter().filter_map(|one| one.named()).collect();
    assert!(named.contains(&Named::Screen("資格確認結果")), "{named:?}");
    // a line that no pattern fits
    assert_eq!(incident.unknown[0].unknown, [1]);
    assert!(by_example(APP, &[]).unknown[0].lines == 18);
}

#[test]
fn an_error_that_nothing_explains_is_told() {
    let text = "2026-11-22 09:00:00.000 login succeeded\n2026-11-22 09:00:01.000 ERROR 42\n";
    let draft = Draft::of(&by_example(text, &[]));
    let told: Vec<&str> = draft
        .unexplained
        .iter()
        .map(|one| one.what.get(Lang::En))
        .collect();
    assert_eq!(told, ["the app recorded an error: the app logged an error"]);
}

/// The acts of one log, the exchanges of another.
#[test]
fn acts_of_an_app_find_their_place_among_what_the_card_tells() {
    let acts =
        "2026-11-22 09:00:00.000 login succeeded\n2026-11-22 09:00:00.100 button pressed: pin\n";
    let begin = 1_795_305_600;
    let spy = include_str!("../data/spy-pin.log");
    let first = spy.split('|').nth(1).unwrap();
    let first: u64 = first.parse().unwrap();
    // its clock is set to the day of the other
    let spy = (0..60).fold(spy.to_owned(), |spy, second| {
        spy.replace(
            &format!("|{}|", first + second),
            &format!("|{}|", begin + 1 + second),
        )
    });
    let incident = by_example(acts, &[&spy]);
    assert!(matches!(incident.inputs[0].place, Place::Clock(_)));
    let yaml = yaml(&incident);
    let at = |text: &str| yaml.find(text).unwrap_or_else(|| panic!("{text}\n{yaml}"));
    assert!(
        at("- choose-method: pin # read") < at("- enter-pin: "),
        "{yaml}"
    );
    assert!(at("- enter-pin: ") < at("- place-card"), "{yaml}");
    assert_eq!(yaml.matches("choose-method").count(), 1);
}

/// Seconds are no measure of an answer.
#[test]
fn a_clock_without_parts_of_a_second_makes_no_answer_late() {
    let patterns = "madoguchi_patterns: 1\ntime: '^(?<time>\\S+ \\S+)'\nlines:\n  - match: '> (?<command>.*)$'\n  - match: '< (?<answer>.*)$'\n";
    let patterns = Patterns::parse("p.yaml", patterns).unwrap();
    let mut text = String::new();
    for second in 0..8 {
        let command = "00B0000002";
        let late = second / 2 + second % 2;
        text += &format!(
            "2026-11-22 09:00:0{late} > {command}\n2026-11-22 09:00:0{} < 30829000\n",
            second / 2 + 1
        );
    }
    let log = Log {
        patterns: Some(&patterns),
        ..Log::of(text.as_bytes())
    };
    let incident = Incident::read(&[log], wire());
    assert_eq!(incident.inputs[0].exchanges, 8);
    assert_eq!(faults(&incident), Vec::<String>::new());
}

#[test]
fn the_most_lines_decide_and_apdu4j_is_read_beside_others() {
    let plain = "# a session\n".to_owned()
        + &"> 00B0000002\n< 30829000\n".repeat(9)
        + "Card inserted into X\n";
    assert_eq!(Writer::detect(plain.as_bytes()), Some(Writer::Plain));
    let incident = read(&plain);
    assert_eq!(incident.inputs[0].exchanges, 9);
    let mixed = format!(
        "{}SCardConnect(\"X\", T=*) -> T=1, 3B80\nA>> T=1 (4+0000) 00B00000 02\nA<< (0002+2) (8s378ms) 3082 9000\n",
        include_str!("../data/pcscd-none.log")
    );
    let writers: Vec<Writer> = read(&mixed)
        .inputs
        .iter()
        .map(|input| input.writer)
        .collect();
    assert_eq!(writers, [Writer::Pcscd, Writer::Plain]);
    let timed = "[2026-11-22 09:00:00.100] > 00B0000002\n[2026-11-22 09:00:00.350] < 30829000\n";
    let later = timed.replace("00.", "02.");
    let incident = read(&format!("{timed}{later}"));
    assert_eq!(incident.inputs[0].exchanges, 2);
    assert_eq!(incident.seen.last().map(|one| one.us), Some(2_000_000));
}

#[test]
fn opensc_of_windows_is_known_line_by_line() {
    let text = "2015-09-29 04:22:23.761 [opensc-pkcs11] apdu.c:563:sc_transmit_apdu: called\n\
                2015-09-29 04:22:23.762\n\
                2015-09-29 04:22:23.763 [main] INFO something else\n\
                2015-09-29 04:22:23.764 [opensc-pkcs11] apdu.c:1:x: \nOutgoing APDU (5 bytes):\n00 B0 00 00 02 .....\n\
                Incoming APDU (2 bytes):\n6A 82 j.\n";
    let incident = read(text);
    assert_eq!(incident.unknown[0].unknown, [3]);
    assert_eq!(told(&incident), expected(&[("00B00000", Some("6A82"))]));
}
