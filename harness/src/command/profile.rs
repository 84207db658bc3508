//! `madoguchi profile check`: what is wrong with a wire profile, and what it leaves out.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use madoguchi_terms::Lang;
use madoguchi_wire::Profile;

use super::screen;
use super::trouble::Trouble;
use crate::exit::Exit;

pub(super) fn check(file: &Path, lang: Lang) -> Result<Exit, Trouble> {
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
