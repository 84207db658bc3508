//! `madoguchi import`: the logs of a field failure, and the scenario behind them.

use std::path::PathBuf;
use std::str::FromStr;

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
    /// What is said of their clocks.
    pub(crate) clocks: Vec<LogClock>,
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

/// What is to be added to the times of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LogClock {
    /// As it is named on the command line.
    pub(crate) log: PathBuf,
    /// Microseconds.
    pub(crate) us: i64,
}

impl FromStr for LogClock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "FILE=±TIME, such as app.har=+3.2s".to_owned();
        let (log, time) = text.rsplit_once('=').ok_or_else(wrong)?;
        Ok(Self {
            log: log.into(),
            us: micros(time).ok_or_else(wrong)?,
        })
    }
}

/// `+3.2s`, `-150ms`, `9h`: microseconds; nothing of a year and more.
fn micros(time: &str) -> Option<i64> {
    const YEAR: i64 = 31_536_000_000_000;
    let digits = time.strip_prefix(['+', '-']).unwrap_or(time);
    let unit = digits.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let number = digits.strip_suffix(unit)?;
    let of_unit: i64 = match unit {
        "ms" => 1_000,
        "s" => 1_000_000,
        "min" => 60_000_000,
        "h" => 3_600_000_000,
        _ => return None,
    };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let whole = whole.parse::<i64>().ok()?.checked_mul(of_unit)?;
    let places = u32::try_from(fraction.len())
        .ok()
        .filter(|places| *places <= 6)?;
    let part = fraction.parse::<i64>().ok()?.checked_mul(of_unit)? / 10_i64.pow(places);
    let us = whole.checked_add(part).filter(|us| *us < YEAR)?;
    Some(if time.starts_with('-') { -us } else { us })
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
            valued("clock", "FILE=±TIME")
                .action(ArgAction::Append)
                .value_parser(value_parser!(LogClock))
                .help(t(
                    "その記録の時刻に足す時間。app.har=+3.2s、app.log=-150ms など。時計のない記録では、他より遅れて始まる時間",
                    "what to add to a log's times, such as app.har=+3.2s or app.log=-150ms; of a log without a clock, how long after the others it begins",
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
        clocks: many(m, "clock"),
        patterns: maybe(m, "patterns"),
        patterns_example: m.get_flag("patterns-example"),
        out: one(m, "out"),
        redact_only: m.get_flag("redact-only"),
        dry_run: m.get_flag("dry-run"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_said_of_a_file_with_a_sign_and_a_unit() {
        for (text, us) in [
            ("app.har=+3.2s", Some(3_200_000)),
            ("a=b.har=-150ms", Some(-150_000)),
            ("app.har=9h", Some(32_400_000_000)),
            ("app.har=1min", Some(60_000_000)),
            ("app.har=3.2", None),
            ("app.har=+-3s", None),
            ("app.har=.5s", None),
            ("app.har=1.2345678s", None),
            ("app.har=99999h", None),
            ("app.har", None),
        ] {
            let read = text.parse::<LogClock>();
            assert_eq!(read.as_ref().ok().map(|one| one.us), us, "{text}");
        }
        let of_file: LogClock = "a=b.har=-150ms".parse().unwrap();
        assert_eq!(of_file.log, PathBuf::from("a=b.har"));
    }
}
