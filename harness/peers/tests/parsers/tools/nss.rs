//! NSS's `pp`, which Debian calls `nss-pp`.

use std::fs;
use std::process::Command;

use madoguchi_peers::have;

use super::{Outline, fields, instant, reversed, said, serial, standard};
use crate::documents::{Disk, Document, on_disk};
use crate::reading::{CERTIFICATE, LIST, Reading, certificates, lists};

#[test]
fn nss_reads_every_field() {
    if !have("nss-pp", "nss_reads_every_field") {
        return;
    }
    let disk = on_disk();
    certificates(&CERTIFICATE, |document| {
        certificate(&printed(&disk, "certificate", document))
    });
    lists(&LIST, |document| list(&printed(&disk, "crl", document)));
}

/// It cuts lines where it pleases, in the midst of a character too: its bytes count.
fn printed(disk: &Disk, kind: &str, document: &Document) -> String {
    let out = disk.folder().join("printed");
    let mut pp = Command::new("nss-pp");
    pp.args(["-u", "-t", kind, "-i"]).arg(disk.file(document));
    said(pp.arg("-o").arg(&out));
    String::from_utf8(unfolded(&fs::read(&out).unwrap())).unwrap()
}

/// Puts together what stands between quotation marks in several lines, each of which begins four
/// columns behind the first.
fn unfolded(text: &[u8]) -> Vec<u8> {
    let mut whole = Vec::new();
    let (mut open, mut margin) = (false, 0);
    for line in text.split(|byte| *byte == b'\n') {
        if open {
            whole.extend(&line[(margin + 4).min(line.len())..]);
        } else {
            whole.push(b'\n');
            whole.extend(line);
            margin = line.iter().take_while(|byte| **byte == b' ').count();
        }
        open ^= line.iter().filter(|byte| **byte == b'"').count() % 2 == 1;
    }
    whole
}

fn certificate(text: &str) -> Reading {
    let outline = Outline::of(text);
    let only = |label: &str| quoted(&outline.after(label).concat());
    // The further ones stand below the first.
    let more = outline.below(|line| line.starts_with("Usages: "));
    let usages = outline.after("Usages: ").into_iter().chain(more);
    let usages: Vec<_> = usages.map(standard).collect();
    let others = outline.after("Other Name: ").into_iter();
    let names = others.zip(outline.after("OID: OID."));
    let names: Vec<_> = names
        .map(|(text, oid)| format!("{oid}={}", quoted(text)))
        .collect();
    let is_authority = text.contains("Data: Is a CA with no maximum path length.");
    let purposes = outline.below(|line| line == "Name: Extended Key Usage");
    let validity = |label: &str| instant("%a %b %d %H:%M:%S %Y", &only(label));
    fields([
        ("serial", number(outline.after("Serial Number: ")[0])),
        ("issuer", reversed(&only("Issuer: \""))),
        ("subject", reversed(&only("Subject: "))),
        ("not-before", validity("Not Before: ")),
        ("not-after", validity("Not After : ")),
        ("key-usage", usages.join(", ")),
        (
            "extended-key-usage",
            purposes.into_iter().map(standard).collect(),
        ),
        ("policies", only("Policy Name: OID.")),
        ("cps", only("Policy Qualifier Data: ")),
        ("extensions", extensions(&outline, "Signed Extensions:")),
        ("names", names.join(", ")),
        ("ocsp", only("URI: ")),
        (
            "ca",
            if is_authority {
                "true".to_owned()
            } else {
                String::new()
            },
        ),
    ])
}

fn quoted(text: &str) -> String {
    text.trim_matches('"').to_owned()
}

/// `9962473 (0x9803e9)`
fn number(text: &str) -> String {
    let (_, hexadecimal) = text.trim_end_matches(')').split_once("(0x").unwrap();
    serial(hexadecimal)
}

fn extensions(outline: &Outline<'_>, heading: &str) -> String {
    let mut named: Vec<String> = Vec::new();
    for line in outline.below(|line| line == heading) {
        if let Some(name) = line.strip_prefix("Name: ") {
            let name = name.strip_prefix("OID.").unwrap_or(name);
            named.push(standard(name).to_owned());
        } else if line == "Critical: True" {
            named.last_mut().unwrap().push('!');
        }
    }
    named.join(", ")
}

fn list(text: &str) -> Reading {
    let outline = Outline::of(text);
    let date = |text: &str| instant("%a %b %d %H:%M:%S %Y", text);
    let numbers = outline.after("Serial Number: ");
    let dates = outline.after("Revocation Date: ");
    let revoked = numbers.into_iter().zip(dates);
    let revoked = revoked.map(|(serial, at)| format!("{} {}", number(serial), date(at)));
    let data = |heading: &str| {
        let lines = outline.below(|line| line == heading).into_iter();
        lines
            .filter_map(|line| line.strip_prefix("Data: "))
            .collect::<Vec<_>>()
    };
    // RFC 5280 §5.3.1: 1 is keyCompromise.
    let reasons = data("Entry Extensions:")
        .concat()
        .replace("1 (0x1)", "keyCompromise");
    let (sequence, _) = data("CRL Extensions:")[0].split_once(' ').unwrap();
    fields([
        (
            "issuer",
            reversed(&quoted(&outline.after("Issuer: ").concat())),
        ),
        (
            "this-update",
            date(&outline.after("This Update: ").concat()),
        ),
        (
            "next-update",
            date(&outline.after("Next Update: ").concat()),
        ),
        ("number", sequence.to_owned()),
        ("extensions", extensions(&outline, "CRL Extensions:")),
        ("revoked", revoked.collect::<Vec<_>>().join(", ")),
        ("reasons", reasons),
    ])
}
