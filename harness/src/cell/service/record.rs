//! What is recorded of those who reach the service, or want to reach another host.

use std::collections::BTreeMap;
use std::sync::Arc;

use madoguchi_eligibility::{Field, Request};
use madoguchi_fixtures::Issued;
use madoguchi_registry::basis;
use madoguchi_scenarios::ServerCertificate;
use madoguchi_trace::{
    EARLIER_SESSION, Fields, Handshake, HttpAnswer, HttpRequest, NOT_ASKED, Posted, ProxyEvent,
    SecretClass, Text, TlsEvent, What, Word,
};
use madoguchi_web::{AnswerNote, Observer, ProxyObserver, RequestNote, TlsNote, TlsOutcome};
use parking_lot::Mutex;

use super::super::canary::{Canaries, Canary};
use super::super::gate::{Sent, Untrusted};
use super::super::sequencer::{Observed, Sequencer};
use super::posted::posted;

/// Records whom clients want to reach.
pub(super) struct ProxyRecorder(pub(super) Arc<Sequencer>);

impl ProxyObserver for ProxyRecorder {
    fn asked(&self, host: &str, _: u16, allowed: bool) {
        self.0.tell(What::Proxy(ProxyEvent {
            host: host.into(),
            allowed,
        }));
    }
}

/// What a rule rests on, as a trace stores it.
pub(super) fn basis_of(rule: &str) -> Vec<Text> {
    basis(rule).iter().copied().map(Text::from).collect()
}

/// Fields as a trace stores them.
pub(super) fn texts(fields: BTreeMap<String, String>) -> Fields {
    let texts = fields.into_iter();
    texts
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// Records TLS handshakes, requests and answers.
pub(super) struct WebRecorder {
    sequencer: Arc<Sequencer>,
    server: ServerCertificate,
    /// Whose 利用者証明用電子証明書 this is, by DER.
    certificates: BTreeMap<Vec<u8>, String>,
    terminals: Mutex<Vec<Vec<u8>>>,
    /// When the handshakes began that have not ended, by connection.
    handshakes: Mutex<BTreeMap<u32, u64>>,
    /// The tokens of the sessions whose opening reached the client, in order.
    sessions: Mutex<Vec<String>>,
    /// The secrets of the cell; what the service gives is one more.
    secrets: Canaries,
}

impl WebRecorder {
    /// Records what a service that shows this certificate is asked, and knows whose cards these are.
    pub(super) fn new(
        sequencer: &Arc<Sequencer>,
        server: ServerCertificate,
        issued: &[Issued],
        secrets: Canaries,
    ) -> Self {
        let holder = |person: &Issued| (person.certificate.der.clone(), person.persona.to_owned());
        Self {
            sequencer: sequencer.clone(),
            server,
            certificates: issued.iter().map(holder).collect(),
            terminals: Mutex::default(),
            handshakes: Mutex::default(),
            sessions: Mutex::default(),
            secrets,
        }
    }

    /// The role of a terminal's certificate: `terminal#1` for the first that was seen.
    fn terminal(&self, certificate: &[u8]) -> String {
        let mut seen = self.terminals.lock();
        let ordinal = seen
            .iter()
            .position(|known| known == certificate)
            .unwrap_or_else(|| {
                seen.push(certificate.to_vec());
                seen.len() - 1
            });
        format!("terminal#{}", ordinal + 1)
    }

    /// Whether the session of this token was opened before another one.
    fn is_earlier(&self, token: &str) -> bool {
        let sessions = self.sessions.lock();
        let known = sessions.iter().rposition(|known| known == token);
        known.is_some_and(|at| at + 1 < sessions.len())
    }

    /// What stands in the place of a certificate that is on none of the cards.
    fn posted(&self, request: &Request) -> Option<Box<Posted>> {
        let der = request.fields.bytes(Field::Certificate)?;
        let is_known = self.certificates.contains_key(der);
        (!is_known).then(|| Box::new(posted(&self.certificates, der)))
    }

    /// The fields of a request as a trace may store them; a certificate as its role, those of the
    /// i-th unit of an 一括照会 as `items.i.name`.
    fn fields(&self, request: &Request) -> Fields {
        let mut fields = request.fields.traced();
        if let Some(der) = request.fields.bytes(Field::Certificate) {
            let holder = self.certificates.get(der).map_or("unknown", String::as_str);
            fields.insert(
                Field::Certificate.name().into(),
                format!("auth-certificate:{holder}"),
            );
        }
        if request
            .fields
            .text(Field::SessionToken)
            .is_some_and(|token| self.is_earlier(token))
        {
            fields.insert(Field::SessionToken.name().into(), EARLIER_SESSION.into());
        }
        for (i, unit) in request.items.iter().enumerate() {
            let traced = unit.traced().into_iter();
            fields.extend(traced.map(|(name, value)| (format!("items.{i}.{name}"), value)));
        }
        texts(fields)
    }
}

impl Observer for WebRecorder {
    fn handshake_begins(&self, connection: u32) {
        let now = self.sequencer.now();
        self.handshakes.lock().insert(connection, now);
    }

    fn tls(&self, note: TlsNote) {
        let outcome = match note.outcome {
            TlsOutcome::Completed => Handshake::Completed.name().into(),
            TlsOutcome::Failed(why) => why.into(),
        };
        self.sequencer.tell(What::Tls(TlsEvent {
            connection: note.connection,
            server: note.instead.unwrap_or(self.server.name()).into(),
            outcome,
            resumed: note.resumed,
            began: self.handshakes.lock().remove(&note.connection),
        }));
    }

    fn request(&self, note: RequestNote<'_>) {
        let told = HttpRequest {
            exchange: note.exchange,
            connection: note.connection,
            operation: note.operation.map(|operation| operation.name().into()),
            method: note.http.method.as_str().into(),
            path: note.http.path.as_str().into(),
            terminal: note
                .terminal
                .map(|certificate| self.terminal(certificate).into()),
            fields: note
                .request
                .map(|request| self.fields(request))
                .unwrap_or_default(),
            fault: note.fault.map(Word::from),
            posted: note.request.and_then(|request| self.posted(request)),
        };
        self.sequencer.stamp(Observed::Request {
            told: Untrusted::new(told),
            sent: Sent {
                headers: note.http.headers.clone(),
                query: note.query.map(str::to_owned),
                body: note.http.body.clone(),
            },
        });
        if note.is_kept_waiting {
            self.sequencer.keep_waiting();
        }
    }

    fn answer(&self, note: AnswerNote<'_>) {
        let token = note
            .answer
            .and_then(|answer| answer.fields.text(Field::SessionToken));
        if let Some(token) = token {
            self.secrets
                .give(Canary::new(SecretClass::SessionToken, token));
        }
        let told = HttpAnswer {
            exchange: note.exchange,
            status: note.status,
            decision: note.answer.map_or(NOT_ASKED.into(), |answer| {
                answer.decision.to_string().into()
            }),
            rule: note.answer.map_or("not-asked", |answer| answer.rule).into(),
            basis: note
                .answer
                .map(|answer| basis_of(answer.rule))
                .unwrap_or_default(),
            fields: note
                .answer
                .map(|answer| texts(answer.traced()))
                .unwrap_or_default(),
            retry_after: note.retry_after,
            fault: note.fault.map(Word::from),
        };
        if let Some(token) = token.filter(|_| told.arrived()) {
            self.sessions.lock().push(token.to_owned());
        }
        self.sequencer.tell(What::Answer(Box::new(told)));
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_judge::signature_fault;
    use madoguchi_registry::rules;

    #[test]
    fn whatever_is_found_of_a_signature_has_words() {
        let found = rules().iter().map(|(rule, _)| *rule);
        let found = found.filter(|rule| rule.starts_with("signature-"));
        for rule in found.filter(|rule| *rule != "signature-wrong") {
            assert!(signature_fault(rule).is_some(), "{rule}");
        }
    }
}
