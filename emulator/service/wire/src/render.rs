//! From an answer to the reply's bytes.

use madoguchi_eligibility::{
    Answer, CharacterCode, Decision, Field, Fields, Operation, SegmentOfResult,
};
use serde_json::{Map, Value as Json};

use crate::Transport;
use crate::archive::{archive, content};
use crate::profile::Shape;
use crate::template::Template;
use crate::xml::{self, Charset, INCOMPLETE, Unreadable};
use crate::{HttpReply, Profile};

/// Words for the staff, which follow from the decision.
const WORDS: [Field; 3] = [
    Field::ResultMessage,
    Field::ErrorMessage,
    Field::ProcessingResultMessage,
];

impl Profile {
    /// The reply to an operation, or to a request that was none. Result code and message follow
    /// from the decision, unless the answer brings its own message.
    #[must_use]
    pub fn render(&self, operation: Option<Operation>, answer: &Answer) -> HttpReply {
        self.render_fields(operation, answer, &self.fields(answer))
    }

    /// The same reply without words beside its result code, which a service may leave to its clients (assumed).
    #[must_use]
    pub fn render_wordless(&self, operation: Option<Operation>, answer: &Answer) -> HttpReply {
        let mut fields = self.fields(answer);
        for words in WORDS {
            fields.remove(words);
        }
        self.render_fields(operation, answer, &fields)
    }

    fn render_fields(
        &self,
        operation: Option<Operation>,
        answer: &Answer,
        fields: &Fields,
    ) -> HttpReply {
        let document = self.document();
        let shape = operation.and_then(|operation| document.operations.get(&operation));
        let name = shape.map_or(&document.unmatched, |shape| &shape.reply);
        let body = self.body(name, fields, answer);
        let packed = shape
            .and_then(|shape| shape.archive.as_deref())
            .filter(|entry| !entry.contains('*') && is_final(answer))
            .and_then(|entry| archive(entry, &body, fields.text(Field::ProcessExecutionTime)));
        let kind = match (&packed, document.transport) {
            (Some(_), _) => "application/zip".to_owned(),
            (None, Transport::HttpJson) => "application/json".to_owned(),
            (None, _) => format!("application/xml; charset={}", self.charset(fields).label()),
        };
        let (marker, value) = self.marker();
        let spelling = document.decisions.get(&answer.decision);
        HttpReply {
            // Checked when the profile was read: by HTTP every decision has a status.
            status: spelling
                .and_then(|spelling| spelling.status)
                .unwrap_or_else(|| folder_status(answer.decision)),
            headers: vec![
                ("Content-Type".to_owned(), kind),
                ("Cache-Control".to_owned(), "no-store".to_owned()),
                (marker.to_owned(), value.to_owned()),
            ],
            body: packed.unwrap_or(body),
        }
    }

    /// The file that answers the request file `name`: its name and what stands in it. A name that
    /// has no `req` has no answer.
    #[must_use]
    pub fn answer_file(
        &self,
        name: &str,
        operation: Option<Operation>,
        answer: &Answer,
    ) -> Option<(String, Vec<u8>)> {
        let name = name.replacen("req_", "res_", 1);
        let (stem, _) = name.rsplit_once('.').filter(|_| name.contains("res_"))?;
        let body = self.render(operation, answer).body;
        let document = self.document();
        let shape = operation.and_then(|operation| document.operations.get(&operation));
        let is_packed = |shape: &&Shape| shape.archive.is_some() && is_final(answer);
        let packed = shape.map(|shape| &**shape).filter(is_packed).and_then(|_| {
            let at = answer.fields.text(Field::ProcessExecutionTime);
            archive(&format!("{stem}.xml"), &body, at)
        });
        Some(match packed {
            Some(packed) => (format!("{stem}.zip"), packed),
            None => (format!("{stem}.xml"), body),
        })
    }

    /// The file that a check of a card at the counter leaves in the folder `face`, where the wire
    /// has such files: its name and what stands in it. The answer says which facility and when.
    #[must_use]
    pub fn face_file(&self, answer: &Answer) -> Option<(String, Vec<u8>)> {
        let face = self.document().face.as_ref()?;
        let fields = self.fields(answer);
        let facility = fields.text(Field::FacilityCode)?;
        let at = fields.text(Field::ProcessExecutionTime)?;
        let name = format!("{}{facility}_{at}.xml", face.file);
        Some((name, self.body(&face.reply, &fields, answer)))
    }

    /// The fields of an answer with those that follow from its decision.
    fn fields(&self, answer: &Answer) -> Fields {
        let spelling = self.document().decisions.get(&answer.decision);
        let code = spelling
            .and_then(|spelling| spelling.code.as_deref())
            .unwrap_or_else(|| answer.decision.name());
        let mut fields = answer.fields.clone();
        fields.set(Field::ResultCode, code);
        if fields.get(Field::ResultMessage).is_none() {
            fields.set(Field::ResultMessage, answer.decision.message_ja());
        }
        for (field, value) in spelling.iter().flat_map(|spelling| &spelling.set) {
            if fields.get(*field).is_none() {
                let value = match value.as_str() {
                    "$result-code" => fields.text(Field::ResultCode),
                    "$result-message" => fields.text(Field::ResultMessage),
                    literal => Some(literal),
                };
                let value = value.map(str::to_owned);
                fields.set_some(*field, value);
            }
        }
        if self.document().transport.is_xml() {
            let code = match self.charset(&fields) {
                Charset::Utf8 => CharacterCode::Utf8,
                Charset::ShiftJis => CharacterCode::ShiftJis,
            };
            fields.set(Field::CharacterCodeIdentifier, code.code());
        }
        fields
    }

    /// The encoding that the request asked for, else the profile's.
    fn charset(&self, fields: &Fields) -> Charset {
        let asked = fields.text(Field::CharacterCodeIdentifier);
        match asked.and_then(|code| code.parse().ok()) {
            Some(CharacterCode::Utf8) => Charset::Utf8,
            Some(CharacterCode::ShiftJis) => Charset::ShiftJis,
            None => self.document().charset,
        }
    }

    fn body(&self, reply: &str, fields: &Fields, answer: &Answer) -> Vec<u8> {
        let document = self.document();
        let filled = document
            .replies
            .get(reply)
            .and_then(|template| template.fill(fields, answer));
        match filled {
            None => Vec::new(),
            Some(json) if document.transport.is_xml() => {
                xml::write(&json, self.charset(fields), self.marker())
            }
            Some(json) => json.to_string().into_bytes(),
        }
    }

    /// The reply as a tree for its [schema](Self::reply_schema): JSON as it is; of XML an object for
    /// each element, where the template repeats it an array, and a string for each text. What came in
    /// a ZIP is unpacked. Nothing where the bytes are no reply of this wire.
    #[must_use]
    pub fn reply_tree(&self, operation: Option<Operation>, body: &[u8]) -> Option<Json> {
        self.tree(operation, body).ok()
    }

    /// What a reply says: the fields of its head and of each of its results.
    ///
    /// # Errors
    /// Where the bytes are no reply of this wire, and whether only their end is missing.
    pub fn read_reply(
        &self,
        operation: Option<Operation>,
        body: &[u8],
    ) -> Result<(Fields, Vec<Fields>), Unreadable> {
        let tree = self.tree(operation, body)?;
        let (mut fields, mut results) = (Fields::new(), Vec::new());
        if let Some(template) = self.template(operation) {
            template.take(&tree, &mut fields, &mut results);
        }
        Ok((fields, results))
    }

    fn tree(&self, operation: Option<Operation>, body: &[u8]) -> Result<Json, Unreadable> {
        let document = self.document();
        let shape = operation.and_then(|operation| document.operations.get(&operation));
        let is_packed = shape.is_some_and(|shape| shape.archive.is_some());
        let unpacked = if is_packed { content(body) } else { None };
        let body = unpacked.as_deref().unwrap_or(body);
        if !document.transport.is_xml() {
            return serde_json::from_slice(body).map_err(|error| not_json(&error));
        }
        let repeats = |path: &[&str]| {
            let template = self.template(operation);
            template.is_some_and(|template| template.repeats(path))
        };
        Ok(tree(&xml::read(body)?, &repeats, &[]))
    }

    fn template(&self, operation: Option<Operation>) -> Option<&Template> {
        let document = self.document();
        let shape = operation.and_then(|operation| document.operations.get(&operation));
        let name = shape.map_or(&document.unmatched, |shape| &shape.reply);
        document
            .replies
            .get(name.as_str())
            .map(|template| &**template)
    }
}

fn not_json(error: &serde_json::Error) -> Unreadable {
    let rule = if error.is_eof() {
        INCOMPLETE
    } else {
        "not-json"
    };
    Unreadable {
        rule,
        detail: error.to_string(),
    }
}

fn tree(element: &xml::Element, repeats: &dyn Fn(&[&str]) -> bool, path: &[&str]) -> Json {
    if element.children.is_empty() && !element.text.is_empty() {
        return Json::from(element.text.as_str());
    }
    let mut entries: Map<String, Json> = Map::new();
    for child in &element.children {
        let mut to_child = path.to_vec();
        to_child.push(&child.name);
        let value = tree(child, repeats, &to_child);
        match entries.get_mut(&child.name) {
            Some(Json::Array(items)) => items.push(value),
            // Twice where once is right: an array that no schema takes.
            Some(one) => *one = Json::Array(vec![one.take(), value]),
            None if repeats(&to_child) => {
                entries.insert(child.name.clone(), Json::Array(vec![value]));
            }
            None => {
                entries.insert(child.name.clone(), value);
            }
        }
    }
    Json::Object(entries)
}

/// Whether the answer is what was asked for, and not that it is being made or that there is none.
fn is_final(answer: &Answer) -> bool {
    let processing = SegmentOfResult::Processing.code();
    answer.decision.delivers() && answer.fields.text(Field::SegmentOfResult) != Some(processing)
}

/// What stands in a trace where a status would: a folder has none.
const fn folder_status(decision: Decision) -> u16 {
    match decision {
        Decision::Unmatched => 404,
        Decision::Malformed => 400,
        _ => 200,
    }
}
