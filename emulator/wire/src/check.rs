//! What must be true of a profile beyond its keys: names that point somewhere, one operation per
//! method and path, a spelling for every decision.

use std::collections::BTreeMap;

use madoguchi_eligibility::{Decision, Field};
use madoguchi_notation::{Diagnostic, Located, nearest};

use crate::profile::{Document, Shape, TerminalSource};
use crate::source::is_token;

impl Document {
    /// Everything that is wrong.
    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        self.check_headers(&mut wrong);
        self.check_decisions(&mut wrong);
        for (name, template) in &self.replies {
            if !template.names(Field::ResultCode) {
                wrong.push(
                    Diagnostic::new(
                        "reply-without-code",
                        format!("応答 \"{name}\" に $result-code がありません"),
                        format!("the reply \"{name}\" has no $result-code"),
                    )
                    .at(template.location()),
                );
            }
        }
        self.check_reply(&self.unmatched, &mut wrong);
        let mut routes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (operation, shape) in &self.operations {
            self.check_operation(shape, &mut wrong);
            let route = (shape.method.as_str(), shape.path.as_str());
            if let Some(other) = routes.insert(route, operation.name()) {
                wrong.push(
                    Diagnostic::new(
                        "same-route",
                        format!("{operation} と {other} の method と path が同じです"),
                        format!("{operation} and {other} have the same method and path"),
                    )
                    .at(shape.location()),
                );
            }
        }
        wrong
    }

    fn check_headers(&self, wrong: &mut Vec<Diagnostic>) {
        let terminal = match &*self.terminal {
            TerminalSource::ClientCertificate => None,
            TerminalSource::Header(name) => Some((name, self.terminal.location())),
        };
        for (name, location) in [Some((&*self.marker, self.marker.location())), terminal]
            .into_iter()
            .flatten()
        {
            if !is_token(name) {
                wrong.push(
                    Diagnostic::new(
                        "wrong-header",
                        format!("\"{name}\" はヘッダー名ではありません"),
                        format!("\"{name}\" is no name of a header"),
                    )
                    .at(location),
                );
            }
        }
    }

    fn check_decisions(&self, wrong: &mut Vec<Diagnostic>) {
        let missing: Vec<_> = Decision::ALL
            .iter()
            .filter(|decision| !self.decisions.contains_key(decision))
            .map(|decision| decision.name())
            .collect();
        if !missing.is_empty() {
            let missing = missing.join(", ");
            wrong.push(
                Diagnostic::new(
                    "missing-decision",
                    format!("decisions に足りない項目: {missing}"),
                    format!("decisions lacks {missing}"),
                )
                .at(self.decisions.location())
                .hint(
                    "それぞれ { status: 4xx } と書きます",
                    "write { status: 4xx } for each",
                ),
            );
        }
        for (decision, spelling) in self.decisions.iter() {
            if !(200..=599).contains(&spelling.status) {
                wrong.push(
                    Diagnostic::new(
                        "wrong-status",
                        format!("{decision} の status は 200〜599 です"),
                        format!("the status of {decision} is not from 200 to 599"),
                    )
                    .at(spelling.location()),
                );
            }
        }
    }

    fn check_operation(&self, shape: &Located<Shape>, wrong: &mut Vec<Diagnostic>) {
        let method = &shape.method;
        if !is_token(method) || method.bytes().any(|b| b.is_ascii_lowercase()) {
            wrong.push(
                Diagnostic::new(
                    "wrong-method",
                    format!("\"{method}\" は HTTP メソッドではありません（大文字で書きます）"),
                    format!("\"{method}\" is no HTTP method (write it in upper case)"),
                )
                .at(shape.location()),
            );
        }
        let path = &shape.path;
        if !path.starts_with('/') || path.contains(['?', '#', ' ']) {
            wrong.push(
                Diagnostic::new(
                    "wrong-path",
                    format!("path \"{path}\" は / で始まり、? # 空白を含みません"),
                    format!("the path \"{path}\" must begin with / and hold no ?, # or space"),
                )
                .at(shape.location()),
            );
        }
        if let Some(each) = &shape.each
            && !each.json.starts_with('/')
        {
            let pointer = &each.json;
            wrong.push(
                Diagnostic::new(
                    "wrong-source",
                    format!("JSON ポインター \"{pointer}\" は / で始めてください"),
                    format!("the JSON pointer \"{pointer}\" does not begin with /"),
                )
                .at(shape.location()),
            );
        }
        let units = shape.each.iter().flat_map(|each| &each.take);
        for (field, source) in shape.take.iter().chain(units) {
            if let Some(diagnostic) = source.check(*field) {
                wrong.push(diagnostic.at(source.location()));
            }
        }
        self.check_reply(&shape.reply, wrong);
    }

    fn check_reply(&self, name: &Located<String>, wrong: &mut Vec<Diagnostic>) {
        if !self.replies.contains_key(name.as_str()) {
            wrong.push(
                Diagnostic::new(
                    "unknown-reply",
                    format!("replies に \"{name}\" がありません"),
                    format!("replies has no \"{name}\""),
                )
                .at(name.location())
                .candidate(nearest(name, self.replies.keys().map(String::as_str))),
            );
        }
    }
}
