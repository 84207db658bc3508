//! `madoguchi card`: what a card has kept, and what a municipality does to it.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{file, one};
use crate::command::card::errand::{self, Errand};

/// What can be asked of a card's state.
#[derive(Debug)]
pub(crate) enum CardCommand {
    Save(PathBuf),
    Load(PathBuf),
    Show(String),
    Diff(String, String),
    Counter(PathBuf, Errand),
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let state = |name| {
        Arg::new(name)
            .value_name("FILE or PERSONA")
            .required(true)
            .help(t(
                "保存されたカード、またはペルソナの新しいカード",
                "a saved card, or the new card of a persona",
            ))
    };
    Command::new("card")
        .about(t(
            "カードの状態を保存・復元・表示・比較する",
            "save, load, show and compare what a card has kept",
        ))
        .subcommand_required(true)
        .subcommand(
            Command::new("save")
                .about(t(
                    "開いている窓口のカードを保存する",
                    "save the card of the open counter",
                ))
                .arg(file(t("保存先", "where to"))),
        )
        .subcommand(
            Command::new("load")
                .about(t(
                    "開いている窓口のカードを復元する",
                    "give the card of the open counter a saved state",
                ))
                .arg(file(t("保存されたカード", "a saved card"))),
        )
        .subcommand(
            Command::new("show")
                .about(t(
                    "ファイル、鍵、残り回数の一覧 (中身は表示しない)",
                    "list files, keys and counters, never their content",
                ))
                .arg(state("card")),
        )
        .subcommand(
            Command::new("diff")
                .about(t(
                    "違う所を示す。違えば終了コード 1",
                    "say where two differ; exit code 1 if they do",
                ))
                .arg(state("card"))
                .arg(state("other")),
        )
        .subcommand(counter(lang))
}

pub(super) fn parse(m: &ArgMatches) -> CardCommand {
    match m.subcommand() {
        Some(("save", m)) => CardCommand::Save(one(m, "file")),
        Some(("load", m)) => CardCommand::Load(one(m, "file")),
        Some(("diff", m)) => CardCommand::Diff(one(m, "card"), one(m, "other")),
        Some(("counter", m)) => match m.subcommand() {
            Some((verb, m)) => CardCommand::Counter(one(m, "file"), errand(verb, m)),
            None => unreachable!("clap requires a subcommand"),
        },
        Some((_, m)) => CardCommand::Show(one(m, "card")),
        None => unreachable!("clap requires a subcommand"),
    }
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
