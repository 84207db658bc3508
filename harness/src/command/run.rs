//! stub
use super::prepared::Prepared;
use super::trouble::Trouble;
use crate::cell::case;
use crate::cli;
use crate::exit::Exit;
use madoguchi_terms::{Lang, Say as _};
pub(super) fn run(options: &cli::Run, lang: Lang) -> Result<Exit, Trouble> {
    let argv = shlex::split(&options.client)
        .filter(|argv| !argv.is_empty())
        .ok_or_else(|| Trouble::ClientCommand(options.client.clone()))?;
    let prepared = Prepared::new(&options.select, &options.profile, options.out.as_deref())?;
    for s in &prepared.scenarios {
        let folder = prepared.folder.case(&s.id).map_err(Trouble::Folder)?;
        match case::run(
            &prepared.setting(s, options.seed),
            &argv,
            options.timeout,
            &folder,
        ) {
            Ok(p) => anstream::println!("{} {:?} {} events", s.id, p.took, p.trace.events.len()),
            Err(t) => anstream::println!("{} {}", s.id, t.text(lang)),
        }
    }
    anstream::println!("{}", prepared.folder.path().display());
    Ok(Exit::PASS)
}
