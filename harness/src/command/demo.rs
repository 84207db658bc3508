//! `madoguchi demo`: the reference client that this program carries, in a process of its own.

use std::borrow::Cow;
use std::env;
use std::io;
use std::path::{Path, PathBuf};

use madoguchi_terms::Lang;

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
            let name = shlex::try_quote(name).unwrap_or(Cow::Borrowed(name));
            command += &format!(" --{option} {name}");
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

/// The command that starts it.
pub(super) fn carried() -> Option<String> {
    if cfg!(not(unix)) {
        return None;
    }
    let this = this_program().ok()?;
    let this = this.to_str()?;
    let quoted = shlex::try_quote(this).ok()?;
    Some(format!("{quoted} reference-client"))
}

/// The file of this program; also in a root without /proc, from the name that it was called by.
fn this_program() -> io::Result<PathBuf> {
    env::current_exe().or_else(|error| {
        let called = env::args_os().next().ok_or(error)?;
        let called = Path::new(&called);
        if called.components().count() > 1 {
            return std::path::absolute(called);
        }
        let path = env::var_os("PATH").unwrap_or_default();
        let mut places = env::split_paths(&path).map(|folder| folder.join(called));
        places
            .find(|place| place.is_file())
            .ok_or_else(|| io::ErrorKind::NotFound.into())
    })
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
