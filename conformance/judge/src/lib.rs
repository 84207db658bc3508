//! From a trace to a verdict: pure checks over the joint trace of card, web and screen. Sees no card,
//! no socket and no clock, so that a stored trace is judged again with the same result, byte for byte.
#![forbid(unsafe_code)]

mod cause;
mod ending;
mod judge;
mod screen;

pub mod beside;
pub mod case;
pub mod check;
pub mod finding;
pub mod proven;
pub mod undone;
pub mod verdict;
pub mod words;

pub use cause::signature_fault;
pub use judge::judge;

/// Digest of this crate: of how it is judged.
pub const SOURCES: &str = env!("MADOGUCHI_SOURCES");
