//! Enums that are written as a word, or as a word with its value: `- close`, `- wait: 6s`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, IgnoredAny, MapAccess, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;

/// Reads an enum from a word, or from a word with its value, with what serde derives for it.
///
/// A word may stand alone where it has no value, where its value is an `Option`, and where every
/// part of its value may be left out. A word without a value accepts none, not even `null`.
///
/// ```
/// use madoguchi_notation::{Words, load};
/// use serde::{Deserialize, Deserializer};
/// #[derive(Debug, PartialEq, Deserialize)]
/// #[serde(remote = "Self", rename_all = "kebab-case")]
/// enum Act { Close, Press(String), Login(Option<String>) }
/// impl<'de> Deserialize<'de> for Act {
///     fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
///         Self::deserialize(Words(deserializer))
///     }
/// }
/// let acts: Vec<Act> = load("a.yaml", "[close, press: 閉じる, login]").unwrap();
/// assert_eq!(acts, [Act::Close, Act::Press("閉じる".into()), Act::Login(None)]);
/// assert!(load::<Vec<Act>>("a.yaml", "[press]").is_err());
/// ```
#[derive(Debug)]
pub struct Words<D>(pub D);

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Words<D> {
    type Error = D::Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        self.0.deserialize_any(WordVisitor(visitor))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier
        ignored_any
    }
}

struct WordVisitor<V>(V);

impl<'de, V: Visitor<'de>> Visitor<'de> for WordVisitor<V> {
    type Value = V::Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a word, or a word with its value")
    }

    fn visit_str<E: de::Error>(self, word: &str) -> Result<V::Value, E> {
        self.0.visit_enum(Alone(word, PhantomData))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<V::Value, A::Error> {
        self.0.visit_enum(Entry(map))
    }
}

/// A word that stands alone.
struct Alone<'a, E>(&'a str, PhantomData<E>);

impl<'de, 'a, E: de::Error> EnumAccess<'de> for Alone<'a, E> {
    type Error = E;
    type Variant = Nothing<'a, E>;

    fn variant_seed<S: DeserializeSeed<'de>>(
        self,
        seed: S,
    ) -> Result<(S::Value, Nothing<'a, E>), E> {
        let word = seed.deserialize(StrDeserializer::new(self.0))?;
        Ok((word, Nothing(self.0, PhantomData)))
    }
}

/// The value of a word that stands alone.
struct Nothing<'a, E>(&'a str, PhantomData<E>);

impl<E: de::Error> Nothing<'_, E> {
    fn wanted(&self) -> E {
        E::custom(format_args!("{} needs a value", self.0))
    }
}

impl<'de, E: de::Error> VariantAccess<'de> for Nothing<'_, E> {
    type Error = E;

    fn unit_variant(self) -> Result<(), E> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, E> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, E> {
        Err(self.wanted())
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        self.deserialize_map(visitor)
    }
}

impl<'de, E: de::Error> Deserializer<'de> for Nothing<'_, E> {
    type Error = E;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, E> {
        Err(self.wanted())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        visitor.visit_none()
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, E> {
        let nothing = std::iter::empty::<(&str, &str)>();
        let read: Result<_, E> = visitor.visit_map(MapDeserializer::new(nothing));
        read.map_err(|_| self.wanted())
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, E> {
        self.deserialize_map(visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf
        unit unit_struct newtype_struct seq tuple tuple_struct enum identifier ignored_any
    }
}

/// A mapping of one word to its value.
struct Entry<A>(A);

impl<'de, A: MapAccess<'de>> Entry<A> {
    fn value<S: DeserializeSeed<'de>>(mut self, seed: S) -> Result<S::Value, A::Error> {
        let value = self.0.next_value_seed(seed)?;
        match self.0.next_key::<IgnoredAny>()? {
            None => Ok(value),
            Some(_) => Err(de::Error::custom(
                "one word stands here; begin the next with a dash",
            )),
        }
    }
}

impl<'de, A: MapAccess<'de>> EnumAccess<'de> for Entry<A> {
    type Error = A::Error;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(
        mut self,
        seed: S,
    ) -> Result<(S::Value, Self), A::Error> {
        match self.0.next_key_seed(seed)? {
            Some(word) => Ok((word, self)),
            None => Err(de::Error::custom("a word is missing here")),
        }
    }
}

impl<'de, A: MapAccess<'de>> VariantAccess<'de> for Entry<A> {
    type Error = A::Error;

    fn unit_variant(self) -> Result<(), A::Error> {
        Err(de::Error::custom("this word has no value"))
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, A::Error> {
        self.value(Present(seed))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, A::Error> {
        self.value(Seq(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, A::Error> {
        self.value(Map(visitor))
    }
}

struct Map<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Map<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_map(self.0)
    }
}

struct Seq<V>(V);

impl<'de, V: Visitor<'de>> DeserializeSeed<'de> for Seq<V> {
    type Value = V::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<V::Value, D::Error> {
        deserializer.deserialize_seq(self.0)
    }
}

/// A value that was written: an `Option` of it is not none, whatever it is.
struct Present<T>(T);

impl<'de, S: DeserializeSeed<'de>> DeserializeSeed<'de> for Present<S> {
    type Value = S::Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<S::Value, D::Error> {
        self.0.deserialize(Present(deserializer))
    }
}

macro_rules! pass_on {
    ($($method:ident($($name:ident: $kind:ty),*);)+) => {$(
        fn $method<V: Visitor<'de>>(self, $($name: $kind,)* visitor: V) -> Result<V::Value, D::Error> {
            self.0.$method($($name,)* visitor)
        }
    )+};
}

impl<'de, D: Deserializer<'de>> Deserializer<'de> for Present<D> {
    type Error = D::Error;

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, D::Error> {
        visitor.visit_some(self.0)
    }

    pass_on! {
        deserialize_any();
        deserialize_bool();
        deserialize_i8();
        deserialize_i16();
        deserialize_i32();
        deserialize_i64();
        deserialize_i128();
        deserialize_u8();
        deserialize_u16();
        deserialize_u32();
        deserialize_u64();
        deserialize_u128();
        deserialize_f32();
        deserialize_f64();
        deserialize_char();
        deserialize_str();
        deserialize_string();
        deserialize_bytes();
        deserialize_byte_buf();
        deserialize_unit();
        deserialize_unit_struct(name: &'static str);
        deserialize_newtype_struct(name: &'static str);
        deserialize_seq();
        deserialize_tuple(len: usize);
        deserialize_tuple_struct(name: &'static str, len: usize);
        deserialize_map();
        deserialize_struct(name: &'static str, fields: &'static [&'static str]);
        deserialize_enum(name: &'static str, variants: &'static [&'static str]);
        deserialize_identifier();
        deserialize_ignored_any();
    }

    fn is_human_readable(&self) -> bool {
        self.0.is_human_readable()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{Located, load};

    #[derive(Debug, Clone, PartialEq, Deserialize)]
    #[serde(remote = "Self", rename_all = "kebab-case")]
    enum Act {
        Close,
        Press(String),
        Login(Option<Located<String>>),
        Browse(Conditions),
        Search { mode: String },
        Numbers(Vec<u8>),
    }

    #[derive(Debug, Clone, PartialEq, Default, Deserialize)]
    #[serde(default)]
    struct Conditions {
        from: Option<u8>,
    }

    impl<'de> Deserialize<'de> for Act {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            Self::deserialize(Words(deserializer))
        }
    }

    fn read(text: &str) -> Result<Act, String> {
        let from_yaml = load::<Act>("a.yaml", text).map_err(|wrong| wrong.to_string());
        if let Ok(json) = load::<serde_json::Value>("a.yaml", text) {
            assert_eq!(serde_json::from_value(json).ok(), from_yaml.clone().ok());
        }
        from_yaml
    }

    #[test]
    fn a_word_stands_alone_where_nothing_has_to_be_said_to_it() {
        assert_eq!(read("close"), Ok(Act::Close));
        assert_eq!(read("login"), Ok(Act::Login(None)));
        assert_eq!(read("browse"), Ok(Act::Browse(Conditions::default())));
        for word in ["press", "search", "numbers"] {
            let wrong = read(word).unwrap_err();
            assert!(wrong.contains(&format!("{word} needs a value")), "{wrong}");
        }
    }

    #[test]
    fn a_word_has_its_value_beside_it() {
        assert_eq!(read("press: b"), Ok(Act::Press("b".to_owned())));
        assert_eq!(read("numbers: [1, 2]"), Ok(Act::Numbers(vec![1, 2])));
        let Ok(Act::Login(Some(who))) = read("login: b") else {
            panic!("a value");
        };
        assert_eq!(who.as_str(), "b");
        let search = Act::Search {
            mode: "b".to_owned(),
        };
        assert_eq!(read("search: { mode: b }"), Ok(search));
    }

    #[test]
    fn what_is_written_is_not_nothing() {
        for text in [
            "close: 1",
            "close: null",
            "{}",
            "{ press: a, close: b }",
            "[close]",
            "clos",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
