//! `certtool --certificate-info` and `certtool --crl-info`.

use std::process::Command;

use madoguchi_peers::have;

use super::{Outline, fields, instant, reversed, said, serial, standard};
use crate::documents::on_disk;
use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

#[test]
fn gnutls_reads_every_field() {
    if !have("certtool", "gnutls_reads_every_field") {
        return;
    }
    let disk = on_disk();
    let certtool = |what: &str| {
        let mut certtool = Command::new("certtool");
        certtool.args([what, "--inder", "--infile"]);
        certtool
    };
    certificates(&CERTIFICATE, |document| {
        let mut certtool = certtool("--certificate-info");
        certificate(&said(certtool.arg(disk.file(document))))
    });
    // It does not print why a certificate was taken back.
    let told = LIST.iter().copied().filter(|field| *field != "reasons");
    lists(&told.collect::<Vec<_>>(), |document| {
        list(&said(certtool("--crl-info").arg(disk.file(document))))
    });
}

fn certificate(text: &str) -> Reading {
    let outline = Outline::of(text);
    let only = |label: &str| outline.after(label).concat();
    let within = |extension: &str| {
        outline.below(|heading| {
            heading
                .strip_prefix(extension)
                .is_some_and(|rest| rest.starts_with(" ("))
        })
    };
    let words = |extension: &str| {
        let words = within(extension).into_iter();
        let words = words.map(|word| standard(word.trim_end_matches('.')));
        words.collect::<Vec<_>>().join(", ")
    };
    let identifiers = outline.after("otherName OID: ");
    let texts = outline.after("otherName DER: ").into_iter().map(utf8);
    let names = identifiers.into_iter().zip(texts);
    let names: Vec<_> = names.map(|(oid, text)| format!("{oid}={text}")).collect();
    fields([
        ("serial", serial(&only("Serial Number (hex): "))),
        ("issuer", reversed(&only("Issuer: "))),
        ("subject", reversed(&only("Subject: "))),
        ("not-before", date(&only("Not Before: "))),
        ("not-after", date(&only("Not After: "))),
        ("key-usage", words("Key Usage")),
        ("extended-key-usage", words("Key Purpose")),
        ("policies", within("Certificate Policies").concat()),
        ("cps", only("URI: ")),
        ("extensions", extensions(&outline)),
        ("names", names.join(", ")),
        ("ocsp", only("Access Location URI: ")),
        ("ca", only("Certificate Authority (CA): ").to_lowercase()),
    ])
}

fn date(text: &str) -> String {
    instant("%a %b %d %H:%M:%S UTC %Y", text)
}

fn extensions(outline: &Outline<'_>) -> String {
    let lines = outline.below(|line| line == "Extensions:").into_iter();
    let named = lines.map(|line| {
        let (name, rest) = line.split_once(" (").unwrap();
        let name = name.strip_prefix("Unknown extension ").unwrap_or(name);
        let mark = if rest.starts_with("critical") {
            "!"
        } else {
            ""
        };
        format!("{}{mark}", standard(name))
    });
    named.collect::<Vec<_>>().join(", ")
}

/// The text of a `UTF8String` in hexadecimal digits.
fn utf8(der: &str) -> String {
    let digits = der.as_bytes().chunks(2);
    let bytes = digits.map(|pair| u8::from_str_radix(str::from_utf8(pair).unwrap(), 16).unwrap());
    let bytes: Vec<u8> = bytes.collect();
    let header = match bytes[..] {
        [0x0C, length @ 0x80..=0xFF, ..] => 2 + usize::from(length & 0x7F),
        [0x0C, ..] => 2,
        _ => panic!("{der}"),
    };
    String::from_utf8(bytes[header..].to_vec()).unwrap()
}

fn list(text: &str) -> Reading {
    let outline = Outline::of(text);
    let only = |label: &str| outline.after(label).concat();
    let numbers = outline.after("Serial Number (hex): ");
    let dates = outline.after("Revoked at: ");
    let revoked = numbers.into_iter().zip(dates);
    let revoked = revoked.map(|(number, at)| format!("{} {}", serial(number), date(at)));
    let number = only("CRL Number (not critical): ");
    fields([
        ("issuer", reversed(&only("Issuer: "))),
        ("this-update", date(&only("Issued: "))),
        ("next-update", date(&only("Next at: "))),
        (
            "number",
            u64::from_str_radix(&number, 16).unwrap().to_string(),
        ),
        ("extensions", extensions(&outline)),
        ("revoked", revoked.collect::<Vec<_>>().join(", ")),
    ])
}
