//! A field failure in, a scenario out: logs of other programs are read, redacted as they are read, put
//! on one timeline, and explained by causes that the scenario language has.
//!
//! ```text
//! text → read (who wrote which line) → told, in clear, inside this crate only
//!      → redact (an allow-list)      → seen, which may be stored
//!      → incident (one timeline)     → trace, and the draft of a scenario
//! ```
//!
//! Inferred, never invented: every line of a draft says whether it was [`Read`](Mark::Read), is
//! [`Implied`](Mark::Implied), is [`OneOf`](Mark::OneOf) several with equal evidence, or was
//! [`FilledIn`](Mark::FilledIn). What nothing explains is listed as [`Unexplained`].
//!
//! ```
//! use madoguchi_incident::{Draft, Incident, Log};
//! use madoguchi_wire::Profile;
//!
//! let log = b"00000010 APDU: 00 20 00 80 04 31 32 33 34 \n00000020 SW: 63 C2 \n";
//! let wire = Profile::builtin("mock-2025.05").unwrap();
//! let incident = Incident::read(&[Log::of(log)], &wire);
//! assert_eq!(incident.inputs[0].exchanges, 1);
//! let draft = Draft::infer(&incident.seen);
//! let said = format!("{incident:?} {draft:?}");
//! assert_eq!(incident.leaks_in(&said), 0);
//! ```
#![forbid(unsafe_code)]

mod align;
mod canary;
mod clear;
mod draft;
mod drafted;
mod incident;
mod infer;
mod nearest;
mod odd;
mod otherwise;
mod patterns;
mod read;
mod redact;
mod remark;
mod scenario;
mod settings;
mod symptom;
mod told;
mod trace;
mod web;
mod withheld;

pub use align::{Order, Shift};
pub use draft::{Draft, Mark, Origin, Unexplained, Written};
pub use drafted::{Change, Drafted};
pub use incident::{Incident, Input, Kind, Place, Unknown};
pub use infer::{Answered, Difference, Fidelity, Lent};
pub use nearest::{Apart, Class, apart, went_wrong};
pub use otherwise::LEFT_OUT;
pub use patterns::Patterns;
pub use read::{Log, Writer};
pub use redact::{Named, Seen, withhold_personal_numbers};
pub use scenario::place;
pub use symptom::{InWords, is_shown};
pub use withheld::Withheld;
