//! The version of its own form that a file begins with.

use crate::{Diagnostic, Located};

/// What is wrong where a file says `key: given` and this program knows another version alone; nothing
/// where it is the one that it knows.
#[must_use]
pub fn unknown_version(
    code: &'static str,
    key: &str,
    given: &Located<u16>,
    known: u16,
) -> Option<Diagnostic> {
    let version = **given;
    let fault = Diagnostic::new(
        code,
        format!("この madoguchi は {key}: {version} を知りません"),
        format!("this madoguchi does not know {key}: {version}"),
    );
    let fault = fault.hint(
        format!("{key}: {known} と書きます"),
        format!("write {key}: {known}"),
    );
    (version != known).then(|| fault.at(given.location()))
}
