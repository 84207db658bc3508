//! `madoguchi sweep`: every fault at every exchange of some flows, with people who do something about it and
//! with people who do not. What a client breaks in a cell, again and again, and a correct client does not,
//! is told and written as a scenario.

mod broken;
mod exchanges;
mod told;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;
use std::time::{Duration, Instant};

use madoguchi_fixtures::persona;
use madoguchi_notation::Located;
use madoguchi_scenarios::{Catalogue, Scenario};
use madoguchi_sweep::{Cell, Exchange, FLOWS, Flow, Pairs, Person, cells, order};
use madoguchi_terms::Lang;

use self::broken::{Broken, broken};
use self::exchanges::exchanges;
use super::command_line::programs;
use super::judge;
use super::prepared::Prepared;
use super::screen;
use super::shrink::Bench;
use super::trouble::Trouble;
use super::workers::in_order;
use crate::cell::case::ClientSpec;
use crate::cli;
use crate::exit::Exit;
use crate::interrupt;

/// How often a cell must break the same to count.
const SURE: usize = 3;
/// So many cells in which only waiting is done take no longer than one that computes.
const WAITING: usize = 8;
/// How many pairs of faults are drawn at a time.
const PAIRS: usize = 64;
/// Who may come after a flow.
const PEOPLE: [&str; 2] = ["shiken-hanako", "kouki-umeko"];

pub(super) fn sweep(options: &cli::Sweep, lang: Lang) -> Result<Exit, Trouble> {
    if cfg!(not(unix)) {
        return Err(Trouble::NotHere("sweep"));
    }
    let begun = Instant::now();
    let [client, control] = programs(&options.search)?;
    let prepared = Prepared::around(
        || Ok(Vec::new()),
        &options.search.profile,
        options.search.out.as_deref(),
        None,
    )?;
    interrupt::catch();
    let programs = [&client[..], &control[..]];
    let bench = Bench::new(
        &prepared,
        programs,
        options.search.timeout,
        options.search.seed,
    );
    let mut swept = Swept::default();
    swept.play_without_faults(&bench, &options.flows)?;
    let flows = &swept.flows;
    let each = flows
        .iter()
        .enumerate()
        .flat_map(|(at, (flow, exchanges))| {
            cells(flow, exchanges)
                .into_iter()
                .map(move |cell| (at, cell))
        });
    let all: Vec<(usize, Cell)> = each.collect();
    swept.single = all.len();
    let mut all: Vec<Option<(usize, Cell)>> = all.into_iter().map(Some).collect();
    let order = order(all.len(), options.search.seed).into_iter();
    let chosen = order.take(options.cells).filter_map(|at| all[at].take());
    let (waiting, computing): (Vec<_>, Vec<_>) = chosen.partition(|(_, cell)| cell.waits);
    let limits = Limits {
        until: options.budget.map(|budget| begun + budget),
        jobs: options.search.jobs,
        first: options.first,
    };
    // First those that compute, then those that wait, of which many go at a time.
    for (some, waits) in [(computing, false), (waiting, true)] {
        swept.play(&bench, &some, limits, waits)?;
    }
    if options.pairs {
        let flows = swept.flows.clone();
        let mut pairs = Pairs::new(&flows, options.search.seed);
        let mut left = options.cells.saturating_sub(swept.played);
        while left > 0 && swept.goes_on(limits) {
            let some: Vec<(usize, Cell)> = pairs.by_ref().take(PAIRS.min(left)).collect();
            if some.is_empty() {
                break;
            }
            left -= some.len();
            swept.play(&bench, &some, limits, true)?;
        }
    }
    bench.clear();
    let told = told::Told {
        swept: &swept,
        options,
        took: begun.elapsed(),
    };
    screen::say(told.tell(&mut screen::standard_output(), lang))?;
    if let Some(file) = &options.search.json {
        judge::write(file, &told.json())?;
    }
    if swept.flows.is_empty() && !interrupt::interrupted() {
        return Ok(Exit::CLIENT);
    }
    Ok(interrupt::exit(
        swept.found.is_empty() && swept.without_fault.is_empty(),
    ))
}

/// When to stop, and how many at a time.
#[derive(Debug, Clone, Copy)]
struct Limits {
    until: Option<Instant>,
    jobs: usize,
    first: bool,
}

impl Limits {
    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }
}

/// What came of a cell.
enum Fate {
    Passes,
    /// It breaks something, and does not do so each time.
    Unsure(BTreeSet<Broken>),
    /// A correct client breaks it, too.
    ProvesNothing(BTreeSet<Broken>),
    Fails(BTreeSet<Broken>),
    /// There was no time for it, or the client does not do this.
    NotPlayed,
}

/// A cell that failed.
struct Found {
    id: String,
    broken: BTreeSet<Broken>,
    file: String,
}

/// Cells of one flow and one kind of fault.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    cells: usize,
    failed: usize,
}

/// What was seen so far.
#[derive(Default)]
struct Swept {
    flows: Vec<(Flow, Vec<Exchange>)>,
    /// Flows that the client does not do, or the service of this profile does not have.
    left_out: Vec<&'static str>,
    /// What each flow breaks without a fault: none of it is news.
    without_fault: BTreeMap<usize, BTreeSet<Broken>>,
    /// How many cells with one fault there are.
    single: usize,
    played: usize,
    /// Of those, with two faults.
    pairs: usize,
    not_played: usize,
    unsure: Vec<(String, BTreeSet<Broken>)>,
    proves_nothing: Vec<(String, BTreeSet<Broken>)>,
    /// By flow and kind; of pairs none.
    counts: BTreeMap<(usize, &'static str), Count>,
    found: Vec<Found>,
}

impl Swept {
    /// Plays each flow as it should be: with which exchanges, and what is wrong with it already.
    fn play_without_faults(&mut self, bench: &Bench<'_>, wanted: &[String]) -> Result<(), Trouble> {
        let people = PEOPLE.map(|id| persona(id).map_err(Trouble::Persona));
        let mut known = Vec::new();
        for person in people {
            known.push(person?);
        }
        let people: Vec<Person<'_>> = known
            .iter()
            .map(|person| Person {
                id: person.id(),
                name: person.name(),
            })
            .collect();
        let catalogue = Catalogue::builtin();
        let is_wanted = |id: &&&str| wanted.is_empty() || wanted.iter().any(|one| one == **id);
        for id in FLOWS.iter().filter(is_wanted) {
            let mut entries = catalogue.entries().iter();
            let Some(entry) = entries.find(|entry| entry.id == *id) else {
                continue;
            };
            let scenario = entry.read().map_err(Trouble::Scenario)?;
            let flow = Flow::new(&scenario, &people);
            let look = if bench.prepared.is_offered(&scenario) {
                bench.try_once(&bench.client, &flow.whole())?
            } else {
                None
            };
            let Some(look) = look else {
                self.left_out.push(id);
                continue;
            };
            let wrong = broken(&look);
            if !wrong.is_empty() {
                self.without_fault.insert(self.flows.len(), wrong);
            }
            let exchanges = exchanges(&look.trace, flow.acts());
            self.flows.push((flow, exchanges));
        }
        Ok(())
    }

    fn goes_on(&self, limits: Limits) -> bool {
        let is_enough = limits.first && !self.found.is_empty();
        !limits.is_over() && !is_enough && !interrupt::interrupted()
    }

    /// Plays cells, more at a time where they only wait.
    fn play(
        &mut self,
        bench: &Bench<'_>,
        cells: &[(usize, Cell)],
        limits: Limits,
        waits: bool,
    ) -> Result<(), Trouble> {
        if !self.goes_on(limits) {
            self.not_played += cells.len();
            return Ok(());
        }
        let ids: Vec<&str> = cells
            .iter()
            .map(|(_, cell)| cell.scenario.id.as_str())
            .collect();
        let begun: Vec<usize> = (0..cells.len()).collect();
        let jobs = limits.jobs * if waits { WAITING } else { 1 };
        let none = BTreeSet::new();
        let without_fault = self.without_fault.clone();
        let play = |at: usize| {
            let (flow, cell) = &cells[at];
            let known = without_fault.get(flow).unwrap_or(&none);
            if limits.is_over() {
                return ControlFlow::Break((at, Ok(Fate::NotPlayed)));
            }
            let fate = fate(bench, &cell.scenario, known);
            match &fate {
                Err(_) => ControlFlow::Break((at, fate)),
                Ok(Fate::Fails(_)) if limits.first => ControlFlow::Break((at, fate)),
                Ok(_) => ControlFlow::Continue((at, fate)),
            }
        };
        let mut taken = 0;
        let mut take = |(at, fate): (usize, Result<Fate, Trouble>)| {
            taken += 1;
            let (flow, cell) = &cells[at];
            self.note(bench.prepared.folder.path(), *flow, cell, fate?)
        };
        in_order(jobs, &ids, &begun, &play, &mut take)?;
        self.not_played += cells.len() - taken;
        Ok(())
    }

    fn note(&mut self, folder: &Path, flow: usize, cell: &Cell, fate: Fate) -> Result<(), Trouble> {
        if matches!(fate, Fate::NotPlayed) {
            self.not_played += 1;
            return Ok(());
        }
        self.played += 1;
        let mut count = Count {
            cells: 1,
            failed: 0,
        };
        match fate {
            Fate::Passes | Fate::NotPlayed => {}
            Fate::Unsure(broken) => self.unsure.push((cell.scenario.id.clone(), broken)),
            Fate::ProvesNothing(broken) => {
                write(&folder.join("proves-nothing"), &cell.scenario, &broken)?;
                self.proves_nothing.push((cell.scenario.id.clone(), broken));
            }
            Fate::Fails(broken) => {
                count.failed = 1;
                let file = write(&folder.join("found"), &cell.scenario, &broken)?;
                let id = cell.scenario.id.clone();
                self.found.push(Found { id, broken, file });
            }
        }
        if let [strike] = &cell.strikes[..] {
            let of_kind = self.counts.entry((flow, strike.kind.name)).or_default();
            of_kind.cells += count.cells;
            of_kind.failed += count.failed;
        } else {
            self.pairs += 1;
        }
        Ok(())
    }
}

/// Plays a cell, as often as it takes to be sure.
fn fate(bench: &Bench<'_>, cell: &Scenario, known: &BTreeSet<Broken>) -> Result<Fate, Trouble> {
    let seen = |client: &ClientSpec<'_>| {
        let look = bench.try_once(client, cell)?;
        let news = |look| broken(&look).difference(known).cloned().collect();
        Ok::<Option<BTreeSet<Broken>>, Trouble>(look.map(news))
    };
    let Some(mut wrong) = seen(&bench.client)? else {
        return Ok(Fate::NotPlayed);
    };
    if wrong.is_empty() {
        return Ok(Fate::Passes);
    }
    let first = wrong.clone();
    for _ in 1..SURE {
        let again = seen(&bench.client)?.unwrap_or_default();
        wrong.retain(|one| again.contains(one));
        if wrong.is_empty() {
            return Ok(Fate::Unsure(first));
        }
    }
    if bench.client.argv != bench.control.argv {
        let of_control = seen(&bench.control)?.unwrap_or_default();
        let proven: BTreeSet<Broken> = wrong.difference(&of_control).cloned().collect();
        if proven.is_empty() {
            return Ok(Fate::ProvesNothing(wrong));
        }
        wrong = proven;
    }
    Ok(Fate::Fails(wrong))
}

/// Writes a cell as a scenario that names what it breaks.
fn write(folder: &Path, cell: &Scenario, broken: &BTreeSet<Broken>) -> Result<String, Trouble> {
    fs::create_dir_all(folder).map_err(|error| Trouble::Write {
        path: folder.to_owned(),
        error,
    })?;
    let named: BTreeSet<&str> = broken.iter().map(Broken::requirement).collect();
    let mut cell = cell.clone();
    let named = named.into_iter().map(str::to_owned);
    cell.requirements = named.map(Located::new).collect();
    let name = cell.id.rsplit('/').next().unwrap_or_default();
    let path = folder.join(format!("{name}.yaml"));
    judge::write(&path, &cell.text())?;
    Ok(path.to_string_lossy().into_owned())
}

/// Seconds, with one digit behind the point.
fn tenths(time: Duration) -> f64 {
    (time.as_secs_f64() * 10.0).round() / 10.0
}
