//! The result on the screen: topic `result`.

mod due;
mod previous;
mod shown;

use std::collections::BTreeMap;

use madoguchi_eligibility::{CardClassification, QualificationValidity};
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};
use madoguchi_trace::{Fields, HttpAnswer, Screen};

pub(super) use self::due::{Dues, FieldRule, judge_due};
pub(super) use self::previous::{previous_patient_cleared, values};
pub(crate) use self::shown::INSURANCE_FIELDS;
pub(super) use self::shown::{
    LOSS, RATIO, delivered_fields_shown, insurance_labels, is_lapsed, lapsed_is_not_valid,
    loss_date_shown, ratio_shown,
};
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{RESULT, contains, is_assistance, plain, readable};
use crate::words::{Due, Look, Words, look, stranger_between};

/// Shorter values stand everywhere.
const TELLING: usize = 4;

/// A result of an eligibility answer, and the screen on which the client showed it.
#[derive(Debug)]
pub(super) struct Delivered<'a> {
    /// Place of the answer.
    pub(super) answered: u64,
    /// 資格有効性, where it was delivered.
    pub(super) validity: Option<QualificationValidity>,
    /// Whether the answer had other results, too.
    pub(super) is_one_of_several: bool,
    /// Fields of the result by abstract name.
    pub(super) fields: BTreeMap<&'a str, &'a str>,
    /// The screen that says most of it, with its place.
    pub(super) screen: Option<(u64, &'a Screen)>,
    /// What else was shown before anybody did anything: other pages of the result, or other results.
    pub(super) beside: Vec<&'a Screen>,
}

impl<'a> Delivered<'a> {
    pub(super) fn field(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).copied()
    }

    /// 医療扶助
    pub(super) fn is_assistance(&self) -> bool {
        self.field("insured-card-classification")
            == Some(CardClassification::MedicalAssistance.code())
    }

    /// Whether it was left to the insurers which of several results applies: the screen says 複数該当 and
    /// shows none of them as the patient's.
    pub(super) fn is_left_open_on(&self, screen: &Screen) -> bool {
        let several =
            readable(screen).any(|text| contains(text, QualificationValidity::Multiple.ja()));
        self.is_one_of_several && several && said(screen, &telling(&self.fields)) == 0
    }

    /// Its screens, the one that says most first.
    pub(super) fn pages(&self) -> impl Iterator<Item = &'a Screen> {
        let first = self.screen.map(|(_, screen)| screen);
        first.into_iter().chain(self.beside.iter().copied())
    }

    /// What its screens say of `due`: the first one, and the others where that does not say it.
    pub(super) fn look(&self, words: &Words, due: Due<'_>, dues: &[Due<'_>]) -> Look<'a> {
        let mut pages = self.pages().map(|page| look(words, page, due, dues));
        let first = pages.next().unwrap_or(Look::Missing);
        match first {
            Look::Missing | Look::Open(_) if pages.any(|look| look == Look::Said) => Look::Said,
            first => first,
        }
    }

    /// Until where what its screen does not say may come: on another page, or, where another of several
    /// results stands there, on a screen of its own. What is said otherwise stays wrong.
    pub(super) fn awaited(&self, case: &Case<'_>, says_otherwise: bool) -> u64 {
        if self.is_one_of_several || !says_otherwise {
            case.next_step(self.answered)
        } else {
            0
        }
    }

    /// Place of the screen, else of the answer.
    pub(super) fn place(&self) -> u64 {
        self.screen.map_or(self.answered, |(at, _)| at)
    }
}

/// All results that were delivered for a card, with the screens that followed before anybody did anything else.
pub(super) fn delivered<'a>(case: &Case<'a>) -> Vec<Delivered<'a>> {
    delivered_for(case, case.eligibility())
}

/// The same, and those that were delivered for the numbers of an insurance card.
pub(super) fn delivered_in_any_way<'a>(case: &Case<'a>) -> Vec<Delivered<'a>> {
    let by_number = |exchange: &Exchange<'_>| exchange.is(Operation::EligibilityByNumber);
    let asked = case.exchanges();
    delivered_for(
        case,
        asked.filter(|exchange| exchange.asks_eligibility() || by_number(exchange)),
    )
}

fn delivered_for<'a>(
    case: &Case<'a>,
    asked: impl Iterator<Item = Exchange<'a>>,
) -> Vec<Delivered<'a>> {
    let mut delivered: Vec<Delivered<'a>> = Vec::new();
    for exchange in asked {
        let Some((answered, answer)) = exchange.delivered() else {
            continue;
        };
        let until = case.next_step(answered);
        let screens: Vec<(u64, &Screen)> = case.result_screens_between(answered..until).collect();
        let all: Vec<(u64, &Screen)> = case.screens_between(answered, until).collect();
        let validity = answer
            .fields
            .get("qualification-validity")
            .and_then(|code| code.parse().ok());
        let results = results(&answer.fields);
        let is_one_of_several = results.len() > 1;
        for fields in results {
            let assistance = fields.get("insured-card-classification") == Some(&"A1");
            // several results may have a screen each, in any order, or one for all of them
            let of_its_kind = screens
                .iter()
                .filter(|(_, screen)| is_assistance(screen) == assistance);
            let values = telling(&fields);
            let best = of_its_kind
                .rev()
                .max_by_key(|(_, screen)| said(screen, &values));
            let screen = best.or(screens.first()).copied();
            let others = all
                .iter()
                .filter(|other| Some(other.0) != screen.map(|(at, _)| at));
            delivered.push(Delivered {
                answered,
                validity,
                is_one_of_several,
                fields,
                screen,
                beside: others.map(|(_, other)| *other).collect(),
            });
        }
    }
    // answers may overtake each other
    delivered.sort_by_key(|result| result.answered);
    delivered
}

/// The values of a result by which a screen is known to show it, in one spelling.
fn telling(fields: &BTreeMap<&str, &str>) -> Vec<String> {
    let long = fields
        .values()
        .filter(|value| TELLING <= value.chars().count());
    long.map(|value| plain(value)).collect()
}

/// How many of these values stand on a screen as they were delivered.
fn said(screen: &Screen, values: &[String]) -> usize {
    let texts: Vec<String> = readable(screen).map(plain).collect();
    let stands = |value: &&String| texts.iter().any(|text| text.contains(value.as_str()));
    values.iter().filter(stands).count()
}

/// The results of an answer; one without fields where the answer has none.
pub(super) fn results(fields: &Fields) -> Vec<BTreeMap<&str, &str>> {
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

/// Whether a screen that came after an answer certainly did: where a reader looks from time to time, it
/// was otherwise when the answer arrived, or it says what only the answer did.
fn follows(case: &Case<'_>, screen: &Screen, at: u64, answer: &HttpAnswer) -> bool {
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

/// No result screen followed an answer that delivered one; open, where a screen did whose title nobody
/// knows.
pub(super) fn no_screen(case: &Case<'_>, result: &Delivered<'_>, tally: &mut Tally) {
    let until = case.next_step(result.answered);
    let mut acts = case.steps_after(result.answered);
    if acts.any(|(at, step)| at < until && step.action == Action::Lock) {
        // what the device was put away with, it may forget
        return;
    }
    if case.stays_with_patient(result.answered) {
        // it is shown to the staff, who never get the device back
        return;
    }
    match stranger_between(case, result.answered, until, RESULT) {
        Some(why) => tally.leave_open(why),
        None => {
            let failure = Failure::new(
                result.answered,
                Wording::new("資格確認結果の画面", "a result screen"),
                Wording::new(
                    "回答の後に結果画面がない",
                    "no result screen after the answer",
                ),
            );
            tally.judge(Some(failure.missing(until)));
        }
    }
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
