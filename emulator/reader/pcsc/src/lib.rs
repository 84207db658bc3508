//! The words of PC/SC, and of what goes wrong on purpose between card and client. The reader does
//! what they say, a scenario writes them, and a trace shows them: here each of them is defined.
//!
//! ```
//! use madoguchi_pcsc::{Fault, Moment};
//! let fault: Fault = serde_json::from_str(r#"{"torn":{"carried-out":true}}"#).unwrap();
//! assert_eq!(fault, Fault::TEAR);
//! let at: Moment = serde_json::from_str(r#"{"after":"6s"}"#).unwrap();
//! assert_eq!(at, Moment::After(std::time::Duration::from_secs(6)));
//! ```
#![forbid(unsafe_code)]

mod call;
mod dialect;
mod fault;
mod return_code;
mod text;

pub use call::Call;
pub use dialect::{Certainty, Dialect, Rule, WINDOWS_RULES};
pub use fault::{Fault, Hold, Moment};
pub use return_code::{ReturnCode, UnknownReturnCode};
pub use text::{Ins, Span, Sw};
