//! The service's side of a cell: the registry behind the web server, and what is recorded of it.

mod folder;

use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use jiff::Timestamp;
use madoguchi_conformance::trace::{
    Fields, HttpAnswer, HttpRequest, NOT_ASKED, ProxyEvent, Text, TlsEvent, What,
};
use madoguchi_eligibility::{
    Answer, CareCategory, ConsentEndReason, Decision, Field, Operation, Request, Rules,
};
use madoguchi_fixtures::Issued;
use madoguchi_notation::Offset;
use madoguchi_registry::{
    Bearer, CertificateRecord, CertificateState, Context, InstitutionConsent, Person, Registry,
    RevocationReason, Setup, Terminal, basis,
};
use madoguchi_scenarios::{Care, ConsentGiven, Decides, Ended, ServerCertificate};
use madoguchi_web::{
    AnswerNote, Backend, Identity, Limits, Listening, Observer, Proxy, ProxyObserver, RequestNote,
    TlsNote, TlsOutcome, WebConfig, WebServer,
};
use madoguchi_wire::{self as wire, HttpReply, Profile};

pub(crate) use folder::{Exchange, FolderDesk};

use super::authority::{Authorities, TerminalDesk};
use super::clock::{CellTimer, ScenarioClock};
use super::contract;
use super::publication::Publication;
use super::sequencer::{Observed, Sequencer};
use super::staff;
use super::weather;
use super::world::Setting;
use crate::entropy::{Consumer, Entropy, seeded};
use crate::staging::{NotStored, Staging, StoreTrouble};

/// The registry of a cell, behind everything that asks it.
///
/// # Errors
/// Where it is that of a world which is kept, and that cannot be read or added to.
pub(crate) fn registry(
    setting: &Setting<'_>,
    issued: &[Issued],
    terminal: Option<Terminal>,
    clock: &Arc<ScenarioClock>,
) -> Result<Arc<RegistryDesk>, StoreTrouble> {
    let truth = truth(issued, terminal, setting);
    let (registry, seed) = match &setting.staging {
        None => (Registry::new(truth), setting.seed),
        Some(staging) => (staging.registry(truth)?, staging.seed(setting.seed)),
    };
    Ok(Arc::new(RegistryDesk {
        state: Mutex::new(State {
            registry,
            entropy: seeded(seed, Consumer::Service),
        }),
        staging: setting.staging.clone(),
        authorities: setting.authorities.clone(),
        clock: clock.clone(),
        off: setting.scenario.given.service.clock,
        publication: Publication::new(issued, setting.at),
        profile: setting.web_profile(),
        folder: OnceLock::new(),
    }))
}

/// Serves who reaches the service of a cell.
///
/// # Errors
/// Where its certificate cannot be made or used.
pub(crate) fn open(
    setting: &Setting<'_>,
    listening: Listening,
    issued: &[Issued],
    desk: Arc<RegistryDesk>,
    timer: Arc<CellTimer>,
    sequencer: &Arc<Sequencer>,
) -> io::Result<WebServer> {
    let service = &setting.scenario.given.service;
    let shown = setting.authorities.server(service.certificate);
    let shown = shown.map_err(io::Error::other)?;
    let identity = Identity {
        chain: vec![shown.certificate.clone()],
        key: shown.key.clone(),
    };
    let terminal_ca = setting.authorities.terminal_ca().to_vec();
    let mut config = WebConfig::new(identity, terminal_ca, setting.web_profile(), timer);
    config.faults = weather::faults(&service.faults, setting.seed);
    let holder = |person: &Issued| (person.certificate.der.clone(), person.persona.to_owned());
    let recorder = WebRecorder {
        sequencer: sequencer.clone(),
        server: service.certificate,
        certificates: issued.iter().map(holder).collect(),
        terminals: Mutex::default(),
    };
    WebServer::serve(
        &setting.runtime,
        listening,
        config,
        desk,
        Arc::new(recorder),
    )
}

/// Opens the proxy to the service of a cell, on an address of the same kind.
///
/// # Errors
/// Where it cannot listen.
pub(crate) fn open_proxy(
    setting: &Setting<'_>,
    service: SocketAddr,
    sequencer: &Arc<Sequencer>,
) -> io::Result<Proxy> {
    let reached = match service.ip() {
        IpAddr::V4(v4) if v4.is_unspecified() => IpAddr::from(Ipv4Addr::LOCALHOST),
        IpAddr::V6(v6) if v6.is_unspecified() => IpAddr::from(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    Proxy::start(
        &setting.runtime,
        SocketAddr::new(service.ip(), 0),
        SocketAddr::new(reached, service.port()),
        Limits::default(),
        Arc::new(ProxyRecorder(sequencer.clone())),
    )
}

/// Records whom clients want to reach.
struct ProxyRecorder(Arc<Sequencer>);

impl ProxyObserver for ProxyRecorder {
    fn asked(&self, host: &str, _: u16, allowed: bool) {
        self.0.tell(What::Proxy(ProxyEvent {
            host: host.into(),
            allowed,
        }));
    }
}

/// What the registry knows of the facility and of the persons of the scenario.
fn truth(issued: &[Issued], terminal: Option<Terminal>, setting: &Setting<'_>) -> Setup {
    let given = &setting.scenario.given.facility;
    let persons = issued.iter().map(|person| Person {
        id: person.persona.to_owned(),
        registered: person.registered,
        insurance: person.insurance.clone(),
        assistance: person.assistance.clone(),
        withheld: setting.scenario.given.record.withheld
            && person.persona == setting.scenario.given.persona.as_str(),
    });
    let certificates = issued.iter().map(|person| CertificateRecord {
        der: person.certificate.der.clone(),
        public_key: person.certificate.public_key.clone(),
        person: person.persona.to_owned(),
        not_after: person.certificate.not_after,
        state: state(person.certificate.state),
        bearer: Bearer::Card,
    });
    Setup {
        facilities: vec![staff::facility(given)],
        codes: vec![staff::activation_code(setting.at, given)],
        terminals: terminal
            .into_iter()
            .chain(setting.exchange.as_ref().map(|_| folder::terminal()))
            .collect(),
        persons: persons.collect(),
        certificates: certificates.collect(),
        rules: rules(setting),
        institution_consents: consents(setting),
        ..Setup::default()
    }
}

/// The profile's rules, with what the scenario says of the service.
fn rules(setting: &Setting<'_>) -> Rules {
    let oldest_client = setting.scenario.given.service.oldest_client;
    let of_profile = setting.profile.rules();
    Rules {
        oldest_client: oldest_client.or(of_profile.oldest_client),
        ..of_profile.clone()
    }
}

/// Who designated the facility before the first step.
fn consents(setting: &Setting<'_>) -> Vec<InstitutionConsent> {
    let given = setting.scenario.given.consents.iter().enumerate();
    let consent = |(n, given): (usize, &ConsentGiven)| InstitutionConsent {
        id: format!("institution-consent-given-{}", n + 1),
        person: given.persona.to_string(),
        institution: if given.elsewhere {
            staff::another_facility_code()
        } else {
            staff::facility_code()
        },
        care: match given.care {
            Care::HomeVisit => CareCategory::HomeVisit,
            Care::Online => CareCategory::Online,
        },
        given_at: given.given.instant(setting.at),
        information: given.information == Decides::Agrees,
        ended: given.ended.map(|why| match why {
            Ended::Lapsed => ConsentEndReason::Lapsed,
            Ended::ByInstitution => ConsentEndReason::ByInstitution,
            Ended::ByPatient => ConsentEndReason::ByPatient,
            Ended::ChangeOfUse => ConsentEndReason::ChangeOfUse,
        }),
    };
    given.map(consent).collect()
}

const fn state(certificate: madoguchi_fixtures::CertificateState) -> CertificateState {
    use madoguchi_fixtures::CertificateState as Filed;
    match certificate {
        Filed::Active => CertificateState::Active,
        Filed::Renewed => CertificateState::Renewed,
        Filed::Suspended => CertificateState::Suspended,
        Filed::Revoked => CertificateState::Revoked(RevocationReason::Unspecified),
    }
}

/// Decides by asking the registry, in the service's time: scenario time, unless the scenario says
/// that the service's clock is off.
pub(crate) struct RegistryDesk {
    state: Mutex<State>,
    /// Where the registry is kept, if it is.
    staging: Option<Arc<Staging>>,
    authorities: Arc<Authorities>,
    clock: Arc<ScenarioClock>,
    off: Option<Offset>,
    publication: Publication,
    /// What the Webサービス speaks.
    profile: Arc<Profile>,
    /// The 資格確認端末 of the facility, which learns of every check of a card.
    folder: OnceLock<Weak<FolderDesk>>,
}

struct State {
    registry: Registry,
    entropy: Entropy,
}

impl Backend for RegistryDesk {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        let answer = self.ask(&request, terminal.as_deref());
        let by_card = matches!(
            request.operation,
            Operation::EligibilityByCertificate | Operation::EligibilityBySignature
        );
        let folder = self.folder.get().and_then(Weak::upgrade);
        if let Some(folder) = folder.filter(|_| by_card && answer.decision.delivers()) {
            // The client has its answer; the folder is the business of whoever owns it.
            if let Err(error) = folder.leave_face(&answer) {
                anstream::eprintln!("  ! face: {error}");
            }
        }
        answer
    }

    fn publication(&self, request: &wire::HttpRequest) -> Option<HttpReply> {
        let contract = contract::reply(&self.profile, request);
        contract.or_else(|| self.publication.reply(request, self.now()))
    }

    fn date(&self) -> Option<String> {
        self.off?;
        let shown = self.shown(Timestamp::now());
        // RFC 9110 §5.6.7: IMF-fixdate, always GMT.
        Some(shown.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string())
    }
}

impl RegistryDesk {
    /// Tells the 資格確認端末 of every check of a card from now on.
    pub(crate) fn tell(&self, folder: &Arc<FolderDesk>) {
        // Set once, by the cell that opens the folder.
        let _ = self.folder.set(Arc::downgrade(folder));
    }

    /// What the service's clock shows where another one shows `at`.
    fn shown(&self, at: Timestamp) -> Timestamp {
        self.off.map_or(at, |off| off.instant(at))
    }

    fn ask(&self, request: &Request, terminal: Option<&[u8]>) -> Answer {
        let context = Context {
            now: self.now(),
            terminal,
        };
        let decided = self.transact(|registry, entropy| {
            let mut issuer = TerminalDesk(&self.authorities);
            registry.decide(request, &context, &mut issuer, entropy)
        });
        decided.unwrap_or_else(|why| {
            anstream::eprintln!("  ! {why}");
            Answer::new(Decision::Outage, "change-not-kept")
        })
    }

    /// What time it is for the service.
    pub(crate) fn now(&self) -> Timestamp {
        self.shown(self.clock.now())
    }

    /// Lets `change` change the registry. Where the world is kept, the change is kept before this
    /// returns; where it cannot be, it never happened.
    ///
    /// # Errors
    /// The change could not be kept.
    pub(crate) fn transact<T>(
        &self,
        change: impl FnOnce(&mut Registry, &mut Entropy) -> T,
    ) -> Result<T, NotStored> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let State { registry, entropy } = &mut *state;
        let Some(staging) = &self.staging else {
            return Ok(change(registry, entropy));
        };
        // What one left behind that broke off in the middle.
        registry.undo();
        let done = change(registry, entropy);
        staging.keep(registry)?;
        Ok(done)
    }
}

/// What a rule rests on, as a trace stores it.
fn basis_of(rule: &str) -> Vec<Text> {
    basis(rule).iter().copied().map(Text::from).collect()
}

/// Fields as a trace stores them.
fn texts(fields: BTreeMap<String, String>) -> Fields {
    let texts = fields.into_iter();
    texts
        .map(|(name, value)| (name.into(), value.into()))
        .collect()
}

/// Records TLS handshakes, requests and answers.
struct WebRecorder {
    sequencer: Arc<Sequencer>,
    server: ServerCertificate,
    /// Whose 利用者証明用電子証明書 this is, by DER.
    certificates: BTreeMap<Vec<u8>, String>,
    terminals: Mutex<Vec<Vec<u8>>>,
}

impl WebRecorder {
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
        for (i, unit) in request.items.iter().enumerate() {
            let traced = unit.traced().into_iter();
            fields.extend(traced.map(|(name, value)| (format!("items.{i}.{name}"), value)));
        }
        texts(fields)
    }
}

impl Observer for WebRecorder {
    fn tls(&self, note: TlsNote) {
        let outcome = match note.outcome {
            TlsOutcome::Completed => "completed".into(),
            TlsOutcome::Failed(why) => why.into(),
        };
        self.sequencer.tell(What::Tls(TlsEvent {
            connection: note.connection,
            server: note.instead.unwrap_or(self.server.name()).into(),
            outcome,
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
            fault: note.fault.map(Text::from),
        };
        self.sequencer.stamp(Observed::Request {
            told,
            body: note.http.body.clone(),
        });
    }

    fn answer(&self, note: AnswerNote<'_>) {
        self.sequencer.tell(What::Answer(Box::new(HttpAnswer {
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
            fault: note.fault.map(Text::from),
        })));
    }
}
