//! A network of the run's own, where there are no network namespaces: there is none.

use std::io;
use std::sync::Arc;

use madoguchi_terms::{Lang, Say};

use crate::cell::sequencer::Sequencer;

/// Only Linux has network namespaces.
#[derive(Debug)]
pub(crate) struct NoOwnNetwork;

impl Say for NoOwnNetwork {
    fn text(&self, lang: Lang) -> String {
        lang.pick(
            "--own-network は Linux でだけ使えます\n  対処: --own-network を外してください。ほかの通信先は判定不能になります",
            "--own-network needs Linux\n  help: leave it out; other hosts stay inconclusive",
        )
        .to_owned()
    }
}

/// # Errors
/// Always.
pub(crate) const fn enter() -> Result<(), NoOwnNetwork> {
    Err(NoOwnNetwork)
}

/// Nothing is seen here.
#[derive(Debug)]
pub(crate) enum Lookout {}

impl Lookout {
    /// # Errors
    /// Always.
    pub(crate) fn open(_: &Arc<Sequencer>) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }
}
