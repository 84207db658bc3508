//! What must be true of a profile beyond its keys: names that point somewhere, one operation per
//! method and path, a spelling for every decision.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use madoguchi_eligibility::{Decision, Field};
use madoguchi_notation::{Diagnostic, Located, nearest};

use crate::Transport;
use crate::profile::{Document, Each, Shape, TerminalSource};
use crate::source::is_token;
use crate::xml::{is_name, is_path};

/// The longest that a service may take for an answer.
const LONGEST_ANSWER: SignedDuration = SignedDuration::from_secs(60);

impl Document {
    /// Everything that is wrong.
    pub(crate) fn check(&self) -> Vec<Diagnostic> {
        let mut wrong = Vec::new();
        if let Some(names) = &self.names {
            let alone = Diagnostic::new(
                "names-of-nothing",
                "names は extends とともに使います",
                "names goes with extends",
            );
            wrong.push(alone.at(names.location()));
        }
        self.check_headers(&mut wrong);
        self.check_terminal(&mut wrong);
        self.check_decisions(&mut wrong);
        let is_xml = self.transport.is_xml();
        for (name, template) in &self.replies {
            let wrong_key = template.keys().into_iter().find(|key| !is_name(key));
            if let Some(key) = wrong_key.filter(|_| is_xml) {
                wrong.push(
                    Diagnostic::new(
                        "wrong-element",
                        format!("\"{key}\" は XML の要素名ではありません"),
                        format!("\"{key}\" is no name of an XML element"),
                    )
                    .at(template.location()),
                );
            }
            if is_xml && !template.is_document() {
                wrong.push(
                    Diagnostic::new(
                        "several-elements",
                        format!("XML の応答 \"{name}\" には、全体を包む要素が一つ必要です"),
                        format!("the XML reply \"{name}\" needs one element around everything"),
                    )
                    .at(template.location()),
                );
            }
            // In XML, 処理結果区分 tells success from failure, and ErrorCode the rest.
            let tells = template.names(Field::ResultCode)
                || is_xml && template.names(Field::SegmentOfResult);
            if !tells {
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
        if let Some(face) = &self.face {
            self.check_reply(&face.reply, &mut wrong);
        }
        self.check_routes(&mut wrong);
        // Longer than any client waits, so that a run would hang on every answer.
        if self.rules.answers_after.is_negative() || LONGEST_ANSWER < self.rules.answers_after {
            wrong.push(Diagnostic::new(
                "answers-too-late",
                "rules: answers-after は 0s から 60s までです",
                "rules: answers-after is from 0s to 60s",
            ));
        }
        wrong
    }

    fn check_routes(&self, wrong: &mut Vec<Diagnostic>) {
        let mut routes: BTreeMap<(&str, &str), &str> = BTreeMap::new();
        for (operation, shape) in &self.operations {
            self.check_operation(shape, wrong);
            let http = (self.transport != Transport::Folder)
                .then_some((shape.method.as_str(), shape.path.as_str()));
            let files = shape.file.iter().map(|file| ("", file.as_str()));
            for route in http.into_iter().chain(files) {
                if let Some(other) = routes.insert(route, operation.name()) {
                    let what = if shape.file.is_empty() {
                        ("method と path", "method and path")
                    } else {
                        ("file", "file")
                    };
                    wrong.push(
                        Diagnostic::new(
                            "same-route",
                            format!("{operation} と {other} の {} が同じです", what.0),
                            format!("{operation} and {other} have the same {}", what.1),
                        )
                        .at(shape.location()),
                    );
                }
            }
        }
    }

    fn check_headers(&self, wrong: &mut Vec<Diagnostic>) {
        let terminal = match &*self.terminal {
            TerminalSource::ClientCertificate | TerminalSource::Folder | TerminalSource::Token => {
                None
            }
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

    fn check_terminal(&self, wrong: &mut Vec<Diagnostic>) {
        let owned = matches!(*self.terminal, TerminalSource::Folder);
        if owned != (self.transport == Transport::Folder) {
            wrong.push(
                Diagnostic::new(
                    "wrong-terminal",
                    "terminal: folder は transport: folder のときだけ、またそのとき必ず使います",
                    "terminal: folder goes with transport: folder, and only with it",
                )
                .at(self.terminal.location()),
            );
        }
        // It stands in a comment there.
        if self.transport.is_xml() && self.marker.contains("--") {
            wrong.push(
                Diagnostic::new(
                    "wrong-header",
                    "XML では marker に -- を使えません",
                    "in XML the marker cannot have -- in it",
                )
                .at(self.marker.location()),
            );
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
            let unknown = spelling.set.values().find(|value| {
                value.starts_with('$')
                    && !["$result-code", "$result-message"].contains(&value.as_str())
            });
            if let Some(value) = unknown {
                wrong.push(
                    Diagnostic::new(
                        "wrong-set",
                        format!("set の \"{value}\" は使えません"),
                        format!("\"{value}\" cannot stand in set"),
                    )
                    .at(spelling.location())
                    .hint(
                        "そのままの文字列、$result-code、$result-message のいずれかです",
                        "write a text of your own, $result-code or $result-message",
                    ),
                );
            }
            let fits = match (spelling.status, self.transport) {
                (None, transport) => transport == Transport::Folder,
                (Some(status), _) => (200..=599).contains(&status),
            };
            if !fits {
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
        if self.transport == Transport::Folder {
            check_files(shape, wrong);
        } else {
            check_route(shape, wrong);
        }
        if let Some(each) = &shape.each {
            wrong.extend(check_each(each, self.transport).map(|d| d.at(shape.location())));
        }
        let units = shape.each.iter().flat_map(|each| &each.take);
        for (field, source) in shape.take.iter().chain(units) {
            if let Some(diagnostic) = source.check(*field, self.transport) {
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

/// Method and path of an operation that travels by HTTP.
fn check_route(shape: &Located<Shape>, wrong: &mut Vec<Diagnostic>) {
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
    if !shape.file.is_empty() {
        wrong.push(
            Diagnostic::new(
                "wrong-route",
                "file は transport: folder のときだけ使います",
                "file goes with transport: folder only",
            )
            .at(shape.location()),
        );
    }
}

/// The files of an operation in a folder.
fn check_files(shape: &Located<Shape>, wrong: &mut Vec<Diagnostic>) {
    let fits = |file: &String| {
        file.contains("req_")
            && file
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
    };
    let named = !shape.file.is_empty() && shape.file.iter().all(fits);
    if !named || !shape.method.is_empty() || !shape.path.is_empty() {
        wrong.push(
            Diagnostic::new(
                "wrong-route",
                "folder の操作には、method と path ではなく file が必要です",
                "an operation in a folder has file, and neither method nor path",
            )
            .at(shape.location())
            .hint(
                "要求ファイル名の先頭を req_ まで書きます (例 [OQSsiquc01req_])。応答は req を res に変えた名前です",
                "write how the names of its requests begin, with req_ in it, such as [OQSsiquc01req_]; the answer has res instead of req",
            ),
        );
    }
}

fn check_each(each: &Each, transport: Transport) -> Option<Diagnostic> {
    match (&each.json, &each.xml, transport.is_xml()) {
        (Some(pointer), None, false) if pointer.starts_with('/') => None,
        (Some(pointer), None, false) => Some(Diagnostic::new(
            "wrong-source",
            format!("JSON ポインター \"{pointer}\" は / で始めてください"),
            format!("the JSON pointer \"{pointer}\" does not begin with /"),
        )),
        (None, Some(path), true) if is_path(path) => None,
        (None, Some(path), true) => Some(Diagnostic::new(
            "wrong-source",
            format!("\"{path}\" は要素名を / でつないだものではありません"),
            format!("\"{path}\" is no path: names of elements with / between them"),
        )),
        _ => {
            let body = if transport.is_xml() { "xml" } else { "json" };
            Some(Diagnostic::new(
                "wrong-source",
                format!("each の場所は {body} で書きます"),
                format!("each is taken from {body}"),
            ))
        }
    }
}
