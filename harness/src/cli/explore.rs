//! `madoguchi explore`: random days.

use std::time::Duration;

use clap::{ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{maybe, one, out, profile, seed, valued};
use super::shrink::{Search, budget, clients, effort, first, json};

/// `madoguchi explore`: who is tried, and for how long.
#[derive(Debug)]
pub(crate) struct Explore {
    pub(crate) search: Search,
    pub(crate) budget: Duration,
    /// How many days at most.
    pub(crate) days: usize,
    /// Only failures of this requirement.
    pub(crate) requirement: Option<String>,
    /// How many trials each failure is made smaller with, at most.
    pub(crate) trials: usize,
    /// Whether the first failure is enough.
    pub(crate) first: bool,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("explore")
        .about(t(
            "起こりうる無作為な一日を次々に実行し、見つけた不適合を最小にしてシナリオとして書く",
            "play random days that could be, make what fails as small as it can be, and write it as scenarios",
        ))
        .args(clients(lang))
        .arg(profile(lang))
        .arg(seed(lang).help(t(
            "乱数の種。同じ種は同じ日々になる",
            "seed; equal seeds give equal days",
        )))
        .args(effort(lang, "3"))
        .arg(budget(lang).default_value("60"))
        .arg(
            valued("days", "N")
                .default_value("1000000")
                .hide_default_value(true)
                .value_parser(value_parser!(u32).range(1..))
                .help(t("日数の上限", "days at most")),
        )
        .arg(valued("requirement", "ID").help(t(
            "この要件の不適合だけ",
            "only failures of this requirement",
        )))
        .arg(
            valued("trials", "N")
                .default_value("150")
                .value_parser(value_parser!(u32))
                .help(t(
                    "一つの不適合を小さくする試行の上限",
                    "trials at most to make one failure smaller",
                )),
        )
        .arg(first(t("最初の不適合で終わる", "end with the first failure")))
        .arg(out(lang))
        .arg(json(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Explore {
    Explore {
        search: Search::of(m),
        budget: one(m, "budget"),
        days: usize::try_from(one::<u32>(m, "days")).unwrap_or(usize::MAX),
        requirement: maybe(m, "requirement"),
        trials: usize::try_from(one::<u32>(m, "trials")).unwrap_or(usize::MAX),
        first: m.get_flag("first"),
    }
}
