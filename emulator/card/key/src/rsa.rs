//! The calls into AWS-LC, each with the reason why it is sound.
#![expect(
    unsafe_code,
    reason = "AWS-LC is C, and offers the raw RSA operation nowhere else"
)]

use std::ptr::{self, NonNull};

use aws_lc_sys as lc;

/// An owned `RSA*` that holds a private key.
pub(crate) struct RsaKey(NonNull<lc::RSA>);

// SAFETY: the handle is the only owner of the object (no reference count is ever raised), so it
// may be moved to another thread and freed there.
unsafe impl Send for RsaKey {}

// SAFETY: `openssl/rsa.h` permits concurrent use of an `RSA` in functions that do not mutate it,
// signing among them: the cached Montgomery contexts and blindings are guarded by a lock inside.
// No method here mutates the key.
unsafe impl Sync for RsaKey {}

/// What goes around the input of the private-key operation.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Padding {
    /// `00 01 FF … FF 00`.
    Type1 = lc::RSA_PKCS1_PADDING as isize,
    /// Nothing: the input is as long as the modulus.
    None = lc::RSA_NO_PADDING as isize,
}

impl RsaKey {
    /// Parses a DER `RSAPrivateKey`; `None` also where AWS-LC finds the numbers inconsistent.
    pub(crate) fn from_pkcs1_der(der: &[u8]) -> Option<Self> {
        // SAFETY: the pointer and the length describe one live slice, which is only read.
        let key = unsafe { lc::RSA_private_key_from_bytes(der.as_ptr(), der.len()) };
        let key = NonNull::new(key).map(Self);
        if key.is_none() {
            forget_errors();
        }
        key
    }

    /// Bits of the modulus.
    pub(crate) fn bits(&self) -> u32 {
        // SAFETY: the handle is live until `drop`.
        unsafe { lc::RSA_bits(self.0.as_ptr()) }
    }

    /// Whether the public exponent is 65 537.
    pub(crate) fn has_usual_exponent(&self) -> bool {
        // SAFETY: the handle is live and lends its exponent, which is only read.
        unsafe { lc::BN_is_word(lc::RSA_get0_e(self.0.as_ptr()), 65_537) == 1 }
    }

    /// Padding and the private-key operation; false where AWS-LC refuses. The caller has seen to
    /// the lengths.
    pub(crate) fn sign_raw(&self, input: &[u8], padding: Padding, out: &mut [u8; 256]) -> bool {
        let mut len = 0;
        // SAFETY: the handle is live; `out` is writable for the 256 bytes announced, and AWS-LC
        // writes nothing where the modulus is longer than that; `input` is only read.
        let ok = unsafe {
            lc::RSA_sign_raw(
                self.0.as_ptr(),
                &raw mut len,
                out.as_mut_ptr(),
                out.len(),
                input.as_ptr(),
                input.len(),
                padding as i32,
            )
        };
        if ok != 1 {
            forget_errors();
        }
        ok == 1 && len == out.len()
    }

    /// The modulus, big-endian, filled with zeros in front.
    pub(crate) fn modulus(&self) -> [u8; 256] {
        let mut modulus = [0; 256];
        // SAFETY: the handle is live and lends its modulus, which is only read; `modulus` is
        // writable for the 256 bytes announced. It fails only where a modulus is longer, and then
        // writes nothing.
        unsafe {
            let n = lc::RSA_get0_n(self.0.as_ptr());
            lc::BN_bn2bin_padded(modulus.as_mut_ptr(), modulus.len(), n);
        }
        modulus
    }

    /// The DER `RSAPublicKey`.
    pub(crate) fn public_key_pkcs1_der(&self) -> Option<Vec<u8>> {
        let mut der = ptr::null_mut();
        let mut len = 0;
        // SAFETY: both out-parameters are live; on success `der` is a new allocation of `len`
        // bytes that belongs to us, and it is freed exactly once.
        unsafe {
            if lc::RSA_public_key_to_bytes(&raw mut der, &raw mut len, self.0.as_ptr()) != 1 {
                forget_errors();
                return None;
            }
            let copy = std::slice::from_raw_parts(der, len).to_vec();
            lc::OPENSSL_free(der.cast());
            Some(copy)
        }
    }
}

impl Drop for RsaKey {
    fn drop(&mut self) {
        // SAFETY: the handle is live, and nothing uses it after `drop`.
        unsafe { lc::RSA_free(self.0.as_ptr()) }
    }
}

/// SHA-256 (FIPS 180-4).
pub(crate) fn sha256(message: &[u8]) -> [u8; 32] {
    let mut hash = [0; 32];
    // SAFETY: `message` is only read, and `hash` has the 32 bytes that are written.
    unsafe { lc::SHA256(message.as_ptr(), message.len(), hash.as_mut_ptr()) };
    hash
}

/// Empties this thread's error queue, so that the next user of AWS-LC does not find our failure.
fn forget_errors() {
    // SAFETY: takes nothing and touches the calling thread's queue only.
    unsafe { lc::ERR_clear_error() }
}
