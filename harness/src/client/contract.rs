//! Client contract v1: the JSON Lines between the harness and a client under test.
//!
//! Every message is an object with exactly one key, at most [`MAX_LINE`] bytes; unknown keys
//! inside a message are ignored, so that the contract can grow. The manual has the page for
//! vendors; this is its machine form.

use madoguchi_requirements::statement::can_do;
use madoguchi_scenarios::Scenario;
use madoguchi_trace::{ClientEvent, ClientNote, Depth, Misfit, OwnWords, Screen, Text};
use serde::{Deserialize, Serialize};
use serde_json::error::Category;

use super::misfit;
use super::screen_map::Exclusive;

/// The contract's version.
pub(crate) const VERSION: u32 = 1;

/// The longest line in either direction, bytes without the line break.
pub(crate) const MAX_LINE: usize = 1 << 20;

/// The most lines that a client may say in one case. A working one says some dozens.
pub(crate) const MAX_LINES: u64 = 100_000;

/// The most bytes that a client may say in one case.
pub(crate) const MAX_OUTPUT: u64 = 64 << 20;

/// Exit status by which a client says "not supported".
pub(crate) const NOT_SUPPORTED: i32 = 89;

/// What the harness tells the client.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum ToClient {
    Hello { contract: u32, profile: String },
    Begin { scenario: String, given: Given },
    Do(Do),
    End {},
}

/// What a client may know of the case beforehand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Given {
    pub(crate) terminal: String,
    /// `pc` or `mobile`.
    pub(crate) device: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) method: Option<String>,
}

/// One instruction; the client answers `done` exactly once.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Do {
    pub(crate) id: u32,
    pub(crate) action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<serde_json::Value>,
}

/// What the client tells the harness.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum FromClient {
    Hello(Hello),
    Event(ClientEvent),
}

/// How a client introduces itself.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub(crate) struct Hello {
    pub(crate) contract: u32,
    pub(crate) name: String,
    pub(crate) version: String,
    #[serde(default = "least_depth")]
    pub(crate) depth: Depth,
    /// What the client can do; where it does not say, what an app of the limited type can.
    #[serde(default)]
    pub(crate) supports: Option<Vec<String>>,
    /// What of the machine it needs for itself from `begin` on.
    #[serde(default)]
    pub(crate) exclusive: Option<Exclusive>,
    /// What it calls what, where it is other than the words of requirements.
    #[serde(default)]
    pub(crate) words: OwnWords,
}

impl Hello {
    /// Whether the client says that it can do what the scenario is about.
    pub(crate) fn can_do(&self, scenario: &Scenario) -> bool {
        can_do(self.supports.as_deref(), scenario)
    }

    pub(crate) fn note(&self) -> ClientNote {
        ClientNote {
            name: self.name.clone(),
            version: self.version.clone(),
            depth: self.depth,
        }
    }
}

/// A client that speaks the contract at least says when it is ready and done.
const fn least_depth() -> Depth {
    Depth::L1
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Message {
    Hello(Hello),
    Screen(Shown),
    Output { n: u64, kind: Text, text: Text },
    Ready { r#do: u32 },
    Done { r#do: u32 },
    Error { n: u64, text: Text },
}

/// A screen as the client reports it.
#[derive(Deserialize)]
struct Shown {
    n: u64,
    #[serde(default)]
    number: Option<Text>,
    title: Text,
    #[serde(default)]
    buttons: Vec<Text>,
    #[serde(default)]
    fields: Vec<(Text, Text)>,
}

impl From<Shown> for Screen {
    fn from(shown: Shown) -> Self {
        Self {
            n: shown.n,
            number: shown.number,
            title: shown.title,
            buttons: shown.buttons,
            fields: shown.fields,
            read_off: None,
        }
    }
}

/// Reads line `number` (from 1) of the client's standard output.
pub(crate) fn read(number: u64, line: &[u8]) -> FromClient {
    match serde_json::from_slice(line) {
        Ok(Message::Hello(hello)) => FromClient::Hello(hello),
        Ok(Message::Screen(shown)) => FromClient::Event(ClientEvent::Screen(shown.into())),
        Ok(Message::Output { n, kind, text }) => {
            FromClient::Event(ClientEvent::Output { n, kind, text })
        }
        Ok(Message::Ready { r#do }) => FromClient::Event(ClientEvent::Ready { r#do }),
        Ok(Message::Done { r#do }) => FromClient::Event(ClientEvent::Done { r#do }),
        Ok(Message::Error { n, text }) => FromClient::Event(ClientEvent::Error { n, text }),
        Err(error) => {
            let misfit = misfit::of(line, &error);
            let why = misfit
                .as_ref()
                .map_or_else(|| why(&error), misfit::in_short);
            garbage(number, line.len(), why, misfit)
        }
    }
}

/// What is wrong with a line, without a word of it: the library quotes what it did not expect.
fn why(error: &serde_json::Error) -> String {
    let column = error.column();
    match error.classify() {
        Category::Data => format!("column {column}: not what the contract has here"),
        Category::Syntax | Category::Eof | Category::Io => format!("column {column}: no JSON"),
    }
}

/// A line that is no message, without its content: it may hold anything.
pub(crate) fn garbage(line: u64, len: usize, why: String, misfit: Option<Misfit>) -> FromClient {
    FromClient::Event(ClientEvent::Garbage {
        line,
        len,
        why: why.into(),
        misfit,
    })
}

#[cfg(test)]
mod tests {
    use madoguchi_scenarios::Catalogue;

    use super::*;

    #[test]
    fn messages_to_the_client_have_one_key() {
        let message = ToClient::Do(Do {
            id: 3,
            action: "place-card",
            value: None,
        });
        assert_eq!(
            serde_json::to_string(&message).unwrap(),
            r#"{"do":{"id":3,"action":"place-card"}}"#
        );
        assert_eq!(
            serde_json::to_string(&ToClient::End {}).unwrap(),
            r#"{"end":{}}"#
        );
    }

    #[test]
    fn a_screen_may_leave_out_what_it_does_not_have() {
        let read = read(
            1,
            r#"{"screen":{"n":1,"title":"認証選択","later":true}}"#.as_bytes(),
        );
        let FromClient::Event(ClientEvent::Screen(screen)) = read else {
            panic!("{read:?}")
        };
        assert_eq!(
            (screen.n, screen.title.as_str(), screen.number),
            (1, "認証選択", None)
        );
    }

    #[test]
    fn a_line_that_is_no_message_is_told_by_its_position_and_length_alone() {
        let lines = [
            "PIN is 1234",
            r#"{"screen":{"n":"1234","title":""}}"#,
            r#"{"1234":{}}"#,
            r#"{"done":{"do":-1234}}"#,
        ];
        for text in lines {
            let FromClient::Event(ClientEvent::Garbage { line, len, why, .. }) =
                read(7, text.as_bytes())
            else {
                panic!("{text}")
            };
            assert_eq!((line, len), (7, text.len()));
            assert!(!why.contains("1234"), "{why}");
        }
    }

    #[test]
    fn a_client_is_tried_only_with_what_its_hello_supports() {
        let hello = |supports: Option<&[&str]>| Hello {
            contract: VERSION,
            name: "any".into(),
            version: "1".into(),
            depth: Depth::L3,
            supports: supports.map(|list| list.iter().map(|s| (*s).to_owned()).collect()),
            exclusive: None,
            words: OwnWords::default(),
        };
        let scenario = |id: &str| {
            let catalogue = Catalogue::builtin();
            let entry = catalogue.entries().iter().find(|entry| entry.id == id);
            let entry = entry.unwrap();
            madoguchi_notation::load::<Scenario>(&entry.file, &entry.text).unwrap()
        };
        for (id, supports, tried) in [
            ("happy/visual", None, true),
            ("history/browse", None, true),
            ("history/browse", Some(&["visual"][..]), false),
            ("history/browse", Some(&["history"]), true),
            ("institution/by-number", None, false),
            ("institution/by-number", Some(&["visual"]), false),
            ("institution/by-number", Some(&["institution"]), true),
            ("institution/bulk", Some(&["home-consent"]), false),
            ("home/first-visit", Some(&["institution"]), false),
            ("home/first-visit", Some(&["home-consent"]), true),
            ("home/by-sight", Some(&["home-consent"]), false),
            (
                "home/by-sight",
                Some(&["home-consent", "consent-by-sight"]),
                true,
            ),
            ("home/patient", None, false),
            ("happy/mobile", None, false),
            ("happy/mobile", Some(&["mobile"]), true),
            ("happy/new-passcode", Some(&["mobile"]), false),
            (
                "happy/new-passcode",
                Some(&["mobile", "new-passcode"]),
                true,
            ),
            ("happy/read-aloud", Some(&["visual"]), false),
            ("happy/read-aloud", Some(&["read-aloud"]), true),
            ("web/proxy", None, false),
            ("web/proxy", Some(&["proxy"]), true),
        ] {
            let can = hello(supports).can_do(&scenario(id));
            assert_eq!(can, tried, "{id} {supports:?}");
        }
    }
}
