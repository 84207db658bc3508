//! Whether any secret gets past the tool: plants every class of secret, in every way in which software
//! writes it, at every place where a client can put something, one in each case; and texts that look like
//! secrets and are none. Counts what was noticed, and searches everything that the run left for what was
//! planted: each case's folder, that of the evidence bundle, the reports and what the run said. While each case
//! runs, the list of processes is searched, too; that this finds what is there is tried before.
//!
//! In reports and in what the run said only what has more than 8 octets is looked for: they are full of numbers,
//! and one such as `1234` stands there as part of a digest, a time or a count, whatever was planted.
//!
//! ```text
//! cargo build --workspace
//! cargo run -p madoguchi-peers --example secrets -- [--only TEXT] [--jobs N] [--out DIR] [--write]
//! ```
//!
//! `--only` takes what has this in its class, form or place. `--write` keeps the figures for the manual and
//! the README. The exit code is 1 where anything was missed, or anything harmless taken for a secret.
#![expect(clippy::print_stdout, reason = "a program says what it found")]
#![forbid(unsafe_code)]

mod client;
mod plan;
mod processes;

use std::collections::BTreeMap;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::Duration;

use aho_corasick::AhoCorasick;
use madoguchi_peers::{program, run_within, source};
use plan::{CLASSES, FORMS, Planted};
use processes::Control;
use serde_json::Value;

/// For all cases together.
const LIMIT: Duration = Duration::from_secs(3600);
/// Where the figures are kept.
const FIGURES: &str = "../secrets.json";
/// Where each case's client keeps what it found in the list of processes.
const PROCESSES: &str = "processes";
/// The bundle of all cases, in the order in which they were named.
const EVIDENCE: &str = "evidence.zip";
/// The reports of a run beside its cases.
const REPORTS: [&str; 6] = [
    "report.html",
    "report.json",
    "junit.xml",
    "record.csv",
    "record.html",
    "summary.md",
];

struct Options {
    only: String,
    jobs: String,
    out: Option<PathBuf>,
    write: bool,
}

/// What came of what was planted.
#[derive(Default)]
struct Count {
    planted: usize,
    noticed: usize,
    judged: usize,
    redacted: usize,
}

fn main() -> ExitCode {
    if std::env::args().nth(1).as_deref() == Some("client") {
        return match client::play(std::env::args().skip(2)) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        };
    }
    match options(std::env::args().skip(1)).and_then(|options| try_all(&options)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("secrets: {why}");
            ExitCode::from(2)
        }
    }
}

fn options(mut arguments: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options {
        only: String::new(),
        jobs: "2".into(),
        out: None,
        write: false,
    };
    while let Some(argument) = arguments.next() {
        let mut value = || arguments.next().ok_or(format!("{argument} needs a value"));
        match argument.as_str() {
            "--only" => options.only = value()?,
            "--jobs" => options.jobs = value()?,
            "--out" => options.out = Some(value()?.into()),
            "--write" => options.write = true,
            other => return Err(format!("{other}: no option")),
        }
    }
    Ok(options)
}

fn try_all(options: &Options) -> Result<bool, String> {
    let told = |error: std::io::Error| error.to_string();
    let own = tempfile::tempdir().map_err(told)?;
    let folder = options.out.clone().unwrap_or_else(|| own.path().to_owned());
    let all = plan::planted();
    let wanted = |one: &Planted| title(one).contains(&options.only);
    let planted: Vec<usize> = (0..all.len()).filter(|i| wanted(&all[*i])).collect();
    let harmless = match options.only.is_empty() || options.only == "harmless" {
        true => plan::harmless(),
        false => Vec::new(),
    };
    let scenario = |i: &usize| {
        let terminal = match CLASSES[all[*i].class].name {
            plan::SESSION => "activated",
            _ => "fresh",
        };
        let scenario = match CLASSES[all[*i].class].is_of_patients() {
            true => with_another(),
            false => SCENARIO.to_owned(),
        };
        (format!("p{i}"), scenario.replace("TERMINAL", terminal))
    };
    let with_none = |i| (format!("h{i}"), with_another().replace("TERMINAL", "fresh"));
    let scenarios = planted.iter().map(scenario);
    let scenarios = scenarios.chain((0..harmless.len()).map(with_none));
    let mut missed = controls(&folder.join("control"))?;
    let output = play(&folder, scenarios.collect(), &options.jobs)?;
    let bundle = folder.join("bundle");
    unpack(&folder.join(EVIDENCE), &bundle)?;

    let failures = failures(&folder);
    let failed = |i: usize| failures.get(&format!("own/p{i}")).into_iter().flatten();
    let mut counts: BTreeMap<&str, Count> = BTreeMap::new();
    for (place, i) in planted.iter().enumerate() {
        let one = &all[*i];
        let class = &CLASSES[one.class];
        let case = folder.join(format!("out/own/p{i}"));
        let count = counts.entry(class.name).or_default();
        count.planted += 1;
        let is_noticed = leaks(&case).iter().any(|found| found == class.name);
        let is_judged = class
            .requirement
            .is_none_or(|requirement| failed(*i).any(|failed| failed == requirement));
        let sealed = bundle.join(format!("cases/{:05}", place + 1));
        let kept = [
            (&case, &["trace.jsonl", "canonical.jsonl"][..]),
            (&sealed, &["trace.jsonl"]),
        ];
        let is_kept = kept.iter().all(|(folder, files)| is_of(folder, files, *i));
        let is_redacted = !is_left(&case, one) && !is_left(&sealed, one);
        count.noticed += usize::from(is_noticed);
        count.judged += usize::from(is_judged);
        count.redacted += usize::from(is_redacted);
        for (is_done, what) in [
            (is_noticed, "not noticed"),
            (is_judged, "no requirement fails"),
            (is_redacted, "not redacted"),
            (is_kept, "a trace is missing"),
        ] {
            if !is_done {
                missed.push(format!("p{i} {}: {what}", title(one)));
            }
        }
    }
    let names = planted.iter().map(|i| format!("p{i}"));
    let names = names.chain((0..harmless.len()).map(|i| format!("h{i}")));
    let (mut searched, mut exposed) = (0, 0);
    for name in names {
        match processes::found(&folder.join(PROCESSES).join(&name)) {
            Some(found) => {
                searched += 1;
                exposed += usize::from(!found.is_empty());
                missed.extend(found.iter().map(|found| format!("{name}: {found}")));
            }
            None => missed.push(format!("{name}: the list of processes was not searched")),
        }
    }
    let mut alarms = 0;
    for (i, text) in harmless.iter().enumerate() {
        let found = leaks(&folder.join(format!("out/own/h{i}")));
        if !found.is_empty() {
            alarms += 1;
            missed.push(format!("h{i} {text}: taken for {}", found.join(", ")));
        }
    }
    let in_reports = in_reports(&folder, &all, &planted, &output);
    missed.extend(in_reports);

    println!("class             planted  noticed  judged  redacted");
    let mut sum = Count::default();
    for (class, count) in &counts {
        let Count {
            planted,
            noticed,
            judged,
            redacted,
        } = count;
        println!("{class:<16} {planted:>8} {noticed:>8} {judged:>7} {redacted:>9}");
        sum.planted += planted;
        sum.noticed += noticed;
        sum.redacted += redacted;
    }
    println!(
        "harmless         {:>8} {alarms:>8} taken for a secret",
        harmless.len()
    );
    println!(
        "processes        {searched:>8} {exposed:>8} cases with a secret in arguments or environment"
    );
    for line in &missed {
        println!("{line}");
    }
    if options.write && options.only.is_empty() {
        let figures = serde_json::json!({
            "planted": sum.planted, "noticed": sum.noticed, "redacted": sum.redacted,
            "harmless": harmless.len(), "alarms": alarms,
            "searched": searched, "exposed": exposed,
        });
        let text = serde_json::to_string_pretty(&figures).map_err(|e| e.to_string())?;
        fs::write(source(FIGURES), text + "\n").map_err(told)?;
    }
    Ok(missed.is_empty())
}

fn title(one: &Planted) -> String {
    let (class, form) = (CLASSES[one.class].name, FORMS[one.form].name);
    format!("{class}, {form}, {:?}", one.place)
}

/// Plays a case for each control, and tells which was not found.
fn controls(folder: &Path) -> Result<Vec<String>, String> {
    let names = || (0..Control::ALL.len()).map(|i| format!("c{i}"));
    let scenario = SCENARIO.replace("TERMINAL", "fresh");
    play(
        folder,
        names().map(|name| (name, scenario.clone())).collect(),
        "1",
    )?;
    let is_found = |name: &String, control: Control| {
        let found = processes::found(&folder.join(PROCESSES).join(name));
        found.is_some_and(|found| control.is_in(&found))
    };
    let all = names().zip(Control::ALL);
    let missed = all.filter(|(name, control)| !is_found(name, *control));
    Ok(missed
        .map(|(name, _)| format!("{name}: what stands in the list of processes is not found"))
        .collect())
}

/// Unpacks an evidence bundle.
fn unpack(bundle: &Path, into: &Path) -> Result<(), String> {
    let told = |error: &dyn std::error::Error| format!("{}: {error}", bundle.display());
    let file = fs::File::open(bundle).map_err(|e| told(&e))?;
    let mut archive = zip::ZipArchive::new(file).map_err(|e| told(&e))?;
    archive.extract(into).map_err(|e| told(&e))
}

/// Whether these files of a folder are there, and of this planted one.
fn is_of(folder: &Path, files: &[&str], planted: usize) -> bool {
    let name = format!("\"own/p{planted}\"");
    files
        .iter()
        .all(|file| fs::read_to_string(folder.join(file)).is_ok_and(|text| text.contains(&name)))
}

/// Plays these scenarios; what the run said.
fn play(folder: &Path, all: Vec<(String, String)>, jobs: &str) -> Result<String, String> {
    let told = |error: std::io::Error| error.to_string();
    let scenarios = folder.join("scenarios");
    fs::create_dir_all(&scenarios).map_err(told)?;
    let processes = folder.join(PROCESSES);
    fs::create_dir_all(&processes).map_err(told)?;
    let mut command = Command::new(program("madoguchi"));
    command.arg("run");
    for (name, scenario) in all {
        let file = scenarios.join(format!("{name}.yaml"));
        fs::write(&file, scenario).map_err(told)?;
        command.arg(file);
    }
    let this = std::env::current_exe().map_err(told)?;
    command
        .arg("--client")
        .arg(format!(
            "'{}' client {} '{}'",
            this.display(),
            std::process::id(),
            processes.display()
        ))
        .args(["--jobs", jobs, "--annotations", "--out"])
        .arg(folder.join("out"));
    let options = [
        "--html",
        "--json",
        "--junit",
        "--test-record",
        "--test-record",
        "--markdown",
    ];
    for (option, report) in options.into_iter().zip(REPORTS) {
        command.arg(option).arg(folder.join(report));
    }
    command.arg("--evidence").arg(folder.join(EVIDENCE));
    // what others have in their environment is not this run's
    command.env_clear().env("LC_ALL", "C.UTF-8");
    command.env(processes::MARK.0, processes::MARK.1);
    for name in ["PATH", "TMPDIR"] {
        command.envs(std::env::var_os(name).map(|value| (name, value)));
    }
    let outcome = run_within(LIMIT, &mut command);
    match outcome.code {
        Some(0 | 1) => Ok(outcome.stdout + &outcome.stderr),
        _ => Err(outcome.stdout + &outcome.stderr),
    }
}

/// Every secret is known to the client at the end of it.
const SCENARIO: &str = "\
purpose: { ja: 秘密を置く, en: A secret is planted }
requirements: [credential.pin-stays-on-card]
given: { persona: shiken-taro, terminal: TERMINAL }
when: [login, choose-method: pin, enter-pin: right, place-card, close]
";

/// The same with another patient before.
fn with_another() -> String {
    const OTHER: &str = "choose-method: pin, enter-pin: right, place-card: kakuu-jiro, take-card";
    SCENARIO.replace("[login", &format!("[login, {OTHER}"))
}

fn events(case: &Path) -> Vec<Value> {
    let text = fs::read_to_string(case.join("trace.jsonl")).unwrap_or_default();
    let lines = text.lines().skip(1);
    lines
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .collect()
}

/// The classes of secrets that were noticed.
fn leaks(case: &Path) -> Vec<String> {
    let events = events(case);
    let leaks = events
        .iter()
        .filter_map(|event| event["is"]["leak"]["class"].as_str());
    leaks.map(str::to_owned).collect()
}

/// The requirements that failed, by case.
fn failures(folder: &Path) -> BTreeMap<String, Vec<String>> {
    let text = fs::read_to_string(folder.join("report.json")).unwrap_or_default();
    let report: Value = serde_json::from_str(&text).unwrap_or_default();
    let cases = report["cases"].as_array().cloned().unwrap_or_default();
    let failed = |case: &Value| {
        let verdicts = case["verdicts"].as_array().cloned().unwrap_or_default();
        let failed = verdicts
            .iter()
            .filter(|one| one["outcome"].get("fail").is_some());
        let failed = failed.filter_map(|one| one["requirement"].as_str());
        let name = case["scenario"].as_str().unwrap_or_default();
        (name.to_owned(), failed.map(str::to_owned).collect())
    };
    cases.iter().map(failed).collect()
}

/// Whether what was planted stands in anything that is kept of the case.
fn is_left(case: &Path, one: &Planted) -> bool {
    let secret = CLASSES[one.class].value;
    let files = fs::read_dir(case).into_iter().flatten().flatten();
    files.into_iter().any(|file| {
        let content = fs::read(file.path()).unwrap_or_default();
        let is_json = file
            .path()
            .extension()
            .is_some_and(|end| end.to_string_lossy().starts_with("json"));
        let said: Vec<Vec<u8>> = match is_json {
            true => String::from_utf8_lossy(&content)
                .lines()
                .flat_map(strings)
                .collect(),
            false => vec![content],
        };
        said.iter()
            .any(|said| holds(said, &one.octets) || holds(said, secret.as_bytes()))
    })
}

/// Every text of a line of JSON.
fn strings(line: &str) -> Vec<Vec<u8>> {
    fn collect(value: &Value, into: &mut Vec<Vec<u8>>) {
        match value {
            Value::String(text) => into.push(text.as_bytes().to_vec()),
            Value::Array(items) => items.iter().for_each(|item| collect(item, into)),
            Value::Object(fields) => fields.iter().for_each(|(name, field)| {
                into.push(name.as_bytes().to_vec());
                collect(field, into);
            }),
            _ => {}
        }
    }
    let mut all = Vec::new();
    match serde_json::from_str(line) {
        Ok(value) => collect(&value, &mut all),
        Err(_) => all.push(line.as_bytes().to_vec()),
    }
    all
}

/// Whether a text holds this, a short one as a word.
fn holds(text: &[u8], wanted: &[u8]) -> bool {
    let places = text.windows(wanted.len()).enumerate();
    let mut places = places.filter(|(_, place)| *place == wanted);
    places.any(|(at, _)| stands_alone(text, at..at + wanted.len()))
}

/// Whether what stands there is long, or a word.
fn stands_alone(text: &[u8], place: Range<usize>) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let before = place.start.checked_sub(1).and_then(|at| text.get(at));
    place.len() > 8 || !(is_word(before) || is_word(text.get(place.end)))
}

/// What of the longer ones stands in a report or in what the run said.
fn in_reports(folder: &Path, all: &[Planted], planted: &[usize], output: &str) -> Vec<String> {
    let is_long = |i: &&usize| all[**i].octets.len() > 8;
    let long: Vec<usize> = planted.iter().filter(is_long).copied().collect();
    let Ok(automaton) = AhoCorasick::new(long.iter().map(|i| &all[*i].octets)) else {
        return vec!["too much was planted to look for it".into()];
    };
    let mut texts = vec![("what the run said".to_owned(), output.as_bytes().to_vec())];
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    for file in files.filter(|file| file.path().is_file()) {
        let name = file.file_name().to_string_lossy().into_owned();
        texts.push((name, fs::read(file.path()).unwrap_or_default()));
    }
    if REPORTS.iter().any(|report| !folder.join(report).is_file()) {
        return vec!["a report is missing".into()];
    }
    let mut missed = Vec::new();
    for (name, text) in texts {
        if let Some(found) = automaton.find(&text) {
            let one = &all[long[found.pattern().as_usize()]];
            missed.push(format!("{}: in {name} at {}", title(one), found.start()));
        }
    }
    missed
}
