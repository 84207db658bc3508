//! Acts of a scenario that could not be done at this client: the button is not on the screen, or the client
//! said that there is nothing to do it with. It is a finding of its own: what comes later in the case is not
//! reached for it, and says nothing of the requirements that it was to decide.

use madoguchi_notation::Wording;
use madoguchi_scenarios::Action;
use madoguchi_trace::{ClientEvent, Screen, Step, What};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::case::Case;
use crate::screen::{
    AGREE, CHECK_AGAIN, DISAGREE, DO_NOT_REGISTER, PIN, REGISTER, VISUAL, is_result,
};
use crate::words::{Words, alike, nearest_known};

/// An act that could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Undone {
    /// Its place among the acts of the scenario, from 1.
    pub step: usize,
    /// Line of the scenario's file that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// The act: `press`, `enter-pin`, …
    pub action: String,
    /// Its value, where that is one word: of `press` the button in the words of requirements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
    /// Where: `seq` of the act.
    pub at: u64,
    /// Why it could not be done.
    pub why: Why,
    /// Title of the screen that stood there, in the client's own words; absent where none was told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub screen: Option<String>,
    /// Its buttons, in the client's own words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub buttons: Vec<String>,
    /// Those of them that nobody knows, the most alike first: one of them may be the button.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub perhaps: Vec<String>,
    /// The known word that is most like the button's, where nobody knows that one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
    /// Requirements that ask for what was missing here, and failed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub breaks: Vec<String>,
    /// Requirements that were not reached because of it. Where there are any, the case is not passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaves_open: Vec<String>,
}

/// Why an act could not be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The screen does not have the button, and everything on it is known.
    NoSuchButton,
    /// Nobody knows the button's word, or a word on the screen that may be it.
    UnknownWord,
    /// The client refused, and what the screen has was not told.
    NotTold,
    /// The client refused it, though nothing is known to be missing.
    Refused,
}

/// The requirement that asks for a button: where it is missing, that one fails.
const ASKED_FOR: &[(&str, &str)] = &[
    (VISUAL, "terminal.choice-offered"),
    (PIN, "terminal.choice-offered"),
    (REGISTER, "registration.offered"),
    (DO_NOT_REGISTER, "registration.offered"),
    (AGREE, "registration.consent-first"),
    (DISAGREE, "registration.refusal-offered"),
    (CHECK_AGAIN, "registration.recheck-after"),
];

/// Buttons that lead to another part of the same screen, or may stand for anything.
const LEADS_ON: [&str; 8] = [
    "次へ",
    "進む",
    "はい",
    "いいえ",
    "決定",
    "確定",
    "送信",
    "入力する",
];

/// Acts that the world does, whatever the client makes of them.
const DONE_ANYWAY: [Action; 4] = [
    Action::TakeCard,
    Action::HandOver,
    Action::Lock,
    Action::Close,
];

/// The acts of a case that could not be done, in order.
pub(crate) fn undone(case: &Case<'_>) -> Vec<Undone> {
    let acts = (1..).zip(case.steps());
    acts.filter(|(_, (_, step))| step.id > 0 && !step.action.is_in(&DONE_ANYWAY))
        .filter_map(|(n, (at, step))| {
            let n = n + case.pressed_meanwhile(0..at).count();
            look(case, n, at, step)
        })
        .collect()
}

fn look(case: &Case<'_>, n: usize, at: u64, step: &Step) -> Option<Undone> {
    let mut next = case.steps_after(at);
    let until = next.next().map_or(u64::MAX, |(at, _)| at);
    let before = case.screens_between(0, at).next_back();
    let reaction = reaction(case, before.map(|(_, screen)| screen), at, until);
    let shown = before.and_then(|(seen, _)| case.own_screen(seen));
    if step.action == Action::ReadAloud && !before.is_some_and(|(_, screen)| is_result(screen)) {
        // There was nothing to read, and it says so.
        return None;
    }
    let why = if step.action == Action::Press {
        missing(case, step, shown, reaction)?
    } else if reaction == Reaction::Refusal {
        Why::Refused
    } else {
        return None;
    };
    let value = step
        .value
        .as_deref()
        .filter(|value| !value.starts_with(['{', '[']));
    let label = value.filter(|_| step.action == Action::Press);
    let words = case.words();
    let buttons = || shown.iter().flat_map(|screen| &screen.buttons);
    let strange = buttons().map(|button| button.as_str());
    let strange = strange.filter(|button| words.button(button).is_none());
    let unknown = label.filter(|label| words.button(label).is_none());
    Some(Undone {
        step: n,
        line: step.line,
        action: step.action.to_string(),
        value: value.map(str::to_owned),
        at,
        why,
        screen: shown.map(|screen| screen.title.to_string()),
        buttons: buttons().map(ToString::to_string).collect(),
        perhaps: match label {
            Some(label) if why == Why::UnknownWord => alike(label, strange.collect())
                .into_iter()
                .map(str::to_owned)
                .collect(),
            _ => Vec::new(),
        },
        meant: unknown
            .and_then(|label| nearest_known("buttons", label).first().copied())
            .map(str::to_owned),
        breaks: Vec::new(),
        leaves_open: Vec::new(),
    })
}

/// What the client made of an act.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reaction {
    /// Something came of it.
    Something,
    /// Nothing but its word that it cannot be done.
    Refusal,
    /// Nothing at all.
    Nothing,
}

/// What came of an act until the next one. A screen that is told again is no change.
fn reaction(case: &Case<'_>, before: Option<&Screen>, at: u64, until: u64) -> Reaction {
    let mut reaction = Reaction::Nothing;
    for event in case.events_between(at + 1..until) {
        match &event.what {
            What::Client(ClientEvent::Screen(screen))
                if before.is_some_and(|before| is_same(before, screen)) => {}
            What::Client(
                ClientEvent::Screen(_) | ClientEvent::Output { .. } | ClientEvent::Ready { .. },
            )
            | What::Request(_)
            | What::Tls(_)
            | What::Exit(_) => return Reaction::Something,
            What::Client(ClientEvent::Error { .. }) => reaction = Reaction::Refusal,
            // a card may be looked for at any time: it tells something only where nothing else does
            What::Card(_) | What::Pcsc(_) if reaction == Reaction::Nothing => {
                return Reaction::Something;
            }
            _ => {}
        }
    }
    reaction
}

fn is_same(one: &Screen, other: &Screen) -> bool {
    let content = |screen: &Screen| {
        let Screen {
            number,
            title,
            buttons,
            fields,
            ..
        } = screen;
        (
            number.clone(),
            title.clone(),
            buttons.clone(),
            fields.clone(),
        )
    };
    content(one) == content(other)
}

/// Why a button could not be pressed, if it could not.
fn missing(
    case: &Case<'_>,
    step: &Step,
    shown: Option<&Screen>,
    reaction: Reaction,
) -> Option<Why> {
    let words = case.words();
    let label = step.value.as_deref()?;
    let buttons = shown.map_or(&[][..], |screen| &screen.buttons);
    let is_there = words.own_button(label, buttons).is_some();
    // who reads screens off sees the buttons that have a place
    let is_told = !buttons.is_empty() && case.trace().header.sight.is_none();
    match reaction {
        Reaction::Something => return None,
        Reaction::Nothing if is_there || !is_told => return None,
        Reaction::Refusal if is_there => return Some(Why::Refused),
        Reaction::Refusal if !is_told => return Some(Why::NotTold),
        Reaction::Refusal | Reaction::Nothing => {}
    }
    let is_known = |word: &str| words.button(word).is_some() && !LEADS_ON.contains(&word);
    let all_known = buttons.iter().all(|button| is_known(button));
    Some(if all_known && is_known(label) {
        Why::NoSuchButton
    } else {
        Why::UnknownWord
    })
}

impl Undone {
    /// Whether the requirement asks for what was certainly missing here.
    pub(crate) fn is_asked_for_by(&self, requirement: &str) -> bool {
        let label = self.value.as_deref().unwrap_or_default();
        self.why == Why::NoSuchButton && ASKED_FOR.contains(&(label, requirement))
    }

    /// What could not be done, and what stood there instead.
    #[must_use]
    pub fn in_words(&self) -> Wording {
        let act = self.act();
        let Wording { ja, en } = self.place();
        let title = self
            .screen
            .as_deref()
            .filter(|title| !title.trim().is_empty());
        let (screen_ja, screen_en) = match title {
            Some(title) => (
                format!("画面「{title}」"),
                format!("the screen 「{title}」"),
            ),
            None => ("画面".to_owned(), "the screen".to_owned()),
        };
        let buttons = self.buttons.join("」「");
        let (has_ja, has_en) = if self.buttons.is_empty() {
            (
                "ボタンは伝えられていない".to_owned(),
                "no buttons of it were told".to_owned(),
            )
        } else {
            (
                format!("ボタンは「{buttons}」"),
                format!("its buttons are 「{buttons}」"),
            )
        };
        let (why_ja, why_en) = match self.why {
            Why::NoSuchButton | Why::UnknownWord => {
                ("にこのボタンがない", "does not have this button")
            }
            Why::NotTold | Why::Refused => (
                "で、アプリはできないと答えた",
                "stands there, and the client said that it cannot be done",
            ),
        };
        Wording::new(
            format!("{ja} {act}: {screen_ja}{why_ja}。{has_ja}"),
            format!("{en}, {act}: {screen_en} {why_en}; {has_en}"),
        )
    }

    /// The act as the scenario has it: `press 再試行`.
    #[must_use]
    pub fn act(&self) -> String {
        let value = self.value.iter().map(|value| format!(" {value}"));
        value.fold(self.action.clone(), |act, value| act + &value)
    }

    /// Which act of the scenario it is.
    #[must_use]
    pub fn place(&self) -> Wording {
        let step = self.step;
        match self.line {
            Some(line) => Wording::new(
                format!("手順 {step} (シナリオの {line} 行目)"),
                format!("step {step} (line {line} of the scenario)"),
            ),
            None => Wording::new(format!("手順 {step}"), format!("step {step}")),
        }
    }

    /// The known button that was to be pressed.
    #[must_use]
    pub fn wanted(&self) -> Option<&'static str> {
        let label = self.value.as_deref().filter(|_| self.is_of_a_button())?;
        Words::builtin().button(label)
    }

    /// What to do where a word is unknown.
    #[must_use]
    pub fn help(&self) -> Option<Wording> {
        let label = self
            .value
            .as_deref()
            .filter(|_| self.why == Why::UnknownWord)?;
        if let Some(meant) = &self.meant {
            return Some(Wording::new(
                format!("「{label}」は知らない語。「{meant}」のことですか"),
                format!("nobody knows 「{label}」; did you mean 「{meant}」?"),
            ));
        }
        let first = self.perhaps.first()?;
        let all = self.perhaps.join("」「");
        Some(Wording::new(
            format!(
                "知らない語「{all}」がこのボタンなら、words に書くと判定できる: buttons: {{ {label}: {first} }}"
            ),
            format!(
                "nobody knows 「{all}」; if that is the button, name it in words: buttons: {{ {label}: {first} }}"
            ),
        ))
    }

    /// What of the requirements hangs on it, if anything does.
    #[must_use]
    pub fn consequences(&self) -> Option<Wording> {
        let breaks = (!self.breaks.is_empty()).then(|| {
            let all = self.breaks.join(", ");
            Wording::new(
                format!("これを求める要件: {all}"),
                format!("asked for by {all}"),
            )
        });
        let open = (!self.leaves_open.is_empty()).then(|| {
            let all = self.leaves_open.join(", ");
            Wording::new(
                format!("このため判定に至らない要件: {all}"),
                format!("not reached because of it: {all}"),
            )
        });
        match (breaks, open) {
            (Some(breaks), Some(open)) => Some(Wording::new(
                format!("{}。{}", breaks.ja, open.ja),
                format!("{}; {}", breaks.en, open.en),
            )),
            (breaks, open) => breaks.or(open),
        }
    }

    /// Whether it is a button that could not be pressed.
    pub(crate) fn is_of_a_button(&self) -> bool {
        self.action == "press"
    }
}
