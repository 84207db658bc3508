//! What passed between card, reader and PC/SC.

use madoguchi_iso7816::{FileId, Instruction, StatusWord};
use madoguchi_layout::{APPLICATIONS, Application, ApplicationId, File};
use madoguchi_scenarios::{Call, Hold, ReturnCode};
use serde::{Deserialize, Serialize};
use strum::{EnumString, IntoStaticStr};

use super::{Text, Word};

/// Why a card is gone from a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq, EnumString, IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum Removal {
    /// A person took it.
    Taken,
    /// A fault tore it away.
    Torn,
    /// With the reader, which was pulled out.
    Unplugged,
}

impl Removal {
    /// The word in a trace.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.into()
    }
}

/// A card or a reader came or went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderEvent {
    /// A card was placed.
    Inserted {
        /// Whose card, as persona id.
        card: Text,
        /// Of which kind, such as `plastic-contact`; absent for the usual one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        profile: Option<Text>,
    },
    /// The card was taken away, by a person or by a fault.
    Removed {
        /// Why.
        why: Word<Removal>,
    },
    /// The reader was pulled out.
    Unplugged {},
    /// The reader stopped working.
    Failed {},
    /// A call of a client's does not return.
    Hung {
        /// Which.
        call: Word<Call>,
        /// Ordinal of its context, as in a [`PcscEvent`].
        context: u32,
    },
    /// The readers' states are read again and again without a pause, and nothing has changed.
    BusyWait {},
    /// Another application reset the card.
    Reset {},
    /// Another application took hold of the card.
    RivalCame {
        /// `connection`, `transaction` or `exclusive`.
        hold: Word<Hold>,
    },
    /// It left.
    RivalLeft {},
    /// The PC/SC service ended.
    ServiceStopped {},
    /// The PC/SC service was started again.
    ServiceStarted {},
}

/// A PC/SC call; waiting calls are not recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PcscEvent {
    /// Which.
    pub call: Word<Call>,
    /// Ordinal of the context in this cell, from 1.
    pub context: u32,
    /// Share mode, disposition or the like, in PC/SC's words in lower case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<Text>,
    /// Return value, eight upper-case hexadecimal digits.
    pub rv: Word<ReturnCode>,
    /// Whether a `connect` did not return before another program's transaction ended, or the card was
    /// gone: it stands where it returned.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub has_waited: bool,
}

/// One command APDU and its answer, redacted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardEvent {
    /// Number of the APDU in this cell, from 1.
    pub n: u32,
    /// Whose card, as persona id.
    pub card: Text,
    /// CLA INS P1 P2 as four upper-case hexadecimal pairs; shorter for a malformed command.
    pub header: Text,
    /// Name of the command in the standard's words: `SELECT`, `VERIFY`, …
    pub name: Word<Instruction>,
    /// Application that is current after the command: `jpki`, `profile`, `surface`, `common`,
    /// `resident`, `issuer`, or absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub application: Option<Text>,
    /// EF or IEF that the command addressed, four upper-case hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<Text>,
    /// Command data: hexadecimal where harmless, else a role label (`auth-pin:right`, `len=51`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Text>,
    /// Response data: hexadecimal where harmless, else `len=256`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answer: Option<Text>,
    /// Status word, four upper-case hexadecimal digits; absent where no answer came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sw: Option<Word<StatusWord>>,
    /// What the reader saw instead of an answer: `torn`, `mute`, `transmission`; in a log of somebody
    /// else's also `empty` (the call succeeded without a byte), `unpaired` (nobody can tell which answer
    /// is its own) and `unknown` (the log does not say).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<Text>,
}

impl CardEvent {
    /// The command's instruction byte; absent of a malformed command.
    #[must_use]
    pub fn instruction(&self) -> Option<Instruction> {
        let ins = self.header.get(2..4)?;
        u8::from_str_radix(ins, 16).ok().map(Instruction::new)
    }

    /// The status word, where an answer came.
    #[must_use]
    pub fn status(&self) -> Option<StatusWord> {
        self.sw.as_ref()?.known()
    }

    /// The application that is current after the command; nothing where it is unknown or the issuer's.
    #[must_use]
    pub fn application(&self) -> Option<&'static Application> {
        let label = self.application.as_deref()?;
        APPLICATIONS.into_iter().find(|of| of.label() == label)
    }

    /// Which file the command addressed.
    #[must_use]
    pub fn file_id(&self) -> Option<FileId> {
        let id = u16::from_str_radix(self.file.as_deref()?, 16).ok()?;
        Some(FileId::new(id))
    }

    /// Whether the command addressed this file of this application.
    #[must_use]
    pub fn addresses(&self, application: ApplicationId, file: FileId) -> bool {
        let current = self.application();
        current.is_some_and(|current| current.id == application) && self.file_id() == Some(file)
    }

    /// What is known of the file that the command addressed.
    #[must_use]
    pub fn file(&self) -> Option<&'static File> {
        self.application()?.file(self.file_id()?)
    }
}
