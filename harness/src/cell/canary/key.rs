//! How a private key begins that stands without its armour: as octets, in figures, or in base64.
//!
//! Each begins with what no certificate, request or public key has: the version, then the algorithm or the
//! size of the key.

use super::spelling::{Rule, each_notation, parts_of_base64, value_of};

/// The first octets of a key, behind the head of its outer SEQUENCE where they are enough without it.
const BEGINS: [&[u8]; 9] = [
    // PKCS #8 (RFC 5958): version 0; rsaEncryption, NULL; OCTET STRING
    b"\x02\x01\x00\x30\x0D\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00\x04",
    // version 0; id-ecPublicKey with P-256, and with P-384 or P-521
    b"\x02\x01\x00\x30\x13\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08",
    b"\x02\x01\x00\x30\x10\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05",
    // RSAPrivateKey (RFC 8017): version 0; moduli of 2,048, 3,072 and 4,096 bits
    b"\x02\x01\x00\x02\x82\x01\x01\x00",
    b"\x02\x01\x00\x02\x82\x01\x81\x00",
    b"\x02\x01\x00\x02\x82\x02\x01\x00",
    // ECPrivateKey (RFC 5915): version 1; 256 bits, with the public key and without, and 384 bits
    b"\x30\x77\x02\x01\x01\x04\x20",
    b"\x30\x31\x02\x01\x01\x04\x20",
    b"\x30\x81\xA4\x02\x01\x01\x04\x30",
];

/// Signs of a line of base64 that has another behind it (RFC 7468, RFC 2045).
const WRAPPED: [usize; 2] = [64, 76];

/// Every spelling of every beginning.
pub(super) fn each_beginning(mut each: impl FnMut(Vec<u8>, Rule)) {
    for begins in BEGINS {
        each(begins.to_vec(), Rule::Plain);
        each_notation(begins, |bytes, between| each(bytes, Rule::Octets(between)));
        for skipped in 0..3 {
            for (bytes, rule) in parts_of_base64(begins, skipped) {
                each(bytes, rule);
            }
        }
    }
}

/// Where octets of a key begin in a file.
pub(crate) fn octets_of_key(content: &[u8]) -> Option<usize> {
    let starts = |at: &usize| BEGINS.iter().any(|key| content[*at..].starts_with(key));
    (0..content.len())
        .filter(|at| matches!(content[*at], 0x02 | 0x30))
        .find(starts)
}

/// Where a key ends whose octets begin at `at`, by the head of its SEQUENCE; the end of the text where it
/// has none.
pub(super) fn octets_end(text: &[u8], at: usize) -> usize {
    let length = |octets: &[u8]| {
        let octets = octets.iter().map(|octet| usize::from(*octet));
        octets.fold(0, |sum, octet| sum << 8 | octet)
    };
    let end = match (&text[..at], &text[at..]) {
        (_, [0x30, 0x81, octet, ..]) => at + 3 + usize::from(*octet),
        (_, [0x30, octet @ ..=0x7F, ..]) => at + 2 + usize::from(*octet),
        ([.., 0x30, 0x82, high, low], _) => at + length(&[*high, *low]),
        ([.., 0x30, 0x81, octet], _) => at + length(&[*octet]),
        ([.., 0x30, octet @ ..=0x7F], _) => at + length(&[*octet]),
        _ => text.len(),
    };
    end.min(text.len())
}

/// Where figures or signs end that go on from `end`, with what may stand between them.
pub(super) fn written_end(text: &[u8], end: usize, rule: Rule) -> usize {
    let is_base64 = matches!(rule, Rule::Part { .. });
    let parted = text[..end]
        .iter()
        .rposition(|sign| value_of(*sign).is_none());
    let mut line = parted.map_or(0, |at| at + 1);
    let mut last = end;
    for (at, byte) in text.iter().enumerate().skip(end) {
        match byte {
            b'\r' => {}
            // its last line is shorter, or says that it is the last
            b'\n' if is_base64 && !WRAPPED.contains(&(last - line)) => break,
            b'\n' if is_base64 && text[last - 1] == b'=' => break,
            b'\n' => line = at + 1,
            b' ' | b',' | b':' | b'\\' | b'x' if !is_base64 => {}
            b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' | b'-' => last = at + 1,
            b'=' if is_base64 => last = at + 1,
            sign if is_base64 && value_of(*sign).is_some() => last = at + 1,
            _ => break,
        }
    }
    last
}
