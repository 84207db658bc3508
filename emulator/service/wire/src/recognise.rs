//! From a request's bytes to the abstract request.

use std::collections::BTreeMap;
use std::fmt;

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation, Request};
use madoguchi_notation::Located;
use serde_json::Value as Json;

use crate::body::{Body, Node};
use crate::profile::Each;
use crate::source::{Source, Untakeable};
use crate::xml::{INCOMPLETE, Unreadable};
use crate::{HttpRequest, Profile};

/// Why a request could not be understood. [`answer`](Self::answer) is what the client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No operation of the profile has this method and path.
    Unmatched {
        /// By what an operation is known: method and path, or the name of its file.
        by: &'static str,
        /// The operation that is most like it.
        nearest: Option<Operation>,
        /// The nearest operation as the profile would have to say it to match.
        fragment: String,
    },
    /// The operation is clear, the request is not.
    Malformed {
        /// The operation.
        operation: Operation,
        /// Name of the rule that was broken.
        rule: &'static str,
        /// What was seen where, for people.
        detail: String,
    },
}

impl Refused {
    /// The operation that was meant, if that is clear.
    #[must_use]
    pub const fn operation(&self) -> Option<Operation> {
        match self {
            Self::Unmatched { .. } => None,
            Self::Malformed { operation, .. } => Some(*operation),
        }
    }

    /// Whether the end of the request is missing, so that the client may still be writing it.
    #[must_use]
    pub fn is_incomplete(&self) -> bool {
        matches!(self, Self::Malformed { rule, .. } if *rule == INCOMPLETE)
    }

    /// The answer to give.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self {
            Self::Unmatched {
                nearest, fragment, ..
            } => {
                let mut answer = Answer::new(Decision::Unmatched, "no-such-operation")
                    .with(Field::ProfileFragment, fragment.as_str());
                answer
                    .fields
                    .set_some(Field::NearestOperation, nearest.map(Operation::name));
                answer
            }
            Self::Malformed { rule, detail, .. } => Answer::new(Decision::Malformed, rule).with(
                Field::ResultMessage,
                format!("{} ({detail})", Decision::Malformed.message_ja()),
            ),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unmatched {
                by,
                nearest: Some(nearest),
                ..
            } => {
                write!(f, "no operation has this {by}; the nearest is {nearest}")
            }
            Self::Unmatched { nearest: None, .. } => f.write_str("the profile has no operations"),
            Self::Malformed {
                operation, detail, ..
            } => write!(f, "{operation}: {detail}"),
        }
    }
}

impl std::error::Error for Refused {}

impl Profile {
    /// The abstract request that these bytes mean. Fields that are not there are left out: which
    /// ones an operation needs is the registry's matter. Unknown keys, elements
    /// and headers are ignored.
    ///
    /// # Errors
    /// Why it could not be understood.
    pub fn recognise(&self, http: &HttpRequest) -> Result<Request, Refused> {
        let document = self.document();
        let (operation, shape) = document
            .operation_of(http)
            .ok_or_else(|| self.unmatched(http))?;
        let malformed = |rule, detail| Refused::Malformed {
            operation,
            rule,
            detail,
        };

        // No body at all is a body without fields, where none of them is needed.
        let in_body = shape.each.is_some() || shape.take.values().any(|source| source.is_in_body());
        let needed = shape.each.is_some()
            || shape
                .take
                .iter()
                .any(|(field, source)| source.is_in_body() && operation.needs().contains(field));
        let body = if in_body && (needed || !http.body.is_empty()) {
            Body::read(&http.body, document.transport.is_xml())
                .map_err(|Unreadable { rule, detail }| malformed(rule, detail))?
        } else {
            Body::Nothing
        };
        let mut request = Request::new(operation);
        let take = |takes: &BTreeMap<Field, Located<Source>>, node: Node<'_>| {
            let mut fields = Fields::new();
            for (field, source) in takes {
                let value = source.take(http, node).map_err(|untakeable| {
                    let Untakeable { place, wanted } = untakeable;
                    malformed(
                        "field-malformed",
                        format!("{field}: {place} is not {wanted}"),
                    )
                })?;
                fields.set_some(*field, value);
            }
            Ok(fields)
        };
        request.fields = take(&shape.take, body.node())?;
        if let Some(each) = &shape.each {
            let units = each
                .units(&body)
                .map_err(|detail| malformed("items-malformed", detail))?;
            request.items = units
                .into_iter()
                .map(|unit| take(&each.take, unit))
                .collect::<Result<_, _>>()?;
        }
        Ok(request)
    }
}

impl Each {
    /// The units of a body; none where the place is empty.
    fn units<'a>(&self, body: &'a Body) -> Result<Vec<Node<'a>>, String> {
        let (json, xml) = (self.json.as_deref(), self.xml.as_deref());
        Ok(match (body, json, xml) {
            (Body::Json(body), Some(pointer), _) => match body.pointer(pointer) {
                None | Some(Json::Null) => Vec::new(),
                Some(Json::Array(units)) => units.iter().map(Node::Json).collect(),
                Some(_) => return Err(format!("{pointer} is not a JSON array")),
            },
            (Body::Xml(body), _, Some(path)) => {
                body.find(path).into_iter().map(Node::Xml).collect()
            }
            _ => Vec::new(),
        })
    }
}
