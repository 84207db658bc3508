//! The card from outside: command APDUs as the standard prints them, and what comes back.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

mod applications;
mod authenticating;
mod changing;
mod desk;
mod foreign;
mod model;
mod oracles;
mod personalized;
mod profiles;
mod random;
mod reading;
mod secure_messaging;
mod security_status;
mod selection;
mod signing;
mod states;
mod verification;
