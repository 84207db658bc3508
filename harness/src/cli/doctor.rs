//! `madoguchi doctor`: what the planned run would be given.

use std::path::PathBuf;

use clap::{ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::{maybe, one, out, path, profile, screen_map, valued};

/// `madoguchi doctor`: what the planned run would be given.
#[derive(Debug)]
pub(crate) struct Doctor {
    pub(crate) client: Option<String>,
    pub(crate) screen_map: Option<PathBuf>,
    pub(crate) profile: String,
    pub(crate) known_failures: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("doctor")
        .about(t(
            "この環境で試験できるかを調べ、直し方を示す。参照クライアントで試走もする",
            "look whether this machine is fit for a run, rehearse one with the reference client, and say what to do",
        ))
        .arg(
            valued("client", "CMD")
                .help(t(
                    "試験するクライアントのコマンド。起動と hello まで調べる",
                    "command of the client under test: looked at up to its hello",
                )),
        )
        .arg(screen_map(lang))
        .arg(profile(lang))
        .arg(
            path("known-failures", "FILE")
                .help(t("既知の不適合の一覧", "list of known failures")),
        )
        .arg(out(lang))
}

pub(super) fn parse(m: &ArgMatches) -> Doctor {
    Doctor {
        client: maybe(m, "client"),
        screen_map: maybe(m, "screen-map"),
        profile: one(m, "profile"),
        known_failures: maybe(m, "known-failures"),
        out: maybe(m, "out"),
    }
}
