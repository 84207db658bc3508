//! What happens while the card lies on the reader: the check after 目視確認, the check with the
//! 4-digit PIN, and the reading for 健康保険証利用登録. Each is one card session.

use std::io;

use sha2::{Digest as _, Sha256};

use crate::answer::{Answer, NoAnswer};
use crate::app::{Again, App, Purpose, Stage};
use crate::card::{Session, Verified};
use crate::contract::{IdentityCheck, Pin};
use crate::defect::Defect;
use crate::memory::{Memory, Patient};
use crate::reader::{CardError, Release};
use crate::screens;
use crate::service::{Request, Service};
use crate::visit;
use crate::wire::{Field, Operation};

/// Why a card session did not come to its end.
enum Trouble {
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
    pub(crate) fn place_card(&mut self, step: u32) -> io::Result<()> {
        if self.memory.missed_reader && self.has(Defect::LooksForReaderOnce) {
            return self.show_card_trouble(&CardError::NoReader);
        }
        // whoever places the card waits for `ready`: look at the reader first, then say so
        let watch = match self.reader.watch() {
            Ok(watch) => watch,
            Err(error) => return self.show_card_trouble(&error),
        };
        self.link.ready(step)?;
        self.memory.placed_at = match watch.wait_for_card() {
            Ok(count) => count,
            Err(error) => return self.show_card_trouble(&error),
        };
        self.patient.card_placed = true;
        self.read()
    }

    /// Reads the card that still lies on the reader, or asks for it.
    pub(crate) fn read_again(&mut self, purpose: Purpose) -> io::Result<()> {
        if !self.patient.card_placed {
            return self.show_reading(purpose);
        }
        self.stage = Stage::Reading(purpose);
        self.read()
    }

    fn read(&mut self) -> io::Result<()> {
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

    /// The staff compares the face with the card; the certificate says who it is.
    fn check_visually(&mut self) -> io::Result<()> {
        let seems_the_same =
            !self.patient.selected && self.memory.read_at == Some(self.memory.placed_at);
        let certificate = if seems_the_same && self.has(Defect::TellsCardsByCount) {
            Ok(self.memory.last_certificate.clone())
        } else {
            self.read_certificate()
        };
        let certificate = match certificate {
            Ok(certificate) => certificate,
            Err(error) => return self.show_card_trouble(&error),
        };
        if self.has(Defect::ShowsLastingResultAgain)
            && self.memory.lasting.as_ref() == Some(&certificate)
        {
            return self.show_again();
        }
        let inquiry = self.inquiry_by_sight(&certificate);
        self.ask(inquiry)
    }

    pub(crate) fn inquiry_by_sight(&mut self, certificate: &[u8]) -> Request {
        let keeps_pin = self.memory.switched_back && self.has(Defect::KeepsDeclaringPin);
        self.service
            .request(Operation::EligibilityByCertificate)
            .with(Field::Method, if keeps_pin { "pin" } else { "visual" })
            .with_bytes(Field::Certificate, certificate)
    }

    /// The patient's PIN lets the card sign a nonce of the service. One entry, one VERIFY: a PIN
    /// that has reached the card is not used again, even where the answer was lost.
    fn check_with_pin(&mut self, pin: Pin) -> io::Result<()> {
        if self.memory.no_challenge && self.has(Defect::StopsTakingPins) {
            let screen = screens::given_up("暗証番号では確認できません".to_owned());
            return self.show(Stage::Result, &screen);
        }
        self.patient.pin_presented = false;
        self.patient.pin_accepted = false;
        let outcome = self.sign_challenge(&pin);
        if let Err(Trouble::Card(error)) = &outcome
            && self.patient.pin_accepted
            && self.has(Defect::GivesUpWhileSigning)
        {
            let screen = screens::given_up(error.to_string());
            return self.show(Stage::Result, &screen);
        }
        match outcome {
            Ok(Presented::Signed(inquiry)) => {
                self.memory.right_pin = self.has(Defect::RemembersPin).then_some(pin);
                self.ask(inquiry)
            }
            Ok(Presented::Wrong(0)) => {
                let screen = screens::locked(!self.has(Defect::HidesAttemptsLeft));
                self.show(Stage::Locked, &screen)
            }
            Ok(Presented::Wrong(mut left)) => {
                if self.has(Defect::CountsAttemptsItself) {
                    self.memory.wrong_entries += 1;
                    left = 3_u8.saturating_sub(self.memory.wrong_entries);
                }
                self.show_pin_entry(Some(left))
            }
            Err(Trouble::Card(error))
                if self.patient.pin_presented && !self.has(Defect::PresentsLostPin) =>
            {
                self.patient.card_placed = false;
                let notice = format!("{error}。暗証番号をもう一度入力してください");
                self.show(Stage::PinEntry, &screens::pin_entry(None, Some(&notice)))
            }
            Err(Trouble::Card(error)) => {
                self.patient.pin = Some(pin);
                self.show_card_trouble(&error)
            }
            Err(Trouble::NoAnswer(error)) => {
                self.patient.pin = Some(pin).filter(|_| self.has(Defect::KeepsPinForRetry));
                self.show_no_answer(&error, Again::EnterPin)
            }
            Err(Trouble::Refused(answer)) => {
                if self.is_ending(&answer) && !self.has(Defect::KeepsEndedSessionAtPin) {
                    return self.end_session(&answer);
                }
                self.memory.no_challenge = answer.code() == "FUNCTION_OFF";
                self.show(Stage::Result, &screens::refused(&answer))
            }
        }
    }

    fn sign_challenge(&mut self, pin: &Pin) -> Result<Presented, Trouble> {
        if self.has(Defect::HoldsCardWhileTyping) {
            return self.sign_holding_the_card(pin);
        }
        let release = self.release();
        let Self {
            reader,
            service,
            patient,
            memory,
            defect,
            ..
        } = self;
        reader.with_card(release, |card| {
            sign_with(card, pin, service, patient, memory, *defect)
        })
    }

    /// A defect: the card is held in a transaction until the right PIN has come.
    fn sign_holding_the_card(&mut self, pin: &Pin) -> Result<Presented, Trouble> {
        let card = match self.memory.held.take() {
            Some(card) => card,
            None => self.reader.seize()?,
        };
        let Self {
            service,
            patient,
            memory,
            defect,
            ..
        } = self;
        let outcome = sign_with(&card, pin, service, patient, memory, *defect);
        if matches!(outcome, Ok(Presented::Wrong(1..))) {
            memory.held = Some(card);
        } else {
            card.end(Release::Disconnect);
        }
        outcome
    }

    /// Reads the card once more and registers its certificate under the consent.
    fn register(&mut self, consent: Option<String>) -> io::Result<()> {
        let certificate = if self.has(Defect::RegistersWithoutReading) {
            Ok(self.memory.last_certificate.clone())
        } else {
            self.read_certificate()
        };
        match certificate {
            Ok(certificate) => {
                let registration = self.registration(consent, &certificate);
                self.ask(registration)
            }
            Err(error) => self.show_card_trouble(&error),
        }
    }

    fn registration(&mut self, consent: Option<String>, certificate: &[u8]) -> Request {
        let request = self
            .service
            .request(Operation::Register)
            .with_bytes(Field::Certificate, certificate);
        match consent {
            Some(consent) => request.with(Field::ConsentId, consent),
            None => request,
        }
    }

    pub(crate) fn read_certificate(&mut self) -> Result<Vec<u8>, CardError> {
        let defect = self.defect;
        let pin_is_unused = !self.patient.pin_presented;
        let remembered = self.memory.right_pin.clone();
        let mut selected = false;
        let outcome: Result<_, CardError> = self.reader.with_card(self.release(), |card| {
            if defect == Some(Defect::ExpectsContactless) && !card.looks_contactless()? {
                return Err(CardError::NoCertificate);
            }
            if defect == Some(Defect::NeverLetsGoUnderWindows) && card.is_under_windows()? {
                card.never_let_go();
            }
            card.select_jpki()?;
            selected = true;
            if defect == Some(Defect::SelectsTwice)
                || defect == Some(Defect::ProbesUnknownCard) && !card.looks_familiar()?
                || defect == Some(Defect::WakesSonyReader) && card.lies_on_sony()?
            {
                card.select_jpki()?;
            }
            if defect == Some(Defect::VerifiesOnIphone) && card.is_iphone()? {
                card.attempts_left()?;
                card.verify(&Pin("1234".to_owned()))?;
            }
            if defect == Some(Defect::VerifiesInVisual) && pin_is_unused {
                card.attempts_left()?;
                card.verify(&Pin("1234".to_owned()))?;
            }
            if let Some(pin) = &remembered {
                card.attempts_left()?;
                card.verify(pin)?;
            }
            let mut certificate = card.read_certificate();
            if defect == Some(Defect::ReadsOverAndOver) {
                for _ in 0..20 {
                    let Err(CardError::Refused { status: 0x6982, .. }) = certificate else {
                        break;
                    };
                    certificate = card.read_certificate();
                }
            }
            let certificate = certificate?;
            if defect == Some(Defect::ReadsPersonalNumber) {
                card.ask_for_personal_number()?;
            }
            if defect == Some(Defect::ReadsSurface) {
                card.open_surface()?;
            }
            Ok(certificate)
        });
        self.patient.selected = selected;
        if matches!(outcome, Err(CardError::Lost))
            && !self.memory.last_certificate.is_empty()
            && self.has(Defect::KeepsLastCertificate)
        {
            return Ok(self.memory.last_certificate.clone());
        }
        let certificate = outcome?;
        if self.has(Defect::SendsStoredCertificate) {
            let first = &mut self.memory.first_certificate;
            return Ok(first.get_or_insert(certificate).clone());
        }
        self.memory.last_certificate.clone_from(&certificate);
        self.memory.read_at = Some(self.memory.placed_at);
        Ok(certificate)
    }

    fn release(&self) -> Release {
        if self.has(Defect::KeepsCardConnected) {
            Release::Forget
        } else {
            Release::Disconnect
        }
    }

    /// A defect: registers the patient who did not agree.
    pub(crate) fn register_quietly(&mut self, terms: String) {
        let consent = self.consent_to(terms);
        let Ok(answer) = self.service.send(&consent) else {
            return;
        };
        let consent = answer.text(Field::ConsentId).map(str::to_owned);
        if let Ok(certificate) = self.read_certificate() {
            let registration = self.registration(consent, &certificate);
            let _ = self.service.send(&registration);
        }
    }
}

/// What is done with the card to sign a nonce of the service: look at the PIN, present it, read the
/// certificate, sign.
fn sign_with(
    card: &Session,
    pin: &Pin,
    service: &mut Service,
    patient: &mut Patient,
    memory: &mut Memory,
    defect: Option<Defect>,
) -> Result<Presented, Trouble> {
    let has = |wrong| defect == Some(wrong);
    match card.select_jpki().and_then(|()| card.attempts_left()) {
        // a locked PIN is not tried: the card would only refuse
        Ok(0) if !has(Defect::PresentsBlockedPin) => return Ok(Presented::Wrong(0)),
        Err(CardError::Refused { .. }) if has(Defect::VerifiesOnAnyCard) => {}
        looked => drop(looked?),
    }
    patient.pin_presented = true;
    if let Verified::No(left) = card.verify(pin)? {
        if left == 0 && has(Defect::CarriesOnAfterLock) {
            card.verify(pin)?;
        }
        return Ok(Presented::Wrong(left));
    }
    patient.pin_accepted = true;
    if has(Defect::VerifiesTwice) {
        card.verify(pin)?;
    }
    let mut certificate = card.read_certificate()?;
    let was_seen = certificate == memory.last_certificate;
    if has(Defect::SendsCertificateOfSight) && !memory.last_certificate.is_empty() {
        certificate.clone_from(&memory.last_certificate);
    }
    let challenge = service.request(Operation::Challenge);
    let challenge = service.send(&challenge)?;
    let (Some(id), Some(nonce)) = (
        challenge.text(Field::ChallengeId),
        challenge.bytes(Field::Nonce),
    ) else {
        return Err(Trouble::Refused(challenge));
    };
    let signed = if has(Defect::SignsStaleChallenge) {
        std::mem::replace(&mut memory.last_nonce, nonce)
    } else {
        nonce
    };
    let signature = card.sign(&digest_info(&signed))?;
    if has(Defect::VerifiesWrongReference) {
        card.verify_profile_pin(pin)?;
    }
    if has(Defect::ReadsPersonalNumber) {
        card.ask_for_personal_number()?;
    }
    if let Some(designation) = &patient.designation {
        let consent = service.request(Operation::InstitutionConsent);
        let consent =
            visit::told(consent, designation, defect).with_bytes(Field::Certificate, &certificate);
        // a patient's own device, which the link let in, is no terminal
        let came_by_link = !service.has_terminal();
        if has(Defect::DesignatesWithoutPin) || came_by_link && has(Defect::TakesLinkForProof) {
            return Ok(Presented::Signed(consent.with(Field::Method, "visual")));
        }
        let proved = consent
            .with(Field::Method, "pin")
            .with(Field::ChallengeId, id)
            .with_bytes(Field::Signature, &signature);
        return Ok(Presented::Signed(proved));
    }
    let mut inquiry = service
        .request(Operation::EligibilityBySignature)
        .with(
            Field::Method,
            if has(Defect::DeclaresWrongMethod) || was_seen && has(Defect::DeclaresFirstMethod) {
                "visual"
            } else {
                "pin"
            },
        )
        .with_bytes(Field::Certificate, &certificate)
        .with(Field::ChallengeId, id)
        .with_bytes(Field::Signature, &signature);
    if has(Defect::LeaksPin) {
        inquiry = inquiry.with_raw("pin", &*pin.0);
    }
    Ok(Presented::Signed(inquiry))
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
