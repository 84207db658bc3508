//! HAR 1.2 as browsers and proxies write it: with a mark at its beginning, numbers as text, `null`
//! where there should be something, and `_error` where nothing came. Values are looked at for their
//! kind and for words of the wire, and are never kept.

use jiff::Timestamp;
use madoguchi_eligibility::{Decision, Field, Fields, Operation};
use madoguchi_scenarios::{DateField, DateForm, RedirectTo};
use madoguchi_wire::{HttpRequest, Profile};
use serde_json::Value as Json;

use crate::canary::Canaries;
use crate::told::{Found, Says, Told};
use crate::web::{Content, Entitled, Exchanged, Trouble};

/// Entries that are looked at; a day of work at a counter has fewer.
const MOST: usize = 100_000;

/// Whether this is a recording, by how it begins.
pub(super) fn is_har(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut end = text.len().min(4_096);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let head = &text[..end];
    head.starts_with('{') && head.contains("\"log\"")
}

/// The exchanges of a recording; nothing where it is no JSON.
pub(super) fn read(text: &str, wire: &Profile, canaries: &mut Canaries) -> Option<Found> {
    let text = text.trim_start_matches('\u{feff}');
    // whatever stands behind the recording is another program's
    let mut values = serde_json::Deserializer::from_str(text).into_iter::<Json>();
    let har = values.next()?.ok()?;
    let entries = har["log"]["entries"].as_array()?;
    let mut found = Found::default();
    let started = |entry: &Json| {
        let at: Timestamp = entry["startedDateTime"].as_str()?.parse().ok()?;
        Some(at.as_microsecond())
    };
    let epoch = entries.iter().filter_map(started).min();
    found.epoch = epoch;
    for (entry, number) in entries.iter().take(MOST).zip(1..) {
        remember(entry, canaries);
        let since = started(entry).zip(epoch).map(|(at, epoch)| at - epoch);
        let us = since.and_then(|since| u64::try_from(since).ok());
        let Some(exchanged) = exchanged(entry, wire) else {
            found.damaged.push(number);
            continue;
        };
        found.known.push(number);
        found.told.push(Told {
            line: number,
            us: us.unwrap_or_default(),
            program: None,
            says: Says::Web(Box::new(exchanged)),
        });
    }
    found.told.sort_by_key(|told| told.us);
    Some(found)
}

fn exchanged(entry: &Json, wire: &Profile) -> Option<Exchanged> {
    let request = &entry["request"];
    let method = method(request["method"].as_str()?)?;
    let path = path(request["url"].as_str()?)?;
    let response = &entry["response"];
    let status = number(&response["status"]).unwrap_or_default();
    let error = ["_error", "error"]
        .iter()
        .find_map(|key| response[key].as_str().or_else(|| entry[key].as_str()))
        .filter(|error| !error.is_empty());
    let content = &response["content"];
    let text = body(content);
    let json = text
        .as_deref()
        .and_then(|text| serde_json::from_str::<Json>(text).ok());
    let named = content["mimeType"]
        .as_str()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let millis = |key: &str| {
        let wait = entry["timings"][key].as_f64().filter(|wait| *wait >= 0.0)?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "saturates"
        )]
        Some((wait * 1_000.0) as u64)
    };
    Some(Exchanged {
        operation: operation(method, path, wire),
        method,
        status: u16::try_from(status).unwrap_or_default(),
        content: kind(&named, text.as_deref(), json.as_ref()),
        decision: json.as_ref().and_then(decision),
        retry_after: header(&response["headers"], "retry-after")
            .and_then(|after| after.parse().ok()),
        trouble: error
            .map(trouble)
            .or((status == 0).then_some(Trouble::Other)),
        waited: millis("wait"),
        received: millis("receive"),
        redirect: (300..400)
            .contains(&status)
            .then(|| redirect(request, response))
            .flatten(),
        entitled: text
            .as_deref()
            .filter(|_| (200..300).contains(&status))
            .and_then(|text| entitled(operation(method, path, wire)?, text, wire)),
    })
}

/// Where a redirect leads, beside where the request went.
fn redirect(request: &Json, response: &Json) -> Option<RedirectTo> {
    let to = header(&response["headers"], "location").or_else(|| response["redirectURL"].as_str());
    let to = to.filter(|to| !to.is_empty())?;
    let Some((scheme, rest)) = to.split_once("://") else {
        return Some(RedirectTo::OwnHost);
    };
    let host = |rest: &str| rest.split(['/', '?', '#']).next().map(str::to_lowercase);
    let (asked, asked_rest) = request["url"].as_str()?.split_once("://")?;
    if scheme.eq_ignore_ascii_case("http") && asked.eq_ignore_ascii_case("https") {
        return Some(RedirectTo::Plain);
    }
    let is_same = host(rest) == host(asked_rest);
    Some(if is_same {
        RedirectTo::OwnHost
    } else {
        RedirectTo::OtherHost
    })
}

/// What kind of insurance an answer tells, where it is one of eligibility.
fn entitled(operation: Operation, text: &str, wire: &Profile) -> Option<Entitled> {
    let is_eligibility = matches!(
        operation,
        Operation::EligibilityByCertificate | Operation::EligibilityBySignature
    );
    let (_, results) = wire
        .read_reply(Some(operation).filter(|_| is_eligibility), text.as_bytes())
        .ok()
        .filter(|_| is_eligibility)?;
    let result = results.first()?;
    let codes = Field::InsuredCardClassification.codes()?.rows.iter();
    let told = result.text(Field::InsuredCardClassification);
    Some(Entitled {
        class: codes.map(|row| row.0).find(|code| Some(*code) == told),
        has_other_name: result.text(Field::NameOfOther).is_some(),
        ends: result.text(Field::InsuredCardExpirationDate).is_some(),
        partial: partial(result),
    })
}

/// The first date of a result that is no day of the calendar.
fn partial(result: &Fields) -> Option<(DateField, DateForm)> {
    let dates = [
        (Field::Birthdate, DateField::Birthdate),
        (Field::QualificationDate, DateField::QualificationDate),
        (Field::DisqualificationDate, DateField::DisqualificationDate),
        (Field::InsuredCardValidDate, DateField::ValidFrom),
        (Field::InsuredCardExpirationDate, DateField::ValidUntil),
    ];
    dates.into_iter().find_map(|(field, named)| {
        let date = result.text(field).filter(|date| date.len() == 8)?;
        let form = match date.get(4..)? {
            "0000" => DateForm::NoMonth,
            day if day.ends_with("00") => DateForm::NoDay,
            "0231" => DateForm::Impossible,
            _ => return None,
        };
        Some((named, form))
    })
}

/// What the wire profile has at that path.
pub(super) fn operation(method: &str, path: &str, wire: &Profile) -> Option<Operation> {
    let asked = HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        ..HttpRequest::default()
    };
    // a recording of a real wire may have something before the paths that are known
    let mut rest = path;
    loop {
        let asked = HttpRequest {
            path: rest.to_owned(),
            ..asked.clone()
        };
        match wire.recognise(&asked) {
            Ok(request) => return Some(request.operation),
            Err(refused) if refused.operation().is_some() => return refused.operation(),
            Err(_) => rest = &rest[1..][rest[1..].find('/')?..],
        }
    }
}

pub(super) fn method(method: &str) -> Option<&'static str> {
    [
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT",
    ]
    .into_iter()
    .find(|known| method.eq_ignore_ascii_case(known))
}

/// The path of a URL without its query.
pub(super) fn path(url: &str) -> Option<&str> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = &rest[rest.find('/').unwrap_or(rest.len())..];
    let path = path.split(['?', '#']).next()?;
    Some(if path.is_empty() { "/" } else { path })
}

fn number(value: &Json) -> Option<u64> {
    value
        .as_u64()
        .or_else(|| value.as_str()?.trim().parse().ok())
}

fn header<'a>(headers: &'a Json, name: &str) -> Option<&'a str> {
    let headers = headers.as_array()?.iter();
    let is_it = |header: &&Json| {
        let given = header["name"].as_str();
        given.is_some_and(|given| given.eq_ignore_ascii_case(name))
    };
    headers
        .filter(is_it)
        .find_map(|header| header["value"].as_str())
}

fn body(content: &Json) -> Option<String> {
    use base64ct::{Base64, Encoding as _};
    let text = content["text"].as_str()?;
    if content["encoding"].as_str() == Some("base64") {
        return String::from_utf8(Base64::decode_vec(text).ok()?).ok();
    }
    Some(text.to_owned())
}

fn kind(named: &str, text: Option<&str>, json: Option<&Json>) -> Content {
    let begins = text.map(str::trim_start).unwrap_or_default();
    let is_html = |text: &str| {
        let head: String = text
            .chars()
            .take(15)
            .collect::<String>()
            .to_ascii_lowercase();
        head.starts_with("<!doctype html") || head.starts_with("<html")
    };
    let is_json = json.is_some_and(|json| json.is_object() || json.is_array());
    match (named.contains("json"), is_json) {
        (true, true) => Content::Json,
        (false, true) if !named.is_empty() => Content::Mislabelled,
        (false, true) => Content::Json,
        (true, false) if begins.starts_with('{') => Content::Broken,
        _ if is_html(begins) || named.contains("html") => Content::Html,
        _ if begins.is_empty() => Content::None,
        _ => Content::Other,
    }
}

/// A result code, where it is one that the service has.
pub(super) fn decision_named(text: &str) -> Option<Decision> {
    text.parse().ok()
}

/// The result code among the values of an answer, where it is one that the service has.
fn decision(json: &Json) -> Option<Decision> {
    match json {
        Json::String(text) => decision_named(text),
        Json::Object(entries) => {
            let code = entries
                .iter()
                .filter(|(key, _)| key.to_ascii_lowercase().contains("code"));
            code.filter(|(_, value)| value.is_string())
                .find_map(|(_, value)| decision(value))
        }
        _ => None,
    }
}

fn trouble(error: &str) -> Trouble {
    let error = error.to_ascii_uppercase();
    let table = [
        ("CERT", Trouble::Certificate),
        ("SSL", Trouble::Tls),
        ("TLS", Trouble::Tls),
        ("CONTENT_LENGTH_MISMATCH", Trouble::Cut),
        ("INCOMPLETE_CHUNKED", Trouble::Cut),
        ("CONNECTION_RESET", Trouble::Reset),
        ("CONNECTION_ABORTED", Trouble::Reset),
        ("CONNECTION_CLOSED", Trouble::Empty),
        ("EMPTY_RESPONSE", Trouble::Empty),
        ("CONNECTION_REFUSED", Trouble::Refused),
        ("TIMED_OUT", Trouble::TimedOut),
        ("NS_ERROR_NET_TIMEOUT", Trouble::TimedOut),
        ("NS_ERROR_NET_RESET", Trouble::Reset),
        ("NS_ERROR_CONNECTION_REFUSED", Trouble::Refused),
        ("NAME_NOT_RESOLVED", Trouble::Network),
        ("INTERNET_DISCONNECTED", Trouble::Network),
        ("NETWORK_CHANGED", Trouble::Network),
        ("PROXY", Trouble::Network),
        ("ABORTED", Trouble::Aborted),
    ];
    let found = table.iter().find(|(word, _)| error.contains(word));
    found.map_or(Trouble::Other, |(_, trouble)| *trouble)
}

/// Lets what is written later be searched for the values of an entry.
fn remember(value: &Json, canaries: &mut Canaries) {
    const SHORTEST: usize = 12;
    match value {
        Json::String(text) if text.len() >= SHORTEST => canaries.add(text.as_bytes()),
        Json::Array(items) => items.iter().for_each(|item| remember(item, canaries)),
        Json::Object(entries) => {
            let secret = ["value", "text", "url"];
            for (key, value) in entries {
                if secret.contains(&key.as_str()) || !value.is_string() {
                    remember(value, canaries);
                }
            }
        }
        _ => {}
    }
}
