//! `madoguchi completions` and `madoguchi man`.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use madoguchi_terms::Lang;

use super::screen;
use super::trouble::Trouble;
use crate::cli::{self, ForShell};
use crate::exit::Exit;

pub(super) fn write(what: &ForShell, lang: Lang) -> Result<Exit, Trouble> {
    match what {
        ForShell::Completions(shell) => {
            let text = cli::completion(*shell, lang);
            screen::say(std::io::stdout().write_all(&text))?;
        }
        ForShell::Man(folder) => {
            let failed = |path: &Path| {
                let path = path.to_owned();
                move |error| Trouble::Write { path, error }
            };
            fs::create_dir_all(folder).map_err(failed(folder))?;
            for (name, text) in cli::pages(lang).map_err(failed(folder))? {
                let path = folder.join(name);
                fs::write(&path, text).map_err(failed(&path))?;
            }
        }
    }
    Ok(Exit::PASS)
}
