//! What is where on a My Number card (個人番号カード): applications, files, keys, PINs and access
//! rules, and the [`Personalization`] that an issued card holds. No behaviour, no default content.
#![forbid(unsafe_code)]

mod personalization;

pub use personalization::{Credential, Personalization, Reference, TokenKind};
