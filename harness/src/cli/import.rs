//! `madoguchi import`: the logs of a field failure, and the scenario behind them.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use madoguchi_incident::Writer;
use madoguchi_terms::Lang;

use super::option::{flag, from, many, maybe, one, path, valued, writer};

/// `madoguchi import`: a scenario from logs.
#[derive(Debug)]
pub(crate) struct Import {
    /// Logs of one incident; `-` is standard input.
    pub(crate) logs: Vec<PathBuf>,
    pub(crate) from: Option<Writer>,
    /// How to read an app's own log.
    pub(crate) patterns: Option<PathBuf>,
    /// Whether an example of that is asked for, and nothing else.
    pub(crate) patterns_example: bool,
    pub(crate) out: PathBuf,
    /// Whether no scenario is made.
    pub(crate) redact_only: bool,
    /// Whether nothing is written.
    pub(crate) dry_run: bool,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("import")
        .about(t(
            "現場の記録 (pcscd、pcsc-spy、OpenSC、FreeRDP、USB のキャプチャ、HAR、16 進の行、アプリ自身の記録、trace.jsonl) から、秘匿した時系列とシナリオの下書きを作る",
            "make a redacted timeline and the draft of a scenario from logs of the field: pcscd, pcsc-spy, OpenSC, FreeRDP, USB captures, HAR, hexadecimal lines, an app's own log, trace.jsonl",
        ))
        .arg(
            Arg::new("log")
                .value_name("FILE")
                .required_unless_present("patterns-example")
                .action(ArgAction::Append)
                .value_parser(value_parser!(PathBuf))
                .help(t(
                    "一つの障害の記録。複数を渡すと一つの時系列にする。- は標準入力",
                    "logs of one incident, put on one timeline; - is standard input",
                )),
        )
        .arg(
            from(&[
                "pcscd", "pcsc-spy", "opensc", "freerdp", "usb", "plain", "har", "trace", "app",
            ]).help(t(
                "誰の記録か。省略すると全体の行から判断する",
                "whose logs they are; told by all of their lines if left out",
            )),
        )
        .arg(
            path("patterns", "FILE")
                .help(t(
                    "アプリ自身の記録の読み方を書いた YAML",
                    "how to read the lines of an app's own log, in YAML",
                )),
        )
        .arg(
            flag("patterns-example")
                .help(t(
                    "--patterns の書き始めに使える例を表示して終わる",
                    "print an example to begin such a file with, and end",
                )),
        )
        .arg(
            valued("out", "DIR")
                .default_value("incident")
                .value_parser(value_parser!(PathBuf))
                .help(t(
                    "scenario.yaml、trace.jsonl、incident.json を書くフォルダ。既にあるファイルには書かない",
                    "folder for scenario.yaml, trace.jsonl and incident.json; no file is written over",
                )),
        )
        .arg(
            flag("redact-only")
                .help(t(
                    "シナリオは作らず、人に渡せる trace.jsonl と incident.json だけを書く",
                    "make no scenario: write only trace.jsonl and incident.json, which may be sent to others",
                )),
        )
        .arg(
            flag("dry-run")
                .help(t(
                    "何も書かず、何を残し何を除くかだけを示す",
                    "write nothing; say what would be kept and what removed",
                )),
        )
}

pub(super) fn parse(m: &ArgMatches) -> Import {
    Import {
        logs: many(m, "log"),
        from: writer(m),
        patterns: maybe(m, "patterns"),
        patterns_example: m.get_flag("patterns-example"),
        out: one(m, "out"),
        redact_only: m.get_flag("redact-only"),
        dry_run: m.get_flag("dry-run"),
    }
}
