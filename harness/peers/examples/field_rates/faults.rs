//! Every case of the catalogue with the correct client: which planned faults of card and reader come back from the
//! logs, and which are found that nobody planned.

use std::collections::BTreeMap;
use std::path::Path;

use madoguchi_scenarios::{Fault, Scenario};
use serde::{Deserialize, Serialize};

use super::column::{draft, unexplained};
use super::recorded::Recorder;

/// What came of one case.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OfCase {
    /// Faults of card and reader that were planned and not found.
    pub(crate) lost: Vec<String>,
    pub(crate) planned: usize,
    /// Faults of card, reader or service that were found in a case where nothing goes wrong.
    pub(crate) invented: Vec<String>,
    pub(crate) is_clean: bool,
    /// What the draft does not explain, each place with its words.
    pub(crate) unexplained: Vec<String>,
}

/// Plays one case and looks at the draft of its PC/SC calls and its HTTP traffic.
///
/// # Errors
/// Where it cannot be played.
pub(crate) fn look(case: &Scenario, recorder: &Recorder, folder: &Path) -> Result<OfCase, String> {
    let recorded = recorder.record(&case.id, None, folder)?;
    let of_reader = |scenario: &Scenario| -> BTreeMap<(&'static str, u32), usize> {
        let mut found = BTreeMap::new();
        for fault in &scenario.given.reader.faults {
            let key = (class(&fault.what), fault.placed.get());
            *found.entry(key).or_default() += 1;
        }
        found
    };
    let logs: Vec<&Path> = [&recorded.spy, &recorded.har]
        .into_iter()
        .filter_map(|log| log.as_deref())
        .collect();
    // a case in which neither card nor service is asked for anything has no log
    let drafted = if logs.is_empty() {
        None
    } else {
        Some(draft(&logs, &folder.join("draft")).map_err(|why| format!("{}: {why}", case.id))?)
    };
    let planned = of_reader(case);
    let found = drafted.as_ref().map(of_reader).unwrap_or_default();
    let more = |one: &BTreeMap<(&'static str, u32), usize>,
                than: &BTreeMap<(&'static str, u32), usize>| {
        let mut more = Vec::new();
        for (key @ (class, placed), count) in one {
            let also = than.get(key).copied().unwrap_or_default();
            let told = format!("{class}, card {placed}");
            more.extend(std::iter::repeat_n(told, count.saturating_sub(also)));
        }
        more
    };
    let service = &case.given.service;
    let is_web_clean = service.faults.is_empty();
    let mut invented = more(&found, &planned);
    if let Some(drafted) = drafted.filter(|_| is_web_clean) {
        let faults = drafted.given.service.faults.iter();
        invented.extend(faults.filter_map(|fault| serde_json::to_string(fault).ok()));
    }
    Ok(OfCase {
        lost: more(&planned, &found),
        planned: planned.values().sum(),
        invented,
        is_clean: planned.is_empty() && is_web_clean,
        unexplained: unexplained(&folder.join("draft")),
    })
}

/// Faults between which the calls of a program do not tell have one name.
const fn class(fault: &Fault) -> &'static str {
    match fault {
        Fault::Torn { .. } => "torn",
        Fault::Mute {} | Fault::Damaged { .. } => "damaged or mute",
        Fault::Status(_) => "status",
        Fault::Short(_) => "short",
        Fault::Truncated(_) => "truncated",
        Fault::Overlong(_) => "overlong",
        Fault::Late(_) | Fault::WaitingTime { .. } => "late",
        Fault::Hangs {} => "hangs",
        Fault::Reset {} => "reset",
        Fault::Rival { .. } => "rival",
        Fault::Unplugged {} | Fault::ReaderFails {} => "unplugged or reader-fails",
        Fault::ServiceStops { .. } => "service-stops",
    }
}
