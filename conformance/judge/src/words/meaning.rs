//! From a word on a screen to what it means.

use super::fold::key;
use super::{Kind, Row, Words};

/// What the label of a field means.
#[derive(Debug, Clone)]
pub(crate) enum Meaning {
    /// One thing, or several whose values stand together.
    Of {
        rows: Vec<&'static Row>,
        /// Whether it certainly means this: what stands under an unknown heading may be somebody
        /// else's.
        is_certain: bool,
    },
    /// Nothing that is looked for, and known to be.
    Nothing,
    /// It is unknown.
    Unknown,
}

impl Meaning {
    pub(crate) const fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    fn of(row: &'static Row) -> Self {
        Self::Of {
            rows: vec![row],
            is_certain: true,
        }
    }
}

/// Signs between a heading and an item.
const LEVELS: &[char] = &['/', '>', '|', ':'];
/// Signs between items that share a label.
const BESIDE: &[char] = &['・', '/', '、', ',', '&', '+', 'と'];
/// Signs between the title of a screen and other words.
const APART: &[char] = &['-', '|', '/', '>', ':', '(', ')', '_', '・'];

pub(super) fn screen(words: &Words, title: &str) -> Option<&'static str> {
    let known = |text: &str| {
        let text = key(text);
        let bare = ["画面", "ページ"]
            .iter()
            .find_map(|end| text.strip_suffix(end));
        let found = |text: &str| words.screens.get(text).copied();
        found(&text).or_else(|| bare.and_then(found))
    };
    if let Some(found) = words.screens.get(title) {
        return Some(found);
    }
    let whole = key(title);
    known(&whole).or_else(|| whole.split(APART).find_map(known))
}

pub(super) fn button(words: &Words, label: &str) -> Option<&'static str> {
    if let Some(found) = words.buttons.get(label) {
        return Some(found);
    }
    let label = key(label);
    let known = |text: &str| words.buttons.get(&key(text)).copied();
    if let Some(found) = known(&label) {
        return Some(found);
    }
    // `A:目視確認`, `1.目視確認`, `目視確認(F1)`
    let bare = label.strip_suffix("ボタン").unwrap_or(&label);
    let bare = match bare.split_once([':', '.', ')', ' ']) {
        Some((mark, rest)) if mark.trim_start_matches('(').len() <= 3 && mark.is_ascii() => rest,
        _ => bare,
    };
    let bare = match bare.split_once('(') {
        Some((before, rest)) if rest.trim_end_matches(')').is_ascii() => before,
        _ => bare,
    };
    known(bare)
}

pub(crate) fn of_label(words: &Words, label: &str) -> Meaning {
    if let Some(found) = item(words, label).filter(|_| words.other.is_empty()) {
        return found;
    }
    let label = key(label);
    if words.other.contains(&label) {
        return Meaning::Nothing;
    }
    if label.is_empty() {
        return Meaning::Unknown;
    }
    item(words, &label)
        .or_else(|| in_section(words, &label))
        .or_else(|| with_remark(words, &label))
        .or_else(|| together(words, &label))
        .or_else(|| numbered(words, &label))
        .or_else(|| in_unknown_section(words, &label))
        .unwrap_or(Meaning::Unknown)
}

fn item(words: &Words, label: &str) -> Option<Meaning> {
    let row = words.labels.get(label)?;
    Some(match &row.stands_for[..] {
        [] => Meaning::of(row),
        several => Meaning::Of {
            rows: several
                .iter()
                .filter_map(|word| words.labels.get(&key(word)).copied())
                .collect(),
            is_certain: true,
        },
    })
}

/// `資格情報/氏名`, `要配慮情報（備考）/氏名`
fn in_section(words: &Words, label: &str) -> Option<Meaning> {
    let (sections, name) = label.rsplit_once(LEVELS)?;
    let section = |text: &str| words.sections.get(&key(text)).copied();
    let last = sections.rsplit(LEVELS).next().unwrap_or(sections);
    let is_counted = !last.is_empty() && last.chars().all(|c| c.is_ascii_digit());
    let section = section(sections)
        .or_else(|| section(last))
        .or(is_counted.then_some(QUALIFICATION))?;
    let meant = of_label(words, name);
    if section == QUALIFICATION {
        return Some(meant);
    }
    let Meaning::Of { rows, is_certain } = meant else {
        return Some(Meaning::Nothing);
    };
    let rows = rows
        .into_iter()
        .filter_map(|row| there(words, section, row));
    let rows: Vec<&'static Row> = rows.collect();
    Some(if rows.is_empty() {
        Meaning::Nothing
    } else {
        Meaning::Of { rows, is_certain }
    })
}

/// The section of the eligibility itself, which is meant where there is none.
const QUALIFICATION: &str = "資格情報";

/// The same item in another section.
fn there(words: &Words, section: &str, row: &'static Row) -> Option<&'static Row> {
    if row.word.contains('/') {
        return row.word.starts_with(section).then_some(row);
    }
    let of_section = words.labels.values().filter_map(|known| {
        let (of, name) = known.word.split_once('/')?;
        (of == section).then_some((*known, name))
    });
    let mut items = of_section.filter(|(_, name)| {
        words
            .labels
            .get(&key(name))
            .is_some_and(|it| it.word == row.word)
    });
    items.next().map(|(known, _)| known)
}

/// `生年月日(和暦)`, `氏名(フリガナ)`
fn with_remark(words: &Words, label: &str) -> Option<Meaning> {
    let (before, rest) = label.split_once('(')?;
    let (remark, after) = rest.split_once(')')?;
    if before.is_empty() || !after.is_empty() {
        return None;
    }
    let Meaning::Of {
        mut rows,
        is_certain,
    } = of_label(words, before)
    else {
        return None;
    };
    match of_label(words, remark) {
        Meaning::Of { rows: more, .. } => {
            rows.extend(more);
            Some(Meaning::Of { rows, is_certain })
        }
        // an unknown remark may say whose it is
        _ => Some(Meaning::Of {
            rows,
            is_certain: false,
        }),
    }
}

/// `記号・番号`
fn together(words: &Words, label: &str) -> Option<Meaning> {
    let parts: Vec<&str> = label
        .split(BESIDE)
        .filter(|part| !part.is_empty())
        .collect();
    if parts.len() < 2 {
        return None;
    }
    let mut all = Vec::new();
    for part in parts {
        match item(words, part).or_else(|| with_remark(words, part))? {
            Meaning::Of { rows, .. } => all.extend(rows),
            Meaning::Nothing | Meaning::Unknown => return None,
        }
    }
    Some(Meaning::Of {
        rows: all,
        is_certain: true,
    })
}

/// `1.氏名`, `氏名2`
fn numbered(words: &Words, label: &str) -> Option<Meaning> {
    let bare = label.trim_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | '('));
    (bare != label && !bare.is_empty()).then(|| match of_label(words, bare) {
        Meaning::Unknown => None,
        meaning => Some(meaning),
    })?
}

/// An item that is known under a heading that is not.
fn in_unknown_section(words: &Words, label: &str) -> Option<Meaning> {
    let (_, name) = label.rsplit_once(LEVELS)?;
    match of_label(words, name) {
        Meaning::Of { rows, .. } => Some(Meaning::Of {
            rows,
            is_certain: false,
        }),
        _ => None,
    }
}

/// What a value means, of those that are words.
pub(crate) fn value(words: &Words, kind: Kind, text: &str) -> Option<&'static str> {
    let whole = key(text);
    let known = |text: &str| words.values.get(&(kind.word(), key(text))).copied();
    // The code of a value may stand before it.
    let coded = whole.trim_start_matches(|c: char| c.is_ascii_digit() || ".:- ".contains(c));
    known(&whole).or_else(|| known(coded)).or_else(|| {
        let outside = whole.split_once('(').map_or(&*whole, |(before, _)| before);
        known(outside).or_else(|| {
            let mut parts = whole.split([':', '/', '、', ',', '。', '(', ')']);
            let first = parts.find_map(known)?;
            parts
                .all(|part| known(part).is_none_or(|other| other == first))
                .then_some(first)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn means(label: &str) -> String {
        match of_label(Words::builtin(), label) {
            Meaning::Of { rows, is_certain } => {
                let words: Vec<&str> = rows.iter().map(|row| row.word.as_str()).collect();
                format!("{}{}", words.join("+"), if is_certain { "" } else { "?" })
            }
            Meaning::Nothing => "-".to_owned(),
            Meaning::Unknown => "?".to_owned(),
        }
    }

    #[test]
    fn a_label_is_known_with_its_section_and_without() {
        for (label, meaning) in [
            ("氏名", "氏名"),
            ("資格情報/氏名", "氏名"),
            ("資格情報（医療保険）/氏名", "氏名"),
            ("資格確認結果 > 資格情報 > 氏名", "氏名"),
            ("1/氏名", "氏名"),
            ("氏名2", "氏名"),
            ("お名前", "氏名"),
            ("ﾌﾘｶﾞﾅ", "フリガナ"),
            ("氏名（カナ）", "フリガナ"),
            ("裏面記載情報/氏名カナ", "裏面記載情報/氏名カナ"),
            ("裏面記載情報(医療扶助)/フリガナ", "裏面記載情報/氏名カナ"),
            ("要配慮情報（備考）/氏名", "裏面記載情報/氏名"),
            ("高齢受給者証/負担割合", "高齢受給者証/負担割合"),
            ("高齢受給者証/氏名", "-"),
            ("生年月日（和暦）", "生年月日"),
            ("資格情報(医療扶助)/区分", "証区分"),
            ("本人・家族の別", "本人・家族の別"),
        ] {
            assert_eq!(means(label), meaning, "{label}");
        }
    }

    #[test]
    fn values_that_stand_together_share_a_label() {
        for (label, meaning) in [
            ("記号・番号", "記号+番号"),
            ("被保険者証等記号・番号", "記号+番号"),
            ("記号・番号（枝番）", "記号+番号+枝番"),
            ("氏名/フリガナ", "氏名+フリガナ"),
            ("氏名（ふりがな）", "氏名+フリガナ"),
            ("保険者番号・名称", "保険者番号+保険者名"),
            ("保険者番号・保険者名", "保険者番号+保険者名"),
            ("有効期間", "有効開始日+有効終了日"),
        ] {
            assert_eq!(means(label), meaning, "{label}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_guessed() {
        for (label, meaning) in [
            ("ぱらめーた", "?"),
            ("保護者/氏名", "氏名?"),
            ("氏名（保護者）", "氏名?"),
            ("", "?"),
        ] {
            assert_eq!(means(label), meaning, "{label}");
        }
    }

    #[test]
    fn titles_and_buttons_are_known_among_other_words() {
        let words = Words::builtin();
        for title in [
            "資格確認結果",
            "資格確認結果画面",
            "資格確認結果 | 架空アプリ",
            "架空アプリ - 資格確認結果",
            "資格確認結果（有効）",
        ] {
            assert_eq!(words.screen(title), Some("資格確認結果"), "{title}");
        }
        assert_eq!(words.screen("架空の画面"), None);
        for button in [
            "目視確認",
            "A:目視確認",
            "目視で確認",
            "目視確認 (F1)",
            "Ａ：目視確認",
        ] {
            assert_eq!(words.button(button), Some("目視確認"), "{button}");
        }
        assert_eq!(
            words.button("４桁の暗証番号入力"),
            Some("4桁の暗証番号入力")
        );
        assert_eq!(
            words.button("B:４桁の暗証番号入力"),
            Some("4桁の暗証番号入力")
        );
        assert_eq!(
            words.own_button("目視確認", &["閉じる", "目視で確認"]),
            Some("目視で確認")
        );
        assert_eq!(words.own_button("再試行", &["閉じる"]), None);
    }

    #[test]
    fn values_are_known_in_other_words() {
        let words = Words::builtin();
        let meant = |kind, text| value(words, kind, text);
        for text in [
            "無効",
            "資格(無効)",
            "資格（無効）",
            "無効です。",
            "無効（令和7年4月30日喪失）",
            "2 無効",
            "2:無効",
        ] {
            assert_eq!(meant(Kind::Validity, text), Some("無効"), "{text}");
        }
        assert_eq!(meant(Kind::Validity, "資格情報なし"), Some("該当資格なし"));
        assert_eq!(
            meant(Kind::Validity, "有効（未登録）"),
            Some("有効（未登録）")
        );
        assert_eq!(meant(Kind::Validity, "有効: 資格あり"), Some("有効"));
        assert_eq!(meant(Kind::Sex, "男性"), Some("男"));
        assert_eq!(meant(Kind::Sex, "女"), Some("女"));
        assert_eq!(meant(Kind::Validity, "なんとか"), None);
    }
}
