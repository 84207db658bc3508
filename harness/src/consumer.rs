//! A レセコン under test: what an app and a 資格確認端末 deliver is put before it, and its export judged.
//! Needs no card, no reader and no service, and so no Unix sockets either.

pub(crate) mod catalogue;
pub(crate) mod disk;
mod inquiry;
pub(crate) mod not_played;
mod output;
pub(crate) mod play;
mod port;
pub(crate) mod program;
pub(crate) mod property;
pub(crate) mod scenario;
pub(crate) mod schema;
pub(crate) mod sight;
mod situation;
mod words;
