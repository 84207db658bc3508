//! A cell's reader: a PC/SC reader behind the embedded server, or the bare card at the end of a TCP
//! line in vpcd framing, for a real pcscd or an app with a reader interface of its own.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::Arc;

use madoguchi_iso7816::Icc;
use madoguchi_reader::vpcd::Vpicc;
use madoguchi_reader::{Interface, Plan, ReaderError, ReaderId, ResourceManager, Tap};
use madoguchi_scenarios::ReaderGiven;
use madoguchi_terms::{Lang, Say, Timer};
#[cfg(unix)]
use parking_lot::Mutex;

use super::clock::CellTimer;
#[cfg(unix)]
use super::personality::{readers, renumbered, replacement};

/// How a client reaches a cell's card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The embedded PC/SC server.
    Pcsc,
    /// The card calls on a vpcd.
    Vpcd(SocketAddr),
    /// The card waits at an address.
    Tcp(SocketAddr),
}

/// What is plugged in after a reader was pulled out.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Plugged<'a> {
    /// The same reader.
    Same,
    /// The same reader, which has another number then.
    Renumbered,
    /// Another one, of this model.
    Other(&'a str),
}

/// Why a cell's reader could not be opened.
#[derive(Debug)]
pub(crate) enum ReaderTrouble {
    Reader(ReaderError),
    #[cfg(unix)]
    Socket(madoguchi_reader::pcsclite::BindError),
    Line {
        address: SocketAddr,
        error: io::Error,
    },
    #[cfg(not(unix))]
    NotHere,
}

impl Say for ReaderTrouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Reader(error) => lang.pick(
                format!("リーダーを用意できません: {error}"),
                format!("cannot set up the reader: {error}"),
            ),
            #[cfg(unix)]
            Self::Socket(error) => lang.pick(
                format!("リーダーのソケットを開けません: {}\n  対処: TMPDIR に短く、書き込めるフォルダ (例 /tmp) を指定してください", error.text(lang)),
                format!("cannot open the reader's socket: {}\n  help: set TMPDIR to a short, writable folder such as /tmp", error.text(lang)),
            ),
            Self::Line { address, error } => lang.pick(
                format!("カードを {address} に置けません: {error}\n  対処: 別のポートを指定してください"),
                format!("cannot put the card at {address}: {error}\n  help: name another port"),
            ),
            #[cfg(not(unix))]
            Self::NotHere => lang.pick(
                "この環境に PC/SC のソケットはありません".into(),
                "there is no PC/SC socket on this platform".into(),
            ),
        }
    }
}

/// A cell's reader.
pub(crate) enum CellReader {
    #[cfg(unix)]
    Pcsc {
        manager: ResourceManager,
        /// What the reader is, also while it is unplugged.
        personality: Mutex<madoguchi_reader::Personality>,
        reader: Mutex<ReaderId>,
        /// Under which name a client is to look for it; none where that will change.
        named: Option<String>,
        dialect: madoguchi_reader::Dialect,
        meets: Interface,
        socket: PathBuf,
        _server: madoguchi_reader::pcsclite::Server,
    },
    Vpicc(Vpicc),
}

/// What a cell's reader is made of.
pub(crate) struct ReaderSetup<'a> {
    /// The socket of a PC/SC reader.
    pub(crate) socket: &'a Path,
    pub(crate) given: &'a ReaderGiven,
    /// Whether the client is told its name, which stays.
    pub(crate) is_named: bool,
    /// How the card is met that the scenario is about.
    pub(crate) meets: Interface,
    pub(crate) tap: Arc<dyn Tap>,
    pub(crate) clock: Arc<CellTimer>,
    /// Decides the handles.
    pub(crate) seed: u64,
}

impl CellReader {
    /// Opens a reader.
    pub(crate) fn open(route: Route, setup: ReaderSetup<'_>) -> Result<Self, ReaderTrouble> {
        let line = |address, vpicc: fn(SocketAddr, Arc<dyn Timer>) -> io::Result<Vpicc>| {
            let vpicc = vpicc(address, setup.clock.clone())
                .map_err(|error| ReaderTrouble::Line { address, error })?;
            vpicc.tell(setup.tap.clone());
            Ok(Self::Vpicc(vpicc))
        };
        match route {
            Route::Pcsc => Self::reader(setup),
            Route::Vpcd(address) => line(address, Vpicc::connect),
            Route::Tcp(address) => line(address, Vpicc::listen_at),
        }
    }

    #[cfg(unix)]
    fn reader(setup: ReaderSetup<'_>) -> Result<Self, ReaderTrouble> {
        let ReaderSetup {
            socket,
            given,
            is_named,
            meets,
            ..
        } = setup;
        let manager = ResourceManager::new(setup.tap, setup.clock, setup.seed);
        manager.speak(given.dialect);
        let (readers, at) = readers(given, setup.meets);
        let mut ids = Vec::new();
        for reader in &readers {
            ids.push(
                manager
                    .add_reader(reader.clone())
                    .map_err(ReaderTrouble::Reader)?,
            );
        }
        let server = madoguchi_reader::pcsclite::Server::bind(socket, manager.clone())
            .map_err(ReaderTrouble::Socket)?;
        Ok(Self::Pcsc {
            manager,
            named: is_named.then(|| readers[at].name.clone()),
            personality: Mutex::new(readers[at].clone()),
            reader: Mutex::new(ids[at]),
            dialect: given.dialect,
            meets,
            socket: socket.to_owned(),
            _server: server,
        })
    }

    #[cfg(not(unix))]
    fn reader(_: ReaderSetup<'_>) -> Result<Self, ReaderTrouble> {
        Err(ReaderTrouble::NotHere)
    }

    /// How a client finds the card: variable and value.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        match self {
            #[cfg(unix)]
            Self::Pcsc { socket, named, .. } => {
                let socket = socket.to_string_lossy().into_owned();
                let named = named.clone().map(|name| ("MADOGUCHI_READER", name));
                std::iter::once(("PCSCLITE_CSOCK_NAME", socket))
                    .chain(named)
                    .collect()
            }
            Self::Vpicc(vpicc) => vec![("MADOGUCHI_CARD", vpicc.address().to_string())],
        }
    }

    /// Plans what goes wrong from the next card on, or with the one that lies there; instead of
    /// what was planned before.
    pub(crate) fn plan(&self, plan: Plan) -> Result<(), ReaderError> {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.plan(current(reader), plan),
            Self::Vpicc(vpicc) => {
                vpicc.plan(plan);
                Ok(())
            }
        }
    }

    /// Lays a card down.
    pub(crate) fn insert(&self, card: Box<dyn Icc>) -> Result<(), ReaderError> {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.insert(current(reader), card),
            Self::Vpicc(vpicc) => vpicc.insert(card),
        }
    }

    /// Takes the card away, or picks up one that was torn away.
    pub(crate) fn remove(&self) -> Option<Box<dyn Icc>> {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.remove(current(reader)),
            Self::Vpicc(vpicc) => vpicc.remove(),
        }
    }

    pub(crate) fn is_occupied(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.is_occupied(current(reader)),
            Self::Vpicc(vpicc) => vpicc.is_occupied(),
        }
    }

    /// Whether a command waits for its answer.
    pub(crate) fn is_answering(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.is_answering(current(reader)),
            Self::Vpicc(_) => false,
        }
    }

    /// Whether a client waits for a change of a reader.
    pub(crate) fn is_watched(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Pcsc { manager, .. } => manager.is_watched(),
            Self::Vpicc(_) => false,
        }
    }

    /// Whether there is anything to lay a card on.
    pub(crate) fn is_there(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => manager.has(current(reader)),
            Self::Vpicc(_) => true,
        }
    }

    /// Pulls the reader out, with the card in it.
    pub(crate) fn unplug(&self) {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => drop(manager.remove_reader(current(reader))),
            Self::Vpicc(_) => {}
        }
    }

    /// Plugs a reader in again, where none works: the same one, under another number, or another. One that
    /// has failed is pulled out first.
    #[cfg_attr(
        not(unix),
        expect(unused_variables, reason = "a card alone has no reader")
    )]
    pub(crate) fn plug_in(&self, which: Plugged<'_>) -> Result<(), ReaderError> {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager,
                reader,
                personality,
                dialect,
                meets,
                ..
            } => {
                let mut reader = reader.lock();
                if !manager.works(*reader) {
                    drop(manager.remove_reader(*reader));
                    let mut personality = personality.lock();
                    match which {
                        Plugged::Same => {}
                        Plugged::Renumbered => *personality = renumbered(&personality),
                        Plugged::Other(model) => {
                            *personality = replacement(model, *dialect, *meets);
                        }
                    }
                    *reader = manager.add_reader(personality.clone())?;
                }
                Ok(())
            }
            Self::Vpicc(_) => Ok(()),
        }
    }

    /// The PC/SC reader, where there is one.
    pub(crate) fn manager(&self) -> Option<(&ResourceManager, ReaderId)> {
        match self {
            #[cfg(unix)]
            Self::Pcsc {
                manager, reader, ..
            } => Some((manager, current(reader))),
            Self::Vpicc(_) => None,
        }
    }
}

#[cfg(unix)]
fn current(reader: &Mutex<ReaderId>) -> ReaderId {
    *reader.lock()
}
