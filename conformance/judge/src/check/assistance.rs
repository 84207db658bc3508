//! 医療扶助 on screen E-05-A: topic `assistance`.

use madoguchi_eligibility::{CardClassification, QualificationValidity, WarekiDate};
use madoguchi_notation::Wording;
use madoguchi_trace::Screen;
use madoguchi_trace::delivered_date;

use super::result::{Delivered, Dues, FieldRule, delivered, judge_due, no_screen, not_shown};
use crate::case::Case;
use crate::finding::{Contrast, Failure, Finding, Tally};
use crate::screen::{ASSISTANCE, is_assistance};
use crate::words::{Partial, dates, means};

fn occasion() -> Wording {
    Wording::new("届いた医療扶助の資格", "a delivered 医療扶助")
}

/// Results of 医療扶助 with what a service delivers of them since 2025-04.
fn of_assistance<'a>(case: &Case<'a>) -> Vec<Delivered<'a>> {
    delivered(case)
        .into_iter()
        .filter(Delivered::is_assistance)
        .filter(|result| result.field("insurer-name").is_some())
        .collect()
}

/// The six items of 資格情報 and the labels that the ministry prints; 証区分 is none that is delivered.
pub(super) const SIX_ITEMS: &[FieldRule] = &[
    ("insurer-name", "福祉事務所名"),
    ("name-kana", "フリガナ"),
    ("name", "氏名"),
    ("birthdate", "生年月日"),
    ("sex1", "性別"),
];

/// Label of the sixth.
pub(super) const CLASS: &str = "証区分";

/// 裏面記載情報.
pub(super) const BACK_SIDE_ITEMS: &[FieldRule] = &[
    ("name-of-other-kana", "裏面記載情報/氏名カナ"),
    ("name-of-other", "裏面記載情報/氏名"),
    ("sex2", "裏面記載情報/性別"),
];

/// The six items of 資格情報.
pub(super) fn six_items_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let Some(shown) = result.screen else {
            no_screen(case, result, &mut tally);
            continue;
        };
        let class = CardClassification::MedicalAssistance.ja();
        let dues = Dues::of(result, SIX_ITEMS).and(CLASS, Some(class));
        judge_due(case, result, shown, &dues, &mut tally);
    }
    tally.finding(occasion())
}

/// 裏面記載情報, where the answer has a name for the back of the card.
pub(super) fn back_side_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let (Some(_), Some(shown)) = (result.field("name-of-other"), result.screen) else {
            continue;
        };
        let dues = Dues::of(result, BACK_SIDE_ITEMS);
        judge_due(case, result, shown, &dues, &mut tally);
    }
    tally.finding(Wording::new(
        "届いた裏面記載情報",
        "a delivered back of the card",
    ))
}

/// The birth date is in 和暦, as in 昭和27年01月01日: padded or not, in full or short.
pub(super) fn era_birthdate(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let (Some(delivered), Some((at, screen))) = (result.field("birthdate"), result.screen)
        else {
            continue;
        };
        let date = delivered_date(delivered);
        let day = date.and_then(WarekiDate::of).map(|due| due.to_string());
        let partial = Partial::of(delivered);
        let Some(due) = day.or_else(|| partial.map(|_| format!("{delivered} (和暦)"))) else {
            continue;
        };
        let words = case.words();
        let mut shown = screen
            .fields
            .iter()
            .filter(|(label, _)| means(words, label, BIRTHDATE))
            .peekable();
        let Some((_, first)) = shown.peek() else {
            continue;
        };
        let first = first.as_str();
        let is_right = shown.any(|(_, value)| {
            let mut said = dates(value).into_iter();
            let says_day = said.any(|said| said.in_era && Some(said.date) == date);
            says_day || partial.is_some_and(|partial| partial.is_said_in(value, true))
        });
        tally.judge((!is_right).then(|| {
            let expected = Wording::new(format!("{BIRTHDATE} {due}"), format!("{BIRTHDATE} {due}"));
            Failure::new(at, expected, not_shown(BIRTHDATE, Some(first)))
                .contrast(Contrast::of(&due, Some(first)))
                .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "医療扶助の生年月日の表示",
        "a birth date of 医療扶助 on a screen",
    ))
}

/// Label of the birth date.
pub(super) const BIRTHDATE: &str = "生年月日";

/// 委託・未委託 is not shown.
pub(super) fn consignment_hidden(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let Some((at, screen)) = result.screen else {
            continue;
        };
        if result.field("consignment-state").is_none() {
            continue;
        }
        let labelled = screen
            .fields
            .iter()
            .find(|(label, value)| label.contains("委託") || value.contains("委託"))
            .map(|(label, value)| (label.as_str(), value.as_str()));
        let somewhere = screen.text();
        let somewhere = somewhere.filter(|text| text.contains("委託"));
        let shown = labelled.or(somewhere.map(|_| ("画面", "委託")));
        tally.judge(shown.map(|(label, value)| {
            Failure::new(
                at,
                Wording::new("委託・未委託の表示がない", "nothing about 委託・未委託"),
                Wording::new(
                    format!("{label} {value} とある"),
                    format!("{label} says {value}"),
                ),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "委託・未委託が届いた医療扶助の表示",
        "a screen of 医療扶助 with a delivered consignment state",
    ))
}

/// The screen's number is E-05-A.
pub(super) fn screen_number(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let Some((_, screen)) = result.screen else {
            continue;
        };
        let number = screen.number.as_deref();
        tally.judge((number != Some(ASSISTANCE)).then(|| {
            let number = number.unwrap_or("—");
            Failure::new(
                result.place(),
                Wording::new(
                    format!("画面番号 {ASSISTANCE}"),
                    format!("screen number {ASSISTANCE}"),
                ),
                Wording::new(
                    format!("画面番号 {number}"),
                    format!("screen number {number}"),
                ),
            )
            .after(result.answered)
        }));
    }
    tally.finding(occasion())
}

/// 医療扶助 that has ended and is delivered all the same is shown all the same.
pub(super) fn shown_until_new(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        if result.field("disqualification-date").is_none() {
            continue;
        }
        let shown = result.screen.filter(|(_, screen)| is_assistance(screen));
        tally.judge(shown.is_none().then(|| {
            Failure::new(
                result.place(),
                Wording::new("医療扶助の画面", "the screen of 医療扶助"),
                Wording::new(
                    "喪失後の医療扶助を表示しなかった",
                    "医療扶助 that has ended is not shown",
                ),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "喪失後に届いた医療扶助",
        "医療扶助 that was delivered after its end",
    ))
}

/// Where the ticket has not been registered, the screen speaks of it. Elsewhere it may, too: the ticket
/// is to be looked at always (事務連絡 2025-04-15); it is only not to be called missing.
pub(super) fn ticket_to_be_checked(case: &Case<'_>) -> Finding {
    const UNREGISTERED: &str = "未登録";
    const TICKET: &[&str] = &[UNREGISTERED, "医療券", "施術券", "調剤券"];
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let unregistered = result.validity == Some(QualificationValidity::ValidUnregistered);
        let Some((at, screen)) = result.screen else {
            continue;
        };
        if !unregistered {
            let mut said = screen.fields.iter().map(|(_, value)| value);
            if said.any(|text| is_called_missing(text)) {
                tally.judge(Some(
                    Failure::new(
                        at,
                        Wording::new("未登録でないこと", "that the ticket is there"),
                        Wording::new("未登録と表示した", "the ticket is said to be missing"),
                    )
                    .after(result.answered),
                ));
            }
            continue;
        }
        let mut said = screen.fields.iter().map(|(_, value)| value);
        let told = said.any(|text| TICKET.iter().any(|word| text.contains(word)));
        tally.judge((!told).then(|| {
            Failure::new(
                at,
                Wording::new("券の確認が要ること", "that the ticket has to be looked at"),
                Wording::new("券について何もない", "nothing is said of the ticket"),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "有効（未登録）の医療扶助",
        "医療扶助 whose ticket is not registered",
    ))
}

/// Whether a text says that the ticket is missing, as the validity does (有効（未登録）), and not merely
/// that it might be.
fn is_called_missing(text: &str) -> bool {
    const UNREGISTERED: &str = "未登録";
    let text = text.trim();
    let state = text.strip_prefix("有効").unwrap_or(text);
    state.trim_matches(['（', '）', '(', ')', ' ']) == UNREGISTERED
}

/// What a service before 2025-04 delivers of 医療扶助 is said, and that documents are to be looked at.
pub(super) fn notice_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &delivered(case) {
        if !result.is_assistance() || result.field("insurer-name").is_some() {
            continue;
        }
        let says = |screen: &Screen, word: &str| {
            let mut texts = screen
                .fields
                .iter()
                .flat_map(|(label, value)| [label, value]);
            texts.any(|text| text.contains(word))
        };
        let tells = |screen: &Screen| says(screen, "医療扶助") && says(screen, "確認");
        let until = case.next_step(result.answered);
        let told = result.screen.is_some_and(|(_, screen)| tells(screen))
            || case
                .screens_between(result.answered, until)
                .any(|(_, screen)| tells(screen));
        tally.judge((!told).then(|| {
            Failure::new(
                result.place(),
                Wording::new(
                    "医療扶助の対象者であり、書類での確認が要ること",
                    "that there is 医療扶助, and that documents are to be looked at",
                ),
                Wording::new("その表示がない", "no screen says so"),
            )
            .missing(until)
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new("項目のない医療扶助", "医療扶助 without items"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_may_be_spoken_of_always_and_called_missing_only_where_it_is() {
        for missing in ["有効（未登録）", "有効 (未登録)", "未登録"] {
            assert!(is_called_missing(missing), "{missing}");
        }
        for care in [
            "有効",
            "施術券を確認してください",
            "医療券が未登録の場合があります。券を確認してください",
        ] {
            assert!(!is_called_missing(care), "{care}");
        }
    }
}
