//! Where a cell's card is laid: a PC/SC reader behind the embedded server, or the bare card at the
//! end of a TCP line in vpcd framing, for a real pcscd or an app with a reader interface of its own.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::Arc;
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};

use madoguchi_iso7816::Icc;
use madoguchi_reader::vpcd::Plug;
use madoguchi_reader::{Interface, Plan, Rack, RackError, ReaderId, Tap};
use madoguchi_scenarios::ReaderGiven;
use madoguchi_terms::{Lang, Say, Timer};

use super::clock::CellTimer;
#[cfg(unix)]
use super::mishap;

/// Which berth a cell gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    /// The embedded PC/SC server.
    Pcsc,
    /// The card calls on a vpcd.
    Vpcd(SocketAddr),
    /// The card waits at an address.
    Tcp(SocketAddr),
}

/// Why a berth could not be opened.
#[derive(Debug)]
pub(crate) enum NoBerth {
    Reader(RackError),
    #[cfg(unix)]
    Socket(madoguchi_reader::pcsclite::BindError),
    Line {
        address: SocketAddr,
        error: io::Error,
    },
    #[cfg(not(unix))]
    NotHere,
}

impl Say for NoBerth {
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

/// A berth that is open.
pub(crate) enum Berth {
    #[cfg(unix)]
    Reader {
        rack: Rack,
        /// What the reader is, also while it is unplugged.
        personality: madoguchi_reader::Personality,
        reader: Mutex<ReaderId>,
        socket: PathBuf,
        _server: madoguchi_reader::pcsclite::Server,
    },
    Plug(Plug),
}

/// What a berth is made of.
pub(crate) struct Fittings<'a> {
    /// The socket of a PC/SC reader.
    pub(crate) socket: &'a Path,
    pub(crate) given: &'a ReaderGiven,
    /// How the card is met that the scenario is about.
    pub(crate) meets: Interface,
    pub(crate) tap: Arc<dyn Tap>,
    pub(crate) clock: Arc<CellTimer>,
    /// Decides the handles.
    pub(crate) seed: u64,
}

impl Berth {
    /// Opens a berth.
    pub(crate) fn open(route: Route, fittings: Fittings<'_>) -> Result<Self, NoBerth> {
        let line = |address, plug: fn(SocketAddr, Arc<dyn Timer>) -> io::Result<Plug>| {
            let plug = plug(address, fittings.clock.clone())
                .map_err(|error| NoBerth::Line { address, error })?;
            plug.tell(fittings.tap.clone());
            Ok(Self::Plug(plug))
        };
        match route {
            Route::Pcsc => Self::reader(fittings),
            Route::Vpcd(address) => line(address, Plug::connect),
            Route::Tcp(address) => line(address, Plug::listen_at),
        }
    }

    #[cfg(unix)]
    fn reader(fittings: Fittings<'_>) -> Result<Self, NoBerth> {
        let Fittings { socket, given, .. } = fittings;
        let rack = Rack::new(fittings.tap, fittings.clock, fittings.seed);
        rack.speak(mishap::dialect(given.dialect));
        let (readers, at) = mishap::readers(given, fittings.meets);
        let mut ids = Vec::new();
        for reader in &readers {
            ids.push(rack.add_reader(reader.clone()).map_err(NoBerth::Reader)?);
        }
        let server = madoguchi_reader::pcsclite::Server::bind(socket, rack.clone())
            .map_err(NoBerth::Socket)?;
        Ok(Self::Reader {
            rack,
            personality: readers[at].clone(),
            reader: Mutex::new(ids[at]),
            socket: socket.to_owned(),
            _server: server,
        })
    }

    #[cfg(not(unix))]
    fn reader(_: Fittings<'_>) -> Result<Self, NoBerth> {
        Err(NoBerth::NotHere)
    }

    /// How a client finds the card: variable and value.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        match self {
            #[cfg(unix)]
            Self::Reader {
                socket,
                personality,
                ..
            } => vec![
                ("PCSCLITE_CSOCK_NAME", socket.to_string_lossy().into_owned()),
                ("MADOGUCHI_READER", personality.name.clone()),
            ],
            Self::Plug(plug) => vec![("MADOGUCHI_CARD", plug.address().to_string())],
        }
    }

    /// Plans what goes wrong from the next card on, or with the one that lies there; instead of
    /// what was planned before.
    pub(crate) fn plan(&self, plan: Plan) -> Result<(), RackError> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.plan(current(reader), plan),
            Self::Plug(plug) => {
                plug.plan(plan);
                Ok(())
            }
        }
    }

    /// Lays a card down.
    pub(crate) fn insert(&self, card: Box<dyn Icc>) -> Result<(), RackError> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.insert(current(reader), card),
            Self::Plug(plug) => plug.insert(card),
        }
    }

    /// Takes the card away, or picks up one that was torn away.
    pub(crate) fn remove(&self) -> Option<Box<dyn Icc>> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.remove(current(reader)),
            Self::Plug(plug) => plug.remove(),
        }
    }

    pub(crate) fn is_occupied(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.is_occupied(current(reader)),
            Self::Plug(plug) => plug.is_occupied(),
        }
    }

    /// Whether there is anything to lay a card on.
    pub(crate) fn is_there(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.has(current(reader)),
            Self::Plug(_) => true,
        }
    }

    /// Pulls the reader out, with the card in it.
    pub(crate) fn unplug(&self) {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => drop(rack.remove_reader(current(reader))),
            Self::Plug(_) => {}
        }
    }

    /// Plugs the reader in again, where it is not.
    pub(crate) fn plug_in(&self) -> Result<(), RackError> {
        match self {
            #[cfg(unix)]
            Self::Reader {
                rack,
                reader,
                personality,
                ..
            } => {
                let mut reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
                if !rack.has(*reader) {
                    *reader = rack.add_reader(personality.clone())?;
                }
                Ok(())
            }
            Self::Plug(_) => Ok(()),
        }
    }

    /// The PC/SC reader, where there is one.
    pub(crate) fn rack(&self) -> Option<(&Rack, ReaderId)> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => Some((rack, current(reader))),
            Self::Plug(_) => None,
        }
    }
}

#[cfg(unix)]
fn current(reader: &Mutex<ReaderId>) -> ReaderId {
    *reader.lock().unwrap_or_else(PoisonError::into_inner)
}
