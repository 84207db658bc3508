//! `madoguchi profile`: begins a wire profile, shows a whole one, and says what is wrong with one and
//! what it leaves out.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use madoguchi_terms::Lang;
use madoguchi_wire::{Profile, Recording, draft_from, draft_like};

use super::prepared::read_profile;
use super::trouble::Trouble;
use super::{draft, input, screen};
use crate::cli::{ProfileCommand, ProfileNew, ProfileShow};
use crate::exit::Exit;

fn check(file: &Path, lang: Lang) -> Result<Exit, Trouble> {
    let text = input::text(file, input::WRITTEN)?;
    let review = Profile::check(&file.to_string_lossy(), &text).map_err(Trouble::Scenario)?;
    let mut out = screen::standard_output();
    if let Some(remarks) = &review.remarks {
        screen::say(write!(out, "{}", remarks.render(lang, true)))?;
    }
    if !review.absent.is_empty() {
        let absent: Vec<_> = review
            .absent
            .iter()
            .map(|operation| operation.name())
            .collect();
        let absent = absent.join(", ");
        screen::say(writeln!(
            out,
            "{}",
            lang.pick(
                format!("この電文にない操作 (404 を返す): {absent}"),
                format!("operations that this wire does not have (answered 404): {absent}"),
            )
        ))?;
    }
    let assumptions = review.profile.assumptions().count();
    let name = review.profile.name();
    screen::say(writeln!(
        out,
        "{}",
        lang.pick(
            format!("{name}: 読めました。想定 {assumptions} 件"),
            format!("{name}: it reads; {assumptions} assumptions"),
        )
    ))?;
    Ok(Exit::PASS)
}

pub(super) fn profile(command: &ProfileCommand, lang: Lang) -> Result<Exit, Trouble> {
    match command {
        ProfileCommand::Check(file) => check(file, lang),
        ProfileCommand::New(options) => new(options, lang),
        ProfileCommand::Show(options) => show(options),
    }
}

fn show(options: &ProfileShow) -> Result<Exit, Trouble> {
    let profile = read_profile(&options.profile)?;
    let mut out = screen::standard_output();
    screen::say(if options.openapi {
        writeln!(out, "{:#}", profile.openapi())
    } else {
        write!(out, "{}", profile.text())
    })?;
    Ok(Exit::PASS)
}

fn new(options: &ProfileNew, lang: Lang) -> Result<Exit, Trouble> {
    let ProfileNew { name, like, .. } = options;
    let text = match &options.from_har {
        None => draft_like(name, like),
        Some(path) => {
            let recorded = input::text(path, input::MADE)?;
            Recording::parse(&recorded).and_then(|recording| draft_from(name, like, &recording))
        }
    };
    let text = text.map_err(Trouble::Draft)?;
    let path = options
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("{name}.yaml")));
    draft::write(&path, &text)?;
    screen::say(writeln!(
        screen::standard_output(),
        "{}",
        lang.pick(
            format!("書きました: {}", path.display()),
            format!("written: {}", path.display()),
        )
    ))?;
    check(&path, lang)
}
