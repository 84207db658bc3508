//! What is asked of the service beside a patient's card, by the act that leads to it: inquiries in bulk and by number,
//! the history, a designation of an institution. Whom it is about, and with which conditions, no log tells.

use madoguchi_eligibility::Operation;

/// What leads to an operation.
pub(super) struct Errand {
    /// Where that can be done: a line of `given`; nothing where it can be done everywhere.
    pub(super) facility: Option<&'static str>,
    /// The act, and what else it could have been.
    pub(super) act: &'static str,
    pub(super) or: Vec<&'static str>,
    /// Whether a screen is closed after it.
    pub(super) closes: bool,
}

const INSTITUTION: Option<&str> =
    Some("facility: { kind: medical-institution, terminal: institution }");
const VISITING: Option<&str> = Some("facility: { kind: home-nursing, terminal: home-consent }");

/// The act behind an operation, where it needs no card.
pub(super) fn of(operation: Operation) -> Option<Errand> {
    let at_institution = |act| Errand {
        facility: INSTITUTION,
        act,
        or: Vec::new(),
        closes: true,
    };
    Some(match operation {
        Operation::History => Errand {
            facility: None,
            act: "browse-history",
            or: vec!["browse-history: { from: 0d, to: 0d }"],
            closes: true,
        },
        Operation::EligibilityByNumber => at_institution("ask-by-number: shiken-taro"),
        Operation::BulkSubmission => Errand {
            closes: false,
            ..at_institution("inquire-in-bulk: [shiken-taro, fujo-hanako, kakuu-jiro]")
        },
        Operation::BulkResult => Errand {
            closes: false,
            ..at_institution("fetch-result")
        },
        Operation::EmergencySearch => at_institution(
            "search-emergency: { mode: disaster, persona: shiken-taro, consent: agrees }",
        ),
        _ => return None,
    })
}

/// What takes the place of the choice of a method, where a card is laid down for an operation.
pub(super) fn with_card(operation: Operation, is_by_pin: bool) -> Option<Errand> {
    if operation != Operation::InstitutionConsent {
        return None;
    }
    let [act, or] = if is_by_pin {
        [
            "designate: { care: home-visit, information: agrees }",
            "designate: { care: home-visit, information: refuses }",
        ]
    } else {
        [
            "designate: { care: home-visit, information: agrees, method: visual }",
            "designate: { care: home-visit, information: refuses, method: visual }",
        ]
    };
    Some(Errand {
        facility: VISITING,
        act,
        or: vec![or],
        closes: true,
    })
}
