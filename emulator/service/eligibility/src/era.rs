//! 和暦: the date form of the app's screens.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};

/// 元号, from the first one with solar dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Era {
    /// 明治
    Meiji,
    /// 大正
    Taisho,
    /// 昭和
    Showa,
    /// 平成
    Heisei,
    /// 令和
    Reiwa,
}

impl Era {
    /// All eras, oldest first.
    pub const ALL: [Self; 5] = [
        Self::Meiji,
        Self::Taisho,
        Self::Showa,
        Self::Heisei,
        Self::Reiwa,
    ];

    /// The era's first day. Until 1872 Japan counted by a lunar calendar, so 明治 begins here with
    /// 1873-01-01 (明治6年), the first day that has a Gregorian date.
    #[must_use]
    pub const fn first_day(self) -> Date {
        match self {
            Self::Meiji => date(1873, 1, 1),
            Self::Taisho => date(1912, 7, 30),
            Self::Showa => date(1926, 12, 25),
            Self::Heisei => date(1989, 1, 8),
            Self::Reiwa => date(2019, 5, 1),
        }
    }

    /// 元号
    #[must_use]
    pub const fn ja(self) -> &'static str {
        match self {
            Self::Meiji => "明治",
            Self::Taisho => "大正",
            Self::Showa => "昭和",
            Self::Heisei => "平成",
            Self::Reiwa => "令和",
        }
    }

    /// The Gregorian year before the era's year 1.
    #[must_use]
    pub const fn year_zero(self) -> i16 {
        match self {
            Self::Meiji => 1867,
            Self::Taisho => 1911,
            Self::Showa => 1925,
            Self::Heisei => 1988,
            Self::Reiwa => 2018,
        }
    }
}

/// A date in 和暦. Written with two digits each (`昭和27年01月01日`), as screen E-05-A shows it
/// (事務連絡 2025-04-15). The first year is written `01`, not 元 (*assumed*); both are read.
///
/// ```
/// # use madoguchi_eligibility::WarekiDate;
/// # use jiff::civil::date;
/// let birth = WarekiDate::of(date(1952, 1, 1)).unwrap();
/// assert_eq!(birth.to_string(), "昭和27年01月01日");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WarekiDate {
    era: Era,
    date: Date,
}

impl WarekiDate {
    /// The date in the era that was in force on it; none before 1873-01-01.
    #[must_use]
    pub fn of(date: Date) -> Option<Self> {
        let era = Era::ALL
            .into_iter()
            .rev()
            .find(|era| era.first_day() <= date)?;
        Some(Self { era, date })
    }

    /// The era.
    #[must_use]
    pub const fn era(self) -> Era {
        self.era
    }

    /// Year of the era, from 1.
    #[must_use]
    pub fn year(self) -> i16 {
        self.date.year() - self.era.year_zero()
    }

    /// The Gregorian date.
    #[must_use]
    pub const fn date(self) -> Date {
        self.date
    }
}

impl fmt::Display for WarekiDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { era, date } = self;
        write!(
            f,
            "{}{:02}年{:02}月{:02}日",
            era.ja(),
            self.year(),
            date.month(),
            date.day()
        )
    }
}

impl FromStr for WarekiDate {
    type Err = NotWareki;

    /// Reads 元号年月日 with or without padding. A day outside its era (`昭和64年01月08日`) is refused.
    fn from_str(s: &str) -> Result<Self, Self::Err> {
        parse(s).ok_or_else(|| NotWareki { seen: s.to_owned() })
    }
}

/// Text that is no date in 和暦.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotWareki {
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for NotWareki {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is no date in 和暦; one looks like 昭和27年01月01日",
            self.seen
        )
    }
}

impl std::error::Error for NotWareki {}

fn parse(s: &str) -> Option<WarekiDate> {
    let (era, rest) = Era::ALL
        .into_iter()
        .find_map(|era| Some((era, s.strip_prefix(era.ja())?)))?;
    let (year, rest) = rest.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    let year = if year == "元" { 1 } else { digits(year)? };
    let date = Date::new(
        era.year_zero().checked_add(i16::from(year))?,
        digits(month)?,
        digits(day)?,
    )
    .ok()?;
    WarekiDate::of(date).filter(|wareki| wareki.era == era)
}

/// One or two digits; a sign is none.
fn digits(s: &str) -> Option<i8> {
    s.bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| s.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn shows(year: i16, month: i8, day: i8, wareki: &str) {
        assert_eq!(
            WarekiDate::of(date(year, month, day)).unwrap().to_string(),
            wareki
        );
        assert_eq!(
            wareki.parse::<WarekiDate>().unwrap().date(),
            date(year, month, day)
        );
    }

    #[test]
    fn eras_change_on_their_day() {
        shows(1873, 1, 1, "明治06年01月01日");
        shows(1912, 7, 29, "明治45年07月29日");
        shows(1912, 7, 30, "大正01年07月30日");
        shows(1926, 12, 24, "大正15年12月24日");
        shows(1926, 12, 25, "昭和01年12月25日");
        shows(1989, 1, 7, "昭和64年01月07日");
        shows(1989, 1, 8, "平成01年01月08日");
        shows(2019, 4, 30, "平成31年04月30日");
        shows(2019, 5, 1, "令和01年05月01日");
        shows(2025, 5, 21, "令和07年05月21日");
    }

    #[test]
    fn lunar_dates_have_no_form() {
        assert_eq!(WarekiDate::of(date(1872, 12, 31)), None);
    }

    #[test]
    fn unpadded_and_first_years_are_read() {
        assert_eq!(
            "令和元年5月1日".parse::<WarekiDate>().unwrap().date(),
            date(2019, 5, 1)
        );
    }

    #[test]
    fn days_outside_their_era_are_refused() {
        for wrong in [
            "昭和64年01月08日",
            "平成00年01月01日",
            "昭和27年02月30日",
            "1952-01-01",
            "昭和+7年01月01日",
            "",
        ] {
            assert!(wrong.parse::<WarekiDate>().is_err(), "{wrong}");
        }
    }
}
