//! 券面事項確認AP, 券面事項入力補助AP, 共通カードAP and 住基AP: which reference opens which file, and
//! what is read there.

use madoguchi_layout::{Personalization, Reference};

use crate::desk::{Desk, SELECT_COMMON, SELECT_PROFILE, SELECT_RESIDENT, SELECT_SURFACE};

fn healthy() -> Personalization {
    madoguchi_fixtures::healthy()
}

/// The files 1 to `count` that can be read after a reference was verified.
fn opened_by(select: &str, count: u8, verified: Option<(u8, &Reference)>) -> Vec<u8> {
    let mut desk = Desk::selected(select);
    if let Some((sfi, reference)) = verified {
        desk.verify(sfi, reference);
    }
    (1..=count)
        .filter(|sfi| {
            let (_, status) = desk.send(&format!("00B0{:02X}0001", 0x80 | sfi));
            assert!(status == "9000" || status == "6982", "{sfi}: {status}");
            status == "9000"
        })
        .collect()
}

#[test]
fn references_of_the_surface_application_open_their_files() {
    let surface = healthy().surface.unwrap();
    let opened = |verified| opened_by(SELECT_SURFACE, 6, verified);
    assert_eq!(opened(None), [3, 4]);
    assert_eq!(opened(Some((0x11, &surface.birth_date))), [1, 3, 4]);
    assert_eq!(opened(Some((0x12, &surface.code_b))), [2, 3, 4, 6]);
    assert_eq!(opened(Some((0x13, &surface.code_a))), [2, 3, 4, 5, 6]);
}

#[test]
fn references_of_the_profile_application_open_their_files() {
    let healthy = healthy();
    let profile = healthy.profile.unwrap();
    let opened = |verified| opened_by(SELECT_PROFILE, 8, verified);
    assert_eq!(opened(None), [4, 5]);
    assert_eq!(
        opened(Some((0x11, &healthy.profile_pin))),
        [1, 2, 3, 4, 5, 6, 7, 8]
    );
    assert_eq!(opened(Some((0x14, &profile.code_a))), [1, 3, 4, 5, 6, 7, 8]);
    assert_eq!(opened(Some((0x15, &profile.code_b))), [2, 3, 4, 5, 6, 7, 8]);
}

#[test]
fn codes_a_and_b_are_not_taken_for_each_other() {
    let surface = healthy().surface.unwrap();
    let code = String::from_utf8(surface.code_a.value.expose().clone()).unwrap();
    let digits: String = code.bytes().map(|digit| format!("{digit:02X}")).collect();
    let mut desk = Desk::selected(SELECT_SURFACE);
    desk.expect(&format!("002000920C{digits}"), "63C9");
    desk.expect(&format!("002000930C{digits}"), "9000");
    desk.expect("00200092", "63C9");
    desk.expect("00200093", "63CA");
    desk.expect("00200094", "6A82");
}

#[test]
fn the_files_hold_what_was_signed_and_filler_up_to_their_size() {
    let healthy = healthy();
    let (surface, profile) = (healthy.surface.unwrap(), healthy.profile.unwrap());
    let mut desk = Desk::selected(SELECT_SURFACE);
    desk.verify(0x11, &surface.birth_date);
    desk.verify(0x13, &surface.code_a);
    assert_eq!(desk.read(1), surface.age.encode());
    let face = desk.read(2);
    let written = surface.face.encode();
    assert_eq!(face[..written.len()], written);
    assert!(face.len() == 12_288 && face[written.len()..].iter().all(|byte| *byte == 0xFF));
    assert_eq!(desk.read(3), surface.basic.encode());
    assert_eq!(desk.read(4), surface.certificate.encode());
    assert_eq!(desk.read(5), surface.number.encode());
    assert_eq!(desk.read(6), [0xFF; 16]);

    desk.expect(SELECT_PROFILE, "9000");
    desk.verify(0x11, &healthy.profile_pin);
    let number = desk.read(1);
    assert_eq!(number.len(), 17);
    assert_eq!(
        number[..15],
        [&b"\xFF\x10\x0C"[..], profile.personal_number.expose()].concat()
    );
    let attributes = desk.read(2);
    assert!(attributes.starts_with(&profile.attributes.encode()) && attributes.len() == 512);
    assert_eq!(desk.read(3), profile.integrity.encode());
    assert_eq!(desk.read(4), profile.certificate.encode());
    assert_eq!(desk.read(5), profile.basic.encode());
    assert_eq!(desk.read(7), profile.card_key.encode());
    let session_key = desk.read(6);
    assert_eq!(session_key.len(), 269);
    assert_eq!(session_key[..5], [0xA1, 0x82, 0x01, 0x09, 0x90]);
}

#[test]
fn a_file_larger_than_256_bytes_comes_in_one_answer_or_in_blocks() {
    let surface = healthy().surface.unwrap();
    let mut desk = Desk::selected(SELECT_SURFACE);
    desk.verify(0x12, &surface.code_b);
    let whole = desk.read(2);
    let mut blocks = Vec::new();
    loop {
        let (block, status) = desk.send(&format!("00B0{:04X}00", blocks.len()));
        if status == "6B00" {
            break;
        }
        blocks.extend(block);
    }
    assert_eq!(blocks, whole);
}

#[test]
fn key_identifiers_are_records_and_the_same_in_both_applications() {
    let key = healthy().common.unwrap().key;
    let mut desk = Desk::selected(SELECT_COMMON);
    let record = desk.expect("00B2011400", "9000");
    assert_eq!(record, [&[0x01, 0x10], &key.as_bytes()[..]].concat());
    desk.expect("00B2021400", "6A83");
    desk.expect("00B0820000", "6981");
    desk.expect(SELECT_RESIDENT, "9000");
    assert_eq!(desk.expect("00B2011400", "9000"), record);
    assert_eq!(desk.expect("00B2010500", "9000"), record);
    desk.expect("00A4020C02001C", "9000");
    desk.expect("00B2010400", "6981");
}

#[test]
fn pins_of_the_same_value_are_references_of_their_own() {
    let healthy = healthy();
    let mut desk = Desk::selected(SELECT_COMMON);
    desk.expect("0020009C0439393939", "63C2");
    desk.expect(SELECT_RESIDENT, "9000");
    desk.expect("0020009C", "63C3");
    desk.verify(0x1C, &healthy.resident.unwrap().pin);
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("0020009C", "63C2");
}

#[test]
fn the_file_that_nothing_opens_stays_closed() {
    let healthy = healthy();
    let mut desk = Desk::jpki();
    desk.verify(0x18, &healthy.authentication.unwrap().reference);
    desk.verify(0x1B, &healthy.signature.unwrap().reference);
    desk.expect("00B0890000", "6982");
    desk.expect("00B0810004", "9000");
    desk.expect("00B0850000", "6981");
}
