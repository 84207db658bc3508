//! A value of several texts as one: open mappings and lists take a line for each entry, everything
//! else stands on one line. Scalars are spelled as in their files, with the remark that stands
//! behind them there.

use std::ops::Range;

use super::{Entry, IsOpen, Layered, Node, Origin, Part, Value};
use crate::Tree;
use crate::diagnostic::Source;

/// The text of `root`, which the user knows as `file`, below a `head`.
pub(super) fn written(root: &Node, file: &str, head: &str, is_open: IsOpen) -> Layered {
    let mut writer = Writer {
        text: head.to_owned(),
        parts: Vec::new(),
        path: Vec::new(),
        is_open,
    };
    if let Value::Map(entries) = &root.value {
        writer.part(0, &root.origin);
        writer.entries(entries, 0);
    } else {
        writer.flow(root);
    }
    Layered {
        source: Source::new(file, &writer.text),
        parts: writer.parts,
    }
}

struct Writer {
    text: String,
    parts: Vec<Part>,
    path: Vec<String>,
    is_open: IsOpen,
}

impl Writer {
    /// Remembers where the next bytes came from.
    fn part(&mut self, len: usize, origin: &Origin) {
        let start = self.text.len();
        self.parts.push(Part {
            bytes: start..start + len,
            origin: origin.clone(),
        });
    }

    fn scalar(&mut self, node: &Node, in_flow: bool) {
        let spelled = spelled(node, in_flow);
        self.part(spelled.len(), &node.origin);
        self.text += &spelled;
    }

    /// Entries, each on a line of its own; the first one's indentation is written.
    fn entries(&mut self, entries: &[Entry], indent: usize) {
        for (i, entry) in entries.iter().enumerate() {
            if 0 < i {
                self.text += &" ".repeat(indent);
            }
            self.scalar(&entry.key, false);
            self.text.push(':');
            self.path.push(entry.key().to_owned());
            self.below(&entry.value, indent);
            self.path.pop();
            if indent == 0 && matches!(entries.get(i + 1), Some(next) if is_long(&next.value)) {
                self.text.push('\n');
            }
        }
    }

    /// What stands behind a key or a hyphen, to the end of the line.
    fn below(&mut self, node: &Node, indent: usize) {
        let open = (self.is_open)(&self.path);
        let inner = indent + 2;
        match &node.value {
            Value::Map(entries) if open && !entries.is_empty() => {
                self.text.push('\n');
                self.text += &" ".repeat(inner);
                self.part(0, &node.origin);
                self.entries(entries, inner);
            }
            Value::List(items) if open && !items.is_empty() => {
                self.path.push("-".to_owned());
                for (i, item) in items.iter().enumerate() {
                    self.text.push('\n');
                    self.text += &" ".repeat(inner);
                    if i == 0 {
                        self.part(0, &node.origin);
                    }
                    self.text.push('-');
                    match &item.value {
                        Value::Map(entries) if !entries.is_empty() => {
                            self.text.push(' ');
                            self.part(0, &item.origin);
                            self.entries(entries, inner + 2);
                            self.text.pop();
                        }
                        _ => {
                            self.text.push(' ');
                            self.flow(item);
                        }
                    }
                }
                self.path.pop();
                self.text.push('\n');
            }
            _ => {
                self.text.push(' ');
                self.flow(node);
                if let Some(remark) = remark(node) {
                    self.text.push(' ');
                    self.text += remark;
                }
                self.text.push('\n');
            }
        }
    }

    /// A value on one line.
    fn flow(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar(_) => self.scalar(node, false),
            _ => self.nested(node),
        }
    }

    fn nested(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar(_) => self.scalar(node, true),
            Value::List(items) => {
                self.part(1, &node.origin);
                self.text.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.text += if i == 0 { "" } else { ", " };
                    self.nested(item);
                }
                self.text.push(']');
            }
            Value::Map(entries) => {
                self.part(1, &node.origin);
                self.text.push('{');
                for (i, entry) in entries.iter().enumerate() {
                    self.text += if i == 0 { " " } else { ", " };
                    self.scalar(&entry.key, true);
                    self.text += ": ";
                    self.nested(&entry.value);
                }
                self.text += if entries.is_empty() { "}" } else { " }" };
            }
        }
    }
}

/// Whether a value takes more than a few lines.
fn is_long(node: &Node) -> bool {
    matches!(&node.value, Value::Map(entries) if 2 < entries.len())
}

/// A scalar as it stands in its file, where that is on one line and still means the same.
fn spelled(node: &Node, in_flow: bool) -> String {
    let Value::Scalar(value) = &node.value else {
        return String::new();
    };
    let own = bytes(&node.origin).and_then(|bytes| node.origin.source.text.get(bytes));
    let own = own.filter(|own| {
        let is_quoted = own.starts_with(['"', '\'']);
        let breaks = |c: char| c.is_control() || in_flow && ",[]{}".contains(c);
        let as_said = match value {
            Tree::Text(text) => is_quoted || *own == text,
            _ => true,
        };
        !own.is_empty()
            && !own.starts_with(['*', '|', '>'])
            && as_said
            && (is_quoted && !own.contains('\n') || !own.contains(breaks))
    });
    match (own, value) {
        (Some(own), _) => own.to_owned(),
        (None, Tree::Text(text)) => quoted(text),
        (None, Tree::Bool(value)) => value.to_string(),
        (None, Tree::Integer(value)) => value.to_string(),
        (None, Tree::Float(value)) => format!("{value:?}"),
        (None, _) => "~".to_owned(),
    }
}

/// The bytes of a value in its file.
fn bytes(origin: &Origin) -> Option<Range<usize>> {
    let span = origin.location.span();
    let start = usize::try_from(span.byte_offset()?).ok()?;
    let len = usize::try_from(span.byte_len()?).ok()?;
    Some(start..start + len)
}

/// The remark behind a value, where it ends its line.
fn remark(node: &Node) -> Option<&str> {
    let last = last(node);
    let behind = last.origin.source.text.get(bytes(&last.origin)?.end..)?;
    let line = behind.lines().next()?;
    let remark = line.trim_start_matches([' ', '}', ']', ',']);
    (remark.starts_with('#') && line.contains(" #")).then_some(remark)
}

/// The value that stands last in another.
fn last(node: &Node) -> &Node {
    match &node.value {
        Value::Map(entries) => entries.last().map_or(node, |entry| last(&entry.value)),
        Value::List(items) => items.last().map_or(node, last),
        Value::Scalar(_) => node,
    }
}

/// A text in quotes that YAML reads back.
///
/// ```
/// assert_eq!(madoguchi_notation::quoted("no: \"1\"\n"), r#""no: \"1\"\u000a""#);
/// ```
#[must_use]
pub fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            // Characters that YAML does not take as they are.
            '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{feff}'
            | '\u{fffe}'
            | '\u{ffff}' => quoted += &format!("\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
