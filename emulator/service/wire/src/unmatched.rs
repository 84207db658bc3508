//! Help for the author of a profile: what a request that matched nothing is most like, and the
//! lines that would make it match.

use std::fmt::Write as _;

use crate::Transport;
use crate::profile::Shape;
use crate::{HttpRequest, Profile, Refused};

impl Profile {
    pub(crate) fn unmatched(&self, http: &HttpRequest) -> Refused {
        let files = self.transport() == Transport::Folder;
        let nearest = self.document().operations.iter().max_by_key(|(_, shape)| {
            // The name of a file is said by how it begins.
            let names = shape.file.iter().map(|start| {
                let begins = http.path.get(..start.len()).unwrap_or(&http.path);
                likeness(start, begins)
            });
            let likest = names.chain([likeness(&shape.path, &http.path)]).max();
            (likest, shape.method == http.method)
        });
        Refused::Unmatched {
            by: if files {
                "name of a file"
            } else {
                "method and path"
            },
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
    let mut yaml = if shape.file.is_empty() {
        format!("operations:\n  {operation}:\n    method: {method}\n    path: {path:?}\n")
    } else {
        // What stands behind the kind of a request is its own: date and number.
        let kind = path
            .find("req_")
            .map_or(path.as_str(), |at| &path[..at + 4]);
        format!("operations:\n  {operation}:\n    file: [{kind:?}]\n")
    };
    if !shape.take.is_empty() {
        yaml.push_str("    take:\n");
        for (field, source) in &shape.take {
            // Writing to a String cannot fail.
            let _ = writeln!(yaml, "      {field}: {}", source.yaml());
        }
    }
    if let Some(each) = &shape.each {
        let (kind, place) = match &each.xml {
            Some(path) => ("xml", path),
            None => ("json", each.json.as_ref().unwrap_or(path)),
        };
        let _ = writeln!(yaml, "    each:\n      {kind}: {place:?}\n      take:");
        for (field, source) in &each.take {
            let _ = writeln!(yaml, "        {field}: {}", source.yaml());
        }
    }
    let _ = writeln!(yaml, "    reply: {}", *shape.reply);
    yaml
}
