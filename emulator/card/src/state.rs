//! What survives the loss of power, as plain data: the contents of files, reference data with their
//! counters, private keys. A card is made of it and gives it back; between the two it can be
//! stored ([`State::to_text`]), compared, and changed by a caller with a right to
//! (`municipal`).

use std::collections::BTreeMap;

use madoguchi_layout::{APPLICATIONS, Personalization};

use crate::application;
use crate::content::{Content, Place};
use crate::issue_error::IssueError;
use crate::profile::Profile;

mod hierarchy;
mod municipal;
mod text;

pub use municipal::{Certificate, NoSuchReference};
pub use text::{StateError, StateErrorKind};

/// The persistent state of one card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    /// Name of the profile of the card that it is from.
    pub(crate) profile: &'static str,
    pub(crate) files: BTreeMap<Place, Content>,
    pub(crate) data_objects: BTreeMap<u16, Vec<u8>>,
}

impl State {
    /// The state of a card as it leaves the issuer, with what the applications of its profile hold.
    ///
    /// # Errors
    /// [`IssueError`] says which part of the personalization no card can hold.
    pub fn issue(personalization: &Personalization, profile: &Profile) -> Result<Self, IssueError> {
        let mut files = BTreeMap::new();
        for layout in APPLICATIONS
            .into_iter()
            .filter(|layout| profile.has(layout))
        {
            for file in layout.files {
                let content = application::content(layout, file.id, personalization, profile)?;
                let place = Place {
                    application: layout.label(),
                    file: file.id,
                };
                files.extend(content.map(|content| (place, content)));
            }
        }
        let data_objects = match profile.issuer_security_domain {
            true => application::issuer::data_objects(personalization)?,
            false => BTreeMap::new(),
        };
        let state = Self {
            profile: profile.name,
            files,
            data_objects,
        };
        state.refuse_real_hierarchies()?;
        Ok(state)
    }

    /// Nothing at all, of a card with this profile.
    pub(crate) const fn empty(profile: &'static str) -> Self {
        Self {
            profile,
            files: BTreeMap::new(),
            data_objects: BTreeMap::new(),
        }
    }

    /// Name of the profile of the card that it is from: a card of another kind cannot be given it
    /// without becoming what no card is.
    #[must_use]
    pub const fn profile(&self) -> &'static str {
        self.profile
    }

    /// Every content with its place, in the order of labels and file identifiers.
    pub fn files(&self) -> impl Iterator<Item = (Place, &Content)> {
        self.files.iter().map(|(place, content)| (*place, content))
    }

    /// What GET DATA answers, by tag.
    pub fn data_objects(&self) -> impl Iterator<Item = (u16, &[u8])> {
        self.data_objects
            .iter()
            .map(|(tag, value)| (*tag, value.as_slice()))
    }

    /// The places where two states differ, data objects left out.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Place> {
        let mut places: Vec<Place> = self
            .files
            .keys()
            .chain(other.files.keys())
            .copied()
            .collect();
        places.sort_unstable();
        places.dedup();
        places.retain(|place| self.files.get(place) != other.files.get(place));
        places
    }
}
