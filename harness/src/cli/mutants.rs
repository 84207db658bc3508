//! `madoguchi mutants`: a client that can be wrong on purpose, and whether the catalogue notices.

use std::path::PathBuf;
use std::thread;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{many, maybe, one, out, profile, screen_map};

/// `madoguchi mutants`: a client with its defects.
#[derive(Debug)]
pub(crate) struct Mutants {
    /// Those that are tried; all where none is named.
    pub(crate) names: Vec<String>,
    pub(crate) client: Option<String>,
    /// How an app's screens are operated, where it does not speak the contract.
    pub(crate) screen_map: Option<PathBuf>,
    pub(crate) profile: String,
    /// Defects at a time.
    pub(crate) jobs: usize,
    /// Whether each is played through every case, to see which cases alone catch it.
    pub(crate) every_case: bool,
    /// What an earlier run wrote as JSON.
    pub(crate) earlier: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("mutants")
        .about(t(
            "わざと誤らせたクライアントを、その要件を判定するシナリオで捕まえられるか確かめる",
            "see whether clients that are wrong on purpose are caught, each by a case that names the requirement it breaks",
        ))
        .arg(
            Arg::new("name")
                .value_name("NAME")
                .action(ArgAction::Append)
                .help(t("欠陥の名前。省略するとすべて", "defects; all if left out")),
        )
        .arg(
            Arg::new("client")
                .long("client")
                .value_name("CMD")
                .help(t(
                    "クライアントのコマンド。--list-defects (名前、タブ、要件の行) と --defect NAME に応じること。既定は参照クライアント",
                    "command of the client; it must know --list-defects (lines of name, tab, requirement) and --defect NAME; the reference client if left out",
                )),
        )
        .arg(screen_map(lang))
        .arg(profile(lang))
        .arg(
            Arg::new("jobs")
                .long("jobs")
                .value_name("N")
                .value_parser(value_parser!(u16).range(1..))
                .help(t(
                    "同時に試す欠陥の数 (既定は CPU の数)",
                    "defects at a time (default: the number of CPUs)",
                )),
        )
        .arg(
            Arg::new("every-case")
                .long("every-case")
                .action(ArgAction::SetTrue)
                .help(t(
                    "各欠陥ですべてのシナリオを実行し、それだけが見つける欠陥をシナリオごとに示す",
                    "play each defect through every case, and tell which cases find what no other finds",
                )),
        )
        .arg(
            Arg::new("earlier")
                .long("earlier")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(t(
                    "以前の --json の結果。そのとき検出したシナリオを先に実行する",
                    "what --json wrote earlier: the case that caught a defect then is played first",
                )),
        )
        .arg(
            Arg::new("json")
                .long("json")
                .value_name("FILE")
                .value_parser(value_parser!(PathBuf))
                .help(t("結果を JSON でも書く", "write the outcome as JSON, too")),
        )
        .arg(out(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Mutants {
    let jobs = maybe::<u16>(m, "jobs").map(usize::from);
    Mutants {
        names: many(m, "name"),
        client: maybe(m, "client"),
        screen_map: maybe(m, "screen-map"),
        profile: one(m, "profile"),
        jobs: jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)),
        every_case: m.get_flag("every-case"),
        earlier: maybe(m, "earlier"),
        json: maybe(m, "json"),
        out: maybe(m, "out"),
    }
}
