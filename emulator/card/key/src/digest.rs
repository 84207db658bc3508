//! SHA-256 and the frames that signatures put around it: `DigestInfo` for PKCS#1 v1.5, EMSA-PSS
//! for RSASSA-PSS. Encodings only; the private key is not here.

use crate::rsa;

/// Length of a SHA-256 hash, in bytes.
pub(crate) const HASH: usize = 32;
/// Length of an encoded message for a modulus of 2048 bits.
const ENCODED: usize = 256;

/// SHA-256 (FIPS 180-4).
#[must_use]
pub fn sha256(message: &[u8]) -> [u8; HASH] {
    rsa::sha256(message)
}

/// `DigestInfo` up to the hash: SEQUENCE { SEQUENCE { id-sha256, NULL }, OCTET STRING (32) }
/// (RFC 8017 §9.2 note 1).
const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// The 51 bytes that are padded and signed for a hash.
pub(crate) fn digest_info_sha256(hash: &[u8; HASH]) -> [u8; 51] {
    let mut info = [0; 51];
    info[..19].copy_from_slice(&SHA256_PREFIX);
    info[19..].copy_from_slice(hash);
    info
}

/// EMSA-PSS-ENCODE (RFC 8017 §9.1.1) with SHA-256, MGF1 with SHA-256, a salt of 32 bytes, for a
/// modulus of 2048 bits: `maskedDB (223) ‖ H (32) ‖ BC`.
pub(crate) fn emsa_pss_sha256(hash: &[u8; HASH], salt: &[u8; HASH]) -> [u8; ENCODED] {
    const DB: usize = ENCODED - HASH - 1;
    // M' = 00 × 8 ‖ mHash ‖ salt
    let mut message = [0; 8 + 2 * HASH];
    message[8..][..HASH].copy_from_slice(hash);
    message[8 + HASH..].copy_from_slice(salt);
    let h = sha256(&message);

    let mut encoded = [0; ENCODED];
    // DB = 00 … 00 ‖ 01 ‖ salt
    encoded[DB - HASH - 1] = 0x01;
    encoded[DB - HASH..DB].copy_from_slice(salt);
    mask(&mut encoded[..DB], &h);
    // The encoded message has 2047 bits.
    encoded[0] &= 0x7F;
    encoded[DB..][..HASH].copy_from_slice(&h);
    encoded[ENCODED - 1] = 0xBC;
    encoded
}

/// Exclusive or with MGF1 (RFC 8017 §B.2.1) of `seed`.
fn mask(block: &mut [u8], seed: &[u8; HASH]) {
    let mut input = [0; HASH + 4];
    input[..HASH].copy_from_slice(seed);
    for (counter, chunk) in (0_u32..).zip(block.chunks_mut(HASH)) {
        input[HASH..].copy_from_slice(&counter.to_be_bytes());
        for (byte, mask) in chunk.iter_mut().zip(sha256(&input)) {
            *byte ^= mask;
        }
    }
}
