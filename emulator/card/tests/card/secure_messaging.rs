//! SET SESSION KEY and what follows it, with a terminal of our own on the other side.

use madoguchi_card::Profile;
use madoguchi_iso7816::Icc;
use madoguchi_iso7816::tlv::ber;
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use openssl::symm::{Cipher, Crypter, Mode};
use proptest::collection::vec;
use proptest::prelude::*;

use crate::desk::{
    Desk, SELECT_COMMON, SELECT_ISSUER, SELECT_JPKI, SELECT_PROFILE, SELECT_RESIDENT,
    SELECT_SURFACE,
};

/// VERIFY of 券面事項入力補助AP's PIN.
const PIN: &str = "00200091 04 31323334";
const SEED: [u8; 32] = [0x42; 32];

/// A terminal that shares a key with the card and counts as it does.
struct Terminal {
    key: [u8; 16],
    n: u128,
}

impl Terminal {
    fn new() -> Self {
        Self {
            key: SEED[..16].try_into().unwrap(),
            n: 1,
        }
    }

    fn crypt(&self, mode: Mode, data: &[u8]) -> Vec<u8> {
        let iv = self.ecb(&self.n.to_be_bytes());
        let mut crypter = Crypter::new(Cipher::aes_128_cbc(), mode, &self.key, Some(&iv)).unwrap();
        crypter.pad(false);
        let mut out = vec![0; data.len() + 16];
        let len = crypter.update(data, &mut out).unwrap();
        out.truncate(len);
        out
    }

    fn ecb(&self, block: &[u8]) -> Vec<u8> {
        let mut crypter =
            Crypter::new(Cipher::aes_128_ecb(), Mode::Encrypt, &self.key, None).unwrap();
        crypter.pad(false);
        let mut out = vec![0; 32];
        let len = crypter.update(block, &mut out).unwrap();
        out.truncate(len);
        out
    }

    /// A command with data, secured; it takes a number.
    fn secured(&mut self, header: [u8; 3], data: &[u8]) -> Vec<u8> {
        let mut padded = [data, &[0x80]].concat();
        padded.resize(padded.len().next_multiple_of(16), 0);
        let cryptogram = self.crypt(Mode::Encrypt, &padded);
        let object = ber::object(ber::Tag::new(0x86), &[&[0x01], &cryptogram[..]].concat());
        self.n += 1;
        let lc = u8::try_from(object.len()).unwrap();
        [&[0x08], &header[..], &[lc], &object].concat()
    }

    /// READ BINARY from `offset`, `len` bytes, 0 for all; it takes a number.
    fn read(&mut self, desk: &mut Desk, offset: u16, len: u16) -> Vec<u8> {
        let [high, low] = offset.to_be_bytes();
        let [l, m] = len.to_be_bytes();
        let command = [0x08, 0xB0, high, low, 0, 0, 5, 0x96, 0x03, 0x00, l, m, 0, 0];
        let (answer, status) = desk.send_bytes(&command);
        assert_eq!(status, "9000");
        let (object, rest) = ber::read(&answer).unwrap();
        assert!(rest.is_empty());
        assert_eq!((object.tag.value(), object.value[0]), (0x86, 0x01));
        let mut plain = self.crypt(Mode::Decrypt, &object.value[1..]);
        self.n += 1;
        let end = plain.iter().rposition(|byte| *byte != 0).unwrap();
        assert_eq!(plain[end], 0x80);
        plain.truncate(end);
        plain
    }

    fn select(&mut self, desk: &mut Desk, id: [u8; 2]) {
        let command = self.secured([0xA4, 0x02, 0x0C], &id);
        assert_eq!(desk.send_bytes(&command), (vec![], "9000".to_owned()));
    }
}

/// SET SESSION KEY with this plain text.
fn deliver(plain: &[u8]) -> Vec<u8> {
    let der = madoguchi_fixtures::healthy().profile.unwrap().session_key;
    let key = PKey::from_rsa(Rsa::private_key_from_der(der.expose()).unwrap()).unwrap();
    let mut encrypter = Encrypter::new(&key).unwrap();
    encrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
    encrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
    encrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
    let mut wrapped = vec![0; 256];
    encrypter.encrypt(plain, &mut wrapped).unwrap();
    [&[0x80, 0xAE, 0x00, 0x00, 0x00, 0x01, 0x00], &wrapped[..]].concat()
}

fn delivery() -> Vec<u8> {
    deliver(&[&[0xA0, 0x22, 0x80, 0x20], &SEED[..]].concat())
}

/// A card with a session.
fn session() -> (Desk, Terminal) {
    let mut desk = Desk::selected(SELECT_PROFILE);
    desk.expect(PIN, "9000");
    assert_eq!(desk.send_bytes(&delivery()), (vec![], "9000".to_owned()));
    (desk, Terminal::new())
}

#[test]
fn plain_and_secured_reads_agree() {
    let (mut desk, mut terminal) = session();
    for sfi in 1..=8 {
        terminal.select(&mut desk, [0x00, sfi]);
        let secured = terminal.read(&mut desk, 0, 0);
        assert_eq!(secured, desk.read(sfi), "file {sfi}");
        assert_eq!(terminal.read(&mut desk, 3, 5), secured[3..8]);
        assert_eq!(
            terminal.read(&mut desk, 1, 16),
            secured[1..secured.len().min(17)]
        );
    }
}

#[test]
fn a_code_is_presented_secured_and_counted_as_in_the_clear() {
    let (mut desk, mut terminal) = session();
    let code_a = madoguchi_fixtures::healthy().profile.unwrap().code_a;
    let right = code_a.value.expose();
    let wrong = terminal.secured([0x20, 0x00, 0x94], b"000000000000");
    assert_eq!(desk.send_bytes(&wrong).1, "63C9");
    let right = terminal.secured([0x20, 0x00, 0x94], right);
    assert_eq!(desk.send_bytes(&right), (vec![], "9000".to_owned()));
    desk.expect("00200094", "63CA");
}

#[test]
fn every_secured_command_takes_a_number_and_plain_ones_do_not() {
    let (mut desk, mut terminal) = session();
    let blocked = terminal.secured([0x20, 0x00, 0x92], b"1234");
    assert_eq!(desk.send_bytes(&blocked).1, "6984");
    let missing = terminal.secured([0xA4, 0x02, 0x0C], &[0x00, 0x1F]);
    assert_eq!(desk.send_bytes(&missing).1, "6A82");
    desk.expect("00200091", "63C3");
    desk.expect("0884000010", "6882");
    terminal.n += 1;
    desk.expect("00B0810004", "9000");
    terminal.select(&mut desk, [0x00, 0x01]);
    assert_eq!(terminal.read(&mut desk, 0, 0).len(), 17);
}

#[test]
fn a_command_with_a_wrong_number_ends_the_session() {
    let (mut desk, mut terminal) = session();
    terminal.n = 2;
    let command = terminal.secured([0xA4, 0x02, 0x0C], &[0x00, 0x01]);
    assert_eq!(desk.send_bytes(&command).1, "6988");
    assert_eq!(desk.send_bytes(&command).1, "6882");
    desk.expect("08B000000000059603000000 0000", "69FC");
    desk.expect("00B0810004", "9000");
}

#[test]
fn exactly_one_object_of_the_right_kind_is_understood() {
    let cryptogram = |terminal: &Terminal| {
        let mut padded = vec![0x00, 0x01, 0x80];
        padded.resize(16, 0);
        terminal.crypt(Mode::Encrypt, &padded)
    };
    let object = |tag, indicator: u8, data: &[u8]| {
        ber::object(ber::Tag::new(tag), &[&[indicator], data].concat())
    };
    let with = |terminal: &Terminal, kind: usize| -> Vec<u8> {
        let cryptogram = cryptogram(terminal);
        let right = object(0x86, 0x01, &cryptogram);
        match kind {
            0 => right,
            1 => [&[0x86, 0x81, 0x11, 0x01], &cryptogram[..]].concat(),
            2 => object(0x87, 0x01, &cryptogram),
            3 => object(0x86, 0x02, &cryptogram),
            4 => [right.clone(), right].concat(),
            5 => vec![0x96, 0x03, 0x00, 0x00, 0x00],
            6 => object(0x86, 0x01, &cryptogram[..15]),
            7 => object(0x86, 0x01, &[]),
            _ => [right, vec![0x8E, 0x00]].concat(),
        }
    };
    for kind in 0..=8 {
        let (mut desk, terminal) = session();
        let data = with(&terminal, kind);
        let lc = u8::try_from(data.len()).unwrap();
        let command = [&[0x08, 0xA4, 0x02, 0x0C, lc], &data[..]].concat();
        let expected = if kind < 2 { "9000" } else { "6988" };
        assert_eq!(desk.send_bytes(&command).1, expected, "kind {kind}");
    }
    let (mut desk, terminal) = session();
    let data = with(&terminal, 0);
    let command = [&[0x08, 0xB0, 0x81, 0x00, 0x13], &data[..], &[0x00]].concat();
    assert_eq!(desk.send_bytes(&command).1, "6988");
    let (mut desk, _) = session();
    desk.expect("08200091", "6988");
}

#[test]
fn integrity_is_not_provided() {
    let (mut desk, mut terminal) = session();
    desk.expect("0CA4020C020001", "6987");
    terminal.select(&mut desk, [0x00, 0x01]);
}

#[test]
fn the_session_ends_with_a_selection_and_with_the_power() {
    for end in [SELECT_PROFILE, SELECT_JPKI, SELECT_ISSUER] {
        let (mut desk, _) = session();
        desk.expect(end, "9000");
        desk.expect("08B000000000059603000000 0000", "69FC");
    }
    let (mut desk, _) = session();
    desk.card.power_off();
    desk.card.power_on().unwrap();
    desk.expect("08B000000000059603000000 0000", "69FC");
    let (mut desk, mut terminal) = session();
    desk.card.reset().unwrap();
    terminal.select(&mut desk, [0x00, 0x01]);
}

#[test]
fn a_session_can_outlive_the_selection_of_its_own_application() {
    let profile = Profile {
        session_outlives_selection: true,
        ..Profile::contactless()
    };
    let mut desk = Desk::with(&madoguchi_fixtures::healthy(), profile);
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect(PIN, "9000");
    assert_eq!(desk.send_bytes(&delivery()).1, "9000");
    desk.expect(SELECT_PROFILE, "9000");
    Terminal::new().select(&mut desk, [0x00, 0x01]);
    desk.expect(SELECT_COMMON, "9000");
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("08B000000000059603000000 0000", "69FC");
}

#[test]
fn the_pin_comes_before_the_key_and_codes_do_not_replace_it() {
    let profile = madoguchi_fixtures::healthy().profile.unwrap();
    let mut desk = Desk::selected(SELECT_PROFILE);
    assert_eq!(desk.send_bytes(&delivery()).1, "6982");
    desk.verify(0x14, &profile.code_a);
    desk.verify(0x15, &profile.code_b);
    assert_eq!(desk.send_bytes(&delivery()).1, "6982");
}

#[test]
fn what_is_delivered_must_be_an_encryption_key_alone() {
    let mut desk = Desk::selected(SELECT_PROFILE);
    desk.expect(PIN, "9000");
    for plain in [
        [&[0xA0, 0x22, 0x81, 0x20], &SEED[..]].concat(),
        [&[0xA0, 0x44, 0x80, 0x20], &SEED[..], &[0x81, 0x20], &SEED].concat(),
        [&[0xA0, 0x22, 0x80, 0x20], &SEED[..31]].concat(),
        SEED.to_vec(),
    ] {
        assert_eq!(desk.send_bytes(&deliver(&plain)).1, "6A80");
    }
    let mut damaged = delivery();
    damaged[200] ^= 1;
    assert_eq!(desk.send_bytes(&damaged).1, "6A80");
    let too_large = [&[0x80, 0xAE, 0, 0, 0, 1, 0][..], &[0xFF; 256]].concat();
    assert_eq!(desk.send_bytes(&too_large).1, "6F00");
    desk.expect("80AE0000", "6700");
    desk.expect("80AE010001AA", "6A86");
}

#[test]
fn other_applications_refuse_in_their_own_way() {
    for (select, status) in [
        (SELECT_COMMON, "66F1"),
        (SELECT_SURFACE, "66F1"),
        (SELECT_JPKI, "6982"),
        (SELECT_RESIDENT, "6982"),
        (SELECT_ISSUER, "6982"),
    ] {
        let mut desk = Desk::selected(select);
        assert_eq!(desk.send_bytes(&delivery()).1, status, "{select}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_sent_in_a_session_is_answered(
        commands in vec(
            (
                prop::sample::select(vec![0x08, 0x08, 0x08, 0x00, 0x0C]),
                prop::sample::select(vec![0x20, 0xA4, 0xB0, 0xB2, 0x84]),
                prop::sample::select(vec![0x00, 0x02, 0x04, 0x81]),
                prop::sample::select(vec![0x00, 0x0C, 0x80, 0x91, 0x94]),
                prop_oneof![
                    vec(any::<u8>(), 0..40),
                    vec(any::<u8>(), 0..48).prop_map(|cryptogram| {
                        ber::object(ber::Tag::new(0x86), &[&[0x01], &cryptogram[..]].concat())
                    }),
                    any::<[u8; 2]>().prop_map(|le| [&[0x96, 0x03, 0x00][..], &le].concat()),
                ],
            ),
            1..40,
        ),
    ) {
        let (mut desk, mut terminal) = session();
        for (class, instruction, p1, p2, data) in commands {
            let lc = u8::try_from(data.len()).unwrap();
            let command = [&[class, instruction, p1, p2, lc], &data[..]].concat();
            let (answer, status) = desk.send_bytes(&command);
            prop_assert!(status == "9000" || answer.is_empty());
            if class == 0x08 {
                terminal.n += 1;
            }
        }
        // A session that is still there counts as the terminal does.
        let probe = terminal.secured([0xA4, 0x02, 0x0C], &[0x00, 0x01]);
        let (_, status) = desk.send_bytes(&probe);
        prop_assert!(["9000", "6882"].contains(&status.as_str()), "{}", status);
    }
}
