//! `madoguchi verify`: an evidence bundle, and what its reader asked for.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command, value_parser};
use madoguchi_terms::Lang;

use super::option::{maybe, one, valued};

/// `madoguchi verify`: an evidence bundle, and what its reader asked for.
#[derive(Debug)]
pub(crate) struct Verify {
    pub(crate) bundle: PathBuf,
    pub(crate) nonce: Option<String>,
    pub(crate) seal: Option<String>,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
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
                .arg(valued("nonce", "TEXT").help(t(
                    "自分が指定した番号が封に入っていることも確かめる",
                    "look for the nonce that you asked for, too",
                )))
                .arg(valued("seal", "SHA256").help(t(
                    "別の経路で知らされた封と同じであることも確かめる",
                    "compare with the seal that you were told by another way, too",
                )))
}

pub(super) fn parse(m: &ArgMatches) -> Verify {
    Verify {
        bundle: one(m, "bundle"),
        nonce: maybe(m, "nonce"),
        seal: maybe(m, "seal"),
    }
}
