//! The service: JSON over HTTPS, one connection per request, in the session that a login opens.
//! Nothing is retried here: whoever asks decides.

use std::io::Read as _;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use jiff::fmt::rfc2822;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use ureq::http::Response;
use ureq::http::header::DATE;
use ureq::{Agent, Body};

use crate::answer::{Answer, Instead, NoAnswer, Record};
use crate::bulk;
use crate::defect::Defect;
use crate::line::{Address, Line, failure, forgiven};
use crate::old_tls;
use crate::terminal::Terminal;
use crate::wire::{Field, Method, Operation, Wire};

/// A request, ready to be sent, and to be sent again.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    body: Map<String, Value>,
    id: Option<String>,
    wire: Wire,
}

impl Request {
    /// With one more field.
    pub(crate) fn with(self, field: Field, value: impl Into<String>) -> Self {
        let name = field.name(self.wire);
        self.with_raw(name, value)
    }

    /// With one more field of bytes, in base64.
    pub(crate) fn with_bytes(self, field: Field, bytes: &[u8]) -> Self {
        self.with(field, BASE64.encode(bytes))
    }

    /// With units of one field each and their values.
    pub(crate) fn with_items(mut self, items: Vec<Record>) -> Self {
        let wire = self.wire;
        let object = |item: Record| {
            let named = item.into_iter();
            let named = named.map(|(field, value)| (field.name(wire).to_owned(), value.into()));
            Value::Object(named.collect())
        };
        let items = items.into_iter().map(object).collect();
        let name = Field::Items.name(wire).to_owned();
        self.body.insert(name, Value::Array(items));
        self
    }

    /// With a field that no profile knows. Only a defect sends one.
    pub(crate) fn with_raw(mut self, name: &str, value: impl Into<String>) -> Self {
        self.body
            .insert(name.to_owned(), Value::String(value.into()));
        self
    }
}

/// The service as seen from this terminal.
pub(crate) struct Service {
    address: Address,
    /// Without a certificate of our own.
    bare: Line,
    /// With this terminal's certificate.
    terminal: Option<Line>,
    session: Option<Session>,
}

/// What a login opens.
struct Session {
    token: String,
    /// Names the session in request ids: a digest, because the token is a secret.
    mark: String,
    requests: u32,
}

impl Service {
    /// A service that nothing has been asked yet.
    pub(crate) fn new(address: Address) -> Result<Self, NoAnswer> {
        Ok(Self {
            bare: Line::new(&address, None)?,
            terminal: None,
            session: None,
            address,
        })
    }

    /// Shows this certificate from now on.
    pub(crate) fn use_terminal(&mut self, terminal: &Terminal) -> Result<(), NoAnswer> {
        self.terminal = Some(Line::new(&self.address, Some(terminal))?);
        Ok(())
    }

    /// The names that the service uses.
    pub(crate) const fn wire(&self) -> Wire {
        self.address.wire
    }

    /// Whether this terminal has a certificate to show.
    pub(crate) fn has_terminal(&self) -> bool {
        self.terminal.is_some()
    }

    /// Sends this token with every request from now on.
    pub(crate) fn open_session(&mut self, token: &str) {
        let restarts = self.address.defect == Some(Defect::RestartsRequestIds);
        let digest = Sha256::digest(if restarts { "" } else { token });
        self.session = Some(Session {
            token: token.to_owned(),
            mark: base16ct::lower::encode_string(&digest[..4]),
            requests: 0,
        });
    }

    /// Tells the vendor that somebody logged in. Only a defect does, and only where nobody else hears.
    pub(crate) fn call_home(&self) {
        if self.address.leads_nowhere {
            let _ = self
                .bare
                .agent
                .get("https://telemetry.invalid/login")
                .call();
        }
    }

    /// A defect: shows no certificate any more, as if the terminal were not activated.
    pub(crate) fn forget_terminal(&mut self) {
        self.terminal = None;
    }

    /// Sends no token any more.
    pub(crate) fn close_session(&mut self) {
        self.session = None;
    }

    /// Whether somebody is logged in.
    pub(crate) fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// A new request. Where the operation carries a request id it gets one that this terminal has
    /// not used before: session, then a counter.
    pub(crate) fn request(&mut self, operation: Operation) -> Request {
        let id = match &mut self.session {
            Some(session) if operation.has_request_id() => {
                session.requests += 1;
                Some(format!("{}-{}", session.mark, session.requests))
            }
            _ => None,
        };
        Request {
            operation,
            body: Map::new(),
            id,
            wire: self.address.wire,
        }
    }

    /// The same request as if it were a new one. Only a defect wants that.
    pub(crate) fn renewed(&mut self, request: &Request) -> Request {
        Request {
            id: self.request(request.operation).id,
            ..request.clone()
        }
    }

    /// Sends a request, showing the terminal's certificate where there is one, and waits for the
    /// answer. A refusal is an answer, too.
    pub(crate) fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        self.send_by(self.terminal.as_ref().unwrap_or(&self.bare), request)
    }

    /// Sends a request without the terminal's certificate: right for the activation only.
    pub(crate) fn send_anonymously(&self, request: &Request) -> Result<Answer, NoAnswer> {
        self.send_by(&self.bare, request)
    }

    fn send_by(&self, line: &Line, request: &Request) -> Result<Answer, NoAnswer> {
        let defect = self.address.defect;
        let mut sent = self.transmit(&line.agent, request);
        if defect == Some(Defect::RepeatsLateInquiry) {
            for _ in 0..4 {
                if matches!(sent, Err(ureq::Error::Timeout(_))) {
                    sent = self.transmit(&line.agent, request);
                }
            }
        }
        let sent = match (sent, &line.lax, forgiven(defect)) {
            (Err(error), Some(lax), Some(forgiven))
                if forgiven
                    .iter()
                    .any(|what| format!("{error:?}").contains(what)) =>
            {
                self.transmit(lax, request)
            }
            (Err(error), ..) if defect == Some(Defect::SpeaksOldTls) => {
                old_tls::fall_back(&self.address);
                Err(error)
            }
            (sent, ..) => sent,
        };
        let mut response = sent.map_err(|error| failure(&error))?;
        if defect == Some(Defect::WantsEqualClocks) && is_minutes_ahead(&response) {
            return Err(NoAnswer::new("端末の時計を合わせてください"));
        }
        let is_inquiry = request.operation == Operation::EligibilityByCertificate;
        if defect == Some(Defect::WantsFreshAnswer) && is_inquiry && is_hours_old(&response) {
            return Err(NoAnswer::new("古い応答を受け取りました"));
        }
        let status = response.status();
        let kind = response.body().mime_type().map(str::to_owned);
        let is_json = kind.as_deref() == Some("application/json");
        let is_archive = kind.as_deref() == Some("application/zip")
            && request.operation == Operation::BulkResult;
        if !is_json && !is_archive && defect != Some(Defect::IgnoresMediaType) {
            if status == 429 && defect == Some(Defect::IgnoresRetryAfter) {
                return self.send_by(line, request);
            }
            let status = status.as_u16();
            if status == 200 && defect == Some(Defect::TakesPortalForResult) {
                let page = response.body_mut().read_to_string().unwrap_or_default();
                if page.starts_with('<') {
                    return Ok(Answer::empty());
                }
            }
            let why = format!("サービスからの応答ではありません（HTTP {status}）");
            return Err(NoAnswer::new(why).with(Instead::Page(status)));
        }
        let body = if is_inquiry && defect == Some(Defect::ReadsFirstPiece) {
            first_piece(&mut response)
        } else {
            response.body_mut().read_to_vec()
        };
        let body = body.map_err(|error| failure(&error).with(Instead::Half))?;
        let body = if is_archive {
            bulk::unpacked(&body).map_err(NoAnswer::new)?
        } else {
            body
        };
        Answer::parse(&body, self.address.wire)
    }

    fn transmit(&self, agent: &Agent, request: &Request) -> Result<Response<Body>, ureq::Error> {
        let wire = self.address.wire;
        let (method, path) = request.operation.endpoint(wire);
        let mut headers = Vec::new();
        if let Some(session) = &self.session {
            let (name, prefix) = wire.session_header();
            headers.push((name, format!("{prefix}{}", session.token)));
        }
        if let Some(id) = &request.id {
            headers.push((wire.request_id_header(), id.clone()));
        }
        if matches!(request.operation, Operation::FirstLogin | Operation::Login) {
            let version = env!("CARGO_PKG_VERSION").to_owned();
            headers.push((wire.client_version_header(), version));
        }
        let url = format!("{}{path}", self.address.url);
        match method {
            Method::Get => {
                let mut get = agent.get(&url);
                for (name, value) in &headers {
                    get = get.header(*name, value);
                }
                get.call()
            }
            Method::Post => {
                let mut post = agent.post(&url).content_type("application/json");
                if self.address.defect == Some(Defect::RepeatsLateInquiry)
                    && request.operation == Operation::EligibilityByCertificate
                {
                    post = post.config().timeout_recv_response(Some(HASTE)).build();
                }
                for (name, value) in &headers {
                    post = post.header(*name, value);
                }
                post.send(Value::Object(request.body.clone()).to_string())
            }
        }
    }
}

/// How long a client with that defect waits for an answer to an inquiry.
const HASTE: Duration = Duration::from_millis(120);

/// A defect: what arrives with the first packet of a body.
fn first_piece(response: &mut Response<Body>) -> Result<Vec<u8>, ureq::Error> {
    let mut piece = vec![0; 16 << 10];
    let length = response.body_mut().as_reader().read(&mut piece)?;
    piece.truncate(length);
    Ok(piece)
}

/// How far the service's clock is ahead of this one. Only a defect wants to know.
fn ahead(response: &Response<Body>) -> Option<SignedDuration> {
    let date = response.headers().get(DATE)?.to_str().ok()?;
    let date = rfc2822::parse(date).ok()?;
    Some(date.timestamp().duration_since(Timestamp::now()))
}

/// Whether the service's time of day is five minutes later or more.
fn is_minutes_ahead(response: &Response<Body>) -> bool {
    const DAY: i64 = 24 * 60 * 60;
    ahead(response).is_some_and(|by| (5 * 60..DAY / 2).contains(&by.as_secs().rem_euclid(DAY)))
}

/// Whether an answer is an hour old or more.
fn is_hours_old(response: &Response<Body>) -> bool {
    ahead(response).is_some_and(|by| by.as_hours() <= -1)
}
