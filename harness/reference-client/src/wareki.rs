//! Dates and kana as the screens of オンライン資格確認 show them: the service delivers `YYYYMMDD` and
//! half-width kana, the screen shows 和暦 and full-width kana.

/// `19520101` as `昭和27年01月01日`, zero-padded as on screen E-05-A.
///
/// Gives `None` for anything that is not three numbers from 明治6年 (1873, when the calendar became
/// Gregorian) on. Whether the day exists is the service's business: it is shown as it came.
pub(crate) fn wareki(date: &str) -> Option<String> {
    let (year, month, day) = split(date)?;
    let (era, first_year) = ERAS
        .iter()
        .find(|(start, ..)| *start <= (year, month, day))
        .map(|&(_, era, first_year)| (era, first_year))?;
    let year = year - first_year + 1;
    Some(format!("{era}{year:02}年{month:02}月{day:02}日"))
}

/// `ｼｶｸ ﾀﾛｳ` as `シカク　タロウ`: voicing marks join the kana before them, the space widens too.
pub(crate) fn full_width(kana: &str) -> String {
    let mut wide = String::with_capacity(kana.len());
    for c in kana.chars() {
        let joined = match c {
            'ﾞ' => wide.chars().next_back().and_then(voiced),
            'ﾟ' => wide.chars().next_back().and_then(half_voiced),
            _ => None,
        };
        match joined {
            Some(joined) => {
                wide.pop();
                wide.push(joined);
            }
            None => wide.push(widened(c)),
        }
    }
    wide
}

/// `シカク　タロウ` as `ｼｶｸ ﾀﾛｳ`.
pub(crate) fn half_width(kana: &str) -> String {
    kana.chars().map(narrowed).collect()
}

fn narrowed(c: char) -> String {
    let paired = |c, from: &str, to: &str| {
        let mut pairs = from.chars().zip(to.chars());
        pairs.find_map(|(other, half)| (other == c).then_some(half))
    };
    if c == '\u{3000}' {
        return " ".to_owned();
    }
    if let Some(half) = paired(c, FULL, HALF) {
        return half.to_string();
    }
    let marked = |plain, mark| paired(plain, FULL, HALF).map(|half| format!("{half}{mark}"));
    let voiced = paired(c, VOICED, PLAIN).and_then(|plain| marked(plain, 'ﾞ'));
    let half_voiced = paired(c, "パピプペポ", "ハヒフヘホ").and_then(|plain| marked(plain, 'ﾟ'));
    voiced.or(half_voiced).unwrap_or_else(|| c.to_string())
}

/// First day, name, and the Gregorian year that is year 1; the youngest era first.
const ERAS: [((u16, u8, u8), &str, u16); 5] = [
    ((2019, 5, 1), "令和", 2019),
    ((1989, 1, 8), "平成", 1989),
    ((1926, 12, 25), "昭和", 1926),
    ((1912, 7, 30), "大正", 1912),
    ((1873, 1, 1), "明治", 1868),
];

fn split(date: &str) -> Option<(u16, u8, u8)> {
    let (year, month, day) = (
        date.get(..4)?.parse().ok()?,
        date.get(4..6)?.parse().ok()?,
        date.get(6..)?.parse().ok()?,
    );
    Some((year, month, day))
}

/// The half-width block U+FF61 … U+FF9F in its order.
const HALF: &str = "｡｢｣､･ｦｧｨｩｪｫｬｭｮｯｰｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜﾝﾞﾟ";
const FULL: &str = "。「」、・ヲァィゥェォャュョッーアイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン゛゜";

fn widened(c: char) -> char {
    if c == ' ' {
        return '\u{3000}';
    }
    HALF.chars()
        .zip(FULL.chars())
        .find_map(|(half, full)| (half == c).then_some(full))
        .unwrap_or(c)
}

const PLAIN: &str = "ウカキクケコサシスセソタチツテトハヒフヘホワヲ";
const VOICED: &str = "ヴガギグゲゴザジズゼゾダヂヅデドバビブベボヷヺ";

fn voiced(kana: char) -> Option<char> {
    PLAIN
        .chars()
        .zip(VOICED.chars())
        .find_map(|(plain, voiced)| (plain == kana).then_some(voiced))
}

fn half_voiced(kana: char) -> Option<char> {
    "ハヒフヘホ"
        .chars()
        .zip("パピプペポ".chars())
        .find_map(|(plain, half_voiced)| (plain == kana).then_some(half_voiced))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_era_begins_on_its_first_day() {
        for (date, expected) in [
            ("18730101", "明治06年01月01日"),
            ("19120729", "明治45年07月29日"),
            ("19120730", "大正01年07月30日"),
            ("19261224", "大正15年12月24日"),
            ("19261225", "昭和01年12月25日"),
            ("19520101", "昭和27年01月01日"),
            ("19890107", "昭和64年01月07日"),
            ("19890108", "平成01年01月08日"),
            ("20190430", "平成31年04月30日"),
            ("20190501", "令和01年05月01日"),
            ("20240229", "令和06年02月29日"),
        ] {
            assert_eq!(wareki(date).as_deref(), Some(expected));
        }
    }

    #[test]
    fn what_is_no_date_has_no_era() {
        for text in ["", "202504", "2025-4-1", "20250A01", "18721231", "1952０１"] {
            assert_eq!(wareki(text), None, "{text}");
        }
    }

    #[test]
    fn half_width_kana_become_full_width() {
        assert_eq!(full_width("ｼｹﾝ ﾀﾛｳ"), "シケン　タロウ");
        assert_eq!(full_width("ﾊﾟﾋﾟｰ ﾊﾞｶﾞｳﾞ"), "パピー　バガヴ");
        assert_eq!(full_width("ｷｬｯﾁｬｰ･ｼﾞｮﾝ"), "キャッチャー・ジョン");
        assert_eq!(full_width("ﾞｱﾟ"), "゛ア゜");
    }

    #[test]
    fn what_was_widened_is_narrowed_again() {
        for kana in ["ｼｹﾝ ﾀﾛｳ", "ﾊﾟﾋﾟｰ ﾊﾞｶﾞｳﾞ", "ｷｬｯﾁｬｰ･ｼﾞｮﾝ"]
        {
            assert_eq!(half_width(&full_width(kana)), kana);
        }
    }

    #[test]
    fn full_width_kana_stay_as_they_are() {
        assert_eq!(full_width("シケン　タロウ"), "シケン　タロウ");
    }

    #[test]
    fn both_tables_pair_up() {
        assert_eq!(HALF.chars().count(), 63);
        assert_eq!(HALF.chars().count(), FULL.chars().count());
        assert!(HALF.chars().eq('\u{FF61}'..='\u{FF9F}'));
        assert_eq!(PLAIN.chars().count(), VOICED.chars().count());
    }
}
