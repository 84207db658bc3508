//! What is wrong with a signature that does not verify: over what it is valid, how it was written down, by
//! whose key it was made. Each finding is a rule of its own, so that it reaches the trace and never the
//! client: the real service does not tell it.

mod rsa;

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use aws_lc_rs::signature::{RSA_PSS_2048_8192_SHA256, UnparsedPublicKey};
use base16ct::{lower, mixed, upper};
use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding as _};

/// What precedes a hash in a DigestInfo (RFC 8017 §9.2, note 1), and the hash.
const DIGESTS: [(&[u8], &Algorithm, &str); 4] = [
    (&SHA256_PREFIX, &SHA256, "signature-over-other-data"),
    (
        &[
            0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2B, 0x0E, 0x03, 0x02, 0x1A, 0x05, 0x00, 0x04,
            0x14,
        ],
        &SHA1_FOR_LEGACY_USE_ONLY,
        "signature-with-sha-1",
    ),
    (
        &[
            0x30, 0x41, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x02, 0x05, 0x00, 0x04, 0x30,
        ],
        &SHA384,
        "signature-with-sha-384",
    ),
    (
        &[
            0x30, 0x51, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02,
            0x03, 0x05, 0x00, 0x04, 0x40,
        ],
        &SHA512,
        "signature-with-sha-512",
    ),
];

const SHA256_PREFIX: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05,
    0x00, 0x04, 0x20,
];

/// What the signature could have been made of and with.
pub(crate) struct Made<'a> {
    /// The nonce that was to be signed.
    pub(crate) nonce: &'a [u8],
    /// The id of its challenge.
    pub(crate) challenge: &'a str,
    /// Nonces of the same session that were used up before.
    pub(crate) earlier: Vec<&'a [u8]>,
    /// Unused nonces of the same session.
    pub(crate) open: Vec<&'a [u8]>,
    /// The key of the certificate, PKCS#1 DER.
    pub(crate) key: &'a [u8],
    /// Keys of other certificates.
    pub(crate) others: Vec<&'a [u8]>,
}

impl Made<'_> {
    /// The rule that says what is wrong with a signature which does not verify.
    pub(crate) fn fault(&self, signature: &[u8]) -> &'static str {
        if let Some(fault) = self.content(self.key, signature) {
            return fault;
        }
        for (rule, written) in written_otherwise(signature) {
            if self.verifies(&written) || self.content(self.key, &written).is_some() {
                return rule;
            }
        }
        let is_pss = UnparsedPublicKey::new(&RSA_PSS_2048_8192_SHA256, self.key)
            .verify(self.nonce, signature)
            .is_ok();
        if is_pss {
            return "signature-with-pss";
        }
        let mut others = self.others.iter();
        if others.any(|key| block(key, signature).is_some()) {
            return "signature-by-another-card";
        }
        "signature-wrong"
    }

    /// Whether it is the signature that was wanted.
    fn verifies(&self, signature: &[u8]) -> bool {
        block(self.key, signature).is_some_and(|block| block == info(&sha256(self.nonce)))
    }

    /// What was signed instead of the nonce; nothing where this key opens nothing.
    fn content(&self, key: &[u8], signature: &[u8]) -> Option<&'static str> {
        let block = block(key, signature)?;
        let nonce = self.nonce;
        if block == info(&sha256(nonce)) {
            return None;
        }
        for (prefix, algorithm, rule) in DIGESTS {
            let Some(hash) = block.strip_prefix(prefix) else {
                continue;
            };
            if algorithm == &SHA256 {
                return Some(self.hashed(hash));
            }
            let is_nonces = hash == digest(algorithm, nonce).as_ref();
            return Some(if is_nonces {
                rule
            } else {
                "signature-over-other-data"
            });
        }
        Some(if block == nonce {
            "signature-over-bare-nonce"
        } else if block == sha256(nonce) {
            "signature-without-digest-info"
        } else if texts(nonce)
            .iter()
            .any(|(_, text)| block == text.as_bytes())
        {
            "signature-over-bare-text"
        } else {
            "signature-over-other-data"
        })
    }

    /// Of what this is the hash, if it is one.
    fn hashed(&self, hash: &[u8]) -> &'static str {
        let (nonce, once) = (self.nonce, sha256(self.nonce));
        let is_hash_of = |what: &[u8]| sha256(what) == hash;
        let mut reversed = nonce.to_vec();
        reversed.reverse();
        if let Some((rule, _)) = texts(nonce)
            .iter()
            .find(|(_, text)| is_hash_of(text.as_bytes()))
        {
            return rule;
        }
        if hash == nonce {
            "signature-over-unhashed-nonce"
        } else if is_hash_of(&once) {
            "signature-over-hash-twice"
        } else if is_hash_of(lower::encode_string(&once).as_bytes())
            || is_hash_of(upper::encode_string(&once).as_bytes())
        {
            "signature-over-hexadecimal-hash"
        } else if is_hash_of(&info(&once)) {
            "signature-over-digest-info"
        } else if is_hash_of(&reversed) {
            "signature-over-reversed-nonce"
        } else if is_hash_of(self.challenge.as_bytes())
            || mixed::decode_vec(self.challenge).is_ok_and(|octets| is_hash_of(&octets))
        {
            "signature-over-challenge-id"
        } else if is_hash_of(&[]) {
            "signature-over-nothing"
        } else if self.earlier.iter().any(|earlier| is_hash_of(earlier)) {
            "signature-over-earlier-nonce"
        } else if self.open.iter().any(|open| is_hash_of(open)) {
            "signature-over-another-nonce"
        } else {
            "signature-over-other-data"
        }
    }
}

/// The texts that a nonce may be mistaken for, each with its rule.
fn texts(nonce: &[u8]) -> Vec<(&'static str, String)> {
    const BASE64: &str = "signature-over-base64-nonce";
    const BASE64URL: &str = "signature-over-base64url-nonce";
    const HEX: &str = "signature-over-hexadecimal-nonce";
    vec![
        (BASE64, Base64::encode_string(nonce)),
        (BASE64, Base64Unpadded::encode_string(nonce)),
        (BASE64URL, Base64Url::encode_string(nonce)),
        (BASE64URL, Base64UrlUnpadded::encode_string(nonce)),
        (HEX, lower::encode_string(nonce)),
        (HEX, upper::encode_string(nonce)),
    ]
}

/// The signature as it would be, had the client not written it down otherwise.
fn written_otherwise(signature: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut reversed = signature.to_vec();
    reversed.reverse();
    let mut forms = vec![("signature-reversed", reversed)];
    if let [before @ .., 0x90, 0x00] = signature {
        forms.push(("signature-with-status-word", before.to_vec()));
    }
    // Hexadecimal digits are base64, too: what was taken from them is written back.
    let taken = Base64::encode_string(signature);
    for text in [Some(taken.as_str()), std::str::from_utf8(signature).ok()] {
        let octets = text.and_then(|text| mixed::decode_vec(text).ok());
        forms.extend(octets.map(|octets| ("signature-in-hexadecimal", octets)));
    }
    let again = std::str::from_utf8(signature).ok();
    let again = again.and_then(|text| Base64::decode_vec(text.trim()).ok());
    forms.extend(again.map(|octets| ("signature-encoded-twice", octets)));
    forms
}

/// What a signature holds beneath its padding (RFC 8017 §9.2, EMSA-PKCS1-v1_5).
fn block(key: &[u8], signature: &[u8]) -> Option<Vec<u8>> {
    let opened = rsa::open(key, signature)?;
    let padded = opened.strip_prefix(&[0x00, 0x01])?;
    let padding = padded.iter().take_while(|octet| **octet == 0xFF).count();
    let content = padded.get(padding..)?.strip_prefix(&[0x00])?;
    (8 <= padding).then(|| content.to_vec())
}

/// A DigestInfo with this hash of SHA-256.
fn info(hash: &[u8]) -> Vec<u8> {
    [&SHA256_PREFIX[..], hash].concat()
}

fn sha256(what: &[u8]) -> Vec<u8> {
    digest(&SHA256, what).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeySize;
    use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};

    use super::*;

    /// What cannot be told from the right form where all octets of a nonce are the same.
    #[test]
    fn forms_that_depend_on_the_octets_are_named() {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let nonce: Vec<u8> = (0xE0..=0xFF).collect();
        let made = Made {
            nonce: &nonce,
            challenge: "",
            earlier: Vec::new(),
            open: Vec::new(),
            key: pair.public_key().as_ref(),
            others: Vec::new(),
        };
        let reversed: Vec<u8> = nonce.iter().rev().copied().collect();
        let base64url = Base64Url::encode_string(&nonce);
        assert_ne!(base64url, Base64::encode_string(&nonce));
        for (what, rule) in [
            (reversed.as_slice(), "signature-over-reversed-nonce"),
            (base64url.as_bytes(), "signature-over-base64url-nonce"),
        ] {
            let mut signature = vec![0; pair.public_modulus_len()];
            pair.sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                what,
                &mut signature,
            )
            .unwrap();
            assert_eq!(made.fault(&signature), rule);
        }
    }
}
