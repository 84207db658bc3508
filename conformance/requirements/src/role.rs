//! On whom a requirement is: the app with card and service, or the program that takes over what an
//! app delivers. What is tested in the one role is not held against a product of the other, nor
//! listed as untested.

use super::Requirement;

/// In which role a product is tested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// It reads cards and asks the service.
    App,
    /// A レセコン: it takes over what an app or a 資格確認端末 delivers.
    Consumer,
}

impl Role {
    /// On whom the requirement with this id is, by its topic; one that this version does not know is
    /// taken for one on an app.
    #[must_use]
    pub fn of(id: &str) -> Self {
        match id.split('.').next() {
            Some("transcription") => Self::Consumer,
            _ => Self::App,
        }
    }
}

impl Requirement {
    /// On whom it is.
    #[must_use]
    pub fn role(&self) -> Role {
        Role::of(&self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::builtin;

    #[test]
    fn the_topic_says_on_whom_a_requirement_is() {
        let catalogue = builtin();
        let mut of_apps = catalogue.requirements().iter();
        assert!(of_apps.all(|one| one.role() == Role::App));
        let mut of_consumers = catalogue.of_consumers().iter();
        assert!(of_consumers.all(|one| one.role() == Role::Consumer));
        assert_eq!(Role::of("result.of-another-year"), Role::App);
    }
}
