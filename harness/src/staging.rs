//! A staging world that outlives its process: the registry's rows go to a [`Store`] before what
//! changed them is acknowledged. Sessions, nonces and cards are not in it, so a restart ends every
//! session; the keys of cards and terminals never reach it.

mod sqlite;
mod trouble;

use std::fmt;
use std::path::Path;

use jiff::Timestamp;
use madoguchi_registry::{BadRow, Change, Registry, Setup};
use parking_lot::Mutex;

use sqlite::SqliteStore;
pub(crate) use trouble::{NotStored, StoreTrouble};

/// Keeps rows by kind and key.
trait Store: fmt::Debug + Send {
    /// Passes on what is kept by kind, key and content, in the order in which it was first kept.
    fn each(
        &self,
        row: &mut dyn FnMut(&str, &str, &str) -> Result<(), BadRow>,
    ) -> Result<(), StoreTrouble>;

    /// Counts the opening, now that what is kept was understood: a store that is refused stays as it is.
    fn admit(&mut self) -> Result<(), StoreTrouble>;

    /// Keeps the changes, all or none. Once this has returned, neither the end of the process nor
    /// of the machine's power takes them away.
    fn commit(&mut self, changes: &[Change]) -> Result<(), NotStored>;
}

/// What a world says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Passport {
    /// The scenario instant at which it began: for it the cards are issued, then as now.
    born: Timestamp,
    /// The same in wall time.
    born_wall: Timestamp,
    /// How often it was opened, this time included.
    openings: u64,
}

/// A world that is kept.
#[derive(Debug)]
pub(crate) struct Staging {
    passport: Passport,
    store: Mutex<Box<dyn Store>>,
}

impl Staging {
    /// Opens the world in the file `path`, or begins one there: one in which it is `at` now, in
    /// wall time `wall`.
    ///
    /// # Errors
    /// The file is no store, one of a newer madoguchi, or in use.
    pub(crate) fn open(path: &Path, at: Timestamp, wall: Timestamp) -> Result<Self, StoreTrouble> {
        let (store, passport) = SqliteStore::open(path, at, wall)?;
        Ok(Self {
            passport,
            store: Mutex::new(Box::new(store)),
        })
    }

    /// Whether the world began just now.
    pub(crate) const fn is_new(&self) -> bool {
        self.passport.openings == 1
    }

    /// How often the world was opened, this time included.
    pub(crate) const fn openings(&self) -> u64 {
        self.passport.openings
    }

    /// The scenario instant at which the world began: its cards are those of that instant.
    pub(crate) const fn born(&self) -> Timestamp {
        self.passport.born
    }

    /// What time it is in the world at `wall`: it went on while it was not open.
    pub(crate) fn time(&self, wall: Timestamp) -> Timestamp {
        let Passport {
            born, born_wall, ..
        } = self.passport;
        born.checked_add(wall.duration_since(born_wall))
            .unwrap_or(born)
    }

    /// A seed for this opening: random numbers do not come again after a restart.
    pub(crate) const fn seed(&self, seed: u64) -> u64 {
        // The odd number of SplitMix64, which spreads what counts up.
        seed.wrapping_add((self.passport.openings - 1).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// The registry as it was kept, which learns from `setup` what it does not know.
    ///
    /// # Errors
    /// What is kept cannot be read, or what is new cannot be kept.
    pub(crate) fn registry(&self, setup: Setup) -> Result<Registry, StoreTrouble> {
        let mut registry = Registry::unaware(&setup);
        let mut store = self.store.lock();
        store.each(&mut |kind, key, row| registry.restore(kind, key, row))?;
        store.admit()?;
        drop(store);
        registry.keep_track();
        registry.supplement(setup);
        self.keep(&mut registry).map_err(StoreTrouble::NotStored)?;
        Ok(registry)
    }

    /// Keeps what was changed in the registry, or undoes it.
    ///
    /// # Errors
    /// It could not be kept, and never happened.
    pub(crate) fn keep(&self, registry: &mut Registry) -> Result<(), NotStored> {
        let changes = registry.changes();
        let kept = if changes.is_empty() {
            Ok(())
        } else {
            let mut store = self.store.lock();
            store.commit(&changes)
        };
        match kept {
            Ok(()) => registry.keep(),
            Err(_) => registry.undo(),
        }
        kept
    }
}

#[cfg(test)]
mod tests {
    use madoguchi_registry::{Facility, Maintenance};

    use super::*;

    const AT: Timestamp = Timestamp::constant(1_747_785_600, 0);

    /// A store that has no room after so many commits.
    #[derive(Debug)]
    struct Small(u32);

    impl Store for Small {
        fn each(
            &self,
            _: &mut dyn FnMut(&str, &str, &str) -> Result<(), BadRow>,
        ) -> Result<(), StoreTrouble> {
            Ok(())
        }

        fn admit(&mut self) -> Result<(), StoreTrouble> {
            Ok(())
        }

        fn commit(&mut self, _: &[Change]) -> Result<(), NotStored> {
            self.0 = self
                .0
                .checked_sub(1)
                .ok_or(NotStored::Full("small".into()))?;
            Ok(())
        }
    }

    fn setup() -> Setup {
        Setup {
            facilities: vec![Facility::new("0010000000".parse().unwrap())],
            ..Setup::default()
        }
    }

    #[test]
    fn what_cannot_be_kept_never_happened() {
        let staging = Staging {
            passport: Passport {
                born: AT,
                born_wall: AT,
                openings: 1,
            },
            store: Mutex::new(Box::new(Small(1))),
        };
        let code = "0010000000".parse().unwrap();
        let mut registry = staging.registry(setup()).unwrap();
        registry.abolish(&code).unwrap();
        staging.keep(&mut registry).unwrap_err();
        assert_eq!(registry.changes(), []);
        registry.abolish(&code).expect("it is open as before");
        registry.undo();
        staging
            .keep(&mut registry)
            .expect("there is nothing to keep");
    }

    #[test]
    fn rows_that_nobody_understands_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for (kind, row) in [("spaceship", "{}"), ("facility", r#"{"code":"99"}"#)] {
            let path = folder.path().join(kind);
            let change = Change {
                kind,
                key: "1".to_owned(),
                row: Some(row.to_owned()),
            };
            let mut store = SqliteStore::open(&path, AT, AT).unwrap().0;
            store.commit(&[change]).unwrap();
            drop(store);
            let before = std::fs::read(&path).unwrap();
            let world = Staging::open(&path, AT, AT).unwrap();
            let refused = world.registry(setup()).map(drop);
            assert!(
                matches!(&refused, Err(StoreTrouble::Broken { why, .. }) if why.contains(kind)),
                "{refused:?}"
            );
            drop(world);
            assert_eq!(std::fs::read(&path).unwrap(), before, "{kind}");
        }
    }

    #[test]
    fn a_world_is_found_as_it_was_left_and_learns_what_is_new() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world");
        let code = "0010000000".parse().unwrap();
        let window = Maintenance {
            from: AT,
            until: AT.checked_add(jiff::SignedDuration::from_hours(1)).unwrap(),
        };
        let later = AT.checked_add(jiff::SignedDuration::from_hours(5)).unwrap();
        {
            let world = Staging::open(&path, AT, AT).unwrap();
            assert!(world.is_new());
            let mut registry = world.registry(setup()).unwrap();
            registry.announce_jpki_maintenance(window);
            registry.abolish(&code).unwrap();
            world.keep(&mut registry).unwrap();
            registry.set_outage_mode(code.clone(), true);
            world.keep(&mut registry).unwrap();
            registry.set_outage_mode(code.clone(), false);
            world.keep(&mut registry).unwrap();
        }
        let world = Staging::open(&path, later, later).unwrap();
        assert_eq!((world.is_new(), world.born()), (false, AT));
        assert_eq!(world.time(later), later);
        assert_ne!(world.seed(7), 7);
        let mut other = setup();
        let new = Facility::new("9910000001".parse().unwrap());
        let new_code = new.code.clone();
        other.facilities.push(new);
        other.jpki_windows.push(window);
        let mut registry = world.registry(other).unwrap();
        registry
            .abolish(&code)
            .expect_err("it was abolished before");
        registry.abolish(&new_code).expect("it is new, and open");
        registry.undo();
        drop(world);
        // The windows came once, the facility of the first opening was not put in again.
        let rows = sqlite::rows_of(&path);
        let kinds: Vec<&str> = rows.iter().map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["facility", "jpki-maintenance", "facility"]);
    }
}
