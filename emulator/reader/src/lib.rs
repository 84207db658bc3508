//! How a card's bytes reach a client. Drives any [`Icc`](madoguchi_iso7816::Icc); knows no My
//! Number card.
//!
//! ```text
//!  operator: insert, remove, plan           clients: connect, transmit, wait …
//!              \                                /
//!        ResourceManager ─── world ─── Session ── pcsclite::Server ── libpcsclite ── app
//!                 \      (slots: rules)    /         (wire, Unix)
//!                  Ifd (power, exchanges) ── Icc
//!  vpcd::Vpicc ─────── Ifd ───────────────── Icc   pcscd's virtual reader, or an app's own
//!  DirectReader ──────────────────────────── Icc   no service between
//! ```
//!
//! A [`Session`] is what PC/SC's resource manager does for one client, without any wire;
//! `pcsclite` is one wire. The rules are pcscd 1.9.9's, or as far as they are known Windows's
//! ([`Dialect`]). What goes wrong is planned once for every transport ([`Plan`]). No root, no
//! daemon, no driver.
//!
//! A card behind libpcsclite; [`Icc`](madoguchi_iso7816::Icc) is any card, such as madoguchi-card's:
//!
//! ```
//! # #[cfg(unix)] {
//! use std::{path::Path, process::Command, sync::Arc};
//!
//! use madoguchi_iso7816::Icc;
//! use madoguchi_reader::{ResourceManager, pcsclite::Server};
//! use madoguchi_terms::Timer;
//!
//! /// Starts a program of yours; its SCardConnect finds the card.
//! fn run_with_card(
//!     program: &mut Command,
//!     card: Box<dyn Icc>,
//!     timer: Arc<dyn Timer>,
//!     socket: &Path,
//! ) -> Result<(), Box<dyn std::error::Error>> {
//!     let manager = ResourceManager::new(Arc::new(()), timer, 1);
//!     let reader = manager.add_reader("SONY FeliCa RC-S300/P (1234567) 00 00")?;
//!     manager.insert(reader, card)?;
//!     let server = Server::bind(socket, manager)?;
//!     program.env("PCSCLITE_CSOCK_NAME", server.path()).status()?;
//!     Ok(())
//! }
//! # }
//! ```
#![forbid(unsafe_code)]

mod agenda;
mod client;
pub mod direct;
mod event;
mod fault;
mod feature;
mod ifd;
mod inbox;
#[cfg(unix)]
pub mod pcsclite;
mod personality;
mod plan;
mod reader;
mod resource_manager;
mod service;
mod session;
mod slot;
mod tap;
pub mod vpcd;
mod words;
mod world;

pub use client::Client;
pub use direct::DirectReader;
pub use event::Rival;
pub use fault::{HangUp, ServiceFaults, SlotFaults};
pub use madoguchi_pcsc::{
    Call, Certainty, Dialect, Fault, Hold, Moment, ReturnCode, Rule, WINDOWS_RULES,
};
pub use personality::{Driver, Interface, MODELS, Model, Personality};
pub use plan::{Plan, PlannedFault};
pub use reader::{ReaderError, ReaderId};
pub use resource_manager::ResourceManager;
pub use session::Session;
pub use slot::ReaderState;
pub use tap::{Detail, Happening, PcscCall, Tap};
pub use words::{ContextHandle, Disposition, Handle, Protocols, ShareMode};
pub use world::BUSY_LOOKS;
