//! The listening socket and everybody who came through it.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_terms::{Lang, Say};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvFlags, recv};

use super::connection::serve;
use super::layout::{Header, Message as _};
use super::link::Link;
use crate::Rack;
use crate::event::Service;
use crate::seat::lock;

/// How many connections there may be at once, as in pcscd.
const CONNECTIONS_MAX: usize = 200;

/// How long the service waits for a question that it will not answer.
const PATIENCE: Duration = Duration::from_millis(100);

/// How long the service waits before it tries again to let somebody in.
const RESPITE: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// A service that libpcsclite finds at `PCSCLITE_CSOCK_NAME`.
///
/// Dropping it closes all connections, waits for all its threads and removes the socket. Who may
/// connect is decided by the folder: it should be the user's own, mode 0700.
pub struct Server {
    rack: Rack,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    closing: Arc<AtomicBool>,
    connections: Mutex<Vec<(Arc<Link>, JoinHandle<()>)>>,
    /// Where clients come in; nothing while the service is stopped.
    door: Mutex<Option<Arc<UnixListener>>>,
    /// Rung to have the thread that accepts look at the door again.
    bell: UnixStream,
}

impl Server {
    /// The longest path in bytes that libpcsclite and the kernel take.
    pub const PATH_MAX: usize = 107;

    /// Listens at `path` for the clients of `rack`. A socket that a dead service left there is
    /// replaced; one that somebody listens at is not.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn bind(path: impl Into<PathBuf>, rack: Rack) -> Result<Self, BindError> {
        let path = path.into();
        let len = path.as_os_str().as_bytes().len();
        if len > Self::PATH_MAX {
            return Err(BindError::PathTooLong { path, len });
        }
        let (bell, rope) = UnixStream::pair().map_err(|source| BindError::io(&path, source))?;
        let shared = Arc::new(Shared {
            path,
            closing: Arc::default(),
            connections: Mutex::default(),
            door: Mutex::default(),
            bell,
        });
        shared.open()?;
        let mut server = Self {
            rack,
            shared,
            acceptor: None,
        };
        server
            .listen(rope)
            .map_err(|source| BindError::io(&server.shared.path, source))?;
        let service = Arc::downgrade(&server.shared);
        server.rack.serve(service);
        Ok(server)
    }

    /// Serves one client whose connection is there already, on this thread, until it leaves: for a
    /// socket that somebody else accepted, and for whoever wants to feed the protocol's decoder.
    ///
    /// # Errors
    /// Where the stream cannot be set up.
    pub fn attend(stream: UnixStream, rack: &Rack) -> io::Result<()> {
        serve(Arc::new(Link::new(stream, Arc::default())?), rack);
        Ok(())
    }

    /// Where clients find the service.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    fn listen(&mut self, rope: UnixStream) -> io::Result<()> {
        rope.set_nonblocking(true)?;
        self.shared.bell.set_nonblocking(true)?;
        let (shared, rack) = (Arc::clone(&self.shared), self.rack.clone());
        let accept = move || accept(&rope, &shared, &rack);
        self.acceptor = Some(
            thread::Builder::new()
                .name("pcsc-accept".into())
                .spawn(accept)?,
        );
        Ok(())
    }
}

impl Shared {
    /// Lets clients find the door.
    fn open(&self) -> Result<(), BindError> {
        let path = &self.path;
        if is_abandoned(path) {
            // If this fails, so does the next step, and says why.
            let _ = std::fs::remove_file(path);
        }
        let listener = UnixListener::bind(path).map_err(|source| match source.kind() {
            io::ErrorKind::AddrInUse => BindError::InUse { path: path.clone() },
            _ => BindError::io(path, source),
        })?;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
            .and_then(|()| listener.set_nonblocking(true))
            .map_err(|source| BindError::io(path, source))?;
        *lock(&self.door) = Some(Arc::new(listener));
        self.ring();
        Ok(())
    }

    fn ring(&self) {
        let mut bell = &self.bell;
        // A bell that cannot be rung any more is ringing.
        let _ = bell.write(&[1]);
    }
}

impl Service for Shared {
    fn stop(&self) {
        let Some(door) = lock(&self.door).take() else {
            return;
        };
        let _ = std::fs::remove_file(&self.path);
        drop(door);
        self.ring();
        for (link, _) in lock(&self.connections).iter() {
            link.close();
        }
    }

    fn is_stopped(&self) -> bool {
        lock(&self.door).is_none()
    }

    fn start(&self) {
        if self.is_stopped() && !self.closing.load(Ordering::Acquire) {
            // Where somebody else has taken the place meanwhile, the service stays stopped.
            let _ = self.open();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.stop();
        self.shared.ring();
        if let Some(acceptor) = self.acceptor.take() {
            // A thread that panicked has said so.
            let _ = acceptor.join();
        }
        let connections = std::mem::take(&mut *lock(&self.shared.connections));
        self.rack.nudge();
        for (link, thread) in connections {
            link.close();
            let _ = thread.join();
        }
    }
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("path", &self.shared.path)
            .finish_non_exhaustive()
    }
}

/// Lets clients in while the door is open, until it is over.
fn accept(rope: &UnixStream, shared: &Shared, rack: &Rack) {
    while !shared.closing.load(Ordering::Acquire) {
        let door = lock(&shared.door).clone();
        let mut news = vec![PollFd::new(rope, PollFlags::IN)];
        news.extend(door.iter().map(|door| PollFd::new(door, PollFlags::IN)));
        // Fails only by a signal; then there is nothing to accept yet.
        let _ = poll(&mut news, None);
        let mut rope = rope;
        while matches!(rope.read(&mut [0; 64]), Ok(1..)) {}
        match door.as_ref().map(|door| door.accept()) {
            // A client that cannot be served sees its connection end.
            Some(Ok((stream, _))) => drop(welcome(stream, shared, rack)),
            None => {}
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            // Out of file descriptors, most likely: the client stays in the queue meanwhile.
            Some(Err(_)) => drop(poll(&mut news[..1], Some(&RESPITE))),
        }
    }
}

fn welcome(stream: UnixStream, shared: &Shared, rack: &Rack) -> io::Result<()> {
    if rack.refuses_access() {
        // A door that is shut on a question, unread, is how libpcsclite knows a refusal. It sends
        // head and body in two pieces; a door that is shut between them is only a broken line.
        // Whoever does not ask does not keep the others waiting.
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        (&stream).read_exact(&mut [0; Header::SIZE])?;
        recv(&stream, &mut [0; 1], RecvFlags::PEEK)?;
        return Ok(());
    }
    let mut connections = lock(&shared.connections);
    connections.retain(|(_, thread)| !thread.is_finished());
    // Whoever was in the queue when the service stopped comes too late.
    if connections.len() >= CONNECTIONS_MAX || lock(&shared.door).is_none() {
        return Ok(());
    }
    let link = Arc::new(Link::new(stream, Arc::clone(&shared.closing))?);
    let (own, rack) = (Arc::clone(&link), rack.clone());
    let thread = thread::Builder::new()
        .name("pcsc-client".into())
        .spawn(move || serve(own, &rack))?;
    connections.push((link, thread));
    Ok(())
}

/// Whether a socket lies here that nobody listens at.
fn is_abandoned(path: &Path) -> bool {
    UnixStream::connect(path).is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
}

/// Why the service cannot listen.
#[derive(Debug)]
#[non_exhaustive]
pub enum BindError {
    /// The path does not fit in a socket address.
    PathTooLong {
        /// The path.
        path: PathBuf,
        /// Its length in bytes.
        len: usize,
    },
    /// Somebody listens there.
    InUse {
        /// The path.
        path: PathBuf,
    },
    /// The operating system refused.
    Io {
        /// The path.
        path: PathBuf,
        /// Its reason.
        source: io::Error,
    },
}

impl BindError {
    fn io(path: &Path, source: io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }
}

impl Say for BindError {
    fn text(&self, lang: Lang) -> String {
        let max = Server::PATH_MAX;
        match self {
            Self::PathTooLong { path, len } => {
                let path = path.display();
                lang.pick(
                    format!(
                        "ソケットのパスが {len} バイトで、上限の {max} バイトを超えています: {path}。\
                         TMPDIR などで短いフォルダーを指定してください"
                    ),
                    format!(
                        "the socket's path has {len} bytes, at most {max} are possible: {path}; \
                         choose a shorter folder, for example with TMPDIR"
                    ),
                )
            }
            Self::InUse { path } => {
                let path = path.display();
                lang.pick(
                    format!(
                        "ソケット {path} は別のサービスが使用中です。そのサービスを終了するか、\
                         別のパスを指定してください"
                    ),
                    format!("another service listens at {path}; end it or choose another path"),
                )
            }
            Self::Io { path, source } => {
                let path = path.display();
                lang.pick(
                    format!(
                        "ソケット {path} で待ち受けできません: {source}。\
                         フォルダーの存在と書き込み権限を確認してください"
                    ),
                    format!(
                        "cannot listen at {path}: {source}; check that the folder exists and can \
                         be written to"
                    ),
                )
            }
        }
    }
}

impl fmt::Display for BindError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for BindError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::PathTooLong { .. } | Self::InUse { .. } => None,
        }
    }
}
