//! Spelling folded away: what a reader takes for the same text becomes the same text.
//!
//! It is the compatibility form of Unicode (NFKC) for what screens are written with: widths, kana, joined
//! marks, squared eras, circled digits. Compatibility ideographs stay as they are: of a name they are other
//! letters.

use std::borrow::Cow;
use std::iter::Peekable;
use std::str::Chars;

use madoguchi_eligibility::kana;

/// A text in one spelling: letters, digits and signs in half width, kana in full width with their marks joined,
/// every run of blanks one blank, none at the ends.
pub(crate) fn folded(text: &str) -> String {
    if text.chars().all(is_plain) {
        return text.to_owned();
    }
    let wide = if text.chars().any(|c| matches!(c, '｡'..='ﾟ')) {
        Cow::Owned(kana::to_full_width(text))
    } else {
        Cow::Borrowed(text)
    };
    let mut plain = String::with_capacity(wide.len());
    let mut chars = wide.chars().peekable();
    while let Some(c) = chars.next() {
        let c = with_mark(c, &mut chars);
        if is_unseen(c) {
            continue;
        }
        if c.is_whitespace() {
            if !plain.is_empty() && !plain.ends_with(' ') {
                plain.push(' ');
            }
        } else if let Some((_, words)) = SQUARED.iter().find(|(square, _)| *square == c) {
            plain.push_str(words);
        } else {
            plain.push(narrow(c));
        }
    }
    plain.truncate(plain.trim_end().len());
    plain
}

/// Whether a character is its own folded form whatever stands beside it: what most texts are made of.
const fn is_plain(c: char) -> bool {
    c.is_ascii_graphic() || matches!(c, 'ぁ'..='ゖ' | 'ァ'..='ー' | '\u{3400}'..='\u{9FFF}')
}

/// The key under which a word of the table is found: folded, without blanks, without what decorates it, in lower
/// case.
pub(crate) fn key(text: &str) -> String {
    let folded = folded(text);
    let bare: String = folded
        .chars()
        .filter(|c| *c != ' ')
        .flat_map(char::to_lowercase)
        .map(like_kana)
        .collect();
    undecorated(&bare).to_owned()
}

/// Hiragana as katakana: a reading is the same in either.
pub(crate) fn katakana(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).unwrap_or(c),
            c => c,
        })
        .collect()
}

/// Without bullets, colons, arrows and pictures around it.
fn undecorated(text: &str) -> &str {
    const AROUND: &[char] = &[
        ':', '：', '■', '□', '●', '○', '◎', '◆', '◇', '▼', '▽', '▲', '★', '☆', '※', '*', '【',
        '】', '「', '」', '『', '』', '[', ']', '<', '>', '〈', '〉', '《', '》', '・', '。', '.',
        '、', ',', '!', '?', '…', '=', '-', '_', '|',
    ];
    let inner = text.trim_matches(|c| AROUND.contains(&c) || is_picture(c));
    if inner.is_empty() { text } else { inner }
}

/// Arrows, dingbats and pictures (emoji): they stand beside a word and say nothing else than it.
const fn is_picture(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{21FF}' | '\u{2300}'..='\u{23FF}' | '\u{25A0}'..='\u{27BF}'
        | '\u{2900}'..='\u{297F}' | '\u{2B00}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}

/// Signs that look alike in a word: dashes beside the long mark, dots, slashes.
const fn like_kana(c: char) -> char {
    match c {
        '･' | '·' | '•' => '・',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => '-',
        c => c,
    }
}

/// A character and the voicing mark that stands behind it by itself, as one.
fn with_mark(c: char, rest: &mut Peekable<Chars<'_>>) -> char {
    let step = match rest.peek() {
        Some('\u{3099}' | '\u{FF9E}') => 1,
        Some('\u{309A}' | '\u{FF9F}') => 2,
        _ => return c,
    };
    let joined = match (c, step) {
        ('う', 1) => Some('ゔ'),
        ('ウ', 1) => Some('ヴ'),
        _ if is_voiced_by(c, step) => char::from_u32(u32::from(c) + step),
        _ => None,
    };
    joined.map_or(c, |joined| {
        rest.next();
        joined
    })
}

/// Whether the kana has a form with this mark, so many places behind it.
fn is_voiced_by(c: char, step: u32) -> bool {
    let hiragana = match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        c => c,
    };
    "はひふへほ".contains(hiragana)
        || step == 1 && "かきくけこさしすせそたちつてと".contains(hiragana)
}

/// Joiners, selectors of a variant, soft hyphens: they are not seen.
const fn is_unseen(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{FE00}'..='\u{FE0F}')
}

/// A letter, digit or sign of full width, or a circled digit, in its half-width form.
fn narrow(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '①'..='⑨' => {
            char::from_u32(u32::from(c) - u32::from('①') + u32::from('1')).unwrap_or(c)
        }
        '￥' => '¥',
        '〔' => '(',
        '〕' => ')',
        c => c,
    }
}

/// One sign for several letters.
const SQUARED: &[(char, &str)] = &[
    ('㍾', "明治"),
    ('㍽', "大正"),
    ('㍼', "昭和"),
    ('㍻', "平成"),
    ('㋿', "令和"),
    ('㈱', "(株)"),
    ('㈲', "(有)"),
    ('№', "No"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn width_blanks_and_marks_are_folded_away() {
        for (text, plain) in [
            ("４桁の暗証番号入力", "4桁の暗証番号入力"),
            ("ｶｸｳ　ﾀﾛｳ", "カクウ タロウ"),
            ("カ\u{3099}クウ", "ガクウ"),
            ("ハ\u{309A}ハ\u{3099}", "パバ"),
            ("　試験　　太郎 ", "試験 太郎"),
            ("資格（無効）", "資格(無効)"),
            ("㍼27年", "昭和27年"),
            ("E-05-A", "E-05-A"),
        ] {
            assert_eq!(folded(text), plain);
        }
    }

    #[test]
    fn a_letter_of_a_name_stays_the_letter_that_it_is() {
        assert_ne!(folded("髙"), folded("高"));
        assert_ne!(folded("\u{FA19}"), folded("神"));
    }

    #[test]
    fn a_word_is_found_with_what_decorates_it() {
        for text in [
            "氏名",
            "氏 名",
            "【氏名】",
            "■氏名：",
            "氏名 :",
            "👤 氏名",
            "氏名 ➡",
            "✍\u{FE0F}氏名→",
        ] {
            assert_eq!(key(text), "氏名", "{text}");
        }
        assert_eq!(key("ﾌﾘｶﾞﾅ"), "フリガナ");
        assert_eq!(key("確認日 : "), "確認日");
        assert_eq!(key("⭕"), "⭕");
    }

    #[test]
    fn readings_are_the_same_in_either_kana() {
        assert_eq!(katakana("しけん たろう"), "シケン タロウ");
    }
}
