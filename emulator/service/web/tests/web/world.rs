//! A server with a backend that says yes and an observer that writes everything down.

use std::sync::{Arc, Condvar, Mutex, OnceLock};
use std::time::Duration;

use madoguchi_eligibility::{Answer, Decision, Operation, Request as Asked};
use madoguchi_terms::Timer;
use madoguchi_web::*;
use madoguchi_wire::{BUILTIN, Profile};
use tokio::runtime::Runtime;
use ureq::Agent;
use ureq::http::{Request, Response};
use ureq::middleware::MiddlewareNext;
use ureq::tls::{Certificate, ClientCert, RootCerts, TlsConfig};
use ureq::{Body, SendBody};

use crate::pki::{Leaf, server_ca, terminal_ca};

/// Bound of everything that a test waits for; nothing healthy comes near it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct World {
    pub(crate) server: WebServer,
    pub(crate) journal: Arc<Journal>,
}

impl World {
    pub(crate) fn healthy() -> Self {
        Self::with(|_| {})
    }

    /// A server whose configuration `change` has changed.
    pub(crate) fn with(change: impl FnOnce(&mut WebConfig)) -> Self {
        let journal = Arc::new(Journal::default());
        let backend = Arc::clone(&journal);
        Self::serving(backend, journal, change)
    }

    pub(crate) fn serving(
        backend: Arc<dyn Backend>,
        journal: Arc<Journal>,
        change: impl FnOnce(&mut WebConfig),
    ) -> Self {
        let mut config = config();
        change(&mut config);
        let observer = Arc::clone(&journal);
        let server = WebServer::start(runtime().handle(), config, backend, observer).unwrap();
        Self { server, journal }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.server.url())
    }
}

pub(crate) fn config() -> WebConfig {
    let profile = Profile::builtin("mock-2025.05").unwrap();
    let identity = server_ca().server().identity();
    WebConfig::new(
        identity,
        terminal_ca().certificate.clone(),
        Arc::new(profile),
        Arc::new(Impatient),
    )
}

/// A timer by which every pause is over at once.
#[derive(Debug)]
pub(crate) struct Impatient;

impl Timer for Impatient {
    fn now(&self) -> Duration {
        Duration::ZERO
    }

    fn pause(&self, _: Duration) {}
}

/// One runtime for all servers.
pub(crate) fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
    })
}

/// A client that trusts the server's CA.
pub(crate) fn client(terminal: Option<&Leaf>) -> Agent {
    client_trusting(&server_ca().certificate, terminal)
}

pub(crate) fn client_trusting(root: &[u8], terminal: Option<&Leaf>) -> Agent {
    let roots = RootCerts::new_with_certs(&[Certificate::from_der(root).to_owned()]);
    let identity = terminal.map(|leaf| {
        let certificate = Certificate::from_der(&leaf.der()).to_owned();
        ClientCert::new_with_certs(&[certificate], leaf.private_key())
    });
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(roots)
        .client_cert(identity)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    Agent::config_builder()
        .tls_config(tls)
        .http_status_as_error(false)
        .timeout_global(Some(PATIENCE))
        .middleware(in_keeping_with_the_contract)
        .build()
        .into()
}

/// Every reply that a test's client reads whole is what the OpenAPI document of its profile says.
fn in_keeping_with_the_contract(
    request: Request<SendBody<'_>>,
    next: MiddlewareNext<'_>,
) -> Result<Response<Body>, ureq::Error> {
    let method = request.method().as_str().to_owned();
    let path = request.uri().path().to_owned();
    let (head, mut body) = next.handle(request)?.into_parts();
    let bytes = body.read_to_vec()?;
    let reply = serde_json::from_slice(&bytes).expect("a reply in JSON");
    assert!(
        contract(&method, &path, head.status.as_u16()).is_valid(&reply),
        "{method} {path}: {reply}"
    );
    let body = Body::builder().mime_type("application/json").data(bytes);
    Ok(Response::from_parts(head, body))
}

/// What a reply must look like, by the profile that has this route.
fn contract(method: &str, path: &str, status: u16) -> jsonschema::Validator {
    let profiles = BUILTIN
        .iter()
        .filter_map(|(name, _)| Profile::builtin(name));
    let (profile, operation) = profiles
        .filter(|_| !matches!(status, 408 | 413))
        .find_map(|profile| {
            let is = |operation: &&Operation| profile.route(**operation) == Some((method, path));
            let operation = *Operation::ALL.iter().find(is)?;
            Some((profile, Some(operation)))
        })
        .unwrap_or_else(|| (Profile::builtin("mock-2025.05").unwrap(), None));
    jsonschema::validator_for(&profile.reply_schema(operation)).unwrap()
}

/// What happened, one line each. As a backend it accepts everything.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    lines: Mutex<Vec<String>>,
    written: Condvar,
}

impl Journal {
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(crate) fn write(&self, line: String) {
        self.lines.lock().unwrap().push(line);
        self.written.notify_all();
    }

    /// Waits until a line with these words has been written.
    pub(crate) fn wait_for(&self, words: &str) {
        let lines = self.lines.lock().unwrap();
        let unseen = |lines: &mut Vec<String>| !lines.iter().any(|line| line.contains(words));
        let (lines, waited) = self
            .written
            .wait_timeout_while(lines, PATIENCE, unseen)
            .unwrap();
        assert!(!waited.timed_out(), "no {words} in {lines:?}");
    }
}

impl Backend for Journal {
    fn decide(&self, request: Asked, terminal: Option<Vec<u8>>) -> Answer {
        let terminal = if terminal.is_some() {
            "a terminal"
        } else {
            "nobody"
        };
        self.write(format!("decide {} for {terminal}", request.operation));
        Answer::new(Decision::Ok, "test")
    }
}

impl Observer for Journal {
    fn tls(&self, note: TlsNote) {
        let played = note.instead.map(|what| format!(" as {what}"));
        let played = played.unwrap_or_default();
        self.write(match note.outcome {
            TlsOutcome::Completed if note.resumed => format!("tls {} resumed", note.connection),
            TlsOutcome::Completed => format!("tls {} completed{played}", note.connection),
            TlsOutcome::Failed(why) => format!("tls {} failed{played}: {why}", note.connection),
        });
    }

    fn request(&self, note: RequestNote<'_>) {
        let operation = note
            .operation
            .map_or("nothing", |operation| operation.name());
        let fault = note.fault.unwrap_or("whole");
        self.write(format!("request {} {operation} {fault}", note.exchange));
    }

    fn answer(&self, note: AnswerNote<'_>) {
        let AnswerNote {
            exchange,
            status,
            answer,
            fault,
            ..
        } = note;
        let fault = fault.unwrap_or("whole");
        self.write(format!(
            "answer {exchange} {status} {} {fault}",
            answer.map_or("–".to_owned(), |answer| answer.decision.to_string())
        ));
    }
}
