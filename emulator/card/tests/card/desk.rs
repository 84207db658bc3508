//! A card lying on a desk reader: powered, ready to be talked to in hexadecimal.

use madoguchi_card::{Card, Profile};
use madoguchi_iso7816::{Icc, Reply};
use madoguchi_layout::{Personalization, Reference};

/// SELECT by DF name, P2 = `0C`.
pub(crate) const SELECT_JPKI: &str = "00 A4 04 0C 0A D392F000260100000001";
pub(crate) const SELECT_COMMON: &str = "00 A4 04 0C 0A D3921000310001010100";
pub(crate) const SELECT_RESIDENT: &str = "00 A4 04 0C 0A D3921000310001010401";
pub(crate) const SELECT_SURFACE: &str = "00 A4 04 0C 0A D3921000310001010402";
pub(crate) const SELECT_PROFILE: &str = "00 A4 04 0C 0A D3921000310001010408";
pub(crate) const SELECT_ISSUER: &str = "00 A4 04 0C 07 A0000001510000";
/// VERIFY with the right authentication PIN, 1234, by short identifier.
pub(crate) const VERIFY_PIN: &str = "00 20 00 98 04 31323334";
/// VERIFY with a wrong authentication PIN, 9999.
pub(crate) const VERIFY_WRONG_PIN: &str = "00 20 00 98 04 39393939";
/// VERIFY without data.
pub(crate) const ASK_PIN: &str = "00 20 00 98";

/// A powered card and a reply buffer.
pub(crate) struct Desk {
    pub(crate) card: Card,
    reply: Reply,
}

impl Desk {
    /// A healthy card over the contactless interface, just powered.
    pub(crate) fn new() -> Self {
        Self::with(&madoguchi_fixtures::healthy(), Profile::contactless())
    }

    /// A healthy card with the 公的個人認証AP selected.
    pub(crate) fn jpki() -> Self {
        let mut desk = Self::new();
        desk.expect(SELECT_JPKI, "9000");
        desk
    }

    pub(crate) fn with(personalization: &Personalization, profile: Profile) -> Self {
        let mut counter = 0;
        let entropy = move |out: &mut [u8]| {
            for byte in out {
                counter = u8::wrapping_add(counter, 1);
                *byte = counter;
            }
        };
        let mut card = Card::new(personalization, profile, Box::new(entropy)).unwrap();
        card.power_on().unwrap();
        Self {
            card,
            reply: Reply::new(),
        }
    }

    /// A healthy card with an application selected.
    pub(crate) fn selected(select: &str) -> Self {
        let mut desk = Self::new();
        desk.expect(select, "9000");
        desk
    }

    /// VERIFY by short identifier with the value of a reference.
    #[track_caller]
    pub(crate) fn verify(&mut self, sfi: u8, reference: &Reference) {
        let value = reference.value.expose();
        let lc = u8::try_from(value.len()).unwrap();
        let command = [&[0x00, 0x20, 0x00, 0x80 | sfi, lc], value.as_slice()].concat();
        assert_eq!(self.send_bytes(&command).1, "9000", "VERIFY {sfi:02X}");
    }

    /// Reads a whole file by short identifier and extended Le.
    #[track_caller]
    pub(crate) fn read(&mut self, sfi: u8) -> Vec<u8> {
        self.expect(&format!("00B0{:02X}00000000", 0x80 | sfi), "9000")
    }

    /// Sends bytes and returns the response data and the status word in hexadecimal.
    pub(crate) fn send_bytes(&mut self, command: &[u8]) -> (Vec<u8>, String) {
        self.card.transmit(command, &mut self.reply).unwrap();
        (
            self.reply.data().to_vec(),
            self.reply.status().unwrap().to_string(),
        )
    }

    pub(crate) fn send(&mut self, command: &str) -> (Vec<u8>, String) {
        self.send_bytes(&hex(command))
    }

    /// Sends a command and compares the status word.
    #[track_caller]
    pub(crate) fn expect(&mut self, command: &str, status: &str) -> Vec<u8> {
        let (data, seen) = self.send(command);
        assert_eq!(seen, status, "{command}");
        data
    }
}

/// The bytes of a hexadecimal text; spaces separate, nothing else.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|byte| *byte != b' ').collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}
