//! Sessions by token, in memory only: as many as the rules let a terminal have, and in each
//! of them as many open nonces and consents as the staff of a counter can have begun.

use std::collections::{HashMap, VecDeque};

use indexmap::IndexMap;
use jiff::Timestamp;
use madoguchi_eligibility::{FacilityCode, Rules};

use crate::decision::Context;

/// Fewer sessions than these are not worth clearing away.
const UNTIL_SWEEP: usize = 1024;

/// What one login leads to.
#[derive(Debug, Clone)]
pub(crate) struct LoginSession {
    /// [`Terminal::id`] that logged in.
    pub(crate) terminal: String,
    /// The institution whose entrance for patients opened it; such a session has no terminal.
    pub(crate) entrance: Option<FacilityCode>,
    /// ユーザーID that logged in; empty where no user did.
    pub(crate) user_id: String,
    /// When it was opened.
    pub(crate) opened: Timestamp,
    /// When its last request came.
    pub(crate) last_used: Timestamp,
    /// Unused nonces, by id.
    pub(crate) challenges: Recent<Nonce>,
    /// Nonces that are used up, by id: what a wrong signature may be over.
    pub(crate) spent: Recent<Vec<u8>>,
    /// Certificate of the last inquiry that was refused for want of 健康保険証利用登録.
    pub(crate) unregistered: Option<Vec<u8>>,
    /// Consents that were given, by id.
    pub(crate) consents: Recent<Consent>,
}

impl LoginSession {
    /// A session that nothing has been asked in.
    pub(crate) fn opened(context: &Context<'_>) -> Self {
        Self {
            terminal: String::new(),
            entrance: None,
            user_id: String::new(),
            opened: context.now,
            last_used: context.now,
            challenges: Recent::default(),
            spent: Recent::default(),
            unregistered: None,
            consents: Recent::default(),
        }
    }

    /// The rule that ended the session, if one did. A clock that was set back ends none.
    pub(crate) fn is_over(&self, rules: &Rules, context: &Context<'_>) -> Option<&'static str> {
        if rules.session_idle < context.now.duration_since(self.last_used) {
            return Some("session-ended");
        }
        (rules.session_lasts < context.now.duration_since(self.opened)).then_some("session-too-old")
    }
}

/// What a card is asked to sign.
#[derive(Debug, Clone)]
pub(crate) struct Nonce {
    pub(crate) bytes: Vec<u8>,
    pub(crate) issued: Timestamp,
}

/// A patient's consent to the terms.
#[derive(Debug, Clone)]
pub(crate) struct Consent {
    /// The certificate whose holder agreed.
    pub(crate) certificate: Vec<u8>,
}

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
