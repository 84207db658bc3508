//! The words that every crate shares: the user's language, values that must not be printed, and
//! time as an argument. Standard library only, no I/O; what the words mean is said elsewhere.
#![forbid(unsafe_code)]

mod harmless;
mod lang;
mod personal_number;
mod production;
mod secret;
mod timer;

pub use harmless::{harmless, visible};
pub use lang::{Lang, Say};
pub use personal_number::{decimal_digits, without_personal_numbers};
pub use production::{production_host, production_host_below};
pub use secret::Secret;
pub use timer::Timer;
