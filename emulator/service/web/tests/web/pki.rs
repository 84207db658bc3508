//! Certificates of the tests, made by another library than the project's own.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::OnceLock;

use madoguchi_terms::Secret;
use madoguchi_web::Identity;
use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, SanType,
};
use ureq::tls::{Certificate, PrivateKey};

/// A CA that issues certificates.
pub(crate) struct Authority {
    pub(crate) certificate: Vec<u8>,
    issuer: Issuer<'static, KeyPair>,
}

/// A certificate with its key, both PEM.
pub(crate) struct Leaf {
    pub(crate) certificate: String,
    pub(crate) key: String,
}

impl Authority {
    pub(crate) fn new(name: &str) -> Self {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params
            .distinguished_name
            .push(DnType::CommonName, format!("TEST ONLY {name}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let certificate = params.self_signed(&key).unwrap().der().to_vec();
        Self {
            certificate,
            issuer: Issuer::new(params, key),
        }
    }

    pub(crate) fn server(&self) -> Leaf {
        let mut params = CertificateParams::default();
        params.subject_alt_names = vec![SanType::IpAddress(IpAddr::V4(Ipv4Addr::LOCALHOST))];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        self.issue(&params)
    }

    pub(crate) fn terminal(&self) -> Leaf {
        let mut params = CertificateParams::default();
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        self.issue(&params)
    }

    pub(crate) fn issue(&self, params: &CertificateParams) -> Leaf {
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        Leaf {
            certificate: certificate.pem(),
            key: key.serialize_pem(),
        }
    }
}

impl Leaf {
    pub(crate) fn identity(&self) -> Identity {
        let key = Secret::new(self.private_key().der().to_vec());
        Identity {
            chain: vec![self.der()],
            key,
        }
    }

    pub(crate) fn der(&self) -> Vec<u8> {
        Certificate::from_pem(self.certificate.as_bytes())
            .unwrap()
            .der()
            .to_vec()
    }

    pub(crate) fn private_key(&self) -> PrivateKey<'static> {
        PrivateKey::from_pem(self.key.as_bytes()).unwrap()
    }
}

/// The CA that issued the server's certificate.
pub(crate) fn server_ca() -> &'static Authority {
    static CA: OnceLock<Authority> = OnceLock::new();
    CA.get_or_init(|| Authority::new("server CA"))
}

/// The CA that issues terminals' certificates.
pub(crate) fn terminal_ca() -> &'static Authority {
    static CA: OnceLock<Authority> = OnceLock::new();
    CA.get_or_init(|| Authority::new("terminal CA"))
}
