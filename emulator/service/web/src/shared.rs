//! What all connections of a server share.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use madoguchi_terms::Timer;
use madoguchi_wire::Profile;
use tokio_rustls::TlsAcceptor;

use crate::config::Limits;
use crate::fault::FaultPlan;
use crate::observer::{Backend, Observer};

pub(crate) struct Shared {
    /// None where the wire stays on one machine.
    pub(crate) acceptor: Option<TlsAcceptor>,
    pub(crate) profile: Arc<Profile>,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) observer: Arc<dyn Observer>,
    pub(crate) faults: FaultPlan,
    pub(crate) timer: Arc<dyn Timer>,
    pub(crate) limits: Limits,
    /// Exchanges so far.
    pub(crate) exchanges: AtomicU32,
}
