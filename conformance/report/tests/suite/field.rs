//! Logs of other programs: read, redacted, explained, judged; and what is said of garbled ones.

use madoguchi_incident::{Incident, Log, Writer};
use madoguchi_judge::judge;
use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_report::describe::describe;
use madoguchi_terms::Lang;
use madoguchi_wire::Profile;

const PCSCD: &str = "\
00000000 winscard_svc.c:361:ContextThread() Received command: TRANSMIT from client 11
00000010 APDU: 00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 
00017000 SW: 90 00 
\u{1b}[36m00000100\u{1b}[0m [140211] APDU: 00 A4 02 0C 02 00 18 
00019000 SW: 90 00 
00020000 APDU: 00 20 00 80 04 31 32 33 34 
00020000 SW: 63 C1 
00020000 APDU: 00 20 00 80 04 31 32 33 34 
00020000 SW: 63 C0 
";

const OPENSC: &str = "\
P:12653; T:0x139 12:03:07.114 [opensc-tool] reader-pcsc.c:323:pcsc_transmit: reader 'x'
P:12653; T:0x139 12:03:07.114 [opensc-tool] apdu.c:367:sc_single_transmit: 
Outgoing APDU (15 bytes):
00 A4 04 0C 0A D3 92 F0 00 26 01 00 00 00 01 .........&.....

P:12653; T:0x139 12:03:07.131 [opensc-tool] reader-pcsc.c:335:pcsc_transmit: 
Incoming APDU (2 bytes):
90 00 ..
P:12653; T:0x139 12:03:07.150 [opensc-tool] apdu.c:367:sc_single_transmit: 
Outgoing APDU (9 bytes):
00 20 00 80 04 31 32 33 34 . ...1234

Incoming APDU (2 bytes):
6A 88 j.
";

fn read(text: &str, writer: Writer) -> Incident {
    let wire = Profile::builtin("mock-2025.05").expect("it is built in");
    let log = Log {
        writer: Some(writer),
        ..Log::of(text.as_bytes())
    };
    Incident::read(&[log], &wire)
}

fn told(incident: &Incident, lang: Lang) -> String {
    let lines = incident.seen.iter().map(|one| {
        let note = one
            .note
            .as_ref()
            .map(|note| format!("\n  └ {}", note.get(lang)));
        let milli = one.us / 1_000;
        let what = one.what.as_ref().map(|what| describe(what, lang));
        format!(
            "{} {milli} {}{}\n",
            one.line,
            what.unwrap_or_default(),
            note.unwrap_or_default()
        )
    });
    lines.collect()
}

fn judged(incident: &Incident) -> Verdicts {
    judge(&incident.trace("madoguchi 0.1.0"))
}

#[test]
fn a_pcscd_log_is_explained_with_its_times() {
    let incident = read(PCSCD, Writer::Pcscd);
    insta::assert_snapshot!(told(&incident, Lang::Ja));
    insta::assert_snapshot!(told(&incident, Lang::En));
}

#[test]
fn an_opensc_log_is_read_by_its_byte_counts() {
    let incident = read(OPENSC, Writer::Opensc);
    insta::assert_snapshot!(told(&incident, Lang::En));
}

#[test]
fn bare_lines_are_told_apart_by_what_they_are() {
    let text = "# a remark\n00A4040C0AD392F000260100000001\n9000\n> 00 B0 88 00 03\n< 8F8F009000\n";
    let incident = read(text, Writer::Plain);
    assert_eq!(incident.inputs[0].exchanges, 2);
    assert!(told(&incident, Lang::En).contains("READ BINARY"));
}

#[test]
fn no_pin_survives_the_reading() {
    for (text, writer) in [(PCSCD, Writer::Pcscd), (OPENSC, Writer::Opensc)] {
        let incident = read(text, writer);
        let mut stored = Vec::new();
        incident
            .trace("madoguchi 0.1.0")
            .write(&mut stored)
            .unwrap();
        let stored = String::from_utf8(stored).unwrap();
        let all = stored + &told(&incident, Lang::Ja) + &format!("{incident:?}");
        assert!(!all.contains("31323334") && !all.contains("1234") && !all.contains("31 32"));
        assert!(incident.seen.iter().any(|one| one.redacted));
    }
}

#[test]
fn a_log_is_judged_by_the_card_alone() {
    let verdicts = judged(&read(PCSCD, Writer::Pcscd));
    let outcome = |id: &str| {
        let found = verdicts
            .verdicts
            .iter()
            .find(|verdict| verdict.requirement == id);
        &found.expect("a known requirement").outcome
    };
    assert_eq!(outcome("credential.auth-reference-only"), &Outcome::Pass);
    for unseen in [
        "card.released",
        "result.needs-answer",
        "credential.one-verify-per-entry",
    ] {
        assert!(
            matches!(outcome(unseen), Outcome::Inconclusive { .. }),
            "{unseen}"
        );
    }
}

#[test]
fn what_the_card_alone_shows_is_found_though_a_pass_needs_more() {
    let line = |incident: &Incident| {
        let verdicts = judged(incident);
        let (verdict, failure) = verdicts.failed().next().expect("something failed");
        let line = incident.origin(failure.at).map(|one| one.line);
        (verdict.requirement.clone(), line)
    };
    let locked =
        PCSCD.to_owned() + "00020000 APDU: 00 20 00 80 04 31 32 33 34 \n00020000 SW: 69 84 \n";
    let found = line(&read(&locked, Writer::Pcscd));
    assert_eq!(found, ("credential.stops-at-lock".into(), Some(10)));
    let hammered = "00000010 APDU: 00 A4 04 0C 02 11 22\n00000010 SW: 6A 82\n".repeat(5);
    let found = line(&read(&hammered, Writer::Pcscd));
    assert_eq!(found, ("card.bounded-reading".into(), Some(7)));
}

#[test]
fn a_pin_that_goes_to_a_foreign_application_is_found_in_a_log() {
    let text = PCSCD
        .replace(
            "D3 92 F0 00 26 01 00 00 00 01",
            "D3 92 10 00 31 00 01 01 04 08",
        )
        .replace("02 00 18", "02 00 11");
    let verdicts = judged(&read(&text, Writer::Pcscd));
    let failed: Vec<&str> = verdicts
        .failed()
        .map(|(v, _)| v.requirement.as_str())
        .collect();
    assert!(
        failed.contains(&"credential.auth-reference-only"),
        "{failed:?}"
    );
}
