//! What GET DATA answers in the state after power-up.

use std::collections::BTreeMap;

use madoguchi_layout::Personalization;
use madoguchi_layout::common::card_information;
use madoguchi_layout::issuer::{
    CARD_CERTIFICATE, CARD_IDENTIFICATION, CARD_RECOGNITION, CONTACT_ATR, EXPIRY,
    INTERMEDIATE_CERTIFICATE, INTERMEDIATE_KEY, ISSUER_IDENTIFICATION, MUNICIPALITY,
    card_recognition,
};

use crate::issue_error::IssueError;
use crate::profile::atr;

/// The data objects by tag, values without their header (*observed*).
pub(crate) fn data_objects(data: &Personalization) -> Result<BTreeMap<u16, Vec<u8>>, IssueError> {
    let record = card_information(&data.serial_number, &data.municipality, &data.expiry)
        .ok_or(IssueError::CardInformation)?;
    let mut objects = BTreeMap::from([
        (CARD_IDENTIFICATION, record[2..].to_vec()),
        (CARD_RECOGNITION, card_recognition()),
        (MUNICIPALITY, data.municipality.clone().into_bytes()),
        (EXPIRY, data.expiry.clone().into_bytes()),
        (CONTACT_ATR, atr::CONTACT[1..].to_vec()),
    ]);
    if let Some(issuer) = &data.issuer {
        let intermediate = issuer.intermediate.content.subject;
        objects.extend([
            (
                ISSUER_IDENTIFICATION,
                issuer.identification.as_bytes().to_vec(),
            ),
            (INTERMEDIATE_KEY, intermediate.as_bytes().to_vec()),
            (
                INTERMEDIATE_CERTIFICATE,
                issuer.intermediate.encode_data_object(),
            ),
        ]);
        let card = issuer.card.as_ref();
        objects.extend(card.map(|card| (CARD_CERTIFICATE, card.encode_data_object())));
    }
    Ok(objects)
}
