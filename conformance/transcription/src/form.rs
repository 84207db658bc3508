//! The forms in which exports write dates, ratios and kana, brought back to the interface's.

use jiff::civil::Date;
use madoguchi_eligibility::{WarekiDate, kana};
use schemars::JsonSchema;
use serde::Deserialize;

/// How a vendor writes a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    /// As the interface has it: `20250521`, `030`, half-width kana.
    #[default]
    AsDelivered,
    /// `2025-05-21`
    Iso,
    /// `2025/05/21`
    Slashes,
    /// `令和07年05月21日`
    Wareki,
    /// `3割`
    Tenths,
    /// `3`, meaning 3割
    TenthsDigit,
    /// `30`, percent
    Percent,
    /// 給付割合 in place of 負担割合: `7`, of ten tenths, means that the patient pays three.
    BenefitDigit,
    /// Katakana in full width.
    FullWidth,
}

impl Form {
    /// The interface's value; the text as it stands, where it is not in this form.
    pub(crate) fn value(self, seen: &str) -> String {
        let value = match self {
            Self::AsDelivered => None,
            Self::Iso => date("%Y-%m-%d", seen),
            Self::Slashes => date("%Y/%m/%d", seen),
            Self::Wareki => seen
                .parse::<WarekiDate>()
                .ok()
                .map(|day| compact(day.date())),
            Self::Tenths => seen.strip_suffix('割').and_then(|n| percent(n, 10)),
            Self::TenthsDigit => percent(seen, 10),
            Self::Percent => percent(seen.trim_end_matches('%'), 1),
            Self::BenefitDigit => seen.parse::<u16>().ok().and_then(|tenths| {
                let paid = 10_u16.checked_sub(tenths)?;
                Some(format!("{:03}", paid * 10))
            }),
            Self::FullWidth => Some(kana::to_half_width(seen)),
        };
        value.unwrap_or_else(|| seen.to_owned())
    }
}

fn date(format: &str, seen: &str) -> Option<String> {
    Date::strptime(format, seen).ok().map(compact)
}

fn compact(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

fn percent(digits: &str, unit: u16) -> Option<String> {
    let number = digits.parse::<u16>().ok()?.checked_mul(unit)?;
    Some(format!("{number:03}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_form_becomes_the_interfaces_value() {
        for (form, seen, value) in [
            (Form::AsDelivered, "00123", "00123"),
            (Form::Iso, "2025-05-21", "20250521"),
            (Form::Slashes, "2025/5/21", "20250521"),
            (Form::Wareki, "昭和27年1月1日", "19520101"),
            (Form::Tenths, "3割", "030"),
            (Form::TenthsDigit, "3", "030"),
            (Form::Percent, "30%", "030"),
            (Form::BenefitDigit, "7", "030"),
            (Form::BenefitDigit, "10", "000"),
            (Form::BenefitDigit, "11", "11"),
            (Form::FullWidth, "シケン　ジロウ", "ｼｹﾝ ｼﾞﾛｳ"),
        ] {
            assert_eq!(form.value(seen), value, "{form:?}");
        }
    }

    #[test]
    fn what_is_not_in_the_form_stays_as_it_is() {
        assert_eq!(Form::Iso.value("21.5.2025"), "21.5.2025");
        assert_eq!(Form::Wareki.value("昭和64年01月08日"), "昭和64年01月08日");
        assert_eq!(Form::Tenths.value("三割"), "三割");
    }
}
