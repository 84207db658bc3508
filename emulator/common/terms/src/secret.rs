//! Values that must never be printed.

use std::fmt;

/// A PIN, a key or a personal number: usable, comparable, and invisible to `Debug`.
///
/// There is no `Display`, and no serde: who writes the value somewhere must call
/// [`expose`](Self::expose) and can be found by that word.
///
/// ```
/// # use madoguchi_terms::Secret;
/// assert_eq!(format!("{:?}", Secret::new("1234")), "Secret(…)");
/// ```
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Secret<T>(T);

impl<T> Secret<T> {
    /// Wraps a value that must not be printed.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself, for the one place that needs it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The value itself, for changing it in place.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
