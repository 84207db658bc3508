//! The reader as its users meet it: hands that lay cards down, clients that talk PC/SC, with and
//! without the wire.
#![expect(clippy::unwrap_used, reason = "a test's helper fails like the test")]

mod double;
mod hands;
mod plans;
mod rules;
mod taps;
mod vpcd;
mod windows;

#[cfg(unix)]
mod wire;
