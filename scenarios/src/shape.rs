//! Everything by which a text differs from the scenario language, in one pass: the schema that is
//! generated from the types, walked beside the text. The types remain the judge of what is a
//! scenario; this finds what they would only say one at a time.

use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;
use std::sync::LazyLock;

use jiff::Timestamp;
use madoguchi_notation::{Diagnostic, Located, Offset, Tree};
use serde_json::Value;

use crate::language::schema;
use crate::names::unknown_return_code;
use crate::{Ins, Known, ReturnCode, Span, Sw};

static SCHEMA: LazyLock<Value> = LazyLock::new(|| schema().to_value());

/// Everything that is wrong with `tree`, in the order of the text, beside what was `told` of it
/// already. Where the types read the whole of it, only its names are looked at.
pub(crate) fn wrong(
    tree: &Located<Tree>,
    known: &Known<'_>,
    told: Vec<Diagnostic>,
    is_read: bool,
) -> Vec<Diagnostic> {
    let mut walk = Walk {
        known,
        wrong: Vec::new(),
        names: Vec::new(),
    };
    walk.value(tree, &SCHEMA);
    let shapes = if is_read { Vec::new() } else { walk.wrong };
    let line = |one: &Diagnostic| line_and_column(one).map(|(line, _)| line);
    // What the types say of a mistake that was found here too, only less exactly.
    let is_new = |one: &Diagnostic| {
        if one.code == "duplicate-key" || shapes.is_empty() {
            return true;
        }
        let same = surroundings(tree, one);
        let is_same =
            |shape: &Diagnostic| line(shape) == line(one) || same.contains(&line_and_column(shape));
        !shapes.iter().any(is_same)
    };
    let mut wrong: Vec<Diagnostic> = told.into_iter().filter(is_new).collect();
    wrong.extend(walk.names);
    wrong.extend(shapes);
    wrong.sort_by_key(line_and_column);
    wrong
}

/// From where to where a mistake reaches of which the types say only roughly where it is: the
/// innermost mapping around it.
fn surroundings(tree: &Located<Tree>, told: &Diagnostic) -> Range<Option<(u64, u64)>> {
    let mut starts = Vec::new();
    list(tree, 0, &mut starts);
    let place = line_and_column(told);
    let end = |at: usize| {
        let (_, depth, _) = starts[at];
        let after = starts[at + 1..].iter().find(|(_, deep, _)| *deep <= depth);
        after.map_or(Some((u64::MAX, u64::MAX)), |(start, ..)| *start)
    };
    let is_around = |at: &usize| starts[*at].2 && starts[*at].0 <= place && place < end(*at);
    let around = (0..starts.len()).rfind(is_around).unwrap_or(0);
    starts[around].0..end(around)
}

/// Line and column at which a value begins, how deep it lies, and whether it is a mapping.
type Start = (Option<(u64, u64)>, usize, bool);

/// Every value, in the order of the text.
fn list(tree: &Located<Tree>, depth: usize, into: &mut Vec<Start>) {
    let location = tree.location();
    let start = Some((location.line(), location.column()));
    into.push((start, depth, matches!(**tree, Tree::Map(_))));
    match &**tree {
        Tree::Map(entries) => entries
            .iter()
            .for_each(|(_, value)| list(value, depth + 1, into)),
        Tree::List(items) => items.iter().for_each(|item| list(item, depth + 1, into)),
        _ => {}
    }
}

fn line_and_column(diagnostic: &Diagnostic) -> Option<(u64, u64)> {
    let place = diagnostic.place.as_ref()?;
    Some((place.line, place.column))
}

struct Walk<'a> {
    known: &'a Known<'a>,
    /// What has another shape.
    wrong: Vec<Diagnostic>,
    /// Names that do not exist.
    names: Vec<Diagnostic>,
}

impl Walk<'_> {
    fn tell(&mut self, diagnostic: Diagnostic, at: &Located<impl Sized>) {
        self.wrong.push(diagnostic.at(at.location()));
    }

    /// Looks at one value beside its schema.
    fn value(&mut self, tree: &Located<Tree>, schema: &'static Value) {
        if let Some(target) = schema["$ref"].as_str() {
            return self.value(tree, referenced(target));
        }
        if let Some(parts) = schema["allOf"].as_array() {
            for part in parts {
                self.value(tree, part);
            }
            return;
        }
        if let Some(forms) = alternatives(schema) {
            return self.one_of(tree, forms);
        }
        match &**tree {
            Tree::Map(entries) if may_be(schema, "object") => self.map(tree, entries, schema),
            Tree::List(items) if may_be(schema, "array") => {
                for item in items {
                    self.value(item, &schema["items"]);
                }
            }
            Tree::Text(word) => self.text(tree, word, schema),
            Tree::Integer(number) if may_be(schema, "integer") => {
                let least = schema["minimum"].as_i64();
                if least.is_some_and(|least| *number < i128::from(least)) {
                    let wanted = format!("≥ {}", least.unwrap_or_default());
                    self.tell(Diagnostic::wrong_value(&number.to_string(), &wanted), tree);
                }
            }
            Tree::Null if may_be(schema, "null") => {}
            Tree::Bool(_) if may_be(schema, "boolean") => {}
            // A number or a truth without quotes is read as a text where one is wanted.
            Tree::Integer(_) | Tree::Float(_) | Tree::Bool(_) if may_be(schema, "string") => {}
            other => self.tell(Diagnostic::wrong_value(kind(other), &wanted(schema)), tree),
        }
    }

    fn map(
        &mut self,
        tree: &Located<Tree>,
        entries: &[(Located<String>, Located<Tree>)],
        schema: &'static Value,
    ) {
        let known = words_of(schema);
        for (key, value) in entries {
            match schema["properties"].get(key.as_str()) {
                Some(inner) => self.value(value, inner),
                None if schema["additionalProperties"] == false => {
                    self.tell(Diagnostic::unknown_key(key, &known), key);
                }
                None if schema["additionalProperties"].is_object() => {
                    self.value(value, &schema["additionalProperties"]);
                }
                None => {}
            }
        }
        for key in schema["required"].as_array().into_iter().flatten() {
            let key = key.as_str().unwrap_or_default();
            if tree.value(key).is_none() {
                self.tell(Diagnostic::missing_key(key), tree);
            }
        }
    }

    fn text(&mut self, tree: &Located<Tree>, word: &str, schema: &'static Value) {
        let words = constants(schema);
        if !words.is_empty() {
            if !words.contains(&word) {
                self.tell(Diagnostic::unknown_word(word, &words), tree);
            }
        } else if !may_be(schema, "string") {
            let found = format!("\"{word}\"");
            self.tell(Diagnostic::wrong_value(&found, &wanted(schema)), tree);
        } else if let Some(format) = schema["format"].as_str() {
            if let Some(wrong) = self.known.wrong(format, word) {
                self.names.push(wrong.at(tree.location()));
            } else if let Some(wrong) = malformed(format, word) {
                self.tell(wrong, tree);
            }
        }
    }

    /// A value that may have one of several forms: a word, or a word with what belongs to it.
    fn one_of(&mut self, tree: &Located<Tree>, forms: &'static [Value]) {
        let forms: Vec<&'static Value> = forms.iter().map(resolved).collect();
        let mut words: Vec<&str> = forms.iter().flat_map(|form| constants(form)).collect();
        let keys: Vec<&str> = forms.iter().flat_map(|form| words_of(form)).collect();
        match &**tree {
            Tree::Text(word) if words.contains(&word.as_str()) => {}
            Tree::Text(word) if keys.contains(&word.as_str()) => {
                let why = format!("{word} needs a value");
                let diagnostic =
                    Diagnostic::new("wrong-value", format!("{word} には値が要ります"), why).hint(
                        format!("\"{word}: …\" と書いてください"),
                        format!("write \"{word}: …\""),
                    );
                self.tell(diagnostic, tree);
            }
            Tree::Text(word) if !words.is_empty() || !keys.is_empty() => {
                words.extend(
                    keys.iter()
                        .filter(|key| !words.contains(*key))
                        .copied()
                        .collect::<Vec<_>>(),
                );
                self.tell(Diagnostic::unknown_word(word, &words), tree);
            }
            Tree::Map(entries) if !keys.is_empty() => {
                let Some((key, _)) = entries.first() else {
                    return self.tell(Diagnostic::wrong_value("{}", &keys.join(", ")), tree);
                };
                let has = |form: &&&Value| form["properties"].get(key.as_str()).is_some();
                match forms.iter().find(has) {
                    Some(form) if entries.len() > 1 && is_single(form) => {
                        let (second, _) = &entries[1];
                        let diagnostic = Diagnostic::new(
                            "wrong-value",
                            "一つの項目には語を一つだけ書きます",
                            "one step has one word; begin the next with a dash",
                        );
                        self.tell(diagnostic, second);
                    }
                    Some(form) => self.map(tree, entries, form),
                    None if words.contains(&key.as_str()) => self.tell(
                        Diagnostic::new(
                            "wrong-value",
                            format!("{key} に値はありません"),
                            format!("{key} has no value"),
                        ),
                        key,
                    ),
                    None => self.tell(Diagnostic::unknown_word(key, &keys), key),
                }
            }
            _ => {
                if let Some(form) = forms.iter().find(|form| fits(tree, form)) {
                    self.value(tree, form);
                } else {
                    let all: Vec<String> = forms.iter().map(|form| wanted(form)).collect();
                    self.tell(Diagnostic::wrong_value(kind(tree), &all.join(" / ")), tree);
                }
            }
        }
    }
}

fn referenced(target: &str) -> &'static Value {
    SCHEMA
        .pointer(target.trim_start_matches('#'))
        .unwrap_or(&Value::Null)
}

/// The schema that a form is, without references.
fn resolved(form: &'static Value) -> &'static Value {
    match form["$ref"].as_str() {
        Some(target) => resolved(referenced(target)),
        None => form,
    }
}

fn alternatives(schema: &'static Value) -> Option<&'static [Value]> {
    let forms = schema.get("oneOf").or_else(|| schema.get("anyOf"))?;
    forms.as_array().map(Vec::as_slice)
}

/// The words that a schema allows, where it names them.
fn constants(schema: &'static Value) -> Vec<&'static str> {
    let one = schema["const"].as_str();
    let many = schema["enum"].as_array().into_iter().flatten();
    one.into_iter()
        .chain(many.filter_map(Value::as_str))
        .collect()
}

/// The keys of a mapping.
fn words_of(schema: &'static Value) -> Vec<&'static str> {
    let properties = schema["properties"].as_object().into_iter();
    properties
        .flat_map(|all| all.keys().map(String::as_str))
        .collect()
}

/// Whether a mapping of this form has one key.
fn is_single(form: &Value) -> bool {
    let keys = form["properties"]
        .as_object()
        .map_or(0, serde_json::Map::len);
    form["maxProperties"] == 1 || keys == 1
}

fn may_be(schema: &Value, kind: &str) -> bool {
    match &schema["type"] {
        Value::String(only) => only == kind,
        Value::Array(kinds) => kinds.iter().any(|one| one == kind),
        // A schema without a type allows anything.
        _ => schema.get("const").is_none() && schema.get("enum").is_none(),
    }
}

fn fits(tree: &Tree, form: &Value) -> bool {
    let kinds: &[&str] = match tree {
        Tree::Null => &["null"],
        Tree::Bool(_) => &["boolean"],
        Tree::Integer(_) => &["integer", "number"],
        Tree::Float(_) => &["number"],
        Tree::Text(_) => &["string"],
        Tree::List(_) => &["array"],
        Tree::Map(_) => &["object"],
    };
    kinds.iter().any(|kind| may_be(form, kind))
}

const fn kind(tree: &Tree) -> &'static str {
    match tree {
        Tree::Null => "null",
        Tree::Bool(_) => "boolean",
        Tree::Integer(_) | Tree::Float(_) => "number",
        Tree::Text(_) => "string",
        Tree::List(_) => "array",
        Tree::Map(_) => "object",
    }
}

fn wanted(schema: &'static Value) -> String {
    let words = constants(schema);
    if !words.is_empty() {
        return words.join(", ");
    }
    match &schema["type"] {
        Value::String(only) => only.clone(),
        Value::Array(kinds) => {
            let kinds: Vec<&str> = kinds.iter().filter_map(Value::as_str).collect();
            kinds.join(" / ")
        }
        _ => words_of(schema).join(", "),
    }
}

/// Why a text of this format cannot be read, in the words of its type.
fn malformed(format: &str, text: &str) -> Option<Diagnostic> {
    fn unread<T: FromStr<Err: Display>>(text: &str) -> Option<Diagnostic> {
        let why = text.parse::<T>().err()?;
        Some(Diagnostic::unreadable(&why.to_string()))
    }
    match format {
        "offset" => unread::<Offset>(text),
        "instant" => unread::<Timestamp>(text),
        "span" => unread::<Span>(text),
        "ins" => unread::<Ins>(text),
        "status-word" => unread::<Sw>(text),
        "return-code" => {
            let known = text.parse::<ReturnCode>().is_ok();
            (!known).then(|| unknown_return_code(text))
        }
        _ => None,
    }
}
