//! `madoguchi profile`: wire profiles of the user's own.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::{DEFAULT_PROFILE, file, flag, maybe, one, path, valued};

/// What can be done with wire profiles.
#[derive(Debug)]
pub(crate) enum ProfileCommand {
    Check(PathBuf),
    Show(ProfileShow),
    New(ProfileNew),
}

/// `madoguchi profile new`: a copy of a built-in profile, or a draft from a recording.
#[derive(Debug)]
pub(crate) struct ProfileNew {
    pub(crate) name: String,
    pub(crate) like: String,
    pub(crate) from_har: Option<PathBuf>,
    pub(crate) out: Option<PathBuf>,
}

/// `madoguchi profile show`: a profile with what it has from the one that it extends.
#[derive(Debug)]
pub(crate) struct ProfileShow {
    pub(crate) profile: String,
    /// As an OpenAPI document.
    pub(crate) openapi: bool,
}

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    Command::new("profile")
                .about(t("電文プロファイルを作り、調べる", "begin and check wire profiles"))
                .subcommand_required(true)
                .subcommand(
                    Command::new("new")
                        .about(t(
                            "組み込みプロファイルの写し、または通信の記録 (HAR) からの下書きを作る",
                            "begin a profile: a copy of a built-in one, or a draft from a recording (HAR)",
                        ))
                        .arg(Arg::new("name").value_name("NAME").required(true).help(t(
                            "新しいプロファイルの名前",
                            "name of the new profile",
                        )))
                        .arg(
                            valued("like", "BUILTIN")
                                .default_value(DEFAULT_PROFILE)
                                .help(t("もとにする組み込みプロファイル", "the built-in profile to begin with")),
                        )
                        .arg(
                            path("from-har", "FILE")
                                .help(t(
                                    "検証環境の通信の記録 (HAR)。値は読み捨て、推測には assumed と記す",
                                    "a recording (HAR) of a test environment; values are dropped, guesses say assumed",
                                )),
                        )
                        .arg(
                            path("out", "FILE")
                                .help(t("書く先 (既定は NAME.yaml)", "where to write it (default: NAME.yaml)")),
                        ),
                )
                .subcommand(
                    Command::new("check")
                        .about(t(
                            "自分のプロファイルの誤りと不足を、行と列で示す",
                            "say what is wrong or missing in a profile of your own, by line and column",
                        ))
                        .arg(file(t("プロファイルの YAML", "the profile's YAML"))),
                )
                .subcommand(
                    Command::new("show")
                        .about(t(
                            "プロファイルの全体を、extends でもとにしたものも含めて出力する",
                            "print a whole profile, with what it has from the one that it extends",
                        ))
                        .arg(Arg::new("profile").value_name("NAME").default_value(DEFAULT_PROFILE).help(t(
                            "プロファイルの名前か、自分の YAML ファイル",
                            "name of a profile, or a YAML file of your own",
                        )))
                        .arg(
                            flag("openapi")
                                .help(t("OpenAPI 文書として", "as an OpenAPI document")),
                        ),
                )
}

pub(super) fn parse(m: &ArgMatches) -> ProfileCommand {
    match m.subcommand() {
        Some(("new", m)) => ProfileCommand::New(ProfileNew {
            name: one(m, "name"),
            like: one(m, "like"),
            from_har: maybe(m, "from-har"),
            out: maybe(m, "out"),
        }),
        Some(("show", m)) => ProfileCommand::Show(ProfileShow {
            profile: one(m, "profile"),
            openapi: m.get_flag("openapi"),
        }),
        Some((_, m)) => ProfileCommand::Check(one(m, "file")),
        None => unreachable!("clap requires a subcommand"),
    }
}
