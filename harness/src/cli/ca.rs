//! `madoguchi ca`: the TLS root of this installation, and the certificates on a card.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Arg, ArgMatches, Command};
use madoguchi_layout::Policies;
use madoguchi_terms::Lang;

use super::option::{maybe, one, path, policies, valued};

/// What can be done with the TLS root and the mock CAs of a card.
#[derive(Debug)]
pub(crate) enum Ca {
    Export(Written),
    /// One of the X.509 certificates on a persona's card.
    Certificate {
        persona: String,
        which: OnCard,
        policies: Policies,
        to: Written,
    },
    Trust,
    Untrust,
}

/// How a certificate is written, and where to.
#[derive(Debug)]
pub(crate) struct Written {
    pub(crate) format: CaFormat,
    pub(crate) out: Option<PathBuf>,
}

/// The X.509 certificates on a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OnCard {
    /// 利用者証明用電子証明書
    Authentication,
    /// 署名用電子証明書
    Signature,
    /// The CA of the former.
    AuthenticationCa,
    /// The CA of the latter.
    SignatureCa,
}

impl OnCard {
    pub(crate) const NAMES: [(&str, Self); 4] = [
        ("authentication", Self::Authentication),
        ("signature", Self::Signature),
        ("authentication-ca", Self::AuthenticationCa),
        ("signature-ca", Self::SignatureCa),
    ];

    fn named(name: &str) -> Option<Self> {
        let found = Self::NAMES.iter().find(|(word, _)| *word == name);
        found.map(|(_, which)| *which)
    }
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
                .args(written(lang)),
        )
        .subcommand(
            Command::new("certificate")
                .about(t(
                    "架空の人物のカードに入る電子証明書を書き出す (鍵は書き出さない)",
                    "write a certificate of a persona's card, never its key",
                ))
                .arg(
                    Arg::new("persona")
                        .value_name("PERSONA")
                        .required(true)
                        .help(t(
                            "人物 (madoguchi list personas)",
                            "whose card (madoguchi list personas)",
                        )),
                )
                .arg(
                    valued("which", "WHICH")
                        .default_value("authentication")
                        .value_parser(
                            PossibleValuesParser::new(OnCard::NAMES.map(|(name, _)| name)).map(
                                |name| {
                                    OnCard::named(&name).expect("clap lets no other word through")
                                },
                            ),
                        )
                        .help(t(
                            "利用者証明用か署名用か、その認証局か",
                            "that of the authentication or the signature key, or its CA's",
                        )),
                )
                .arg(policies(lang).default_value(Policies::Own.name()))
                .args(written(lang)),
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

/// How and where to.
fn written(lang: Lang) -> [Arg; 2] {
    let format = valued("format", "FORMAT")
        .default_value("pem")
        .value_parser(PossibleValuesParser::new(["pem", "der", "p12"]).map(String::from))
        .help(lang.pick(
            "形式。p12 の暗証は madoguchi",
            "format; the password of p12 is madoguchi",
        ));
    let out = path("out", "FILE").help(lang.pick(
        "書く先。省略すると標準出力",
        "where to; standard output if left out",
    ));
    [format, out]
}

fn to(m: &ArgMatches) -> Written {
    Written {
        format: match one::<String>(m, "format").as_str() {
            "der" => CaFormat::Der,
            "p12" => CaFormat::P12,
            _ => CaFormat::Pem,
        },
        out: maybe(m, "out"),
    }
}

pub(super) fn parse(m: &ArgMatches) -> Ca {
    match m.subcommand() {
        Some(("export", m)) => Ca::Export(to(m)),
        Some(("certificate", m)) => Ca::Certificate {
            persona: one(m, "persona"),
            which: one(m, "which"),
            policies: one(m, "policies"),
            to: to(m),
        },
        Some(("trust", _)) => Ca::Trust,
        Some(_) => Ca::Untrust,
        None => unreachable!("clap requires a subcommand"),
    }
}
