//! A service to be measured: the registry behind the web server, as `harness` puts them together,
//! without card, reader and trace.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use jiff::Timestamp;
use madoguchi_eligibility::{Answer, FacilityCode, Request};
use madoguchi_fixtures::pki::{Identity, TerminalCa, TlsRoot};
use madoguchi_fixtures::{Issued, persona};
use madoguchi_registry::{
    Account, Bearer, CertificateRecord, CertificateState, Context, Facility, IssuedTerminal,
    Issuer, Person, Registry, Setup, Terminal,
};
use madoguchi_terms::Timer;
use madoguchi_web::{
    AnswerNote, Backend, Identity as Shown, Observer, RequestNote, TlsNote, WebConfig, WebServer,
};
use madoguchi_wire::Profile;
use parking_lot::Mutex;
use tokio::runtime::Handle;

/// The wire that is spoken.
const PROFILE: &str = "mock-2025.05";
/// 医療機関等コード; the prefecture 99 exists nowhere.
pub(crate) const FACILITY: &str = "9910000000";
pub(crate) const USER: &str = "shiken01";
pub(crate) const PASSWORD: &str = "TEST-only-1";

/// Whose cards are shown.
const PATIENTS: [&str; 2] = ["shiken-taro", "shiken-hanako"];

/// A running service, its terminals and its patients.
#[derive(Debug)]
pub struct Service {
    server: WebServer,
    /// What signs and is trusted.
    pub authorities: Authorities,
    /// Activated terminals.
    pub terminals: Vec<Identity>,
    /// Patients with their cards.
    pub patients: Vec<Issued>,
}

/// Who vouches for the service and for terminals.
#[derive(Debug)]
pub struct Authorities {
    /// DER.
    pub root: Vec<u8>,
    /// DER.
    pub terminal_ca: Vec<u8>,
    /// What the service shows.
    pub server: Identity,
}

impl Service {
    /// Opens a service with so many terminals, whose registry learns from `more`, too.
    ///
    /// # Errors
    /// It cannot listen.
    ///
    /// # Panics
    /// Where the system has no randomness, or the embedded persons cannot be issued.
    pub fn open(
        runtime: &Handle,
        terminals: u64,
        more: impl FnOnce(&mut Registry, &[Issued]),
    ) -> io::Result<Self> {
        let now = Timestamp::now();
        let root = TlsRoot::new(&key(), 1, now).expect("now can be stated");
        let terminal_ca = TerminalCa::new(&key(), 1, now).expect("now can be stated");
        let server = root
            .server_certificate(&key(), 2, &[])
            .expect("a P-256 key");
        let terminals: Vec<Identity> = (0..terminals)
            .map(|n| {
                let issued = terminal_ca.issue(&format!("terminal-{n}"), &key(), n + 2);
                issued.expect("a name of letters and digits")
            })
            .collect();
        let patients = PATIENTS.map(|id| {
            let persona = persona(id).expect("an embedded persona");
            persona.issue(now).expect("now can be stated")
        });

        let profile = Arc::new(Profile::builtin(PROFILE).expect("a built-in profile"));
        let mut registry = Registry::new(setup(&profile, &terminals, &patients));
        more(&mut registry, &patients);
        let identity = Shown {
            chain: vec![server.certificate.clone()],
            key: server.key.clone(),
        };
        let config = WebConfig::new(
            identity,
            terminal_ca.certificate().to_vec(),
            profile,
            Arc::new(Monotonic(Instant::now())),
        );
        let authorities = Authorities {
            root: root.certificate().to_vec(),
            terminal_ca: terminal_ca.certificate().to_vec(),
            server,
        };
        let desk = Arc::new(Decider(Mutex::new(registry)));
        Ok(Self {
            server: WebServer::start(runtime, config, desk, Arc::new(Nobody))?,
            authorities,
            terminals,
            patients: patients.into(),
        })
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.server.address()
    }
}

/// A fresh P-256 key, PKCS#8 DER.
fn key() -> Vec<u8> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new())
        .expect("the system has randomness")
        .as_ref()
        .to_vec()
}

pub(crate) fn facility_code() -> FacilityCode {
    FACILITY.parse().expect("ten digits")
}

fn setup(profile: &Profile, terminals: &[Identity], patients: &[Issued]) -> Setup {
    let mut facility = Facility::new(facility_code());
    facility.accounts.push(Account::new(USER, PASSWORD));
    let terminal = |(n, identity): (usize, &Identity)| {
        let certificate = identity.certificate.clone();
        Terminal::new(format!("terminal-{n}"), facility_code(), certificate)
    };
    Setup {
        facilities: vec![facility],
        terminals: terminals.iter().enumerate().map(terminal).collect(),
        persons: patients
            .iter()
            .map(|patient| Person {
                id: patient.persona.to_owned(),
                registered: patient.registered,
                insurance: patient.insurance.clone(),
                assistance: patient.assistance.clone(),
                withheld: false,
            })
            .collect(),
        certificates: patients
            .iter()
            .map(|patient| CertificateRecord {
                der: patient.certificate.der.clone(),
                public_key: patient.certificate.public_key.clone(),
                person: patient.persona.to_owned(),
                not_after: patient.certificate.not_after,
                state: CertificateState::Active,
                bearer: Bearer::Card,
            })
            .collect(),
        rules: profile.rules().clone(),
        ..Setup::default()
    }
}

/// Decides by asking the registry.
struct Decider(Mutex<Registry>);

impl Backend for Decider {
    fn decide(&self, request: Request, terminal: Option<Vec<u8>>) -> Answer {
        let context = Context {
            now: Timestamp::now(),
            terminal: terminal.as_deref(),
        };
        let random = SystemRandom::new();
        let mut entropy = |bytes: &mut [u8]| {
            random.fill(bytes).expect("the system has randomness");
        };
        let mut registry = self.0.lock();
        registry.decide(&request, &context, &mut NoMore, &mut entropy)
    }
}

/// All terminals are there from the start.
struct NoMore;

impl Issuer for NoMore {
    fn issue(&mut self, _: &str) -> IssuedTerminal {
        unreachable!("no measurement activates a terminal")
    }
}

/// Listens to nothing.
struct Nobody;

impl Observer for Nobody {
    fn tls(&self, _: TlsNote) {}

    fn request(&self, _: RequestNote<'_>) {}

    fn answer(&self, _: AnswerNote<'_>) {}
}

struct Monotonic(Instant);

impl Timer for Monotonic {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn pause(&self, duration: Duration) {
        thread::sleep(duration);
    }
}
