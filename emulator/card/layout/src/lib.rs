//! What is where on a My Number card (個人番号カード): applications, files, keys, PINs and access
//! rules, and the [`Personalization`] that an issued card holds. No behaviour, no default content.
//!
//! *Observed* means measured on cards and published by those who measured; *specified* means stated
//! by JICSAP or ISO; *assumed* means that nobody has said so in public.
//!
//! A program that lists what a card has:
//!
//! ```
//! use madoguchi_layout::APPLICATIONS;
//! use madoguchi_terms::Lang;
//!
//! for application in APPLICATIONS {
//!     println!("{} {:02X?}", application.label(), application.aid.as_bytes());
//!     for file in application.files {
//!         println!("  {:?} {}", file.id, file.name.get(Lang::Ja));
//!     }
//! }
//! assert!(APPLICATIONS.iter().any(|application| application.label() == "jpki"));
//! ```
#![forbid(unsafe_code)]

mod application;
mod card_date;
mod cv_certificate;
mod file;
mod holder;
mod key_id;
mod offset_table;
mod personalization;
mod policies;
mod signed;
mod token_information;
mod verification_code;

pub mod common;
pub mod issuer;
pub mod jpki;
pub mod profile;
pub mod resident;
pub mod surface;

pub use application::{APPLICATIONS, Application, ApplicationId, SessionKey};
pub use card_date::CardDate;
pub use cv_certificate::CvCertificate;
pub use file::{Access, Change, File, Kind, Name, Purpose, ReferenceRule, Secrecy};
pub use holder::{Image, Sex};
pub use key_id::KeyId;
pub use personalization::{
    CommonData, Credential, IssuerData, Personalization, ProfileData, Reference, ResidentData,
    SurfaceData, TerminalCa, TokenKind,
};
pub use policies::Policies;
pub use signed::{PublicKey, Signature, Signed};
pub use token_information::token_information;
pub use verification_code::{birth_date_code, verification_code_b};
