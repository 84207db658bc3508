//! A disk without room: a file system of one mebibyte in memory, in a mount namespace of its own.

use std::fs;
use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use madoguchi_peers::skip;

use crate::client::{Terminal, User, patient};

/// A small file system; gone when dropped.
struct Disk {
    holder: Child,
    /// Where it is mounted, in its namespace.
    place: PathBuf,
}

impl Disk {
    /// Mounts one on `place`, where users may have mounts of their own.
    fn mount(place: &Path) -> Option<Self> {
        let script = r#"mount -t tmpfs -o size=1m,mode=0700 none "$1" && echo mounted && exec cat"#;
        let mut holder = Command::new("unshare")
            .args([
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                "sh",
            ])
            .arg(place)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        let mut line = String::new();
        let mut said = BufReader::new(holder.stdout.take()?);
        said.read_line(&mut line).ok()?;
        let disk = Self {
            holder,
            place: place.to_owned(),
        };
        (line == "mounted\n").then_some(disk)
    }

    /// What starts a program that sees it.
    fn launcher(&self) -> Vec<String> {
        let target = self.holder.id().to_string();
        let words = [
            "nsenter",
            "--target",
            &target,
            "--user",
            "--mount",
            "--preserve-credentials",
        ];
        words.map(str::to_owned).to_vec()
    }

    /// A file on it, as it is called from outside.
    fn outside(&self, name: &str) -> PathBuf {
        let root = format!("/proc/{}/root", self.holder.id());
        let place = self.place.strip_prefix("/").unwrap();
        Path::new(&root).join(place).join(name)
    }

    /// Takes all the room that is left.
    fn fill(&self) {
        let mut file = fs::File::create(self.outside("filler")).unwrap();
        for size in [4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        fs::remove_file(self.outside("filler")).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

#[test]
fn a_full_disk_takes_no_answer_and_loses_none() {
    let user = User::new();
    let place = user.path("disk");
    fs::create_dir(&place).unwrap();
    let Some(disk) = Disk::mount(&place) else {
        return skip(
            "a_full_disk_takes_no_answer_and_loses_none",
            "this user may not mount a file system of its own (unshare --user --mount)",
        );
    };
    let launcher = disk.launcher();
    let launcher: Vec<&str> = launcher.iter().map(String::as_str).collect();
    let store = place.join("world");
    let open = || user.open_at(&launcher, &store);
    let card = patient().certificate.der;

    let counter = open();
    let terminal = Terminal::activate(&counter).unwrap();
    let mut session = terminal.log_in(&counter).unwrap();
    for n in 0..5 {
        assert_eq!(
            session.check(&card, &format!("before-{n}")).unwrap().status,
            200
        );
    }
    disk.fill();
    // The log has room inside for a few more; then it would have to grow.
    let mut acknowledged = 5;
    let refused = loop {
        let reply = session
            .check(&card, &format!("full-{acknowledged}"))
            .unwrap();
        if reply.status != 200 {
            break reply;
        }
        acknowledged += 1;
        assert!(acknowledged < 1000, "the disk is not full");
    };
    assert_eq!(
        (refused.status, refused.body["resultCode"].as_str()),
        (503, Some("OUTAGE"))
    );
    assert!(
        refused.head.contains("x-madoguchi-mock: unofficial"),
        "{refused:?}"
    );
    assert_eq!(
        session.history(),
        acknowledged,
        "what was refused never happened"
    );

    drop(session);
    drop(counter);
    disk.make_room();
    let counter = open();
    let mut session = terminal.log_in(&counter).unwrap();
    assert_eq!(session.history(), acknowledged);
    disk.fill();
    while session
        .check(&card, &format!("again-{acknowledged}"))
        .unwrap()
        .status
        == 200
    {
        acknowledged += 1;
    }
    disk.make_room();
    let reply = session.check(&card, "after").unwrap();
    assert_eq!(reply.status, 200, "nothing has to be restarted: {reply:?}");
    assert_eq!(session.history(), acknowledged + 1);
    let mut magic = [0; 15];
    fs::File::open(disk.outside("world"))
        .unwrap()
        .read_exact(&mut magic)
        .unwrap();
    assert_eq!(&magic, b"SQLite format 3", "it lies on the small disk");
}
