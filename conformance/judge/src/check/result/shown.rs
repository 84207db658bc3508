//! What of a delivered eligibility stands on its screen.

use madoguchi_eligibility::QualificationValidity;
use madoguchi_notation::Wording;
use madoguchi_trace::{Screen, delivered_date};

use super::super::consent::lapsed_visits;
use super::due::{Dues, FieldRule, judge_due};
use super::{delivered_in_any_way, no_screen, not_shown};
use crate::case::Case;
use crate::finding::{Contrast, Failure, Finding, Tally};
use crate::screen::{VALIDITY, readable};
use crate::words::{Due, Look, Partial, dates, tells_validity};

/// What was delivered of a 医療保険 result stands on its screen.
pub(in crate::check) fn delivered_fields_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in delivered_in_any_way(case)
        .iter()
        .filter(|result| !result.is_assistance())
    {
        let Some((at, screen)) = result.screen else {
            no_screen(case, result, &mut tally);
            continue;
        };
        let dues = Dues::of(result, INSURANCE_FIELDS);
        judge_due(case, result, (at, screen), &dues, &mut tally);
    }
    tally.finding(Wording::new("届いた資格情報", "a delivered eligibility"))
}

/// Labels of what is due of a 医療保険 result.
pub(in crate::check) fn insurance_labels() -> impl Iterator<Item = &'static str> {
    INSURANCE_FIELDS.iter().map(|(_, label)| *label)
}

/// What is due of a 医療保険 result where it was delivered.
pub(crate) const INSURANCE_FIELDS: &[FieldRule] = &[
    ("insurer-number", "保険者番号"),
    ("insurer-name", "保険者名"),
    ("insured-card-symbol", "記号"),
    ("insured-identification-number", "番号"),
    ("insured-branch-number", "枝番"),
    ("name", "氏名"),
    ("name-kana", "フリガナ"),
    ("birthdate", "生年月日"),
    ("sex1", "性別"),
];

/// Whether this validity may not be shown as 有効.
pub(in crate::check) const fn is_lapsed(validity: QualificationValidity) -> bool {
    matches!(
        validity,
        QualificationValidity::Invalid
            | QualificationValidity::Superseded
            | QualificationValidity::None
    )
}

/// Whether a screen says of an eligibility that it is not valid: beside 資格有効性 in any words, or in its title.
fn says_lapsed(case: &Case<'_>, at: u64, screen: &Screen, validity: QualificationValidity) -> bool {
    let words = case.words();
    let due = validity.ja();
    let as_due = |text: &str| match tells_validity(words, text) {
        Some(said) if validity == QualificationValidity::None => said == due,
        Some(said) => said.starts_with(QualificationValidity::Invalid.ja()),
        None => false,
    };
    let title = case.own_title(at).unwrap_or_default();
    readable(screen).chain([title]).any(as_due)
}

/// A lapsed eligibility is shown as such.
pub(in crate::check) fn lapsed_is_not_valid(case: &Case<'_>) -> Finding {
    let words = case.words();
    let mut tally = Tally::default();
    for result in &delivered_in_any_way(case) {
        let Some(validity) = result.validity.filter(|validity| is_lapsed(*validity)) else {
            continue;
        };
        let Some((at, screen)) = result.screen else {
            continue;
        };
        let valid = QualificationValidity::Valid.ja();
        let says_valid = screen
            .fields
            .iter()
            .find(|(_, value)| tells_validity(words, value) == Some(valid));
        // E-05-A has no place for the validity, and is shown after the end of 医療扶助 as well
        let says_lapsed = result.is_assistance() || says_lapsed(case, at, screen, validity);
        if says_lapsed && says_valid.is_none() {
            tally.judge(None);
            continue;
        }
        let due = Due {
            label: VALIDITY,
            value: validity.ja(),
        };
        let shown = match (says_valid, result.look(words, due, &[])) {
            (Some((_, value)), _) => Some(value.as_str()),
            (None, Look::Otherwise { value, .. }) => Some(value),
            (None, Look::Open(why)) => {
                tally.leave_open(why);
                continue;
            }
            (None, Look::Said | Look::Missing) => None,
        };
        let (code, ja) = (validity.code(), validity.ja());
        let title = &screen.title;
        let observed = match shown {
            Some(shown) => Wording::new(
                format!("画面 {title} に {shown} とある"),
                format!("screen {title} says {shown}"),
            ),
            None => not_shown(VALIDITY, None),
        };
        let expected = Wording::new(
            format!("{VALIDITY} {code} ({ja}) の表示"),
            format!("{VALIDITY} {code} ({ja}) on the screen"),
        );
        let failure =
            Failure::new(at, expected, observed).missing(result.awaited(case, shown.is_some()));
        tally.judge(Some(failure.after(result.answered)));
    }
    lapsed_visits(case, &mut tally);
    tally.finding(Wording::new(
        "無効な資格の表示",
        "a lapsed eligibility on a screen",
    ))
}

/// A delivered date of loss stands on the screen.
pub(in crate::check) fn loss_date_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let insurance = delivered_in_any_way(case).into_iter();
    for result in &insurance
        .filter(|result| !result.is_assistance())
        .collect::<Vec<_>>()
    {
        let Some(lost) = result.field("disqualification-date") else {
            continue;
        };
        let Some((at, _)) = result.screen else {
            continue;
        };
        let due = delivered_date(lost);
        let partial = Partial::of(lost);
        let says = |text: &str| match partial {
            Some(partial) => partial.is_said_in(text, false),
            None => dates(text).iter().any(|said| due == Some(said.date)),
        };
        let shown = result.pages().flat_map(readable).any(says);
        tally.judge((!shown).then(|| {
            let date = due.map_or_else(|| lost.to_owned(), |date| date.to_string());
            Failure::new(
                at,
                Wording::new(
                    format!("資格喪失年月日 {date} の表示"),
                    format!("資格喪失年月日 {date} on the screen"),
                ),
                not_shown(LOSS, None),
            )
            .contrast(Contrast::Absent)
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "届いた資格喪失年月日",
        "a delivered date of loss",
    ))
}

/// Label of 一部負担金割合.
pub(in crate::check) const RATIO: &str = "負担割合";
/// Label of the day on which an eligibility was lost.
pub(in crate::check) const LOSS: &str = "資格喪失年月日";

/// 一部負担金割合 stands on the screen of the result that it came with, in per cent or in tenths.
pub(in crate::check) fn ratio_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &delivered_in_any_way(case) {
        let Some(shown) = result.screen else {
            continue;
        };
        let dues = Dues::of(result, &[("insured-partial-contribution-ratio", RATIO)]);
        if !dues.is_empty() {
            judge_due(case, result, shown, &dues, &mut tally);
        }
    }
    tally.finding(Wording::new("届いた負担割合", "a delivered share"))
}
