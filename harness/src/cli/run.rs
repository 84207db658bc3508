//! `madoguchi run`: cases against a client, and which options its role has.

use std::env;
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_report::shard::Shard;
use madoguchi_scenarios::Breadth;
use madoguchi_terms::{Lang, Say as _};

use super::option::{
    derived, flag, id, many, maybe, one, out, path, profile, screen_map, seed, valued, words,
};
use super::part::{self, Part};
use super::reports::{self, Reports};
use super::selection;
use crate::exit::Exit;

/// `madoguchi run`: cases against a client.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) select: Vec<String>,
    /// The scenarios that are made from tables, instead of the catalogue.
    pub(crate) derived: bool,
    pub(crate) client: Option<String>,
    pub(crate) profile: String,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    /// How often each case is played.
    pub(crate) repeat: u32,
    pub(crate) timeout: Duration,
    /// In a network of its own, where other hosts that a client looks for are heard of.
    pub(crate) own_network: bool,
    /// How an app's screens are operated, where it does not speak the contract.
    pub(crate) screen_map: Option<PathBuf>,
    pub(crate) words: Option<PathBuf>,
    /// How long a person is given for one answer.
    pub(crate) attended_limit: Duration,
    pub(crate) out: Option<PathBuf>,
    /// The part of the selected scenarios that this run takes.
    pub(crate) shard: Option<Shard>,
    /// A plan that says what each part takes.
    pub(crate) plan: Option<PathBuf>,
    /// What told which part it is, where the command line did not.
    pub(crate) engine: Option<&'static str>,
    /// Whether a part that is complete ends with 0: `merge` has the verdict.
    pub(crate) verdicts_elsewhere: bool,
    /// A JSON report: only what did not pass there.
    pub(crate) failed: Option<PathBuf>,
    /// How many variants of each scenario.
    pub(crate) variants: Breadth,
    /// Only scenarios with one of these tags.
    pub(crate) tags: Vec<String>,
    /// Only scenarios that are meant to decide one of these requirements: ids or globs.
    pub(crate) requirements: Vec<String>,
    /// Only scenarios that rest on one of these documents: keys, or parts of titles and headings.
    pub(crate) documents: Vec<String>,
    /// What the vendor claims.
    pub(crate) statement: Option<PathBuf>,
    /// No case is begun after this.
    pub(crate) budget: Option<Duration>,
    pub(crate) reports: Reports,
    /// Set where the client is a レセコン.
    pub(crate) consumer: Option<Consumer>,
}

/// A レセコン under test: how its export is read, and where the app's text goes.
#[derive(Debug, Clone)]
pub(crate) struct Consumer {
    pub(crate) mapping: Option<PathBuf>,
    pub(crate) clipboard: Option<String>,
    /// How many invented persons come after the scenarios.
    pub(crate) persons: Option<u32>,
}

impl Run {
    /// What this run ends with: a part need not say what the whole will.
    pub(crate) fn of_part(&self, exit: Exit) -> Exit {
        if self.verdicts_elsewhere && exit == Exit::FAIL {
            Exit::PASS
        } else {
            exit
        }
    }
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("run")
                .about(t("シナリオをクライアントに対して実行し、判定する", "run scenarios against a client and judge it"))
                .arg(id(lang))
                .arg(derived(lang))
                .arg(valued("client", "CMD").help(t(
                    "被試験クライアントの起動コマンド (契約は madoguchi help contract)。省略すると、隣に置かれた参照クライアント",
                    "command that starts the client under test (the contract: madoguchi help contract); the reference client beside this program if left out",
                )))
                .arg(screen_map(lang))
                .arg(words(lang))
                .arg(
                    valued("attended-limit", "SECONDS")
                        .default_value("900")
                        .value_parser(value_parser!(u64).range(1..=86_400))
                        .help(t(
                            "画面を見て答える人を一つの答えにつき待つ上限 (秒)",
                            "limit for one answer of the person who reads the screen (attended), seconds",
                        )),
                )
                .arg(
                    valued("role", "ROLE")
                        .default_value("app")
                        .value_parser(PossibleValuesParser::new(["app", "consumer"]).map(String::from))
                        .help(t(
                            "試験する相手。app はカードを読むアプリ、consumer はその結果を取り込むレセコン",
                            "who is tested: app reads cards, consumer is a レセコン that takes over what an app delivers",
                        )),
                )
                .arg(
                    path("mapping", "FILE")
                        .help(t(
                            "consumer: レセコンの書き出しの項目と本ツールの項目の対応表 (YAML)",
                            "consumer: which field of its export is which of ours (YAML)",
                        )),
                )
                .arg(
                    valued("clipboard", "CMD")
                        .help(t(
                            "consumer: 標準入力をクリップボードに置くコマンド (clip.exe, pbcopy, xclip)。ファイルにも置く",
                            "consumer: what puts its standard input on the clipboard (clip.exe, pbcopy, xclip); a file gets it in any case",
                        )),
                )
                .arg(
                    valued("persons", "N")
                        .value_parser(value_parser!(u32).range(1..=1000))
                        .help(t(
                            "consumer: シナリオのあとに架空の人物 N 人を届ける。失敗したら、失敗する最小の人物を探す",
                            "consumer: N invented persons after the scenarios; a failure is brought down to the smallest person that fails",
                        )),
                )
                .arg(profile(lang))
                .arg(seed(lang))
                .arg(
                    Arg::new("jobs")
                        .long("jobs")
                        .short('j')
                        .value_name("N")
                        .default_value("1")
                        .value_parser(value_parser!(u16).range(1..=256))
                        .help(t("同時に実行するシナリオの数", "scenarios that run at the same time")),
                )
                .arg(
                    valued("repeat", "N")
                        .default_value("1")
                        .value_parser(value_parser!(u32).range(1..=100_000))
                        .help(t(
                            "各シナリオを N 回実行し、判定が回によって違えば不合格とする",
                            "play each scenario N times; one whose verdicts differ from run to run fails",
                        )),
                )
                .arg(
                    valued("timeout", "SECONDS")
                        .default_value("10")
                        .value_parser(value_parser!(u64).range(1..=3600))
                        .help(t(
                            "クライアントに伝える待ち時間の上限 (秒)。一つの手順はその 1.5 倍と 1 秒まで待つ",
                            "how long the client is told to wait at most, seconds; a step of it may take half as long again and a second",
                        )),
                )
                .arg(flag("own-network").help(t(
                    "外に出られない専用のネットワークで一件ずつ実行し、サービス以外の通信先を記録する (Linux、unshare と ip)",
                    "play, one case at a time, in a network that leads nowhere, and record which hosts but the service a client looks for (Linux; unshare and ip)",
                )))
                .arg(out(lang))
                .arg(
                    valued("shard", "I/N")
                        .value_parser(move |text: &str| {
                            let variable = |name: &str| env::var(name).ok();
                            part::of(text, &variable).map_err(|no| no.text(lang))
                        })
                        .help(t(
                            "選んだシナリオを N 台に分けた I 番目を実行する。auto は実行基盤の変数から読む (auto/N は台数だけ指定)。報告は madoguchi merge でまとめる",
                            "run part I of N of what was selected; auto takes it from the engine's variables, auto/N all but the number; madoguchi merge puts the reports together",
                        )),
                )
                .arg(
                    path("plan", "FILE")
                        .requires("shard")
                        .conflicts_with_all(OF_PLANS)
                        .help(t(
                            "madoguchi plan --json の計画の I 番目の区画を、計画のクライアントとプロファイルで実行する",
                            "run cell I of a plan of madoguchi plan --json, with its client and its profile",
                        )),
                )
                .arg(
                    flag("verdicts-elsewhere")
                        .requires("json")
                        .help(t(
                            "報告が揃えば、不合格があっても終了コード 0 で終わる。判定は madoguchi merge がする",
                            "end with 0 once the report is complete, whatever failed: madoguchi merge has the verdict",
                        )),
                )
                .arg(
                    path("failed", "REPORT")
                        .help(t(
                            "JSON 報告で合格しなかったシナリオだけを実行する",
                            "run only what did not pass in this JSON report",
                        )),
                )
                .args(selection::args(lang))
                .args(reports::args(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Run {
    Run {
        select: many(m, "id"),
        derived: m.get_flag("derived"),
        client: maybe(m, "client"),
        profile: one(m, "profile"),
        seed: one(m, "seed"),
        jobs: one::<u16>(m, "jobs").into(),
        repeat: one(m, "repeat"),
        timeout: Duration::from_secs(one::<u64>(m, "timeout")),
        own_network: m.get_flag("own-network"),
        screen_map: maybe(m, "screen-map"),
        words: maybe(m, "words"),
        attended_limit: Duration::from_secs(one::<u64>(m, "attended-limit")),
        out: maybe(m, "out"),
        shard: maybe::<Part>(m, "shard").map(|part| part.shard),
        plan: maybe(m, "plan"),
        engine: maybe::<Part>(m, "shard").and_then(|part| part.engine),
        verdicts_elsewhere: m.get_flag("verdicts-elsewhere"),
        failed: maybe(m, "failed"),
        variants: selection::breadth(m),
        tags: many(m, "tag"),
        requirements: many(m, "requirement"),
        documents: many(m, "document"),
        statement: maybe(m, "statement"),
        budget: maybe(m, "budget").map(Duration::from_secs),
        reports: Reports::of(m),
        consumer: (one::<String>(m, "role") == "consumer").then(|| Consumer {
            mapping: maybe(m, "mapping"),
            clipboard: maybe(m, "clipboard"),
            persons: maybe(m, "persons"),
        }),
    }
}

/// What a plan says already.
const OF_PLANS: &[&str] = &[
    "id",
    "derived",
    "failed",
    "variants",
    "tag",
    "requirement",
    "document",
    "profile",
    "seed",
];

/// Options of `run` that only one role has.
const OF_APPS: &[&str] = &[
    "derived",
    "plan",
    "own-network",
    "screen-map",
    "words",
    "profile",
    "variants",
    "tag",
    "requirement",
    "document",
    "budget",
];
const OF_CONSUMERS: &[&str] = &["mapping", "clipboard", "persons"];

/// Refuses an option that the role would leave unread.
pub(super) fn fits_its_role(m: &ArgMatches, lang: Lang) -> Result<(), clap::Error> {
    let role: String = one(m, "role");
    let others = if role == "consumer" {
        OF_APPS
    } else {
        OF_CONSUMERS
    };
    let given = |name: &&&str| m.value_source(name) == Some(ValueSource::CommandLine);
    if maybe::<String>(m, "clipboard").is_some() && one::<u16>(m, "jobs") > 1 {
        let text = lang.pick(
            "クリップボードは一つなので、--clipboard と --jobs 2 以上は同時に使えません",
            "there is one clipboard: --clipboard goes with --jobs 1",
        );
        return Err(super::command(lang).error(ErrorKind::ArgumentConflict, text));
    }
    let Some(name) = others.iter().find(given) else {
        return Ok(());
    };
    let text = lang.pick(
        format!("--{name} は --role {role} では使えません"),
        format!("--{name} has no meaning with --role {role}"),
    );
    Err(super::command(lang).error(ErrorKind::ArgumentConflict, text))
}
