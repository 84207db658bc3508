//! The card as a reader meets it, and as its owner looks at it.

use std::fmt;
use std::sync::Arc;

use madoguchi_card_key::PrivateKey;
use madoguchi_iso7816::{Aid, FileId, Icc, LinkFault, Reply, Sfi, StatusWord};
use madoguchi_layout::{Access, Application, Kind, Personalization, Purpose, jpki};

use crate::dispatch;
use crate::issue_error::IssueError;
use crate::persistent::{Content, Held, IssuedFile, Persistent, Position, StoredKey};
use crate::profile::{CertificateRule, FirstCommand, Profile, WarmReset};
use crate::state::State;
use crate::volatile::Volatile;

/// Fills a slice with random bytes, for GET CHALLENGE and the salt of RSASSA-PSS. A seeded one makes a run repeatable.
pub type Entropy = Box<dyn FnMut(&mut [u8]) + Send>;

/// An issued My Number card, outside the field until [`Icc::power_on`].
pub struct Card {
    pub(crate) persistent: Persistent,
    pub(crate) volatile: Volatile,
    pub(crate) entropy: Entropy,
    pub(crate) profile: Profile,
    /// Whether a command came since the card got its power.
    spoken_to: bool,
    /// Whether the next command is the first after a loss of power that the card noticed.
    startled: bool,
}

impl Card {
    /// Issues a card. That it has its keys is seen here; that the numbers of a key belong together
    /// is seen where the key is first used, and a command that uses one of which they do not
    /// answers `6F00`.
    ///
    /// # Errors
    /// [`IssueError`] says which part of the personalization no card can hold.
    pub fn new(
        personalization: &Personalization,
        profile: Profile,
        entropy: Entropy,
    ) -> Result<Self, IssueError> {
        let state = State::issue(personalization, &profile)?;
        Ok(Self::holding(Persistent::of(&state)?, profile, entropy))
    }

    /// The card that has this state, outside the field.
    ///
    /// # Errors
    /// [`IssueError`] says which part of the state no card can hold.
    pub fn with_state(
        state: &State,
        profile: Profile,
        entropy: Entropy,
    ) -> Result<Self, IssueError> {
        let persistent = Persistent::of(state)?;
        persistent.prove_keys()?;
        Ok(Self::holding(persistent, profile, entropy))
    }

    fn holding(persistent: Persistent, profile: Profile, entropy: Entropy) -> Self {
        Self {
            persistent,
            volatile: Volatile::default(),
            entropy,
            profile,
            spoken_to: false,
            startled: false,
        }
    }

    /// What of this card survives the loss of power, as plain data.
    #[must_use]
    pub fn snapshot(&self) -> State {
        self.persistent.state(self.profile.name)
    }

    /// Gives this card another state, as the counter of a municipality does. It loses its power.
    ///
    /// # Errors
    /// [`IssueError`] says which part of the state no card can hold; the card is unchanged then.
    pub fn restore(&mut self, state: &State) -> Result<(), IssueError> {
        let persistent = Persistent::of(state)?;
        persistent.prove_keys()?;
        self.persistent = persistent;
        self.power_off();
        Ok(())
    }

    /// A second card in the same state down to the middle of a dialogue: selection, rights and a
    /// secure messaging session included. From here on each goes its own way. Randomness is its
    /// own, since two cards with the same would answer the same challenges.
    #[must_use]
    pub fn fork(&self, entropy: Entropy) -> Self {
        Self {
            persistent: self.persistent.clone(),
            volatile: self.volatile.clone(),
            entropy,
            profile: self.profile,
            spoken_to: self.spoken_to,
            startled: self.startled,
        }
    }

    /// What differs between this card and others that hold the same.
    #[must_use]
    pub const fn profile(&self) -> &Profile {
        &self.profile
    }

    /// Attempts left of a reference, whatever is selected, without costing one. `None` where the
    /// card has no such reference.
    #[must_use]
    pub fn attempts_left(&self, application: Aid, reference: FileId) -> Option<u8> {
        let index = self
            .persistent
            .applications
            .iter()
            .position(|issued| issued.layout.aid == application)?;
        let at = self.persistent.find(index, reference).ok()?;
        match &self.persistent.file(at)?.content {
            Content::Reference(reference) => Some(reference.tries_left),
            _ => None,
        }
    }

    /// A private key, whatever is selected. `None` where the card has no such key.
    #[must_use]
    pub fn stored_key(&self, application: Aid, key: FileId) -> Option<StoredKey> {
        let mut all = self.persistent.applications.iter();
        let index = all.position(|issued| issued.layout.aid == application)?;
        let at = self.persistent.find(index, key).ok()?;
        match &self.persistent.file(at)?.content {
            Content::Key(held) => held.clone().map(StoredKey),
            _ => None,
        }
    }

    /// Makes the file that a command names current and says where it is.
    ///
    /// # Errors
    /// `6986` where the current EF is meant and there is none, `6A82` where there is no such file.
    pub(crate) fn make_current(&mut self, named: Named) -> Result<Position, StatusWord> {
        match named {
            Named::Current => self.volatile.file().ok_or(StatusWord::NO_CURRENT_EF),
            Named::File(id) => {
                let application = self
                    .volatile
                    .application()
                    .ok_or(StatusWord::FILE_NOT_FOUND)?;
                let at = self.persistent.find(application, id)?;
                self.volatile.select_file(at);
                Ok(at)
            }
        }
    }

    /// The current application.
    pub(crate) fn application(&self) -> Option<&'static Application> {
        let index = self.volatile.application()?;
        let issued = self.persistent.applications.get(index)?;
        Some(issued.layout)
    }

    /// What reading a file takes on this card: `rule`, except where the profile has another.
    pub(crate) fn read_access(&self, at: Position, file: &IssuedFile, rule: Access) -> Access {
        const PIN: Access = Access::AnyOf(&[jpki::AUTHENTICATION_PIN]);
        let ours = || {
            let issued = self.persistent.applications.get(at.application);
            file.layout.id == jpki::AUTHENTICATION_CERTIFICATE
                && issued.is_some_and(|issued| issued.layout.aid == jpki::APPLICATION.aid)
        };
        match self.profile.authentication_certificate {
            CertificateRule::Pin if ours() => PIN,
            CertificateRule::Pin | CertificateRule::Free => rule,
        }
    }

    /// The file at a position that [`make_current`](Self::make_current) returned.
    pub(crate) fn file(&self, at: Position) -> Result<&IssuedFile, StatusWord> {
        self.persistent.file(at).ok_or(StatusWord::FILE_NOT_FOUND)
    }

    /// Makes the key that a command names current, and gives it to a command that uses it so.
    ///
    /// # Errors
    /// As [`make_current`](Self::make_current); `6981` for a file that is no key, `6982` where the key's
    /// reference was not verified, `6985` for a key of another purpose, `6A88` for one that was left empty.
    pub(crate) fn private_key(
        &mut self,
        named: Named,
        wanted: Purpose,
    ) -> Result<Arc<Held<PrivateKey>>, StatusWord> {
        let at = self.make_current(named)?;
        let file = self.file(at)?;
        let (Content::Key(held), Kind::Key { usage, purpose }) = (&file.content, file.layout.kind)
        else {
            return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
        };
        if !self.volatile.security_status.satisfies(usage) {
            return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED);
        }
        if purpose != wanted {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        held.clone().ok_or(StatusWord::REFERENCE_NOT_FOUND)
    }
}

/// How a command names a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Named {
    /// The current EF.
    Current,
    /// A file of the current application, which becomes current.
    File(FileId),
}

impl Named {
    /// The file with a short identifier from a command; 0 means the current EF.
    ///
    /// # Errors
    /// `6A86` for 31, which is reserved (*assumed*).
    pub(crate) fn by_sfi(sfi: u8) -> Result<Self, StatusWord> {
        match sfi {
            0 => Ok(Self::Current),
            _ => Sfi::new(sfi)
                .map(|sfi| Self::File(sfi.file_id()))
                .ok_or(StatusWord::INCORRECT_P1_P2),
        }
    }

    /// The key or reference that P2 names: `80` the current EF, `80`|sfi a file, `00` the default
    /// of the application, which is `None` here.
    ///
    /// # Errors
    /// `6A86` for every other P2 (*assumed*).
    pub(crate) fn by_p2(p2: u8) -> Result<Option<Self>, StatusWord> {
        match p2 {
            0x00 => Ok(None),
            0x80..=0x9F => Self::by_sfi(p2 & 0x1F).map(Some),
            _ => Err(StatusWord::INCORRECT_P1_P2),
        }
    }
}

impl Icc for Card {
    fn atr(&self) -> &[u8] {
        self.profile.atr.as_bytes()
    }

    fn power_on(&mut self) -> Result<(), LinkFault> {
        self.volatile.power_on();
        Ok(())
    }

    fn power_off(&mut self) {
        self.volatile.power_off();
        self.startled |= self.spoken_to && self.profile.first_command == FirstCommand::Fails;
        self.spoken_to = false;
    }

    fn reset(&mut self) -> Result<(), LinkFault> {
        match self.profile.warm_reset {
            WarmReset::Keeps if self.volatile.powered => {}
            WarmReset::Keeps | WarmReset::Clears => self.volatile.power_on(),
        }
        Ok(())
    }

    fn transmit(&mut self, command: &[u8], reply: &mut Reply) -> Result<(), LinkFault> {
        reply.clear();
        if !self.volatile.powered {
            return Err(LinkFault::Mute);
        }
        self.spoken_to = true;
        if std::mem::take(&mut self.startled) {
            reply.refuse(StatusWord::NO_DIAGNOSIS);
            return Ok(());
        }
        match dispatch::respond(self, command, reply) {
            Ok(status) => reply.finish(status),
            Err(refusal) => reply.refuse(refusal),
        }
        Ok(())
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("profile", &self.profile)
            .field("volatile", &self.volatile)
            .finish_non_exhaustive()
    }
}
