//! What goes wrong on purpose between card and client, and when.

use std::num::{NonZeroU8, NonZeroU32};
use std::time::Duration;

use madoguchi_iso7816::{CommandApdu, Instruction, StatusWord};
use madoguchi_notation::Words;
use schemars::{JsonSchema, Schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use strum::{EnumString, IntoStaticStr};

use crate::text::{maybe_span, read, write};
use crate::{Call, Ins, ReturnCode, Span, Sw};

/// When something goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
pub enum Moment {
    /// At the command APDU with this number, from 1.
    Apdu(
        #[serde(deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        u32,
    ),
    /// At a command with this INS.
    Instruction {
        /// INS as two hexadecimal digits, or the command's name: `B0`, `read-binary`.
        #[serde(
            deserialize_with = "read::<Ins, _, _>",
            serialize_with = "write::<Ins, _, _>"
        )]
        #[schemars(with = "Ins")]
        ins: u8,
        /// Which of them, from 1.
        #[serde(default = "first", deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        nth: u32,
    },
    /// At the first READ BINARY that asks for this byte of a file, from 0: in the middle of a certificate,
    /// in however few commands a client reads it.
    Byte(
        #[serde(deserialize_with = "read::<u16, _, _>")]
        #[schemars(with = "u16")]
        usize,
    ),
    /// At the second READ BINARY that asks for this byte since the card was laid down: in the middle of a
    /// certificate that is read once more.
    ByteAgain(
        #[serde(deserialize_with = "read::<u16, _, _>")]
        #[schemars(with = "u16")]
        usize,
    ),
    /// When a PIN is presented, for the so-manieth time: at a VERIFY with data. One without asks only
    /// how many attempts are left.
    Presented(
        #[serde(deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        u32,
    ),
    /// At the SCardConnect to this card with this number, from 1. At a call no exchange is due: what
    /// happens is that the call hangs, that the card is gone before it, or something around the card.
    Connect(
        #[serde(deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        u32,
    ),
    /// At the SCardBeginTransaction with this number, from 1.
    BeginTransaction(
        #[serde(deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        u32,
    ),
    /// At the SCardDisconnect with this number, from 1.
    Disconnect(
        #[serde(deserialize_with = "read::<NonZeroU32, _, _>")]
        #[schemars(with = "NonZeroU32")]
        u32,
    ),
    /// When so much time has passed: by itself, or just before a command that comes first. `0s` is
    /// before any client can see the card.
    After(
        #[serde(
            deserialize_with = "read::<Span, _, _>",
            serialize_with = "write::<Span, _, _>"
        )]
        #[schemars(with = "Span")]
        Duration,
    ),
}

impl Moment {
    /// Whether a command is one of those that this moment waits for.
    #[must_use]
    pub fn counts(self, command: &[u8]) -> bool {
        let of = |instruction| {
            let command = CommandApdu::parse(command).ok();
            let command = command.filter(|command| command.instruction == instruction)?;
            Some((usize::from(command.parameters()), command.body.ok()?))
        };
        match self {
            Self::Apdu(_) => true,
            Self::Instruction { ins, .. } => command.get(1) == Some(&ins),
            Self::Byte(at) | Self::ByteAgain(at) => {
                of(Instruction::READ_BINARY).is_some_and(|(from, body)| {
                    let length = body.le.map_or(0, madoguchi_iso7816::Le::value);
                    (from..from + length).contains(&at)
                })
            }
            Self::Presented(_) => {
                of(Instruction::VERIFY).is_some_and(|(_, body)| !body.data.is_empty())
            }
            Self::Connect(_) | Self::BeginTransaction(_) | Self::Disconnect(_) | Self::After(_) => {
                false
            }
        }
    }

    /// The call that this moment waits for, where it waits for one that a card cannot see.
    #[must_use]
    pub const fn call(self) -> Option<Call> {
        match self {
            Self::Connect(_) => Some(Call::Connect),
            Self::BeginTransaction(_) => Some(Call::BeginTransaction),
            Self::Disconnect(_) => Some(Call::Disconnect),
            Self::Apdu(_)
            | Self::Instruction { .. }
            | Self::Byte(_)
            | Self::ByteAgain(_)
            | Self::Presented(_)
            | Self::After(_) => None,
        }
    }

    /// How many such commands or calls there are until it has come; nothing where time alone brings it.
    #[must_use]
    pub const fn nth(self) -> Option<u32> {
        match self {
            Self::Apdu(nth)
            | Self::Instruction { nth, .. }
            | Self::Presented(nth)
            | Self::Connect(nth)
            | Self::BeginTransaction(nth)
            | Self::Disconnect(nth) => Some(nth),
            Self::Byte(_) => Some(1),
            Self::ByteAgain(_) => Some(2),
            Self::After(_) => None,
        }
    }
}

/// What goes wrong: with the exchange that is due (the first nine), with the call (`hangs`), or around the
/// card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(
    remote = "Self",
    deny_unknown_fields,
    rename_all = "kebab-case",
    rename_all_fields = "kebab-case"
)]
#[schemars(transform = or_words)]
pub enum Fault {
    /// The card leaves the field, and stays away until it is placed again.
    Torn {
        /// Whether the card had carried the command out, and only its answer is lost.
        #[serde(default)]
        carried_out: bool,
        /// What SCardTransmit returns: a name of pcsclite.h or eight hexadecimal digits.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        code: Option<ReturnCode>,
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
        code: Option<ReturnCode>,
    },
    /// The card does not carry the command out and answers this status word.
    Status(
        #[serde(
            deserialize_with = "read::<Sw, _, _>",
            serialize_with = "write::<Sw, _, _>"
        )]
        #[schemars(with = "Sw")]
        StatusWord,
    ),
    /// The card gives only so many of the bytes that it was asked for, and 9000: Ne is the most that an
    /// answer may have (ISO 7816-4 §5.2). A client goes on behind what came.
    Short(
        #[serde(deserialize_with = "read::<u16, _, _>")]
        #[schemars(with = "u16")]
        usize,
    ),
    /// Of the answer only so many bytes arrive.
    Truncated(
        #[serde(deserialize_with = "read::<u16, _, _>")]
        #[schemars(with = "u16")]
        usize,
    ),
    /// So many made-up bytes follow the answer.
    Overlong(
        #[serde(deserialize_with = "read::<u16, _, _>")]
        #[schemars(with = "u16")]
        usize,
    ),
    /// The answer comes later by this much.
    Late(
        #[serde(
            deserialize_with = "read::<Span, _, _>",
            serialize_with = "write::<Span, _, _>"
        )]
        #[schemars(with = "Span")]
        Duration,
    ),
    /// The card asks for more time before it answers: S(WTX).
    WaitingTime {
        /// How many times it asks.
        #[serde(deserialize_with = "read::<NonZeroU8, _, _>")]
        #[schemars(with = "NonZeroU8")]
        requests: u8,
        /// WTXM, 1 to 59.
        #[serde(deserialize_with = "read::<NonZeroU8, _, _>")]
        #[schemars(with = "NonZeroU8")]
        multiplier: u8,
    },
    /// The call does not return for as long as its client waits for it, whatever becomes of card and
    /// reader; the card does not see the command. Other calls are answered.
    Hangs {},
    /// Another application resets the card.
    Reset {},
    /// Another application takes hold of the card, and leaves after a while.
    Rival {
        /// What it holds.
        hold: Hold,
        /// For how long.
        #[serde(
            deserialize_with = "read::<Span, _, _>",
            serialize_with = "write::<Span, _, _>"
        )]
        #[schemars(with = "Span")]
        stays: Duration,
    },
    /// The reader is pulled out, with the card in it.
    Unplugged {},
    /// The reader stops working.
    ReaderFails {},
    /// The PC/SC service ends.
    ServiceStops {
        /// After how long it is started again; absent for never.
        #[serde(default, skip_serializing_if = "Option::is_none", with = "maybe_span")]
        #[schemars(with = "Option<Span>")]
        back_after: Option<Duration>,
    },
}

/// What another application has of a card.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Hash,
    Serialize,
    Deserialize,
    JsonSchema,
    EnumString,
    IntoStaticStr,
)]
#[serde(rename_all = "kebab-case")]
#[strum(serialize_all = "kebab-case")]
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
    pub fn name(self) -> &'static str {
        self.into()
    }
}

impl Fault {
    /// The card is taken away before the command reaches it.
    pub const REMOVAL: Self = Self::Torn {
        carried_out: false,
        code: Some(ReturnCode::REMOVED_CARD),
    };
    /// The card is taken away before its answer is through.
    pub const TEAR: Self = Self::Torn {
        carried_out: true,
        code: None,
    };

    /// Whether it is done to the exchange that is due, or to its call; else it happens around the card, just
    /// before that exchange.
    #[must_use]
    pub const fn strikes_exchange(self) -> bool {
        match self {
            Self::Torn { .. }
            | Self::Mute {}
            | Self::Damaged { .. }
            | Self::Status(_)
            | Self::Short(_)
            | Self::Truncated(_)
            | Self::Overlong(_)
            | Self::Late(_)
            | Self::WaitingTime { .. }
            | Self::Hangs {} => true,
            Self::Reset {}
            | Self::Rival { .. }
            | Self::Unplugged {}
            | Self::ReaderFails {}
            | Self::ServiceStops { .. } => false,
        }
    }

    /// What SCardTransmit is to return, where that is not left to the reader.
    #[must_use]
    pub const fn code(self) -> Option<ReturnCode> {
        match self {
            Self::Torn { code, .. } | Self::Damaged { code, .. } => code,
            _ => None,
        }
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

/// A word alone stands for the word with nothing.
impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::deserialize(Words(deserializer))
    }
}

const fn first() -> u32 {
    1
}

/// Where nothing has to be said to a word, the word may stand alone.
fn or_words(schema: &mut Schema) {
    let Some(Value::Array(forms)) = schema.get_mut("oneOf") else {
        return;
    };
    let lonely = |form: &Value| {
        let (word, inner) = form.get("properties")?.as_object()?.iter().next()?;
        let is_object = inner.get("type").is_some_and(|kind| kind == "object");
        let is_complete = inner.get("required").is_none();
        (is_object && is_complete).then(|| word.clone())
    };
    let words: Vec<String> = forms.iter().filter_map(lonely).collect();
    forms.push(serde_json::json!({ "enum": words }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(json: &str) -> Fault {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_word_alone_is_the_word_with_nothing() {
        assert_eq!(fault(r#""mute""#), fault(r#"{"mute":{}}"#));
        assert_eq!(fault(r#""unplugged""#), Fault::Unplugged {});
        assert_eq!(
            fault(r#""torn""#),
            fault(r#"{"torn":{"carried-out":false}}"#)
        );
    }

    #[test]
    fn a_return_code_is_a_name_or_eight_digits() {
        for code in ["SCARD_E_NOT_TRANSACTED", "80100016"] {
            let torn = fault(&format!(r#"{{"torn":{{"code":"{code}"}}}}"#));
            let meant = Fault::Torn {
                carried_out: false,
                code: Some(ReturnCode::NOT_TRANSACTED),
            };
            assert_eq!(torn, meant);
        }
        let unknown = serde_json::from_str::<Fault>(r#"{"torn":{"code":"SCARD_E_TORN"}}"#);
        assert!(unknown.unwrap_err().to_string().contains("SCARD_E_TORN"));
    }

    #[test]
    fn numbers_count_from_one() {
        for moment in [r#"{"apdu":0}"#, r#"{"instruction":{"ins":"B0","nth":0}}"#] {
            assert!(serde_json::from_str::<Moment>(moment).is_err(), "{moment}");
        }
        let none = r#"{"waiting-time":{"requests":0,"multiplier":1}}"#;
        assert!(serde_json::from_str::<Fault>(none).is_err());
    }
}
