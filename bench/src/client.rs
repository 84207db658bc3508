//! Terminals that ask: mutual TLS without resumption, HTTP/1.1, and a card's key that signs.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use base64ct::{Base64, Encoding as _};
use http_body_util::{BodyExt as _, Full};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{AUTHORIZATION, HOST};
use hyper_util::rt::TokioIo;
use madoguchi_fixtures::Issued;
use madoguchi_fixtures::pki::Identity;
use rustls::client::Resumption;
use rustls::crypto::aws_lc_rs::default_provider;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use serde_json::{Value, json};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::service::{FACILITY, PASSWORD, Service, USER};

/// 照合: the nonce, then the signature over it.
pub const CHALLENGE: &str = "/limited/v1/challenges";
/// Eligibility by signed challenge.
pub const SIGNED: &str = "/limited/v1/eligibility/signature";
/// Eligibility by certificate alone (目視).
pub const VISUAL: &str = "/limited/v1/eligibility/certificate";

/// A terminal with a patient before it.
pub struct CounterClient {
    address: SocketAddr,
    tls: TlsConnector,
    token: String,
    card: RsaKeyPair,
    /// The card's certificate in base64.
    certificate: String,
}

impl fmt::Debug for CounterClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CounterClient")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// A connection.
#[derive(Debug)]
pub struct Line(SendRequest<Full<Bytes>>);

impl CounterClient {
    /// The `n`th terminal of the service, logged in.
    ///
    /// # Errors
    /// The service does not let it in.
    ///
    /// # Panics
    /// Where what the service's set-up made cannot be used.
    pub async fn log_in(service: &Service, n: usize) -> io::Result<Self> {
        let patient: &Issued = &service.patients[n % service.patients.len()];
        let key = patient.personalization.authentication.as_ref();
        let key = key.expect("patients have a key").private_key.expose();
        let mut terminal = Self {
            address: service.address(),
            tls: connector(&service.authorities.root, &service.terminals[n]),
            token: String::new(),
            card: RsaKeyPair::from_der(key).expect("an RSA key"),
            certificate: Base64::encode_string(&patient.certificate.der),
        };
        let account = json!({ "facilityCode": FACILITY, "userId": USER, "password": PASSWORD });
        let mut line = terminal.connect().await?;
        let reply = terminal
            .post(&mut line, "/limited/v1/sessions", &account)
            .await?;
        let reply: Value = serde_json::from_slice(&reply)?;
        let token = reply["sessionToken"].as_str();
        terminal.token = token
            .ok_or_else(|| io::Error::other(format!("no session: {reply}")))?
            .to_owned();
        Ok(terminal)
    }

    /// The same terminal at another address.
    #[must_use]
    pub fn at(mut self, address: SocketAddr) -> Self {
        self.address = address;
        self
    }

    /// A new connection: TCP and a whole TLS handshake.
    ///
    /// # Errors
    /// There is none.
    pub async fn connect(&self) -> io::Result<Line> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::from(self.address.ip());
        let stream = self.tls.connect(name, stream).await?;
        let (sender, connection) = handshake(TokioIo::new(stream))
            .await
            .map_err(io::Error::other)?;
        // Ends when the sender is dropped.
        tokio::spawn(connection);
        Ok(Line(sender))
    }

    /// A check by PIN: a nonce, and the card's signature over it.
    ///
    /// # Errors
    /// It did not end in an eligibility.
    pub async fn check_signed(&self, line: &mut Line) -> io::Result<()> {
        let challenge = self.post(line, CHALLENGE, &json!({})).await?;
        let challenge: Value = serde_json::from_slice(&challenge)?;
        let text = |name: &str| {
            let missing = || io::Error::other(format!("no {name}: {challenge}"));
            challenge[name].as_str().ok_or_else(missing)
        };
        let nonce = Base64::decode_vec(text("nonce")?).map_err(io::Error::other)?;
        let body = json!({
            "method": "pin",
            "certificate": self.certificate,
            "challengeId": text("challengeId")?,
            "signature": Base64::encode_string(&self.sign(&nonce)?),
        });
        delivers(&self.post(line, SIGNED, &body).await?)
    }

    /// A check by eye: the certificate alone.
    ///
    /// # Errors
    /// It did not end in an eligibility.
    pub async fn check_by_eye(&self, line: &mut Line) -> io::Result<()> {
        delivers(&self.eligibility(line).await?)
    }

    /// The same under a request id, as a client has that may have to ask again.
    ///
    /// # Errors
    /// It did not end in an eligibility.
    pub async fn check_as(&self, line: &mut Line, id: &str) -> io::Result<()> {
        let body = json!({ "method": "visual", "certificate": self.certificate });
        delivers(&self.send(line, VISUAL, &body, Some(id)).await?)
    }

    /// The same of another person, with this certificate.
    ///
    /// # Errors
    /// It did not end in an eligibility.
    pub async fn check_of(&self, line: &mut Line, certificate: &[u8]) -> io::Result<()> {
        let certificate = Base64::encode_string(certificate);
        delivers(&self.by_eye(line, &certificate).await?)
    }

    /// What is answered to a check by eye.
    ///
    /// # Errors
    /// Nothing, or not 200.
    pub async fn eligibility(&self, line: &mut Line) -> io::Result<Bytes> {
        self.by_eye(line, &self.certificate).await
    }

    async fn by_eye(&self, line: &mut Line, certificate: &str) -> io::Result<Bytes> {
        let body = json!({ "method": "visual", "certificate": certificate });
        self.post(line, VISUAL, &body).await
    }

    /// What is answered to a request in JSON.
    ///
    /// # Errors
    /// Nothing, or not 200.
    pub async fn post(&self, line: &mut Line, path: &str, body: &Value) -> io::Result<Bytes> {
        self.send(line, path, body, None).await
    }

    async fn send(
        &self,
        line: &mut Line,
        path: &str,
        body: &Value,
        id: Option<&str>,
    ) -> io::Result<Bytes> {
        let mut request = Request::post(path)
            .header(HOST, "127.0.0.1")
            .header(AUTHORIZATION, format!("Bearer {}", self.token))
            .header("content-type", "application/json");
        if let Some(id) = id {
            request = request.header("x-request-id", id);
        }
        let request = request
            .body(Full::from(body.to_string()))
            .map_err(io::Error::other)?;
        line.0.ready().await.map_err(io::Error::other)?;
        let reply = line
            .0
            .send_request(request)
            .await
            .map_err(io::Error::other)?;
        let status = reply.status();
        let body = reply
            .into_body()
            .collect()
            .await
            .map_err(io::Error::other)?;
        let body = body.to_bytes();
        if status != 200 {
            let said = String::from_utf8_lossy(&body);
            return Err(io::Error::other(format!("{path}: {status} {said}")));
        }
        Ok(body)
    }

    fn sign(&self, nonce: &[u8]) -> io::Result<Vec<u8>> {
        let mut signature = vec![0; self.card.public_modulus_len()];
        self.card
            .sign(
                &RSA_PKCS1_SHA256,
                &SystemRandom::new(),
                nonce,
                &mut signature,
            )
            .map_err(io::Error::other)?;
        Ok(signature)
    }
}

fn delivers(reply: &[u8]) -> io::Result<()> {
    let reply: Value = serde_json::from_slice(reply)?;
    if reply["resultCode"] == "OK" && reply["resultList"].is_array() {
        return Ok(());
    }
    Err(io::Error::other(reply.to_string()))
}

/// TLS of a terminal. Without resumption, so that each new connection is a whole handshake.
fn connector(root: &[u8], terminal: &Identity) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots
        .add(CertificateDer::from(root.to_vec()))
        .expect("the root was made for this");
    let chain = vec![CertificateDer::from(terminal.certificate.clone())];
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(terminal.key.expose().clone()));
    let mut config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .expect("TLS 1.2 and 1.3")
        .with_root_certificates(roots)
        .with_client_auth_cert(chain, key)
        .expect("key and certificate were made for this");
    config.resumption = Resumption::disabled();
    TlsConnector::from(Arc::new(config))
}
