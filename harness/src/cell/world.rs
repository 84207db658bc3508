//! One cell: one card after another, one reader socket, one service address, folders of its own.
//! Hundreds of them can run side by side, since they share nothing that changes.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use jiff::Timestamp;
use madoguchi_card::{IssueError, Profile as CardProfile, State};
use madoguchi_conformance::trace::{Leak, OperatorEvent, ReaderEvent, Step as Told, Text, What};
use madoguchi_eligibility::AssistanceRecord;
use madoguchi_fixtures::pki::PkiError;
use madoguchi_fixtures::{Issued, Persona, UnknownPersona, persona};
use madoguchi_iso7816::Atr;
use madoguchi_reader::{Interface, Plan, Rack, RackError, ReaderId, ReturnCode, Rival};
use madoguchi_registry::Terminal;
use madoguchi_scenarios::{
    Hold, Operate, Pin, ReaderFault, RecordGiven, Scenario, Slip, Span, TerminalState,
};
use madoguchi_terms::{Lang, Say};
use madoguchi_web::{Listening, Proxy, WebServer};
use madoguchi_wire::{Profile, Transport};
use tokio::runtime::Handle;

use super::authority::Authorities;
use super::berth::{Berth, Fittings, NoBerth, Route};
use super::canary::Canaries;
use super::clock::{CellTimer, ScenarioClock};
use super::exchange::Watch;
use super::folder::{Env, Folder, Unwritable};
use super::holder::{self, WRONG_PIN};
use super::insurance::InsuranceCards;
use super::mishap::{self, Faults};
use super::operators::{self, NotDone, Sheet};
use super::reach::Reach;
use super::recorder::Recorder;
use super::remains::Marks;
use super::sequencer::Sequencer;
use super::service::{Exchange, FolderDesk, RegistryDesk};
use super::staff::Staff;
use super::table::Table;
use super::{service, staff};
use crate::aside::join;
use crate::cli::DEFAULT_PROFILE;
use crate::staging::{Staging, StoreTrouble};

/// What a cell is made of.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) profile: Arc<Profile>,
    pub(crate) seed: u64,
    pub(crate) at: Timestamp,
    pub(crate) authorities: Arc<Authorities>,
    pub(crate) runtime: Handle,
    pub(crate) route: Route,
    pub(crate) reach: Reach,
    /// The exchange folders of a 資格確認端末, where there are any.
    pub(crate) exchange: Option<Exchange>,
    /// Where the registry is kept, if it outlives the cell.
    pub(crate) staging: Option<Arc<Staging>>,
}

impl Setting<'_> {
    /// What the Webサービス speaks: a profile of a folder leaves it what is usual.
    pub(crate) fn web_profile(&self) -> Arc<Profile> {
        if self.profile.transport() == Transport::Folder {
            let usual = Profile::builtin(DEFAULT_PROFILE);
            return usual.map_or_else(|| self.profile.clone(), Arc::new);
        }
        self.profile.clone()
    }
}

/// Why a cell could not be set up.
#[derive(Debug)]
pub(crate) enum WorldTrouble {
    Folder(Unwritable),
    Persona(UnknownPersona),
    Pki(PkiError),
    Card(IssueError),
    Berth(NoBerth),
    /// A fault or a card that nobody knows.
    Given(String),
    Service(std::io::Error),
    Exchange(PathBuf, std::io::Error),
    Store(StoreTrouble),
}

impl Say for WorldTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Folder(unwritable) => unwritable.text(lang),
            Self::Persona(unknown) => unknown.text(lang),
            Self::Pki(error) => lang.pick(
                format!("証明書を発行できません: {error}"),
                format!("cannot issue a certificate: {error}"),
            ),
            Self::Card(error) => lang.pick(
                format!("カードを発行できません: {error}"),
                format!("cannot issue a card: {error}"),
            ),
            Self::Berth(no_berth) => no_berth.text(lang),
            Self::Given(what) => lang.pick(
                format!("シナリオの given を用意できません: {what}"),
                format!("cannot set up what the scenario gives: {what}"),
            ),
            Self::Service(error) => lang.pick(
                format!("Webサービスを開けません: {error}"),
                format!("cannot open the service: {error}"),
            ),
            Self::Store(trouble) => trouble.text(lang),
            Self::Exchange(path, error) => {
                let path = path.display();
                lang.pick(
                    format!("連携フォルダー {path} を使えません: {error}\n  対処: --folder に書き込めるフォルダーを指定してください"),
                    format!("cannot use the exchange folder {path}: {error}\n  help: name a writable folder with --folder"),
                )
            }
        }
    }
}

/// A cell that is open.
pub(crate) struct World {
    // Dropped in this order: first what clients talk to, last the folder.
    rival: Mutex<Option<Rival>>,
    berth: Berth,
    _proxy: Option<Proxy>,
    _web: WebServer,
    exchange: Option<(Arc<FolderDesk>, Watch)>,
    desk: Arc<RegistryDesk>,
    staff: Mutex<Staff>,
    table: Mutex<Table>,
    clock: Arc<ScenarioClock>,
    timer: Arc<CellTimer>,
    recorder: Arc<Recorder>,
    sequencer: Arc<Sequencer>,
    own_card: String,
    insurance: InsuranceCards,
    canaries: Canaries,
    marks: Marks,
    folder: Folder,
}

impl World {
    /// Opens a cell.
    pub(crate) fn open(
        setting: &Setting<'_>,
        clock: ScenarioClock,
        sequencer: Arc<Sequencer>,
    ) -> Result<Self, WorldTrouble> {
        let nobody = |_: &Env| Ok::<_, WorldTrouble>(());
        Self::open_around(setting, clock, sequencer, nobody).map(|(world, ())| world)
    }

    /// Opens a cell, and hands what a client finds in its environment to `reached` as soon as
    /// everything is there that a client connects to: a program that is started then gets ready
    /// while the cards are made. Whoever connects before the cell is open waits.
    pub(crate) fn open_around<T, E: From<WorldTrouble>>(
        setting: &Setting<'_>,
        clock: ScenarioClock,
        sequencer: Arc<Sequencer>,
        reached: impl FnOnce(&Env) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        let own = persona(&setting.scenario.given.persona).map_err(WorldTrouble::Persona)?;
        let profile = card_profile(setting.scenario, &own)?;
        // What has to be signed for the cards takes longer than everything else.
        thread::scope(|scope| {
            let issued = scope.spawn(|| issue(setting, &own));
            let site = Site::open(setting, profile, Arc::new(clock), sequencer)?;
            let reached = reached(&site.folder.env)?;
            let world = site.furnish(&join(issued)?)?;
            Ok((world, reached))
        })
    }

    /// Closes what clients talk to; nothing of the cell is recorded any more. What is left of it
    /// goes when that is dropped, its folder too.
    pub(crate) fn close(self) -> Left {
        let Self {
            rival,
            berth,
            _proxy,
            _web,
            exchange,
            desk,
            table,
            folder,
            ..
        } = self;
        drop((rival, berth, _proxy, _web, exchange));
        Left {
            _desk: desk,
            _table: table,
            _folder: folder,
        }
    }

    pub(crate) fn sequencer(&self) -> &Arc<Sequencer> {
        &self.sequencer
    }

    pub(crate) fn clock(&self) -> &ScenarioClock {
        &self.clock
    }

    /// The cell's folder, which goes with the cell.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// What a client finds in its environment.
    pub(crate) const fn env(&self) -> &Env {
        &self.folder.env
    }

    pub(crate) const fn canaries(&self) -> &Canaries {
        &self.canaries
    }

    /// The PC/SC reader, for what only a counter that is held open does to it.
    pub(crate) fn rack(&self) -> Option<(&Rack, ReaderId)> {
        self.berth.rack()
    }

    /// Whether there is anything to lay a card on.
    pub(crate) fn has_reader(&self) -> bool {
        self.berth.is_there()
    }

    /// Lets a patient show a card at the counter of the 資格確認端末; the scenario's own where none is
    /// named.
    pub(crate) fn check(&self, card: Option<&str>) -> Result<(), String> {
        let (desk, _) = self
            .exchange
            .as_ref()
            .ok_or("this counter has no exchange folder; open it with --folder")?;
        desk.check(card.unwrap_or(&self.own_card))
    }

    /// Whether a card lies there.
    pub(crate) fn is_occupied(&self) -> bool {
        self.berth.is_occupied()
    }

    /// Lays a card on the reader; the scenario's own where none is named. The card that lies there
    /// stays if it is the same, and is taken away first if it is another. Where the reader is
    /// unplugged, nothing happens.
    pub(crate) fn place(&self, card: Option<&str>) {
        let card = card.unwrap_or(&self.own_card);
        if self.berth.is_occupied() {
            if self.table().holder() == card {
                return;
            }
            self.take();
        }
        if !self.berth.is_there() {
            return;
        }
        let profile = self.table().unusual_profile(card);
        let Some((icc, plan)) = self.table().pick_up(card, &self.recorder) else {
            return;
        };
        let planned = self.berth.plan(plan);
        // The card is told of before a client can see it.
        let inserted = ReaderEvent::Inserted {
            card: card.into(),
            profile: profile.map(Text::from),
        };
        self.sequencer.tell(What::Reader(inserted));
        if let Err(error) = planned.and_then(|()| self.berth.insert(icc)) {
            unreachable!("the reader exists and was empty: {error}");
        }
    }

    /// Lets time pass for the reader and in the scenario, and everything happen that is due by then.
    pub(crate) fn wait(&self, span: Span) {
        self.clock.turn_on(span.duration());
        self.timer.turn_on(span.duration());
        if let Some((rack, _)) = self.rack() {
            rack.catch_up();
        }
    }

    /// Pulls the reader out.
    pub(crate) fn unplug(&self) {
        self.berth.unplug();
    }

    /// Plugs the reader in again.
    pub(crate) fn plug_in(&self) -> Result<(), RackError> {
        self.berth.plug_in()
    }

    /// Lets another application take hold of the card, instead of the one that holds it now.
    pub(crate) fn rival(&self, hold: Hold) -> Result<(), ReturnCode> {
        self.rival_leaves();
        let (rack, reader) = self.rack().ok_or(ReturnCode::NO_READERS_AVAILABLE)?;
        let rival = rack.rival(reader, mishap::hold(hold))?;
        *self.rival.lock().unwrap_or_else(PoisonError::into_inner) = Some(rival);
        Ok(())
    }

    /// Lets it leave, where there is one.
    pub(crate) fn rival_leaves(&self) {
        let rival = self
            .rival
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        drop(rival);
    }

    /// Takes the card away, if there is one.
    pub(crate) fn take(&self) {
        if self.berth.is_occupied() {
            self.sequencer.tell(What::Reader(ReaderEvent::Removed {
                why: "taken".into(),
            }));
        }
        // A card that was torn away is picked up in silence.
        drop(self.berth.remove());
    }

    /// What the patient types.
    pub(crate) fn pin(&self, pin: Pin) -> String {
        match pin {
            Pin::Wrong => WRONG_PIN.to_owned(),
            Pin::Right => {
                let table = self.table();
                let memory = table.memory();
                memory
                    .map(|known| known.authentication.expose().clone())
                    .unwrap_or_default()
            }
        }
    }

    /// What the holder of the card and the facility's staff know, by name. For the eyes of the one
    /// who opened the counter; all of it is test data.
    pub(crate) fn credentials(&self, lang: Lang) -> Vec<(String, String)> {
        let mut known = self
            .table()
            .memory()
            .map(|memory| memory.named(lang))
            .unwrap_or_default();
        known.extend(self.staff().credentials(lang));
        known
    }

    /// Whether this cell has a card of that persona.
    pub(crate) fn has_card(&self, id: &str) -> bool {
        self.table().has(id)
    }

    /// Lets cards that are placed from now on say another ATR; the one on the reader is placed anew.
    pub(crate) fn dress(&self, atr: Vec<u8>) -> Result<(), String> {
        Atr::parse(&atr).map_err(|error| error.to_string())?;
        let holder = {
            let mut table = self.table();
            table.atr = Some(atr);
            table.holder().to_owned()
        };
        if self.berth.is_occupied() {
            self.take();
            self.place(Some(&holder));
        }
        Ok(())
    }

    /// Plans a fault for the next time that a card is placed.
    pub(crate) fn plan_next(&self, fault: &ReaderFault) -> Result<(), String> {
        self.table().plan(mishap::mishap(fault)?);
        Ok(())
    }

    /// Plans what goes wrong with the card that lies there, counted from now, instead of what was
    /// planned before.
    pub(crate) fn plan_now(&self, faults: &[ReaderFault]) -> Result<(), String> {
        let mishaps = faults
            .iter()
            .map(mishap::mishap)
            .collect::<Result<_, _>>()?;
        let plan = Plan { seed: 0, mishaps };
        self.berth.plan(plan).map_err(|error| error.to_string())
    }

    /// What the card of the holder has kept: counters, PINs, files.
    pub(crate) fn card_state(&self) -> Option<State> {
        let card = self.table().card()?;
        let state = card.lock().snapshot();
        Some(state)
    }

    /// Gives the card of the holder another state. A card that lies there is placed anew.
    pub(crate) fn set_card_state(&self, state: &State) -> Result<(), String> {
        let (card, holder) = {
            let table = self.table();
            (
                table.card().ok_or("this counter has no card")?,
                table.holder().to_owned(),
            )
        };
        let kind = card.lock().profile().name;
        if state.profile() != kind {
            return Err(format!(
                "the saved card is a {}, the card of this counter a {kind}; open the counter with a \
                 scenario that says `card: {{ profile: {} }}`",
                state.profile(),
                state.profile()
            ));
        }
        let occupied = self.is_occupied();
        self.take();
        card.lock()
            .restore(state)
            .map_err(|error| error.to_string())?;
        if occupied {
            self.place(Some(&holder));
        }
        Ok(())
    }

    /// What the staff type at `login`.
    pub(crate) fn login(&self, terminal: TerminalState, slip: Option<Slip>) -> serde_json::Value {
        self.staff().login(terminal, slip)
    }

    /// What stands of patients in the cell's files.
    pub(crate) fn remains(&self) -> Vec<Leak> {
        self.marks.below(self.folder.path())
    }

    /// 医療機関等コード of the staff's facility, which patients designate.
    pub(crate) fn institution(&self) -> String {
        self.staff().facility.as_str().to_owned()
    }

    /// What the institution's link for patients carries; nothing where there is none yet.
    pub(crate) fn entrance(&self) -> String {
        self.staff().entrance.expose().clone()
    }

    /// What stands on the persons' insurance cards.
    pub(crate) const fn insurance(&self) -> &InsuranceCards {
        &self.insurance
    }

    /// Somebody sets something up beside the counter; what his or her screen says then. The trace
    /// tells what was tried, and what came of it by which rule.
    pub(crate) fn operate(&self, act: &Operate) -> Result<Sheet, NotDone> {
        self.sequencer.tell(What::Step(Told {
            id: 0,
            action: "operate".into(),
            value: Some(act.name().into()),
        }));
        let outcome = self.carry_out(act);
        let deed = operators::deed(act);
        let (rule, basis) = match &outcome {
            Ok(_) => (deed.rule(), deed.basis()),
            Err(why) => (why.rule(), madoguchi_registry::basis(why.rule())),
        };
        self.sequencer.tell(What::Operator(OperatorEvent {
            done: outcome.is_ok(),
            rule: rule.into(),
            basis: basis.iter().copied().map(Text::from).collect(),
        }));
        outcome
    }

    fn carry_out(&self, act: &Operate) -> Result<Sheet, NotDone> {
        let mut staff = self.staff();
        let mut given = staff.clone();
        let now = self.desk.now();
        let sheet = self
            .desk
            .transact(|registry, entropy| {
                operators::operate(act, &mut given, registry, now, entropy)
            })
            .map_err(NotDone::NotStored)?
            .map_err(NotDone::Refused)?;
        self.canaries.add(given.canaries());
        *staff = given;
        Ok(sheet)
    }

    fn staff(&self) -> MutexGuard<'_, Staff> {
        self.staff.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is left of a cell that was closed.
pub(crate) struct Left {
    _desk: Arc<RegistryDesk>,
    _table: Mutex<Table>,
    _folder: Folder,
}

impl fmt::Debug for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Left").finish_non_exhaustive()
    }
}

/// What a client of a cell connects to, before it is known who is in the cell.
struct Site<'a> {
    setting: &'a Setting<'a>,
    /// Of the card that the scenario is about.
    profile: CardProfile,
    berth: Berth,
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
    fn open(
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
        let fittings = Fittings {
            socket: &folder.path().join("pcscd.comm"),
            given: &given.reader,
            meets,
            tap: recorder.clone(),
            clock: timer.clone(),
            seed: setting.seed,
        };
        let berth = Berth::open(setting.route, fittings).map_err(WorldTrouble::Berth)?;
        let listening = Listening::at(setting.reach.bind).map_err(WorldTrouble::Service)?;
        let service = listening.address();
        let wants_proxy = given.service.proxy || setting.reach.proxy;
        let proxy = wants_proxy
            .then(|| service::open_proxy(setting, service, &sequencer))
            .transpose()
            .map_err(WorldTrouble::Service)?;
        let env = &mut folder.env;
        let found = berth.env().into_iter();
        env.extend(found.map(|(name, value)| (name, value.into())));
        if let Some(exchange) = &setting.exchange {
            env.insert("MADOGUCHI_FOLDER", exchange.folder.clone().into());
        }
        env.extend([
            ("MADOGUCHI_CONTRACT", "1".into()),
            ("MADOGUCHI_PROFILE", setting.web_profile().name().into()),
            ("MADOGUCHI_URL", setting.reach.url(service.port()).into()),
        ]);
        if let Some(proxy) = &proxy {
            let url = setting.reach.proxy_url(proxy.address().port());
            env.extend([
                ("MADOGUCHI_PROXY", url.clone().into()),
                ("HTTPS_PROXY", url.into()),
            ]);
        }
        Ok(Self {
            setting,
            profile,
            berth,
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

    /// Lays these persons' cards on the table, opens the registry and serves.
    fn furnish(self, issued: &[Issued]) -> Result<World, WorldTrouble> {
        let Self {
            setting,
            profile,
            berth,
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
        let desk =
            service::registry(setting, issued, terminal, &clock).map_err(WorldTrouble::Store)?;
        let exchange = match &setting.exchange {
            None => None,
            Some(exchange) => {
                let open = FolderDesk::open(exchange, desk.clone(), issued, &sequencer);
                let (console, watch) =
                    open.map_err(|(path, error)| WorldTrouble::Exchange(path, error))?;
                desk.tell(&console);
                Some((console, watch))
            }
        };
        let served = desk.clone();
        let web = service::open(
            setting,
            listening,
            issued,
            served,
            timer.clone(),
            &sequencer,
        )
        .map_err(WorldTrouble::Service)?;
        Ok(World {
            rival: Mutex::default(),
            berth,
            _proxy: proxy,
            _web: web,
            exchange,
            desk,
            staff: Mutex::new(Staff::usual()),
            table: Mutex::new(table),
            clock,
            timer,
            recorder,
            sequencer,
            own_card: setting.scenario.given.persona.to_string(),
            insurance: InsuranceCards::of(issued),
            canaries: holder::canaries(issued),
            marks: Marks::of(issued),
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
    let faults = Faults::of(&given.reader.faults).map_err(WorldTrouble::Given)?;
    Table::new(issued, &given.persona, profile, faults, setting.seed).map_err(WorldTrouble::Card)
}

/// Of which kind the card is that the scenario is about: as it says, else as its persona's.
fn card_profile(scenario: &Scenario, own: &Persona) -> Result<CardProfile, WorldTrouble> {
    let given = scenario.given.card.profile.as_deref();
    let name = given.map_or(own.card_profile(), String::as_str);
    CardProfile::named(name)
        .ok_or_else(|| WorldTrouble::Given(format!("unknown card profile \"{name}\"")))
}

/// The persons of the scenario, in the world in which it plays; `own` is whom it is about.
fn issue(setting: &Setting<'_>, own: &Persona) -> Result<Vec<Issued>, WorldTrouble> {
    let issue = |id: &str| {
        if id != own.id() {
            let other = persona(id).map_err(WorldTrouble::Persona)?;
            return other.issue(setting.at).map_err(WorldTrouble::Pki);
        }
        let mut issued = own.issue(setting.at).map_err(WorldTrouble::Pki)?;
        file(&mut issued, &setting.scenario.given.record, setting.at);
        Ok(issued)
    };
    setting.scenario.personas().into_iter().map(issue).collect()
}

/// What the scenario says that insurers filed of the person, in place of what the persona has.
fn file(issued: &mut Issued, record: &RecordGiven, at: Timestamp) {
    issued.registered = record.registered.unwrap_or(issued.registered);
    if let (Some(filed), Some(newest)) = (&record.insurance, issued.insurance.last()) {
        let newest = newest.clone();
        issued.insurance = filed.iter().map(|one| one.of(&newest, at)).collect();
    }
    if let (Some(filed), Some(like)) = (&record.assistance, assistance_like(issued)) {
        issued.assistance = filed.iter().map(|one| one.of(&like, at)).collect();
    }
}

/// The person's newest 医療扶助; for whoever has none, one that an invented office might file.
fn assistance_like(issued: &Issued) -> Option<AssistanceRecord> {
    if let Some(newest) = issued.assistance.last() {
        return Some(newest.clone());
    }
    Some(AssistanceRecord {
        payer_number: "12990010".parse().ok()?,
        office_name: "架空県試験市福祉事務所".to_owned(),
        recipient_number: "9900099".to_owned(),
        insured: issued.insurance.last()?.insured.clone(),
        qualification_date: None,
        disqualification_date: None,
        reason_of_loss: None,
        ticket_registered: true,
        consignment: None,
    })
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
        kind: operators::terminal_kind(setting.scenario.given.facility.terminal),
        ..Terminal::new(id, staff::facility_code(), identity.certificate)
    }))
}
