//! What a server needs to know before it listens.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use madoguchi_terms::{Secret, Timer};
use madoguchi_wire::Profile;

use crate::WebFault;

/// How to listen, as whom, and what to speak.
#[derive(Clone)]
pub struct WebConfig {
    /// Where to listen; port 0 takes any free one.
    pub address: SocketAddr,
    /// Certificate and key of the server; a wire that stays on one machine has none.
    pub identity: Option<Identity>,
    /// The CA that issues terminals' client certificates, DER. A client may come without one;
    /// what it may ask then is the backend's matter.
    pub terminal_ca: Vec<u8>,
    /// The wire.
    pub profile: Arc<Profile>,
    /// What goes wrong on order.
    pub faults: Vec<WebFault>,
    /// What faults wait by.
    pub timer: Arc<dyn Timer>,
    /// How long and how much a client may keep the server busy.
    pub limits: Limits,
}

impl WebConfig {
    /// A healthy server on a free port of the loopback interface.
    #[must_use]
    pub fn new(
        identity: Identity,
        terminal_ca: Vec<u8>,
        profile: Arc<Profile>,
        timer: Arc<dyn Timer>,
    ) -> Self {
        Self {
            identity: Some(identity),
            terminal_ca,
            ..Self::local(profile, timer)
        }
    }

    /// A server for a wire that stays on one machine: plain HTTP on a free port of the loopback
    /// interface.
    #[must_use]
    pub fn local(profile: Arc<Profile>, timer: Arc<dyn Timer>) -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            identity: None,
            terminal_ca: Vec::new(),
            profile,
            faults: Vec::new(),
            timer,
            limits: Limits::default(),
        }
    }
}

impl fmt::Debug for WebConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebConfig")
            .field("address", &self.address)
            .field("faults", &self.faults)
            .finish_non_exhaustive()
    }
}

/// Certificate and key of a server.
#[derive(Debug, Clone)]
pub struct Identity {
    /// Certificates, DER, the server's own first.
    pub chain: Vec<Vec<u8>>,
    /// Private key, PKCS#8 DER.
    pub key: Secret<Vec<u8>>,
}

/// Bounds for everything that a client can make the server wait for or keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For a TLS handshake.
    pub handshake: Duration,
    /// For a request's head, from the end of the exchange before it.
    pub head: Duration,
    /// For a request's body.
    pub body: Duration,
    /// For what a client still sends of a body that was refused. Hung up on at once, it would lose
    /// the answer that says why (RFC 9112 §9.6).
    pub linger: Duration,
    /// For a connection from its first byte to its last.
    pub connection: Duration,
    /// For all connections to end when the server stops.
    pub stop: Duration,
    /// Before the next try when the system has no room for another connection.
    pub accept_again: Duration,
    /// Bytes of a request's body.
    pub body_bytes: usize,
    /// Bytes of a request's head.
    pub head_bytes: usize,
    /// Headers of a request.
    pub headers: usize,
    /// Connections at the same time; more have to wait.
    pub connections: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            handshake: Duration::from_secs(10),
            head: Duration::from_secs(30),
            body: Duration::from_secs(10),
            linger: Duration::from_secs(2),
            connection: Duration::from_secs(30 * 60),
            stop: Duration::from_secs(2),
            accept_again: Duration::from_millis(50),
            body_bytes: 1 << 20,
            head_bytes: 1 << 15,
            headers: 64,
            connections: 256,
        }
    }
}
