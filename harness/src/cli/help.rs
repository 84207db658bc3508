//! `madoguchi help`: a page of the manual, or what `--help` says of a command.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{Arg, ArgMatches, Command};
use madoguchi_notation::nearest;
use madoguchi_terms::Lang;

use super::Invocation;
use crate::manual::{PAGES, Page};

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("help")
        .about(t(
            "マニュアルの題目、またはコマンドの使い方を表示する",
            "print a topic of the manual, or the help of a command",
        ))
        .after_help(topics(lang))
        .arg(
            Arg::new("topic")
                .value_name("TOPIC or COMMAND")
                .num_args(0..)
                .help(t(
                    "題目またはコマンド。省略すると、その一覧",
                    "a topic or a command; a list of both if left out",
                )),
        )
}

/// `madoguchi scenario help check` asks for what `madoguchi help scenario check` does.
pub(super) fn first(mut args: Vec<OsString>, lang: Lang) -> Vec<OsString> {
    let asked = args.iter().position(|arg| arg == "help");
    if let Some(at) = asked.filter(|at| *at > 1) {
        let whole = super::command(lang);
        let before = args[1..at].iter().filter_map(|arg| arg.to_str());
        let words: Vec<&str> = before.filter(|arg| !arg.starts_with('-')).collect();
        let of = words
            .iter()
            .try_fold(&whole, |command, word| command.find_subcommand(word));
        if !words.is_empty() && of.is_some_and(Command::has_subcommands) {
            args[1..=at].rotate_right(1);
        }
    }
    args
}

/// The topics that there are.
pub(super) fn topics(lang: Lang) -> String {
    let names: Vec<&str> = PAGES.iter().map(|page| page.name).collect();
    format!(
        "{}: {}",
        lang.pick(
            "マニュアル (madoguchi help 題目)",
            "Manual (madoguchi help TOPIC)"
        ),
        names.join(", ")
    )
}

/// What is asked for: a command's help goes before a topic of that name.
pub(super) fn parse(m: &ArgMatches, lang: Lang) -> Result<Invocation, clap::Error> {
    let words: Vec<&str> = m
        .get_many::<String>("topic")
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect();
    if is_command(&words, lang) {
        let asked = ["madoguchi"].into_iter().chain(words).chain(["--help"]);
        let told = super::command(lang).try_get_matches_from(asked);
        return Err(told.expect_err("--help ends the reading of the command line"));
    }
    match words[..] {
        [name] if let Some(page) = Page::of(name) => Ok(Invocation::Help(page)),
        _ => Err(unknown(&words.join(" "), lang)),
    }
}

fn is_command(words: &[&str], lang: Lang) -> bool {
    let whole = super::command(lang);
    let found = words
        .iter()
        .try_fold(&whole, |command, word| command.find_subcommand(word));
    found.is_some()
}

fn unknown(asked: &str, lang: Lang) -> clap::Error {
    let mut whole = super::command(lang);
    let commands = whole.get_subcommands().map(Command::get_name);
    let names: Vec<&str> = PAGES.iter().map(|page| page.name).chain(commands).collect();
    let candidate = nearest(asked, names.iter().copied());
    let mut told = lang.pick(
        format!("\"{asked}\" という題目もコマンドもありません"),
        format!("there is no topic and no command \"{asked}\""),
    );
    if let Some(candidate) = candidate {
        told += &lang.pick(
            format!("\n\n  候補: madoguchi help {candidate}"),
            format!("\n\n  did you mean: madoguchi help {candidate}"),
        );
    }
    told += &format!("\n\n{}", topics(lang));
    clap::Error::raw(ErrorKind::InvalidValue, told).format(&mut whole)
}
