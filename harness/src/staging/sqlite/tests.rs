//! The file: who may read it, what is no store, what is kept when there is no room.

use std::fs;

use super::*;

const AT: Timestamp = Timestamp::constant(1_747_785_600, 0);

fn open(path: &Path) -> Result<SqliteStore, StoreTrouble> {
    SqliteStore::open(path, AT, AT).map(|(store, _)| store)
}

fn change(key: &str, row: Option<&str>) -> Change {
    Change {
        kind: "facility",
        key: key.to_owned(),
        row: row.map(str::to_owned),
    }
}

fn rows(path: &Path) -> Vec<String> {
    rows_of(path).into_iter().map(|(_, row)| row).collect()
}

#[test]
fn rows_keep_the_order_in_which_they_came() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let mut store = open(&path).unwrap();
    store
        .commit(&[change("10", Some("a")), change("9", Some("b"))])
        .unwrap();
    store
        .commit(&[change("1", Some("c")), change("10", Some("d"))])
        .unwrap();
    store.commit(&[change("9", None)]).unwrap();
    drop(store);
    assert_eq!(rows(&path), ["d", "c"]);
}

#[cfg(unix)]
#[test]
fn what_is_no_regular_file_is_refused_before_it_is_touched() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::net::UnixListener;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("socket");
    let _socket = UnixListener::bind(&path).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o666)).unwrap();
    assert!(matches!(open(&path), Err(StoreTrouble::NoStore(refused)) if refused == path));
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o666);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn a_world_knows_when_it_began_and_how_often_it_was_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let later = AT.checked_add(jiff::SignedDuration::from_hours(1)).unwrap();
    let first = SqliteStore::open(&path, AT, later).unwrap().1;
    let second = SqliteStore::open(&path, later, later).unwrap().1;
    assert_eq!(
        (first.born, first.born_wall, first.openings),
        (AT, later, 1)
    );
    assert_eq!(
        second,
        Passport {
            openings: 2,
            ..first
        }
    );
}

#[test]
fn what_is_no_store_is_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let text = folder.path().join("text");
    fs::write(&text, "a letter, longer than the header of a data base would be, to nobody at all: more words, so that it is one hundred bytes").unwrap();
    let before = fs::read(&text).unwrap();
    assert!(matches!(open(&text), Err(StoreTrouble::NoStore(_))));
    assert_eq!(fs::read(&text).unwrap(), before);

    let other = folder.path().join("other");
    let connection = Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t (a)").unwrap();
    drop(connection);
    let before = fs::read(&other).unwrap();
    assert!(matches!(open(&other), Err(StoreTrouble::NoStore(_))));
    assert_eq!(fs::read(&other).unwrap(), before);

    for place in ["", "no-such-folder/world"] {
        let place = folder.path().join(place);
        assert!(matches!(open(&place), Err(StoreTrouble::Unusable { .. })));
    }
}

#[test]
fn a_newer_store_is_refused_with_the_version_to_use() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let store = open(&path).unwrap();
    store
        .connection
        .execute_batch(
            "PRAGMA user_version = 3;
             UPDATE passport SET value = '9.8.7' WHERE name = 'madoguchi'",
        )
        .unwrap();
    drop(store);
    let before = fs::read(&path).unwrap();
    match open(&path) {
        Err(StoreTrouble::Newer { madoguchi, .. }) => assert_eq!(madoguchi, "9.8.7"),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_store_of_the_format_before_is_read_and_becomes_one_of_this() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let mut store = open(&path).unwrap();
    let answered = Change {
        kind: "answered-request",
        ..change("terminal-1/request-1", Some("a"))
    };
    store.commit(&[change("1", Some("b")), answered]).unwrap();
    let former = store.connection.execute_batch("PRAGMA user_version = 1");
    former.unwrap();
    drop(store);
    let store = open(&path).unwrap();
    assert_eq!(store.pragma::<i32>("user_version").unwrap(), FORMAT);
    drop(store);
    assert_eq!(rows(&path), ["b"]);
}

#[test]
fn a_damaged_store_is_refused_wherever_the_damage_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let mut store = open(&path).unwrap();
    let row = "x".repeat(1000);
    let keys: Vec<String> = (0..50).map(|n| n.to_string()).collect();
    let changes: Vec<Change> = keys.iter().map(|key| change(key, Some(&row))).collect();
    store.commit(&changes).unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    let pages = whole.len() / 4096;
    let read = || open(&path).and_then(|store| store.each(&mut |_, _, _| Ok(())));
    assert!(10 < pages && read().is_ok());
    let mut refused = 0;
    for page in 0..pages {
        let mut damaged = whole.clone();
        damaged[page * 4096..][..4096].fill(0xFF);
        fs::write(&path, &damaged).unwrap();
        let outcome = read();
        if outcome.is_err() {
            assert_eq!(fs::read(&path).unwrap(), damaged, "page {page}");
        }
        match outcome {
            Err(StoreTrouble::NoStore(_)) => assert_eq!(page, 0),
            Err(StoreTrouble::Broken { .. }) => refused += 1,
            // A page of an index that nothing is looked up in here.
            Ok(()) => {}
            Err(other) => panic!("page {page}: {other:?}"),
        }
    }
    assert!(pages / 2 < refused, "{refused} of {pages}");
    fs::write(&path, &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(read(), Err(StoreTrouble::Broken { .. })));
}

#[test]
fn a_store_that_is_open_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let first = open(&path).unwrap();
    assert!(matches!(open(&path), Err(StoreTrouble::InUse(_))));
    drop(first);
    open(&path).unwrap();
}

#[test]
fn what_has_no_room_is_not_kept_and_the_rest_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let mut store = open(&path).unwrap();
    store.commit(&[change("1", Some("a"))]).unwrap();
    store
        .connection
        .pragma_update(None, "max_page_count", 1)
        .unwrap();
    let long = "x".repeat(1 << 20);
    let refused = store.commit(&[change("2", Some("b")), change("3", Some(&long))]);
    assert!(matches!(refused, Err(NotStored::Full(_))), "{refused:?}");
    store.commit(&[change("1", Some("c"))]).unwrap();
    drop(store);
    assert_eq!(rows(&path), ["c"]);
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_a_store() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world");
    let modes = || -> Vec<u32> {
        let entries = fs::read_dir(folder.path()).unwrap();
        let mode = |entry: fs::DirEntry| entry.metadata().unwrap().permissions().mode() & 0o777;
        entries.map(|entry| mode(entry.unwrap())).collect()
    };
    let mut store = open(&path).unwrap();
    store.commit(&[change("1", Some("a"))]).unwrap();
    assert!(modes().iter().all(|mode| *mode == 0o600), "{:?}", modes());
    drop(store);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    let store = open(&path).unwrap();
    assert!(modes().iter().all(|mode| *mode == 0o600), "{:?}", modes());
    drop(store);
}
