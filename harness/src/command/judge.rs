//! stub
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;
use madoguchi_conformance::trace::Trace;
use madoguchi_terms::Lang;
use std::path::Path;
pub(super) fn judge(_: &cli::Judge, _: Lang) -> Result<Exit, Trouble> {
    Ok(Exit::PASS)
}
pub(super) fn tell(_: &Trace, _: &Path, _: Lang) -> Result<Exit, Trouble> {
    Ok(Exit::PASS)
}
