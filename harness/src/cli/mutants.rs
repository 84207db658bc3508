//! `madoguchi mutants`: a client that can be wrong on purpose, and whether the catalogue notices.

use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_scenarios::Breadth;
use madoguchi_terms::Lang;

use super::option::{flag, many, maybe, one, out, path, profile, screen_map, seed, valued};
use super::selection;

/// `madoguchi mutants`: a client with its defects.
#[derive(Debug)]
pub(crate) struct Mutants {
    /// Those that are tried; all where none is named.
    pub(crate) names: Vec<String>,
    pub(crate) client: Option<String>,
    /// How an app's screens are operated, where it does not speak the contract.
    pub(crate) screen_map: Option<PathBuf>,
    pub(crate) profile: String,
    /// Scenarios of one's own that they are tried with, in place of the catalogue.
    pub(crate) scenarios: Vec<String>,
    /// Defects at a time.
    pub(crate) jobs: usize,
    /// Whether each is played through every case, to see which cases alone catch it.
    pub(crate) every_case: bool,
    /// What an earlier run wrote as JSON.
    pub(crate) earlier: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
    /// Whether correct clients are let through, too.
    pub(crate) manners: Option<Manners>,
}

/// What is tried of a client that is right in other ways.
#[derive(Debug)]
pub(crate) struct Manners {
    /// What each manner is played through.
    pub(crate) variants: Breadth,
    /// How many pairs of manners.
    pub(crate) pairs: usize,
    /// How many sets of manners for each defect.
    pub(crate) sets: usize,
    /// Draws pairs and sets, and what a budget has time for.
    pub(crate) seed: u64,
    pub(crate) budget: Option<Duration>,
    /// Also what the plain client's trial says would be the same.
    pub(crate) every_trial: bool,
    pub(crate) begun: Instant,
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
            valued("client", "CMD")
                .help(t(
                    "クライアントのコマンド。--list-defects (名前、タブ、要件の行) と --defect NAME に応じること。既定は参照クライアント",
                    "command of the client; it must know --list-defects (lines of name, tab, requirement) and --defect NAME; the reference client if left out",
                )),
        )
        .arg(screen_map(lang))
        .arg(profile(lang))
        .arg(
            valued("jobs", "N")
                .value_parser(value_parser!(u16).range(1..))
                .help(t(
                    "同時に試す欠陥の数 (既定は CPU の数)",
                    "defects at a time (default: the number of CPUs)",
                )),
        )
        .arg(
            valued("scenario", "FILE")
                .action(ArgAction::Append)
                .conflicts_with_all(["every-case", "manners", "earlier"])
                .help(t(
                    "カタログの代わりに、自分のシナリオ (YAML または ID) が検出する欠陥を示す。欠陥のないクライアントが通らないシナリオは不合格",
                    "tell which defects a scenario of your own (YAML or id) catches, in place of the catalogue; one that the client without a defect does not pass fails",
                )),
        )
        .arg(
            flag("every-case")
                .help(t(
                    "各欠陥ですべてのシナリオを実行し、それだけが見つける欠陥をシナリオごとに示す",
                    "play each defect through every case, and tell which cases find what no other finds",
                )),
        )
        .arg(
            path("earlier", "FILE")
                .help(t(
                    "以前の --json の結果。そのとき検出したシナリオを先に実行する",
                    "what --json wrote earlier: the case that caught a defect then is played first",
                )),
        )
        .arg(
            path("json", "FILE")
                .help(t("結果を JSON でも書く", "write the outcome as JSON, too")),
        )
        .arg(
            flag("manners")
                .conflicts_with("every-case")
                .help(t(
                    "正しいクライアントのほかの流儀 (--list-manners、--manner NAME) を誤って不適合としないか、流儀を変えても欠陥を検出するかを確かめる",
                    "see whether clients that are right in other ways (--list-manners, --manner NAME) are let through, and whether each defect is caught whatever the manners",
                )),
        )
        .args([
            selection::variants().default_value("pairwise").requires("manners").help(t(
                    "--manners: 各流儀を実行するシナリオの変種",
                    "--manners: the variants of each scenario that every manner is played through",
                )),
            number("pairs", "300").help(t(
                "--manners: 試す流儀の組の数",
                "--manners: pairs of manners that are tried",
            )),
            number("sets", "5").help(t(
                "--manners: 欠陥ごとに試す流儀の集まりの数",
                "--manners: sets of manners that each defect is tried under",
            )),
            number("budget", "").value_name("SECONDS").help(t(
                "--manners: この秒数に収まるだけを、種で選んで試す",
                "--manners: try as much as fits into so many seconds, chosen by the seed",
            )),
        ])
        .arg(
            flag("every-trial")
                .requires("manners")
                .help(t(
                    "--manners: 流儀が何も変えないとわかっている試行も実行し、本当に変えないことを確かめる",
                    "--manners: play those trials, too, in which a manner is known to change nothing, and see that it does not",
                )),
        )
        .arg(seed(lang).requires("manners"))
        .arg(out(lang))
}

/// A number beside `--manners`; none where the default is empty.
fn number(name: &'static str, default: &'static str) -> Arg {
    let arg = Arg::new(name)
        .long(name)
        .value_name("N")
        .requires("manners")
        .value_parser(value_parser!(u32).range(1..=1_000_000));
    match default {
        "" => arg,
        default => arg.default_value(default),
    }
}

pub(super) fn parse(m: &ArgMatches) -> Mutants {
    let jobs = maybe::<u16>(m, "jobs").map(usize::from);
    let count = |name| usize::try_from(one::<u32>(m, name)).unwrap_or(usize::MAX);
    Mutants {
        names: many(m, "name"),
        client: maybe(m, "client"),
        screen_map: maybe(m, "screen-map"),
        profile: one(m, "profile"),
        scenarios: many(m, "scenario"),
        jobs: jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, usize::from)),
        every_case: m.get_flag("every-case"),
        earlier: maybe(m, "earlier"),
        json: maybe(m, "json"),
        out: maybe(m, "out"),
        manners: m.get_flag("manners").then(|| Manners {
            variants: selection::breadth(m),
            pairs: count("pairs"),
            sets: count("sets"),
            seed: one(m, "seed"),
            budget: maybe::<u32>(m, "budget").map(|seconds| Duration::from_secs(seconds.into())),
            every_trial: m.get_flag("every-trial"),
            begun: Instant::now(),
        }),
    }
}
