//! 共通カードAP: the card's own number, municipality and expiry; its key and PIN.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::common::{CARD_INFORMATION, KEY, KEY_ID, PIN, card_information, key_record};

use crate::content::Content;
use crate::issue_error::IssueError;

pub(super) fn content(file: FileId, data: &Personalization) -> Result<Option<Content>, IssueError> {
    let held = data.common.as_ref();
    Ok(match file {
        CARD_INFORMATION => {
            let record = card_information(&data.serial_number, &data.municipality, &data.expiry)
                .ok_or(IssueError::CardInformation)?;
            Some(Content::Records(vec![record.to_vec()]))
        }
        KEY_ID => held.map(|held| Content::Records(vec![key_record(held.key)])),
        KEY => held.map(|held| Content::Key(Some(held.private_key.clone()))),
        PIN => held.map(|held| Content::Reference(held.pin.clone())),
        _ => None,
    })
}
