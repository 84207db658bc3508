//! The result on the screen: topic `result`.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use madoguchi_eligibility::{QualificationValidity, Sex};
use madoguchi_notation::Wording;
use madoguchi_scenarios::Operation;

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{
    QUALIFICATION, VALIDITY, contains, delivered_date, is_assistance, plain, readable, same,
    shown_date, value,
};
use crate::trace::{Fields, HttpAnswer, Screen};

/// A result of an eligibility answer, and the screen on which the client showed it.
#[derive(Debug)]
pub(super) struct Delivered<'a> {
    /// Place of the answer.
    pub(super) answered: u64,
    /// 資格有効性, where it was delivered.
    pub(super) validity: Option<QualificationValidity>,
    /// Fields of the result by abstract name.
    pub(super) fields: BTreeMap<&'a str, &'a str>,
    /// The screen, with its place.
    pub(super) screen: Option<(u64, &'a Screen)>,
}

impl<'a> Delivered<'a> {
    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied()
    }

    /// 医療扶助
    pub(super) fn is_assistance(&self) -> bool {
        self.field("insured-card-classification") == Some("A1")
    }

    /// Place of the screen, else of the answer.
    pub(super) fn place(&self) -> u64 {
        self.screen.map_or(self.answered, |(at, _)| at)
    }
}

/// All delivered results with the screens that followed before anybody did anything else.
pub(super) fn delivered<'a>(case: &Case<'a>) -> Vec<Delivered<'a>> {
    let mut all: Vec<Delivered<'a>> = Vec::new();
    for exchange in case.eligibility() {
        let Some((answered, answer)) = exchange.delivered() else {
            continue;
        };
        let until = case.next_step(answered);
        let screens: Vec<(u64, &Screen)> = case.result_screens_between(answered..until).collect();
        let validity = answer
            .fields
            .get("qualification-validity")
            .and_then(|code| code.parse().ok());
        let mut before = [0usize; 2];
        for fields in results(&answer.fields) {
            let assistance = fields.get("insured-card-classification") == Some(&"A1");
            // with several results each has a screen of its kind, in their order
            let seen = &mut before[usize::from(assistance)];
            let nth = *seen;
            *seen += 1;
            let mut of_its_kind = screens
                .iter()
                .filter(|(_, screen)| is_assistance(screen) == assistance);
            let screen = of_its_kind.nth(nth).or(screens.first()).copied();
            all.push(Delivered {
                answered,
                validity,
                fields,
                screen,
            });
        }
    }
    // answers may overtake each other
    all.sort_by_key(|result| result.answered);
    all
}

/// The results of an answer; one without fields where the answer has none.
fn results(fields: &Fields) -> Vec<BTreeMap<&str, &str>> {
    let mut results: BTreeMap<usize, BTreeMap<&str, &str>> = BTreeMap::new();
    for (name, value) in fields {
        if let Some((index, field)) = name
            .strip_prefix("results.")
            .and_then(|rest| rest.split_once('.'))
            && let Ok(index) = index.parse()
        {
            results.entry(index).or_default().insert(field, value);
        }
    }
    if results.is_empty() {
        vec![BTreeMap::new()]
    } else {
        results.into_values().collect()
    }
}

/// Whether a result may come of it: of a card, or of what the staff typed instead.
fn delivers(exchange: &Exchange<'_>) -> bool {
    exchange.asks_eligibility()
        || exchange.is(Operation::EligibilityByNumber)
        || exchange.is(Operation::EligibilityByConsent)
        || exchange.is(Operation::EmergencySearch)
}

/// Before each result screen, an answer about the holder of the card arrived.
pub(super) fn needs_answer(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut undecided = false;
    for (shown, screen) in case.result_screens() {
        let presence = case.presence_before(shown);
        let since = presence.map_or(0, |presence| presence.from);
        let inquiries = || case.exchanges_between(since..shown).filter(delivers).rev();
        let asked = inquiries().next();
        let mut answers = inquiries().filter_map(|exchange| {
            let holder = exchange
                .field("certificate")
                .and_then(|c| c.split_once(':'));
            let fits = match (presence, holder) {
                (Some(presence), Some((_, holder))) => presence.card == holder,
                _ => true,
            };
            exchange.received().filter(|(at, _)| fits && *at < shown)
        });
        let answered = answers.next();
        undecided |= answered.is_some_and(|(at, answer)| !follows(case, screen, at, answer));
        tally.judge((answered.is_none()).then(|| {
            let failure = Failure::new(
                shown,
                Wording::new(
                    "この患者についての回答を受け取ってから表示",
                    "an answer about this patient before the screen",
                ),
                Wording::new(
                    format!("回答がないのに {} を表示した", screen.title),
                    format!("screen {} without such an answer", screen.title),
                ),
            );
            match asked {
                Some(exchange) => failure.after(exchange.asked),
                None => failure.likely(Wording::new(
                    "要求を送らずに、以前の結果を再び表示している",
                    "an earlier result is shown again without any request",
                )),
            }
        }));
    }
    match tally.finding(Wording::new("資格確認結果の表示", "a result on the screen")) {
        Finding::Pass if undecided => Finding::Inconclusive(Wording::new(
            "結果画面と回答のどちらが先か分からない",
            "which came first, the result screen or the answer, cannot be told",
        )),
        finding => finding,
    }
}

/// Whether a screen that came after an answer certainly did: where somebody looks from time to time, it
/// was otherwise when the answer arrived, or it says what only the answer did.
fn follows(case: &Case<'_>, screen: &Screen, at: u64, answer: &HttpAnswer) -> bool {
    /// Shorter values stand everywhere.
    const TELLING: usize = 4;
    let Some(since) = screen.since() else {
        return true;
    };
    let arrived = case.trace().event(at).map(|event| event.us);
    let told = |value: &str| readable(screen).any(|text| contains(text, value));
    let mut values = answer.fields.iter().map(|(_, value)| value.as_str());
    let validity = answer.fields.get("qualification-validity");
    let validity = validity.and_then(|code| code.parse::<QualificationValidity>().ok());
    arrived.is_some_and(|arrived| arrived <= since)
        || values.any(|value| TELLING <= value.chars().count() && told(value))
        || validity
            .is_some_and(|validity| validity != QualificationValidity::Valid && told(validity.ja()))
}

/// What was delivered of a 医療保険 result stands on its screen.
pub(super) fn delivered_fields_shown(case: &Case<'_>) -> Finding {
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

/// No result screen followed an answer that delivered one.
pub(super) fn no_screen(result: &Delivered<'_>) -> Failure {
    Failure::new(
        result.answered,
        Wording::new("資格確認結果の画面", "a result screen"),
        Wording::new(
            "回答の後に結果画面がない",
            "no result screen after the answer",
        ),
    )
}

pub(super) fn not_shown(label: &str, shown: Option<&str>) -> Wording {
    match shown {
        Some(shown) => Wording::new(
            format!("{label} が {shown} になっている"),
            format!("{label} says {shown}"),
        ),
        None => Wording::new(format!("{label} がない"), format!("{label} is missing")),
    }
}

/// After a refused inquiry no result follows before the next act.
pub(super) fn refusal_is_no_result(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges().filter(delivers) {
        let Some((at, answer)) = exchange.received() else {
            continue;
        };
        if exchange.delivered().is_some() {
            continue;
        }
        let until = case.next_step(at);
        let shown = case.result_screens_between(at..until).next();
        tally.judge(shown.map(|(shown, screen)| {
            Failure::new(
                shown,
                Wording::new("拒否を知らせる画面", "a screen that tells of the refusal"),
                Wording::new(
                    format!("{} のあとに {} を表示した", answer.decision, screen.title),
                    format!("screen {} after {}", screen.title, answer.decision),
                ),
            )
            .after(exchange.asked)
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "拒否された照会",
        "an inquiry that was refused",
    ))
}

/// Abstract field, its labels, and whether a shown value says the delivered one.
type FieldRule = (
    &'static str,
    &'static [&'static str],
    fn(&str, &str) -> bool,
);

/// Labels of what is due of a 医療保険 result, each with its aliases.
pub(super) fn insurance_labels() -> impl Iterator<Item = &'static [&'static str]> {
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

pub(super) fn same_date(due: &str, shown: &str) -> bool {
    shown_date(shown).is_some_and(|date| delivered_date(due) == Some(date))
}

pub(super) fn same_sex(due: &str, shown: &str) -> bool {
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
pub(super) fn lapsed_is_not_valid(case: &Case<'_>) -> Finding {
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
pub(super) fn loss_date_shown(case: &Case<'_>) -> Finding {
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
pub(super) const RATIO: &[&str] = &["負担割合", "一部負担金割合", "一部負担金の割合"];
/// Label of the day on which an eligibility was lost.
pub(super) const LOSS: &str = "資格喪失年月日";

/// 一部負担金割合 stands on the screen of the result that it came with, in per cent or in tenths.
pub(super) fn ratio_shown(case: &Case<'_>) -> Finding {
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

/// No screen asks for consent to the payment ceiling while a card is checked.
pub(super) fn ceiling_not_asked(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case
        .eligibility()
        .filter(|exchange| exchange.delivered().is_some())
    {
        let from = case.last_step(exchange.asked).unwrap_or(0);
        let until = case.next_step(exchange.asked);
        let asked = case.screens_between(from, until).find(|(_, screen)| {
            let said = screen
                .fields
                .iter()
                .flat_map(|(label, value)| [label, value]);
            let mut said = said.chain([&screen.title]).chain(&screen.buttons);
            let labelled = said.any(|words| words.contains("限度額"))
                && screen.buttons.iter().any(|button| button.contains("同意"));
            let text = screen.text().unwrap_or_default();
            labelled || text.contains("限度額") && text.contains("同意する")
        });
        tally.judge(asked.map(|(shown, screen)| {
            Failure::new(
                shown,
                Wording::new("限度額の同意を求めない", "no question about the ceiling"),
                Wording::new(
                    format!("画面 {} が同意を求めた", screen.title),
                    format!("screen {} asks for consent", screen.title),
                ),
            )
        }));
    }
    tally.finding(Wording::new("届いた資格情報", "a delivered eligibility"))
}

/// Fields that tell one person from another.
const PERSONAL: &[&str] = &["name", "name-kana", "name-of-other", "name-of-other-kana"];

/// After a card was taken, no screen shows what had been delivered of its holder, until that card
/// comes back or the same values are delivered for somebody else.
pub(super) fn previous_patient_cleared(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let delivered = delivered(case);
    for (step, presence) in case
        .steps()
        .filter(|(_, step)| step.action == "take-card")
        .filter_map(|(at, _)| Some((at, case.presence_before(at)?)))
    {
        let known = values(&delivered, presence.from..step);
        let mut later = case.presences_after(step).iter();
        let until = later
            .find(|later| later.card == presence.card)
            .map_or(u64::MAX, |back| back.from);
        let allowed = values(&delivered, step..until);
        let secret = known.difference(&allowed).map(|value| plain(value));
        let secret: Vec<String> = secret.collect();
        if secret.is_empty() {
            continue;
        }
        for (shown, screen) in case.screens_between(step, until) {
            if is_browsing(case, shown) {
                continue;
            }
            let is_theirs = |value: &str| {
                let value = plain(value);
                secret.iter().any(|secret| value.contains(secret))
            };
            let labelled = screen.fields.iter().find(|(_, value)| is_theirs(value));
            let somewhere = screen.text().filter(|text| is_theirs(text));
            let left = labelled
                .map(|(label, _)| label.as_str())
                .or(somewhere.map(|_| "文字"));
            tally.judge(left.map(|label| {
                Failure::new(
                    shown,
                    Wording::new(
                        "前の患者の情報がない画面",
                        "a screen without the previous patient's data",
                    ),
                    Wording::new(
                        format!(
                            "画面 {} の {label} に前の患者の情報が残っている",
                            screen.title
                        ),
                        format!(
                            "{label} on screen {} is the previous patient's",
                            screen.title
                        ),
                    ),
                )
                .after(step)
            }));
        }
    }
    tally.finding(Wording::new(
        "カードが取られた後の画面",
        "a screen after a checked patient took the card",
    ))
}

/// Whether what stands on a screen was asked for: the staff look at past results.
fn is_browsing(case: &Case<'_>, shown: u64) -> bool {
    case.steps_before(shown)
        .next()
        .is_some_and(|(_, step)| step.action == "browse-history")
}

/// Personal values that were delivered between two places.
pub(super) fn values<'a>(delivered: &[Delivered<'a>], during: Range<u64>) -> BTreeSet<&'a str> {
    let from = delivered.partition_point(|result| result.answered < during.start);
    delivered[from..]
        .iter()
        .take_while(|result| result.answered < during.end)
        .flat_map(|result| PERSONAL.iter().filter_map(|name| result.field(name)))
        .filter(|value| !value.trim().is_empty())
        .collect()
}
