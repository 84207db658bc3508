//! 券面事項入力補助AP: its PIN always, so that a client that presents it meets a counter; number,
//! attributes, records and keys where there are some.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::profile::{
    ATTRIBUTES, BASIC_DATA, BLOCKED, CARD_KEY, CERTIFICATE, CODE_A, CODE_B, FILLER,
    INTEGRITY_RECORD, KEY, PERSONAL_NUMBER, PIN, SESSION_KEY, personal_number_file,
};

use super::{blocked, bytes, filler};
use crate::content::Content;

pub(super) fn content(file: FileId, data: &Personalization) -> Option<Content> {
    match file {
        PIN => return Some(Content::Reference(data.profile_pin.clone())),
        // Cards are issued with this reference blocked (*observed*).
        BLOCKED => return Some(blocked()),
        _ => {}
    }
    let held = data.profile.as_ref()?;
    Some(match file {
        PERSONAL_NUMBER => {
            let file = personal_number_file(held.personal_number.expose());
            bytes(*file.expose())
        }
        ATTRIBUTES => bytes(held.attributes.encode()),
        INTEGRITY_RECORD => bytes(held.integrity.encode()),
        CERTIFICATE => bytes(held.certificate.encode()),
        BASIC_DATA => bytes(held.basic.encode()),
        SESSION_KEY => Content::SessionKey(held.session_key.clone()),
        CARD_KEY => bytes(held.card_key.encode()),
        FILLER => filler(),
        KEY => Content::Key(Some(held.private_key.clone())),
        CODE_A => Content::Reference(held.code_a.clone()),
        CODE_B => Content::Reference(held.code_b.clone()),
        _ => return None,
    })
}
