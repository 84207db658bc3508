//! 住基AP: a key identifier and a PIN.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::common::key_record;
use madoguchi_layout::resident::{KEY_ID, PIN};

use crate::content::Content;

pub(super) fn content(file: FileId, data: &Personalization) -> Option<Content> {
    let held = data.resident.as_ref()?;
    Some(match file {
        KEY_ID => Content::Records(vec![key_record(held.key)]),
        PIN => Content::Reference(held.pin.clone()),
        _ => return None,
    })
}
