//! `madoguchi doctor`: what the planned run would be given.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::{DEFAULT_PROFILE, Doctor, maybe, one};

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let path = |name: &'static str, value: &'static str, help: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .value_parser(value_parser!(PathBuf))
            .help(help)
    };
    Command::new("doctor")
        .about(t(
            "この環境で試験できるかを調べ、直し方を示す。参照クライアントで試走もする",
            "look whether this machine is fit for a run, rehearse one with the reference client, and say what to do",
        ))
        .arg(
            Arg::new("client")
                .long("client")
                .value_name("CMD")
                .help(t(
                    "試験するクライアントのコマンド。起動と hello まで調べる",
                    "command of the client under test: looked at up to its hello",
                )),
        )
        .arg(
            Arg::new("profile")
                .long("profile")
                .value_name("NAME")
                .default_value(DEFAULT_PROFILE)
                .help(t("Webサービスの電文プロファイル", "wire profile that the service speaks")),
        )
        .arg(path(
            "known-failures",
            "FILE",
            t("既知の不適合の一覧", "list of known failures"),
        ))
        .arg(path(
            "out",
            "DIR",
            t("記録を置くフォルダ", "folder for traces"),
        ))
}

pub(super) fn parse(m: &ArgMatches) -> Doctor {
    Doctor {
        client: maybe(m, "client"),
        profile: one(m, "profile"),
        known_failures: maybe(m, "known-failures"),
        out: maybe(m, "out"),
    }
}
