//! The card interface in the words of ISO 7816-3 and -4: what a reader and a card say to each
//! other. Knows no application and no My Number card; reads no clock.
#![forbid(unsafe_code)]

mod aid;
mod atr;
mod command;
mod fault;
mod file;
mod icc;
mod instruction;
mod shared;
mod status_word;
pub mod tlv;

pub use aid::Aid;
pub use atr::{Atr, AtrError};
pub use command::{Body, CommandApdu, Le, Malformed};
pub use fault::{Fault, FaultPlan, Faulty};
pub use file::{FileId, Sfi};
pub use icc::{Icc, LinkFault, Reply};
pub use instruction::{Instruction, UnknownInstruction};
pub use shared::Shared;
pub use status_word::StatusWord;
