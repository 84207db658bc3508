//! The client's side of PC/SC: the library that it loads, and the socket that the library talks to.

use std::env;
use std::path::{Path, PathBuf};

use super::Finding;

const LIBRARY: &str = "libpcsclite.so.1";

/// D-03: without libpcsclite no PC/SC client starts. madoguchi itself does not need it.
pub(super) fn library() -> Option<Finding> {
    if cfg!(not(target_os = "linux")) {
        return None;
    }
    let found = library_folders()
        .iter()
        .any(|folder| folder.join(LIBRARY).exists());
    (!found).then(|| {
        Finding::new(
            "D-03",
            (
                format!("{LIBRARY} が見つからない (PC/SC を使うクライアントが起動できない)"),
                format!("{LIBRARY} was not found (a PC/SC client cannot start)"),
            ),
            (
                "apt-get install libpcsclite1 (Debian)",
                "apt-get install libpcsclite1 (Debian)",
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

/// D-04 and D-05: the socket that `PCSCLITE_CSOCK_NAME` names, if it is set: somebody listens
/// there, and speaks a version that clients understand.
#[cfg(unix)]
pub(super) fn socket() -> Option<Finding> {
    let path = PathBuf::from(env::var_os("PCSCLITE_CSOCK_NAME")?);
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
