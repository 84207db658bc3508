//! Strangers trust the counter once they were given the exported root, and not before: Node, Java,
//! curl; and ask it what it says of revoked certificates.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use madoguchi_peers::{Counter, Outcome, have, program, run, source};

/// `madoguchi ca` with the data of this counter.
fn ca(counter: &Counter, args: &[&str]) -> Outcome {
    run(Command::new(program("madoguchi"))
        .arg("ca")
        .args(args)
        .env("LC_ALL", "C.UTF-8")
        .env("XDG_DATA_HOME", counter.data()))
}

/// The root, exported in this format.
fn exported(counter: &Counter, format: &str) -> PathBuf {
    let path = counter.folder().join(format!("root.{format}"));
    let args = ["export", "--format", format, "--out"];
    let outcome = ca(counter, &[&args[..], &[path.to_str().unwrap()]].concat());
    assert_eq!(outcome.code, Some(0), "{outcome:?}");
    assert_eq!(
        outcome.stderr, "",
        "the counter's root is the one that is kept"
    );
    path
}

#[test]
fn node_trusts_the_exported_root_and_nobody_without_it() {
    if !have(
        "node",
        "node_trusts_the_exported_root_and_nobody_without_it",
    ) {
        return;
    }
    let counter = Counter::open(&[]);
    let root = exported(&counter, "pem");
    let get = "require('https').get(process.env.MADOGUCHI_URL, a => { console.log(a.statusCode, a.headers['x-madoguchi-mock']); a.resume(); }).on('error', e => { console.log(e.code); process.exitCode = 1; })";
    let ask = |node: &mut Command| run(node.args(["-e", get]));
    let trusting = ask(counter.client("node").env("NODE_EXTRA_CA_CERTS", &root));
    assert_eq!(trusting.code, Some(0), "{trusting:?}");
    assert_eq!(trusting.stdout.trim(), "404 unofficial");
    let wary = ask(&mut counter.client("node"));
    assert_eq!(wary.code, Some(1), "{wary:?}");
    assert!(
        wary.stdout.contains("UNABLE_TO") || wary.stdout.contains("SELF_SIGNED"),
        "{wary:?}"
    );
}

#[test]
fn java_trusts_the_exported_store_and_nobody_without_it() {
    if !have(
        "java",
        "java_trusts_the_exported_store_and_nobody_without_it",
    ) {
        return;
    }
    let counter = Counter::open(&[]);
    let store = exported(&counter, "p12");
    let get = source("java").join("Get.java");
    let url = counter.var("MADOGUCHI_URL").to_owned();
    let trusting = run(counter
        .client("java")
        .arg(format!("-Djavax.net.ssl.trustStore={}", store.display()))
        .arg("-Djavax.net.ssl.trustStorePassword=madoguchi")
        .arg(&get)
        .arg(&url));
    assert_eq!(trusting.code, Some(0), "{trusting:?}");
    assert_eq!(trusting.stdout.trim(), "404 unofficial");
    let wary = run(counter.client("java").arg(&get).arg(&url));
    assert_eq!(wary.code, Some(1), "{wary:?}");
    assert!(
        wary.stderr.contains("PKIX path building failed"),
        "{wary:?}"
    );
}

#[test]
fn openssl_reads_the_root_in_every_format() {
    if !have("openssl", "openssl_reads_the_root_in_every_format") {
        return;
    }
    let counter = Counter::open(&[]);
    let openssl = |args: &str, path: &PathBuf| {
        let read = run(Command::new("openssl")
            .args(args.split(' '))
            .arg("-in")
            .arg(path));
        assert_eq!(read.code, Some(0), "{read:?}");
        read.stdout
    };
    let [pem, der, p12] = ["pem", "der", "p12"].map(|format| exported(&counter, format));
    let subject = openssl("x509 -noout -subject -ext nameConstraints", &pem);
    assert!(
        subject.contains("MADOGUCHI TEST ONLY") && subject.contains("DNS:test"),
        "{subject}"
    );
    assert_eq!(
        openssl("x509 -inform DER -outform PEM", &der),
        fs::read_to_string(&pem).unwrap()
    );
    let store = openssl("pkcs12 -passin pass:madoguchi", &p12);
    assert!(
        store.contains(fs::read_to_string(&pem).unwrap().trim()),
        "{store}"
    );
}

#[test]
fn what_to_do_is_printed_and_not_done() {
    let counter = Counter::open(&[]);
    for (word, first) in [("trust", "update-ca-certificates"), ("untrust", "delstore")] {
        let told = ca(&counter, &[word]);
        assert_eq!(told.code, Some(0), "{told:?}");
        assert!(told.stdout.contains(first), "{told:?}");
    }
}

#[test]
fn a_stranger_asks_for_the_list_and_about_a_card() {
    let test = "a_stranger_asks_for_the_list_and_about_a_card";
    if !have("curl", test) || !have("openssl", test) {
        return;
    }
    let counter = Counter::open(&[]);
    let list = counter.folder().join("list.crl");
    let curl = |path: &str| {
        let mut curl = counter.client("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--fail",
            "--max-time",
            "20",
            "--cacert",
        ])
        .arg(counter.var("MADOGUCHI_CA_FILE"))
        .arg("--output")
        .arg(&list)
        .arg(format!("{}{path}", counter.var("MADOGUCHI_URL")));
        run(&mut curl)
    };
    let fetched = curl("/pki/authentication.crl");
    assert_eq!(fetched.code, Some(0), "{fetched:?}");
    let read = run(Command::new("openssl")
        .args(["crl", "-inform", "DER", "-noout", "-issuer", "-in"])
        .arg(&list));
    assert!(read.stdout.contains("MADOGUCHI TEST ONLY"), "{read:?}");
}
