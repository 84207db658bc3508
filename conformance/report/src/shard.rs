//! A part of a run that is divided among machines: which cases it takes, and whether all parts of
//! a run are there.

use std::fmt;
use std::num::NonZeroU16;
use std::str::FromStr;

use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, Say};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};

/// One part of several, `2/4`. It takes every fourth case beginning with the second, so that long
/// cases that stand together are divided, too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Shard {
    index: u16,
    of: NonZeroU16,
}

/// Why a text names no part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoShard;

impl Shard {
    /// Whether this part takes the case at this place, from 0.
    #[must_use]
    pub fn takes(self, at: usize) -> bool {
        at % usize::from(self.of.get()) + 1 == usize::from(self.index)
    }

    /// Which one it is, from 1.
    #[must_use]
    pub fn index(self) -> usize {
        self.index.into()
    }

    /// How many there are.
    #[must_use]
    pub fn of(self) -> usize {
        self.of.get().into()
    }

    /// The parts that `given` lacks, all of it parts of one whole; none where `given` is of
    /// different wholes.
    #[must_use]
    pub fn missing(given: &[Self]) -> Option<Vec<Self>> {
        let Some(first) = given.first() else {
            return Some(Vec::new());
        };
        let of = first.of;
        if given.iter().any(|shard| shard.of != of) {
            return None;
        }
        let all = (1..=of.get()).map(|index| Self { index, of });
        Some(all.filter(|shard| !given.contains(shard)).collect())
    }
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let (index, of) = text.split_once('/').ok_or(NoShard)?;
        let index: NonZeroU16 = index.parse().map_err(|_| NoShard)?;
        let of: NonZeroU16 = of.parse().map_err(|_| NoShard)?;
        if index > of {
            return Err(NoShard);
        }
        Ok(Self {
            index: index.get(),
            of,
        })
    }
}

impl TryFrom<String> for Shard {
    type Error = NoShard;

    fn try_from(text: String) -> Result<Self, NoShard> {
        text.parse()
    }
}

impl From<Shard> for String {
    fn from(shard: Shard) -> Self {
        shard.to_string()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

impl JsonSchema for Shard {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Shard".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A part of a divided run, the second of four as 2/4.",
            "type": "string",
            "pattern": "^[1-9][0-9]*/[1-9][0-9]*$",
        })
    }
}

impl Say for NoShard {
    fn text(&self, lang: Lang) -> String {
        lang.pick(
            "何番目/全体 の形で書いてください。例 2/4",
            "write which part of how many, such as 2/4",
        )
        .to_owned()
    }
}

impl fmt::Display for NoShard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(Lang::En))
    }
}

impl std::error::Error for NoShard {}

/// In words that these parts are not there.
#[must_use]
pub fn lacking(missing: &[Shard]) -> Wording {
    let named: Vec<String> = missing.iter().map(Shard::to_string).collect();
    let named = named.join(", ");
    Wording::new(
        format!("分割実行の一部がない: {named}"),
        format!("parts of the run are missing: {named}"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(text: &str) -> Shard {
        text.parse().expect("a shard")
    }

    #[test]
    fn all_parts_together_take_every_case_once() {
        for of in 1..=7 {
            for at in 0..50 {
                let takers = (1..=of).filter(|index| shard(&format!("{index}/{of}")).takes(at));
                assert_eq!(takers.count(), 1, "case {at} of {of} parts");
            }
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        for text in [
            "", "1", "0/4", "5/4", "1/0", "-1/2", "1/2/3", "a/b", "1/70000",
        ] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
        assert_eq!(shard("2/4").to_string(), "2/4");
    }

    #[test]
    fn a_missing_part_is_named_and_parts_of_other_wholes_are_no_whole() {
        let given = [shard("3/3"), shard("1/3")];
        assert_eq!(Shard::missing(&given), Some(vec![shard("2/3")]));
        assert_eq!(Shard::missing(&[]), Some(Vec::new()));
        assert_eq!(Shard::missing(&[shard("1/2"), shard("2/3")]), None);
    }
}
