//! TLS with the card's authentication key as the client's: curl (OpenSSL), GnuTLS and NSS through
//! PKCS#11, against a server that wants a certificate of the card's CA.
//!
//! OpenSC signs for this card with PKCS#1 v1.5 only, so the server must offer that: with TLS 1.3,
//! which knows RSA-PSS only, none of them can sign, and OpenSSL chooses PSS with TLS 1.2, too, where
//! it may.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use madoguchi_peers::{LIMIT, run};
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod, SslVerifyMode, SslVersion};
use openssl::x509::extension::{BasicConstraints, SubjectAlternativeName};
use openssl::x509::{X509, X509NameBuilder};

use crate::token::{AUTHENTICATION, Token};

#[test]
fn curl_shows_the_card_to_a_tls_server() {
    let test = "curl_shows_the_card_to_a_tls_server";
    let Some(token) = Token::with_engine(&["curl"], test) else {
        return;
    };
    let server = Server::new(&token, SslVersion::TLS1_2, "RSA+SHA256:ECDSA+SHA256");
    let outcome = run(&mut curl(&token, &server));
    outcome.expect_success();
    assert!(outcome.stdout.contains("TESTONLY"), "{outcome:#?}");
    server.assert_has_seen_the_card(&token);
}

#[test]
fn curl_cannot_sign_for_tls_1_3_because_that_wants_pss() {
    let test = "curl_cannot_sign_for_tls_1_3_because_that_wants_pss";
    let Some(token) = Token::with_engine(&["curl"], test) else {
        return;
    };
    let server = Server::new(&token, SslVersion::TLS1_3, ANY);
    let outcome = run(&mut curl(&token, &server));
    assert!(outcome.stderr.contains("Mechanism invalid"), "{outcome:#?}");
    assert_eq!(server.seen(), None);
}

fn curl(token: &Token, server: &Server) -> Command {
    let mut curl = token.client("curl");
    curl.args([
        "--silent",
        "--show-error",
        "--engine",
        "pkcs11",
        "--cacert",
        "server.pem",
    ])
    .args(["--cert-type", "ENG", "--cert", &AUTHENTICATION.uri("cert")])
    .args(["--key-type", "ENG", "--key", &AUTHENTICATION.uri_with_pin()])
    .arg(format!("https://127.0.0.1:{}/", server.port));
    curl
}

#[test]
fn gnutls_shows_the_card_to_a_tls_server() {
    let test = "gnutls_shows_the_card_to_a_tls_server";
    let Some(token) = Token::with(&["gnutls-cli"], test) else {
        return;
    };
    let server = Server::new(&token, SslVersion::TLS1_2, ANY);
    let mut gnutls = token.client("gnutls-cli");
    gnutls
        .env("GNUTLS_PIN", AUTHENTICATION.pin)
        .arg("--provider")
        .arg(token.module())
        .args(["--x509cafile", "server.pem"])
        .args(["--x509certfile", &AUTHENTICATION.uri("cert")])
        .args(["--x509keyfile", &AUTHENTICATION.uri("private")])
        .args(["--port", &server.port.to_string(), "127.0.0.1"]);
    let outcome = run(&mut gnutls);
    assert!(
        outcome.stdout.contains("Handshake was completed"),
        "{outcome:#?}"
    );
    server.assert_has_seen_the_card(&token);
}

#[test]
fn nss_shows_the_card_to_a_tls_server() {
    let test = "nss_shows_the_card_to_a_tls_server";
    let Some(token) = Token::with(&["modutil", "certutil", "tstclnt"], test) else {
        return;
    };
    let database = crate::nss::database(&token);
    let server = Server::new(&token, SslVersion::TLS1_2, ANY);
    let mut trust = token.client("certutil");
    trust.args([
        "-A",
        "-d",
        &database,
        "-n",
        "server",
        "-t",
        "CP,,",
        "-i",
        "server.pem",
    ]);
    run(&mut trust).expect_success();
    let mut client = token.client("tstclnt");
    client
        .args(["-d", &database, "-W", "pin", "-V", "tls1.2:tls1.2", "-Q"])
        .args(["-h", "127.0.0.1", "-p", &server.port.to_string(), "-n"])
        .arg(format!(
            "{}:User Authentication Certificate",
            AUTHENTICATION.token
        ));
    let outcome = run(&mut client);
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");
    server.assert_has_seen_the_card(&token);
}

/// What OpenSSL offers by itself, as far as it matters here.
const ANY: &str = "ECDSA+SHA256:RSA-PSS+SHA256:RSA+SHA256";

/// A TLS server that lets in who shows a certificate of the card's CA.
struct Server {
    port: u16,
    seen: Receiver<Option<X509>>,
}

impl Server {
    fn new(token: &Token, version: SslVersion, algorithms: &str) -> Self {
        let key = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(EcKey::generate(&key).unwrap()).unwrap();
        let mut name = X509NameBuilder::new().unwrap();
        name.append_entry_by_text("CN", "localhost").unwrap();
        let name = name.build();
        let mut certificate = X509::builder().unwrap();
        certificate.set_version(2).unwrap();
        certificate.set_subject_name(&name).unwrap();
        certificate.set_issuer_name(&name).unwrap();
        certificate.set_pubkey(&key).unwrap();
        let [begin, end] = [0, 1].map(|days| Asn1Time::days_from_now(days).unwrap());
        certificate.set_not_before(&begin).unwrap();
        certificate.set_not_after(&end).unwrap();
        let context = certificate.x509v3_context(None, None);
        let names = SubjectAlternativeName::new()
            .ip("127.0.0.1")
            .build(&context);
        certificate.append_extension(names.unwrap()).unwrap();
        let authority = BasicConstraints::new().critical().ca().build();
        certificate.append_extension(authority.unwrap()).unwrap();
        certificate.sign(&key, MessageDigest::sha256()).unwrap();
        let certificate = certificate.build();
        token.write("server.pem", certificate.to_pem().unwrap());

        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls()).unwrap();
        acceptor.set_min_proto_version(Some(version)).unwrap();
        acceptor.set_max_proto_version(Some(version)).unwrap();
        acceptor.set_sigalgs_list(algorithms).unwrap();
        acceptor.set_private_key(&key).unwrap();
        acceptor.set_certificate(&certificate).unwrap();
        acceptor
            .set_ca_file(token.authority_file(&AUTHENTICATION))
            .unwrap();
        acceptor.set_verify(SslVerifyMode::PEER | SslVerifyMode::FAIL_IF_NO_PEER_CERT);
        let acceptor = acceptor.build();

        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let (tell, seen) = channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = acceptor.accept(stream.unwrap()) else {
                    let _ = tell.send(None);
                    continue;
                };
                let certificate = stream.ssl().peer_certificate();
                let subject = format!("{:?}", certificate.as_ref().map(|it| it.subject_name()));
                let _ = tell.send(certificate);
                let mut stream = BufReader::new(stream);
                let mut line = String::new();
                // A client that only shakes hands says nothing.
                while stream.read_line(&mut line).is_ok_and(|length| length > 2) {
                    line.clear();
                }
                let answer = format!("HTTP/1.0 200 OK\r\n\r\n{subject}\n");
                let _ = stream.get_mut().write_all(answer.as_bytes());
                let _ = stream.get_mut().shutdown();
            }
        });
        Self { port, seen }
    }

    /// The certificate that the next client has shown and proven; nothing where it was not let in.
    fn seen(&self) -> Option<X509> {
        self.seen.recv_timeout(LIMIT).unwrap()
    }

    #[track_caller]
    fn assert_has_seen_the_card(&self, token: &Token) {
        let seen = self.seen().map(|it| it.to_der().unwrap());
        let shown = token.certificate(&AUTHENTICATION).to_der().unwrap();
        assert_eq!(seen, Some(shown));
    }
}
