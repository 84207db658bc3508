//! One exchange: read, recognise, note, decide, note, answer.

use std::fmt;
use std::sync::atomic::Ordering;

use http_body_util::{BodyExt as _, Full, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::{Request as HyperRequest, Response};
use madoguchi_eligibility::{Answer, Decision};
use madoguchi_wire::{HttpReply, HttpRequest};
use tokio::time::{sleep, timeout};

use crate::fault::Fate;
use crate::server::Shared;
use crate::{AnswerNote, RequestNote};

/// The connection is to be cut without an answer.
#[derive(Debug)]
pub(crate) struct Cut;

impl fmt::Display for Cut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the connection is cut")
    }
}

impl std::error::Error for Cut {}

/// Answers one request.
pub(crate) async fn exchange(
    shared: &Shared,
    connection: u32,
    client_certificate: Option<Vec<u8>>,
    incoming: HyperRequest<Incoming>,
) -> Result<Response<Full<Bytes>>, Cut> {
    let (head, body) = incoming.into_parts();
    let headers = head.headers.iter().map(|(name, value)| {
        (
            name.as_str().to_owned(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        )
    });
    let mut http = HttpRequest {
        method: head.method.as_str().to_owned(),
        path: head.uri.path().to_owned(),
        headers: headers.collect(),
        body: Vec::new(),
        client_certificate,
    };
    let unread = match read(shared, body).await {
        Ok(body) => {
            http.body = body;
            None
        }
        Err(Unread::Cut) => return Err(Cut),
        Err(Unread::Refused(status, rule)) => Some((status, rule)),
    };

    let exchange = shared.exchanges.fetch_add(1, Ordering::Relaxed) + 1;
    let terminal = shared.profile.terminal(&http);
    let recognised = match unread {
        None => shared
            .profile
            .recognise(&http)
            .map_err(|refused| (refused.operation(), refused.answer())),
        Some((_, rule)) => Err((None, Answer::new(Decision::Malformed, rule))),
    };
    let operation = match &recognised {
        Ok(request) => Some(request.operation),
        Err((operation, _)) => *operation,
    };
    let fate = operation.map_or(Fate::Healthy, |operation| shared.faults.fate(operation));
    shared.observer.request(RequestNote {
        exchange,
        connection,
        http: &http,
        query: head.uri.query(),
        operation,
        request: recognised.as_ref().ok(),
        terminal: terminal.as_deref(),
        fault: fate.name().filter(|_| fate == Fate::Reset),
    });
    if fate == Fate::Reset {
        return Err(Cut);
    }

    let answer = match recognised {
        Ok(request) => {
            let repeated = shared.profile.repeated(&request);
            let mut answer = shared.backend.decide(request, terminal);
            answer.fields.complete(&repeated);
            answer
        }
        Err((_, answer)) => answer,
    };
    let mut reply = shared.profile.render(operation, &answer);
    if let Some((status, _)) = unread {
        reply.status = status;
        // What is left of the body is not waited for.
        reply
            .headers
            .push(("Connection".to_owned(), "close".to_owned()));
    }
    shared.observer.answer(AnswerNote {
        exchange,
        connection,
        status: reply.status,
        answer: &answer,
        fault: fate.name(),
    });
    let takes = shared.profile.rules().answers_after;
    sleep(takes.unsigned_abs()).await;
    match fate {
        Fate::Lost => return Err(Cut),
        Fate::Delayed(by) => sleep(by).await,
        Fate::Healthy | Fate::Reset => {}
    }
    respond(reply)
}

/// Why a body was not read to its end.
enum Unread {
    /// The client is gone.
    Cut,
    /// The client is told with this status and rule.
    Refused(u16, &'static str),
}

async fn read(shared: &Shared, body: Incoming) -> Result<Vec<u8>, Unread> {
    let limit = shared.limits.body_bytes;
    let too_large = Unread::Refused(413, "body-too-large");
    if usize::try_from(body.size_hint().lower()).is_ok_and(|least| limit < least) {
        return Err(too_large);
    }
    match timeout(shared.limits.body, Limited::new(body, limit).collect()).await {
        Ok(Ok(body)) => Ok(body.to_bytes().to_vec()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large),
        Ok(Err(_)) => Err(Unread::Cut),
        Err(_) => Err(Unread::Refused(408, "body-too-slow")),
    }
}

/// The reply for the HTTP library. Everything in it was checked when the profile was read, so
/// that a failure can only mean a header value that no profile can write.
fn respond(reply: HttpReply) -> Result<Response<Full<Bytes>>, Cut> {
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    response
        .body(Full::new(Bytes::from(reply.body)))
        .map_err(|_| Cut)
}
