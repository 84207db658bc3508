//! The service's side of a cell: the registry behind the web server, and what is recorded of it.

mod folder;
mod posted;
mod record;
mod truth;

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock, Weak};

use jiff::Timestamp;
use madoguchi_eligibility::{Answer, Decision, Operation, Request};
use madoguchi_fixtures::Issued;
use madoguchi_notation::Offset;
use madoguchi_registry::{Context, Registry, Terminal};
use madoguchi_web::{Backend, Identity, Limits, Listening, Proxy, WebConfig, WebServer};
use madoguchi_wire::{self as wire, HttpReply, Profile};
use parking_lot::Mutex;

pub(crate) use folder::FolderService;

use self::record::{ProxyRecorder, WebRecorder};
use self::truth::truth;
use super::authority::{Authorities, TerminalDesk};
use super::canary::Canaries;
use super::clock::{CellTimer, ScenarioClock};
use super::contract;
use super::publication::Publication;
use super::sequencer::Sequencer;
use super::web_fault;
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
) -> Result<Arc<RegistryService>, StoreTrouble> {
    let truth = truth(issued, terminal, setting);
    let (registry, seed) = match &setting.staging {
        None => (Registry::new(truth), setting.seed),
        Some(staging) => (staging.registry(truth)?, staging.seed(setting.seed)),
    };
    Ok(Arc::new(RegistryService {
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
        activated: AtomicBool::new(false),
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
    registry: Arc<RegistryService>,
    timer: Arc<CellTimer>,
    sequencer: &Arc<Sequencer>,
    secrets: &Canaries,
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
    config.faults = web_fault::faults(&service.faults, setting.seed);
    let recorder = WebRecorder::new(sequencer, service.certificate, issued, secrets.clone());
    WebServer::serve(
        &setting.runtime,
        listening,
        config,
        registry,
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

/// Decides by asking the registry, in the service's time: scenario time, unless the scenario says
/// that the service's clock is off.
pub(crate) struct RegistryService {
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
    folder: OnceLock<Weak<FolderService>>,
    /// Whether a terminal was activated in this cell.
    activated: AtomicBool,
}

struct State {
    registry: Registry,
    entropy: Entropy,
}

impl Backend for RegistryService {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        let answer = self.ask(&request, terminal.as_deref());
        if request.operation == Operation::FirstLogin && answer.decision == Decision::Ok {
            self.activated.store(true, Ordering::Relaxed);
        }
        let by_card = matches!(
            request.operation,
            Operation::EligibilityByCertificate | Operation::EligibilityBySignature
        );
        let folder = self.folder.get().and_then(Weak::upgrade);
        if let Some(folder) = folder.filter(|_| by_card && answer.decision.delivers()) {
            // The client has its answer; the folder is its owner's business.
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

impl RegistryService {
    /// Tells the 資格確認端末 of every check of a card from now on.
    pub(crate) fn tell(&self, folder: &Arc<FolderService>) {
        // Set once, by the cell that opens the folder.
        let _ = self.folder.set(Arc::downgrade(folder));
    }

    /// Whether a terminal was activated in this cell.
    pub(crate) fn has_activated(&self) -> bool {
        self.activated.load(Ordering::Relaxed)
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
        let mut state = self.state.lock();
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
