//! Located YAML: the one place that knows the YAML library, and the notation of dates relative to
//! the scenario instant. Text in, values or [`Diagnostics`] out; what the values mean is said by
//! the crates that own them.
//!
//! The dialect is strict on purpose: duplicate keys are errors, `yes` is a string, indentation is
//! checked, aliases have a budget, there are no includes and no merge keys.
#![forbid(unsafe_code)]

mod diagnostic;
mod kind;
mod layer;
mod load;
mod located;
mod offset;
mod suggest;
mod tree;
mod version;
mod word;
mod wording;

pub use diagnostic::{Diagnostic, Diagnostics, Place};
pub use layer::{Entry, IsOpen, Layered, Node, quoted};
pub use load::{MAX_BYTES, load};
pub use located::{Located, Location};
pub use offset::{JAPAN, MalformedOffset, Offset};
pub use suggest::nearest;
pub use tree::Tree;
pub use version::unknown_version;
pub use word::Words;
pub use wording::Wording;
