//! A text as somebody reads it who knows how programs write characters: percent and JSON escapes, character
//! references and full width, in whatever mixture.

/// A text without its escapes, in which every byte knows where it comes from.
#[derive(Debug)]
pub(super) struct Reading {
    bytes: Vec<u8>,
    /// Where each byte begins in the text, and where the text ends.
    origins: Vec<usize>,
}

impl Reading {
    /// How this reads; nothing where it has no escapes.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let is_written = |at: &usize| begins(text[*at]) && character(&text[*at..]).is_some();
        let first = (0..text.len()).find(is_written)?;
        let mut reading = Self {
            bytes: text[..first].to_vec(),
            origins: (0..first).collect(),
        };
        let mut at = first;
        while at < text.len() {
            let written = begins(text[at]).then(|| character(&text[at..])).flatten();
            let length = written.as_ref().map_or(1, |(length, _)| *length);
            let from = reading.bytes.len();
            match written {
                Some((_, Character::Byte(byte))) => reading.bytes.push(byte),
                Some((_, Character::Char(c))) => {
                    let mut buffer = [0; 4];
                    reading
                        .bytes
                        .extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
                }
                None => reading.bytes.push(text[at]),
            }
            reading.origins.resize(reading.bytes.len(), at);
            debug_assert!(from < reading.bytes.len(), "every character is something");
            at += length;
        }
        reading.origins.push(text.len());
        Some(reading)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where in the text a part of the reading stands.
    pub(super) fn place(&self, at: usize, end: usize) -> (usize, usize) {
        (self.origins[at], self.origins[end])
    }
}

enum Character {
    Byte(u8),
    Char(char),
}

/// Whether an escape or a character in full width may begin with this byte.
const fn begins(byte: u8) -> bool {
    matches!(byte, b'%' | b'\\' | b'&' | 0xEF | 0xE3)
}

/// The escape or wide character at the beginning of a text: how long it is, and what it means.
fn character(text: &[u8]) -> Option<(usize, Character)> {
    match text {
        [b'%', rest @ ..] | [b'\\', b'x', rest @ ..] => {
            let byte = u8::try_from(number(rest.get(..2)?, 16)?).ok()?;
            let before = text.len() - rest.len();
            Some((before + 2, Character::Byte(byte)))
        }
        [b'\\', b'u', rest @ ..] => {
            let first = number(rest.get(..4)?, 16)?;
            if let Some(c) = char::from_u32(first) {
                return Some((6, Character::Char(c)));
            }
            let second = rest.get(4..10)?.strip_prefix(b"\\u")?;
            let units = [first, number(second, 16)?].map(|unit| u16::try_from(unit).unwrap_or(0));
            let c = char::decode_utf16(units).next()?.ok()?;
            Some((12, Character::Char(c)))
        }
        [b'\\', sign @ (b'"' | b'/' | b'\\'), ..] => Some((2, Character::Byte(*sign))),
        [b'&', rest @ ..] => {
            let end = rest.iter().take(10).position(|byte| *byte == b';')?;
            let c = match &rest[..end] {
                [b'#', b'x' | b'X', digits @ ..] => char::from_u32(number(digits, 16)?)?,
                [b'#', digits @ ..] => char::from_u32(number(digits, 10)?)?,
                b"amp" => '&',
                b"lt" => '<',
                b"gt" => '>',
                b"quot" => '"',
                b"apos" => '\'',
                _ => return None,
            };
            Some((end + 2, Character::Char(c)))
        }
        [0xE3, 0x80, 0x80, ..] => Some((3, Character::Byte(b' '))),
        // U+FF01 to U+FF5E: the signs of ASCII in full width
        [0xEF, 0xBC, last @ 0x81..=0xBF, ..] => Some((3, Character::Byte(last - 0x60))),
        [0xEF, 0xBD, last @ 0x80..=0x9E, ..] => Some((3, Character::Byte(last - 0x20))),
        _ => None,
    }
}

fn number(digits: &[u8], radix: u32) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok()?;
    let is_signed = text.starts_with(['+', '-']);
    if is_signed {
        return None;
    }
    u32::from_str_radix(text, radix).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_escaped_is_read_and_found_where_it_stands() {
        for (text, read) in [
            ("%31%32", "12"),
            ("a\\u0031\\x32", "a12"),
            ("&#49;&#x32;&amp;", "12&"),
            ("１２ａ　～", "12a ~"),
            ("\\ud842\\udfb7", "𠮷"),
            ("100% %", "100% %"),
            ("\\u12", "\\u12"),
            ("%+1", "%+1"),
        ] {
            let reading = Reading::of(text.as_bytes());
            let bytes = reading.as_ref().map_or(text.as_bytes(), Reading::bytes);
            assert_eq!(std::str::from_utf8(bytes), Ok(read), "{text}");
        }
        let reading = Reading::of("x%31%32y".as_bytes()).unwrap();
        assert_eq!(reading.place(1, 3), (1, 7));
        assert!(Reading::of("plain".as_bytes()).is_none());
    }
}
