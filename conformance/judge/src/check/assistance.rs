//! 医療扶助 on screen E-05-A: topic `assistance`.

use madoguchi_eligibility::{QualificationValidity, WarekiDate};
use madoguchi_notation::Wording;
use madoguchi_trace::Screen;
use madoguchi_trace::delivered_date;

use super::result::{Delivered, delivered, no_screen, not_shown, same_date, same_sex};
use crate::case::Case;
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{ASSISTANCE, BACK_SIDE, QUALIFICATION, is_assistance, same, value};

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

/// Label, its aliases, what was delivered, and whether a shown value says it.
type Item<'a> = (
    &'static [&'static str],
    Option<&'a str>,
    fn(&str, &str) -> bool,
);

/// The first item that was delivered and does not stand in its section.
fn missing(
    result: &Delivered<'_>,
    at: u64,
    screen: &Screen,
    section: &str,
    items: &[Item<'_>],
) -> Option<Failure> {
    let (label, due, shown) = items.iter().find_map(|(labels, due, matches)| {
        let due = (*due)?;
        let shown = value(screen, section, labels);
        let right = shown.is_some_and(|shown| matches(due, shown));
        (!right).then_some((format!("{section}/{}", labels[0]), due, shown))
    })?;
    let expected = Wording::new(
        format!("{label} {due} の表示"),
        format!("{label} {due} on the screen"),
    );
    Some(Failure::new(at, expected, not_shown(&label, shown)).after(result.answered))
}

/// Labels of the six items of 資格情報, each with its aliases.
pub(super) const SIX_ITEMS: [&[&str]; 6] = [
    &["福祉事務所名"],
    &["フリガナ", "氏名カナ"],
    &["氏名"],
    &["生年月日"],
    &["性別"],
    &["証区分"],
];

/// Labels of 裏面記載情報, each with its aliases.
pub(super) const BACK_SIDE_ITEMS: [&[&str]; 3] = [&["氏名カナ", "フリガナ"], &["氏名"], &["性別"]];

/// The six items of 資格情報.
pub(super) fn six_items_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let Some((at, screen)) = result.screen else {
            tally.judge(Some(no_screen(result)));
            continue;
        };
        let [office, kana, name, birthdate, sex, class] = SIX_ITEMS;
        let items: [Item<'_>; 6] = [
            (office, result.field("insurer-name"), same),
            (kana, result.field("name-kana"), same),
            (name, result.field("name"), same),
            (birthdate, result.field("birthdate"), same_date),
            (sex, result.field("sex1"), same_sex),
            (class, Some("医療扶助"), same),
        ];
        tally.judge(missing(result, at, screen, QUALIFICATION, &items));
    }
    tally.finding(occasion())
}

/// 裏面記載情報, where the answer has a name for the back of the card.
pub(super) fn back_side_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let (Some(name), Some((at, screen))) = (result.field("name-of-other"), result.screen)
        else {
            continue;
        };
        let [kana, other, sex] = BACK_SIDE_ITEMS;
        let items: [Item<'_>; 3] = [
            (kana, result.field("name-of-other-kana"), same),
            (other, Some(name), same),
            (sex, result.field("sex2"), same_sex),
        ];
        tally.judge(missing(result, at, screen, BACK_SIDE, &items));
    }
    tally.finding(Wording::new(
        "届いた裏面記載情報",
        "a delivered back of the card",
    ))
}

/// The birth date reads like 昭和27年01月01日.
pub(super) fn era_birthdate(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for result in &of_assistance(case) {
        let due = result
            .field("birthdate")
            .and_then(delivered_date)
            .and_then(WarekiDate::of);
        let (Some(due), Some((at, screen))) = (due, result.screen) else {
            continue;
        };
        let due = due.to_string();
        let Some(shown) = value(screen, QUALIFICATION, &["生年月日"]) else {
            continue;
        };
        tally.judge((shown != due).then(|| {
            let expected = Wording::new(format!("生年月日 {due}"), format!("生年月日 {due}"));
            Failure::new(at, expected, not_shown("生年月日", Some(shown))).after(result.answered)
        }));
    }
    tally.finding(Wording::new(
        "医療扶助の生年月日の表示",
        "a birth date of 医療扶助 on a screen",
    ))
}

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

/// Where the ticket has not been registered, the screen speaks of it.
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
            if said.any(|text| text.contains(UNREGISTERED)) {
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
        let told = result
            .screen
            .is_some_and(|(_, screen)| says(screen, "医療扶助") && says(screen, "確認"));
        tally.judge((!told).then(|| {
            Failure::new(
                result.place(),
                Wording::new(
                    "医療扶助の対象者であり、書類での確認が要ること",
                    "that there is 医療扶助, and that documents are to be looked at",
                ),
                Wording::new("その表示がない", "no screen says so"),
            )
            .after(result.answered)
        }));
    }
    tally.finding(Wording::new("項目のない医療扶助", "医療扶助 without items"))
}
