//! The command line: what can be asked for, in the user's language. One file per command.

mod ca;
mod card;
mod decode;
mod demo;
mod doctor;
mod explore;
mod help;
mod import;
mod judge;
mod list;
mod merge;
mod mutants;
mod operator;
mod option;
mod part;
mod plan;
mod profile;
mod replay;
mod reports;
mod run;
mod scenario;
mod schema;
mod selection;
mod serve;
mod shell;
mod shrink;
mod sweep;
mod ticket;
mod verify;

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, Command};
use madoguchi_terms::Lang;

use self::option::one;
use crate::manual::Page;

pub(crate) use self::ca::{Ca, CaFormat, OnCard, Written};
pub(crate) use self::card::CardCommand;
pub(crate) use self::decode::Decode;
pub(crate) use self::demo::Demo;
pub(crate) use self::doctor::Doctor;
pub(crate) use self::explore::Explore;
pub(crate) use self::import::Import;
pub(crate) use self::judge::Judge;
pub(crate) use self::list::List;
pub(crate) use self::merge::Merge;
pub(crate) use self::mutants::{Manners, Mutants};
pub(crate) use self::operator::Operator;
pub(crate) use self::option::DEFAULT_PROFILE;
pub(crate) use self::plan::Plan;
pub(crate) use self::profile::{ProfileCommand, ProfileNew, ProfileShow};
pub(crate) use self::replay::Replay;
pub(crate) use self::reports::Reports;
pub(crate) use self::run::{Consumer, Run};
pub(crate) use self::scenario::ScenarioCommand;
pub(crate) use self::schema::Format;
pub(crate) use self::serve::Serve;
pub(crate) use self::shell::{ForShell, completion, pages};
pub(crate) use self::shrink::{Search, Shrink};
pub(crate) use self::sweep::Sweep;
pub(crate) use self::ticket::Ticket;
pub(crate) use self::verify::Verify;

/// What the user asked for.
#[derive(Debug)]
pub(crate) enum Invocation {
    Run(Box<Run>),
    Demo(Box<Demo>),
    /// `madoguchi reference-client`: what it is told.
    ReferenceClient(Vec<String>),
    List(List),
    Judge(Judge),
    Decode(Decode),
    /// `madoguchi import`: a scenario from the logs of a field failure.
    Import(Import),
    /// `madoguchi verify`: an evidence bundle.
    Verify(Verify),
    Serve(Serve),
    /// `madoguchi schema`: a format for editors and readers.
    Schema(Format),
    /// `madoguchi compare`: two JSON reports.
    Compare(PathBuf, PathBuf),
    /// `madoguchi merge`: the JSON reports of shards as one.
    Merge(Merge),
    /// `madoguchi plan`: who plays what on many machines.
    Plan(Box<Plan>),
    /// `madoguchi profile`: wire profiles of the user's own.
    Profile(ProfileCommand),
    /// `madoguchi card`: what a card has kept.
    Card(CardCommand),
    /// `madoguchi ca`: the TLS root of this installation.
    Ca(Ca),
    /// `madoguchi scenario`: what people write and read.
    Scenario(ScenarioCommand),
    /// `madoguchi operator`: what is set up beside an open counter.
    Operator(Operator),
    /// `madoguchi mutants`: whether the catalogue notices what is wrong on purpose.
    Mutants(Mutants),
    /// `madoguchi replay`: the draft of a field failure, and what it could be otherwise.
    Replay(Replay),
    /// `madoguchi shrink`: the smallest case that still fails.
    Shrink(Shrink),
    /// `madoguchi explore`: random days.
    Explore(Explore),
    /// `madoguchi sweep`: one fault at every exchange.
    Sweep(Sweep),
    /// `madoguchi ticket`: one file to attach.
    Ticket(Ticket),
    /// `madoguchi doctor`: everything before the client.
    Doctor(Doctor),
    /// `madoguchi completions` and `madoguchi man`.
    ForShell(ForShell),
    /// `madoguchi help`: a page of the manual.
    Help(&'static Page),
}

/// The language that the arguments or the environment ask for; needed before the rest is parsed,
/// because the help is in it too.
pub(crate) fn lang(args: &[OsString]) -> Lang {
    let mut args = args.iter().filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang") {
            Some("") => args.next(),
            Some(value) => value.strip_prefix('='),
            None => None,
        };
        if let Some(lang) = value.and_then(|value| value.parse().ok()) {
            return lang;
        }
    }
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        .map_or(Lang::En, |locale| Lang::from_locale(&locale))
}

/// Parses the arguments, the program's name first.
///
/// # Errors
/// What clap says of a wrong command line, or of `--help` and `--version`.
pub(crate) fn parse(args: Vec<OsString>, lang: Lang) -> Result<Invocation, clap::Error> {
    let matches = command(lang).try_get_matches_from(help::first(args, lang))?;
    Ok(match matches.subcommand() {
        Some(("run", m)) => {
            run::fits_its_role(m, lang)?;
            Invocation::Run(Box::new(run::parse(m)))
        }
        Some(("demo", m)) => Invocation::Demo(Box::new(demo::parse(m))),
        Some(("reference-client", m)) => Invocation::ReferenceClient(demo::client_arguments(m)),
        Some(("completions", m)) => Invocation::ForShell(shell::completions_for(m)),
        Some(("man", m)) => Invocation::ForShell(shell::man_pages(m)),
        Some(("list", m)) => Invocation::List(list::parse(m)),
        Some(("judge", m)) => Invocation::Judge(judge::parse(m)),
        Some(("decode", m)) => Invocation::Decode(decode::parse(m)),
        Some(("import", m)) => Invocation::Import(import::parse(m)),
        Some(("verify", m)) => Invocation::Verify(verify::parse(m)),
        Some(("serve", m)) => Invocation::Serve(serve::parse(m)),
        Some(("schema", m)) => Invocation::Schema(schema::parse(m)),
        Some(("compare", m)) => Invocation::Compare(one(m, "before"), one(m, "after")),
        Some(("merge", m)) => Invocation::Merge(merge::parse(m)),
        Some(("plan", m)) => Invocation::Plan(Box::new(plan::parse(m))),
        Some(("profile", m)) => Invocation::Profile(profile::parse(m)),
        Some(("card", m)) => Invocation::Card(card::parse(m)),
        Some(("ca", m)) => Invocation::Ca(ca::parse(m)),
        Some(("scenario", m)) => Invocation::Scenario(scenario::parse(m)),
        Some(("operator", m)) => Invocation::Operator(operator::parse(m)),
        Some(("mutants", m)) => Invocation::Mutants(mutants::parse(m)),
        Some(("replay", m)) => Invocation::Replay(replay::parse(m)),
        Some(("shrink", m)) => Invocation::Shrink(shrink::parse(m)),
        Some(("explore", m)) => Invocation::Explore(explore::parse(m)),
        Some(("sweep", m)) => Invocation::Sweep(sweep::parse(m)),
        Some(("ticket", m)) => Invocation::Ticket(ticket::parse(m)),
        Some(("doctor", m)) => Invocation::Doctor(doctor::parse(m)),
        Some(("help", m)) => return help::parse(m, lang),
        _ => unreachable!("clap lets no other subcommand through"),
    })
}

/// The whole command, with its help in `lang`.
pub(crate) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("madoguchi")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t(
            "オンライン資格確認クライアントの適合試験ツール (非公式)",
            "conformance and test toolkit for My Number card eligibility clients (unofficial)",
        ))
        .after_help(format!("{}\n\n{}", t(
            "終了コード: 0 合格 · 1 不合格または判定不能 · 2 使い方 · 3 シナリオ不正 · 4 クライアントを実行できない · 5 環境 · 70 本ツールの不具合 · 130 中断",
            "Exit codes: 0 all pass · 1 failed or inconclusive · 2 usage · 3 invalid scenario · 4 client could not be run · 5 environment · 70 a bug of ours · 130 interrupted",
        ), help::topics(lang)))
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lang")
                .long("lang")
                .value_name("ja|en")
                .global(true)
                .value_parser(PossibleValuesParser::new(["ja", "en"]))
                .help(t("表示の言語 (既定はロケールから)", "language of what you read (default: from the locale)")),
        )
        .subcommands([
            run::command(lang),
            demo::command(lang),
            list::command(lang),
            card::command(lang),
            profile::command(lang),
            ca::command(lang),
            scenario::command(lang),
            mutants::command(lang),
            explore::command(lang),
            replay::command(lang),
            sweep::command(lang),
            shrink::command(lang),
            ticket::command(lang),
            operator::command(lang),
            doctor::command(lang),
            schema::command(lang),
            plan::command(lang),
            merge::compare(lang),
            merge::command(lang),
            judge::command(lang),
            decode::command(lang),
            import::command(lang),
            verify::command(lang),
            serve::command(lang),
            demo::client(lang),
            shell::completions(lang),
            shell::man(lang),
            help::command(lang),
        ])
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use clap::error::ErrorKind;

    use super::*;

    fn args(args: &[&str]) -> Vec<OsString> {
        std::iter::once("madoguchi")
            .chain(args.iter().copied())
            .map(OsString::from)
            .collect()
    }

    #[test]
    fn the_command_is_well_formed_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn an_option_that_the_role_would_not_read_is_refused() {
        let refused = |given: &[&str]| {
            let refusal = parse(args(given), Lang::En).unwrap_err();
            assert_eq!(refusal.kind(), ErrorKind::ArgumentConflict, "{given:?}");
        };
        for option in ["--profile=mock-2025.05", "--variants=all", "--budget=9"] {
            refused(&["run", "--role", "consumer", option]);
        }
        for option in ["--mapping=f", "--clipboard=c", "--persons=3"] {
            refused(&["run", option]);
        }
        refused(&["run", "--role=consumer", "--clipboard=c", "--jobs=2"]);
        let usual = ["run", "--role=consumer", "--persons=3", "--seed=2"];
        assert!(parse(args(&usual), Lang::En).is_ok());
        let divided = [
            "run",
            "--role=consumer",
            "-j2",
            "--shard=1/2",
            "--failed=f",
            "--evidence=f",
        ];
        assert!(parse(args(&divided), Lang::En).is_ok());
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_parsed() {
        assert_eq!(lang(&args(&["--lang", "ja", "nonsense"])), Lang::Ja);
        assert_eq!(lang(&args(&["list", "--lang=en"])), Lang::En);
    }

    #[test]
    fn a_run_has_sensible_defaults() {
        let Invocation::Run(run) =
            parse(args(&["run", "happy/", "--client", "x"]), Lang::En).unwrap()
        else {
            panic!("not a run")
        };
        assert_eq!(
            (run.select, run.seed, run.jobs),
            (vec!["happy/".to_owned()], 1, 1)
        );
    }

    #[test]
    fn a_real_services_host_is_refused_by_name() {
        let error = parse(args(&["serve", "--san", "www.mhlw.go.jp"]), Lang::En).unwrap_err();
        assert!(error.to_string().contains("go.jp"), "{error}");
    }

    #[test]
    fn a_counter_listens_on_this_machine_unless_told_otherwise() {
        let reach = |line: &[&str]| match parse(args(line), Lang::En).unwrap() {
            Invocation::Serve(serve) => serve.reach,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reach(&["serve"]).bind,
            SocketAddr::from(([127, 0, 0, 1], 0))
        );
        let other = reach(&["serve", "--bind", "0.0.0.0:8443", "--san", "pc1.test"]);
        assert_eq!(other.bind, SocketAddr::from(([0; 4], 8443)));
        assert_eq!(other.hosts.len(), 1);
    }

    #[test]
    fn the_help_reads_well_in_both_languages() {
        for lang in Lang::ALL {
            let mut command = command(lang).term_width(80);
            let mut help = command.render_long_help().to_string();
            for path in ["run", "serve", "ca", "profile new", "operator", "scenario"] {
                let mut help_of = &mut command;
                for sub in path.split(' ') {
                    help_of = help_of.find_subcommand_mut(sub).expect("it is there");
                }
                help += &format!("\n---- {path}\n{}", help_of.render_long_help());
            }
            insta::assert_snapshot!(format!("help-{lang}"), help);
        }
    }
}
