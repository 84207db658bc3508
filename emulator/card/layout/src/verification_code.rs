//! What is printed on a card and opens it again: the values of 生年月日, 照合番号A and 照合番号B
//! (*observed*: JICSAP cards compare these digits, as every client that reads a card builds them).

use crate::CardDate;

/// First days of the eras as `YYYYMMDD`, with the Gregorian year before their first, newest first.
const ERAS: [(&[u8; 8], u16); 5] = [
    (b"20190501", 2018), // 令和
    (b"19890108", 1988), // 平成
    (b"19261225", 1925), // 昭和
    (b"19120730", 1911), // 大正
    (b"18680125", 1867), // 明治
];

/// 生年月日 as six digits: the year within its era, month and day. The era itself is not said, so
/// 昭和55年 and 令和55年 look alike.
///
/// ```
/// # use madoguchi_layout::{CardDate, birth_date_code};
/// let birth = CardDate::parse("19800217").unwrap(); // 昭和55年2月17日
/// assert_eq!(&birth_date_code(birth), b"550217");
/// ```
#[must_use]
pub fn birth_date_code(birth: CardDate) -> [u8; 6] {
    let before = ERAS
        .into_iter()
        .find(|(first, _)| birth.as_bytes() >= *first)
        .map_or(0, |(_, before)| before);
    let year = birth.year().saturating_sub(before) % 100;
    let mut code = [0; 6];
    // Both are below ten.
    let [tens, ones] = [year / 10, year % 10].map(|n| u8::try_from(n).unwrap_or(0));
    code[0] = b'0' + tens;
    code[1] = b'0' + ones;
    code[2..].copy_from_slice(birth.month_and_day());
    code
}

/// 照合番号B, fourteen digits: 生年月日 (6), the year in which the card expires (4) and the security
/// code that is printed beside it (4).
///
/// ```
/// # use madoguchi_layout::{CardDate, verification_code_b};
/// let [birth, expiry] = ["19800217", "20350217"].map(|date| CardDate::parse(date).unwrap());
/// assert_eq!(&verification_code_b(birth, expiry, *b"2285"), b"55021720352285");
/// ```
#[must_use]
pub fn verification_code_b(birth: CardDate, expiry: CardDate, security_code: [u8; 4]) -> [u8; 14] {
    let mut code = [0; 14];
    code[..6].copy_from_slice(&birth_date_code(birth));
    code[6..10].copy_from_slice(&expiry.as_bytes()[..4]);
    code[10..].copy_from_slice(&security_code);
    code
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_is_that_of_the_era_in_which_the_day_lies() {
        for (date, code) in [
            ("18680125", b"010125"),
            ("19120729", b"450729"),
            ("19120730", b"010730"),
            ("19261224", b"151224"),
            ("19261225", b"011225"),
            ("19890107", b"640107"),
            ("19890108", b"010108"),
            ("20190430", b"310430"),
            ("20190501", b"010501"),
            ("20250630", b"070630"),
        ] {
            assert_eq!(
                &birth_date_code(CardDate::parse(date).unwrap()),
                code,
                "{date}"
            );
        }
    }
}
