//! `x509-cert` 0.2.

use x509_cert_02::Certificate;
use x509_cert_02::crl::CertificateList;
use x509_cert_02::der::asn1::Utf8StringRef;
use x509_cert_02::der::oid::AssociatedOid;
use x509_cert_02::der::{Decode, Encode as _};
use x509_cert_02::ext::Extension;
use x509_cert_02::ext::pkix::name::GeneralName;
use x509_cert_02::ext::pkix::{
    AuthorityInfoAccessSyntax, BasicConstraints, CertificatePolicies, CrlNumber, CrlReason,
    ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectAltName,
};
use x509_cert_02::name::Name;
use x509_cert_02::serial_number::SerialNumber;
use x509_cert_02::time::Time;

use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

#[test]
fn x509_cert_of_the_older_version_reads_every_field() {
    certificates(&CERTIFICATE, |document| {
        let read = Certificate::from_der(&document.der).unwrap();
        // As it was, byte for byte.
        assert_eq!(read.to_der().unwrap(), document.der);
        certificate(&read)
    });
    lists(&LIST, |document| {
        let read = CertificateList::from_der(&document.der).unwrap();
        assert_eq!(read.to_der().unwrap(), document.der);
        list(&read)
    });
}

fn certificate(it: &Certificate) -> Reading {
    let body = &it.tbs_certificate;
    let all = body.extensions.as_deref().unwrap();
    let mut told = Reading::from([
        ("serial".into(), serial(&body.serial_number)),
        ("issuer".into(), name(&body.issuer)),
        ("subject".into(), name(&body.subject)),
        ("not-before".into(), instant(&body.validity.not_before)),
        ("not-after".into(), instant(&body.validity.not_after)),
        ("extensions".into(), extensions(all)),
    ]);
    let mut tell = |field: &str, texts: Vec<String>| {
        if !texts.is_empty() {
            told.insert(field.to_owned(), texts.join(", "));
        }
    };
    if let Some(usage) = find::<KeyUsage>(all) {
        let words = usage.0.into_iter().map(|bit| match bit {
            KeyUsages::DigitalSignature => "digitalSignature".to_owned(),
            KeyUsages::NonRepudiation => "nonRepudiation".to_owned(),
            KeyUsages::KeyCertSign => "keyCertSign".to_owned(),
            KeyUsages::CRLSign => "cRLSign".to_owned(),
            other => format!("{other:?}"),
        });
        tell("key-usage", words.collect());
    }
    if let Some(usage) = find::<ExtendedKeyUsage>(all) {
        let purposes = usage.0.iter().map(ToString::to_string);
        tell("extended-key-usage", purposes.collect());
    }
    for policy in find::<CertificatePolicies>(all)
        .into_iter()
        .flat_map(|it| it.0)
    {
        tell("policies", vec![policy.policy_identifier.to_string()]);
        let qualifiers = policy.policy_qualifiers.into_iter().flatten();
        let texts = qualifiers.filter_map(|it| it.qualifier);
        let texts = texts.map(|it| String::from_utf8(it.value().to_vec()).unwrap());
        tell("cps", texts.collect());
    }
    if let Some(names) = find::<SubjectAltName>(all) {
        let others = names.0.iter().filter_map(|name| match name {
            GeneralName::OtherName(other) => {
                let text: Utf8StringRef<'_> = other.value.decode_as().unwrap();
                Some(format!("{}={}", other.type_id, text.as_str()))
            }
            _ => None,
        });
        tell("names", others.collect());
    }
    if let Some(access) = find::<AuthorityInfoAccessSyntax>(all) {
        let addresses = access.0.iter().map(|it| match &it.access_location {
            GeneralName::UniformResourceIdentifier(address) => address.to_string(),
            other => format!("{other:?}"),
        });
        tell("ocsp", addresses.collect());
    }
    if let Some(constraints) = find::<BasicConstraints>(all) {
        tell("ca", vec![constraints.ca.to_string()]);
    }
    told
}

fn list(it: &CertificateList) -> Reading {
    let body = &it.tbs_cert_list;
    let all = body.crl_extensions.as_deref().unwrap();
    let entries = body.revoked_certificates.iter().flatten();
    let revoked = entries.clone().map(|entry| {
        format!(
            "{} {}",
            serial(&entry.serial_number),
            instant(&entry.revocation_date)
        )
    });
    let reasons = entries.filter_map(|entry| {
        let reason = find::<CrlReason>(entry.crl_entry_extensions.as_deref()?)?;
        Some(match reason {
            CrlReason::KeyCompromise => "keyCompromise".to_owned(),
            other => format!("{other:?}"),
        })
    });
    let number = find::<CrlNumber>(all).unwrap();
    let number = number.0.as_bytes().iter();
    let number = number.fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Reading::from([
        ("issuer".into(), name(&body.issuer)),
        ("this-update".into(), instant(&body.this_update)),
        ("next-update".into(), instant(&body.next_update.unwrap())),
        ("number".into(), number.to_string()),
        ("extensions".into(), extensions(all)),
        ("revoked".into(), revoked.collect::<Vec<_>>().join(", ")),
        ("reasons".into(), reasons.collect::<Vec<_>>().join(", ")),
    ])
}

fn find<'a, T: AssociatedOid + Decode<'a>>(all: &'a [Extension]) -> Option<T> {
    let found = all.iter().find(|it| it.extn_id == T::OID)?;
    Some(T::from_der(found.extn_value.as_bytes()).unwrap())
}

fn extensions(all: &[Extension]) -> String {
    let named = all.iter().map(|it| {
        let mark = if it.critical { "!" } else { "" };
        format!("{}{mark}", it.extn_id)
    });
    named.collect::<Vec<_>>().join(", ")
}

/// It prints a name from its last attribute to its first.
fn name(it: &Name) -> String {
    let text = it.to_string();
    text.split(',').rev().collect::<Vec<_>>().join(", ")
}

fn serial(it: &SerialNumber) -> String {
    let digits: String = it
        .as_bytes()
        .iter()
        .map(|byte| format!("{byte:02X}"))
        .collect();
    digits.trim_start_matches('0').to_owned()
}

fn instant(it: &Time) -> String {
    it.to_date_time().to_string()
}
