//! Blocks of T=1 (ISO/IEC 7816-3 §11.3): node address, protocol control byte, length, information, and a
//! byte that makes the exclusive or of all zero. Cards with a checksum of two bytes instead are not known.

/// A block that is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Block<'a> {
    /// A piece of a command or of an answer.
    Information {
        /// 0 and 1 in turn.
        number: bool,
        /// Whether it is not the last piece.
        more: bool,
        information: &'a [u8],
    },
    /// One was received, or is asked for once more.
    Ready,
    /// Both sides begin anew.
    Resynchronise,
    /// The card asks for time, a length is agreed on, or a chain is given up.
    Supervisory,
}

impl<'a> Block<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Option<Self> {
        let (&[_, control, length], rest) = bytes.split_first_chunk::<3>()?;
        let (_, information) = rest.split_last()?;
        let is_whole = information.len() == usize::from(length) && length != 0xFF;
        let sum = bytes.iter().fold(0, |sum, byte| sum ^ byte);
        if !is_whole || sum != 0 {
            return None;
        }
        Some(match control {
            0x00..=0x7F => Self::Information {
                number: control & 0x40 != 0,
                more: control & 0x20 != 0,
                information,
            },
            0xC0 | 0xE0 => Self::Resynchronise,
            0x80..=0xBF => Self::Ready,
            _ => Self::Supervisory,
        })
    }
}

/// Whether these are the parameters that are agreed on before the first block (ISO/IEC 7816-3 §9).
pub(super) fn is_parameters(bytes: &[u8]) -> bool {
    let sum = bytes.iter().fold(0, |sum, byte| sum ^ byte);
    matches!(bytes, [0xFF, _, _, ..]) && bytes.len() <= 6 && sum == 0
}

/// One direction's pieces.
#[derive(Debug, Default)]
pub(super) struct Line {
    last: Option<(bool, Vec<u8>)>,
    is_in_chain: bool,
    /// Whether a piece of the chain is lost.
    is_torn: bool,
}

impl Line {
    /// Whether this piece is another one than the last, not the same once more.
    pub(super) fn is_new(&self, number: bool, information: &[u8]) -> bool {
        let is_same = |(last, bytes): &(bool, Vec<u8>)| *last == number && bytes == information;
        !self.last.as_ref().is_some_and(is_same)
    }

    /// Whether a piece would be the first one.
    pub(super) const fn is_between(&self) -> bool {
        !self.is_in_chain
    }

    /// Takes a piece; whether none is missing before it.
    pub(super) fn take(&mut self, number: bool, more: bool, information: &[u8]) -> bool {
        let is_next = |(last, _): &(bool, Vec<u8>)| *last != number;
        // between commands some may be missing
        if self.is_in_chain && !self.last.as_ref().is_none_or(is_next) {
            self.is_torn = true;
        }
        self.last = Some((number, information.to_vec()));
        self.is_in_chain = more;
        if more {
            return !self.is_torn;
        }
        !std::mem::take(&mut self.is_torn)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_is_as_long_as_it_says_and_sums_up_to_nothing() {
        let select = [0x00, 0x00, 0x05, 0x00, 0xA4, 0x02, 0x0C, 0x00, 0xAF];
        let block = Block::Information {
            number: false,
            more: false,
            information: &select[3..8],
        };
        assert_eq!(Block::parse(&select), Some(block));
        assert_eq!(Block::parse(&select[..8]), None);
        assert_eq!(
            Block::parse(&[0x00, 0xC3, 0x01, 0x01, 0xC3]),
            Some(Block::Supervisory)
        );
        assert_eq!(Block::parse(&[0x00, 0x90, 0x00, 0x90]), Some(Block::Ready));
        assert_eq!(
            Block::parse(&[0x00, 0xE0, 0x00, 0xE0]),
            Some(Block::Resynchronise)
        );
        // an APDU
        assert_eq!(
            Block::parse(&[0x00, 0x20, 0x00, 0x80, 0x04, 0x31, 0x32, 0x33, 0x34]),
            None
        );
        assert!(is_parameters(&[0xFF, 0x11, 0x18, 0xF6]));
    }

    #[test]
    fn the_same_piece_once_more_is_none_and_a_gap_in_a_chain_is_seen() {
        let mut line = Line::default();
        assert!(line.is_new(false, b"a"));
        assert!(line.take(false, true, b"a"));
        assert!(!line.is_new(false, b"a"));
        assert!(line.is_new(false, b"c"));
        assert!(!line.take(false, false, b"c"));
        // the next command
        assert!(line.take(false, false, b"d"));
    }
}
