//! `madoguchi demo` and `madoguchi reference-client`: the client that this program carries.

use clap::{Arg, ArgAction, ArgMatches, Command};
use madoguchi_terms::Lang;

use super::option::many;
use super::run::{self, Run};

/// `madoguchi demo`: a run against the reference client.
#[derive(Debug)]
pub(crate) struct Demo {
    pub(crate) run: Run,
    /// What it does wrong on purpose; `list` asks for their names.
    pub(crate) defects: Vec<String>,
    /// In which other way it is right.
    pub(crate) manners: Vec<String>,
}

/// Options of `run` that say which client there is.
const OF_OTHER_CLIENTS: [&str; 9] = [
    "client",
    "screen-map",
    "words",
    "attended-limit",
    "role",
    "mapping",
    "clipboard",
    "persons",
    "statement",
];

pub(super) fn command(lang: Lang) -> Command {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let name = |option: &'static str, ja: &'static str, en: &'static str| {
        Arg::new(option)
            .long(option)
            .value_name("NAME")
            .action(ArgAction::Append)
            .help(lang.pick(ja, en))
    };
    let mut command = run::command(lang)
        .name("demo")
        .about(t(
            "内蔵の参照クライアントに対してシナリオを実行する。ほかに何も要らない",
            "run scenarios against the reference client inside this program; nothing else is needed",
        ))
        .arg(name(
            "defect",
            "参照クライアントをわざと誤らせる。list は名前の一覧。繰り返し可",
            "make the reference client wrong on purpose; list names the ways; may be repeated",
        ))
        .arg(name(
            "manner",
            "参照クライアントを別の正しいふるまいにする。list は名前の一覧。繰り返し可",
            "let the reference client be right in another way; list names them; may be repeated",
        ));
    for option in OF_OTHER_CLIENTS {
        command = command.mut_arg(option, |arg| arg.hide(true));
    }
    command
}

pub(super) fn parse(m: &ArgMatches) -> Demo {
    Demo {
        run: run::parse(m),
        defects: many(m, "defect"),
        manners: many(m, "manner"),
    }
}

/// The reference client as a command of its own, for `--client` and for a user who looks at its output.
pub(super) fn client(lang: Lang) -> Command {
    Command::new("reference-client")
        .about(lang.pick(
            "参照クライアント。契約を話す正しい小さなクライアントで、--defect NAME でわざと誤らせる",
            "the reference client: small, correct, speaks the contract; --defect NAME makes it wrong on purpose",
        ))
        .disable_help_flag(true)
        .arg(
            Arg::new("argument")
                .value_name("ARGUMENT")
                .num_args(0..)
                .trailing_var_arg(true)
                .allow_hyphen_values(true)
                .help(lang.pick(
                    "参照クライアントの引数。--help で一覧",
                    "what the client itself is told; --help lists it",
                )),
        )
}

pub(super) fn client_arguments(m: &ArgMatches) -> Vec<String> {
    many(m, "argument")
}
