//! What `madoguchi run` takes of the catalogue beside ids: variants, tags, requirements, documents,
//! and as much as fits into a time.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use madoguchi_scenarios::Breadth;
use madoguchi_terms::Lang;

use super::option::{one, path, valued};

/// How many variants of each scenario.
pub(super) fn variants() -> Arg {
    valued("variants", "WHICH")
        .value_parser(PossibleValuesParser::new(["base", "pairwise", "all"]).map(String::from))
}

/// What [`variants`] was given.
pub(super) fn breadth(m: &ArgMatches) -> Breadth {
    match one::<String>(m, "variants").as_str() {
        "all" => Breadth::All,
        "pairwise" => Breadth::Pairwise,
        _ => Breadth::Base,
    }
}

pub(super) fn args(lang: Lang) -> Vec<Arg> {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let filter = |name: &'static str, value: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .action(ArgAction::Append)
    };
    vec![
        variants().default_value("base").help(t(
                "シナリオの変種 (人 × 方法 × リーダー × 回線など)。base は書かれたまま、pairwise は値の組をすべて一度は、all は全部。一つだけなら ID に @軸=値",
                "variants of each scenario (person × method × reader × line …): base as it is written, pairwise so many that every pair of values occurs, all of them; for one alone write ID@axis=value",
            )),
        filter("tag", "TAG").help(t(
            "この印のあるシナリオだけ",
            "only scenarios with this tag",
        )),
        filter("requirement", "ID").help(t(
            "この要件を判定するシナリオだけ。* も使える。例 result.lapsed-is-not-valid",
            "only scenarios that decide this requirement, or a pattern with *; such as result.lapsed-is-not-valid",
        )),
        filter("document", "TEXT").help(t(
            "この資料による要件を判定するシナリオだけ。資料の名前、題名か箇所の一部",
            "only scenarios that decide what this document states: its key, or part of a title or heading",
        )),
        path("statement", "FILE")
            .help(t(
                "供給者の宣言 (YAML)。宣言した機能のシナリオだけを実行し、宣言にない機能は一つずつ探る",
                "the vendor's statement (YAML): only what it claims is run, and one unknown case of each other thing is looked at",
            )),
        valued("budget", "SECONDS")
            .value_parser(value_parser!(u64).range(1..=86_400))
            .help(t(
                "この秒数を過ぎたら新しいシナリオを始めない。多くの要件を判定するものから始め、残りは未試験と報告する",
                "begin no scenario after so many seconds; those that decide most come first, the rest is told as untested",
            )),
    ]
}
