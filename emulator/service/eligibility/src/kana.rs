//! Katakana in half and full width. The interface delivers 氏名カナ in half width, the app shows
//! フリガナ in full width; the change is free of loss for the characters of names.

/// Half-width katakana to full width: `ﾊﾞﾊﾞ ﾀﾛｳ` becomes `ババ　タロウ`. A voicing mark joins the
/// kana before it, an ASCII space becomes an ideographic one, everything else stays.
///
/// ```
/// # use madoguchi_eligibility::kana::to_full_width;
/// assert_eq!(to_full_width("ｼｹﾝ ｼﾞﾛｳ"), "シケン　ジロウ");
/// ```
#[must_use]
pub fn to_full_width(s: &str) -> String {
    let mut full = String::with_capacity(s.len());
    let mut rest = s;
    while let Some(c) = rest.chars().next() {
        let (narrow, wide) = match c {
            ' ' => (c.len_utf8(), '\u{3000}'),
            '｡'..='ﾟ' => {
                let pairs = PAIRS.iter().filter(|(narrow, _)| rest.starts_with(narrow));
                let longest = pairs.max_by_key(|(narrow, _)| narrow.len());
                longest.map_or((c.len_utf8(), c), |(narrow, wide)| (narrow.len(), *wide))
            }
            c => (c.len_utf8(), c),
        };
        full.push(wide);
        rest = &rest[narrow..];
    }
    full
}

/// Full-width katakana to half width, the reverse of [`to_full_width`]. Characters without a
/// half-width form (hiragana, kanji, ヰ, ヱ) stay.
///
/// ```
/// # use madoguchi_eligibility::kana::to_half_width;
/// assert_eq!(to_half_width("ヴィクトリア　ハナコ"), "ｳﾞｨｸﾄﾘｱ ﾊﾅｺ");
/// ```
#[must_use]
pub fn to_half_width(s: &str) -> String {
    let mut half = String::with_capacity(s.len());
    for c in s.chars() {
        match PAIRS.iter().find(|(_, wide)| *wide == c) {
            Some((narrow, _)) => half.push_str(narrow),
            None if c == '\u{3000}' => half.push(' '),
            None => half.push(c),
        }
    }
    half
}

/// Whether two readings differ in the width of their characters and spaces only.
///
/// ```
/// # use madoguchi_eligibility::kana::same_reading;
/// assert!(same_reading("ｼｹﾝ ﾀﾛｳ", "シケン　タロウ"));
/// assert!(same_reading("ｼｹﾝ ﾀﾛｳ", "シケン タロウ"));
/// ```
#[must_use]
pub fn same_reading(a: &str, b: &str) -> bool {
    to_half_width(a) == to_half_width(b)
}

/// Half width (one or two characters) and full width. Pairs with a mark stand with their base.
#[rustfmt::skip]
const PAIRS: &[(&str, char)] = &[
    ("｡", '。'), ("｢", '「'), ("｣", '」'), ("､", '、'), ("･", '・'), ("ｰ", 'ー'), ("ﾞ", '゛'), ("ﾟ", '゜'),
    ("ｱ", 'ア'), ("ｲ", 'イ'), ("ｳ", 'ウ'), ("ｴ", 'エ'), ("ｵ", 'オ'), ("ｳﾞ", 'ヴ'),
    ("ｧ", 'ァ'), ("ｨ", 'ィ'), ("ｩ", 'ゥ'), ("ｪ", 'ェ'), ("ｫ", 'ォ'),
    ("ｶ", 'カ'), ("ｷ", 'キ'), ("ｸ", 'ク'), ("ｹ", 'ケ'), ("ｺ", 'コ'),
    ("ｶﾞ", 'ガ'), ("ｷﾞ", 'ギ'), ("ｸﾞ", 'グ'), ("ｹﾞ", 'ゲ'), ("ｺﾞ", 'ゴ'),
    ("ｻ", 'サ'), ("ｼ", 'シ'), ("ｽ", 'ス'), ("ｾ", 'セ'), ("ｿ", 'ソ'),
    ("ｻﾞ", 'ザ'), ("ｼﾞ", 'ジ'), ("ｽﾞ", 'ズ'), ("ｾﾞ", 'ゼ'), ("ｿﾞ", 'ゾ'),
    ("ﾀ", 'タ'), ("ﾁ", 'チ'), ("ﾂ", 'ツ'), ("ﾃ", 'テ'), ("ﾄ", 'ト'), ("ｯ", 'ッ'),
    ("ﾀﾞ", 'ダ'), ("ﾁﾞ", 'ヂ'), ("ﾂﾞ", 'ヅ'), ("ﾃﾞ", 'デ'), ("ﾄﾞ", 'ド'),
    ("ﾅ", 'ナ'), ("ﾆ", 'ニ'), ("ﾇ", 'ヌ'), ("ﾈ", 'ネ'), ("ﾉ", 'ノ'),
    ("ﾊ", 'ハ'), ("ﾋ", 'ヒ'), ("ﾌ", 'フ'), ("ﾍ", 'ヘ'), ("ﾎ", 'ホ'),
    ("ﾊﾞ", 'バ'), ("ﾋﾞ", 'ビ'), ("ﾌﾞ", 'ブ'), ("ﾍﾞ", 'ベ'), ("ﾎﾞ", 'ボ'),
    ("ﾊﾟ", 'パ'), ("ﾋﾟ", 'ピ'), ("ﾌﾟ", 'プ'), ("ﾍﾟ", 'ペ'), ("ﾎﾟ", 'ポ'),
    ("ﾏ", 'マ'), ("ﾐ", 'ミ'), ("ﾑ", 'ム'), ("ﾒ", 'メ'), ("ﾓ", 'モ'),
    ("ﾔ", 'ヤ'), ("ﾕ", 'ユ'), ("ﾖ", 'ヨ'), ("ｬ", 'ャ'), ("ｭ", 'ュ'), ("ｮ", 'ョ'),
    ("ﾗ", 'ラ'), ("ﾘ", 'リ'), ("ﾙ", 'ル'), ("ﾚ", 'レ'), ("ﾛ", 'ロ'),
    ("ﾜ", 'ワ'), ("ﾜﾞ", 'ヷ'), ("ｦ", 'ヲ'), ("ｦﾞ", 'ヺ'), ("ﾝ", 'ン'),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pair_goes_both_ways() {
        for (half, wide) in PAIRS {
            assert_eq!(to_full_width(half), wide.to_string());
            assert_eq!(to_half_width(&wide.to_string()), *half);
        }
    }

    #[test]
    fn all_half_width_katakana_are_in_the_table() {
        for c in '｡'..='ﾟ' {
            assert_ne!(to_full_width(&c.to_string()), c.to_string(), "{c}");
        }
    }

    #[test]
    fn a_mark_without_a_kana_that_takes_it_stays_a_mark() {
        assert_eq!(to_full_width("ｱﾞ"), "ア゛");
        assert_eq!(to_half_width("ア゛"), "ｱﾞ");
    }

    #[test]
    fn other_characters_stay() {
        assert_eq!(to_full_width("試験ABC-1"), "試験ABC-1");
        assert_eq!(to_half_width("髙橋●ヰ"), "髙橋●ヰ");
    }
}
