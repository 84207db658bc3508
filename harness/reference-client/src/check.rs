//! What happens while the card lies on the reader: the check after 目視確認, the check with the
//! 4-digit PIN, and the reading for 健康保険証利用登録. Each is one card session.

use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, NoAnswer};
use crate::app::{Again, App, Purpose, Stage};
use crate::card::{Session, Verified};
use crate::conduct::{At, Certificate, Done};
use crate::contract::{IdentityCheck, Pin};
use crate::reader::CardError;
use crate::screens::{self, CAUSE};
use crate::service::Request;
use crate::visit;
use crate::wire::{Field, Operation};

/// Why a card session did not come to its end.
pub(crate) enum Trouble {
    Card(CardError),
    NoAnswer(NoAnswer),
    Refused(Answer),
}

impl From<CardError> for Trouble {
    fn from(error: CardError) -> Self {
        Self::Card(error)
    }
}

impl From<NoAnswer> for Trouble {
    fn from(error: NoAnswer) -> Self {
        Self::NoAnswer(error)
    }
}

/// What a session with PIN led to.
enum Presented {
    /// The PIN was right and the card signed: this can be asked.
    Signed(Request),
    /// The PIN was wrong; this many attempts are left.
    Wrong(u8),
}

impl App {
    /// Waits for the card that is going to be laid on the reader, then reads it.
    pub(crate) fn place_card(&mut self, step: u32) -> Done {
        // the person who places the card waits for `ready`: look at the reader first, then say so
        let watch = match self.reader.watch() {
            Ok(watch) => watch,
            Err(error) => return self.show_card_trouble(&error),
        };
        self.link.ready(step)?;
        match watch.wait_for_card() {
            Ok(count) => self.patient.card = Some(count),
            Err(error) => return self.show_card_trouble(&error),
        }
        self.read()
    }

    /// Reads the card that still lies on the reader, or asks for it.
    pub(crate) fn read_again(&mut self, purpose: Purpose) -> Done {
        if self.patient.card.is_none() {
            return self.show_reading(purpose);
        }
        self.stage = Stage::Reading(purpose);
        self.read()
    }

    fn read(&mut self) -> Done {
        self.conduct().placed(self, ())?;
        match (&self.stage, self.patient.check) {
            (Stage::Reading(Purpose::Register(consent)), _) => {
                let consent = consent.clone();
                self.register(consent)
            }
            (_, IdentityCheck::Visual) => self.check_visually(),
            (_, IdentityCheck::Pin) => match self.patient.pin.take() {
                Some(pin) => self.check_with_pin(pin),
                None => self.show_pin_entry(None),
            },
        }
    }

    /// The card could not be read: say so and let it be placed again.
    pub(crate) fn show_card_trouble(&mut self, error: &CardError) -> Done {
        let mut screen = screens::reading("カードをもう一度置いてください");
        if !matches!(error, CardError::Lost) {
            screen.fields.push((CAUSE, error.to_string()));
        }
        let screen = self.conduct().trouble(self, error, screen)?;
        self.patient.card = None;
        // the stage stays: the next card is read for the same purpose
        self.redraw(screen)
    }

    /// The staff compares the face with the card; the certificate says who it is.
    fn check_visually(&mut self) -> Done {
        match self.certificate() {
            Ok(certificate) => {
                let request = match &self.patient.designation {
                    Some(designation) => {
                        let consent = self.service.request(Operation::InstitutionConsent);
                        visit::told(consent, designation)
                            .with(Field::Method, "visual")
                            .with_bytes(Field::Certificate, &certificate)
                    }
                    None => self.inquiry_by_sight(&certificate),
                };
                self.ask(request)
            }
            Err(error) => self.show_card_trouble(&error),
        }
    }

    pub(crate) fn inquiry_by_sight(&mut self, certificate: &[u8]) -> Request {
        self.service
            .request(Operation::EligibilityByCertificate)
            .with(Field::Method, "visual")
            .with_bytes(Field::Certificate, certificate)
    }

    /// Reads the card once more and registers its certificate under the consent.
    fn register(&mut self, consent: Option<String>) -> Done {
        match self.certificate() {
            Ok(certificate) => {
                let registration = self.registration(consent, &certificate);
                self.ask(registration)
            }
            Err(error) => self.show_card_trouble(&error),
        }
    }

    pub(crate) fn registration(&mut self, consent: Option<String>, certificate: &[u8]) -> Request {
        let request = self
            .service
            .request(Operation::Register)
            .with_bytes(Field::Certificate, certificate);
        match consent {
            Some(consent) => request.with(Field::ConsentId, consent),
            None => request,
        }
    }

    fn certificate(&self) -> Certificate {
        match self.conduct().known(self, None) {
            Some(certificate) => Ok(certificate),
            None => self.read_certificate(),
        }
    }

    /// Reads the certificate of the card that lies there, without a PIN.
    pub(crate) fn read_certificate(&self) -> Certificate {
        let read = self.reader.connect().and_then(|card| {
            let read = self.read_from(&card);
            card.end();
            read
        });
        self.conduct().certificate(self, read)
    }

    fn read_from(&self, card: &Session) -> Certificate {
        let conduct = self.conduct();
        conduct.card(&self.patient, card, At::ToRead, ())?;
        card.select_jpki()?;
        conduct.card(&self.patient, card, At::Selected, ())?;
        conduct.read(card, card.read_certificate())
    }

    /// The patient's PIN lets the card sign a nonce of the service. One entry, one VERIFY: a PIN
    /// that has reached the card is not used again, even where the answer was lost.
    fn check_with_pin(&mut self, pin: Pin) -> Done {
        let pin = self.conduct().pin(self, pin)?;
        self.patient.pin_presented = false;
        match self.sign_challenge(&pin) {
            Ok(Presented::Signed(inquiry)) => self.ask(inquiry),
            Ok(Presented::Wrong(0)) => self.show(Stage::Locked, screens::locked()),
            Ok(Presented::Wrong(left)) => self.show_pin_entry(Some(left)),
            Err(trouble) => self.interrupt_check(pin, trouble),
        }
    }

    fn interrupt_check(&mut self, pin: Pin, trouble: Trouble) -> Done {
        let is_unused = matches!(trouble, Trouble::Card(_)) && !self.patient.pin_presented;
        let keeps_pin = self.conduct().interrupted(self, &trouble, is_unused)?;
        self.patient.pin = Some(pin).filter(|_| keeps_pin);
        match trouble {
            Trouble::Card(error) if keeps_pin => self.show_card_trouble(&error),
            Trouble::Card(error) => {
                self.patient.card = None;
                let notice = format!("{error}。暗証番号をもう一度入力してください");
                self.show(Stage::PinEntry, screens::pin_entry(None, Some(&notice)))
            }
            Trouble::NoAnswer(error) => self.show_no_answer(&error, Again::EnterPin),
            Trouble::Refused(answer) => {
                if self.ends_session(Operation::Challenge, &answer) {
                    return self.end_session(&answer);
                }
                self.show_refusal(Operation::Challenge, &answer)
            }
        }
    }

    fn sign_challenge(&mut self, pin: &Pin) -> Result<Presented, Trouble> {
        let conduct = self.conduct();
        let card = match conduct.held(&self.reader, None)? {
            Some(card) => card,
            None => self.reader.connect()?,
        };
        let presented = self.present(pin, &card);
        if let Some(card) = conduct.held(&self.reader, Some(card))? {
            card.end();
        }
        presented
    }

    fn challenge(&mut self) -> Result<Answer, NoAnswer> {
        let challenge = self.service.request(Operation::Challenge);
        self.service.send(&challenge)
    }

    /// What is done with the card to sign a nonce of the service: look at the PIN, present it, read the
    /// certificate, sign.
    fn present(&mut self, pin: &Pin, card: &Session) -> Result<Presented, Trouble> {
        let conduct = self.conduct();
        conduct.card(&self.patient, card, At::ToSign, ())?;
        let left = card.select_jpki().and_then(|()| {
            if conduct.asks_attempts(true) {
                return card.attempts_left();
            }
            card.select_pin().map(|()| u8::MAX)
        });
        // a locked PIN is not tried: the card would only refuse
        if conduct.attempts(left)? == 0 {
            return Ok(Presented::Wrong(0));
        }
        let challenged = conduct.challenges_first(false);
        let challenge = challenged.then(|| self.challenge()).transpose()?;
        let certificate = conduct.reads_first(false).then(|| card.read_certificate());
        let certificate = certificate.transpose()?;
        if certificate.is_some() {
            card.select_pin()?;
        }
        self.patient.pin_presented = true;
        let verified = card.verify(pin)?;
        conduct.card(&self.patient, card, At::Presented(pin, verified), ())?;
        if let Verified::No(left) = verified {
            return Ok(Presented::Wrong(left));
        }
        let certificate = certificate.map_or_else(|| card.read_certificate(), Ok)?;
        if self.patient.designation.is_none() && !self.service.wire().signs_with_pin() {
            let request = self.service.request(Operation::EligibilityByCertificate);
            let request = request.with(Field::Method, "pin");
            return Ok(Presented::Signed(
                request.with_bytes(Field::Certificate, &certificate),
            ));
        }
        let challenge = challenge.map_or_else(|| self.challenge(), Ok)?;
        let (Some(id), Some(nonce)) = (
            challenge.text(Field::ChallengeId),
            challenge.bytes(Field::Nonce),
        ) else {
            return Err(Trouble::Refused(challenge));
        };
        let signature = card.sign(&digest_info(&conduct.nonce(nonce)))?;
        conduct.card(&self.patient, card, At::Signed(pin), ())?;
        let request = match &self.patient.designation {
            Some(designation) => {
                let consent = self.service.request(Operation::InstitutionConsent);
                visit::told(consent, designation)
                    .with_bytes(Field::Certificate, &certificate)
                    .with(Field::Method, "pin")
            }
            None => self
                .service
                .request(Operation::EligibilityBySignature)
                .with(Field::Method, "pin")
                .with_bytes(Field::Certificate, &certificate),
        };
        Ok(Presented::Signed(
            request
                .with(Field::ChallengeId, id)
                .with_bytes(Field::Signature, &signature),
        ))
    }
}

/// DigestInfo of SHA-256 over the nonce (RFC 8017 §9.2), the input of the card's signature.
fn digest_info(nonce: &[u8]) -> Vec<u8> {
    const SHA_256: [u8; 19] = [
        0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
        0x05, 0x00, 0x04, 0x20,
    ];
    [&SHA_256[..], &Sha256::digest(nonce)].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_info_is_51_bytes_and_ends_with_the_digest() {
        let info = digest_info(b"");
        assert_eq!(info.len(), 51);
        assert_eq!(info[..2], [0x30, 0x31]);
        assert_eq!(info[19..23], [0xE3, 0xB0, 0xC4, 0x42]);
    }
}
