//! Bytes as a log shows them: a PIN or a person may be among them. They can be looked at inside this
//! crate and nowhere else: the type neither prints nor serialises, and the only way from it to an
//! event is [`Redactor`](crate::redact::Redactor).

use std::slice::SliceIndex;

use crate::canary::Canaries;

/// The longest APDU that pcsc-lite transports, bytes (`MAX_BUFFER_SIZE_EXTENDED`).
pub(crate) const LONGEST: usize = 65_548;

/// Bytes in clear.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Clear {
    bytes: Vec<u8>,
    /// Whether some of them were blackened, so that what stands there is not what passed.
    is_masked: bool,
}

impl Clear {
    /// Hexadecimal pairs with blanks, tabs or colons between them, to the end of `text`. Pairs that
    /// were blackened (`xx`, `**`) are unknown bytes. Nothing where it is something else.
    pub(crate) fn pairs(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(text.len() / 2);
        let mut is_masked = false;
        let mut chars = text
            .chars()
            .filter(|c| !c.is_ascii_whitespace() && *c != ':');
        while let Some(high) = chars.next() {
            let low = chars.next()?;
            bytes.push(match (high.to_digit(16), low.to_digit(16)) {
                (Some(high), Some(low)) => u8::try_from(high * 16 + low).ok()?,
                _ if high == low && matches!(high, 'x' | 'X' | '*') => {
                    is_masked = true;
                    0
                }
                _ => return None,
            });
            if bytes.len() > LONGEST {
                return None;
            }
        }
        Some(Self { bytes, is_masked })
    }

    /// Bytes that stand in a log as they passed; nothing where they are more than any APDU has.
    pub(crate) fn of(bytes: Vec<u8>) -> Option<Self> {
        (bytes.len() <= LONGEST).then_some(Self {
            bytes,
            is_masked: false,
        })
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    pub(crate) const fn is_masked(&self) -> bool {
        self.is_masked
    }

    /// Lets what is written later be searched for these bytes.
    pub(crate) fn remember(
        &self,
        which: impl SliceIndex<[u8], Output = [u8]>,
        canaries: &mut Canaries,
    ) {
        if !self.is_masked {
            canaries.add(self.bytes.get(which).unwrap_or_default());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_are_bytes_and_blackened_ones_are_not() {
        let of = |text: &str| Clear::pairs(text).map(|clear| (clear.len(), clear.is_masked()));
        assert_eq!(of("00 A4:04 0c"), Some((4, false)));
        assert_eq!(of("00 20 00 80 04 xx xx ** XX"), Some((9, true)));
        assert_eq!(of(""), Some((0, false)));
        for broken in ["00 A", "00 2G", "x0", "00 窓口"] {
            assert_eq!(of(broken), None, "{broken}");
        }
        assert_eq!(of(&"00".repeat(LONGEST + 1)), None);
    }
}
