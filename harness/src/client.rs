//! The client under test: how it is started, and the contract that it is spoken to by, by itself or by
//! a stand-in that operates its screens for it.

pub(crate) mod attended;
pub(crate) mod contract;
#[cfg(unix)]
mod ear;
pub(crate) mod input;
#[cfg(target_os = "linux")]
pub(crate) mod leftover;
pub(crate) mod lines;
mod misfit;
pub(crate) mod own_words;
pub(crate) mod process;
pub(crate) mod screen_map;
pub(crate) mod stand_in;
pub(crate) mod webdriver;

use std::io;
use std::time::Duration;

use madoguchi_scenarios::{Act, Scenario};
use madoguchi_trace::Sight;

use self::contract::{Hello, ToClient};
use self::process::{ClientProcess, ClientTrouble, Ended};
use self::stand_in::{StandIn, StandInTrouble};
use crate::cell::sequencer::Heard;

/// With whom the contract is spoken in a case.
#[derive(Debug)]
pub(crate) enum Client {
    /// A client that speaks it.
    Speaks(ClientProcess),
    /// A stand-in that operates a client that does not.
    Operated(StandIn),
}

impl Client {
    /// Tells it one thing.
    ///
    /// # Errors
    /// Where it does not listen any more.
    pub(crate) fn tell(&mut self, message: &ToClient) -> Result<(), ClientTrouble> {
        match self {
            Self::Speaks(client) => client.tell(message),
            Self::Operated(stand_in) => stand_in.tell(message),
        }
    }

    /// What it says next, or `None` after `limit`.
    pub(crate) fn hear(&self, limit: Duration) -> Option<Heard> {
        match self {
            Self::Speaks(client) => client.hear(limit),
            Self::Operated(stand_in) => stand_in.hear(limit),
        }
    }

    /// How much longer than a client's own limit is waited for a step: people are slower.
    pub(crate) const fn slack(&self) -> Duration {
        match self {
            Self::Speaks(_) => Duration::ZERO,
            Self::Operated(stand_in) => stand_in.slack(),
        }
    }

    /// Gives it `grace` to leave, or kills it, and starts it again in the same folders.
    ///
    /// # Errors
    /// Where it cannot be started any more, or not by us.
    pub(crate) fn restart(&mut self, grace: Option<Duration>) -> Result<(), ClientTrouble> {
        match self {
            Self::Speaks(client) => client.restart(grace),
            Self::Operated(_) => Err(ClientTrouble::Deaf {
                error: io::ErrorKind::Unsupported.into(),
            }),
        }
    }

    /// Whether it can do what the scenario is about.
    pub(crate) fn can_do(&self, hello: &Hello, scenario: &Scenario) -> bool {
        let is_of_a_speaker =
            |step: &Act| matches!(step, Act::RestartApp(_) | Act::PressMeanwhile(_));
        let can_operate = match self {
            Self::Speaks(_) => true,
            Self::Operated(stand_in) => {
                !scenario.when.iter().any(|step| is_of_a_speaker(step)) && stand_in.can_do(scenario)
            }
        };
        can_operate && hello.can_do(scenario)
    }

    /// What can be seen of its screens, where it does not report them itself.
    pub(crate) fn sight(&self) -> Option<Sight> {
        match self {
            Self::Speaks(_) => None,
            Self::Operated(stand_in) => Some(stand_in.map().sight()),
        }
    }

    /// Gives it `grace` to leave, then ends it and all that it started.
    ///
    /// # Errors
    /// Where its screens could not be operated to the end.
    pub(crate) fn end(self, grace: Duration) -> Result<Ended, StandInTrouble> {
        match self {
            Self::Speaks(client) => Ok(client.end(grace)),
            Self::Operated(stand_in) => stand_in.end(grace),
        }
    }
}
