//! What a result says beside the data that every eligibility has, and what a client says where there
//! is none: kind of card, renewal, why it was refused. Topic `result`.

use madoguchi_eligibility::{CardClassification, Decision};
use madoguchi_notation::Wording;
use madoguchi_trace::Screen;

use super::result::{Delivered, delivered, not_shown};
use crate::case::Case;
use crate::finding::{Contrast, Failure, Finding, Tally};
use crate::screen::readable;
use crate::words::{Due, Look, Words, dates, means};

pub(super) const END: &str = "有効終了日";
pub(super) const CLASS: &str = "証区分";

/// No last day of validity where none was delivered.
pub(super) fn no_end_made_up(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let all = delivered(case);
    let has_end = |result: &Delivered<'_>| result.field("insured-card-expiration-date").is_some();
    for result in &all {
        let Some((at, screen)) = result.screen else {
            continue;
        };
        if result.is_assistance() || has_end(result) {
            continue;
        }
        let others = || {
            let same = |other: &&Delivered<'_>| other.answered == result.answered && has_end(other);
            all.iter().filter(same)
        };
        // Another result of the same answer may have one: a page more may be its own.
        let pages: Vec<_> = match others().next() {
            None => result.pages().collect(),
            Some(_) => vec![screen],
        };
        let fields = pages.into_iter().flat_map(|page| &page.fields);
        let mut ends = fields
            .filter(|(label, value)| means(case.words(), label, END) && says_end(label, value));
        // the others that stand on the same screen may have one each
        let shown = ends.nth(others().filter(|other| other.place() == at).count());
        tally.judge(shown.map(|(_, shown)| {
            let expected = Wording::new(format!("{END} は空欄"), format!("no {END}"));
            Failure::new(at, expected, not_shown(END, Some(shown))).after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "有効終了日のない資格",
        "an eligibility without a last day",
    ))
}

/// Whether something is said to be the last day: anything under a label of its own, two days where the first
/// one stands under the same.
fn says_end(label: &str, value: &str) -> bool {
    let is_period = means(Words::builtin(), label, "有効開始日");
    if is_period {
        dates(value).len() > 1
    } else {
        value.chars().any(char::is_alphanumeric)
    }
}

/// A kind of card that is treated otherwise is named.
pub(super) fn class_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &delivered(case) {
        let code = result.field("insured-card-classification");
        let Some(class) = code.and_then(|code| code.parse::<CardClassification>().ok()) else {
            continue;
        };
        let ordinary = [
            CardClassification::General,
            CardClassification::MedicalAssistance,
        ];
        let Some((at, _)) = result.screen.filter(|_| !ordinary.contains(&class)) else {
            continue;
        };
        let due = Due {
            label: CLASS,
            value: class.code(),
        };
        let (right, shown) = match result.look(case.words(), due, &[]) {
            Look::Said => (true, None),
            Look::Otherwise { value, .. } => (false, Some(value)),
            Look::Missing => (false, None),
            Look::Open(why) => {
                tally.leave_open(why);
                continue;
            }
        };
        tally.judge((!right).then(|| {
            let expected = Wording::new(
                format!("{CLASS} {} の表示", class.ja()),
                format!("{CLASS} {} on the screen", class.ja()),
            );
            Failure::new(at, expected, not_shown(CLASS, shown))
                .contrast(Contrast::of(class.ja(), shown))
                .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "一般でない証区分",
        "a kind of card that is not the ordinary one",
    ))
}

/// Screens between an answer and the next act.
pub(super) fn screens_after<'a>(case: &Case<'a>, at: u64) -> Vec<(u64, &'a Screen)> {
    case.screens_between(at, case.next_step(at)).collect()
}

fn says(screen: &Screen, words: &[&str]) -> bool {
    readable(screen).any(|text| words.iter().any(|word| text.contains(word)))
}

/// A certificate that is over its date, and still accepted, is told to the patient.
pub(super) fn renewal_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.eligibility() {
        let Some((at, answer)) = exchange.received() else {
            continue;
        };
        if answer.decision != Decision::CertExpiredGrace {
            continue;
        }
        let screens = screens_after(case, at);
        let told = screens.iter().any(|(_, screen)| says(screen, &["更新"]));
        tally.judge((!told).then(|| {
            let place = screens.last().map_or(at, |(shown, _)| *shown);
            Failure::new(
                place,
                Wording::new(
                    "電子証明書の更新の案内",
                    "a word on renewing the certificate",
                ),
                Wording::new("更新の案内がない", "no word on renewing it"),
            )
            .missing(case.next_step(at))
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "期限を過ぎた証明書による資格確認",
        "a check with a certificate that is over its date",
    ))
}

/// Data that is kept from view is not told as a person without insurance.
pub(super) fn withheld_is_not_none(case: &Case<'_>) -> Finding {
    const NONE: &[&str] = &["該当資格なし", "資格がありません", "資格なし", "無資格"];
    let mut tally = Tally::default();
    for exchange in case.eligibility() {
        let Some((at, answer)) = exchange.received() else {
            continue;
        };
        if answer.decision != Decision::Withheld {
            continue;
        }
        let wrong = screens_after(case, at)
            .into_iter()
            .find(|(_, screen)| says(screen, NONE));
        tally.judge(wrong.map(|(shown, screen)| {
            Failure::new(
                shown,
                Wording::new(
                    "確認中のため提供できない旨",
                    "that the data is being verified",
                ),
                Wording::new(
                    format!("画面 {} が資格のない人として伝えている", screen.title),
                    format!(
                        "screen {} tells of a person without insurance",
                        screen.title
                    ),
                ),
            )
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "確認中の資格の照会",
        "an inquiry whose answer is kept from view",
    ))
}
