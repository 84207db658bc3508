//! Where clients connect: an address that is listened on, and what accepts there until it is dropped.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::mpsc;
use std::time::Duration;

use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::config::Limits;

/// An address that is listened on; a client that connects waits until the owner
/// [serves](crate::WebServer::serve).
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

/// What accepts connections. Dropping it lets no client in any more and cuts all connections.
#[derive(Debug)]
pub(crate) struct Listener {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    stopped: mpsc::Receiver<()>,
    patience: Duration,
}

impl Listener {
    /// Hands each connection to `serve`, with its number from 1.
    pub(crate) fn open<F>(
        runtime: &Handle,
        listening: Listening,
        limits: Limits,
        serve: impl Fn(TcpStream, u32) -> F + Send + 'static,
    ) -> io::Result<Self>
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let Listening { listener, address } = listening;
        let listener = {
            let _inside = runtime.enter();
            TcpListener::from_std(listener)?
        };
        let (stop, stopping) = oneshot::channel();
        let (done, stopped) = mpsc::channel();
        runtime.spawn(async move {
            accept_until(stopping, listener, limits, serve).await;
            // No owner waits where the listener was leaked.
            let _ = done.send(());
        });
        Ok(Self {
            address,
            stop: Some(stop),
            stopped,
            patience: limits.stop,
        })
    }

    pub(crate) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Lets no client in any more and ends all connections, without waiting for it; the drop waits.
    pub(crate) fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // Fails where the runtime, and with it all connections, has ended already.
            let _ = stop.send(());
        }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop();
        let _ = self.stopped.recv_timeout(self.patience);
    }
}

fn listen(address: SocketAddr) -> io::Result<StdListener> {
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

async fn accept_until<F>(
    mut stopping: oneshot::Receiver<()>,
    listener: TcpListener,
    limits: Limits,
    serve: impl Fn(TcpStream, u32) -> F,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    let mut ordinal = 0;
    loop {
        let room = connections.len() < limits.connections;
        tokio::select! {
            _ = &mut stopping => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept(), if room => match accepted {
                Ok((stream, _)) => {
                    ordinal += 1;
                    connections.spawn(serve(stream, ordinal));
                }
                // Out of file descriptors, or the client left at once.
                Err(_) => tokio::time::sleep(limits.accept_again).await,
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
