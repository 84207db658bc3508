//! BER-TLV (ISO 7816-4 §5.2.2.1; ISO 8825-1) with tags of one or two bytes, written with the
//! length habit of the My Number card: one byte below 128, and from there on always `82 hh ll`,
//! even where `81` would do (*observed* on every file of both 券面 applications).

use std::fmt;

use super::{TlvError, TlvErrorKind};

/// A tag of one or two bytes, such as `91` or `FF20`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(u16);

impl Tag {
    /// The tag with these bytes: `0x91`, `0xDF25`.
    #[must_use]
    pub const fn new(value: u16) -> Self {
        Self(value)
    }

    /// The bytes as one number.
    #[must_use]
    pub const fn value(self) -> u16 {
        self.0
    }

    fn push(self, out: &mut Vec<u8>) {
        match self.0.to_be_bytes() {
            [0, low] => out.push(low),
            both => out.extend(both),
        }
    }
}

impl fmt::Display for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 0xFF {
            write!(f, "{:04X}", self.0)
        } else {
            write!(f, "{:02X}", self.0)
        }
    }
}

impl fmt::Debug for Tag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Tag({self})")
    }
}

/// A data object as it was read: its tag and its value, borrowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// The tag.
    pub tag: Tag,
    /// The value, without header.
    pub value: &'a [u8],
}

impl fmt::Debug for Object<'_> {
    /// Tag and length only: the value may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({} bytes)", self.tag, self.value.len())
    }
}

/// Appends a data object.
///
/// ```
/// # use madoguchi_iso7816::tlv::ber::{self, Tag};
/// let mut file = Vec::new();
/// ber::push(&mut file, Tag::new(0xFF10), b"123456789012");
/// assert_eq!(file, b"\xFF\x10\x0C123456789012");
/// ```
pub fn push(out: &mut Vec<u8>, tag: Tag, value: &[u8]) {
    push_header(out, tag, value.len());
    out.extend_from_slice(value);
}

/// The data object as bytes of its own.
#[must_use]
pub fn object(tag: Tag, value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len() + 6);
    push(&mut out, tag, value);
    out
}

/// Appends tag and length alone: the header of an object, or an entry of a header list.
pub fn push_header(out: &mut Vec<u8>, tag: Tag, len: usize) {
    tag.push(out);
    // A length that does not fit four bytes does not fit a card either.
    match u32::try_from(len).unwrap_or(u32::MAX).to_be_bytes() {
        [0, 0, 0, low @ ..=0x7F] => out.push(low),
        [0, 0, high, low] => out.extend([0x82, high, low]),
        [0, high, middle, low] => out.extend([0x83, high, middle, low]),
        [a, b, c, d] => out.extend([0x84, a, b, c, d]),
    }
}

/// A tag list in the form of a header list (ISO 7816-4 §8.4.4, tag `4D`): tags with the lengths of
/// values that stand elsewhere, without the values.
///
/// ```
/// # use madoguchi_iso7816::tlv::ber::{self, Tag};
/// let list = ber::tag_list(&[(Tag::new(0x42), 16), (Tag::new(0x5F20), 16)]);
/// assert_eq!(list, [0x4D, 0x05, 0x42, 0x10, 0x5F, 0x20, 0x10]);
/// ```
#[must_use]
pub fn tag_list(entries: &[(Tag, usize)]) -> Vec<u8> {
    let mut headers = Vec::new();
    for (tag, len) in entries {
        push_header(&mut headers, *tag, *len);
    }
    object(Tag::new(0x4D), &headers)
}

/// Reads the first data object and returns what follows it. Every definite form of length is
/// understood, not the card's habit alone.
///
/// # Errors
/// [`TlvError`] with the offset of the byte that is wrong.
pub fn read(bytes: &[u8]) -> Result<(Object<'_>, &[u8]), TlvError> {
    let Header { tag, len, size } = Header::read(bytes)?;
    let behind = &bytes[size..];
    let (value, rest) = behind.split_at_checked(len).ok_or(TlvError {
        at: size,
        kind: TlvErrorKind::ValueCut {
            announced: len,
            seen: behind.len(),
        },
    })?;
    Ok((Object { tag, value }, rest))
}

/// The data objects of a file or of a template, one after the other, up to the filler (`00` or
/// `FF`) where there is one. An error ends them.
#[must_use]
pub const fn objects(bytes: &[u8]) -> Objects<'_> {
    Objects { bytes, at: 0 }
}

/// See [`objects`].
#[derive(Debug, Clone)]
pub struct Objects<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Objects<'a> {
    type Item = Result<Object<'a>, TlvError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.bytes.get(self.at..)?;
        if is_filler(rest) {
            return None;
        }
        match read(rest) {
            Ok((object, behind)) => {
                self.at = self.bytes.len() - behind.len();
                Some(Ok(object))
            }
            Err(error) => {
                let error = error.shifted(self.at);
                self.at = self.bytes.len();
                Some(Err(error))
            }
        }
    }
}

/// Whether no object begins here. `FF` alone says nothing, since `FF20` is a tag; `FF FF` is none.
fn is_filler(rest: &[u8]) -> bool {
    matches!(rest, [] | [0x00, ..] | [0xFF] | [0xFF, 0xFF, ..])
}

/// Tag and length.
struct Header {
    tag: Tag,
    len: usize,
    /// How many bytes both take.
    size: usize,
}

impl Header {
    fn read(bytes: &[u8]) -> Result<Self, TlvError> {
        const MULTIPLE: u8 = 0x1F;
        let wrong = |at, kind| TlvError { at, kind };
        let cut = wrong(bytes.len(), TlvErrorKind::HeaderCut);
        let (tag, at) = match *bytes {
            [first, ..] if first & MULTIPLE != MULTIPLE => (u16::from(first), 1),
            [first, second @ ..=0x7F, ..] => (u16::from_be_bytes([first, second]), 2),
            [_, _, ..] => return Err(wrong(1, TlvErrorKind::Tag)),
            _ => return Err(cut),
        };
        let (len, more) = match bytes[at..] {
            [len @ ..=0x7F, ..] => (usize::from(len), 0),
            [0x81, len, ..] => (usize::from(len), 1),
            [0x82, high, low, ..] => (usize::from(u16::from_be_bytes([high, low])), 2),
            [0x83, a, b, c, ..] => {
                let [a, b, c] = [a, b, c].map(usize::from);
                (a << 16 | b << 8 | c, 3)
            }
            [] | [0x81..=0x83, ..] => return Err(cut),
            [_, ..] => return Err(wrong(at, TlvErrorKind::LengthForm)),
        };
        Ok(Self {
            tag: Tag::new(tag),
            len,
            size: at + 1 + more,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_from_128_on_have_two_bytes_even_where_one_would_do() {
        let header = |len| {
            let mut out = Vec::new();
            push_header(&mut out, Tag::new(0xDF25), len);
            out[2..].to_vec()
        };
        assert_eq!(header(0), [0x00]);
        assert_eq!(header(0x7F), [0x7F]);
        assert_eq!(header(0x80), [0x82, 0x00, 0x80]);
        assert_eq!(header(0xA9), [0x82, 0x00, 0xA9]);
        assert_eq!(header(0xFFFF), [0x82, 0xFF, 0xFF]);
        assert_eq!(header(0x1_0000), [0x83, 0x01, 0x00, 0x00]);
    }

    #[test]
    fn what_was_written_is_read_again() {
        for len in [0, 1, 127, 128, 255, 256, 70_000] {
            let value = vec![0x5A; len];
            for tag in [0x86, 0x91, 0x5F4E, 0x7F21, 0xFF20].map(Tag::new) {
                let bytes = object(tag, &value);
                let (seen, rest) = read(&bytes).unwrap();
                assert_eq!((seen.tag, seen.value, rest), (tag, &value[..], &[][..]));
            }
        }
    }

    #[test]
    fn the_one_byte_form_of_long_lengths_is_understood() {
        let bytes = [&[0x86, 0x81, 0x02][..], &[1, 2]].concat();
        assert_eq!(read(&bytes).unwrap().0.value, [1, 2]);
    }

    #[test]
    fn objects_end_where_the_filler_begins() {
        let mut file = object(Tag::new(0xFF10), b"123456789012");
        for filler in [&[][..], &[0xFF], &[0xFF; 2], &[0xFF; 90], &[0x00; 3]] {
            let mut padded = file.clone();
            padded.extend(filler);
            assert_eq!(objects(&padded).count(), 1, "{filler:02X?}");
        }
        push(&mut file, Tag::new(0xFF20), b"");
        assert_eq!(objects(&file).count(), 2);
    }

    #[test]
    fn an_error_says_at_which_byte() {
        let error = |bytes| read(bytes).unwrap_err();
        let at = |at, kind| TlvError { at, kind };
        assert_eq!(error(&[]), at(0, TlvErrorKind::HeaderCut));
        assert_eq!(error(&[0xDF]), at(1, TlvErrorKind::HeaderCut));
        assert_eq!(error(&[0xDF, 0x81, 0x01]), at(1, TlvErrorKind::Tag));
        assert_eq!(error(&[0x86, 0x82, 0x01]), at(3, TlvErrorKind::HeaderCut));
        assert_eq!(error(&[0x86, 0x80]), at(1, TlvErrorKind::LengthForm));
        let cut = TlvErrorKind::ValueCut {
            announced: 2,
            seen: 1,
        };
        assert_eq!(error(&[0x86, 0x02, 0xAA]), at(2, cut));
        assert_eq!(
            error(&[0x86, 0x02, 0xAA]).to_string(),
            "the length announces 2 bytes, 1 came (at byte 2)"
        );
        let mut second = objects(&[0x80, 0x00, 0x86, 0x02, 0xAA]);
        assert!(second.next().unwrap().is_ok());
        assert_eq!(second.next().unwrap().unwrap_err().at, 4);
        assert_eq!(second.next(), None);
    }

    #[test]
    fn the_tag_list_of_a_certificate_is_written_as_cards_have_it() {
        let entries = [(0x42, 16), (0x5F20, 16), (0x5F49, 0x109)].map(|(t, l)| (Tag::new(t), l));
        let list = tag_list(&entries);
        assert_eq!(
            list,
            [
                0x4D, 0x0A, 0x42, 0x10, 0x5F, 0x20, 0x10, 0x5F, 0x49, 0x82, 0x01, 0x09
            ]
        );
    }

    #[test]
    fn no_bytes_make_the_reader_panic() {
        let mut state = 7_u32;
        for _ in 0..20_000 {
            let mut bytes = [0; 12];
            for byte in &mut bytes {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *byte = state.to_be_bytes()[0];
            }
            for len in 0..bytes.len() {
                assert!(objects(&bytes[..len]).count() <= len);
                let _ = Header::read(&bytes[..len]);
            }
        }
    }
}
