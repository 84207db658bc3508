//! The exchange folders of a 資格確認端末 on disk: looks for requests in `req`, leaves answers in
//! `res` and `face`. Knows files, not what stands in them.
//!
//! A request is taken when it has not changed between two looks and no program holds a lock on it; one
//! whose end is missing is given a little longer. Answers appear whole: they are written beside and
//! renamed. A request that was answered is removed. Whatever is no request is left alone.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant, SystemTime};

/// Between two looks into `req`.
const LOOK: Duration = Duration::from_millis(100);

/// How long a request may stay incomplete without a change before it is answered as it is.
const PATIENCE: Duration = Duration::from_secs(2);

/// The most that is read of a request, bytes.
pub(crate) const MAX_REQUEST: u64 = 16 << 20;

/// Files in `req` that one look takes notice of.
pub(crate) const MAX_FILES: usize = 10_000;

/// The three folders.
#[derive(Debug, Clone)]
pub(crate) struct Folders {
    root: PathBuf,
}

/// A request file as it was read.
#[derive(Debug)]
pub(crate) enum Incoming {
    /// All of it.
    Whole(Vec<u8>),
    /// It is longer than any request.
    TooLong,
}

/// What to do with a request file.
#[derive(Debug)]
pub(crate) enum Reaction {
    /// Answer it with a file of that name.
    Answer(String, Vec<u8>),
    /// Look again: the client may still be writing it.
    Wait,
    /// It is no request.
    Leave,
}

/// Says what to do with the request file of a name. The last argument says whether it may still be
/// growing.
pub(crate) type React = dyn Fn(&str, Incoming, bool) -> Reaction + Send + Sync;

impl Folders {
    /// The folders below `root`, which are made where they are missing.
    ///
    /// # Errors
    /// The folder that could not be made.
    pub(crate) fn open(root: &Path) -> Result<Self, (PathBuf, io::Error)> {
        for name in ["req", "res", "face"] {
            let path = root.join(name);
            fs::create_dir_all(&path).map_err(|error| (path, error))?;
        }
        Ok(Self {
            root: root.to_owned(),
        })
    }

    /// Leaves a file in one of the folders; a client that watches sees all of it or nothing.
    pub(crate) fn leave(&self, folder: &str, name: &str, content: &[u8]) -> io::Result<()> {
        let folder = self.root.join(folder);
        let mut file = tempfile::Builder::new()
            .prefix(".madoguchi-")
            .suffix(".tmp")
            .tempfile_in(&folder)?;
        file.write_all(content)?;
        file.persist(folder.join(name))?;
        Ok(())
    }
}

/// Folders that are watched, until dropped.
#[derive(Debug)]
pub(crate) struct Watch {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// Watches `req` on a thread of its own.
    ///
    /// # Errors
    /// Where there is no thread to be had.
    pub(crate) fn start(folders: Folders, react: Arc<React>) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        let thread = thread::Builder::new()
            .name("folder".into())
            .spawn(move || {
                let mut scan = Scan::new(folders, react);
                while !stopped.load(Ordering::Relaxed) {
                    scan.look(Instant::now());
                    thread::park_timeout(LOOK);
                }
            })?;
        Ok(Self {
            stop,
            thread: Some(thread),
        })
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A panic there has been told already.
            let _ = thread.join();
        }
    }
}

/// Length and time of a file: while they change, the client is writing.
type Stamp = (u64, Option<SystemTime>);

/// What is known of a file from look to look.
#[derive(Debug)]
struct Seen {
    stamp: Stamp,
    since: Instant,
    /// Nothing more is done with it until it changes.
    finished: bool,
}

struct Scan {
    folders: Folders,
    react: Arc<React>,
    seen: BTreeMap<String, Seen>,
}

impl Scan {
    const fn new(folders: Folders, react: Arc<React>) -> Self {
        Self {
            folders,
            react,
            seen: BTreeMap::new(),
        }
    }

    /// Takes what is ready, in the order of the names.
    fn look(&mut self, now: Instant) {
        let Ok(entries) = fs::read_dir(self.folders.root.join("req")) else {
            // The folder is gone for the moment: its owner may be tidying up.
            return;
        };
        let mut there: BTreeMap<String, Stamp> = BTreeMap::new();
        for entry in entries.flatten().take(MAX_FILES) {
            // A link, a folder or a pipe is no request, wherever it leads.
            let plain = entry.file_type().is_ok_and(|kind| kind.is_file());
            let name = entry.file_name().into_string().ok().filter(|n| is_name(n));
            if let (true, Some(name), Ok(about)) = (plain, name, entry.metadata()) {
                there.insert(name, (about.len(), about.modified().ok()));
            }
        }
        self.seen.retain(|name, _| there.contains_key(name));
        for (name, stamp) in there {
            let known = self.seen.get(&name).filter(|seen| seen.stamp == stamp);
            match known {
                None => {
                    let seen = Seen {
                        stamp,
                        since: now,
                        finished: false,
                    };
                    self.seen.insert(name, seen);
                }
                Some(seen) if !seen.finished => {
                    let may_grow = now.duration_since(seen.since) < PATIENCE;
                    if self.take(&name, stamp, may_grow) {
                        self.seen
                            .entry(name)
                            .and_modify(|seen| seen.finished = true);
                    }
                }
                Some(_) => {}
            }
        }
    }

    /// Whether nothing more is to be done with the file as it is.
    fn take(&self, name: &str, (length, _): Stamp, may_grow: bool) -> bool {
        let path = self.folders.root.join("req").join(name);
        let incoming = if MAX_REQUEST < length {
            Incoming::TooLong
        } else {
            match read(&path) {
                Ok(Some(bytes)) => Incoming::Whole(bytes),
                // Locked, not ours to read, or gone: the next look knows more.
                Ok(None) | Err(_) => return false,
            }
        };
        match (self.react)(name, incoming, may_grow) {
            Reaction::Wait => false,
            Reaction::Leave => true,
            Reaction::Answer(answer, content) => {
                let done = self
                    .folders
                    .leave("res", &answer, &content)
                    .and_then(|()| fs::remove_file(&path));
                if let Err(error) = done {
                    anstream::eprintln!("  ! {name} → {answer}: {error}");
                }
                true
            }
        }
    }
}

/// The content, unless another program has locked the file.
fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = File::open(path)?;
    match file.try_lock_shared() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        // A file system without locks.
        Err(TryLockError::Error(_)) => {}
    }
    let mut bytes = Vec::new();
    file.take(MAX_REQUEST).read_to_end(&mut bytes)?;
    Ok(Some(bytes))
}

/// The name of a request: `…req_….xml`, in plain letters.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.');
    let xml = Path::new(name)
        .extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("xml"));
    xml && name.contains("req_") && !name.starts_with('.') && name.bytes().all(plain)
}

#[cfg(test)]
mod tests;
