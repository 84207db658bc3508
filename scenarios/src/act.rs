//! What happens at the counter. An act is one variant of [`Act`]: its word, its value, what may be
//! left out, its schema and its place in a trace follow from it.

mod explain;
mod inquire;
mod operate;
mod people;
mod visit;

use std::borrow::Cow;

use madoguchi_eligibility::Method;
use madoguchi_notation::{Located, Words};
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use strum::{EnumDiscriminants, EnumString, IntoStaticStr};

use crate::{Hold, RecordChange, Span, schema};

pub use inquire::{Answered, HistoryConditions, Search};
pub use operate::Operate;
pub use people::{Disk, Hands, Missed, Passcode, Pin, Restart, Slip};
pub use visit::{Care, ConsentGiven, Decides, Designation, Ended, Visit};

/// One act at the counter: a word, or a word with a value.
#[derive(Debug, Clone, PartialEq, Eq, EnumDiscriminants, Serialize, Deserialize, JsonSchema)]
#[serde(remote = "Self", rename_all = "kebab-case")]
#[strum_discriminants(
    name(Action),
    doc = "An act without its value.",
    derive(EnumString, IntoStaticStr),
    strum(serialize_all = "kebab-case")
)]
#[schemars(transform = schema::words)]
pub enum Act {
    /// The staff log in; with what they mistype, where they do.
    Login(Option<Slip>),
    /// The staff set the method in the settings (設定メニュー).
    SetMethod(Method),
    /// The staff press 認証選択: the identity check begins.
    ChooseMethod(Method),
    /// The patient enters four digits.
    EnterPin(Pin),
    /// The patient is asked for the card and places it; the card of `given` where none is named.
    PlaceCard(#[schemars(schema_with = "schema::maybe_card_of")] Option<Located<String>>),
    /// The patient is asked for the card, and places none: something else happens once the client waits for it.
    AwaitCard(Missed),
    /// A card is laid on the reader without being asked for.
    InsertCard(#[schemars(schema_with = "schema::maybe_card_of")] Option<Located<String>>),
    /// A button of the screen is pressed.
    Press(#[schemars(schema_with = "schema::label")] String),
    /// A button of the screen is pressed while the service still answers what the act before asked.
    PressMeanwhile(#[schemars(schema_with = "schema::label")] String),
    /// The patient takes the card.
    TakeCard,
    /// So much time passes in which nothing is done, such as a patient who thinks about the PIN.
    /// It passes for the reader and for the eligibility system; the run does not wait.
    Wait(Span),
    /// The reader is pulled out, with the card that is in it.
    UnplugReader,
    /// The reader is plugged in again.
    PlugReader,
    /// The reader is plugged in again, elsewhere: it has another number, and so another name.
    PlugRenumbered,
    /// Another reader is plugged in, in the place of the one that was pulled out.
    PlugOther(#[schemars(schema_with = "schema::reader_model")] Located<String>),
    /// The machine's PC/SC service ends.
    StopService,
    /// The machine's PC/SC service is started again.
    StartService,
    /// Another application takes hold of the card that lies on the reader.
    Rival(Hold),
    /// It leaves.
    RivalLeaves,
    /// 異動: an insurer files a change, and the eligibility system delivers it from now on. The
    /// insurance card in the person's hands stays as it was.
    RecordChanges(RecordChange),
    /// The client ends and is started again in the same folders: closed by the staff, or as the value
    /// says. What it kept in them counts, what it had in memory is gone.
    RestartApp(Option<Restart>),
    /// Something happens to the client's files, below `MADOGUCHI_STATE_DIR` and those that it was handed.
    Disk(Disk),
    /// The staff close the client.
    Close,
    /// Something is set up beside the counter.
    Operate(Operate),
    /// The staff look at past inquiries (抽出条件 → 一覧).
    BrowseHistory(#[schemars(with = "Option<HistoryConditions>")] HistoryConditions),
    /// The staff type the numbers of a person's 資格確認書 (照会区分 2).
    AskByNumber(#[schemars(schema_with = "schema::insurance_card_of")] Located<String>),
    /// The staff look for a person by name (緊急時医療情報・資格確認機能).
    SearchEmergency(Search),
    /// 一括照会: the staff ask for the eligibility of booked patients by the numbers of their cards.
    InquireInBulk(#[schemars(schema_with = "schema::insurance_cards_of")] Vec<Located<String>>),
    /// The staff look whether the result of the last 一括照会 is there.
    FetchResult,
    /// 居宅同意取得型: the patient designates the institution and consents; the PIN, where it is
    /// the proof, and the card follow.
    Designate(Designation),
    /// The staff ask for those who designated the institution, without their cards.
    VisitAgain(#[schemars(with = "Option<Visit>")] Visit),
    /// マイナ在宅受付Web: the patient opens the institution's link on a device of his or her own.
    EnterByLink,
    /// The staff let the app read aloud what is on the screen (読み上げ).
    ReadAloud,
    /// The staff give the mobile device to the patient, or the patient gives it back.
    HandOver(Hands),
    /// The mobile device is put away: the app locks itself.
    Lock,
    /// The app is opened again by passcode, which stands for biometrics (生体認証) too.
    Unlock(Passcode),
}

/// By which arm an act is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arm {
    /// The client is told, as a person at the counter would do it.
    Client,
    /// It happens around the client, which is not told.
    World,
    /// An operator does it beside the counter.
    Operator,
}

impl Act {
    /// By which arm it is done.
    #[must_use]
    pub const fn arm(&self) -> Arm {
        match self {
            Self::Operate(_) => Arm::Operator,
            Self::InsertCard(_)
            | Self::Wait(_)
            | Self::UnplugReader
            | Self::PlugReader
            | Self::PlugRenumbered
            | Self::PlugOther(_)
            | Self::StopService
            | Self::StartService
            | Self::Rival(_)
            | Self::RivalLeaves
            | Self::RecordChanges(_)
            | Self::Disk(_)
            | Self::RestartApp(_) => Arm::World,
            _ => Arm::Client,
        }
    }

    /// The act's word in the scenario, the client contract and the trace.
    #[must_use]
    pub fn word(&self) -> &'static str {
        Action::from(self).into()
    }

    /// The value as the scenario writes it, where that is one word.
    #[must_use]
    pub fn value(&self) -> Option<Cow<'static, str>> {
        match self.written() {
            Value::Object(entry) => match entry.into_values().next() {
                Some(Value::String(value)) => Some(value.into()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether a reader is plugged in by it that has another name than the one before.
    #[must_use]
    pub const fn renames_reader(&self) -> bool {
        matches!(self, Self::PlugRenumbered | Self::PlugOther(_))
    }

    /// The personas that the act names.
    #[must_use]
    pub fn personas(&self) -> &[Located<String>] {
        match self {
            Self::PlaceCard(persona) | Self::InsertCard(persona) => persona.as_slice(),
            Self::RecordChanges(change) => change.persona.as_slice(),
            Self::AskByNumber(persona) => std::slice::from_ref(persona),
            Self::SearchEmergency(search) => std::slice::from_ref(&search.persona),
            Self::InquireInBulk(personas) => personas,
            _ => &[],
        }
    }

    /// As a scenario writes it: a word, or a mapping of the word to its value.
    fn written(&self) -> Value {
        match Self::serialize(self, serde_json::value::Serializer) {
            Ok(Value::Object(entry)) if entry.values().any(|value| !value.is_null()) => {
                Value::Object(entry)
            }
            _ => self.word().into(),
        }
    }
}

impl Serialize for Act {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.written().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Act {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(Words(deserializer))
    }
}
