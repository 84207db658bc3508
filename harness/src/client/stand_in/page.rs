//! An app's page, operated through a WebDriver server.
//!
//! A step is over when the page has changed since it began and then rests: nothing of it has changed for
//! a while, and nothing says that the app is at work. Where the map says what is displayed at the end of
//! an act, that is waited for first. Every wait has a limit.

mod reading;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_conformance::trace::{ReadOff, Screen, Text};
use serde_json::Value as Json;

use self::reading::{Reader, Seen, passing, same};
use super::{Hands, StandInTrouble, Voice};
use crate::client::contract::Do;
use crate::client::process::Env;
use crate::client::screen_map::{Action, Move, Page, ScreenMap, Target};
use crate::client::webdriver::{Browser, Element, Through, WebDriverTrouble};

/// Between two looks at a page that something is done to.
const AGAIN: Duration = Duration::from_millis(25);

/// A page, and what was last seen of it.
pub(super) struct Pages {
    map: Arc<ScreenMap>,
    reader: Reader,
    quiet: Duration,
    patience: Duration,
    /// How long a step may take.
    limit: Duration,
    /// The page as it was written down last, and when.
    source: String,
    looked: u64,
    /// What was last said.
    shown: Option<Seen>,
    /// What was last read while the page changed.
    torn: Option<Seen>,
}

impl Pages {
    /// Opens a browser at the page, or where the driver opens it.
    ///
    /// # Errors
    /// Where the server cannot be spoken to.
    pub(super) fn open(
        map: &Arc<ScreenMap>,
        page: &Page,
        url: Option<&str>,
        env: &Env,
        limit: Duration,
    ) -> Result<Self, StandInTrouble> {
        let argv: Vec<String> = match &page.driver {
            Some(command) => shlex::split(command).unwrap_or_default(),
            None => Vec::new(),
        };
        // A driver that is to open the app is started as the app would be.
        let nothing = Env::new();
        let env = if url.is_none() { env } else { &nothing };
        let through = match &page.server {
            Some(server) => Through::Running(server),
            None => Through::Command(&argv, env),
        };
        let browser = Browser::open(through, &page.capabilities, limit)?;
        if let Some(url) = url {
            browser.go(url)?;
        }
        Ok(Self {
            map: map.clone(),
            reader: Reader {
                map: map.clone(),
                browser,
                busy: page.busy.clone(),
                text: page.text.clone(),
            },
            quiet: page.quiet(),
            patience: page.patience(),
            // Whoever waits for the step must still hear that it is over.
            limit: limit * 9 / 10,
            source: String::new(),
            looked: 0,
            shown: None,
            torn: None,
        })
    }

    /// Looks once; what has changed is said. Whether anything has, or may have.
    fn glance(&mut self, voice: &mut Voice) -> Result<bool, WebDriverTrouble> {
        let (before, now) = (self.looked, voice.now());
        let source = self.reader.browser.source()?;
        if source == self.source {
            self.looked = now;
            return Ok(false);
        }
        let Some(seen) = passing(self.reader.read(before))? else {
            return Ok(true);
        };
        let is_known = seen.is_none() || same(seen.as_ref(), self.shown.as_ref());
        // What was read while the page changed may belong to two screens, unless it was read twice.
        let is_whole = is_known
            || self.reader.browser.source()? == source
            || same(seen.as_ref(), self.torn.as_ref());
        if !is_whole {
            self.torn = seen;
            return Ok(true);
        }
        (self.source, self.looked, self.torn) = (source, now, None);
        if let Some(seen) = seen.filter(|_| !is_known) {
            self.say(voice, seen);
            return Ok(true);
        }
        Ok(self.shown.is_none())
    }

    fn say(&mut self, voice: &mut Voice, seen: Seen) {
        for screen in &seen.screens {
            voice.screen(screen.clone());
        }
        self.shown = Some(seen);
    }

    /// Waits until the page rests. Whether it does; where it must change for that and does not, it is given
    /// some time and taken to rest all the same.
    fn rest(
        &mut self,
        voice: &mut Voice,
        before: Option<&str>,
        until: Instant,
    ) -> Result<bool, WebDriverTrouble> {
        let mut changed = Instant::now();
        let patience = changed + self.patience;
        loop {
            if self.glance(voice)? {
                changed = Instant::now();
            }
            let now = Instant::now();
            let has_changed = before.is_none_or(|before| self.source != before);
            if (has_changed || patience <= now)
                && changed + self.quiet <= now
                && !self.reader.is_busy()?
            {
                return Ok(true);
            }
            if until <= now {
                return Ok(false);
            }
            thread::sleep(AGAIN);
        }
    }

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
    fn act(
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
    fn button(&self, label: &str) -> Option<String> {
        let shown = self.shown.as_ref()?;
        let mut screens = shown.screens.iter();
        let is_shown = screens.any(|screen| screen.buttons.iter().any(|button| *button == label));
        let plan = self.map.screens.get(shown.plan?)?;
        let mut buttons = plan.buttons.iter().filter(|_| is_shown);
        let found = buttons.find(|(known, _)| known == label);
        found.map(|(_, place)| place.at.clone())
    }
}

/// What came of the movements of an act.
#[derive(Default)]
struct Moved {
    /// The page as it was when the act had to show, where that was not at its beginning.
    before: Option<String>,
    /// Whether the end of the act was waited for.
    waited: bool,
    /// What was not there; the movements behind it were not made.
    missing: Option<String>,
}

impl Hands for Pages {
    fn look(&mut self, voice: &mut Voice) -> Result<(), StandInTrouble> {
        self.glance(voice)?;
        Ok(())
    }

    fn begin(&mut self, voice: &mut Voice) -> Result<(), StandInTrouble> {
        let until = Instant::now() + self.limit;
        while self.shown.is_none() && Instant::now() < until {
            self.glance(voice)?;
            thread::sleep(AGAIN);
        }
        if self.shown.is_none() {
            self.strange(voice)?;
        }
        self.rest(voice, None, until)?;
        Ok(())
    }

    fn perform(&mut self, step: &Do, voice: &mut Voice) -> Result<bool, StandInTrouble> {
        let until = Instant::now() + self.limit;
        let said = voice.n;
        let begun = self.source.clone();
        let map = self.map.clone();
        let moves = Action::of(step.action).and_then(|action| map.acts.get(&action));
        let moved = match (step.action, moves) {
            ("press", _) => {
                let label = value(step, "value").unwrap_or_default();
                match self.button(&label) {
                    Some(locator) => {
                        self.act(step, &[Move::Press(Target::One(locator))], voice, until)?
                    }
                    None => Moved {
                        missing: Some(label),
                        ..Moved::default()
                    },
                }
            }
            (_, Some(moves)) => match self.act(step, moves, voice, until) {
                // An app that is closed takes its page with it.
                Err(_) if step.action == "close" => return Ok(true),
                moved => moved?,
            },
            (_, None) => Moved::default(),
        };
        if step.action == "close" {
            return Ok(true);
        }
        let is_missing = moved.missing.is_some();
        if let Some(missing) = moved.missing {
            voice.error(format!("{}: {missing}", step.action));
        }
        let before = moved.before.as_deref().unwrap_or(&begun);
        let before = (!moved.waited && !is_missing).then_some(before);
        if !self.rest(voice, before, until)? {
            return Ok(false);
        }
        let seen = passing(self.reader.read(voice.now()))?;
        match seen {
            // What stands there still is seen after the act, too.
            Some(Some(seen)) if voice.n == said || is_missing => self.say(voice, seen),
            Some(None) => self.strange(voice)?,
            _ => {}
        }
        Ok(true)
    }
}

impl Pages {
    /// Says that a screen is shown that the map does not have.
    fn strange(&mut self, voice: &mut Voice) -> Result<(), WebDriverTrouble> {
        let screen = Screen {
            n: 0,
            number: None,
            title: Text::default(),
            buttons: Vec::new(),
            fields: Vec::new(),
            read_off: Some(Box::new(ReadOff {
                since: voice.now(),
                text: passing(self.reader.everything())?.flatten(),
            })),
        };
        let screens = vec![screen];
        self.say(
            voice,
            Seen {
                plan: None,
                screens,
            },
        );
        Ok(())
    }
}

/// The value of that name that comes with a step; `value` is the only one of a step that has one.
fn value(step: &Do, name: &str) -> Option<String> {
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
        let login = step(json!({ "user-id": "shiken01", "facility-code": "9910000000" }));
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
