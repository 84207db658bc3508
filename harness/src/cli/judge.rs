//! `madoguchi judge`: stored traces again, ours and other programs'.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_incident::Writer;
use madoguchi_terms::Lang;

use super::option::{from, many, maybe, path, words, writer};
use super::reports::{self, Reports};

/// `madoguchi judge`: stored traces again.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Traces, and folders to look for traces in.
    pub(crate) traces: Vec<PathBuf>,
    /// Whose log it is, where it is no trace of ours.
    pub(crate) from: Option<Writer>,
    pub(crate) words: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) reports: Reports,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("judge")
                .about(t("保存された記録をもう一度判定する", "judge stored traces again"))
                .arg(
                    Arg::new("trace")
                        .value_name("TRACE")
                        .required(true)
                        .action(ArgAction::Append)
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "trace.jsonl、またはそれを含むフォルダ",
                            "trace.jsonl, or a folder in which there are some",
                        )),
                )
                .arg(from(&["pcscd", "pcsc-spy", "opensc", "freerdp", "usb", "plain"]).help(t(
                    "他のプログラムの記録を判定する。書き出す前に秘匿し、カードだけで分かる要件を判定する",
                    "judge another program's log: redacted before anything is written, by the rules on the card alone",
                )))
                .arg(words(lang))
                .arg(path("out", "FILE").help(t(
                    "判定ファイルを書く先 (記録が一つのとき)",
                    "write the verdict file here (for one trace)",
                )))
                .args(reports::args(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Judge {
    Judge {
        traces: many(m, "trace"),
        from: writer(m),
        words: maybe(m, "words"),
        out: maybe(m, "out"),
        reports: Reports::of(m),
    }
}
