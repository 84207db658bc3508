//! How the app's text spells a value that the interface has as digits or a code.

use jiff::civil::Date;
use madoguchi_eligibility::{
    CardClassification, ContributionRatio, Field, Preschool, Relation, Sex, WarekiDate, kana,
};
use serde::Deserialize;

/// The form of a value on the clipboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Spelling {
    /// As the interface has it.
    #[default]
    Plain,
    /// Katakana in full width, where the interface has half width.
    FullWidth,
    /// `2025/05/21` (*assumed*).
    Slashes,
    /// `昭和27年01月01日`
    Wareki,
    /// `3割`; what is no whole tenth as `25%` (*assumed*).
    Tenths,
    /// The name of a code, by the table of the field.
    Word,
}

impl Spelling {
    /// The value as the app writes it; as it is, where it has no such form.
    pub(crate) fn write(self, field: Field, value: &str) -> String {
        let written = match self {
            Self::Plain => None,
            Self::FullWidth => Some(kana::to_full_width(value)),
            Self::Slashes => compact(value).map(|day| day.strftime("%Y/%m/%d").to_string()),
            Self::Wareki => compact(value)
                .and_then(WarekiDate::of)
                .map(|day| day.to_string()),
            Self::Tenths => tenths(value),
            Self::Word => word(field, value).map(str::to_owned),
        };
        written.unwrap_or_else(|| value.to_owned())
    }

    /// The interface's value, the reverse of [`write`](Self::write).
    pub(crate) fn read(self, field: Field, written: &str) -> String {
        let value = match self {
            Self::Plain => None,
            Self::FullWidth => Some(kana::to_half_width(written)),
            Self::Slashes => Date::strptime("%Y/%m/%d", written).ok().map(digits),
            Self::Wareki => written
                .parse::<WarekiDate>()
                .ok()
                .map(|day| digits(day.date())),
            Self::Tenths => percent(written),
            Self::Word => code(field, written).map(str::to_owned),
        };
        value.unwrap_or_else(|| written.to_owned())
    }
}

/// The date that eight digits are.
fn compact(value: &str) -> Option<Date> {
    let is_date = value.len() == 8 && value.bytes().all(|b| b.is_ascii_digit());
    is_date.then(|| Date::strptime("%Y%m%d", value).ok())?
}

fn digits(day: Date) -> String {
    day.strftime("%Y%m%d").to_string()
}

fn tenths(value: &str) -> Option<String> {
    let ratio: ContributionRatio = value.parse().ok()?;
    let wari = ratio.wari();
    wari.or_else(|| Some(format!("{}%", value.trim_start_matches('0'))))
}

fn percent(written: &str) -> Option<String> {
    let percent: u16 = match written.strip_suffix('割') {
        Some(tenths) => tenths.parse::<u16>().ok()?.checked_mul(10)?,
        None => written.strip_suffix('%')?.parse().ok()?,
    };
    Some(format!("{percent:03}"))
}

/// Codes and names of the field's table.
fn table(field: Field) -> Vec<(&'static str, &'static str)> {
    macro_rules! pairs {
        ($table:ident) => {
            $table::ALL.iter().map(|it| (it.code(), it.ja())).collect()
        };
    }
    match field {
        Field::Sex1 | Field::Sex2 => pairs!(Sex),
        Field::PersonalFamilyClassification => pairs!(Relation),
        Field::InsuredCardClassification => pairs!(CardClassification),
        Field::PreschoolClassification => pairs!(Preschool),
        _ => Vec::new(),
    }
}

fn word(field: Field, code: &str) -> Option<&'static str> {
    let found = table(field).into_iter().find(|(known, _)| *known == code);
    found.map(|(_, word)| word)
}

fn code(field: Field, word: &str) -> Option<&'static str> {
    let found = table(field).into_iter().find(|(_, known)| *known == word);
    found.map(|(code, _)| code)
}
