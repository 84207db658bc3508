//! Wire profiles: how abstract operations look as bytes, as data. A profile is a YAML file that
//! says for each operation its method, path, where each field is taken from and how the reply is
//! written; a vendor who knows the real interface can write one without Rust and without publishing it.
//! The built-in profiles have exactly this form. A profile that says `extends: mock-2025.05` states
//! only how it differs: its entries count, `~` leaves one out, `names` renames what is on the wire.
//! No I/O: text and requests in, values out.
//!
//! ```
//! use madoguchi_eligibility::{Answer, Decision, Field, Operation};
//! use madoguchi_wire::{HttpRequest, Profile};
//!
//! let profile = Profile::builtin("mock-2025.05").unwrap();
//! let request = profile.recognise(&HttpRequest {
//!     method: "POST".to_owned(),
//!     path: "/limited/v1/terminals".to_owned(),
//!     body: br#"{"facilityCode":"9910000000","userId":"shiken01"}"#.to_vec(),
//!     ..HttpRequest::default()
//! })?;
//! assert_eq!(request.operation, Operation::FirstLogin);
//! assert_eq!(request.fields.text(Field::UserId), Some("shiken01"));
//!
//! let answer = Answer::new(Decision::PasswordWrong, "password-wrong");
//! let reply = profile.render(Some(request.operation), &answer);
//! assert_eq!(reply.status, 401);
//! # Ok::<(), madoguchi_wire::Refused>(())
//! ```
#![forbid(unsafe_code)]

mod archive;
mod body;
mod builtin;
mod check;
mod draft;
mod encoding;
mod extends;
mod http;
mod openapi;
mod profile;
mod recognise;
mod render;
mod review;
mod source;
mod statement;
mod template;
mod transport;
mod unmatched;
mod xml;

pub use builtin::BUILTIN;
pub use draft::{NoDraft, Recording, draft_from, draft_like};
pub use http::{HttpReply, HttpRequest};
pub use profile::Profile;
pub use recognise::Refused;
pub use review::Review;
pub use transport::Transport;
pub use xml::{Element, Unreadable, read as read_xml};
