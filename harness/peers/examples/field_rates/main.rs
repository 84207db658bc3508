//! From a field's logs to the failure: for every named defect of the reference client, the case that catches it is
//! played and recorded as a field would, the logs are imported, and the draft is replayed with the defective client
//! and a correct one. And for every case with the correct client: which faults are recovered, and which invented.
//!
//! ```text
//! cargo build -p madoguchi -p madoguchi-reference-client
//! cargo run -p madoguchi-peers --example field_rates -- --spy LIBPCSCSPY [--only TEXT]…
//!     [--column NAME]… [--jobs N] [--out FOLDER] [--frozen] [--write]
//! ```
//!
//! LIBPCSCSPY is pcsc-lite's libpcscspy.so.0, of 2.0.1 or later. The folder keeps what came of each defect: an
//! interrupted run goes on where it was, and what is older than the programs is made anew. `--write` keeps the
//! figures in `harness/field-rates.json`.
//!
//! A quarter of the defects is kept out of all tuning of what `import` infers: those whose name has a SHA-256 that
//! begins below 0x40. Nothing is told of them but how many, unless `--frozen` says so.
#![expect(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement tells what it sees"
)]
#![forbid(unsafe_code)]

mod column;
mod faults;
mod figures;
mod har;
mod recorded;
mod why;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::SystemTime;

use column::{Column, Fate};
use faults::OfCase;
use madoguchi_peers::{earlier_score, program, source};
use madoguchi_scenarios::{Catalogue, Scenario};
use recorded::Recorder;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// Where the figures are kept.
const KEPT: &str = "../field-rates.json";

struct Options {
    spy: PathBuf,
    only: Vec<String>,
    columns: Vec<Column>,
    jobs: usize,
    out: PathBuf,
    frozen: bool,
    write: bool,
}

/// What came of one defect.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Row {
    name: String,
    requirement: String,
    case: String,
    is_frozen: bool,
    fates: BTreeMap<Column, Fate>,
}

fn main() -> ExitCode {
    match options(std::env::args().skip(1)).and_then(|options| measure(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("field_rates: {why}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut spy = None;
    let mut options = Options {
        spy: PathBuf::new(),
        only: Vec::new(),
        columns: Vec::new(),
        jobs: 2,
        out: source("../../target/field-rates"),
        frozen: false,
        write: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--spy" => spy = Some(PathBuf::from(value()?)),
            "--only" => options.only.push(value()?),
            "--column" => {
                let name = value()?;
                let mut all = Column::ALL.into_iter();
                let column = all.find(|column| column.to_string() == name);
                let known = Column::ALL.map(|column| column.to_string()).join(", ");
                let column = column.ok_or(format!("--column {name}: one of {known}"))?;
                options.columns.push(column);
            }
            "--jobs" => {
                let jobs = value()?;
                let number = jobs.parse().ok().filter(|jobs| *jobs > 0);
                options.jobs = number.ok_or(format!("--jobs {jobs}: a number from 1"))?;
            }
            "--out" => options.out = value()?.into(),
            "--frozen" => options.frozen = true,
            "--write" => options.write = true,
            other => {
                return Err(format!(
                    "{other} is not known: --spy LIBPCSCSPY, --only TEXT, --column NAME, --jobs N, --out FOLDER, --frozen, --write"
                ));
            }
        }
    }
    if options.columns.is_empty() {
        options.columns = Column::ALL.to_vec();
    } else if options.write {
        return Err(
            "--write keeps the figures of all, so --column cannot stand beside it".to_owned(),
        );
    }
    if options.write && !options.only.is_empty() {
        return Err(
            "--write keeps the figures of all, so --only cannot stand beside it".to_owned(),
        );
    }
    let spy =
        spy.ok_or("where is libpcscspy.so.0? say it with --spy; it has to be of 2.0.1 or later")?;
    options.spy = spy
        .canonicalize()
        .map_err(|error| format!("{}: {error}", spy.display()))?;
    Ok(options)
}

fn measure(options: &Options) -> Result<(), String> {
    fs::create_dir_all(&options.out)
        .map_err(|error| format!("{}: {error}", options.out.display()))?;
    let recorder = Recorder::new(options.spy.clone(), &options.out)?;
    let store = Store::new(&options.out)?;
    let is_wanted = |name: &str| {
        options.only.is_empty() || options.only.iter().any(|part| name.contains(part.as_str()))
    };

    let score = earlier_score();
    let mutants = score["mutants"].as_array().into_iter().flatten();
    let defects = mutants.filter_map(|mutant| {
        let [name, requirement] = ["name", "requirement"].map(|key| mutant[key].as_str());
        let case = mutant["fate"]["caught"]["by"].as_str();
        Some([name?, requirement?, case?])
    });
    let defects: Vec<[&str; 3]> = defects.filter(|[name, ..]| is_wanted(name)).collect();
    // what was tried out of some columns is not the whole of a defect
    let columns = options.columns.iter().map(Column::to_string);
    let kind = format!("defects-{}", columns.collect::<Vec<_>>().join("-"));
    let rows = side_by_side(options.jobs, &defects, |at, [name, requirement, case]| {
        let row = store.kept(&kind, name, || {
            of_defect([name, requirement, case], &recorder, options)
        })?;
        let told: Vec<&str> = row.fates.values().map(told).collect();
        let told = if row.is_frozen && !options.frozen {
            "frozen".to_owned()
        } else {
            told.join(" ")
        };
        println!(
            "{:>3}/{} {told:<10} {name:<34} {case}",
            at + 1,
            defects.len()
        );
        Ok(row)
    })?;

    let catalogue = Catalogue::builtin();
    let entries: Vec<_> = catalogue
        .entries()
        .iter()
        .filter(|entry| is_wanted(&entry.id))
        .collect();
    let cases = side_by_side(options.jobs, &entries, |_, entry| {
        let case = store.kept("cases", &entry.id.replace('/', "_"), || {
            let scenario = entry
                .read()
                .map_err(|wrong| format!("{}: {wrong:?}", entry.id))?;
            let folder = options.out.join("work").join(&entry.id);
            let looked = faults::look(&scenario, &recorder, &folder);
            let _ = fs::remove_dir_all(&folder);
            looked
        })?;
        Ok((entry.id.clone(), case))
    })?;
    let cases: BTreeMap<String, OfCase> = cases.into_iter().collect();

    let figures = figures::figures(&rows, &cases);
    print!("{}", figures::table(&figures));
    if options.write {
        let text = serde_json::to_string_pretty(&figures).map_err(|error| error.to_string())?;
        fs::write(source(KEPT), text + "\n").map_err(|error| format!("{KEPT}: {error}"))?;
    }
    Ok(())
}

/// One character for each fate.
const fn told(fate: &Fate) -> &'static str {
    match fate {
        Fate::Reproduced => "+",
        Fate::NotClean(_) => "!",
        Fate::Missed(_) => "-",
    }
}

fn of_defect(
    [name, requirement, case]: [&str; 3],
    recorder: &Recorder,
    options: &Options,
) -> Result<Row, String> {
    let folder = options.out.join("work").join(name);
    let recorded = recorder.record(case, Some(name), &folder)?;
    let original = original(case)?;
    let fates = options.columns.iter().map(|column| {
        let fate = column.try_out(name, requirement, &original, &recorded, &folder);
        (*column, fate)
    });
    let fates = fates.collect();
    // what the logs hold is of invented persons, and of no use any more
    let _ = fs::remove_dir_all(&folder);
    Ok(Row {
        name: name.to_owned(),
        requirement: requirement.to_owned(),
        case: case.to_owned(),
        is_frozen: is_frozen(name),
        fates,
    })
}

fn original(case: &str) -> Result<Scenario, String> {
    let catalogue = Catalogue::builtin();
    let entry = catalogue.entries().iter().find(|entry| entry.id == case);
    let entry = entry.ok_or(format!("the catalogue has no {case} any more"))?;
    entry.read().map_err(|wrong| format!("{case}: {wrong:?}"))
}

/// Whether a defect is kept out of all tuning.
fn is_frozen(name: &str) -> bool {
    Sha256::digest(name.as_bytes())[0] < 64
}

/// What came of something before, where it is not older than the programs.
struct Store {
    folder: PathBuf,
    built: SystemTime,
}

impl Store {
    fn new(out: &Path) -> Result<Self, String> {
        let mut built = SystemTime::UNIX_EPOCH;
        for name in ["madoguchi", "madoguchi-reference-client"] {
            let file = program(name);
            let modified = fs::metadata(&file).and_then(|file| file.modified());
            let modified = modified.map_err(|error| format!("{}: {error}", file.display()))?;
            built = built.max(modified);
        }
        let folder = out.join("kept");
        Ok(Self { folder, built })
    }

    fn kept<T: Serialize + DeserializeOwned>(
        &self,
        kind: &str,
        name: &str,
        make: impl FnOnce() -> Result<T, String>,
    ) -> Result<T, String> {
        let folder = self.folder.join(kind);
        let file = folder.join(format!("{name}.json"));
        let modified = fs::metadata(&file).and_then(|file| file.modified());
        if modified.is_ok_and(|modified| modified > self.built)
            && let Some(kept) = fs::read_to_string(&file).ok()
            && let Ok(kept) = serde_json::from_str(&kept)
        {
            return Ok(kept);
        }
        let made = make()?;
        let text = serde_json::to_string(&made).map_err(|error| error.to_string())?;
        fs::create_dir_all(&folder)
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("{}: {error}", file.display()))?;
        Ok(made)
    }
}

/// Works on all of these, some at a time; what came of them in their order, or why one cannot be done.
fn side_by_side<T: Copy + Sync, R: Send>(
    jobs: usize,
    all: &[T],
    work: impl Fn(usize, T) -> Result<R, String> + Sync,
) -> Result<Vec<R>, String> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let take = || {
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = all.get(at) else {
                return Ok(());
            };
            let made = work(at, *one)?;
            if let Ok(mut done) = done.lock() {
                done.insert(at, made);
            }
        }
    };
    thread::scope(|scope| {
        let workers: Vec<_> = (0..jobs).map(|_| scope.spawn(take)).collect();
        workers.into_iter().try_for_each(|worker| {
            let ended = worker.join();
            ended.unwrap_or_else(|_| Err("a worker ended early".to_owned()))
        })
    })?;
    let done = done.into_inner().map_err(|error| error.to_string())?;
    Ok(done.into_values().collect())
}
