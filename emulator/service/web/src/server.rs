//! The listener: accepts connections until it is dropped.

use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::sync::mpsc;
use std::time::Duration;

use madoguchi_terms::Timer;
use madoguchi_wire::Profile;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use crate::config::{Limits, WebConfig};
use crate::fault::FaultPlan;
use crate::observer::{Backend, Observer};
use crate::{connection, tls};

/// A running server. Dropping it closes the listener and cuts all connections; the drop returns
/// when they are gone, or after [`Limits::stop`]. Do not drop it on the only thread of a runtime:
/// nothing else could end the connections.
#[derive(Debug)]
pub struct WebServer {
    scheme: &'static str,
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    stopped: mpsc::Receiver<()>,
    patience: Duration,
}

/// What all connections of a server share.
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

/// An address that is listened on; a client that connects waits until the owner [serves](WebServer::serve).
#[derive(Debug)]
pub struct Listening {
    listener: StdListener,
    address: SocketAddr,
}

impl Listening {
    /// Listens; port 0 takes any free one.
    ///
    /// # Errors
    /// Where the address cannot be listened on.
    pub fn at(address: SocketAddr) -> io::Result<Self> {
        let listener = listen(address)?;
        let address = listener.local_addr()?;
        Ok(Self { listener, address })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }
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
        let Listening { listener, address } = listening;
        let acceptor = match &config.identity {
            Some(identity) => {
                let tls = tls::server_config(identity, &config.terminal_ca)?;
                Some(TlsAcceptor::from(Arc::new(tls)))
            }
            None if config.profile.is_local() && address.ip().is_loopback() => None,
            None => {
                let what = "without TLS only a wire that stays on one machine is served, and on its loopback interface";
                return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
            }
        };
        let scheme = if acceptor.is_some() { "https" } else { "http" };
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
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
        let (stop, stopping) = oneshot::channel();
        let (done, stopped) = mpsc::channel();
        runtime.spawn(async move {
            accept_until(stopping, listener, shared).await;
            // No owner waits where the server was leaked.
            let _ = done.send(());
        });
        Ok(Self {
            scheme,
            address,
            stop: Some(stop),
            stopped,
            patience: config.limits.stop,
        })
    }

    /// Lets no client in any more and ends all connections, without waiting for it; the owner who drops the
    /// server waits.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails where the runtime, and with it the server, has ended already.
            let _ = stop.send(());
        }
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base URL, without a slash at the end.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", self.scheme, self.address)
    }
}

impl Drop for WebServer {
    fn drop(&mut self) {
        self.stop();
        let _ = self.stopped.recv_timeout(self.patience);
    }
}

pub(crate) fn listen(address: SocketAddr) -> io::Result<StdListener> {
    let listener = StdListener::bind(address).map_err(|error| {
        let hint = match error.kind() {
            io::ErrorKind::AddrInUse => "; another program has this port, choose another or 0",
            io::ErrorKind::PermissionDenied => {
                "; ports below 1024 need rights, choose another or 0"
            }
            io::ErrorKind::AddrNotAvailable => "; this machine has no such address",
            _ => "",
        };
        io::Error::new(
            error.kind(),
            format!("cannot listen on {address}: {error}{hint}"),
        )
    })?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

async fn accept_until(
    mut stopping: oneshot::Receiver<()>,
    listener: TcpListener,
    shared: Arc<Shared>,
) {
    let mut connections = JoinSet::new();
    let mut ordinal = 0;
    loop {
        let room = connections.len() < shared.limits.connections;
        tokio::select! {
            _ = &mut stopping => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, _)) => {
                    ordinal += 1;
                    connections.spawn(connection::serve(Arc::clone(&shared), stream, ordinal));
                }
                // Out of file descriptors, or the client left at once.
                Err(_) => tokio::time::sleep(shared.limits.accept_again).await,
            },
        }
    }
    close(listener);
    connections.shutdown().await;
}

/// Lets no client in any more. A process that another thread starts at this moment has a copy of the
/// socket until it runs its program; closing ours alone would leave that copy listening, and the port
/// could not be listened on again.
fn close(listener: TcpListener) {
    #[cfg(unix)]
    // A listener that the system has ended already needs no end.
    let _ = rustix::net::shutdown(&listener, rustix::net::Shutdown::Both);
    drop(listener);
}
