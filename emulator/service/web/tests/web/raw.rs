//! A client that can be as rude as a test needs: TLS from a library, HTTP by hand.

use std::io::{self, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;

use rustls::client::ResolvesClientCert;
use rustls::crypto::aws_lc_rs::sign::any_supported_type;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::sign::CertifiedKey;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, SignatureScheme, StreamOwned,
    SupportedProtocolVersion,
};

use crate::pki::{Authority, Leaf, server_ca};
use crate::world::PATIENCE;

pub(crate) struct RawClient(StreamOwned<ClientConnection, TcpStream>);

impl RawClient {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::trusting(server_ca(), address)
    }

    /// With a certificate that may or may not be a terminal's, shown without being looked at.
    pub(crate) fn of_terminal(address: SocketAddr, terminal: &Leaf) -> Self {
        Self::open(server_ca(), address, Some(terminal))
    }

    pub(crate) fn trusting(ca: &Authority, address: SocketAddr) -> Self {
        Self::open(ca, address, None)
    }

    fn open(ca: &Authority, address: SocketAddr, terminal: Option<&Leaf>) -> Self {
        Self::by(&config(ca, terminal, rustls::DEFAULT_VERSIONS), address)
    }

    /// By a configuration that other connections use too, and with it their sessions.
    pub(crate) fn by(config: &Arc<ClientConfig>, address: SocketAddr) -> Self {
        let name = ServerName::from(address.ip());
        let connection = ClientConnection::new(Arc::clone(config), name).unwrap();
        Self(StreamOwned::new(connection, tcp(address)))
    }

    /// Sends; that the server has hung up already shows when the answer is read.
    pub(crate) fn send(&mut self, bytes: &[u8]) {
        let _ = self.0.write_all(bytes).and_then(|()| self.0.flush());
    }

    /// Everything up to the end of the connection, however it ends.
    pub(crate) fn rest(&mut self) -> String {
        let mut answer = Vec::new();
        let mut part = [0; 4096];
        loop {
            match self.0.read(&mut part) {
                Ok(0) => break,
                Ok(n) => answer.extend_from_slice(&part[..n]),
                Err(error) => {
                    let patience_ended = matches!(
                        error.kind(),
                        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut
                    );
                    assert!(!patience_ended, "the server keeps the connection open");
                    break;
                }
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}

/// What a client trusts, speaks and shows.
pub(crate) fn config(
    ca: &Authority,
    terminal: Option<&Leaf>,
    versions: &[&'static SupportedProtocolVersion],
) -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(ca.certificate.clone()))
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots);
    Arc::new(match terminal {
        None => config.with_no_client_auth(),
        Some(leaf) => config.with_client_cert_resolver(Arc::new(Shown::new(leaf))),
    })
}

/// Shows a certificate and signs with a key, whether they belong together or not.
#[derive(Debug)]
struct Shown(Arc<CertifiedKey>);

impl Shown {
    fn new(leaf: &Leaf) -> Self {
        let key = PrivatePkcs8KeyDer::from(leaf.private_key().der().to_vec());
        let key = any_supported_type(&PrivateKeyDer::from(key)).unwrap();
        Self(Arc::new(CertifiedKey::new(vec![leaf.der().into()], key)))
    }
}

impl ResolvesClientCert for Shown {
    fn resolve(&self, _: &[&[u8]], _: &[SignatureScheme]) -> Option<Arc<CertifiedKey>> {
        Some(self.0.clone())
    }

    fn has_certs(&self) -> bool {
        true
    }
}

pub(crate) fn tcp(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}
