//! Simple-TLV (ISO 7816-4 §5.2.1): a tag of one byte, `01` to `FE`, and a length of one byte, or
//! `FF hh ll` from 255 on. The records of 共通カードAP and 住基AP are framed so; this is not BER.

use super::{TlvError, TlvErrorKind};

/// A data object as it was read: its tag and its value, borrowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// The tag, 1 to 254.
    pub tag: u8,
    /// The value, without header.
    pub value: &'a [u8],
}

/// Appends a data object; at most 65 535 bytes of `value` can be framed, the rest is left out.
///
/// ```
/// # use madoguchi_iso7816::tlv::simple;
/// let mut record = Vec::new();
/// simple::push(&mut record, 0x01, b"40");
/// assert_eq!(record, [0x01, 0x02, 0x34, 0x30]);
/// ```
pub fn push(out: &mut Vec<u8>, tag: u8, value: &[u8]) {
    let len = u16::try_from(value.len()).unwrap_or(u16::MAX);
    out.push(tag);
    match len.to_be_bytes() {
        [0, low @ ..=0xFE] => out.push(low),
        [high, low] => out.extend([0xFF, high, low]),
    }
    out.extend_from_slice(&value[..usize::from(len)]);
}

/// Reads the first data object and returns what follows it. Both forms of length are understood
/// for every length, since cards may mix them (*specified*).
///
/// # Errors
/// [`TlvError`] with the offset of the byte that is wrong; a tag `FF` marks an erased record.
pub fn read(bytes: &[u8]) -> Result<(Object<'_>, &[u8]), TlvError> {
    let wrong = |at, kind| TlvError { at, kind };
    let (tag, len, at) = match *bytes {
        [0x00 | 0xFF, ..] => return Err(wrong(0, TlvErrorKind::Tag)),
        [tag, 0xFF, high, low, ..] => (tag, usize::from(u16::from_be_bytes([high, low])), 4),
        [tag, len @ ..=0xFE, ..] => (tag, usize::from(len), 2),
        _ => return Err(wrong(bytes.len(), TlvErrorKind::HeaderCut)),
    };
    let behind = &bytes[at..];
    let cut = TlvErrorKind::ValueCut {
        announced: len,
        seen: behind.len(),
    };
    let (value, rest) = behind.split_at_checked(len).ok_or(wrong(at, cut))?;
    Ok((Object { tag, value }, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_again() {
        for len in [0, 1, 254, 255, 256, 65_535] {
            let value = vec![0xA5; len];
            let mut bytes = Vec::new();
            push(&mut bytes, 0x01, &value);
            assert_eq!(bytes.len(), len + if len < 255 { 2 } else { 4 });
            bytes.push(0x77);
            let (object, rest) = read(&bytes).unwrap();
            assert_eq!((object.tag, object.value), (0x01, &value[..]));
            assert_eq!(rest, [0x77]);
        }
    }

    #[test]
    fn short_values_may_have_the_long_length() {
        let (object, _) = read(&[0x02, 0xFF, 0x00, 0x01, 0xAA]).unwrap();
        assert_eq!((object.tag, object.value), (0x02, &[0xAA][..]));
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let kind = |bytes| read(bytes).unwrap_err().kind;
        assert_eq!(kind(&[]), TlvErrorKind::HeaderCut);
        assert_eq!(kind(&[0x01]), TlvErrorKind::HeaderCut);
        assert_eq!(kind(&[0x01, 0xFF, 0x00]), TlvErrorKind::HeaderCut);
        assert_eq!(kind(&[0xFF, 0xFF]), TlvErrorKind::Tag);
        assert_eq!(kind(&[0x00, 0x00]), TlvErrorKind::Tag);
        let cut = TlvErrorKind::ValueCut {
            announced: 3,
            seen: 1,
        };
        assert_eq!(kind(&[0x01, 0x03, 0xAA]), cut);
    }
}
