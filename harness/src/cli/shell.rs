//! `madoguchi completions` and `madoguchi man`: what an installation puts beside the command.

use std::io;
use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use clap_complete::Shell;
use madoguchi_terms::Lang;

use super::option::one;

/// What is written for a shell, or for `man`.
#[derive(Debug)]
pub(crate) enum ForShell {
    Completions(Shell),
    /// One page for the command and one for each of its commands, into this folder.
    Man(PathBuf),
}

pub(super) fn completions(lang: Lang) -> Command {
    Command::new("completions")
        .about(lang.pick(
            "シェルの補完を表示する",
            "print what a shell needs to complete this command",
        ))
        .arg(
            Arg::new("shell")
                .value_name("SHELL")
                .required(true)
                .value_parser(value_parser!(Shell))
                .help(lang.pick("シェル", "the shell")),
        )
}

pub(super) fn man(lang: Lang) -> Command {
    Command::new("man")
        .about(lang.pick(
            "man ページをフォルダに書く",
            "write the man pages into a folder",
        ))
        .arg(
            Arg::new("folder")
                .value_name("DIR")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(lang.pick("書く先のフォルダ", "the folder")),
        )
}

pub(super) fn completions_for(m: &ArgMatches) -> ForShell {
    ForShell::Completions(one(m, "shell"))
}

pub(super) fn man_pages(m: &ArgMatches) -> ForShell {
    ForShell::Man(one(m, "folder"))
}

/// What this shell needs.
pub(crate) fn completion(shell: Shell, lang: Lang) -> Vec<u8> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut super::command(lang), "madoguchi", &mut text);
    text
}

/// Each page, with the name of its file.
///
/// # Errors
/// None: a page is written into memory.
pub(crate) fn pages(lang: Lang) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut whole = super::command(lang).disable_help_subcommand(true);
    whole.build();
    let mut pages = Vec::new();
    page(&whole, "madoguchi", &mut pages)?;
    for command in whole.get_subcommands() {
        let name = format!("madoguchi-{}", command.get_name());
        page(command, &name, &mut pages)?;
    }
    Ok(pages)
}

fn page(command: &Command, name: &str, pages: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    let mut text = Vec::new();
    // a date would differ from build to build
    let man = clap_mangen::Man::new(command.clone()).date("");
    man.render(&mut text)?;
    pages.push((format!("{name}.1"), text));
    Ok(())
}
