//! Commands that other cards know, malformed ones, GET CHALLENGE and GET DATA.

use crate::desk::{Desk, SELECT_ISSUER, SELECT_JPKI};

#[test]
fn probes_for_other_cards_fail_cleanly() {
    let mut desk = Desk::new();
    for (probe, status) in [
        ("00A4040006D2760001240100", "6A82"),       // OpenPGP
        ("00A404000AA0000003080000100001", "6A82"), // PIV, cut
        ("00A4040009A00000030800001000", "6A82"),   // PIV
        ("00A4040007A0000000790100", "6A82"),       // CAC
        ("00A4040006A00000011600", "6A82"),         // PIV, GSC-IS
        ("00A4040005A0000000030000", "6700"),       // Lc does not fit
        ("00A4040005A000000003", "6A82"),           // GlobalPlatform, old
        ("00A40400057627601FF0", "6A82"),
        ("00A4040C0BE82B0601040181C31F0201", "6A82"),
        ("00A4080C0450154401", "6A86"),
        ("00A40000023F00", "6A82"),
        ("00CADF3005", "6A88"),
        ("00CB3FFF035C017E08", "6D00"),
        ("80CA9F7F00", "6D00"),
        ("8050000008AAAAAAAAAAAAAAAA", "6982"), // GlobalPlatform, here LOCK DF
        ("00C0000010", "6D00"),
        ("002A9E9A20", "6D00"),
        ("80FC0000", "6700"),
        ("FFCA000000", "6E00"),
        ("9060000000", "6E00"),
        ("B0A4040C", "6E00"),
        ("10A4040C", "6E00"),
        ("40A4040C", "6E00"),
        ("0070000001", "6D00"),
    ] {
        desk.expect(probe, status);
    }
}

#[test]
fn there_is_one_logical_channel() {
    let mut desk = Desk::jpki();
    for class in ["01", "02", "03", "81", "09", "0D"] {
        desk.expect(&format!("{class}A4040C0AD392F000260100000001"), "6881");
    }
}

#[test]
fn what_the_issuer_does_is_refused() {
    let mut desk = Desk::jpki();
    for (command, status) in [
        ("808A2200", "6982"),
        ("808A2400", "6982"),
        ("808A0000", "6A86"),
        ("808A2300", "6A86"),
        ("80500000", "6982"),
        ("80520000", "6982"),
        ("80540080", "6982"),
        ("80060000", "6982"),
        ("00D6000001AA", "6982"),
        ("00DC010401AA", "6982"),
        ("00E2000001AA", "6982"),
    ] {
        desk.expect(command, status);
    }
}

#[test]
fn without_a_session_there_is_no_secure_messaging() {
    let mut desk = Desk::jpki();
    for class in ["08", "0C"] {
        desk.expect(&format!("{class}A4020C020006"), "6882");
        desk.expect(&format!("{class}B0000000"), "69FC");
        desk.expect(&format!("{class}200098"), "69FC");
    }
}

#[test]
fn the_header_is_looked_at_before_the_length() {
    let mut desk = Desk::new();
    desk.expect("", "6700");
    desk.expect("00A404", "6700");
    desk.expect("00B0000002AA", "6700");
    desk.expect("90B0000002AA", "6E00");
    desk.expect("00770000 02AA", "6D00");
    desk.expect("00A4050C02AA", "6A86");
}

#[test]
fn a_challenge_has_as_many_bytes_as_asked_for() {
    let mut desk = Desk::new();
    assert_eq!(desk.expect("0084000004", "9000"), [1, 2, 3, 4]);
    assert_eq!(desk.expect("0084000000", "9000").len(), 256);
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("0084000001", "9000"), [5]);
    desk.expect("00840000000010", "6985");
    desk.expect("00840000000101", "6985");
    desk.expect("00840000", "6700");
    desk.expect("0084000001AA", "6700");
    desk.expect("0084010010", "6A86");
}

#[test]
fn data_objects_answer_while_no_application_is_current() {
    let healthy = madoguchi_fixtures::healthy();
    let mut desk = Desk::new();
    assert_eq!(
        desk.expect("00CA00F000", "9000"),
        healthy.municipality.as_bytes()
    );
    assert_eq!(desk.expect("00CA00F200", "9000"), healthy.expiry.as_bytes());
    assert_eq!(desk.expect("00CA004500", "9000").len(), 28);
    desk.expect("00CA00451B", "6700");
    desk.expect("00CA0045", "6700");
    desk.expect("00CA004300", "6A88");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00CA00F000", "6A88");
    let atr = [0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];
    assert_eq!(desk.expect("00CA5F5100", "9000"), atr);
    desk.expect(SELECT_ISSUER, "9000");
    assert_eq!(desk.expect("00CA5F5100", "9000"), atr);
}

#[test]
fn a_long_data_object_needs_an_extended_le() {
    let issuer = madoguchi_fixtures::healthy().issuer.unwrap();
    let mut desk = Desk::new();
    for (tag, object) in [
        ("00F8", &issuer.intermediate),
        ("7F21", issuer.card.as_ref().unwrap()),
    ] {
        desk.expect(&format!("00CA{tag}00"), "6700");
        let value = desk.expect(&format!("00CA{tag}000000"), "9000");
        assert_eq!(value, object.encode_data_object());
        assert_eq!(value.len(), 575);
    }
    assert_eq!(
        desk.expect("00CA004200", "9000"),
        issuer.identification.as_bytes()
    );
    let intermediate = issuer.intermediate.content.subject;
    assert_eq!(desk.expect("00CA00F700", "9000"), intermediate.as_bytes());
    assert!(desk.expect("00CA006600", "9000").starts_with(&[0x73]));
}
