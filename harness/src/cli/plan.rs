//! `madoguchi plan`: who plays what, where a run is divided among machines.

use std::num::NonZeroU16;
use std::path::PathBuf;

use clap::{ArgAction, ArgMatches, Command, value_parser};
use madoguchi_scenarios::Breadth;
use madoguchi_terms::Lang;

use super::option::{derived, id, many, maybe, one, path, profile, seed, valued};
use super::selection;

/// `madoguchi plan`: what is to be played with whom, and in how many parts.
#[derive(Debug)]
pub(crate) struct Plan {
    pub(crate) select: Vec<String>,
    pub(crate) derived: bool,
    pub(crate) variants: Breadth,
    pub(crate) tags: Vec<String>,
    pub(crate) requirements: Vec<String>,
    pub(crate) documents: Vec<String>,
    /// Commands of the products; where there is none, `run` is told.
    pub(crate) clients: Vec<String>,
    /// Manners in which each is played, too.
    pub(crate) manners: Vec<String>,
    pub(crate) profiles: Vec<String>,
    pub(crate) seed: u64,
    pub(crate) cells: NonZeroU16,
    /// JUnit reports, and folders with traces, of earlier runs.
    pub(crate) times: Vec<PathBuf>,
    pub(crate) json: Option<PathBuf>,
}

/// What `run` takes of the catalogue and a plan does not: it is said of a part.
const OF_A_PART: [&str; 2] = ["statement", "budget"];

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let mut selected = selection::args(lang);
    selected.retain(|arg| !OF_A_PART.contains(&arg.get_id().as_str()));
    Command::new("plan")
        .about(t(
            "製品・流儀・プロファイルとシナリオの組をすべて、所要時間の揃った N 区画に分ける",
            "divide every product, manner and profile with every scenario into N cells that take equally long",
        ))
        .arg(id(lang))
        .arg(derived(lang))
        .args(selected)
        .arg(
            valued("cells", "N")
                .required(true)
                .value_parser(value_parser!(NonZeroU16))
                .help(t(
                    "区画の数。一つの区画が run --plan FILE --shard K/N の一回分になる",
                    "how many cells; each is one run --plan FILE --shard K/N",
                )),
        )
        .arg(
            valued("client", "CMD")
                .action(ArgAction::Append)
                .help(t(
                    "製品の起動コマンド。繰り返し可。省略すると run の --client が決める",
                    "command of a product; may be repeated; left to --client of run if left out",
                )),
        )
        .arg(
            valued("manner", "NAME")
                .action(ArgAction::Append)
                .help(t(
                    "--manner NAME を付けたクライアントも対象にする。繰り返し可",
                    "each client with --manner NAME, too; may be repeated",
                )),
        )
        .arg(profile(lang).action(ArgAction::Append).help(t(
            "Webサービスの電文プロファイル。繰り返し可",
            "wire profile that the service speaks; may be repeated",
        )))
        .arg(seed(lang))
        .arg(
            valued("times", "FILE|DIR")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help(t(
                    "以前の実行の JUnit 報告か記録のフォルダ。測った時間で揃える。省略すると操作の数で揃える。繰り返し可",
                    "JUnit reports, or folders with traces, of earlier runs: their times are balanced; without any, the number of acts; may be repeated",
                )),
        )
        .arg(
            path("json", "FILE")
                .help(t("計画を書く先 (run --plan 用)", "write the plan, for run --plan")),
        )
}

pub(super) fn parse(m: &ArgMatches) -> Plan {
    Plan {
        select: many(m, "id"),
        derived: m.get_flag("derived"),
        variants: selection::breadth(m),
        tags: many(m, "tag"),
        requirements: many(m, "requirement"),
        documents: many(m, "document"),
        clients: many(m, "client"),
        manners: many(m, "manner"),
        profiles: many(m, "profile"),
        seed: one(m, "seed"),
        cells: one(m, "cells"),
        times: many(m, "times"),
        json: maybe(m, "json"),
    }
}
