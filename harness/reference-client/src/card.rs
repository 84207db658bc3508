//! The card: the few commands that an eligibility check needs.
//!
//! Only 公的個人認証AP is touched: 利用者証明用電子証明書 can be read without a PIN, its private key
//! signs after VERIFY.

use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::time::{Duration, Instant};

use pcsc::{Attribute, Disposition};

use crate::caller::{Calls, bounded};
use crate::contract::Pin;
use crate::defect::Defect;
use crate::reader::{CardError, Release};

/// DF name of 公的個人認証AP.
const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
/// DF name of 券面事項入力補助AP, which this client has no business with.
const PROFILE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];

/// Which kind of token it is; readable without a PIN.
const TOKEN_INFORMATION: u16 = 0x0006;
/// 利用者証明用電子証明書, readable without a PIN.
const AUTH_CERTIFICATE: u16 = 0x000A;
/// Private key of that certificate.
const AUTH_KEY: u16 = 0x0017;
/// 利用者証明用 PIN, four digits, three attempts.
const AUTH_PIN: u16 = 0x0018;
/// 個人番号 in 券面事項入力補助AP: a file that this client must never touch.
const PERSONAL_NUMBER: u16 = 0x0001;
/// DF name of 券面事項確認AP.
const SURFACE: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
/// 照合用PIN of 券面事項入力補助AP.
const PROFILE_PIN: u16 = 0x0011;

/// How the card took a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verified {
    /// Right.
    Yes,
    /// Wrong; this many attempts are left. Zero: the PIN is locked now.
    No(u8),
}

/// A connection that leaves the card as it is, whoever drops it: also a call that comes back when
/// nobody waits for it any more.
pub(crate) struct Connection(Option<pcsc::Card>);

impl Connection {
    pub(crate) const fn new(card: pcsc::Card) -> Self {
        Self(Some(card))
    }
}

impl Deref for Connection {
    type Target = pcsc::Card;

    fn deref(&self) -> &pcsc::Card {
        match &self.0 {
            Some(card) => card,
            None => unreachable!("it is there until it is dropped"),
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut pcsc::Card {
        match &mut self.0 {
            Some(card) => card,
            None => unreachable!("it is there until it is dropped"),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if let Some(card) = self.0.take() {
            // a card that is gone cannot be disconnected from, and need not be
            let _ = card.disconnect(Disposition::LeaveCard);
        }
    }
}

/// A session on a card.
pub(crate) struct Session {
    card: Arc<Connection>,
    patience: Duration,
    defect: Option<Defect>,
}

impl Session {
    /// A session on a card that has just been connected to.
    pub(crate) fn new(card: Connection, patience: Duration, defect: Option<Defect>) -> Self {
        Self {
            card: Arc::new(card),
            patience,
            defect,
        }
    }

    /// SELECT 公的個人認証AP.
    pub(crate) fn select_jpki(&self) -> Result<(), CardError> {
        self.converse(|line| line.select_application(JPKI))
    }

    /// READ BINARY of 利用者証明用電子証明書: its header tells the length, then blocks of 256 bytes.
    /// Wants 公的個人認証AP selected.
    pub(crate) fn read_certificate(&self) -> Result<Vec<u8>, CardError> {
        self.converse(|line| {
            line.select_file(AUTH_CERTIFICATE)
                .map_err(|error| match error {
                    // such as a 住基カード, which has the application but not the file
                    CardError::Refused { status: 0x6A82, .. } => CardError::NoCertificate,
                    other => other,
                })?;
            let header = line.read_binary(0, 4)?;
            let length = der_length(&header).ok_or(CardError::NoCertificate)?;
            let mut certificate = Vec::with_capacity(length);
            while certificate.len() < length {
                let wanted = (length - certificate.len()).min(256);
                let block = line.read_binary(certificate.len(), wanted);
                if line.ends_early(&block, certificate.len() + wanted == length) {
                    break;
                }
                if matches!(block, Err(CardError::Garbled)) && line.has(Defect::LeavesGap) {
                    certificate.resize(certificate.len() + wanted, 0);
                    continue;
                }
                let block = block?;
                if block.is_empty() {
                    return Err(CardError::NoCertificate);
                }
                certificate.extend(block);
            }
            Ok(certificate)
        })
    }

    /// VERIFY without data: how many attempts the patient has left. Costs none.
    pub(crate) fn attempts_left(&self) -> Result<u8, CardError> {
        self.converse(|line| {
            line.select_file(AUTH_PIN)?;
            match line.transmit(&[0x00, 0x20, 0x00, 0x80])?.1 {
                status @ 0x63C0..=0x63CF => Ok((status & 0xF) as u8),
                0x6983 | 0x6984 => Ok(0),
                status => Err(refused("VERIFY", status)),
            }
        })
    }

    /// VERIFY of the PIN in the current file. A wrong one costs an attempt.
    pub(crate) fn verify(&self, pin: &Pin) -> Result<Verified, CardError> {
        let pin = pin.clone();
        self.converse(move |line| line.verify(&pin))
    }

    /// COMPUTE DIGITAL SIGNATURE with the private key of 利用者証明用電子証明書: PKCS#1 v1.5 over this
    /// DigestInfo. Wants the PIN verified.
    pub(crate) fn sign(&self, digest_info: &[u8]) -> Result<Vec<u8>, CardError> {
        let mut command = vec![0x80, 0x2A, 0x00, 0x80, short(digest_info.len())];
        command.extend_from_slice(digest_info);
        command.push(0x00);
        self.converse(move |line| {
            line.select_file(AUTH_KEY)?;
            line.expect_ok("COMPUTE DIGITAL SIGNATURE", &command)
        })
    }

    /// Whether the ATR is that of the contactless interface.
    pub(crate) fn looks_contactless(&self) -> Result<bool, CardError> {
        Ok(self.atr()?.starts_with(&[0x3B, 0x88, 0x80, 0x01]))
    }

    /// Whether the ATR is one of those that the first cards had: plastic without and with contacts,
    /// 住基カード.
    pub(crate) fn looks_familiar(&self) -> Result<bool, CardError> {
        const KNOWN: [&[u8]; 3] = [
            &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0],
            &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45],
            &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x14, 0xE0],
        ];
        let atr = self.atr()?;
        Ok(KNOWN.iter().any(|known| atr.starts_with(known)))
    }

    fn atr(&self) -> Result<Vec<u8>, CardError> {
        self.converse(|line| {
            let card = line.card;
            let atr = line
                .calls
                .make(|| card.get_attribute_owned(Attribute::AtrString))?;
            Ok(atr?)
        })
    }

    /// Whether the reader's name is that of SONY's.
    pub(crate) fn lies_on_sony(&self) -> Result<bool, CardError> {
        self.converse(|line| {
            let status = line.calls.make(|| line.card.status2_owned())??;
            let mut names = status.reader_names().iter();
            Ok(names.any(|name| name.to_bytes().starts_with(b"SONY")))
        })
    }

    /// Whether the reader can be asked for its features by the control code that Windows has.
    pub(crate) fn is_under_windows(&self) -> Result<bool, CardError> {
        const GET_FEATURE_REQUEST: u32 = 0x0031_3520;
        self.converse(|line| {
            let mut buffer = [0; pcsc::MAX_BUFFER_SIZE];
            let code = GET_FEATURE_REQUEST.into();
            let features = line
                .calls
                .make(|| line.card.control(code, &[], &mut buffer))?;
            Ok(features.is_ok())
        })
    }

    /// Whether the card says that it is an iPhone. Wants 公的個人認証AP selected.
    pub(crate) fn is_iphone(&self) -> Result<bool, CardError> {
        self.converse(|line| {
            line.select_file(TOKEN_INFORMATION)?;
            Ok(line.read_binary(0, 32)?.starts_with(b"JPKIAPIOSTOKEN"))
        })
    }

    /// What no client may do: the connection stays open, however the session ends.
    pub(crate) fn never_let_go(&self) {
        std::mem::forget(Arc::clone(&self.card));
    }

    /// What no client of this kind may do: presents the PIN to another application.
    pub(crate) fn verify_profile_pin(&self, pin: &Pin) -> Result<Verified, CardError> {
        let pin = pin.clone();
        self.converse(move |line| {
            line.select_application(PROFILE)?;
            line.select_file(PROFILE_PIN)?;
            line.verify(&pin)
        })
    }

    /// What no client of this kind may do: asks for 個人番号. The card refuses without its PIN, and
    /// whatever it answers does not matter.
    pub(crate) fn ask_for_personal_number(&self) -> Result<(), CardError> {
        let [high, low] = PERSONAL_NUMBER.to_be_bytes();
        self.converse(move |line| {
            line.transmit(&select(PROFILE))?;
            line.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, high, low])?;
            line.transmit(&[0x00, 0xB0, 0x00, 0x00, 0x11])?;
            Ok(())
        })
    }

    /// What no client of this kind needs: opens 券面事項確認AP. What the card answers does not matter.
    pub(crate) fn open_surface(&self) -> Result<(), CardError> {
        self.converse(|line| line.transmit(&select(SURFACE)).map(|_| ()))
    }

    /// Has several words with the card, and stops waiting when patience ends with one of them.
    fn converse<T: Send + 'static>(
        &self,
        talk: impl FnOnce(&Line<'_>) -> Result<T, CardError> + Send + 'static,
    ) -> Result<T, CardError> {
        let (card, defect) = (Arc::clone(&self.card), self.defect);
        bounded(self.patience, move |calls| {
            let card = &*card;
            talk(&Line {
                card,
                calls,
                defect,
            })
        })
    }

    /// Ends the session; the card stays as it is for whoever comes next.
    pub(crate) fn end(self, release: Release) {
        if release == Release::Forget {
            std::mem::forget(self);
            return;
        }
        // a card that still owes an answer keeps its connection
        if let Some(card) = Arc::into_inner(self.card) {
            let _ = bounded(self.patience, move |calls| calls.make(|| drop(card)));
        }
    }
}

/// The card as the thread sees it that may wait for it.
struct Line<'a> {
    card: &'a pcsc::Card,
    calls: &'a Calls,
    defect: Option<Defect>,
}

impl Line<'_> {
    fn has(&self, defect: Defect) -> bool {
        self.defect == Some(defect)
    }

    /// Whether a defective client takes a block that did not arrive for the end of the certificate.
    fn ends_early(&self, block: &Result<Vec<u8>, CardError>, is_last: bool) -> bool {
        matches!(block, Err(CardError::Reset)) && self.has(Defect::TakesCardResetForEnd)
            || matches!(block, Err(CardError::Lost))
                && is_last
                && self.has(Defect::OverlooksLastBlock)
    }

    fn select_application(&self, df_name: &[u8]) -> Result<(), CardError> {
        self.expect_ok("SELECT", &select(df_name)).map(|_| ())
    }

    fn select_file(&self, id: u16) -> Result<(), CardError> {
        let [high, low] = id.to_be_bytes();
        self.expect_ok("SELECT", &[0x00, 0xA4, 0x02, 0x0C, 0x02, high, low])
            .map(|_| ())
    }

    fn read_binary(&self, offset: usize, length: usize) -> Result<Vec<u8>, CardError> {
        // the first bit of P1 would mean a short EF identifier
        let Ok(offset @ 0..=0x7FFF) = u16::try_from(offset) else {
            return Err(CardError::NoCertificate);
        };
        let [high, low] = offset.to_be_bytes();
        self.expect_ok("READ BINARY", &[0x00, 0xB0, high, low, short(length)])
    }

    fn verify(&self, pin: &Pin) -> Result<Verified, CardError> {
        let digits = pin.0.as_bytes();
        let mut command = vec![0x00, 0x20, 0x00, 0x80, short(digits.len())];
        command.extend_from_slice(digits);
        match self.transmit(&command)?.1 {
            0x9000 => Ok(Verified::Yes),
            status @ 0x63C0..=0x63CF => Ok(Verified::No((status & 0xF) as u8)),
            0x6983 | 0x6984 => Ok(Verified::No(0)),
            status => Err(refused("VERIFY", status)),
        }
    }

    fn expect_ok(&self, name: &'static str, command: &[u8]) -> Result<Vec<u8>, CardError> {
        match self.transmit(command)? {
            (data, 0x9000) => Ok(data),
            (_, status) => Err(refused(name, status)),
        }
    }

    fn transmit(&self, command: &[u8]) -> Result<(Vec<u8>, u16), CardError> {
        let mut buffer = [0; pcsc::MAX_BUFFER_SIZE];
        let begun = Instant::now();
        let answer = self
            .calls
            .make(|| self.card.transmit(command, &mut buffer))?;
        if self.takes_for_lost(command, begun.elapsed()) {
            return self.transmit(command);
        }
        if matches!(answer, Err(pcsc::Error::NoSmartcard)) && self.has(Defect::BlamesReaderForCard)
        {
            return Err(CardError::Reader(pcsc::Error::NoSmartcard));
        }
        match answer? {
            [data @ .., sw1, sw2] => Ok((data.to_vec(), u16::from_be_bytes([*sw1, *sw2]))),
            _ => Err(CardError::Cut),
        }
    }

    /// Whether a defective client takes a command for lost whose answer took so long.
    fn takes_for_lost(&self, command: &[u8], waited: Duration) -> bool {
        let (selects, reads) = (command[1] == 0xA4, command[1] == 0xB0);
        selects && waited > Duration::from_millis(250) && self.has(Defect::SelectsSlowCardAgain)
            || reads && waited > Duration::from_secs(1) && self.has(Defect::ReadsSlowCardAgain)
    }
}

/// SELECT by DF name, without an answer.
fn select(df_name: &[u8]) -> Vec<u8> {
    let mut command = vec![0x00, 0xA4, 0x04, 0x0C, short(df_name.len())];
    command.extend_from_slice(df_name);
    command
}

fn refused(command: &'static str, status: u16) -> CardError {
    CardError::Refused { command, status }
}

/// A length up to 256 as one byte of a short command: 256 is written 0.
fn short(length: usize) -> u8 {
    length.to_le_bytes()[0]
}

/// Length of a DER SEQUENCE with its header, as the header tells it in the form of 256 bytes and more:
/// no certificate of an RSA key of 2048 bits is shorter.
fn der_length(header: &[u8]) -> Option<usize> {
    match *header {
        [0x30, 0x82, high, low, ..] => Some(4 + usize::from(u16::from_be_bytes([high, low]))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_tells_how_long_a_certificate_is() {
        assert_eq!(der_length(&[0x30, 0x82, 0x06, 0x32]), Some(1590));
    }

    #[test]
    fn an_empty_file_is_no_certificate() {
        assert_eq!(der_length(&[0xFF, 0xFF, 0xFF, 0xFF]), None);
        assert_eq!(der_length(&[0x30, 0x84, 0x00, 0x00]), None);
        assert_eq!(der_length(&[]), None);
    }

    #[test]
    fn a_block_of_256_bytes_is_asked_for_with_zero() {
        assert_eq!(short(256), 0x00);
        assert_eq!(short(54), 0x36);
    }
}
