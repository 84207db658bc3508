//! The words of a PC/SC call that are numbers on the wire: handles, share mode, disposition, protocols.
//! Newtypes, so that what a client really sent can be refused and recorded.

use std::fmt;

/// A context's handle: 31 bits, not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ContextHandle(pub u32);

/// A connection's handle: 31 bits, not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Handle(pub u32);

/// How a client wants to share a card with others (`dwShareMode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShareMode(pub u32);

impl ShareMode {
    /// No other program may connect.
    pub const EXCLUSIVE: Self = Self(1);
    /// Others may connect, too.
    pub const SHARED: Self = Self(2);
    /// The reader itself, with or without a card.
    pub const DIRECT: Self = Self(3);

    /// Whether PC/SC knows this mode.
    #[must_use]
    pub const fn is_known(self) -> bool {
        matches!(self.0, 1..=3)
    }
}

impl fmt::Display for ShareMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::EXCLUSIVE => f.write_str("exclusive"),
            Self::SHARED => f.write_str("shared"),
            Self::DIRECT => f.write_str("direct"),
            Self(other) => write!(f, "share mode {other}"),
        }
    }
}

/// What is to happen to the card at the end, or at a new beginning (`dwDisposition`,
/// `dwInitialization`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Disposition(pub u32);

impl Disposition {
    /// Nothing.
    pub const LEAVE: Self = Self(0);
    /// Warm reset.
    pub const RESET: Self = Self(1);
    /// Power off.
    pub const UNPOWER: Self = Self(2);
    /// Throw the card out; no reader here can, and pcsc-lite does not mind.
    pub const EJECT: Self = Self(3);

    /// Whether PC/SC knows this disposition.
    #[must_use]
    pub const fn is_known(self) -> bool {
        self.0 <= 3
    }

    /// Whether the card loses its state, and with it every handle's trust in that state.
    #[must_use]
    pub const fn resets(self) -> bool {
        matches!(self, Self::RESET | Self::UNPOWER)
    }
}

impl fmt::Display for Disposition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::LEAVE => f.write_str("leave"),
            Self::RESET => f.write_str("reset"),
            Self::UNPOWER => f.write_str("unpower"),
            Self::EJECT => f.write_str("eject"),
            Self(other) => write!(f, "disposition {other}"),
        }
    }
}

/// A transmission protocol or a set of them (`dwPreferredProtocols`, `dwActiveProtocol`), with
/// pcsc-lite's bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Protocols(pub u32);

impl Protocols {
    /// None chosen yet.
    pub const UNDEFINED: Self = Self(0);
    /// T=0.
    pub const T0: Self = Self(1);
    /// T=1.
    pub const T1: Self = Self(2);
    /// T=0 or T=1.
    pub const ANY: Self = Self(3);
    /// Bytes as they are (pcsc-lite's number; Windows says `10000`).
    pub const RAW: Self = Self(4);
    /// T=15, which is no transmission protocol.
    pub const T15: Self = Self(8);
    /// What old programs say for any protocol.
    pub const ANY_OLD: Self = Self(0x1000);

    /// Whether the two sets share a protocol.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether a client that names this set can get a card at all.
    #[must_use]
    pub const fn can_carry(self) -> bool {
        self.meets(Self(Self::ANY.0 | Self::RAW.0 | Self::ANY_OLD.0))
    }

    /// What the card with this ATR offers, by pcsc-lite's reading: the TDi name protocols, a TA2
    /// fixes one, and an ATR without TDi means T=0. An ATR that cannot be read offers nothing.
    ///
    /// ```
    /// # use madoguchi_reader::Protocols;
    /// let contactless = [0x3B, 0x80, 0x80, 0x01, 0x01];
    /// assert_eq!(Protocols::of_atr(&contactless), Protocols::ANY);
    /// assert_eq!(Protocols::of_atr(&[0xFF]), Protocols::UNDEFINED);
    /// ```
    #[must_use]
    pub fn of_atr(atr: &[u8]) -> Self {
        let [0x3B | 0x3F, format, interface @ ..] = atr else {
            return Self::UNDEFINED;
        };
        let mut interface = interface.iter().copied();
        let mut offered = 0;
        let mut first = true;
        let mut present = format >> 4;
        for i in 1.. {
            let ta = if present & 1 != 0 {
                interface.next()
            } else {
                None
            };
            for _ in 0..(present & 0x6).count_ones() {
                interface.next();
            }
            let td = if present & 8 != 0 {
                interface.next()
            } else {
                None
            };
            match td.map(|td| td & 0x0F) {
                Some(0) => offered |= Self::T0.0,
                Some(1) => offered |= Self::T1.0,
                Some(_) if first => return Self(offered),
                Some(15) => offered |= Self::T15.0,
                Some(_) | None => {}
            }
            first &= td.is_none();
            if let (2, Some(ta2)) = (i, ta) {
                match ta2 & 0x0F {
                    0 => offered = Self::T0.0,
                    1 => offered = Self::T1.0,
                    _ => return Self(offered),
                }
            }
            match td {
                Some(td) if td >> 4 != 0 => present = td >> 4,
                _ => break,
            }
        }
        if offered == 0 {
            Self::T0
        } else {
            Self(offered)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_atr_offers_what_pcsc_lite_reads_in_it() {
        let table: &[(&[u8], Protocols)] = &[
            // contactless Type B: TD1 = 80, TD2 = 01
            (
                &[
                    0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F,
                ],
                Protocols::ANY,
            ),
            // contact, T=1 alone
            (
                &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14],
                Protocols::T1,
            ),
            // contact, TA2 = 81: specific mode, T=1
            (
                &[
                    0x3B, 0xF5, 0x91, 0x00, 0xFF, 0x91, 0x81, 0x71, 0xFE, 0x40, 0x42, 0x00, 0x01,
                    0x00, 0xD1, 0xD6,
                ],
                Protocols::T1,
            ),
            // no TD1
            (&[0x3B, 0x00], Protocols::T0),
            (&[0x3B], Protocols::UNDEFINED),
            (&[0xFF], Protocols::UNDEFINED),
            (&[], Protocols::UNDEFINED),
            // TD1 names T=15, which may not come first
            (&[0x3B, 0x80, 0x0F], Protocols::UNDEFINED),
        ];
        for (atr, offered) in table {
            assert_eq!(Protocols::of_atr(atr), *offered, "{atr:02X?}");
        }
    }
}
