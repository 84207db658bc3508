//! READ BINARY and READ RECORD.

use crate::desk::{Desk, SELECT_COMMON, VERIFY_PIN, hex};

#[test]
fn a_client_reads_the_certificate_by_header_and_blocks() {
    let certificate = madoguchi_fixtures::healthy()
        .authentication
        .unwrap()
        .certificate;
    let mut desk = Desk::jpki();
    desk.expect("00A4020C02000A", "9000");
    let header = desk.expect("00B0000004", "9000");
    let total = 4 + usize::from(u16::from_be_bytes([header[2], header[3]]));
    assert_eq!(total, certificate.len());
    let mut read = Vec::new();
    while read.len() < total {
        let le = u8::try_from((total - read.len()).min(256) % 256).unwrap();
        read.extend(desk.expect(&format!("00B0{:04X}{le:02X}", read.len()), "9000"));
    }
    assert_eq!(read, certificate);
}

#[test]
fn the_certificate_is_followed_by_filler_up_to_3808_bytes() {
    let certificate = madoguchi_fixtures::healthy()
        .authentication
        .unwrap()
        .certificate;
    let mut desk = Desk::jpki();
    let file = desk.expect("00B08A00000000", "9000");
    assert_eq!(file.len(), 3808);
    assert!(file.starts_with(&certificate));
    assert!(file[certificate.len()..].iter().all(|byte| *byte == 0xFF));
}

#[test]
fn the_end_of_a_file_gives_a_short_answer_and_nothing_beyond() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C02000A", "9000");
    assert_eq!(
        desk.expect("00B00EDF00", "9000"),
        [0xFF],
        "one byte is left of 3808"
    );
    desk.expect("00B00EE000", "6B00");
    desk.expect("00B07FFF00", "6B00");
    desk.expect("00A4020C020008", "9000");
    assert_eq!(desk.expect("00B0000000", "9000"), [0x8F, 0x8F, 0x00]);
    desk.expect("00B0000300", "6B00");
}

#[test]
fn an_extended_le_reads_as_much_as_it_says() {
    let mut desk = Desk::jpki();
    assert_eq!(desk.expect("00B08A00000400", "9000").len(), 1024);
    assert_eq!(desk.expect("00B00010000101", "9000").len(), 257);
}

#[test]
fn a_short_identifier_makes_the_file_current() {
    let mut desk = Desk::jpki();
    assert_eq!(desk.expect("00B0860004", "9000"), b"JPKI");
    assert_eq!(desk.expect("00B0000804", "9000"), b"CTOK");
    assert_eq!(
        desk.expect("00B0800404", "9000"),
        b"APIC",
        "short identifier 0 is the current EF"
    );
    desk.expect("00B0830000", "6A82");
    assert_eq!(
        desk.expect("00B0000004", "9000"),
        b"JPKI",
        "a missing file changes nothing"
    );
}

#[test]
fn token_information_and_availability_have_their_exact_sizes() {
    let mut desk = Desk::jpki();
    assert_eq!(desk.expect("00B0860000", "9000").len(), 160);
    assert_eq!(desk.expect("00B0880000", "9000").len(), 3);
}

#[test]
fn the_signature_certificate_needs_its_password() {
    let mut desk = Desk::jpki();
    desk.expect("00B0810000", "6982");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00B0810000", "6982");
    desk.expect("0020009B06414243313233", "9000");
    assert_eq!(desk.expect("00B0810000", "9000").len(), 256);
}

#[test]
fn everything_else_is_read_without_a_pin_and_one_file_never() {
    let mut desk = Desk::jpki();
    for sfi in ["82", "86", "88", "8A", "8B"] {
        desk.expect(&format!("00B0{sfi}0004"), "9000");
    }
    desk.expect("0020009B06414243313233", "9000");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00B0890000", "6982");
}

#[test]
fn internal_files_cannot_be_read() {
    let mut desk = Desk::jpki();
    for sfi in [0x10, 0x16, 0x17, 0x18, 0x1A, 0x1B, 0x1E] {
        desk.expect(&format!("00B0{:02X}0000", 0x80 | sfi), "6981");
        desk.expect(&format!("00B201{:02X}00", (sfi << 3) | 4), "6981");
    }
}

#[test]
fn read_binary_without_le_or_with_data_is_a_wrong_length() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C02000A", "9000");
    desk.expect("00B00000", "6700");
    desk.expect("00B0000001AA", "6700");
    desk.expect("00B0000001AA00", "6700");
    desk.expect("00B0C00000", "6A86");
    desk.expect("00B09F0000", "6A86");
}

#[test]
fn the_card_information_is_one_record() {
    let healthy = madoguchi_fixtures::healthy();
    let digits = [healthy.serial_number, healthy.municipality, healthy.expiry].concat();
    let mut desk = Desk::new();
    desk.expect(SELECT_COMMON, "9000");
    let by_sfi = desk.expect("00B2010C00", "9000");
    assert_eq!(by_sfi, [hex("011C"), digits.into_bytes()].concat());
    desk.expect("00A4020C020001", "9000");
    assert_eq!(desk.expect("00B2010400", "9000"), by_sfi);
    assert_eq!(desk.expect("00B2010500", "9000"), by_sfi);
    assert_eq!(desk.expect("00B2010402", "9000"), hex("011C"));
}

#[test]
fn missing_records_and_files_without_records_are_told_apart() {
    let mut desk = Desk::new();
    desk.expect("00B2010400", "6986");
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("00B2020C00", "6A83");
    desk.expect("00B2000C00", "6A83");
    desk.expect("00B2FF0D00", "6A83");
    desk.expect("00B2010F00", "6A86");
    desk.expect("00B2012400", "6A82");
    desk.expect("00B0810000", "6981");
    desk.expect("00B2010C", "6700");
    let mut desk = Desk::jpki();
    desk.expect("00B2013400", "6981");
}
