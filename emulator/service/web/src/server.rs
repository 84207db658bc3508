//! The web server: serves who connects until it is dropped.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;

use crate::config::WebConfig;
use crate::fault::FaultPlan;
use crate::listener::{Listener, Listening};
use crate::observer::{Backend, Observer};
use crate::shared::Shared;
use crate::{connection, tls};

/// A running server. Dropping it closes the listener and cuts all connections; the drop returns
/// when they are gone, or after [`Limits::stop`](crate::Limits::stop). Do not drop it on the only thread of a runtime:
/// nothing else could end the connections.
#[derive(Debug)]
pub struct WebServer {
    scheme: &'static str,
    listener: Listener,
}

impl WebServer {
    /// Listens and serves on `runtime`.
    ///
    /// # Errors
    /// Where the address cannot be listened on, certificate or key cannot be used, or there is none
    /// for a wire that leaves the machine.
    pub fn start(
        runtime: &Handle,
        config: WebConfig,
        backend: Arc<dyn Backend>,
        observer: Arc<dyn Observer>,
    ) -> io::Result<Self> {
        let listening = Listening::at(config.address)?;
        Self::serve(runtime, listening, config, backend, observer)
    }

    /// Serves who connects where it is listened already, which may be elsewhere than the
    /// configuration says.
    ///
    /// # Errors
    /// As [`Self::start`], except those of listening.
    pub fn serve(
        runtime: &Handle,
        listening: Listening,
        config: WebConfig,
        backend: Arc<dyn Backend>,
        observer: Arc<dyn Observer>,
    ) -> io::Result<Self> {
        let acceptor = match &config.identity {
            Some(identity) => {
                let tls = tls::server_config(identity, &config.terminal_ca)?;
                Some(TlsAcceptor::from(Arc::new(tls)))
            }
            None if config.profile.is_local() && listening.address().ip().is_loopback() => None,
            None => {
                let what = "without TLS only a wire that stays on one machine is served, and on its loopback interface";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
        };
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let shared = Arc::new(Shared {
            acceptor,
            profile: config.profile,
            backend,
            observer,
            faults: FaultPlan::new(config.faults),
            timer: config.timer,
            limits: config.limits,
            exchanges: AtomicU32::new(0),
        });
        let listener =
            Listener::open(runtime, listening, config.limits, move |stream, ordinal| {
                connection::serve(Arc::clone(&shared), stream, ordinal)
            })?;
        Ok(Self { scheme, listener })
    }

    /// Lets no client in any more and ends all connections, without waiting for it; the owner who drops the
    /// server waits.
    pub fn stop(&mut self) {
        self.listener.stop();
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address())
    }
}
