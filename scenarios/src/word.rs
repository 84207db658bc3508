//! Closed sets of words: what a scenario, the client contract and a report write for a value that has
//! no parts.

use serde::Serialize;

/// Declares enums of words without values. Each variant is written in kebab-case, wherever it is
/// written.
macro_rules! words {
    ($($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $word:ident,)+ })+) => {$(
        $(#[$meta])*
        #[derive(
            Debug,
            Clone,
            Copy,
            PartialEq,
            Eq,
            PartialOrd,
            Ord,
            strum::EnumString,
            strum::IntoStaticStr,
            serde::Serialize,
            serde::Deserialize,
            schemars::JsonSchema,
        )]
        #[serde(rename_all = "kebab-case")]
        #[strum(serialize_all = "kebab-case")]
        pub enum $name { $($(#[$of])* $word,)+ }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$word,)+];

            /// The word, as a scenario writes it.
            #[must_use]
            pub fn name(self) -> &'static str {
                self.into()
            }
        }
    )+};
}
pub(crate) use words;

/// The word that a value without parts is written with.
///
/// # Panics
/// Where it is written as something else than a string.
pub fn word<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        other => unreachable!("a word is a string: {other:?}"),
    }
}
