//! The client contract, version 1: JSON Lines on standard input and output, so that a harness can
//! do what a person at the counter does and see what that person sees.
//!
//! A message is an object with exactly one key, at most 1 MiB long. Keys that are not known are
//! ignored.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the contract that this client follows.
pub(crate) const VERSION: u32 = 1;

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
    /// Look for a person in an emergency.
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
    /// How the identity is checked.
    pub(crate) method: IdentityCheck,
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
pub(crate) enum Outgoing<'a> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn step(json: &str) -> Step {
        match serde_json::from_str(json).unwrap() {
            Incoming::Do(step) => step,
            _ => panic!("no step"),
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
}
