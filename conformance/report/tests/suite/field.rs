//! Logs of other programs: read, redacted, explained, judged; and what is said of garbled ones.

use madoguchi_judge::judge;
use madoguchi_judge::verdict::Outcome;
use madoguchi_report::describe::describe;
use madoguchi_terms::{Lang, Say};
use madoguchi_trace::field::{self, Explained, FieldError, Writer, read};

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

fn told(explained: &[Explained], lang: Lang) -> String {
    let lines = explained.iter().map(|one| {
        let note = one
            .note
            .as_ref()
            .map(|note| format!("\n  └ {}", note.get(lang)));
        let milli = one.us / 1_000;
        format!(
            "{} {milli} {}{}\n",
            one.line,
            describe(&one.what, lang),
            note.unwrap_or_default()
        )
    });
    lines.collect()
}

fn refused(text: &str, writer: Writer) -> FieldError {
    read(text, writer).expect_err("it is garbled")
}

#[test]
fn a_pcscd_log_is_explained_with_its_times() {
    let explained = read(PCSCD, Writer::Pcscd).unwrap();
    insta::assert_snapshot!(told(&explained, Lang::Ja));
    insta::assert_snapshot!(told(&explained, Lang::En));
}

#[test]
fn an_opensc_log_is_read_by_its_byte_counts() {
    let explained = read(OPENSC, Writer::Opensc).unwrap();
    insta::assert_snapshot!(told(&explained, Lang::En));
}

#[test]
fn bare_lines_are_told_apart_by_what_they_are() {
    let text = "# a remark\n00A4040C0AD392F000260100000001\n9000\n> 00 B0 88 00 03\n< 8F8F009000\n";
    let explained = read(text, Writer::Plain).unwrap();
    assert_eq!(explained.len(), 2);
    assert!(told(&explained, Lang::En).contains("READ BINARY"));
}

#[test]
fn the_writer_of_a_log_is_recognized() {
    assert_eq!(Writer::detect(PCSCD), Writer::Pcscd);
    assert_eq!(Writer::detect(OPENSC), Writer::Opensc);
    assert_eq!(Writer::detect("00A40000\n9000"), Writer::Plain);
    let quiet = "00000026 pcscdaemon.c:341:main() using new config directory: x\n";
    assert_eq!(Writer::detect(quiet), Writer::Pcscd);
    let syslog = "Nov 21 12:03:07 host pcscd[7]: 00000002 APDU: 00 A4 04 00 \n";
    assert_eq!(Writer::detect(syslog), Writer::Pcscd);
}

#[test]
fn no_pin_survives_the_reading() {
    for (text, writer) in [(PCSCD, Writer::Pcscd), (OPENSC, Writer::Opensc)] {
        let explained = read(text, writer).unwrap();
        let trace = field::trace(&explained, writer, "madoguchi 0.1.0");
        let mut stored = Vec::new();
        trace.write(&mut stored).unwrap();
        let stored = String::from_utf8(stored).unwrap();
        let all = stored + &told(&explained, Lang::Ja) + &format!("{explained:?}");
        assert!(!all.contains("31323334") && !all.contains("1234") && !all.contains("31 32"));
        assert!(explained.iter().any(|one| one.redacted));
    }
}

#[test]
fn a_log_is_judged_by_the_card_alone() {
    let explained = read(PCSCD, Writer::Pcscd).unwrap();
    let verdicts = judge(&field::trace(&explained, Writer::Pcscd, "madoguchi 0.1.0"));
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
    let locked =
        PCSCD.to_owned() + "00020000 APDU: 00 20 00 80 04 31 32 33 34 \n00020000 SW: 69 84 \n";
    let explained = read(&locked, Writer::Pcscd).unwrap();
    let verdicts = judge(&field::trace(&explained, Writer::Pcscd, "madoguchi 0.1.0"));
    let (verdict, failure) = verdicts.failed().next().expect("a VERIFY after the lock");
    assert_eq!(verdict.requirement, "credential.stops-at-lock");
    assert_eq!(field::line(&explained, failure.at), Some(10));
    let hammered = "00000010 APDU: 00 A4 04 0C 02 11 22\n00000010 SW: 6A 82\n".repeat(5);
    let explained = read(&hammered, Writer::Pcscd).unwrap();
    let verdicts = judge(&field::trace(&explained, Writer::Pcscd, "madoguchi 0.1.0"));
    let (verdict, failure) = verdicts.failed().next().expect("a command over and over");
    assert_eq!(verdict.requirement, "card.bounded-reading");
    assert_eq!(field::line(&explained, failure.at), Some(7));
}

#[test]
fn a_pin_that_goes_to_a_foreign_application_is_found_in_a_log() {
    let text = PCSCD
        .replace(
            "D3 92 F0 00 26 01 00 00 00 01",
            "D3 92 10 00 31 00 01 01 04 08",
        )
        .replace("02 00 18", "02 00 11");
    let explained = read(&text, Writer::Pcscd).unwrap();
    let verdicts = judge(&field::trace(&explained, Writer::Pcscd, "madoguchi 0.1.0"));
    let failed: Vec<&str> = verdicts
        .failed()
        .map(|(v, _)| v.requirement.as_str())
        .collect();
    assert!(
        failed.contains(&"credential.auth-reference-only"),
        "{failed:?}"
    );
}

#[test]
fn garbled_logs_are_refused_at_their_place_without_their_content() {
    let cases = [
        (
            "00000002 APDU: 00 20 00 80 04 31 32 33 3X \n",
            Writer::Pcscd,
            (1, 41),
        ),
        ("00000002 APDU: 00 2\n", Writer::Pcscd, (1, 20)),
        (
            "Outgoing APDU (9 bytes):\n00 20 00 80 04 31\n",
            Writer::Opensc,
            (2, 0),
        ),
        ("Outgoing APDU (9 bytes):\n", Writer::Opensc, (1, 0)),
        ("Outgoing APDU (99999999 bytes):\n", Writer::Opensc, (1, 0)),
        ("00A40000\n31323334zz\n", Writer::Plain, (2, 9)),
        ("31323334\n", Writer::Plain, (1, 1)),
        ("", Writer::Pcscd, (0, 0)),
        ("nothing of interest\n", Writer::Opensc, (0, 0)),
    ];
    for (text, writer, place) in cases {
        let error = refused(text, writer);
        assert_eq!((error.line, error.column), place, "{text}");
        for lang in Lang::ALL {
            let said = error.text(lang);
            assert!(
                !said.contains("31") && said.contains(lang.pick("対処", "help")),
                "{said}"
            );
        }
    }
}

#[test]
fn no_text_makes_a_reader_panic() {
    let mut state = 1_u32;
    let pieces = [
        "APDU: ",
        "SW: ",
        "00 A4",
        "Outgoing APDU (",
        "Incoming APDU (",
        "16",
        " bytes):",
        "\n",
        "\u{1b}[",
        "m",
        "9000",
        "窓",
        "> ",
        "< ",
        "12:03:07.114",
        "99999999",
        " ",
        "Z",
        "\u{fffd}",
    ];
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..24 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            text.push_str(pieces[(state >> 16) as usize % pieces.len()]);
        }
        for writer in [Writer::Pcscd, Writer::Opensc, Writer::Plain] {
            let _ = read(&text, writer);
        }
    }
}
