//! One exchange: read, recognise, note, decide, note, answer.

use std::future::pending;
use std::sync::atomic::Ordering;

use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use hyper::body::{Body as _, Bytes, Incoming};
use hyper::header::{DATE, HeaderValue};
use hyper::{Request as HyperRequest, Response};
use madoguchi_eligibility::{Answer, Decision, Field, Fields};
use madoguchi_wire::{HttpReply, HttpRequest};
use tokio::time::timeout;

use crate::delivery::{Cut, Delivery, part, pass};
use crate::line::Signals;
use crate::shared::Shared;
use crate::{AnswerNote, Mishap, RequestNote, stranger};

/// Answers one request.
pub(crate) async fn exchange(
    shared: &Shared,
    connection: u32,
    client_certificate: Option<Vec<u8>>,
    signals: &Signals,
    incoming: HyperRequest<Incoming>,
) -> Result<Response<Delivery>, Cut> {
    let (head, mut body) = incoming.into_parts();
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
    let unread = match read(shared, &mut body).await {
        Ok(body) => {
            http.body = body;
            None
        }
        Err(Unread::Cut) => return Err(Cut),
        Err(Unread::Refused(status, rule)) => {
            tokio::spawn(timeout(shared.limits.linger, pour_away(body)));
            Some((status, rule))
        }
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
    let fate = operation.and_then(|operation| shared.faults.fate(operation));
    shared.observer.request(RequestNote {
        exchange,
        connection,
        http: &http,
        query: head.uri.query(),
        operation,
        request: recognised.as_ref().ok(),
        terminal: terminal.as_deref(),
        fault: fate.filter(|fate| fate.is_mute()).map(Mishap::name),
        is_kept_waiting: fate.is_some_and(Mishap::keeps_waiting),
    });
    match fate {
        Some(Mishap::Reset) => {
            signals.end_in_reset();
            return Err(Cut);
        }
        // Until the client, or the connection's time, has had enough.
        Some(Mishap::Silent) => pending().await,
        _ => {}
    }

    let published = recognised
        .is_err()
        .then(|| shared.backend.publication(&http))
        .flatten();
    let instead = match fate {
        Some(fate) => stranger::reply(fate, &http),
        None => stranger::followed(&http).or(published),
    };
    if let Some(reply) = instead {
        shared.observer.answer(AnswerNote {
            exchange,
            connection,
            status: reply.status,
            answer: None,
            retry_after: stranger::retry_after(fate),
            fault: fate.map(Mishap::name),
        });
        return respond(shared, signals, None, reply);
    }
    let answer = match recognised {
        Ok(request) => {
            let repeated = shared.profile.repeated(&request);
            let mut answer = shared.backend.decide(request, terminal);
            answer.fields.complete(&repeated);
            match fate {
                Some(Mishap::PartialDate { field, end }) => answer
                    .results
                    .iter_mut()
                    .for_each(|result| shorten(result, field, end)),
                Some(Mishap::Reordered) => answer.results.reverse(),
                _ => {}
            }
            answer
        }
        Err((_, answer)) => answer,
    };
    let mut reply = match fate {
        Some(Mishap::WithoutMessage) => shared.profile.render_wordless(operation, &answer),
        _ => shared.profile.render(operation, &answer),
    };
    if let Some((status, _)) = unread {
        reply.status = status;
        // Nothing follows a body that was not read.
        reply
            .headers
            .push(("Connection".to_owned(), "close".to_owned()));
    }
    let takes = shared.profile.rules().answers_after.unsigned_abs();
    let mut leaving = Leaving {
        shared,
        note: AnswerNote {
            exchange,
            connection,
            status: reply.status,
            answer: Some(&answer),
            retry_after: None,
            fault: Some(GIVEN_UP),
        },
    };
    if !takes.is_zero() {
        pass(&shared.timer, takes).await;
    }
    if let Some(Mishap::Delay(by)) = fate {
        pass(&shared.timer, by).await;
    }
    leaving.note.fault = fate.map(Mishap::name);
    drop(leaving);
    if fate == Some(Mishap::AnswerLost) {
        return Err(Cut);
    }
    respond(shared, signals, fate, reply)
}

/// What became of an answer that waited, and whose client left before it did.
const GIVEN_UP: &str = "given-up";

/// An answer that waits to leave. The observer is told of it when it does, or when no client waits for it
/// any more: the library drops the exchange where the client ends its connection.
struct Leaving<'a> {
    shared: &'a Shared,
    note: AnswerNote<'a>,
}

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.shared.observer.answer(self.note);
    }
}

/// Why a body was not read to its end.
enum Unread {
    /// The client is gone.
    Cut,
    /// The client is told with this status and rule.
    Refused(u16, &'static str),
}

/// Takes the rest of a body from the connection, which ends after it.
async fn pour_away(mut body: Incoming) {
    while let Some(Ok(_)) = body.frame().await {}
}

async fn read(shared: &Shared, body: &mut Incoming) -> Result<Vec<u8>, Unread> {
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

/// Puts this in the place of the end of a date, where there is one.
fn shorten(result: &mut Fields, field: Field, end: &str) {
    let Some(date) = result.text(field).filter(|date| date.len() == 8) else {
        return;
    };
    let kept = date.get(..date.len() - end.len()).unwrap_or_default();
    let date = format!("{kept}{end}");
    result.set(field, date);
}

/// Puts a field that no profile has at the end of an object of JSON.
fn add_unknown_field(body: &mut Vec<u8>) {
    const FIELD: &[u8] = br#""x-madoguchi-unknown":{"since":"2099-04","values":[0,null,""]}"#;
    if let Some(end) = body.iter().rposition(|byte| *byte == b'}') {
        let is_empty = body[..end].trim_ascii_end().ends_with(b"{");
        let comma: &[u8] = if is_empty { b"" } else { b"," };
        body.splice(end..end, [comma, FIELD].concat());
    }
}

/// The reply for the HTTP library, as the fault leaves it. Everything in it was checked when the
/// profile was read, so that a failure can only mean a header value that no profile can write.
fn respond(
    shared: &Shared,
    signals: &Signals,
    fate: Option<Mishap>,
    mut reply: HttpReply,
) -> Result<Response<Delivery>, Cut> {
    let is_type = |(name, _): &(String, String)| name.eq_ignore_ascii_case("content-type");
    match fate {
        Some(Mishap::WrongContentType) => {
            reply.headers.retain(|header| !is_type(header));
            reply
                .headers
                .push(("Content-Type".to_owned(), stranger::HTML.to_owned()));
        }
        Some(Mishap::MediaTypeParameters) => {
            for (_, value) in reply.headers.iter_mut().filter(|header| is_type(header)) {
                *value = value.replace("application/json", "Application/JSON; charset=UTF-8");
            }
        }
        Some(Mishap::UnknownField) => add_unknown_field(&mut reply.body),
        _ => {}
    }
    let body = Bytes::from(reply.body);
    let body = match fate {
        Some(Mishap::Truncated { percent }) => Delivery::whole(part(&body, percent)),
        Some(Mishap::ResetInBody { percent }) => {
            signals.end_in_reset();
            Delivery::cut(&body, percent)
        }
        Some(Mishap::Stalled { percent }) => Delivery::stall(&body, percent),
        Some(Mishap::Slow { bytes_per_second }) => {
            Delivery::trickle(body, &shared.timer, bytes_per_second)
        }
        _ => Delivery::whole(body),
    };
    let mut response = Response::builder().status(reply.status);
    for (name, value) in &reply.headers {
        response = response.header(name, value);
    }
    let mut response = response.body(body).map_err(|_| Cut)?;
    if let Some(date) = shared.backend.date() {
        let date = HeaderValue::try_from(date).map_err(|_| Cut)?;
        response.headers_mut().insert(DATE, date);
    }
    signals.owe();
    Ok(response)
}
