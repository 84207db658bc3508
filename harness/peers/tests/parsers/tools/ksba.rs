//! GnuPG's `gpgsm`, whose parser is libksba.

use std::collections::BTreeMap;
use std::process::Command;

use madoguchi_peers::{have, run};

use super::{Outline, fields, reversed, said, serial};
use crate::documents::{documents, on_disk};
use crate::reading::{Reading, certificates};

#[test]
fn libksba_reads_what_gpgsm_prints() {
    if !have("gpgsm", "libksba_reads_what_gpgsm_prints") {
        return;
    }
    let disk = on_disk();
    let home = tempfile::tempdir().unwrap();
    let gpgsm = || {
        let mut gpgsm = Command::new("gpgsm");
        gpgsm.env("GNUPGHOME", home.path());
        gpgsm.args(["--batch", "--no-tty", "--disable-dirmngr"]);
        gpgsm
    };
    let lists = |name: &str| documents().iter().any(|it| it.is_list && it.name == name);
    let names = documents().iter().map(|it| it.name.as_str());
    let files = names.filter(|name| !lists(name));
    said(
        gpgsm()
            .arg("--import")
            .args(files)
            .current_dir(disk.folder()),
    );
    let dumped = said(gpgsm().arg("--dump-cert"));
    // Its agent goes on otherwise.
    run(Command::new("gpgconf")
        .args(["--kill", "all"])
        .env("GNUPGHOME", home.path()));

    let read = dumped
        .split("\n\n")
        .filter(|block| block.contains("S/N:"))
        .map(certificate);
    let read: BTreeMap<String, Reading> = read.map(|it| (it["serial"].clone(), it)).collect();
    let told = [
        "serial",
        "issuer",
        "subject",
        "not-before",
        "not-after",
        "key-usage",
        "extended-key-usage",
        "policies",
    ];
    certificates(&told, |document| read[&document.expected["serial"]].clone());
}

fn certificate(text: &str) -> Reading {
    let outline = Outline::of(text);
    let only = |label: &str| {
        let value = outline.after(label)[0].trim();
        let value = value.strip_suffix(" (critical)").unwrap_or(value);
        if value == "[none]" {
            String::new()
        } else {
            value.to_owned()
        }
    };
    let words = |label: &str| {
        let words = only(label);
        let words = words.split(' ').map(|word| match word {
            "certSign" => "keyCertSign",
            "crlSign" => "cRLSign",
            "clientAuth" => "1.3.6.1.5.5.7.3.2",
            word => word,
        });
        words.collect::<Vec<_>>().join(", ")
    };
    let instant = |label: &str| only(label).replace(' ', "T") + "Z";
    let extended = words("extKeyUsage:").replace(", (suggested)", "");
    fields([
        ("serial", serial(&only("S/N:"))),
        ("issuer", reversed(&only("Issuer:"))),
        ("subject", reversed(&only("Subject:"))),
        ("not-before", instant("notBefore:")),
        ("not-after", instant("notAfter:")),
        ("key-usage", words("keyUsage:")),
        ("extended-key-usage", extended),
        ("policies", only("policies:")),
    ])
}
