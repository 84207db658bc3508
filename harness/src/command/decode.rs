//! `madoguchi decode`: APDUs of a trace or of another program's log, explained and redacted.

use std::io::{self, Write as _};
use std::path::Path;

use madoguchi_incident::{Incident, Log, Seen, Writer, withhold_personal_numbers};
use madoguchi_report::describe::describe;
use madoguchi_terms::Lang;
use madoguchi_trace::{Trace, What};
use madoguchi_wire::Profile;

use super::command_line::quoted_path;
use super::input;
use super::screen;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

pub(super) fn decode(options: &cli::Decode, lang: Lang) -> Result<Exit, Trouble> {
    let bytes = match &options.file {
        Some(path) => read_log(path)?,
        None => read_standard_input()?,
    };
    let is_trace = bytes.trim_ascii_start().starts_with(b"{");
    if is_trace && options.from.is_none() {
        let text = String::from_utf8_lossy(&bytes);
        let events = of_trace(&text, options.file.as_deref())?;
        let mut out = screen::standard_output();
        for (line, us, what) in &events {
            screen::say(tell(&mut out, *line, *us, what, lang))?;
        }
        return Ok(Exit::PASS);
    }
    let log = Log {
        writer: options.from,
        ..Log::of(&bytes)
    };
    let incident = read_logs(&[log])?;
    drop(bytes);
    screen::say(say(&incident, options.file.as_deref(), lang))?;
    Ok(Exit::PASS)
}

/// Lines of logs that are read: each may be an event, which takes about a kilobyte.
pub(crate) const MOST_LINES: usize = 500_000;

/// Logs of other programs, redacted. One that tells nothing is refused, and so is what is too long.
pub(super) fn read_logs(logs: &[Log<'_>]) -> Result<Incident, Trouble> {
    if MOST_LINES < logs.iter().map(Log::lines).sum() {
        return Err(Trouble::TooManyLines { limit: MOST_LINES });
    }
    let wire = Profile::builtin(cli::DEFAULT_PROFILE)
        .unwrap_or_else(|| unreachable!("the profile that is spoken where none is named"));
    let incident = Incident::read(logs, &wire);
    if incident.is_empty() {
        return Err(Trouble::NothingTold);
    }
    let kinds =
        madoguchi_card::Profile::all().map(|kind| (kind.name, kind.atr.as_bytes().to_vec()));
    Ok(incident.with_kinds(kinds.into()))
}

/// The same of standard input.
pub(super) fn read_standard_input() -> Result<Vec<u8>, Trouble> {
    input::all(io::stdin().lock(), Path::new("/dev/stdin"), input::MADE)
}

/// A log, whatever it is.
pub(super) fn read_log(path: &Path) -> Result<Vec<u8>, Trouble> {
    input::bytes(path, input::MADE)
}

/// The card's part of a trace, which its writer redacted, and which a stranger may have changed:
/// line, time and event.
fn of_trace(text: &str, path: Option<&Path>) -> Result<Vec<(usize, u64, What)>, Trouble> {
    let trace = Trace::parse(text).map_err(|error| Trouble::Trace {
        path: path.unwrap_or(Path::new("/dev/stdin")).to_owned(),
        error,
    })?;
    let events = trace.events.into_iter();
    let of_card = events.filter(|event| matches!(event.what, What::Card(_) | What::Reader(_)));
    let line = |seq| usize::try_from(seq).unwrap_or(usize::MAX).saturating_add(1);
    Ok(of_card
        .map(|mut event| {
            withhold_personal_numbers(&mut event.what);
            (line(event.seq), event.us, event.what)
        })
        .collect())
}

fn tell(out: &mut impl io::Write, line: usize, us: u64, what: &What, lang: Lang) -> io::Result<()> {
    let (seconds, milli) = (us / 1_000_000, us / 1_000 % 1_000);
    let text = describe(what, lang);
    writeln!(out, "{line:>6}  +{seconds}.{milli:03}  {text}")
}

fn say(incident: &Incident, file: Option<&Path>, lang: Lang) -> io::Result<()> {
    let mut out = screen::standard_output();
    let is_of_card = |one: &&Seen| matches!(one.what, Some(What::Card(_) | What::Reader(_)));
    for one in incident.seen.iter().filter(is_of_card) {
        let Some(what) = &one.what else { continue };
        tell(&mut out, one.line, one.us, what, lang)?;
        if let Some(note) = &one.note {
            writeln!(out, "                 └ {}", note.get(lang))?;
        }
    }
    let redacted = incident.seen.iter().filter(|one| one.redacted).count();
    let told = lang.pick(
        format!("秘匿した APDU: {redacted} 件。それまで何も書き出していません"),
        format!("redacted: {redacted} APDU; nothing was written before that"),
    );
    writeln!(out, "\n{told}")?;
    unread(&mut out, incident, lang)?;
    let writer = incident.inputs.iter().map(|input| input.writer).next();
    match (writer, file) {
        (
            Some(
                writer @ (Writer::Pcscd
                | Writer::Spy
                | Writer::Opensc
                | Writer::Freerdp
                | Writer::Usb),
            ),
            Some(file),
        ) => writeln!(
            out,
            "{}: madoguchi judge --from {writer} {}",
            lang.pick("判定", "judge it"),
            quoted_path(file)
        ),
        _ => Ok(()),
    }
}

/// What of the logs was not understood: how many lines, and where the first of them stand.
pub(super) fn unread(out: &mut impl io::Write, incident: &Incident, lang: Lang) -> io::Result<()> {
    for input in &incident.inputs {
        if !input.damaged.is_empty() {
            let (count, lines) = (input.damaged.len(), first_of(&input.damaged));
            let told = lang.pick(
                format!("壊れていて読めない行: {count} 行 ({lines})"),
                format!("damaged lines, left out: {count} ({lines})"),
            );
            writeln!(out, "{told}")?;
        }
        if input.unpaired > 0 {
            let count = input.unpaired;
            let told = lang.pick(
                format!("どのプログラムへの応答か分からない APDU: {count} 件。応答は示しません"),
                format!("APDU of which nobody can tell whose answer is whose: {count}; no answer is shown for them"),
            );
            writeln!(out, "{told}")?;
        }
    }
    for log in &incident.unknown {
        if !log.unknown.is_empty() {
            let (count, of, lines) = (log.unknown.len(), log.lines, first_of(&log.unknown));
            let told = lang.pick(
                format!("知らない行: {of} 行中 {count} 行 ({lines})。内容は残しません"),
                format!("unknown lines: {count} of {of} ({lines}); nothing of them is kept"),
            );
            writeln!(out, "{told}")?;
        }
    }
    Ok(())
}

/// The first few of some lines, as ranges.
fn first_of(lines: &[usize]) -> String {
    const MOST: usize = 5;
    let mut ranges: Vec<(usize, usize)> = Vec::new();
    for line in lines {
        let count = ranges.len();
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == *line => *last = *line,
            _ if count > MOST => break,
            _ => ranges.push((*line, *line)),
        }
    }
    let shown = ranges.iter().take(MOST).map(|(first, last)| {
        if first == last {
            first.to_string()
        } else {
            format!("{first}–{last}")
        }
    });
    let shown: Vec<String> = shown.collect();
    let more = if ranges.len() > MOST { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_in_a_command_is_one_word_of_it() {
        assert_eq!(quoted_path(Path::new("logs/pcscd.log")), "logs/pcscd.log");
        let path = Path::new("my logs/$(id).log");
        assert_eq!(
            shlex::split(&quoted_path(path)).unwrap(),
            ["my logs/$(id).log"]
        );
    }
}
