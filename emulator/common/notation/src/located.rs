//! Values that remember where in a text they stood.

use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Where a value stands in its text; unknown for a value that came from elsewhere than [`load`].
///
/// [`load`]: crate::load
pub type Location = serde_saphyr::Location;

/// A value and the place where it was written, for errors that only show when the whole is known
/// (a persona that does not exist, a requirement that does not exist).
///
/// Two located values are equal where the values are: the place says nothing about the meaning.
/// Serializes as the bare value. Inside `flatten`, `untagged` or internally tagged types the
/// place is lost.
///
/// ```
/// use madoguchi_notation::{Located, load};
/// #[derive(serde::Deserialize)]
/// struct Given { persona: Located<String> }
/// let given: Given = load("a.yaml", "persona: shiken-taro\n").unwrap();
/// assert_eq!((given.persona.location().line(), given.persona.location().column()), (1, 10));
/// ```
#[derive(Clone)]
pub struct Located<T> {
    value: T,
    location: Location,
}

impl<T> Located<T> {
    /// A value without a place: built by a program.
    pub const fn new(value: T) -> Self {
        Self {
            value,
            location: Location::UNKNOWN,
        }
    }

    /// Where the value was written; `Location::UNKNOWN` for one built by a program.
    pub const fn location(&self) -> Location {
        self.location
    }

    /// Another value in the same place.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Located<U> {
        Located {
            value: change(self.value),
            location: self.location,
        }
    }

    /// A look at the value in its place.
    pub const fn as_ref(&self) -> Located<&T> {
        Located {
            value: &self.value,
            location: self.location,
        }
    }

    /// The value alone.
    pub fn into_inner(self) -> T {
        self.value
    }
}

impl<T> Deref for Located<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> From<T> for Located<T> {
    fn from(value: T) -> Self {
        Self::new(value)
    }
}

impl<T: PartialEq> PartialEq for Located<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Located<T> {}

impl<T: fmt::Debug> fmt::Debug for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Located<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: Serialize> Serialize for Located<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Located<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let spanned = serde_saphyr::Spanned::<T>::deserialize(deserializer)?;
        Ok(Self {
            value: spanned.value,
            location: spanned.referenced,
        })
    }
}
