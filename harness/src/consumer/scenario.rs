//! The form of a scenario for a レセコン: who is delivered how, and what should become of it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use madoguchi_delivery::{Charset, Label, Layout, LineEnd, Manner};
use madoguchi_eligibility::{CareCategory, Field};
use madoguchi_fixtures::persona;
use madoguchi_notation::{Diagnostic, Diagnostics, Located, Offset, Wording, load, nearest};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_transcription::Fate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::schema;

/// One scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Scenario {
    /// Its id is its place, and not in the file.
    #[serde(skip)]
    pub(crate) id: String,
    #[schemars(schema_with = "schema::wording")]
    pub(crate) purpose: Wording,
    /// The requirements that it is meant to decide.
    #[schemars(with = "Vec<String>")]
    pub(crate) requirements: Vec<Located<String>>,
    /// The defects of the sample importer that it was written for.
    #[serde(default)]
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the tests of the importer read it")
    )]
    pub(crate) broken_by: Vec<String>,
    /// Other defects of the sample importer that show in it, too.
    #[serde(default)]
    #[expect(dead_code, reason = "the tests of the importer read it")]
    also_broken_by: Vec<String>,
    /// The instant of the checks; the program's day is counted from it.
    #[serde(default = "usual")]
    #[schemars(schema_with = "schema::instant")]
    pub(crate) at: Timestamp,
    /// The day on which the program works.
    #[serde(default = "at")]
    #[schemars(schema_with = "schema::offset")]
    pub(crate) today: Offset,
    pub(crate) when: Vec<Act>,
}

/// One thing that happens.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Act {
    /// A check was made; here is what it came to.
    Deliver(#[schemars(with = "Deliver")] Box<Located<Deliver>>),
    /// The staff ask the terminal, without a card.
    Inquire(#[schemars(with = "Inquire")] Located<Inquire>),
    /// The staff make a 療養費支給申請書 for somebody who was checked.
    Claim(#[schemars(with = "Claim")] Located<Claim>),
}

/// 療養費支給申請書 of a patient of this scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Claim {
    /// Which delivery it rests on, from 1.
    pub(crate) delivery: usize,
}

/// What the examinee of a 特定健診 or 特定保健指導 shows beside the card.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Ticket {
    pub(crate) kind: TicketKind,
    /// 受診券整理番号 or 利用券整理番号
    pub(crate) number: String,
    /// 保険者番号 as it stands on the ticket.
    pub(crate) insurer_number: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum TicketKind {
    /// 受診券
    Checkup,
    /// 利用券
    Guidance,
}

/// What a check came to, and how it is delivered.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Deliver {
    #[schemars(schema_with = "schema::persona")]
    pub(crate) persona: Located<String>,
    /// What differs from what the persona's insurer has on file; a blank value is none.
    #[serde(default, rename = "with")]
    #[schemars(schema_with = "schema::values")]
    pub(crate) with: BTreeMap<Field, String>,
    /// A second eligibility of the same person: 医療扶助 beside 医療保険.
    #[serde(default)]
    #[schemars(schema_with = "schema::values")]
    pub(crate) beside: BTreeMap<Field, String>,
    #[serde(default)]
    pub(crate) by: Way,
    #[serde(default)]
    #[schemars(schema_with = "schema::charset")]
    pub(crate) charset: Charset,
    #[serde(default)]
    #[schemars(schema_with = "schema::label")]
    pub(crate) label: Label,
    #[serde(default)]
    #[schemars(schema_with = "schema::manner")]
    pub(crate) manner: Manner,
    /// What goes wrong when the program fetches it from the API.
    pub(crate) fault: Option<OutputFault>,
    /// The layout of the clipboard's text; the newest where none is named.
    #[serde(default)]
    #[schemars(schema_with = "schema::layout")]
    pub(crate) layout: Option<Located<String>>,
    #[serde(default)]
    #[schemars(schema_with = "schema::line_end")]
    pub(crate) line_end: LineEnd,
    /// Lines that no layout has, put before the first line that begins so, or at the end.
    pub(crate) insert: Option<Insert>,
    /// The day of the check.
    #[serde(default = "at")]
    #[schemars(schema_with = "schema::offset")]
    pub(crate) day: Offset,
    /// What should become of it, where that does not follow from the manner.
    pub(crate) fate: Option<FateWord>,
    /// Whether it must be marked as something to check.
    #[serde(default)]
    pub(crate) doubtful: bool,
    /// The 受診券 or 利用券 that the staff typed in before the check.
    pub(crate) ticket: Option<Ticket>,
}

/// By what a record is delivered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Way {
    /// A file in `face`.
    #[default]
    Xml,
    /// The app's text on the clipboard.
    Clipboard,
    /// The app's 資格確認結果出力用API.
    Api,
}

/// What goes wrong between the program and the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum OutputFault {
    /// The first answer takes a while.
    Late,
    /// Nobody listens; then the app is started, and the program told again.
    NotRunning,
    /// The first answers have status 503.
    Busy,
    /// The first answers are pages of another program, with status 200.
    Page,
    /// The first answers say that they are HTML.
    WrongType,
    /// The first answers end early, whole as HTTP.
    Truncated,
    /// The first answers end early, with the connection.
    BrokenOff,
    /// The first answers are the previous patient's.
    Previous,
    /// Every answer has status 503.
    Never,
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Insert {
    pub(crate) before: Option<String>,
    pub(crate) lines: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FateWord {
    Taken,
    Superseded,
    Refused,
    Either,
}

/// An inquiry at the 資格確認端末 without a card.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Inquire {
    #[serde(default)]
    pub(crate) kind: InquiryKind,
    /// Whom the terminal knows; of a `single` or `bulk` inquiry also who is asked for.
    pub(crate) patients: Vec<Patient>,
    /// How often the terminal says first that the result of a bulk inquiry is being made.
    #[serde(default)]
    pub(crate) processing: u32,
    /// `visits`, `online`: the first day of the consents that are asked for.
    #[serde(default = "at")]
    #[schemars(schema_with = "schema::offset")]
    pub(crate) from: Offset,
    /// `visits`, `online`: the last day.
    #[serde(default = "at")]
    #[schemars(schema_with = "schema::offset")]
    pub(crate) to: Offset,
    /// `tickets`: a day of the month that is asked for.
    #[serde(default = "at")]
    #[schemars(schema_with = "schema::offset")]
    pub(crate) month: Offset,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum InquiryKind {
    /// One file for each patient; the last is answered first.
    Single,
    /// 一括照会 of a list.
    #[default]
    Bulk,
    /// 一括照会（訪問診療等）: who gave consent between two days.
    Visits,
    /// 一括照会（オンライン診療等）
    Online,
    /// 一括照会（医療扶助の医療券）: who has a ticket for a month.
    Tickets,
}

impl InquiryKind {
    /// 診療区分 of the consents that are asked for.
    pub(crate) const fn care_category(self) -> Option<CareCategory> {
        match self {
            Self::Visits => Some(CareCategory::HomeVisit),
            Self::Online => Some(CareCategory::Online),
            Self::Single | Self::Bulk | Self::Tickets => None,
        }
    }
}

#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) struct Patient {
    #[schemars(schema_with = "schema::persona")]
    pub(crate) persona: Located<String>,
    /// 照会番号
    pub(crate) reference: String,
    /// What differs from what is on file.
    #[serde(default, rename = "with")]
    #[schemars(schema_with = "schema::values")]
    pub(crate) with: BTreeMap<Field, String>,
    /// 処理結果コード of an inquiry that cannot be answered.
    pub(crate) error: Option<String>,
    /// The day of the consent, where one was given.
    #[schemars(with = "Option<String>")]
    pub(crate) consented: Option<Offset>,
    /// What it was given for, where that is not what is asked for: `visits` or `online`.
    pub(crate) care: Option<InquiryKind>,
    /// A day of the month for which there is a ticket.
    #[schemars(with = "Option<String>")]
    pub(crate) ticket: Option<Offset>,
}

impl Scenario {
    /// A scenario that no file has.
    pub(crate) fn of(id: &str, purpose: Wording, when: Vec<Act>) -> Self {
        Self {
            id: id.to_owned(),
            purpose,
            requirements: Vec::new(),
            broken_by: Vec::new(),
            also_broken_by: Vec::new(),
            at: usual(),
            today: at(),
            when,
        }
    }

    /// Reads a scenario.
    ///
    /// # Errors
    /// Everything that is wrong with it, with its place.
    pub(crate) fn parse(id: &str, file: &str, text: &str) -> Result<Self, Diagnostics> {
        let mut scenario: Self = load(file, text)?;
        id.clone_into(&mut scenario.id);
        Diagnostics::check(file, text, scenario.faults())?;
        Ok(scenario)
    }

    fn faults(&self) -> Vec<Diagnostic> {
        let mut faults = Vec::new();
        let mut known = |name: &Located<String>| {
            if let Err(unknown) = persona(name) {
                let (ja, en) = (unknown.text(Lang::Ja), unknown.text(Lang::En));
                faults.push(Diagnostic::new("unknown-persona", ja, en).at(name.location()));
            }
        };
        for act in &self.when {
            match act {
                Act::Deliver(deliver) => known(&deliver.persona),
                Act::Inquire(inquire) => inquire.patients.iter().for_each(|p| known(&p.persona)),
                Act::Claim(_) => {}
            }
        }
        let catalogue = madoguchi_requirements::builtin();
        let ids = || {
            catalogue
                .of_consumers()
                .iter()
                .map(|known| known.id.as_str())
        };
        for id in self
            .requirements
            .iter()
            .filter(|id| !ids().any(|known| known == id.as_str()))
        {
            let fault = Diagnostic::new(
                "unknown-requirement",
                format!("レセコンの要件 \"{}\" はありません", **id),
                format!("there is no requirement \"{}\" on a レセコン", **id),
            );
            let fault = fault.at(id.location()).candidate(nearest(id, ids()));
            faults.push(fault);
        }
        let mut deliveries = 0;
        for act in &self.when {
            match act {
                Act::Deliver(_) => deliveries += 1,
                Act::Claim(claim) if !(1..=deliveries).contains(&claim.delivery) => {
                    let n = claim.delivery;
                    let fault = Diagnostic::new(
                        "claim-of-nothing",
                        format!("この前に {n} 件目の deliver がありません"),
                        format!("there is no deliver number {n} before it"),
                    );
                    faults.push(fault.at(claim.location()));
                }
                Act::Claim(_) | Act::Inquire(_) => {}
            }
        }
        for act in &self.when {
            let Act::Deliver(deliver) = act else { continue };
            let layout = deliver.layout.as_ref();
            if let Some(name) = layout.filter(|name| Layout::named(name).is_none()) {
                let names: Vec<String> = Layout::all().map(Layout::name).collect();
                let names = names.join(", ");
                let fault = Diagnostic::new(
                    "unknown-layout",
                    format!("レイアウト {} はありません", **name),
                    format!("there is no layout {}", **name),
                );
                let fault = fault.hint(format!("使える日: {names}"), format!("days: {names}"));
                faults.push(fault.at(name.location()));
            }
            if deliver.by != Way::Xml && deliver.manner != Manner::Atomic {
                let fault = Diagnostic::new(
                    "manner-without-file",
                    "manner は by: xml だけです",
                    "only by: xml has a manner",
                );
                faults.push(fault.at(deliver.location()));
            }
            if deliver.by != Way::Api && deliver.fault.is_some() {
                let fault = Diagnostic::new(
                    "fault-without-api",
                    "fault は by: api だけです",
                    "only by: api has a fault",
                );
                faults.push(fault.at(deliver.location()));
            }
        }
        faults
    }
}

impl Deliver {
    /// What should become of it.
    pub(crate) fn fate(&self) -> Fate {
        match self.fate {
            Some(FateWord::Taken) => Fate::Taken,
            Some(FateWord::Superseded) => Fate::Superseded,
            Some(FateWord::Refused) => Fate::Refused,
            Some(FateWord::Either) => Fate::Either,
            None if self.label == Label::Wrong
                || !self.manner.finishes()
                || self.fault == Some(OutputFault::Never) =>
            {
                Fate::Refused
            }
            None => Fate::Taken,
        }
    }
}

const fn usual() -> Timestamp {
    madoguchi_fixtures::HEALTHY_AT
}

const fn at() -> Offset {
    Offset::AT
}
