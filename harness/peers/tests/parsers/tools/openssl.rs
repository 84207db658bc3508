//! `openssl x509 -text` and `openssl crl -text`.

use std::process::Command;

use madoguchi_peers::have;

use super::{Outline, fields, instant, said, serial, standard};
use crate::documents::on_disk;
use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

#[test]
fn openssl_reads_every_field() {
    if !have("openssl", "openssl_reads_every_field") {
        return;
    }
    let disk = on_disk();
    let openssl = |command: &str| {
        let mut openssl = Command::new("openssl");
        openssl.args([command, "-inform", "DER", "-noout", "-text"]);
        openssl.args(["-nameopt", "utf8,sname,sep_comma_plus_space"]);
        openssl
    };
    certificates(&CERTIFICATE, |document| {
        let mut x509 = openssl("x509");
        x509.args(["-certopt", "no_pubkey,no_sigdump"]);
        certificate(&said(x509.arg("-in").arg(disk.file(document))))
    });
    lists(&LIST, |document| {
        list(&said(openssl("crl").arg("-in").arg(disk.file(document))))
    });
}

fn certificate(text: &str) -> Reading {
    let outline = Outline::of(text);
    let only = |label: &str| outline.after(label).concat();
    let within = |extension: &str| {
        let found = outline.below(|heading| {
            let heading = heading.strip_prefix("X509v3 ").unwrap_or(heading);
            heading
                .strip_prefix(extension)
                .is_some_and(|rest| rest.starts_with(':'))
        });
        found.concat()
    };
    let words = |extension: &str| {
        let words = within(extension);
        words
            .split(", ")
            .map(standard)
            .collect::<Vec<_>>()
            .join(", ")
    };
    let number = only("Serial Number: ");
    let (_, hexadecimal) = number.trim_end_matches(')').split_once("(0x").unwrap();
    let names = within("Subject Alternative Name");
    fields([
        ("serial", serial(hexadecimal)),
        ("issuer", only("Issuer: ")),
        ("subject", only("Subject: ")),
        ("not-before", date(&only("Not Before: "))),
        ("not-after", date(&only("Not After : "))),
        ("key-usage", words("Key Usage")),
        ("extended-key-usage", words("Extended Key Usage")),
        ("policies", only("Policy: ")),
        ("cps", only("CPS: ")),
        ("extensions", extensions(&outline, "X509v3 extensions:")),
        (
            "names",
            match names.strip_prefix("othername: ") {
                Some(names) => names.replace(", othername: ", ", ").replace("::", "="),
                None => String::new(),
            },
        ),
        ("ocsp", only("OCSP - URI:")),
        ("ca", only("CA:").to_lowercase()),
    ])
}

fn extensions(outline: &Outline<'_>, heading: &str) -> String {
    let lines = outline.below(|line| line == heading).into_iter();
    let named = lines.map(|line| {
        let (name, critical) = line.split_once(':').unwrap();
        let name = name.strip_prefix("X509v3 ").unwrap_or(name);
        let mark = if critical.trim() == "critical" {
            "!"
        } else {
            ""
        };
        format!("{}{mark}", standard(name))
    });
    named.collect::<Vec<_>>().join(", ")
}

fn date(text: &str) -> String {
    instant("%b %e %H:%M:%S %Y GMT", text)
}

fn list(text: &str) -> Reading {
    let outline = Outline::of(text);
    let numbers = outline.after("Serial Number: ");
    let dates = outline.after("Revocation Date: ");
    let revoked = numbers.into_iter().zip(dates);
    let revoked = revoked.map(|(number, at)| format!("{} {}", serial(number), date(at)));
    let reasons = outline.below(|line| line == "X509v3 CRL Reason Code:");
    fields([
        ("issuer", outline.after("Issuer: ").concat()),
        (
            "this-update",
            date(&outline.after("Last Update: ").concat()),
        ),
        (
            "next-update",
            date(&outline.after("Next Update: ").concat()),
        ),
        (
            "number",
            outline.below(|line| line == "X509v3 CRL Number:").concat(),
        ),
        ("extensions", extensions(&outline, "CRL extensions:")),
        ("revoked", revoked.collect::<Vec<_>>().join(", ")),
        ("reasons", reasons.into_iter().map(standard).collect()),
    ])
}
