//! Dates as screens write them: in the Western calendar or in 和暦, in full or short, padded or not, alone or
//! among other words.

use jiff::civil::Date;
use madoguchi_eligibility::{Era, WarekiDate};
use madoguchi_trace::delivered_date;

use super::fold::folded;

/// A date that a text says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Said {
    pub(crate) date: Date,
    /// Whether it is said in 和暦.
    pub(crate) in_era: bool,
}

/// All dates that a text says, in their order: `昭和27年1月1日`, `令和元年5月1日`, `S27.1.1`, `1952/01/01`,
/// `1952年(昭和27年)1月1日`, `19520101`.
pub(crate) fn dates(text: &str) -> Vec<Said> {
    let plain = folded(text);
    let mut all = scan(&plain);
    if plain.contains('(') {
        let (outside, inside) = apart(&plain);
        all.extend(scan(&outside));
        // `1952年(昭和27年)1月1日`: the era stands in brackets, month and day behind them
        if let Some((_, rest)) = plain.split_once(')') {
            all.extend(scan(&format!("{inside}{rest}")));
        }
        all.extend(scan(&inside));
    }
    let mut said: Vec<Said> = Vec::new();
    for one in all {
        if !said.contains(&one) {
            said.push(one);
        }
    }
    said
}

/// What stands outside of brackets, and what in the first of them.
fn apart(text: &str) -> (String, String) {
    let (mut outside, mut inside, mut depth, mut closed) = (String::new(), String::new(), 0, false);
    for c in text.chars() {
        match c {
            '(' => depth += 1,
            ')' => {
                depth -= 1;
                closed = true;
            }
            c if depth > 0 && !closed => inside.push(c),
            c if depth <= 0 => outside.push(c),
            _ => {}
        }
    }
    (outside, inside)
}

fn scan(text: &str) -> Vec<Said> {
    let chars: Vec<char> = text.chars().collect();
    let mut said = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        match date_at(&chars, at) {
            Some((one, end)) => {
                said.push(one);
                at = end;
            }
            None => at += 1,
        }
    }
    said
}

/// A date that begins here, and where it ends.
fn date_at(chars: &[char], start: usize) -> Option<(Said, usize)> {
    let before = start.checked_sub(1).map(|at| chars[at]);
    let era = era_at(chars, start, before);
    let mut at = era.map_or(start, |(_, end)| end);
    if era.is_none() && before.is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    if era.is_some() {
        while chars.get(at).is_some_and(|c| matches!(c, ' ' | '.')) {
            at += 1;
        }
    }
    let (year, end) = match chars.get(at) {
        Some('元') if era.is_some() => (1, at + 1),
        _ => number(chars, at)?,
    };
    let digits = end - at;
    let compact = match (era, digits) {
        (None, 8) | (Some(_), 6) => true,
        (None, 4) | (Some(_), 1 | 2) => false,
        _ => return None,
    };
    let (year, month, day, end) = if compact {
        (year / 10_000, year / 100 % 100, year % 100, end)
    } else {
        let (month, end) = number(chars, after_separator(chars, end)?)?;
        let (day, end) = number(chars, after_separator(chars, end)?)?;
        (year, month, day, end)
    };
    let (year, month, day) = (
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    let date = match era {
        None => Date::new(year, month, day).ok()?,
        Some((era, _)) => in_era(era, year, month, day)?,
    };
    let end = end + usize::from(chars.get(end) == Some(&'日'));
    let in_era = era.is_some();
    Some((Said { date, in_era }, end))
}

/// A delivered date that is no day of the calendar, as its numbers: `19500400` has no day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Partial {
    year: i32,
    month: i32,
    day: i32,
}

impl Partial {
    /// The numbers of a `YYYYMMDD` that is no day; nothing where it is one, or none of that form.
    pub(crate) fn of(delivered: &str) -> Option<Self> {
        let is_written = delivered.len() == 8 && delivered.bytes().all(|c| c.is_ascii_digit());
        if !is_written || delivered_date(delivered).is_some() {
            return None;
        }
        let number = |range: std::ops::Range<usize>| delivered.get(range)?.parse().ok();
        Some(Self {
            year: number(0..4)?,
            month: number(4..6)?,
            day: number(6..8)?,
        })
    }

    /// Whether a text says it, in 和暦 where that is wanted: `昭和25年04月00日`, `昭和25年4月`, `1950年4月(日は不詳)`, and
    /// no day that was not delivered.
    pub(crate) fn is_said_in(self, text: &str, in_era: bool) -> bool {
        let plain = folded(text);
        let mut texts = vec![plain.clone()];
        if let Some((_, rest)) = plain.split_once(')') {
            let (outside, inside) = apart(&plain);
            texts.extend([outside, format!("{inside}{rest}")]);
        }
        texts
            .iter()
            .any(|text| self.stands_in(&text.chars().collect::<Vec<_>>(), in_era))
    }

    fn stands_in(self, chars: &[char], in_era: bool) -> bool {
        let mut at = 0;
        while at < chars.len() {
            let Some((said, said_in_era, end)) = part_at(chars, at) else {
                at += 1;
                continue;
            };
            if said == self && (said_in_era || !in_era) {
                return true;
            }
            at = end;
        }
        false
    }
}

/// Year, and month and day where they are said, else 0; whether in 和暦, and where it ends.
fn part_at(chars: &[char], start: usize) -> Option<(Partial, bool, usize)> {
    let before = start.checked_sub(1).map(|at| chars[at]);
    let era = era_at(chars, start, before);
    let mut at = era.map_or(start, |(_, end)| end);
    if era.is_none() && before.is_some_and(|c| c.is_ascii_digit()) {
        return None;
    }
    while era.is_some() && chars.get(at).is_some_and(|c| matches!(c, ' ' | '.')) {
        at += 1;
    }
    let (year, end) = match chars.get(at) {
        Some('元') if era.is_some() => (1, at + 1),
        _ => number(chars, at)?,
    };
    let first = era.map_or(0, |(era, _)| i32::from(era.year_zero()));
    let part = |year: i32, month, day| Partial {
        year: first + year,
        month,
        day,
    };
    let is_in_era = era.is_some();
    match (era, end - at) {
        (None, 8) | (Some(_), 6) => {
            let part = part(year / 10_000, year / 100 % 100, year % 100);
            Some((part, is_in_era, end))
        }
        (None, 6) => Some((part(year / 100, year % 100, 0), is_in_era, end)),
        (None, 4) | (Some(_), 1 | 2) => {
            let next = |end| number(chars, after_separator(chars, end)?);
            let (month, end) = next(end).unwrap_or((0, end));
            let (day, end) = next(end).unwrap_or((0, end));
            Some((part(year, month, day), is_in_era, end))
        }
        _ => None,
    }
}

/// A day in its era; a day outside of it is none.
fn in_era(era: Era, year: i16, month: i8, day: i8) -> Option<Date> {
    let written = format!("{}{year:02}年{month:02}月{day:02}日", era.ja());
    let date: WarekiDate = written.parse().ok()?;
    Some(date.date())
}

/// 元号 here, in full, as one letter of kanji, or as an initial.
fn era_at(chars: &[char], start: usize, before: Option<char>) -> Option<(Era, usize)> {
    let rest = &chars[start..];
    let full = Era::ALL.into_iter().find(|era| {
        let mut name = era.ja().chars();
        name.next() == rest.first().copied() && name.next() == rest.get(1).copied()
    });
    if let Some(era) = full {
        return Some((era, start + 2));
    }
    let initials = ['M', 'T', 'S', 'H', 'R'];
    let first = rest.first()?;
    let is_alone = !before.is_some_and(char::is_alphanumeric);
    let counts = |c: &char| c.is_ascii_digit() || matches!(c, '元' | '.' | ' ');
    if !is_alone || !rest.get(1).is_some_and(counts) {
        return None;
    }
    let era = Era::ALL
        .into_iter()
        .zip(initials)
        .find(|(era, initial)| first.eq_ignore_ascii_case(initial) || era.ja().starts_with(*first));
    era.map(|(era, _)| (era, start + 1))
}

/// A number here, and where it ends.
fn number(chars: &[char], start: usize) -> Option<(i32, usize)> {
    let digits = chars[start.min(chars.len())..].iter();
    let count = digits.take_while(|c| c.is_ascii_digit()).count();
    let text: String = chars[start..start + count].iter().collect();
    (0 < count && count <= 8).then_some((text.parse().ok()?, start + count))
}

/// Where the next number of a date begins.
fn after_separator(chars: &[char], start: usize) -> Option<usize> {
    const SEPARATORS: &[char] = &['年', '月', '/', '-', '.', '・', ' ', ','];
    let rest = chars[start.min(chars.len())..].iter();
    let count = rest.take_while(|c| SEPARATORS.contains(c)).count();
    (count > 0).then_some(start + count)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_date_is_the_same_in_every_usual_form() {
        for text in [
            "昭和27年01月01日",
            "昭和27年1月1日",
            "昭和２７年　１月　１日",
            "昭和27年1月1日生",
            "昭和27年1月1日 (73歳)",
            "㍼27年1月1日",
            "昭27.1.1",
            "S27.1.1",
            "S27/01/01",
            "s.27.1.1",
            "S270101",
            "1952-01-01",
            "1952/1/1",
            "1952.01.01",
            "1952年1月1日",
            "1952年（昭和27年）1月1日",
            "昭和27(1952)年1月1日",
            "19520101",
        ] {
            let said = dates(text);
            assert!(
                said.iter().any(|said| said.date == date(1952, 1, 1)),
                "{text}: {said:?}"
            );
            assert!(
                said.iter().all(|said| said.date == date(1952, 1, 1)),
                "{text}: {said:?}"
            );
        }
    }

    #[test]
    fn the_first_year_of_an_era_has_two_names() {
        for text in ["令和元年5月1日", "令和1年5月1日", "R1.5.1", "R元.5.1"] {
            assert_eq!(dates(text)[0].date, date(2019, 5, 1), "{text}");
        }
    }

    #[test]
    fn a_date_without_a_day_is_said_without_one() {
        let partial = |text| Partial::of(text).unwrap();
        for (due, text, in_era) in [
            ("19500400", "昭和25年04月00日", true),
            ("19500400", "昭和25年4月", true),
            ("19500400", "昭和25年4月 日不詳", true),
            ("19500400", "1950年(昭和25年)4月", false),
            ("19500400", "1950年4月(日は不詳)", false),
            ("19500400", "S25.4", true),
            ("19500400", "19500400", false),
            ("19500400", "195004", false),
            ("19890100", "平成元年1月", true),
            ("19890100", "昭和64年1月", true),
            ("19500000", "昭和25年", true),
            ("19500000", "昭和25年00月00日", true),
            ("19500231", "昭和25年02月31日", true),
        ] {
            assert!(partial(due).is_said_in(text, in_era), "{due} {text}");
        }
        for (due, text) in [
            ("19500400", "昭和25年4月1日"),
            ("19500400", "昭和25年03月31日"),
            ("19500400", "1950年"),
            ("19500000", "1950年1月1日"),
            ("19500231", "昭和25年3月3日"),
            ("19500400", ""),
        ] {
            assert!(!partial(due).is_said_in(text, false), "{due} {text}");
        }
        assert!(!partial("19500400").is_said_in("19500400", true));
        assert_eq!(Partial::of("19500401"), None);
    }

    #[test]
    fn a_day_outside_its_era_is_no_date() {
        assert_eq!(dates("昭和64年1月8日"), []);
        assert_eq!(dates("有効"), []);
        assert_eq!(dates("99000001"), []);
        assert_eq!(dates("0120-1234-567"), []);
    }

    #[test]
    fn both_ends_of_a_period_are_said() {
        let said = dates("令和7年4月1日 ～ 令和8年3月31日");
        let said: Vec<Date> = said.iter().map(|said| said.date).collect();
        assert_eq!(said, [date(2025, 4, 1), date(2026, 3, 31)]);
    }

    #[test]
    fn whether_it_is_said_in_an_era_is_known() {
        assert!(dates("昭和27年1月1日")[0].in_era);
        assert!(!dates("1952年1月1日")[0].in_era);
        assert!(
            dates("1952年(昭和27年)1月1日")
                .iter()
                .any(|said| said.in_era)
        );
    }
}
