//! `madoguchi scenario`: the verbs for people who write and read scenarios.

use clap::{Arg, ArgAction, ArgMatches, Command};
use madoguchi_terms::Lang;
use std::path::PathBuf;

use super::option::{many, maybe, one, path};

/// What can be done with scenarios beside playing them.
#[derive(Debug)]
pub(crate) enum ScenarioCommand {
    Check(Vec<String>),
    New { id: String, out: Option<PathBuf> },
    Explain(String),
    Show(String),
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let id = || {
        Arg::new("id").value_name("ID").required(true).help(t(
            "シナリオの ID、または自分の YAML ファイル",
            "id of a scenario, or a YAML file of your own",
        ))
    };
    Command::new("scenario")
        .about(t(
            "シナリオを調べ、書き始め、内容を言葉や YAML で見る",
            "check scenarios, begin one, and read what one does, in words or as YAML",
        ))
        .subcommand_required(true)
        .subcommand(
            Command::new("check")
                .about(t(
                    "誤りをすべて、行・列・抜粋・直し方とともに一度に示す",
                    "say everything that is wrong at once, with line, column, excerpt and what to do",
                ))
                .arg(
                    Arg::new("file")
                        .value_name("FILE")
                        .required(true)
                        .action(ArgAction::Append)
                        .help(t("シナリオの YAML", "scenarios as YAML")),
                ),
        )
        .subcommand(
            Command::new("new")
                .about(t(
                    "注釈つきの下書きを書く。そのまま check に通る",
                    "write a draft with comments, which checks clean",
                ))
                .arg(Arg::new("id").value_name("ID").required(true).help(t(
                    "新しいシナリオの名前。例 my/first",
                    "name of the new scenario, such as my/first",
                )))
                .arg(
                    path("out", "FILE")
                        .help(t(
                            "書く先 (既定は名前の最後の部分.yaml)",
                            "where to write it (default: the last part of the name, .yaml)",
                        )),
                ),
        )
        .subcommand(
            Command::new("explain")
                .about(t(
                    "何が順に起き、どの資料のどの要件を判定するかを言葉で示す",
                    "say in words what happens, and which requirements of which documents it decides",
                ))
                .arg(id()),
        )
        .subcommand(
            Command::new("show")
                .about(t("YAML をそのまま出力する", "print the YAML"))
                .arg(id()),
        )
}

pub(super) fn parse(m: &ArgMatches) -> ScenarioCommand {
    match m.subcommand() {
        Some(("check", m)) => ScenarioCommand::Check(many(m, "file")),
        Some(("new", m)) => ScenarioCommand::New {
            id: one(m, "id"),
            out: maybe(m, "out"),
        },
        Some(("explain", m)) => ScenarioCommand::Explain(one(m, "id")),
        Some((_, m)) => ScenarioCommand::Show(one(m, "id")),
        None => unreachable!("clap requires a subcommand"),
    }
}
