//! A date as the card writes it: eight digits.

use std::fmt;

/// `YYYYMMDD` in ASCII, Gregorian. Only digits are looked at: how a birth date with an unknown
/// month or day is written is not public, so `19850000` can be said too.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardDate([u8; 8]);

impl CardDate {
    /// Reads eight digits; `None` for anything else.
    ///
    /// ```
    /// # use madoguchi_layout::CardDate;
    /// assert_eq!(CardDate::parse("19850303").unwrap().as_bytes(), b"19850303");
    /// assert_eq!(CardDate::parse("1985-03-03"), None);
    /// ```
    #[must_use]
    pub fn parse(digits: &str) -> Option<Self> {
        let digits = <[u8; 8]>::try_from(digits.as_bytes()).ok()?;
        digits
            .iter()
            .all(u8::is_ascii_digit)
            .then_some(Self(digits))
    }

    /// The eight digits.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 8] {
        &self.0
    }

    /// The year, 0 to 9999.
    #[must_use]
    pub fn year(&self) -> u16 {
        self.0[..4]
            .iter()
            .fold(0, |year, digit| year * 10 + u16::from(digit - b'0'))
    }

    /// Month and day, four digits.
    #[must_use]
    pub fn month_and_day(&self) -> &[u8] {
        &self.0[4..]
    }
}

impl fmt::Debug for CardDate {
    /// The year alone: a date of birth tells who a person is.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CardDate({}…)", self.year())
    }
}
