//! An app's page, operated through a WebDriver server.
//!
//! A step is over when the page has changed since it began and then rests: nothing of it has changed for
//! a while, and nothing says that the app is at work. Where the map says what is displayed at the end of
//! an act, that is waited for first. Every wait has a limit.

mod moves;
mod reading;

use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_trace::{ReadOff, Screen, Text};

use self::moves::{Moved, value};
use self::reading::{Reader, Seen, passing, same};
use super::{ScreenDriver, StandInTrouble, Voice};
use crate::client::contract::Do;
use crate::client::process::Env;
use crate::client::screen_map::{Action, Move, Page, ScreenMap, Target};
use crate::client::webdriver::{Browser, Through, WebDriverTrouble};

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
            // The driver that waits for the step must still hear that it is over.
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
            let seems_to_rest = (has_changed || patience <= now) && changed + self.quiet <= now;
            if seems_to_rest && !self.reader.is_busy()? {
                // It may have been busy at the glance above, and show something else since.
                if !self.glance(voice)? {
                    return Ok(true);
                }
                changed = Instant::now();
            }
            if until <= now {
                return Ok(false);
            }
            thread::sleep(AGAIN);
        }
    }
}

impl ScreenDriver for Pages {
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
