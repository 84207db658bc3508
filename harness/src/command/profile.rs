//! `madoguchi profile`: begins a wire profile, shows a whole one, and says what is wrong with one and
//! what it leaves out.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use madoguchi_terms::Lang;
use madoguchi_wire::{Profile, Recording, draft_from, draft_like};

use super::prepared::read_profile;
use super::trouble::Trouble;
use super::{draft, screen};
use crate::cli::{ProfileCommand, ProfileNew, ProfileShow};
use crate::exit::Exit;

/// The most that is read of a recording, bytes.
const MAX_RECORDING: u64 = 64 << 20;

fn check(file: &Path, lang: Lang) -> Result<Exit, Trouble> {
    let text = fs::read_to_string(file).map_err(|error| Trouble::Read {
        path: file.into(),
        error,
    })?;
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
            let recorded = recorded(path)?;
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

/// The text of a recording, as far as one may be long.
fn recorded(path: &Path) -> Result<String, Trouble> {
    let mut text = String::new();
    File::open(path)
        .and_then(|file| file.take(MAX_RECORDING + 1).read_to_string(&mut text))
        .map_err(|error| Trouble::Read {
            path: path.into(),
            error,
        })?;
    if MAX_RECORDING < text.len() as u64 {
        return Err(Trouble::TooLong {
            path: path.into(),
            limit: MAX_RECORDING,
        });
    }
    Ok(text)
}
