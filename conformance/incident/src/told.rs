//! What one place of a log tells, before it is redacted.

use madoguchi_trace::What;

use crate::clear::Clear;
use crate::odd::Odd;
use crate::patterns::Done;
use crate::settings::Settings;
use crate::web::Exchanged;

/// One thing that a log tells, and where.
pub(crate) struct Told {
    /// Line, from 1; of a recording without lines, its entry.
    pub(crate) line: usize,
    /// Microseconds since the log's beginning, as far as the log says so.
    pub(crate) us: u64,
    /// Which of the programs that use the reader, where the log tells them apart.
    pub(crate) program: Option<u64>,
    pub(crate) says: Says,
}

pub(crate) enum Says {
    /// A command to the card and what came of it.
    Exchange {
        command: Clear,
        answer: Answer,
        /// Microseconds between the two.
        took: Option<u64>,
    },
    /// A card was laid down. The answer to reset names its kind.
    Placed(Option<Clear>),
    /// It is gone.
    Removed,
    /// What holds no byte of a card: it may be stored as it is.
    Plain(What),
    /// An HTTP exchange, as far as it may be stored.
    Web(Box<Exchanged>),
    /// A program was refused the reader, or came back late from a call. Return value, microseconds.
    Call {
        call: &'static str,
        detail: Option<&'static str>,
        rv: u32,
        took: Option<u64>,
    },
    /// People did something, a screen was shown, the app noticed something: in the words of patterns, not
    /// of the log.
    Act(Done),
    Screen(String),
    Error(String),
    /// A PIN was presented in a place that the log leaves out.
    Unlogged,
    /// What nothing of ours does.
    Odd(Odd),
    /// A program began or ended to use the reader.
    Came,
    Left,
}

/// What came of a command.
#[derive(Clone)]
pub(crate) enum Answer {
    /// Bytes, at least one.
    Bytes(Clear),
    /// The call succeeded, and there is not one byte.
    Empty,
    /// The call failed.
    Failed(u32),
    /// The card was taken away, as the log says right after it.
    Removed,
    /// The reader was.
    Gone,
    /// The reader waited for the card in vain.
    Mute,
    /// What the reader heard of the card was damaged on its way.
    Garbled,
    /// The call never returned, though the program went on.
    Hung,
    /// Whose answer is whose cannot be told: several programs were waiting.
    Unpaired,
    /// The log does not say.
    Unknown,
}

/// What a reader of logs found in one text.
#[derive(Default)]
pub(crate) struct Found {
    /// In the order in which it happened at the card.
    pub(crate) told: Vec<Told>,
    /// Lines that are of this writer, whether they tell something or not.
    pub(crate) known: Vec<usize>,
    /// Lines that should tell something and are damaged.
    pub(crate) damaged: Vec<usize>,
    /// Microseconds since 1970 of what is 0 in `us`, where the log has a clock.
    pub(crate) epoch: Option<i64>,
    /// How the counter was set up, where the log says so.
    pub(crate) settings: Option<Settings>,
}
