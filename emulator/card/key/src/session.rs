//! What a secure messaging session needs: the key under which its seed arrives, and the cipher
//! that the seed becomes.

use std::fmt;

use aws_lc_rs::cipher::{
    AES_128, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext, UnboundCipherKey,
};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::iv::FixedLength;
use aws_lc_rs::rsa::{
    KeyPair, OAEP_SHA256_MGF1SHA256, OaepPrivateDecryptingKey, PrivateDecryptingKey,
};

use crate::{KeyError, PrivateKey};

/// An RSA-2048 private key that decrypts: RSAES-OAEP with SHA-256, MGF1 with SHA-256 and an empty
/// label (RFC 8017 §7.1).
pub struct UnwrapKey {
    key: OaepPrivateDecryptingKey,
    modulus: [u8; PrivateKey::MODULUS],
}

impl UnwrapKey {
    /// Reads a PKCS#1 `RSAPrivateKey`, DER.
    ///
    /// # Errors
    /// As [`PrivateKey::from_pkcs1_der`].
    pub fn from_pkcs1_der(der: &[u8]) -> Result<Self, KeyError> {
        let modulus = PrivateKey::modulus_of(der)?;
        let pair = KeyPair::from_der(der).map_err(|_| KeyError::Encoding)?;
        let der: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyError::Encoding)?;
        let key = PrivateDecryptingKey::from_pkcs8(der.as_ref()).map_err(|_| KeyError::Encoding)?;
        let key = OaepPrivateDecryptingKey::new(key).map_err(|_| KeyError::Encoding)?;
        Ok(Self { key, modulus })
    }

    /// The modulus, big-endian: the public half, since the exponent of every key is 65 537.
    #[must_use]
    pub const fn modulus(&self) -> &[u8; PrivateKey::MODULUS] {
        &self.modulus
    }

    /// Decrypts into `plain` and returns as much of it as there is; `None` where the padding is
    /// not OAEP or the number is not below the modulus.
    #[must_use]
    pub fn unwrap<'plain>(
        &self,
        wrapped: &[u8; PrivateKey::MODULUS],
        plain: &'plain mut [u8; PrivateKey::MODULUS],
    ) -> Option<&'plain [u8]> {
        self.key
            .decrypt(&OAEP_SHA256_MGF1SHA256, wrapped, plain, None)
            .ok()
            .map(|plain| &*plain)
    }
}

impl fmt::Debug for UnwrapKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnwrapKey(RSA-2048)")
    }
}

/// AES-128 in CBC mode without padding, where the initialization vector of message n is n itself,
/// 16 bytes big-endian, encrypted with the same key.
pub struct SessionCipher {
    encrypting: EncryptingKey,
    decrypting: DecryptingKey,
    counting: EncryptingKey,
    key: [u8; Self::BLOCK],
}

impl SessionCipher {
    /// Length of a block and of the key, in bytes.
    pub const BLOCK: usize = 16;

    /// The cipher with this key; `None` where the library has no memory.
    #[must_use]
    pub fn new(key: [u8; Self::BLOCK]) -> Option<Self> {
        let unbound = || UnboundCipherKey::new(&AES_128, &key).ok();
        Some(Self {
            encrypting: EncryptingKey::cbc(unbound()?).ok()?,
            decrypting: DecryptingKey::cbc(unbound()?).ok()?,
            counting: EncryptingKey::ecb(unbound()?).ok()?,
            key,
        })
    }

    /// Encrypts whole blocks in place as message `n`; false where they are not whole.
    #[must_use]
    pub fn encrypt(&self, n: u64, blocks: &mut [u8]) -> bool {
        let Some(iv) = self.vector(n) else {
            return false;
        };
        let context = EncryptionContext::Iv128(FixedLength::from(iv));
        self.encrypting.less_safe_encrypt(blocks, context).is_ok()
    }

    /// Decrypts whole blocks in place as message `n`; false where they are not whole.
    #[must_use]
    pub fn decrypt(&self, n: u64, blocks: &mut [u8]) -> bool {
        let Some(iv) = self.vector(n) else {
            return false;
        };
        let context = DecryptionContext::Iv128(FixedLength::from(iv));
        self.decrypting.decrypt(blocks, context).is_ok()
    }

    fn vector(&self, n: u64) -> Option<[u8; Self::BLOCK]> {
        let mut block = u128::from(n).to_be_bytes();
        self.counting
            .less_safe_encrypt(&mut block, EncryptionContext::None)
            .ok()?;
        Some(block)
    }
}

impl Clone for SessionCipher {
    fn clone(&self) -> Self {
        Self::new(self.key).expect("a cipher was made of this key before")
    }
}

impl fmt::Debug for SessionCipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionCipher(AES-128)")
    }
}
