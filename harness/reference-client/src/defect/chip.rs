//! What is done with card and reader that no client of this kind has to do.

use std::mem;
use std::sync::Arc;

use crate::card::{Connection, Session, Verified, select};
use crate::contract::Pin;
use crate::reader::{CardError, CardReader};
use crate::scard::{self, Attribute, Protocols, ShareMode};

/// DF name of 券面事項入力補助AP.
const PROFILE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
/// DF name of 券面事項確認AP.
pub(super) const SURFACE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
/// 照合用PIN of 券面事項入力補助AP.
const PROFILE_PIN: u16 = 0x0011;
/// 個人番号 in 券面事項入力補助AP.
const PERSONAL_NUMBER: u16 = 0x0001;
/// Which kind of token it is, in 公的個人認証AP.
const TOKEN_INFORMATION: u16 = 0x0006;

/// The connection stays open, however the session ends.
pub(super) fn never_let_go(card: &Session) {
    mem::forget(Arc::clone(&card.card));
}

/// A card with a transaction that goes on until the connection ends.
pub(super) fn seize(reader: &CardReader) -> Result<Session, CardError> {
    let (_context, card) = reader.opened(|context, reader, calls| {
        let card = calls.make(|| context.connect(&reader, ShareMode::Shared, Protocols::Any));
        let mut card = Connection::new(card??);
        mem::forget(calls.make(|| card.begin())??);
        Ok(card)
    })?;
    Ok(reader.session(card))
}

pub(super) fn atr(card: &Session) -> Result<Vec<u8>, CardError> {
    card.converse(|line| {
        let card = line.card;
        let atr = line.calls.make(|| card.attribute(Attribute::AtrString))?;
        Ok(atr?)
    })
}

/// Whether the ATR is one of those that the first cards had: plastic without and with contacts,
/// 住基カード.
pub(super) fn looks_familiar(card: &Session) -> Result<bool, CardError> {
    const KNOWN: [&[u8]; 3] = [
        &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0],
        &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45],
        &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x14, 0xE0],
    ];
    let atr = atr(card)?;
    Ok(KNOWN.iter().any(|known| atr.starts_with(known)))
}

/// Whether the reader's name is that of SONY's.
pub(super) fn lies_on_sony(card: &Session) -> Result<bool, CardError> {
    card.converse(|line| {
        let names = line.calls.make(|| line.card.status_names())??;
        Ok(names
            .iter()
            .any(|name| name.to_bytes().starts_with(b"SONY")))
    })
}

/// Whether the reader can be asked for its features by the control code that Windows has.
pub(super) fn is_under_windows(card: &Session) -> Result<bool, CardError> {
    const GET_FEATURE_REQUEST: u32 = 0x0031_3520;
    card.converse(|line| {
        let mut buffer = [0; scard::MAX_BUFFER_SIZE];
        let features = line
            .calls
            .make(|| line.card.control(GET_FEATURE_REQUEST, &[], &mut buffer))?;
        Ok(features.is_ok())
    })
}

/// Whether the card says that it is an iPhone. Wants 公的個人認証AP selected.
pub(super) fn is_iphone(card: &Session) -> Result<bool, CardError> {
    card.converse(|line| {
        line.select_file(TOKEN_INFORMATION)?;
        Ok(line.read_binary(0, 32)?.starts_with(b"JPKIAPIOSTOKEN"))
    })
}

/// Presents the PIN to another application.
pub(super) fn verify_profile_pin(card: &Session, pin: &Pin) -> Result<Verified, CardError> {
    let pin = pin.clone();
    card.converse(move |line| {
        line.select_application(PROFILE)?;
        line.select_file(PROFILE_PIN)?;
        line.verify(&pin)
    })
}

/// Asks for 個人番号. The card refuses without its PIN, and whatever it answers does not matter.
pub(super) fn ask_for_personal_number(card: &Session) -> Result<(), CardError> {
    let [high, low] = PERSONAL_NUMBER.to_be_bytes();
    card.converse(move |line| {
        line.transmit(&select(PROFILE))?;
        line.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, high, low])?;
        line.transmit(&[0x00, 0xB0, 0x00, 0x00, 0x11])?;
        Ok(())
    })
}
