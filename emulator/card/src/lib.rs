//! The My Number card as a state machine: bytes of a command APDU in, bytes of a response APDU out.
//!
//! A [`Card`] holds what personalization wrote and counts attempts (`persistent`), remembers what
//! is selected and verified while it has power (`volatile`), and answers one command at a time
//! (`command`, one file per INS; `secure_messaging` around them). Which file holds what stands in
//! `madoguchi-layout`; how the bytes reach a client is a reader's affair.
//!
//! What survives the loss of power can be taken out and put back as a [`State`]: plain data with a
//! text form, on which the operations of a municipality's counter work. How generations and makes
//! of cards differ is data too, a [`Profile`].
//!
//! *Observed* means measured on cards and published, *specified* means stated by JICSAP or ISO,
//! *assumed* means that nobody has said so in public.
#![forbid(unsafe_code)]

mod application;
mod card;
mod command;
mod content;
mod dispatch;
mod issue_error;
mod persistent;
pub mod profile;
mod secure_messaging;
mod state;
mod volatile;

pub use card::{Card, Entropy};
pub use content::{Content, Place};
pub use issue_error::IssueError;
pub use persistent::StoredKey;
pub use profile::{Profile, WarmReset};
pub use state::{Certificate, NoSuchReference, State, StateError, StateErrorKind};
