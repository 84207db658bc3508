//! Reading screens: which screen it is, what it says, and whether it says what was delivered.
//!
//! Titles and buttons of C-04-01-A, F-01-A and E-05-A are printed in the ministry's notice of
//! 2025-04-15; the other labels are assumed. Labels of a section read `見出し/項目`.

use madoguchi_trace::Screen;

use crate::words::{self, Words};

/// Title of the screen on which the work with a patient begins.
pub(crate) const CHOICE: &str = "認証選択";
/// Title of the screen on which the PIN is typed.
pub(crate) const PIN_ENTRY: &str = "PIN入力";
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
/// Screen ④ 登録完了: the registration was made.
pub(crate) const REGISTERED: &str = "健康保険証利用登録完了";
/// Its button: check again.
pub(crate) const CHECK_AGAIN: &str = "資格確認する";
/// Button: agree to the terms.
pub(crate) const AGREE: &str = "同意する";
/// Button: do not agree to the terms.
pub(crate) const DISAGREE: &str = "同意しない";
/// Button: leave the screen.
pub(crate) const CLOSE: &str = "閉じる";
/// Buttons that may leave a screen, or do anything else.
pub(crate) const CANCEL: &str = "キャンセル";

/// Label: attempts left.
pub(crate) const ATTEMPTS_LEFT: &str = "残り回数";
/// Label: 資格有効性.
pub(crate) const VALIDITY: &str = "資格有効性";
/// Label: the terms.
pub(crate) const TERMS: &str = "利用規約";

/// Whether the screen shows a result. The offer and the terms of 健康保険証利用登録 have the same
/// title; they are told apart by number, buttons and content. Numbers of a program's own say nothing.
pub(crate) fn is_result(screen: &Screen) -> bool {
    let has_terms = || {
        let mut labels = screen.fields.iter().map(|(label, _)| label);
        labels.any(|label| words::means(Words::builtin(), label, TERMS))
    };
    match screen.number.as_deref() {
        Some(ASSISTANCE) => true,
        Some(OFFER | REGISTRATION) => false,
        _ => {
            screen.title == RESULT
                && !screen
                    .buttons
                    .iter()
                    .any(|button| [REGISTER, AGREE].contains(&button.as_str()))
                && !has_terms()
        }
    }
}

/// Whether a result screen is one of 医療扶助.
pub(crate) fn is_assistance(screen: &Screen) -> bool {
    /// What the ministry calls it.
    const WORD: &str = "医療扶助";
    screen.number.as_deref() == Some(ASSISTANCE)
        || screen
            .fields
            .iter()
            .any(|(label, value)| same(value, WORD) || label.contains(WORD))
}

/// Everything that a person can read on a screen beside its title, buttons and labels.
pub(crate) fn readable(screen: &Screen) -> impl Iterator<Item = &str> {
    let values = screen.fields.iter().map(|(_, value)| value.as_str());
    values.chain(screen.text())
}

/// Whether two texts are the same to a reader: width, kana and blanks do not count.
pub(crate) fn same(a: &str, b: &str) -> bool {
    a == b || plain(a) == plain(b)
}

/// Whether `text` contains `part` to a reader.
pub(crate) fn contains(text: &str, part: &str) -> bool {
    plain(text).contains(&plain(part))
}

/// A text in one spelling, without blanks.
pub(crate) fn plain(text: &str) -> String {
    let mut text = words::folded(text);
    text.retain(|c| c != ' ');
    text
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
    fn widths_do_not_count() {
        assert!(same("ｶｸｳ ﾀﾛｳ", "カクウ　タロウ"));
        assert!(!same("カクウ タロウ", "カクウ ジロウ"));
    }
}
