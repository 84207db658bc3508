//! The screens of an app that does not speak the contract: whether its screen map can be read, whether
//! it can be operated, and whether its first screen is one of those that the map tells apart.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::{ClientEvent, Screen};

use super::finding::Finding;
use super::program;
use crate::cell::backlog;
use crate::cell::clock::ScenarioClock;
use crate::cell::sequencer::{Heard, Sequencer};
use crate::cell::world::{Setting, World};
use crate::client::attended::PATIENCE;
use crate::client::contract::{FromClient, Given, ToClient, VERSION};
use crate::client::process::Launch;
use crate::client::screen_map::{ScreenMap, Through};
use crate::client::stand_in::{StandIn, StandInTrouble, Watch};
use crate::client::webdriver::WebDriverTrouble;
use crate::command::run::screen_map;

/// How long app and browser may take to the first screen.
const LIMIT: Duration = Duration::from_secs(15);
/// How long the app may take to leave.
const GRACE: Duration = Duration::from_secs(1);
/// How much of an unknown screen is quoted, characters.
const QUOTED: usize = 60;

/// D-31 … D-35 and D-45 … D-48: what keeps the app from being operated.
pub(super) fn screens(
    file: &Path,
    command: Option<&str>,
    setting: &Setting<'_>,
) -> Option<Finding> {
    let map = match screen_map(file) {
        Ok(map) => Arc::new(map),
        Err(trouble) => {
            return Some(Finding::new(
                "D-45",
                (trouble.text(Lang::Ja), trouble.text(Lang::En)),
                (
                    "示された箇所を直す。形式は madoguchi schema screen-map",
                    "mend the place that is shown; for the form: madoguchi schema screen-map",
                ),
            ));
        }
    };
    let argv = match command.map(program::parts) {
        Some(Ok(argv)) => argv,
        Some(Err(finding)) => return Some(finding),
        None => Vec::new(),
    };
    if let Some(finding) = argv.first().and_then(|program| program::can_run(program)) {
        return Some(finding);
    }
    if matches!(map.through(), Through::Person) {
        // No person is asked here.
        return None;
    }
    // A cell that does not open is the machine's trouble, and was told as such.
    let (to_store, _stamped) = backlog::channel();
    let sequencer = Arc::new(Sequencer::new(to_store));
    let clock = ScenarioClock::standing(setting.at);
    let world = World::open(setting, clock, sequencer.clone()).ok()?;
    let mut env = world.env().clone();
    env.insert("MADOGUCHI_TIMEOUT_MS", LIMIT.as_millis().to_string().into());
    let launch = (!argv.is_empty()).then(|| Launch {
        argv,
        env: env.clone(),
    });
    let watch = Watch {
        map: map.clone(),
        attended_limit: PATIENCE,
        lang: Lang::En,
    };
    let begun = StandIn::start(&watch, launch.as_ref(), &env, &sequencer, LIMIT);
    let stand_in = match begun {
        Ok(stand_in) => stand_in,
        Err(trouble) => return Some(told(&trouble)),
    };
    let first = first(&stand_in, setting);
    match stand_in.end(GRACE) {
        Err(trouble) => Some(told(&trouble)),
        Ok(_) => match first {
            Some(screen) if !screen.title.is_empty() => None,
            screen => Some(unknown(&map, screen.as_ref())),
        },
    }
}

/// The first screen that is told of.
fn first(stand_in: &StandIn, setting: &Setting<'_>) -> Option<Screen> {
    let profile = setting.profile.name().to_owned();
    let hello = ToClient::Hello {
        contract: VERSION,
        profile,
    };
    let begin = ToClient::Begin {
        scenario: setting.scenario.id.clone(),
        given: Given {
            terminal: setting.scenario.given.terminal.name().to_owned(),
            device: "pc",
            method: None,
        },
    };
    stand_in
        .tell(&hello)
        .and_then(|()| stand_in.tell(&begin))
        .ok()?;
    let until = Instant::now() + LIMIT;
    loop {
        match stand_in.hear(until.saturating_duration_since(Instant::now())) {
            Some(Heard::Message(FromClient::Event(ClientEvent::Screen(screen)))) => {
                return Some(screen);
            }
            Some(Heard::Message(_) | Heard::KeptWaiting) => {}
            Some(Heard::Closed) | None => return None,
        }
    }
}

/// D-46 … D-48.
fn told(trouble: &StandInTrouble) -> Finding {
    let seen = (trouble.text(Lang::Ja), trouble.text(Lang::En));
    match trouble {
        StandInTrouble::WebDriver(WebDriverTrouble::Refused { code, .. })
            if code == "invalid selector" =>
        {
            Finding::new(
                "D-47",
                seen,
                (
                    "示されたロケーターを直す (CSS セレクター、または / で始まる XPath)",
                    "mend the locator that is shown: a CSS selector, or an XPath that begins with /",
                ),
            )
        }
        StandInTrouble::WebDriver(_) | StandInTrouble::Nobody(_) => Finding::new(
            "D-46",
            seen,
            (
                "page の driver か server を確かめる。同じコマンドを手で起動し、/status が ready か見る",
                "look at driver or server below page: start the same command by hand and see whether its /status says ready",
            ),
        ),
        StandInTrouble::Start(_) | StandInTrouble::Gone { .. } | StandInTrouble::NoPage { .. } => {
            Finding::new(
                "D-48",
                seen,
                (
                    "アプリを同じコマンドで手で起動し、画面が出るか確かめる",
                    "start the app by hand with the same command, and see whether its page comes up",
                ),
            )
        }
    }
}

/// D-47: no screen of the map fits.
fn unknown(map: &ScreenMap, screen: Option<&Screen>) -> Finding {
    let text = screen.and_then(Screen::text);
    let text: String = text.unwrap_or("–").chars().take(QUOTED).collect();
    let text = text.replace('\n', " ");
    let at: Vec<&str> = map
        .screens
        .iter()
        .filter_map(|plan| plan.at.as_deref())
        .collect();
    let at = at.join(", ");
    Finding::new(
        "D-47",
        (
            format!("最初の画面「{text}」に、どの at も当たらない: {at}"),
            format!("no at fits the first screen ({text}): {at}"),
        ),
        (
            "表示中の画面だけで見える要素を at に書く",
            "write as at what is displayed on that screen and on no other",
        ),
    )
}
