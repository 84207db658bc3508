//! SHA-256 in the frame that PKCS#1 v1.5 signatures carry.

use crate::rsa::sha256;

/// `DigestInfo` up to the hash: SEQUENCE { SEQUENCE { id-sha256, NULL }, OCTET STRING (32) }
/// (RFC 8017 §9.2 note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The 51 bytes that are padded and signed for `message`.
pub(crate) fn digest_info_sha256(message: &[u8]) -> [u8; 51] {
    let mut info = [0; 51];
    info[..19].copy_from_slice(&SHA256_PREFIX);
    info[19..].copy_from_slice(&sha256(message));
    info
}
