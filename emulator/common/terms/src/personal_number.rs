//! 個人番号 in texts of strangers: it is unknown whose they are, so any number that could be one is.

/// Digits of a 個人番号.
const LENGTH: usize = 12;

/// The text with `instead` in the place of every 個人番号: twelve digits, in either width, together or in
/// groups, with a right check digit, unless they `may_stand` there. Nothing where there is none.
///
/// ```
/// # use madoguchi_terms::without_personal_numbers;
/// let clean = |text| without_personal_numbers(text, "…", &|_| false);
/// assert_eq!(clean("no. 9900-0000-0021").as_deref(), None, "its check digit is wrong");
/// ```
#[must_use]
pub fn without_personal_numbers(
    text: &str,
    instead: &str,
    may_stand: &dyn Fn(&str) -> bool,
) -> Option<String> {
    let mut cleaned = String::new();
    let mut rest = text;
    let mut found = false;
    while let Some(start) = rest.find(|c| digit(c).is_some()) {
        let (before, run) = rest.split_at(start);
        let mut digits = String::new();
        let mut end = 0;
        let mut is_apart = false;
        for (at, c) in run.char_indices() {
            if let Some(digit) = digit(c) {
                digits.push(digit);
                end = at + c.len_utf8();
                is_apart = false;
            } else if is_separator(c) && !is_apart {
                is_apart = true;
            } else {
                break;
            }
        }
        cleaned.push_str(before);
        if is_personal_number(&digits) && !may_stand(&digits) {
            cleaned.push_str(instead);
            found = true;
        } else {
            cleaned.push_str(&run[..end]);
        }
        rest = &run[end..];
    }
    cleaned.push_str(rest);
    found.then_some(cleaned)
}

/// The decimal digits of a text, whatever their width.
#[must_use]
pub fn decimal_digits(text: &str) -> String {
    text.chars().filter_map(digit).collect()
}

/// A decimal digit in either width.
fn digit(c: char) -> Option<char> {
    match c {
        '0'..='9' => Some(c),
        '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
        _ => None,
    }
}

/// What people write between groups of digits.
const fn is_separator(c: char) -> bool {
    matches!(c, ' ' | '\u{3000}' | '-' | '－' | '‐' | '−')
}

/// Eleven digits and their check digit.
fn is_personal_number(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|c| c.to_digit(10)).collect();
    match digits.split_last() {
        Some((check, number)) => digits.len() == LENGTH && *check == check_digit(number),
        None => false,
    }
}

/// 検査用数字 of eleven digits (平成26年総務省令第85号 第5条).
fn check_digit(number: &[u32]) -> u32 {
    let weights = [2, 3, 4, 5, 6, 7, 2, 3, 4, 5, 6];
    let weighted = number.iter().rev().zip(weights);
    let sum: u32 = weighted.map(|(digit, weight)| digit * weight).sum();
    match sum % 11 {
        0 | 1 => 0,
        rest => 11 - rest,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One that could be a person's, made here so that it stands nowhere.
    fn number() -> String {
        let eleven = [9, 9, 0, 0, 0, 0, 0, 0, 0, 1, 2];
        let digits = eleven.iter().copied().chain([check_digit(&eleven)]);
        digits.map(|digit| digit.to_string()).collect()
    }

    const WITHHELD: &str = "<personal-number>";

    fn clean(text: &str) -> Option<String> {
        without_personal_numbers(text, WITHHELD, &|_| false)
    }

    #[test]
    fn a_personal_number_is_withheld_however_it_is_written() {
        let plain = number();
        let grouped = |separator: &str| {
            let groups = [&plain[..4], &plain[4..8], &plain[8..]];
            groups.join(separator)
        };
        let wide = |c: char| char::from_u32(u32::from(c) - u32::from('0') + u32::from('０'));
        let wide: String = plain.chars().filter_map(wide).collect();
        for written in [plain.clone(), grouped(" "), grouped("-"), wide] {
            assert_eq!(clean(&written).as_deref(), Some(WITHHELD), "{written}");
            let within = format!("氏名 {written}、01");
            let expected = format!("氏名 {WITHHELD}、01");
            assert_eq!(clean(&within), Some(expected), "{written}");
        }
    }

    #[test]
    fn other_numbers_stay() {
        let mut wrong = number();
        let last = wrong.pop().and_then(|c| c.to_digit(10)).unwrap_or_default();
        wrong += &((last + 1) % 10).to_string();
        let long = number() + "0";
        for kept in [
            &wrong,
            &long,
            "06990010",
            "20261121090000",
            "",
            "髙橋　太郎",
        ] {
            assert_eq!(clean(kept), None, "{kept}");
        }
    }

    #[test]
    fn what_may_stand_there_stays() {
        let is_known = |digits: &str| digits == number();
        assert_eq!(
            without_personal_numbers(&number(), WITHHELD, &is_known),
            None
        );
    }
}
