//! What is where on a My Number card (個人番号カード): applications, files, keys, PINs and access
//! rules, and the [`Personalization`] that an issued card holds. No behaviour, no default content.
//!
//! *Observed* means measured on cards and published by whoever measured; *specified* means stated
//! by JICSAP or ISO; *assumed* means that nobody has said so in public.
#![forbid(unsafe_code)]

mod application;
mod file;
mod personalization;
mod token_information;

pub mod common;
pub mod issuer;
pub mod jpki;
pub mod profile;
pub mod resident;
pub mod surface;

pub use application::{APPLICATIONS, Application};
pub use file::{Access, File, Kind, Name, ReferenceRule, Secrecy};
pub use personalization::{Credential, Personalization, Reference, TokenKind};
pub use token_information::token_information;
