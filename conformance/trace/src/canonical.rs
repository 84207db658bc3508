//! The canonical form of a trace: what must be equal when scenario and seed are equal.
//!
//! Times, ports, the tool's version and the client's own request ids are dropped or numbered;
//! dates of the service become offsets from the scenario instant, so that a run tomorrow has the
//! form of a run today. Dates of birth stay: they are the person's. A handshake that failed comes
//! last and without its reason: when and how the server learns of it is a matter of luck. So is when
//! a PC/SC call returns that another program kept waiting, and when the end of a context is noticed that its client
//! left; they come last, too.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, Unit};
use madoguchi_eligibility::WarekiDate;
use madoguchi_notation::JAPAN;
use madoguchi_scenarios::Call;

use crate::{ClientEvent, Handshake, Header, Step, Text, Trace, What};

/// The canonical form, as text: a line for the header and one for each event.
///
/// # Errors
/// Never in practice: a trace is plain data.
pub fn canonical(trace: &Trace) -> serde_json::Result<String> {
    let mut scribe = Scribe {
        at: day(&trace.header),
        request_ids: BTreeMap::new(),
    };
    let mut text = serde_json::to_string(&Header {
        tool: String::new(),
        at: "at".to_owned(),
        ..trace.header.clone()
    })?;
    text.push('\n');
    let (ordered, unordered): (Vec<_>, Vec<_>) = trace
        .events
        .iter()
        .partition(|event| !is_out_of_order(&event.what));
    for event in ordered.into_iter().chain(unordered) {
        let mut what = event.what.clone();
        scribe.rewrite(&mut what);
        text.push_str(&serde_json::to_string(&what)?);
        text.push('\n');
    }
    Ok(text)
}

/// Whether luck decides before or after what else it happens.
fn is_out_of_order(what: &What) -> bool {
    match what {
        What::Tls(tls) => tls.outcome != Handshake::Completed,
        // a context that a client left is noticed beside its exit
        What::Pcsc(call) => call.has_waited || call.call == Call::HangUp,
        _ => false,
    }
}

/// The day of the scenario instant in Japan.
fn day(header: &Header) -> Option<Date> {
    let at: Timestamp = header.at.parse().ok()?;
    Some(JAPAN.to_datetime(at).date())
}

struct Scribe {
    at: Option<Date>,
    /// Request ids in the order of their first appearance.
    request_ids: BTreeMap<String, usize>,
}

impl Scribe {
    fn rewrite(&mut self, what: &mut What) {
        match what {
            What::Request(request) => {
                for (name, value) in &mut request.fields {
                    self.field(name, value);
                }
            }
            What::Answer(answer) => {
                for (name, value) in &mut answer.fields {
                    self.field(name, value);
                }
            }
            What::Client(ClientEvent::Screen(screen)) => {
                screen.read_off = None;
                for (label, value) in &mut screen.fields {
                    self.shown(label, value);
                }
            }
            What::Client(ClientEvent::Error { text, .. } | ClientEvent::Output { text, .. }) => {
                *text = without_ports(text).into();
            }
            What::Step(Step {
                value: Some(value), ..
            }) => self.typed(value),
            What::Tls(tls) => {
                tls.began = None;
                if tls.outcome != Handshake::Completed {
                    tls.outcome = "failed".into();
                }
            }
            _ => {}
        }
    }

    /// What was typed into a form: the same fields as an object.
    fn typed(&mut self, form: &mut Text) {
        let Ok(mut fields) = serde_json::from_str::<BTreeMap<String, Text>>(form) else {
            return;
        };
        for (name, value) in &mut fields {
            self.field(name, value);
        }
        if let Ok(text) = serde_json::to_string(&fields) {
            *form = text.into();
        }
    }

    /// A field of a request or an answer, by its abstract name.
    fn field(&mut self, name: &str, value: &mut Text) {
        let item = name.rsplit('.').next().unwrap_or(name);
        match item {
            "request-id" => {
                let next = self.request_ids.len() + 1;
                let ordinal = *self.request_ids.entry(value.to_string()).or_insert(next);
                *value = format!("request-id#{ordinal}").into();
            }
            // ECDSA signatures vary in length by a byte or two
            "terminal-certificate" | "terminal-key" => *value = "issued".into(),
            "birthdate" => {}
            // The day is the scenario's, the time of day that of the run.
            "confirmed-at" | "process-execution-time" => {
                let day = value.get(..8).unwrap_or(value);
                let offset = self.offset(day, delivered_date);
                *value = offset.unwrap_or_else(|| day.to_owned()).into();
            }
            _ if item.ends_with("-date") || item.starts_with("date-") => {
                if let Some(offset) = self.offset(value, delivered_date) {
                    *value = offset.into();
                }
            }
            _ => {}
        }
    }

    fn shown(&self, label: &str, value: &mut Text) {
        if label.ends_with("生年月日") {
            *value = without_ports(value).into();
            return;
        }
        let date = |text: &str| Some(text.parse::<WarekiDate>().ok()?.date());
        // A line of a list has its parts two spaces apart.
        let parts = value.split("  ").map(|part| {
            let offset = self.offset(part, date);
            offset.unwrap_or_else(|| part.to_owned())
        });
        *value = without_ports(&parts.collect::<Vec<_>>().join("  ")).into();
    }

    /// A date as its distance from the scenario instant.
    fn offset(&self, value: &str, read: impl Fn(&str) -> Option<Date>) -> Option<String> {
        let span = self.at?.until((Unit::Day, read(value)?)).ok()?;
        Some(format!("at{:+}d", span.get_days()))
    }
}

/// A delivered date, `YYYYMMDD`.
#[must_use]
pub fn delivered_date(text: &str) -> Option<Date> {
    let number = |range: std::ops::Range<usize>| text.get(range)?.parse::<i16>().ok();
    if text.len() != 8 {
        return None;
    }
    let (month, day) = (number(4..6)?, number(6..8)?);
    Date::new(
        number(0..4)?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    )
    .ok()
}

/// The text with `127.0.0.1:PORT` in place of any port there.
fn without_ports(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, host, after)) = ["127.0.0.1:", "localhost:", "[::1]:"]
        .into_iter()
        .filter_map(|host| {
            rest.split_once(host)
                .map(|(before, after)| (before, host, after))
        })
        .min_by_key(|(before, _, _)| before.len())
    {
        let digits = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        out.push_str(before);
        out.push_str(host);
        out.push_str(if digits > 0 { "PORT" } else { "" });
        rest = &after[digits..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_taken_out_of_words() {
        assert_eq!(
            without_ports("サービスに接続できません（127.0.0.1:41237: refused, localhost:1）"),
            "サービスに接続できません（127.0.0.1:PORT: refused, localhost:PORT）"
        );
        assert_eq!(
            without_ports("no port 127.0.0.1: here"),
            "no port 127.0.0.1: here"
        );
    }
}
