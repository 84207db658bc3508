//! The card: the few commands that an eligibility check needs.
//!
//! Only 公的個人認証AP is touched: 利用者証明用電子証明書 can be read without a PIN, its private key
//! signs after VERIFY.

use std::ops::{Deref, DerefMut};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::caller::{Calls, bounded};
use crate::conduct::Layers;
use crate::contract::Pin;
use crate::reader::CardError;
use crate::scard::{self, Disposition, Exchanges};

/// DF name of 公的個人認証AP.
const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];

/// 利用者証明用電子証明書, readable without a PIN.
const AUTH_CERTIFICATE: u16 = 0x000A;
/// Private key of that certificate.
const AUTH_KEY: u16 = 0x0017;
/// 利用者証明用 PIN, four digits, three attempts.
const AUTH_PIN: u16 = 0x0018;
/// How the card took a PIN.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verified {
    /// Right.
    Yes,
    /// Wrong; this many attempts are left. Zero: the PIN is locked now.
    No(u8),
}

/// A connection that ends as it is to end, wherever it is dropped: also a call that comes back when
/// no caller waits for it any more.
pub(crate) struct Connection(Option<scard::Card>, Disposition);

impl Connection {
    pub(crate) const fn new(card: scard::Card) -> Self {
        Self(Some(card), Disposition::LeaveCard)
    }

    /// Leaves the card otherwise at its end.
    pub(crate) fn leaving(mut self, disposition: Disposition) -> Self {
        self.1 = disposition;
        self
    }
}

impl Deref for Connection {
    type Target = scard::Card;

    fn deref(&self) -> &scard::Card {
        match &self.0 {
            Some(card) => card,
            None => unreachable!("it is there until it is dropped"),
        }
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut scard::Card {
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
            let _ = card.disconnect(self.1);
        }
    }
}

/// A session on a card.
pub(crate) struct Session {
    pub(crate) card: Arc<Mutex<Connection>>,
    patience: Duration,
    conduct: Layers,
}

impl Session {
    /// A session on a card that has just been connected to.
    pub(crate) fn new(card: Connection, patience: Duration, conduct: Layers) -> Self {
        Self {
            card: Arc::new(Mutex::new(card)),
            patience,
            conduct,
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
            let header = line.read_binary(0, line.conduct.header_length(4))?;
            let length = der_length(&header).ok_or(CardError::NoCertificate)?;
            let mut certificate = Vec::with_capacity(length);
            while certificate.len() < length {
                let wanted = (length - certificate.len()).min(line.conduct.block_length(256));
                let is_last = certificate.len() + wanted == length;
                let block = line.read_binary(certificate.len(), wanted).map(Some);
                let Some(block) = line.conduct.block(wanted, is_last, block)? else {
                    break;
                };
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

    /// SELECT of the PIN, for VERIFY.
    pub(crate) fn select_pin(&self) -> Result<(), CardError> {
        self.converse(|line| line.select_file(AUTH_PIN))
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

    /// Has several words with the card, and stops waiting when patience ends with one of them.
    pub(crate) fn converse<T: Send + 'static>(
        &self,
        talk: impl FnOnce(&Line<'_>) -> Result<T, CardError> + Send + 'static,
    ) -> Result<T, CardError> {
        let (card, conduct) = (Arc::clone(&self.card), self.conduct.clone());
        bounded(&self.conduct, self.patience, move |calls| {
            let mut card = card.lock().unwrap_or_else(PoisonError::into_inner);
            if !conduct.transacts(false) {
                return talk(&Line {
                    card: &***card,
                    calls,
                    conduct,
                });
            }
            let card = calls.make(|| card.begin())??;
            let said = talk(&Line {
                card: card.card(),
                calls,
                conduct,
            });
            // the transaction of a card that is gone has ended
            let _ = calls.make(|| card.end(Disposition::LeaveCard).err().map(drop));
            said
        })
    }

    /// Ends the session; the card stays as it is for the next program.
    pub(crate) fn end(self) {
        // a card that still owes an answer keeps its connection
        if let Some(card) = Arc::into_inner(self.card) {
            let _ = bounded(&self.conduct, self.patience, move |calls| {
                calls.make(|| drop(card))
            });
        }
    }
}

/// The card as the thread sees it that may wait for it.
pub(crate) struct Line<'a> {
    pub(crate) card: &'a dyn Exchanges,
    pub(crate) calls: &'a Calls,
    conduct: Layers,
}

impl Line<'_> {
    pub(crate) fn select_application(&self, df_name: &[u8]) -> Result<(), CardError> {
        self.expect_ok("SELECT", &select(df_name)).map(|_| ())
    }

    pub(crate) fn select_file(&self, id: u16) -> Result<(), CardError> {
        let [high, low] = id.to_be_bytes();
        self.expect_ok("SELECT", &[0x00, 0xA4, 0x02, 0x0C, 0x02, high, low])
            .map(|_| ())
    }

    pub(crate) fn read_binary(&self, offset: usize, length: usize) -> Result<Vec<u8>, CardError> {
        // the first bit of P1 would mean a short EF identifier
        let Ok(offset @ 0..=0x7FFF) = u16::try_from(offset) else {
            return Err(CardError::NoCertificate);
        };
        let [high, low] = offset.to_be_bytes();
        self.expect_ok("READ BINARY", &[0x00, 0xB0, high, low, short(length)])
    }

    pub(crate) fn verify(&self, pin: &Pin) -> Result<Verified, CardError> {
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

    pub(crate) fn transmit(&self, command: &[u8]) -> Result<(Vec<u8>, u16), CardError> {
        let mut buffer = [0; scard::MAX_BUFFER_SIZE];
        let begun = Instant::now();
        let sent = self.conduct.command(command.to_vec());
        let answer = self.calls.make(|| self.card.transmit(&sent, &mut buffer))?;
        if self.conduct.resends(command, begun.elapsed(), false) {
            return self.transmit(command);
        }
        match answer.map_err(|error| self.conduct.failed(error, error.into()))? {
            [data @ .., sw1, sw2] => Ok((data.to_vec(), u16::from_be_bytes([*sw1, *sw2]))),
            _ => Err(CardError::Cut),
        }
    }
}

/// SELECT by DF name, without an answer.
pub(crate) fn select(df_name: &[u8]) -> Vec<u8> {
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
