//! INTERNAL AUTHENTICATE, and the path without PIN as far as it is public and further where it is
//! switched on.

use madoguchi_card::Profile;
use madoguchi_card_key::{PrivateKey, verify_pkcs1v15_sha256};
use madoguchi_fixtures::pki::card_verifiable;
use madoguchi_layout::PublicKey;
use openssl::rsa::Rsa;

use crate::desk::{Desk, SELECT_COMMON, SELECT_JPKI, SELECT_PROFILE, VERIFY_PIN, hex};

#[test]
fn the_card_authenticates_itself_without_a_reference() {
    let common = madoguchi_fixtures::healthy().common.unwrap();
    let key = PrivateKey::from_pkcs1_der(common.private_key.expose()).unwrap();
    let mut desk = Desk::selected(SELECT_COMMON);
    let signature = desk.expect("0088009904AABBCCDD00", "9000");
    assert!(verify_pkcs1v15_sha256(
        &key.modulus(),
        &hex("AABBCCDD"),
        &signature
    ));
    assert_eq!(desk.expect("0088008004AABBCCDD00", "9000"), signature);
    let longest = [&[0x00, 0x88, 0x00, 0x99, 0xFF][..], &[0x5A; 255], &[0]].concat();
    assert_eq!(desk.send_bytes(&longest).1, "9000");
}

#[test]
fn other_keys_do_not_authenticate() {
    let mut desk = Desk::jpki();
    desk.expect("0088009701AA00", "6982");
    desk.expect("0088009A01AA00", "6982");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("0088009701AA00", "6985");
    desk.expect("0088009801AA00", "6981");
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("0088009301AA00", "6985");
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("0088009900", "6700");
    desk.expect("0088009901AA", "6700");
    desk.expect("0088019901AA00", "6A86");
    desk.expect("0088000001AA00", "6A88");
}

/// A terminal with a key of its own and a certificate of the card's terminal CA.
struct Terminal {
    key: PrivateKey,
    body: Vec<u8>,
    signature: Vec<u8>,
}

impl Terminal {
    fn new() -> Self {
        let der = Rsa::generate(2048).unwrap().private_key_to_der().unwrap();
        let key = PrivateKey::from_pkcs1_der(&der).unwrap();
        let certificate = card_verifiable::terminal_certificate(PublicKey(key.modulus())).unwrap();
        let extended = |p1: u8, data: &[u8]| {
            let lc = u16::try_from(data.len()).unwrap().to_be_bytes();
            [&[0x80, 0xA2, p1, 0xC1, 0x00], &lc[..], data].concat()
        };
        let body = [
            &hex("7F218202335F4E820129")[..],
            &certificate.content.signed_bytes(),
        ]
        .concat();
        let signature = [&hex("5F37820100")[..], &certificate.signature.0].concat();
        Self {
            key,
            body: extended(0x06, &body),
            signature: extended(0x00, &signature),
        }
    }
}

#[test]
fn a_terminal_certificate_is_loaded_in_two_parts() {
    let terminal = Terminal::new();
    assert_eq!(
        (terminal.body.len(), terminal.signature.len()),
        (7 + 307, 7 + 261)
    );
    let mut desk = Desk::jpki();
    assert_eq!(desk.send_bytes(&terminal.body).1, "6986");
    desk.expect("00A4020C020016", "9000");
    assert_eq!(desk.send_bytes(&terminal.signature).1, "6985");
    assert_eq!(desk.send_bytes(&terminal.body).1, "9000");
    let mut wrong = terminal.signature.clone();
    wrong[100] ^= 1;
    assert_eq!(desk.send_bytes(&wrong).1, "6700");
    assert_eq!(desk.send_bytes(&terminal.signature).1, "9000");
    for parameters in ["0000", "00AE", "8000", "00B6"] {
        desk.expect(&format!("80A2{parameters}01AA"), "6A86");
    }
    desk.expect("80A200C101AA", "6700");
    desk.expect("00A4020C020017", "9000");
    assert_eq!(desk.send_bytes(&terminal.body).1, "6981");
    desk.expect(SELECT_COMMON, "9000");
    assert_eq!(desk.send_bytes(&terminal.body).1, "6D00");
}

#[test]
fn what_follows_the_load_is_refused_unless_it_is_switched_on() {
    let terminal = Terminal::new();
    for (on, answer, sign) in [(false, "6985", "6982"), (true, "9000", "9000")] {
        let profile = Profile {
            terminal_authentication: on,
            ..Profile::contactless()
        };
        let mut desk = Desk::with(&madoguchi_fixtures::healthy(), profile);
        desk.expect(SELECT_JPKI, "9000");
        desk.expect("00A4020C020016", "9000");
        assert_eq!(desk.send_bytes(&terminal.body).1, "9000");
        assert_eq!(desk.send_bytes(&terminal.signature).1, "9000");
        let challenge = desk.expect("0084000010", "9000");
        let signature = terminal.key.sign_pkcs1v15_sha256(&challenge).unwrap();
        let prove = [&[0x00, 0x82, 0x00, 0x80, 0x00, 0x01, 0x00][..], &signature].concat();
        assert_eq!(desk.send_bytes(&prove).1, answer);
        desk.expect("802A009701AA00", sign);
        assert_eq!(desk.send_bytes(&prove).1, "6985", "a challenge is used up");
        desk.expect("0084000010", "9000");
        let expected = if on { "6300" } else { "6985" };
        assert_eq!(desk.send_bytes(&prove).1, expected, "another challenge");
        desk.expect(SELECT_COMMON, "9000");
        desk.expect(SELECT_JPKI, "9000");
        desk.expect("802A009701AA00", "6982");
    }
}
