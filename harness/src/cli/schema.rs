//! `madoguchi schema`: a format for editors and readers.

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::one;

/// What `madoguchi schema` describes.
#[derive(Debug)]
pub(crate) enum Format {
    Scenario,
    Report,
    Statement,
    /// The mapping of a レセコン.
    Mapping,
    /// A scenario for a レセコン.
    Consumer,
    /// What is where on the screens of an app.
    ScreenMap,
    Words,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("schema")
                .about(t(
                    "シナリオ、JSON 報告、供給者の宣言、レセコンの対応表とシナリオ、アプリの画面の対応表と自分の語の JSON Schema (draft-07) を出力する",
                    "print the JSON Schema (draft-07) of scenarios, for your editor, of the JSON report, of a vendor's statement, of a レセコン's mapping and scenarios, of an app's screen map, or of its own words",
                ))
                .arg(
                    Arg::new("what")
                        .value_name("WHAT")
                        .default_value("scenario")
                        .value_parser(PossibleValuesParser::new(["scenario", "report", "statement", "mapping", "consumer", "screen-map", "words"]).map(String::from))
                        .help(t("何の形式か", "which format")),
                )
}

pub(super) fn parse(m: &ArgMatches) -> Format {
    match one::<String>(m, "what").as_str() {
        "report" => Format::Report,
        "statement" => Format::Statement,
        "mapping" => Format::Mapping,
        "consumer" => Format::Consumer,
        "screen-map" => Format::ScreenMap,
        "words" => Format::Words,
        _ => Format::Scenario,
    }
}
