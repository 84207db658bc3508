//! A browser on this machine, driven through a WebDriver server (W3C WebDriver 2) of any maker: as
//! much of the protocol as reading and pressing what a page shows needs. Everything waits with a
//! limit, nothing but the loopback interface is spoken to, and what was started is ended.
//!
//! The protocol is spoken here, over a small HTTP client: `fantoccini` rests on the crate
//! `webdriver`, whose licence (MPL-2.0) is none that this program may link.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_terms::{Lang, Say};
use serde_json::{Map, Value as Json, json};
use ureq::Agent;
use ureq::http::Uri;

use super::process::{Env, end_group_of};
use crate::interrupt::Watched;

/// The key of an element's reference in every answer (WebDriver §11.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// Between two questions whether a server that was started is ready.
const AGAIN: Duration = Duration::from_millis(50);

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

/// Why a page could not be read.
#[derive(Debug)]
pub(crate) enum WebDriverTrouble {
    /// Its command could not be started.
    Start { program: String, error: io::Error },
    /// It was not ready within the limit.
    NotReady { program: String, limit: Duration },
    /// An address that is not on this machine.
    NotLocal(String),
    /// It could not be spoken to.
    Line(String),
    /// It said no: WebDriver's code and message.
    Refused { code: String, message: String },
}

impl Say for WebDriverTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Start { program, error } => lang.pick(
                format!("WebDriver {program} を起動できません: {error}"),
                format!("cannot start the WebDriver server {program}: {error}"),
            ),
            Self::NotReady { program, limit } => {
                let seconds = limit.as_secs();
                lang.pick(
                    format!("WebDriver {program} が {seconds} 秒以内に応えません (コマンドに {{port}} が要ります)"),
                    format!("the WebDriver server {program} was not ready within {seconds} s (its command needs {{port}})"),
                )
            }
            Self::NotLocal(url) => lang.pick(
                format!("{url} はこのマシンの http:// のアドレスではありません。127.0.0.1 か localhost を使います"),
                format!("{url} is no http:// address of this machine; use 127.0.0.1 or localhost"),
            ),
            Self::Line(error) => lang.pick(
                format!("WebDriver と通信できません: {error}"),
                format!("cannot speak to the WebDriver server: {error}"),
            ),
            Self::Refused { code, message } => lang.pick(
                format!("WebDriver の応答: {code}: {message}"),
                format!("the WebDriver server says {code}: {message}"),
            ),
        }
    }
}

impl WebDriverTrouble {
    /// Whether the page had changed between two questions about it, so that asking again may help.
    pub(crate) fn is_passing(&self) -> bool {
        let passing = [
            "stale element reference",
            "no such element",
            "element not interactable",
            "element click intercepted",
        ];
        matches!(self, Self::Refused { code, .. } if passing.contains(&code.as_str()))
    }
}

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

    /// What somebody who looks at it reads: its text, or the value of a field of a form.
    pub(crate) fn shown(&self, element: &Element) -> Result<String, WebDriverTrouble> {
        let get = |what: &str| self.get(&format!("element/{}/{what}", element.0));
        let text = |value: Json| value.as_str().unwrap_or_default().to_owned();
        let name = text(get("name")?).to_ascii_lowercase();
        let is_field = matches!(name.as_str(), "input" | "textarea" | "select");
        get(if is_field { "property/value" } else { "text" }).map(text)
    }

    /// Everything that somebody can read within it.
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

    /// Whether somebody can see it.
    pub(crate) fn is_displayed(&self, element: &Element) -> Result<bool, WebDriverTrouble> {
        let displayed = self.get(&format!("element/{}/displayed", element.0))?;
        Ok(displayed.as_bool().unwrap_or(false))
    }

    /// The first that somebody can see of everything that the locator means.
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

/// A server that was started here.
struct Server {
    child: Child,
    url: String,
    _watched: Watched,
}

impl Server {
    fn start(
        argv: &[String],
        env: &Env,
        agent: &Agent,
        limit: Duration,
    ) -> Result<Self, WebDriverTrouble> {
        let program = argv[0].clone();
        let started = |error| WebDriverTrouble::Start {
            program: program.clone(),
            error,
        };
        // Free a moment ago; who else takes it makes the server say so by ending.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .and_then(|free| free.local_addr())
            .map_err(started)?
            .port()
            .to_string();
        let mut command = Command::new(&program);
        command
            .args(argv[1..].iter().map(|word| word.replace("{port}", &port)))
            .envs(env)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        let child = command.spawn().map_err(started)?;
        let mut server = Self {
            _watched: Watched::new(child.id()),
            child,
            url: format!("http://127.0.0.1:{port}"),
        };
        let until = Instant::now() + limit;
        while Instant::now() < until && matches!(server.child.try_wait(), Ok(None)) {
            let status = spoken(agent.get(format!("{}/status", server.url)).call());
            if status.is_ok_and(|status| status["ready"] == json!(true)) {
                return Ok(server);
            }
            thread::sleep(AGAIN);
        }
        Err(WebDriverTrouble::NotReady { program, limit })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        end_group_of(self.child.id());
        // Already gone is what we want.
        let _ = self.child.kill();
        let _ = self.child.wait();
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

/// The value of an answer (WebDriver §6.6).
fn spoken(
    answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Json, WebDriverTrouble> {
    let line = |error: ureq::Error| WebDriverTrouble::Line(error.to_string());
    let body = answer
        .map_err(line)?
        .body_mut()
        .read_to_vec()
        .map_err(line)?;
    let mut answer: Json = serde_json::from_slice(&body)
        .map_err(|error| WebDriverTrouble::Line(format!("no WebDriver answer: {error}")))?;
    let value = answer["value"].take();
    match value["error"].as_str() {
        None => Ok(value),
        Some(code) => {
            let message = value["message"].as_str().unwrap_or_default();
            Err(WebDriverTrouble::Refused {
                code: code.to_owned(),
                // Some add a stack of their own.
                message: message.lines().next().unwrap_or_default().to_owned(),
            })
        }
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

    #[test]
    fn a_program_that_is_no_webdriver_server_is_told_of_within_the_limit() {
        let limit = Duration::from_millis(200);
        let open = |program: &str| {
            let argv = [program.to_owned()];
            Browser::open(Through::Command(&argv, &Env::new()), &Map::new(), limit).unwrap_err()
        };
        assert!(matches!(
            open("no-such-program"),
            WebDriverTrouble::Start { .. }
        ));
        let this = std::env::current_exe().unwrap();
        let lists = format!("{}", this.display());
        let argv = [lists, "--list".to_owned()];
        let trouble =
            Browser::open(Through::Command(&argv, &Env::new()), &Map::new(), limit).unwrap_err();
        assert!(
            matches!(trouble, WebDriverTrouble::NotReady { .. }),
            "{trouble:?}"
        );
    }
}
