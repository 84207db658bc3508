//! `madoguchi replay`: a case from the field, and what it could be otherwise.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::{maybe, one, out, path, profile, seed, valued};
use super::shrink::{self, Search};

/// `madoguchi replay`: a case, who is said to fail it, and how that looked.
#[derive(Debug)]
pub(crate) struct Replay {
    /// A scenario (id or file), a trace, or a folder with one of them.
    pub(crate) case: String,
    pub(crate) search: Search,
    /// Which failure was seen.
    pub(crate) requirement: Option<String>,
    /// What was seen, in words.
    pub(crate) symptom: Option<String>,
    /// The timeline of the field, where it does not lie beside the case.
    pub(crate) log: Option<PathBuf>,
    pub(crate) budget: Duration,
    /// Whether the first alternative that shows the symptom is enough.
    pub(crate) first: bool,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("replay")
        .about(t(
            "現場の障害の下書きを、候補を替えながら実行し、同じ症状が出て記録に最も近い場面を選ぶ。正しいアプリがいつも対照になる",
            "play the draft of a field failure and what it could be otherwise; choose the scenario with the same symptom that is nearest to the log, a correct client always beside it",
        ))
        .arg(shrink::case(lang))
        .args(shrink::clients(lang))
        .arg(valued("requirement", "ID").help(t(
            "現場で破られた要件。省略すると記録で破られているもの、それもなければ最初に見つかるもの",
            "which requirement was broken in the field; if left out, what the log breaks, or else whatever is found",
        )))
        .arg(shrink::symptom(lang))
        .arg(
            path("log", "FILE")
                .help(t(
                    "現場の時系列 (import の trace.jsonl)。省略すると CASE の隣のもの",
                    "the timeline of the field (trace.jsonl of import); the one beside CASE if left out",
                )),
        )
        .arg(profile(lang))
        .arg(seed(lang))
        .args(shrink::effort(lang, "10"))
        .arg(shrink::first(t(
            "同じ症状が出た最初の候補で終わる",
            "end with the first alternative that shows the symptom",
        )))
        .arg(shrink::budget(lang).default_value("60"))
        .arg(out(lang))
        .arg(shrink::json(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Replay {
    Replay {
        case: one(m, "case"),
        search: Search::of(m),
        requirement: maybe(m, "requirement"),
        symptom: maybe(m, "symptom"),
        log: maybe(m, "log"),
        budget: one(m, "budget"),
        first: m.get_flag("first"),
    }
}
