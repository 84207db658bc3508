//! What is written as one word and is more than a text: lengths of time, INS bytes, status words.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use madoguchi_iso7816::{Instruction, StatusWord};
use schemars::{JsonSchema, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

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
                json_schema!({
                    "type": "string",
                    "format": $format,
                    "pattern": concat!("^(?:", $pattern, ")$"),
                })
            }
        }
    )+};
}

words! {
    Span, "span", "[0-9]+(ms|s|min|h)";
    Ins, "ins", "[0-9A-Fa-f]{2}|[a-z]+(-[a-z]+)*";
    Sw, "status-word", "[0-9A-Fa-f]{4}";
}

impl From<Duration> for Span {
    fn from(value: Duration) -> Self {
        Self(value)
    }
}

impl From<Span> for Duration {
    fn from(value: Span) -> Self {
        value.0
    }
}

impl From<u8> for Ins {
    fn from(value: u8) -> Self {
        Self(value)
    }
}

impl From<Ins> for u8 {
    fn from(value: Ins) -> Self {
        value.0
    }
}

impl From<StatusWord> for Sw {
    fn from(value: StatusWord) -> Self {
        Self(value)
    }
}

impl From<Sw> for StatusWord {
    fn from(value: Sw) -> Self {
        value.0
    }
}

/// Written as `W`, read into `T`.
pub(crate) fn read<'de, W, T, D>(deserializer: D) -> Result<T, D::Error>
where
    W: Deserialize<'de> + Into<T>,
    D: Deserializer<'de>,
{
    W::deserialize(deserializer).map(Into::into)
}

/// Written as `W`, held as `T`.
pub(crate) fn write<W, T, S>(value: &T, serializer: S) -> Result<S::Ok, S::Error>
where
    W: Serialize + From<T>,
    T: Copy,
    S: Serializer,
{
    W::from(*value).serialize(serializer)
}

/// A length of time that may be left out.
pub(crate) mod maybe_span {
    use super::{Deserialize, Deserializer, Duration, Serialize, Serializer, Span};

    #[expect(clippy::ref_option, reason = "serde hands a reference over")]
    pub(crate) fn serialize<S: Serializer>(
        span: &Option<Duration>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        span.map(Span).serialize(serializer)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Option<Duration>, D::Error> {
        let span = Option::<Span>::deserialize(deserializer)?;
        Ok(span.map(Span::duration))
    }
}
