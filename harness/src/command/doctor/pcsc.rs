//! The client's side of PC/SC: the library that it loads, and the socket that the library talks to.

use std::env;
use std::path::{Path, PathBuf};

use super::finding::Finding;
#[cfg(unix)]
use super::machine::SOCKET_PATH_MAX;
use super::program::{head, is_this, machine};

const LIBRARY: &str = "libpcsclite.so.1";

/// D-03 and D-23: without libpcsclite no PC/SC client starts. madoguchi itself does not need it.
pub(super) fn library() -> Option<Finding> {
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    let folders = library_folders();
    let mut there = folders.iter().map(|folder| folder.join(LIBRARY));
    // The first that is there is the one that is loaded, whatever it is.
    let found = there.find(|path| path.symlink_metadata().is_ok());
    found.map_or_else(missing, |path| unusable(&path))
}

fn missing() -> Option<Finding> {
    Some(Finding::new(
        "D-03",
        (
            format!("{LIBRARY} が見つからない (PC/SC を使うクライアントが起動できない)"),
            format!("{LIBRARY} was not found (a PC/SC client cannot start)"),
        ),
        (
            "apt-get install libpcsclite1 (Debian)",
            "apt-get install libpcsclite1 (Debian)",
        ),
    ))
}

/// D-23: what lies there is no library of this machine.
fn unusable(path: &Path) -> Option<Finding> {
    let machine = head(path).as_deref().and_then(machine);
    (!machine.is_some_and(is_this)).then(|| {
        let path = path.display();
        Finding::new(
            "D-23",
            (
                format!("{path} はこの機種のライブラリではない"),
                format!("{path} is no library of this machine"),
            ),
            (
                "LD_LIBRARY_PATH から外すか、apt-get install --reinstall libpcsclite1",
                "take it out of LD_LIBRARY_PATH, or apt-get install --reinstall libpcsclite1",
            ),
        )
    })
}

/// Where the dynamic linker of the usual distributions looks.
fn library_folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = env::var_os("LD_LIBRARY_PATH")
        .map(|v| env::split_paths(&v).collect())
        .unwrap_or_default();
    let triplet = format!("{}-linux-gnu", env::consts::ARCH);
    for base in ["/usr/lib", "/lib", "/usr/local/lib", "/usr/lib64", "/lib64"] {
        folders.push(Path::new(base).join(&triplet));
        folders.push(base.into());
    }
    folders
}

/// D-04, D-05, D-24 and D-25: the socket that `PCSCLITE_CSOCK_NAME` names, if it is set: a program listens
/// there, and speaks a version that clients understand.
#[cfg(unix)]
pub(super) fn socket() -> Option<Finding> {
    let path = PathBuf::from(env::var_os("PCSCLITE_CSOCK_NAME")?);
    if let Some(finding) = too_long(&path).or_else(|| real(&path)) {
        return Some(finding);
    }
    match greet(&path) {
        Ok((4, 3..=6)) => None,
        Ok((major, minor)) => Some(Finding::new(
            "D-05",
            (
                format!("{} のサービスは版 {major}:{minor} を話す", path.display()),
                format!(
                    "the service at {} speaks version {major}:{minor}",
                    path.display()
                ),
            ),
            (
                "libpcsclite と pcscd を同じ版にそろえるか、madoguchi のソケットを使う",
                "bring libpcsclite and pcscd to one version, or use madoguchi's socket",
            ),
        )),
        Err(error) => Some(Finding::new(
            "D-04",
            (
                format!(
                    "PCSCLITE_CSOCK_NAME の {} に接続できない: {error}",
                    path.display()
                ),
                format!(
                    "cannot reach {} of PCSCLITE_CSOCK_NAME: {error}",
                    path.display()
                ),
            ),
            (
                "madoguchi serve を起動し、表示された値を設定し直す。または unset PCSCLITE_CSOCK_NAME",
                "start madoguchi serve and set what it prints, or unset PCSCLITE_CSOCK_NAME",
            ),
        )),
    }
}

#[cfg(not(unix))]
pub(super) fn socket() -> Option<Finding> {
    None
}

/// D-24: libpcsclite cuts a longer path, and looks for a socket that does not exist.
#[cfg(unix)]
fn too_long(path: &Path) -> Option<Finding> {
    let length = path.as_os_str().len();
    (length > SOCKET_PATH_MAX).then(|| {
        Finding::new(
            "D-24",
            (
                format!("PCSCLITE_CSOCK_NAME が {length} バイトある (上限 {SOCKET_PATH_MAX})"),
                format!("PCSCLITE_CSOCK_NAME has {length} bytes (limit {SOCKET_PATH_MAX})"),
            ),
            (
                "TMPDIR に短いフォルダを指定して madoguchi serve を起動し直す",
                "start madoguchi serve again with a short TMPDIR",
            ),
        )
    })
}

/// D-25: the real pcscd, with real readers and perhaps a real card on one of them.
#[cfg(unix)]
fn real(path: &Path) -> Option<Finding> {
    const REAL: [&str; 2] = ["/run/pcscd/pcscd.comm", "/var/run/pcscd/pcscd.comm"];
    REAL.iter().any(|real| path == Path::new(real)).then(|| {
        let path = path.display();
        Finding::new(
            "D-25",
            (
                format!("PCSCLITE_CSOCK_NAME={path}: 本物の pcscd で、本物のカードに触れうる"),
                format!(
                    "PCSCLITE_CSOCK_NAME={path}: that is the real pcscd, which may hold a real card"
                ),
            ),
            (
                "unset PCSCLITE_CSOCK_NAME (run が自分で設定する)",
                "unset PCSCLITE_CSOCK_NAME; run sets it by itself",
            ),
        )
    })
}

/// Asks the service for its version (CMD_VERSION of pcsc-lite's client protocol).
#[cfg(unix)]
fn greet(path: &Path) -> std::io::Result<(u32, u32)> {
    use std::io::{Read as _, Write as _};
    use std::os::unix::net::UnixStream;
    use std::time::Duration;

    /// Longer than any service needs for twelve bytes.
    const LIMIT: Duration = Duration::from_secs(2);

    let mut stream = UnixStream::connect(path)?;
    stream.set_read_timeout(Some(LIMIT))?;
    stream.set_write_timeout(Some(LIMIT))?;
    let mut request = Vec::new();
    for word in [12_u32, 0x11, 4, 4, 0] {
        request.extend(word.to_ne_bytes());
    }
    stream.write_all(&request)?;
    let mut reply = [0; 12];
    stream.read_exact(&mut reply)?;
    let (words, _) = reply.as_chunks::<4>();
    Ok((u32::from_ne_bytes(words[0]), u32::from_ne_bytes(words[1])))
}
