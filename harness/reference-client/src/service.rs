//! The service: JSON over HTTPS, one connection per request, in the session that a login opens.
//! Nothing is retried here: the caller decides.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use ureq::http::Response;
use ureq::{Agent, Body};

use crate::answer::{Answer, Instead, NoAnswer, Record};
use crate::bulk;
use crate::conduct::{Layers, Wait};
use crate::line::{Address, agent, failure, tls};
use crate::terminal::Terminal;
use crate::wire::{Carried, Field, Method, Operation, Told, Wire};

/// A request, ready to be sent, and to be sent again.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) operation: Operation,
    body: Map<String, Value>,
    /// What the service tells a retry by.
    pub(crate) id: Option<String>,
    wire: Wire,
    shows_terminal: bool,
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

    /// With a field by the name that it has on the wire.
    pub(crate) fn with_raw(mut self, name: &str, value: impl Into<String>) -> Self {
        self.body
            .insert(name.to_owned(), Value::String(value.into()));
        self
    }

    /// Without a field.
    pub(crate) fn without(mut self, field: Field) -> Self {
        self.body.shift_remove(field.name(self.wire));
        self
    }

    /// To be sent without the terminal's certificate: right for the activation only.
    pub(crate) fn without_terminal(mut self) -> Self {
        self.shows_terminal = false;
        self
    }

    /// A field's text.
    pub(crate) fn text(&self, field: Field) -> Option<&str> {
        self.body.get(field.name(self.wire))?.as_str()
    }
}

/// The service as seen from this terminal.
pub(crate) struct Service {
    pub(crate) address: Address,
    /// Without a certificate of our own.
    pub(crate) bare: Agent,
    /// With this terminal's certificate.
    pub(crate) terminal: Option<Agent>,
    /// Header with that certificate, where the service looks for it there and not in TLS.
    terminal_header: Option<(&'static str, String)>,
    session: Option<Session>,
    conduct: Layers,
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
    pub(crate) fn new(address: Address, conduct: Layers) -> Result<Self, NoAnswer> {
        let limit = conduct.patience(Wait::Service, Some(address.patience));
        let idle = conduct.idle_connections(0);
        Ok(Self {
            bare: agent(&address, tls(&address, None)?, limit, idle)?,
            terminal: None,
            terminal_header: None,
            session: None,
            address,
            conduct,
        })
    }

    /// Shows this certificate from now on.
    pub(crate) fn use_terminal(&mut self, terminal: &Terminal) -> Result<(), NoAnswer> {
        let header = self.address.wire.told();
        let header = header.and_then(|told| told.terminal_header.as_deref());
        let tls = tls(&self.address, Some(terminal).filter(|_| header.is_none()))?;
        self.terminal_header = header.map(|name| (name, terminal.certificate_base64()));
        let limit = self
            .conduct
            .patience(Wait::Service, Some(self.address.patience));
        let idle = self.conduct.idle_connections(0);
        self.terminal = Some(agent(&self.address, tls, limit, idle)?);
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
        let digest = Sha256::digest(token);
        let mark = base16ct::lower::encode_string(&digest[..4]);
        self.session = Some(Session {
            token: token.to_owned(),
            mark: self.conduct.session_mark(mark),
            requests: 0,
        });
    }

    /// Sends no token any more.
    pub(crate) fn close_session(&mut self) {
        self.session = None;
    }

    /// Whether a user is logged in.
    pub(crate) fn has_session(&self) -> bool {
        self.session.is_some()
    }

    /// A new request. Where the operation carries a request id it gets one that this terminal has
    /// not used before: session, then a counter.
    pub(crate) fn request(&mut self, operation: Operation) -> Request {
        let id = match &mut self.session {
            Some(session) if operation.has_request_id() => {
                session.requests += 1;
                let id = format!("{}-{}", session.mark, session.requests);
                Some(self.conduct.request_id(id))
            }
            _ => None,
        };
        Request {
            operation,
            body: Map::new(),
            id,
            wire: self.address.wire,
            shows_terminal: true,
        }
    }

    /// Sends a request and waits for the answer. A refusal is an answer, too.
    pub(crate) fn send(&self, request: &Request) -> Result<Answer, NoAnswer> {
        let response = self.transmit(self.agent_of(request), request);
        let mut response = self.conduct.response(self, request, response)?;
        let kind = response.body().mime_type().map(str::to_ascii_lowercase);
        let is_archive = kind.as_deref() == Some("application/zip")
            && request.operation == Operation::BulkResult;
        if kind.as_deref() != Some("application/json") && !is_archive {
            let status = response.status().as_u16();
            let why = format!("サービスからの応答ではありません（HTTP {status}）");
            return Err(NoAnswer::new(why).with(Instead::Page(status)));
        }
        let body = response.body_mut().read_to_vec();
        let mut body = body.map_err(|error| failure(&error).with(Instead::Half))?;
        if is_archive {
            body = bulk::unpacked(&body).map_err(NoAnswer::new)?;
        }
        Answer::parse(&body, self.address.wire)
    }

    /// The way that a request goes: it shows the terminal's certificate where there is one.
    pub(crate) fn agent_of(&self, request: &Request) -> &Agent {
        let terminal = self.terminal.as_ref();
        terminal
            .filter(|_| request.shows_terminal)
            .unwrap_or(&self.bare)
    }

    /// Sends a request one way, and waits for the head of the reply.
    pub(crate) fn transmit(
        &self,
        agent: &Agent,
        request: &Request,
    ) -> Result<Response<Body>, NoAnswer> {
        let wire = self.address.wire;
        let (method, path) = request.operation.endpoint(wire);
        let (headers, body) = match wire.told() {
            Some(told) => self.as_told(told, agent, request),
            None => (self.headers(request), request.body.clone()),
        };
        let headers = self.conduct.headers(headers);
        let url = format!("{}{path}", self.address.url);
        let replied = match method {
            Method::Get => {
                let mut get = agent.get(&url);
                for (name, value) in &headers {
                    get = get.header(*name, value);
                }
                get.call()
            }
            Method::Post => {
                let mut post = agent.post(&url).content_type("application/json");
                let limit = self.conduct.patience(Wait::Answer(request.operation), None);
                if limit.is_some() {
                    post = post.config().timeout_recv_response(limit).build();
                }
                for (name, value) in &headers {
                    post = post.header(*name, value);
                }
                let body = Value::Object(body).to_string();
                post.send(self.conduct.body(body))
            }
        };
        replied.map_err(|error| failure(&error))
    }

    /// The headers of a wire that this client has a table of.
    fn headers(&self, request: &Request) -> Vec<(&'static str, String)> {
        let wire = self.address.wire;
        let carried = self.carried(request).into_iter();
        let named = carried.map(|(carried, value)| match carried {
            Carried::SessionToken => {
                let (name, prefix) = wire.session_header();
                (name, format!("{prefix}{value}"))
            }
            Carried::RequestId => (wire.request_id_header(), value),
            Carried::ClientVersion => (wire.client_version_header(), value),
        });
        named.collect()
    }

    /// Headers and body of a wire that an OpenAPI document describes.
    fn as_told(
        &self,
        told: &'static Told,
        agent: &Agent,
        request: &Request,
    ) -> (Vec<(&'static str, String)>, Map<String, Value>) {
        let carried = self.carried(request);
        let (mut headers, body) = told.placed(request.operation, &carried, &request.body);
        let terminal = self.terminal.as_ref();
        if terminal.is_some_and(|terminal| std::ptr::eq(terminal, agent)) {
            headers.extend(self.terminal_header.clone());
        }
        (headers, body)
    }

    /// What goes with a request beside its own fields.
    fn carried(&self, request: &Request) -> Vec<(Carried, String)> {
        let token = self.session.as_ref().map(|session| session.token.clone());
        let mut carried = Vec::new();
        carried.extend(token.map(|token| (Carried::SessionToken, token)));
        carried.extend(request.id.clone().map(|id| (Carried::RequestId, id)));
        if matches!(request.operation, Operation::FirstLogin | Operation::Login) {
            let version = env!("CARGO_PKG_VERSION").to_owned();
            carried.push((Carried::ClientVersion, version));
        }
        carried
    }
}
