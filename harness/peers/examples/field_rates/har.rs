//! A recording of the HTTP traffic of a run (HAR 1.2), as a browser or a proxy would have made it: written from the
//! run's trace. Bodies are rendered by the wire profile from the answer's fields; what a fault did to an answer is
//! told as Chrome tells it (`_error`, a status of 0 where none came). A failed handshake left no request, so
//! nothing is there of it.

use jiff::Timestamp;
use madoguchi_eligibility::{Answer, Field, Fields};
use madoguchi_scenarios::{RedirectTo, Scenario, WebFault};
use madoguchi_trace::{HttpAnswer, HttpRequest, Trace, What};
use madoguchi_wire::Profile;
use serde_json::{Value, json};

/// How long anything takes of which the trace does not say so, milliseconds.
const BRIEF: f64 = 1.0;

/// One request, when, and what was answered.
struct Exchange<'a> {
    asked: &'a HttpRequest,
    at: u64,
    answered: Option<(&'a HttpAnswer, u64)>,
    /// When the client did something after it, microseconds.
    next: u64,
}

/// The recording of a run that began at `began`, microseconds since 1970; nothing where nothing was asked.
pub(crate) fn recording(
    trace: &Trace,
    scenario: &Scenario,
    wire: &Profile,
    began: i64,
) -> Option<String> {
    let exchanges = exchanges(trace);
    let entries = exchanges
        .iter()
        .map(|one| entry(one, scenario, wire, began));
    let entries: Vec<Value> = entries.collect();
    let creator = json!({ "name": "field_rates", "version": "1" });
    let har = json!({ "log": { "version": "1.2", "creator": creator, "entries": entries } });
    (!exchanges.is_empty()).then(|| har.to_string())
}

fn exchanges(trace: &Trace) -> Vec<Exchange<'_>> {
    let answer = |exchange: u32| {
        trace.events.iter().find_map(|event| match &event.what {
            What::Answer(answer) if answer.exchange == exchange => Some((&**answer, event.us)),
            _ => None,
        })
    };
    let next = |after: u64| {
        let told = |what: &What| matches!(what, What::Client(_) | What::Request(_) | What::Exit(_));
        let mut later = trace.events.iter().filter(|event| event.us > after);
        later
            .find(|event| told(&event.what))
            .map_or(after, |event| event.us)
    };
    let asked = trace.events.iter().filter_map(|event| match &event.what {
        What::Request(asked) => Some((asked, event.us)),
        _ => None,
    });
    asked
        .map(|(asked, at)| {
            let answered = answer(asked.exchange);
            Exchange {
                asked,
                at,
                answered,
                next: next(answered.map_or(at, |(_, us)| us)),
            }
        })
        .collect()
}

fn entry(one: &Exchange<'_>, scenario: &Scenario, wire: &Profile, began: i64) -> Value {
    let millis = |us: u64| us as f64 / 1_000.0;
    let fault = one.answered.and_then(|(answer, _)| answer.fault.as_deref());
    let fault = fault.or(one.asked.fault.as_deref());
    let (wait, receive) = match one.answered {
        Some((_, us)) if fault == Some("slow") => (us - one.at, one.next - us),
        Some((_, us)) => (us - one.at, 0),
        None => (one.next - one.at, 0),
    };
    let at = Timestamp::from_microsecond(began + i64::try_from(one.at).unwrap_or_default());
    let at = at.map_or_else(|_| String::new(), |at| at.to_string());
    json!({
        "startedDateTime": at,
        "time": millis(wait + receive),
        "request": {
            "method": &*one.asked.method,
            "url": format!("https://service.invalid{}", &*one.asked.path),
            "httpVersion": "HTTP/1.1", "headers": [], "queryString": [], "cookies": [],
            "headersSize": -1, "bodySize": -1,
        },
        "response": response(one, fault, scenario, wire),
        "cache": {},
        "timings": {
            "blocked": -1, "dns": -1, "connect": -1, "ssl": -1,
            "send": BRIEF, "wait": millis(wait).max(BRIEF), "receive": millis(receive).max(BRIEF),
        },
    })
}

fn response(one: &Exchange<'_>, fault: Option<&str>, scenario: &Scenario, wire: &Profile) -> Value {
    // as Chrome calls it; what had come before it failed stands there
    let error = match fault {
        Some("reset" | "reset-in-body") => Some("net::ERR_CONNECTION_RESET"),
        Some("lost") => Some("net::ERR_EMPTY_RESPONSE"),
        Some("silent" | "stalled" | "given-up") => Some("net::ERR_TIMED_OUT"),
        _ => None,
    };
    let came = one
        .answered
        .filter(|_| !matches!(fault, Some("lost" | "given-up")));
    let Some((answer, _)) = came else {
        let error = error.unwrap_or("net::ERR_TIMED_OUT");
        return json!({
            "status": 0, "statusText": "", "httpVersion": "", "headers": [], "cookies": [],
            "content": { "size": 0, "mimeType": "x-unknown" },
            "redirectURL": "", "headersSize": -1, "bodySize": -1, "_error": error,
        });
    };
    let mut headers = Vec::new();
    let mut header =
        |name: &str, value: String| headers.push(json!({ "name": name, "value": value }));
    if let Some(after) = answer.retry_after {
        header("Retry-After", after.to_string());
    }
    let (kind, body) = content(one, answer, fault, scenario, wire);
    header("Content-Type", kind.to_owned());
    let to = (300..400)
        .contains(&answer.status)
        .then(|| elsewhere(scenario, fault));
    if let Some(to) = to {
        header("Location", to.to_owned());
    }
    let mut response = json!({
        "status": answer.status, "statusText": "", "httpVersion": "HTTP/1.1",
        "headers": headers, "cookies": [],
        "content": { "size": body.len(), "mimeType": kind, "text": body },
        "redirectURL": to.unwrap_or_default(), "headersSize": -1, "bodySize": body.len(),
    });
    if let Some(error) = error {
        response["_error"] = error.into();
    }
    response
}

/// The media type and the body, as far as they came.
fn content(
    one: &Exchange<'_>,
    answer: &HttpAnswer,
    fault: Option<&str>,
    scenario: &Scenario,
    wire: &Profile,
) -> (&'static str, String) {
    const PAGE: &str = "<!DOCTYPE html><html><title>page</title></html>";
    const JSON: &str = "application/json";
    match fault {
        Some("server-error" | "captive-portal") => return ("text/html", PAGE.to_owned()),
        Some("redirected" | "redirected-elsewhere") => return ("text/html", String::new()),
        Some("foreign-json") => return (JSON, json!({ "error": "bad gateway" }).to_string()),
        _ => {}
    }
    let operation = one.asked.operation.as_deref();
    let operation = operation.and_then(|name| name.parse().ok());
    let Ok(decision) = answer.decision.parse() else {
        return (JSON, String::new());
    };
    let mut told = Answer::new(decision, "told");
    for (name, value) in &answer.fields {
        put(&mut told, name, value);
    }
    if fault == Some("partial-date") {
        partial_dates(&mut told, scenario);
    }
    let body = wire.render(operation, &told).body;
    let mut body = String::from_utf8_lossy(&body).into_owned();
    let half = (0..=body.len() / 2)
        .rev()
        .find(|at| body.is_char_boundary(*at));
    match fault {
        Some("truncated" | "reset-in-body" | "stalled") => body.truncate(half.unwrap_or_default()),
        Some("unknown-field") => body = body.replacen('{', "{\"unknown\":\"field\",", 1),
        Some("wrong-content-type") => return ("text/html", body),
        Some("media-type-parameters") => return ("Application/JSON; Charset=UTF-8", body),
        _ => {}
    }
    (JSON, body)
}

/// A field by the name that it has in a trace.
fn put(told: &mut Answer, name: &str, value: &str) {
    let of_result = name
        .strip_prefix("results.")
        .and_then(|rest| rest.split_once('.'))
        .and_then(|(at, name)| Some((at.parse::<usize>().ok()?, name)));
    let (fields, name) = match of_result {
        Some((at, name)) => {
            while told.results.len() <= at {
                told.results.push(Fields::new());
            }
            (&mut told.results[at], name)
        }
        None => (&mut told.fields, name),
    };
    if let Ok(field) = name.parse::<Field>() {
        fields.set(field, value);
    }
}

/// The trace tells the dates that the register has; what was planned tells what became of them.
fn partial_dates(told: &mut Answer, scenario: &Scenario) {
    for fault in &scenario.given.service.faults {
        let WebFault::PartialDate(planned) = fault else {
            continue;
        };
        let [of, is] = [json!(planned.of), json!(planned.is)];
        let (Some(of), Some(is)) = (of.as_str(), is.as_str()) else {
            continue;
        };
        let end = match is {
            "no-day" => "00",
            "no-month" => "0000",
            _ => "0231",
        };
        let name = match of {
            "valid-from" => "insured-card-valid-date",
            "valid-until" => "insured-card-expiration-date",
            same => same,
        };
        let Ok(field) = name.parse::<Field>() else {
            continue;
        };
        for result in &mut told.results {
            let date = result.text(field).map(str::to_owned);
            if let Some(date) = date.filter(|date| date.len() == 8) {
                result.set(field, format!("{}{end}", &date[..8 - end.len()]));
            }
        }
    }
}

/// Where a redirect leads.
fn elsewhere(scenario: &Scenario, fault: Option<&str>) -> &'static str {
    let mut planned = scenario.given.service.faults.iter();
    let to = planned.find_map(|fault| match fault {
        WebFault::Redirect(redirect) => Some(redirect.to),
        _ => None,
    });
    match to {
        Some(RedirectTo::OtherHost) => "https://other.invalid/elsewhere",
        Some(RedirectTo::Plain) => "http://service.invalid/elsewhere",
        _ if fault == Some("captive-portal") => "/captive-portal/login",
        _ => "/elsewhere",
    }
}
