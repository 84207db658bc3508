//! What is known of a reader, and what has become of it.

use std::ffi::{CStr, CString};

/// Flags of a reader's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct State(u32);

impl State {
    /// Nothing is known yet: the present state is wanted.
    pub(crate) const UNAWARE: Self = Self(0);
    pub(super) const CHANGED: Self = Self(0x02);
    pub(super) const UNKNOWN: Self = Self(0x04);
    pub(super) const UNAVAILABLE: Self = Self(0x08);
    pub(super) const EMPTY: Self = Self(0x10);
    pub(crate) const PRESENT: Self = Self(0x20);
    pub(super) const EXCLUSIVE: Self = Self(0x80);
    pub(super) const INUSE: Self = Self(0x100);
    pub(super) const MUTE: Self = Self(0x200);

    pub(crate) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// The flags.
    pub(super) const fn flags(self) -> u32 {
        self.0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

/// A reader that is watched.
#[derive(Debug, Clone)]
pub struct ReaderState {
    pub(super) name: CString,
    pub(super) current: State,
    event: State,
    /// How often a card has come or gone, as far as that is known.
    pub(super) known: u32,
    count: u32,
}

impl ReaderState {
    pub(crate) fn new(name: impl Into<CString>, current: State) -> Self {
        Self {
            name: name.into(),
            current,
            event: State::UNAWARE,
            known: 0,
            count: 0,
        }
    }

    /// The reader's name.
    #[must_use]
    pub fn name(&self) -> &CStr {
        &self.name
    }

    /// What is known, as `dwCurrentState` has it: the count in the upper half.
    #[must_use]
    pub const fn known(&self) -> u32 {
        self.current.0 | self.known << 16
    }

    /// Takes what was found: the flags of `dwEventState`, and the count.
    pub const fn find(&mut self, flags: u32, count: u32) {
        self.event = State(flags & 0xFFFF);
        self.count = count;
    }

    /// What has been found.
    pub(crate) const fn event_state(&self) -> State {
        self.event
    }

    /// How often a card has come or gone.
    pub(crate) const fn event_count(&self) -> u32 {
        self.count
    }

    /// Takes what has been found for known.
    pub(crate) const fn sync_current_state(&mut self) {
        self.current = self.event.without(State::CHANGED);
        self.known = self.count;
    }
}
