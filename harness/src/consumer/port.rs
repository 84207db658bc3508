//! A port of the loopback interface that is a case's own while no program listens on it.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::TcpSocket;

/// A free port, held from now on.
///
/// On Linux by a socket that is bound and never listens: a client that connects meanwhile is refused,
/// the kernel gives the port to no other program, and a listener of this program may still have it, as
/// both say `SO_REUSEADDR`. Elsewhere that word means something else, and the port is held by its
/// listener alone.
#[derive(Debug)]
pub(super) struct Port {
    address: SocketAddr,
    _held: Option<TcpSocket>,
}

impl Port {
    /// Finds one and holds it.
    ///
    /// # Errors
    /// Where no port is to be had.
    pub(super) fn hold() -> io::Result<Self> {
        let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        if !cfg!(target_os = "linux") {
            return Ok(Self {
                address: any,
                _held: None,
            });
        }
        let socket = TcpSocket::new_v4()?;
        socket.set_reuseaddr(true)?;
        socket.bind(any)?;
        Ok(Self {
            address: socket.local_addr()?,
            _held: Some(socket),
        })
    }

    /// Where to listen; the port is 0 where it is not held yet.
    pub(super) const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where the app listens now, on the port that [`Self::address`] said.
    pub(super) const fn taken(&mut self, address: SocketAddr) {
        self.address = address;
    }
}
