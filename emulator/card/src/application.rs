//! What personalization writes where, one file per application.

use madoguchi_iso7816::FileId;
use madoguchi_layout::{Application, Personalization, Reference};

use crate::persistent::{Content, IssueError};

mod common;
pub(crate) mod issuer;
mod jpki;
mod profile;

/// What a file holds on the card of this holder; `None` where there is nothing for it.
pub(crate) fn content(
    application: &Application,
    file: FileId,
    data: &Personalization,
) -> Result<Option<Content>, IssueError> {
    match application.label {
        "jpki" => jpki::content(file, data),
        "common" => common::content(file, data),
        "profile" => profile::content(file, data),
        _ => Ok(None),
    }
}

/// Reference data, whose value must be one that VERIFY can carry.
fn reference(file: FileId, reference: &Reference) -> Result<Content, IssueError> {
    match reference.value.expose().len() {
        1..=16 => Ok(Content::Reference(reference.clone())),
        len => Err(IssueError::ReferenceLength { file, len }),
    }
}

/// A reference without a value: it says `63C0` and `6984`, and no value is the right one.
fn blocked() -> Content {
    Content::Reference(Reference::default())
}
