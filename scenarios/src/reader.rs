//! The reader of a scenario: which one it is, whose rules it follows, and what goes wrong with it
//! and around it. Others carry it out; the words here are those of the plan that they follow.

use std::borrow::Cow;
use std::fmt;
use std::num::{NonZeroU8, NonZeroU32};
use std::str::FromStr;
use std::time::Duration;

use madoguchi_iso7816::{Instruction, StatusWord};
use madoguchi_notation::Located;
use schemars::JsonSchema;
use serde::de::value::{MapAccessDeserializer, MapDeserializer};
use serde::de::{self, IntoDeserializer, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::schema;

/// The reader on the counter. Whatever is not said is a contactless reader that works.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReaderGiven {
    /// A reader that is sold, by the name in libccid's list (`SONY FeliCa RC-S300/P`), or
    /// vsmartcard's `Virtual PCD`. A dual reader has two names; the card lies on the half that fits
    /// it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(schema_with = "schema::maybe_reader_model")]
    pub model: Option<Located<String>>,
    /// Whose rules it follows.
    #[serde(default)]
    pub dialect: Dialect,
    /// What goes wrong, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<ReaderFault>,
}

impl ReaderGiven {
    pub(crate) const fn is_healthy(&self) -> bool {
        self.model.is_none() && matches!(self.dialect, Dialect::Pcsclite) && self.faults.is_empty()
    }
}

/// A family of resource managers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// pcscd's, as observed.
    #[default]
    Pcsclite,
    /// Windows's, as far as they are known: a transaction that is idle for 5 s ends with a reset,
    /// some return codes are others.
    Windows,
}

/// One thing that goes wrong once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ReaderFault {
    /// When, counted from the placing of the card.
    pub at: Moment,
    /// Which placing of a card is meant, from 1 (the first).
    #[serde(default = "first")]
    pub placed: NonZeroU32,
    /// What: a word, or a word with what belongs to it.
    pub what: Mishap,
}

const fn first() -> NonZeroU32 {
    NonZeroU32::MIN
}

/// When something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Moment {
    /// At the command APDU with this number, from 1.
    Apdu(NonZeroU32),
    /// At a command with this INS.
    Instruction {
        /// INS as two hexadecimal digits, or the command's name: `B0`, `read-binary`.
        ins: Ins,
        /// Which of them, from 1.
        #[serde(default = "first")]
        nth: NonZeroU32,
    },
    /// When so much time has passed: by itself, or just before a command that comes first. `0s` is
    /// before any client can see the card.
    After(Span),
}

/// What goes wrong: with the exchange that is due (the first eight), or around the card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
#[schemars(transform = schema::or_words)]
pub enum Mishap {
    /// The card leaves the field, and stays away until it is placed again.
    Torn {
        /// Whether the card had carried the command out, and only its answer is lost.
        #[serde(default)]
        carried_out: bool,
        /// What SCardTransmit returns: a name of pcsclite.h or eight hexadecimal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "schema::maybe_return_code")]
        code: Option<Located<String>>,
    },
    /// The card lies there and does not answer.
    Mute {},
    /// The exchange fails; the card stays.
    Damaged {
        /// Whether the card had carried the command out.
        #[serde(default)]
        carried_out: bool,
        /// What SCardTransmit returns: a name of pcsclite.h or eight hexadecimal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[schemars(schema_with = "schema::maybe_return_code")]
        code: Option<Located<String>>,
    },
    /// The card does not carry the command out and answers this status word.
    Status(Sw),
    /// Of the answer only so many bytes arrive.
    Truncated(u16),
    /// So many made-up bytes follow the answer.
    Overlong(u16),
    /// The answer comes later by this much.
    Late(Span),
    /// The card asks for more time before it answers: S(WTX).
    WaitingTime {
        /// How many times it asks.
        requests: NonZeroU8,
        /// WTXM, 1 to 59.
        multiplier: NonZeroU8,
    },
    /// Another application resets the card.
    Reset {},
    /// Another application takes hold of the card, and leaves after a while.
    Rival {
        /// What it holds.
        hold: Hold,
        /// For how long.
        stays: Span,
    },
    /// The reader is pulled out, with the card in it.
    Unplugged {},
    /// The reader stops working.
    ReaderFails {},
    /// The PC/SC service ends.
    ServiceStops {
        /// After how long it is started again; absent for never.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        back_after: Option<Span>,
    },
}

/// What another application has of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Hold {
    /// A shared connection.
    Connection,
    /// A shared connection and a transaction: others wait.
    Transaction,
    /// An exclusive connection: others are refused.
    Exclusive,
}

impl Hold {
    /// The word in the scenario and in the trace.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Connection => "connection",
            Self::Transaction => "transaction",
            Self::Exclusive => "exclusive",
        }
    }
}

/// The 32 bits that a return code's eight hexadecimal digits say; names are for others to know.
#[must_use]
pub fn return_code_bits(code: &str) -> Option<u32> {
    let is_hex = code.len() == 8 && code.bytes().all(|b| b.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(code, 16).ok()).flatten()
}

/// A length of time: a whole number and `ms`, `s`, `min` or `h`, such as `250ms`. A week at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(Duration);

impl Span {
    const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);

    /// The time.
    #[must_use]
    pub const fn duration(self) -> Duration {
        self.0
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is no length of time; write 250ms, 6s, 2min or 1h");
        let digits = text.find(|c: char| !c.is_ascii_digit()).ok_or_else(wrong)?;
        let number: u64 = text[..digits].parse().map_err(|_| wrong())?;
        let unit_ms: u64 = match &text[digits..] {
            "ms" => 1,
            "s" => 1_000,
            "min" => 60_000,
            "h" => 3_600_000,
            _ => return Err(wrong()),
        };
        let span = number.checked_mul(unit_ms).map(Duration::from_millis);
        match span {
            Some(span) if span <= Self::LONGEST => Ok(Self(span)),
            _ => Err(format!("{text} is longer than a week")),
        }
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.as_millis() {
            ms if ms % 1_000 == 0 => write!(f, "{}s", ms / 1_000),
            ms => write!(f, "{ms}ms"),
        }
    }
}

/// An INS byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ins(u8);

impl Ins {
    /// The byte.
    #[must_use]
    pub const fn value(self) -> u8 {
        self.0
    }
}

impl FromStr for Ins {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let word = |ins: u8| {
            let name = Instruction::new(ins).name()?;
            Some(name.to_ascii_lowercase().replace(' ', "-"))
        };
        if text.len() == 2
            && let Ok(byte) = u8::from_str_radix(text, 16)
        {
            return Ok(Self(byte));
        }
        (0..=u8::MAX)
            .find(|ins| word(*ins).as_deref() == Some(text))
            .map(Self)
            .ok_or_else(|| format!("\"{text}\" is no INS; write B0 or read-binary"))
    }
}

impl fmt::Display for Ins {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02X}", self.0)
    }
}

/// A status word, four hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sw(StatusWord);

impl Sw {
    /// The status word.
    #[must_use]
    pub const fn status(self) -> StatusWord {
        self.0
    }
}

impl FromStr for Sw {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let value = u16::from_str_radix(text, 16)
            .ok()
            .filter(|_| text.len() == 4);
        value
            .map(|value| Self(StatusWord::new(value)))
            .ok_or_else(|| format!("\"{text}\" is no status word; write four digits such as 6F00"))
    }
}

impl fmt::Display for Sw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0.value())
    }
}

macro_rules! words {
    ($($name:ident, $format:literal, $pattern:literal;)+) => {$(
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                text.parse().map_err(de::Error::custom)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schema::text($format, concat!("^(?:", $pattern, ")$"))
            }
        }
    )+};
}

words! {
    Span, "span", "[0-9]+(ms|s|min|h)";
    Ins, "ins", "[0-9A-Fa-f]{2}|[a-z]+(-[a-z]+)*";
    Sw, "status-word", "[0-9A-Fa-f]{4}";
}

impl Serialize for Mishap {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// A word alone stands for the word with nothing.
impl<'de> Deserialize<'de> for Mishap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(MishapVisitor)
    }
}

struct MishapVisitor;

impl<'de> Visitor<'de> for MishapVisitor {
    type Value = Mishap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("what goes wrong: a word, or a word with what belongs to it")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<Mishap, E> {
        let nothing = MapDeserializer::new(std::iter::empty::<(&str, &str)>());
        let with_nothing = std::iter::once((word, Nothing(nothing)));
        Mishap::deserialize(MapAccessDeserializer::new(MapDeserializer::new(
            with_nothing,
        )))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Mishap, A::Error> {
        Mishap::deserialize(MapAccessDeserializer::new(map))
    }
}

/// What belongs to a word that stands alone.
struct Nothing<D>(D);

impl<'de, E: de::Error, D: Deserializer<'de, Error = E>> IntoDeserializer<'de, E> for Nothing<D> {
    type Deserializer = D;

    fn into_deserializer(self) -> D {
        self.0
    }
}
