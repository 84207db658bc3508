//! The client under test: how it is started, and the contract that it is spoken to by.

pub(crate) mod attended;
pub(crate) mod contract;
#[cfg(unix)]
mod leftover;
pub(crate) mod lines;
pub(crate) mod process;
pub(crate) mod webdriver;
