//! The command line: what can be asked for, in the user's language.

mod doctor;
mod mutants;
mod operator;
mod reports;
mod scenario;
mod selection;

use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_conformance::field::Writer;
use madoguchi_conformance::report::shard::{NoShard, Shard};
use madoguchi_fixtures::pki::{Host, NoHost};
use madoguchi_scenarios::{Breadth, Operate};
use madoguchi_terms::{Lang, Say as _};

pub(crate) use self::reports::Reports;
use crate::cell::berth::Route;
use crate::cell::reach::Reach;
use crate::command::card::errand::{self, Errand};

/// The wire that is spoken where none is named.
pub(crate) const DEFAULT_PROFILE: &str = "mock-2025.05";

/// What the user asked for.
#[derive(Debug)]
pub(crate) enum Invocation {
    Run(Box<Run>),
    List(List),
    Judge(Judge),
    Decode(Decode),
    /// `madoguchi verify`: an evidence bundle.
    Verify(Verify),
    Serve(Serve),
    /// `madoguchi schema`: a format for editors and readers.
    Schema(Format),
    /// `madoguchi compare`: two JSON reports.
    Compare(PathBuf, PathBuf),
    /// `madoguchi merge`: the JSON reports of shards as one.
    Merge(Merge),
    /// `madoguchi profile check`: a wire profile of the user's own.
    ProfileCheck(PathBuf),
    /// `madoguchi profile new`: a profile to begin with.
    ProfileNew(ProfileNew),
    /// `madoguchi card`: what a card has kept.
    Card(CardCommand),
    /// `madoguchi ca`: the TLS root of this installation.
    Ca(Ca),
    /// `madoguchi scenario`: what people write and read.
    Scenario(ScenarioCommand),
    /// `madoguchi operator`: what is set up beside an open counter.
    Operator(Operator),
    /// `madoguchi mutants`: whether the catalogue notices what is wrong on purpose.
    Mutants(Mutants),
    /// `madoguchi doctor`: everything before the client.
    Doctor(Doctor),
}

/// `madoguchi run`: cases against a client.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) select: Vec<String>,
    pub(crate) client: Option<String>,
    pub(crate) profile: String,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    pub(crate) timeout: Duration,
    pub(crate) out: Option<PathBuf>,
    /// The part of the selected scenarios that this run takes.
    pub(crate) shard: Option<Shard>,
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

/// `madoguchi merge`: JSON reports, and what is to be written of them together.
#[derive(Debug)]
pub(crate) struct Merge {
    pub(crate) parts: Vec<PathBuf>,
    /// Folders of the runs, for what the reports tell of their traces.
    pub(crate) traces: Vec<PathBuf>,
    pub(crate) reports: Reports,
}

/// `madoguchi doctor`: what the planned run would be given.
#[derive(Debug)]
pub(crate) struct Doctor {
    pub(crate) client: Option<String>,
    pub(crate) profile: String,
    pub(crate) known_failures: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

/// `madoguchi mutants`: a client with its defects.
#[derive(Debug)]
pub(crate) struct Mutants {
    /// Those that are tried; all where none is named.
    pub(crate) names: Vec<String>,
    pub(crate) client: Option<String>,
    pub(crate) profile: String,
    /// Defects at a time.
    pub(crate) jobs: usize,
    pub(crate) json: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

/// A レセコン under test: how its export is read, and where the app's text goes.
#[derive(Debug)]
pub(crate) struct Consumer {
    pub(crate) mapping: Option<PathBuf>,
    pub(crate) clipboard: Option<String>,
    /// How many invented persons come after the scenarios.
    pub(crate) persons: Option<u32>,
}

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
}

/// `madoguchi list`: what there is to run.
#[derive(Debug)]
pub(crate) enum List {
    Scenarios(Vec<String>),
    /// What `run --variants pairwise` plays of each scenario.
    Variants(Vec<String>),
    Requirements,
    /// The rows of the public documents.
    Rows,
    Personas,
    Profiles,
    /// Scenarios for a レセコン.
    Consumer(Vec<String>),
}

/// `madoguchi profile new`: a copy of a built-in profile, or a draft from a recording.
#[derive(Debug)]
pub(crate) struct ProfileNew {
    pub(crate) name: String,
    pub(crate) like: String,
    pub(crate) from_har: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

/// `madoguchi operator`: an act beside an open counter.
#[derive(Debug)]
pub(crate) struct Operator {
    pub(crate) act: Operate,
    /// Whether the answer is wanted as JSON.
    pub(crate) json: bool,
}

/// What can be done with scenarios beside playing them.
#[derive(Debug)]
pub(crate) enum ScenarioCommand {
    Check(Vec<String>),
    New { id: String, out: Option<PathBuf> },
    Explain(String),
    Show(String),
}

/// What can be asked of a card's state.
#[derive(Debug)]
pub(crate) enum CardCommand {
    Save(PathBuf),
    Load(PathBuf),
    Show(String),
    Diff(String, String),
    Counter(PathBuf, Errand),
}

/// What can be done with the TLS root.
#[derive(Debug)]
pub(crate) enum Ca {
    Export {
        format: CaFormat,
        out: Option<PathBuf>,
    },
    Trust,
    Untrust,
}

/// How a certificate is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CaFormat {
    Pem,
    Der,
    /// PKCS#12, the certificate without its key.
    P12,
}

/// `madoguchi judge`: stored traces again.
#[derive(Debug)]
pub(crate) struct Judge {
    /// Traces, and folders to look for traces in.
    pub(crate) traces: Vec<PathBuf>,
    /// Whose log it is, where it is no trace of ours.
    pub(crate) from: Option<Writer>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) reports: Reports,
}

/// `madoguchi decode`: APDUs of a log, explained.
#[derive(Debug)]
pub(crate) struct Decode {
    pub(crate) file: Option<PathBuf>,
    pub(crate) from: Option<Writer>,
}

/// `madoguchi verify`: an evidence bundle, and what its reader asked for.
#[derive(Debug)]
pub(crate) struct Verify {
    pub(crate) bundle: PathBuf,
    pub(crate) nonce: Option<String>,
    pub(crate) seal: Option<String>,
}

/// `madoguchi serve`: card, reader and service for a client started by hand.
#[derive(Debug)]
pub(crate) struct Serve {
    pub(crate) scenario: String,
    pub(crate) profile: String,
    pub(crate) seed: u64,
    pub(crate) route: Route,
    pub(crate) folder: Option<PathBuf>,
    /// The file of a world that outlives the process.
    pub(crate) store: Option<PathBuf>,
    pub(crate) reach: Reach,
    pub(crate) out: Option<PathBuf>,
}

/// The language that the arguments or the environment ask for; needed before the rest is parsed,
/// because the help is in it too.
pub(crate) fn lang(args: &[OsString]) -> Lang {
    let mut args = args.iter().filter_map(|arg| arg.to_str());
    while let Some(arg) = args.next() {
        let value = match arg.strip_prefix("--lang") {
            Some("") => args.next(),
            Some(value) => value.strip_prefix('='),
            None => None,
        };
        if let Some(lang) = value.and_then(|value| value.parse().ok()) {
            return lang;
        }
    }
    ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        .map_or(Lang::En, |locale| Lang::from_locale(&locale))
}

/// Parses the arguments, the program's name first.
///
/// # Errors
/// What clap says of a wrong command line, or of `--help` and `--version`.
pub(crate) fn parse(args: Vec<OsString>, lang: Lang) -> Result<Invocation, clap::Error> {
    let matches = command(lang).try_get_matches_from(args)?;
    if let Some(("run", m)) = matches.subcommand() {
        fits_its_role(m, lang)?;
    }
    Ok(match matches.subcommand() {
        Some(("run", m)) => Invocation::Run(Box::new(Run {
            select: many(m, "id"),
            client: maybe(m, "client"),
            profile: one(m, "profile"),
            seed: one(m, "seed"),
            jobs: one::<u16>(m, "jobs").into(),
            timeout: Duration::from_secs(one::<u64>(m, "timeout")),
            out: maybe(m, "out"),
            shard: maybe(m, "shard"),
            failed: maybe(m, "failed"),
            variants: match one::<String>(m, "variants").as_str() {
                "all" => Breadth::All,
                "pairwise" => Breadth::Pairwise,
                _ => Breadth::Base,
            },
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
        })),
        Some(("judge", m)) => Invocation::Judge(Judge {
            traces: many(m, "trace"),
            from: writer(m),
            out: maybe(m, "out"),
            reports: Reports::of(m),
        }),
        Some(("serve", m)) => Invocation::Serve(Serve {
            scenario: one(m, "scenario"),
            route: route(m),
            folder: maybe(m, "folder"),
            store: maybe(m, "store"),
            reach: Reach {
                bind: one(m, "bind"),
                hosts: m.get_many("san").into_iter().flatten().cloned().collect(),
                proxy: m.get_flag("proxy"),
            },
            profile: one(m, "profile"),
            seed: one(m, "seed"),
            out: maybe(m, "out"),
        }),
        Some(("profile", m)) => match m.subcommand() {
            Some(("new", m)) => Invocation::ProfileNew(ProfileNew {
                name: one(m, "name"),
                like: one(m, "like"),
                from_har: maybe(m, "from-har"),
                out: maybe(m, "out"),
            }),
            Some((_, m)) => Invocation::ProfileCheck(one(m, "file")),
            None => unreachable!("clap requires a subcommand"),
        },
        Some(("decode", m)) => Invocation::Decode(Decode {
            file: maybe(m, "log"),
            from: writer(m),
        }),
        Some(("verify", m)) => Invocation::Verify(Verify {
            bundle: one(m, "bundle"),
            nonce: maybe(m, "nonce"),
            seal: maybe(m, "seal"),
        }),
        Some(("schema", m)) => Invocation::Schema(match one::<String>(m, "what").as_str() {
            "report" => Format::Report,
            "statement" => Format::Statement,
            "mapping" => Format::Mapping,
            "consumer" => Format::Consumer,
            _ => Format::Scenario,
        }),
        Some(("compare", m)) => Invocation::Compare(one(m, "before"), one(m, "after")),
        Some(("merge", m)) => Invocation::Merge(reports::merge_of(m)),
        Some(("card", m)) => Invocation::Card(match m.subcommand() {
            Some(("save", m)) => CardCommand::Save(one(m, "file")),
            Some(("load", m)) => CardCommand::Load(one(m, "file")),
            Some(("diff", m)) => CardCommand::Diff(one(m, "card"), one(m, "other")),
            Some(("counter", m)) => match m.subcommand() {
                Some((verb, m)) => CardCommand::Counter(one(m, "file"), errand(verb, m)),
                None => unreachable!("clap requires a subcommand"),
            },
            Some((_, m)) => CardCommand::Show(one(m, "card")),
            None => unreachable!("clap requires a subcommand"),
        }),
        Some(("ca", m)) => Invocation::Ca(match m.subcommand() {
            Some(("export", m)) => Ca::Export {
                format: match one::<String>(m, "format").as_str() {
                    "der" => CaFormat::Der,
                    "p12" => CaFormat::P12,
                    _ => CaFormat::Pem,
                },
                out: maybe(m, "out"),
            },
            Some(("trust", _)) => Ca::Trust,
            Some(_) => Ca::Untrust,
            None => unreachable!("clap requires a subcommand"),
        }),
        Some(("scenario", m)) => Invocation::Scenario(scenario::parse(m)),
        Some(("operator", m)) => Invocation::Operator(operator::parse(m)),
        Some(("mutants", m)) => Invocation::Mutants(mutants::parse(m)),
        Some(("doctor", m)) => Invocation::Doctor(doctor::parse(m)),
        Some(("list", m)) => Invocation::List(match one::<String>(m, "what").as_str() {
            "variants" => List::Variants(many(m, "id")),
            "requirements" => List::Requirements,
            "rows" => List::Rows,
            "personas" => List::Personas,
            "profiles" => List::Profiles,
            "consumer" => List::Consumer(many(m, "id")),
            _ => List::Scenarios(many(m, "id")),
        }),
        _ => unreachable!("clap lets no other subcommand through"),
    })
}

/// What a municipality does to a saved card.
fn counter(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let file = || {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(t(
                "保存されたカード (書き換える)",
                "a saved card, which is changed",
            ))
    };
    let reference = || {
        Arg::new("reference")
            .value_name("REFERENCE")
            .required(true)
            .value_parser(PossibleValuesParser::new(errand::labels()))
            .help(t("暗証番号の名前", "which PIN or password"))
    };
    let certificate = || {
        Arg::new("certificate")
            .value_name("CERTIFICATE")
            .required(true)
            .value_parser(value_parser!(errand::Which))
            .help(t("利用者証明用か署名用か", "which of the two certificates"))
    };
    let persona = || {
        Arg::new("persona")
            .value_name("PERSONA")
            .required(true)
            .help(t("誰のカードか", "whose card it is"))
    };
    let verb = |name, ja, en| Command::new(name).about(t(ja, en)).arg(file());
    Command::new("counter")
        .about(t(
            "市区町村窓口の手続きを、保存されたカードに行う",
            "do to a saved card what the counter of a municipality does",
        ))
        .subcommand_required(true)
        .subcommand(
            verb(
                "unblock",
                "暗証番号のロックを解除する",
                "give a PIN all its attempts again",
            )
            .arg(reference()),
        )
        .subcommand(
            verb("set-reference", "暗証番号を再設定する", "set a PIN anew")
                .arg(reference())
                .arg(
                    Arg::new("value")
                        .value_name("VALUE")
                        .required(true)
                        .help(t("新しい暗証番号 (試験用)", "the new PIN, for tests")),
                ),
        )
        .subcommand(
            verb(
                "renew",
                "電子証明書を更新する",
                "write a new certificate and its key",
            )
            .arg(certificate())
            .arg(persona()),
        )
        .subcommand(
            verb(
                "withdraw",
                "電子証明書を失効させる",
                "take a certificate off the card",
            )
            .arg(certificate()),
        )
        .subcommand(
            verb(
                "rewrite",
                "氏名・住所などの変更後の内容に書き換える。暗証番号は残る",
                "write what a change of name or address changes; PINs stay",
            )
            .arg(persona()),
        )
}

/// What a municipality is asked to do.
fn errand(verb: &str, m: &ArgMatches) -> Errand {
    match verb {
        "unblock" => Errand::Unblock {
            reference: one(m, "reference"),
        },
        "set-reference" => Errand::SetReference {
            reference: one(m, "reference"),
            value: one::<String>(m, "value").into(),
        },
        "renew" => Errand::Renew {
            certificate: one(m, "certificate"),
            persona: one(m, "persona"),
        },
        "withdraw" => Errand::Withdraw {
            certificate: one(m, "certificate"),
        },
        _ => Errand::Rewrite {
            persona: one(m, "persona"),
        },
    }
}

/// Where `serve` lays the card.
fn route(m: &ArgMatches) -> Route {
    let loopback = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    match (maybe(m, "vpcd"), maybe(m, "tcp")) {
        (Some(address), _) => Route::Vpcd(address),
        (_, Some(port)) => Route::Tcp(loopback(port)),
        _ => Route::Pcsc,
    }
}

/// Who wrote the log.
fn writer(m: &ArgMatches) -> Option<Writer> {
    maybe::<String>(m, "from").and_then(|name| name.parse().ok())
}

/// Options of `run` that only one role has.
const OF_APPS: &[&str] = &[
    "profile",
    "variants",
    "tag",
    "requirement",
    "document",
    "budget",
    "statement",
    "evidence",
    "nonce",
];
const OF_CONSUMERS: &[&str] = &["mapping", "clipboard", "persons"];

/// Refuses an option that the role would leave unread.
fn fits_its_role(m: &ArgMatches, lang: Lang) -> Result<(), clap::Error> {
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
        return Err(command(lang).error(ErrorKind::ArgumentConflict, text));
    }
    let Some(name) = others.iter().find(given) else {
        return Ok(());
    };
    let text = lang.pick(
        format!("--{name} は --role {role} では使えません"),
        format!("--{name} has no meaning with --role {role}"),
    );
    Err(command(lang).error(ErrorKind::ArgumentConflict, text))
}

fn one<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> T {
    m.get_one::<T>(name)
        .cloned()
        .expect("clap requires it or has a default")
}

fn maybe<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> Option<T> {
    m.get_one::<T>(name).cloned()
}

fn many<T: Clone + Send + Sync + 'static>(m: &ArgMatches, name: &str) -> Vec<T> {
    m.get_many::<T>(name)
        .into_iter()
        .flatten()
        .cloned()
        .collect()
}

/// The whole command, with its help in `lang`.
pub(crate) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let id = || {
        Arg::new("id")
            .value_name("ID")
            .action(ArgAction::Append)
            .help(t(
                "シナリオの ID、その先頭部分 (happy/)、* を含む型、または自分の YAML ファイル。省略するとすべて",
                "scenario ids, beginnings of them (happy/), patterns with *, or YAML files of your own; all if left out",
            ))
    };
    let profile = || {
        Arg::new("profile")
            .long("profile")
            .value_name("NAME")
            .default_value(DEFAULT_PROFILE)
            .help(t(
                "Webサービスの電文プロファイル。名前か、自分の YAML ファイル",
                "wire profile that the service speaks: a name, or a YAML file of your own",
            ))
    };
    let seed = || {
        Arg::new("seed")
            .long("seed")
            .value_name("N")
            .default_value("1")
            .value_parser(value_parser!(u64))
            .help(t(
                "乱数の種。同じ種とシナリオは同じ記録になる",
                "seed; equal seed and scenario give an equal canonical trace",
            ))
    };
    let out = || {
        Arg::new("out")
            .long("out")
            .value_name("DIR")
            .value_parser(value_parser!(PathBuf))
            .help(t(
                "記録と判定を置くフォルダ",
                "folder for traces and verdicts",
            ))
    };
    let file = |help| {
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    let state = |name| {
        Arg::new(name)
            .value_name("FILE or PERSONA")
            .required(true)
            .help(t(
                "保存されたカード、またはペルソナの新しいカード",
                "a saved card, or the new card of a persona",
            ))
    };
    let report = |name: &'static str, help: &'static str| {
        Arg::new(name)
            .value_name("REPORT")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    let from = |writers: &'static [&'static str]| {
        Arg::new("from")
            .long("from")
            .value_name("WRITER")
            .value_parser(PossibleValuesParser::new(writers).map(String::from))
    };
    Command::new("madoguchi")
        .version(env!("CARGO_PKG_VERSION"))
        .about(t(
            "オンライン資格確認クライアントの適合試験ツール (非公式)",
            "conformance and test toolkit for My Number card eligibility clients (unofficial)",
        ))
        .after_help(t(
            "終了コード: 0 合格 · 1 不合格または判定不能 · 2 使い方 · 3 シナリオ不正 · 4 クライアントを実行できない · 5 環境 · 70 本ツールの不具合 · 130 中断",
            "Exit codes: 0 all pass · 1 failed or inconclusive · 2 usage · 3 invalid scenario · 4 client could not be run · 5 environment · 70 a bug of ours · 130 interrupted",
        ))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(
            Arg::new("lang")
                .long("lang")
                .value_name("ja|en")
                .global(true)
                .value_parser(PossibleValuesParser::new(["ja", "en"]))
                .help(t("表示の言語 (既定はロケールから)", "language of what you read (default: from the locale)")),
        )
        .subcommand(
            Command::new("run")
                .about(t("シナリオをクライアントに対して実行し、判定する", "run scenarios against a client and judge it"))
                .arg(id())
                .arg(Arg::new("client").long("client").value_name("CMD").help(t(
                    "被試験クライアントの起動コマンド (契約 v1 は README)。省略すると、隣に置かれた参照クライアント",
                    "command that starts the client under test (contract v1: see the README); the reference client beside this program if left out",
                )))
                .arg(
                    Arg::new("role")
                        .long("role")
                        .value_name("ROLE")
                        .default_value("app")
                        .value_parser(PossibleValuesParser::new(["app", "consumer"]).map(String::from))
                        .help(t(
                            "試験する相手。app はカードを読むアプリ、consumer はその結果を取り込むレセコン",
                            "who is tested: app reads cards, consumer is a レセコン that takes over what an app delivers",
                        )),
                )
                .arg(
                    Arg::new("mapping")
                        .long("mapping")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "consumer: レセコンの書き出しの項目と本ツールの項目の対応表 (YAML)",
                            "consumer: which field of its export is which of ours (YAML)",
                        )),
                )
                .arg(
                    Arg::new("clipboard")
                        .long("clipboard")
                        .value_name("CMD")
                        .help(t(
                            "consumer: 標準入力をクリップボードに置くコマンド (clip.exe, pbcopy, xclip)。ファイルにも置く",
                            "consumer: what puts its standard input on the clipboard (clip.exe, pbcopy, xclip); a file gets it in any case",
                        )),
                )
                .arg(
                    Arg::new("persons")
                        .long("persons")
                        .value_name("N")
                        .value_parser(value_parser!(u32).range(1..=1000))
                        .help(t(
                            "consumer: シナリオのあとに架空の人物 N 人を届ける。失敗したら、失敗する最小の人物を探す",
                            "consumer: N invented persons after the scenarios; a failure is brought down to the smallest person that fails",
                        )),
                )
                .arg(profile())
                .arg(seed())
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
                    Arg::new("timeout")
                        .long("timeout")
                        .value_name("SECONDS")
                        .default_value("10")
                        .value_parser(value_parser!(u64).range(1..=3600))
                        .help(t("クライアントの一つの操作を待つ上限 (秒)", "limit for one step of the client, seconds")),
                )
                .arg(out())
                .arg(
                    Arg::new("shard")
                        .long("shard")
                        .value_name("I/N")
                        .value_parser(move |text: &str| {
                            text.parse::<Shard>().map_err(|no: NoShard| no.text(lang))
                        })
                        .help(t(
                            "選んだシナリオを N 台に分けた I 番目を実行する。報告は madoguchi merge でまとめる",
                            "run part I of N of what was selected; madoguchi merge puts the reports together",
                        )),
                )
                .arg(
                    Arg::new("failed")
                        .long("failed")
                        .value_name("REPORT")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "JSON 報告で合格しなかったシナリオだけを実行する",
                            "run only what did not pass in this JSON report",
                        )),
                )
                .args(selection::args(lang))
                .args(reports::args(lang)),
        )
        .subcommand(
            Command::new("list")
                .about(t("シナリオ・要件・資料の行・ペルソナ・プロファイルの一覧", "list scenarios, requirements, rows of the documents, personas or profiles"))
                .arg(
                    Arg::new("what")
                        .value_name("WHAT")
                        .default_value("scenarios")
                        .value_parser(
                            PossibleValuesParser::new(["scenarios", "variants", "requirements", "rows", "personas", "profiles", "consumer"])
                                .map(String::from),
                        )
                        .help(t("何を一覧するか", "what to list")),
                )
                .arg(id()),
        )
        .subcommand(
            Command::new("card")
                .about(t("カードの状態を保存・復元・表示・比較する", "save, load, show and compare what a card has kept"))
                .subcommand_required(true)
                .subcommand(
                    Command::new("save")
                        .about(t("開いている窓口のカードを保存する", "save the card of the open counter"))
                        .arg(file(t("保存先", "where to"))),
                )
                .subcommand(
                    Command::new("load")
                        .about(t("開いている窓口のカードを復元する", "give the card of the open counter a saved state"))
                        .arg(file(t("保存されたカード", "a saved card"))),
                )
                .subcommand(
                    Command::new("show")
                        .about(t("ファイル、鍵、残り回数の一覧 (中身は表示しない)", "list files, keys and counters, never their content"))
                        .arg(state("card")),
                )
                .subcommand(
                    Command::new("diff")
                        .about(t("違う所を示す。違えば終了コード 1", "say where two differ; exit code 1 if they do"))
                        .arg(state("card"))
                        .arg(state("other")),
                )
                .subcommand(counter(lang)),
        )
        .subcommand(
            Command::new("profile")
                .about(t("電文プロファイルを作り、調べる", "begin and check wire profiles"))
                .subcommand_required(true)
                .subcommand(
                    Command::new("new")
                        .about(t(
                            "組み込みプロファイルの写し、または通信の記録 (HAR) からの下書きを作る",
                            "begin a profile: a copy of a built-in one, or a draft from a recording (HAR)",
                        ))
                        .arg(Arg::new("name").value_name("NAME").required(true).help(t(
                            "新しいプロファイルの名前",
                            "name of the new profile",
                        )))
                        .arg(
                            Arg::new("like")
                                .long("like")
                                .value_name("BUILTIN")
                                .default_value(DEFAULT_PROFILE)
                                .help(t("もとにする組み込みプロファイル", "the built-in profile to begin with")),
                        )
                        .arg(
                            Arg::new("from-har")
                                .long("from-har")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help(t(
                                    "検証環境の通信の記録 (HAR)。値は読み捨て、推測には assumed と記す",
                                    "a recording (HAR) of a test environment; values are dropped, guesses say assumed",
                                )),
                        )
                        .arg(
                            Arg::new("out")
                                .long("out")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help(t("書く先 (既定は NAME.yaml)", "where to write it (default: NAME.yaml)")),
                        ),
                )
                .subcommand(
                    Command::new("check")
                        .about(t(
                            "自分のプロファイルの誤りと不足を、行と列で示す",
                            "say what is wrong or missing in a profile of your own, by line and column",
                        ))
                        .arg(file(t("プロファイルの YAML", "the profile's YAML"))),
                ),
        )
        .subcommand(
            Command::new("ca")
                .about(t(
                    "この環境の試験用 TLS ルートを書き出し、信頼させる方法を示す",
                    "export the TLS root of this installation, and say how to trust it",
                ))
                .subcommand_required(true)
                .subcommand(
                    Command::new("export")
                        .about(t(
                            "ルート証明書を書き出す (鍵は書き出さない)",
                            "write the root certificate, never its key",
                        ))
                        .arg(
                            Arg::new("format")
                                .long("format")
                                .value_name("FORMAT")
                                .default_value("pem")
                                .value_parser(
                                    PossibleValuesParser::new(["pem", "der", "p12"]).map(String::from),
                                )
                                .help(t(
                                    "形式。p12 の暗証は madoguchi",
                                    "format; the password of p12 is madoguchi",
                                )),
                        )
                        .arg(
                            Arg::new("out")
                                .long("out")
                                .value_name("FILE")
                                .value_parser(value_parser!(PathBuf))
                                .help(t("書く先。省略すると標準出力", "where to; standard output if left out")),
                        ),
                )
                .subcommand(Command::new("trust").about(t(
                    "信頼させるコマンドを表示する (実行はしない)",
                    "print the commands that trust it; runs none",
                )))
                .subcommand(Command::new("untrust").about(t(
                    "信頼を取り消すコマンドを表示する (実行はしない)",
                    "print the commands that undo it; runs none",
                ))),
        )
        .subcommand(scenario::command(lang))
        .subcommand(mutants::command(lang))
        .subcommand(operator::command(lang))
        .subcommand(doctor::command(lang))
        .subcommand(
            Command::new("schema")
                .about(t(
                    "シナリオ、JSON 報告、供給者の宣言、レセコンの対応表とシナリオの JSON Schema (draft-07) を出力する",
                    "print the JSON Schema (draft-07) of scenarios, for your editor, of the JSON report, of a vendor's statement, or of a レセコン's mapping and scenarios",
                ))
                .arg(
                    Arg::new("what")
                        .value_name("WHAT")
                        .default_value("scenario")
                        .value_parser(PossibleValuesParser::new(["scenario", "report", "statement", "mapping", "consumer"]).map(String::from))
                        .help(t("何の形式か", "which format")),
                ),
        )
        .subcommand(
            Command::new("compare")
                .about(t(
                    "二つの JSON 報告を比べる。悪化や消えた項目があれば終了コード 1",
                    "compare two JSON reports; exit code 1 where something is worse or gone",
                ))
                .arg(report("before", t("前の報告", "the earlier report")))
                .arg(report("after", t("後の報告", "the later report"))),
        )
        .subcommand(
            Command::new("merge")
                .about(t(
                    "分割実行の JSON 報告を一つにまとめ、どの形の報告にもする",
                    "make one of the JSON reports of several shards, as any kind of report",
                ))
                .arg(report("report", t("報告", "reports")).action(ArgAction::Append))
                .args(reports::merge_args(lang)),
        )
        .subcommand(
            Command::new("judge")
                .about(t("保存された記録をもう一度判定する", "judge stored traces again"))
                .arg(
                    Arg::new("trace")
                        .value_name("TRACE")
                        .required(true)
                        .action(ArgAction::Append)
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "trace.jsonl、またはそれを含むフォルダ",
                            "trace.jsonl, or a folder in which there are some",
                        )),
                )
                .arg(from(&["pcscd", "opensc", "plain"]).help(t(
                    "他のプログラムの記録を判定する。書き出す前に秘匿し、カードだけで分かる要件を判定する",
                    "judge another program's log: redacted before anything is written, by the rules on the card alone",
                )))
                .arg(Arg::new("out").long("out").value_name("FILE").value_parser(value_parser!(PathBuf)).help(t(
                    "判定ファイルを書く先 (記録が一つのとき)",
                    "write the verdict file here (for one trace)",
                )))
                .args(reports::args(lang)),
        )
        .subcommand(
            Command::new("decode")
                .about(t(
                    "APDU の記録を読んで説明する (trace.jsonl、pcscd --apdu、OpenSC の記録、16 進の行)",
                    "explain APDUs of a log: trace.jsonl, pcscd --apdu, OpenSC's debug log, lines of hexadecimal digits",
                ))
                .arg(
                    Arg::new("log")
                        .value_name("LOG")
                        .value_parser(value_parser!(PathBuf))
                        .help(t("記録。省略すると標準入力", "the log; standard input if left out")),
                )
                .arg(from(&["pcscd", "opensc", "plain"]).help(t(
                    "誰の記録か。省略すると内容から判断する",
                    "whose log it is; told by its content if left out",
                ))),
        )
        .subcommand(
            Command::new("verify")
                .about(t(
                    "証跡の束の判定をすべてやり直し、改変がないことを確かめる (誰が実行したかは分からない)",
                    "judge everything in an evidence bundle again and say whether it was changed; not who ran it",
                ))
                .arg(
                    Arg::new("bundle")
                        .value_name("BUNDLE")
                        .required(true)
                        .value_parser(value_parser!(PathBuf))
                        .help(t("--evidence で書いた束", "a bundle that --evidence wrote")),
                )
                .arg(Arg::new("nonce").long("nonce").value_name("TEXT").help(t(
                    "自分が指定した番号が封に入っていることも確かめる",
                    "look for the nonce that you asked for, too",
                )))
                .arg(Arg::new("seal").long("seal").value_name("SHA256").help(t(
                    "別の経路で知らされた封と同じであることも確かめる",
                    "compare with the seal that you were told by another way, too",
                ))),
        )
        .subcommand(
            Command::new("serve")
                .about(t(
                    "カード・リーダー・Webサービスを開いたままにし、手で起動したクライアントを待つ",
                    "hold card, reader and service open for a client that you start by hand",
                ))
                .arg(
                    Arg::new("scenario")
                        .long("scenario")
                        .value_name("ID")
                        .default_value("happy/visual")
                        .help(t("どのシナリオの状況を用意するか", "whose situation to set up")),
                )
                .arg(
                    Arg::new("vpcd")
                        .long("vpcd")
                        .value_name("HOST:PORT")
                        .value_parser(value_parser!(SocketAddr))
                        .help(t(
                            "カードを vsmartcard の vpcd (本物の pcscd) に差す。例 127.0.0.1:35963",
                            "put the card into vsmartcard's vpcd, behind a real pcscd; such as 127.0.0.1:35963",
                        )),
                )
                .arg(
                    Arg::new("tcp")
                        .long("tcp")
                        .value_name("PORT")
                        .conflicts_with("vpcd")
                        .value_parser(value_parser!(u16))
                        .help(t(
                            "カードだけを 127.0.0.1 のポートで待たせる (vpcd の形式)。0 は空きポート",
                            "let the bare card wait on a port of 127.0.0.1, in vpcd's framing; 0 takes a free one",
                        )),
                )
                .arg(
                    Arg::new("folder")
                        .long("folder")
                        .value_name("DIR")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "資格確認端末の連携フォルダーも開く: DIR の req, res, face (プロファイル oqs-xml-8.07)",
                            "open the exchange folders of a 資格確認端末 too: req, res and face in DIR (profile oqs-xml-8.07)",
                        )),
                )
                .arg(
                    Arg::new("store")
                        .long("store")
                        .value_name("FILE")
                        .value_parser(value_parser!(PathBuf))
                        .help(t(
                            "Webサービスが知ることを FILE に保存し、次回も続ける (なければ作る)",
                            "keep what the service knows in FILE and go on with it next time; made where there is none",
                        )),
                )
                .arg(
                    Arg::new("bind")
                        .long("bind")
                        .value_name("ADDR[:PORT]")
                        .default_value("127.0.0.1")
                        .value_parser(bind)
                        .help(t(
                            "Webサービスが待つアドレス。ほかの機械から使うときだけ変える。例 192.168.1.5:8443",
                            "where the service listens; change it only for other machines, such as 192.168.1.5:8443",
                        )),
                )
                .arg(
                    Arg::new("proxy")
                        .long("proxy")
                        .action(ArgAction::SetTrue)
                        .help(t(
                            "CONNECT プロキシも開く。*.test を模擬に導き、ほかのホストは断って記録する",
                            "open a CONNECT proxy, too: it leads *.test to the mock, refuses and records every other host",
                        )),
                )
                .arg(
                    Arg::new("san")
                        .long("san")
                        .value_name("NAME")
                        .action(ArgAction::Append)
                        .value_parser(host)
                        .help(t(
                            "サーバー証明書に加えるホスト名やアドレス。本番のホストは指定できない",
                            "a name or address that the server's certificate is for, too; never one of a real service",
                        )),
                )
                .arg(profile())
                .arg(seed())
                .arg(out()),
        )
}

/// An address, with a port or without (then a free one).
fn bind(text: &str) -> Result<SocketAddr, String> {
    text.parse()
        .or_else(|_| text.parse().map(|ip: IpAddr| SocketAddr::new(ip, 0)))
        .map_err(|_| "write an IP address, with a port or without: 192.168.1.5:8443".to_owned())
}

fn host(text: &str) -> Result<Host, String> {
    text.parse().map_err(|error: NoHost| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn args(args: &[&str]) -> Vec<OsString> {
        std::iter::once("madoguchi")
            .chain(args.iter().copied())
            .map(OsString::from)
            .collect()
    }

    #[test]
    fn the_command_is_well_formed_in_both_languages() {
        for lang in Lang::ALL {
            command(lang).debug_assert();
        }
    }

    #[test]
    fn an_option_that_the_role_would_not_read_is_refused() {
        let refused = |given: &[&str]| {
            let refusal = parse(args(given), Lang::En).unwrap_err();
            assert_eq!(refusal.kind(), ErrorKind::ArgumentConflict, "{given:?}");
        };
        for option in ["--profile=mock-2025.05", "--evidence=f", "--budget=9"] {
            refused(&["run", "--role", "consumer", option]);
        }
        for option in ["--mapping=f", "--clipboard=c", "--persons=3"] {
            refused(&["run", option]);
        }
        refused(&["run", "--role=consumer", "--clipboard=c", "--jobs=2"]);
        let usual = ["run", "--role=consumer", "--persons=3", "--seed=2"];
        assert!(parse(args(&usual), Lang::En).is_ok());
        let divided = ["run", "--role=consumer", "-j2", "--shard=1/2", "--failed=f"];
        assert!(parse(args(&divided), Lang::En).is_ok());
    }

    #[test]
    fn the_language_is_known_before_the_rest_is_parsed() {
        assert_eq!(lang(&args(&["--lang", "ja", "nonsense"])), Lang::Ja);
        assert_eq!(lang(&args(&["list", "--lang=en"])), Lang::En);
    }

    #[test]
    fn a_run_has_sensible_defaults() {
        let Invocation::Run(run) =
            parse(args(&["run", "happy/", "--client", "x"]), Lang::En).unwrap()
        else {
            panic!("not a run")
        };
        assert_eq!(
            (run.select, run.seed, run.jobs),
            (vec!["happy/".to_owned()], 1, 1)
        );
    }

    #[test]
    fn a_real_services_host_is_refused_by_name() {
        let error = parse(args(&["serve", "--san", "www.mhlw.go.jp"]), Lang::En).unwrap_err();
        assert!(error.to_string().contains("go.jp"), "{error}");
    }

    #[test]
    fn a_counter_listens_on_this_machine_unless_told_otherwise() {
        let reach = |line: &[&str]| match parse(args(line), Lang::En).unwrap() {
            Invocation::Serve(serve) => serve.reach,
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reach(&["serve"]).bind,
            SocketAddr::from(([127, 0, 0, 1], 0))
        );
        let other = reach(&["serve", "--bind", "0.0.0.0:8443", "--san", "pc1.test"]);
        assert_eq!(other.bind, SocketAddr::from(([0; 4], 8443)));
        assert_eq!(other.hosts.len(), 1);
    }

    #[test]
    fn the_help_reads_well_in_both_languages() {
        for lang in Lang::ALL {
            let mut command = command(lang).term_width(80);
            let mut help = command.render_long_help().to_string();
            for path in ["run", "serve", "ca", "profile new", "operator", "scenario"] {
                let mut help_of = &mut command;
                for sub in path.split(' ') {
                    help_of = help_of.find_subcommand_mut(sub).expect("it is there");
                }
                help += &format!("\n---- {path}\n{}", help_of.render_long_help());
            }
            insta::assert_snapshot!(format!("help-{lang}"), help);
        }
    }
}
