//! From a request's bytes to the abstract request.

use std::fmt;

use madoguchi_eligibility::{Answer, Decision, Field, Operation, Request};
use serde_json::Value as Json;

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

        let body = if shape.take.values().any(|source| source.is_in_body()) {
            serde_json::from_slice(&http.body)
                .map_err(|error| malformed("not-json", format!("the body is no JSON: {error}")))?
        } else {
            Json::Null
        };
        let mut request = Request::new(*operation);
        for (field, source) in &shape.take {
            let value = source.take(http, &body).map_err(|untakeable| {
                let detail = format!("{field}: {} is not {}", untakeable.place, untakeable.wanted);
                malformed("field-malformed", detail)
            })?;
            request.fields.set_some(*field, value);
        }
        Ok(request)
    }
}
