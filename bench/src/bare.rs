//! What the service is measured beside: `hyper` over the same TLS that reads the request and answers
//! with bytes that the service said before. It knows nothing and decides nothing.

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{RootCertStore, ServerConfig};
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio_rustls::TlsAcceptor;

use crate::client::CHALLENGE;
use crate::service::Authorities;

/// What is answered, whatever was asked.
#[derive(Debug, Clone)]
pub struct Said {
    /// To a request for a nonce.
    pub challenge: Bytes,
    /// To everything else.
    pub eligibility: Bytes,
}

/// Listens on a free port of this machine until the runtime ends.
///
/// # Errors
/// It cannot listen.
///
/// # Panics
/// Where the authorities cannot be used.
pub async fn serve(
    runtime: &Handle,
    authorities: &Authorities,
    said: Said,
) -> io::Result<SocketAddr> {
    let acceptor = TlsAcceptor::from(Arc::new(tls(authorities)));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    let address = listener.local_addr()?;
    runtime.spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (acceptor, said) = (acceptor.clone(), said.clone());
            tokio::spawn(async move {
                let _ = stream.set_nodelay(true);
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let answer = service_fn(move |request| answer(request, said.clone()));
                // A client that hung up has had enough.
                let _ = http1::Builder::new()
                    .serve_connection(TokioIo::new(stream), answer)
                    .await;
            });
        }
    });
    Ok(address)
}

async fn answer(
    request: Request<Incoming>,
    said: Said,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let challenge = request.uri().path() == CHALLENGE;
    // A client that breaks off is not told.
    let _ = request.into_body().collect().await;
    let body = if challenge {
        said.challenge
    } else {
        said.eligibility
    };
    Ok(Response::new(Full::from(body)))
}

/// The same as the service's.
fn tls(authorities: &Authorities) -> ServerConfig {
    let provider = Arc::new(default_provider());
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(authorities.terminal_ca.clone()))
        .expect("the CA was made for this");
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()
        .expect("the CA was made for this");
    let chain = vec![CertificateDer::from(authorities.server.certificate.clone())];
    let key = authorities.server.key.expose().clone();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .expect("key and certificate were made for this");
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    config
}
