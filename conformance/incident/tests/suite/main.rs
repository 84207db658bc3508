//! Logs as they were written by others, and as they are found: cut, joined, garbled.

mod formats;
mod hostile;
mod inferred;
mod lines;
mod odd;
mod otherwise;
mod pairs;
mod phantom;
mod privacy;
mod usb;

use std::sync::LazyLock;

use madoguchi_incident::{Draft, Incident, Log, Patterns, Writer};
use madoguchi_terms::Lang;
use madoguchi_trace::{CardEvent, What};
use madoguchi_wire::Profile;

static WIRE: LazyLock<Profile> =
    LazyLock::new(|| Profile::builtin("mock-2025.05").expect("it is built in"));

/// The patterns of the example, which `tests/data/app.log` was written for.
static PATTERNS: LazyLock<Patterns> =
    LazyLock::new(|| Patterns::parse("example.yaml", Patterns::EXAMPLE).expect("it is ours"));

fn wire() -> &'static Profile {
    &WIRE
}

fn read(text: &str) -> Incident {
    read_as(text, None)
}

fn read_as(text: &str, writer: Option<Writer>) -> Incident {
    let log = Log {
        writer,
        ..Log::of(text.as_bytes())
    };
    Incident::read(&[log], wire())
}

fn apdus(incident: &Incident) -> Vec<&CardEvent> {
    let events = incident.seen.iter().filter_map(|one| one.what.as_ref());
    events
        .filter_map(|what| match what {
            What::Card(apdu) => Some(apdu),
            _ => None,
        })
        .collect()
}

fn yaml(incident: &Incident) -> String {
    Draft::infer(&incident.seen).yaml(&incident.inputs, Lang::En)
}

/// The lines of a draft's reader faults, without their reasons.
fn faults(incident: &Incident) -> Vec<String> {
    let faults = Draft::infer(&incident.seen).reader_faults;
    faults.into_iter().map(|fault| fault.text).collect()
}
