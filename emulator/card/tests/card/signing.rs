//! COMPUTE DIGITAL SIGNATURE.

use madoguchi_layout::jpki;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use openssl::sha::sha256;
use openssl::sign::{RsaPssSaltlen, Verifier};

use crate::desk::{
    Desk, SELECT_COMMON, SELECT_ISSUER, SELECT_PROFILE, SELECT_SURFACE, VERIFY_PIN,
    VERIFY_WRONG_PIN, hex,
};

/// What the signature of the authentication key was made over.
fn opened(signature: &[u8]) -> Vec<u8> {
    let credential = madoguchi_fixtures::healthy().authentication.unwrap();
    opened_with(credential.private_key.expose(), signature)
}

fn opened_with(key: &[u8], signature: &[u8]) -> Vec<u8> {
    let key = Rsa::private_key_from_der(key).unwrap();
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
    for p1 in 0x06..=0xFF {
        desk.expect(&format!("802A{p1:02X}97 01AA 00"), "6A86");
    }
    desk.expect("802A0098 01AA 00", "6981");
    desk.expect("802A008A 01AA 00", "6981");
    desk.expect("802A0083 01AA 00", "6A82");
    desk.expect("802A009F 01AA 00", "6A86");
    desk.expect("802A0017 01AA 00", "6A86");
    desk.expect("802A0000 01AA 00", "6A88");
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("802A0099 01AA 00", "6985");
    desk.expect(SELECT_ISSUER, "9000");
    desk.expect("802A0000 01AA 00", "6A88");
}

/// A command with scheme P1.
fn with_scheme(p1: u8, p2: u8, input: &[u8]) -> Vec<u8> {
    let mut command = command(p2, input);
    command[2] = p1;
    command
}

#[test]
fn each_scheme_puts_its_own_frame_around_the_hash() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    let message = b"\xE7\xAA\x93\xE5\x8F\xA3";
    let hash = sha256(message);
    let digest_info = [&hex("3031300D060960864801650304020105000420")[..], &hash].concat();
    for (p1, input, framed) in [
        (0x01, &message[..], &hash[..]),
        (0x02, &hash, &digest_info),
        (0x03, message, &digest_info),
    ] {
        let (signature, status) = desk.send_bytes(&with_scheme(p1, 0x97, input));
        assert_eq!(status, "9000");
        assert_eq!(opened(&signature), framed, "P1 = {p1:02X}");
    }
}

#[test]
fn pss_signatures_differ_and_verify_with_a_salt_of_32_bytes() {
    let credential = madoguchi_fixtures::healthy().authentication.unwrap();
    let key = Rsa::private_key_from_der(credential.private_key.expose()).unwrap();
    let key = PKey::from_rsa(key).unwrap();
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    let message = b"message";
    let mut seen = Vec::new();
    for (p1, input) in [
        (0x05, &message[..]),
        (0x04, &sha256(message)),
        (0x05, message),
    ] {
        let (signature, status) = desk.send_bytes(&with_scheme(p1, 0x97, input));
        assert_eq!(status, "9000");
        let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
        verifier.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        verifier
            .set_rsa_pss_saltlen(RsaPssSaltlen::custom(32))
            .unwrap();
        assert!(verifier.verify_oneshot(&signature, message).unwrap());
        assert!(!seen.contains(&signature));
        seen.push(signature);
    }
}

#[test]
fn each_scheme_has_its_lengths() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    for (p1, len, status) in [
        (0x00, 246, "6985"),
        (0x01, 255, "9000"),
        (0x03, 255, "9000"),
        (0x05, 255, "9000"),
        (0x02, 31, "6985"),
        (0x02, 33, "6985"),
        (0x04, 31, "6985"),
        (0x04, 51, "6985"),
    ] {
        let command = with_scheme(p1, 0x97, &vec![0xA5; len]);
        assert_eq!(
            desk.send_bytes(&command).1,
            status,
            "P1 = {p1:02X}, {len} bytes"
        );
    }
    for p1 in [0x01, 0x03, 0x05] {
        let extended = [&[0x80, 0x2A, p1, 0x97, 0, 1, 0][..], &[0xA5; 256], &[0, 0]].concat();
        assert_eq!(desk.send_bytes(&extended).1, "6985");
    }
    for p1 in 0x00..=0x05 {
        desk.expect(&format!("802A{p1:02X}9700"), "6700");
    }
}

#[test]
fn both_surface_applications_sign_with_their_default_key_and_without_a_reference() {
    let healthy = madoguchi_fixtures::healthy();
    for (select, sfi, key) in [
        (SELECT_PROFILE, 0x93, &healthy.profile.unwrap().private_key),
        (SELECT_SURFACE, 0x9A, &healthy.surface.unwrap().private_key),
    ] {
        let mut desk = Desk::selected(select);
        let (by_default, status) = desk.send_bytes(&command(0x00, b"input"));
        assert_eq!(status, "9000");
        let (by_sfi, _) = desk.send_bytes(&command(sfi, b"input"));
        let (by_current, _) = desk.send_bytes(&command(0x80, b"input"));
        assert_eq!([&by_sfi, &by_current], [&by_default; 2]);
        assert_eq!(opened_with(key.expose(), &by_default), b"input");
    }
}

#[test]
fn a_key_that_was_read_ahead_signs_as_one_that_was_not() {
    let input = command(0x97, b"hello");
    let sign = |read: bool| {
        let mut desk = Desk::jpki();
        let (application, key) = (jpki::APPLICATION.aid, jpki::AUTHENTICATION_KEY);
        let stored = desk.card.stored_key(application, key);
        let stored = stored.expect("a healthy card has one");
        if read {
            stored.read();
        }
        desk.expect(VERIFY_PIN, "9000");
        desk.send_bytes(&input)
    };
    assert_eq!(sign(true), sign(false));
    let no_key = Desk::jpki();
    let pin = jpki::AUTHENTICATION_PIN;
    assert!(no_key.card.stored_key(jpki::APPLICATION.aid, pin).is_none());
}
