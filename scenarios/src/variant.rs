//! Variants: the same scenario with another person, another way of checking, another reader, another
//! line. A scenario says which others there are beside its own; what is played of them is chosen
//! elsewhere. Each has a name of its own, which a shell takes as it stands:
//! `happy/visual@persona=shiken-hanako,reader=windows` names what differs from the scenario itself.

use std::collections::BTreeMap;
use std::fmt;

use madoguchi_eligibility::Method;
use madoguchi_notation::Located;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::word::{word, words};
use crate::{Expectation, FacilityKind, TerminalState, schema};

/// What may be otherwise, beside the scenario's own values.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Variants {
    /// Other persons in place of the one of `given`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::personas")]
    pub persona: Vec<Located<String>>,
    /// The other way of checking the identity: the steps change with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Method>")]
    pub method: Vec<Located<Method>>,
    /// Other readers.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<ReaderKind>")]
    pub reader: Vec<Located<ReaderKind>>,
    /// Other ways to the service.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<Network>")]
    pub network: Vec<Located<Network>>,
    /// The terminal, never used or activated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<TerminalState>")]
    pub terminal: Vec<Located<TerminalState>>,
    /// Other kinds of facility.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<FacilityKind>")]
    pub facility: Vec<Located<FacilityKind>>,
    /// Other wire profiles than the one that is usual; not played where the user names one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::wires")]
    pub profile: Vec<Located<String>>,
    /// Values that never stand together.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schemars(with = "Vec<BTreeMap<Axis, String>>")]
    pub except: Vec<Combination>,
    /// What is expected otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub expect: Vec<Otherwise>,
}

words! {
    /// What can be otherwise.
    #[derive(Hash)]
    Axis {
        /// Who comes.
        Persona,
        /// How the identity is checked.
        Method,
        /// The reader.
        Reader,
        /// The way to the service.
        Network,
        /// Whether the terminal was used before.
        Terminal,
        /// What the facility is.
        Facility,
        /// The wire.
        Profile,
    }
}

impl fmt::Display for Axis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A kind of reader, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ReaderKind {
    /// Contactless, behind pcscd's rules.
    Pcsclite,
    /// Contactless, behind the rules of Windows.
    Windows,
    /// With contacts, behind pcscd's rules.
    Contact,
}

/// A way to the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Network {
    /// Nothing in between.
    Direct,
    /// 300 kbit/s, such as on a bus.
    Slow,
    /// A proxy is offered.
    Proxy,
}

/// Values that stand together, by axis.
pub type Combination = BTreeMap<Axis, Located<String>>;

/// What a scenario expects where some values are others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Otherwise {
    /// In which variants.
    #[serde(rename = "where")]
    #[schemars(with = "BTreeMap<Axis, String>")]
    pub condition: Combination,
    /// Requirements that have no occasion there, with what is expected for them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::requirements")]
    pub without: Vec<Located<String>>,
    /// Requirements that have one there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(schema_with = "schema::requirements")]
    pub requirements: Vec<Located<String>>,
    /// What must be seen there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub then: Vec<Expectation>,
}

/// How many of the variants of a scenario are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Breadth {
    /// The scenario as it is written.
    #[default]
    Base,
    /// So many that every pair of values stands together once.
    Pairwise,
    /// Every combination.
    All,
}

impl Variants {
    /// Whether there is nothing beside the scenario itself.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        Axis::ALL.iter().all(|axis| self.others(*axis).is_empty())
    }

    /// The values of an axis beside the scenario's own, in words, each with its place.
    pub(crate) fn others(&self, axis: Axis) -> Vec<Located<String>> {
        fn words<T>(values: &[Located<T>], word: fn(&T) -> String) -> Vec<Located<String>> {
            let words = values.iter().map(|value| value.as_ref().map(word));
            words.collect()
        }
        match axis {
            Axis::Persona => self.persona.clone(),
            Axis::Profile => self.profile.clone(),
            Axis::Method => words(&self.method, |method| method.name().to_owned()),
            Axis::Reader => words(&self.reader, word),
            Axis::Network => words(&self.network, word),
            Axis::Terminal => words(&self.terminal, word),
            Axis::Facility => words(&self.facility, word),
        }
    }
}
