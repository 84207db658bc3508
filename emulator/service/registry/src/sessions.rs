//! Sessions by token, in memory only: as many as the rules let a terminal have, and in each
//! of them as many open nonces and consents as the staff of a counter can have begun.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;
use madoguchi_eligibility::Rules;

use crate::registry::Context;
use crate::terminal::LoginSession;

/// Fewer sessions than these are not worth clearing away.
const UNTIL_SWEEP: usize = 1024;

/// Open sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    by_token: HashMap<String, LoginSession>,
    /// The tokens of each terminal, oldest first; those of sessions that are over among them.
    of: HashMap<String, VecDeque<String>>,
    /// At how many sessions those that ended are cleared away.
    sweep_at: usize,
}

impl Sessions {
    /// Opens a session. The oldest of more than a terminal may have ends; those that ended unseen
    /// are cleared away whenever the table has doubled, so that a login stays cheap.
    pub(crate) fn open(
        &mut self,
        token: String,
        session: LoginSession,
        rules: &Rules,
        context: &Context<'_>,
    ) {
        if self.sweep_at.max(UNTIL_SWEEP) <= self.by_token.len() {
            self.by_token
                .retain(|_, session| session.is_over(rules, context).is_none());
            self.sweep_at = 2 * self.by_token.len();
        }
        let tokens = self.of.entry(session.terminal.clone()).or_default();
        tokens.push_back(token.clone());
        self.by_token.insert(token, session);
        while rules.sessions_kept < tokens.len()
            && let Some(oldest) = tokens.pop_front()
        {
            self.by_token.remove(&oldest);
        }
    }

    pub(crate) fn find(&self, token: &str) -> Option<&LoginSession> {
        self.by_token.get(token)
    }

    /// Takes a session out while a request in it is decided.
    pub(crate) fn take(&mut self, token: &str) -> Option<(String, LoginSession)> {
        self.by_token.remove_entry(token)
    }

    /// Puts a session back that was taken.
    pub(crate) fn put_back(&mut self, token: String, session: LoginSession) {
        self.by_token.insert(token, session);
    }
}

/// How many things a session has begun and not ended (*assumed*).
const BEGUN: usize = 64;

/// The last things that a session began, by id; the oldest is forgotten for a new one.
#[derive(Debug, Clone)]
pub(crate) struct Recent<T>(IndexMap<String, T>);

impl<T> Recent<T> {
    pub(crate) fn insert(&mut self, id: String, thing: T) {
        if self.0.len() == BEGUN {
            self.0.shift_remove_index(0);
        }
        self.0.insert(id, thing);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&T> {
        self.0.get(id)
    }

    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.0.values()
    }

    pub(crate) fn remove(&mut self, id: &str) -> Option<T> {
        self.0.shift_remove(id)
    }
}

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(IndexMap::new())
    }
}
