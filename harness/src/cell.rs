//! A cell and one case in it: the world of a scenario, a client, and what was seen of them.

pub(crate) mod authority;
pub(crate) mod canary;
pub(crate) mod case;
pub(crate) mod clock;
mod contract;
pub(crate) mod desktop;
pub(crate) mod exchange;
pub(crate) mod folder;
pub(crate) mod gate;
mod holder;
mod insurance;
mod last_words;
pub(crate) mod operators;
mod personality;
pub(crate) mod play;
mod publication;
pub(crate) mod reach;
pub(crate) mod reader;
mod recorder;
mod remains;
pub(crate) mod sequencer;
pub(crate) mod service;
pub(crate) mod staff;
mod table;
pub(crate) mod trace_writer;
mod weather;
pub(crate) mod world;
