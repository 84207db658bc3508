//! The service's side of a cell: the registry behind the web server, and what is recorded of it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use madoguchi_conformance::trace::{HttpAnswer, HttpRequest, TlsEvent, What};
use madoguchi_eligibility::{Answer, Field, Request};
use madoguchi_registry::{Context, Registry};
use madoguchi_scenarios::ServerCertificate;
use madoguchi_web::{AnswerNote, Backend, Observer, RequestNote, TlsNote, TlsOutcome};

use super::authority::{Authorities, TerminalDesk};
use super::clock::ScenarioClock;
use super::sequencer::{Observed, Sequencer};
use crate::entropy::Entropy;

/// Decides by asking the registry, in scenario time.
pub(crate) struct RegistryDesk {
    state: Mutex<State>,
    authorities: Arc<Authorities>,
    clock: Arc<ScenarioClock>,
}

struct State {
    registry: Registry,
    entropy: Entropy,
}

impl RegistryDesk {
    pub(crate) fn new(
        registry: Registry,
        entropy: Entropy,
        authorities: Arc<Authorities>,
        clock: Arc<ScenarioClock>,
    ) -> Self {
        let state = State { registry, entropy };
        Self {
            state: Mutex::new(state),
            authorities,
            clock,
        }
    }
}

impl Backend for RegistryDesk {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        let context = Context {
            now: self.clock.now(),
            terminal: terminal.as_deref(),
        };
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { registry, entropy } = &mut *state;
        registry.decide(
            &request,
            &context,
            &mut TerminalDesk(&self.authorities),
            entropy,
        )
    }
}

/// Records TLS handshakes, requests and answers.
pub(crate) struct WebRecorder {
    sequencer: Arc<Sequencer>,
    server: ServerCertificate,
    /// Whose 利用者証明用電子証明書 this is, by DER.
    certificates: BTreeMap<Vec<u8>, String>,
    terminals: Mutex<Vec<Vec<u8>>>,
}

impl WebRecorder {
    pub(crate) fn new(
        sequencer: Arc<Sequencer>,
        server: ServerCertificate,
        certificates: BTreeMap<Vec<u8>, String>,
    ) -> Self {
        Self {
            sequencer,
            server,
            certificates,
            terminals: Mutex::default(),
        }
    }

    /// The role of a terminal's certificate: `terminal#1` for the first that was seen.
    fn terminal(&self, certificate: &[u8]) -> String {
        let mut seen = self
            .terminals
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let ordinal = seen
            .iter()
            .position(|known| known == certificate)
            .unwrap_or_else(|| {
                seen.push(certificate.to_vec());
                seen.len() - 1
            });
        format!("terminal#{}", ordinal + 1)
    }

    /// The fields of a request as a trace may store them; a certificate as its role.
    fn fields(&self, request: &Request) -> BTreeMap<String, String> {
        let mut fields = request.fields.traced();
        if let Some(der) = request.fields.bytes(Field::Certificate) {
            let holder = self.certificates.get(der).map_or("unknown", String::as_str);
            fields.insert(
                Field::Certificate.name().into(),
                format!("auth-certificate:{holder}"),
            );
        }
        fields
    }
}

impl Observer for WebRecorder {
    fn tls(&self, note: TlsNote) {
        let outcome = match note.outcome {
            TlsOutcome::Completed => "completed".to_owned(),
            TlsOutcome::Failed(why) => why,
        };
        self.sequencer.tell(What::Tls(TlsEvent {
            connection: note.connection,
            server: self.server.name().to_owned(),
            outcome,
        }));
    }

    fn request(&self, note: RequestNote<'_>) {
        let told = HttpRequest {
            exchange: note.exchange,
            connection: note.connection,
            operation: note.operation.map(|operation| operation.name().to_owned()),
            method: note.http.method.clone(),
            path: note.http.path.clone(),
            terminal: note.terminal.map(|certificate| self.terminal(certificate)),
            fields: note
                .request
                .map(|request| self.fields(request))
                .unwrap_or_default(),
        };
        self.sequencer.stamp(Observed::Request {
            told,
            body: note.http.body.clone(),
        });
    }

    fn answer(&self, note: AnswerNote<'_>) {
        self.sequencer.tell(What::Answer(HttpAnswer {
            exchange: note.exchange,
            status: note.status,
            decision: note.answer.decision.to_string(),
            rule: note.answer.rule.to_owned(),
            fields: note.answer.traced(),
            fault: note.fault.map(str::to_owned),
        }));
    }
}
