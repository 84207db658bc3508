//! From a request's bytes to the abstract request.

use std::collections::BTreeMap;
use std::fmt;

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation, Request};
use madoguchi_notation::Located;
use serde_json::Value as Json;

use crate::source::{Source, Untakeable};
use crate::{HttpRequest, Profile};

/// Why a request could not be understood. [`answer`](Self::answer) is what the client is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// No operation of the profile has this method and path.
    Unmatched {
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

    /// The answer to give.
    #[must_use]
    pub fn answer(&self) -> Answer {
        match self {
            Self::Unmatched { nearest, fragment } => {
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
                nearest: Some(nearest),
                ..
            } => {
                write!(
                    f,
                    "no operation has this method and path; the nearest is {nearest}"
                )
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
    /// ones an operation needs is the registry's matter. Unknown JSON keys and headers are ignored.
    ///
    /// # Errors
    /// Why it could not be understood.
    pub fn recognise(&self, http: &HttpRequest) -> Result<Request, Refused> {
        let (operation, shape) = self
            .document()
            .operations
            .iter()
            .find(|(_, shape)| shape.method == http.method && shape.path == http.path)
            .ok_or_else(|| self.unmatched(http))?;
        let malformed = |rule, detail| Refused::Malformed {
            operation: *operation,
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
            serde_json::from_slice(&http.body)
                .map_err(|error| malformed("not-json", format!("the body is no JSON: {error}")))?
        } else {
            Json::Null
        };
        let mut request = Request::new(*operation);
        let take = |takes: &BTreeMap<Field, Located<Source>>, body: &Json| {
            let mut fields = Fields::new();
            for (field, source) in takes {
                let value = source.take(http, body).map_err(|untakeable| {
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
        request.fields = take(&shape.take, &body)?;
        if let Some(each) = &shape.each {
            let units = match body.pointer(&each.json) {
                None | Some(Json::Null) => &[],
                Some(Json::Array(units)) => units.as_slice(),
                Some(_) => {
                    let detail = format!("{} is not a JSON array", each.json);
                    return Err(malformed("items-malformed", detail));
                }
            };
            request.items = units
                .iter()
                .map(|unit| take(&each.take, unit))
                .collect::<Result<_, _>>()?;
        }
        Ok(request)
    }
}
