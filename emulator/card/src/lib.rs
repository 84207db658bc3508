//! The My Number card as a state machine: bytes of a command APDU in, bytes of a response APDU out.
//!
//! A [`Card`] holds what personalization wrote and counts attempts (`persistent`), remembers what
//! is selected and verified while it has power (`volatile`), and answers one command at a time
//! (`command`, one file per INS; `secure_messaging` around them). Which file holds what stands in
//! `madoguchi-layout`; how the bytes reach a client is a reader's affair.
//!
//! A card in this process, from power-up to the file that says which kind of token it is:
//!
//! ```
//! use madoguchi_card::{Card, Profile};
//! use madoguchi_iso7816::{Icc, Reply};
//! use madoguchi_layout::jpki;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let entropy = Box::new(|out: &mut [u8]| out.fill(7)); // equal runs give equal answers
//! let mut card = Card::new(&madoguchi_fixtures::healthy(), Profile::contactless(), entropy)?;
//! card.power_on().expect("a healthy card takes power");
//! let mut reply = Reply::new();
//! let select = [&[0x00, 0xA4, 0x04, 0x0C, 0x0A], jpki::APPLICATION.aid.as_bytes()].concat();
//! card.transmit(&select, &mut reply).expect("a healthy card answers");
//! reply.clear();
//! let read_token_information = [0x00, 0xB0, 0x86, 0x00, 0x20];
//! card.transmit(&read_token_information, &mut reply).expect("a healthy card answers");
//! assert_eq!(reply.bytes(), b"JPKIAPICCTOKEN2                 \x90\x00");
//! # Ok(())
//! # }
//! ```
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
