//! A store in one SQLite file, which only this user can read and only one process can have open.
//! Every commit is synchronised to the disk before it returns (WAL, `synchronous=FULL`).

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use madoguchi_registry::{BadRow, Change};
use rusqlite::types::FromSql;
use rusqlite::{Connection, ErrorCode, OptionalExtension as _, TransactionBehavior, params};

use super::{NotStored, Passport, Store, StoreTrouble};
use crate::private;

/// `mado`: tells our files from other programs' (`PRAGMA application_id`).
const APPLICATION: i32 = 0x6D61_646F;

/// The form of what is kept (`PRAGMA user_version`); an older madoguchi refuses a greater one. Since
/// 2, rows that come one after another can leave again, and those that stay keep their keys.
const FORMAT: i32 = 2;

/// The form before, which is read and becomes the present one.
const FORMER: i32 = 1;

/// What is not the same in the form before: answers to be repeated had another key. A terminal that waited
/// for one has begun a new session since.
const FROM_FORMER: &str = "DELETE FROM fact WHERE kind = 'answered-request';";

/// `ordinal` has the order in which rows were first kept; one that changes stays in its place.
const SCHEMA: &str = "
    CREATE TABLE passport (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
    CREATE TABLE fact (
        ordinal INTEGER PRIMARY KEY,
        kind TEXT NOT NULL,
        key TEXT NOT NULL,
        row TEXT NOT NULL,
        UNIQUE (kind, key)
    ) STRICT;
";

/// An open file.
#[derive(Debug)]
pub(super) struct SqliteStore {
    path: PathBuf,
    connection: Connection,
    /// What the world says of itself from this opening on, until that is written.
    unwritten: Option<Passport>,
}

impl SqliteStore {
    /// Opens the file, or makes it for a world in which it is `at` now. A file that is not ours is
    /// left as it is.
    pub(super) fn open(
        path: &Path,
        at: Timestamp,
        wall: Timestamp,
    ) -> Result<(Self, Passport), StoreTrouble> {
        let unusable = |error: std::io::Error| StoreTrouble::Unusable {
            path: path.to_owned(),
            why: error.to_string(),
        };
        // a device or a socket would get another mode, and a journal beside it
        if path
            .metadata()
            .is_ok_and(|there| !there.is_file() && !there.is_dir())
        {
            return Err(StoreTrouble::NoStore(path.to_owned()));
        }
        make_private(path).map_err(unusable)?;
        let trouble = |error: rusqlite::Error| of_opening(path, &error);
        let connection = Connection::open(path).map_err(trouble)?;
        // No process waits for another: it has the file until it ends.
        connection.busy_timeout(Duration::ZERO).map_err(trouble)?;
        connection
            .pragma_update(None, "locking_mode", "EXCLUSIVE")
            .map_err(trouble)?;
        let mut store = Self {
            path: path.to_owned(),
            connection,
            unwritten: None,
        };
        store.is_ours()?;
        tighten(path).map_err(unusable)?;
        let (passport, is_present) = store.passport(at, wall).map_err(trouble)??;
        store.unwritten = Some(passport);
        if !is_present {
            store.admit()?;
        }
        Ok((store, passport))
    }

    /// Refuses what is not ours and what is too new. Reads only.
    fn is_ours(&self) -> Result<(), StoreTrouble> {
        let trouble = |error: rusqlite::Error| of_opening(&self.path, &error);
        let tables: u32 = self
            .connection
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .map_err(trouble)?;
        let application: i32 = self.pragma("application_id").map_err(trouble)?;
        let format: i32 = self.pragma("user_version").map_err(trouble)?;
        if tables == 0 && application == 0 && format == 0 {
            return Ok(());
        }
        if application != APPLICATION {
            return Err(StoreTrouble::NoStore(self.path.clone()));
        }
        if format != FORMAT && format != FORMER {
            // What it is called is the one thing that every format has to keep.
            let madoguchi: Option<String> = self.word("madoguchi").unwrap_or_default();
            return Err(StoreTrouble::Newer {
                path: self.path.clone(),
                madoguchi: madoguchi.unwrap_or_else(|| format!("format {format}")),
            });
        }
        Ok(())
    }

    /// What the world says of itself with this opening, and whether it has the present form. Reads only.
    fn passport(
        &self,
        at: Timestamp,
        wall: Timestamp,
    ) -> Result<Result<(Passport, bool), StoreTrouble>, rusqlite::Error> {
        let format: i32 = self.pragma("user_version")?;
        let known = if format == 0 {
            None
        } else {
            let (born, born_wall) = (self.word("born")?, self.word("born-wall")?);
            let openings = self.word("openings")?;
            let Some(known) = passport(born, born_wall, openings) else {
                return Ok(Err(StoreTrouble::Broken {
                    path: self.path.clone(),
                    why: "it does not say when its world began".to_owned(),
                }));
            };
            Some(known)
        };
        let passport = known.map_or(
            Passport {
                born: at,
                born_wall: wall,
                openings: 1,
            },
            |known| Passport {
                openings: known.openings.saturating_add(1),
                ..known
            },
        );
        Ok(Ok((passport, format == FORMAT)))
    }

    /// Takes the file for this process and counts the opening.
    fn stamp(&mut self, passport: Passport) -> Result<(), rusqlite::Error> {
        self.connection.pragma_update(None, "journal_mode", "WAL")?;
        self.connection.pragma_update(None, "synchronous", "FULL")?;
        let format: i32 = self.pragma("user_version")?;
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        if format == 0 {
            transaction.execute_batch(SCHEMA)?;
            transaction.pragma_update(None, "application_id", APPLICATION)?;
        }
        if format == FORMER {
            transaction.execute_batch(FROM_FORMER)?;
        }
        if format != FORMAT {
            transaction.pragma_update(None, "user_version", FORMAT)?;
        }
        for (name, value) in [
            ("born", passport.born.to_string()),
            ("born-wall", passport.born_wall.to_string()),
            ("openings", passport.openings.to_string()),
            ("madoguchi", env!("CARGO_PKG_VERSION").to_owned()),
        ] {
            transaction.execute(
                "INSERT OR REPLACE INTO passport (name, value) VALUES (?1, ?2)",
                params![name, value],
            )?;
        }
        transaction.commit()
    }

    fn pragma<T: FromSql>(&self, name: &str) -> Result<T, rusqlite::Error> {
        self.connection
            .pragma_query_value(None, name, |row| row.get(0))
    }

    fn word(&self, name: &str) -> Result<Option<String>, rusqlite::Error> {
        self.connection
            .query_row(
                "SELECT value FROM passport WHERE name = ?1",
                [name],
                |row| row.get(0),
            )
            .optional()
    }

    fn put(&mut self, changes: &[Change]) -> Result<(), rusqlite::Error> {
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut put = transaction.prepare_cached(
                "INSERT INTO fact (kind, key, row) VALUES (?1, ?2, ?3)
                 ON CONFLICT (kind, key) DO UPDATE SET row = excluded.row",
            )?;
            let mut remove =
                transaction.prepare_cached("DELETE FROM fact WHERE kind = ?1 AND key = ?2")?;
            for Change { kind, key, row } in changes {
                match row {
                    Some(row) => put.execute(params![kind, key, row])?,
                    None => remove.execute(params![kind, key])?,
                };
            }
        }
        transaction.commit()
    }
}

impl Store for SqliteStore {
    fn each(
        &self,
        row: &mut dyn FnMut(&str, &str, &str) -> Result<(), BadRow>,
    ) -> Result<(), StoreTrouble> {
        let trouble = |error: rusqlite::Error| of_opening(&self.path, &error);
        let mut facts = self
            .connection
            .prepare("SELECT kind, key, row FROM fact ORDER BY ordinal")
            .map_err(trouble)?;
        let mut facts = facts.query([]).map_err(trouble)?;
        while let Some(fact) = facts.next().map_err(trouble)? {
            let text = |index| fact.get_ref(index)?.as_str().map_err(rusqlite::Error::from);
            let (kind, key) = (text(0).map_err(trouble)?, text(1).map_err(trouble)?);
            row(kind, key, text(2).map_err(trouble)?).map_err(|bad| StoreTrouble::Broken {
                path: self.path.clone(),
                why: bad.to_string(),
            })?;
        }
        Ok(())
    }

    fn admit(&mut self) -> Result<(), StoreTrouble> {
        if let Some(passport) = self.unwritten.take() {
            let stamped = self.stamp(passport);
            stamped.map_err(|error| of_opening(&self.path, &error))?;
        }
        Ok(())
    }

    fn commit(&mut self, changes: &[Change]) -> Result<(), NotStored> {
        self.put(changes).map_err(|error| {
            let why = format!("{}: {error}", self.path.display());
            match error.sqlite_error_code() {
                Some(ErrorCode::DiskFull) => NotStored::Full(why),
                _ => NotStored::Failed(why),
            }
        })
    }
}

fn passport(
    born: Option<String>,
    born_wall: Option<String>,
    openings: Option<String>,
) -> Option<Passport> {
    Some(Passport {
        born: born?.parse().ok()?,
        born_wall: born_wall?.parse().ok()?,
        openings: openings?.parse().ok()?,
    })
}

fn of_opening(path: &Path, error: &rusqlite::Error) -> StoreTrouble {
    let path = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreTrouble::NoStore(path),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreTrouble::InUse(path),
        Some(ErrorCode::DatabaseCorrupt) => StoreTrouble::Broken {
            path,
            why: error.to_string(),
        },
        _ => StoreTrouble::Unusable {
            path,
            why: error.to_string(),
        },
    }
}

/// Makes the file for this user only, where there is none. The file is closed before SQLite locks
/// it: a process that closes a file loses all its locks on it (POSIX `fcntl`).
fn make_private(path: &Path) -> std::io::Result<()> {
    let mut options = private::options();
    options.read(true).write(true).create(true).truncate(false);
    options.open(path).map(drop)
}

/// Lets only this user read a file of ours, and its write-ahead log.
#[cfg(unix)]
fn tighten(path: &Path) -> std::io::Result<()> {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    for file in [path.as_os_str(), &log] {
        let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        match std::fs::set_permissions(file, mode) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(not(unix))]
const fn tighten(_: &Path) -> std::io::Result<()> {
    Ok(())
}

/// Kind and content of all rows, for tests.
#[cfg(test)]
pub(super) fn rows_of(path: &Path) -> Vec<(String, String)> {
    let now = Timestamp::UNIX_EPOCH;
    let (store, _) = SqliteStore::open(path, now, now).unwrap();
    let mut rows = Vec::new();
    store
        .each(&mut |kind, _, row| {
            rows.push((kind.to_owned(), row.to_owned()));
            Ok(())
        })
        .unwrap();
    rows
}

#[cfg(test)]
mod tests;
