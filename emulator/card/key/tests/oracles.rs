//! Our signatures are those of two libraries that share no code with ours.
#![expect(clippy::unwrap_used, reason = "a failure here is a failed test")]

use std::sync::LazyLock;

use madoguchi_card_key::{
    KeyError, PrivateKey, SessionCipher, SignError, UnwrapKey, sha256, verify_pkcs1v15_sha256,
};
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use openssl::sign::{RsaPssSaltlen, Verifier};
use openssl::symm::{Cipher, Crypter, Mode, encrypt};
use proptest::prelude::*;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::{Pkcs1v15Sign, Pss, RsaPrivateKey};
use sha2::Sha256;

/// Several fresh keys with their PKCS#1 encodings.
static KEYS: LazyLock<Vec<(Vec<u8>, PrivateKey)>> = LazyLock::new(|| {
    (0..4)
        .map(|_| {
            let der = Rsa::generate(2048).unwrap().private_key_to_der().unwrap();
            let key = PrivateKey::from_pkcs1_der(&der).unwrap();
            (der, key)
        })
        .collect()
});

fn sign(key: &PrivateKey, input: &[u8]) -> Vec<u8> {
    let mut out = [0; 256];
    key.raw_pkcs1v15(input, &mut out).unwrap();
    out.to_vec()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn openssl_and_rsa_compute_the_same_bytes(
        which in 0..4usize,
        input in prop::collection::vec(any::<u8>(), 0..=245),
    ) {
        let (der, key) = &KEYS[which];
        let ours = sign(key, &input);

        let mut theirs = vec![0; 256];
        let openssl = Rsa::private_key_from_der(der).unwrap();
        let len = openssl.private_encrypt(&input, &mut theirs, Padding::PKCS1).unwrap();
        prop_assert_eq!(&ours, &theirs[..len]);

        let rust = RsaPrivateKey::from_pkcs1_der(der).unwrap();
        let theirs = rust.sign(Pkcs1v15Sign::new_unprefixed(), &input).unwrap();
        prop_assert_eq!(&ours, &theirs);
    }

    #[test]
    fn openssl_verifies_sha256_signatures(
        which in 0..4usize,
        message in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let (_, key) = &KEYS[which];
        let public = Rsa::public_key_from_der_pkcs1(&key.public_key_pkcs1_der().unwrap()).unwrap();
        let public = PKey::from_rsa(public).unwrap();
        let mut verifier = Verifier::new(MessageDigest::sha256(), &public).unwrap();
        verifier.update(&message).unwrap();
        prop_assert!(verifier.verify(&key.sign_pkcs1v15_sha256(&message).unwrap()).unwrap());
    }

    #[test]
    fn a_damaged_key_is_refused_or_signs_rightly_for_its_own_public_half(
        at in 0..1190usize,
        flip in 1..=255u8,
    ) {
        let (der, _) = &KEYS[0];
        let mut damaged = der.clone();
        let at = at % damaged.len();
        damaged[at] ^= flip;
        if let Ok(key) = PrivateKey::from_pkcs1_der(&damaged) {
            let mut out = [0; 256];
            if key.raw_pkcs1v15(b"input", &mut out).is_ok() {
                let public = key.public_key_pkcs1_der().unwrap();
                let public = Rsa::public_key_from_der_pkcs1(&public).unwrap();
                let mut plain = [0; 256];
                let seen = public.public_decrypt(&out, &mut plain, Padding::PKCS1).unwrap();
                prop_assert_eq!(&plain[..seen], b"input");
            }
        }
    }
}

#[test]
fn the_longest_and_the_shortest_input_are_signed_and_one_byte_more_is_not() {
    let (der, key) = &KEYS[0];
    let openssl = Rsa::private_key_from_der(der).unwrap();
    for len in [0, 1, 51, 244, PrivateKey::INPUT_MAX] {
        let input = vec![0xA5; len];
        let mut plain = vec![0; 256];
        let signature = sign(key, &input);
        let seen = openssl
            .public_decrypt(&signature, &mut plain, Padding::PKCS1)
            .unwrap();
        assert_eq!(plain[..seen], input);
    }
    let mut out = [0; 256];
    let refusal = key.raw_pkcs1v15(&[0; 246], &mut out);
    assert_eq!(refusal, Err(SignError::InputTooLong { len: 246 }));
    assert_eq!(out, [0; 256]);
}

#[test]
fn keys_of_another_size_or_form_are_refused() {
    let small = Rsa::generate(1024).unwrap().private_key_to_der().unwrap();
    let refusal = PrivateKey::from_pkcs1_der(&small).unwrap_err();
    assert_eq!(refusal, KeyError::Size { bits: 1024 });
    let text = refusal.to_string();
    assert_eq!(
        text,
        "use the key: it has 1024 bits, the card's keys have 2048"
    );

    assert_eq!(PrivateKey::modulus_of(&small), Err(refusal));

    let (der, _) = &KEYS[0];
    let pkcs8 = PKey::private_key_from_der(der)
        .unwrap()
        .private_key_to_pkcs8()
        .unwrap();
    for wrong in [&[][..], &der[..100], &pkcs8, &[der, &[0x00][..]].concat()] {
        assert_eq!(
            PrivateKey::from_pkcs1_der(wrong).unwrap_err(),
            KeyError::Encoding
        );
        assert_eq!(PrivateKey::modulus_of(wrong), Err(KeyError::Encoding));
    }
}

#[test]
fn one_key_signs_in_many_threads_at_once() {
    let (_, key) = &KEYS[0];
    let expected = sign(key, b"input");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..20).for_each(|_| assert_eq!(sign(key, b"input"), expected)));
        }
    });
}

#[test]
fn the_modulus_is_the_one_in_the_public_key() {
    for (der, key) in KEYS.iter() {
        let openssl = Rsa::private_key_from_der(der).unwrap();
        assert_eq!(openssl.n().to_vec(), key.modulus());
    }
}

#[test]
fn debug_shows_no_key() {
    assert_eq!(format!("{:?}", KEYS[0].1), "PrivateKey(RSA-2048)");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn openssl_and_rsa_verify_pss_signatures_with_a_salt_of_32_bytes(
        which in 0..4usize,
        message in prop::collection::vec(any::<u8>(), 0..600),
        salt in any::<[u8; 32]>(),
    ) {
        let (der, key) = &KEYS[which];
        let hash = sha256(&message);
        let mut signature = [0; 256];
        key.sign_pss_hash(&hash, &salt, &mut signature).unwrap();

        let openssl = PKey::from_rsa(Rsa::private_key_from_der(der).unwrap()).unwrap();
        let mut verifier = Verifier::new(MessageDigest::sha256(), &openssl).unwrap();
        verifier.set_rsa_padding(Padding::PKCS1_PSS).unwrap();
        verifier.set_rsa_pss_saltlen(RsaPssSaltlen::custom(32)).unwrap();
        verifier.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
        verifier.update(&message).unwrap();
        prop_assert!(verifier.verify(&signature).unwrap());

        let rust = RsaPrivateKey::from_pkcs1_der(der).unwrap().to_public_key();
        rust.verify(Pss::<Sha256>::new_with_salt(32), &hash, &signature).unwrap();
    }

    #[test]
    fn what_openssl_wraps_is_unwrapped(
        which in 0..4usize,
        plain in prop::collection::vec(any::<u8>(), 1..=190),
    ) {
        let (der, _) = &KEYS[which];
        let openssl = PKey::from_rsa(Rsa::private_key_from_der(der).unwrap()).unwrap();
        let mut encrypter = Encrypter::new(&openssl).unwrap();
        encrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
        encrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
        encrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
        let mut wrapped = vec![0; 256];
        let len = encrypter.encrypt(&plain, &mut wrapped).unwrap();
        prop_assert_eq!(len, 256);
        let wrapped = <[u8; 256]>::try_from(wrapped).unwrap();

        let key = UnwrapKey::from_pkcs1_der(der).unwrap();
        let mut out = [0; 256];
        prop_assert_eq!(key.unwrap(&wrapped, &mut out).unwrap(), &plain[..]);
        let mut damaged = wrapped;
        damaged[100] ^= 1;
        prop_assert_eq!(key.unwrap(&damaged, &mut out), None);
    }

    #[test]
    fn openssl_encrypts_the_same_session(
        key in any::<[u8; 16]>(),
        n in 1..u64::MAX,
        blocks in prop::collection::vec(any::<[u8; 16]>(), 1..20),
    ) {
        let plain = blocks.concat();
        let counter = u128::from(n).to_be_bytes();
        let iv = encrypt(Cipher::aes_128_ecb(), &key, None, &counter).unwrap();
        let mut crypter =
            Crypter::new(Cipher::aes_128_cbc(), Mode::Encrypt, &key, Some(&iv[..16])).unwrap();
        crypter.pad(false);
        let mut theirs = vec![0; plain.len() + 16];
        let len = crypter.update(&plain, &mut theirs).unwrap();
        theirs.truncate(len);

        let cipher = SessionCipher::new(key).unwrap();
        let mut ours = plain.clone();
        prop_assert!(cipher.encrypt(n, &mut ours));
        prop_assert_eq!(&ours, &theirs);
        prop_assert!(!cipher.decrypt(n, &mut ours[1..]));
        let fork = cipher.clone();
        drop(cipher);
        prop_assert!(fork.decrypt(n, &mut ours));
        prop_assert_eq!(&ours, &plain);
    }
}

#[test]
fn a_signature_is_verified_under_its_own_key_only() {
    let (_, key) = &KEYS[0];
    let signature = key.sign_pkcs1v15_sha256(b"message").unwrap();
    let modulus = key.modulus();
    assert!(verify_pkcs1v15_sha256(&modulus, b"message", &signature));
    assert!(!verify_pkcs1v15_sha256(&modulus, b"Message", &signature));
    assert!(!verify_pkcs1v15_sha256(
        &modulus,
        b"message",
        &signature[1..]
    ));
    let other = KEYS[1].1.modulus();
    assert!(!verify_pkcs1v15_sha256(&other, b"message", &signature));
}

#[test]
fn a_key_with_another_exponent_is_refused() {
    let three = openssl::bn::BigNum::from_u32(3).unwrap();
    let der = Rsa::generate_with_e(2048, &three)
        .unwrap()
        .private_key_to_der()
        .unwrap();
    assert_eq!(
        PrivateKey::from_pkcs1_der(&der).unwrap_err(),
        KeyError::Exponent
    );
    assert_eq!(PrivateKey::modulus_of(&der), Err(KeyError::Exponent));
}

#[test]
fn the_modulus_of_a_key_is_known_before_it_is_read() {
    for (der, key) in KEYS.iter() {
        assert_eq!(PrivateKey::modulus_of(der), Ok(key.modulus()));
    }
    // Numbers that do not belong together have the form of a key, and are found when it is read.
    let mut der = KEYS[0].0.clone();
    let last = der.last_mut().unwrap();
    *last ^= 1;
    assert_eq!(PrivateKey::modulus_of(&der), Ok(KEYS[0].1.modulus()));
    assert_eq!(
        PrivateKey::from_pkcs1_der(&der).unwrap_err(),
        KeyError::Encoding
    );
}
