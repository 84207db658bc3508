//! Parts of a screen map that may be written short: a locator alone, or an object.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Where a value stands: the text of an element, or one of its attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) at: String,
    pub(crate) attribute: Option<String>,
}

/// Words that are the same whenever the screen is shown, or that the page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Words {
    Fixed(String),
    Shown(Place),
}

/// What is pressed: always the same, or by the value of the action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Target {
    One(String),
    ByValue(BTreeMap<String, String>),
}

/// Pairs in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Ordered<V>(Vec<(String, V)>);

impl Words {
    /// For people.
    pub(crate) fn in_words(&self) -> &str {
        match self {
            Self::Fixed(text) => text,
            Self::Shown(place) => &place.at,
        }
    }
}

impl<V> Ordered<V> {
    pub(crate) fn iter(&self) -> impl Iterator<Item = &(String, V)> {
        self.0.iter()
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<V> Default for Ordered<V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct FullPlace {
    /// A locator.
    at: String,
    /// The attribute that holds the value, in place of the element's text.
    #[serde(default)]
    attribute: Option<String>,
}

impl From<String> for Place {
    fn from(at: String) -> Self {
        Self {
            at,
            attribute: None,
        }
    }
}

impl From<FullPlace> for Place {
    fn from(full: FullPlace) -> Self {
        Self {
            at: full.at,
            attribute: full.attribute,
        }
    }
}

impl From<String> for Words {
    fn from(text: String) -> Self {
        Self::Fixed(text)
    }
}

impl From<FullPlace> for Words {
    fn from(full: FullPlace) -> Self {
        Self::Shown(full.into())
    }
}

impl From<String> for Target {
    fn from(locator: String) -> Self {
        Self::One(locator)
    }
}

impl From<BTreeMap<String, String>> for Target {
    fn from(by_value: BTreeMap<String, String>) -> Self {
        Self::ByValue(by_value)
    }
}

/// Reads a `T` from text, or from an object of the form `Full`.
struct Short<T, Full>(PhantomData<(T, Full)>);

impl<'de, T, Full> Visitor<'de> for Short<T, Full>
where
    T: From<String> + From<Full>,
    Full: Deserialize<'de>,
{
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a text or an object")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok(text.to_owned().into())
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        Full::deserialize(MapAccessDeserializer::new(map)).map(T::from)
    }
}

macro_rules! may_be_short {
    ($type:ty, $full:ty) => {
        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_any(Short::<Self, $full>(PhantomData))
            }
        }

        impl JsonSchema for $type {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(generator: &mut SchemaGenerator) -> Schema {
                let full = generator.subschema_for::<$full>();
                json_schema!({ "anyOf": [{ "type": "string" }, full] })
            }
        }
    };
}

may_be_short!(Place, FullPlace);
may_be_short!(Words, FullPlace);
may_be_short!(Target, BTreeMap<String, String>);

struct Pairs<V>(PhantomData<V>);

impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
    type Value = Ordered<V>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of labels and places")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<V>, A::Error> {
        let mut pairs = Vec::new();
        while let Some(pair) = map.next_entry()? {
            pairs.push(pair);
        }
        Ok(Ordered(pairs))
    }
}

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Ordered<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

impl<V: JsonSchema> JsonSchema for Ordered<V> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        V::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let value = generator.subschema_for::<V>();
        json_schema!({ "type": "object", "additionalProperties": value })
    }
}
