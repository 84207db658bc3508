//! A pcscd of one's own with vsmartcard's driver: installed, or fetched from Debian's archive and
//! unpacked without being installed.

use std::fs;
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{Outcome, Running, have, run, skip, source, workshop};

/// Where its parts lie.
#[derive(Debug)]
pub struct Pcscd {
    program: PathBuf,
    driver: PathBuf,
}

/// The folder where libpcsclite's servers put their socket.
const FOLDER: &str = "/run/pcscd";

impl Pcscd {
    /// Finds both parts; says why not in the list of skipped tests.
    ///
    /// # Panics
    /// If there is no temporary folder.
    #[must_use]
    pub fn find(test: &str) -> Option<Self> {
        if let Some(installed) = Self::under(Path::new("/")) {
            return Some(installed);
        }
        let folder = workshop("pcscd");
        let root = folder.join("root");
        if let Some(unpacked) = Self::under(&root) {
            return Some(unpacked);
        }
        if !have("apt-get", test) || !have("dpkg-deb", test) {
            return None;
        }
        // Several tests may do this at the same time: each in a place of its own, and the first
        // that is done is taken.
        let place = tempfile::tempdir_in(&folder).expect("a temporary folder");
        let packages = ["pcscd", "vsmartcard-vpcd"];
        let mut fetch = Command::new("apt-get");
        run(fetch.arg("download").args(packages).current_dir(&place));
        let unpacking = place.path().join("root");
        for package in fs::read_dir(&place).into_iter().flatten().flatten() {
            let package = package.path();
            if package.extension().is_some_and(|end| end == "deb") {
                run(Command::new("dpkg-deb")
                    .arg("-x")
                    .arg(package)
                    .arg(&unpacking));
            }
        }
        let _ = fs::rename(unpacking, &root);
        let unpacked = Self::under(&root);
        if unpacked.is_none() {
            skip(
                test,
                "pcscd and vsmartcard-vpcd are neither installed nor can they be fetched",
            );
        }
        unpacked
    }

    fn under(root: &Path) -> Option<Self> {
        let program = root.join("usr/sbin/pcscd");
        let drivers = fs::read_dir(root.join("usr/lib/pcsc/drivers/serial")).ok()?;
        let is_vpcd = |path: &PathBuf| path.display().to_string().contains("libifdvpcd.so");
        let driver = drivers.flatten().map(|entry| entry.path()).find(is_vpcd)?;
        program.is_file().then_some(Self { program, driver })
    }

    /// A command to which a program and its arguments are added: they run where no one sees their
    /// network, their `/run/pcscd` and their processes, and where nothing outlives them. Says why
    /// not in the list of skipped tests.
    #[must_use]
    pub fn secluded(test: &str) -> Option<Command> {
        if !have("unshare", test) || !have("ip", test) || Self::find(test).is_none() {
            return None;
        }
        let unshare = |script: &str| {
            let mut command = Command::new("unshare");
            command
                .args(["--mount", "--net", "--pid", "--fork", "--kill-child"])
                .args(["sh", "-ec", script]);
            command
        };
        if run(&mut unshare("ip link set lo up")).code != Some(0) {
            skip(test, "no namespaces can be had here (unshare needs root)");
            return None;
        }
        Some(unshare(&format!(
            "ip link set lo up; mount -t tmpfs tmpfs /run; mkdir {FOLDER}; exec \"$0\" \"$@\""
        )))
    }

    /// Runs one of this program's ignored tests to its good end, [secluded](Self::secluded).
    ///
    /// # Panics
    /// If it fails.
    #[must_use]
    pub fn alone(test: &str, ignored: &str) -> Option<Outcome> {
        let mut secluded = Self::secluded(test)?;
        let this = std::env::current_exe().expect("a test knows where it lies");
        let outcome =
            run(secluded
                .arg(this)
                .args(["--exact", ignored, "--ignored", "--nocapture"]));
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
        assert!(
            outcome.stdout.contains("1 passed"),
            "no test is called {ignored}"
        );
        Some(outcome)
    }

    /// Starts it, to be ended with its handle. Its socket is where it must be: call this
    /// [secluded](Self::secluded).
    ///
    /// # Panics
    /// If it does not come up.
    #[must_use]
    pub fn start(&self, folder: &Path) -> Running {
        let config = folder.join("reader.conf");
        let driver = self.driver.display();
        let text = format!(
            "FRIENDLYNAME \"Virtual PCD\"\nDEVICENAME /dev/null:0x8C7B\nLIBPATH {driver}\nCHANNELID 0x8C7B\n"
        );
        fs::write(&config, text).expect("a temporary folder");
        let mut pcscd = Command::new(&self.program);
        pcscd.env("MADOGUCHI_READER_FAILS", Self::failure(folder));
        let mut running = Running::start(pcscd.args(["-f", "--info", "-c"]).arg(config));
        running.line("daemon ready");
        // It says so just before it makes the socket.
        while UnixStream::connect(Self::socket()).is_err() {
            std::thread::yield_now();
        }
        running
    }

    /// The same with a driver whose readers fail while there is a [file](Self::failure).
    ///
    /// # Panics
    /// If that driver does not compile.
    #[must_use]
    pub fn failing_at_will(self) -> Self {
        // The linked driver is looked for under its soname, beside the one that is built.
        let folder = workshop("failing-driver");
        let beside = folder.join("libifdvpcd.so.0");
        let _ = symlink(&self.driver, &beside);
        let driver = folder.join(format!("{}.so", std::process::id()));
        let flags = run(Command::new("pkg-config").args(["--cflags", "libpcsclite"])).stdout;
        let compiled = run(Command::new("cc")
            .args(["-O2", "-Wall", "-shared", "-fPIC"])
            .args(["-Wl,--no-as-needed", "-Wl,-rpath,$ORIGIN", "-o"])
            .arg(&driver)
            .arg(source("tests/scripts/failing_driver.c"))
            .args(flags.split_whitespace())
            .arg(&beside));
        assert_eq!(compiled.code, Some(0), "{compiled:#?}");
        Self { driver, ..self }
    }

    /// The file, in the folder of a [start](Self::start).
    #[must_use]
    pub fn failure(folder: &Path) -> PathBuf {
        folder.join("reader-fails")
    }

    /// Its socket.
    #[must_use]
    pub fn socket() -> PathBuf {
        Path::new(FOLDER).join("pcscd.comm")
    }
}
