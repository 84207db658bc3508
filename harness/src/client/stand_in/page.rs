//! An app's page, operated through a WebDriver server.
//!
//! A step is over when the page has changed since it began and then rests: nothing of it has changed for
//! a while, and nothing says that the app is at work. Where the map says what is displayed at the end of
//! an act, that is waited for first. Every wait has a limit.

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_conformance::trace::{ReadOff, Screen, Text};
use serde_json::Value as Json;

use super::{Hands, StandInTrouble, Voice};
use crate::client::contract::Do;
use crate::client::process::Env;
use crate::client::screen_map::{Action, Move, Page, Place, Plan, ScreenMap, Target, Words};
use crate::client::webdriver::{Browser, Element, Through, WebDriverTrouble};

/// Between two looks at a page that something is done to.
const AGAIN: Duration = Duration::from_millis(25);

/// A page, and what was last seen of it.
pub(super) struct Pages {
    map: Arc<ScreenMap>,
    browser: Browser,
    quiet: Duration,
    patience: Duration,
    /// How long a step may take.
    limit: Duration,
    busy: Option<String>,
    text: String,
    /// The page as it was written down last, and when.
    source: String,
    looked: u64,
    /// What was last said.
    shown: Vec<Screen>,
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
            browser,
            quiet: page.quiet(),
            patience: page.patience(),
            // Whoever waits for the step must still hear that it is over.
            limit: limit * 9 / 10,
            busy: page.busy.clone(),
            text: page.text.clone(),
            source: String::new(),
            looked: 0,
            shown: Vec::new(),
        })
    }

    /// Looks once; what has changed is said. Whether anything has.
    fn glance(&mut self, voice: &mut Voice) -> Result<bool, WebDriverTrouble> {
        let (before, now) = (self.looked, voice.now());
        let source = self.browser.source()?;
        if source == self.source {
            self.looked = now;
            return Ok(false);
        }
        let Some(screens) = passing(self.read(before))? else {
            return Ok(true);
        };
        // What was read while the page changed belongs to two screens.
        if self.browser.source()? != source {
            return Ok(true);
        }
        (self.source, self.looked) = (source, now);
        if !screens.is_empty() && !same(&screens, &self.shown) {
            self.say(voice, screens);
        }
        Ok(true)
    }

    fn say(&mut self, voice: &mut Voice, screens: Vec<Screen>) {
        for screen in &screens {
            voice.screen(screen.clone());
        }
        self.shown = screens;
    }

    /// The screens that are shown; none where no plan fits.
    fn read(&self, since: u64) -> Result<Vec<Screen>, WebDriverTrouble> {
        for plan in self.map.screens.iter() {
            let Some(at) = &plan.at else { continue };
            if self.browser.displayed(at)?.is_none() {
                continue;
            }
            let parts = match &plan.each {
                Some(each) => self
                    .browser
                    .all(None, each)?
                    .into_iter()
                    .map(Some)
                    .collect(),
                None => vec![None],
            };
            let text = self.everything()?;
            let read =
                |part: Option<Element>| self.screen(plan, part.as_ref(), text.clone(), since);
            return parts.into_iter().map(read).collect();
        }
        Ok(Vec::new())
    }

    fn screen(
        &self,
        plan: &Plan,
        part: Option<&Element>,
        text: Option<Text>,
        since: u64,
    ) -> Result<Screen, WebDriverTrouble> {
        let words = |words: &Words| match words {
            Words::Fixed(text) => Ok(Some(text.clone())),
            Words::Shown(place) => Ok(self.values(part, place)?.into_iter().next()),
        };
        let number = plan.number.as_ref().map(words).transpose()?.flatten();
        let mut fields = Vec::new();
        for (label, place) in plan.fields.iter() {
            let values = self.values(part, place)?.into_iter();
            fields.extend(values.map(|value| (Text::from(label.as_str()), value.into())));
        }
        let mut buttons = Vec::new();
        for (label, place) in plan.buttons.iter() {
            // A button may stand beside the part that it belongs to.
            if self.browser.displayed(&place.at)?.is_some() {
                buttons.push(label.as_str().into());
            }
        }
        Ok(Screen {
            n: 0,
            number: number.filter(|number| !number.is_empty()).map(Text::from),
            title: words(&plan.title)?.unwrap_or_default().into(),
            buttons,
            fields,
            read_off: Some(Box::new(ReadOff { since, text })),
        })
    }

    /// What can be seen at a place.
    fn values(
        &self,
        part: Option<&Element>,
        place: &Place,
    ) -> Result<Vec<String>, WebDriverTrouble> {
        let mut values = Vec::new();
        for element in self.browser.all(part, &place.at)? {
            if !self.browser.is_displayed(&element)? {
                continue;
            }
            values.push(match &place.attribute {
                None => self.browser.shown(&element)?,
                Some(name) => self.browser.attribute(&element, name)?.unwrap_or_default(),
            });
        }
        Ok(values)
    }

    /// Everything that somebody can read.
    fn everything(&self) -> Result<Option<Text>, WebDriverTrouble> {
        let whole = self.browser.all(None, &self.text)?;
        let text = whole.first().map(|whole| self.browser.text(whole));
        Ok(text.transpose()?.map(Text::from))
    }

    fn is_busy(&self) -> Result<bool, WebDriverTrouble> {
        match &self.busy {
            Some(busy) => Ok(passing(self.browser.displayed(busy))?.flatten().is_some()),
            None => Ok(false),
        }
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
            if (has_changed || patience <= now) && changed + self.quiet <= now && !self.is_busy()? {
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
            if passing(self.browser.displayed(locator))?
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
            let done = match passing(self.browser.displayed(locator))?.flatten() {
                Some(element) => passing(act(&self.browser, &element))?,
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
        let shown = self.shown.first()?;
        let mut plans = self.map.screens.iter().filter(|plan| match &plan.title {
            Words::Fixed(title) => shown.title == *title,
            Words::Shown(_) => true,
        });
        let is_shown = shown.buttons.iter().any(|button| *button == label);
        let place = plans.find_map(|plan| {
            let mut buttons = plan.buttons.iter();
            buttons.find(|(known, _)| known == label)
        });
        place
            .filter(|_| is_shown)
            .map(|(_, place)| place.at.clone())
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
        while self.shown.is_empty() && Instant::now() < until {
            self.glance(voice)?;
            thread::sleep(AGAIN);
        }
        if self.shown.is_empty() {
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
        if voice.n == said || is_missing {
            // What stands there still is seen after the act, too.
            let now = voice.now();
            let screens = passing(self.read(now))?.unwrap_or_default();
            if !screens.is_empty() {
                self.say(voice, screens);
            }
        }
        if passing(self.read(0))?.is_some_and(|screens| screens.is_empty()) {
            self.strange(voice)?;
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
                text: passing(self.everything())?.flatten(),
            })),
        };
        self.say(voice, vec![screen]);
        Ok(())
    }
}

/// Whether both say the same, whenever.
fn same(screens: &[Screen], others: &[Screen]) -> bool {
    let plain = |screen: &Screen| {
        let text = screen.text().map(str::to_owned);
        let said = Screen {
            n: 0,
            read_off: None,
            ..screen.clone()
        };
        (said, text)
    };
    screens.iter().map(plain).eq(others.iter().map(plain))
}

/// Nothing, where the page has changed between two questions about it.
fn passing<T>(asked: Result<T, WebDriverTrouble>) -> Result<Option<T>, WebDriverTrouble> {
    match asked {
        Ok(told) => Ok(Some(told)),
        Err(trouble) if trouble.is_passing() => Ok(None),
        Err(trouble) => Err(trouble),
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
