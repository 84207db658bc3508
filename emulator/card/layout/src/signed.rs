//! Things of 256 bytes that stand in files of the card, and what is signed with them. No key is
//! used here: the holder of the issuer's key signs the bytes that `signed_bytes` of a record gives.

use std::fmt;

use madoguchi_iso7816::tlv::ber::{self, Tag};

/// The public half of an RSA-2048 key with exponent 65 537: its modulus.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PublicKey(pub [u8; 256]);

impl PublicKey {
    /// Length of [`Self::encode`], in bytes.
    pub const ENCODED: usize = 265;

    /// `90 03 010001 ‖ 91 82 0100 modulus`, as every file of the card has it (*observed*).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(Self::ENCODED);
        ber::push(&mut out, Tag::new(0x90), &[0x01, 0x00, 0x01]);
        ber::push(&mut out, Tag::new(0x91), &self.0);
        out
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, ..] = self.0;
        write!(f, "PublicKey({a:02X}{b:02X}…)")
    }
}

/// An RSA-2048 signature, PKCS#1 v1.5.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signature(pub [u8; 256]);

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, ..] = self.0;
        write!(f, "Signature({a:02X}{b:02X}…)")
    }
}

/// A record and the signature that its issuer made over it. What the signature covers is said by
/// the record's `signed_bytes`; its file is written by `encode` of the pair.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed<T> {
    /// What is signed.
    pub content: T,
    /// The issuer's signature.
    pub signature: Signature,
}
