//! Over what a wrong signature is: each of these mistakes is named, by a rule that the client never sees.

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, SHA256, digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256,
    RsaEncoding, RsaKeyPair,
};
use base64ct::{Base64, Encoding as _};
use madoguchi_eligibility::{Decision, Field};
use madoguchi_registry::{Bearer, CertificateRecord, CertificateState};
use rsa::pkcs8::DecodePrivateKey as _;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};

use crate::counter::*;

/// What the card pads and raises: whatever the client gives it, as COMPUTE DIGITAL SIGNATURE does.
fn padded(what: &[u8]) -> Vec<u8> {
    let der = AsDer::<Pkcs8V1Der<'_>>::as_der(key()).unwrap();
    let key = RsaPrivateKey::from_pkcs8_der(der.as_ref()).unwrap();
    key.sign(Pkcs1v15Sign::new_unprefixed(), what).unwrap()
}

fn sha256(what: &[u8]) -> Vec<u8> {
    digest(&SHA256, what).as_ref().to_vec()
}

fn info(hash: &[u8]) -> Vec<u8> {
    let prefix = base16ct::upper::decode_vec("3031300D060960864801650304020105000420").unwrap();
    [prefix, hash.to_vec()].concat()
}

fn by(encoding: &'static dyn RsaEncoding, key: &RsaKeyPair, message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; key.public_modulus_len()];
    key.sign(encoding, &SystemRandom::new(), message, &mut signature)
        .unwrap();
    signature
}

fn hex(what: &[u8]) -> String {
    base16ct::lower::encode_string(what)
}

/// Asks with what `makes` makes of challenge id and nonce, and expects this rule.
#[track_caller]
fn names(rule: &str, makes: impl FnOnce(&str, &[u8]) -> Vec<u8>) {
    let mut counter = Counter::healthy();
    let session = counter.session();
    names_in(&mut counter, &session, rule, makes);
}

#[track_caller]
fn names_in(
    counter: &mut Counter,
    session: &str,
    rule: &str,
    makes: impl FnOnce(&str, &[u8]) -> Vec<u8>,
) {
    let (id, nonce) = challenge(counter, session);
    let request = signed(session, &id, &nonce).with(Field::Signature, makes(&id, &nonce));
    counter.refuses(&request, Decision::SignatureInvalid, rule);
}

fn challenge(counter: &mut Counter, session: &str) -> (String, Vec<u8>) {
    let request = in_session(madoguchi_eligibility::Operation::Challenge, session);
    let answer = counter.accepts(&request, "challenge-issued");
    let id = answer.fields.text(Field::ChallengeId).unwrap().to_owned();
    (id, answer.fields.bytes(Field::Nonce).unwrap().to_vec())
}

#[test]
fn a_signature_over_another_form_of_the_nonce_is_named() {
    names("signature-over-base64-nonce", |_, nonce| {
        sign(Base64::encode_string(nonce).as_bytes())
    });
    names("signature-over-base64-nonce", |_, nonce| {
        sign(
            Base64::encode_string(nonce)
                .trim_end_matches('=')
                .as_bytes(),
        )
    });
    names("signature-over-hexadecimal-nonce", |_, nonce| {
        sign(hex(nonce).as_bytes())
    });
    names("signature-over-hexadecimal-nonce", |_, nonce| {
        sign(hex(nonce).to_uppercase().as_bytes())
    });
    names("signature-over-bare-text", |_, nonce| {
        padded(Base64::encode_string(nonce).as_bytes())
    });
}

#[test]
fn a_hash_too_many_or_too_few_is_named() {
    names("signature-over-hash-twice", |_, nonce| sign(&sha256(nonce)));
    names("signature-over-hexadecimal-hash", |_, nonce| {
        sign(hex(&sha256(nonce)).as_bytes())
    });
    names("signature-over-digest-info", |_, nonce| {
        sign(&info(&sha256(nonce)))
    });
    names("signature-over-unhashed-nonce", |_, nonce| {
        padded(&info(nonce))
    });
    names("signature-without-digest-info", |_, nonce| {
        padded(&sha256(nonce))
    });
    names("signature-over-bare-nonce", |_, nonce| padded(nonce));
}

#[test]
fn another_algorithm_is_named() {
    names("signature-with-sha-384", |_, nonce| {
        by(&RSA_PKCS1_SHA384, key(), nonce)
    });
    names("signature-with-sha-512", |_, nonce| {
        by(&RSA_PKCS1_SHA512, key(), nonce)
    });
    names("signature-with-sha-1", |_, nonce| {
        let prefix = base16ct::upper::decode_vec("3021300906052B0E03021A05000414").unwrap();
        let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, nonce);
        padded(&[&prefix, hash.as_ref()].concat())
    });
    names("signature-with-pss", |_, nonce| {
        by(&RSA_PSS_SHA256, key(), nonce)
    });
}

#[test]
fn something_else_that_was_signed_is_named() {
    names("signature-over-challenge-id", |id, _| sign(id.as_bytes()));
    names("signature-over-nothing", |_, _| sign(&[]));
    names("signature-over-other-data", |_, _| sign(b"a constant"));
}

#[test]
fn an_earlier_nonce_and_one_that_is_still_open_are_told_apart() {
    let mut counter = Counter::healthy();
    let session = counter.session();
    let (id, first) = challenge(&mut counter, &session);
    counter.accepts(&signed(&session, &id, &first), "one-valid");
    let earlier = "signature-over-earlier-nonce";
    names_in(&mut counter, &session, earlier, |_, _| sign(&first));
    let (_, open) = challenge(&mut counter, &session);
    let another = "signature-over-another-nonce";
    names_in(&mut counter, &session, another, |_, _| sign(&open));
}

#[test]
fn a_right_signature_that_is_written_otherwise_is_named() {
    names("signature-reversed", |_, nonce| {
        sign(nonce).into_iter().rev().collect()
    });
    names("signature-with-status-word", |_, nonce| {
        [sign(nonce), vec![0x90, 0x00]].concat()
    });
    names("signature-encoded-twice", |_, nonce| {
        Base64::encode_string(&sign(nonce)).into_bytes()
    });
    names("signature-in-hexadecimal", |_, nonce| {
        hex(&sign(nonce)).into_bytes()
    });
    // hexadecimal digits where base64 belongs: they are read as base64
    names("signature-in-hexadecimal", |_, nonce| {
        Base64::decode_vec(&hex(&sign(nonce))).unwrap()
    });
}

#[test]
fn another_cards_key_is_named_and_what_nobody_can_read_is_not() {
    let other = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let mut counter = Counter::with(|setup| {
        setup.certificates.push(CertificateRecord {
            der: b"certificate of somebody else".to_vec(),
            public_key: other.public_key().as_ref().to_vec(),
            person: "shiken-hanako".to_owned(),
            not_after: setup.certificates[0].not_after,
            state: CertificateState::Active,
            bearer: Bearer::Card,
        });
    });
    let session = counter.session();
    let by_another = "signature-by-another-card";
    names_in(&mut counter, &session, by_another, |_, nonce| {
        by(&RSA_PKCS1_SHA256, &other, nonce)
    });
    names("signature-wrong", |_, _| vec![0x5A; 256]);
    names("signature-wrong", |_, nonce| sign(nonce)[..128].to_vec());
    names("signature-wrong", |_, _| Vec::new());
}
