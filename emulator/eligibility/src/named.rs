//! Closed sets of names: one table gives the enum, its spelling, and both directions of serde.

use std::fmt;

/// A word that is not in the set where it was used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownName {
    /// The set: `operation`, `field`, `OQSCD007 性別` …
    pub set: &'static str,
    /// The word that was seen.
    pub seen: String,
    /// The words of the set.
    pub known: Vec<&'static str>,
}

impl UnknownName {
    /// The known word that is written most like the one seen, for a hint; none where nothing is
    /// near enough to help.
    #[must_use]
    pub fn nearest(&self) -> Option<&'static str> {
        let (distance, word) = self
            .known
            .iter()
            .map(|word| (edit_distance(word, &self.seen), *word))
            .min()?;
        (distance * 2 <= self.seen.chars().count().max(2)).then_some(word)
    }
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} is unknown; ", self.set, self.seen)?;
        match self.nearest() {
            Some(word) => write!(f, "did you mean {word:?}?"),
            None => write!(f, "known are: {}", self.known.join(", ")),
        }
    }
}

impl std::error::Error for UnknownName {}

/// Number of characters to insert, remove or replace to turn `a` into `b` (Levenshtein).
fn edit_distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(x != *y);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// Declares an enum whose variants have one spelling each.
macro_rules! named {
    (
        $(#[$meta:meta])*
        pub enum $name:ident in $set:literal {
            $($(#[$doc:meta])* $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every member, in the order of the table.
            pub const ALL: &[Self] = &[$(Self::$variant,)+];

            /// The one spelling of this member.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::UnknownName;

            fn from_str(s: &str) -> Result<Self, Self::Err> {
                match s {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::UnknownName {
                        set: $set,
                        seen: s.to_owned(),
                        known: vec![$($word,)+],
                    }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}
pub(crate) use named;

#[cfg(test)]
mod tests {
    use crate::{Field, Operation};

    #[test]
    fn every_spelling_reads_back() {
        for operation in Operation::ALL {
            assert_eq!(operation.name().parse(), Ok(*operation));
        }
        for field in Field::ALL {
            assert_eq!(field.name().parse(), Ok(*field));
        }
    }

    #[test]
    fn a_slip_of_the_pen_gets_a_suggestion() {
        let error = "frist-login".parse::<Operation>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"operation "frist-login" is unknown; did you mean "first-login"?"#
        );
    }

    #[test]
    fn a_foreign_word_gets_the_whole_list() {
        let error = "x".parse::<crate::Method>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"method "x" is unknown; known are: visual, pin"#
        );
    }
}
