//! OpenSC, unmodified, on a counter that is held open: it recognises the card, reads certificates
//! and signs with both keys.
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use madoguchi_peers::{Counter, Outcome, have, run};

/// Who issued every certificate of the cards here.
const ISSUER: &str = "O=MADOGUCHI TEST ONLY";

#[test]
fn opensc_tool_names_the_card() {
    let test = "opensc_tool_names_the_card";
    if !have("opensc-tool", test) {
        return;
    }
    let counter = Counter::open(&[]);
    let outcome = run(counter.client("opensc-tool").arg("-n"));
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    assert_eq!(outcome.stdout.trim(), "jpki");
}

#[test]
fn pkcs15_tool_reads_the_authentication_certificate() {
    let test = "pkcs15_tool_reads_the_authentication_certificate";
    if !have("pkcs15-tool", test) || !have("openssl", test) {
        return;
    }
    let counter = Counter::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let pem = folder.path().join("certificate.pem");
    let read = run(counter
        .client("pkcs15-tool")
        .args(["--read-certificate", "1"]));
    assert_eq!(read.code, Some(0), "{read:#?}");
    fs::write(&pem, &read.stdout).unwrap();

    let names = openssl(
        [
            "x509", "-noout", "-subject", "-issuer", "-nameopt", "RFC2253", "-in",
        ],
        &pem,
    );
    assert_eq!(names.code, Some(0), "{names:#?}");
    let issuer = names
        .stdout
        .lines()
        .find(|line| line.starts_with("issuer="))
        .unwrap();
    assert!(issuer.contains(ISSUER), "{issuer}");
    assert!(
        names.stdout.contains("subject=CN=TESTONLY"),
        "{}",
        names.stdout
    );
}

#[test]
fn pkcs11_tool_signs_with_the_authentication_key() {
    signs(
        "pkcs11_tool_signs_with_the_authentication_key",
        "0",
        "1234",
        "01",
    );
}

#[test]
fn pkcs11_tool_signs_with_the_signature_key() {
    signs(
        "pkcs11_tool_signs_with_the_signature_key",
        "1",
        "ABC123",
        "02",
    );
}

/// A signature made through PKCS#11 is one of the certificate that the same card shows.
fn signs(test: &str, slot: &str, pin: &str, id: &str) {
    if !have("pkcs11-tool", test) || !have("openssl", test) {
        return;
    }
    let counter = Counter::open(&[]);
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("data"), b"what the holder agrees to").unwrap();
    let pkcs11 = |args: &[&str], out: &Path| {
        let mut tool = counter.client("pkcs11-tool");
        tool.args(["--slot-index", slot, "--login", "--pin", pin, "--id", id]);
        let outcome = run(tool.args(args).arg("--output-file").arg(out));
        assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    };
    let data = at("data");
    let sign = [
        "--sign",
        "--mechanism",
        "SHA256-RSA-PKCS",
        "--input-file",
        data.to_str().unwrap(),
    ];
    pkcs11(&sign, &at("signature"));
    pkcs11(&["--read-object", "--type", "cert"], &at("certificate.der"));

    let key = openssl(
        [
            "x509", "-inform", "DER", "-noout", "-pubkey", "-issuer", "-nameopt", "RFC2253", "-in",
        ],
        &at("certificate.der"),
    );
    assert_eq!(key.code, Some(0), "{key:#?}");
    assert!(key.stdout.contains(ISSUER), "{}", key.stdout);
    fs::write(at("key.pem"), &key.stdout).unwrap();
    let verify = |data: &Path| {
        let mut openssl = std::process::Command::new("openssl");
        openssl
            .args(["dgst", "-sha256", "-verify"])
            .arg(at("key.pem"));
        run(openssl.arg("-signature").arg(at("signature")).arg(data))
    };
    let verified = verify(&at("data"));
    assert_eq!(verified.code, Some(0), "{verified:#?}");
    fs::write(at("data"), b"what nobody agreed to").unwrap();
    assert_eq!(
        verify(&at("data")).code,
        Some(1),
        "the oracle accepts anything"
    );
}

fn openssl<const N: usize>(args: [&str; N], file: &Path) -> Outcome {
    let args = args.into_iter().map(OsStr::new).chain([file.as_os_str()]);
    run(std::process::Command::new("openssl").args(args))
}
