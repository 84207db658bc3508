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
    pub known: &'static [&'static str],
}

impl fmt::Display for UnknownName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { set, seen, known } = self;
        write!(
            f,
            "{set} {seen:?} is unknown; known are: {}",
            known.join(", ")
        )
    }
}

impl std::error::Error for UnknownName {}

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

            /// Their spellings, in the same order.
            pub const NAMES: &[&'static str] = &[$($word,)+];

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
                        known: Self::NAMES,
                    }),
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.name())
            }
        }

        impl schemars::JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({ "type": "string", "enum": Self::NAMES })
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse()
                    .map_err(|_| serde::de::Error::unknown_variant(&word, Self::NAMES))
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
    fn a_word_that_is_not_in_the_set_gets_the_whole_set() {
        let error = "x".parse::<crate::Method>().unwrap_err();
        assert_eq!(
            error.to_string(),
            r#"method "x" is unknown; known are: visual, pin"#
        );
    }
}
