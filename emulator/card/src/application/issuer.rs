//! What GET DATA answers in the state after power-up.

use madoguchi_layout::common::card_information;
use madoguchi_layout::{Personalization, issuer};

use crate::persistent::{DataObject, IssueError};
use crate::profile::Profile;

/// The data objects by tag, values without their header (*observed*).
pub(crate) fn data_objects(data: &Personalization) -> Result<Vec<DataObject>, IssueError> {
    let record = card_information(&data.serial_number, &data.municipality, &data.expiry)
        .ok_or(IssueError::CardInformation)?;
    let contact = Profile::contact().atr;
    Ok(vec![
        (issuer::CARD_IDENTIFICATION, record[2..].into()),
        (issuer::MUNICIPALITY, data.municipality.as_bytes().into()),
        (issuer::EXPIRY, data.expiry.as_bytes().into()),
        (issuer::CONTACT_ATR, contact.as_bytes()[1..].into()),
    ])
}
