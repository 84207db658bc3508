//! Why a command could not do its work: what to say, and which exit code that is.

use std::borrow::Cow;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use madoguchi_fixtures::UnknownPersona;
use madoguchi_fixtures::pki::PkiError;
use madoguchi_notation::{Diagnostics, Wording};
use madoguchi_report::evidence::NotProven;
use madoguchi_report::json::ReportError;
use madoguchi_report::merge::NotMerged;
use madoguchi_report::shard::Shard;
use madoguchi_report::shard::lacking;
use madoguchi_scenarios::NothingSelected;
use madoguchi_terms::{Lang, Say, harmless};
use madoguchi_trace::TraceError;
use madoguchi_wire::NoDraft;

use crate::cell::case::CaseTrouble;
use crate::cell::world::WorldTrouble;
use crate::consumer::not_played::NotPlayed;
use crate::exit::Exit;
use crate::installation::NotKept;
use crate::own_network::NoOwnNetwork;
use crate::staging::StoreTrouble;
use crate::store::NoFolder;

/// What kept a command from its work.
#[derive(Debug)]
pub(crate) enum Trouble {
    NothingSelected(NothingSelected),
    /// Everything that was selected is about functions that the profile's service does not have.
    NothingOffered {
        profile: String,
        scenarios: Vec<String>,
    },
    /// There was no time left for a case.
    NoTime {
        id: String,
        budget: Duration,
    },
    /// No scenario fits what was asked for beside the ids.
    NothingFits(&'static str),
    /// No document, and no heading of one, is called so.
    NoSuchPlace(String),
    /// One scenario was asked for, and several are meant.
    NotOneScenario {
        named: String,
        ids: Vec<String>,
    },
    NoClient,
    /// The profile speaks through folders, and there are none.
    NeedsFolder(String),
    /// Other machines would reach the service here, and nobody said that they may.
    OpenToOthers(SocketAddr),
    /// `MADOGUCHI_CONTROL` is not set.
    NoCounter,
    /// A card's state, in words for people.
    Card(String),
    /// No persona has this id.
    Persona(UnknownPersona),
    /// The persona's card was issued without this certificate.
    NotIssued(String),
    /// What an open counter said no to, in its own words.
    Counter(String),
    ClientCommand(String),
    UnknownProfile(String),
    /// The client does not say what it can do wrong.
    NothingListed {
        client: String,
        /// What asked it.
        flag: &'static str,
        why: String,
    },
    /// The client has no such defect.
    UnknownDefect {
        name: String,
        nearest: Option<String>,
    },
    /// An app's own log is to be read, and nothing says how.
    NoPatterns,
    /// A clock is said of a log that is not read.
    NoSuchLog(PathBuf),
    /// There is no profile to begin with.
    Draft(NoDraft),
    /// A file that is there already is not written over.
    Exists(PathBuf),
    /// A file that is longer than anything of its kind.
    TooLong {
        path: PathBuf,
        limit: u64,
    },
    /// Logs of more lines than a field failure has.
    TooManyLines {
        limit: usize,
    },
    Scenario(Diagnostics),
    Folder(NoFolder),
    Case {
        id: String,
        trouble: CaseTrouble,
    },
    World(WorldTrouble),
    Store(StoreTrouble),
    Pki(PkiError),
    NotKept(NotKept),
    Runtime(io::Error),
    Read {
        path: PathBuf,
        error: io::Error,
    },
    Write {
        path: PathBuf,
        error: io::Error,
    },
    Trace {
        path: PathBuf,
        error: TraceError,
    },
    /// A JSON report that cannot be read.
    Report {
        path: PathBuf,
        error: ReportError,
    },
    /// What is no plan, or not one of this run.
    Plan {
        path: PathBuf,
        why: Wording,
    },
    /// No cell of the plan takes this case, which is selected now.
    NotPlanned(String),
    /// Each client, manner and profile needs a cell of its own.
    TooFewCells {
        cells: usize,
        subjects: usize,
    },
    /// What has no times of earlier runs.
    NoTimes {
        path: PathBuf,
        why: String,
    },
    /// Reports that cannot be merged.
    NotMerged(NotMerged),
    /// What is there was merged, and parts are not there.
    PartsMissing(Vec<Shard>),
    /// What is not a score of `mutants`.
    Score {
        path: PathBuf,
        error: serde_json::Error,
    },
    /// A log that tells nothing.
    NothingTold,
    /// A value of a log in clear in what was about to be written: nothing is.
    Leaked,
    /// Nothing that was selected failed in that report.
    NothingFailed(PathBuf),
    /// There is no report in what was named.
    NoReports(Vec<PathBuf>),
    /// A bundle that proves nothing.
    Unproven {
        path: PathBuf,
        error: NotProven,
    },
    /// Neither a scenario nor a trace of one.
    NoCase(PathBuf),
    /// A folder without traces.
    NoTrace(PathBuf),
    /// One verdict file was asked for, and there are so many traces.
    NotOneTrace(usize),
    /// A レセコン under test needs a mapping of its export.
    NeedsMapping,
    /// A レセコン could not be tried.
    NotPlayed {
        id: String,
        not: NotPlayed,
    },
    /// This command needs what only another platform has.
    NotHere(&'static str),
    OwnNetwork(NoOwnNetwork),
}

/// Line by line harmless: it may quote a file or a program of a stranger's.
fn safe(text: &str) -> String {
    let lines: Vec<Cow<'_, str>> = text.split('\n').map(harmless).collect();
    lines.join("\n")
}

impl Trouble {
    /// Whether the client itself said that it does not do this.
    pub(super) const fn is_not_supported(&self) -> bool {
        matches!(
            self,
            Self::Case {
                trouble: CaseTrouble::NotSupported,
                ..
            }
        )
    }

    /// Whether the user ended the run while the case was played.
    pub(super) const fn is_interrupted(&self) -> bool {
        matches!(
            self,
            Self::Case {
                trouble: CaseTrouble::Interrupted,
                ..
            }
        )
    }

    /// Says it on standard error and gives back the exit code.
    pub(crate) fn tell(&self, lang: Lang) -> Exit {
        match self {
            // Diagnostics bring their own label and excerpt.
            Self::Scenario(_) => anstream::eprint!("{}", self.text(lang)),
            _ => {
                let text = safe(&self.text(lang));
                anstream::eprintln!("{}: {text}", lang.pick("エラー", "error"));
            }
        }
        self.exit()
    }

    pub(crate) const fn exit(&self) -> Exit {
        match self {
            Self::NothingSelected(_)
            | Self::NothingOffered { .. }
            | Self::NotOneScenario { .. }
            | Self::NoTime { .. }
            | Self::NothingFits(_)
            | Self::NoSuchPlace(_)
            | Self::NeedsFolder(_)
            | Self::OpenToOthers(_)
            | Self::NoClient
            | Self::NoCounter
            | Self::Card(_)
            | Self::Persona(_)
            | Self::NotIssued(_)
            | Self::Counter(_)
            | Self::ClientCommand(_)
            | Self::NeedsMapping
            | Self::NotPlayed {
                not: NotPlayed::Mapped(..) | NotPlayed::NoPage,
                ..
            }
            | Self::UnknownProfile(_)
            | Self::UnknownDefect { .. }
            | Self::Draft(_)
            | Self::Exists(_)
            | Self::TooLong { .. }
            | Self::TooManyLines { .. }
            | Self::Trace { .. }
            | Self::NothingTold
            | Self::NoPatterns
            | Self::NoSuchLog(_)
            | Self::Report { .. }
            | Self::NotMerged(_)
            | Self::Plan { .. }
            | Self::NotPlanned(_)
            | Self::TooFewCells { .. }
            | Self::NoTimes { .. }
            | Self::PartsMissing(_)
            | Self::Score { .. }
            | Self::NothingFailed(_)
            | Self::NoReports(_)
            | Self::NoCase(_)
            | Self::NoTrace(_)
            | Self::NotOneTrace(_)
            | Self::Read { .. } => Exit::USAGE,
            Self::Unproven { .. } => Exit::FAIL,
            Self::Leaked => Exit::INTERNAL,
            Self::Scenario(_) => Exit::SCENARIO,
            Self::Case {
                trouble:
                    CaseTrouble::Client(_) | CaseTrouble::NotSupported | CaseTrouble::NoHello { .. },
                ..
            } => Exit::CLIENT,
            Self::Case {
                trouble: CaseTrouble::StandIn(trouble),
                ..
            } if trouble.is_the_apps() => Exit::CLIENT,
            Self::NotPlayed {
                not: NotPlayed::Start(_),
                ..
            }
            | Self::NothingListed { .. } => Exit::CLIENT,
            Self::NotPlayed { .. }
            | Self::Folder(_)
            | Self::Case { .. }
            | Self::World(_)
            | Self::Store(_)
            | Self::Pki(_)
            | Self::NotKept(_)
            | Self::Runtime(_)
            | Self::Write { .. }
            | Self::NotHere(_)
            | Self::OwnNetwork(_) => Exit::ENVIRONMENT,
        }
    }
}

impl Say for Trouble {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::NothingSelected(nothing) => nothing.text(lang),
            Self::NothingOffered { profile, scenarios } => {
                let scenarios = scenarios.join(", ");
                lang.pick(
                    format!("{profile} のサービスにはこの機能がありません: {scenarios}\n  対処: --profile で新しい電文を指定してください (一覧: madoguchi list profiles)"),
                    format!("the service of {profile} does not have the function of {scenarios}\n  help: name a newer wire with --profile (for the list: madoguchi list profiles)"),
                )
            }
            Self::NoTime { budget, .. } => {
                let seconds = budget.as_secs();
                lang.pick(
                    format!("--budget {seconds} 秒に収まらず、始めなかった"),
                    format!("not begun: the {seconds} s of --budget had passed"),
                )
            }
            Self::NothingFits(list) => lang.pick(
                format!("条件に合うシナリオがありません\n  対処: --tag、--requirement、--document を確かめてください (一覧: madoguchi list {list})"),
                format!("no scenario fits\n  help: look at --tag, --requirement and --document (for the list: madoguchi list {list})"),
            ),
            Self::NoSuchPlace(texts) => lang.pick(
                format!("資料にも見出しにもありません: {texts}\n  対処: 資料の略称、題名、見出しの一部を指定してください (一覧: madoguchi list review)"),
                format!("neither a document nor a heading: {texts}\n  help: name a document's key, or a part of its title or of a heading (all of them: madoguchi list review)"),
            ),
            Self::NotOneScenario { named, ids } => {
                let ids = ids.join(", ");
                lang.pick(
                    format!("\"{named}\" に当たるシナリオが複数あります\n  対処: 一つを指定してください: {ids}"),
                    format!("\"{named}\" means several scenarios\n  help: name one of {ids}"),
                )
            }
            Self::NeedsFolder(profile) => lang.pick(
                format!("{profile} はフォルダーで交換する電文です\n  対処: madoguchi serve --profile {profile} --folder フォルダー"),
                format!("{profile} speaks through folders\n  help: madoguchi serve --profile {profile} --folder DIR"),
            ),
            Self::OpenToOthers(bind) => lang.pick(
                format!("--bind {bind} にはほかの機械から届きます\n  対処: この機械の中だけで使うなら --bind 127.0.0.1 に、信頼できる試験用の網でほかの機械から使うなら --for-other-machines も付けてください"),
                format!("other machines reach --bind {bind}\n  help: write --bind 127.0.0.1 for this machine only; where others are to use it, in a test network that you trust, add --for-other-machines"),
            ),
            Self::NoCounter => lang.pick(
                "開いている窓口がありません\n  対処: madoguchi serve を起動し、表示された MADOGUCHI_CONTROL を設定してください".into(),
                "there is no open counter\n  help: start madoguchi serve and set the MADOGUCHI_CONTROL that it prints".into(),
            ),
            Self::Counter(why) => lang.pick(format!("窓口: {why}"), format!("the counter: {why}")),
            Self::Card(why) => lang.pick(format!("カードの状態: {why}"), format!("card state: {why}")),
            Self::Persona(unknown) => unknown.text(lang),
            Self::NotIssued(persona) => lang.pick(
                format!("ペルソナ {persona} のカードにはこの電子証明書がありません\n  対処: ほかのペルソナを指定してください (madoguchi list personas)"),
                format!("the card of {persona} was issued without this certificate\n  help: name another persona (madoguchi list personas)"),
            ),
            Self::NoClient => lang.pick(
                "どのクライアントを試験するか分かりません\n  対処: --client \"プログラム 引数…\" を指定してください (参照クライアントは cargo build -p madoguchi-reference-client)".into(),
                "there is no client to run\n  help: name one with --client \"PROGRAM ARGUMENTS…\" (for the reference client: cargo build -p madoguchi-reference-client)".into(),
            ),
            Self::ClientCommand(command) => lang.pick(
                format!("クライアントの起動コマンドを読めません: {command:?}\n  対処: --client \"プログラム 引数…\" の形で指定してください"),
                format!("cannot read the client's command: {command:?}\n  help: write --client \"PROGRAM ARGUMENTS…\""),
            ),
            Self::UnknownProfile(name) => lang.pick(
                format!("プロファイル {name} はありません\n  一覧: madoguchi list profiles"),
                format!("there is no profile {name}\n  for the list: madoguchi list profiles"),
            ),
            Self::NothingListed { client, flag, why } => lang.pick(
                format!("{client} が {flag} に何も答えません ({why})\n  対処: --list-defects には「名前、タブ、要件」、--list-manners には「名前、タブ、理由」の行を出力し、--defect NAME、--manner NAME に応じてください"),
                format!("{client} lists nothing for {flag} ({why})\n  help: let it print lines of name, tab and requirement for --list-defects, of name, tab and reason for --list-manners, and obey --defect NAME and --manner NAME"),
            ),
            Self::UnknownDefect { name, nearest } => {
                let meant = nearest.as_deref().unwrap_or("…");
                lang.pick(
                    format!("{name} という欠陥も流儀もありません\n  対処: {meant} ではありませんか? 一覧はクライアントの --list-defects、--list-manners"),
                    format!("there is no defect or manner {name}\n  help: did you mean {meant}? the client's --list-defects and --list-manners name all"),
                )
            }
            Self::Draft(no_draft) => no_draft.text(lang),
            Self::Exists(path) => lang.pick(
                format!("{} はすでにあります\n  対処: --out で別の名前を指定するか、先に移してください", path.display()),
                format!("{} is there already\n  help: name another file with --out, or move this one away", path.display()),
            ),
            Self::TooLong { path, limit } => {
                let (path, mib) = (path.display(), limit >> 20);
                lang.pick(
                    format!("{path} は {mib} MiB を超えています\n  対処: 正しいファイルか確かめてください。通信の記録なら、必要な部分だけを残してください"),
                    format!("{path} has more than {mib} MiB\n  help: see whether it is the right file; of a recording, keep what matters"),
                )
            }
            Self::TooManyLines { limit } => lang.pick(
                format!("ログが合わせて {limit} 行を超えています\n  対処: 問題が起きた前後だけを残してください"),
                format!("the logs have more than {limit} lines together\n  help: keep what lies around the failure"),
            ),
            Self::Scenario(diagnostics) => diagnostics.render(lang, true),
            Self::Folder(no_folder) => no_folder.text(lang),
            Self::Case { id, trouble } => format!("{id}: {}", trouble.text(lang)),
            Self::World(trouble) => trouble.text(lang),
            Self::Store(trouble) => trouble.text(lang),
            Self::Pki(error) => lang.pick(
                format!("証明書を発行できません: {error}"),
                format!("cannot issue a certificate: {error}"),
            ),
            Self::NotKept(why) => why.text(lang),
            Self::Runtime(error) => lang.pick(
                format!("実行環境を用意できません: {error}"),
                format!("cannot start the runtime: {error}"),
            ),
            Self::Read { path, error } => lang.pick(
                format!("{} を読めません: {error}", path.display()),
                format!("cannot read {}: {error}", path.display()),
            ),
            Self::Write { path, error } => lang.pick(
                format!("{} に書けません: {error}", path.display()),
                format!("cannot write {}: {error}", path.display()),
            ),
            Self::Trace { path, error } => format!("{}: {}", path.display(), error.text(lang)),
            Self::Report { path, error } => format!("{}: {}", path.display(), error.text(lang)),
            Self::NotMerged(why) => why.text(lang),
            Self::Plan { path, why } => format!("{}: {}", path.display(), why.get(lang)),
            Self::NotPlanned(case) => lang.pick(
                format!("計画のどの区画にも {case} がありません\n  対処: シナリオが変わりました。madoguchi plan で計画を作り直してください"),
                format!("no cell of the plan has {case}\n  help: the scenarios have changed; make the plan anew with madoguchi plan"),
            ),
            Self::TooFewCells { cells, subjects } => lang.pick(
                format!("クライアント・流儀・プロファイルの組が {subjects} あり、{cells} 区画では足りません\n  対処: --cells {subjects} 以上を指定してください"),
                format!("{subjects} combinations of client, manner and profile do not fit into {cells} cells\n  help: write --cells {subjects} or more"),
            ),
            Self::NoTimes { path, why } => lang.pick(
                format!("{}: JUnit 報告として読めません: {why}\n  対処: madoguchi run --junit で書いたファイルか、記録のフォルダを指定してください。JSON 報告に時間はありません", path.display()),
                format!("{}: it cannot be read as JUnit XML: {why}\n  help: name what madoguchi run --junit wrote, or a folder of traces; JSON reports have no times", path.display()),
            ),
            Self::PartsMissing(missing) => format!(
                "{}\n{}",
                lacking(missing).get(lang),
                lang.pick(
                    "  対処: その --shard の報告も渡してください。あるものだけはまとめました",
                    "  help: give the reports of these --shard, too; what is there was put together",
                ),
            ),
            Self::Score { path, error } => lang.pick(
                format!("{}: mutants の結果ではありません: {error}\n  対処: madoguchi mutants --json で書いたファイルを指定してください", path.display()),
                format!("{}: no score of mutants: {error}\n  help: name a file that madoguchi mutants --json wrote", path.display()),
            ),
            Self::NothingTold => lang.pick(
                "この中に、読める記録がありません\n  対処: pcscd --foreground --debug --apdu、pcsc-spy、OPENSC_DEBUG=9、usbmon か USBPcap のキャプチャ、HAR のいずれかを渡すか、アプリ自身の記録なら読み方を --patterns で渡すか、1 行に 1 つの APDU を 16 進で書いてください。例: > 00A4040C0AD392F000260100000001 の次の行に < 9000".to_owned(),
                "there is no log in it that can be read\n  help: give the output of pcscd --foreground --debug --apdu, of pcsc-spy, of OPENSC_DEBUG=9, a capture of usbmon or USBPcap, a HAR, or say with --patterns how to read an app's own log, or write one APDU per line in hexadecimal, such as > 00A4040C0AD392F000260100000001 and then < 9000".to_owned(),
            ),
            Self::NoPatterns => lang.pick(
                "アプリ自身の記録の読み方が指定されていません\n  対処: madoguchi import --patterns-example > patterns.yaml で例を書き出し、アプリの行に合わせて --patterns patterns.yaml で渡してください".to_owned(),
                "nothing says how the app's own log is to be read\n  help: write an example with madoguchi import --patterns-example > patterns.yaml, fit it to the app's lines, and name it with --patterns patterns.yaml".to_owned(),
            ),
            Self::NoSuchLog(log) => {
                let log = log.display();
                lang.pick(
                    format!("--clock の {log} は、渡された記録の中にありません\n  対処: 記録と同じ書き方で、--clock app.har=+3.2s のように指定してください"),
                    format!("--clock names {log}, which is none of the logs\n  help: name it as the log is named, such as --clock app.har=+3.2s"),
                )
            }
            Self::Leaked => lang.pick(
                "記録の値が、書き出すはずの内容に残っていたため、何も書き出していません。madoguchi の不具合です。記録の形式とともに報告してください (記録そのものは送らないでください)".to_owned(),
                "a value of the logs was in what was about to be written, so nothing was written; this is a bug of madoguchi: please report which program wrote the log (do not send the log)".to_owned(),
            ),
            Self::NothingFailed(path) => lang.pick(
                format!("{} で合格しなかったシナリオは、選んだものの中にありません", path.display()),
                format!("nothing of what was selected failed in {}", path.display()),
            ),
            Self::NoReports(places) => {
                let places: Vec<_> = places.iter().map(|place| place.display().to_string()).collect();
                let places = places.join(", ");
                lang.pick(
                    format!("{places} に報告がありません\n  対処: 各分割に --json を付けて実行してください"),
                    format!("there is no report in {places}\n  help: let each part write one with --json"),
                )
            }
            Self::Unproven { path, error } => format!("{}: {}", path.display(), error.text(lang)),
            Self::NoCase(path) => lang.pick(
                format!("{} にはシナリオもその記録もありません\n  対処: シナリオの YAML か ID、trace.jsonl、または scenario.yaml か trace.jsonl のあるフォルダーを指定してください", path.display()),
                format!("{} has neither a scenario nor the trace of one\n  help: name a scenario (YAML or id), a trace.jsonl, or a folder with a scenario.yaml or trace.jsonl", path.display()),
            ),
            Self::NoTrace(path) => lang.pick(
                format!("{} の下に trace.jsonl がありません", path.display()),
                format!("there is no trace.jsonl below {}", path.display()),
            ),
            Self::NotOneTrace(count) => lang.pick(
                format!("記録が {count} 件あり、--out の一つのファイルには書けません\n  対処: --json を使うか、記録を一つ指定してください"),
                format!("there are {count} traces, too many for the one file of --out\n  help: use --json, or name one trace"),
            ),
            Self::NeedsMapping => lang.pick(
                "レセコンの書き出しの読み方が分かりません\n  対処: --mapping で対応表を指定してください (例: harness/clients/importer/mapping.yaml)".into(),
                "there is no telling how to read the export\n  help: name a mapping with --mapping (an example: harness/clients/importer/mapping.yaml)".into(),
            ),
            Self::NotPlayed { id, not } => match not {
                NotPlayed::Start(trouble) => format!("{id}: {}", trouble.text(lang)),
                NotPlayed::Disk(path, error) => lang.pick(
                    format!("{id}: {}: {error}", path.display()),
                    format!("{id}: {}: {error}", path.display()),
                ),
                NotPlayed::Api(error) => lang.pick(
                    format!("{id}: 127.0.0.1 で待ち受けられません: {error}"),
                    format!("{id}: nothing can listen on 127.0.0.1: {error}"),
                ),
                NotPlayed::NoPage => lang.pick(
                    format!("{id}: ページのアドレスがありません。対応表の page に url を書くか、プログラムが page を伝えます"),
                    format!("{id}: where is the page? write url below page in the mapping, or let the program tell its page"),
                ),
                NotPlayed::Page(trouble) => format!("{id}: {}", trouble.text(lang)),
                NotPlayed::Nobody(why) => format!("{id}: {}", why.text(lang)),
                NotPlayed::Mapped(file, what) => {
                    let what = what.get(lang);
                    lang.pick(
                        format!("{id}: 書き出された {file} を対応表のとおりに読めません: {what}\n  対処: 対応表か書き出しを直してください"),
                        format!("{id}: cannot read the exported {file} as the mapping says: {what}\n  help: mend the mapping or the export"),
                    )
                }
            },
            Self::OwnNetwork(no) => no.text(lang),
            Self::NotHere(what) => lang.pick(
                format!("この環境では {what} を使えません (Unix のソケットが要ります)"),
                format!("{what} does not work here: it needs Unix sockets"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_of_an_error_is_an_order() {
        let text = "its tool is \u{1b}[2Jx\n::add-mask::y\n  try again";
        let told = safe(text);
        assert!(!told.contains('\u{1b}') && !told.contains("\n::"), "{told}");
        assert_eq!(told.lines().count(), 3);
        assert!(told.ends_with("\n  try again"));
    }
}
