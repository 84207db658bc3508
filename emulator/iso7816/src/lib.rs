//! The card interface in the words of ISO 7816-3 and -4: what a reader and a card say to each
//! other, whoever they are. Knows no application and no My Number card; reads no clock.
#![forbid(unsafe_code)]

mod icc;
mod status_word;

pub use icc::{Icc, LinkFault, Reply};
pub use status_word::StatusWord;
