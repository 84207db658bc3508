//! How cards of one interface or generation differ from others, as data.

use madoguchi_iso7816::Atr;

/// What differs between cards that hold the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Profile {
    /// The answer to reset, or what a contactless reader invents in its place.
    pub atr: Atr,
    /// What a warm reset does.
    pub warm_reset: WarmReset,
}

/// What a warm reset does to selection and security status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarmReset {
    /// Nothing.
    Keeps,
    /// The same as a cold reset.
    Clears,
}

impl Profile {
    /// A card over the contactless interface, ISO 14443 Type B: the ATR is synthetic, and a warm
    /// reset keeps the security status (both *observed*).
    #[must_use]
    pub fn contactless() -> Self {
        let atr = [
            0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
        ];
        Self {
            atr: well_formed(&atr),
            warm_reset: WarmReset::Keeps,
        }
    }

    /// A card over its contacts, T=1: the ATR is *observed*, that a warm reset clears the security
    /// status is *assumed*.
    #[must_use]
    pub fn contact() -> Self {
        let atr = [0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14];
        Self {
            atr: well_formed(&atr),
            warm_reset: WarmReset::Clears,
        }
    }
}

impl Default for Profile {
    fn default() -> Self {
        Self::contactless()
    }
}

fn well_formed(atr: &[u8]) -> Atr {
    Atr::parse(atr).expect("the constants above are well-formed, as a test shows")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_interfaces_offer_t1() {
        assert!(Profile::contact().atr.offers(1));
        assert!(Profile::contactless().atr.offers(1));
        assert!(Profile::contactless().atr.is_contactless());
    }
}
