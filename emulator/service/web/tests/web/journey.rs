//! The whole way of a terminal: activation, login over mutual TLS, inquiry; on both wires, with
//! the real registry behind them.

use std::sync::{Arc, Mutex};

use jiff::Timestamp;
use madoguchi_eligibility::{Answer, Request};
use madoguchi_registry::*;
use madoguchi_terms::Secret;
use madoguchi_web::Backend;
use madoguchi_wire::Profile;
use serde_json::{Value as Json, json};
use ureq::Agent;

use crate::pki::{Leaf, terminal_ca};
use crate::world::*;

/// The registry as a backend, with time standing still.
struct Service(Mutex<Registry>);

impl Backend for Service {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        let context = Context {
            now: now(),
            terminal: terminal.as_deref(),
        };
        let mut entropy = |slice: &mut [u8]| slice.fill(7);
        self.0
            .lock()
            .unwrap()
            .decide(&request, &context, &mut TerminalCa, &mut entropy)
    }
}

struct TerminalCa;

impl Issuer for TerminalCa {
    fn issue(&mut self, _id: &str) -> IssuedTerminal {
        let terminal = terminal_ca().terminal();
        IssuedTerminal {
            certificate: terminal.der(),
            certificate_pem: terminal.certificate,
            key_pem: Secret::new(terminal.key),
        }
    }
}

/// The names that a client of one wire has to know.
struct Words {
    profile: &'static str,
    first_login: &'static str,
    login: &'static str,
    inquiry: &'static str,
    facility: &'static str,
    user: &'static str,
    password: &'static str,
    code: &'static str,
    certificate_out: &'static str,
    key_out: &'static str,
    token: &'static str,
    session_header: (&'static str, &'static str),
    method: &'static str,
    certificate: &'static str,
    result: &'static str,
}

const MOCK: Words = Words {
    profile: "mock-2025.05",
    first_login: "/limited/v1/terminals",
    login: "/limited/v1/sessions",
    inquiry: "/limited/v1/eligibility/certificate",
    facility: "facilityCode",
    user: "userId",
    password: "password",
    code: "activationCode",
    certificate_out: "terminalCertificate",
    key_out: "terminalKey",
    token: "sessionToken",
    session_header: ("Authorization", "Bearer "),
    method: "method",
    certificate: "certificate",
    result: "resultCode",
};

const RENAMED: Words = Words {
    profile: "renamed-2025.05",
    first_login: "/kakunin/touroku",
    login: "/kakunin/kaishi",
    inquiry: "/kakunin/shikaku/shoumeisho",
    facility: "kikan",
    user: "riyousha",
    password: "himitsu",
    code: "kaishi_code",
    certificate_out: "tanmatsu_shoumeisho",
    key_out: "tanmatsu_kagi",
    token: "kaishi_ken",
    session_header: ("X-Kaishi-Ken", ""),
    method: "houhou",
    certificate: "shoumeisho",
    result: "kekka",
};

#[test]
fn a_terminal_goes_the_whole_way_on_the_mocks_wire() {
    journey(&MOCK);
}

#[test]
fn a_terminal_goes_the_whole_way_on_the_renamed_wire() {
    journey(&RENAMED);
}

#[test]
fn a_login_without_the_terminals_certificate_is_refused() {
    let world = world(&MOCK);
    let (status, body) = post(
        &client(None),
        &world.url(MOCK.login),
        None,
        &credentials(&MOCK),
    );
    assert_eq!(
        (status, &body["resultCode"]),
        (401, &json!("TERMINAL_UNKNOWN"))
    );
}

fn journey(words: &Words) {
    let world = world(words);
    let mut first = credentials(words);
    first[words.code] = json!("012345678901");
    let (status, body) = post(&client(None), &world.url(words.first_login), None, &first);
    assert_eq!(status, 200, "{body}");
    let terminal = Leaf {
        certificate: text(&body, words.certificate_out),
        key: text(&body, words.key_out),
    };

    let client = client(Some(&terminal));
    let (status, body) = post(&client, &world.url(words.login), None, &credentials(words));
    assert_eq!(status, 200, "{body}");
    let (header, prefix) = words.session_header;
    let session = (header, format!("{prefix}{}", text(&body, words.token)));

    let inquiry = json!({ words.method: "visual", words.certificate: "MII=" });
    let (status, body) = post(&client, &world.url(words.inquiry), Some(&session), &inquiry);
    assert_eq!((status, &body[words.result]), (403, &json!("CERT_UNKNOWN")));
}

fn world(words: &Words) -> World {
    let facility: madoguchi_eligibility::FacilityCode = "9910000000".parse().unwrap();
    let registry = Registry::new(Setup {
        facilities: vec![Facility {
            accounts: vec![Account::new("shiken01", "TEST-only-1")],
            ..Facility::new(facility.clone())
        }],
        codes: vec![ActivationCode::new(
            "012345678901",
            facility,
            Timestamp::UNIX_EPOCH,
        )],
        ..Setup::default()
    });
    let service = Arc::new(Service(Mutex::new(registry)));
    World::serving(service, Arc::default(), |config| {
        config.profile = Arc::new(Profile::builtin(words.profile).unwrap());
    })
}

fn credentials(words: &Words) -> Json {
    json!({ words.facility: "9910000000", words.user: "shiken01", words.password: "TEST-only-1" })
}

fn post(client: &Agent, url: &str, header: Option<&(&str, String)>, body: &Json) -> (u16, Json) {
    let mut request = client.post(url);
    if let Some((name, value)) = header {
        request = request.header(*name, value);
    }
    let mut reply = request.send(body.to_string()).unwrap();
    let text = reply.body_mut().read_to_string().unwrap();
    (
        reply.status().as_u16(),
        serde_json::from_str(&text).unwrap(),
    )
}

fn text(body: &Json, key: &str) -> String {
    body[key].as_str().unwrap().to_owned()
}

fn now() -> Timestamp {
    "2025-05-21T09:30:00+09:00".parse().unwrap()
}
