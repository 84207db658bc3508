//! A stand-in that speaks the contract for an app that does not: it operates the app's own screens, by a
//! WebDriver server or by a person's hands, and says in the app's name what they show. For the rest of
//! the cell it is a client like any other.
//!
//! What it sees, it sees later than it was shown. So each screen says since when something else was
//! seen, and a check that depends on the order decides nothing where it could have been the other one.

mod app;
mod page;
mod person;

use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_scenarios::Scenario;
use madoguchi_terms::{Lang, Say, harmless};
use madoguchi_trace::{ClientEvent, Depth, Screen, Text};

use self::app::App;
use self::page::Pages;
use self::person::Person;
use super::attended::NobodyAnswers;
use super::contract::{Do, FromClient, Hello, ToClient, VERSION};
use super::process::{ClientTrouble, Ended, Env, Launch};
use super::screen_map::{ScreenMap, Through};
use super::webdriver::WebDriverTrouble;
use crate::cell::gate::Redacted;
use crate::cell::sequencer::{Heard, Sequencer};

/// Between two looks at a page to which nothing is done.
const IDLE: Duration = Duration::from_millis(100);

/// How the screens of apps are read in a run.
#[derive(Debug, Clone)]
pub(crate) struct Watch {
    pub(crate) map: Arc<ScreenMap>,
    /// How long a person is given for one answer.
    pub(crate) attended_limit: Duration,
    pub(crate) lang: Lang,
}

/// Why the screens cannot be operated. None of it is the app's failure, except where it is not there.
#[derive(Debug)]
pub(crate) enum StandInTrouble {
    /// The app could not be started.
    Start(ClientTrouble),
    /// The app ended before its page was known.
    Gone {
        code: Option<i32>,
        words: Redacted<String>,
    },
    /// Nobody says where its page is.
    NoPage { limit: Duration },
    /// The WebDriver server, or what it was asked for.
    WebDriver(WebDriverTrouble),
    /// Nobody sits before the screen.
    Nobody(NobodyAnswers),
}

impl StandInTrouble {
    /// Whether it is the app that could not be run.
    pub(crate) const fn is_the_apps(&self) -> bool {
        matches!(
            self,
            Self::Start(_) | Self::Gone { .. } | Self::NoPage { .. }
        )
    }
}

impl From<WebDriverTrouble> for StandInTrouble {
    fn from(trouble: WebDriverTrouble) -> Self {
        Self::WebDriver(trouble)
    }
}

impl From<NobodyAnswers> for StandInTrouble {
    fn from(nobody: NobodyAnswers) -> Self {
        Self::Nobody(nobody)
    }
}

impl Say for StandInTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Start(trouble) => trouble.text(lang),
            Self::Gone { code, words } => {
                let code = code.map_or_else(|| "–".to_owned(), |code| code.to_string());
                let words = harmless(words.trim_end().lines().last().unwrap_or("–"));
                lang.pick(
                    format!("アプリが画面を出す前に終了しました (終了コード {code}): {words}"),
                    format!(
                        "the app ended before it showed anything (exit status {code}): {words}"
                    ),
                )
            }
            Self::NoPage { limit } => {
                let seconds = limit.as_secs();
                lang.pick(
                    format!("アプリの画面の場所が {seconds} 秒以内に分かりません。対応表の page に url を書くか、アプリが標準出力に {{\"page\":{{\"url\":\"http://127.0.0.1:…\"}}}} と書きます"),
                    format!("nobody said within {seconds} s where the app's page is: write url below page in the screen map, or let the app print {{\"page\":{{\"url\":\"http://127.0.0.1:…\"}}}}"),
                )
            }
            Self::WebDriver(trouble) => trouble.text(lang),
            Self::Nobody(nobody) => nobody.text(lang),
        }
    }
}

/// Operates an app's screens as the contract says.
trait ScreenDriver: Send {
    /// Something may have changed by itself.
    ///
    /// # Errors
    /// Where the screens cannot be read any more.
    fn look(&mut self, voice: &mut Voice) -> Result<(), StandInTrouble>;

    /// Waits for the first screen.
    ///
    /// # Errors
    /// As above.
    fn begin(&mut self, voice: &mut Voice) -> Result<(), StandInTrouble>;

    /// Does one step. Whether it is over: an app that never comes to rest is not done.
    ///
    /// # Errors
    /// As above.
    fn perform(&mut self, step: &Do, voice: &mut Voice) -> Result<bool, StandInTrouble>;
}

/// Speaks in the app's name.
struct Voice {
    sequencer: Arc<Sequencer>,
    /// Number of the last event.
    n: u64,
}

impl Voice {
    fn say(&self, event: ClientEvent) {
        self.sequencer.say(FromClient::Event(event));
    }

    fn screen(&mut self, mut screen: Screen) {
        self.n += 1;
        screen.n = self.n;
        self.say(ClientEvent::Screen(screen));
    }

    /// Something that the app's screens do not say themselves.
    fn error(&mut self, text: impl Into<Text>) {
        self.n += 1;
        let (n, text) = (self.n, text.into());
        self.say(ClientEvent::Error { n, text });
    }

    fn ready(&self, r#do: u32) {
        self.say(ClientEvent::Ready { r#do });
    }

    fn now(&self) -> u64 {
        self.sequencer.elapsed()
    }
}

/// A client that is operated.
pub(crate) struct StandIn {
    told: Option<Sender<ToClient>>,
    heard: Receiver<Heard>,
    thread: Option<JoinHandle<Over>>,
    map: Arc<ScreenMap>,
    /// How long a step may take beside the app's own limit.
    slack: Duration,
}

impl StandIn {
    /// Starts the app, where there is a command for it, and finds its first screen.
    ///
    /// # Errors
    /// Where there is nothing to operate, or no person who could.
    pub(crate) fn start(
        watch: &Watch,
        launch: Option<&Launch>,
        env: &Env,
        sequencer: &Arc<Sequencer>,
        limit: Duration,
    ) -> Result<Self, StandInTrouble> {
        let map = watch.map.clone();
        let mut app = launch.map(App::start).transpose()?;
        let driver: Box<dyn ScreenDriver> = match map.through() {
            Through::Page(page) => {
                let url = match (&page.url, &mut app) {
                    (Some(url), _) => Some(url.clone()),
                    (None, Some(app)) => Some(app.page(limit)?),
                    // The driver opens it.
                    (None, None) => None,
                };
                Box::new(Pages::open(&map, page, url.as_deref(), env, limit)?)
            }
            Through::Person => Box::new(Person::new(&map, watch.attended_limit, watch.lang)),
        };
        let slack = match map.through() {
            Through::Page(_) => Duration::ZERO,
            Through::Person => watch.attended_limit * person::most_questions(&map),
        };
        let (heard_by, heard) = channel();
        sequencer.answer_to(heard_by);
        let (told, orders) = channel();
        let worker = Worker {
            voice: Voice {
                sequencer: sequencer.clone(),
                n: 0,
            },
            driver,
            app,
            orders,
            map: map.clone(),
        };
        let thread = thread::Builder::new()
            .name("stand-in".into())
            .spawn(move || worker.serve())
            .map_err(|error| {
                StandInTrouble::Start(ClientTrouble::Start {
                    program: "stand-in".to_owned(),
                    error,
                })
            })?;
        Ok(Self {
            told: Some(told),
            heard,
            thread: Some(thread),
            map,
            slack,
        })
    }

    /// Whether the app can be put through all of a scenario.
    pub(crate) fn can_do(&self, scenario: &Scenario) -> bool {
        self.map.can_do(scenario)
    }

    pub(crate) fn map(&self) -> &ScreenMap {
        &self.map
    }

    /// How much longer a step may take than an app has for it.
    pub(crate) const fn slack(&self) -> Duration {
        self.slack
    }

    pub(crate) fn tell(&self, message: &ToClient) -> Result<(), ClientTrouble> {
        let told = self.told.as_ref().map(|told| told.send(message.clone()));
        match told {
            Some(Ok(())) => Ok(()),
            _ => Err(ClientTrouble::Deaf {
                error: std::io::ErrorKind::BrokenPipe.into(),
            }),
        }
    }

    pub(crate) fn hear(&self, limit: Duration) -> Option<Heard> {
        Heard::next(&self.heard, limit)
    }

    /// Leaves the screens, gives the app `grace` to leave, and ends it with everything that it started.
    ///
    /// # Errors
    /// Where its screens could not be operated to the end.
    pub(crate) fn end(mut self, grace: Duration) -> Result<Ended, StandInTrouble> {
        drop(self.told.take());
        let over = self.thread.take().map(JoinHandle::join);
        let (app, outcome) = match over {
            Some(Ok(over)) => over,
            Some(Err(panic)) => std::panic::resume_unwind(panic),
            None => (None, Ok(())),
        };
        let ended = app.map(|app| app.end(grace));
        outcome?;
        Ok(ended.unwrap_or_else(Ended::unseen))
    }
}

impl fmt::Debug for StandIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StandIn").finish_non_exhaustive()
    }
}

/// What is left when the stand-in has worked: the app, and why it could not go on, if it could not.
type Over = (Option<App>, Result<(), StandInTrouble>);

/// Where the stand-in works: one thread.
struct Worker {
    voice: Voice,
    driver: Box<dyn ScreenDriver>,
    app: Option<App>,
    orders: Receiver<ToClient>,
    map: Arc<ScreenMap>,
}

impl Worker {
    fn serve(mut self) -> Over {
        let outcome = self.obey();
        let is_gone = self.app.as_mut().is_some_and(App::is_gone);
        self.voice.sequencer.fall_silent();
        // The screens go before the app does: a browser is closed, no person is asked any more.
        drop(self.driver);
        // Where the app is gone, its screens are, too: that is told by its end.
        (self.app, if is_gone { Ok(()) } else { outcome })
    }

    fn obey(&mut self) -> Result<(), StandInTrouble> {
        let mut closed = false;
        loop {
            match self.orders.recv_timeout(IDLE) {
                Ok(ToClient::Hello { .. }) => self.greet(),
                Ok(ToClient::Begin { .. }) => self.driver.begin(&mut self.voice)?,
                Ok(ToClient::Do(step)) => {
                    closed |= step.action == "close";
                    if self.driver.perform(&step, &mut self.voice)? {
                        self.voice.say(ClientEvent::Done { r#do: step.id });
                    }
                }
                Ok(ToClient::End {}) | Err(RecvTimeoutError::Disconnected) => return Ok(()),
                Err(RecvTimeoutError::Timeout) if closed => {}
                Err(RecvTimeoutError::Timeout) => self.driver.look(&mut self.voice)?,
            }
            if !closed && self.app.as_mut().is_some_and(App::is_gone) {
                return Ok(());
            }
        }
    }

    fn greet(&self) {
        let product = &self.map.app;
        let version = if product.version.is_empty() {
            "–"
        } else {
            &product.version
        };
        self.voice.sequencer.say(FromClient::Hello(Hello {
            contract: VERSION,
            name: product.name.clone(),
            version: version.to_owned(),
            depth: self.map.depth().max(Depth::L2),
            supports: self.map.supports.clone(),
            exclusive: self.map.exclusive,
            words: self.map.words.clone(),
        }));
    }
}
