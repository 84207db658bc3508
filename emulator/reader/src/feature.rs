//! What a reader says when it is asked about itself: control codes (PC/SC part 10), attributes
//! (PC/SC part 3) and pseudo-APDUs (PC/SC part 3 §3.2.2), as libccid and the readers behind it
//! answer them. vsmartcard's driver has none of it ([`Driver::Vpcd`]).

use madoguchi_iso7816::{Reply, StatusWord};

use crate::personality::{Driver, Interface};
use crate::plan::Noise;
use crate::slot::ReaderState;
use crate::{Dialect, Personality, Protocols, ReturnCode};

/// CM_IOCTL_GET_FEATURE_REQUEST with pcsc-lite's number: SCARD_CTL_CODE(3400).
const GET_FEATURE_REQUEST: u32 = 0x4200_0D48;
/// The same with Windows's number, which only the Windows dialect knows.
const GET_FEATURE_REQUEST_WINDOWS: u32 = 0x0031_3520;
/// FEATURE_GET_TLV_PROPERTIES with libccid's number.
const GET_TLV_PROPERTIES: u32 = 0x4233_0012;
/// The tag of that feature.
const FEATURE_TLV_PROPERTIES: u8 = 0x12;

/// dwMaxCCIDMessageLength of most readers, without a message's head: what fits in one exchange
/// with the reader (*assumed* of each single model).
const MAX_INPUT: u32 = 271 - 10;

/// SCARD_ATTR_DEVICE_FRIENDLY_NAME (its 8-bit form).
const FRIENDLY_NAME: u32 = 0x7FFF_0003;
/// SCARD_ATTR_DEVICE_SYSTEM_NAME (its 8-bit form).
const SYSTEM_NAME: u32 = 0x7FFF_0004;

/// A control code's answer. libccid names every feature with a code of its own; what a reader
/// without display and keys has is its properties (*specified* by libccid's source).
pub(crate) fn control(
    personality: &Personality,
    dialect: Dialect,
    code: u32,
    answer: &mut Vec<u8>,
) -> Result<(), ReturnCode> {
    match code {
        _ if personality.driver == Driver::Vpcd => return Err(dialect.unsupported()),
        GET_FEATURE_REQUEST => features(answer),
        GET_FEATURE_REQUEST_WINDOWS if dialect.is_windows() => features(answer),
        GET_TLV_PROPERTIES => properties(personality, answer),
        _ => return Err(dialect.unsupported()),
    }
    Ok(())
}

/// One feature and the code by which it is asked for.
fn features(answer: &mut Vec<u8>) {
    answer.extend_from_slice(&[FEATURE_TLV_PROPERTIES, 4]);
    answer.extend_from_slice(&GET_TLV_PROPERTIES.to_be_bytes());
}

/// The properties, in libccid's order; numbers have their low byte first.
fn properties(personality: &Personality, answer: &mut Vec<u8>) {
    let (vendor, product) = personality.usb;
    let properties: [(u8, &[u8]); 6] = [
        // wLcdLayout: no display
        (0x01, &[0, 0]),
        // bTimeOut2: no second time-out
        (0x03, &[0]),
        // bPPDUSupport: no escape commands over SCardControl
        (0x09, &[0]),
        // wIdVendor, wIdProduct
        (0x0B, &vendor.to_le_bytes()),
        (0x0C, &product.to_le_bytes()),
        // dwMaxAPDUDataSize: extended APDUs
        (0x0A, &0x0001_0000_u32.to_le_bytes()),
    ];
    for (tag, value) in properties {
        answer.push(tag);
        answer.extend(u8::try_from(value.len()));
        answer.extend_from_slice(value);
    }
}

/// An attribute's value. Texts end with a NUL. What libccid does not have is unsupported, also
/// where Windows has it: SCARD_ATTR_VENDOR_IFD_TYPE, SCARD_ATTR_CURRENT_PROTOCOL_TYPE.
pub(crate) fn attribute(
    personality: &Personality,
    dialect: Dialect,
    state: &ReaderState<'_>,
    attribute: u32,
    answer: &mut Vec<u8>,
) -> Result<(), ReturnCode> {
    const PRESENT: u32 = 0x04;
    let present = state.state & PRESENT != 0;
    match attribute {
        _ if personality.driver == Driver::Vpcd => return Err(spoiled(dialect, attribute)),
        // SCARD_ATTR_VENDOR_NAME
        0x0001_0100 => text(&personality.vendor, answer),
        // SCARD_ATTR_VENDOR_IFD_VERSION
        0x0001_0102 => answer.extend_from_slice(&personality.version.to_ne_bytes()),
        // SCARD_ATTR_VENDOR_IFD_SERIAL_NO: of no bytes where the reader has none
        0x0001_0103 => {
            if let Some(serial) = &personality.serial {
                text(serial, answer);
            }
        }
        // SCARD_ATTR_CHANNEL_ID: USB, bus 1, device 1
        0x0002_0110 => answer.extend_from_slice(&0x0020_0101_u32.to_ne_bytes()),
        // SCARD_ATTR_MAXINPUT
        0x0007_A007 => answer.extend_from_slice(&MAX_INPUT.to_ne_bytes()),
        // SCARD_ATTR_ICC_PRESENCE: 0 = none, 2 = present
        0x0009_0300 => answer.push(if present { 2 } else { 0 }),
        // SCARD_ATTR_ICC_INTERFACE_STATUS: the same question for libccid
        0x0009_0301 => answer.push(u8::from(present)),
        // SCARD_ATTR_ATR_STRING
        0x0009_0303 => answer.extend_from_slice(state.atr),
        // pcscd says them itself.
        // The Rust crate pcsc takes the class for 0 and gets "unsupported" from every pcsc-lite,
        // here too (observed).
        FRIENDLY_NAME | SYSTEM_NAME => text(&personality.name, answer),
        _ => return Err(dialect.unsupported()),
    }
    Ok(())
}

/// What an attribute's request ends in behind vsmartcard's driver. It knows none, and spoils pcscd's
/// own answers by setting the room for them to 0 (*observed*).
const fn spoiled(dialect: Dialect, attribute: u32) -> ReturnCode {
    match attribute {
        FRIENDLY_NAME | SYSTEM_NAME => ReturnCode::INSUFFICIENT_BUFFER,
        _ => dialect.unsupported(),
    }
}

/// SCardSetAttrib: no attribute of these readers can be set. libccid does not know the tag; vsmartcard's
/// driver fails (*observed*).
pub(crate) const fn set_attribute(personality: &Personality, dialect: Dialect) -> ReturnCode {
    match personality.driver {
        Driver::Ccid => dialect.unsupported(),
        Driver::Vpcd => dialect.damaged(),
    }
}

/// The protocol that a driver writes into an answer's PCI; `None` where it leaves there what the
/// client wrote.
pub(crate) const fn answered_by(driver: Driver) -> Option<Protocols> {
    match driver {
        Driver::Ccid => None,
        Driver::Vpcd => Some(Protocols::T0),
    }
}

fn text(text: &str, answer: &mut Vec<u8>) {
    answer.extend_from_slice(text.as_bytes());
    answer.push(0);
}

/// A contactless reader's answer to an APDU of its own class, `FF`; the card does not hear of it.
/// `visit` is a number of this card's stay: a Type B card makes up a new PUPI for each.
///
/// GET DATA with P1 00 asks for the UID, with P1 01 for historical bytes of an ATS (PC/SC part 3
/// §3.2.2.1.3). A card of Type B says its PUPI and has no ATS; of another card too little is known
/// here to answer (*assumed*).
pub(crate) fn pseudo(
    personality: &Personality,
    atr: &[u8],
    visit: u64,
    command: &[u8],
    reply: &mut Reply,
) -> bool {
    if personality.interface == Interface::Contact || command.first() != Some(&0xFF) {
        return false;
    }
    const PUPI: usize = 4;
    reply.clear();
    let type_b = matches!(atr, [0x3B, 0x88, 0x80, 0x01, ..]);
    match command {
        [_, 0xCA, 0x00, 0x00, le @ ..] if type_b => match le {
            [] | [0] | [4] | [0, 0, 0] => {
                let mut noise = Noise::new(visit);
                let pupi: [u8; PUPI] = std::array::from_fn(|_| noise.byte());
                reply.push(&pupi);
                reply.finish(StatusWord::OK);
            }
            // wrong Le, and the right one
            _ => reply.refuse(StatusWord::new(0x6C04)),
        },
        [_, 0xCA, ..] => reply.refuse(StatusWord::FUNCTION_NOT_SUPPORTED),
        _ => reply.refuse(StatusWord::INSTRUCTION_NOT_SUPPORTED),
    }
    true
}
