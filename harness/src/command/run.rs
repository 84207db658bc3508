//! stub
use madoguchi_terms::{Lang, Say as _};
use super::prepared::Prepared;
use super::trouble::Trouble;
use crate::cli;
use crate::cell::case;
use crate::exit::Exit;
pub(super) fn run(options: &cli::Run, lang: Lang) -> Result<Exit, Trouble> {
    let argv = shlex::split(&options.client).filter(|argv| !argv.is_empty()).ok_or_else(|| Trouble::ClientCommand(options.client.clone()))?;
    let prepared = Prepared::new(&options.select, &options.profile, options.out.as_deref())?;
    let mut worst = Exit::PASS;
    for s in &prepared.scenarios {
        let folder = prepared.folder.case(&s.id).map_err(Trouble::Folder)?;
        match case::run(&prepared.setting(s, options.seed), &argv, options.timeout, &folder) {
            Ok(p) => {
                let v = super::judge::store(&p.trace, &folder)?;
                anstream::println!("{} {:?} {} events {:?}", s.id, p.took, p.trace.events.len(), v.overall());
                for x in v.verdicts.iter().filter(|x| x.counts_against()) { anstream::println!("    {} {}", x.requirement, serde_json::to_string(&x.outcome).unwrap()); }
                worst = worst.max(super::judge::exit(v.overall()));
            }
            Err(t) => anstream::println!("{} {}", s.id, t.text(lang)),
        }
    }
    anstream::println!("{}", prepared.folder.path().display());
    Ok(worst)
}
