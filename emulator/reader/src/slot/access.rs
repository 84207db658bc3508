//! Who is connected to a reader, who holds its card in a transaction, and what each connection has
//! not yet been told of the card.

use std::time::Duration;

use crate::{Dialect, Handle, ReturnCode, ShareMode};

/// How many handles a reader has room for.
const HANDLES_MAX: usize = 200;

/// The connections to one reader.
pub(crate) struct Access {
    sharing: Sharing,
    lock: Option<Lock>,
    handles: Vec<Held>,
    /// Since when no program is connected, or the card lies there.
    idle_since: Duration,
}

/// Who shares the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sharing {
    /// So many connections; 0 = free.
    Shared(u16),
    Exclusive,
}

/// A transaction, or the lock that an exclusive connection holds.
#[derive(Debug, Clone, Copy)]
struct Lock {
    owner: Handle,
    depth: u32,
    /// When the owner did something last, where anybody wants to know.
    touched: Option<Duration>,
}

/// A connection to this reader.
#[derive(Debug, Clone, Copy)]
struct Held {
    handle: Handle,
    mark: Option<Mark>,
}

/// What happened to the card behind a handle's back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mark {
    Reset,
    Removed,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            sharing: Sharing::Shared(0),
            lock: None,
            handles: Vec::new(),
            idle_since: Duration::ZERO,
        }
    }
}

impl Access {
    // ---- who is there ----

    pub(super) const fn sharing(&self) -> Sharing {
        self.sharing
    }

    pub(super) fn is_exclusive(&self) -> bool {
        self.sharing == Sharing::Exclusive
    }

    pub(super) const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    /// Since when no program is connected; none while one is.
    pub(super) fn rests_since(&self) -> Option<Duration> {
        self.handles.is_empty().then_some(self.idle_since)
    }

    pub(crate) fn holds(&self, handle: Handle) -> bool {
        self.handles.iter().any(|held| held.handle == handle)
    }

    /// No other program holds the card.
    pub(crate) fn check_lock(&self, handle: Handle) -> Result<(), ReturnCode> {
        match self.lock {
            Some(lock) if lock.owner != handle => Err(ReturnCode::SHARING_VIOLATION),
            _ => Ok(()),
        }
    }

    /// Nothing happened to the card that the handle does not know.
    pub(crate) fn check_mark(&self, handle: Handle) -> Result<(), ReturnCode> {
        match self.handles.iter().find(|held| held.handle == handle) {
            None => Err(ReturnCode::INVALID_HANDLE),
            Some(Held { mark: None, .. }) => Ok(()),
            Some(Held {
                mark: Some(Mark::Reset),
                ..
            }) => Err(ReturnCode::RESET_CARD),
            Some(Held {
                mark: Some(Mark::Removed),
                ..
            }) => Err(ReturnCode::REMOVED_CARD),
        }
    }

    pub(crate) fn is_owner(&self, handle: Handle) -> bool {
        self.lock.is_some_and(|lock| lock.owner == handle)
    }

    // ---- what happens to the card ----

    /// A card was laid down at `now`; from then on no program uses it.
    pub(super) const fn card_laid(&mut self, now: Duration) {
        self.idle_since = now;
    }

    /// The card is gone: every handle learns it, every transaction ends.
    pub(super) fn card_gone(&mut self) {
        self.mark_all(Mark::Removed);
        self.lock = None;
    }

    /// The reader is gone: no program has a handle on it any more.
    pub(super) fn reader_gone(&mut self) {
        self.handles.clear();
        self.lock = None;
        self.sharing = Sharing::Shared(0);
    }

    pub(crate) fn mark_all(&mut self, mark: Mark) {
        for held in &mut self.handles {
            held.mark = Some(mark);
        }
    }

    // ---- connections ----

    /// Makes the connection.
    pub(crate) fn attach(&mut self, handle: Handle, share: ShareMode) -> Result<(), ReturnCode> {
        let sharing = match (share, self.sharing) {
            (ShareMode::EXCLUSIVE, Sharing::Shared(0)) => Sharing::Exclusive,
            (ShareMode::EXCLUSIVE, _) | (_, Sharing::Exclusive) => {
                return Err(ReturnCode::SHARING_VIOLATION);
            }
            (_, Sharing::Shared(count)) => Sharing::Shared(count + 1),
        };
        if self.handles.len() >= HANDLES_MAX {
            return Err(ReturnCode::INTERNAL_ERROR);
        }
        self.sharing = sharing;
        if sharing == Sharing::Exclusive {
            self.lock = Some(Lock {
                owner: handle,
                depth: 1,
                touched: None,
            });
        }
        self.handles.push(Held { handle, mark: None });
        Ok(())
    }

    /// Changes how a connection shares the reader, and forgets its mark.
    pub(crate) fn reshare(&mut self, handle: Handle, share: ShareMode) -> Result<(), ReturnCode> {
        match (share, self.sharing) {
            (ShareMode::EXCLUSIVE, Sharing::Shared(1)) => {
                self.sharing = Sharing::Exclusive;
                self.lock_once_more(handle);
            }
            (ShareMode::EXCLUSIVE, Sharing::Shared(_)) => {
                return Err(ReturnCode::SHARING_VIOLATION);
            }
            (ShareMode::EXCLUSIVE, Sharing::Exclusive) | (_, Sharing::Shared(_)) => {}
            (_, Sharing::Exclusive) => {
                // The last lock of the exclusive time stays until it is ended (pcscd, observed).
                let _ = self.unlock(handle);
                self.sharing = Sharing::Shared(1);
            }
        }
        for held in self.handles.iter_mut().filter(|held| held.handle == handle) {
            held.mark = None;
        }
        Ok(())
    }

    /// Ends a connection at `now`. The lock goes with its owner.
    pub(crate) fn detach(&mut self, handle: Handle, now: Duration) {
        self.unlock_all(handle);
        self.handles.retain(|held| held.handle != handle);
        self.sharing = match self.sharing {
            Sharing::Exclusive => Sharing::Shared(0),
            Sharing::Shared(count) => Sharing::Shared(count.saturating_sub(1)),
        };
        if self.handles.is_empty() {
            self.idle_since = now;
        }
    }

    // ---- transactions ----

    /// Begins a transaction, or goes one deeper into it.
    pub(crate) fn begin(&mut self, handle: Handle) -> Result<(), ReturnCode> {
        self.check_lock(handle)?;
        self.lock_once_more(handle);
        Ok(())
    }

    /// Ends a transaction, or comes one up. An exclusive connection keeps its last lock.
    pub(crate) fn unlock(&mut self, handle: Handle) -> Result<(), ReturnCode> {
        self.check_lock(handle)?;
        let kept = u32::from(self.is_exclusive());
        let Some(lock) = self.lock.as_mut().filter(|lock| lock.depth > kept) else {
            return Err(ReturnCode::NOT_TRANSACTED);
        };
        lock.depth -= 1;
        if lock.depth == 0 {
            self.lock = None;
        }
        Ok(())
    }

    /// Drops a lock of this handle, however deep.
    pub(crate) fn unlock_all(&mut self, handle: Handle) {
        if self.is_owner(handle) {
            self.lock = None;
        }
    }

    fn lock_once_more(&mut self, handle: Handle) {
        let depth = self.lock.map_or(0, |lock| lock.depth) + 1;
        self.lock = Some(Lock {
            owner: handle,
            depth,
            touched: None,
        });
    }

    /// Ends a transaction in which nothing happened for too long; whether it did. The caller's own
    /// counts from now on, if it is not too late. An exclusive connection is no transaction.
    pub(crate) fn end_idle_transaction(&mut self, caller: Option<Handle>, now: Duration) -> bool {
        let kept = u32::from(self.is_exclusive());
        let Some(lock) = self.lock.as_mut().filter(|lock| lock.depth > kept) else {
            return false;
        };
        let since = *lock.touched.get_or_insert(now);
        if now.saturating_sub(since) >= Dialect::IDLE_LIMIT {
            self.lock = None;
            return true;
        }
        if Some(lock.owner) == caller {
            lock.touched = Some(now);
        }
        false
    }
}
