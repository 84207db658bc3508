//! Checking a signature, where the card itself has to check one.

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};

use crate::PrivateKey;

/// Whether `signature` is sha256WithRSAEncryption (RFC 8017 §8.2) over `message` under the key with
/// this modulus and exponent 65 537.
#[must_use]
pub fn verify_pkcs1v15_sha256(
    modulus: &[u8; PrivateKey::MODULUS],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let key = RsaPublicKeyComponents {
        n: &modulus[..],
        e: &[0x01, 0x00, 0x01],
    };
    key.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature)
        .is_ok()
}
