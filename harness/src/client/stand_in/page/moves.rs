//! What the map says for an act, done to the page: pressing, typing, and waiting for what is to be
//! displayed.

use std::thread;
use std::time::Instant;

use serde_json::Value as Json;

use super::reading::passing;
use super::{AGAIN, Pages};
use crate::client::contract::Do;
use crate::client::screen_map::{Move, Target};
use crate::client::stand_in::Voice;
use crate::client::webdriver::{Browser, Element, WebDriverTrouble};

/// What came of the movements of an act.
#[derive(Default)]
pub(super) struct Moved {
    /// The page as it was when the act had to show, where that was not at its beginning.
    pub(super) before: Option<String>,
    /// Whether the end of the act was waited for.
    pub(super) waited: bool,
    /// What was not there; the movements behind it were not made.
    pub(super) missing: Option<String>,
}

impl Pages {
    /// Waits until something is displayed. Whether it is.
    fn wait_for(
        &mut self,
        voice: &mut Voice,
        locator: &str,
        until: Instant,
    ) -> Result<bool, WebDriverTrouble> {
        loop {
            self.glance(voice)?;
            if passing(self.reader.browser.displayed(locator))?
                .flatten()
                .is_some()
            {
                return Ok(true);
            }
            if until <= Instant::now() {
                return Ok(false);
            }
            thread::sleep(AGAIN);
        }
    }

    /// Presses what is displayed. Whether there was such a thing.
    fn press(
        &mut self,
        voice: &mut Voice,
        locator: &str,
        until: Instant,
    ) -> Result<bool, WebDriverTrouble> {
        self.with_displayed(voice, locator, until, Browser::press)
    }

    /// Types into what is displayed. Whether there was such a thing.
    fn enter(
        &mut self,
        voice: &mut Voice,
        locator: &str,
        text: &str,
        until: Instant,
    ) -> Result<bool, WebDriverTrouble> {
        self.with_displayed(voice, locator, until, |browser, element| {
            browser.enter(element, text)
        })
    }

    fn with_displayed(
        &mut self,
        voice: &mut Voice,
        locator: &str,
        until: Instant,
        act: impl Fn(&Browser, &Element) -> Result<(), WebDriverTrouble>,
    ) -> Result<bool, WebDriverTrouble> {
        let until = until.min(Instant::now() + self.patience);
        loop {
            let done = match passing(self.reader.browser.displayed(locator))?.flatten() {
                Some(element) => passing(act(&self.reader.browser, &element))?,
                None => None,
            };
            if done.is_some() {
                return Ok(true);
            }
            if until <= Instant::now() {
                return Ok(false);
            }
            self.glance(voice)?;
            thread::sleep(AGAIN);
        }
    }

    /// Does what the map says for an action. What was not there, if anything.
    pub(super) fn act(
        &mut self,
        step: &Do,
        moves: &[Move],
        voice: &mut Voice,
        until: Instant,
    ) -> Result<Moved, WebDriverTrouble> {
        let mut moved = Moved::default();
        for one in moves {
            let missing = match one {
                Move::Type(places) => {
                    let mut missing = None;
                    for (name, locator) in places {
                        if let Some(text) = value(step, name)
                            && !self.enter(voice, locator, &text, until)?
                        {
                            missing = Some(locator.clone());
                        }
                    }
                    missing
                }
                Move::Press(Target::One(locator)) => {
                    (!self.press(voice, locator, until)?).then(|| locator.clone())
                }
                Move::Press(Target::ByValue(by_value)) => {
                    let mut missing = None;
                    for (word, locator) in by_value {
                        if has_value(step, word) && !self.press(voice, locator, until)? {
                            missing = Some(locator.clone());
                        }
                    }
                    missing
                }
                Move::Ready(locator) => {
                    if self.wait_for(voice, locator, until)? {
                        moved.before = Some(self.source.clone());
                        voice.ready(step.id);
                        None
                    } else {
                        Some(locator.clone())
                    }
                }
                Move::WaitFor(locator) => {
                    moved.waited = true;
                    let patience = until.min(Instant::now() + self.limit / 2);
                    (!self.wait_for(voice, locator, patience)?).then(|| locator.clone())
                }
            };
            if missing.is_some() {
                moved.missing = missing;
                break;
            }
        }
        Ok(moved)
    }

    /// Where the button of this label is on the screen that is shown.
    pub(super) fn button(&self, label: &str) -> Option<String> {
        let shown = self.shown.as_ref()?;
        let mut screens = shown.screens.iter();
        let is_shown = screens.any(|screen| screen.buttons.iter().any(|button| *button == label));
        let plan = self.map.screens.get(shown.plan?)?;
        let mut buttons = plan.buttons.iter().filter(|_| is_shown);
        let found = buttons.find(|(known, _)| known == label);
        found.map(|(_, place)| place.at.clone())
    }
}

/// The value of that name that comes with a step; `value` is the only one of a step that has one.
pub(super) fn value(step: &Do, name: &str) -> Option<String> {
    let of = step.value.as_ref()?;
    let one = match of {
        Json::Object(fields) => fields.get(name)?,
        one => Some(one).filter(|_| name == "value")?,
    };
    Some(one.as_str().map_or_else(|| one.to_string(), str::to_owned))
}

/// Whether a step has this value, under whatever name.
fn has_value(step: &Do, word: &str) -> bool {
    match &step.value {
        Some(Json::Object(fields)) => fields.values().any(|value| value == word),
        Some(value) => value == word,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_value_is_found_by_its_name_and_a_lone_one_as_value() {
        let step = |value: Json| Do {
            id: 1,
            action: "login",
            value: Some(value),
        };
        let login = step(json!({ "user-id": "shiken01", "facility-code": "0010000000" }));
        assert_eq!(value(&login, "user-id").as_deref(), Some("shiken01"));
        assert_eq!(value(&login, "activation-code"), None);
        assert_eq!(value(&login, "value"), None);
        assert!(has_value(&login, "shiken01") && !has_value(&login, "user-id"));
        let pin = step(json!("0123"));
        assert_eq!(value(&pin, "value").as_deref(), Some("0123"));
        assert_eq!(value(&pin, "user-id"), None);
        assert!(has_value(&step(json!("visual")), "visual"));
    }
}
