//! A network of the run's own, in which a client can be seen to look for other hosts than the
//! service: a Linux network namespace whose loopback answers for every address, and a socket that
//! hears all that passes.
//!
//! Nothing in it reaches another machine. A connection to anywhere is refused at once, as no one
//! listens there, and a name is not found; the mock and its clients meet on 127.0.0.1 as ever.
//! A namespace is entered before the process has threads, so the command starts itself anew in it,
//! by `unshare` (util-linux); `ip` (iproute2) lays the routes.

mod packet;

use std::convert::Infallible;
use std::fs;
use std::io::{self, PipeReader, PipeWriter, Write as _};
use std::os::fd::{AsFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use madoguchi_terms::{Lang, Say};
use madoguchi_trace::{OutsideEvent, What};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::{
    AddressFamily, Protocol, RawProtocol, RecvFlags, SocketFlags, SocketType, recv, socket_with,
    sockopt,
};

use self::packet::sought;
use crate::cell::reach::{HOSTS, TWO_ADDRESSES};
use crate::cell::sequencer::Sequencer;

/// Set for the command that was started anew: the namespace that it came from, as `net:[…]`.
const LEFT: &str = "MADOGUCHI_NETWORK_LEFT";
/// What the namespace of a process is called.
const OWN: &str = "/proc/self/ns/net";
/// In a namespace of users, no user needs to be root; who they are stays as it is.
const UNSHARE: [&str; 6] = [
    "--user",
    "--map-current-user",
    "--keep-caps",
    "--net",
    "--mount",
    "--",
];

/// Why there is no such network.
#[derive(Debug)]
pub(crate) enum NoOwnNetwork {
    /// A program that is needed could not be started, or said no.
    Program { name: &'static str, why: String },
    /// The command was started anew, and is where it was.
    SameAsBefore,
}

impl NoOwnNetwork {
    fn program(name: &'static str, why: impl ToString) -> Self {
        let why = why.to_string().trim_end().to_owned();
        Self::Program { name, why }
    }
}

impl Say for NoOwnNetwork {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Program { name, why } => lang.pick(
                format!("専用のネットワークを作れません ({name}: {why})\n  対処: util-linux と iproute2 を入れ、ユーザー名前空間を許可してください (Docker では --security-opt seccomp=unconfined、Ubuntu では sysctl kernel.apparmor_restrict_unprivileged_userns=0)。--own-network を外せば、ほかの通信先は判定不能になります"),
                format!("cannot make a network of its own ({name}: {why})\n  help: install util-linux and iproute2 and permit user namespaces (Docker: --security-opt seccomp=unconfined; Ubuntu: sysctl kernel.apparmor_restrict_unprivileged_userns=0); without --own-network, other hosts stay inconclusive"),
            ),
            Self::SameAsBefore => lang.pick(
                format!("専用のネットワークに入れていません (環境変数 {LEFT} は madoguchi が設定するものです)"),
                format!("this is not a network of its own ({LEFT} is set by madoguchi alone)"),
            ),
        }
    }
}

/// Goes on in a network of its own: starts the command anew there, and returns in that one only.
///
/// # Errors
/// Where the machine does not permit it.
pub(crate) fn enter() -> Result<(), NoOwnNetwork> {
    let here = namespace()?;
    match std::env::var(LEFT) {
        Err(_) => match start_anew(&here)? {},
        Ok(left) if left == here || !is_bare() => Err(NoOwnNetwork::SameAsBefore),
        Ok(_) => furnish(),
    }
}

fn namespace() -> Result<String, NoOwnNetwork> {
    let link = fs::read_link(OWN).map_err(|error| NoOwnNetwork::program(OWN, error))?;
    Ok(link.to_string_lossy().into_owned())
}

/// Whether there is a loopback, and nothing but it: whatever is done to it is done to no other process.
fn is_bare() -> bool {
    let devices = fs::read_to_string("/proc/self/net/dev").unwrap_or_default();
    let mut names = devices.lines().filter_map(|line| line.split_once(':'));
    names.all(|(name, _)| name.trim() == "lo")
}

fn start_anew(here: &str) -> Result<Infallible, NoOwnNetwork> {
    const NAME: &str = "unshare";
    let no = |why: &dyn ToString| NoOwnNetwork::program(NAME, why.to_string());
    // Asked first: what it says of itself would be taken for what the run says.
    let tried = Command::new(NAME).args(UNSHARE).arg("true").output();
    let tried = tried.map_err(|error| no(&error))?;
    if !tried.status.success() {
        return Err(no(&String::from_utf8_lossy(&tried.stderr)));
    }
    let this = std::env::current_exe().map_err(|error| no(&error))?;
    let error = Command::new(NAME)
        .args(UNSHARE)
        .arg(this)
        .args(std::env::args_os().skip(1))
        .env(LEFT, here)
        .exec();
    Err(no(&error))
}

/// Wakes the loopback and has it answer for every address.
fn furnish() -> Result<(), NoOwnNetwork> {
    ip("link set dev lo up\nroute add local 0.0.0.0/0 dev lo\n")?;
    // A machine without IPv6 has nothing to answer for.
    let _ = ip("route add local ::/0 dev lo\n");
    // Where no file can be laid over another the service is called `localhost` in its place.
    let _ = name_with_two_addresses();
    Ok(())
}

/// Lays a file of hosts over that of the machine, in which a name has two addresses.
fn name_with_two_addresses() -> io::Result<()> {
    let machines = fs::read_to_string(HOSTS)?;
    let mut own = tempfile::NamedTempFile::new()?;
    write!(own, "{machines}\n{}", TWO_ADDRESSES.lines())?;
    let laid = Command::new("mount")
        .arg("--bind")
        .args([own.path(), Path::new(HOSTS)])
        .stderr(Stdio::null())
        .status()?;
    if laid.success() {
        Ok(())
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

fn ip(commands: &str) -> Result<(), NoOwnNetwork> {
    const NAME: &str = "ip";
    let no = |error: io::Error| NoOwnNetwork::program(NAME, error);
    let mut ip = Command::new(NAME)
        .args(["-batch", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(no)?;
    if let Some(mut stdin) = ip.stdin.take() {
        stdin.write_all(commands.as_bytes()).map_err(no)?;
    }
    let done = ip.wait_with_output().map_err(no)?;
    if done.status.success() {
        Ok(())
    } else {
        let why = String::from_utf8_lossy(&done.stderr);
        Err(NoOwnNetwork::program(NAME, why))
    }
}

/// Sees whom a client looks for, from its beginning until it is dropped. What passed before then
/// is all told.
#[derive(Debug)]
pub(crate) struct Lookout {
    /// Closed to end it.
    open: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

/// All packets (`ETH_P_ALL`), in the byte order of the network.
const EVERY_PACKET: RawProtocol = match RawProtocol::new(0x0003_u16.to_be() as u32) {
    Some(protocol) => protocol,
    None => unreachable!(),
};
/// What the kernel may hold while this waits for a core: the mock's own traffic passes, too.
const HELD: usize = 8 << 20;
/// Of each packet: headers, and a name that is asked for.
const READ: usize = 1024;

impl Lookout {
    /// # Errors
    /// Where this network is not its own.
    pub(crate) fn open(sequencer: &Arc<Sequencer>) -> io::Result<Self> {
        let protocol = Some(Protocol::from_raw(EVERY_PACKET));
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::PACKET, SocketType::DGRAM, flags, protocol)?;
        // As much of it as this machine grants.
        let _ = sockopt::set_socket_recv_buffer_size(&socket, HELD);
        let (ended, open) = io::pipe()?;
        let sequencer = sequencer.clone();
        let thread = thread::Builder::new()
            .name("own-network".into())
            .spawn(move || listen(&socket, &ended, &sequencer))?;
        Ok(Self {
            open: Some(open),
            thread: Some(thread),
        })
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        drop(self.open.take());
        if let Some(thread) = self.thread.take() {
            // Its panic has been reported by itself.
            let _ = thread.join();
        }
    }
}

/// Tells each host once: a name is asked for several times, and a packet passes twice.
fn listen(socket: &OwnedFd, ended: &PipeReader, sequencer: &Sequencer) {
    let machine = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let machine = machine.trim();
    let mut told: Vec<OutsideEvent> = Vec::new();
    let mut packet = [0; READ];
    loop {
        let mut fds = [
            PollFd::from_borrowed_fd(socket.as_fd(), PollFlags::IN),
            PollFd::from_borrowed_fd(ended.as_fd(), PollFlags::IN),
        ];
        let polled = poll(&mut fds, None::<&Timespec>);
        let is_over = !fds[1].revents().is_empty();
        while let Ok((_, length)) = recv(socket, &mut packet[..], RecvFlags::empty()) {
            let length = length.min(packet.len());
            let Some(host) = sought(&packet[..length], machine) else {
                continue;
            };
            if !told.contains(&host) {
                sequencer.tell(What::Outside(host.clone()));
                told.push(host);
            }
        }
        if is_over || polled.is_err_and(|error| error != rustix::io::Errno::INTR) {
            return;
        }
    }
}
