//! Whose card it is, and of which make.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use madoguchi_card::{Card, Entropy, Profile};
use madoguchi_fixtures::{HEALTHY_AT, persona, persona_ids};
use madoguchi_layout::Personalization;
use openssl::encrypt::Encrypter;
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::rsa::{Padding, Rsa};
use proptest::prelude::*;

/// The seed that every session is opened with.
pub(crate) const SEED: [u8; 32] = [0x42; 32];

/// A persona with a card of one make.
#[derive(Clone)]
pub(crate) struct Holder(Arc<Issued>);

struct Issued {
    persona: &'static str,
    profile: Profile,
    card: Mutex<Card>,
    /// SET SESSION KEY for this card.
    delivery: Vec<u8>,
}

impl Holder {
    /// Anybody with any card: one of the known makes, or one that knows how a terminal goes on
    /// after its certificate was loaded.
    pub(crate) fn any() -> impl Strategy<Value = Self> {
        let personas: Vec<_> = persona_ids().collect();
        let certified = Profile {
            terminal_authentication: true,
            ..Profile::contactless()
        };
        let mut profiles = Profile::all().to_vec();
        profiles.push(certified);
        let plastic = profiles.clone();
        let profile = prop_oneof![
            2 => prop::sample::select(plastic[..3].to_vec()),
            1 => prop::sample::select(profiles),
        ];
        let persona = prop_oneof![
            1 => Just("shiken-taro"),
            1 => prop::sample::select(personas),
        ];
        (persona, profile).prop_map(|(persona, profile)| Self::new(persona, profile))
    }

    pub(crate) fn healthy() -> Self {
        Self::new("shiken-taro", Profile::contactless())
    }

    /// Issuing takes keys that are parsed and certificates that are signed: once for each.
    fn new(id: &'static str, profile: Profile) -> Self {
        static ISSUED: LazyLock<Mutex<BTreeMap<String, Holder>>> = LazyLock::new(Mutex::default);
        let key = format!("{id} {profile:?}");
        let mut issued = ISSUED.lock().unwrap();
        issued
            .entry(key)
            .or_insert_with(|| {
                let personalization = persona(id)
                    .unwrap()
                    .issue(HEALTHY_AT)
                    .unwrap()
                    .personalization;
                let card = Card::new(&personalization, profile, entropy()).unwrap();
                Self(Arc::new(Issued {
                    persona: id,
                    profile,
                    card: Mutex::new(card),
                    delivery: delivery(&personalization),
                }))
            })
            .clone()
    }

    /// The card as it was issued, without power.
    pub(crate) fn card(&self) -> Card {
        self.0.card.lock().unwrap().fork(entropy())
    }

    /// SET SESSION KEY with [`SEED`].
    pub(crate) fn delivery(&self) -> &[u8] {
        &self.0.delivery
    }
}

impl fmt::Debug for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} with {}", self.0.persona, self.0.profile.name)
    }
}

/// The same for every card, so that a card that is told the same says the same.
pub(crate) fn entropy() -> Entropy {
    let mut last = 0_u8;
    Box::new(move |out: &mut [u8]| {
        for byte in out {
            last = last.wrapping_add(7);
            *byte = last;
        }
    })
}

fn delivery(card: &Personalization) -> Vec<u8> {
    let key = card.profile.as_ref().unwrap().session_key.expose();
    let key = PKey::from_rsa(Rsa::private_key_from_der(key).unwrap()).unwrap();
    let mut encrypter = Encrypter::new(&key).unwrap();
    encrypter.set_rsa_padding(Padding::PKCS1_OAEP).unwrap();
    encrypter.set_rsa_oaep_md(MessageDigest::sha256()).unwrap();
    encrypter.set_rsa_mgf1_md(MessageDigest::sha256()).unwrap();
    let plain = [&[0xA0, 0x22, 0x80, 0x20], &SEED[..]].concat();
    let mut wrapped = vec![0; 256];
    encrypter.encrypt(&plain, &mut wrapped).unwrap();
    [&[0x80, 0xAE, 0x00, 0x00, 0x00, 0x01, 0x00], &wrapped[..]].concat()
}
