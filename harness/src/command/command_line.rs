//! Commands as a person writes them: the client's, and what this program tells to be called next.

use std::borrow::Cow;
use std::env;
use std::io;
use std::path::{Path, PathBuf};

use super::trouble::Trouble;
use crate::cli;

/// A text as a shell takes it.
pub(super) fn quoted(text: &str) -> String {
    shlex::try_quote(text).map_or_else(|_| text.to_owned(), Cow::into_owned)
}

/// A path as a shell takes it.
pub(super) fn quoted_path(path: &Path) -> String {
    quoted(&path.to_string_lossy())
}

/// The words of a client's command, of which there is at least one.
pub(super) fn words(command: &str) -> Result<Vec<String>, Trouble> {
    shlex::split(command)
        .filter(|words| !words.is_empty())
        .ok_or_else(|| Trouble::ClientCommand(command.to_owned()))
}

/// The client under test, and the one that is known to be correct, in words.
pub(super) fn programs(search: &cli::Search) -> Result<[Vec<String>; 2], Trouble> {
    let program = |given: &Option<String>| words(&client_command(given.as_deref())?);
    Ok([program(&search.client)?, program(&search.control)?])
}

/// The client's command as the user gave it, or the reference client: the one that lies beside this
/// program, or the one inside it.
pub(super) fn client_command(given: Option<&str>) -> Result<String, Trouble> {
    if let Some(given) = given {
        return Ok(given.to_owned());
    }
    let name = format!("madoguchi-reference-client{}", env::consts::EXE_SUFFIX);
    let beside = env::current_exe().map(|this| this.with_file_name(name));
    let Some(found) = beside.ok().filter(|path| path.is_file()) else {
        return carried().ok_or(Trouble::NoClient);
    };
    Ok(quoted_path(&found))
}

/// The command that starts the reference client inside this program.
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
