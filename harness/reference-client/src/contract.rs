//! The client contract, version 1: JSON Lines on standard input and output, so that a harness can
//! do what a person at the counter does and see what that person sees.
//!
//! A message is an object with exactly one key, at most 1 MiB long. Keys that are not known are
//! ignored.

use std::collections::BTreeMap;
use std::io::{self, BufRead, Read, Write};

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the contract that this client follows.
pub(crate) const VERSION: u32 = 1;

const MAX_LINE: u64 = 1 << 20;

/// A message to the client.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Incoming {
    /// The first message: which contract the other side speaks.
    Hello {
        /// Version of the contract.
        contract: u32,
    },
    /// A scenario begins; the client shows its first screen.
    Begin {
        /// What is so before the first step.
        #[serde(default)]
        given: Given,
    },
    /// Do one thing and answer `done`.
    Do(Step),
    /// Leave with status 0.
    End {},
}

/// What the client is told of a scenario beforehand.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Given {
    /// On what it runs.
    #[serde(default)]
    pub(crate) device: Device,
}

/// PC or モバイル端末.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Device {
    #[default]
    Pc,
    Mobile,
}

/// In whose hands a mobile device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Hands {
    Patient,
    Staff,
}

/// What a person at the counter does. Its value may be a secret: it cannot be printed.
#[derive(Deserialize)]
pub(crate) struct Step {
    /// Number to be repeated in `ready` and `done`.
    pub(crate) id: u32,
    action: String,
    #[serde(default)]
    value: Value,
}

/// A step's action with its value.
pub(crate) enum Action {
    /// Type the account into ログイン画面 and log in.
    Login(Account),
    /// Switch the method in 設定メニュー.
    SetMethod(IdentityCheck),
    /// Choose the method on 認証選択.
    ChooseMethod(IdentityCheck),
    /// The patient types the 4-digit PIN.
    EnterPin(Pin),
    /// The card is going to be laid on the reader.
    PlaceCard,
    /// Press the button with this label.
    Press(String),
    /// The card has been taken away.
    TakeCard,
    /// Look for past results under these conditions.
    BrowseHistory(Conditions),
    /// Ask by the numbers of an insurance card.
    AskByNumber(Conditions),
    /// Look for somebody in an emergency.
    SearchEmergency(Conditions),
    /// Ask by the numbers of several insurance cards at once.
    InquireInBulk(Vec<Conditions>),
    /// Look whether the result of that is there.
    FetchResult,
    /// The patient designates an institution and consents.
    Designate(Designation),
    /// Ask for those who designated this institution.
    VisitAgain(Conditions),
    /// The patient opens an institution's link.
    EnterByLink(Entrance),
    /// Read the screen aloud.
    ReadAloud,
    /// The device goes from hand to hand.
    HandOver(Hands),
    /// The device is put away.
    Lock,
    /// Open it again.
    Unlock(Pin),
    /// Close the program.
    Close,
}

/// How the patient's identity is checked (本人確認の方法).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum IdentityCheck {
    /// 目視確認
    Visual,
    /// 4桁の暗証番号入力
    Pin,
}

/// What the staff typed into a form, in the contract's words: `date-from`, `name-kana`,
/// `insurer-number`, …
pub(crate) type Conditions = BTreeMap<String, String>;

/// To which institution a patient consents, for which care, and to what.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Designation {
    /// 医療機関等コード
    pub(crate) institution: String,
    pub(crate) care: Care,
    /// Whether medical information may be seen: `agrees`, `refuses`.
    pub(crate) information: String,
}

/// 訪問診療等 or オンライン診療等.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Care {
    HomeVisit,
    Online,
}

/// What an institution's link carries; never printed.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Entrance {
    pub(crate) entrance_token: String,
}

/// What the staff types on ログイン画面.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) struct Account {
    pub(crate) facility_code: String,
    pub(crate) user_id: String,
    pub(crate) password: String,
    /// Only for a terminal that is not activated yet.
    pub(crate) activation_code: Option<String>,
    /// Only on a mobile device: what opens the app from now on.
    pub(crate) passcode: Option<Pin>,
}

/// Digits that are a secret, the patient's PIN or the staff's passcode: they cannot be printed.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub(crate) struct Pin(pub(crate) String);

impl Step {
    /// The action, or what is wrong with it in words for the other side.
    pub(crate) fn action(&self) -> Result<Action, String> {
        fn value<T: for<'de> Deserialize<'de>>(step: &Step) -> Result<T, String> {
            T::deserialize(&step.value)
                .map_err(|error| format!("the value of `{}` does not fit: {error}", step.action))
        }
        Ok(match self.action.as_str() {
            "login" => Action::Login(value(self)?),
            "set-method" => Action::SetMethod(value(self)?),
            "choose-method" => Action::ChooseMethod(value(self)?),
            "enter-pin" => Action::EnterPin(value(self)?),
            "place-card" => Action::PlaceCard,
            "press" => Action::Press(value(self)?),
            "take-card" => Action::TakeCard,
            "browse-history" => Action::BrowseHistory(value(self)?),
            "ask-by-number" => Action::AskByNumber(value(self)?),
            "search-emergency" => Action::SearchEmergency(value(self)?),
            "inquire-in-bulk" => Action::InquireInBulk(value(self)?),
            "fetch-result" => Action::FetchResult,
            "designate" => Action::Designate(value(self)?),
            "visit-again" => Action::VisitAgain(value(self)?),
            "enter-by-link" => Action::EnterByLink(value(self)?),
            "read-aloud" => Action::ReadAloud,
            "hand-over" => Action::HandOver(value(self)?),
            "lock" => Action::Lock,
            "unlock" => Action::Unlock(value(self)?),
            "close" => Action::Close,
            other => return Err(format!("`{other}` is no action of contract {VERSION}")),
        })
    }
}

/// A screen, as far as a person could read it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub(crate) struct Screen {
    /// 画面番号, only where a document names one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) number: Option<&'static str>,
    /// Title.
    pub(crate) title: &'static str,
    /// Labels of the buttons.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) buttons: Vec<&'static str>,
    /// Labelled values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) fields: Vec<(&'static str, String)>,
}

/// A message from the client.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Outgoing<'a> {
    Hello {
        contract: u32,
        name: &'static str,
        version: &'static str,
        depth: &'static str,
        clock: bool,
        supports: &'static [&'static str],
    },
    Screen {
        n: u64,
        #[serde(flatten)]
        screen: &'a Screen,
    },
    Output {
        n: u64,
        kind: &'static str,
        text: &'a str,
    },
    Ready {
        r#do: u32,
    },
    Done {
        r#do: u32,
    },
    Error {
        n: u64,
        text: &'a str,
    },
}

/// The line to whoever drives this client.
pub(crate) struct Link {
    input: Box<dyn BufRead>,
    output: Box<dyn Write>,
    /// Number of the last screen or error.
    n: u64,
}

impl Link {
    /// A link over any pair of streams.
    pub(crate) fn new(input: Box<dyn BufRead>, output: Box<dyn Write>) -> Self {
        Self {
            input,
            output,
            n: 0,
        }
    }

    /// Waits for the next message; `None` when the other side has closed its end.
    ///
    /// A line that is no message is reported with `error` and passed over.
    ///
    /// # Errors
    /// The stream broke, or a line is longer than 1 MiB.
    pub(crate) fn next(&mut self) -> io::Result<Option<Incoming>> {
        loop {
            let mut line = Vec::new();
            let mut bounded = self.input.by_ref().take(MAX_LINE);
            if bounded.read_until(b'\n', &mut line)? == 0 {
                return Ok(None);
            }
            if bounded.limit() == 0 && !line.ends_with(b"\n") {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "a line is longer than 1 MiB",
                ));
            }
            match serde_json::from_slice(&line) {
                Ok(message) => return Ok(Some(message)),
                Err(error) => self.error(&format!("no message of the contract: {error}"))?,
            }
        }
    }

    /// Introduces this client.
    pub(crate) fn hello(&mut self) -> io::Result<()> {
        self.send(&Outgoing::Hello {
            contract: VERSION,
            name: "madoguchi-reference-client",
            version: env!("CARGO_PKG_VERSION"),
            depth: "L3",
            clock: false,
            supports: &[
                "visual",
                "pin",
                "registration",
                "assistance",
                "history",
                "institution",
                "home-consent",
                "mobile",
                "read-aloud",
                "proxy",
            ],
        })
    }

    /// Says what is on the screen now.
    pub(crate) fn screen(&mut self, screen: &Screen) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Screen { n: self.n, screen })
    }

    /// Hands something over beside the screen.
    pub(crate) fn output(&mut self, kind: &'static str, text: &str) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Output {
            n: self.n,
            kind,
            text,
        })
    }

    /// Says that the client waits for the card now.
    pub(crate) fn ready(&mut self, step: u32) -> io::Result<()> {
        self.send(&Outgoing::Ready { r#do: step })
    }

    /// Says that the work of a step is over.
    pub(crate) fn done(&mut self, step: u32) -> io::Result<()> {
        self.send(&Outgoing::Done { r#do: step })
    }

    /// Says that something cannot be done.
    pub(crate) fn error(&mut self, text: &str) -> io::Result<()> {
        self.n += 1;
        self.send(&Outgoing::Error { n: self.n, text })
    }

    fn send(&mut self, message: &Outgoing<'_>) -> io::Result<()> {
        serde_json::to_writer(&mut self.output, message)?;
        self.output.write_all(b"\n")?;
        self.output.flush()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    #[derive(Clone, Default)]
    struct Sheet(Rc<RefCell<Vec<u8>>>);

    impl Write for Sheet {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn link(input: &str) -> (Link, Sheet) {
        let sheet = Sheet::default();
        let input = io::Cursor::new(input.to_owned());
        (Link::new(Box::new(input), Box::new(sheet.clone())), sheet)
    }

    fn written(sheet: &Sheet) -> String {
        String::from_utf8(sheet.0.borrow().clone()).unwrap()
    }

    fn step(json: &str) -> Step {
        match serde_json::from_str(json).unwrap() {
            Incoming::Do(step) => step,
            _ => panic!("no step"),
        }
    }

    #[test]
    fn messages_are_read_and_unknown_keys_ignored() {
        let (mut link, _) = link(concat!(
            r#"{"hello":{"contract":1,"profile":"mock-2025.05","mood":"fine"}}"#,
            "\n",
            r#"{"begin":{"scenario":"happy/visual","given":{"terminal":"fresh"}}}"#,
            "\n",
            r#"{"do":{"id":7,"action":"close"}}"#,
            "\n",
            r#"{"end":{}}"#,
        ));
        assert!(matches!(
            link.next().unwrap(),
            Some(Incoming::Hello { contract: 1 })
        ));
        assert!(matches!(link.next().unwrap(), Some(Incoming::Begin { .. })));
        assert!(matches!(
            link.next().unwrap(),
            Some(Incoming::Do(Step { id: 7, .. }))
        ));
        assert!(matches!(link.next().unwrap(), Some(Incoming::End {})));
        assert!(link.next().unwrap().is_none());
    }

    #[test]
    fn garbage_is_reported_and_passed_over() {
        let (mut link, sheet) = link("hello?\n{\"end\":{}}\n");
        assert!(matches!(link.next().unwrap(), Some(Incoming::End {})));
        assert!(written(&sheet).starts_with(r#"{"error":{"n":1,"#));
    }

    #[test]
    fn a_line_beyond_one_mebibyte_ends_the_conversation() {
        let (mut link, _) = link(&"x".repeat((1 << 20) + 1));
        match link.next() {
            Err(error) => assert_eq!(error.kind(), io::ErrorKind::InvalidData),
            Ok(_) => panic!("the line was read"),
        }
    }

    #[test]
    fn actions_carry_their_values() {
        let login = step(
            r#"{"do":{"id":1,"action":"login","value":{"facility-code":"9910000000","user-id":"shiken01","password":"TEST-only-1"}}}"#,
        );
        match login.action().unwrap() {
            Action::Login(account) => {
                assert_eq!(account.facility_code, "9910000000");
                assert_eq!(account.activation_code, None);
            }
            _ => panic!("not a login"),
        }
        let choose = step(r#"{"do":{"id":2,"action":"choose-method","value":"pin"}}"#);
        assert!(matches!(
            choose.action(),
            Ok(Action::ChooseMethod(IdentityCheck::Pin))
        ));
        assert!(matches!(
            step(r#"{"do":{"id":3,"action":"place-card"}}"#).action(),
            Ok(Action::PlaceCard)
        ));
    }

    #[test]
    fn an_action_that_does_not_fit_is_named() {
        let wrong = step(r#"{"do":{"id":2,"action":"choose-method","value":"face"}}"#);
        assert!(wrong.action().err().unwrap().contains("`choose-method`"));
        let unknown = step(r#"{"do":{"id":2,"action":"dance"}}"#);
        assert!(unknown.action().err().unwrap().contains("`dance`"));
    }

    #[test]
    fn a_message_is_one_line_with_one_key() {
        let (mut link, sheet) = link("");
        link.screen(&Screen {
            number: Some("C-04-01-A"),
            title: "資格確認結果",
            buttons: vec!["健康保険証利用登録する"],
            fields: vec![("お知らせ", "一行目\n二行目".to_owned())],
        })
        .unwrap();
        link.screen(&Screen {
            title: "認証選択",
            ..Screen::default()
        })
        .unwrap();
        link.ready(3).unwrap();
        link.done(3).unwrap();
        assert_eq!(
            written(&sheet),
            concat!(
                r#"{"screen":{"n":1,"number":"C-04-01-A","title":"資格確認結果","buttons":["健康保険証利用登録する"],"fields":[["お知らせ","一行目\n二行目"]]}}"#,
                "\n",
                r#"{"screen":{"n":2,"title":"認証選択"}}"#,
                "\n",
                r#"{"ready":{"do":3}}"#,
                "\n",
                r#"{"done":{"do":3}}"#,
                "\n",
            )
        );
    }
}
