//! The card on a counter as a PKCS#11 token, through OpenSC's module: what every program loads that
//! knows smart cards by PKCS#11.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoguchi_peers::{Counter, have, run, skip};
use openssl::x509::X509;

/// One of the card's keys, as OpenSC names it.
pub(crate) struct Key {
    slot: &'static str,
    pub(crate) token: &'static str,
    id: &'static str,
    ca: &'static str,
    pub(crate) pin: &'static str,
}

pub(crate) const AUTHENTICATION: Key = Key {
    slot: "0",
    token: "JPKI (User Authentication PIN)",
    id: "01",
    ca: "03",
    pin: "1234",
};

pub(crate) const SIGNATURE: Key = Key {
    slot: "1",
    token: "JPKI (Digital Signature PIN)",
    id: "02",
    ca: "04",
    pin: "ABC123",
};

impl Key {
    /// What a program is told to use (RFC 7512).
    pub(crate) fn uri(&self, kind: &str) -> String {
        let token = self.token.replace(' ', "%20");
        let token = token.replace('(', "%28").replace(')', "%29");
        format!("pkcs11:token={token};id=%{};type={kind}", self.id)
    }

    pub(crate) fn uri_with_pin(&self) -> String {
        format!("{};pin-value={}", self.uri("private"), self.pin)
    }
}

/// An open counter with the card on it, and a folder for what a program writes.
pub(crate) struct Token {
    counter: Counter,
    module: PathBuf,
    folder: tempfile::TempDir,
}

impl Token {
    /// Says in the list of skipped tests which program is missing.
    pub(crate) fn with(programs: &[&str], test: &str) -> Option<Self> {
        let needed = ["pkcs11-tool"].iter().chain(programs);
        if !needed.into_iter().all(|program| have(program, test)) {
            return None;
        }
        let Some(module) = library("opensc-pkcs11.so") else {
            skip(test, "there is no opensc-pkcs11.so (opensc-pkcs11)");
            return None;
        };
        Some(Self {
            counter: Counter::open(&[]),
            module,
            folder: tempfile::tempdir().unwrap(),
        })
    }

    /// The same for programs that get to it through OpenSSL.
    pub(crate) fn with_engine(programs: &[&str], test: &str) -> Option<Self> {
        if library("engines-3/pkcs11.so").is_none() {
            skip(
                test,
                "OpenSSL has no engine pkcs11 (libengine-pkcs11-openssl)",
            );
            return None;
        }
        Self::with(programs, test)
    }

    pub(crate) fn module(&self) -> &Path {
        &self.module
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let file = self.file(name);
        fs::write(&file, text).unwrap();
        file
    }

    /// A command that runs with this card, in the folder.
    pub(crate) fn client(&self, program: &str) -> Command {
        let mut command = self.counter.client(program);
        command
            .env("PKCS11_MODULE_PATH", &self.module)
            .current_dir(self.folder.path());
        command
    }

    /// The certificate of a key, read from the card.
    pub(crate) fn certificate(&self, key: &Key) -> X509 {
        self.read(key.slot, key.id, key.pin)
    }

    /// The same in a file, PEM.
    pub(crate) fn certificate_file(&self, key: &Key) -> PathBuf {
        let pem = self.certificate(key).to_pem().unwrap();
        self.write(&format!("certificate-{}.pem", key.id), pem)
    }

    /// The certificate of the CA that issued it, in a file, PEM.
    pub(crate) fn authority_file(&self, key: &Key) -> PathBuf {
        // Both lie where no PIN is needed.
        let certificate = self.read(AUTHENTICATION.slot, key.ca, AUTHENTICATION.pin);
        self.write(&format!("ca-{}.pem", key.ca), certificate.to_pem().unwrap())
    }

    fn read(&self, slot: &str, id: &str, pin: &str) -> X509 {
        let file = self.file("certificate.der");
        let mut tool = self.client("pkcs11-tool");
        tool.args(["--slot-index", slot, "--login", "--pin", pin, "--id", id]);
        tool.args(["--read-object", "--type", "cert", "--output-file"]);
        run(tool.arg(&file)).expect_success();
        X509::from_der(&fs::read(file).unwrap()).unwrap()
    }
}

/// A library of the system, such as below `/usr/lib/x86_64-linux-gnu`.
fn library(name: &str) -> Option<PathBuf> {
    let below = fs::read_dir("/usr/lib").into_iter().flatten().flatten();
    let folders = below.map(|entry| entry.path()).chain(["/usr/lib64".into()]);
    folders
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}
