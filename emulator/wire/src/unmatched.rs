//! Help for whoever writes a profile: what a request that matched nothing is most like, and the
//! lines that would make it match.

use std::fmt::Write as _;

use crate::profile::Shape;
use crate::{HttpRequest, Profile, Refused};

impl Profile {
    pub(crate) fn unmatched(&self, http: &HttpRequest) -> Refused {
        let nearest = self.document().operations.iter().max_by_key(|(_, shape)| {
            (
                likeness(&shape.path, &http.path),
                shape.method == http.method,
            )
        });
        Refused::Unmatched {
            nearest: nearest.map(|(operation, _)| *operation),
            fragment: nearest.map_or_else(String::new, |(operation, shape)| {
                fragment(operation.name(), shape, http)
            }),
        }
    }
}

/// Letters that two paths share from the front and from the back.
fn likeness(a: &str, b: &str) -> usize {
    let front = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    let back = a
        .chars()
        .rev()
        .zip(b.chars().rev())
        .take_while(|(x, y)| x == y)
        .count();
    front + back
}

fn fragment(operation: &str, shape: &Shape, http: &HttpRequest) -> String {
    let HttpRequest { method, path, .. } = http;
    let mut yaml =
        format!("operations:\n  {operation}:\n    method: {method}\n    path: {path:?}\n");
    if !shape.take.is_empty() {
        yaml.push_str("    take:\n");
        for (field, source) in &shape.take {
            // Writing to a String cannot fail.
            let _ = writeln!(yaml, "      {field}: {}", source.yaml());
        }
    }
    if let Some(each) = &shape.each {
        let _ = writeln!(yaml, "    each:\n      json: {:?}\n      take:", each.json);
        for (field, source) in &each.take {
            let _ = writeln!(yaml, "        {field}: {}", source.yaml());
        }
    }
    let _ = writeln!(yaml, "    reply: {}", *shape.reply);
    yaml
}
