//! The screen map: how the screens of an app that does not speak the contract are told apart, read and
//! operated. A vendor writes it once; the words on its left are the contract's and the ministry's, the
//! words on its right are the app's own: locators on a page, or what a person looks for on a screen.
//!
//! What it names no place for cannot be seen, and is never taken to have been seen: see [`ScreenMap::sight`].

mod place;
mod schema;

use std::collections::BTreeMap;
use std::time::Duration;

use madoguchi_judge::words::Words as Understood;
use madoguchi_notation::{Diagnostic, Diagnostics, Located, load, unknown_version};
use madoguchi_scenarios::{Act, Scenario, Span};
use madoguchi_trace::Binding;
use madoguchi_trace::{Depth, OwnWords, Readable, Sight};
use madoguchi_transcription::one_driver;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json};

pub(crate) use self::place::{Ordered, Place, Target, Words};
pub(crate) use self::schema::schema;
use super::own_words;

/// Version of the form itself.
const VERSION: u16 = 1;

/// How long a page must not change until it is taken to rest, where the map does not say.
const QUIET: Duration = Duration::from_millis(200);

/// How long a page that does not change after an act is given, where the map does not say.
const PATIENCE: Duration = Duration::from_secs(2);

/// How an app's screens are told apart, read and operated.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct ScreenMap {
    #[schemars(schema_with = "schema::version")]
    screen_map: Located<u16>,
    /// The product, as reports name it.
    pub(crate) app: Product,
    /// A page, read and pressed through a WebDriver server of whatever browser or toolkit.
    pub(crate) page: Option<Page>,
    /// A person, who is told what to do and says what the screen shows.
    pub(crate) attended: Option<Attended>,
    /// What of the machine the app needs for itself: cases that do are never played at the same time.
    #[serde(default)]
    pub(crate) exclusive: Option<Exclusive>,
    /// What the app can do beside the check itself, as `supports` in the contract's hello.
    #[serde(default)]
    pub(crate) supports: Option<Vec<String>>,
    /// What the app calls what, where it is other than the words of requirements: values above all, and
    /// what is read off the page.
    #[serde(default)]
    pub(crate) words: OwnWords,
    /// The screens; where several fit, the first of them is shown.
    #[schemars(with = "Vec<Plan>")]
    pub(crate) screens: Located<Vec<Plan>>,
    /// What is done for each action of the contract. A scenario with an action that stands neither here
    /// nor on a button is left out as not supported.
    #[serde(default)]
    pub(crate) acts: BTreeMap<Action, Vec<Move>>,
}

/// The product under test.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Product {
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) version: String,
}

/// A page. A locator is a CSS selector, or an XPath where it begins with `/`, `./` or `(`.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Page {
    /// What starts the WebDriver server, such as `chromedriver --port={port}`.
    #[schemars(with = "Option<String>")]
    pub(crate) driver: Option<Located<String>>,
    /// The WebDriver server that runs already, on this machine.
    pub(crate) server: Option<String>,
    /// What the browser is to be like (WebDriver: capabilities).
    #[serde(default)]
    pub(crate) capabilities: Map<String, Json>,
    /// The page, on this machine, where neither the app tells it nor the driver opens it.
    pub(crate) url: Option<String>,
    /// Shown while the app is at work: no act is over before it is gone.
    pub(crate) busy: Option<String>,
    /// The part of the page whose text is everything that somebody can read: `body` where left out.
    #[serde(default = "body")]
    pub(crate) text: String,
    /// How long the page must not change until an act is over: `200ms` where left out.
    #[serde(default)]
    #[schemars(schema_with = "schema::span")]
    quiet: Option<Span>,
    /// How long the page is given to change at all after an act: `2s` where left out.
    #[serde(default)]
    #[schemars(schema_with = "schema::span")]
    patience: Option<Span>,
}

/// A person in front of the screen.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Attended {}

/// What an app needs for itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Exclusive {
    /// The desktop: focus, pointer, keyboard.
    Desktop,
}

/// A screen and how it is read.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Plan {
    /// On a page: what is displayed while this screen is shown. For a person: how it is recognised.
    pub(crate) at: Option<String>,
    /// 画面番号 where a document names one, or where the page says it.
    pub(crate) number: Option<Words>,
    /// The title as requirements know it, or where the page says it.
    pub(crate) title: Words,
    /// The parts of the page that hold one result each; places count from there.
    pub(crate) each: Option<String>,
    /// Label → where its value stands. A section's labels read `見出し/項目`.
    #[serde(default)]
    pub(crate) fields: Ordered<Place>,
    /// Label → what is pressed.
    #[serde(default)]
    pub(crate) buttons: Ordered<Place>,
}

/// An action of the contract that an app can be put through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Action {
    Login,
    SetMethod,
    ChooseMethod,
    EnterPin,
    PlaceCard,
    TakeCard,
    BrowseHistory,
    AskByNumber,
    SearchEmergency,
    FetchResult,
    Designate,
    VisitAgain,
    EnterByLink,
    Close,
}

/// One movement of an act.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Move {
    /// Name of a value → where it is typed; the only value of an action is `value`. What the step does not
    /// have leaves its place empty.
    Type(BTreeMap<String, String>),
    /// What is pressed; or the value of the action → what is pressed for it.
    Press(Target),
    /// What is displayed as soon as the app waits for the card, which is then placed.
    Ready(String),
    /// What is displayed when the act is over.
    WaitFor(String),
}

/// How a screen is read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Through<'a> {
    Page(&'a Page),
    Person,
}

impl ScreenMap {
    /// Reads a map.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub(crate) fn parse(file: &str, text: &str) -> Result<Self, Diagnostics> {
        let map: Self = load(file, text)?;
        Diagnostics::check(file, text, map.faults())?;
        Ok(map)
    }

    pub(crate) const fn through(&self) -> Through<'_> {
        match &self.page {
            Some(page) => Through::Page(page),
            // A map with neither was refused.
            None => Through::Person,
        }
    }

    /// Whether its cases are never played at the same time: there is one desktop, and one person.
    pub(crate) const fn is_exclusive(&self) -> bool {
        self.exclusive.is_some() || self.attended.is_some()
    }

    /// Fields are what tells a screen's content from its name.
    pub(crate) fn depth(&self) -> Depth {
        let has_fields = self.screens.iter().any(|plan| !plan.fields.is_empty());
        if has_fields { Depth::L3 } else { Depth::L2 }
    }

    /// What can be seen through this map.
    pub(crate) fn sight(&self) -> Sight {
        let fixed = |words: &Words| match words {
            Words::Fixed(text) => Some(text.clone()),
            Words::Shown(_) => None,
        };
        let labels =
            |pairs: &Ordered<Place>| pairs.iter().map(|(label, _)| label.clone()).collect();
        let screens = self.screens.iter().map(|plan| Readable {
            title: fixed(&plan.title),
            number: plan.number.as_ref().and_then(fixed),
            numbered: matches!(plan.number, Some(Words::Shown(_))),
            fields: labels(&plan.fields),
            buttons: match self.through() {
                Through::Page(_) => labels(&plan.buttons),
                // They are not asked for.
                Through::Person => Vec::new(),
            },
        });
        Sight {
            binding: match self.through() {
                Through::Page(_) => Binding::Page,
                Through::Person => Binding::Attended,
            },
            screens: screens.collect(),
        }
    }

    /// Whether the app can be put through all of a scenario.
    pub(crate) fn can_do(&self, scenario: &Scenario) -> bool {
        let words = Understood::builtin().with(&self.words);
        let is_on_a_button = |label: &str| {
            let mut plans = self.screens.iter();
            plans.any(|plan| {
                let buttons: Vec<&String> = plan.buttons.iter().map(|(known, _)| known).collect();
                words.own_button(label, &buttons).is_some()
            })
        };
        matches!(self.through(), Through::Person)
            || scenario.when.iter().all(|step| match &**step {
                Act::Press(label) => is_on_a_button(label),
                Act::InquireInBulk(_) => false,
                // The harness's own, or nothing that must be done to the app.
                _ => Action::of(step.word())
                    .is_none_or(|action| action.needs_nothing() || self.acts.contains_key(&action)),
            })
    }

    fn faults(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let whole = self.screen_map.location();
        let wrong = unknown_version(
            "screen-map-version",
            "screen-map",
            &self.screen_map,
            VERSION,
        );
        faults.extend(wrong);
        if self.page.is_some() == self.attended.is_some() {
            let fault = Diagnostic::new(
                "one-binding",
                "page と attended のどちらか一つだけを書きます",
                "name one of page and attended",
            );
            faults.push(fault.at(whole));
        }
        if let Some(page) = &self.page {
            let fault = one_driver(page.driver.is_some(), page.server.is_some());
            faults.extend(fault.map(|fault| fault.at(whole)));
        }
        if self.screens.is_empty() {
            let fault = Diagnostic::new(
                "no-screens",
                "screens に画面がありません",
                "screens names no screen",
            );
            faults.push(fault.at(self.screens.location()));
        }
        let unknown = own_words::faults(&self.words).into_iter();
        faults.extend(unknown.map(|fault| fault.at(whole)));
        for plan in self.screens.iter().filter(|plan| plan.at.is_none()) {
            if self.page.is_some() {
                let title = plan.title.in_words();
                let fault = Diagnostic::new(
                    "no-place",
                    format!("画面「{title}」に at がありません: 表示中だけ見える要素を書きます"),
                    format!("screen {title} has no at: name what is displayed while it is shown"),
                );
                faults.push(fault.at(self.screens.location()));
            }
        }
        faults
    }
}

impl Page {
    pub(crate) fn quiet(&self) -> Duration {
        self.quiet.map_or(QUIET, Span::duration)
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience.map_or(PATIENCE, Span::duration)
    }
}

impl Action {
    /// The action of this name, if an app is told it.
    pub(crate) fn of(name: &str) -> Option<Self> {
        serde_json::from_value(Json::from(name)).ok()
    }

    /// Whether the app may learn of it by itself.
    pub(crate) const fn needs_nothing(self) -> bool {
        matches!(self, Self::TakeCard | Self::Close)
    }
}

fn body() -> String {
    "body".to_owned()
}

#[cfg(test)]
mod tests;
