//! COMPUTE DIGITAL SIGNATURE.

use openssl::rsa::{Padding, Rsa};

use crate::desk::{Desk, SELECT_PROFILE, VERIFY_PIN, VERIFY_WRONG_PIN, hex};

/// What the signature of the authentication key was made over.
fn opened(signature: &[u8]) -> Vec<u8> {
    let credential = madoguchi_fixtures::healthy().authentication.unwrap();
    let key = Rsa::private_key_from_der(credential.private_key.expose()).unwrap();
    let mut plain = vec![0; 256];
    let len = key
        .public_decrypt(signature, &mut plain, Padding::PKCS1)
        .unwrap();
    plain.truncate(len);
    plain
}

fn command(p2: u8, input: &[u8]) -> Vec<u8> {
    let lc = u8::try_from(input.len()).unwrap();
    [&[0x80, 0x2A, 0x00, p2, lc][..], input, &[0x00]].concat()
}

#[test]
fn whatever_is_given_is_signed_as_it_is() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    let digest_info = [
        hex("3031300D060960864801650304020105000420"),
        vec![0x5A; 32],
    ]
    .concat();
    let without_null = [hex("302F300B0609608648016503040201 0420"), vec![0x5A; 32]].concat();
    for input in [
        &digest_info[..],
        &without_null,
        &[0x5A; 32],
        b"hello",
        &[0xA5; 245],
        &[0],
    ] {
        let (signature, status) = desk.send_bytes(&command(0x97, input));
        assert_eq!(status, "9000");
        assert_eq!(opened(&signature), input);
    }
}

#[test]
fn one_verification_permits_many_signatures() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00A4020C020017", "9000");
    let (first, _) = desk.send_bytes(&command(0x80, b"input"));
    for _ in 0..3 {
        let (again, status) = desk.send_bytes(&command(0x80, b"input"));
        assert_eq!((again, status.as_str()), (first.clone(), "9000"));
    }
}

#[test]
fn the_short_identifier_gives_the_same_signature_and_makes_the_key_current() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    let (by_sfi, _) = desk.send_bytes(&command(0x97, b"input"));
    let (by_current, status) = desk.send_bytes(&command(0x80, b"input"));
    assert_eq!((by_current, status.as_str()), (by_sfi, "9000"));
}

#[test]
fn each_key_needs_its_own_reference() {
    let mut desk = Desk::jpki();
    desk.expect("802A0097 01AA 00", "6982");
    desk.expect("802A009A 01AA 00", "6982");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("802A0097 01AA 00", "9000");
    desk.expect("802A009A 01AA 00", "6982");
    desk.expect("0020009B06414243313233", "9000");
    desk.expect("802A009A 01AA 00", "9000");
}

#[test]
fn a_blocked_pin_closes_the_key_and_not_the_certificate() {
    let mut desk = Desk::jpki();
    for status in ["63C2", "63C1", "63C0"] {
        desk.expect(VERIFY_WRONG_PIN, status);
    }
    desk.expect("802A0097 01AA 00", "6982");
    desk.expect("00B08A0004", "9000");
}

#[test]
fn lengths_are_1_to_245_and_the_answer_must_fit() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("802A0097", "6700");
    desk.expect("802A009700", "6700");
    desk.expect("802A009701AA", "6700");
    desk.expect("802A009701AAFF", "6700");
    let (_, status) = desk.send_bytes(&command(0x97, &[0xA5; 246]));
    assert_eq!(status, "6985");
    let extended = [&[0x80, 0x2A, 0, 0x97, 0, 0, 5][..], b"hello", &[1, 0]].concat();
    let (signature, status) = desk.send_bytes(&extended);
    assert_eq!(
        (opened(&signature), status.as_str()),
        (b"hello".to_vec(), "9000")
    );
}

#[test]
fn parameters_and_files_are_looked_at() {
    let mut desk = Desk::jpki();
    desk.expect("802A0080 01AA 00", "6986");
    for p1 in 0x01..=0xFF {
        desk.expect(&format!("802A{p1:02X}97 01AA 00"), "6A86");
    }
    desk.expect("802A0098 01AA 00", "6981");
    desk.expect("802A008A 01AA 00", "6981");
    desk.expect("802A0083 01AA 00", "6A82");
    desk.expect("802A009F 01AA 00", "6A86");
    desk.expect("802A0017 01AA 00", "6A86");
    desk.expect("802A0000 01AA 00", "6A88");
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("802A0000 01AA 00", "6A82");
}
