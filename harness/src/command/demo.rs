//! `madoguchi demo`: the reference client that this program carries, in a process of its own.

use std::env;

use madoguchi_terms::Lang;

use super::command_line::{carried, quoted};
use super::trouble::Trouble;
use super::{run, screen};
use crate::cli;
use crate::exit::Exit;

pub(super) fn demo(demo: cli::Demo, lang: Lang) -> Result<Exit, Trouble> {
    let is_asked = |names: &[String]| names.iter().any(|name| name == "list");
    if is_asked(&demo.defects) {
        return Ok(client(&["--list-defects".to_owned()]));
    }
    if is_asked(&demo.manners) {
        return Ok(client(&["--list-manners".to_owned()]));
    }
    let mut command = carried().ok_or(Trouble::NoClient)?;
    for (option, names) in [("defect", &demo.defects), ("manner", &demo.manners)] {
        for name in names {
            command += &format!(" --{option} {}", quoted(name));
        }
    }
    let mut options = demo.run;
    options.client.get_or_insert(command);
    let exit = run::run(&options, lang)?;
    if exit == Exit::PASS && demo.defects.is_empty() {
        screen::print(&what_next(lang))?;
    }
    Ok(exit)
}

/// The reference client, in this process.
#[cfg(unix)]
pub(super) fn client(arguments: &[String]) -> Exit {
    use madoguchi_reference_client::{run, scard::Own};
    Exit::of_client(run(arguments, Own))
}

#[cfg(not(unix))]
pub(super) fn client(_arguments: &[String]) -> Exit {
    Exit::ENVIRONMENT
}

fn what_next(lang: Lang) -> String {
    let program = env::args().next().unwrap_or_else(|| "madoguchi".to_owned());
    lang.pick(
        format!(
            "\n次に、欠陥を入れてみる:  {program} demo --defect shows-lapsed-as-valid   (一覧: --defect list)\n自社のクライアントで試す: {program} serve   (設定すべき値を表示します)\n"
        ),
        format!(
            "\nNow break it:  {program} demo --defect shows-lapsed-as-valid   (all of them: --defect list)\nOr try yours:  {program} serve   (prints what to set for your app)\n"
        ),
    )
}
