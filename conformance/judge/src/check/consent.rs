//! 居宅同意取得型 and オンライン診療等: topic `consent`.

use madoguchi_iso7816::StatusWord;
use std::collections::{BTreeMap, BTreeSet};

use madoguchi_eligibility::{
    CareCategory, ConsentClassification, ConsentEndReason, Decision, QualificationValidity,
};
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Care, Method, Operation};
use madoguchi_trace::{EARLIER_SESSION, Screen, Text};

use super::contract::is_logged_in;
use super::credential::{is_no_pin, is_obstacle, lacks_challenge};
use super::result::{is_lapsed, results};
use crate::case::{Case, Exchange, chosen, told_proof};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::contains;
use crate::words::tells_validity;

/// A patient's designation: where it was told, in which words, and where the next one is.
struct Designated {
    at: u64,
    told: BTreeMap<String, String>,
    until: u64,
}

impl Designated {
    fn all(case: &Case<'_>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (at, step) in case
            .steps()
            .filter(|(_, step)| step.action == Action::Designate)
        {
            if let Some(last) = all.last_mut() {
                last.until = at;
            }
            let told = step.value.as_deref().unwrap_or("{}");
            all.push(Self {
                at,
                told: serde_json::from_str(told).unwrap_or_default(),
                until: u64::MAX,
            });
        }
        all
    }

    /// The request that came of it, where one did.
    fn asked<'a>(&self, case: &Case<'a>) -> Option<Exchange<'a>> {
        case.exchanges_between(self.at..self.until)
            .find(|exchange| exchange.is(Operation::InstitutionConsent))
    }

    /// Whether patient or card kept the client from it: what was typed is no PIN, or the card refused every
    /// one that was presented, or failed, was lifted or was locked, and accepted none after that.
    fn was_prevented(&self, case: &Case<'_>) -> bool {
        let during = self.at..self.until;
        let mut presented = case.pin_presentations_between(during.clone()).peekable();
        let was_presented = presented.peek().is_some();
        let accepted = presented.filter(|(_, verify)| verify.status() == Some(StatusWord::OK));
        let since = accepted.map(|(at, _)| at).next_back();
        let entries = case.steps_after(self.at);
        let entries = entries.take_while(|(at, _)| *at < self.until);
        let mut entries = entries
            .filter(|(_, step)| step.action == Action::EnterPin)
            .peekable();
        let types_none = entries.peek().is_some() && entries.all(|(_, step)| is_no_pin(step));
        types_none
            || (was_presented && since.is_none())
            || case
                .events_between(since.unwrap_or(self.at)..during.end)
                .any(|event| is_obstacle(&event.what))
    }

    fn says(&self, name: &str) -> &str {
        self.told.get(name).map_or("", String::as_str)
    }
}

/// Institution, care and extent are sent as the patient told them.
pub(super) fn designation_as_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for designated in Designated::all(case) {
        let Some(exchange) = designated.asked(case) else {
            continue;
        };
        let care = if designated.says("care") == Care::Online.name() {
            CareCategory::Online
        } else {
            CareCategory::HomeVisit
        };
        let information = if designated.says("information") == "agrees" {
            ConsentClassification::Given
        } else {
            ConsentClassification::None
        };
        let due = [
            ("designated-institution", designated.says("institution")),
            ("care-category", care.code()),
            ("information-consent", information.code()),
        ];
        let wrong = due
            .into_iter()
            .find(|(name, due)| exchange.field(name) != Some(due));
        tally.judge(wrong.map(|(name, due)| {
            Failure::in_field(exchange.asked, name, due, exchange.field(name)).after(designated.at)
        }));
    }
    for exchange in case.exchanges() {
        if exchange.is(Operation::InstitutionConsent) {
            tally.judge(undesignated(case, &exchange));
        }
        if let Some(failure) = inquired_instead(case, &exchange) {
            tally.judge(Some(failure));
        }
    }
    tally.finding(registered())
}

/// What is wrong where the card of a patient who designated an institution is asked about, and the consent is sent
/// neither before that nor until something else is begun. A client may ask first, and go on to the consent where the
/// eligibility holds and nothing comes between.
fn inquired_instead(case: &Case<'_>, exchange: &Exchange<'_>) -> Option<Failure> {
    let by_card = exchange.is(Operation::EligibilityByCertificate)
        || exchange.is(Operation::EligibilityBySignature);
    if !by_card {
        return None;
    }
    let (answered, _) = exchange.received_as(Decision::Ok)?;
    let (at, _) = case
        .steps_before(exchange.asked)
        .find(|(_, step)| chosen(step).is_some())
        .filter(|(_, step)| step.action == Action::Designate)?;
    let until = case
        .steps()
        .find(|(later, step)| exchange.asked < *later && chosen(step).is_some())
        .map_or(u64::MAX, |(later, _)| later);
    let is_sent = case
        .exchanges_between(at..until)
        .any(|sent| sent.is(Operation::InstitutionConsent));
    let is_kept_from_it = case
        .events_between(answered..until)
        .any(|event| is_obstacle(&event.what));
    (!is_sent && !is_kept_from_it).then(|| {
        Failure::new(
            exchange.asked,
            Wording::new("同意の登録", "the consent is registered"),
            Wording::new(
                "同意を登録せず、資格を照会した",
                "eligibility was asked for instead of it",
            ),
        )
        .missing(until)
        .after(at)
    })
}

/// What is wrong where a consent is registered though the staff began something else since.
fn undesignated(case: &Case<'_>, exchange: &Exchange<'_>) -> Option<Failure> {
    let (at, step) = case
        .steps_before(exchange.asked)
        .find(|(_, step)| chosen(step).is_some())?;
    (step.action != Action::Designate).then(|| {
        Failure::new(
            exchange.asked,
            Wording::new(
                "指定されたときだけ、同意を登録する",
                "a consent is registered where an institution was designated, and only there",
            ),
            Wording::new(
                format!("{} の後に、前の指定で同意を登録した", step.action),
                format!(
                    "an earlier designation was registered after {}",
                    step.action
                ),
            ),
        )
        .after(at)
    })
}

/// A designation is proved in a way that the service takes: by the PIN with the signature that it allows, or
/// by another of the profile's ways; and in the way that was chosen, where the trace tells it.
pub(super) fn proved_by_pin(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let asked = case.exchanges();
    for exchange in asked.filter(|exchange| exchange.is(Operation::InstitutionConsent)) {
        let method = exchange.field("method").unwrap_or("—");
        let is_signed = exchange.field("signature").is_some();
        let by_pin = method == Method::Pin.name();
        let has_proof = is_signed && exchange.field("challenge-id").is_some();
        let chosen = case
            .steps_before(exchange.asked)
            .find(|(_, step)| step.action == Action::Designate)
            .and_then(|(_, step)| told_proof(step.value.as_deref()?));
        if chosen.is_some_and(|chosen| chosen.name() == method && !case.proves_consent(method)) {
            // The staff were told to do what this service does not take.
            continue;
        }
        let is_chosen = chosen.is_none_or(|chosen| chosen.name() == method);
        let is_proved = is_chosen && case.proves_consent(method) && (!by_pin || has_proof);
        tally.judge((!is_proved).then(|| {
            let (ja, en) = if is_signed {
                ("あり", "a")
            } else {
                ("なし", "no")
            };
            Failure::new(
                exchange.asked,
                if chosen == Some(Method::Visual) && case.proves_consent(Method::Visual.name()) {
                    Wording::new("method visual", "method visual")
                } else if case.proves_consent(Method::Pin.name()) {
                    Wording::new("method pin、署名あり", "method pin and a signature")
                } else {
                    Wording::new("サービスが認める method", "a method that the service takes")
                },
                Wording::new(
                    format!("method {method}、署名{ja}"),
                    format!("method {method} and {en} signature"),
                ),
            )
        }));
    }
    tally.finding(registered())
}

/// What follows a patient's link is asked in the session that it opened, until somebody logs in.
pub(super) fn link_session(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    // a terminal at which somebody is logged in may take no link
    for (at, _) in case
        .steps()
        .filter(|(_, step)| step.action == Action::EnterByLink)
    {
        let mut asked = case.exchanges_between(at..case.next_step(at));
        if !asked.any(|exchange| exchange.is(Operation::PatientEntrance)) {
            tally.judge(None);
        }
    }
    for entrance in case.exchanges() {
        let opened = entrance.received_as(Decision::Ok);
        let Some((at, _)) = opened.filter(|_| entrance.is(Operation::PatientEntrance)) else {
            continue;
        };
        let logs_in =
            |later: &Exchange<'_>| later.is(Operation::Login) || later.is(Operation::FirstLogin);
        let until = case.exchanges_between(at..u64::MAX).find(logs_in);
        let until = until.map_or(u64::MAX, |later| later.asked);
        for later in case.exchanges_between(at..until) {
            let Some(session) = later.field("session-token") else {
                continue;
            };
            tally.judge((session == EARLIER_SESSION).then(|| {
                let operation = later.request.operation.as_deref().unwrap_or("—");
                Failure::new(
                    later.asked,
                    Wording::new(
                        "リンクが開いたセッション",
                        "the session that the link opened",
                    ),
                    Wording::new(
                        format!("{operation} を職員のセッションで送った"),
                        format!("{operation} was sent in the session of the staff"),
                    ),
                )
                .after(at)
            }));
        }
    }
    tally.finding(Wording::new(
        "患者のリンクの後の要求",
        "a request after a patient's link",
    ))
}

/// Each time that a patient comes to オンライン診療 with the card, a consent is registered.
pub(super) fn every_online_visit(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for designated in Designated::all(case) {
        let placed = case
            .steps_after(designated.at)
            .take_while(|(at, _)| *at < designated.until)
            .any(|(_, step)| step.action == Action::PlaceCard);
        if designated.says("care") != Care::Online.name() || !placed {
            continue;
        }
        let is_missing = designated.asked(case).is_none();
        let turn = designated.at..designated.until;
        let had_chance = || {
            is_logged_in(case, designated.at)
                && !designated.was_prevented(case)
                && !lacks_challenge(case, turn)
        };
        if is_missing && !had_chance() {
            continue;
        }
        tally.judge(is_missing.then(|| {
            Failure::new(
                designated.at,
                Wording::new("同意の登録", "a consent that is registered"),
                Wording::new("同意を登録していない", "none was registered"),
            )
            .missing(designated.until)
        }));
    }
    tally.finding(Wording::new(
        "オンライン診療の同意",
        "a consent to online care",
    ))
}

/// A later visit is asked for at once, where a session is open: no card is read, and none is asked for.
pub(super) fn no_card_later(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, _) in case
        .steps()
        .filter(|(_, step)| step.action == Action::VisitAgain)
    {
        let until = case.next_step(at);
        let asked = case
            .exchanges_between(at..until)
            .any(|exchange| exchange.is(Operation::EligibilityByConsent));
        let read = case.apdus_between(at..until).next();
        let shown = case.screens_between(at, until).next();
        let wrong = match (read, asked) {
            (Some((read, _)), _) => {
                Some((read, Wording::new("カードを読み取った", "a card was read")))
            }
            (None, false) => {
                let title = shown.map_or("—", |(_, screen)| screen.title.as_str());
                Some((
                    shown.map_or(at, |(shown, _)| shown),
                    Wording::new(
                        format!("照会せずに画面 {title}"),
                        format!("screen {title}, and no inquiry"),
                    ),
                ))
            }
            (None, true) => None,
        };
        if wrong.is_some() && !is_logged_in(case, at) {
            continue;
        }
        tally.judge(wrong.map(|(seen, observed)| {
            let expected = Wording::new("カードのない照会", "an inquiry without a card");
            let until = if read.is_some() { 0 } else { until };
            let failure = Failure::new(seen, expected, observed).missing(until);
            failure.after(at)
        }));
    }
    tally.finding(Wording::new("2回目以降の訪問", "a later visit"))
}

/// Words for a consent that is over.
const OVER: [&str; 11] = [
    "切れ",
    "きれ",
    "終了",
    "おわ",
    "終わ",
    "失効",
    "無効",
    "取消",
    "取り消",
    "なし",
    "ない",
];
/// Words for one that is not.
const LASTS: [&str; 4] = ["あり", "有効", "同意する", "同意済"];

/// The fields of a screen that belong to the person of this name: all of them where no other person is named
/// there, those under the same heading where each person has one, or those from the name to the next one.
fn fields_of<'s>(screen: &'s Screen, name: &str) -> &'s [(Text, Text)] {
    let fields = &screen.fields[..];
    let Some(at) = fields.iter().position(|(_, value)| contains(value, name)) else {
        return &[];
    };
    fn heading(label: &str) -> Option<&str> {
        Some(label.rsplit_once('/')?.0)
    }
    fn item(label: &str) -> &str {
        label.rsplit_once('/').map_or(label, |(_, item)| item)
    }
    let label = fields[at].0.as_str();
    let names = || {
        fields
            .iter()
            .filter(|(other, _)| item(other) == item(label))
    };
    if names().count() == 1 {
        return fields;
    }
    let is_once = names().filter(|(other, _)| *other == label).count() == 1;
    let own = heading(label).filter(|_| is_once);
    let is_of_row = |(other, _): &(Text, Text)| match own {
        Some(own) => heading(other) == Some(own),
        None => other != label,
    };
    let before = fields[..at]
        .iter()
        .rev()
        .take_while(|field| own.is_some() && is_of_row(field));
    let after = fields[at + 1..].iter().take_while(|field| is_of_row(field));
    &fields[at - before.count()..=at + after.count()]
}

/// Whether these fields of a screen cannot be about anybody else: they are all of it, or all under one heading.
/// Where patients follow each other without headings, a field may belong to the one before or after.
fn is_apart(screen: &Screen, fields: &[(Text, Text)]) -> bool {
    fn heading((label, _): &(Text, Text)) -> Option<&str> {
        Some(label.rsplit_once('/')?.0)
    }
    let Some(first) = fields.first() else {
        return false;
    };
    let alike =
        |field: &&(Text, Text)| heading(first).is_some() && heading(field) == heading(first);
    fields.len() == screen.fields.len()
        || (fields.iter().filter(alike).count() == fields.len()
            && screen.fields.iter().filter(alike).count() == fields.len())
}

/// Whether this name stands anywhere in these fields: patients may be numbered in the labels, too.
fn names(fields: &[(Text, Text)], name: &str) -> bool {
    let mut texts = fields.iter().flat_map(|(label, value)| [label, value]);
    texts.any(|text| contains(text, name))
}

/// A patient of a later visit: where and what was delivered, and what stands on the screen of it.
struct Visited<'a> {
    answered: u64,
    name: &'a str,
    row: BTreeMap<&'a str, &'a str>,
    /// The first screen on which fields are about this patient and nobody else, and these fields.
    shown: Option<(u64, &'a [(Text, Text)])>,
}

impl<'a> Visited<'a> {
    /// All of them. Who has the name of another patient in the same answer cannot be told apart, and is left out.
    fn all(case: &Case<'a>) -> Vec<Self> {
        let mut all = Vec::new();
        let asked = case.exchanges();
        for exchange in asked.filter(|exchange| exchange.is(Operation::EligibilityByConsent)) {
            let Some((answered, answer)) = exchange.received_as(Decision::Ok) else {
                continue;
            };
            let until = case.next_step(answered);
            let rows = results(&answer.fields);
            let known = |row: &BTreeMap<&'a str, &'a str>| {
                ["birthdate", "qualification-validity", "consent-end-reason"]
                    .map(|field| row.get(field).copied())
            };
            let mut of_name: BTreeMap<&str, BTreeSet<_>> = BTreeMap::new();
            for row in &rows {
                let name = row.get("name").copied().unwrap_or_default();
                of_name.entry(name).or_default().insert(known(row));
            }
            for row in &rows {
                let Some(name) = row.get("name").copied() else {
                    continue;
                };
                if of_name.get(name).is_none_or(|all| all.len() > 1) {
                    continue;
                }
                let shown = case
                    .screens_between(answered, until)
                    .find_map(|(at, screen)| {
                        let fields = fields_of(screen, name);
                        let mut others = of_name.keys().filter(|other| **other != name);
                        let names_another = others.any(|other| names(fields, other));
                        (is_apart(screen, fields) && !names_another).then_some((at, fields))
                    });
                let row = row.clone();
                all.push(Self {
                    answered,
                    name,
                    row,
                    shown,
                });
            }
        }
        all
    }
}

/// Of several patients each has a validity of his or her own: who is not insured is not shown as insured.
pub(super) fn lapsed_visits(case: &Case<'_>, tally: &mut Tally) {
    for visited in Visited::all(case) {
        let code = visited.row.get("qualification-validity");
        let validity: Option<QualificationValidity> = code.and_then(|code| code.parse().ok());
        let Some(validity) = validity.filter(|validity| is_lapsed(*validity)) else {
            continue;
        };
        let Some((at, fields)) = visited.shown else {
            continue;
        };
        // E-05-A has no place for the validity
        let tells = |text: &str| tells_validity(case.words(), text);
        let valid = QualificationValidity::Valid.ja();
        // a consent can be 有効 where the insurance is not
        let mut of_insurance = fields.iter().filter(|(label, _)| !label.contains("同意"));
        let says_valid = of_insurance.find(|(_, value)| tells(value) == Some(valid));
        tally.judge(says_valid.map(|(_, value)| {
            let (name, ja) = (visited.name, validity.ja());
            Failure::new(
                at,
                Wording::new(
                    format!("{name} の資格有効性 {ja} の表示"),
                    format!("資格有効性 {ja} of {name} on the screen"),
                ),
                Wording::new(
                    format!("{name} の画面に {value} とある"),
                    format!("the screen says {value} of {name}"),
                ),
            )
            .after(visited.answered)
        }));
    }
}

/// By which words a reason of an end is known, in the order of its codes.
const REASONS: [(ConsentEndReason, &[&str]); 4] = [
    (ConsentEndReason::Lapsed, &["期限", "期間", "満了"]),
    (
        ConsentEndReason::ByInstitution,
        &["医療機関", "施設", "事業所"],
    ),
    (ConsentEndReason::ByPatient, &["患者", "本人"]),
    (ConsentEndReason::ChangeOfUse, &["変更"]),
];

/// Which reason a text tells: its code, or words for one of them alone.
fn told_reason(text: &str) -> Option<ConsentEndReason> {
    if let Ok(code) = text.trim().parse() {
        return Some(code);
    }
    let mut told = REASONS
        .into_iter()
        .filter(|(_, words)| words.iter().any(|word| text.contains(word)));
    let (reason, _) = told.next()?;
    told.next().is_none().then_some(reason)
}

/// A reason that is shown is the one that was delivered.
fn reason_as_delivered(case: &Case<'_>, tally: &mut Tally) {
    for visited in Visited::all(case) {
        let code = visited.row.get("consent-end-reason");
        let Some(due) = code.and_then(|code| code.parse::<ConsentEndReason>().ok()) else {
            continue;
        };
        let Some((at, fields)) = visited.shown else {
            continue;
        };
        // an eligibility can be lapsed for a reason, too
        let is_of_consent = |label: &str| {
            label.contains("理由") && (label.contains("同意") || label.contains("終了"))
        };
        let reasons = fields.iter().filter(|(label, _)| is_of_consent(label));
        let told = reasons.filter_map(|(_, value)| Some((value, told_reason(value)?)));
        for (value, told) in told {
            tally.judge((told != due).then(|| {
                Failure::new(
                    at,
                    Wording::new(
                        format!("{} の終了理由 {}", visited.name, due.ja()),
                        format!("why the consent of {} is over: {}", visited.name, due.ja()),
                    ),
                    Wording::new(format!("終了理由 {value}"), format!("reason {value}")),
                )
                .after(visited.answered)
            }));
        }
    }
}

/// Where a consent is over, the patient's screen says so beside 同意, and for no other reason than the one
/// that was delivered.
pub(super) fn state_shown(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let asked = case.exchanges();
    for exchange in asked.filter(|exchange| exchange.is(Operation::EligibilityByConsent)) {
        let Some((at, answer)) = exchange.received_as(Decision::Ok) else {
            continue;
        };
        let until = case.next_step(at);
        let over = answer.fields.iter().filter(|(field, state)| {
            field.ends_with(".consent-classification")
                && **state == ConsentClassification::Expired.code()
        });
        for (field, _) in over {
            let row = field.trim_end_matches(".consent-classification");
            let Some(name) = answer.fields.get(format!("{row}.name").as_str()) else {
                continue;
            };
            let mut shown = case.screens_between(at, until);
            let screen = shown.find(|(_, screen)| !fields_of(screen, name).is_empty());
            let fields = screen.map_or(&[][..], |(_, screen)| fields_of(screen, name));
            let said: Vec<&str> = fields
                .iter()
                .filter(|(label, _)| label.contains("同意"))
                .map(|(_, value)| value.as_str())
                .collect();
            let says = |words: &[&str]| {
                said.iter()
                    .any(|value| words.iter().any(|word| value.contains(word)))
            };
            if said.is_empty() || says(&LASTS) || says(&OVER) {
                tally.judge((!says(&OVER)).then(|| {
                    let seen = said.first().copied().unwrap_or("—");
                    Failure::new(
                        screen.map_or(at, |(shown, _)| shown),
                        Wording::new(
                            format!("{name} の同意が終わっていること"),
                            format!("that the consent of {name} is over"),
                        ),
                        Wording::new(format!("同意 {seen}"), format!("consent {seen}")),
                    )
                    .missing(if said.is_empty() { until } else { 0 })
                    .after(at)
                }));
            } else {
                let seen = said.join("、");
                tally.leave_open(Wording::new(
                    format!("同意の「{seen}」が終わったことを言うのか分からない"),
                    format!("nobody knows whether 「{seen}」 says that the consent is over"),
                ));
            }
        }
    }
    reason_as_delivered(case, &mut tally);
    tally.finding(Wording::new("終わった同意", "a consent that is over"))
}

fn registered() -> Wording {
    Wording::new("医療機関の指定", "a designation of an institution")
}

/// After a consent that was registered, a screen follows.
pub(super) fn outcome_told(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for exchange in case.exchanges() {
        let registered = exchange.received_as(Decision::Ok);
        let Some((at, _)) = registered.filter(|_| exchange.is(Operation::InstitutionConsent))
        else {
            continue;
        };
        let told = case
            .screens_between(at, case.next_step(at))
            .next()
            .is_some();
        tally.judge((!told).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "同意が登録されたあとの画面",
                    "a screen once the consent is registered",
                ),
                Wording::new("画面が変わらない", "no screen followed"),
            )
            .missing(case.next_step(at))
            .after(exchange.asked)
        }));
    }
    tally.finding(Wording::new(
        "登録された同意",
        "a consent that was registered",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The labels of what belongs to 架空 花子.
    fn labels(fields: &[(&str, &str)]) -> Vec<String> {
        let screen = Screen {
            n: 1,
            number: None,
            title: "資格確認結果".into(),
            buttons: Vec::new(),
            fields: fields
                .iter()
                .map(|(label, value)| ((*label).into(), (*value).into()))
                .collect(),
            read_off: None,
        };
        let own = fields_of(&screen, "架空 花子");
        own.iter().map(|(label, _)| label.to_string()).collect()
    }

    #[test]
    fn a_screen_of_one_person_is_hers_under_whatever_headings() {
        let fields = [
            ("資格情報/記号", "試験"),
            ("資格情報/氏名", "架空 花子"),
            ("同意", "あり"),
        ];
        assert_eq!(labels(&fields), ["資格情報/記号", "資格情報/氏名", "同意"]);
    }

    #[test]
    fn of_several_persons_each_has_the_items_of_the_row() {
        let headed = [
            ("1/同意", "あり"),
            ("1/氏名", "試験 太郎"),
            ("2/同意", "なし"),
            ("2/氏名", "架空 花子"),
        ];
        assert_eq!(labels(&headed), ["2/同意", "2/氏名"]);
        let in_sections = [
            ("資格情報/氏名", "架空 花子"),
            ("同意", "なし"),
            ("資格情報/氏名", "試験 太郎"),
            ("同意", "あり"),
        ];
        assert_eq!(labels(&in_sections), ["資格情報/氏名", "同意"]);
    }
}
