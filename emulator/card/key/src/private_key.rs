//! A card's RSA-2048 private key.

use std::fmt;

use crate::rsa::{self, RsaKey};
use crate::{digest, pkcs1};

/// An RSA-2048 private key, parsed once and used often, from any thread.
pub struct PrivateKey(RsaKey);

impl PrivateKey {
    /// Length of the modulus and of every signature, in bytes.
    pub const MODULUS: usize = 256;
    /// The longest input of a signature: PKCS#1 v1.5 padding takes 11 bytes (RFC 8017 §9.2).
    pub const INPUT_MAX: usize = Self::MODULUS - 11;

    /// Reads a PKCS#1 `RSAPrivateKey` (RFC 8017 §A.1.2), DER.
    ///
    /// # Errors
    /// [`KeyError::Encoding`] where this is no such key or its numbers do not belong together;
    /// [`KeyError::Size`] where its modulus has not 2048 bits, [`KeyError::Exponent`] where its
    /// public exponent is another than 65 537.
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, KeyError> {
        let key = RsaKey::from_pkcs1_der(der).ok_or(KeyError::Encoding)?;
        match key.bits() {
            2048 if key.has_usual_exponent() => Ok(Self(key)),
            2048 => Err(KeyError::Exponent),
            bits => Err(KeyError::Size { bits }),
        }
    }

    /// The modulus of a key, big-endian, without reading the key: whether its numbers belong
    /// together is found out by the reader of the signature.
    ///
    /// # Errors
    /// As [`Self::from_pkcs1_der`], as far as the form of a key says so.
    pub fn modulus_of(der: &[u8]) -> Result<[u8; Self::MODULUS], KeyError> {
        pkcs1::modulus(der)
    }

    /// Pads `input` with PKCS#1 v1.5 type 1 as it is, without looking at it, and applies the
    /// private key: `00 01 FF … FF 00 input`, modulo n (RFC 8017 §5.2.1, §9.2 steps 3–5).
    ///
    /// # Errors
    /// [`SignError::InputTooLong`] beyond [`Self::INPUT_MAX`] bytes; [`SignError::Failed`] where
    /// the library found the result wrong or had no memory.
    pub fn raw_pkcs1v15(
        &self,
        input: &[u8],
        out: &mut [u8; Self::MODULUS],
    ) -> Result<(), SignError> {
        if input.len() > Self::INPUT_MAX {
            return Err(SignError::InputTooLong { len: input.len() });
        }
        self.0
            .sign_raw(input, rsa::Padding::Type1, out)
            .then_some(())
            .ok_or(SignError::Failed)
    }

    /// sha256WithRSAEncryption (RFC 8017 §8.2) over `message`, as certificates carry it.
    ///
    /// # Errors
    /// [`SignError::Failed`] where the library found the result wrong or had no memory.
    pub fn sign_pkcs1v15_sha256(&self, message: &[u8]) -> Result<[u8; Self::MODULUS], SignError> {
        let mut signature = [0; Self::MODULUS];
        self.sign_pkcs1v15_hash(&digest::sha256(message), &mut signature)?;
        Ok(signature)
    }

    /// The same over a message of which only the SHA-256 hash is at hand.
    ///
    /// # Errors
    /// [`SignError::Failed`] where the library found the result wrong or had no memory.
    pub fn sign_pkcs1v15_hash(
        &self,
        hash: &[u8; 32],
        out: &mut [u8; Self::MODULUS],
    ) -> Result<(), SignError> {
        self.raw_pkcs1v15(&digest::digest_info_sha256(hash), out)
    }

    /// RSASSA-PSS (RFC 8017 §8.1) over a message with this SHA-256 hash, with MGF1 on SHA-256 and
    /// this salt.
    ///
    /// # Errors
    /// [`SignError::Failed`] where the library found the result wrong or had no memory.
    pub fn sign_pss_hash(
        &self,
        hash: &[u8; 32],
        salt: &[u8; 32],
        out: &mut [u8; Self::MODULUS],
    ) -> Result<(), SignError> {
        let encoded = digest::emsa_pss_sha256(hash, salt);
        self.0
            .sign_raw(&encoded, rsa::Padding::None, out)
            .then_some(())
            .ok_or(SignError::Failed)
    }

    /// The modulus, big-endian: the public half, since the exponent is 65 537.
    #[must_use]
    pub fn modulus(&self) -> [u8; Self::MODULUS] {
        self.0.modulus()
    }

    /// The public half as a PKCS#1 `RSAPublicKey` (RFC 8017 §A.1.1), DER.
    ///
    /// # Errors
    /// [`SignError::Failed`] where the library had no memory.
    pub fn public_key_pkcs1_der(&self) -> Result<Vec<u8>, SignError> {
        self.0.public_key_pkcs1_der().ok_or(SignError::Failed)
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(RSA-2048)")
    }
}

/// Why a key cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyError {
    /// Not a consistent PKCS#1 private key in DER.
    Encoding,
    /// A key of another size than the card's.
    Size {
        /// Bits of its modulus.
        bits: u32,
    },
    /// A key whose public exponent is not 65 537.
    Exponent,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding => f.write_str("read the key: it is no PKCS#1 RSA private key in DER"),
            Self::Exponent => f.write_str("use the key: its public exponent is not 65537"),
            Self::Size { bits } => {
                write!(
                    f,
                    "use the key: it has {bits} bits, the card's keys have 2048"
                )
            }
        }
    }
}

impl std::error::Error for KeyError {}

/// Why no signature came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignError {
    /// More input than fits into the padding.
    InputTooLong {
        /// Bytes of input.
        len: usize,
    },
    /// The library refused: the key is damaged, or there is no memory.
    Failed,
}

impl fmt::Display for SignError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InputTooLong { len } => {
                write!(f, "sign {len} bytes: at most {} fit", PrivateKey::INPUT_MAX)
            }
            Self::Failed => f.write_str("carry out the private-key operation"),
        }
    }
}

impl std::error::Error for SignError {}
