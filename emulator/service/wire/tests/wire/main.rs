//! Profiles: the built-in ones on the wire, and what is said about wrong ones.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

mod builtin;
mod characters;
mod contract;
mod drafts;
mod extends;
mod folder;
mod mistakes;
mod on_the_wire;
mod years;
