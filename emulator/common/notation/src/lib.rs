//! Located YAML: the one place that knows the YAML library, and the notation of dates relative to
//! the scenario instant. Text in, values or [`Diagnostics`] out; what the values mean is said by
//! the crates that own them.
//!
//! The dialect is strict on purpose: duplicate keys are errors, `yes` is a string, indentation is
//! checked, aliases have a budget, there are no includes and no merge keys.
//!
//! A program that reads a list and says where a name of it is wrong:
//!
//! ```
//! use madoguchi_notation::{Located, load, nearest};
//!
//! let known = ["shiken-taro", "shiken-hanako"];
//! let names: Vec<Located<String>> = load("names.yaml", "- shiken-taro\n- shiken-hanaco\n")?;
//! let wrong = names.iter().find(|name| !known.contains(&name.as_str())).unwrap();
//! assert_eq!(wrong.location().line(), 2);
//! assert_eq!(nearest(wrong, known.iter().copied()), Some("shiken-hanako"));
//! # Ok::<(), madoguchi_notation::Diagnostics>(())
//! ```
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

pub use diagnostic::{Diagnostic, Diagnostics, MOST_TOLD, Place};
pub use layer::{Entry, IsOpen, Layered, Node, quoted};
pub use load::{MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES, load};
pub use located::{Located, Location};
pub use offset::{JAPAN, MalformedOffset, Offset};
pub use suggest::nearest;
pub use tree::Tree;
pub use version::unknown_version;
pub use word::Words;
pub use wording::Wording;
