//! `madoguchi compare` and `madoguchi merge`: JSON reports of several runs.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{many, valued};
use super::reports::{self, Reports};

/// `madoguchi merge`: JSON reports, and what is to be written of them together.
#[derive(Debug)]
pub(crate) struct Merge {
    pub(crate) parts: Vec<PathBuf>,
    /// Folders of the runs, for what the reports tell of their traces.
    pub(crate) traces: Vec<PathBuf>,
    pub(crate) reports: Reports,
}

/// What needs traces.
const OF_RUNS: [&str; 2] = ["evidence", "nonce"];
/// What `merge` can write; at least one of them is asked for.
const OF_MERGE: [&str; 6] = [
    "json",
    "html",
    "junit",
    "test-record",
    "markdown",
    "annotations",
];

/// The options of `merge`: those of a run that reports alone are enough for.
fn args(lang: Lang) -> Vec<Arg> {
    let traces = valued("traces", "DIR")
        .action(ArgAction::Append)
        .value_parser(value_parser!(PathBuf))
        .help(lang.pick(
            "記録のフォルダ (各分割の --out)。時系列などを報告に入れる。繰り返し可",
            "folder with traces (a shard's --out), for the timelines; may be repeated",
        ));
    let mut args = reports::args(lang);
    args.retain(|arg| !OF_RUNS.contains(&arg.get_id().as_str()));
    let one_of = |arg: Arg| match arg.get_id().as_str() {
        "json" => arg.required_unless_present_any(&OF_MERGE[1..]),
        _ => arg,
    };
    args.into_iter().map(one_of).chain([traces]).collect()
}

pub(super) fn compare(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("compare")
        .about(t(
            "二つの JSON 報告を比べる。悪化や消えた項目があれば終了コード 1",
            "compare two JSON reports; exit code 1 where something is worse or gone",
        ))
        .arg(report("before", t("前の報告", "the earlier report")))
        .arg(report("after", t("後の報告", "the later report")))
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("merge")
        .about(t(
            "分割実行の JSON 報告を一つにまとめ、どの形の報告にもする",
            "make one of the JSON reports of several shards, as any kind of report",
        ))
        .arg(
            report(
                "report",
                t(
                    "報告、または報告のあるフォルダ",
                    "reports, or folders with reports",
                ),
            )
            .action(ArgAction::Append),
        )
        .args(args(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Merge {
    Merge {
        parts: many(m, "report"),
        traces: many(m, "traces"),
        reports: Reports::of(m),
    }
}

fn report(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name)
        .value_name("REPORT")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}
