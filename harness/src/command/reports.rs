//! The reports that a user asked for, written when all verdicts are there.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Read as _, Write};
use std::path::Path;

use aws_lc_rs::digest;
use base16ct::HexDisplay;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Assumption, Cover, Gap, Probe, Untried};
use madoguchi_report::known::{Known, KnownFailure, KnownFailures};
use madoguchi_report::plan::Plan;
use madoguchi_report::shard::Shard;
use madoguchi_report::terminal::Terminal;
use madoguchi_report::{CaseReport, github, html, json, junit, markdown, record};
use madoguchi_scenarios::Catalogue;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_wire::Profile;

use super::evidence;
use super::input;
use super::screen;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;
use crate::whole;

/// The tool as reports name it.
pub(super) const TOOL: &str = concat!("madoguchi ", env!("CARGO_PKG_VERSION"));

/// The part of a divided run that this one is, and of which whole.
pub(super) struct Part {
    pub(super) shard: Shard,
    pub(super) plan: Plan,
}

/// Writes every report that `options` name.
pub(super) fn write(
    options: &cli::Reports,
    cases: &[CaseReport<'_>],
    cover: &Cover,
    part: Option<&Part>,
    known: Option<&KnownFailures>,
    lang: Lang,
) -> Result<(), Trouble> {
    let known = known.map(|known| Known::new(known, today()));
    let cases = cases.iter().map(|case| CaseReport { known, ..*case });
    let cases = &cases.collect::<Vec<_>>()[..];
    let mut cover = cover.clone();
    cover.known = KnownFailure::of(cases);
    // Reading every wire profile takes longer than telling a case: only where it is asked for.
    if options.evidence.is_some()
        || options.html.is_some()
        || options.json.is_some()
        || !options.test_record.is_empty()
    {
        cover.assumptions = assumptions(cases, &cover);
    }
    if let Some(path) = &options.evidence {
        let nonce = options.nonce.as_deref();
        cover.seal = Some(evidence::seal(path, nonce, cases, &cover, lang)?);
    }
    let gaps = &cover.gaps();
    let cover = &cover;
    // what can be written is, and then it is said what could not
    let mut written = Vec::new();
    if let Some(path) = &options.html {
        written.push(file(path, |out| html::write(out, cases, cover, lang)));
    }
    if let Some(path) = &options.json {
        let (shard, plan) = (part.map(|part| part.shard), part.map(|part| &part.plan));
        written.push(file(path, |out| {
            json::write(out, cases, cover, shard, plan)
        }));
    }
    if let Some(path) = &options.junit {
        written.push(junit_files(path, cases, gaps, lang));
    }
    for path in &options.test_record {
        let is_table = path.extension().is_some_and(|extension| extension == "csv");
        written.push(file(path, |out| {
            if is_table {
                record::write_csv(out, cases, cover, lang)
            } else {
                record::write_html(out, cases, cover, lang)
            }
        }));
    }
    if let Some(path) = &options.markdown {
        written.push(append(path, &markdown::summary(cases, gaps, lang)));
    }
    if options.annotations {
        let annotated = github::write(&mut io::stdout().lock(), cases, gaps, lang);
        written.push(screen::say(annotated));
    }
    written.into_iter().collect()
}

/// What the checks and the wire profiles assume: those of these cases say it in their own words, and
/// where they are silent (as that of a 資格確認端末's files is about what an app delivers), another
/// built-in one does.
fn assumptions(cases: &[CaseReport<'_>], cover: &Cover) -> Vec<Assumption> {
    let own = cover.wire.as_ref();
    let own = own.and_then(|text| Profile::parse("profile.yaml", text).ok());
    let names: BTreeSet<&str> = cases
        .iter()
        .map(|case| case.verdicts.profile.name.as_str())
        .collect();
    let others = madoguchi_wire::BUILTIN.iter().map(|(name, _)| *name);
    let builtin = names.into_iter().chain(others).filter_map(Profile::builtin);
    let mut all: Vec<Assumption> = Vec::new();
    let mut add = |id: &str, statement: &Wording| {
        if !all.iter().any(|known| known.id == id) {
            all.push(Assumption {
                id: id.to_owned(),
                statement: statement.clone(),
            });
        }
    };
    for profile in own.into_iter().chain(builtin) {
        profile
            .assumptions()
            .for_each(|(id, statement)| add(id, statement));
    }
    madoguchi_requirements::OWN_ASSUMPTIONS
        .iter()
        .for_each(|(id, statement)| add(id, statement));
    all
}

/// The file of known failures, read before anything is run; `ids` are the scenarios that will be.
pub(super) fn known(
    options: &cli::Reports,
    ids: &[&str],
) -> Result<Option<KnownFailures>, Trouble> {
    let Some(path) = &options.known_failures else {
        return Ok(None);
    };
    let text = input::text(path, input::WRITTEN)?;
    let catalogue = Catalogue::builtin();
    let mut scenarios = ids.to_vec();
    scenarios.extend(catalogue.entries().iter().map(|entry| entry.id.as_str()));
    KnownFailures::parse(&path.to_string_lossy(), &text, &scenarios)
        .map(Some)
        .map_err(Trouble::Scenario)
}

/// What the file knows of these cases today.
pub(super) fn known_of(cases: &[CaseReport<'_>], known: &KnownFailures) -> Vec<KnownFailure> {
    let known = Some(Known::new(known, today()));
    let cases: Vec<CaseReport<'_>> = cases
        .iter()
        .map(|case| CaseReport { known, ..*case })
        .collect();
    KnownFailure::of(&cases)
}

/// Tells a case; in a line or two, where the file knows everything that is wrong with it.
pub(super) fn tell(
    report: &Terminal,
    out: &mut impl Write,
    case: &CaseReport<'_>,
    known: Option<&KnownFailures>,
) -> io::Result<()> {
    let known = known.map(|known| Known::new(known, today()));
    match known.and_then(|known| known.excuses(case.verdicts)) {
        Some(entries) => report.known(out, case, &entries),
        None => report.case(out, &CaseReport { known, ..*case }),
    }
}

fn today() -> Date {
    Timestamp::now().to_zoned(japan()).date()
}

/// Compares what failed with what is known to fail, and says how to edit the file where they do
/// not agree; `exit` is what the run would end with without such a file.
pub(super) fn settle(
    known: Option<&KnownFailures>,
    cases: &[CaseReport<'_>],
    probes: &[Probe],
    exit: Exit,
    lang: Lang,
) -> Result<Exit, Trouble> {
    let Some(known) = known else {
        return Ok(exit);
    };
    let settled = known.settle(cases, probes, today());
    let mut out = screen::standard_output();
    screen::say(writeln!(out, "  {}", settled.in_words().text(lang)))?;
    if settled.fits() {
        // what is left is not for a file to excuse
        return Ok(if exit == Exit::FAIL { Exit::PASS } else { exit });
    }
    if known.file().is_empty() {
        return Ok(exit.max(Exit::FAIL));
    }
    let title = lang.pick(
        format!("{} の直し方:", known.file()),
        format!("how to edit {}:", known.file()),
    );
    screen::say(writeln!(out, "\n{title}\n{}", settled.edit))?;
    Ok(exit.max(Exit::FAIL))
}

/// Writes the JUnit report; what does not fit into one file goes on in `NAME-2.xml` and so on.
fn junit_files(
    path: &Path,
    cases: &[CaseReport<'_>],
    gaps: &[Gap],
    lang: Lang,
) -> Result<(), Trouble> {
    let files =
        junit::files(cases, gaps, lang, junit::LONGEST).map_err(|error| Trouble::Write {
            path: path.to_owned(),
            error,
        })?;
    for (number, text) in (1..).zip(&files) {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let extension = path.extension().unwrap_or_default().to_string_lossy();
        let part = match number {
            1 => path.to_owned(),
            _ => path.with_file_name(format!("{stem}-{number}.{extension}")),
        };
        file(&part, |out| out.write_all(text.as_bytes()))?;
    }
    Ok(())
}

/// Adds a text to the end of a file, which other steps of a pipeline may have begun.
fn append(path: &Path, text: &str) -> Result<(), Trouble> {
    let opened = OpenOptions::new().create(true).append(true).open(path);
    let written = opened.and_then(|mut out| out.write_all(text.as_bytes()));
    written.map_err(|error| Trouble::Write {
        path: path.to_owned(),
        error,
    })
}

/// The circumstances of a run of `program` from `begun` until now, as far as a report tells them:
/// the digest of a large program takes longer than many a scenario.
pub(super) fn cover(
    options: &cli::Reports,
    command: &[String],
    begun: Timestamp,
    untried: Vec<Untried>,
) -> Cover {
    let told =
        options.html.is_some() || options.evidence.is_some() || !options.test_record.is_empty();
    Cover {
        build: told.then(|| build(command)).flatten(),
        environment: told.then(environment),
        begun: Some(in_japan(begun)),
        ended: Some(in_japan(Timestamp::now())),
        untried,
        ..of_stored(options)
    }
}

/// The circumstances of stored traces: nothing is known of the machine that made them.
pub(super) fn of_stored(options: &cli::Reports) -> Cover {
    Cover {
        tool: TOOL.to_owned(),
        tester: options.tester.clone(),
        document: options.document.clone(),
        revision: options.revision.clone(),
        ..Cover::default()
    }
}

/// Digests of the files that the client's command names: the program, a script that an interpreter is given,
/// an archive. What else belongs to the program cannot be known.
pub(super) fn build(command: &[String]) -> Option<String> {
    let mut files: Vec<(&str, String)> = Vec::new();
    for word in command {
        let is_new = files.iter().all(|(name, _)| name != word);
        if is_new && let Some(digest) = sha256(Path::new(word)) {
            files.push((word, digest));
        }
    }
    match &files[..] {
        [] => None,
        [(_, digest)] => Some(digest.clone()),
        several => {
            let named = several.iter().map(|(path, digest)| {
                let name = Path::new(path).file_name().unwrap_or_default();
                format!("{} {digest}", name.to_string_lossy())
            });
            Some(named.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Digest of a file; nothing where it is none.
fn sha256(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok().filter(|_| path.is_file())?;
    let mut digest = digest::Context::new(&digest::SHA256);
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece) {
            Ok(0) => break,
            Ok(length) => digest.update(&piece[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(_) => return None,
        }
    }
    let digest = digest.finish();
    Some(format!("sha256:{:x}", HexDisplay(digest.as_ref())))
}

/// Operating system and architecture.
fn environment() -> String {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let name = release
        .lines()
        .find_map(|line| line.strip_prefix("PRETTY_NAME="))
        .map_or(std::env::consts::OS, |name| name.trim_matches('"'));
    format!("{name}, {}", std::env::consts::ARCH)
}

fn in_japan(instant: Timestamp) -> String {
    let local = instant.to_zoned(japan());
    local.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

fn japan() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

/// Writes a report to a file.
pub(super) fn file(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<(), Trouble> {
    let written = whole::write(path, |file| {
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        out.flush()
    });
    written.map_err(|error| Trouble::Write {
        path: path.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::consumer::play::ASSUMPTIONS;

    /// The files of a 資格確認端末 are silent about the API of an app.
    #[test]
    fn a_report_has_words_for_what_a_consumers_verdicts_rest_on() {
        let known = assumptions(&[], &Cover::default());
        for id in ASSUMPTIONS {
            let known = known.iter().find(|known| known.id == id);
            assert!(
                known.is_some_and(|known| !known.statement.ja.is_empty()),
                "{id}"
            );
        }
    }
}
