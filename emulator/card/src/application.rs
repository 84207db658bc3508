//! What personalization writes where, one file per application.

use madoguchi_iso7816::FileId;
use madoguchi_layout::{Application, ApplicationId, Personalization, Reference};

use crate::content::Content;
use crate::issue_error::IssueError;
use crate::profile::Profile;

mod common;
pub(crate) mod credential;
pub(crate) mod issuer;
mod jpki;
mod profile;
mod resident;
mod surface;

/// What a file holds on the card of this holder; `None` where there is nothing for it, and the card
/// has no such file then, since an invented content would mislead a client that reads it.
pub(crate) fn content(
    application: &Application,
    file: FileId,
    data: &Personalization,
    profile: &Profile,
) -> Result<Option<Content>, IssueError> {
    let content = match application.id {
        ApplicationId::Jpki => jpki::content(file, data, profile),
        ApplicationId::Common => common::content(file, data)?,
        ApplicationId::Resident => resident::content(file, data),
        ApplicationId::Surface => surface::content(file, data, profile),
        ApplicationId::Profile => profile::content(file, data),
    };
    Ok(content)
}

fn bytes(content: impl Into<Vec<u8>>) -> Content {
    Content::Transparent(content.into())
}

/// Sixteen bytes `FF`: what two files of unknown purpose hold (*observed*).
fn filler() -> Content {
    bytes([0xFF; 16])
}

/// A reference without a value: it says `63C0` and `6984`, and no value is the right one.
fn blocked() -> Content {
    Content::Reference(Reference::default())
}
