//! The keys and authorities of one run: the TLS root that clients are told to trust, a root that
//! no client trusts, and the CA of the terminals. Fresh keys each time, never written to disk here.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use jiff::Timestamp;
use madoguchi_fixtures::pki::{Host, Identity, PkiError, TerminalCa, TlsRoot};
use madoguchi_registry::{IssuedTerminal, Issuer};
use madoguchi_scenarios::ServerCertificate;

/// Everything of one run that signs.
#[derive(Debug)]
pub(crate) struct Authorities {
    root: TlsRoot,
    server: Identity,
    /// What is wrong with the server on purpose, made where a scenario wants it first.
    wrong: [OnceLock<Result<Identity, PkiError>>; 3],
    now: Timestamp,
    terminals: TerminalCa,
    last_serial: AtomicU64,
}

impl Authorities {
    /// Makes the authorities of a run that begins at `now`, in wall time.
    pub(crate) fn new(now: Timestamp) -> Result<Self, PkiError> {
        Self::under(TlsRoot::new(&key(), 1, now)?, &[], now)
    }

    /// The same for a service that these hosts are, too, under a root that may vouch for them.
    pub(crate) fn under(root: TlsRoot, hosts: &[Host], now: Timestamp) -> Result<Self, PkiError> {
        Ok(Self {
            server: root.server_certificate(&key(), 2, hosts)?,
            wrong: Default::default(),
            now,
            root,
            terminals: TerminalCa::new(&key(), 1, now)?,
            last_serial: AtomicU64::new(1),
        })
    }

    /// The same with the CA of terminals that may have been activated long before `now`.
    pub(crate) fn with_terminals(self, terminals: TerminalCa, now: Timestamp) -> Self {
        // Serial numbers of one CA do not come again (RFC 5280 §4.1.2.2).
        let last_serial = u64::try_from(now.as_microsecond()).unwrap_or(1).into();
        Self {
            terminals,
            last_serial,
            ..self
        }
    }

    /// What goes into `MADOGUCHI_CA_FILE`.
    pub(crate) fn root_pem(&self) -> String {
        self.root.certificate_pem()
    }

    /// The CA that client certificates are verified with, DER.
    pub(crate) fn terminal_ca(&self) -> &[u8] {
        self.terminals.certificate()
    }

    /// What the server shows.
    pub(crate) fn server(&self, certificate: ServerCertificate) -> Result<&Identity, PkiError> {
        let [foreign, expired, other_host] = &self.wrong;
        let made = match certificate {
            ServerCertificate::Good => return Ok(&self.server),
            ServerCertificate::ForeignCa => foreign.get_or_init(|| {
                TlsRoot::new(&key(), 1, self.now)?.server_certificate(&key(), 2, &[])
            }),
            ServerCertificate::Expired => {
                expired.get_or_init(|| self.root.expired_server_certificate(&key(), 3))
            }
            ServerCertificate::WrongHost => {
                other_host.get_or_init(|| self.root.other_host_certificate(&key(), 4))
            }
        };
        made.as_ref().map_err(Clone::clone)
    }

    /// Key and certificate of the terminal `id`.
    pub(crate) fn terminal(&self, id: &str) -> Result<Identity, PkiError> {
        let serial = self.last_serial.fetch_add(1, Ordering::Relaxed) + 1;
        self.terminals.issue(id, &key(), serial)
    }
}

/// The registry's way to a terminal certificate.
#[derive(Debug)]
pub(crate) struct TerminalDesk<'a>(pub(crate) &'a Authorities);

impl Issuer for TerminalDesk<'_> {
    fn issue(&mut self, id: &str) -> IssuedTerminal {
        let identity = self
            .0
            .terminal(id)
            .expect("the registry's ids can stand in a name");
        IssuedTerminal {
            certificate_pem: identity.certificate_pem(),
            key_pem: identity.key_pem(),
            certificate: identity.certificate,
        }
    }
}

/// A fresh P-256 key, PKCS#8 DER.
pub(crate) fn key() -> Vec<u8> {
    EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new())
        .expect("the system has randomness")
        .as_ref()
        .to_vec()
}
