//! Invented persons by the hundred, for a client that is to take over whatever may be delivered,
//! and what is simpler than a person with whom it failed. Randomness is an argument.

use std::collections::BTreeMap;

use madoguchi_eligibility::{CardClassification, Field, Relation, Sex};

/// A person as values by field; a blank value says that the field is not delivered.
pub type Person = BTreeMap<Field, String>;

/// Characters of names that CP932 has.
const PLAIN: &[char] = &[
    '試', '験', '架', '空', '模', '擬', '太', '郎', '花', '子', '々', 'ヶ', '●', 'Ａ', 'ｚ', '髙',
    '德', '﨑', '&', '\'', '・', '-',
];
/// Characters that only UTF-8 and the clipboard deliver.
const RARE: &[char] = &['𠮷', '𩸽', '鷗', '葛', 'é'];
const KANA: &[&str] = &[
    "ｱ", "ｶﾞ", "ｳﾞ", "ｷｬ", "ｯ", "ﾊﾟ", "ﾎﾞ", "ｰ", "ﾝ", "ﾜ", "ｦ", "-", "･",
];

/// What a person cannot do without, in its simplest form.
const SIMPLEST: &[(Field, &str)] = &[
    (Field::InsuredCardClassification, "01"),
    (Field::InsurerNumber, "06990010"),
    (Field::InsurerName, "試"),
    (Field::InsuredIdentificationNumber, "1"),
    (Field::PersonalFamilyClassification, "1"),
    (Field::Name, "試"),
    (Field::Sex1, "1"),
    (Field::Birthdate, "19520101"),
];

/// Every field that a person has or may have.
const FIELDS: &[Field] = &[
    Field::InsuredCardClassification,
    Field::InsurerNumber,
    Field::InsurerName,
    Field::InsuredCardSymbol,
    Field::InsuredIdentificationNumber,
    Field::InsuredBranchNumber,
    Field::PersonalFamilyClassification,
    Field::InsuredName,
    Field::Name,
    Field::NameKana,
    Field::NameOfOther,
    Field::NameOfOtherKana,
    Field::Sex1,
    Field::Sex2,
    Field::Birthdate,
    Field::PostNumber,
    Field::Address,
    Field::QualificationDate,
    Field::InsuredCardValidDate,
    Field::InsuredCardExpirationDate,
    Field::InsuredPartialContributionRatio,
    Field::ElderlyRecipientContributionRatio,
];

/// The `n`-th person of a series. `rare` characters need UTF-8. No two are alike: the number
/// counts, and has zeros in front.
pub fn invented(n: u32, rare: bool, random: &mut dyn FnMut() -> u64) -> Person {
    let person = FIELDS.iter().map(|field| {
        let must = SIMPLEST.iter().any(|(must, _)| must == field);
        let delivered = must || one_of(&[true, true, false], random);
        let value = if delivered {
            value(*field, n, rare, random)
        } else {
            String::new()
        };
        (*field, value)
    });
    person.collect()
}

fn value(field: Field, n: u32, rare: bool, random: &mut dyn FnMut() -> u64) -> String {
    match field {
        Field::InsuredIdentificationNumber => format!("{n:07}"),
        Field::InsurerNumber => {
            let scheme = one_of(&["06", "01", "00", "39"], random);
            format!("{scheme}99{:04}", random() % 10_000)
        }
        Field::InsuredCardClassification => {
            let classes = CardClassification::NAMES;
            one_of(&classes[..classes.len() - 1], random).to_owned()
        }
        Field::InsuredBranchNumber => format!("{:02}", random() % 12),
        Field::PersonalFamilyClassification => one_of(Relation::NAMES, random).to_owned(),
        Field::Sex1 | Field::Sex2 => one_of(Sex::NAMES, random).to_owned(),
        Field::Birthdate
        | Field::QualificationDate
        | Field::InsuredCardValidDate
        | Field::InsuredCardExpirationDate => {
            let (year, month, day) = (1900 + random() % 130, 1 + random() % 12, 1 + random() % 28);
            format!("{year:04}{month:02}{day:02}")
        }
        Field::InsuredPartialContributionRatio | Field::ElderlyRecipientContributionRatio => {
            one_of(&["010", "020", "030", "000", "100"], random).to_owned()
        }
        Field::PostNumber => format!("999{:04}", random() % 10_000),
        Field::NameKana | Field::NameOfOtherKana => {
            let mut part = |longest: u64| -> String {
                (0..=random() % longest)
                    .map(|_| one_of(KANA, random))
                    .collect()
            };
            format!("{} {}", part(8), part(24))
        }
        _ => {
            let length = one_of(&[1, 3, 5, 8, 40], random);
            let set = if rare {
                [PLAIN, RARE].concat()
            } else {
                PLAIN.to_vec()
            };
            (0..length).map(|_| one_of(&set, random)).collect()
        }
    }
}

fn one_of<T: Copy>(set: &[T], random: &mut dyn FnMut() -> u64) -> T {
    let length = u64::try_from(set.len()).unwrap_or(1);
    let at = usize::try_from(random() % length).unwrap_or(0);
    set[at]
}

/// Persons that are one step simpler, the boldest step first: without a field, with its simplest
/// value, with a part of it. None, where there is nothing left to leave out.
#[must_use]
pub fn simpler(person: &Person) -> Vec<Person> {
    let with = |field: Field, value: &str| {
        let mut simpler = person.clone();
        simpler.insert(field, value.to_owned());
        simpler
    };
    let mut steps = Vec::new();
    for (field, value) in person {
        let simplest = SIMPLEST.iter().find(|(must, _)| must == field);
        let simplest = simplest.map_or("", |(_, value)| value);
        if value != simplest {
            steps.push(with(*field, simplest));
        }
    }
    for (field, value) in person.iter().filter(|(field, _)| is_free(**field)) {
        let chars: Vec<char> = value.chars().collect();
        let half = chars.len() / 2;
        for part in [&chars[..half], &chars[half..]] {
            let part: String = part.iter().collect();
            let part = part.trim();
            if !part.is_empty() && part.len() < value.len() {
                steps.push(with(*field, part));
            }
        }
        for at in 0..chars.len() {
            let rest: String = chars[..at].iter().chain(&chars[at + 1..]).collect();
            if !rest.is_empty() && rest.trim() == rest {
                steps.push(with(*field, &rest));
            }
        }
    }
    steps
}

/// Whether any part of a value is a value, too.
const fn is_free(field: Field) -> bool {
    matches!(
        field,
        Field::InsurerName
            | Field::InsuredCardSymbol
            | Field::InsuredIdentificationNumber
            | Field::InsuredName
            | Field::Name
            | Field::NameKana
            | Field::NameOfOther
            | Field::NameOfOtherKana
            | Field::Address
    )
}

#[cfg(test)]
mod tests {
    use madoguchi_eligibility::InsurerNumber;

    use super::*;

    /// A generator as simple as it gets; which numbers come does not matter.
    fn random(seed: u64) -> impl FnMut() -> u64 {
        let mut state = seed;
        move || {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1);
            state >> 33
        }
    }

    #[test]
    fn persons_are_invented_unlike_each_other_and_the_same_again() {
        let people = |seed| {
            let mut random = random(seed);
            let person = |n| invented(n, n % 2 == 0, &mut random);
            (1..200).map(person).collect::<Vec<Person>>()
        };
        let first = people(7);
        assert_eq!(first, people(7));
        assert_ne!(first, people(8));
        for person in &first {
            let number: InsurerNumber = person[&Field::InsurerNumber].parse().unwrap();
            assert!(number.is_invented());
            assert!(person[&Field::InsuredIdentificationNumber].starts_with('0'));
            assert!(!person[&Field::Name].is_empty());
        }
    }

    /// Takes the first simpler person that still fails, until none does.
    fn smallest(mut person: Person, fails: &dyn Fn(&Person) -> bool) -> Person {
        while let Some(next) = simpler(&person).into_iter().find(|simpler| fails(simpler)) {
            person = next;
        }
        person
    }

    #[test]
    fn what_always_fails_ends_with_the_simplest_person() {
        let person = invented(1, true, &mut random(3));
        let smallest = smallest(person, &|_| true);
        for (field, value) in &smallest {
            let simplest = SIMPLEST.iter().find(|(must, _)| must == field);
            assert_eq!(value, simplest.map_or("", |(_, value)| value), "{field}");
        }
    }

    #[test]
    fn what_fails_for_one_character_ends_with_that_character() {
        let mut random = random(5);
        let fails = |person: &Person| person[&Field::Name].contains('髙');
        let person = (1..500)
            .map(|n| invented(n, false, &mut random))
            .find(fails)
            .unwrap();
        assert_eq!(smallest(person, &fails)[&Field::Name], "髙");
    }
}
