//! The server over real TLS, asked by clients that share no code with it.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod abuse;
mod exchanges;
mod faults;
mod handshake;
mod journey;
mod limits;
mod listening;
mod local;
mod malformed;
mod pki;
mod proxy;
mod raw;
mod resumption;
mod world;
