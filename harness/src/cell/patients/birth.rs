//! How software writes a date of birth: in figures, with years of the era (元号), and as the forms of this
//! field do.

use jiff::civil::Date;
use madoguchi_eligibility::{Era, WarekiDate};

/// How forms abbreviate an era, and its figure in レセプト電算処理システム.
const fn abbreviated(era: Era) -> (char, u8) {
    match era {
        Era::Meiji => ('M', 1),
        Era::Taisho => ('T', 2),
        Era::Showa => ('S', 3),
        Era::Heisei => ('H', 4),
        Era::Reiwa => ('R', 5),
    }
}

/// What stands between year, month and day.
const BETWEEN: [&str; 3] = ["-", "/", "."];

/// Every spelling of a date; several may be the same.
pub(super) fn spellings(born: Date) -> Vec<String> {
    let (year, month, day) = (born.year(), born.month(), born.day());
    let mut all = vec![format!("{year:04}{month:02}{day:02}")];
    for between in BETWEEN {
        all.push(format!("{year}{between}{month:02}{between}{day:02}"));
        all.push(format!("{year}{between}{month}{between}{day}"));
        for (first, second) in [(day, month), (month, day)] {
            all.push(format!("{first:02}{between}{second:02}{between}{year}"));
            all.push(format!("{first}{between}{second}{between}{year}"));
        }
    }
    all.extend(in_signs(&year.to_string(), month, day));
    if let Some(wareki) = WarekiDate::of(born) {
        let (name, of_era) = (wareki.era().ja(), wareki.year());
        let (letter, figure) = abbreviated(wareki.era());
        let short = &name[..name.len() / 2];
        all.push(format!("{figure}{of_era:02}{month:02}{day:02}"));
        all.push(format!("{letter}{of_era:02}{month:02}{day:02}"));
        for era in [name, short, &letter.to_string()] {
            for between in BETWEEN {
                all.push(format!(
                    "{era}{of_era:02}{between}{month:02}{between}{day:02}"
                ));
                all.push(format!("{era}{of_era}{between}{month}{between}{day}"));
            }
        }
        all.extend(in_signs(&format!("{name}{of_era}"), month, day));
        all.extend(in_signs(&format!("{name}{of_era:02}"), month, day));
        if of_era == 1 {
            all.extend(in_signs(&format!("{name}元"), month, day));
        }
    }
    all
}

/// With 年, 月 and 日, figures below ten as they are, with a zero and with a space.
fn in_signs(year: &str, month: i8, day: i8) -> [String; 3] {
    [
        format!("{year}年{month}月{day}日"),
        format!("{year}年{month:02}月{day:02}日"),
        format!("{year}年{month:2}月{day:2}日"),
    ]
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_date_is_known_as_software_writes_it() {
        let all = spellings(date(1989, 1, 7));
        for spelling in [
            "19890107",
            "1989-01-07",
            "1989/1/7",
            "1989.01.07",
            "01/07/1989",
            "7.1.1989",
            "1989年1月7日",
            "1989年 1月 7日",
            "昭和64年1月7日",
            "昭和64年01月07日",
            "昭和64.1.7",
            "昭64.1.7",
            "S64.1.7",
            "S64/01/07",
            "S640107",
            "3640107",
        ] {
            assert!(all.iter().any(|one| one == spelling), "{spelling}");
        }
    }

    #[test]
    fn an_era_begins_on_its_first_day() {
        for (born, spelling) in [
            (date(1989, 1, 8), "平成元年1月8日"),
            (date(1989, 1, 8), "H01.01.08"),
            (date(2019, 4, 30), "平成31年4月30日"),
            (date(2019, 5, 1), "令和1年5月1日"),
            (date(1926, 12, 25), "昭和元年12月25日"),
            (date(1912, 7, 29), "M45.7.29"),
        ] {
            let all = spellings(born);
            assert!(all.iter().any(|one| one == spelling), "{spelling}: {all:?}");
        }
    }
}
