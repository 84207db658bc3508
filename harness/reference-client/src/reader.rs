//! The reader: finding it, waiting for a card, and one session on it, all through PC/SC.
//!
//! Nothing here blocks for longer than the patience given at the start.

use std::ffi::CString;
use std::fmt;
use std::slice;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::caller::{Calls, bounded};
use crate::card::{Connection, Session};
use crate::conduct::{Layers, Wait};
use crate::scard::{self, Context, Disposition, Library, Protocols, ReaderState, ShareMode, State};

/// The reader on the counter.
pub(crate) struct CardReader {
    library: Arc<dyn Library>,
    name: Option<CString>,
    patience: Duration,
    conduct: Layers,
}

impl CardReader {
    /// The reader with this name, or the first one that PC/SC lists. Nothing is called yet.
    pub(crate) fn new(
        library: Arc<dyn Library>,
        name: Option<CString>,
        patience: Duration,
        conduct: Layers,
    ) -> Self {
        Self {
            library,
            name,
            patience,
            conduct,
        }
    }

    /// Looks at the reader and gets ready to wait for a card.
    pub(crate) fn watch(&self) -> Result<Watch, CardError> {
        let patience = self.patience;
        let (context, state) = self.opened(move |context, reader, calls| {
            let unknown = ReaderState::new(reader, State::UNAWARE);
            // asked like this, PC/SC tells the present state at once
            next_state(context, unknown, patience, calls)
        })?;
        Ok(Watch {
            context,
            state,
            patience,
            conduct: self.conduct.clone(),
        })
    }

    /// Connects to the card.
    pub(crate) fn connect(&self) -> Result<Session, CardError> {
        let conduct = self.conduct.clone();
        let mode = conduct.share_mode(ShareMode::Shared);
        let disposition = conduct.disposition(Disposition::LeaveCard);
        let (_context, card) = self.opened(move |context, reader, calls| {
            let card = calls.make(|| {
                let made = conduct.connects(context, &reader, None);
                made.unwrap_or_else(|| context.connect(&reader, mode, Protocols::Any))
            });
            Ok(Connection::new(card??).leaving(disposition))
        })?;
        Ok(self.session(card))
    }

    /// A session on a card that has been connected to.
    pub(crate) fn session(&self, card: Connection) -> Session {
        Session::new(card, self.patience, self.conduct.clone())
    }

    /// What `first` finds with a PC/SC context and the reader's name, and the context. Each use has
    /// a context of its own, because a call that never returns keeps its context locked for all
    /// others.
    pub(crate) fn opened<T: Send + 'static>(
        &self,
        first: impl FnOnce(&Context, CString, &Calls) -> Result<T, CardError> + Send + 'static,
    ) -> Result<(Context, T), CardError> {
        let (library, name) = (Arc::clone(&self.library), self.name.clone());
        let conduct = self.conduct.clone();
        let limit = conduct.patience(Wait::Card, Some(self.patience));
        let limit = limit.unwrap_or(Duration::MAX);
        let (context, found) = bounded(&self.conduct, limit, move |calls| {
            let context = match conduct.context(None) {
                Some(kept) => kept,
                None => {
                    let new = calls.make(|| Context::establish(&*library))??;
                    conduct.context(Some(new.clone()));
                    new
                }
            };
            let reader = match conduct.reader_setting(name) {
                Some(name) => name,
                None => {
                    let readers = calls.make(|| context.list_readers_owned())??;
                    let first = readers.into_iter().next().ok_or(CardError::NoReader)?;
                    conduct.reader(first)
                }
            };
            let found = first(&context, reader, calls);
            Ok((context, found))
        })?;
        Ok((context, found?))
    }
}

/// A reader being watched.
pub(crate) struct Watch {
    context: Context,
    state: ReaderState,
    patience: Duration,
    conduct: Layers,
}

impl Watch {
    /// Whether a card lies on the reader.
    pub(crate) fn card_is_present(&self) -> bool {
        self.state.event_state().contains(State::PRESENT)
    }

    /// Returns as soon as a card lies on the reader, at once where one does already: how often a card
    /// has come or gone there.
    pub(crate) fn wait_for_card(mut self) -> Result<u32, CardError> {
        let until = Instant::now() + self.patience;
        let mut is_new = !self.conduct.wants_it_laid(false);
        loop {
            is_new |= !self.card_is_present();
            if is_new && self.card_is_present() {
                break;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(CardError::TimedOut);
            }
            self.state.sync_current_state();
            let (context, state) = (self.context.clone(), self.state);
            let time = self.conduct.watches(left).min(left);
            self.state = bounded(&self.conduct, left, move |calls| {
                changed_state(&context, state, time, until, calls)
            })?;
        }
        Ok(self.state.event_count())
    }
}

/// The reader's state as soon as it differs from the one given, asked for again after each `time`.
fn changed_state(
    context: &Context,
    mut state: ReaderState,
    time: Duration,
    until: Instant,
    calls: &Calls,
) -> Result<ReaderState, CardError> {
    loop {
        match calls.make(|| context.get_status_change(time, slice::from_mut(&mut state)))? {
            Err(scard::Error::Timeout) if Instant::now() < until => {}
            changed => return Ok(changed.map(|()| state)?),
        }
    }
}

/// The reader's state as soon as it differs from the one given.
fn next_state(
    context: &Context,
    mut state: ReaderState,
    patience: Duration,
    calls: &Calls,
) -> Result<ReaderState, CardError> {
    calls.make(|| context.get_status_change(patience, slice::from_mut(&mut state)))??;
    Ok(state)
}

/// Why work with the card ended early.
#[derive(Debug)]
pub(crate) enum CardError {
    /// The card was taken away.
    Lost,
    /// Another program reset the card.
    Reset,
    /// An exchange failed on the line. Some readers say so of a card that is pulled, too.
    Garbled,
    /// An answer came without a status word.
    Cut,
    /// No card came, or the card or its reader fell silent, for as long as the client may wait.
    TimedOut,
    /// Another program holds the card.
    Busy,
    /// The reader was unplugged.
    Unplugged,
    /// PC/SC or the reader does not work.
    Reader(scard::Error),
    /// No reader is connected.
    NoReader,
    /// The card answered a command with another status word than expected.
    Refused {
        /// The command in the words of ISO 7816-4.
        command: &'static str,
        /// SW1-SW2.
        status: u16,
    },
    /// The file that should hold the certificate holds something else.
    NoCertificate,
}

impl fmt::Display for CardError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lost => f.write_str("カードが離れました"),
            Self::Reset => f.write_str("他のプログラムがカードをリセットしました"),
            Self::Garbled | Self::Cut => f.write_str("カードとの通信に失敗しました"),
            Self::TimedOut => f.write_str("カードを読み取れませんでした（時間切れ）"),
            Self::Busy => f.write_str("他のプログラムがカードを使用しています"),
            Self::Unplugged => f.write_str("カードリーダーが外れました"),
            Self::Reader(error) => write!(f, "カードリーダーが使えません（{error}）"),
            Self::NoReader => f.write_str("カードリーダーが接続されていません"),
            Self::Refused { command, status } => write!(
                f,
                "マイナンバーカードとして読み取れません（{command} → {status:04X}）"
            ),
            Self::NoCertificate => f.write_str("利用者証明用電子証明書が見つかりません"),
        }
    }
}

impl From<scard::Error> for CardError {
    fn from(error: scard::Error) -> Self {
        use scard::Error;
        match error {
            // readers differ in what they report of a card that is pulled while it answers
            Error::RemovedCard
            | Error::NoSmartcard
            | Error::UnresponsiveCard
            | Error::UnpoweredCard => Self::Lost,
            Error::ResetCard => Self::Reset,
            Error::NotTransacted | Error::CommDataLost => Self::Garbled,
            Error::Timeout => Self::TimedOut,
            Error::SharingViolation => Self::Busy,
            // pcsc-lite says the former of a handle whose reader is gone, Windows the latter
            Error::InvalidValue | Error::ReaderUnavailable => Self::Unplugged,
            Error::NoReadersAvailable | Error::UnknownReader => Self::NoReader,
            other => Self::Reader(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reader_that_is_gone_and_a_card_that_is_held_are_told_apart() {
        for error in [scard::Error::InvalidValue, scard::Error::ReaderUnavailable] {
            assert!(matches!(CardError::from(error), CardError::Unplugged));
        }
        let busy = CardError::from(scard::Error::SharingViolation);
        assert!(matches!(busy, CardError::Busy));
    }

    #[test]
    fn a_pulled_card_is_a_lost_card() {
        for error in [scard::Error::RemovedCard, scard::Error::NoSmartcard] {
            assert!(matches!(CardError::from(error), CardError::Lost));
        }
    }

    #[test]
    fn a_card_that_lies_there_still_is_not_lost() {
        for error in [scard::Error::NotTransacted, scard::Error::CommDataLost] {
            assert!(matches!(CardError::from(error), CardError::Garbled));
        }
        let reset = CardError::from(scard::Error::ResetCard);
        assert!(matches!(reset, CardError::Reset));
    }
}
