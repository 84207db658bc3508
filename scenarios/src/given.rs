//! What is so before the first step.

use jiff::Timestamp;
use madoguchi_eligibility::{ClientVersion, Method};
use madoguchi_layout::Policies;
use madoguchi_notation::{Located, Offset};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::words;
use crate::{ConsentGiven, FacilityKind, ReaderGiven, RecordGiven, TerminalKind, WebFault, schema};

/// The state of the counter before the first step. Whatever is not said is healthy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Given {
    /// Whose card it is, unless a step says otherwise.
    #[schemars(schema_with = "schema::persona")]
    pub persona: Located<String>,
    /// Whether the client's terminal has been activated before.
    #[serde(default)]
    pub terminal: TerminalState,
    /// On what the client runs.
    #[serde(default, skip_serializing_if = "Device::is_usual")]
    pub device: Device,
    /// What the facility is, and what its terminal may ask.
    #[serde(default, skip_serializing_if = "FacilityGiven::is_usual")]
    pub facility: FacilityGiven,
    /// Who designated the facility before: 居宅同意取得型 and オンライン診療等.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consents: Vec<ConsentGiven>,
    /// Which way of checking the identity the client's settings begin with.
    #[serde(default = "visual")]
    pub method: Method,
    /// The scenario instant; absent: now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_instant")]
    pub at: Option<Timestamp>,
    /// What kind of card the persona brings.
    #[serde(default, skip_serializing_if = "CardGiven::is_healthy")]
    pub card: CardGiven,
    /// What the eligibility system knows of the persona, where that is not the persona's own.
    #[serde(default, skip_serializing_if = "RecordGiven::is_usual")]
    pub record: RecordGiven,
    /// The reader, and what goes wrong with it and the card on it.
    #[serde(default, skip_serializing_if = "ReaderGiven::is_healthy")]
    pub reader: ReaderGiven,
    /// How long the client is told to wait for anything, milliseconds
    /// (`MADOGUCHI_TIMEOUT_MS`); absent: as long as the run allows for one step.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patience_ms: Option<std::num::NonZeroU32>,
    /// What is wrong with the service or the way to it.
    #[serde(default, skip_serializing_if = "ServiceGiven::is_healthy")]
    pub service: ServiceGiven,
}

const fn visual() -> Method {
    Method::Visual
}

words! {
    /// On what a client runs: the app for a PC is opened by a password, the one for mobile devices by
    /// biometrics or a passcode, and the device goes from hand to hand.
    #[derive(Default)]
    Device {
        /// A PC on the counter, with its reader.
        #[default]
        Pc,
        /// A telephone or tablet. Its own reader is played by the one of the counter: there is no radio
        /// here.
        Mobile,
    }
}

impl Device {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// Whether 端末登録 (first login with an activation code) has happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TerminalState {
    /// Never used: the first login needs the activation code.
    Fresh,
    /// Activated: key and certificate of the terminal are handed to the client.
    #[default]
    Activated,
    /// Key and certificate are handed to the client, and the service knows no terminal of them.
    Unknown,
}

impl TerminalState {
    /// The word in the client contract: what the client itself can know of it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Activated | Self::Unknown => "activated",
        }
    }
}

/// The facility beyond its code and its staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct FacilityGiven {
    /// What it is.
    pub kind: FacilityKind,
    /// Whether 外来診療等(通常とは異なる動線)機能 is set to 利用する.
    pub function: bool,
    /// What its terminal may ask.
    pub terminal: TerminalKind,
    /// Whether another terminal has used the staff's activation code.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub code_used: bool,
}

impl Default for FacilityGiven {
    fn default() -> Self {
        Self {
            kind: FacilityKind::Treatment,
            function: true,
            terminal: TerminalKind::Limited,
            code_used: false,
        }
    }
}

impl FacilityGiven {
    fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

/// The card beyond its persona.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct CardGiven {
    /// Of which kind the card of `persona` is, such as `plastic-contact`, where it is not the kind
    /// that the persona carries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_card_profile")]
    pub profile: Option<Located<String>>,
    /// Whose certificate policies (証明書ポリシー) the certificates of the case's cards state: our own,
    /// the published ones of 公的個人認証, or those of its test cards. Issuer, marker and addresses are
    /// those of a test card in any case.
    #[serde(default, skip_serializing_if = "Policies::is_own")]
    #[schemars(schema_with = "schema::policies")]
    pub policies: Policies,
    /// How many attempts 利用者証明用の暗証番号 has left when the card comes, where it is not all of them:
    /// others have mistyped it elsewhere. 0: it is blocked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(max = 3))]
    pub attempts_left: Option<u8>,
    /// From when to when the certificates of the card of `persona` are valid, where that is not as the
    /// persona's own.
    #[serde(default, skip_serializing_if = "CertificateGiven::is_usual")]
    pub certificate: CertificateGiven,
}

/// 有効期間 of the certificates of a card.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct CertificateGiven {
    /// The first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub from: Option<Offset>,
    /// The last day; it ends at midnight in Japan.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(deserialize_with = "Offset::day")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub until: Option<Offset>,
}

impl CertificateGiven {
    /// Whether it is as the persona's own.
    #[must_use]
    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it ends before it begins, wherever both are said.
    pub(crate) fn is_backwards(&self, at: Timestamp) -> bool {
        let day = |offset: Option<Offset>| offset.map(|offset| offset.date(at));
        day(self.from)
            .zip(day(self.until))
            .is_some_and(|(from, until)| until < from)
    }
}

impl CardGiven {
    fn is_healthy(&self) -> bool {
        *self == Self::default()
    }
}

/// The service beyond its data.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ServiceGiven {
    /// Which certificate the server shows.
    #[serde(default)]
    pub certificate: ServerCertificate,
    /// What goes wrong on the way.
    #[serde(default)]
    pub faults: Vec<WebFault>,
    /// Whether the client is also given a proxy that leads `*.test` to the service and refuses
    /// every other host (`HTTPS_PROXY`, `MADOGUCHI_PROXY`).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub proxy: bool,
    /// Whether the client is told the service by a name instead of an address: one of two addresses, the first of
    /// which nobody answers, where the run has a network of its own; else `localhost`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub by_name: bool,
    /// Whether the variables that libraries look at (`HTTPS_PROXY`, `ALL_PROXY`) name a proxy which nobody gave the
    /// client: it is set for another program. It leads to the service, and tells of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub other_proxy: bool,
    /// How far the service's clock is off, in its decisions and in its `Date`: `+1d`, `-90s`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_offset")]
    pub clock: Option<Offset>,
    /// The oldest version of the app that it lets log in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub oldest_client: Option<ClientVersion>,
    /// Which service it is, by wire profile, where the scenario is about one of another year; it is
    /// not played where the user names a profile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_wire")]
    pub profile: Option<Located<String>>,
}

impl ServiceGiven {
    fn is_healthy(&self) -> bool {
        self.certificate == ServerCertificate::Good
            && self.faults.is_empty()
            && self.clock.is_none()
            && self.oldest_client.is_none()
            && self.profile.is_none()
            && !self.proxy
            && !self.other_proxy
            && !self.by_name
    }
}

words! {
    /// The certificate by which the server introduces itself (TLS).
    #[derive(Default)]
    ServerCertificate {
        /// Issued for this host by the authority that the client was told to trust.
        #[default]
        Good,
        /// Issued for this host by an authority that nobody told the client to trust.
        ForeignCa,
        /// Issued for this host by the right authority, and expired for hours.
        Expired,
        /// Issued by the right authority for another host of the same kind.
        WrongHost,
    }
}
