//! Five hundred cells in one process: what one costs while no client has come.

use std::fs;
use std::sync::Arc;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::prepared::Prepared;
use super::selection::Selection;
use crate::cell::backlog;
use crate::cell::clock::ScenarioClock;
use crate::cell::sequencer::Sequencer;
use crate::cell::world::World;
use crate::cli::DEFAULT_PROFILE;

const CELLS: u64 = 500;

/// Resident memory of this process, bytes.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.and_then(|rest| rest.trim().strip_suffix(" kB"));
    1024 * kibibytes.unwrap().parse::<u64>().unwrap()
}

/// Each has sockets, a folder and a watch of its own: more than a process is usually given.
fn take_all_descriptors() {
    let limit = getrlimit(Resource::Nofile);
    let all = Rlimit {
        current: limit.maximum,
        ..limit
    };
    setrlimit(Resource::Nofile, all).unwrap();
}

#[cfg(target_os = "linux")]
#[test]
fn five_hundred_cells_without_clients_take_less_than_a_mebibyte_each() {
    take_all_descriptors();
    let out = tempfile::tempdir().unwrap();
    let patterns = ["happy/visual".to_owned()];
    let prepared = Prepared::new(
        &Selection::by_id(&patterns),
        DEFAULT_PROFILE,
        Some(out.path()),
        None,
    )
    .map_err(|_| "the catalogue has the scenario")
    .unwrap();
    let open = |seed| {
        let setting = prepared.setting(&prepared.scenarios[0], seed);
        let (tell, told) = backlog::channel();
        let clock = ScenarioClock::ticking(setting.at);
        let world = World::open(&setting, clock, Arc::new(Sequencer::new(tell)));
        (world.map_err(|_| "a cell opens").unwrap(), told)
    };
    // What all of them share is there with the first.
    let first = open(0);
    let before = resident();
    let cells: Vec<_> = (1..=CELLS).map(open).collect();
    let each = resident().saturating_sub(before) / CELLS;
    println!("{CELLS} cells without clients: {} KiB each", each / 1024);
    assert!(each < 1 << 20, "{each} bytes each");
    drop((first, cells));
}
