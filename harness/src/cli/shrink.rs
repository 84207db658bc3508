//! `madoguchi shrink`: the smallest case that still fails.

use std::num::NonZero;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{flag, maybe, one, out, path, profile, seed, valued};

/// `madoguchi shrink`: a case, and who fails it.
#[derive(Debug)]
pub(crate) struct Shrink {
    /// A scenario (id or file), a trace, or a folder with one of them.
    pub(crate) case: String,
    pub(crate) search: Search,
    /// Which failure, where the case has several.
    pub(crate) requirement: Option<String>,
    /// What is seen of it, in words, where no requirement fails.
    pub(crate) symptom: Option<String>,
    pub(crate) budget: Duration,
    /// How many trials at most.
    pub(crate) trials: usize,
}

/// What every search for failures is told: who is tried, beside whom, and where it is written.
#[derive(Debug)]
pub(crate) struct Search {
    pub(crate) client: Option<String>,
    /// A client that is known to be correct.
    pub(crate) control: Option<String>,
    pub(crate) profile: String,
    pub(crate) seed: u64,
    /// Cells at a time.
    pub(crate) jobs: usize,
    pub(crate) timeout: Duration,
    pub(crate) out: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
}

impl Search {
    /// What [`clients`], [`effort`], [`json`], and the options that other commands have, were given.
    pub(super) fn of(m: &ArgMatches) -> Self {
        let jobs = maybe::<u16>(m, "jobs").map(usize::from);
        Self {
            client: maybe(m, "client"),
            control: maybe(m, "control"),
            profile: one(m, "profile"),
            seed: one(m, "seed"),
            jobs: jobs.unwrap_or_else(|| thread::available_parallelism().map_or(1, NonZero::get)),
            timeout: Duration::from_secs(one::<u64>(m, "timeout")),
            out: maybe(m, "out"),
            json: maybe(m, "json"),
        }
    }
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("shrink")
        .about(t(
            "失敗する場面を、同じ不適合のまま最小にする。正しいアプリがどの段階でも合格することを確かめる",
            "make a failing case as small as it can be while the same requirement fails and a correct client passes",
        ))
        .arg(case(lang))
        .args(clients(lang))
        .arg(valued("requirement", "ID").help(t(
            "どの不適合か。省略すると最初のもの",
            "which failure; the first if left out",
        )))
        .arg(symptom(lang))
        .arg(profile(lang))
        .arg(seed(lang))
        .args(effort(lang, "10"))
        .arg(budget(lang).default_value("60"))
        .arg(
            valued("trials", "N")
                .default_value("500")
                .value_parser(value_parser!(u32).range(1..))
                .help(t("試行の上限", "trials at most")),
        )
        .arg(out(lang))
        .arg(json(lang))
}

/// Which case.
pub(super) fn case(lang: Lang) -> Arg {
    Arg::new("case")
        .value_name("CASE")
        .required(true)
        .help(lang.pick(
            "シナリオの ID か YAML、記録 (trace.jsonl)、またはそれらのあるフォルダー",
            "a scenario (id or YAML), a trace (trace.jsonl), or a folder with one of them",
        ))
}

/// Who is tried, and who is known to be correct.
pub(super) fn clients(lang: Lang) -> [Arg; 2] {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    [
        valued("client", "CMD").help(t(
            "被試験クライアントの起動コマンド。省略すると参照クライアント",
            "command that starts the client under test; the reference client if left out",
        )),
        valued("control", "CMD").help(t(
            "正しいと分かっているクライアント。省略すると参照クライアント",
            "a client that is known to be correct; the reference client if left out",
        )),
    ]
}

/// How many cells at a time, and how long a step may take.
pub(super) fn effort(lang: Lang, seconds: &'static str) -> [Arg; 2] {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    [
        Arg::new("jobs")
            .long("jobs")
            .short('j')
            .value_name("N")
            .value_parser(value_parser!(u16).range(1..=256))
            .help(t(
                "同時に試す数 (既定は CPU の数)",
                "trials at a time (default: the number of CPUs)",
            )),
        valued("timeout", "SECONDS")
            .default_value(seconds)
            .value_parser(value_parser!(u64).range(1..=3600))
            .help(t(
                "クライアントに伝える待ち時間の上限 (秒)。試行では、同じ不適合になるかぎり短くする",
                "how long the client is told to wait at most, seconds; trials take less where it fails alike",
            )),
    ]
}

/// How long all of it may take.
pub(super) fn budget(lang: Lang) -> Arg {
    valued("budget", "SECONDS")
        .value_parser(seconds)
        .help(lang.pick(
            "時間の上限。60 か 60s、10min",
            "how long it may take at most: 60 or 60s, 10min",
        ))
}

/// `60`, `60s` or `10min`.
fn seconds(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.find(|c: char| !c.is_ascii_digit()) {
        Some(at) => text.split_at(at),
        None => (text, "s"),
    };
    let unit = match unit {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 3600,
        _ => return Err(format!("{text}: 60, 60s, 10min, 1h")),
    };
    let number: u64 = number
        .parse()
        .map_err(|_| format!("{text}: 60, 60s, 10min, 1h"))?;
    match number.checked_mul(unit) {
        Some(seconds @ 1..=604_800) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("{text}: 1s … 168h")),
    }
}

/// Whether one failure is enough.
pub(super) fn first(help: &'static str) -> Arg {
    flag("first").help(help)
}

/// Where the outcome goes for machines.
pub(super) fn json(lang: Lang) -> Arg {
    path("json", "FILE").help(lang.pick("結果を JSON でも書く", "write the outcome as JSON, too"))
}

/// A failure in words.
pub(super) fn symptom(lang: Lang) -> Arg {
    valued("symptom", "TEXT")
        .conflicts_with("requirement")
        .help(lang.pick(
        "見えた症状: 画面の言葉、「固まる」、「終了コード 3」。どの要件も破られないとき",
        "what was seen, where no requirement is broken: words of a screen, \"hangs\", \"exit 3\"",
    ))
}

pub(super) fn parse(m: &ArgMatches) -> Shrink {
    Shrink {
        case: one(m, "case"),
        search: Search::of(m),
        requirement: maybe(m, "requirement"),
        symptom: maybe(m, "symptom"),
        budget: one(m, "budget"),
        trials: usize::try_from(one::<u32>(m, "trials")).unwrap_or(usize::MAX),
    }
}
