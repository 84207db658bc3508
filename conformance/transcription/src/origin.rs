//! Where it is learned what a program made of a delivery that leaves no export: from its page, or from a
//! person who reads its screen.

use madoguchi_notation::{Diagnostic, Located};
use schemars::JsonSchema;
use serde::Deserialize;

/// A page that shows the records, read through a WebDriver server of whatever browser. A place in it
/// is a CSS selector, or an XPath where it begins with `/`, `./` or `(`; what stands in a field of a
/// form is its value.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Page {
    /// What starts the WebDriver server, such as `chromedriver --port={port}`.
    #[schemars(with = "Option<String>")]
    pub driver: Option<Located<String>>,
    /// The WebDriver server that runs already, on this machine.
    pub server: Option<String>,
    /// What the browser is to be like (WebDriver: capabilities).
    #[serde(default)]
    pub capabilities: serde_json::Map<String, serde_json::Value>,
    /// The page, on this machine, where the program does not tell it.
    pub url: Option<String>,
    /// What is there as soon as the page is ready.
    pub ready: Option<String>,
    /// The part of the page that holds one record; the places of fields count from it.
    pub rows: String,
    /// What is pressed for the next page of records, as long as it is there.
    pub next: Option<String>,
    /// The parts of the page that name a file that was not taken over.
    pub refusals: Option<String>,
}

/// A person who reads the screen.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Attended {
    /// Whether the screen says what was not taken over.
    #[serde(default)]
    pub refusals: bool,
}

/// What is wrong with a page that names both or neither of a command that starts a WebDriver server and
/// one that runs; nothing where it names one.
#[must_use]
pub fn one_driver(has_driver: bool, has_server: bool) -> Option<Diagnostic> {
    (has_driver == has_server).then(|| {
        Diagnostic::new(
            "one-driver",
            "page には driver (起動するコマンド) か server (動いている WebDriver) のどちらか一つを書きます",
            "a page needs either driver, a command to start, or server, a WebDriver server that runs",
        )
    })
}
