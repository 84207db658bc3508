//! A browser on this machine, driven through a WebDriver server (W3C WebDriver 2) of any maker: as
//! much of the protocol as reading and pressing what a page shows needs. Everything waits with a
//! limit, nothing but the loopback interface is spoken to, and what was started is ended.
//!
//! The protocol is spoken here, over a small HTTP client: `fantoccini` rests on the crate
//! `webdriver`, whose licence (MPL-2.0) is none that this program may link.

mod answer;
mod server;
mod trouble;

use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};
use ureq::Agent;
use ureq::http::Uri;

use self::answer::spoken;
use self::server::Server;
pub(crate) use self::trouble::WebDriverTrouble;
use super::process::Env;

/// The key of an element's reference in every answer (WebDriver §11.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// A session with a browser. Dropping it closes the browser, and ends the server where it was
/// started here.
pub(crate) struct Browser {
    agent: Agent,
    /// URL of the session.
    session: String,
    limit: Duration,
    // Dropped after the session was closed.
    _server: Option<Server>,
}

/// The WebDriver server to speak to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Through<'a> {
    /// One that is started for this, with `{port}` in its command and these variables.
    Command(&'a [String], &'a Env),
    /// One that runs already.
    Running(&'a str),
}

/// Something on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Element(String);

impl Browser {
    /// Opens a browser with these capabilities.
    ///
    /// # Errors
    /// Where the server cannot be started or spoken to, or has no such browser.
    pub(crate) fn open(
        through: Through<'_>,
        capabilities: &Map<String, Json>,
        limit: Duration,
    ) -> Result<Self, WebDriverTrouble> {
        let agent: Agent = Agent::config_builder()
            .timeout_global(Some(limit))
            .http_status_as_error(false)
            .proxy(None)
            .build()
            .into();
        let (base, server) = match through {
            Through::Command(argv, env) => {
                let server = Server::start(argv, env, &agent, limit)?;
                (server.url.clone(), Some(server))
            }
            Through::Running(url) => (local(url)?, None),
        };
        let base = base.trim_end_matches('/');
        let wanted = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let made = spoken(
            agent
                .post(format!("{base}/session"))
                .send(wanted.to_string()),
        )?;
        let id = made["sessionId"].as_str().unwrap_or_default();
        let browser = Self {
            agent,
            session: format!("{base}/session/{id}"),
            limit,
            _server: server,
        };
        let most = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        browser.post("timeouts", &json!({ "pageLoad": most, "script": most }))?;
        Ok(browser)
    }

    /// Goes to a page of this machine and waits until it is loaded.
    pub(crate) fn go(&self, url: &str) -> Result<(), WebDriverTrouble> {
        let url = local(url)?;
        self.post("url", &json!({ "url": url })).map(|_| ())
    }

    /// Waits for something to be there, for the limit.
    pub(crate) fn wait_for(&self, locator: &str) -> Result<(), WebDriverTrouble> {
        // Less than the server has for an answer.
        let most = u64::try_from((self.limit * 9 / 10).as_millis()).unwrap_or(u64::MAX);
        self.post("timeouts", &json!({ "implicit": most }))?;
        let found = self.post("element", &strategy(locator));
        self.post("timeouts", &json!({ "implicit": 0 }))?;
        found.map(|_| ())
    }

    /// Everything that the locator means, on the page or within an element: a CSS selector, or an
    /// XPath where it begins with `/`, `./` or `(`.
    pub(crate) fn all(
        &self,
        within: Option<&Element>,
        locator: &str,
    ) -> Result<Vec<Element>, WebDriverTrouble> {
        let path = within.map_or_else(
            || "elements".to_owned(),
            |element| format!("element/{}/elements", element.0),
        );
        let found = self.post(&path, &strategy(locator))?;
        let found = found.as_array().into_iter().flatten();
        let references = found.filter_map(|element| element[ELEMENT].as_str());
        Ok(references.map(|id| Element(id.to_owned())).collect())
    }

    /// What a person who looks at it reads: its text, or the value of a field of a form.
    pub(crate) fn shown(&self, element: &Element) -> Result<String, WebDriverTrouble> {
        let get = |what: &str| self.get(&format!("element/{}/{what}", element.0));
        let text = |value: Json| value.as_str().unwrap_or_default().to_owned();
        let name = text(get("name")?).to_ascii_lowercase();
        let is_field = matches!(name.as_str(), "input" | "textarea" | "select");
        get(if is_field { "property/value" } else { "text" }).map(text)
    }

    /// Everything that a person can read within it.
    pub(crate) fn text(&self, element: &Element) -> Result<String, WebDriverTrouble> {
        let text = self.get(&format!("element/{}/text", element.0))?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// The value of an attribute; nothing where it has none.
    pub(crate) fn attribute(
        &self,
        element: &Element,
        name: &str,
    ) -> Result<Option<String>, WebDriverTrouble> {
        let value = self.get(&format!("element/{}/attribute/{name}", element.0))?;
        Ok(value.as_str().map(str::to_owned))
    }

    /// Whether a person can see it.
    pub(crate) fn is_displayed(&self, element: &Element) -> Result<bool, WebDriverTrouble> {
        let displayed = self.get(&format!("element/{}/displayed", element.0))?;
        Ok(displayed.as_bool().unwrap_or(false))
    }

    /// The first that a person can see of everything that the locator means.
    pub(crate) fn displayed(&self, locator: &str) -> Result<Option<Element>, WebDriverTrouble> {
        for element in self.all(None, locator)? {
            if self.is_displayed(&element)? {
                return Ok(Some(element));
            }
        }
        Ok(None)
    }

    /// The page as the server writes it down: not the same once anything on it has changed.
    pub(crate) fn source(&self) -> Result<String, WebDriverTrouble> {
        let source = self.get("source")?;
        Ok(source.as_str().unwrap_or_default().to_owned())
    }

    /// Types into an empty field.
    pub(crate) fn enter(&self, element: &Element, text: &str) -> Result<(), WebDriverTrouble> {
        self.post(&format!("element/{}/clear", element.0), &json!({}))?;
        let path = format!("element/{}/value", element.0);
        self.post(&path, &json!({ "text": text })).map(|_| ())
    }

    /// Whether it can be pressed.
    pub(crate) fn is_enabled(&self, element: &Element) -> Result<bool, WebDriverTrouble> {
        let enabled = self.get(&format!("element/{}/enabled", element.0))?;
        Ok(enabled.as_bool().unwrap_or(false))
    }

    /// Presses it.
    pub(crate) fn press(&self, element: &Element) -> Result<(), WebDriverTrouble> {
        let path = format!("element/{}/click", element.0);
        self.post(&path, &json!({})).map(|_| ())
    }

    fn get(&self, path: &str) -> Result<Json, WebDriverTrouble> {
        spoken(self.agent.get(format!("{}/{path}", self.session)).call())
    }

    fn post(&self, path: &str, body: &Json) -> Result<Json, WebDriverTrouble> {
        let url = format!("{}/{path}", self.session);
        spoken(self.agent.post(url).send(body.to_string()))
    }
}

impl fmt::Debug for Browser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a browser at {}", self.session)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // What does not close is ended with its server.
        let _ = self.agent.delete(&self.session).call();
    }
}

/// How a locator is to be understood.
fn strategy(locator: &str) -> Json {
    let is_xpath = ["/", "./", "("]
        .iter()
        .any(|start| locator.starts_with(start));
    let using = if is_xpath { "xpath" } else { "css selector" };
    json!({ "using": using, "value": locator })
}

/// The URL, where it is one of this machine.
fn local(url: &str) -> Result<String, WebDriverTrouble> {
    let is_local = |uri: Uri| {
        let host = uri.host()?.trim_matches(['[', ']']).to_owned();
        let loopback = host
            .parse()
            .is_ok_and(|address: IpAddr| address.is_loopback());
        (uri.scheme_str() == Some("http") && (loopback || host == "localhost")).then_some(())
    };
    match url.parse().ok().and_then(is_local) {
        Some(()) => Ok(url.to_owned()),
        None => Err(WebDriverTrouble::NotLocal(url.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_this_machine_are_gone_to() {
        for url in [
            "http://127.0.0.1:80/a",
            "http://localhost:8080",
            "http://[::1]:9/",
        ] {
            assert_eq!(local(url).unwrap(), url);
        }
        for url in [
            "http://192.0.2.1/",
            "https://127.0.0.1/",
            "http://127.0.0.1.example.invalid/",
            "file:///etc/passwd",
            "",
        ] {
            assert!(local(url).is_err(), "{url}");
        }
    }

    #[test]
    fn a_locator_is_a_selector_or_a_path() {
        assert_eq!(strategy("td.name")["using"], "css selector");
        for path in ["//td", "./td[1]", "(//td)[2]"] {
            assert_eq!(strategy(path)["using"], "xpath", "{path}");
        }
    }
}
