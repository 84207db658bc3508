//! The My Number card as a state machine: bytes of a command APDU in, bytes of a response APDU out.
//!
//! A [`Card`] holds what personalization wrote and counts attempts (`persistent`), remembers what
//! is selected and verified while it has power (`volatile`), and answers one command at a time
//! (`command`, one file per INS). Which file holds what stands in `madoguchi-layout`; how the
//! bytes reach a client is a reader's affair.
//!
//! Scope: 公的個人認証AP and 共通カードAP EF 0001. The other applications can be selected; of their
//! files only those exist that have content here. There is no secure messaging, no CHANGE REFERENCE
//! DATA, and COMPUTE DIGITAL SIGNATURE knows P1 = `00` only.
//!
//! *Observed* means measured on cards and published, *specified* means stated by JICSAP or ISO,
//! *assumed* means that nobody has said so in public.
#![forbid(unsafe_code)]

mod application;
mod card;
mod command;
mod dispatch;
mod persistent;
mod profile;
mod volatile;

pub use card::{Card, Entropy};
pub use persistent::IssueError;
pub use profile::{Profile, WarmReset};
