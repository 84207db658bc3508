//! What a client is told of an act, and what stands of it in the trace.

use std::borrow::Cow;

use jiff::Timestamp;
use madoguchi_notation::Offset;
use madoguchi_scenarios::{Act, Device, HistoryConditions, Passcode, Pin, Slip, Visit};
use serde_json::{Value, json};

use super::Stage;
use crate::cell::staff;

/// What belongs to an act that a client is told.
pub(super) struct Told {
    /// For the trace: never what is secret.
    pub(super) label: Option<String>,
    /// For the client.
    pub(super) value: Option<Value>,
}

impl Told {
    /// What no trace may show has a label there.
    fn secret(label: impl Into<String>, value: Value) -> Self {
        Self {
            label: Some(label.into()),
            value: Some(value),
        }
    }

    /// What is typed stands in the trace as it is typed.
    fn typed(value: Value) -> Self {
        Self::secret(value.to_string(), value)
    }
}

impl Stage<'_> {
    pub(super) fn told(&self, act: &Act) -> Told {
        let world = self.world;
        match act {
            Act::Login(slip) => {
                let terminal = self.scenario.given.terminal;
                let mut value = world.login(terminal, *slip);
                let has_passcode = *slip != Some(Slip::NoPasscode);
                if self.scenario.given.device == Device::Mobile && has_passcode {
                    value["passcode"] = json!(staff::passcode(Passcode::Right, *slip));
                }
                Told::secret(staff::label(terminal, *slip), value)
            }
            Act::EnterPin(pin) => {
                let digits = world.pin(*pin, self.typist());
                // of a card that has no PIN there is nothing to type
                let typed = if digits.is_empty() { Pin::Empty } else { *pin };
                Told::secret(format!("auth-pin:{}", typed.name()), json!(digits))
            }
            Act::Unlock(passcode) => {
                let digits = json!(staff::passcode(*passcode, self.last_slip()));
                Told::secret(format!("passcode:{}", passcode.name()), digits)
            }
            Act::EnterByLink => {
                let link = json!({ "entrance-token": world.entrance() });
                Told::secret("entrance:right", link)
            }
            // Whose card is placed, or what happens instead, is seen on the reader.
            Act::PlaceCard(_) | Act::AwaitCard(_) => Told {
                label: act.value().map(Cow::into_owned),
                value: None,
            },
            Act::AskByNumber(persona) => Told::typed(world.insurance().numbers(persona)),
            Act::SearchEmergency(search) => {
                let mut typed = world.insurance().particulars(&search.persona);
                typed["mode"] = json!(search.mode.name());
                typed["consent"] = json!(search.consent);
                Told::typed(typed)
            }
            Act::InquireInBulk(personas) => Told::typed(world.insurance().units(personas)),
            Act::Designate(designation) => Told::typed(json!({
                "institution": world.institution(),
                "care": designation.care,
                "information": designation.information,
                "method": designation.method,
            })),
            Act::VisitAgain(visit) => Told::typed(visit_typed(visit, world.clock().now())),
            Act::BrowseHistory(conditions) => {
                Told::typed(conditions_typed(conditions, world.clock().now()))
            }
            // The client knows its own word for the button, and no other.
            Act::Press(button) | Act::PressMeanwhile(button) => {
                let shown = self.shown.borrow();
                let own = self.words.own_button(button, &shown).unwrap_or(button);
                Told::secret(own, Value::from(own))
            }
            _ => {
                let word = act.value().map(Cow::into_owned);
                Told {
                    value: word.clone().map(Value::from),
                    label: word,
                }
            }
        }
    }

    /// What was mistyped or chosen at the last login.
    fn last_slip(&self) -> Option<Slip> {
        let all = &self.scenario.when;
        let played = &all[..all.len() - self.coming.len()];
        let mut logins = played.iter().rev().filter_map(|act| match &**act {
            Act::Login(slip) => Some(*slip),
            _ => None,
        });
        logins.next().flatten()
    }

    /// Whose PIN is typed: that of the card which is placed next at the same check; none where it lies
    /// there already.
    fn typist(&self) -> Option<&str> {
        let is_over = |act: &Act| {
            matches!(
                act,
                Act::TakeCard | Act::ChooseMethod(_) | Act::EnterPin(_) | Act::Close
            )
        };
        let coming = self.coming.iter().take_while(|step| !is_over(step));
        let mut placed = coming.filter_map(|act| match &**act {
            Act::PlaceCard(card) | Act::InsertCard(card) => Some(card),
            _ => None,
        });
        let card = placed.next()?.as_deref().map(String::as_str);
        Some(card.unwrap_or(self.world.own_card()))
    }
}

/// 抽出条件 as the staff type them.
fn conditions_typed(conditions: &HistoryConditions, now: Timestamp) -> Value {
    let day = |offset: Offset| day(offset, now);
    form([
        ("date-from", conditions.from.map(day)),
        ("date-to", conditions.to.map(day)),
        ("name-kana", conditions.name_kana.clone()),
        ("insurer-number", conditions.insurer_number.clone()),
    ])
}

/// Which consents the staff ask for, as they type it.
fn visit_typed(visit: &Visit, now: Timestamp) -> Value {
    let day = |offset: Offset| day(offset, now);
    form([
        ("care", visit.care.map(|care| care.name().to_owned())),
        ("date-from", visit.from.map(day)),
        ("date-to", visit.to.map(day)),
    ])
}

/// `YYYYMMDD`
fn day(offset: Offset, now: Timestamp) -> String {
    offset.date(now).strftime("%Y%m%d").to_string()
}

/// What was typed into a form, without what was left empty.
fn form<const N: usize>(typed: [(&str, Option<String>); N]) -> Value {
    typed
        .into_iter()
        .filter_map(|(name, value)| Some((name.to_owned(), json!(value?))))
        .collect::<serde_json::Map<_, _>>()
        .into()
}
