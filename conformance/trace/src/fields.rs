//! The fields of a request or an answer by their abstract names, in no more memory than they need: a
//! long trace has millions of them.

use std::collections::BTreeMap;
use std::iter::Map;
use std::slice;

use serde::{Deserialize, Serialize, Serializer};

use super::Text;

/// Names and values, in the order of the names, each name once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "BTreeMap<Text, Text>")]
pub struct Fields(Box<[(Text, Text)]>);

impl Fields {
    /// The value of a field.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Text> {
        let at = self
            .0
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        at.ok().map(|at| &self.0[at].1)
    }

    /// The same for changing it.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Text> {
        let at = self
            .0
            .binary_search_by(|(known, _)| known.as_str().cmp(name));
        at.ok().map(|at| &mut self.0[at].1)
    }

    /// All fields, in the order of their names.
    pub fn iter(&self) -> impl Iterator<Item = (&Text, &Text)> {
        self.into_iter()
    }

    /// Every name and every value.
    pub(super) fn texts_mut(&mut self) -> impl Iterator<Item = &mut Text> {
        self.0.iter_mut().flat_map(|(name, value)| [name, value])
    }
}

impl From<BTreeMap<Text, Text>> for Fields {
    fn from(fields: BTreeMap<Text, Text>) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl FromIterator<(Text, Text)> for Fields {
    fn from_iter<I: IntoIterator<Item = (Text, Text)>>(fields: I) -> Self {
        BTreeMap::from_iter(fields).into()
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = (&'a Text, &'a Text);
    type IntoIter = Map<slice::Iter<'a, (Text, Text)>, fn(&'a (Text, Text)) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter().map(|(name, value)| (name, value))
    }
}

impl<'a> IntoIterator for &'a mut Fields {
    type Item = (&'a Text, &'a mut Text);
    type IntoIter = Map<slice::IterMut<'a, (Text, Text)>, fn(&'a mut (Text, Text)) -> Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut().map(|(name, value)| (&*name, value))
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_by_name_and_stored_as_they_were_read() {
        let text = r#"{"b":"2","a":"1","b":"3"}"#;
        let mut fields: Fields = serde_json::from_str(text).unwrap();
        assert_eq!(fields.get("b").map(Text::as_str), Some("3"));
        assert_eq!(fields.get("c"), None);
        if let Some(value) = fields.get_mut("a") {
            *value = "4".into();
        }
        assert_eq!(
            serde_json::to_string(&fields).unwrap(),
            r#"{"a":"4","b":"3"}"#
        );
    }
}
