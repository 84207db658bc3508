//! What the machine gives to every process: folders, loopback, limits, a clock.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use madoguchi_terms::{Lang, Say as _};

use super::finding::Finding;
use crate::cell::folder::Folder;
use crate::installation::{self, data_folder};

/// The longest path of a Unix socket, bytes without the NUL (`sun_path` on Linux).
pub(super) const SOCKET_PATH_MAX: usize = 107;

/// Open files that one case may need: sockets, pipes and the trace, with room for its client.
const DESCRIPTORS: u64 = 256;

/// What the traces of a long run take, bytes.
const ROOM: u64 = 64 << 20;

/// D-01: a cell needs a private folder whose path leaves room for a socket's name.
pub(super) fn folder() -> Option<Finding> {
    let help = (
        "TMPDIR に短く、書き込めるフォルダ (例 /tmp) を指定する",
        "set TMPDIR to a short, writable folder such as /tmp",
    );
    match Folder::create() {
        Err(trouble) => {
            let first_line = |lang| {
                let text = trouble.text(lang);
                text.lines().next().unwrap_or_default().to_owned()
            };
            let seen = (first_line(Lang::Ja), first_line(Lang::En));
            Some(Finding::new("D-01", seen, help))
        }
        Ok(folder) => {
            let length = folder.path().join("pcscd.comm").as_os_str().len();
            (cfg!(unix) && length > SOCKET_PATH_MAX).then(|| {
                let seen = (
                    format!("ソケットのパスが {length} バイトになる (上限 {SOCKET_PATH_MAX})"),
                    format!("a socket's path would have {length} bytes (limit {SOCKET_PATH_MAX})"),
                );
                Finding::new("D-01", seen, help)
            })
        }
    }
}

/// D-02: the mock service listens on 127.0.0.1.
pub(super) fn loopback() -> Option<Finding> {
    /// Longer than any loopback takes.
    const LIMIT: Duration = Duration::from_secs(2);

    let reached = || {
        let service = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        TcpStream::connect_timeout(&service.local_addr()?, LIMIT)
    };
    let error = reached().err()?;
    Some(Finding::new(
        "D-02",
        (
            format!("127.0.0.1 に接続できない: {error}"),
            format!("127.0.0.1 cannot be reached: {error}"),
        ),
        (
            "ループバックを有効にする (コンテナでは ip link set lo up)",
            "bring the loopback interface up (in a container: ip link set lo up)",
        ),
    ))
}

/// D-15: certificates are issued for the time that the clock shows, and a client checks them.
pub(super) fn clock(now: Timestamp) -> Option<Finding> {
    /// Before this program was written, and beyond what its certificates can say.
    const PLAUSIBLE: std::ops::Range<i64> = 1_735_689_600..4_102_444_800;
    (!PLAUSIBLE.contains(&now.as_second())).then(|| {
        Finding::new(
            "D-15",
            (
                format!("時計が {now} を示している"),
                format!("the clock says {now}"),
            ),
            (
                "時計を合わせる (証明書の期間の確認が意味を失う)",
                "set the clock: no certificate's period can be checked like this",
            ),
        )
    })
}

/// D-16 and D-17: limits of this process that a run would meet in the middle of a trace.
#[cfg(unix)]
pub(super) fn limits() -> Vec<Finding> {
    use rustix::process::{Resource, getrlimit};

    let limit = |resource| getrlimit(resource).current;
    let mut findings = Vec::new();
    if let Some(files) = limit(Resource::Nofile).filter(|files| *files < DESCRIPTORS) {
        findings.push(Finding::new(
            "D-16",
            (
                format!("開けるファイルの数が {files} 個まで (必要 {DESCRIPTORS})"),
                format!("a process may open {files} files ({DESCRIPTORS} are needed)"),
            ),
            ("ulimit -n 1024", "ulimit -n 1024"),
        ));
    }
    if let Some(bytes) = limit(Resource::Fsize).filter(|bytes| *bytes < ROOM) {
        findings.push(Finding::new(
            "D-17",
            (
                format!("ファイルの大きさが {bytes} バイトまで (記録が途中で切れる)"),
                format!("a file may have {bytes} bytes: traces would break off"),
            ),
            ("ulimit -f unlimited", "ulimit -f unlimited"),
        ));
    }
    findings
}

#[cfg(not(unix))]
pub(super) const fn limits() -> Vec<Finding> {
    Vec::new()
}

/// D-18 and D-19: where traces go can be written, and has room. What had to be made for that is taken
/// away again.
pub(super) fn out(wanted: Option<&Path>) -> Option<Finding> {
    let path = wanted.unwrap_or(Path::new("."));
    let made: Vec<&Path> = path
        .ancestors()
        .take_while(|path| !path.as_os_str().is_empty() && !path.exists())
        .collect();
    let finding = match fs::create_dir_all(path).and_then(|()| tempfile::tempfile_in(path)) {
        // Where nothing was asked for, a run goes to the temporary folder instead.
        Err(_) if wanted.is_none() => None,
        Err(error) => Some(unwritable(path, &error)),
        Ok(_) => room(path).and_then(|room| too_full(path, room)),
    };
    for folder in made {
        let _ = fs::remove_dir(folder);
    }
    finding
}

fn unwritable(path: &Path, error: &io::Error) -> Finding {
    let path = path.display();
    Finding::new(
        "D-18",
        (
            format!("{path} に書けない: {error}"),
            format!("{path} cannot be written: {error}"),
        ),
        (
            "--out で書き込めるフォルダを指定する",
            "name a writable folder with --out",
        ),
    )
}

fn too_full(path: &Path, room: u64) -> Option<Finding> {
    (room < ROOM).then(|| {
        let (path, room, need) = (path.display(), room >> 20, ROOM >> 20);
        Finding::new(
            "D-19",
            (
                format!("{path} の空きが {room} MiB (必要 {need} MiB)"),
                format!("{path} has room for {room} MiB ({need} MiB are needed)"),
            ),
            (
                "空きを作るか、--out で別のフォルダを指定する",
                "make room, or name another folder with --out",
            ),
        )
    })
}

/// What an ordinary user may still write there, bytes.
#[cfg(unix)]
fn room(path: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(path).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

#[cfg(not(unix))]
const fn room(_: &Path) -> Option<u64> {
    None
}

/// D-20 … D-22: what is kept between runs, above all the TLS root that devices were told to trust.
/// Nothing is made here.
pub(super) fn kept(now: Timestamp) -> Option<Finding> {
    let Some(folder) = data_folder() else {
        return Some(Finding::new(
            "D-20",
            (
                "利用者のデータフォルダが分からない (HOME も XDG_DATA_HOME もない)",
                "the user's data folder is not known (neither HOME nor XDG_DATA_HOME is set)",
            ),
            (
                "HOME か XDG_DATA_HOME を設定する",
                "set HOME or XDG_DATA_HOME",
            ),
        ));
    };
    // As far as it is there: the rest would be made.
    let nearest = folder.ancestors().find(|path| path.exists())?;
    if let Err(error) = tempfile::tempfile_in(nearest) {
        let path = nearest.display();
        return Some(Finding::new(
            "D-20",
            (
                format!("データフォルダ {path} に書けない: {error}"),
                format!("the data folder {path} cannot be written: {error}"),
            ),
            (
                "書き込めるようにするか、XDG_DATA_HOME で別のフォルダを指定する",
                "make it writable, or name another folder with XDG_DATA_HOME",
            ),
        ));
    }
    let root = folder.join(installation::ROOT_FILE);
    let text = fs::read_to_string(&root).ok()?;
    if !installation::is_sound_root(&text, now) {
        let path = root.display();
        return Some(Finding::new(
            "D-21",
            (
                format!(
                    "TLS ルート {path} が壊れているか、期限が切れている。次の起動で作り直され、信頼済みの端末は信頼しなくなる"
                ),
                format!(
                    "the TLS root {path} is broken or has lapsed: the next start makes another, which no device trusts yet"
                ),
            ),
            (
                "madoguchi ca export で新しいルートを書き出し、端末に入れ直す (madoguchi ca trust)",
                "export the new root with madoguchi ca export and let the devices trust it (madoguchi ca trust)",
            ),
        ));
    }
    exposed(&root)
}

/// D-22: others can read the root's key.
#[cfg(unix)]
fn exposed(root: &Path) -> Option<Finding> {
    use std::os::unix::fs::PermissionsExt as _;

    let mode = fs::metadata(root).ok()?.permissions().mode() & 0o777;
    (mode & 0o077 != 0).then(|| {
        let path = root.display();
        Finding::new(
            "D-22",
            (
                format!("TLS ルートの鍵 {path} を他の利用者が読める ({mode:o})"),
                format!("others can read the TLS root's key {path} ({mode:o})"),
            ),
            (format!("chmod 600 {path}"), format!("chmod 600 {path}")),
        )
    })
}

#[cfg(not(unix))]
const fn exposed(_: &Path) -> Option<Finding> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_far_away_is_found() {
        let at = |second| clock(Timestamp::new(second, 0).unwrap());
        assert_eq!(at(1_763_700_000), None);
        assert_eq!(at(0).unwrap().code, "D-15");
        assert_eq!(at(5_000_000_000).unwrap().code, "D-15");
    }

    #[test]
    fn a_disk_without_room_is_found() {
        assert_eq!(too_full(Path::new("/"), ROOM), None);
        assert_eq!(too_full(Path::new("/"), ROOM - 1).unwrap().code, "D-19");
    }
}
