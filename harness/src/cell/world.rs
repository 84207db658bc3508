//! One cell: one card after another, one reader socket, one service address, folders of its own.
//! Hundreds of them can run side by side, since they share nothing that changes.

mod operator;
mod persons;
mod setting;
mod site;

use std::path::Path;
use std::sync::Arc;
use std::{fmt, thread};

use jiff::Timestamp;
use madoguchi_card::StoredKey;
use madoguchi_fixtures::persona;
use madoguchi_layout::Policies;
use madoguchi_reader::{ReaderError, ReaderId, ResourceManager, ReturnCode, Rival};
use madoguchi_scenarios::{
    Act, Disk, Hold, Pin, RecordChange, Scenario, Slip, Span, TerminalState,
};
use madoguchi_trace::{ReaderEvent, Removal, Text, What};
use madoguchi_web::{Proxy, WebServer};
use parking_lot::{Mutex, MutexGuard};

pub(crate) use self::setting::{ExchangeFolder, Setting, WorldTrouble};
use self::site::Site;
use super::canary::Canaries;
use super::clock::{CellTimer, ScenarioClock};
use super::disk::ClientFiles;
use super::exchange::Watch;
use super::folder::{Env, Folder};
use super::gate::{self, Gate, Untrusted};
use super::holder::WRONG_PIN;
use super::insurance::InsuranceCards;
use super::patients::Patients;
use super::reader::{CellReader, Plugged};
use super::recorder::Recorder;
use super::remains::{Remains, Search, unsearched};
use super::sequencer::Sequencer;
use super::service::{FolderService, RegistryService};
use super::staff::Staff;
use super::table::Table;
use crate::aside::join;

/// A cell that is open.
pub(crate) struct World {
    // Dropped in this order: first what clients talk to, last the folder.
    rival: Mutex<Option<Rival>>,
    reader: CellReader,
    _proxy: Option<Proxy>,
    web: WebServer,
    exchange: Option<(Arc<FolderService>, Watch)>,
    registry: Arc<RegistryService>,
    staff: Mutex<Staff>,
    table: Mutex<Table>,
    clock: Arc<ScenarioClock>,
    timer: Arc<CellTimer>,
    recorder: Arc<Recorder>,
    sequencer: Arc<Sequencer>,
    own_card: String,
    insurance: InsuranceCards,
    canaries: Canaries,
    patients: Patients,
    /// How the persons' cards were issued, and when.
    issued: (Policies, Timestamp),
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
    /// while the cards are made. A client that connects before the cell is open waits.
    pub(crate) fn open_around<T, E: From<WorldTrouble>>(
        setting: &Setting<'_>,
        clock: ScenarioClock,
        sequencer: Arc<Sequencer>,
        reached: impl FnOnce(&Env) -> Result<T, E>,
    ) -> Result<(Self, T), E> {
        let own = persona(&setting.scenario.given.persona).map_err(WorldTrouble::Persona)?;
        let profile = site::card_profile(setting.scenario, &own)?;
        // What has to be signed for the cards takes longer than everything else.
        thread::scope(|scope| {
            let issued = scope.spawn(|| persons::issue(setting, &own));
            let site = Site::open(setting, profile, Arc::new(clock), sequencer)?;
            let reached = reached(site.env())?;
            let world = site.furnish(&join(issued)?)?;
            Ok((world, reached))
        })
    }

    /// The client has left: its connections to the service need not wait for [`close`](Self::close).
    pub(crate) fn stop_service(&mut self) {
        self.web.stop();
    }

    /// Closes what clients talk to; nothing of the cell is recorded any more. What is left of it
    /// goes when that is dropped, its folder too.
    pub(crate) fn close(self) -> Left {
        let Self {
            rival,
            reader,
            _proxy,
            web,
            exchange,
            registry,
            table,
            folder,
            ..
        } = self;
        drop((rival, reader, _proxy, web, exchange));
        Left {
            _registry: registry,
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

    /// Through which everything goes that is kept of this cell.
    pub(crate) fn gate(&self) -> Gate {
        Gate::new(self.canaries.clone(), self.patients.clone())
    }

    /// The PC/SC reader, for what only a counter that is held open does to it.
    pub(crate) fn manager(&self) -> Option<(&ResourceManager, ReaderId)> {
        self.reader.manager()
    }

    /// Whether there is anything to lay a card on.
    pub(crate) fn has_reader(&self) -> bool {
        self.reader.is_there()
    }

    /// Lets a patient show a card at the counter of the 資格確認端末; the scenario's own where none is
    /// named.
    pub(crate) fn check(&self, card: Option<&str>) -> Result<(), String> {
        let (folder, _) = self
            .exchange
            .as_ref()
            .ok_or("this counter has no exchange folder; open it with --folder")?;
        folder.check(card.unwrap_or(&self.own_card))
    }

    /// Whether a card lies there.
    pub(crate) fn is_occupied(&self) -> bool {
        self.reader.is_occupied()
    }

    /// Lays a card on the reader; the scenario's own where none is named. The card that lies there
    /// stays if it is the same, and is taken away first if it is another. Where the reader is
    /// unplugged, nothing happens. Whether it stayed.
    pub(crate) fn place(&self, card: Option<&str>) -> bool {
        let card = card.unwrap_or(&self.own_card);
        if self.reader.is_occupied() {
            if self.table().holder() == card {
                return true;
            }
            self.take();
        }
        self.lay(card);
        false
    }

    /// Lays the card that was taken last down again.
    pub(crate) fn lay_again(&self) {
        let card = self.table().holder().to_owned();
        self.lay(&card);
    }

    /// How often a client did something with reader or card so far, waiting aside.
    pub(crate) fn touched(&self) -> u64 {
        self.recorder.touched()
    }

    fn lay(&self, card: &str) {
        if !self.reader.is_there() {
            return;
        }
        if let Some(memory) = self.table().memory(card) {
            self.canaries.add(memory.canaries());
        }
        let profile = self.table().unusual_profile(card);
        let Some((icc, plan)) = self.table().pick_up(card, &self.recorder) else {
            return;
        };
        let planned = self.reader.plan(plan);
        // The card is told of before a client can see it.
        let inserted = ReaderEvent::Inserted {
            card: card.into(),
            profile: profile.map(Text::from),
        };
        self.sequencer.tell(What::Reader(inserted));
        match planned.and_then(|()| self.reader.insert(icc)) {
            Ok(()) => {}
            // What a client did in the meantime let a fault pull the reader out.
            Err(ReaderError::NoSuchReader) => {
                let why = Removal::Unplugged.name().into();
                self.sequencer
                    .tell(What::Reader(ReaderEvent::Removed { why }));
            }
            Err(error) => unreachable!("the reader was empty: {error}"),
        }
    }

    /// Whether a command to the card waits for its answer.
    pub(crate) fn is_answering(&self) -> bool {
        self.reader.is_answering()
    }

    /// Whether a client waits for a change of a reader.
    pub(crate) fn is_watched(&self) -> bool {
        self.reader.is_watched()
    }

    /// Lets time pass for the reader and in the scenario, and everything happen that is due by then.
    pub(crate) fn wait(&self, span: Span) {
        self.clock.turn_on(span.duration());
        self.timer.turn_on(span.duration());
        if let Some((manager, _)) = self.manager() {
            manager.catch_up();
        }
    }

    /// Pulls the reader out.
    pub(crate) fn unplug(&self) {
        self.reader.unplug();
    }

    /// Plugs a reader in again.
    pub(crate) fn plug_in(&self, which: Plugged<'_>) -> Result<(), ReaderError> {
        self.reader.plug_in(which)
    }

    /// 異動: what is on record of a person changes, and is delivered from now on.
    pub(crate) fn change_record(&self, change: &RecordChange) {
        let whose = change.persona.as_deref();
        let whose = whose.map_or(self.own_card(), String::as_str);
        let (policies, at) = self.issued;
        let usual = persona(whose).ok();
        let usual = usual.and_then(|known| persons::issued(&known, policies, at).ok());
        let now = self.clock.now();
        let changed = self.registry.transact(|registry, _| {
            registry.change_person(whose, |person| {
                persons::change(person, usual.as_ref(), &change.to, now);
                self.patients.know(&person.insurance, &person.assistance);
            })
        });
        if let Err(why) = changed {
            anstream::eprintln!("  ! {why}");
        }
    }

    /// Ends the machine's PC/SC service.
    pub(crate) fn stop_pcsc(&self) {
        if let Some((manager, _)) = self.manager() {
            manager.stop_service();
        }
    }

    /// Lets this happen to the client's files.
    pub(crate) fn disk(&self, what: Disk) {
        if let Err(why) = ClientFiles::in_cell(self.folder()).suffer(what) {
            anstream::eprintln!("  ! {}: {why}", self.folder().display());
        }
    }

    /// Starts it again.
    pub(crate) fn start_pcsc(&self) {
        if let Some((manager, _)) = self.manager() {
            manager.start_service();
        }
    }

    /// Lets another application take hold of the card, instead of the one that holds it now.
    pub(crate) fn rival(&self, hold: Hold) -> Result<(), ReturnCode> {
        self.rival_leaves();
        let (manager, reader) = self.manager().ok_or(ReturnCode::NO_READERS_AVAILABLE)?;
        let rival = manager.rival(reader, hold)?;
        *self.rival.lock() = Some(rival);
        Ok(())
    }

    /// Lets it leave, where there is one.
    pub(crate) fn rival_leaves(&self) {
        let rival = self.rival.lock().take();
        drop(rival);
    }

    /// Takes the card away, if there is one.
    pub(crate) fn take(&self) {
        if self.reader.is_occupied() {
            self.sequencer.tell(What::Reader(ReaderEvent::Removed {
                why: Removal::Taken.name().into(),
            }));
        }
        // A card that was torn away is picked up in silence.
        drop(self.reader.remove());
    }

    /// The card of `given`.
    pub(crate) fn own_card(&self) -> &str {
        &self.own_card
    }

    /// What the patient types whose card this is; the card that was placed last where none is named.
    pub(crate) fn pin(&self, pin: Pin, card: Option<&str>) -> String {
        match pin {
            Pin::Wrong => WRONG_PIN.to_owned(),
            Pin::Short => self.pin(Pin::Right, card).chars().take(3).collect(),
            Pin::Long => self.pin(Pin::Right, card) + "7",
            Pin::FullWidth => self.pin(Pin::Right, card).chars().map(widened).collect(),
            Pin::Letters => "ABCD".to_owned(),
            Pin::Empty => String::new(),
            Pin::Right => {
                let table = self.table();
                let memory = table.memory(card.unwrap_or(table.holder()));
                memory
                    .map(|known| known.authentication.expose().clone())
                    .unwrap_or_default()
            }
        }
    }

    /// The key with which the scenario's own card is going to sign, where a patient types a PIN.
    pub(crate) fn signing_key(&self, scenario: &Scenario) -> Option<StoredKey> {
        let types = |step: &Act| matches!(step, Act::EnterPin(_));
        let signs = scenario.when.iter().any(|act| types(act));
        signs.then(|| self.table().authentication_key()).flatten()
    }

    /// What the staff type at `login`.
    pub(crate) fn login(&self, terminal: TerminalState, slip: Option<Slip>) -> serde_json::Value {
        self.staff().login(terminal, slip)
    }

    /// What stands of patients and of secrets in the cell's files and in what the client wrote on
    /// standard error; `lost` says why that is not all it wrote, where it is not.
    pub(crate) fn remains(&self, log: &Untrusted<Vec<u8>>, lost: Option<&str>) -> Remains {
        let search = Search {
            patients: &self.patients,
            secrets: &self.canaries,
        };
        let mut remains = search.below(self.folder.path());
        let mut found = self.gate().noticed_in_log(log);
        found.append(&mut remains.found);
        remains.found = found;
        if let Some(why) = lost {
            remains.unsearched.push(unsearched(gate::LOG, why));
        }
        remains
    }

    /// What a client that starts now is told of its terminal.
    pub(crate) fn terminal(&self, given: TerminalState) -> TerminalState {
        match given {
            TerminalState::Fresh if self.registry.has_activated() => TerminalState::Activated,
            other => other,
        }
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

    fn staff(&self) -> MutexGuard<'_, Staff> {
        self.staff.lock()
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock()
    }
}

/// A digit in full width.
fn widened(digit: char) -> char {
    digit
        .to_digit(10)
        .and_then(|value| char::from_u32(u32::from('０') + value))
        .unwrap_or(digit)
}

/// What is left of a cell that was closed.
pub(crate) struct Left {
    _registry: Arc<RegistryService>,
    _table: Mutex<Table>,
    _folder: Folder,
}

impl fmt::Debug for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Left").finish_non_exhaustive()
    }
}
