//! What the counter of a municipality does to a card that a holder brings: unblock a reference,
//! take a new PIN, write new certificates, write what a change of address or name changes.
//!
//! The real commands are the issuer's and are not public; here their outcome is written.

use std::fmt;

use madoguchi_iso7816::FileId;
use madoguchi_layout::{Application, Credential, Personalization, Reference, jpki};
use madoguchi_terms::Secret;

use crate::application::credential;
use crate::content::{Content, Place};
use crate::issue_error::IssueError;
use crate::profile::Profile;
use crate::state::State;

/// Which of the holder's two certificates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certificate {
    /// 利用者証明用電子証明書
    Authentication,
    /// 署名用電子証明書
    Signature,
}

/// A reference that this card does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NoSuchReference {
    /// Where it was looked for.
    pub place: Place,
}

impl fmt::Display for NoSuchReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this card has no reference {}", self.place)
    }
}

impl std::error::Error for NoSuchReference {}

impl State {
    /// Value and counter of a reference.
    #[must_use]
    pub fn reference(&self, application: &Application, file: FileId) -> Option<&Reference> {
        match self.files.get(&place(application, file)) {
            Some(Content::Reference(reference)) => Some(reference),
            _ => None,
        }
    }

    /// Restores all attempts; the value stays.
    ///
    /// # Errors
    /// [`NoSuchReference`] where the card has none.
    pub fn unblock(
        &mut self,
        application: &Application,
        file: FileId,
    ) -> Result<(), NoSuchReference> {
        let reference = self.reference_mut(application, file)?;
        reference.tries_left = reference.tries_max;
        Ok(())
    }

    /// Sets a new value and restores all attempts. A reference that was issued without a value
    /// gets as many as `tries` says; others keep their number.
    ///
    /// # Errors
    /// [`NoSuchReference`] where the card has none.
    pub fn set_reference(
        &mut self,
        application: &Application,
        file: FileId,
        value: Secret<Vec<u8>>,
        tries: u8,
    ) -> Result<(), NoSuchReference> {
        let reference = self.reference_mut(application, file)?;
        if reference.tries_max == 0 {
            reference.tries_max = tries;
        }
        reference.tries_left = reference.tries_max;
        reference.value = value;
        Ok(())
    }

    /// Writes a new certificate with its CA, and its key. The reference stays as it is where the
    /// card has one with a value, and is the credential's where it has none.
    pub fn renew(&mut self, which: Certificate, new: &Credential) {
        let kept = self
            .reference(&jpki::APPLICATION, which.reference())
            .filter(|reference| has_value(reference))
            .cloned();
        let reference = kept.unwrap_or_else(|| new.reference.clone());
        self.write(
            which,
            Some(&Credential {
                reference,
                ..new.clone()
            }),
        );
    }

    /// Takes a certificate with its CA and its key away and blocks the reference: what a card of a
    /// child has from the beginning.
    pub fn withdraw(&mut self, which: Certificate) {
        self.write(which, None);
    }

    /// Writes everything anew as for a new card of the same holder, as after a change of name or
    /// address. References whose value stays the same keep their counters, PINs that the holder
    /// changed stay changed; 照合番号 that became others begin anew.
    ///
    /// # Errors
    /// [`IssueError`] as for a new card; the state is unchanged then.
    pub fn rewrite(
        &mut self,
        personalization: &Personalization,
        profile: &Profile,
    ) -> Result<(), IssueError> {
        let mut new = Self::issue(personalization, profile)?;
        for (place, content) in &mut new.files {
            if let Content::Reference(reference) = content
                && let Some(Content::Reference(old)) = self.files.get(place)
                && (old.value == reference.value || is_pin(*place) && has_value(old))
            {
                *reference = old.clone();
            }
        }
        *self = new;
        Ok(())
    }

    fn write(&mut self, which: Certificate, credential: Option<&Credential>) {
        let [certificate, ca, key, reference] = which.files();
        let contents = credential::contents(credential);
        for (file, content) in [certificate, ca, key, reference].into_iter().zip(contents) {
            let place = place(&jpki::APPLICATION, file);
            match content {
                Some(content) => self.files.insert(place, content),
                None => self.files.remove(&place),
            };
        }
        let held = [Certificate::Signature, Certificate::Authentication].map(|which| {
            let [certificate, ..] = which.files();
            let held = self.files.get(&place(&jpki::APPLICATION, certificate));
            matches!(held, Some(Content::Transparent(bytes)) if !bytes.is_empty())
        });
        let availability = jpki::certificate_availability(held[0], held[1]);
        self.files.insert(
            place(&jpki::APPLICATION, jpki::CERTIFICATE_AVAILABILITY),
            Content::Transparent(availability.to_vec()),
        );
    }

    fn reference_mut(
        &mut self,
        application: &Application,
        file: FileId,
    ) -> Result<&mut Reference, NoSuchReference> {
        let place = place(application, file);
        match self.files.get_mut(&place) {
            Some(Content::Reference(reference)) => Ok(reference),
            _ => Err(NoSuchReference { place }),
        }
    }
}

impl Certificate {
    const fn reference(self) -> FileId {
        let [.., reference] = self.files();
        reference
    }

    /// Certificate, CA, key, reference.
    const fn files(self) -> [FileId; 4] {
        match self {
            Self::Authentication => [
                jpki::AUTHENTICATION_CERTIFICATE,
                jpki::AUTHENTICATION_CA_CERTIFICATE,
                jpki::AUTHENTICATION_KEY,
                jpki::AUTHENTICATION_PIN,
            ],
            Self::Signature => [
                jpki::SIGNATURE_CERTIFICATE,
                jpki::SIGNATURE_CA_CERTIFICATE,
                jpki::SIGNATURE_KEY,
                jpki::SIGNATURE_PASSWORD,
            ],
        }
    }
}

const fn place(application: &Application, file: FileId) -> Place {
    Place {
        application: application.label(),
        file,
    }
}

fn has_value(reference: &Reference) -> bool {
    !reference.value.expose().is_empty()
}

/// Whether the holder chose the value.
fn is_pin(place: Place) -> bool {
    use madoguchi_layout::{APPLICATIONS, Change, Kind};
    APPLICATIONS
        .into_iter()
        .find(|application| application.label() == place.application)
        .and_then(|application| application.file(place.file))
        .is_some_and(
            |file| matches!(file.kind, Kind::Reference(rule) if rule.change == Change::Holder),
        )
}
