//! Numbers that identify insurers and facilities, checked once at the door.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// 保険者番号 or 公費負担者番号: eight digits, of which the third and fourth are the prefecture
/// (01–47). Six-digit numbers of 国民健康保険 are written with two leading zeros.
///
/// ```
/// # use madoguchi_eligibility::InsurerNumber;
/// let number: InsurerNumber = "06990000".parse()?;
/// assert_eq!(number.prefecture(), "99");
/// assert!(number.is_invented());
/// # Ok::<(), madoguchi_eligibility::BadNumber>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct InsurerNumber(String);

impl InsurerNumber {
    /// The digits of the prefecture.
    #[must_use]
    pub fn prefecture(&self) -> &str {
        &self.0[2..4]
    }

    /// Whether the prefecture cannot exist, so that the number is nobody's.
    #[must_use]
    pub fn is_invented(&self) -> bool {
        is_no_prefecture(self.prefecture())
    }

    /// The eight digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 医療機関等コード as the app's first login asks for it: ten digits, the first two the prefecture.
///
/// ```
/// # use madoguchi_eligibility::FacilityCode;
/// assert!("9910000000".parse::<FacilityCode>()?.is_invented());
/// assert!("123".parse::<FacilityCode>().is_err());
/// # Ok::<(), madoguchi_eligibility::BadNumber>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct FacilityCode(String);

impl FacilityCode {
    /// The digits of the prefecture.
    #[must_use]
    pub fn prefecture(&self) -> &str {
        &self.0[..2]
    }

    /// Whether the prefecture cannot exist, so that the code is nobody's.
    #[must_use]
    pub fn is_invented(&self) -> bool {
        is_no_prefecture(self.prefecture())
    }

    /// The ten digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// 一部負担金割合: percent in three digits, so 3割 is `030`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContributionRatio(String);

impl ContributionRatio {
    /// The three digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// As it is said at the counter: `3割`; none where it is not a whole tenth.
    #[must_use]
    pub fn wari(&self) -> Option<String> {
        let tenths = self.0.strip_suffix('0')?.trim_start_matches('0');
        Some(format!(
            "{}割",
            if tenths.is_empty() { "0" } else { tenths }
        ))
    }
}

/// Digits of the wrong kind or number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadNumber {
    /// What it should have been.
    pub wanted: &'static str,
    /// How many digits that has.
    pub digits: usize,
    /// What was seen.
    pub seen: String,
}

impl fmt::Display for BadNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} is {} half-width digits, not {:?}",
            self.wanted, self.digits, self.seen
        )?;
        if self.seen.len() < self.digits && self.seen.bytes().all(|b| b.is_ascii_digit()) {
            f.write_str("; leading zeros count, so write it in quotes")?;
        }
        Ok(())
    }
}

impl std::error::Error for BadNumber {}

/// Prefectures are numbered 01 (北海道) to 47 (沖縄県).
fn is_no_prefecture(digits: &str) -> bool {
    !("01"..="47").contains(&digits)
}

macro_rules! digits {
    ($($name:ident: $digits:literal, $wanted:literal;)+) => {$(
        impl FromStr for $name {
            type Err = BadNumber;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                if s.len() == $digits && s.bytes().all(|b| b.is_ascii_digit()) {
                    Ok(Self(s.to_owned()))
                } else {
                    Err(BadNumber { wanted: $wanted, digits: $digits, seen: s.to_owned() })
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = BadNumber;

            fn try_from(s: String) -> Result<Self, Self::Error> {
                s.parse()
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}
digits! {
    InsurerNumber: 8, "an insurer number (保険者番号)";
    FacilityCode: 10, "a facility code (医療機関等コード)";
    ContributionRatio: 3, "a contribution ratio (一部負担金割合, percent)";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leading_zeros_are_kept() {
        assert_eq!(
            "00990012".parse::<InsurerNumber>().unwrap().as_str(),
            "00990012"
        );
    }

    #[test]
    fn full_width_digits_are_refused() {
        assert!("９９１００００００００".parse::<FacilityCode>().is_err());
    }

    #[test]
    fn a_number_that_lost_its_zeros_says_so() {
        let error = "6990000".parse::<InsurerNumber>().unwrap_err();
        assert!(
            error.to_string().ends_with("so write it in quotes"),
            "{error}"
        );
    }

    #[test]
    fn prefectures_end_with_okinawa() {
        assert!(!is_no_prefecture("01") && !is_no_prefecture("47"));
        assert!(is_no_prefecture("00") && is_no_prefecture("48") && is_no_prefecture("99"));
    }

    #[test]
    fn ratios_read_as_tenths() {
        let wari = |s: &str| s.parse::<ContributionRatio>().unwrap().wari();
        assert_eq!(wari("030").as_deref(), Some("3割"));
        assert_eq!(wari("100").as_deref(), Some("10割"));
        assert_eq!(wari("000").as_deref(), Some("0割"));
        assert_eq!(wari("015"), None);
    }
}
