//! `names:` of a profile that extends another: other words for paths, headers, keys and elements.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_notation::{Diagnostic, Diagnostics, Node, nearest};

/// How a value holds names.
#[derive(Clone, Copy)]
enum Holds {
    /// It is one.
    One,
    /// A pointer or path, with one in each part.
    Parts,
}

/// Where a place of a field holds names.
const PLACES: &[(&str, Holds)] = &[
    ("json", Holds::Parts),
    ("xml", Holds::Parts),
    ("header", Holds::One),
    ("prefix", Holds::One),
];

/// Renames everything on the wire that `names` has, which is `old: new`; `old: ~` leaves out what
/// stands before a value in a header.
pub(super) fn rename(profile: &mut Node, names: &Node) -> Result<(), Diagnostics> {
    let new = names.entries().map(|entry| (entry.key(), &entry.value));
    let mut renaming = Renaming {
        new: new.collect(),
        known: BTreeSet::new(),
    };
    for key in ["marker", "terminal"] {
        if let Some(value) = profile.get_mut(key) {
            renaming.place(value);
        }
    }
    if let Some(replies) = profile.get_mut("replies") {
        for reply in replies.entries_mut() {
            renaming.keys(&mut reply.value);
        }
    }
    if let Some(operations) = profile.get_mut("operations") {
        for operation in operations.entries_mut() {
            renaming.operation(&mut operation.value);
        }
    }
    let Renaming { known, .. } = renaming;
    match names.entries().find(|entry| !known.contains(entry.key())) {
        None => Ok(()),
        Some(entry) => {
            let name = entry.key();
            let unknown = Diagnostic::new(
                "unknown-name",
                format!("もとになるプロファイルの電文に \"{name}\" はありません"),
                format!("nothing on the wire of the profile below is called \"{name}\""),
            );
            Err(entry.wrong(unknown.candidate(nearest(name, known.iter().map(String::as_str)))))
        }
    }
}

struct Renaming<'a> {
    new: BTreeMap<&'a str, &'a Node>,
    /// Every name that was met.
    known: BTreeSet<String>,
}

impl<'a> Renaming<'a> {
    fn operation(&mut self, operation: &mut Node) {
        if let Some(path) = operation.get_mut("path") {
            self.value(path, Holds::One);
        }
        for file in operation
            .get_mut("file")
            .iter_mut()
            .flat_map(|files| files.items_mut())
        {
            self.value(file, Holds::One);
        }
        self.fields(operation);
        if let Some(each) = operation.get_mut("each") {
            self.place(each);
            self.fields(each);
        }
    }

    fn fields(&mut self, of: &mut Node) {
        if let Some(take) = of.get_mut("take") {
            for field in take.entries_mut() {
                self.place(&mut field.value);
            }
        }
    }

    /// A name, or a mapping that says where a value stands.
    fn place(&mut self, place: &mut Node) {
        self.value(place, Holds::One);
        for (key, holds) in PLACES {
            if let Some(value) = place.get_mut(key) {
                let by = self.value(value, *holds);
                if value.is_null() {
                    place.take(key);
                }
                if let Some(by) = by {
                    place.told_by(by);
                }
            }
        }
    }

    /// All keys of a reply.
    fn keys(&mut self, reply: &mut Node) {
        for item in reply.items_mut() {
            self.keys(item);
        }
        for entry in reply.entries_mut() {
            self.value(entry.key_mut(), Holds::One);
            self.keys(&mut entry.value);
        }
    }

    /// Renames what a value holds, and returns the new name.
    fn value(&mut self, value: &mut Node, holds: Holds) -> Option<&'a Node> {
        let old = value.text()?.to_owned();
        let parts: Vec<&str> = match holds {
            Holds::One => vec![&old],
            Holds::Parts => old.split('/').collect(),
        };
        self.known
            .extend(parts.iter().map(|part| (*part).to_owned()));
        let by = *parts.iter().find_map(|part| self.new.get(part))?;
        if by.is_null() {
            *value = by.clone();
            return Some(by);
        }
        let other = |part: &&str| {
            self.new
                .get(*part)
                .and_then(|new| new.text())
                .map(str::to_owned)
        };
        let new: Vec<String> = parts
            .iter()
            .map(|part| other(part).unwrap_or_else(|| (*part).to_owned()))
            .collect();
        value.say(new.join("/"), by);
        Some(by)
    }
}
