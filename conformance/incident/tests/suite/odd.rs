//! What no scenario can say is listed, with its line, and nothing else is made of it.

use madoguchi_incident::{Draft, Incident, Log, Origin, Patterns, Place};
use madoguchi_terms::Lang;

use super::inferred::{entry, har, shown, transmit};
use super::{faults, read, wire};

/// What a draft does not explain: line and words.
fn unexplained(incident: &Incident) -> Vec<(usize, String)> {
    let draft = Draft::of(incident);
    let told = draft.unexplained.into_iter().map(|one| {
        let Origin { line, .. } = one.at;
        (line, one.what.get(Lang::En).to_owned())
    });
    told.collect()
}

/// That a text is listed at the line where this stands, and that it makes no fault of card or reader.
fn is_listed(log: &str, at: &str, words: &str) {
    let incident = read(log);
    let lines = log.lines().zip(1..);
    let due = lines.filter(|(line, _)| line.contains(at)).map(|(_, n)| n);
    let due: Vec<usize> = due.collect();
    let told = unexplained(&incident);
    let is_told = |(line, said): &(usize, String)| due.contains(line) && said.contains(words);
    assert!(told.iter().any(is_told), "{words}: {told:?}\n{log}");
    assert_eq!(faults(&incident), [""; 0], "{log}");
}

#[test]
fn a_card_that_works_leaves_nothing_unexplained() {
    assert_eq!(unexplained(&read(&shown("11 "))), []);
    let pin = unexplained(&read(include_str!("../data/spy-pin.log")));
    assert_eq!(pin, []);
}

#[test]
fn two_answers_to_one_call_are_listed() {
    let once = "00001000 SW: 90 00\n";
    let twice = shown("11 ").replacen(once, "00001000 SW: 90 00\n00000002 SW: 6A 82\n", 1);
    is_listed(&twice, "SW: 6A 82", "no command was waiting");
    let returned = "rv=SCARD_S_SUCCESS\n";
    let late = format!("{returned}00000002 SW: 6A 82\n");
    let late = shown("11 ").replacen(returned, &late, 1);
    is_listed(&late, "SW: 6A 82", "no command was waiting");
    // of a log that does not say what calls returned
    let bare = "00000001 APDU: 00 A4 00 00\n00000100 SW: 90 00\n00000001 SW: 6A 82\n\
                00000001 APDU: 00 A4 00 00\n00000100 SW: 90 00\n";
    is_listed(bare, "SW: 6A 82", "no command was waiting");
    for (command, answer) in [(">", "<"), ("A>> T=1 (4+0000)", "A<< (0000+2) (12ms)")] {
        let plain = format!(
            "{command} 00A40000\n{answer} 9000\n{answer} 6A82\n{command} 00A40000\n{answer} 9000\n"
        );
        is_listed(&plain, "6A82", "no command was waiting");
    }
    // a log that begins in the middle begins with an answer
    let cut = "00000100 SW: 90 00\n00000001 APDU: 00 A4 00 00\n00000100 SW: 90 00\n";
    assert_eq!(unexplained(&read(cut)), []);
}

#[test]
fn a_card_changed_in_a_moment_is_listed() {
    let changed = shown("11 ") + &shown("22 ");
    is_listed(&changed, "Card inserted", "cannot be that quick");
    let taken = "00200000 eventhandler.c:333:EHStatusHandlerThread() Card Removed";
    let slowly = taken.replace("00200000", "00900000");
    let then = "00000001 eventhandler.c:423:EHStatusHandlerThread() Card inserted";
    let later = then.replace("00000001", "02000000");
    let slowly = changed.replace(taken, &slowly).replace(then, &later);
    assert_eq!(unexplained(&read(&slowly)), []);
}

#[test]
fn a_change_that_the_log_cannot_place_is_listed() {
    let [first, second] = ["11 ", "22 "].map(shown);
    let read_again = second
        .lines()
        .filter(|line| !line.contains("Card "))
        .fold(String::new(), |all, line| all + line + "\n");
    let taken = first.find("00200000").unwrap();
    let silent = format!("{}{read_again}{}", &first[..taken], &first[taken..]);
    is_listed(&silent, "APDU: 00 B0 00 00 50", "another card's");
    let on_top = format!("{}{second}", &first[..taken]);
    is_listed(&on_top, "Card inserted", "lay already");
    // the draft supposes that the first was taken, and does not say that it was read
    let supposed = Draft::of(&read(&on_top));
    let taken = supposed.acts.iter().find(|act| act.text == "take-card");
    let mark = &taken.unwrap().mark;
    assert_eq!(*mark, madoguchi_incident::Mark::Implied);
    let verify = |left: &str| transmit(14, "00 20 00 80", left);
    let select = transmit(14, "00 A4 02 0C 02 00 18", "90 00");
    let back = "00200000 eventhandler.c:333:EHStatusHandlerThread() Card Removed From X 00 00\n";
    let counted = select + &verify("63 C1") + &verify("63 C3");
    let counted = shown("11 ").replace(back, &(counted + back));
    is_listed(&counted, "APDU: 00 20 00 80", "more attempts");
}

#[test]
fn calls_out_of_order_are_listed() {
    let back = "00200000 eventhandler.c:333:EHStatusHandlerThread() Card Removed From X 00 00\n";
    let after = back.to_owned() + &transmit(14, "00 A4 02 0C 02 00 0B", "90 00");
    let after = shown("11 ").replace(back, &after);
    is_listed(&after, "00 A4 02 0C 02 00 0B", "out of order");
    let spy = include_str!("../data/spy-pin.log");
    let times: Vec<&str> = spy.lines().filter(|line| line.contains("@>|")).collect();
    let (middle, later) = (
        times[times.len() / 2],
        times[times.len() / 2].split('|').nth(1),
    );
    let second = later.unwrap();
    let earlier = middle.replace(
        second,
        &(second.parse::<u64>().unwrap() - 3_600).to_string(),
    );
    let told = unexplained(&read(&spy.replacen(middle, &earlier, 1)));
    assert!(
        told.iter().any(|(_, said)| said.contains("goes back")),
        "{told:?}"
    );
}

#[test]
fn what_no_card_and_no_reader_says_is_listed() {
    let strange = shown("11 ").replacen("SW: 90 00", "SW: 69 F0", 1);
    is_listed(&strange, "APDU: 00 A4 04 0C", "status word 69F0");
    let call = |rv: &str| {
        format!(
            "00000001 winscard_svc.c:361:ContextThread() Received command: CONNECT from client 14\n\
             00000001 winscard_svc.c:694:ContextThread() CONNECT for client 14, rv={rv}\n"
        )
    };
    let refused = call("0x80100065") + &shown("11 ");
    is_listed(&refused, "rv=0x80100065", "80100065");
    let broken = call("SCARD_F_INTERNAL_ERROR") + &shown("11 ");
    is_listed(&broken, "SCARD_F_INTERNAL_ERROR", "80100001");
    let shared = call("SCARD_E_NO_SMARTCARD") + &shown("11 ");
    assert_eq!(unexplained(&read(&shared)), []);
}

#[test]
fn an_answer_that_no_wire_profile_has_is_listed() {
    let wire = wire();
    let ask = wire.route(madoguchi_eligibility::Operation::EligibilityByCertificate);
    let ask = ask.unwrap().1.to_owned();
    let told = |status: u16, kind: &str, body: &str| {
        let body = serde_json::Value::from(body);
        let response =
            format!(r#"{{"status":{status},"content":{{"mimeType":"{kind}","text":{body}}}}}"#);
        let incident = har(&[entry(1, &ask, &response, "")]);
        assert_eq!(Draft::of(&incident).web_faults, []);
        unexplained(&incident)
    };
    for (status, kind, body) in [
        (200, "application/json", r#"{"resultCode":"E0815"}"#),
        (200, "application/json", r#"{"items":[]}"#),
        (200, "text/xml", "<result/>"),
        (404, "text/html", "<html>"),
        (418, "text/plain", "teapot"),
    ] {
        let told = told(status, kind, body);
        let is_told = |(line, said): &(usize, String)| {
            *line == 1 && said.contains("wire profile") && said.contains(&status.to_string())
        };
        assert!(told.iter().any(is_told), "{status} {body}: {told:?}");
    }
    assert_eq!(told(200, "application/json", r#"{"resultCode":"OK"}"#), []);
    assert_eq!(told(200, "", ""), [], "its body was not recorded");
}

/// A result in bulk that is ready has no result code; from anything else a body that is not JSON is not known.
#[test]
fn a_result_in_bulk_is_a_zip() {
    let of = |operation| {
        let path = wire().route(operation).unwrap().1.to_owned();
        let response = r#"{"status":200,"content":{"mimeType":"application/zip","text":"PK"}}"#;
        unexplained(&har(&[entry(1, &path, response, "")])).len()
    };
    use madoguchi_eligibility::Operation;
    assert_eq!(of(Operation::BulkResult), 0);
    assert_eq!(of(Operation::BulkSubmission), 1);
}

/// A registration reads the certificate again, and its requests say what was pressed; nothing else explains that.
#[test]
fn a_card_read_again_for_its_registration_is_explained() {
    use madoguchi_eligibility::Operation;
    let ok = r#"{"status":200,"content":{"mimeType":"application/json","text":"{\"resultCode\":\"OK\"}"}}"#;
    // 2026-11-22T00:00:00Z
    const DAY: u64 = 1_795_305_600;
    let call = |second: u64, function: &str, lines: &str| {
        format!(
            "7F90E21DD6C0@>|{second}|0|{function}\n{lines}7F90E21DD6C0@<|{second}|0|{function}|0x00000000\n"
        )
    };
    let transmit = |second: u64, command: &str, answer: &str| {
        let length = |bytes: &str| format!("7F90E21DD6C0@0x{:08X}\n", bytes.split(' ').count());
        let sent = "7F90E21DD6C0@0x00000002\n7F90E21DD6C0@0x00000010\n";
        let lines = format!(
            "7F90E21DD6C0@0x1\n{sent}{}7F90E21DD6C0@{command}\n{sent}{}7F90E21DD6C0@{answer}\n",
            length(command),
            length(answer)
        );
        call(DAY + second, "SCardTransmit", &lines)
    };
    let read_at = |second: u64| {
        transmit(
            second,
            "00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01",
            "90 00",
        ) + &transmit(second, "00 A4 02 0C 02 00 0A", "90 00")
            + &transmit(second, "00 B0 00 00 04", "30 82 01 0A 90 00")
    };
    let card = read_at(10) + &read_at(20);
    let is_told = |operation| {
        let path = wire().route(operation).unwrap().1.to_owned();
        let timed = |second, path: &str| entry(second, path, ok, r#","timings":{"wait":5}"#);
        let ask = wire().route(Operation::EligibilityByCertificate).unwrap().1;
        let entries = [timed(12, ask), timed(15, &path), timed(22, ask)].join(",");
        let har = format!(r#"{{"log":{{"version":"1.2","entries":[{entries}]}}}}"#);
        let logs = [Log::of(card.as_bytes()), Log::of(har.as_bytes())];
        let told = unexplained(&Incident::read(&logs, wire()));
        told.iter().any(|(_, said)| said.contains("read again"))
    };
    assert!(!is_told(Operation::Register));
    assert!(is_told(Operation::History));
}

#[test]
fn commands_without_an_answer_are_listed_once() {
    let cut = shown("11 ").replacen("00001000 SW: 90 00\n", "", 1);
    let told = unexplained(&read(&cut));
    let count = told.iter().filter(|(_, said)| said.contains("no answer"));
    assert_eq!(count.count(), 1, "{told:?}");
}

/// Two logs of one incident: what of their order rests on a clock is told, and a person can set it right.
#[test]
fn an_order_that_rests_on_the_offset_is_told() {
    let wire = wire();
    let ask = wire.route(madoguchi_eligibility::Operation::EligibilityByCertificate);
    let ask = ask.unwrap().1;
    let ok = r#"{"status":200,"content":{"mimeType":"application/json","text":"{\"resultCode\":\"OK\"}"}}"#;
    let asked = |second: u32| {
        let entry = entry(second, ask, ok, r#","timings":{"wait":5}"#);
        format!(r#"{{"log":{{"version":"1.2","entries":[{entry}]}}}}"#)
    };
    // 2026-11-22T00:00:10Z
    const READ: u64 = 1_795_305_610;
    let card = |second: u64, micro: u32| {
        let call = |function: &str, lines: &str| {
            format!(
                "7F90E21DD6C0@>|{second}|{micro}|{function}\n{lines}7F90E21DD6C0@<|{second}|{micro}|{function}|0x00000000\n"
            )
        };
        let transmit = |command: &str, answer: &str| {
            let length = |bytes: &str| format!("7F90E21DD6C0@0x{:08X}\n", bytes.split(' ').count());
            let [none, one] = ["7F90E21DD6C0@0x00000002\n", "7F90E21DD6C0@0x00000010\n"];
            let lines = format!(
                "7F90E21DD6C0@0x1\n{none}{one}{}7F90E21DD6C0@{command}\n{none}{one}{}7F90E21DD6C0@{answer}\n",
                length(command),
                length(answer)
            );
            call("SCardTransmit", &lines)
        };
        transmit("00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01", "90 00")
            + &transmit("00 A4 02 0C 02 00 0A", "90 00")
            + &transmit("00 B0 00 00 04", "30 82 01 0A 90 00")
    };
    let of = |card: &str, har: &str, clock: Option<i64>| {
        let log = Log {
            clock,
            ..Log::of(har.as_bytes())
        };
        Incident::read(&[Log::of(card.as_bytes()), log], wire)
    };
    let order = |incident: &Incident| incident.inputs[1].order.clone().unwrap();
    let later = of(&card(READ, 0), &asked(12), None);
    assert_eq!(later.inputs[1].place, Place::Clock(2_000_000));
    let told = order(&later);
    // the recording counts in milliseconds, or in nothing finer than its only time
    assert_eq!((told.earlier, told.later), (Some(2_000_000), None));
    assert_eq!(told.unsure, []);
    assert_eq!(unexplained(&later), []);

    let beside = of(&card(READ + 1, 999_600), &asked(12), None);
    let told = order(&beside);
    assert_eq!(told.earlier, Some(400));

    let early = of(&card(READ + 5, 0), &asked(12), None);
    let said = unexplained(&early);
    assert!(
        said.iter().any(|(_, said)| said.contains("--clock")),
        "{said:?}"
    );
    let right = of(&card(READ + 5, 0), &asked(12), Some(4_000_000));
    assert_eq!(right.inputs[1].place, Place::Told(1_000_000));
    assert_eq!(unexplained(&right), []);
}

/// What an app writes in whole seconds says nothing of what came first within one.
#[test]
fn a_clock_of_whole_seconds_leaves_what_is_within_one_unsure() {
    let app = "2026-11-22 09:00:10 show ResultView\n2026-11-22 09:00:12 card >> 00A40000\n2026-11-22 09:00:12 card << 9000 (1 ms)\n";
    let patterns = "madoguchi_patterns: 1\ntime: '^(?<time>\\S+ \\S+)'\nlines:\n  - match: 'card >> (?<command>[0-9A-F ]+)$'\n  - match: 'card << (?<answer>[0-9A-F ]+) '\n  - match: 'show'\n    screen: shown\n";
    let patterns = Patterns::parse("app.yaml", patterns).unwrap();
    let of_app = Log {
        patterns: Some(&patterns),
        ..Log::of(app.as_bytes())
    };
    let wire = wire();
    let ask = wire.route(madoguchi_eligibility::Operation::Login).unwrap();
    let entry = entry(
        12,
        ask.1,
        r#"{"status":200,"content":{}}"#,
        r#","timings":{"wait":300}"#,
    );
    let har = format!(r#"{{"log":{{"version":"1.2","entries":[{entry}]}}}}"#);
    let incident = Incident::read(&[of_app, Log::of(har.as_bytes())], wire);
    let order = incident.inputs[1].order.as_ref();
    let order = order.unwrap_or_else(|| panic!("{incident:?}"));
    assert_eq!(order.uncertain, 1_000_000);
    assert!(!order.unsure.is_empty(), "{order:?}");
}
