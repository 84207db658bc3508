//! 転記: what a レセコン made of a record that was delivered to it. The vendor's export is read by a
//! mapping of its fields to ours, laid beside what was delivered, and judged: which value was
//! dropped, cut short, shifted, changed in its encoding, read as a number, taken from another
//! patient, or computed. Pure: bytes in, verdicts out.
#![forbid(unsafe_code)]

mod case;
mod column;
mod difference;
mod exhibit;
mod export;
mod form;
mod judge;
mod label;
mod mapping;
mod marks;
mod origin;
mod pairing;
mod records;
mod redaction;
mod schema;
mod written;

pub use case::{Case, Fate, Inquiry, Made, Put};
pub use difference::{Cause, Difference, differences};
pub use exhibit::{Exhibit, exhibit, judge_again};
pub use export::{Export, NotAsMapped, Row, Sheet};
pub use judge::{Judgement, judge};
pub use label::label;
pub use mapping::{Mapping, Origin, Pace, Table, schema};
pub use marks::pieces;
pub use origin::{Attended, Page, one_driver};

/// Digest of this crate: of how records are compared.
pub const SOURCES: &str = env!("MADOGUCHI_SOURCES");
