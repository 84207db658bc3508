//! Where a cell's card is laid: a PC/SC reader behind the embedded server, or the bare card at the
//! end of a TCP line in vpcd framing, for a real pcscd or an app with a reader interface of its own.

use std::io;
use std::net::SocketAddr;
use std::path::Path;
#[cfg(unix)]
use std::path::PathBuf;
use std::sync::Arc;

use madoguchi_iso7816::Icc;
use madoguchi_reader::vpcd::Plug;
use madoguchi_reader::{Rack, RackError, ReaderId, Tap};
use madoguchi_terms::{Lang, Say};

use super::clock::Monotonic;

/// The reader of every cell, unless somebody renames it.
const READER: &str = "madoguchi Virtual Contactless Reader 00 00";

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
        reader: ReaderId,
        socket: PathBuf,
        _server: madoguchi_reader::pcsclite::Server,
    },
    Plug(Plug),
}

impl Berth {
    /// Opens a berth. The socket of a PC/SC reader is `socket`; `seed` decides its handles.
    pub(crate) fn open(
        route: Route,
        socket: &Path,
        tap: Arc<dyn Tap>,
        seed: u64,
    ) -> Result<Self, NoBerth> {
        let timer = Arc::new(Monotonic::new());
        let line = |address, plug: io::Result<Plug>| {
            plug.map(Self::Plug)
                .map_err(|error| NoBerth::Line { address, error })
        };
        match route {
            Route::Pcsc => Self::reader(socket, Rack::new(tap, timer, seed)),
            Route::Vpcd(address) => line(address, Plug::connect(address, timer)),
            Route::Tcp(address) => line(address, Plug::listen_at(address, timer)),
        }
    }

    #[cfg(unix)]
    fn reader(socket: &Path, rack: Rack) -> Result<Self, NoBerth> {
        let reader = rack.add_reader(READER).map_err(NoBerth::Reader)?;
        let server = madoguchi_reader::pcsclite::Server::bind(socket, rack.clone())
            .map_err(NoBerth::Socket)?;
        Ok(Self::Reader {
            rack,
            reader,
            socket: socket.to_owned(),
            _server: server,
        })
    }

    #[cfg(not(unix))]
    fn reader(_: &Path, _: Rack) -> Result<Self, NoBerth> {
        Err(NoBerth::NotHere)
    }

    /// How a client finds the card: variable and value.
    pub(crate) fn env(&self) -> Vec<(&'static str, String)> {
        match self {
            #[cfg(unix)]
            Self::Reader { socket, .. } => vec![
                ("PCSCLITE_CSOCK_NAME", socket.to_string_lossy().into_owned()),
                ("MADOGUCHI_READER", READER.to_owned()),
            ],
            Self::Plug(plug) => vec![("MADOGUCHI_CARD", plug.address().to_string())],
        }
    }

    /// Lays a card down.
    pub(crate) fn insert(&self, card: Box<dyn Icc>) -> Result<(), RackError> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.insert(*reader, card),
            Self::Plug(plug) => plug.insert(card),
        }
    }

    /// Takes the card away, or picks up one that was torn away.
    pub(crate) fn remove(&self) -> Option<Box<dyn Icc>> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.remove(*reader),
            Self::Plug(plug) => plug.remove(),
        }
    }

    pub(crate) fn is_occupied(&self) -> bool {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => rack.is_occupied(*reader),
            Self::Plug(plug) => plug.is_occupied(),
        }
    }

    /// The PC/SC reader, where there is one.
    pub(crate) const fn rack(&self) -> Option<(&Rack, ReaderId)> {
        match self {
            #[cfg(unix)]
            Self::Reader { rack, reader, .. } => Some((rack, *reader)),
            Self::Plug(_) => None,
        }
    }
}
