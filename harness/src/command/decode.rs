//! `madoguchi decode`: APDUs of a trace or of another program's log, explained and redacted.

use std::io::{self, Write as _};
use std::path::Path;

use madoguchi_report::describe::describe;
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::field::{self, Explained, Writer};
use madoguchi_trace::{Trace, What};

use super::input;
use super::screen;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

pub(super) fn decode(options: &cli::Decode, lang: Lang) -> Result<Exit, Trouble> {
    let text = match &options.file {
        Some(path) => read_log(path)?,
        None => {
            let stdin = Path::new("/dev/stdin");
            as_text(input::all(io::stdin().lock(), stdin, input::MADE)?)
        }
    };
    let is_trace = text.trim_start().starts_with('{');
    let (explained, writer) = if is_trace && options.from.is_none() {
        (of_trace(&text, options.file.as_deref())?, None)
    } else {
        let writer = options.from.unwrap_or_else(|| Writer::detect(&text));
        (
            field::read(&text, writer).map_err(Trouble::Field)?,
            Some(writer),
        )
    };
    drop(text);
    screen::say(say(&explained, writer, options.file.as_deref(), lang))?;
    Ok(Exit::PASS)
}

/// A log as text: bytes that are no UTF-8 can only stand where no APDU is.
pub(super) fn read_log(path: &Path) -> Result<String, Trouble> {
    Ok(as_text(input::bytes(path, input::MADE)?))
}

fn as_text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// The card's part of one of our traces, which is redacted already.
fn of_trace(text: &str, path: Option<&Path>) -> Result<Vec<Explained>, Trouble> {
    let trace = Trace::parse(text).map_err(|error| Trouble::Trace {
        path: path.unwrap_or(Path::new("/dev/stdin")).to_owned(),
        error,
    })?;
    let events = trace.events.into_iter();
    let of_card = events.filter(|event| matches!(event.what, What::Card(_) | What::Reader(_)));
    let explained = of_card.map(|event| Explained {
        line: usize::try_from(event.seq)
            .unwrap_or(usize::MAX)
            .saturating_add(1),
        us: event.us,
        what: event.what,
        note: None,
        redacted: false,
    });
    Ok(explained.collect())
}

fn say(
    explained: &[Explained],
    writer: Option<Writer>,
    file: Option<&Path>,
    lang: Lang,
) -> io::Result<()> {
    let mut out = screen::standard_output();
    for one in explained {
        let (seconds, milli) = (one.us / 1_000_000, one.us / 1_000 % 1_000);
        let (line, text) = (one.line, describe(&one.what, lang));
        writeln!(out, "{line:>6}  +{seconds}.{milli:03}  {text}")?;
        if let Some(note) = &one.note {
            writeln!(out, "                 └ {}", note.text(lang))?;
        }
    }
    let redacted = explained.iter().filter(|one| one.redacted).count();
    let Some(writer) = writer else {
        return Ok(());
    };
    let told = lang.pick(
        format!("秘匿した APDU: {redacted} 件。それまで何も書き出していません"),
        format!("redacted: {redacted} APDU; nothing was written before that"),
    );
    writeln!(out, "\n{told}")?;
    match (writer, file) {
        (Writer::Plain, _) | (_, None) => Ok(()),
        (writer, Some(file)) => writeln!(
            out,
            "{}: madoguchi judge --from {writer} {}",
            lang.pick("判定", "judge it"),
            file.display()
        ),
    }
}
