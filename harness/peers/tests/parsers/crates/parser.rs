//! `x509-parser`.

use x509_parser::prelude::{
    ASN1Time, CertificateRevocationList, FromDer as _, GeneralName, ParsedExtension,
    X509Certificate, X509Extension, X509Name,
};

use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

#[test]
fn x509_parser_reads_every_field() {
    certificates(&CERTIFICATE, |document| {
        let (rest, read) = X509Certificate::from_der(&document.der).unwrap();
        assert!(rest.is_empty());
        certificate(&read)
    });
    lists(&LIST, |document| {
        let (rest, read) = CertificateRevocationList::from_der(&document.der).unwrap();
        assert!(rest.is_empty());
        list(&read)
    });
}

fn certificate(it: &X509Certificate<'_>) -> Reading {
    let mut told = Reading::from([
        ("serial".into(), format!("{:X}", it.serial)),
        ("issuer".into(), name(it.issuer())),
        ("subject".into(), name(it.subject())),
        ("not-before".into(), instant(it.validity().not_before)),
        ("not-after".into(), instant(it.validity().not_after)),
        ("extensions".into(), extensions(it.extensions())),
    ]);
    let mut tell = |field: &str, text: String| told.insert(field.to_owned(), text);
    for extension in it.extensions() {
        match extension.parsed_extension() {
            ParsedExtension::KeyUsage(usage) => {
                let bits = [
                    (usage.digital_signature(), "digitalSignature"),
                    (usage.non_repudiation(), "nonRepudiation"),
                    (usage.key_encipherment(), "keyEncipherment"),
                    (usage.key_cert_sign(), "keyCertSign"),
                    (usage.crl_sign(), "cRLSign"),
                ];
                let set = bits.into_iter().filter(|(set, _)| *set);
                tell(
                    "key-usage",
                    set.map(|(_, word)| word).collect::<Vec<_>>().join(", "),
                );
            }
            ParsedExtension::ExtendedKeyUsage(usage) if usage.client_auth => {
                tell("extended-key-usage", "1.3.6.1.5.5.7.3.2".into());
            }
            ParsedExtension::CertificatePolicies(policies) => {
                for policy in policies {
                    tell("policies", policy.policy_id.to_string());
                    for qualifier in policy.policy_qualifiers.iter().flatten() {
                        // An `IA5String`, whose header is two bytes.
                        let text = qualifier.qualifier[2..].to_vec();
                        tell("cps", String::from_utf8(text).unwrap());
                    }
                }
            }
            ParsedExtension::SubjectAlternativeName(names) => {
                let others = names.general_names.iter().filter_map(other_name);
                let others: Vec<String> = others.collect();
                if !others.is_empty() {
                    tell("names", others.join(", "));
                }
            }
            ParsedExtension::AuthorityInfoAccess(access) => {
                for description in &access.accessdescs {
                    if let GeneralName::URI(address) = description.access_location {
                        tell("ocsp", address.to_owned());
                    }
                }
            }
            ParsedExtension::BasicConstraints(constraints) => {
                tell("ca", constraints.ca.to_string());
            }
            ParsedExtension::ParseError { error } => panic!("{error}"),
            _ => {}
        }
    }
    told
}

/// It hands out the entry's value with its tag: [0] { UTF8String }.
fn other_name(name: &GeneralName<'_>) -> Option<String> {
    let GeneralName::OtherName(oid, value) = name else {
        return None;
    };
    let (_, tagged) = der_text(value);
    let (tag, text) = der_text(tagged);
    assert_eq!(tag, 0x0C);
    Some(format!("{oid}={}", str::from_utf8(text).unwrap()))
}

/// Tag and content of an element, whose length takes one byte or, from 128 on, more.
fn der_text(der: &[u8]) -> (u8, &[u8]) {
    match der {
        [tag, length @ 0x80..=0xFF, rest @ ..] => (*tag, &rest[usize::from(length & 0x7F)..]),
        [tag, _, content @ ..] => (*tag, content),
        _ => panic!("{der:02X?}"),
    }
}

fn list(it: &CertificateRevocationList<'_>) -> Reading {
    let entries = || it.iter_revoked_certificates();
    let revoked = entries().map(|entry| {
        format!(
            "{:X} {}",
            entry.user_certificate,
            instant(entry.revocation_date)
        )
    });
    let reasons = entries().filter_map(|entry| match entry.reason_code()?.1.0 {
        1 => Some("keyCompromise".to_owned()),
        other => Some(other.to_string()),
    });
    Reading::from([
        ("issuer".into(), name(it.issuer())),
        ("this-update".into(), instant(it.last_update())),
        ("next-update".into(), instant(it.next_update().unwrap())),
        ("number".into(), it.crl_number().unwrap().to_string()),
        ("extensions".into(), extensions(it.extensions())),
        ("revoked".into(), revoked.collect::<Vec<_>>().join(", ")),
        ("reasons".into(), reasons.collect::<Vec<_>>().join(", ")),
    ])
}

fn extensions(all: &[X509Extension<'_>]) -> String {
    let named = all.iter().map(|it| {
        let mark = if it.critical { "!" } else { "" };
        format!("{}{mark}", it.oid)
    });
    named.collect::<Vec<_>>().join(", ")
}

fn name(it: &X509Name<'_>) -> String {
    it.to_string()
}

fn instant(it: ASN1Time) -> String {
    let text = jiff::Timestamp::from_second(it.timestamp()).unwrap();
    text.to_string()
}
