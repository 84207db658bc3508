//! What the 資格確認端末 of an institution asks: topic `institution`.

use std::collections::BTreeMap;

use madoguchi_eligibility::ConsentClassification;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Operation};

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};

/// Each act of that name, with what was typed and the request that followed before the next act.
fn typed<'a>(
    case: &Case<'a>,
    action: Action,
    operation: Operation,
) -> impl Iterator<Item = (u64, BTreeMap<String, String>, Exchange<'a>)> {
    case.steps()
        .filter(move |(_, step)| step.action == action)
        .filter_map(move |(at, step)| {
            let typed = serde_json::from_str(step.value.as_deref()?).ok()?;
            let until = case.next_step(at);
            let asked = case
                .exchanges_between(at..until)
                .find(|exchange| exchange.is(operation));
            Some((at, typed, asked?))
        })
}

fn differs(exchange: &Exchange<'_>, at: u64, name: &str, due: &str) -> Option<Failure> {
    let sent = exchange.field(name);
    (sent != Some(due)).then(|| Failure::in_field(exchange.asked, name, due, sent).after(at))
}

/// Every number that was typed is sent as it was.
pub(super) fn numbers_as_typed(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, typed, exchange) in typed(case, Action::AskByNumber, Operation::EligibilityByNumber) {
        let wrong = typed
            .iter()
            .find_map(|(name, due)| differs(&exchange, at, name, due));
        tally.judge(wrong);
    }
    tally.finding(Wording::new("番号による照会", "an inquiry by number"))
}

/// The mode that was chosen is the one that is searched in.
pub(super) fn mode_as_chosen(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, typed, exchange) in typed(case, Action::SearchEmergency, Operation::EmergencySearch) {
        if let Some(due) = typed.get("mode") {
            tally.judge(differs(&exchange, at, "emergency-mode", due));
        }
    }
    tally.finding(Wording::new("緊急時の照会", "an emergency search"))
}

/// What the patient answered is what is sent: no consent is made up, and no refusal is made an
/// incapacity. For a patient who cannot answer the code table has 同意取得困難 (OQSCD016, *specified*), and the
/// screen of the institutions' terminal 「同意なし」 (*observed* in a public procedure): both say the same.
pub(super) fn disaster_consent(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, typed, exchange) in typed(case, Action::SearchEmergency, Operation::EmergencySearch) {
        let (due, or) = match typed.get("consent").map(String::as_str) {
            Some("agrees") => (ConsentClassification::Given, None),
            Some("refuses") => (ConsentClassification::None, None),
            Some("cannot-answer") => (
                ConsentClassification::Unobtainable,
                Some(ConsentClassification::None),
            ),
            _ => continue,
        };
        let name = "information-consent";
        let is_other = or.is_some_and(|or| exchange.field(name) == Some(or.code()));
        tally.judge(differs(&exchange, at, name, due.code()).filter(|_| !is_other));
    }
    tally.finding(Wording::new("災害時の照会", "an inquiry in a disaster"))
}
