//! 共通カードAP: the card's own number, municipality and expiry.

use madoguchi_iso7816::FileId;
use madoguchi_layout::Personalization;
use madoguchi_layout::common::{CARD_INFORMATION, card_information};

use crate::persistent::{Content, IssueError};

pub(super) fn content(file: FileId, data: &Personalization) -> Result<Option<Content>, IssueError> {
    if file != CARD_INFORMATION {
        return Ok(None);
    }
    let record = card_information(&data.serial_number, &data.municipality, &data.expiry)
        .ok_or(IssueError::CardInformation)?;
    Ok(Some(Content::Records(vec![Box::new(record)])))
}
