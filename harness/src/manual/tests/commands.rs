//! That every command of the manual and its options exist.

use clap::Command;
use clap::error::ErrorKind;

use super::*;
use crate::cli;

/// Lines of code that call the command, each without what the shell makes of it.
fn in_code(text: &str) -> Vec<String> {
    let mut is_code = false;
    let mut lines: Vec<String> = Vec::new();
    let mut goes_on = false;
    for line in text.lines() {
        if line.starts_with("```") {
            is_code = !is_code;
        } else if is_code && goes_on {
            let last = lines.last_mut().expect("a line goes on");
            last.push_str(line.trim_end_matches('\\'));
            goes_on = line.ends_with('\\');
        } else if is_code && line.trim_start_matches("$ ").starts_with("madoguchi ") {
            let line = line.trim_start_matches("$ ");
            let line = line.split("  #").next().unwrap_or(line);
            lines.push(line.trim_end_matches('\\').to_owned());
            goes_on = line.ends_with('\\');
        }
    }
    lines
}

/// What stands between backquotes in a sentence or a table and calls the command.
fn in_prose(text: &str) -> Vec<String> {
    let text: Vec<&str> = prose(text).collect();
    let text = text.join(" ");
    let spans = text.split('`').skip(1).step_by(2);
    let calls = spans.filter(|span| *span == "madoguchi" || span.starts_with("madoguchi "));
    calls.map(str::to_owned).collect()
}

/// The options of a call that the command, as far as it is named, does not have; and a first word that
/// is no command.
fn unknown(call: &str, whole: &Command) -> Vec<String> {
    let words = shlex::split(call).unwrap_or_else(|| panic!("{call}: quotation marks"));
    let mut command = whole;
    let mut options: Vec<&Command> = vec![whole];
    let mut unknown = Vec::new();
    for word in words.iter().skip(1) {
        if let Some(option) = word
            .strip_prefix("--")
            .and_then(|word| word.split('=').next())
        {
            let is_of = |command: &&&Command| {
                let mut known = command.get_arguments().filter_map(clap::Arg::get_long);
                known.any(|known| known == option)
            };
            if option != "help" && !options.iter().any(|command| is_of(&command)) {
                unknown.push(word.clone());
            }
        } else if let Some(inner) = command.find_subcommand(word) {
            command = inner;
            options.push(inner);
        } else if command.has_subcommands() {
            unknown.push(word.clone());
        }
    }
    unknown
}

/// Every page and README, with its name.
fn texts() -> Vec<(String, String, Lang)> {
    let pages = |lang| {
        PAGES.iter().map(move |page| {
            (
                format!("{lang}/{}", page.name),
                page.text(lang).to_owned(),
                lang,
            )
        })
    };
    let readmes = readme::READMES.map(|(file, lang)| {
        let text = fs::read_to_string(readme::root().join(file)).unwrap();
        (file.to_owned(), text, lang)
    });
    Lang::ALL
        .into_iter()
        .flat_map(pages)
        .chain(readmes)
        .collect()
}

#[test]
fn every_call_in_code_is_one_that_the_command_line_reads() {
    let mut calls = 0;
    for (name, text, lang) in texts() {
        for call in in_code(&text) {
            let words = shlex::split(&call).unwrap_or_else(|| panic!("{call}: quotation marks"));
            let args = words.into_iter().map(Into::into).collect();
            match cli::parse(args, lang) {
                Ok(_) => {}
                Err(told) if told.kind() == ErrorKind::DisplayHelp => {}
                Err(told) => panic!("{name}: {call}\n{told}"),
            }
            calls += 1;
        }
    }
    assert!(calls > 50, "{calls}");
}

#[test]
fn every_call_in_a_sentence_names_what_there_is() {
    for (name, text, lang) in texts() {
        let whole = cli::command(lang);
        for call in in_prose(&text) {
            let unknown = unknown(&call, &whole);
            assert!(unknown.is_empty(), "{name}: {call}: {unknown:?}");
        }
    }
}

#[test]
fn every_command_has_a_row_on_the_first_page() {
    for lang in Lang::ALL {
        let start = Page::of("start").unwrap().text(lang);
        for command in cli::command(lang).get_subcommands() {
            let row = format!("\n| `madoguchi {}` |", command.get_name());
            assert!(start.contains(&row), "{lang}: {}", command.get_name());
        }
    }
}

#[test]
fn a_topic_a_command_and_neither_are_told_apart() {
    let ask = |words: &[&str]| {
        let args = ["madoguchi", "help"].iter().chain(words).map(Into::into);
        cli::parse(args.collect(), Lang::En)
    };
    assert!(
        matches!(ask(&["contract"]), Ok(cli::Invocation::Help(page)) if page.name == "contract")
    );
    for command in [&["run"][..], &["scenario", "check"], &["profile"], &[]] {
        let told = ask(command).unwrap_err();
        assert_eq!(told.kind(), ErrorKind::DisplayHelp, "{command:?}");
        assert!(!told.use_stderr());
    }
    let words = ["madoguchi", "operator", "codes", "help", "issue"].map(Into::into);
    let told = cli::parse(words.into(), Lang::En).unwrap_err();
    assert!(told.to_string().contains("--memo"), "{told}");
    let told = ask(&["contrat"]).unwrap_err();
    assert!(told.use_stderr());
    assert!(
        told.to_string().contains("madoguchi help contract"),
        "{told}"
    );
}
