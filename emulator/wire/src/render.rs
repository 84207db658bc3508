//! From an answer to the reply's bytes.

use madoguchi_eligibility::{Answer, Field, Operation};

use crate::{HttpReply, Profile};

impl Profile {
    /// The reply to an operation, or to a request that was none. Result code and message follow
    /// from the decision, unless the answer brings its own message.
    #[must_use]
    pub fn render(&self, operation: Option<Operation>, answer: &Answer) -> HttpReply {
        let document = self.document();
        let name = operation
            .and_then(|operation| document.operations.get(&operation))
            .map_or(&document.unmatched, |shape| &shape.reply);
        let spelling = document.decisions.get(&answer.decision);
        let code = spelling
            .and_then(|spelling| spelling.code.as_deref())
            .unwrap_or_else(|| answer.decision.name());

        let mut fields = answer.fields.clone();
        fields.set(Field::ResultCode, code);
        if fields.get(Field::ResultMessage).is_none() {
            fields.set(Field::ResultMessage, answer.decision.message_ja());
        }
        let body = document
            .replies
            .get(name.as_str())
            .and_then(|template| template.fill(&fields, answer))
            .map_or_else(Vec::new, |json| json.to_string().into_bytes());
        let (marker, value) = self.marker();
        HttpReply {
            // Checked when the profile was read: every decision has a spelling.
            status: spelling.map_or(500, |spelling| spelling.status),
            headers: vec![
                ("Content-Type".to_owned(), "application/json".to_owned()),
                ("Cache-Control".to_owned(), "no-store".to_owned()),
                (marker.to_owned(), value.to_owned()),
            ],
            body,
        }
    }
}
