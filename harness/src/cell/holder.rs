//! What the holder of a card knows by heart, and what a patient types who does not.

use madoguchi_fixtures::Issued;
use madoguchi_layout::{Personalization, Reference};
use madoguchi_terms::{Lang, Secret};
use madoguchi_trace::SecretClass;

use super::canary::{Canaries, Canary};
use super::staff;

/// What the patient types when a scenario says `enter-pin: wrong`; no persona has it.
pub(crate) const WRONG_PIN: &str = "9999";

/// PINs and password of one card; empty where the card has none.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) authentication: Secret<String>,
    signature: Secret<String>,
    profile: Secret<String>,
}

impl Memory {
    pub(crate) fn of(card: &Personalization) -> Self {
        let text = |reference: Option<&Reference>| {
            let value = reference
                .map(|known| known.value.expose().as_slice())
                .unwrap_or_default();
            Secret::new(String::from_utf8_lossy(value).into_owned())
        };
        Self {
            authentication: text(card.authentication.as_ref().map(|c| &c.reference)),
            signature: text(card.signature.as_ref().map(|c| &c.reference)),
            profile: text(Some(&card.profile_pin)),
        }
    }

    /// With their names, for the eyes of the one who opened the counter.
    pub(crate) fn named(&self, lang: Lang) -> Vec<(String, String)> {
        let names = [
            (
                lang.pick("利用者証明用の暗証番号", "authentication PIN"),
                &self.authentication,
            ),
            (
                lang.pick("署名用パスワード", "signing password"),
                &self.signature,
            ),
            (
                lang.pick(
                    "券面事項入力補助用の暗証番号",
                    "profile PIN (券面事項入力補助)",
                ),
                &self.profile,
            ),
        ];
        names
            .map(|(name, value)| (name.to_owned(), value.expose().clone()))
            .into()
    }

    /// As what is looked for.
    pub(crate) fn canaries(&self) -> [Canary; 3] {
        [
            (SecretClass::AuthPin, &self.authentication),
            (SecretClass::SignPassword, &self.signature),
            (SecretClass::ProfilePin, &self.profile),
        ]
        .map(|(class, value)| Canary {
            class,
            value: value.clone(),
        })
    }
}

/// The secrets of a cell, looked for wherever a client may have left them: what the persons who are `named`
/// know, and the 個人番号 of everybody.
pub(crate) fn canaries(issued: &[Issued], named: &[&str]) -> Canaries {
    let mut canaries = staff::canaries();
    canaries.push(Canary::new(SecretClass::AuthPin, WRONG_PIN));
    // The others' PINs are four digits that were not met yet.
    let is_named = |person: &&Issued| named.contains(&person.persona);
    let met = issued.iter().filter(is_named);
    canaries.extend(met.flat_map(|person| Memory::of(&person.personalization).canaries()));
    canaries.extend(issued.iter().filter_map(personal_number));
    Canaries::new(canaries)
}

/// 個人番号, which has no business at a counter.
fn personal_number(person: &Issued) -> Option<Canary> {
    let profile = person.personalization.profile.as_ref()?;
    let digits = String::from_utf8_lossy(profile.personal_number.expose()).into_owned();
    Some(Canary::new(SecretClass::PersonalNumber, digits))
}
