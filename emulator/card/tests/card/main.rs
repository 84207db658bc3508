//! The card from outside: command APDUs as the standard prints them, and what comes back.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod desk;
mod foreign;
mod personalized;
mod random;
mod reading;
mod security_status;
mod selection;
mod signing;
mod verification;
