//! The line to the service: the server must show a certificate under the one root that was given, the
//! terminal shows its own (端末認証); and the words for what goes wrong on the way.

use std::io;
use std::time::Duration;

use ureq::tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Proxy};

use crate::answer::{Distrust, Instead, NoAnswer};
use crate::resolver::ServiceResolver;
use crate::terminal::Terminal;
use crate::wire::Wire;

/// How the service is reached.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    /// Base URL without a slash at the end.
    pub(crate) url: String,
    /// The names that it uses.
    pub(crate) wire: Wire,
    /// PEM of the root that its certificate must come from.
    pub(crate) root: Vec<u8>,
    /// The proxy that leads to it, where there is one.
    pub(crate) proxy: Option<String>,
    /// Bound for a whole exchange.
    pub(crate) patience: Duration,
}

/// Why no answer came over a line.
pub(crate) fn failure(error: &ureq::Error) -> NoAnswer {
    NoAnswer::new(cause(error)).with(instead(error))
}

/// What there was instead of an answer.
fn instead(error: &ureq::Error) -> Instead {
    match error {
        ureq::Error::Timeout(_) => Instead::Silence,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::UnexpectedEof => Instead::End,
        ureq::Error::Io(error) if error.kind() == io::ErrorKind::ConnectionReset => Instead::Reset,
        other => distrust(other).map_or(Instead::Nothing, Instead::Stranger),
    }
}

/// Why no answer came, in words for the staff.
fn cause(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "時間内に応答がありませんでした".to_owned(),
        ureq::Error::Io(error)
            if matches!(
                error.kind(),
                io::ErrorKind::UnexpectedEof
                    | io::ErrorKind::ConnectionReset
                    | io::ErrorKind::BrokenPipe
            ) =>
        {
            "応答の終わりの前に接続が切れました".to_owned()
        }
        other => match distrust(other) {
            Some(distrust) => {
                let trouble = match distrust {
                    Distrust::Expired => "有効期限が切れている",
                    Distrust::OtherHost => "別のホストのもの",
                    Distrust::OtherCa => "知らない認証局のもの",
                };
                format!("サービスの証明書を信頼できません（{trouble}）")
            }
            None => format!("サービスに接続できません（{other}）"),
        },
    }
}

/// What is wrong with the server's certificate, without the instant at which that was seen: the
/// same trouble has the same words.
fn distrust(error: &ureq::Error) -> Option<Distrust> {
    let seen = format!("{error:?}");
    let troubles = [
        ("Expired", Distrust::Expired),
        ("NotValidForName", Distrust::OtherHost),
        ("UnknownIssuer", Distrust::OtherCa),
        ("BadSignature", Distrust::OtherCa),
    ];
    troubles
        .iter()
        .find(|(what, _)| seen.contains(what))
        .map(|(_, trouble)| *trouble)
}

/// Bytes that are read from or written to a connection at a time.
const BUFFER: usize = 16 << 10;

/// Trusts the one root, and shows `terminal`, if any.
pub(crate) fn tls(address: &Address, terminal: Option<&Terminal>) -> Result<TlsConfig, NoAnswer> {
    let bad_pem = |error: ureq::Error| NoAnswer::new(format!("証明書を読み込めません（{error}）"));
    let root = Certificate::from_pem(&address.root).map_err(bad_pem)?;
    let client = match terminal {
        Some(terminal) => Some(ClientCert::new_with_certs(
            &[Certificate::from_pem(terminal.certificate.as_bytes()).map_err(bad_pem)?],
            PrivateKey::from_pem(terminal.key.as_bytes()).map_err(bad_pem)?,
        )),
        None => None,
    };
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&[root]))
        .client_cert(client)
        .build())
}

/// An HTTPS client. It uses the proxy that it was given and no other, follows no redirect and keeps as
/// many connections for later as it may.
pub(crate) fn agent(
    address: &Address,
    tls: TlsConfig,
    limit: Option<Duration>,
    idle: usize,
) -> Result<Agent, NoAnswer> {
    let bad_proxy = |error: ureq::Error| NoAnswer::new(format!("プロキシを使えません（{error}）"));
    let proxy = match &address.proxy {
        Some(url) => Some(Proxy::new(url).map_err(bad_proxy)?),
        None => None,
    };
    let config = Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        .http_status_as_error(false)
        .max_redirects(0)
        .max_idle_connections(idle)
        .proxy(proxy)
        .timeout_global(limit)
        // an answer of this service fits many times; what is larger is mapped and cleared anew for
        // each request
        .input_buffer_size(BUFFER)
        .output_buffer_size(BUFFER)
        .build();
    let (connector, resolver) = (DefaultConnector::default(), ServiceResolver::default());
    Ok(Agent::with_parts(config, connector, resolver))
}
