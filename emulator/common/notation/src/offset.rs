//! Dates and instants relative to the scenario instant.
//!
//! Whatever is dated in a persona or a scenario is written as an offset, so that it means the
//! same next year: `-21d` is a loss of eligibility three weeks before the scenario.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset as UtcOffset;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The offset of Japan, where every date of the service is a date: +09:00, no summer time.
pub const JAPAN: UtcOffset = UtcOffset::constant(9);

/// How far from `at` an offset may lie, in days: a thousand years.
const FARTHEST_DAY: i32 = 365_000;

/// A date or an instant, absolute or counted from the scenario instant `at`.
///
/// Terms have a sign, a whole number and a unit — `y` years, `m` months, `w` weeks, `d` days,
/// `h` hours, `min` minutes, `s` seconds — and may follow each other: `+5y-1d`. Years and months
/// are calendar ones in Japan; the day is kept where the month has it, else it is the month's
/// last. `0d` is `at` itself. Absolute dates read `2026-11-21`.
///
/// ```
/// use madoguchi_notation::Offset;
/// let at = "2026-11-21T09:00:00+09:00".parse().unwrap();
/// let loss: Offset = "-21d".parse().unwrap();
/// assert_eq!(loss.date(at), jiff::civil::date(2026, 10, 31));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offset(Kind);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    On(Date),
    After {
        months: i32,
        days: i32,
        seconds: i64,
    },
}

impl Offset {
    /// The scenario instant itself.
    pub const AT: Self = Self::days(0);

    /// So many days after `at`; before it, where negative.
    #[must_use]
    pub const fn days(days: i32) -> Self {
        Self(Kind::After {
            months: 0,
            days,
            seconds: 0,
        })
    }

    /// An offset where a day is meant, as serde reads it: hours, minutes and seconds are a mistake there,
    /// `-10min` most of all, where ten months were meant.
    ///
    /// # Errors
    /// What is wrong, and what to write.
    pub fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Self>, D::Error> {
        let offset = Option::<Self>::deserialize(deserializer)?;
        match offset {
            Some(Self(Kind::After {
                seconds: 1.. | ..=-1,
                ..
            })) => Err(de::Error::custom(
                "a day is meant here, not a time; write -21d, +3m (months), +5y-1d or a date like 2026-11-21",
            )),
            _ => Ok(offset),
        }
    }

    /// The calendar date in Japan.
    #[must_use]
    pub fn date(self, at: Timestamp) -> Date {
        self.civil(at).date()
    }

    /// The instant. An absolute date means its first moment in Japan.
    #[must_use]
    pub fn instant(self, at: Timestamp) -> Timestamp {
        JAPAN.to_timestamp(self.civil(at)).unwrap_or(at)
    }

    fn civil(self, at: Timestamp) -> DateTime {
        match self.0 {
            Kind::On(date) => date.to_datetime(jiff::civil::Time::midnight()),
            Kind::After {
                months,
                days,
                seconds,
            } => {
                // one span has one sign, so the terms are added one after the other
                let days = days.clamp(-FARTHEST_DAY, FARTHEST_DAY);
                JAPAN
                    .to_datetime(at)
                    .saturating_add(Span::new().months(months))
                    .saturating_add(Span::new().days(days))
                    .saturating_add(Span::new().seconds(seconds))
            }
        }
    }
}

/// A text that is no [`Offset`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MalformedOffset(String);

impl fmt::Display for MalformedOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is no offset; write -21d, +3m, +5y-1d or a date like 2026-11-21",
            self.0
        )
    }
}

impl std::error::Error for MalformedOffset {}

impl FromStr for Offset {
    type Err = MalformedOffset;

    fn from_str(text: &str) -> Result<Self, MalformedOffset> {
        let wrong = || MalformedOffset(text.to_owned());
        if let Ok(date) = text.parse::<Date>() {
            return Ok(Self(Kind::On(date)));
        }
        let (mut months, mut days, mut seconds) = (0i32, 0i32, 0i64);
        let mut rest = text;
        if rest.is_empty() {
            return Err(wrong());
        }
        while !rest.is_empty() {
            let (sign, unsigned) = match rest.as_bytes()[0] {
                b'+' => (1, &rest[1..]),
                b'-' => (-1, &rest[1..]),
                _ if rest == "0d" => (1, rest),
                _ => return Err(wrong()),
            };
            let digits = unsigned
                .find(|c: char| !c.is_ascii_digit())
                .ok_or_else(wrong)?;
            let number = unsigned[..digits]
                .parse::<i32>()
                .ok()
                .filter(|n| *n <= FARTHEST_DAY);
            let number = sign * number.ok_or_else(wrong)?;
            let unit_on = &unsigned[digits..];
            let end = unit_on.find(['+', '-']).unwrap_or(unit_on.len());
            match &unit_on[..end] {
                "y" => months += number * 12,
                "m" => months += number,
                "w" => days += number * 7,
                "d" => days += number,
                "h" => seconds += i64::from(number) * 3600,
                "min" => seconds += i64::from(number) * 60,
                "s" => seconds += i64::from(number),
                _ => return Err(wrong()),
            }
            rest = &unit_on[end..];
            if months.abs() > FARTHEST_DAY / 30 || days.abs() > FARTHEST_DAY {
                return Err(wrong());
            }
        }
        Ok(Self(Kind::After {
            months,
            days,
            seconds,
        }))
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (months, days, seconds) = match self.0 {
            Kind::On(date) => return write!(f, "{date}"),
            Kind::After {
                months,
                days,
                seconds,
            } => (months, days, seconds),
        };
        if (months, days, seconds) == (0, 0, 0) {
            return f.write_str("0d");
        }
        if months % 12 == 0 && months != 0 {
            write!(f, "{:+}y", months / 12)?;
        } else if months != 0 {
            write!(f, "{months:+}m")?;
        }
        if days != 0 {
            write!(f, "{days:+}d")?;
        }
        if seconds != 0 {
            write!(f, "{seconds:+}s")?;
        }
        Ok(())
    }
}

impl Serialize for Offset {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Offset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at() -> Timestamp {
        "2026-11-21T00:30:00+09:00".parse().unwrap()
    }

    #[test]
    fn days_are_days_in_japan_even_before_nine_in_the_morning() {
        assert_eq!(Offset::AT.date(at()), date(2026, 11, 21));
        assert_eq!(
            "-21d".parse::<Offset>().unwrap().date(at()),
            date(2026, 10, 31)
        );
    }

    #[test]
    fn a_month_that_lacks_the_day_ends_on_its_last() {
        let at = "2026-11-30T12:00:00+09:00".parse().unwrap();
        assert_eq!("+3m".parse::<Offset>().unwrap().date(at), date(2027, 2, 28));
    }

    #[test]
    fn terms_follow_each_other() {
        let offset: Offset = "+5y-1d".parse().unwrap();
        assert_eq!(offset.date(at()), date(2031, 11, 20));
        assert_eq!(offset.to_string(), "+5y-1d");
        assert_eq!("+10min".parse::<Offset>().unwrap().to_string(), "+600s");
    }

    #[test]
    fn an_absolute_date_begins_at_midnight_in_japan() {
        let offset: Offset = "2026-11-21".parse().unwrap();
        assert_eq!(
            offset.instant(at()),
            "2026-11-20T15:00:00Z".parse().unwrap()
        );
        assert_eq!(offset.to_string(), "2026-11-21");
    }

    #[test]
    fn what_is_no_offset_is_refused() {
        for text in [
            "",
            "21d",
            "-d",
            "-21",
            "+3months",
            "+99999999999d",
            "+9999y",
            "yesterday",
            "+1d ",
        ] {
            assert!(text.parse::<Offset>().is_err(), "{text}");
        }
    }
}
