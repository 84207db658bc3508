//! The Webサービス as a listener: TLS with an optional client certificate, HTTP/1.1, the limits
//! that keep a broken client from holding it, and faults on order. A wire profile says what the
//! bytes mean, a [`Backend`] decides, an [`Observer`] is told everything before the client is. A wire
//! that stays on one machine is served without TLS, and on the loopback interface only.
//!
//! Listens on the loopback interface unless told otherwise, and marks every reply that a profile
//! renders as not the real service's, also where the request is no HTTP at all.
#![forbid(unsafe_code)]

mod config;
mod connection;
mod delivery;
mod exchange;
mod fault;
mod line;
mod listener;
mod observer;
mod old_tls;
mod proxy;
mod server;
mod shared;
mod stranger;
mod stream;
mod tls;

pub use config::{Identity, Limits, WebConfig};
pub use fault::{ELSEWHERE, Elsewhere, Mishap, PORTAL, WebFault};
pub use listener::Listening;
pub use observer::{AnswerNote, Backend, Observer, RequestNote, TlsNote, TlsOutcome};
pub use proxy::{Proxy, ProxyObserver};
pub use server::WebServer;
