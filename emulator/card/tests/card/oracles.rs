//! Every key of every persona's card, every scheme, every way to name the key: OpenSSL and `rsa`,
//! which share no code with ours, find each signature right under the public half that is published
//! for it.

use std::sync::LazyLock;

use madoguchi_card::{Card, Profile, State};
use madoguchi_fixtures::{HEALTHY_AT, Issued, persona, persona_ids};
use madoguchi_iso7816::{Aid, FileId, Icc, Reply};
use madoguchi_layout::{common, jpki, profile, surface};
use madoguchi_terms::Secret;
use openssl::bn::BigNum;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Verifier};
use openssl::x509::X509;
use rsa::{BoxedUint, Pkcs1v15Sign, Pss, RsaPublicKey};
use sha2::{Digest, Sha256};

const PIN: &[u8] = b"1234";
const PASSWORD: &[u8] = b"ABC123";

static EVERYBODY: LazyLock<Vec<Issued>> = LazyLock::new(|| {
    let issue = |id| persona(id).unwrap().issue(HEALTHY_AT).unwrap();
    persona_ids().map(issue).collect()
});

/// A key on a card, and what the world knows of it.
struct Key {
    name: &'static str,
    application: Aid,
    file: FileId,
    reference: Option<(FileId, &'static [u8])>,
    /// Whether P2 = `00` means this key.
    is_default: bool,
    modulus: Vec<u8>,
}

/// The keys that sign. Those of 公的個人認証AP are known by their certificates, those of the 券面
/// applications by signed records.
fn keys(issued: &Issued) -> Vec<Key> {
    let card = &issued.personalization;
    let certified = |certificate: &[u8]| {
        let key = X509::from_der(certificate).unwrap().public_key().unwrap();
        key.rsa().unwrap().n().to_vec()
    };
    let key = |name, application, file, modulus| Key {
        name,
        application,
        file,
        reference: None,
        is_default: false,
        modulus,
    };
    let mut keys = Vec::new();
    if let Some(credential) = &card.authentication {
        let modulus = certified(&credential.certificate);
        let (aid, file) = (jpki::APPLICATION.aid, jpki::AUTHENTICATION_KEY);
        keys.push(Key {
            reference: Some((jpki::AUTHENTICATION_PIN, PIN)),
            ..key("authentication", aid, file, modulus)
        });
    }
    if let Some(credential) = &card.signature {
        let modulus = certified(&credential.certificate);
        let (aid, file) = (jpki::APPLICATION.aid, jpki::SIGNATURE_KEY);
        keys.push(Key {
            reference: Some((jpki::SIGNATURE_PASSWORD, PASSWORD)),
            ..key("signature", aid, file, modulus)
        });
    }
    if let Some(held) = &card.surface {
        let modulus = held.age.content.card_key.0.to_vec();
        let aid = surface::APPLICATION.aid;
        keys.push(Key {
            is_default: true,
            ..key("surface", aid, surface::KEY, modulus)
        });
    }
    if let Some(held) = &card.profile {
        let modulus = held.card_key.content.public_key.0.to_vec();
        let aid = profile::APPLICATION.aid;
        keys.push(Key {
            is_default: true,
            ..key("profile", aid, profile::KEY, modulus)
        });
    }
    keys
}

/// The card, its PINs set at the counter, so that none is blocked.
fn card(issued: &Issued) -> Card {
    let make = Profile::contactless();
    let mut state = State::issue(&issued.personalization, &make).unwrap();
    for (reference, value) in [
        (jpki::AUTHENTICATION_PIN, PIN),
        (jpki::SIGNATURE_PASSWORD, PASSWORD),
    ] {
        let value = Secret::new(value.to_vec());
        let application = &jpki::APPLICATION;
        state
            .set_reference(application, reference, value, 3)
            .unwrap();
    }
    let mut last = 0_u8;
    let salt = Box::new(move |out: &mut [u8]| {
        for byte in out {
            last = last.wrapping_mul(5).wrapping_add(113);
            *byte = last;
        }
    });
    let mut card = Card::with_state(&state, make, salt).unwrap();
    card.power_on().unwrap();
    card
}

/// The answer to a command that succeeds.
fn ask(card: &mut Card, header: [u8; 4], data: &[u8], le: Option<u8>) -> Vec<u8> {
    let lc = u8::try_from(data.len()).unwrap();
    let command = [&header[..], &[lc], data, le.as_slice()].concat();
    let mut reply = Reply::new();
    card.transmit(&command, &mut reply).unwrap();
    assert!(reply.status().unwrap().is_ok(), "{command:02X?}: {reply:?}");
    reply.data().to_vec()
}

fn sha256(message: &[u8]) -> Vec<u8> {
    Sha256::digest(message).to_vec()
}

#[test]
fn each_signature_of_each_key_is_right_for_two_strangers() {
    let mut checked = 0;
    for issued in EVERYBODY.iter() {
        let mut card = card(issued);
        for key in keys(issued) {
            ask(
                &mut card,
                [0, 0xA4, 4, 0x0C],
                key.application.as_bytes(),
                None,
            );
            if let Some((reference, value)) = key.reference {
                let sfi = reference.sfi().unwrap().value();
                ask(&mut card, [0, 0x20, 0, 0x80 | sfi], value, None);
            }
            let sfi = 0x80 | key.file.sfi().unwrap().value();
            let default = key.is_default.then_some(0x00);
            for p2 in [Some(0x80), Some(sfi), default].into_iter().flatten() {
                let [high, low] = key.file.value().to_be_bytes();
                ask(&mut card, [0, 0xA4, 2, 0x0C], &[high, low], None);
                for scheme in 0x00..=0x05 {
                    let message = format!("{} {} {p2:02X} {scheme}", issued.persona, key.name);
                    let message = message.as_bytes();
                    let input = match scheme {
                        0x02 | 0x04 => sha256(message),
                        _ => message.to_vec(),
                    };
                    let header = [0x80, 0x2A, scheme, p2];
                    let signature = ask(&mut card, header, &input, Some(0x00));
                    let about = format!("{}, {}, {header:02X?}", issued.persona, key.name);
                    openssl_agrees(&key.modulus, scheme, message, &signature, &about);
                    rsa_agrees(&key.modulus, scheme, message, &signature, &about);
                    checked += 1;
                }
            }
        }
    }
    assert!(
        checked > 6 * 2 * 4 * persona_ids().count() - 200,
        "{checked}"
    );
}

#[test]
fn each_card_authenticates_itself_for_two_strangers() {
    for issued in EVERYBODY.iter() {
        let Some(held) = &issued.personalization.common else {
            continue;
        };
        let der = held.private_key.expose();
        let modulus = Rsa::private_key_from_der(der).unwrap().n().to_vec();
        let mut card = card(issued);
        let aid = common::APPLICATION.aid;
        ask(&mut card, [0, 0xA4, 4, 0x0C], aid.as_bytes(), None);
        let challenge = issued.persona.as_bytes();
        for p2 in [0x99, 0x80] {
            let signature = ask(&mut card, [0, 0x88, 0, p2], challenge, Some(0x00));
            openssl_agrees(&modulus, 0x03, challenge, &signature, issued.persona);
            rsa_agrees(&modulus, 0x03, challenge, &signature, issued.persona);
        }
    }
}

#[test]
fn the_strangers_do_not_agree_to_everything() {
    let issued = &EVERYBODY[0];
    let key = keys(issued).remove(2);
    let mut card = card(issued);
    ask(
        &mut card,
        [0, 0xA4, 4, 0x0C],
        key.application.as_bytes(),
        None,
    );
    for scheme in 0x00..=0x05_u8 {
        let input = sha256(b"message");
        let signature = ask(&mut card, [0x80, 0x2A, scheme, 0], &input, Some(0x00));
        for wrong in [0x00, 0x01, 0x02, 0x04]
            .into_iter()
            .filter(|other| *other != scheme)
        {
            let agrees = std::panic::catch_unwind(|| {
                openssl_agrees(&key.modulus, wrong, b"another", &signature, "");
            });
            assert!(agrees.is_err(), "{scheme} as {wrong}");
            let agrees = std::panic::catch_unwind(|| {
                rsa_agrees(&key.modulus, wrong, b"another", &signature, "");
            });
            assert!(agrees.is_err(), "{scheme} as {wrong}");
        }
    }
}

fn openssl_agrees(modulus: &[u8], scheme: u8, message: &[u8], signature: &[u8], about: &str) {
    let n = BigNum::from_slice(modulus).unwrap();
    let e = BigNum::from_u32(65_537).unwrap();
    let rsa = Rsa::from_public_components(n, e).unwrap();
    if let 0x00 | 0x01 = scheme {
        let mut padded = vec![0; 256];
        let plain = rsa.public_decrypt(signature, &mut padded, Padding::PKCS1);
        let expected = match scheme {
            0x00 => message.to_vec(),
            _ => sha256(message),
        };
        assert_eq!(padded[..plain.unwrap()], expected, "OpenSSL: {about}");
        return;
    }
    let key: PKey<Public> = PKey::from_rsa(rsa).unwrap();
    let mut verifier = Verifier::new(MessageDigest::sha256(), &key).unwrap();
    if let 0x04 | 0x05 = scheme {
        verifier.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        let salt = RsaPssSaltlen::custom(32);
        verifier.set_rsa_pss_saltlen(salt).unwrap();
        verifier.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
    }
    verifier.update(message).unwrap();
    assert!(verifier.verify(signature).unwrap(), "OpenSSL: {about}");
}

fn rsa_agrees(modulus: &[u8], scheme: u8, message: &[u8], signature: &[u8], about: &str) {
    /// `DigestInfo` of SHA-256 up to the hash.
    const SHA256_INFO: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    let modulus = BoxedUint::from_be_slice(modulus, 2048).unwrap();
    let key = RsaPublicKey::new(modulus, BoxedUint::from(65_537_u64)).unwrap();
    let hash = sha256(message);
    let padded = match scheme {
        0x00 => message.to_vec(),
        0x01 => hash,
        0x02 | 0x03 => [&SHA256_INFO[..], &hash].concat(),
        _ => {
            let scheme = Pss::<Sha256>::new_with_salt(32);
            key.verify(scheme, &hash, signature).expect(about);
            return;
        }
    };
    let scheme = Pkcs1v15Sign::new_unprefixed();
    key.verify(scheme, &padded, signature).expect(about);
}
