//! `madoguchi sweep`: one fault at every exchange.

use std::time::Duration;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_sweep::FLOWS;
use madoguchi_terms::Lang;

use super::option::{many, maybe, one, out, profile, seed, valued};
use super::shrink::{Search, budget, clients, effort, first, json};

/// `madoguchi sweep`: who is tried, and how far.
#[derive(Debug)]
pub(crate) struct Sweep {
    /// Ids of flows; all where none is named.
    pub(crate) flows: Vec<String>,
    pub(crate) search: Search,
    pub(crate) budget: Option<Duration>,
    /// How many cells at most.
    pub(crate) cells: usize,
    /// Whether pairs of faults follow.
    pub(crate) pairs: bool,
    /// Whether the first failure is enough.
    pub(crate) first: bool,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let [jobs, timeout] = effort(lang, "2");
    Command::new("sweep")
        .about(t(
            "カード・リーダー・PC/SC サービス・通信のあらゆる障害を、やり取りの一つ一つで起こし、暗証番号の残り回数が減らないこと、止まらないこと、次の患者を確認できることを調べる",
            "let every fault of card, reader, PC/SC service and line happen at every exchange: does the client hang, spend an attempt at the PIN, show another person, or not work afterwards?",
        ))
        .arg(
            Arg::new("flow")
                .value_name("FLOW")
                .action(ArgAction::Append)
                .value_parser(PossibleValuesParser::new(FLOWS))
                .help(t("流れ。省略するとすべて", "flows; all if left out")),
        )
        .args(clients(lang))
        .arg(profile(lang))
        .arg(seed(lang).help(t(
            "乱数の種。場面の順序と、二つの障害の組を決める",
            "seed; decides the order of the cells, and which pairs of faults there are",
        )))
        .arg(jobs)
        .arg(timeout.help(t(
            "クライアントに伝える待ち時間の上限 (秒)",
            "how long the client is told to wait at most, seconds",
        )))
        .arg(budget(lang))
        .arg(
            valued("cells", "N")
                .value_parser(value_parser!(u32).range(1..))
                .help(t("場面の数の上限", "cells at most")),
        )
        .arg(
            valued("depth", "1|2")
                .default_value("1")
                .value_parser(PossibleValuesParser::new(["1", "2"]))
                .requires_if("2", "bound")
                .help(t(
                    "2: 続けて二つの障害の組も、--budget か --cells が尽きるまで試す",
                    "2: pairs of faults, too, until --budget or --cells is used up",
                )),
        )
        .group(clap::ArgGroup::new("bound").args(["budget", "cells"]).multiple(true))
        .arg(first(t("最初の失敗で終わる", "end with the first failure")))
        .arg(out(lang).help(t(
            "失敗した場面をシナリオとして書くフォルダ",
            "folder to which each cell that fails is written as a scenario",
        )))
        .arg(json(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Sweep {
    let cells = maybe::<u32>(m, "cells").and_then(|cells| usize::try_from(cells).ok());
    Sweep {
        flows: many(m, "flow"),
        search: Search::of(m),
        budget: maybe(m, "budget"),
        cells: cells.unwrap_or(usize::MAX),
        pairs: one::<String>(m, "depth") == "2",
        first: m.get_flag("first"),
    }
}
