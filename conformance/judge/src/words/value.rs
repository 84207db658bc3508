//! Whether a value on a screen says what is due.

use jiff::civil::Date;
use madoguchi_eligibility::{CardClassification, QualificationValidity, Relation, Sex};
use madoguchi_trace::delivered_date;

use super::fold::{folded, katakana};
use super::{Kind, Partial, Words, dates, meaning};
use crate::screen::plain;

/// What a value says of what is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Says {
    /// The same.
    It,
    /// Something else.
    Other,
    /// An unknown word.
    Unknown,
}

/// Whether `shown` says `due`, which is a delivered value, a code of the interface, or a word of a scenario. Where
/// several values stand together it is enough that it is one of them.
pub(super) fn says(words: &Words, kind: Kind, due: &str, shown: &str, is_alone: bool) -> Says {
    let is_it = match kind {
        Kind::Text | Kind::Message => same_text(due, shown) || !is_alone && holds(shown, due),
        Kind::Kana => {
            let (due, shown) = (katakana(due), katakana(shown));
            same_text(&due, &shown) || !is_alone && holds(&shown, &due)
        }
        Kind::Date | Kind::Dates => match Partial::of(due) {
            Some(due) => due.is_said_in(shown, false),
            None => {
                same_text(due, shown)
                    || due_date(due)
                        .is_some_and(|due| dates(shown).iter().any(|said| said.date == due))
            }
        },
        Kind::Ratio => same_ratio(due, shown),
        Kind::Attempts => due
            .parse()
            .is_ok_and(|due: u8| attempts(words, shown) == Some(due)),
        Kind::Validity | Kind::Sex | Kind::Class | Kind::Family => {
            return says_word(words, kind, due, shown, is_alone);
        }
    };
    if is_it { Says::It } else { Says::Other }
}

fn says_word(words: &Words, kind: Kind, due: &str, shown: &str, is_alone: bool) -> Says {
    let due = word_of(kind, due);
    let due = meaning::value(words, kind, due).unwrap_or(due);
    if same_text(due, shown) {
        return Says::It;
    }
    let parts = || shown.split([' ', '　', '・', '/', '／', ',', '、', '(', ')', '（', '）']);
    let shown_word = meaning::value(words, kind, shown).or_else(|| {
        parts()
            .filter(|_| !is_alone)
            .find_map(|part| meaning::value(words, kind, part))
    });
    match shown_word {
        Some(other) if other == due || stem(kind, other) == stem(kind, due) => Says::It,
        Some(_) => Says::Other,
        None if kind == Kind::Class && folded(shown).contains(&folded(stem(kind, due))) => Says::It,
        None if is_no_word(shown) => Says::Other,
        None => Says::Unknown,
    }
}

/// The word for a code of the interface; a word is one already.
fn word_of(kind: Kind, due: &str) -> &str {
    let code = match kind {
        Kind::Validity => due.parse().ok().map(QualificationValidity::ja),
        Kind::Sex => due.parse().ok().map(Sex::ja),
        Kind::Class => due.parse().ok().map(CardClassification::ja),
        Kind::Family => due.parse().ok().map(Relation::ja),
        _ => None,
    };
    code.unwrap_or(due)
}

/// Of a class what stands before its brackets: the kind of card, without for whom.
fn stem(kind: Kind, word: &str) -> &str {
    match kind {
        Kind::Class => word.split(['（', '(']).next().unwrap_or(word),
        _ => word,
    }
}

/// Whether it cannot be meant for a word: nothing, or the code itself.
fn is_no_word(shown: &str) -> bool {
    says_nothing(shown) || !folded(shown).chars().any(char::is_alphabetic)
}

/// Whether a field says that there is nothing to say: it is empty, or holds what forms print in its place.
pub(crate) fn says_nothing(value: &str) -> bool {
    const NOTHING: [&str; 3] = ["なし", "記載なし", "未記載"];
    let value = plain(value);
    let bare = value.trim_matches(|c: char| !c.is_alphanumeric());
    bare.is_empty() || NOTHING.contains(&bare)
}

/// The day that is due: as it is delivered, or as a scenario writes it.
fn due_date(due: &str) -> Option<Date> {
    delivered_date(due).or_else(|| dates(due).first().map(|said| said.date))
}

/// Whether two texts are the same to a reader: width, kana and blanks do not count.
pub(crate) fn same_text(a: &str, b: &str) -> bool {
    a == b || without_blanks(a) == without_blanks(b)
}

fn without_blanks(text: &str) -> String {
    folded(text).chars().filter(|c| *c != ' ').collect()
}

/// Whether `due` stands in `text` by itself: neither in a longer number nor in a longer word of its script.
pub(crate) fn holds(text: &str, due: &str) -> bool {
    let text: Vec<char> = folded(text).chars().collect();
    let due: Vec<char> = folded(due).chars().filter(|c| *c != ' ').collect();
    let (Some(first), Some(last)) = (due.first(), due.last()) else {
        return false;
    };
    (0..text.len()).any(|start| {
        let before = start.checked_sub(1).map(|at| text[at]);
        let fits = before.is_none_or(|c| !joins(c, *first));
        fits && end_of(&text[start..], &due)
            .is_some_and(|end| text.get(start + end).is_none_or(|c| !joins(*last, *c)))
    })
}

/// How far `due` reaches in a text that begins with it, blanks between the letters of a name aside.
fn end_of(text: &[char], due: &[char]) -> Option<usize> {
    let mut at = 0;
    for (n, wanted) in due.iter().enumerate() {
        let may_skip = n > 0 && !wanted.is_ascii_alphanumeric();
        while may_skip && text.get(at) == Some(&' ') {
            at += 1;
        }
        if text.get(at) != Some(wanted) {
            return None;
        }
        at += 1;
    }
    Some(at)
}

/// Whether two characters that stand side by side belong to one word.
fn joins(a: char, b: char) -> bool {
    let script = |c: char| match c {
        c if c.is_ascii_alphanumeric() => 1,
        'ァ'..='ヺ' | 'ー' | 'ぁ'..='ゖ' => 2,
        '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}' | '々' => 3,
        _ => 0,
    };
    script(a) != 0 && script(a) == script(b)
}

/// Whether a share in per cent, `030`, is meant by `30%`, `3割`, `３割` or itself.
fn same_ratio(due: &str, shown: &str) -> bool {
    let Ok(percent) = due.parse::<u32>() else {
        let due_percent = percent_of(due);
        return same_text(due, shown) || due_percent.is_some() && due_percent == percent_of(shown);
    };
    percent_of(shown) == Some(percent)
}

/// The share that a text says, in per cent.
fn percent_of(shown: &str) -> Option<u32> {
    let plain = folded(shown);
    let start = plain.find(|c: char| c.is_ascii_digit() || kanji_digit(c).is_some())?;
    let digits: String = plain[start..]
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let number = if digits.is_empty() {
        plain[start..].chars().next().and_then(kanji_digit)?
    } else {
        digits.parse().ok()?
    };
    Some(if plain.contains('割') {
        number * 10
    } else {
        number
    })
}

const fn kanji_digit(c: char) -> Option<u32> {
    Some(match c {
        '〇' | '零' => 0,
        '一' => 1,
        '二' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        _ => return None,
    })
}

/// How many attempts a value says that are left: `2`, `２回`, `あと2回`, `残り二回`; none where it says that the PIN
/// is locked.
pub(crate) fn attempts(words: &Words, shown: &str) -> Option<u8> {
    let plain = folded(shown);
    if let Some(number) = number_of_times(&plain) {
        return Some(number);
    }
    tells_lock(words, &plain).then_some(0)
}

/// The number that is meant of several: the one before 回, else the first; of `2/3` what is left.
fn number_of_times(plain: &str) -> Option<u8> {
    let left = ["あと", "残り", "残"]
        .iter()
        .find_map(|word| plain.split_once(word))
        .map_or(plain, |(_, rest)| rest);
    let start = left.find(|c: char| c.is_ascii_digit() || kanji_digit(c).is_some())?;
    let rest = &left[start..];
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    if digits.is_empty() {
        let number = rest.chars().next().and_then(kanji_digit)?;
        // a kanji alone may be a part of any word
        let is_counted = rest.chars().nth(1) == Some('回') || plain.chars().count() == 1;
        return is_counted.then_some(u8::try_from(number).ok())?;
    }
    digits.parse().ok()
}

/// The same, said somewhere in a text: `暗証番号が違います。あと2回`; that it is locked, too.
pub(crate) fn attempts_in_text(words: &Words, text: &str) -> Option<u8> {
    let plain = folded(text);
    let said = ["あと", "残り", "残"].iter().find_map(|word| {
        let (_, rest) = plain.split_once(word)?;
        let start = rest.find(|c: char| c.is_ascii_digit())?;
        let digits: String = rest[start..]
            .chars()
            .take_while(char::is_ascii_digit)
            .collect();
        let is_counted = rest[start + digits.len()..].trim_start().starts_with('回');
        is_counted.then(|| digits.parse().ok())?
    });
    said.or_else(|| tells_lock(words, &plain).then_some(0))
}

/// Whether a text says that the PIN is locked.
fn tells_lock(words: &Words, text: &str) -> bool {
    meaning::value(words, Kind::Attempts, text) == Some("ロック")
        || folded(text).contains("ロックされ")
        || folded(text).contains("ロックがかか")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, due: &str, shown: &str) -> Says {
        says(Words::builtin(), kind, due, shown, true)
    }

    #[test]
    fn the_same_is_the_same_in_other_words() {
        for (kind, due, shown) in [
            (Kind::Text, "試験　太郎", "試験太郎"),
            (Kind::Text, "06990010", "０６９９００１０"),
            (Kind::Kana, "ｼｹﾝ ﾀﾛｳ", "しけん たろう"),
            (Kind::Date, "19520101", "S27.1.1"),
            (Kind::Sex, "1", "男性"),
            (Kind::Sex, "男", "男"),
            (Kind::Validity, "2", "資格(無効)"),
            (Kind::Validity, "該当資格なし", "資格情報なし"),
            (Kind::Class, "03", "短期（一般）"),
            (Kind::Class, "A1", "医療扶助"),
            (Kind::Family, "2", "被扶養者"),
            (Kind::Ratio, "030", "３割"),
            (Kind::Ratio, "030", "30%"),
            (Kind::Ratio, "030", "三割負担"),
            (Kind::Attempts, "2", "あと２回"),
            (Kind::Attempts, "0", "ロックされました"),
        ] {
            assert_eq!(of(kind, due, shown), Says::It, "{due} {shown}");
        }
    }

    #[test]
    fn another_value_is_another_in_any_words() {
        for (kind, due, shown) in [
            (Kind::Text, "試験　太郎", "試験　次郎"),
            (Kind::Text, "06990010", "6990010"),
            (Kind::Text, "00012", "12"),
            (Kind::Date, "19520101", "昭和27年1月2日"),
            (Kind::Sex, "1", "女性"),
            (Kind::Sex, "1", "1"),
            (Kind::Validity, "2", "有効です"),
            (Kind::Validity, "2", ""),
            (Kind::Validity, "4", "資格(無効)"),
            (Kind::Class, "07", "短期（一般）"),
            (Kind::Class, "03", "（記載なし）"),
            (Kind::Family, "2", "―"),
            (Kind::Ratio, "030", "2割"),
            (Kind::Ratio, "030", "3%"),
            (Kind::Attempts, "2", "あと1回"),
        ] {
            assert_eq!(of(kind, due, shown), Says::Other, "{due} {shown}");
        }
    }

    #[test]
    fn attempts_are_read_from_words_around_them() {
        let words = Words::builtin();
        for (text, left) in [
            ("2", Some(2)),
            ("２", Some(2)),
            ("あと2回", Some(2)),
            ("残り二回", Some(2)),
            ("2/3", Some(2)),
            ("3回中あと1回", Some(1)),
            ("ロックされました", Some(0)),
            ("0回", Some(0)),
            ("誤り", None),
        ] {
            assert_eq!(attempts(words, text), left, "{text}");
        }
        for (text, left) in [
            ("暗証番号が違います。あと2回入力できます", Some(2)),
            ("残り回数は１回です", Some(1)),
            ("暗証番号がロックされました。窓口で再設定できます", Some(0)),
            ("4桁の暗証番号を入力してください", None),
        ] {
            assert_eq!(attempts_in_text(words, text), left, "{text}");
        }
    }

    #[test]
    fn a_word_that_nobody_knows_is_neither() {
        assert_eq!(of(Kind::Validity, "2", "ばつ"), Says::Unknown);
        assert_eq!(of(Kind::Sex, "1", "おとこのこ"), Says::Unknown);
    }

    #[test]
    fn values_that_stand_together_are_found_whole() {
        let together = |kind, due, shown| says(Words::builtin(), kind, due, shown, false);
        for (kind, due, shown) in [
            (Kind::Text, "試験甲", "試験甲・99000001"),
            (Kind::Text, "99000001", "試験甲・99000001"),
            (Kind::Text, "99000001", "試験甲 99000001 (枝番 01)"),
            (Kind::Text, "試験　太郎", "試験 太郎（シケン タロウ）"),
            (Kind::Kana, "ｼｹﾝ ﾀﾛｳ", "試験 太郎（シケン タロウ）"),
            (Kind::Sex, "1", "昭和60年3月3日 男"),
        ] {
            assert_eq!(together(kind, due, shown), Says::It, "{due} {shown}");
        }
        for (due, shown) in [
            ("9900000", "試験甲・99000001"),
            ("1", "10・11"),
            ("試験", "試験甲・99000001"),
        ] {
            assert_eq!(
                together(Kind::Text, due, shown),
                Says::Other,
                "{due} {shown}"
            );
        }
    }
}
