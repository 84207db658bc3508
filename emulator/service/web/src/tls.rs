//! The server's TLS: 1.2 and 1.3, a client certificate asked for but not demanded. Sessions are
//! resumed, as servers in use do: by ticket in both versions (RFC 5077, RFC 8446 §2.2), by session
//! identifier in 1.2 (RFC 5246 §7.3). A resumed session is that of its first handshake, and so are
//! the terminal's certificate or its absence: no certificate is sent again.

use std::io;
use std::sync::Arc;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::{ServerSessionMemoryCache, WebPkiClientVerifier};
use rustls::{CipherSuite, InvalidMessage, RootCertStore, ServerConfig, SupportedCipherSuite};

use crate::{Identity, TlsOutcome};

/// How many sessions of TLS 1.2 are remembered by their identifier; the oldest leaves.
const SESSIONS: usize = 256;
/// The cipher suite that is taken where a client has it: its hash is computed by the processor itself.
const ALWAYS_THERE: CipherSuite = CipherSuite::TLS13_AES_128_GCM_SHA256;

/// The configuration for an identity and the CA of the terminals.
pub(crate) fn server_config(identity: &Identity, terminal_ca: &[u8]) -> io::Result<ServerConfig> {
    let invalid = |what: &str, cause: &dyn std::fmt::Display| {
        io::Error::new(
            io::ErrorKind::InvalidInput,
            format!("{what} cannot be used: {cause}"),
        )
    };
    let mut provider = aws_lc_rs::default_provider();
    // of those that a client offers, the one that every implementation has (RFC 8446 §9.1)
    let is_other = |suite: &SupportedCipherSuite| suite.suite() != ALWAYS_THERE;
    provider.cipher_suites.sort_by_key(is_other);
    let provider = Arc::new(provider);
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(terminal_ca.to_vec()))
        .map_err(|error| invalid("the terminal CA's certificate", &error))?;
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone())
        .allow_unauthenticated()
        .build()
        .map_err(|error| invalid("the terminal CA's certificate", &error))?;
    let chain = identity
        .chain
        .iter()
        .cloned()
        .map(CertificateDer::from)
        .collect();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(identity.key.expose().clone()));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| invalid("TLS 1.2 and 1.3", &error))?
        .with_client_cert_verifier(verifier)
        .with_single_cert(chain, key)
        .map_err(|error| invalid("the server's certificate or key", &error))?;
    config.ignore_client_order = true;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.session_storage = ServerSessionMemoryCache::new(SESSIONS);
    config.ticketer = aws_lc_rs::Ticketer::new()
        .map_err(|error| invalid("the key of session tickets", &error))?;
    Ok(config)
}

/// What a client said that speaks something else, such as HTTP.
const NO_TLS: &str = "no TLS";

/// Why a handshake failed, in words that do not change from run to run.
pub(crate) fn failure(error: &io::Error) -> TlsOutcome {
    let cause = error
        .get_ref()
        .and_then(|inner| inner.downcast_ref::<rustls::Error>());
    TlsOutcome::Failed(match (cause, error.kind()) {
        (Some(rustls::Error::AlertReceived(alert)), _) => format!("client alert {alert:?}"),
        (Some(rustls::Error::InvalidMessage(InvalidMessage::InvalidContentType)), _) => {
            NO_TLS.to_owned()
        }
        (Some(rustls::Error::InvalidCertificate(why)), _) => {
            format!("client certificate refused: {why}")
        }
        (Some(other), _) => other.to_string(),
        (None, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset) => {
            "closed by the client".to_owned()
        }
        (None, kind) => kind.to_string(),
    })
}
