//! The options that several commands share, and how a value is taken from what clap found.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use madoguchi_incident::Writer;
use madoguchi_layout::Policies;
use madoguchi_terms::Lang;

/// The wire that is spoken where none is named.
pub(crate) const DEFAULT_PROFILE: &str = "mock-2025.05";

/// An option that is given or not.
pub(super) fn flag(name: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue)
}

/// An option with a value, which the help calls `value`.
pub(super) fn valued(name: &'static str, value: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value)
}

/// An option that names a file or a folder.
pub(super) fn path(name: &'static str, value: &'static str) -> Arg {
    valued(name, value).value_parser(value_parser!(PathBuf))
}

/// Which scenarios.
pub(super) fn id(lang: Lang) -> Arg {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Arg::new("id")
            .value_name("ID")
            .action(ArgAction::Append)
            .help(t(
                "シナリオの ID、その先頭部分 (happy/)、* を含む型、または自分の YAML ファイル。省略するとすべて",
                "scenario ids, beginnings of them (happy/), patterns with *, or YAML files of your own; all if left out",
            ))
}

/// The scenarios that are made from tables.
pub(super) fn derived(lang: Lang) -> Arg {
    flag("derived")
        .help(lang.pick(
            "カタログの代わりに、表から作るシナリオ (derived/ で始まる ID) を使う",
            "the scenarios that are made from tables (ids that begin with derived/) instead of the catalogue",
        ))
}

/// The wire.
pub(super) fn profile(lang: Lang) -> Arg {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    valued("profile", "NAME")
        .default_value(DEFAULT_PROFILE)
        .help(t(
            "Webサービスの電文プロファイル。名前か、自分の YAML ファイル",
            "wire profile that the service speaks: a name, or a YAML file of your own",
        ))
}

/// How an app's screens are operated.
pub(super) fn screen_map(lang: Lang) -> Arg {
    path("screen-map", "FILE")
        .help(lang.pick(
            "契約を話さないアプリの画面の対応表 (YAML)。WebDriver か、画面を見て答える人が操作する。--client はアプリ自体の起動コマンドになる",
            "for an app that does not speak the contract: what is where on its screens (YAML), operated by WebDriver or by a person; --client then starts the app itself",
        ))
}

/// A vendor's own words.
pub(super) fn words(lang: Lang) -> Arg {
    path("words", "FILE").help(lang.pick(
        "アプリが画面で使う自分の語 (YAML、madoguchi help screens)",
        "what the app calls what on its screens (YAML; madoguchi help screens)",
    ))
}

/// Whose certificate policies.
pub(super) fn policies(lang: Lang) -> Arg {
    valued("policies", "WHOSE")
        .value_parser(PossibleValuesParser::new(Policies::NAMES).map(|name| {
            Policies::named(&name).expect("clap lets no other word through")
        }))
        .help(lang.pick(
            "電子証明書のポリシー: own は試験専用、published は公的個人認証の公開値、published-test はその試験カードの値。発行者名と表示は常に試験用",
            "policies that the cards' certificates state: own, the published ones of 公的個人認証, or those of its test cards; issuer and marker are ours in any case",
        ))
}

/// The seed.
pub(super) fn seed(lang: Lang) -> Arg {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    valued("seed", "N")
        .default_value("1")
        .value_parser(value_parser!(u64))
        .help(t(
            "乱数の種。同じ種とシナリオは同じ記録になる",
            "seed; equal seed and scenario give an equal canonical trace",
        ))
}

/// The folder of a run.
pub(super) fn out(lang: Lang) -> Arg {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    path("out", "DIR").help(t(
        "記録と判定を置くフォルダ",
        "folder for traces and verdicts",
    ))
}

/// A file that there must be.
pub(super) fn file(help: &'static str) -> Arg {
    Arg::new("file")
        .value_name("FILE")
        .required(true)
        .value_parser(value_parser!(PathBuf))
        .help(help)
}

/// Whose log it is, of those that can be.
pub(super) fn from(writers: &'static [&'static str]) -> Arg {
    valued("from", "WRITER").value_parser(PossibleValuesParser::new(writers).map(String::from))
}

/// Who wrote the log.
pub(super) fn writer(m: &ArgMatches) -> Option<Writer> {
    maybe::<String>(m, "from").and_then(|name| name.parse().ok())
}

pub(super) fn one<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> T {
    m.get_one::<T>(name)
        .cloned()
        .expect("clap requires it or has a default")
}

pub(super) fn maybe<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> Option<T> {
    m.get_one::<T>(name).cloned()
}

/// An option that not every command with this struct has.
pub(super) fn where_offered<T: Clone + Send + Sync + 'static>(
    m: &ArgMatches,
    name: &str,
) -> Option<T> {
    m.try_get_one::<T>(name).ok().flatten().cloned()
}

pub(super) fn many<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> Vec<T> {
    m.get_many::<T>(name)
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}
