//! A card over its contacts and one over the air: the strangers read the same from both, through
//! the embedded server and through a real pcscd. Only the ATR tells them apart.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use madoguchi_card::Profile;
use madoguchi_peers::{Outcome, Pcscd, have, python_with_pyscard, run, source};

use crate::desk::{Desk, Embedded};
use crate::myna_card::Stranger;

/// What each stranger has read, by his name.
type Readings = BTreeMap<String, String>;

/// Both interfaces, with the ATR as OpenSC prints it.
fn interfaces() -> [(Profile, &'static str); 2] {
    [
        (
            Profile::contactless(),
            "3b:88:80:01:00:00:05:e0:b3:81:a1:00:7f",
        ),
        (Profile::contact(), "3b:e0:00:ff:81:31:fe:45:14"),
    ]
}

#[test]
fn strangers_read_the_same_over_contacts_and_without() {
    let test = "strangers_read_the_same_over_contacts_and_without";
    let [contactless, contact] = interfaces().map(|(profile, atr)| {
        let embedded = Embedded::new(profile);
        readings(test, atr, |program| embedded.client(program))
    });
    assert_eq!(contactless, contact);
}

#[test]
fn strangers_read_the_same_over_contacts_and_without_in_a_real_pcscd() {
    let test = "strangers_read_the_same_over_contacts_and_without_in_a_real_pcscd";
    if let Some(outcome) = Pcscd::alone(test, "interfaces::strangers_alone") {
        assert!(outcome.stdout.contains("all the same"), "{outcome:#?}");
    }
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn strangers_alone() {
    let test = "strangers_read_the_same_over_contacts_and_without_in_a_real_pcscd";
    let [contactless, contact] = interfaces().map(|(profile, atr)| {
        let desk = Desk::new(profile);
        desk.wait_for_card();
        readings(test, atr, |program| Command::new(program))
    });
    let embedded = Embedded::new(Profile::contact());
    let ours = readings(test, interfaces()[1].1, |program| embedded.client(program));
    assert_eq!(contactless, contact);
    assert_eq!(alike(&ours), alike(&contact));
    println!("all the same");
}

/// Without the names of the readers, and without the driver's second one.
fn alike(readings: &Readings) -> Vec<(&String, Vec<String>)> {
    let lines = |reading: &String| {
        let lines = reading.lines().filter(|line| !line.starts_with("[1]"));
        lines
            .map(|line| line.replace(Embedded::READER, Desk::READER))
            .collect()
    };
    let of = readings
        .iter()
        .map(|(name, reading)| (name, lines(reading)));
    of.collect()
}

/// What those of them read who are installed.
fn readings(test: &str, atr: &str, client: impl Fn(&str) -> Command) -> Readings {
    let mut readings = Readings::new();
    let mut keep = |name: &str, outcome: Outcome| {
        assert_eq!(outcome.code, Some(0), "{name}: {outcome:#?}");
        readings.insert(name.to_owned(), outcome.stdout);
    };
    if have("opensc-tool", test) {
        let said = run(client("opensc-tool").arg("--atr"));
        assert!(said.stdout.contains(atr), "{said:#?}");
        let named = run(client("opensc-tool").arg("--name"));
        assert_eq!(named.stdout.trim(), "jpki", "{named:#?}");
        keep("opensc-tool", named);
    }
    if have("pkcs15-tool", test) {
        keep("pkcs15-tool", run(client("pkcs15-tool").arg("--dump")));
        let read = ["--read-certificate", "1"];
        keep("certificate", run(client("pkcs15-tool").args(read)));
    }
    if have("pkcs11-tool", test) {
        let folder = tempfile::tempdir().unwrap();
        let (data, signature) = (folder.path().join("data"), folder.path().join("signature"));
        fs::write(&data, "what the holder agrees to").unwrap();
        for (slot, pin, id) in [("0", "1234", "01"), ("1", "ABC123", "02")] {
            let mut tool = client("pkcs11-tool");
            tool.args(["--slot-index", slot, "--login", "--pin", pin, "--id", id])
                .args(["--sign", "--mechanism", "SHA256-RSA-PKCS", "--input-file"])
                .arg(&data)
                .arg("--output-file")
                .arg(&signature);
            let signed = run(&mut tool);
            assert_eq!(signed.code, Some(0), "{signed:#?}");
            let bytes = fs::read(&signature).unwrap();
            readings.insert(format!("signature {id}"), format!("{bytes:02X?}"));
        }
    }
    if let Some(python) = python_with_pyscard(test) {
        let read = run(client(python).arg(source("tests/scripts/read.py")));
        assert_eq!(read.code, Some(0), "{read:#?}");
        let said = format!("ATR {}", atr.to_uppercase().replace(':', " "));
        let rest = read.stdout.trim_start().strip_prefix(&said);
        let rest = rest.unwrap_or_else(|| panic!("no {said:?}: {read:#?}"));
        assert!(rest.trim_start().starts_with("T=1"), "{read:#?}");
        readings.insert("pyscard".to_owned(), rest.to_owned());
    }
    if let Some(stranger) = Stranger::find(test) {
        readings.insert("myna-card".to_owned(), stranger.reads_everything(client));
    }
    readings
}
