//! A registry of the country's size: terminals and insured persons made up from a seed, one block
//! after another. No person has a key of their own, and all look invented: names are numbers,
//! the insurers' prefecture 99 exists nowhere.

use jiff::Timestamp;
use jiff::civil::Date;
use madoguchi_eligibility::{CardClassification, InsuranceRecord, Insured, Relation, Sex};
use madoguchi_registry::{
    Bearer, CertificateRecord, CertificateState, Person, Registry, Setup, Terminal,
};

use crate::service::facility_code;

/// Persons and terminals are handed over in blocks of so many.
const BLOCK: u32 = 10_000;

/// How many of what there is.
#[derive(Debug, Clone, Copy)]
pub struct Country {
    /// Terminals that were activated.
    pub terminals: u32,
    /// Persons with an insurance card and 利用者証明用電子証明書.
    pub persons: u32,
    /// What birthdays, sexes and insurers follow from.
    pub seed: u64,
}

impl Country {
    /// Makes them known to a registry, at `now`; all certificates have this public key.
    pub fn settle(self, registry: &mut Registry, now: Timestamp, public_key: &[u8]) {
        for block in blocks(self.terminals) {
            registry.supplement(Setup {
                terminals: block.map(terminal).collect(),
                ..Setup::default()
            });
        }
        let not_after = now
            .checked_add(jiff::SignedDuration::from_hours(24 * 365))
            .unwrap_or(now);
        for block in blocks(self.persons) {
            registry.supplement(Setup {
                persons: block.clone().map(|n| self.person(n)).collect(),
                certificates: block
                    .map(|n| CertificateRecord {
                        der: certificate(n),
                        public_key: public_key.to_vec(),
                        person: id(n),
                        not_after,
                        state: CertificateState::Active,
                        bearer: Bearer::Card,
                    })
                    .collect(),
                ..Setup::default()
            });
        }
    }

    /// The `n`th person.
    ///
    /// # Panics
    /// Never: days and numbers are within their bounds.
    #[must_use]
    pub fn person(self, n: u32) -> Person {
        let chance = spread(self.seed ^ u64::from(n));
        let born = 1930 + i16::try_from(chance % 90).expect("below 90");
        let month = 1 + i8::try_from(chance / 90 % 12).expect("below 12");
        let day = 1 + i8::try_from(chance / 1080 % 28).expect("below 28");
        let insurer = format!("0699{:04}", chance / 30240 % 3000);
        let sex1 = if chance >> 63 == 0 {
            Sex::Male
        } else {
            Sex::Female
        };
        Person {
            id: id(n),
            registered: true,
            insurance: vec![InsuranceRecord {
                card_classification: CardClassification::General,
                insurer_number: insurer.parse().expect("eight digits"),
                insurer_name: "架空健康保険組合".to_owned(),
                symbol: Some("架空".to_owned()),
                number: format!("{n:08}"),
                branch: Some("00".to_owned()),
                relation: Relation::Personal,
                insured: Insured {
                    name: format!("試験　第{n}号"),
                    name_kana: format!("ｼｹﾝ ﾀﾞｲ{n}ｺﾞｳ"),
                    name_of_other: None,
                    name_of_other_kana: None,
                    sex1,
                    sex2: None,
                    birthdate: Date::constant(born, month, day),
                },
                qualification_date: Some(Date::constant(2020, 4, 1)),
                disqualification_date: None,
                valid_from: None,
                valid_until: None,
                contribution_ratio: None,
                reason_of_loss: None,
                preschool: None,
            }],
            assistance: Vec::new(),
            withheld: false,
        }
    }
}

/// What stands for the `n`th person's certificate: the registry knows it by its digest alone.
#[must_use]
pub fn certificate(n: u32) -> Vec<u8> {
    format!("certificate of person {n}, who has no key").into_bytes()
}

fn id(n: u32) -> String {
    format!("person-{n}")
}

fn terminal(n: u32) -> Terminal {
    let certificate = format!("certificate of terminal {n}, which has no key");
    Terminal::new(
        format!("terminal-of-the-country-{n}"),
        facility_code(),
        certificate.into_bytes(),
    )
}

fn blocks(count: u32) -> impl Iterator<Item = std::ops::Range<u32>> {
    let starts = (0..count).step_by(BLOCK as usize);
    starts.map(move |start| start..count.min(start + BLOCK))
}

/// A number that follows from another without showing it (SplitMix64).
const fn spread(n: u64) -> u64 {
    let n = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    n ^ (n >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    const COUNTRY: Country = Country {
        terminals: 0,
        persons: 0,
        seed: 1,
    };

    #[test]
    fn everybody_is_invented_and_the_same_each_time() {
        let mut birthdays = std::collections::BTreeSet::new();
        for n in 0..1000 {
            let person = COUNTRY.person(n);
            assert!(person.insurance[0].insurer_number.is_invented());
            assert!(person.insurance[0].insured.name.starts_with("試験"));
            birthdays.insert(person.insurance[0].insured.birthdate);
            let again = COUNTRY.person(n);
            assert_eq!(person.insurance, again.insurance);
        }
        assert!(900 < birthdays.len(), "{}", birthdays.len());
    }

    #[test]
    fn blocks_cover_everybody_once() {
        let all: Vec<u32> = blocks(2 * BLOCK + 1).flatten().collect();
        assert!(all.into_iter().eq(0..2 * BLOCK + 1));
        assert_eq!(blocks(0).count(), 0);
    }
}
