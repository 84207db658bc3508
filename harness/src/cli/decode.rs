//! `madoguchi decode`: APDUs of a log, explained.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_incident::Writer;
use madoguchi_terms::Lang;

use super::option::{from, maybe, writer};

/// `madoguchi decode`: APDUs of a log, explained.
#[derive(Debug)]
pub(crate) struct Decode {
    pub(crate) file: Option<PathBuf>,
    pub(crate) from: Option<Writer>,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("decode")
                .about(t(
                    "APDU の記録を読んで説明する (trace.jsonl、pcscd --apdu、pcsc-spy、OpenSC、FreeRDP の記録、USB のキャプチャ、16 進の行)",
                    "explain APDUs of a log: trace.jsonl, pcscd --apdu, pcsc-spy, OpenSC's and FreeRDP's debug logs, USB captures, lines of hexadecimal digits",
                ))
                .arg(
                    Arg::new("log")
                        .value_name("LOG")
                        .value_parser(value_parser!(PathBuf))
                        .help(t("記録。省略すると標準入力", "the log; standard input if left out")),
                )
                .arg(from(&["pcscd", "pcsc-spy", "opensc", "freerdp", "usb", "plain"]).help(t(
                    "誰の記録か。省略すると内容から判断する",
                    "whose log it is; told by its content if left out",
                )))
}

pub(super) fn parse(m: &ArgMatches) -> Decode {
    Decode {
        file: maybe(m, "log"),
        from: writer(m),
    }
}
