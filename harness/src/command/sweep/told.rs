//! What is told of a sweep: how far it went, what it found, and which of it in which flow.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};
use std::time::Duration;

use madoguchi_report::width::padded;
use madoguchi_sweep::{KINDS, Place};
use madoguchi_terms::Lang;
use serde_json::{Value, json};

use super::broken::Broken;
use super::{Count, Swept, tenths};
use crate::cli;
use crate::interrupt;

/// Columns of a flow in the table.
const COLUMN: usize = 8;
/// Columns of the name of a kind.
const NAME: usize = 22;

/// A sweep that is over.
pub(super) struct Told<'a> {
    pub(super) swept: &'a Swept,
    pub(super) options: &'a cli::Sweep,
    pub(super) took: Duration,
}

/// How many exchanges of each sort a flow has.
struct Reach {
    commands: usize,
    requests: usize,
    connections: usize,
}

impl Told<'_> {
    /// Whether every cell with one fault was played.
    fn is_whole(&self) -> bool {
        self.single() == self.swept.single
    }

    /// How many cells with one fault were played.
    fn single(&self) -> usize {
        self.swept.played - self.swept.pairs
    }

    fn reach(&self, flow: usize) -> Reach {
        let exchanges = &self.swept.flows[flow].1;
        let of = |is: fn(Place) -> bool| exchanges.iter().filter(|one| is(one.place)).count();
        Reach {
            commands: of(|place| matches!(place, Place::Command { .. })),
            requests: of(|place| matches!(place, Place::Request { .. })),
            connections: of(|place| matches!(place, Place::Connection(_))),
        }
    }

    fn count(&self, flow: usize, kind: &'static str) -> Count {
        let counts = &self.swept.counts;
        counts.get(&(flow, kind)).copied().unwrap_or_default()
    }

    pub(super) fn tell(&self, out: &mut impl Write, lang: Lang) -> io::Result<()> {
        let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
        self.table(out, lang)?;
        let swept = self.swept;
        for (flow, broken) in &swept.without_fault {
            let id = swept.flows[*flow].0.id();
            let broken: Vec<String> = broken.iter().map(|one| one.text(lang)).collect();
            let broken = broken.join(lang.pick("、", ", "));
            let why = t("障害がなくても", "without any fault");
            writeln!(out, "  ✘ {id} {why}: {broken}")?;
        }
        for (broken, cells) in self.by_broken() {
            let (text, count) = (broken.text(lang), cells.len());
            writeln!(
                out,
                "  ✘ {}",
                lang.pick(
                    format!("{text}: {count} 場面"),
                    format!("{text}: {count} cells")
                )
            )?;
            writeln!(out, "      {}", cells[0])?;
        }
        for line in self.sentences(lang) {
            writeln!(out, "\n  {line}")?;
        }
        self.left_out(out, lang)
    }

    /// Flow by kind of fault, with how many cells were played and how many failed.
    fn table(&self, out: &mut impl Write, lang: Lang) -> io::Result<()> {
        let flows = &self.swept.flows;
        for (at, (flow, _)) in flows.iter().enumerate() {
            let Reach {
                commands,
                requests,
                connections,
            } = self.reach(at);
            let (n, id) = (at + 1, padded(flow.id(), NAME));
            writeln!(
                out,
                "  {n}  {id}{}",
                lang.pick(
                    format!("カード命令 {commands}、要求 {requests}、接続 {connections}"),
                    format!(
                        "{commands} card commands, {requests} requests, {connections} connections"
                    ),
                )
            )?;
        }
        let head: String = (1..=flows.len()).map(|n| format!("{n:>COLUMN$}")).collect();
        writeln!(out, "\n  {}{head}", padded("", NAME))?;
        for kind in KINDS {
            let counts: Vec<Count> = (0..flows.len())
                .map(|flow| self.count(flow, kind.name))
                .collect();
            if counts.iter().all(|count| count.cells == 0) {
                continue;
            }
            let cell = |count: &Count| match count {
                Count { cells: 0, .. } => format!("{:>COLUMN$}", "–"),
                Count { cells, failed: 0 } => format!("{cells:>COLUMN$}"),
                Count { cells, failed } => format!("{:>COLUMN$}", format!("✘{failed}/{cells}")),
            };
            let cells: String = counts.iter().map(cell).collect();
            writeln!(out, "  {}{cells}", padded(kind.name, NAME))?;
        }
        writeln!(out)
    }

    /// What fails, with the files of the cells that show it.
    fn by_broken(&self) -> BTreeMap<&Broken, Vec<&str>> {
        let mut by: BTreeMap<&Broken, Vec<&str>> = BTreeMap::new();
        for found in &self.swept.found {
            for broken in &found.broken {
                by.entry(broken).or_default().push(&found.file);
            }
        }
        by
    }

    /// What was explored, and what is therefore known of the PIN.
    fn sentences(&self, lang: Lang) -> Vec<String> {
        let swept = self.swept;
        let flows = swept.flows.len();
        let used = KINDS.iter().filter(|kind| {
            let mut of_flows = (0..flows).map(|flow| self.count(flow, kind.name));
            of_flows.any(|count| count.cells > 0)
        });
        let kinds = used.count();
        let longest = (0..flows).map(|flow| swept.flows[flow].1.len()).max();
        let longest = longest.unwrap_or_default();
        let (single, all) = (self.single(), swept.single);
        let seconds = self.took.as_secs_f64();
        let mut sentences = vec![lang.pick(
            format!(
                "{single}/{all} 場面を実行 ({seconds:.0} 秒、種 {})。失敗 {}",
                self.options.search.seed,
                swept.found.len()
            ),
            format!(
                "{single} of {all} cells ({seconds:.0} s, seed {}); {} failed",
                self.options.search.seed,
                swept.found.len()
            ),
        )];
        if swept.played == 0 {
            return sentences;
        }
        let wasted = |broken: &Broken| *broken == Broken::Attempt;
        let is_spent = swept
            .found
            .iter()
            .any(|found| found.broken.iter().any(wasted))
            || swept.without_fault.values().flatten().any(wasted);
        let reach_ja =
            format!("{flows} 種類の流れの 1 … {longest} 番目のやり取り × {kinds} 種類の障害");
        let reach_en = format!("{kinds} kinds × 1 … {longest} exchanges of {flows} flows");
        sentences.push(match (is_spent, self.is_whole()) {
            (true, _) => lang.pick(
                format!("{reach_ja}のうちに、入力なしに暗証番号を照合させる障害があります。"),
                format!("Among {reach_en}, there is a fault that makes this client present the PIN without an entry."),
            ),
            (false, true) => lang.pick(
                format!("{reach_ja}のどの一つも、入力なしに暗証番号の残り回数を減らさせません。"),
                format!("No single fault among {reach_en} makes this client spend an attempt at the PIN that nobody entered."),
            ),
            (false, false) => lang.pick(
                format!("{reach_ja}のうち実行した {single} 場面 (全 {all}) では、入力なしに暗証番号の残り回数が減りませんでした。"),
                format!("In the {single} cells that were played of the {all} among {reach_en}, no attempt at the PIN was spent that nobody entered."),
            ),
        });
        if swept.pairs > 0 {
            let pairs = swept.pairs;
            sentences.push(lang.pick(
                format!("続けて起こる二つの障害の組は、{pairs} 組を実行しました。"),
                format!("Of pairs of faults, {pairs} were played."),
            ));
        }
        sentences
    }

    fn left_out(&self, out: &mut impl Write, lang: Lang) -> io::Result<()> {
        let swept = self.swept;
        if !swept.left_out.is_empty() {
            let flows = swept.left_out.join(", ");
            let why = lang.pick(
                "クライアントかサービスにない流れ",
                "flows that the client or the service does not have",
            );
            writeln!(out, "  {why}: {flows}")?;
        }
        for (count, ja, en) in [
            (
                swept.not_played,
                "場面は時間切れ、または対応していないため実行していない",
                "cells were not played: there was no time, or the client does not do this",
            ),
            (
                swept.unsure.len(),
                "場面の失敗は毎回同じにはならず、数えていない",
                "cells did not fail alike each time, and do not count",
            ),
            (
                swept.proves_nothing.len(),
                "場面は正しいアプリも通らず、証拠にならない (proves-nothing)",
                "cells prove nothing: a correct client fails them, too (proves-nothing)",
            ),
        ] {
            if count > 0 {
                let text = lang.pick(format!("{count} {ja}"), format!("{count} {en}"));
                writeln!(out, "  {text}")?;
            }
        }
        if interrupt::interrupted() {
            writeln!(out, "  {}", lang.pick("中断", "interrupted"))?;
        }
        Ok(())
    }

    pub(super) fn json(&self) -> String {
        let swept = self.swept;
        let named =
            |broken: &Broken| json!({ "what": broken.id(), "requirement": broken.requirement() });
        let flows = swept.flows.iter().enumerate().map(|(at, (flow, _))| {
            let reach = self.reach(at);
            let kinds = KINDS
                .iter()
                .map(|kind| (kind.name, self.count(at, kind.name)));
            let kinds = kinds.filter(|(_, count)| count.cells > 0);
            let kinds: BTreeMap<&str, Value> = kinds
                .map(|(name, count)| {
                    (
                        name,
                        json!({ "cells": count.cells, "failed": count.failed }),
                    )
                })
                .collect();
            let without = swept.without_fault.get(&at).into_iter().flatten();
            json!({
                "flow": flow.id(),
                "commands": reach.commands,
                "requests": reach.requests,
                "connections": reach.connections,
                "without-fault": without.map(named).collect::<Vec<_>>(),
                "kinds": kinds,
            })
        });
        let found = swept.found.iter().map(|found| {
            json!({
                "cell": found.id,
                "file": found.file,
                "broken": found.broken.iter().map(named).collect::<Vec<_>>(),
            })
        });
        let uncounted = |(cell, broken): &(String, BTreeSet<Broken>)| json!({ "cell": cell, "broken": broken.iter().map(named).collect::<Vec<_>>() });
        let (unsure, nothing) = (swept.unsure.iter(), swept.proves_nothing.iter());
        let value = json!({
            "seed": self.options.search.seed,
            "seconds": tenths(self.took),
            "cells": swept.single,
            "played": self.single(),
            "pairs": swept.pairs,
            "whole": self.is_whole(),
            "flows": flows.collect::<Vec<_>>(),
            "left-out": swept.left_out,
            "unsure": unsure.map(uncounted).collect::<Vec<_>>(),
            "proves-nothing": nothing.map(uncounted).collect::<Vec<_>>(),
            "found": found.collect::<Vec<_>>(),
        });
        let text = serde_json::to_string_pretty(&value);
        text.unwrap_or_else(|error| unreachable!("what was seen is plain data: {error}")) + "\n"
    }
}
