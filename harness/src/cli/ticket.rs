//! `madoguchi ticket`: one file to attach.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::one;

/// `madoguchi ticket`: of which case, and to which file.
#[derive(Debug)]
pub(crate) struct Ticket {
    pub(crate) case: PathBuf,
    pub(crate) out: PathBuf,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("ticket")
        .about(t(
            "不具合票に添える一つのファイルを作る: 起きたこと、最小の場面、期待と実際、時系列、再実行の方法、版 (日英)",
            "write one file to attach to a ticket: what happened, the smallest case, expected and observed, timeline, how to run it again, versions (in both languages)",
        ))
        .arg(
            Arg::new("case")
                .value_name("CASE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(t(
                    "shrink のフォルダー、run の一つの場面のフォルダー、または記録 (trace.jsonl)",
                    "a folder of shrink, the folder of one case of run, or a trace (trace.jsonl)",
                )),
        )
        .arg(
            Arg::new("out")
                .long("out")
                .short('o')
                .value_name("FILE")
                .default_value("ticket.md")
                .value_parser(value_parser!(PathBuf))
                .help(t("書く先", "where to write it")),
        )
}

pub(super) fn parse(m: &ArgMatches) -> Ticket {
    Ticket {
        case: one(m, "case"),
        out: one(m, "out"),
    }
}
