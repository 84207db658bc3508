//! The one way into a trace: nothing of a client is stored before its secrets were noticed and replaced by
//! their classes.

mod redacted;

use std::borrow::Cow;
use std::collections::BTreeMap;

use madoguchi_terms::without_personal_numbers;
use madoguchi_trace::{
    ClientEvent, Header, HttpRequest, Leak, OutsideEvent, OwnWords, ProxyEvent, Said, SecretClass,
    Text, What,
};

pub(crate) use self::redacted::{Redacted, Untrusted};
use super::canary::{Address, Canaries};
use super::patients::Patients;
use super::staff;

/// What came with a request and is not stored.
#[derive(Debug, Default)]
pub(crate) struct Sent {
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) query: Option<String>,
    pub(crate) body: Vec<u8>,
}

/// Headers whose values are sizes, ports and versions: what is in them by itself is no short secret.
const NUMBERS: [&str; 12] = [
    "accept",
    "accept-encoding",
    "accept-language",
    "connection",
    "content-length",
    "content-type",
    "date",
    "host",
    "if-modified-since",
    "keep-alive",
    "upgrade",
    "user-agent",
];

/// Notices and redacts by the secrets of a cell, and by the patients on record in it.
#[derive(Debug)]
pub(crate) struct Gate {
    secrets: Canaries,
    patients: Patients,
}

/// Where standard error is said to be in a trace.
pub(crate) const LOG: &str = "client:stderr";

impl Gate {
    pub(crate) const fn new(secrets: Canaries, patients: Patients) -> Self {
        Self { secrets, patients }
    }

    /// What a program wrote for its maintainers while there was no cell to compare it with: without what the
    /// staff know, any private key, and any 個人番号.
    pub(crate) fn strangers_log(log: &Untrusted<Vec<u8>>) -> Redacted<String> {
        let log = Canaries::new(staff::canaries()).redact_log(log.seen());
        let instead = format!("<{}>", SecretClass::PersonalNumber.name());
        let without = without_personal_numbers(&log, &instead, &|_| false);
        Redacted::of(without.unwrap_or(log))
    }

    /// Lets an event pass, with the secrets that a client said in it.
    pub(crate) fn pass(&self, what: Untrusted<What>) -> (Redacted<What>, Vec<Leak>) {
        let mut what = what.opened();
        let leaks = self.noticed(&mut what);
        self.redact(&mut what);
        (Redacted::of(what), leaks)
    }

    /// Lets a request pass, with the secrets in it and in what came with it where they are not to be.
    pub(crate) fn pass_request(
        &self,
        told: Untrusted<HttpRequest>,
        sent: &Sent,
    ) -> (Redacted<What>, Vec<Leak>) {
        let leaks = self.noticed_in(told.seen(), sent);
        let (told, _) = self.pass(Untrusted::new(What::Request(told.opened())));
        (told, leaks)
    }

    /// What a program wrote for its maintainers, as text.
    pub(crate) fn log(&self, log: &Untrusted<Vec<u8>>) -> Redacted<String> {
        let log = self.secrets.redact_log(log.seen());
        Redacted::of(self.patients.redact(&log).into_owned())
    }

    /// What of patients and of secrets stands in that, once for each class.
    pub(crate) fn noticed_in_log(&self, log: &Untrusted<Vec<u8>>) -> Vec<Leak> {
        let log = log.seen();
        let mut found = self.patients.within(LOG, log);
        found.extend(self.secrets.in_log(LOG, log));
        found
    }

    /// Secrets in a request where they are not to be.
    fn noticed_in(&self, told: &HttpRequest, sent: &Sent) -> Vec<Leak> {
        let Self {
            secrets: canaries, ..
        } = self;
        let path = canaries.redact_address(&told.path, '/');
        let expected: &[SecretClass] = match told.operation.as_deref() {
            Some("first-login") => &[SecretClass::Password, SecretClass::ActivationCode],
            Some("login") => &[SecretClass::Password],
            Some(_) => &[SecretClass::SessionToken],
            None => &[],
        };
        let mut leaks = canaries.in_body(&format!("request:{path}"), &sent.body, expected);
        leaks.extend(canaries.in_address("request-path", &Address::Path(&told.path)));
        leaks.extend(canaries.in_text("request-method", &told.method));
        if let Some(query) = &sent.query {
            let place = format!("request-query:{path}");
            leaks.extend(canaries.in_address(&place, &Address::Query(query)));
        }
        for (name, value) in &sent.headers {
            let name = name.to_lowercase();
            let place = format!("request-header:{}", canaries.redact_field(&name));
            leaks.extend(canaries.in_field(&place, &name));
            let mut found = match &*name {
                name if NUMBERS.contains(&name) => Vec::new(),
                "cookie" => canaries.in_address(&place, &Address::Cookie(value)),
                "authorization" | "proxy-authorization" => {
                    let (_, told) = value.split_once(' ').unwrap_or(("", value));
                    canaries.in_field(&place, told)
                }
                _ => canaries.in_field(&place, value),
            };
            found.extend(canaries.in_own(&place, &format!("{name}: {value}")));
            for leak in found {
                let is_same = |one: &Leak| (&one.class, &one.place) == (&leak.class, &leak.place);
                if !leak.class.is_in(expected) && !leaks.iter().any(is_same) {
                    leaks.push(leak);
                }
            }
        }
        leaks
    }

    /// The first line of a trace, in which a client says who it is.
    pub(crate) fn header(&self, mut header: Header) -> Redacted<Header> {
        let own = |text: &str| self.secrets.redact_own(text).into_owned();
        if let Some(client) = &mut header.client {
            client.name = own(&client.name);
            client.version = own(&client.version);
        }
        for screen in header.sight.iter_mut().flat_map(|sight| &mut sight.screens) {
            let names = screen.title.iter_mut().chain(&mut screen.number);
            let labels = screen.fields.iter_mut().chain(&mut screen.buttons);
            names.chain(labels).for_each(|text| *text = own(text));
        }
        header.words = self.words(header.words);
        Redacted::of(header)
    }

    fn words(&self, words: OwnWords) -> OwnWords {
        let own = |text: &String| self.secrets.redact_own(text).into_owned();
        let said = |Said(said): Said| Said(said.iter().map(own).collect());
        let list = |list: BTreeMap<String, Said>| {
            let words = list.into_iter();
            words
                .map(|(word, own_words)| (own(&word), said(own_words)))
                .collect()
        };
        OwnWords {
            screens: list(words.screens),
            buttons: list(words.buttons),
            sections: list(words.sections),
            labels: list(words.labels),
            values: list(words.values),
            other: words.other.iter().map(own).collect(),
        }
    }

    /// Secrets in what a client shows, hands over or looks for.
    fn noticed(&self, what: &mut What) -> Vec<Leak> {
        let Self {
            secrets: canaries, ..
        } = self;
        let place = match what {
            What::Client(ClientEvent::Screen(_)) => "client:screen".to_owned(),
            What::Client(ClientEvent::Output { kind, .. }) => {
                format!("client:{}", canaries.redact(kind))
            }
            What::Client(ClientEvent::Error { .. }) => "client:error".to_owned(),
            What::Proxy(asked) => {
                return canaries.in_address("host", &Address::Host(&asked.host));
            }
            What::Outside(sought) => {
                return canaries.in_address("host", &Address::Host(&sought.host));
            }
            _ => return Vec::new(),
        };
        let mut leaks = Vec::new();
        what.each_text(&mut |text| leaks.extend(canaries.in_text(&place, text)));
        leaks
    }

    /// Every text of an event, without secrets.
    fn redact(&self, what: &mut What) {
        let Self {
            secrets: canaries,
            patients,
        } = self;
        let redact: for<'t> fn(&Canaries, &'t str) -> Cow<'t, str> = match what {
            What::Client(_) => Canaries::redact,
            What::Request(request) => {
                let path = canaries.redact_address(&request.path, '/');
                replace(&mut request.path, path);
                Canaries::redact_field
            }
            What::Proxy(ProxyEvent { host, .. }) | What::Outside(OutsideEvent { host, .. }) => {
                let redacted = canaries.redact_address(host, '.');
                replace(host, redacted);
                Canaries::redact_field
            }
            What::Leak(_) | What::Unsearched(_) => Canaries::redact_field,
            What::Answer(answer) => {
                // it says what was asked
                if let Some(echo) = answer.fields.get_mut("profile-fragment") {
                    let parts = echo.split('"');
                    let parts = parts.map(|part| canaries.redact_address(part, '/'));
                    let redacted = parts.collect::<Vec<_>>().join("\"");
                    replace(echo, redacted);
                }
                Canaries::redact_own
            }
            What::Card(_) => Canaries::redact_octets,
            What::Step(_)
            | What::Reader(_)
            | What::Pcsc(_)
            | What::Tls(_)
            | What::Operator(_)
            | What::Exit(_) => Canaries::redact_own,
        };
        what.each_text(&mut |text| {
            if let Cow::Owned(redacted) = redact(canaries, text) {
                replace(text, redacted);
            }
        });
        // names of files and hosts show nothing to a clerk
        if let What::Leak(_) | What::Unsearched(_) | What::Proxy(_) | What::Outside(_) = what {
            what.each_text(&mut |text| {
                if let Cow::Owned(redacted) = patients.redact(text) {
                    replace(text, redacted);
                }
            });
        }
    }
}

fn replace(text: &mut Text, by: String) {
    if *text != *by {
        *text = by.into();
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_trace::{
        Binding, CardEvent, ClientNote, Depth, Exit, HttpAnswer, Misfit, OperatorEvent, PcscEvent,
        Posted, ProfileNote, ReadOff, Readable, ReaderEvent, Screen, Sight, Step, TlsEvent,
        Unsearched,
    };
    use serde_json::Value;

    use super::*;
    use crate::cell::canary::Canary;

    const SECRET: &str = "TEST-only-1";
    const NUMBER: &str = "990000000012";

    fn gate() -> Gate {
        let secrets = Canaries::new(vec![
            Canary::new(SecretClass::AuthPin, "1234"),
            Canary::new(SecretClass::Password, SECRET),
            Canary::new(SecretClass::PersonalNumber, NUMBER),
        ]);
        Gate::new(secrets, Patients::default())
    }

    fn some() -> Option<Text> {
        Some("some".into())
    }

    /// One event of each kind with all that it can have.
    fn events() -> Vec<What> {
        let fields = || [("name".into(), "value".into())].into_iter().collect();
        let client = [
            ClientEvent::Screen(Screen {
                n: 1,
                number: some(),
                title: "title".into(),
                buttons: vec!["button".into()],
                fields: vec![("label".into(), "value".into())],
                read_off: Some(Box::new(ReadOff {
                    since: 0,
                    text: some(),
                })),
            }),
            ClientEvent::Output {
                n: 1,
                kind: "kind".into(),
                text: "text".into(),
            },
            ClientEvent::Error {
                n: 1,
                text: "text".into(),
            },
            ClientEvent::Garbage {
                line: 1,
                len: 1,
                why: "why".into(),
                misfit: Some(Misfit {
                    place: "place".into(),
                    wanted: "wanted".into(),
                    found: "found".into(),
                    column: 1,
                }),
            },
        ];
        let reader = [
            ReaderEvent::Inserted {
                card: "card".into(),
                profile: some(),
            },
            ReaderEvent::Removed { why: "why".into() },
            ReaderEvent::RivalCame {
                hold: "hold".into(),
            },
            ReaderEvent::Hung {
                call: "call".into(),
                context: 1,
            },
        ];
        let others = [
            What::Step(Step {
                id: 1,
                action: "action".into(),
                value: some(),
                line: None,
            }),
            What::Pcsc(PcscEvent {
                call: "call".into(),
                rv: "rv".into(),
                detail: some(),
                context: 1,
                has_waited: false,
            }),
            What::Card(CardEvent {
                card: "card".into(),
                header: "header".into(),
                name: "name".into(),
                application: some(),
                file: some(),
                data: some(),
                answer: some(),
                sw: Some("sw".into()),
                fault: some(),
                n: 1,
            }),
            What::Tls(TlsEvent {
                connection: 1,
                server: "server".into(),
                outcome: "outcome".into(),
                resumed: false,
                began: None,
            }),
            What::Proxy(ProxyEvent {
                host: "host".into(),
                allowed: false,
            }),
            What::Outside(OutsideEvent {
                host: "host".into(),
                port: None,
                over: "over".into(),
            }),
            What::Operator(OperatorEvent {
                done: true,
                rule: "rule".into(),
                basis: vec!["basis".into()],
            }),
            What::Request(HttpRequest {
                exchange: 1,
                connection: 1,
                operation: some(),
                method: "method".into(),
                path: "path".into(),
                terminal: some(),
                fields: fields(),
                fault: Some("fault".into()),
                posted: Some(Box::new(Posted {
                    form: "form".into(),
                    len: 1,
                    of: None,
                    at: None,
                })),
            }),
            What::Answer(Box::new(HttpAnswer {
                exchange: 1,
                status: 200,
                decision: "decision".into(),
                rule: "rule".into(),
                basis: vec!["basis".into()],
                fields: fields(),
                retry_after: None,
                fault: Some("fault".into()),
            })),
            What::Leak(Leak {
                class: "class".into(),
                place: "place".into(),
                offset: 0,
            }),
            What::Unsearched(Unsearched {
                place: "place".into(),
                why: "why".into(),
            }),
            What::Exit(Exit {
                code: None,
                why: some(),
                last_words: some(),
            }),
        ];
        let client = client.into_iter().map(What::Client);
        let reader = reader.into_iter().map(What::Reader);
        client.chain(reader).chain(others).collect()
    }

    /// Every text in a JSON value, names of maps too, replaced by another one at a time.
    fn planted(value: &Value, text: &str) -> Vec<Value> {
        match value {
            Value::String(_) => vec![text.into()],
            Value::Array(items) => (0..items.len())
                .flat_map(|i| {
                    planted(&items[i], text).into_iter().map(move |planted| {
                        let mut items = items.clone();
                        items[i] = planted;
                        Value::Array(items)
                    })
                })
                .collect(),
            Value::Object(fields) => {
                let mut all = Vec::new();
                for (name, field) in fields {
                    for planted in planted(field, text) {
                        let mut fields = fields.clone();
                        fields.insert(name.clone(), planted);
                        all.push(Value::Object(fields));
                    }
                    let mut fields = fields.clone();
                    let field = fields.remove(name).unwrap_or_default();
                    fields.insert(text.to_owned(), field);
                    all.push(Value::Object(fields));
                }
                all
            }
            _ => Vec::new(),
        }
    }

    #[test]
    fn no_text_of_any_event_passes_with_a_secret() {
        let gate = gate();
        let mut count = 0;
        for event in events() {
            let json = serde_json::to_value(&event).unwrap();
            for secret in [SECRET, NUMBER, "PIN: 1234", "my 9900 0000 0012."] {
                for planted in planted(&json, secret) {
                    // what is no event any more has the name of a field replaced
                    let Ok(event) = serde_json::from_value::<What>(planted) else {
                        continue;
                    };
                    let (event, _) = gate.pass(Untrusted::new(event));
                    let stored = serde_json::to_string(&event).unwrap();
                    assert!(!stored.contains(secret), "{stored}");
                    count += 1;
                }
            }
        }
        assert!(200 < count, "{count}");
    }

    #[test]
    fn a_client_introduces_itself_without_secrets() {
        let text = || SECRET.to_owned();
        let words: OwnWords = serde_json::from_value(serde_json::json!({
            "screens": { SECRET: [SECRET] }, "buttons": { SECRET: SECRET },
            "sections": { SECRET: SECRET }, "labels": { SECRET: SECRET },
            "values": { SECRET: SECRET }, "other": [SECRET],
        }))
        .unwrap();
        let header = Header {
            madoguchi_trace: 1,
            tool: String::new(),
            profile: ProfileNote {
                name: String::new(),
                assumptions: Vec::new(),
            },
            scenario: String::new(),
            resolved: Value::Null,
            seed: 0,
            at: String::new(),
            client: Some(ClientNote {
                name: text(),
                version: text(),
                depth: Depth::L3,
            }),
            channels: Vec::new(),
            sight: Some(Sight {
                binding: Binding::Attended,
                screens: vec![Readable {
                    title: Some(text()),
                    number: Some(text()),
                    numbered: false,
                    fields: vec![text()],
                    buttons: vec![text()],
                }],
            }),
            words,
            rules: None,
        };
        let stored = serde_json::to_string(&gate().header(header)).unwrap();
        assert!(!stored.contains(SECRET), "{stored}");
    }

    fn asked(path: &str, operation: Option<&str>) -> HttpRequest {
        HttpRequest {
            exchange: 1,
            connection: 1,
            operation: operation.map(Text::from),
            method: "POST".into(),
            path: path.into(),
            terminal: None,
            fields: madoguchi_trace::Fields::default(),
            fault: None,
            posted: None,
        }
    }

    fn classes(told: &HttpRequest, sent: &Sent) -> Vec<String> {
        let leaks = gate().noticed_in(told, sent);
        let class = |leak: &Leak| format!("{} in {}", leak.class, leak.place);
        leaks.iter().map(class).collect()
    }

    fn header(name: &str, value: &str) -> Sent {
        Sent {
            headers: vec![(name.to_owned(), value.to_owned())],
            ..Sent::default()
        }
    }

    #[test]
    fn a_secret_is_noticed_wherever_a_request_can_hold_it() {
        let plain = asked("/x", None);
        for (value, class) in [
            ("1234", "auth-pin"),
            ("１２３４", "auth-pin"),
            ("1 2 3 4", "auth-pin"),
            ("MTIzNA==", "auth-pin"),
            ("pin=1234; a=b", "auth-pin"),
            ("Basic c2hpa2VuMDE6MTIzNA==", "auth-pin"),
            ("31323334", "auth-pin"),
            ("00200080 04 31323334", "auth-pin"),
            ("Basic c2hpa2VuMDE6VEVTVC1vbmx5LTE=", "password"),
            ("9900-0000-0012", "personal-number"),
        ] {
            let found = classes(&plain, &header("X-Any", value));
            assert_eq!(
                found,
                [format!("{class} in request-header:x-any")],
                "{value}"
            );
            let query = Sent {
                query: Some(format!("a=b&c={}", value.replace(['=', '&'], "%3D"))),
                ..Sent::default()
            };
            let found = classes(&plain, &query);
            assert_eq!(found, [format!("{class} in request-query:/x")], "{value}");
            let body = serde_json::json!({ "a": [value] });
            let body = Sent {
                body: serde_json::to_vec(&body).unwrap(),
                ..Sent::default()
            };
            let found = classes(&plain, &body);
            assert_eq!(found, [format!("{class} in request:/x")], "{value}");
            let named = serde_json::json!({ value: true });
            let named = Sent {
                body: serde_json::to_vec(&named).unwrap(),
                ..Sent::default()
            };
            assert_eq!(classes(&plain, &named).len(), 1, "{value}");
        }
        for path in ["/pin/1234", "/x/%31%32%33%34", "/x/MTIzNA"] {
            let found = classes(&asked(path, None), &Sent::default());
            assert_eq!(found, ["auth-pin in request-path"], "{path}");
        }
    }

    #[test]
    fn a_login_has_its_password_and_nothing_else_has() {
        let body = Sent {
            body: br#"{"password":"TEST-only-1"}"#.to_vec(),
            ..Sent::default()
        };
        assert!(classes(&asked("/login", Some("login")), &body).is_empty());
        assert_eq!(classes(&asked("/x", Some("history")), &body).len(), 1);
        // a wire may have it in a header, and none in an address
        let basic = header("Authorization", "Basic c2hpa2VuMDE6VEVTVC1vbmx5LTE=");
        assert!(classes(&asked("/login", Some("login")), &basic).is_empty());
        let query = Sent {
            query: Some("password=TEST-only-1".into()),
            ..Sent::default()
        };
        assert_eq!(classes(&asked("/login", Some("login")), &query).len(), 1);
    }

    #[test]
    fn a_session_has_its_token_in_its_requests_and_nowhere_else() {
        let token = "3f".repeat(32);
        let gate = gate();
        gate.secrets
            .give(Canary::new(SecretClass::SessionToken, token.as_str()));
        let bearer = header("Authorization", &format!("Bearer {token}"));
        let noticed = |told: &HttpRequest, sent: &Sent| gate.noticed_in(told, sent).len();
        assert_eq!(noticed(&asked("/x", Some("history")), &bearer), 0);
        assert_eq!(noticed(&asked("/x", None), &bearer), 1);
        assert_eq!(noticed(&asked("/x", Some("login")), &bearer), 1);
        let query = Sent {
            query: Some(format!("session={token}")),
            ..Sent::default()
        };
        assert_eq!(noticed(&asked("/x", Some("history")), &query), 1);
        let shown = ClientEvent::Error {
            n: 1,
            text: format!("session {token} has ended").into(),
        };
        let (shown, leaks) = gate.pass(Untrusted::new(What::Client(shown)));
        assert_eq!(leaks.len(), 1);
        let stored = serde_json::to_string(&*shown).unwrap();
        assert!(stored.contains("session <session-token> has ended"));
    }

    #[test]
    fn numbers_of_a_request_are_no_pin() {
        let plain = asked("/v1234/x-1234", None);
        for (name, value) in [
            ("Content-Length", "1234"),
            ("Host", "127.0.0.1:1234"),
            ("User-Agent", "app/1234 (build 1234)"),
            ("X-Request-Id", "20251234-1234-5678"),
            ("X-Time", "12:34"),
            ("X-Name", "E-1234"),
        ] {
            let found = classes(&plain, &header(name, value));
            assert!(found.is_empty(), "{name}: {value}: {found:?}");
        }
        let body = br#"{"id":"991234","tel":"0120-1234-567","number":12345,"memo":"room 1234"}"#;
        let body = Sent {
            body: body.to_vec(),
            query: Some("size=12345&from=2025-12-34".into()),
            ..Sent::default()
        };
        assert!(classes(&plain, &body).is_empty());
    }

    #[test]
    fn a_name_that_is_looked_up_can_tell_a_secret() {
        let what = What::Outside(OutsideEvent {
            host: "1234.collector.test".into(),
            port: None,
            over: "dns".into(),
        });
        let (what, leaks) = gate().pass(Untrusted::new(what));
        assert_eq!(leaks.len(), 1);
        let What::Outside(sought) = &*what else {
            unreachable!("it was one")
        };
        assert_eq!(sought.host, "<auth-pin>.collector.test");
    }
}
