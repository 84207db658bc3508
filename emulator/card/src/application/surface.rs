//! 券面事項確認AP: what is printed on the card, signed.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::surface::{
    AGE_RECORD, BASIC_DATA, BIRTH_DATE, CARD_FACE, CERTIFICATE, CODE_A, CODE_B, FILLER, KEY,
    NUMBER_IMAGE, VARIANT,
};

use super::{blocked, bytes, filler};
use crate::content::Content;
use crate::profile::Profile;

/// The two references that some cards have are blocked here (*assumed*).
pub(super) fn content(file: FileId, data: &Personalization, profile: &Profile) -> Option<Content> {
    let held = data.surface.as_ref()?;
    Some(match file {
        AGE_RECORD => bytes(held.age.encode()),
        CARD_FACE => bytes(held.face.encode()),
        BASIC_DATA => bytes(held.basic.encode()),
        CERTIFICATE => bytes(held.certificate.encode()),
        NUMBER_IMAGE => bytes(held.number.encode()),
        FILLER => filler(),
        BIRTH_DATE => Content::Reference(held.birth_date.clone()),
        CODE_B => Content::Reference(held.code_b.clone()),
        CODE_A => Content::Reference(held.code_a.clone()),
        KEY => Content::Key(Some(held.private_key.clone())),
        _ if VARIANT.contains(&file) && profile.surface_references => blocked(),
        _ => return None,
    })
}
