//! CMS signatures with both keys: OpenSSL's and GnuTLS's, each judged by the other.

use std::fs;
use std::path::Path;
use std::process::Command;

use madoguchi_peers::{Outcome, Terminal, run};

use crate::token::{AUTHENTICATION, Key, SIGNATURE, Token};

const DOCUMENT: &str = "what the holder agrees to\n";

#[test]
fn openssl_signs_with_both_keys() {
    let test = "openssl_signs_with_both_keys";
    let Some(token) = Token::with_engine(&["openssl", "certtool", "setsid"], test) else {
        return;
    };
    token.write("document", DOCUMENT);
    for key in [AUTHENTICATION, SIGNATURE] {
        let signer = token.certificate_file(&key);
        let mut openssl = token.client("openssl");
        openssl
            .args(["cms", "-sign", "-binary", "-nodetach", "-md", "sha256"])
            .args(["-engine", "pkcs11", "-keyform", "engine", "-inkey"])
            .arg(key.uri_with_pin())
            .args(["-outform", "DER", "-in"])
            .arg(token.file("document"))
            .arg("-out")
            .arg(token.file("signed"))
            .arg("-signer")
            .arg(&signer);
        // For each signature with the second key the password is asked for once more.
        let secret = Some(key.pin);
        let terminal = Terminal {
            secret,
            document: None,
        };
        let arguments: [&str; 0] = [];
        terminal.run(&openssl, arguments).expect_success();
        judged(&token, &key);
    }
}

#[test]
fn gnutls_signs_with_both_keys() {
    let test = "gnutls_signs_with_both_keys";
    let Some(token) = Token::with(&["openssl", "certtool"], test) else {
        return;
    };
    token.write("document", DOCUMENT);
    for key in [AUTHENTICATION, SIGNATURE] {
        let signer = token.certificate_file(&key);
        let mut certtool = token.client("certtool");
        certtool
            .env("GNUTLS_PIN", key.pin)
            .arg("--provider")
            .arg(token.module())
            .args([
                "--p7-sign",
                "--outder",
                "--load-privkey",
                &key.uri("private"),
            ])
            .args([
                "--infile",
                "document",
                "--outfile",
                "signed",
                "--load-certificate",
            ])
            .arg(signer);
        run(&mut certtool).expect_success();
        judged(&token, &key);
    }
}

/// Both find the signature good, and say so of no other CA.
fn judged(token: &Token, key: &Key) {
    let authority = token.authority_file(key);
    let openssl = openssl(token, &authority);
    assert_eq!(openssl.code, Some(0), "{openssl:#?}");
    assert_eq!(fs::read_to_string(token.file("content")).unwrap(), DOCUMENT);
    let mut certtool = token.client("certtool");
    certtool.args([
        "--p7-verify",
        "--inder",
        "--infile",
        "signed",
        "--load-ca-certificate",
    ]);
    let gnutls = run(certtool.arg(&authority));
    assert!(
        gnutls.stderr.contains("Signature status: ok"),
        "{gnutls:#?}"
    );

    let other = if key.pin == SIGNATURE.pin {
        AUTHENTICATION
    } else {
        SIGNATURE
    };
    let refused = self::openssl(token, &token.authority_file(&other));
    assert_ne!(refused.code, Some(0), "it verifies anything");
}

fn openssl(token: &Token, authority: &Path) -> Outcome {
    let mut openssl = Command::new("openssl");
    openssl
        .args(["cms", "-verify", "-inform", "DER", "-purpose", "any", "-in"])
        .arg(token.file("signed"))
        .arg("-out")
        .arg(token.file("content"))
        .arg("-CAfile");
    run(openssl.arg(authority))
}
