//! What goes wrong on purpose between client and service, in the scenario's words; others carry it
//! out. What goes wrong with card and reader is in `reader`.

use madoguchi_eligibility::Operation;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something happens between client and service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub enum WebFault {
    /// The service decides and records, then the connection breaks before a byte of the answer
    /// arrives.
    AnswerLost(Struck),
    /// The request is read, then the connection is reset; nothing is decided.
    Reset(Struck),
    /// The request is read, and nothing follows.
    Silent(Struck),
    /// The service decides and records, then the connection is reset within the answer's body.
    ResetInBody(Portion),
    /// The service decides and records; the answer's body ends early, though as HTTP it is whole.
    Truncated(Portion),
    /// The service decides and records; the answer says that it is HTML.
    WrongContentType(Struck),
    /// The service decides and records; a part of the answer's body arrives, and then nothing more.
    Stalled(Portion),
    /// The answer has parameters behind its media type (`; charset=utf-8`), and capitals in it: it is the
    /// same media type (RFC 9110, 8.3.1).
    MediaTypeParameters(Struck),
    /// The answer has a field that nobody knows, beside all others: a newer service may have more of them
    /// (assumed).
    UnknownField(Struck),
    /// The answer has a result code and no words beside it: a service may leave them to its clients (assumed).
    WithoutMessage(Struck),
    /// The results of the answer are in the reverse order: nobody has said that a service keeps one (assumed).
    Reordered(Struck),
    /// A date of the answer has no day, or is none of the calendar: a register may not know the day (assumed).
    PartialDate(PartialDate),
    /// The answer waits.
    Delay(Delay),
    /// The body of the answer trickles.
    SlowLink(SlowLink),
    /// A gateway before the service answers 5xx with a page of HTML; nothing is decided.
    ServerError(ServerError),
    /// A gateway before the service answers with JSON of its own, `{"error":…}`; nothing is decided.
    ForeignJson(ForeignJson),
    /// A gateway before the service answers 429 with `Retry-After`; nothing is decided.
    TooManyRequests(TooManyRequests),
    /// A captive portal answers with its own page, or sends the client to it; nothing is decided.
    CaptivePortal(CaptivePortal),
    /// Something on the way sends the client elsewhere (RFC 9110 §15.4); nothing is decided.
    Redirect(Redirect),
    /// Connections are closed before their handshake.
    Refused(Connections),
    /// Connections are answered with a ServerHello of TLS 1.0.
    #[serde(rename = "tls-1.0")]
    Tls10(Connections),
}

impl WebFault {
    /// Which requests it strikes; nothing where it is about connections.
    #[must_use]
    pub fn struck(mut self) -> Option<Struck> {
        let (operation, nth, times) = self.strikes();
        Some(Struck {
            operation: operation?,
            nth: *nth,
            times: *times,
        })
    }

    /// The same, striking from this request or connection on, and so many.
    #[must_use]
    pub const fn at(mut self, first: u32, how_many: u32) -> Self {
        let (_, nth, times) = self.strikes();
        *nth = first;
        *times = how_many;
        self
    }

    /// Requests of which operation, if not connections; the first that is struck, and how many.
    const fn strikes(&mut self) -> (Option<Operation>, &mut u32, &mut u32) {
        match self {
            Self::AnswerLost(at)
            | Self::Reset(at)
            | Self::Silent(at)
            | Self::WrongContentType(at)
            | Self::MediaTypeParameters(at)
            | Self::UnknownField(at)
            | Self::WithoutMessage(at)
            | Self::Reordered(at) => at.strikes(),
            Self::ForeignJson(at) => at.strikes(),
            Self::ResetInBody(at) | Self::Truncated(at) | Self::Stalled(at) => at.strikes(),
            Self::PartialDate(at) => at.strikes(),
            Self::Delay(at) => at.strikes(),
            Self::SlowLink(at) => at.strikes(),
            Self::ServerError(at) => at.strikes(),
            Self::TooManyRequests(at) => at.strikes(),
            Self::CaptivePortal(at) => at.strikes(),
            Self::Redirect(at) => at.strikes(),
            Self::Refused(at) | Self::Tls10(at) => (None, &mut at.nth, &mut at.times),
        }
    }
}

/// Declares what says which requests are struck, each with what else it says of them.
macro_rules! requests {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $part:ident: $type:ty,)* })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case")]
        pub struct $name {
            /// Which operation.
            pub operation: Operation,
            /// The first of these requests that is struck, from 1.
            #[serde(default = "first")]
            pub nth: u32,
            /// How many in a row are struck.
            #[serde(default = "first")]
            pub times: u32,
            $($(#[$of])* pub $part: $type,)*
        }

        impl $name {
            const fn strikes(&mut self) -> (Option<Operation>, &mut u32, &mut u32) {
                (Some(self.operation), &mut self.nth, &mut self.times)
            }
        }
    )+};
}

requests! {
    /// Which requests.
    Struck {}

    /// Which requests, and how much of the answer's body arrives.
    Portion {
        /// How much of the body arrives, per cent, never all of it; absent: the seed decides.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        percent: Option<u8>,
    }

    /// Which requests, and which date of their answers is how.
    PartialDate {
        /// Which date.
        of: DateField,
        /// How it is.
        is: DateForm,
    }

    /// Which requests, and how long their answers wait.
    Delay {
        /// Milliseconds.
        ms: u32,
    }

    /// Which requests, and how fast their answers arrive.
    SlowLink {
        /// Bytes of the body per second, at least 1.
        bytes_per_second: std::num::NonZeroU32,
    }

    /// Which requests, and with which status they are turned away.
    ServerError {
        /// HTTP status.
        #[serde(default)]
        status: ServerErrorStatus,
    }

    /// Which requests, and with which status a gateway answers them in JSON of its own.
    ForeignJson {
        /// HTTP status.
        #[serde(default)]
        status: GatewayStatus,
    }

    /// Which requests, and how long their sender is to stay away.
    TooManyRequests {
        /// `Retry-After`, seconds.
        retry_after: u32,
    }

    /// Which requests, and how the portal gets hold of them.
    CaptivePortal {
        /// Whether it sends the client to its page (302) instead of answering with it (200).
        #[serde(default)]
        redirect: bool,
    }

    /// Which requests, and where their sender is sent.
    Redirect {
        /// HTTP status.
        #[serde(default)]
        status: RedirectStatus,
        /// Where to.
        to: RedirectTo,
    }
}

/// A date of an eligibility.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateField {
    /// 生年月日
    Birthdate,
    /// 資格取得年月日
    QualificationDate,
    /// 資格喪失年月日
    DisqualificationDate,
    /// 有効開始年月日
    ValidFrom,
    /// 有効終了年月日
    ValidUntil,
}

/// How a date can be that is no day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum DateForm {
    /// The day is 00: it is not known.
    NoDay,
    /// Month and day are 00.
    NoMonth,
    /// The 31st of a month that has none, as one who types may write it.
    Impossible,
}

/// A status that says that it is not the client's fault (RFC 9110 §15.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub struct ServerErrorStatus(u16);

impl Default for ServerErrorStatus {
    /// 503 Service Unavailable.
    fn default() -> Self {
        Self(503)
    }
}

impl TryFrom<u16> for ServerErrorStatus {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, String> {
        if (500..600).contains(&status) {
            Ok(Self(status))
        } else {
            Err(format!("{status} is no server error; write 500 to 599"))
        }
    }
}

impl From<ServerErrorStatus> for u16 {
    fn from(status: ServerErrorStatus) -> Self {
        status.0
    }
}

/// The status of a gateway that answers itself: an error of its own, or 200, as some say of every answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub struct GatewayStatus(u16);

impl GatewayStatus {
    /// 200 OK.
    pub const OK: Self = Self(200);
}

impl Default for GatewayStatus {
    /// 502 Bad Gateway.
    fn default() -> Self {
        Self(502)
    }
}

impl TryFrom<u16> for GatewayStatus {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, String> {
        if status == 200 || (500..600).contains(&status) {
            Ok(Self(status))
        } else {
            Err(format!(
                "{status} is no status of a gateway; write 200, or 500 to 599"
            ))
        }
    }
}

impl From<GatewayStatus> for u16 {
    fn from(status: GatewayStatus) -> Self {
        status.0
    }
}

/// A status that sends a client on (RFC 9110 §15.4.2 to §15.4.9).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "u16", into = "u16")]
#[schemars(with = "u16")]
pub struct RedirectStatus(u16);

impl Default for RedirectStatus {
    /// 302 Found.
    fn default() -> Self {
        Self(302)
    }
}

impl TryFrom<u16> for RedirectStatus {
    type Error = String;

    fn try_from(status: u16) -> Result<Self, String> {
        if [301, 302, 303, 307, 308].contains(&status) {
            Ok(Self(status))
        } else {
            Err(format!(
                "{status} is no redirect; write 301, 302, 303, 307 or 308"
            ))
        }
    }
}

impl From<RedirectStatus> for u16 {
    fn from(status: RedirectStatus) -> Self {
        status.0
    }
}

/// Where a redirect leads. Whoever follows comes back to the mock, under another name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RedirectTo {
    /// Another path of the host that was asked.
    OwnHost,
    /// Another host, by https.
    OtherHost,
    /// The host that was asked, by http.
    Plain,
}

/// Which connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Connections {
    /// The first connection that is struck, from 1.
    #[serde(default = "first")]
    pub nth: u32,
    /// How many in a row are struck.
    #[serde(default = "first")]
    pub times: u32,
}

const fn first() -> u32 {
    1
}
