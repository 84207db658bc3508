//! What a reader says when it is asked about itself: control codes (PC/SC part 10) and attributes
//! (PC/SC part 3), as libccid answers them (*specified* by its source).

use crate::slot::ReaderState;
use crate::{Personality, ReturnCode};

/// CM_IOCTL_GET_FEATURE_REQUEST with pcsc-lite's number: SCARD_CTL_CODE(3400).
const GET_FEATURE_REQUEST: u32 = 0x4200_0D48;
/// FEATURE_GET_TLV_PROPERTIES with libccid's number.
const GET_TLV_PROPERTIES: u32 = 0x4233_0012;
/// The tag of that feature.
const FEATURE_TLV_PROPERTIES: u8 = 0x12;
/// dwMaxAPDUDataSize, a property: how many data bytes a command or response can carry.
const MAX_APDU_DATA_SIZE: u8 = 0x0A;

/// A control code's answer.
pub(crate) fn control(
    personality: &Personality,
    code: u32,
    answer: &mut Vec<u8>,
) -> Result<(), ReturnCode> {
    match code {
        GET_FEATURE_REQUEST if personality.features => {
            answer.extend_from_slice(&[FEATURE_TLV_PROPERTIES, 4]);
            answer.extend_from_slice(&GET_TLV_PROPERTIES.to_be_bytes());
        }
        GET_TLV_PROPERTIES if personality.features => {
            answer.extend_from_slice(&[MAX_APDU_DATA_SIZE, 4]);
            answer.extend_from_slice(&65_536_u32.to_le_bytes());
        }
        _ => return Err(ReturnCode::UNSUPPORTED_FEATURE),
    }
    Ok(())
}

/// An attribute's value. Texts end with a NUL.
pub(crate) fn attribute(
    personality: &Personality,
    state: &ReaderState<'_>,
    attribute: u32,
    answer: &mut Vec<u8>,
) -> Result<(), ReturnCode> {
    const POWERED: u32 = 0x10;
    match attribute {
        // SCARD_ATTR_VENDOR_NAME
        0x0001_0100 => text(&personality.vendor, answer),
        // SCARD_ATTR_VENDOR_IFD_VERSION
        0x0001_0102 => answer.extend_from_slice(&personality.version.to_ne_bytes()),
        // SCARD_ATTR_ICC_PRESENCE: 0 = none, 2 = present; of a card that lies flat nobody can
        // say whether it is swallowed
        0x0009_0300 => answer.push(if state.atr.is_empty() { 0 } else { 2 }),
        // SCARD_ATTR_ICC_INTERFACE_STATUS
        0x0009_0301 => answer.push(u8::from(state.state & POWERED != 0)),
        // SCARD_ATTR_ATR_STRING
        0x0009_0303 => answer.extend_from_slice(state.atr),
        // SCARD_ATTR_DEVICE_FRIENDLY_NAME, SCARD_ATTR_DEVICE_SYSTEM_NAME. The Rust crate pcsc takes
        // the class for 0 and gets "unsupported" from every pcsc-lite, here too (observed).
        0x7FFF_0003 | 0x7FFF_0004 => text(&personality.name, answer),
        _ => return Err(ReturnCode::UNSUPPORTED_FEATURE),
    }
    Ok(())
}

fn text(text: &str, answer: &mut Vec<u8>) {
    answer.extend_from_slice(text.as_bytes());
    answer.push(0);
}
