//! The smallest case that still fails as a given one does. Who plays the cases is elsewhere: here is
//! which of them are tried, and in what order.
//!
//! A case is made smaller in big steps first: what comes after the failure, whole visits, acts, pairs
//! of acts, faults, what is given; then whatever is left is replaced by something simpler. Equal
//! answers give equal trials in equal order: of several that are tried at the same time, the first
//! that fails alike is taken.
#![forbid(unsafe_code)]

mod day;
mod given;
mod lines;
mod list;
mod number;
mod passes;
mod simpler;
mod trials;

pub use day::{Seen, size};
pub use lines::{Line, Without};
pub use list::{Alike, fewer, first, simpler};
pub use passes::{Smallest, shrink};
pub use trials::{Otherwise, Outcome, Trials};
