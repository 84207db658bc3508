//! `madoguchi judge`: a stored trace again, without card, service or client.

use std::fs::{self, File};
use std::io::{self, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::thread;

use madoguchi_incident::{Incident, Log, Writer};
use madoguchi_judge::judge as judge_trace;
use madoguchi_judge::verdict::{Overall, Verdicts, overall};
use madoguchi_report::CaseReport;
use madoguchi_report::known::KnownFailures;
use madoguchi_terms::Lang;
use madoguchi_trace::canonical;
use madoguchi_trace::{OwnWords, ReadError, Trace};

use super::command_line::quoted_path;
use super::decode::{read_log, read_logs};
use super::own_words;
use super::reports;
use super::screen;
use super::trouble::Trouble;
use crate::aside::join;
use crate::cli;
use crate::exit::Exit;
use crate::whole;

pub(super) fn judge(options: &cli::Judge, lang: Lang) -> Result<Exit, Trouble> {
    let words = own_words::read(options.words.as_deref())?;
    let mut judged = Vec::new();
    for path in stored(&options.traces)? {
        judged.push(match options.from {
            Some(writer) => Judged::of_log(&path, writer)?,
            None => Judged::read(path, &words)?,
        });
    }
    if options.reports.strict {
        for one in &mut judged {
            one.verdicts = one.verdicts.clone().strictly();
            one.again += " --strict";
        }
    }
    if let Some(out) = &options.out {
        let [one] = judged.as_slice() else {
            return Err(Trouble::NotOneTrace(judged.len()));
        };
        write(out, &verdict_file(&one.verdicts))?;
    }
    let ids = judged.iter().map(|one| one.verdicts.scenario.as_str());
    let ids: Vec<&str> = ids.collect();
    let known = reports::known(&options.reports, &ids)?;
    let cases: Vec<CaseReport<'_>> = judged.iter().map(Judged::report).collect();
    say(&cases, known.as_ref(), lang)?;
    for (one, log) in judged
        .iter()
        .filter_map(|one| Some((one, one.log.as_ref()?)))
    {
        screen::say(places(one, log, lang))?;
    }
    let cover = reports::of_stored(&options.reports);
    reports::write(&options.reports, &cases, &cover, None, known.as_ref(), lang)?;
    let exit = exit(overall(judged.iter().map(|one| &one.verdicts)));
    reports::settle(known.as_ref(), &cases, &[], exit, lang)
}

/// The traces that the user means: files as they are named, and all that lie below folders, in
/// the order of their paths.
pub(super) fn stored(named: &[PathBuf]) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    for path in named {
        if path.is_dir() {
            let before = found.len();
            search(path, &mut found)?;
            if found.len() == before {
                return Err(Trouble::NoTrace(path.clone()));
            }
        } else {
            found.push(path.clone());
        }
    }
    Ok(found)
}

/// Adds the traces below `folder`. Links are not followed.
fn search(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Trouble> {
    let refused = |error| Trouble::Read {
        path: folder.to_owned(),
        error,
    };
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(refused)? {
        entries.push(entry.map_err(refused)?);
    }
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(refused)?;
        if kind.is_dir() {
            search(&entry.path(), found)?;
        } else if kind.is_file() && entry.file_name() == "trace.jsonl" {
            found.push(entry.path());
        }
    }
    Ok(())
}

/// A stored trace.
pub(super) fn read(path: PathBuf) -> Result<Trace, Trouble> {
    let read = File::open(&path).map_err(ReadError::Source);
    match read.and_then(|file| Trace::read(BufReader::new(file))) {
        Ok(trace) => Ok(trace),
        Err(ReadError::Source(error)) => Err(Trouble::Read { path, error }),
        Err(ReadError::Trace(error)) => Err(Trouble::Trace { path, error }),
    }
}

/// A stored trace with its verdicts.
struct Judged {
    verdicts: Verdicts,
    trace: Trace,
    again: String,
    /// The log that the trace was read from, redacted.
    log: Option<Incident>,
}

impl Judged {
    fn read(path: PathBuf, words: &OwnWords) -> Result<Self, Trouble> {
        let mut trace = read(path.clone())?;
        trace.header.words = trace.header.words.and(words);
        Ok(Self::new(trace, &path))
    }

    /// Another program's log: redacted before it is judged, and written nowhere.
    fn of_log(path: &Path, writer: Writer) -> Result<Self, Trouble> {
        let bytes = read_log(path)?;
        let log = Log {
            writer: Some(writer),
            ..Log::of(&bytes)
        };
        let incident = read_logs(&[log])?;
        drop(bytes);
        let mut judged = Self::new(incident.trace(reports::TOOL), path);
        judged.again = judged
            .again
            .replacen("judge", &format!("judge --from {writer}"), 1);
        judged.log = Some(incident);
        Ok(judged)
    }

    fn new(trace: Trace, path: &Path) -> Self {
        Self {
            verdicts: judge_trace(&trace),
            again: again(path),
            trace,
            log: None,
        }
    }

    fn report(&self) -> CaseReport<'_> {
        CaseReport {
            verdicts: &self.verdicts,
            trace: Some(&self.trace),
            exhibit: None,
            begun: None,
            took: None,
            again: &self.again,
            known: None,
        }
    }
}

/// Says which line of another program's log shows each failure.
fn places(judged: &Judged, log: &Incident, lang: Lang) -> io::Result<()> {
    let mut out = screen::standard_output();
    for (verdict, failure) in judged.verdicts.failed() {
        if let Some(line) = log.origin(failure.at).map(|one| one.line) {
            let id = &verdict.requirement;
            let told = lang.pick(
                format!("  {id}: 記録の {line} 行目"),
                format!("  {id}: line {line} of the log"),
            );
            writeln!(out, "{told}")?;
        }
    }
    Ok(())
}

/// The command that judges a stored trace again.
fn again(path: &Path) -> String {
    format!("madoguchi judge {}", quoted_path(path))
}

/// Judges a trace that was just recorded, stores the verdict beside it and says it.
pub(super) fn tell(
    trace: &Trace,
    folder: &Path,
    strict: bool,
    lang: Lang,
) -> Result<Exit, Trouble> {
    let mut verdicts = store(trace, folder)?;
    if strict {
        verdicts = verdicts.strictly();
    }
    let case = CaseReport {
        verdicts: &verdicts,
        trace: Some(trace),
        exhibit: None,
        begun: None,
        took: None,
        again: &again(&folder.join("trace.jsonl")),
        known: None,
    };
    say(&[case], None, lang)?;
    Ok(exit(verdicts.overall()))
}

/// Judges a trace and stores verdict and canonical form beside it.
pub(super) fn store(trace: &Trace, folder: &Path) -> Result<Verdicts, Trouble> {
    // What the canonical form is has nothing to do with the verdicts.
    thread::scope(|scope| {
        let form = scope.spawn(|| {
            let form = canonical(trace)
                .unwrap_or_else(|error| unreachable!("a trace is plain data: {error}"));
            write_private(&folder.join("canonical.jsonl"), &form)
        });
        let verdicts = judge_trace(trace);
        let written = write_private(&folder.join("verdict.json"), &verdict_file(&verdicts));
        written.and(join(form))?;
        Ok(verdicts)
    })
}

/// Tells judged traces.
fn say(cases: &[CaseReport<'_>], known: Option<&KnownFailures>, lang: Lang) -> Result<(), Trouble> {
    let report = screen::terminal(lang);
    let mut out = screen::standard_output();
    for case in cases {
        screen::say(reports::tell(&report, &mut out, case, known))?;
    }
    screen::say(report.summary(&mut out, cases))
}

/// The exit code of an overall verdict.
pub(super) const fn exit(overall: Overall) -> Exit {
    match overall {
        Overall::Passed => Exit::PASS,
        Overall::Failed => Exit::FAIL,
        Overall::CouldNotRun => Exit::CLIENT,
    }
}

fn verdict_file(verdicts: &Verdicts) -> String {
    verdicts
        .to_canonical_json()
        .unwrap_or_else(|error| unreachable!("verdicts are plain data: {error}"))
}

/// Writes a file of a report.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    whole::write(path, |file| file.write_all(text.as_bytes())).map_err(not_written(path))
}

/// Writes a file that tells what a client said and did.
fn write_private(path: &Path, text: &str) -> Result<(), Trouble> {
    whole::write_private(path, |file| file.write_all(text.as_bytes())).map_err(not_written(path))
}

fn not_written(path: &Path) -> impl FnOnce(io::Error) -> Trouble {
    move |error| Trouble::Write {
        path: path.to_owned(),
        error,
    }
}
