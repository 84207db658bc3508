//! An exchange allocates nothing once the reply buffer exists.
#![expect(
    unsafe_code,
    reason = "a global allocator that counts cannot be written without"
)]
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use madoguchi_card::{Card, Profile};
use madoguchi_iso7816::{Icc, Reply};
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};

thread_local! {
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: everything is left to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

#[test]
fn no_command_allocates_in_steady_state() {
    let personalization = madoguchi_fixtures::healthy();
    let entropy = Box::new(|out: &mut [u8]| out.fill(0x5A));
    let mut card = Card::new(&personalization, Profile::contactless(), entropy).unwrap();
    let mut reply = Reply::new();
    card.power_on().unwrap();
    let commands: [(&[u8], &[u8]); 22] = [
        (
            b"\x00\xA4\x04\x00\x0A\xD3\x92\xF0\x00\x26\x01\x00\x00\x00\x01\x00",
            b"\x90\x00",
        ),
        (b"\x00\xA4\x02\x0C\x02\x00\x0A", b"\x90\x00"),
        (b"\x00\xB0\x00\x00\x00", b"\x90\x00"),
        (b"\x00\xB0\x8A\x00\x00\x00\x00", b"\x90\x00"),
        (b"\x00\x20\x00\x98", b"\x63\xC3"),
        (b"\x00\x20\x00\x98\x04\x39\x39\x39\x39", b"\x63\xC2"),
        (b"\x00\x20\x00\x98\x04\x31\x32\x33\x34", b"\x90\x00"),
        (b"\x80\x2A\x00\x97\x05hello\x00", b"\x90\x00"),
        (b"\x80\x2A\x01\x97\x05hello\x00", b"\x90\x00"),
        (
            b"\x80\x2A\x02\x97\x200123456789abcdef0123456789abcdef\x00",
            b"\x90\x00",
        ),
        (b"\x80\x2A\x03\x97\x05hello\x00", b"\x90\x00"),
        (
            b"\x80\x2A\x04\x97\x200123456789abcdef0123456789abcdef\x00",
            b"\x90\x00",
        ),
        (b"\x80\x2A\x05\x97\x05hello\x00", b"\x90\x00"),
        (b"\x00\x24\x01\x98\x04\x31\x32\x33\x34", b"\x90\x00"),
        (b"\x00\x84\x00\x00\x00", b"\x90\x00"),
        (
            b"\x00\xA4\x04\x0C\x0A\xD3\x92\x10\x00\x31\x00\x01\x01\x01\x00",
            b"\x90\x00",
        ),
        (b"\x00\xB2\x01\x0C\x00", b"\x90\x00"),
        (b"\x00\xB2\x01\x0D\x00", b"\x90\x00"),
        (b"\x00\x88\x00\x99\x05hello\x00", b"\x90\x00"),
        (b"\x08\xB0\x00\x00\x05\x96\x03\x00\x00\x00", b"\x69\xFC"),
        (b"\x80\xAE\x00\x00", b"\x66\xF1"),
        (b"\x00\xCA\xDF\x30\x05", b"\x6A\x88"),
    ];
    for round in 0..3 {
        for (command, status) in commands {
            let before = ALLOCATIONS.get();
            card.transmit(command, &mut reply).unwrap();
            let allocated = ALLOCATIONS.get() - before;
            assert!(reply.bytes().ends_with(status), "{command:02X?}");
            assert_eq!(allocated, 0, "round {round}, {command:02X?}");
        }
    }
}

#[test]
fn no_secured_read_allocates_either() {
    let personalization = madoguchi_fixtures::healthy();
    let key = personalization
        .profile
        .as_ref()
        .unwrap()
        .session_key
        .expose();
    let deliver = deliver(key);
    let mut card = Card::new(&personalization, Profile::contactless(), Box::new(|_| {})).unwrap();
    let mut reply = Reply::new();
    card.power_on().unwrap();
    let select = b"\x00\xA4\x04\x0C\x0A\xD3\x92\x10\x00\x31\x00\x01\x01\x04\x08";
    for command in [&select[..], b"\x00\x20\x00\x91\x041234", &deliver] {
        card.transmit(command, &mut reply).unwrap();
        assert_eq!(reply.bytes(), b"\x90\x00");
    }
    for round in 0..3 {
        let before = ALLOCATIONS.get();
        let read = b"\x08\xB0\x84\x00\x00\x00\x05\x96\x03\x00\x00\x00\x00\x00";
        card.transmit(read, &mut reply).unwrap();
        let allocated = ALLOCATIONS.get() - before;
        assert!(reply.data().len() > 568 && reply.bytes().ends_with(b"\x90\x00"));
        assert_eq!(allocated, 0, "round {round}");
    }
}

/// SET SESSION KEY.
fn deliver(key: &[u8]) -> Vec<u8> {
    let key = PKey::from_rsa(Rsa::private_key_from_der(key).unwrap()).unwrap();
    let mut encrypter = Encrypter::new(&key).unwrap();
    encrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
    encrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
    encrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
    let plain = [&[0xA0, 0x22, 0x80, 0x20], &[0x42; 32][..]].concat();
    let mut wrapped = vec![0; 256];
    encrypter.encrypt(&plain, &mut wrapped).unwrap();
    [&[0x80, 0xAE, 0x00, 0x00, 0x00, 0x01, 0x00], &wrapped[..]].concat()
}
