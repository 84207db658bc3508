//! What a check must be able to see. Where another program reads the client's screens off, only what has a
//! place there was looked for; a check that needs more than that decides nothing, whatever it found.

use madoguchi_notation::Wording;
use madoguchi_requirements::Requirement;
use madoguchi_scenarios::{Expectation, ScreenMark};
use madoguchi_trace::{ClientEvent, Depth, Readable, Screen, Sight, What};

use super::{assistance, notice, result};
use crate::case::Case;
use crate::finding::Finding;
use crate::screen::{
    ASSISTANCE, ATTEMPTS_LEFT, CHECK_AGAIN, CHOICE, OFFER, PIN, REGISTRATION, RESULT, TERMS,
    VALIDITY, VISUAL,
};
use crate::words::same_label;

/// The finding on a requirement, where what it needs could be seen; else what could not.
pub(crate) fn seen(case: &Case<'_>, requirement: &Requirement, finding: Finding) -> Finding {
    let Some(sight) = &case.trace().header.sight else {
        return finding;
    };
    let decides = matches!(finding, Finding::Pass | Finding::Fail(_));
    if requirement.depth < Depth::L2 || !decides {
        return finding;
    }
    let missing = stranger(case)
        .or_else(|| without_place(sight, &requirement.id))
        .or_else(|| untold(case, sight, requirement, &finding))
        .or_else(|| unread(case, &requirement.id));
    missing.map_or(finding, Finding::Inconclusive)
}

/// The number or title by which a screen is meant, in the words of requirements.
pub(super) fn mark(case: &Case<'_>, expectation: &Expectation) -> Option<ScreenMark> {
    let mark = expectation.screen.as_ref()?;
    Some(
        case.words()
            .screen(mark.as_str())
            .map_or_else(|| mark.clone(), ScreenMark::new),
    )
}

/// What a scenario expects that has no place.
pub(super) fn unexpectable(case: &Case<'_>, expectation: &Expectation) -> Option<Wording> {
    let sight = case.trace().header.sight.as_ref()?;
    let mark = mark(case, expectation);
    let mark = mark.as_ref();
    let meant = |screen: &&Readable| {
        mark.is_none_or(|mark| match &screen.title {
            Some(title) => mark.matches(screen.number.as_deref(), title),
            None => true,
        })
    };
    let screens: Vec<&Readable> = sight.screens.iter().filter(meant).collect();
    if let (Some(mark), true) = (mark, screens.is_empty()) {
        return Some(no_screen(mark.as_str()));
    }
    let labels = expectation.shows.keys().map(String::as_str);
    let attempts = (!expectation.attempts_left.is_empty()).then_some(ATTEMPTS_LEFT);
    labels.chain(attempts).find_map(|label| {
        let mut fields = screens.iter().flat_map(|screen| &screen.fields);
        let is_it = |known: &String| same_label(case.words(), label, known);
        (!fields.any(is_it)).then(|| no_field(label))
    })
}

/// A screen that was none of those that can be told apart.
fn stranger(case: &Case<'_>) -> Option<Wording> {
    let (at, _) = case.screens().find(|(_, screen)| screen.title.is_empty())?;
    Some(Wording::new(
        format!("どの画面にも当たらない画面が表示された (#{at})"),
        format!("a screen was shown that is none of those known (#{at})"),
    ))
}

/// What a check reads: the screen, its labels and its buttons, in the words of requirements.
struct Needs {
    screen: Option<&'static str>,
    fields: Vec<&'static str>,
    buttons: &'static [&'static str],
}

impl Needs {
    fn on(screen: &'static str, fields: impl IntoIterator<Item = &'static str>) -> Self {
        Self {
            screen: Some(screen),
            fields: fields.into_iter().collect(),
            buttons: &[],
        }
    }
}

fn needs(requirement: &str) -> Vec<Needs> {
    let one = match requirement {
        "result.delivered-fields-shown" => Needs::on(RESULT, result::insurance_labels()),
        "result.lapsed-is-not-valid" => Needs::on(RESULT, [VALIDITY]),
        "result.loss-date-shown" => Needs::on(RESULT, [result::LOSS]),
        "result.ratio-shown" => Needs::on(RESULT, [result::RATIO]),
        "result.no-end-made-up" => Needs::on(RESULT, [notice::END]),
        "result.class-shown" => Needs::on(RESULT, [notice::CLASS]),
        "result.needs-answer" | "result.refusal-is-no-result" => Needs::on(RESULT, []),
        "service.answer-recognised" | "terminal.refused-login-ends" => {
            return vec![Needs::on(RESULT, []), Needs::on(CHOICE, [])];
        }
        "credential.attempts-shown" => Needs {
            screen: None,
            ..Needs::on(RESULT, [ATTEMPTS_LEFT])
        },
        "assistance.six-items-shown" => {
            let items = assistance::SIX_ITEMS.iter().map(|(_, label)| *label);
            Needs::on(ASSISTANCE, items.chain([assistance::CLASS]))
        }
        "assistance.back-side-shown" => {
            let items = assistance::BACK_SIDE_ITEMS.iter();
            Needs::on(ASSISTANCE, items.map(|(_, label)| *label))
        }
        "assistance.era-birthdate" => Needs::on(ASSISTANCE, [assistance::BIRTHDATE]),
        "assistance.consignment-hidden"
        | "assistance.screen-number"
        | "assistance.shown-until-new" => Needs::on(ASSISTANCE, []),
        "terminal.choice-offered" => Needs {
            buttons: &[VISUAL, PIN],
            ..Needs::on(CHOICE, [])
        },
        "registration.offered" => Needs::on(OFFER, []),
        "registration.terms-shown" => Needs::on(REGISTRATION, [TERMS]),
        "registration.screens-numbered" => {
            return vec![Needs::on(OFFER, []), Needs::on(REGISTRATION, [])];
        }
        "registration.failure-is-not-done" => Needs {
            buttons: &[CHECK_AGAIN],
            ..Needs::on(REGISTRATION, [])
        },
        _ => return Vec::new(),
    };
    vec![one]
}

/// What a check looks for on a client's screens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookedFor {
    /// Id of the requirement.
    pub requirement: &'static str,
    /// Number or title of the screen; any where there is none.
    pub screen: Option<&'static str>,
    /// Labels.
    pub fields: Vec<&'static str>,
    /// Buttons.
    pub buttons: &'static [&'static str],
}

/// What the checks look for on screens beyond text that may stand anywhere, for the manual.
#[must_use]
pub fn looked_for() -> Vec<LookedFor> {
    let ids = madoguchi_requirements::builtin().ids().into_iter();
    let all = ids.flat_map(|id| needs(id).into_iter().map(move |needs| (id, needs)));
    all.map(|(requirement, needs)| LookedFor {
        requirement,
        screen: needs.screen,
        fields: needs.fields,
        buttons: needs.buttons,
    })
    .collect()
}

/// The first thing that the check reads and that has no place.
fn without_place(sight: &Sight, requirement: &str) -> Option<Wording> {
    needs(requirement).into_iter().find_map(|needs| {
        let is_meant = |screen: &&Readable| {
            needs
                .screen
                .is_none_or(|mark| match (&screen.title, &screen.number) {
                    (_, Some(number)) => number == mark,
                    (Some(title), None) => screen.numbered || title == mark,
                    (None, None) => true,
                })
        };
        let screens: Vec<&Readable> = sight.screens.iter().filter(is_meant).collect();
        if let (Some(mark), true) = (needs.screen, screens.is_empty()) {
            return Some(no_screen(mark));
        }
        let field = needs.fields.iter().find(|label| {
            let mut known = screens.iter().flat_map(|screen| &screen.fields);
            !known.any(|known| known == **label)
        });
        let button = needs.buttons.iter().find(|button| {
            let mut known = screens.iter().flat_map(|screen| &screen.buttons);
            !known.any(|known| known == **button)
        });
        let field = field.map(|label| no_field(label));
        field.or_else(|| button.map(|button| no_field(button)))
    })
}

/// A word that was not seen on a screen of which nothing is read.
fn untold(
    case: &Case<'_>,
    sight: &Sight,
    requirement: &Requirement,
    finding: &Finding,
) -> Option<Wording> {
    let tells = [
        "result.cause-told",
        "result.renewal-told",
        "terminal.refusal-told",
        "card.unreadable-told",
        "reader.absence-told",
        "assistance.ticket-to-be-checked",
        "assistance.notice-shown",
        "consent.state-shown",
        "bulk.error-told",
    ];
    let Finding::Fail(failure) = finding else {
        return None;
    };
    if !tells.contains(&requirement.id.as_str()) {
        return None;
    }
    let until = case.next_step(failure.at);
    let (_, screen) = case
        .screens_between(failure.at.saturating_sub(1), until)
        .last()?;
    let is_it = |readable: &&Readable| {
        readable
            .title
            .as_deref()
            .is_none_or(|title| screen.title == title)
    };
    let mut plans = sight.screens.iter().filter(is_it);
    plans.all(|plan| plan.fields.is_empty()).then(|| {
        let title = &screen.title;
        Wording::new(
            format!("画面「{title}」から読み取る項目がない"),
            format!("nothing is read of screen {title}"),
        )
    })
}

/// A screen on which something may stand that was not looked for.
fn unread(case: &Case<'_>, requirement: &str) -> Option<Wording> {
    let absent = [
        "result.previous-patient-cleared",
        "result.no-partial-data",
        "result.withheld-is-not-none",
        "result.ceiling-not-asked",
        "service.media-type-checked",
        "assistance.consignment-hidden",
    ];
    let mut events = case.events().filter_map(|event| match &event.what {
        What::Client(ClientEvent::Screen(screen)) => Some(screen),
        _ => None,
    });
    let is_unread = |screen: &Screen| screen.text().is_none();
    (absent.contains(&requirement) && events.any(is_unread)).then(|| {
        Wording::new(
            "画面の文字がすべては読み取られていない",
            "not everything that stands on the screens was read",
        )
    })
}

fn no_screen(mark: &str) -> Wording {
    Wording::new(
        format!("画面 {mark} の見分け方がない"),
        format!("there is no telling screen {mark} from others"),
    )
}

fn no_field(label: &str) -> Wording {
    Wording::new(
        format!("{label} を読み取る場所がない"),
        format!("no place is named for {label}"),
    )
}
