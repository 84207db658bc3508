//! The ways in which software writes a secret, beside the escapes that a
//! [`Reading`](super::reading::Reading) undoes.

use std::fmt::Write as _;

use base64ct::{Base64, Base64Unpadded, Base64Url, Base64UrlUnpadded, Encoding as _};
use encoding_rs::SHIFT_JIS;

/// A way of writing a secret, and when it is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spelling {
    pub(super) bytes: Vec<u8>,
    pub(super) rule: Rule,
}

/// What kind of secret it is: in what ways it is written, and when that is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Manner {
    /// So short that it stands in many a text by itself.
    Short,
    /// Found anywhere.
    Long,
    /// What a person is called: nobody groups its characters.
    Name,
    /// A number that may be a part of any longer one.
    Number,
    /// Two numbers with a sign between, as 記号・番号 are, that may be a part of any date or telephone.
    Pair,
    /// Where a person lives: what goes on with a number is another house.
    Address,
    /// What stands in many a text by itself, and is a person's where that is said, or where it stands beside
    /// that person.
    Said,
}

/// What has to stand around a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Rule {
    /// Its characters.
    Plain,
    /// Its characters in groups of so many, with this between two.
    Apart(&'static str, usize),
    /// Its octets in figures, with this between two.
    Octets(&'static str),
    /// Octets of which few say anything, so that they are it alone: no other stands beside them.
    Alone(&'static str),
    /// A whole word, such as one of base64.
    Word,
    /// Base64 of something longer: what the sign before it and the one behind it hold of it.
    Part { before: Sextet, after: Sextet },
    /// Digits whose order in each octet is reversed: where they are said to be octets.
    Swapped,
    /// The first line of a key, which goes on to its last.
    Key,
}

/// The bits of a sign of base64 that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sextet {
    pub(super) mask: u8,
    pub(super) value: u8,
}

/// How a program writes bytes in hexadecimal or as numbers: what stands before each, and between two.
const NOTATIONS: [(&str, &str); 16] = [
    ("", ""),
    ("", " "),
    ("", ":"),
    ("", "-"),
    ("", ","),
    ("", ", "),
    ("", ";"),
    ("", "; "),
    ("", "\",\""),
    ("", "\", \""),
    ("", "', '"),
    ("0x", ""),
    ("0x", " "),
    ("0x", ","),
    ("0x", ", "),
    ("\\x", ""),
];
/// What stands between two numbers of a list.
const LISTED: [&str; 3] = [",", ", ", " "];
/// What stands between characters that are told apart.
const BETWEEN: [&str; 11] = [
    " ", "-", ".", ",", "_", ":", "/", "  ", ", ", "\t", "\u{2010}",
];

/// Bytes of the shortest that is known by its octets alone.
const FEWEST_AS_OCTETS: usize = 6;

/// Every spelling of a secret.
pub(super) fn spellings(value: &str, manner: Manner) -> Vec<Spelling> {
    let mut all = Vec::new();
    let mut add = |bytes: Vec<u8>, rule| {
        let spelling = Spelling { bytes, rule };
        if !all.contains(&spelling) {
            all.push(spelling);
        }
    };
    let texts = texts(value);
    add(value.as_bytes().to_vec(), Rule::Plain);
    if let Manner::Pair | Manner::Said = manner {
        // as octets it stands in no other text
        if FEWEST_AS_OCTETS <= value.len() {
            if value.bytes().all(|byte| byte.is_ascii_digit()) {
                each_notation(value.as_bytes(), |bytes, between| {
                    add(bytes, Rule::Octets(between));
                });
            }
            for word in [
                Base64Unpadded::encode_string(value.as_bytes()),
                Base64UrlUnpadded::encode_string(value.as_bytes()),
            ] {
                add(word.into_bytes(), Rule::Word);
            }
        }
        return all;
    }
    for &group in groups(value, manner) {
        for between in BETWEEN {
            add(
                joined(value, group, between).into_bytes(),
                Rule::Apart(between, group),
            );
        }
    }
    if manner == Manner::Short {
        for octets in &texts {
            each_notation(octets, |bytes, between| add(bytes, Rule::Octets(between)));
            add(
                Base64Unpadded::encode_string(octets).into_bytes(),
                Rule::Word,
            );
        }
        return all;
    }
    let wide: String = value.chars().map(widened).collect();
    for form in texts.iter().cloned().chain(encoded(&wide)) {
        add(form, Rule::Plain);
    }
    for octets in &texts {
        each_notation(octets, |bytes, between| add(bytes, Rule::Octets(between)));
        if manner == Manner::Number {
            // what goes on before and behind it cannot be told from a part
            add(
                Base64Unpadded::encode_string(octets).into_bytes(),
                Rule::Word,
            );
            continue;
        }
        for skipped in 0..3 {
            for (bytes, rule) in parts_of_base64(octets, skipped) {
                add(bytes, rule);
            }
        }
    }
    if manner != Manner::Long {
        return all;
    }
    for (octets, is_swapped) in decimal_coded(value) {
        if is_swapped {
            add(hexadecimal(&octets), Rule::Swapped);
        }
        each_notation(&octets, |bytes, between| {
            if !between.is_empty() {
                add(bytes, Rule::Alone(between));
            }
        });
        add(
            Base64Unpadded::encode_string(&octets).into_bytes(),
            Rule::Word,
        );
        add(
            Base64UrlUnpadded::encode_string(&octets).into_bytes(),
            Rule::Word,
        );
    }
    all
}

/// A text in the encodings in which files and messages are written here.
fn encoded(text: &str) -> Vec<Vec<u8>> {
    let units: Vec<u16> = text.encode_utf16().collect();
    vec![
        text.as_bytes().to_vec(),
        units.iter().flat_map(|unit| unit.to_le_bytes()).collect(),
        units.iter().flat_map(|unit| unit.to_be_bytes()).collect(),
        SHIFT_JIS.encode(text).0.into_owned(),
    ]
}

fn texts(value: &str) -> Vec<Vec<u8>> {
    let mut texts = encoded(value);
    texts.dedup();
    if value.is_ascii() {
        // CP932 has ASCII as it is
        texts.pop();
    }
    texts
}

/// How many characters stand together where they are told apart.
fn groups(value: &str, manner: Manner) -> &'static [usize] {
    let is_number = value.bytes().all(|byte| byte.is_ascii_digit());
    match (manner, value.len()) {
        // four figures, a hyphen and four more are a telephone
        (Manner::Name | Manner::Number | Manner::Pair | Manner::Address | Manner::Said, _) => &[],
        (Manner::Long, 8..) if is_number => &[1, 3, 4],
        (Manner::Short | Manner::Long, _) => &[1],
    }
}

fn joined(value: &str, group: usize, between: &str) -> String {
    let characters: Vec<char> = value.chars().collect();
    let groups = characters.chunks(group).map(String::from_iter);
    groups.collect::<Vec<_>>().join(between)
}

/// A character of ASCII in full width.
fn widened(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn hexadecimal(octets: &[u8]) -> Vec<u8> {
    base16ct::lower::encode_string(octets).into_bytes()
}

/// The octets in every notation, each with what stands between two.
pub(super) fn each_notation(octets: &[u8], mut each: impl FnMut(Vec<u8>, &'static str)) {
    let upper = base16ct::upper::encode_string(octets).into_bytes();
    let lower = hexadecimal(octets);
    for (before, between) in NOTATIONS {
        for figures in [&upper, &lower] {
            let length = before.len() + 2 + between.len();
            let mut written = Vec::with_capacity(octets.len() * length);
            for pair in figures.chunks_exact(2) {
                if !written.is_empty() {
                    written.extend_from_slice(between.as_bytes());
                }
                written.extend_from_slice(before.as_bytes());
                written.extend_from_slice(pair);
            }
            each(written, between);
        }
    }
    for between in LISTED {
        let mut written = String::with_capacity(octets.len() * 4);
        for octet in octets {
            let before = if written.is_empty() { "" } else { between };
            let _ = write!(written, "{before}{octet}");
        }
        each(written.into_bytes(), between);
    }
}

/// The signs of base64 that hold octets which stand so many octets behind a boundary of three, in both
/// alphabets.
pub(super) fn parts_of_base64(octets: &[u8], skipped: usize) -> Vec<(Vec<u8>, Rule)> {
    let mut padded = vec![0; skipped];
    padded.extend_from_slice(octets);
    let known = 8 * skipped..8 * padded.len();
    let first = known.start.div_ceil(6);
    let end = known.end / 6;
    padded.extend([0, 0, 0]);
    padded.truncate(padded.len() / 3 * 3);
    let sextet = |bits: usize, is_high: bool, text: &str, at: Option<usize>| {
        let mask: u8 = match (bits, is_high) {
            (0, _) => 0,
            (bits, true) => 0b11_1111 & !(0b11_1111 >> bits),
            (bits, false) => (1 << bits) - 1,
        };
        let sign = at.and_then(|at| text.as_bytes().get(at));
        let value = sign.and_then(|sign| value_of(*sign)).unwrap_or(0) & mask;
        Sextet { mask, value }
    };
    let alphabets = [
        Base64::encode_string(&padded),
        Base64Url::encode_string(&padded),
    ];
    let part = |text: &String| {
        let before = sextet(6 * first - known.start, false, text, first.checked_sub(1));
        let after = sextet(known.end - 6 * end, true, text, Some(end));
        let signs = text.as_bytes()[first..end].to_vec();
        (signs, Rule::Part { before, after })
    };
    alphabets.iter().map(part).collect()
}

/// The six bits of a sign of base64, in either alphabet.
pub(super) const fn value_of(sign: u8) -> Option<u8> {
    match sign {
        b'A'..=b'Z' => Some(sign - b'A'),
        b'a'..=b'z' => Some(sign - b'a' + 26),
        b'0'..=b'9' => Some(sign - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

/// A long number as binary coded decimal, and whether the digits of each octet are reversed.
fn decimal_coded(value: &str) -> Vec<(Vec<u8>, bool)> {
    let digits: Option<Vec<u8>> = value
        .chars()
        .map(|c| c.to_digit(10).and_then(|digit| u8::try_from(digit).ok()))
        .collect();
    let Some(digits) = digits.filter(|digits| digits.len() >= 12 && digits.len() % 2 == 0) else {
        return Vec::new();
    };
    let pairs = || digits.chunks_exact(2);
    vec![
        (pairs().map(|pair| pair[0] << 4 | pair[1]).collect(), false),
        (pairs().map(|pair| pair[1] << 4 | pair[0]).collect(), true),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_base64_is_known_at_any_place() {
        let secret = b"990000000012";
        for skipped in 0..6 {
            let mut text = vec![b'x'; skipped];
            text.extend_from_slice(secret);
            text.extend_from_slice(b"yz");
            let written = Base64::encode_string(&text);
            let (signs, rule) = &parts_of_base64(secret, skipped % 3)[0];
            let mut places = written.as_bytes().windows(signs.len());
            let at = places.position(|place| place == signs);
            let at = at.unwrap_or_else(|| panic!("{written} {skipped}"));
            let Rule::Part { before, after } = rule else {
                panic!("{rule:?}")
            };
            let value = |at: usize| value_of(written.as_bytes()[at]).unwrap();
            if before.mask != 0 {
                assert_eq!(value(at - 1) & before.mask, before.value);
            }
            assert_eq!(value(at + signs.len()) & after.mask, after.value);
        }
    }

    #[test]
    fn digits_of_an_octet_are_told_in_both_orders() {
        let coded = decimal_coded("990000000012");
        assert_eq!(coded[0], (vec![0x99, 0, 0, 0, 0, 0x12], false));
        assert_eq!(coded[1], (vec![0x99, 0, 0, 0, 0, 0x21], true));
        assert!(decimal_coded("TEST-only-1").is_empty());
        assert!(decimal_coded("1234").is_empty());
    }
}
