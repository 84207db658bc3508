//! One cell: one card after another, one reader socket, one service address, folders of its own.
//! Hundreds of them can run side by side, since they share nothing that changes.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use madoguchi_card::{Card, IssueError, Profile as CardProfile};
use madoguchi_conformance::trace::{ReaderEvent, What};
use madoguchi_fixtures::pki::PkiError;
use madoguchi_fixtures::{Issued, UnknownPersona, persona};
use madoguchi_iso7816::{Atr, Fault, FaultPlan, Faulty, Icc, LinkFault, Reply, Shared};
use madoguchi_layout::{Personalization, Reference};
use madoguchi_reader::{Rack, RackError, ReaderId};
use madoguchi_registry::{CertificateRecord, CertificateState, Person, Registry, Setup, Terminal};
use madoguchi_scenarios::{CardFault, Pin, Scenario, TerminalState, WebFault};
use madoguchi_terms::{Lang, Say, Secret};
use madoguchi_web::{WebConfig, WebServer};
use madoguchi_wire::Profile;
use tempfile::TempDir;
use tokio::runtime::Handle;

use super::authority::Authorities;
use super::canary::{Canaries, Canary};
use super::clock::{Monotonic, ScenarioClock};
use super::recorder::{PcscRecorder, Recorded};
use super::sequencer::Sequencer;
use super::service::{RegistryDesk, WebRecorder};
use super::staff;
use crate::entropy::{Consumer, seeded};

/// The reader of every cell, unless somebody renames it.
const READER: &str = "madoguchi Virtual Contactless Reader 00 00";

/// What the patient types when a scenario says `enter-pin: wrong`; no persona has it.
const WRONG_PIN: &str = "9999";

/// What a cell is made of.
#[derive(Debug, Clone)]
pub(crate) struct Setting<'a> {
    pub(crate) scenario: &'a Scenario,
    pub(crate) profile: Arc<Profile>,
    pub(crate) seed: u64,
    pub(crate) at: Timestamp,
    pub(crate) authorities: Arc<Authorities>,
    pub(crate) runtime: Handle,
}

/// Why a cell could not be set up.
#[derive(Debug)]
pub(crate) enum WorldTrouble {
    Folder {
        path: PathBuf,
        error: io::Error,
    },
    Persona(UnknownPersona),
    Pki(PkiError),
    Card(IssueError),
    Reader(RackError),
    #[cfg(unix)]
    Socket(madoguchi_reader::pcsclite::BindError),
    Service(io::Error),
}

impl Say for WorldTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Folder { path, error } => {
                let path = path.display();
                lang.pick(
                    format!("一時フォルダ {path} に書けません: {error}\n  対処: TMPDIR に書き込めるフォルダを指定してください"),
                    format!("cannot write to the temporary folder {path}: {error}\n  help: set TMPDIR to a writable folder"),
                )
            }
            Self::Persona(unknown) => unknown.text(lang),
            Self::Pki(error) => lang.pick(
                format!("証明書を発行できません: {error}"),
                format!("cannot issue a certificate: {error}"),
            ),
            Self::Card(error) => lang.pick(
                format!("カードを発行できません: {error}"),
                format!("cannot issue a card: {error}"),
            ),
            Self::Reader(error) => lang.pick(
                format!("リーダーを用意できません: {error}"),
                format!("cannot set up the reader: {error}"),
            ),
            #[cfg(unix)]
            Self::Socket(error) => lang.pick(
                format!("リーダーのソケットを開けません: {error}\n  対処: TMPDIR に短く、書き込めるフォルダ (例 /tmp) を指定してください"),
                format!("cannot open the reader's socket: {error}\n  help: set TMPDIR to a short, writable folder such as /tmp"),
            ),
            Self::Service(error) => lang.pick(
                format!("Webサービスを開けません: {error}"),
                format!("cannot open the service: {error}"),
            ),
        }
    }
}

/// A cell that is open.
pub(crate) struct World {
    // Dropped in this order: first what clients talk to, last the folder.
    #[cfg(unix)]
    _pcsclite: madoguchi_reader::pcsclite::Server,
    _web: WebServer,
    rack: Rack,
    reader: ReaderId,
    table: Mutex<Table>,
    clock: Arc<ScenarioClock>,
    sequencer: Arc<Sequencer>,
    default_card: String,
    canaries: Canaries,
    env: BTreeMap<&'static str, OsString>,
    folder: TempDir,
}

/// What lies on the counter's table: the cards that exist here, and what is planned for them.
struct Table {
    cards: BTreeMap<String, Shared<Card>>,
    references: BTreeMap<String, References>,
    faults: Vec<CardFault>,
    placed: u32,
    /// Whose card was placed last.
    last: String,
    /// What cards say at reset, where it is not their own ATR.
    atr: Option<Vec<u8>>,
}

impl World {
    /// Opens a cell.
    pub(crate) fn open(
        setting: &Setting<'_>,
        clock: ScenarioClock,
        sequencer: Arc<Sequencer>,
    ) -> Result<Self, WorldTrouble> {
        let folder = private_folder()?;
        let scenario = setting.scenario;
        let clock = Arc::new(clock);

        let mut issued = Vec::new();
        for id in scenario.personas() {
            let persona = persona(id).map_err(WorldTrouble::Persona)?;
            issued.push(persona.issue(setting.at).map_err(WorldTrouble::Pki)?);
        }
        let table = Table::new(&issued, scenario, setting.seed)?;
        let canaries = canaries(&issued);

        let tap = Arc::new(PcscRecorder(sequencer.clone()));
        let rack = Rack::new(tap, Arc::new(Monotonic::new()), setting.seed);
        let reader = rack.add_reader(READER).map_err(WorldTrouble::Reader)?;
        let socket = folder.path().join("pcscd.comm");
        #[cfg(unix)]
        let pcsclite = madoguchi_reader::pcsclite::Server::bind(&socket, rack.clone())
            .map_err(WorldTrouble::Socket)?;

        let mut setup = registry(&issued, setting.at);
        let mut env = BTreeMap::from([
            ("PCSCLITE_CSOCK_NAME", OsString::from(&socket)),
            ("MADOGUCHI_CONTRACT", "1".into()),
            ("MADOGUCHI_PROFILE", setting.profile.name().into()),
            ("MADOGUCHI_READER", READER.into()),
        ]);
        let place = |name: &str, content: &str| {
            let path = folder.path().join(name);
            write_private(&path, content)?;
            Ok::<_, WorldTrouble>(OsString::from(path))
        };
        env.insert(
            "MADOGUCHI_CA_FILE",
            place("ca.pem", &setting.authorities.root_pem())?,
        );
        if scenario.given.terminal == TerminalState::Activated {
            let id = "terminal-activated-before";
            let identity = setting
                .authorities
                .terminal(id)
                .map_err(WorldTrouble::Pki)?;
            env.insert(
                "MADOGUCHI_CERT_FILE",
                place("terminal.pem", &identity.certificate_pem())?,
            );
            env.insert(
                "MADOGUCHI_KEY_FILE",
                place("terminal.key", identity.key_pem().expose())?,
            );
            setup.terminals.push(Terminal::new(
                id,
                staff::facility_code(),
                identity.certificate,
            ));
        }
        for (name, variable) in [
            ("state", "MADOGUCHI_STATE_DIR"),
            ("home", "HOME"),
            ("tmp", "TMPDIR"),
        ] {
            let path = folder.path().join(name);
            fs::create_dir(&path).map_err(|error| WorldTrouble::Folder {
                path: path.clone(),
                error,
            })?;
            env.insert(variable, path.into());
        }

        let web = serve(setting, setup, &issued, &clock, &sequencer)?;
        env.insert("MADOGUCHI_URL", web.url().into());
        Ok(Self {
            #[cfg(unix)]
            _pcsclite: pcsclite,
            _web: web,
            rack,
            reader,
            table: Mutex::new(table),
            clock,
            sequencer,
            default_card: scenario.given.persona.to_string(),
            canaries,
            env,
            folder,
        })
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
    pub(crate) fn env(&self) -> &BTreeMap<&'static str, OsString> {
        &self.env
    }

    pub(crate) fn canaries(&self) -> &Canaries {
        &self.canaries
    }

    /// Reader and rack, for what only a counter that is held open does to them.
    pub(crate) fn reader(&self) -> (&Rack, ReaderId) {
        (&self.rack, self.reader)
    }

    /// Lays a card on the reader; the scenario's own where none is named. The card that lies there
    /// stays if it is the same, and is taken away first if it is another.
    pub(crate) fn place(&self, card: Option<&str>) {
        let card = card.unwrap_or(&self.default_card);
        if self.rack.is_occupied(self.reader) {
            if self.table().last == card {
                return;
            }
            self.take();
        }
        let Some(icc) = self.table().pick_up(card, &self.sequencer) else {
            return;
        };
        // The card is told of before a client can see it.
        self.sequencer.tell(What::Reader(ReaderEvent::Inserted {
            card: card.to_owned(),
        }));
        if let Err(error) = self.rack.insert(self.reader, icc) {
            unreachable!("the reader exists and was empty: {error}");
        }
    }

    /// Takes the card away, if there is one.
    pub(crate) fn take(&self) {
        if self.rack.is_occupied(self.reader) {
            self.sequencer.tell(What::Reader(ReaderEvent::Removed {
                why: "taken".into(),
            }));
        }
        // A card that was torn away is picked up in silence.
        drop(self.rack.remove(self.reader));
    }

    /// What the patient types.
    pub(crate) fn pin(&self, pin: Pin) -> String {
        match pin {
            Pin::Wrong => WRONG_PIN.to_owned(),
            Pin::Right => {
                let table = self.table();
                let holder = if table.placed == 0 {
                    &self.default_card
                } else {
                    &table.last
                };
                let references = table.references.get(holder);
                references
                    .map(|known| known.authentication.expose().clone())
                    .unwrap_or_default()
            }
        }
    }

    /// What the holder of the scenario's card and the facility's staff know, by name. For the eyes
    /// of the one who opened the counter; all of it is test data.
    pub(crate) fn credentials(&self, lang: Lang) -> Vec<(String, String)> {
        let mut credentials = self.table().credentials(&self.default_card, lang);
        credentials.extend(staff::credentials(lang));
        credentials
    }

    /// Whether this cell has a card of that persona.
    pub(crate) fn has_card(&self, id: &str) -> bool {
        self.table().cards.contains_key(id)
    }

    /// Lets cards that are placed from now on say another ATR; the one on the reader is placed anew.
    pub(crate) fn dress(&self, atr: Option<Vec<u8>>) -> Result<(), String> {
        if let Some(atr) = &atr {
            Atr::parse(atr).map_err(|error| error.to_string())?;
        }
        let last = {
            let mut table = self.table();
            table.atr = atr;
            table.last.clone()
        };
        if self.rack.is_occupied(self.reader) {
            self.take();
            self.place(Some(&last));
        }
        Ok(())
    }

    /// Plans a fault for the next time that a card is placed.
    pub(crate) fn plan(&self, fault: CardFault) {
        let mut table = self.table();
        let next = table.placed + 1;
        table.faults.push(match fault {
            CardFault::Torn { at_apdu, .. } => CardFault::Torn {
                at_apdu,
                placed: next,
            },
            CardFault::Mute { at_apdu, .. } => CardFault::Mute {
                at_apdu,
                placed: next,
            },
        });
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.table.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the holder of a card knows by heart.
struct References {
    authentication: Secret<String>,
    signature: Secret<String>,
    profile: Secret<String>,
}

impl References {
    fn of(card: &Personalization) -> Self {
        let text = |reference: Option<&Reference>| {
            let value = reference
                .map(|known| known.value.expose().as_slice())
                .unwrap_or_default();
            Secret::new(String::from_utf8_lossy(value).into_owned())
        };
        Self {
            authentication: text(card.authentication.as_ref().map(|c| &c.reference)),
            signature: text(card.signature.as_ref().map(|c| &c.reference)),
            profile: text(Some(&card.profile_pin)),
        }
    }

    /// With the classes under which they are looked for; empty where there is none.
    fn by_class(&self) -> [(&'static str, &Secret<String>); 3] {
        [
            ("auth-pin", &self.authentication),
            ("sign-password", &self.signature),
            ("profile-pin", &self.profile),
        ]
    }
}

impl Table {
    fn credentials(&self, card: &str, lang: Lang) -> Vec<(String, String)> {
        let Some(known) = self.references.get(card) else {
            return Vec::new();
        };
        let named = [
            (
                lang.pick("利用者証明用の暗証番号", "authentication PIN"),
                &known.authentication,
            ),
            (
                lang.pick("署名用パスワード", "signing password"),
                &known.signature,
            ),
            (
                lang.pick(
                    "券面事項入力補助用の暗証番号",
                    "profile PIN (券面事項入力補助)",
                ),
                &known.profile,
            ),
        ];
        named
            .map(|(name, value)| (name.to_owned(), value.expose().clone()))
            .into()
    }

    fn new(issued: &[Issued], scenario: &Scenario, seed: u64) -> Result<Self, WorldTrouble> {
        let mut cards = BTreeMap::new();
        let mut references = BTreeMap::new();
        for person in issued {
            let entropy = seeded(seed, Consumer::Card);
            let card = Card::new(&person.personalization, CardProfile::contactless(), entropy)
                .map_err(WorldTrouble::Card)?;
            cards.insert(person.persona.to_owned(), Shared::new(card));
            references.insert(
                person.persona.to_owned(),
                References::of(&person.personalization),
            );
        }
        let faults = scenario.given.card.faults.clone();
        Ok(Self {
            cards,
            references,
            faults,
            placed: 0,
            last: String::new(),
            atr: None,
        })
    }

    /// The card as it will lie on the reader this time: with its faults, and recorded.
    fn pick_up(&mut self, id: &str, sequencer: &Arc<Sequencer>) -> Option<Box<dyn Icc>> {
        let card = self.cards.get(id)?.clone();
        self.placed += 1;
        id.clone_into(&mut self.last);
        let holder = Arc::from(id);
        let planned = self
            .faults
            .iter()
            .find(|fault| fault.placed() == self.placed);
        let card: Box<dyn Icc> = match planned {
            None => Box::new(card),
            Some(fault) => Box::new(Faulty::new(card, plan(*fault))),
        };
        let card: Box<dyn Icc> = match &self.atr {
            None => card,
            Some(atr) => Box::new(Dressed {
                card,
                atr: atr.clone(),
            }),
        };
        Some(Box::new(Recorded::new(card, holder, sequencer.clone())))
    }
}

/// A card that says another ATR than its own.
struct Dressed<I> {
    card: I,
    atr: Vec<u8>,
}

impl<I: Icc> Icc for Dressed<I> {
    fn atr(&self) -> &[u8] {
        &self.atr
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.card.power_on()
    }

    fn power_off(&mut self) {
        self.card.power_off();
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        self.card.reset()
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        self.card.transmit(command, reply)
    }
}

const fn plan(fault: CardFault) -> FaultPlan {
    match fault {
        CardFault::Torn { at_apdu, .. } => FaultPlan {
            at_apdu,
            fault: Fault::Link(LinkFault::Torn),
        },
        CardFault::Mute { at_apdu, .. } => FaultPlan {
            at_apdu,
            fault: Fault::Link(LinkFault::Mute),
        },
    }
}

/// What the registry knows of the facility and of the persons of the scenario.
fn registry(issued: &[Issued], at: Timestamp) -> Setup {
    let persons = issued.iter().map(|person| Person {
        id: person.persona.to_owned(),
        registered: person.registered,
        insurance: person.insurance.clone(),
        assistance: person.assistance.clone(),
    });
    let certificates = issued.iter().map(|person| CertificateRecord {
        der: person.certificate.der.clone(),
        public_key: person.certificate.public_key.clone(),
        person: person.persona.to_owned(),
        not_after: person.certificate.not_after,
        state: CertificateState::Active,
    });
    Setup {
        facilities: vec![staff::facility()],
        codes: vec![staff::activation_code(at)],
        persons: persons.collect(),
        certificates: certificates.collect(),
        ..Setup::default()
    }
}

fn serve(
    setting: &Setting<'_>,
    setup: Setup,
    issued: &[Issued],
    clock: &Arc<ScenarioClock>,
    sequencer: &Arc<Sequencer>,
) -> Result<WebServer, WorldTrouble> {
    let service = &setting.scenario.given.service;
    let shown = setting.authorities.server(service.certificate);
    let identity = madoguchi_web::Identity {
        chain: vec![shown.certificate.clone()],
        key: shown.key.clone(),
    };
    let terminal_ca = setting.authorities.terminal_ca().to_vec();
    let mut config = WebConfig::new(identity, terminal_ca, setting.profile.clone());
    config.faults = service.faults.iter().map(web_fault).collect();
    let desk = RegistryDesk::new(
        Registry::new(setup),
        seeded(setting.seed, Consumer::Service),
        setting.authorities.clone(),
        clock.clone(),
    );
    let holder = |person: &Issued| (person.certificate.der.clone(), person.persona.to_owned());
    let holders = issued.iter().map(holder).collect();
    let recorder = WebRecorder::new(sequencer.clone(), service.certificate, holders);
    WebServer::start(&setting.runtime, config, Arc::new(desk), Arc::new(recorder))
        .map_err(WorldTrouble::Service)
}

const fn web_fault(fault: &WebFault) -> madoguchi_web::WebFault {
    match *fault {
        WebFault::AnswerLost { operation, nth } => {
            madoguchi_web::WebFault::AnswerLost { operation, nth }
        }
    }
}

/// The secrets of the cell, looked for wherever a client may have left them.
fn canaries(issued: &[Issued]) -> Canaries {
    let mut canaries = staff::canaries().to_vec();
    canaries.push(Canary::new("auth-pin", WRONG_PIN));
    for person in issued {
        for (class, value) in References::of(&person.personalization).by_class() {
            if !canaries.iter().any(|known| known.value == *value) {
                canaries.push(Canary {
                    class,
                    value: value.clone(),
                });
            }
        }
    }
    Canaries::new(canaries)
}

/// A folder that only this user can enter.
pub(crate) fn private_folder() -> Result<TempDir, WorldTrouble> {
    let mut builder = tempfile::Builder::new();
    builder.prefix("madoguchi-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir().map_err(|error| WorldTrouble::Folder {
        path: std::env::temp_dir(),
        error,
    })
}

fn write_private(path: &Path, content: &str) -> Result<(), WorldTrouble> {
    fs::write(path, content).map_err(|error| WorldTrouble::Folder {
        path: path.to_owned(),
        error,
    })
}
