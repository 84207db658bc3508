//! How many planned faults come back from logs: `recovered FOLDER`, where every folder in it is called
//! like a scenario of the catalogue (`card_torn`) and holds the logs of one run of it. Prints a table.

#![expect(clippy::print_stdout, reason = "its table is its output")]
#![expect(
    clippy::disallowed_methods,
    reason = "a program of its own, not the crate"
)]

use std::error::Error;
use std::fs;
use std::path::Path;

use madoguchi_incident::{Draft, Incident, Log};
use madoguchi_scenarios::{Catalogue, Fault};
use madoguchi_wire::Profile;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say a folder")?;
    let wire = Profile::builtin("mock-2025.05").ok_or("no such profile")?;
    let (mut planned, mut same, mut invented, mut clean, mut unexplained) = (0, 0, 0, 0, 0);
    for entry in Catalogue::builtin().entries() {
        let case = Path::new(&folder).join(entry.id.replace('/', "_"));
        let Ok(files) = fs::read_dir(&case) else {
            continue;
        };
        let scenario: madoguchi_scenarios::Scenario =
            madoguchi_notation::load(&entry.file, &entry.text)?;
        let mut texts = Vec::new();
        for file in files {
            let path = file?.path();
            let is_log = path
                .extension()
                .is_some_and(|kind| kind == "log" || kind == "har");
            if is_log {
                texts.push(fs::read(path)?);
            }
        }
        let logs: Vec<Log<'_>> = texts.iter().map(|bytes| Log::of(bytes)).collect();
        let incident = Incident::read(&logs, &wire);
        let draft = Draft::infer(&incident.seen);
        let faults = scenario.given.reader.faults.iter();
        let due: Vec<(&'static str, u32)> = faults
            .map(|fault| (class(&fault.what), fault.placed.get()))
            .collect();
        let found: Vec<String> = draft
            .reader_faults
            .iter()
            .map(|line| line.text.clone())
            .collect();
        let mut left = found.clone();
        let mut hit = 0;
        for (class, placed) in &due {
            let is_it = |line: &String| is_of(line, class) && placing(line) == *placed;
            if let Some(at) = left.iter().position(is_it) {
                left.remove(at);
                hit += 1;
            }
        }
        planned += due.len();
        same += hit;
        invented += left.len();
        clean += usize::from(due.is_empty());
        unexplained += draft.unexplained.len();
        if hit < due.len() || !left.is_empty() {
            println!("{}: planned {due:?}, found {found:?}", entry.id);
        }
    }
    println!(
        "planned {planned}, recovered {same}; runs without a fault {clean}, invented {invented}; unexplained places {unexplained}"
    );
    Ok(())
}

/// Faults between which the calls of a program do not tell have one name.
fn class(fault: &Fault) -> &'static str {
    match fault {
        Fault::Torn { .. } => "torn",
        Fault::Mute {} | Fault::Damaged { .. } => "damaged|mute",
        Fault::Status(_) => "status",
        Fault::Short(_) => "short",
        Fault::Truncated(_) => "truncated",
        Fault::Overlong(_) => "overlong",
        Fault::Late(_) | Fault::WaitingTime { .. } => "late",
        Fault::Hangs {} => "hangs",
        Fault::Reset {} => "reset",
        Fault::Rival { .. } => "rival",
        Fault::Unplugged {} | Fault::ReaderFails {} => "unplugged|reader-fails",
        Fault::ServiceStops { .. } => "service-stops",
    }
}

fn is_of(line: &str, class: &str) -> bool {
    class.split('|').any(|word| line.contains(word))
}

/// Which placing of a card a line is about.
fn placing(line: &str) -> u32 {
    let after = line.split_once("placed: ").map(|(_, after)| after);
    let digits = after.and_then(|after| after.split(',').next());
    digits.and_then(|digits| digits.parse().ok()).unwrap_or(1)
}
