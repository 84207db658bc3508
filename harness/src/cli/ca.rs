//! `madoguchi ca`: the TLS root of this installation.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{maybe, one};

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

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
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
                        .help(t(
                            "書く先。省略すると標準出力",
                            "where to; standard output if left out",
                        )),
                ),
        )
        .subcommand(Command::new("trust").about(t(
            "信頼させるコマンドを表示する (実行はしない)",
            "print the commands that trust it; runs none",
        )))
        .subcommand(Command::new("untrust").about(t(
            "信頼を取り消すコマンドを表示する (実行はしない)",
            "print the commands that undo it; runs none",
        )))
}

pub(super) fn parse(m: &ArgMatches) -> Ca {
    match m.subcommand() {
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
    }
}
