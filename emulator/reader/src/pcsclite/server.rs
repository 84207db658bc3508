//! The listener and the connections that it accepted.

use std::fmt;
use std::io::{self, Read as _, Write as _};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use madoguchi_terms::{Lang, Say};
use parking_lot::Mutex;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{RecvFlags, recv};

use super::connection::serve;
use super::layout::{Header, Message as _};
use super::link::Link;
use crate::ResourceManager;
use crate::service::Service;

/// How long the service waits for a request that it will not answer.
const UNANSWERED_LIMIT: Duration = Duration::from_millis(100);

/// How long the service waits before it tries again to accept a connection.
const ACCEPT_RETRY: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 100_000_000,
};

/// A service that libpcsclite finds at `PCSCLITE_CSOCK_NAME`.
///
/// Dropping it closes all connections, waits for all its threads and removes the socket. Who may
/// connect is decided by the folder: it should be the user's own, mode 0700.
pub struct Server {
    manager: ResourceManager,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    path: PathBuf,
    closing: Arc<AtomicBool>,
    connections: Mutex<Vec<(Arc<Link>, JoinHandle<()>)>>,
    /// Where clients connect; nothing while the service is stopped.
    listener: Mutex<Option<Arc<UnixListener>>>,
    /// Written to, to have the thread that accepts look at the listener again.
    waker: UnixStream,
}

impl Server {
    /// How many connections there may be at once, as in pcscd.
    pub const CONNECTIONS_MAX: usize = 200;

    /// The longest path in bytes that libpcsclite and the kernel take.
    pub const PATH_MAX: usize = 107;

    /// Listens at `path` for the clients of `manager`. A socket that a dead service left there
    /// is replaced; one at which a service listens is not.
    ///
    /// # Errors
    /// [`BindError`].
    pub fn bind(path: impl Into<PathBuf>, manager: ResourceManager) -> Result<Self, BindError> {
        let path = path.into();
        let len = path.as_os_str().as_bytes().len();
        if len > Self::PATH_MAX {
            return Err(BindError::PathTooLong { path, len });
        }
        let (waker, woken) = UnixStream::pair().map_err(|source| BindError::io(&path, source))?;
        let shared = Arc::new(Shared {
            path,
            closing: Arc::default(),
            connections: Mutex::default(),
            listener: Mutex::default(),
            waker,
        });
        shared.open()?;
        let mut server = Self {
            manager,
            shared,
            acceptor: None,
        };
        server
            .listen(woken)
            .map_err(|source| BindError::io(&server.shared.path, source))?;
        let service = Arc::downgrade(&server.shared);
        server.manager.serve(service);
        Ok(server)
    }

    /// Serves one client whose connection is there already, on this thread, until it leaves: for a
    /// socket that was accepted elsewhere, and for tests that feed the protocol's decoder.
    ///
    /// # Errors
    /// Where the stream cannot be set up.
    pub fn attend(stream: UnixStream, manager: &ResourceManager) -> io::Result<()> {
        serve(Arc::new(Link::new(stream, Arc::default())?), manager);
        Ok(())
    }

    /// Where clients find the service.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.shared.path
    }

    fn listen(&mut self, woken: UnixStream) -> io::Result<()> {
        woken.set_nonblocking(true)?;
        self.shared.waker.set_nonblocking(true)?;
        let (shared, manager) = (Arc::clone(&self.shared), self.manager.clone());
        let accept = move || accept(&woken, &shared, &manager);
        self.acceptor = Some(
            thread::Builder::new()
                .name("pcsc-accept".into())
                .spawn(accept)?,
        );
        Ok(())
    }
}

impl Shared {
    /// Lets clients connect.
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
        *self.listener.lock() = Some(Arc::new(listener));
        self.wake();
        Ok(())
    }

    fn wake(&self) {
        let mut waker = &self.waker;
        // A pipe that is full wakes the thread already.
        let _ = waker.write(&[1]);
    }
}

impl Service for Shared {
    fn stop(&self) {
        let Some(listener) = self.listener.lock().take() else {
            return;
        };
        let _ = std::fs::remove_file(&self.path);
        drop(listener);
        self.wake();
        for (link, _) in self.connections.lock().iter() {
            link.close();
        }
    }

    fn is_stopped(&self) -> bool {
        self.listener.lock().is_none()
    }

    fn start(&self) {
        if self.is_stopped() && !self.closing.load(Ordering::Acquire) {
            // Where another service listens there meanwhile, this one stays stopped.
            let _ = self.open();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.closing.store(true, Ordering::Release);
        self.shared.stop();
        self.shared.wake();
        if let Some(acceptor) = self.acceptor.take() {
            // A thread that panicked has said so.
            let _ = acceptor.join();
        }
        let connections = std::mem::take(&mut *self.shared.connections.lock());
        self.manager.nudge();
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

/// Accepts connections while there is a listener, until the server is dropped.
fn accept(woken: &UnixStream, shared: &Shared, manager: &ResourceManager) {
    while !shared.closing.load(Ordering::Acquire) {
        let listener = shared.listener.lock().clone();
        let mut news = vec![PollFd::new(woken, PollFlags::IN)];
        news.extend(
            listener
                .iter()
                .map(|listener| PollFd::new(listener, PollFlags::IN)),
        );
        // Fails only by a signal; then there is nothing to accept yet.
        let _ = poll(&mut news, None);
        let mut woken = woken;
        while matches!(woken.read(&mut [0; 64]), Ok(1..)) {}
        match listener.as_ref().map(|listener| listener.accept()) {
            // A client that cannot be served sees its connection end.
            Some(Ok((stream, _))) => drop(admit(stream, shared, manager)),
            None => {}
            Some(Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
            // Out of file descriptors, most likely: the client stays in the queue meanwhile.
            Some(Err(_)) => drop(poll(&mut news[..1], Some(&ACCEPT_RETRY))),
        }
    }
}

fn admit(stream: UnixStream, shared: &Shared, manager: &ResourceManager) -> io::Result<()> {
    if manager.refuses_access() {
        // A connection that is closed on a request, unread, is how libpcsclite knows a refusal. It
        // sends head and body in two pieces; one that is closed between them is only broken.
        // A client that does not ask does not keep the others waiting.
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(UNANSWERED_LIMIT))?;
        (&stream).read_exact(&mut [0; Header::SIZE])?;
        recv(&stream, &mut [0; 1], RecvFlags::PEEK)?;
        return Ok(());
    }
    let mut connections = shared.connections.lock();
    connections.retain(|(_, thread)| !thread.is_finished());
    // A client that was in the queue when the service stopped comes too late.
    if connections.len() >= Server::CONNECTIONS_MAX || shared.listener.lock().is_none() {
        return Ok(());
    }
    let link = Arc::new(Link::new(stream, Arc::clone(&shared.closing))?);
    let (own, manager) = (Arc::clone(&link), manager.clone());
    let thread = thread::Builder::new()
        .name("pcsc-client".into())
        .spawn(move || serve(own, &manager))?;
    connections.push((link, thread));
    Ok(())
}

/// Whether a socket lies here at which no service listens.
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
    /// Another service listens there.
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
