//! What people do at the counter.

use std::borrow::Cow;
use std::fmt;

use madoguchi_eligibility::Method;
use madoguchi_notation::Located;
use schemars::JsonSchema;
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use crate::{Designation, HistoryConditions, Hold, Operate, Search, Span, Visit};

/// One act. In YAML a word (`- login`), or a word with a value (`- choose-method: visual`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// The staff log in; with what they mistype, where they do.
    Login(Option<Slip>),
    /// The staff change the method in the settings (設定メニュー).
    SetMethod(Method),
    /// The staff press 認証選択: the identity check begins.
    ChooseMethod(Method),
    /// The patient enters four digits.
    EnterPin(Pin),
    /// The patient is asked for the card and places it; the card of `given` where none is named.
    PlaceCard(Option<Located<String>>),
    /// A card is laid on the reader although nobody asked for it.
    InsertCard(Option<Located<String>>),
    /// Somebody presses a button of the screen.
    Press(String),
    /// The patient takes the card.
    TakeCard,
    /// So much time passes while nobody does anything, such as a patient who thinks about the PIN.
    /// It passes for the reader and for the eligibility system; the run does not wait.
    Wait(Span),
    /// The reader is pulled out, with the card that is in it.
    UnplugReader,
    /// The reader is plugged in again.
    PlugReader,
    /// The machine's PC/SC service ends.
    StopService,
    /// The machine's PC/SC service is started again.
    StartService,
    /// Another application takes hold of the card that lies on the reader.
    Rival(Hold),
    /// It leaves.
    RivalLeaves,
    /// The staff close the client.
    Close,
    /// Somebody sets something up beside the counter.
    Operate(Operate),
    /// The staff look at past inquiries (抽出条件 → 一覧).
    BrowseHistory(HistoryConditions),
    /// The staff type the numbers of a person's insurance card (照会区分 2).
    AskByNumber(Located<String>),
    /// The staff look for somebody by name (緊急時医療情報・資格確認機能).
    SearchEmergency(Search),
    /// 一括照会: the staff ask for the eligibility of booked patients by the numbers of their cards.
    InquireInBulk(Vec<Located<String>>),
    /// The staff look whether the result of the last 一括照会 is there.
    FetchResult,
    /// 居宅同意取得型: the patient designates the institution and consents; PIN and card follow.
    Designate(Designation),
    /// The staff ask for those who designated the institution, without their cards.
    VisitAgain(Visit),
    /// マイナ在宅受付Web: the patient opens the institution's link on a device of his or her own.
    EnterByLink,
    /// The staff let the app read aloud what is on the screen (読み上げ).
    ReadAloud,
    /// The staff give the mobile device to the patient, or the patient gives it back.
    HandOver(Hands),
    /// The mobile device is put away: the app locks itself.
    Lock,
    /// Somebody opens the app again by passcode, which stands for biometrics (生体認証) too.
    Unlock(Passcode),
}

/// What the patient enters: a scenario knows no digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Pin {
    /// The four digits of the card.
    Right,
    /// Four others.
    Wrong,
    /// The first three of the right ones: what cannot be a PIN.
    Short,
}

/// In whose hands a mobile device is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hands {
    /// The patient's, who types the PIN and places the card.
    Patient,
    /// The staff's.
    Staff,
}

impl Hands {
    /// The word in the scenario and in the client contract.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Patient => "patient",
            Self::Staff => "staff",
        }
    }
}

/// What is shown to a mobile device that is locked: a scenario knows no digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Passcode {
    /// ログインパスコード of the staff.
    Right,
    /// Another one.
    Wrong,
}

impl Passcode {
    /// The word in the scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
        }
    }
}

/// What the staff mistype at a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Slip {
    /// The password.
    WrongPassword,
    /// A digit of the activation code.
    WrongCode,
    /// The activation code ends a digit early.
    ShortCode,
}

impl Slip {
    /// The word in the scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WrongPassword => "wrong-password",
            Self::WrongCode => "wrong-code",
            Self::ShortCode => "short-code",
        }
    }
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Action {
    Login,
    SetMethod,
    ChooseMethod,
    EnterPin,
    PlaceCard,
    InsertCard,
    Press,
    TakeCard,
    Wait,
    UnplugReader,
    PlugReader,
    StopService,
    StartService,
    Rival,
    RivalLeaves,
    Close,
    Operate,
    BrowseHistory,
    AskByNumber,
    SearchEmergency,
    InquireInBulk,
    FetchResult,
    Designate,
    VisitAgain,
    EnterByLink,
    ReadAloud,
    HandOver,
    Lock,
    Unlock,
}

impl Step {
    /// The action's name in the scenario, the client contract and the trace.
    #[must_use]
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Login(_) => "login",
            Self::SetMethod(_) => "set-method",
            Self::ChooseMethod(_) => "choose-method",
            Self::EnterPin(_) => "enter-pin",
            Self::PlaceCard(_) => "place-card",
            Self::InsertCard(_) => "insert-card",
            Self::Press(_) => "press",
            Self::TakeCard => "take-card",
            Self::Wait(_) => "wait",
            Self::UnplugReader => "unplug-reader",
            Self::PlugReader => "plug-reader",
            Self::StopService => "stop-service",
            Self::StartService => "start-service",
            Self::Rival(_) => "rival",
            Self::RivalLeaves => "rival-leaves",
            Self::Close => "close",
            Self::Operate(_) => "operate",
            Self::BrowseHistory(_) => "browse-history",
            Self::AskByNumber(_) => "ask-by-number",
            Self::SearchEmergency(_) => "search-emergency",
            Self::InquireInBulk(_) => "inquire-in-bulk",
            Self::FetchResult => "fetch-result",
            Self::Designate(_) => "designate",
            Self::VisitAgain(_) => "visit-again",
            Self::EnterByLink => "enter-by-link",
            Self::ReadAloud => "read-aloud",
            Self::HandOver(_) => "hand-over",
            Self::Lock => "lock",
            Self::Unlock(_) => "unlock",
        }
    }

    /// The value in one word, where there is one.
    #[must_use]
    pub fn value(&self) -> Option<Cow<'_, str>> {
        let word = match self {
            Self::TakeCard
            | Self::UnplugReader
            | Self::PlugReader
            | Self::StopService
            | Self::StartService
            | Self::RivalLeaves
            | Self::Close
            | Self::BrowseHistory(_)
            | Self::SearchEmergency(_)
            | Self::InquireInBulk(_)
            | Self::FetchResult
            | Self::Designate(_)
            | Self::VisitAgain(_)
            | Self::EnterByLink
            | Self::ReadAloud
            | Self::Lock => return None,
            Self::HandOver(hands) => hands.name(),
            Self::Unlock(passcode) => passcode.name(),
            Self::SetMethod(method) | Self::ChooseMethod(method) => method.name(),
            Self::EnterPin(pin) => pin.name(),
            Self::Login(slip) => slip.as_ref()?.name(),
            Self::PlaceCard(persona) | Self::InsertCard(persona) => persona.as_ref()?.as_str(),
            Self::Press(label) => label,
            Self::AskByNumber(persona) => persona.as_str(),
            Self::Wait(span) => return Some(span.to_string().into()),
            Self::Rival(hold) => hold.name(),
            Self::Operate(act) => act.name(),
        };
        Some(word.into())
    }

    /// The personas that the step names.
    #[must_use]
    pub fn personas(&self) -> &[Located<String>] {
        match self {
            Self::PlaceCard(persona) | Self::InsertCard(persona) => persona.as_slice(),
            Self::AskByNumber(persona) => std::slice::from_ref(persona),
            Self::SearchEmergency(search) => std::slice::from_ref(&search.persona),
            Self::InquireInBulk(personas) => personas,
            _ => &[],
        }
    }
}

impl Pin {
    /// The word in the scenario.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Short => "short",
        }
    }
}

impl Serialize for Step {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let action = self.action();
        match self {
            Self::Operate(act) => entry(serializer, action, act),
            Self::BrowseHistory(conditions) => entry(serializer, action, conditions),
            Self::SearchEmergency(search) => entry(serializer, action, search),
            Self::InquireInBulk(personas) => entry(serializer, action, personas),
            Self::Designate(designation) => entry(serializer, action, designation),
            Self::VisitAgain(visit) => entry(serializer, action, visit),
            _ => match self.value() {
                Some(value) => entry(serializer, action, &value),
                None => serializer.serialize_str(action),
            },
        }
    }
}

fn entry<S: Serializer>(
    serializer: S,
    action: &str,
    value: &impl Serialize,
) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry(action, value)?;
    map.end()
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(StepVisitor)
    }
}

struct StepVisitor;

impl<'de> Visitor<'de> for StepVisitor {
    type Value = Step;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a step: a word, or a word with a value")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Step, E> {
        match Action::deserialize(word.into_deserializer())? {
            Action::Login => Ok(Step::Login(None)),
            Action::PlaceCard => Ok(Step::PlaceCard(None)),
            Action::InsertCard => Ok(Step::InsertCard(None)),
            Action::TakeCard => Ok(Step::TakeCard),
            Action::UnplugReader => Ok(Step::UnplugReader),
            Action::PlugReader => Ok(Step::PlugReader),
            Action::StopService => Ok(Step::StopService),
            Action::StartService => Ok(Step::StartService),
            Action::RivalLeaves => Ok(Step::RivalLeaves),
            Action::Close => Ok(Step::Close),
            Action::BrowseHistory => Ok(Step::BrowseHistory(HistoryConditions::default())),
            Action::FetchResult => Ok(Step::FetchResult),
            Action::VisitAgain => Ok(Step::VisitAgain(Visit::default())),
            Action::EnterByLink => Ok(Step::EnterByLink),
            Action::ReadAloud => Ok(Step::ReadAloud),
            Action::Lock => Ok(Step::Lock),
            Action::SetMethod
            | Action::ChooseMethod
            | Action::EnterPin
            | Action::Press
            | Action::Wait
            | Action::Rival
            | Action::Operate
            | Action::AskByNumber
            | Action::SearchEmergency
            | Action::InquireInBulk
            | Action::Designate
            | Action::HandOver
            | Action::Unlock => Err(E::custom(format_args!(
                "{word} needs a value, such as \"{}\"",
                example(word)
            ))),
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Step, A::Error> {
        let Some(action) = map.next_key::<Action>()? else {
            return Err(de::Error::custom("a step has a word"));
        };
        let step = match action {
            Action::Login => Step::Login(Some(map.next_value()?)),
            Action::SetMethod => Step::SetMethod(map.next_value()?),
            Action::ChooseMethod => Step::ChooseMethod(map.next_value()?),
            Action::EnterPin => Step::EnterPin(map.next_value()?),
            Action::PlaceCard => Step::PlaceCard(Some(map.next_value()?)),
            Action::InsertCard => Step::InsertCard(Some(map.next_value()?)),
            Action::Press => Step::Press(map.next_value()?),
            Action::Wait => Step::Wait(map.next_value()?),
            Action::Rival => Step::Rival(map.next_value()?),
            Action::Operate => Step::Operate(map.next_value()?),
            Action::BrowseHistory => Step::BrowseHistory(map.next_value()?),
            Action::AskByNumber => Step::AskByNumber(map.next_value()?),
            Action::SearchEmergency => Step::SearchEmergency(map.next_value()?),
            Action::InquireInBulk => Step::InquireInBulk(map.next_value()?),
            Action::Designate => Step::Designate(map.next_value()?),
            Action::VisitAgain => Step::VisitAgain(map.next_value()?),
            Action::HandOver => Step::HandOver(map.next_value()?),
            Action::Unlock => Step::Unlock(map.next_value()?),
            Action::TakeCard
            | Action::UnplugReader
            | Action::PlugReader
            | Action::StopService
            | Action::StartService
            | Action::RivalLeaves
            | Action::Close
            | Action::FetchResult
            | Action::EnterByLink
            | Action::ReadAloud
            | Action::Lock => {
                return Err(de::Error::custom("this step has no value"));
            }
        };
        match map.next_key::<de::IgnoredAny>()? {
            None => Ok(step),
            Some(_) => Err(de::Error::custom(
                "one step has one word; begin the next with a dash",
            )),
        }
    }
}

fn example(word: &str) -> &'static str {
    match word {
        "enter-pin" => "enter-pin: right",
        "press" => "press: 閉じる",
        "set-method" => "set-method: pin",
        "wait" => "wait: 6s",
        "rival" => "rival: exclusive",
        "operate" => "operate: { function: { on: true } }",
        "ask-by-number" => "ask-by-number: shiken-taro",
        "search-emergency" => {
            "search-emergency: { mode: disaster, persona: shiken-taro, consent: agrees }"
        }
        "inquire-in-bulk" => "inquire-in-bulk: [shiken-taro, shiken-hanako]",
        "hand-over" => "hand-over: patient",
        "unlock" => "unlock: right",
        "designate" => "designate: { care: home-visit, information: agrees }",
        _ => "choose-method: visual",
    }
}
