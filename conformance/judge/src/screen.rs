//! Reading screens: which screen it is, what it says, and whether it says what was delivered.
//!
//! Titles and buttons of C-04-01-A, F-01-A and E-05-A are printed in the ministry's notice of
//! 2025-04-15; the other labels are assumed. Labels of a section read `見出し/項目`.

use jiff::civil::Date;
use madoguchi_eligibility::{WarekiDate, kana};
use madoguchi_trace::{Screen, delivered_date};

/// Title of the screen on which the work with a patient begins.
pub(crate) const CHOICE: &str = "認証選択";
/// Title of results.
pub(crate) const RESULT: &str = "資格確認結果";
/// 画面番号 of the result of 医療扶助.
pub(crate) const ASSISTANCE: &str = "E-05-A";
/// 画面番号 of the offer of 健康保険証利用登録.
pub(crate) const OFFER: &str = "C-04-01-A";
/// 画面番号 of the screens of 健康保険証利用登録.
pub(crate) const REGISTRATION: &str = "F-01-A";

/// Button: 目視確認.
pub(crate) const VISUAL: &str = "目視確認";
/// Button: 4桁の暗証番号入力.
pub(crate) const PIN: &str = "4桁の暗証番号入力";
/// Button: go on with 健康保険証利用登録.
pub(crate) const REGISTER: &str = "健康保険証利用登録する";
/// Button: no 健康保険証利用登録.
pub(crate) const DO_NOT_REGISTER: &str = "健康保険証利用登録しない";
/// Button of ④ 登録完了: check again.
pub(crate) const CHECK_AGAIN: &str = "資格確認する";
/// Button: agree to the terms.
pub(crate) const AGREE: &str = "同意する";
/// Button: do not agree to the terms.
pub(crate) const DISAGREE: &str = "同意しない";

/// Label: attempts left.
pub(crate) const ATTEMPTS_LEFT: &str = "残り回数";
/// Label: 資格有効性.
pub(crate) const VALIDITY: &str = "資格有効性";
/// Label: the terms.
pub(crate) const TERMS: &str = "利用規約";

/// Whether the screen shows a result. The offer and the terms of 健康保険証利用登録 have the same
/// title; they are told apart by number, buttons and content.
pub(crate) fn is_result(screen: &Screen) -> bool {
    match screen.number.as_deref() {
        Some(number) => number == ASSISTANCE,
        None => {
            screen.title == RESULT
                && !screen
                    .buttons
                    .iter()
                    .any(|button| [REGISTER, AGREE].contains(&button.as_str()))
                && !screen.fields.iter().any(|(label, _)| label == TERMS)
        }
    }
}

/// Whether a result screen is one of 医療扶助.
pub(crate) fn is_assistance(screen: &Screen) -> bool {
    screen.number.as_deref() == Some(ASSISTANCE)
        || screen.fields.iter().any(|(_, value)| value == "医療扶助")
}

/// The value beside one of `labels`, in the section of that name or in none.
pub(crate) fn value<'s>(screen: &'s Screen, section: &str, labels: &[&str]) -> Option<&'s str> {
    let mut fields = screen.fields.iter();
    let found = fields.find(|(label, _)| has_label(label, section, labels));
    found.map(|(_, value)| value.as_str())
}

/// Whether a label is one of `labels` in the section of that name or in none.
pub(crate) fn has_label(label: &str, section: &str, labels: &[&str]) -> bool {
    let (of, item) = label.rsplit_once('/').unwrap_or(("", label));
    let section_fits = of.is_empty() && section == QUALIFICATION
        || of == section
        || of
            .strip_prefix(section)
            .is_some_and(|rest| rest.starts_with('('));
    section_fits && labels.contains(&item)
}

/// Everything that somebody can read on a screen beside its title, buttons and labels.
pub(crate) fn readable(screen: &Screen) -> impl Iterator<Item = &str> {
    let values = screen.fields.iter().map(|(_, value)| value.as_str());
    values.chain(screen.text())
}

/// The section of the eligibility itself; where a screen has no sections, it is meant.
pub(crate) const QUALIFICATION: &str = "資格情報";
/// The section of what stands on the back of the card.
pub(crate) const BACK_SIDE: &str = "裏面記載情報";

/// Whether two texts are the same to a reader: width of kana and spaces do not count.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || plain(a) == plain(b)
}

/// Whether `text` contains `part` to a reader.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    plain(text).contains(&plain(part))
}

pub(crate) fn plain(text: &str) -> String {
    let wide = kana::to_full_width(text);
    wide.split(|c: char| c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The date that a text on a screen says, in 和暦 or in the Western calendar.
pub(crate) fn shown_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if let Ok(era) = text.parse::<WarekiDate>() {
        return Some(era.date());
    }
    if let Some(date) = delivered_date(text) {
        return Some(date);
    }
    let numbers: Vec<i16> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().ok())
        .collect::<Option<_>>()?;
    let [year, month, day] = numbers[..] else {
        return None;
    };
    Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use madoguchi_trace::Text;

    use super::*;

    fn screen(number: Option<&str>, buttons: &[&str], fields: &[(&str, &str)]) -> Screen {
        Screen {
            n: 1,
            number: number.map(Text::from),
            title: RESULT.into(),
            buttons: buttons.iter().copied().map(Text::from).collect(),
            fields: fields
                .iter()
                .map(|(label, value)| ((*label).into(), (*value).into()))
                .collect(),
            read_off: None,
        }
    }

    #[test]
    fn results_offers_and_terms_share_a_title_and_are_told_apart() {
        assert!(is_result(&screen(None, &["閉じる"], &[])));
        assert!(is_result(&screen(Some("E-05-A"), &[], &[])));
        assert!(!is_result(&screen(Some("C-04-01-A"), &[], &[])));
        assert!(!is_result(&screen(None, &[REGISTER, DO_NOT_REGISTER], &[])));
        assert!(!is_result(&screen(None, &[], &[("利用規約", "第1条 …")])));
    }

    #[test]
    fn a_label_belongs_to_its_section() {
        let fields = [
            ("資格情報/氏名", "架空 太郎"),
            ("裏面記載情報/氏名", "別名 太郎"),
        ];
        let shown = screen(None, &[], &fields);
        assert_eq!(value(&shown, QUALIFICATION, &["氏名"]), Some("架空 太郎"));
        assert_eq!(value(&shown, BACK_SIDE, &["氏名"]), Some("別名 太郎"));
        let shown = screen(None, &[], &[("氏名", "架空 太郎")]);
        assert_eq!(value(&shown, QUALIFICATION, &["氏名"]), Some("架空 太郎"));
        assert_eq!(value(&shown, BACK_SIDE, &["氏名"]), None);
    }

    #[test]
    fn widths_do_not_count() {
        assert!(same("ｶｸｳ ﾀﾛｳ", "カクウ　タロウ"));
        assert!(!same("カクウ タロウ", "カクウ ジロウ"));
    }

    #[test]
    fn a_date_is_the_same_in_every_form() {
        let date = delivered_date("19520101");
        assert!(date.is_some());
        for text in [
            "昭和27年01月01日",
            "昭和27年1月1日",
            "1952-01-01",
            "1952年1月1日",
            "19520101",
        ] {
            assert_eq!(shown_date(text), date, "{text}");
        }
        assert_eq!(shown_date("有効"), None);
    }
}
