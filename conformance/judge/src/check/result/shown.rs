//! What of a delivered eligibility stands on its screen.

use madoguchi_eligibility::{QualificationValidity, Sex};
use madoguchi_notation::Wording;
use madoguchi_trace::delivered_date;

use super::{delivered, no_screen, not_shown};
use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{QUALIFICATION, VALIDITY, plain, same, shown_date, value};

/// What was delivered of a 医療保険 result stands on its screen.
pub(in crate::check) fn delivered_fields_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in delivered(case)
        .iter()
        .filter(|result| !result.is_assistance())
    {
        let Some((at, screen)) = result.screen else {
            tally.judge(Some(no_screen(result)));
            continue;
        };
        let missing = INSURANCE_FIELDS
            .iter()
            .find_map(|(field, labels, matches)| {
                let due = result.field(field)?;
                let shown = value(screen, QUALIFICATION, labels);
                (!shown.is_some_and(|shown| matches(due, shown))).then_some((labels[0], due, shown))
            });
        tally.judge(missing.map(|(label, due, shown)| {
            Failure::new(
                at,
                Wording::new(
                    format!("{label} {due} の表示"),
                    format!("{label} {due} on the screen"),
                ),
                not_shown(label, shown),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new("届いた資格情報", "a delivered eligibility"))
}

/// Abstract field, its labels, and whether a shown value says the delivered one.
type FieldRule = (
    &'static str,
    &'static [&'static str],
    fn(&str, &str) -> bool,
);

/// Labels of what is due of a 医療保険 result, each with its aliases.
pub(in crate::check) fn insurance_labels() -> impl Iterator<Item = &'static [&'static str]> {
    INSURANCE_FIELDS.iter().map(|(_, labels, _)| *labels)
}

const INSURANCE_FIELDS: &[FieldRule] = &[
    ("insurer-number", &["保険者番号"], same),
    ("insurer-name", &["保険者名", "保険者名称"], same),
    ("insured-card-symbol", &["記号"], same),
    ("insured-identification-number", &["番号"], same),
    ("insured-branch-number", &["枝番"], same),
    ("name", &["氏名"], same),
    ("name-kana", &["フリガナ", "氏名カナ"], same),
    ("birthdate", &["生年月日"], same_date),
    ("sex1", &["性別"], same_sex),
];

pub(in crate::check) fn same_date(due: &str, shown: &str) -> bool {
    shown_date(shown).is_some_and(|date| delivered_date(due) == Some(date))
}

pub(in crate::check) fn same_sex(due: &str, shown: &str) -> bool {
    match due.parse::<Sex>() {
        Ok(sex) => shown == sex.ja(),
        Err(_) => shown == due,
    }
}

/// Whether this validity may not be shown as 有効.
const fn is_lapsed(validity: QualificationValidity) -> bool {
    matches!(
        validity,
        QualificationValidity::Invalid
            | QualificationValidity::Superseded
            | QualificationValidity::None
    )
}

/// A lapsed eligibility is shown as such.
pub(in crate::check) fn lapsed_is_not_valid(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &delivered(case) {
        let Some(validity) = result.validity.filter(|validity| is_lapsed(*validity)) else {
            continue;
        };
        let Some((at, screen)) = result.screen else {
            continue;
        };
        let shown = value(screen, QUALIFICATION, &[VALIDITY]);
        let says_valid = screen.fields.iter().any(|(_, value)| value == "有効");
        // E-05-A has no place for the validity, and is shown after the end of 医療扶助 as well
        let says_lapsed =
            result.is_assistance() || shown.is_some_and(|shown| shown.starts_with(validity.ja()));
        let right = says_lapsed && !says_valid;
        tally.judge((!right).then(|| {
            let (code, ja) = (validity.code(), validity.ja());
            let title = &screen.title;
            let observed = match shown {
                Some(shown) => Wording::new(
                    format!("画面 {title} に {shown} とある"),
                    format!("screen {title} says {shown}"),
                ),
                None => not_shown(VALIDITY, None),
            };
            Failure::new(
                at,
                Wording::new(
                    format!("{VALIDITY} {code} ({ja}) の表示"),
                    format!("{VALIDITY} {code} ({ja}) on the screen"),
                ),
                observed,
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "無効な資格の表示",
        "a lapsed eligibility on a screen",
    ))
}

/// A delivered date of loss stands on the screen.
pub(in crate::check) fn loss_date_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let insurance = delivered(case).into_iter();
    for result in &insurance
        .filter(|result| !result.is_assistance())
        .collect::<Vec<_>>()
    {
        let Some(lost) = result.field("disqualification-date") else {
            continue;
        };
        let Some((at, screen)) = result.screen else {
            continue;
        };
        let shown = screen
            .fields
            .iter()
            .any(|(_, value)| same_date(lost, value));
        tally.judge((!shown).then(|| {
            let date =
                delivered_date(lost).map_or_else(|| lost.to_owned(), |date| date.to_string());
            Failure::new(
                at,
                Wording::new(
                    format!("資格喪失年月日 {date} の表示"),
                    format!("資格喪失年月日 {date} on the screen"),
                ),
                not_shown(LOSS, None),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "届いた資格喪失年月日",
        "a delivered date of loss",
    ))
}

/// Labels of 一部負担金割合.
pub(in crate::check) const RATIO: &[&str] = &["負担割合", "一部負担金割合", "一部負担金の割合"];
/// Label of the day on which an eligibility was lost.
pub(in crate::check) const LOSS: &str = "資格喪失年月日";

/// 一部負担金割合 stands on the screen of the result that it came with, in per cent or in tenths.
pub(in crate::check) fn ratio_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &delivered(case) {
        let Some(due) = result.field("insured-partial-contribution-ratio") else {
            continue;
        };
        let Some((at, screen)) = result.screen else {
            continue;
        };
        let shown = value(screen, QUALIFICATION, RATIO);
        tally.judge(
            (!shown.is_some_and(|shown| same_ratio(due, shown))).then(|| {
                Failure::new(
                    at,
                    Wording::new(
                        format!("負担割合 {due} の表示"),
                        format!("負担割合 {due} on the screen"),
                    ),
                    not_shown("負担割合", shown),
                )
                .after(result.answered)
            }),
        );
    }
    tally.finding(Wording::new("届いた負担割合", "a delivered share"))
}

/// Whether a share in per cent, `030`, is meant by `30%`, `3割`, `３割` or itself.
fn same_ratio(due: &str, shown: &str) -> bool {
    let Ok(percent) = due.parse::<u32>() else {
        return plain(shown) == plain(due);
    };
    let digits: String = shown
        .chars()
        .filter_map(|c| match c {
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            c => c.is_ascii_digit().then_some(c),
        })
        .collect();
    let number = digits.parse::<u32>().ok();
    number == Some(percent)
        || shown.contains('割') && number.map(|tenths| tenths * 10) == Some(percent)
}
