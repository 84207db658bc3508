//! How a cell comes into being: first what a client connects to, then who is in it.

use std::sync::Arc;

use madoguchi_card::Profile as CardProfile;
use madoguchi_fixtures::{Issued, Persona};
use madoguchi_reader::Interface;
use madoguchi_registry::Terminal;
use madoguchi_scenarios::{Scenario, TerminalState};
use madoguchi_web::{Listening, Proxy};
use parking_lot::Mutex;

use super::{Setting, World, WorldTrouble};
use crate::cell::clock::{CellTimer, ScenarioClock};
use crate::cell::folder::{Env, Folder};
use crate::cell::holder;
use crate::cell::insurance::InsuranceCards;
use crate::cell::patients::Patients;
use crate::cell::reader::{CellReader, ReaderSetup};
use crate::cell::recorder::Recorder;
use crate::cell::sequencer::Sequencer;
use crate::cell::service::FolderService;
use crate::cell::staff::Staff;
use crate::cell::table::Table;
use crate::cell::{service, staff};
use crate::cli::DEFAULT_PROFILE;

/// What a client of a cell connects to, before it is known who is in the cell.
pub(super) struct Site<'a> {
    setting: &'a Setting<'a>,
    /// Of the card that the scenario is about.
    profile: CardProfile,
    reader: CellReader,
    proxy: Option<Proxy>,
    listening: Listening,
    terminal: Option<Terminal>,
    folder: Folder,
    clock: Arc<ScenarioClock>,
    timer: Arc<CellTimer>,
    recorder: Arc<Recorder>,
    sequencer: Arc<Sequencer>,
}

impl<'a> Site<'a> {
    /// Opens the reader and an address for the service, and writes what a client is handed.
    pub(super) fn open(
        setting: &'a Setting<'a>,
        profile: CardProfile,
        clock: Arc<ScenarioClock>,
        sequencer: Arc<Sequencer>,
    ) -> Result<Self, WorldTrouble> {
        let mut folder = Folder::create().map_err(WorldTrouble::Folder)?;
        let terminal = hand_over(setting, &mut folder)?;
        let given = &setting.scenario.given;
        let meets = if profile.atr.is_contactless() {
            Interface::Contactless
        } else {
            Interface::Contact
        };
        let recorder = Arc::new(Recorder::new(sequencer.clone()));
        let timer = Arc::new(CellTimer::new());
        let setup = ReaderSetup {
            socket: &folder.path().join("pcscd.comm"),
            given: &given.reader,
            is_named: !setting.scenario.when.iter().any(|act| act.renames_reader()),
            meets,
            tap: recorder.clone(),
            clock: timer.clone(),
            seed: setting.seed,
        };
        let reader = CellReader::open(setting.route, setup).map_err(WorldTrouble::Reader)?;
        let listening = Listening::at(setting.reach.bind).map_err(WorldTrouble::Service)?;
        let service = listening.address();
        let is_own = given.service.proxy || setting.reach.proxy;
        let wants_proxy = is_own || given.service.other_proxy;
        let proxy = wants_proxy
            .then(|| service::open_proxy(setting, service, &sequencer))
            .transpose()
            .map_err(WorldTrouble::Service)?;
        let port = service.port();
        let url = match &given.service {
            way if way.proxy => setting.reach.url_by_proxy(port),
            way if way.by_name => setting.reach.url_by_name(port),
            _ => setting.reach.url(port),
        };
        let env = &mut folder.env;
        let found = reader.env().into_iter();
        env.extend(found.map(|(name, value)| (name, value.into())));
        if let Some(exchange) = &setting.exchange {
            env.insert("MADOGUCHI_FOLDER", exchange.folder.clone().into());
        }
        env.extend([
            ("MADOGUCHI_CONTRACT", "1".into()),
            ("MADOGUCHI_PROFILE", setting.web_profile().name().into()),
            ("MADOGUCHI_URL", url.into()),
        ]);
        if setting.web_profile().name() != DEFAULT_PROFILE {
            let document = setting.web_profile().openapi().to_string();
            folder
                .hand_over("MADOGUCHI_OPENAPI", "openapi.json", &document)
                .map_err(WorldTrouble::Folder)?;
        }
        if let Some(proxy) = &proxy {
            let env = &mut folder.env;
            let url = setting.reach.proxy_url(proxy.address().port());
            let names: &[&'static str] = if is_own {
                &["MADOGUCHI_PROXY", "HTTPS_PROXY"]
            } else {
                &["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]
            };
            env.extend(names.iter().map(|name| (*name, url.clone().into())));
        }
        Ok(Self {
            setting,
            profile,
            reader,
            proxy,
            listening,
            terminal,
            folder,
            clock,
            timer,
            recorder,
            sequencer,
        })
    }

    /// What a client finds in its environment.
    pub(super) const fn env(&self) -> &Env {
        &self.folder.env
    }

    /// Lays these persons' cards on the table, opens the registry and serves.
    pub(super) fn furnish(self, issued: &[Issued]) -> Result<World, WorldTrouble> {
        let Self {
            setting,
            profile,
            reader,
            proxy,
            listening,
            terminal,
            folder,
            clock,
            timer,
            recorder,
            sequencer,
        } = self;
        let table = table(setting, issued, profile)?;
        let registry =
            service::registry(setting, issued, terminal, &clock).map_err(WorldTrouble::Store)?;
        let exchange = match &setting.exchange {
            None => None,
            Some(exchange) => {
                let open = FolderService::open(exchange, registry.clone(), issued, &sequencer);
                let (console, watch) =
                    open.map_err(|(path, error)| WorldTrouble::Exchange(path, error))?;
                registry.tell(&console);
                Some((console, watch))
            }
        };
        let canaries = holder::canaries(issued, &setting.scenario.personas());
        let served = registry.clone();
        let web = service::open(
            setting,
            listening,
            issued,
            served,
            timer.clone(),
            &sequencer,
            &canaries,
        )
        .map_err(WorldTrouble::Service)?;
        Ok(World {
            rival: Mutex::default(),
            reader,
            _proxy: proxy,
            web,
            exchange,
            registry,
            staff: Mutex::new(Staff::usual()),
            table: Mutex::new(table),
            clock,
            timer,
            recorder,
            sequencer,
            own_card: setting.scenario.given.persona.to_string(),
            insurance: InsuranceCards::of(issued),
            canaries,
            patients: Patients::of(issued),
            issued: (setting.scenario.given.card.policies, setting.at),
            folder,
        })
    }
}

/// The cards of these persons.
fn table(
    setting: &Setting<'_>,
    issued: &[Issued],
    profile: CardProfile,
) -> Result<Table, WorldTrouble> {
    let given = &setting.scenario.given;
    let faults = given.reader.faults.clone();
    Table::new(issued, &given.persona, profile, faults, setting.seed).map_err(WorldTrouble::Card)
}

/// Of which kind the card is that the scenario is about: as it says, else as its persona's.
pub(super) fn card_profile(
    scenario: &Scenario,
    own: &Persona,
) -> Result<CardProfile, WorldTrouble> {
    let given = scenario.given.card.profile.as_deref();
    let name = given.map_or(own.card_profile(), String::as_str);
    CardProfile::named(name)
        .ok_or_else(|| WorldTrouble::Given(format!("unknown card profile \"{name}\"")))
}

/// Gives the client the root to trust and, where its terminal was activated before, key and
/// certificate of the terminal, which the service then knows.
fn hand_over(setting: &Setting<'_>, folder: &mut Folder) -> Result<Option<Terminal>, WorldTrouble> {
    let authorities = &setting.authorities;
    folder
        .hand_over("MADOGUCHI_CA_FILE", "ca.pem", &authorities.root_pem())
        .map_err(WorldTrouble::Folder)?;
    if setting.scenario.given.terminal == TerminalState::Fresh {
        return Ok(None);
    }
    // A world that is kept has had others of the name.
    let openings = setting.staging.as_ref().map_or(1, |world| world.openings());
    let id = match openings {
        1 => "terminal-activated-before".to_owned(),
        _ => format!("terminal-activated-before-{openings}"),
    };
    let identity = authorities.terminal(&id).map_err(WorldTrouble::Pki)?;
    folder
        .hand_over(
            "MADOGUCHI_CERT_FILE",
            "terminal.pem",
            &identity.certificate_pem(),
        )
        .and_then(|()| {
            let key = identity.key_pem();
            folder.hand_over("MADOGUCHI_KEY_FILE", "terminal.key", key.expose())
        })
        .map_err(WorldTrouble::Folder)?;
    if setting.scenario.given.terminal == TerminalState::Unknown {
        return Ok(None);
    }
    Ok(Some(Terminal {
        kind: setting.scenario.given.facility.terminal,
        ..Terminal::new(id, staff::facility_code(), identity.certificate)
    }))
}
