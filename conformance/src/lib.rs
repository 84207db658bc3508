//! From a trace to a verdict: the requirements of the ministry's documents, pure checks over the
//! joint trace of card, web and screen, and the reports. Sees no card, no socket and no clock, so
//! that a stored trace is judged again with the same result, byte for byte.
#![forbid(unsafe_code)]

mod screen;

pub mod beside;
pub mod canonical;
pub mod case;
pub mod check;
pub mod decode;
pub mod describe;
pub mod evidence;
pub mod field;
pub mod finding;
pub mod judge;
pub mod known;
pub mod report;
pub mod requirement;
pub mod statement;
pub mod trace;
pub mod verdict;
