//! A terminal that keeps its certificate from one process of the service to the next. HTTP/1.1 by
//! hand on one kept connection, so that a test sees which answers came whole.

use std::fs;
use std::io::{self, Read, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::Duration;

use madoguchi_fixtures::Issued;
use madoguchi_peers::Counter;
use openssl::base64::encode_block;
use openssl::pkey::PKey;
use openssl::ssl::{SslConnector, SslMethod, SslStream};
use openssl::x509::X509;
use serde_json::{Value, json};

/// The instant at which the worlds of these tests begin.
const AT: &str = "2025-05-21T09:00:00+09:00";

/// The person whose card is checked.
pub(crate) fn patient() -> Issued {
    let persona = madoguchi_fixtures::persona("shiken-taro").unwrap();
    persona.issue(AT.parse().unwrap()).unwrap()
}

/// One user of the tool: a data folder, a scenario that plays at [`AT`], a store.
pub(crate) struct User {
    folder: tempfile::TempDir,
}

impl User {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scenario = format!(
            "purpose: {{ ja: 試験, en: Test }}\nrequirements: [result.needs-answer]\n\
             given: {{ persona: shiken-taro, terminal: fresh, at: {AT:?} }}\nwhen: [login, close]\n"
        );
        fs::write(folder.path().join("world.yaml"), scenario).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn store(&self) -> PathBuf {
        self.path("world.madoguchi")
    }

    /// Opens the counter with this user's store.
    pub(crate) fn open(&self) -> Counter {
        self.open_at(&[], &self.store())
    }

    /// The same with another store, started by `launcher`.
    pub(crate) fn open_at(&self, launcher: &[&str], store: &Path) -> Counter {
        let scenario = self.path("world.yaml");
        let args = [
            "--scenario",
            scenario.to_str().unwrap(),
            "--store",
            store.to_str().unwrap(),
        ];
        Counter::open_for(&self.path("data"), launcher, &args)
    }
}

/// Certificate and key of an activated terminal.
#[derive(Clone)]
pub(crate) struct Terminal {
    certificate: String,
    key: String,
}

impl Terminal {
    /// First login, with the one activation code that a new world has.
    pub(crate) fn activate(counter: &Counter) -> Result<Self, Value> {
        let mut line = Line::connect(counter, None).unwrap();
        let mut account = account();
        account["activationCode"] = json!("012345678901");
        let reply = line.post("/limited/v1/terminals", "", &account).unwrap();
        let text = |name: &str| reply.body[name].as_str().map(str::to_owned);
        match (text("terminalCertificate"), text("terminalKey")) {
            (Some(certificate), Some(key)) => Ok(Self { certificate, key }),
            _ => Err(reply.body),
        }
    }

    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Logs in on a connection of its own.
    pub(crate) fn log_in(&self, counter: &Counter) -> io::Result<Session> {
        let mut line = Line::connect(counter, Some(self))?;
        let reply = line.post("/limited/v1/sessions", "", &account())?;
        let token = reply.body["sessionToken"].as_str();
        let token = token.unwrap_or_else(|| panic!("{}", reply.body)).to_owned();
        Ok(Session { line, token })
    }
}

fn account() -> Value {
    json!({ "facilityCode": "0010000000", "userId": "shiken01", "password": "TEST-only-1" })
}

/// A session of a terminal.
pub(crate) struct Session {
    line: Line,
    token: String,
}

impl Session {
    fn post(&mut self, path: &str, headers: &str, body: &Value) -> io::Result<Reply> {
        let headers = format!("Authorization: Bearer {}\r\n{headers}", self.token);
        self.line.post(path, &headers, body)
    }

    /// Looks at a patient and asks; leaves a row in the history.
    pub(crate) fn check(&mut self, certificate: &[u8], id: &str) -> io::Result<Reply> {
        let body = json!({ "method": "visual", "certificate": encode_block(certificate) });
        let id = format!("X-Request-Id: {id}\r\n");
        self.post("/limited/v1/eligibility/certificate", &id, &body)
    }

    /// How many rows the history has.
    pub(crate) fn history(&mut self) -> usize {
        let reply = self
            .post("/limited/v1/history", "", &json!({}))
            .expect("the history is answered");
        let total = reply.body["totalCount"].as_str();
        total
            .unwrap_or_else(|| panic!("{}", reply.body))
            .parse()
            .unwrap()
    }
}

/// An answer that came whole.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: Value,
}

/// A connection.
struct Line(SslStream<TcpStream>);

impl Line {
    fn connect(counter: &Counter, terminal: Option<&Terminal>) -> io::Result<Self> {
        let mut tls = SslConnector::builder(SslMethod::tls())?;
        tls.set_ca_file(counter.var("MADOGUCHI_CA_FILE"))?;
        if let Some(terminal) = terminal {
            tls.set_certificate(&*X509::from_pem(terminal.certificate.as_bytes())?)?;
            tls.set_private_key(&*PKey::private_key_from_pem(terminal.key.as_bytes())?)?;
        }
        let url = counter.var("MADOGUCHI_URL");
        let stream = TcpStream::connect(url.strip_prefix("https://").unwrap())?;
        stream.set_read_timeout(Some(Duration::from_secs(30)))?;
        let stream = tls.build().connect("127.0.0.1", stream);
        stream
            .map(Self)
            .map_err(|error| io::Error::other(error.to_string()))
    }

    fn post(&mut self, path: &str, headers: &str, body: &Value) -> io::Result<Reply> {
        let body = body.to_string();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        self.0.write_all(request.as_bytes())?;
        let head = self.head()?;
        let length = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: "))
            .and_then(|length| length.trim().parse().ok());
        let mut body = vec![0; length.ok_or(io::ErrorKind::InvalidData)?];
        self.0.read_exact(&mut body)?;
        Ok(Reply {
            status: head[9..12].parse().unwrap(),
            body: serde_json::from_slice(&body)?,
            head,
        })
    }

    /// Everything to the empty line, in lower case.
    fn head(&mut self) -> io::Result<String> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            self.0.read_exact(&mut byte)?;
            head.extend(byte);
        }
        Ok(String::from_utf8_lossy(&head).to_lowercase())
    }
}
