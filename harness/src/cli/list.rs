//! `madoguchi list`: what there is to run.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::{derived, flag, id, many, one};

/// `madoguchi list`: what there is to run.
#[derive(Debug)]
pub(crate) enum List {
    Scenarios {
        patterns: Vec<String>,
        derived: bool,
    },
    /// What `run --variants pairwise` plays of each scenario.
    Variants(Vec<String>),
    Requirements,
    /// The rows of the public documents.
    Rows,
    /// What rests on places of documents; all of them where no text is given.
    Review(Vec<String>),
    Personas,
    Profiles,
    /// Scenarios for a レセコン.
    Consumer(Vec<String>),
    /// The assumptions, with what rests on each.
    Assumptions {
        json: bool,
    },
    /// Every behaviour of the mock: stated, observed or assumed.
    Ledger {
        json: bool,
    },
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("list")
        .about(t(
            "シナリオ・要件・資料の行・ペルソナ・プロファイル・想定の一覧",
            "list scenarios, requirements, rows of the documents, personas, profiles or assumptions",
        ))
        .arg(
            Arg::new("what")
                .value_name("WHAT")
                .default_value("scenarios")
                .value_parser(
                    PossibleValuesParser::new([
                        "scenarios",
                        "variants",
                        "requirements",
                        "rows",
                        "review",
                        "personas",
                        "profiles",
                        "consumer",
                        "assumptions",
                        "ledger",
                    ])
                    .map(String::from),
                )
                .help(t("何を一覧するか", "what to list")),
        )
        .arg(id(lang))
        .arg(derived(lang))
        .arg(
            flag("json")
                .help(t(
                    "assumptions と ledger を JSON で出力する",
                    "print assumptions or ledger as JSON",
                )),
        )
}

pub(super) fn parse(m: &ArgMatches) -> List {
    match one::<String>(m, "what").as_str() {
        "variants" => List::Variants(many(m, "id")),
        "requirements" => List::Requirements,
        "rows" => List::Rows,
        "review" => List::Review(many(m, "id")),
        "personas" => List::Personas,
        "profiles" => List::Profiles,
        "assumptions" => List::Assumptions {
            json: m.get_flag("json"),
        },
        "ledger" => List::Ledger {
            json: m.get_flag("json"),
        },
        "consumer" => List::Consumer(many(m, "id")),
        _ => List::Scenarios {
            patterns: many(m, "id"),
            derived: m.get_flag("derived"),
        },
    }
}
