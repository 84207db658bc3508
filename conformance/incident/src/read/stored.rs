//! A trace of ours. It is redacted already; all the same only what the other logs could tell, too, is
//! taken over, and what people set up and did: no screen and no output.

use madoguchi_terms::without_personal_numbers;
use madoguchi_trace::{Trace, What};
use serde_json::Value as Json;

use crate::settings::Settings;
use crate::told::{Found, Says, Told};

pub(super) fn is_trace(text: &str) -> bool {
    let first = text.lines().next().unwrap_or_default();
    first.starts_with('{') && first.contains("\"madoguchi_trace\"")
}

pub(super) fn read(text: &str) -> Found {
    let mut found = Found::default();
    let Ok(trace) = Trace::parse(text) else {
        return found;
    };
    found.settings = settings(&trace.header.resolved);
    for event in trace.events {
        let line = usize::try_from(event.seq).map_or(usize::MAX, |seq| seq.saturating_add(1));
        found.known.push(line);
        let is_told = matches!(
            event.what,
            What::Step(_)
                | What::Reader(_)
                | What::Pcsc(_)
                | What::Card(_)
                | What::Request(_)
                | What::Answer(_)
        );
        if is_told {
            found.told.push(Told {
                line,
                us: event.us,
                program: None,
                says: Says::Plain(event.what),
            });
        }
    }
    found
}

/// What the scenario of a trace says of the counter, without what goes wrong there: that is inferred.
fn settings(resolved: &Json) -> Option<Settings> {
    let given = resolved["given"].as_object()?;
    let mut settings = Settings::default();
    for (key, value) in given {
        let (lines, parts) = match key.as_str() {
            "reader" => (&mut settings.reader, value.as_object()),
            "service" => (&mut settings.service, value.as_object()),
            "card" => (&mut settings.card, value.as_object()),
            "persona" => {
                settings.persona = value
                    .as_str()
                    .filter(|_| is_harmless(value))
                    .map(str::to_owned);
                continue;
            }
            _ => {
                if is_harmless(value) {
                    settings.given.push(format!("{key}: {value}"));
                }
                continue;
            }
        };
        for (key, value) in parts.into_iter().flatten() {
            if key != "faults" && is_harmless(value) {
                lines.push(format!("{key}: {value}"));
            }
        }
    }
    let when = resolved["when"].as_array().into_iter().flatten();
    settings.acts = when
        .filter(|act| is_harmless(act))
        .map(|act| act.as_str().map_or_else(|| act.to_string(), str::to_owned))
        .collect();
    Some(settings)
}

/// Whether a value is as a scenario's are: words, labels, dates. No address is that short.
fn is_harmless(value: &Json) -> bool {
    const LONGEST: usize = 40;
    match value {
        Json::String(text) => {
            let is_nobodys = without_personal_numbers(text, "", &|_| false).is_none();
            is_nobodys && text.chars().count() <= LONGEST && !text.contains(['\n', '\\'])
        }
        Json::Array(items) => items.iter().all(is_harmless),
        Json::Object(entries) => entries.values().all(is_harmless),
        _ => true,
    }
}
