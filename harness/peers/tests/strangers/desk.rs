//! A healthy card on a reader, and how programs get to it: through the embedded server, and through
//! a real pcscd with vsmartcard's driver.

use std::process::Command;
use std::sync::Arc;

use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::healthy;
use madoguchi_peers::{Pcscd, RealTime, Running, Script, run};
use madoguchi_reader::ResourceManager;
use madoguchi_reader::pcsclite::Server;
use madoguchi_reader::vpcd::Vpicc;
use madoguchi_terms::Timer;

fn card(profile: Profile) -> Card {
    Card::new(&healthy(), profile, Box::new(|_| {})).unwrap()
}

/// The embedded server with one reader, and the card on it.
pub(crate) struct Embedded {
    folder: tempfile::TempDir,
    _server: Server,
}

impl Embedded {
    pub(crate) const READER: &str = "SONY FeliCa RC-S300/P (1234567) 00 00";

    pub(crate) fn new(profile: Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let manager = ResourceManager::new(Arc::new(()), Arc::new(RealTime::new()), 1);
        let reader = manager.add_reader(Self::READER).unwrap();
        manager.insert(reader, Box::new(card(profile))).unwrap();
        let _server = Server::bind(folder.path().join("pcscd.comm"), manager).unwrap();
        Self { folder, _server }
    }

    /// A command that runs with this reader.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command
            .env("PCSCLITE_CSOCK_NAME", self.folder.path().join("pcscd.comm"))
            .env("LC_ALL", "C.UTF-8");
        command
    }
}

/// pcscd, its driver and the card on the driver's line.
pub(crate) struct Desk {
    pcscd: Pcscd,
    running: Option<Running>,
    vpicc: Vpicc,
    folder: tempfile::TempDir,
}

impl Desk {
    pub(crate) const READER: &str = "Virtual PCD 00 00";

    /// No other test may be there: a test that runs alone.
    pub(crate) fn new(profile: Profile) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pcscd = Pcscd::find("vpcd").unwrap();
        let timer = Arc::new(RealTime::new()) as Arc<dyn Timer>;
        let driver = ([127, 0, 0, 1], Vpicc::PORT).into();
        // The card is there before its driver is: it goes on calling.
        let vpicc = Vpicc::connect(driver, timer).unwrap();
        vpicc.insert(Box::new(card(profile))).unwrap();
        let running = Some(pcscd.start(folder.path()));
        Self {
            pcscd,
            running,
            vpicc,
            folder,
        }
    }

    /// Ends pcscd, as it ends by itself when no program uses it, and starts it again.
    pub(crate) fn restart(&mut self) {
        drop(self.running.take());
        self.running = Some(self.pcscd.start(self.folder.path()));
    }

    /// Waits until pcscd has seen the card.
    pub(crate) fn wait_for_card(&self) {
        let script = Script::compile("calls", "desk").unwrap();
        let mut waiting = Command::new(&script.program);
        let waited = run(waiting
            .arg(Self::READER)
            .args(["establish", "wait-present"]));
        assert!(
            waited.stdout.contains("wait-present 00000000"),
            "{waited:#?}"
        );
    }

    pub(crate) fn has_card(&self) -> bool {
        self.vpicc.is_occupied()
    }
}
