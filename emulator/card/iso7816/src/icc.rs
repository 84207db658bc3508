//! The seam between card, reader and recorder: whatever answers command APDUs is an [`Icc`].

use std::fmt;
use std::time::Duration;

use crate::StatusWord;

/// An integrated circuit card as a reader meets it (ISO 7816-3): it is powered, it answers.
///
/// Card faults are other `Icc`s wrapped around one; reader faults belong to the reader.
pub trait Icc: Send {
    /// The answer to reset, with TS, at most 33 bytes (ISO 7816-3 §8.2). What the last
    /// [`power_on`](Self::power_on) or [`reset`](Self::reset) returned.
    fn atr(&self) -> &[u8];

    /// Cold activation: the card starts anew and sends its ATR.
    ///
    /// # Errors
    /// [`LinkFault::Mute`] if no ATR comes.
    fn power_on(&mut self) -> Result<(), LinkFault>;

    /// Deactivation: everything volatile is gone.
    fn power_off(&mut self);

    /// Warm reset: on a contactless My Number card this keeps the security status (*observed*).
    ///
    /// # Errors
    /// [`LinkFault::Mute`] if no ATR comes.
    fn reset(&mut self) -> Result<(), LinkFault>;

    /// One command APDU and its response APDU (data ‖ SW1 SW2), written into `reply`, which the
    /// caller owns and reuses, so that an exchange allocates nothing.
    ///
    /// A refusal is a status word, never an error; an error means that no response came.
    ///
    /// # Errors
    /// A [`LinkFault`] says what the reader saw instead of a response.
    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault>;
}

impl<I: Icc + ?Sized> Icc for Box<I> {
    fn atr(&self) -> &[u8] {
        (**self).atr()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        (**self).power_on()
    }

    fn power_off(&mut self) {
        (**self).power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        (**self).reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        (**self).transmit(command, reply)
    }
}

/// Why no response APDU came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum LinkFault {
    /// The card left the field before or during the exchange and is gone.
    Torn,
    /// The card is there and says nothing.
    Mute,
    /// The answer was damaged on the way; the card is still there.
    Transmission,
}

impl fmt::Display for LinkFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Torn => "the card left the field",
            Self::Mute => "the card does not answer",
            Self::Transmission => "the answer was damaged on the way",
        })
    }
}

impl std::error::Error for LinkFault {}

/// A response APDU in a buffer that is used again and again, and how long the card took for it.
#[derive(Clone)]
pub struct Reply {
    bytes: Vec<u8>,
    after: Duration,
}

impl Reply {
    /// The longest response APDU: 65 536 data bytes and a status word.
    pub const MAX: usize = 65_538;

    /// An empty reply with room for every response, so that it never grows.
    #[must_use]
    pub fn new() -> Self {
        Self {
            bytes: Vec::with_capacity(Self::MAX),
            after: Duration::ZERO,
        }
    }

    /// Forgets the previous response; keeps the buffer.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.after = Duration::ZERO;
    }

    /// Appends response data.
    pub fn push(&mut self, data: &[u8]) {
        self.bytes.extend_from_slice(data);
    }

    /// Lends the buffer, for a producer that writes its data in place.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// Ends the response with its status word.
    pub fn finish(&mut self, status: StatusWord) {
        self.bytes.extend_from_slice(&status.to_bytes());
    }

    /// Drops all data and answers `status` alone.
    pub fn refuse(&mut self, status: StatusWord) {
        self.bytes.clear();
        self.finish(status);
    }

    /// The response APDU: data ‖ SW1 SW2. Shorter than two bytes only for a faulty card.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The response data without the status word.
    #[must_use]
    pub fn data(&self) -> &[u8] {
        self.bytes
            .get(..self.bytes.len().saturating_sub(2))
            .unwrap_or_default()
    }

    /// The status word, or `None` where a faulty card sent fewer than two bytes.
    #[must_use]
    pub fn status(&self) -> Option<StatusWord> {
        self.bytes
            .last_chunk::<2>()
            .map(|sw| StatusWord::from_bytes(*sw))
    }

    /// How long after the command the response is to reach the client.
    #[must_use]
    pub fn after(&self) -> Duration {
        self.after
    }

    /// Makes the response arrive late. The owner of a timer does the waiting.
    pub fn delay(&mut self, after: Duration) {
        self.after = after;
    }
}

impl Default for Reply {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Reply {
    /// Length and status word only: the data may be personal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reply({} bytes", self.data().len())?;
        if let Some(status) = self.status() {
            write!(f, ", {status}")?;
        }
        f.write_str(")")
    }
}
