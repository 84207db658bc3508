//! The Webサービス as a listener: TLS with an optional client certificate, HTTP/1.1, the limits
//! that keep a broken client from holding it, and faults on order. A wire profile says what the
//! bytes mean, a [`Backend`] decides, an [`Observer`] is told everything before the client is.
//!
//! Listens on the loopback interface unless told otherwise, and marks every reply that a profile
//! renders as not the real service's. What is no HTTP at all is refused by the HTTP library with
//! a bare status line.
#![forbid(unsafe_code)]

mod config;
mod connection;
mod exchange;
mod fault;
mod observer;
mod server;
mod tls;

pub use config::{Identity, Limits, WebConfig};
pub use fault::WebFault;
pub use observer::{AnswerNote, Backend, Observer, RequestNote, TlsNote, TlsOutcome};
pub use server::WebServer;
