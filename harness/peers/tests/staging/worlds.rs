//! Worlds side by side, and one that is opened again.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use madoguchi_peers::madoguchi;

use crate::client::{Terminal, User, patient};

#[test]
fn two_peoples_worlds_are_their_own_and_go_on_after_a_restart() {
    let [taro, hanako] = [User::new(), User::new()];
    let [at_taros, at_hanakos] = [taro.open(), hanako.open()];
    let card = patient().certificate.der;

    let terminal = Terminal::activate(&at_taros).unwrap();
    let mut session = terminal.log_in(&at_taros).unwrap();
    for id in ["a", "b", "c"] {
        assert_eq!(session.check(&card, id).unwrap().status, 200);
    }
    terminal
        .log_in(&at_hanakos)
        .map(drop)
        .expect_err("another world does not know the terminal");
    let other = Terminal::activate(&at_hanakos).expect("her code was not used");
    assert_eq!(other.log_in(&at_hanakos).unwrap().history(), 0);

    // One of them ends as a user ends it, the other at once.
    assert!(at_hanakos.close().code.is_some());
    drop(at_taros);
    let [at_taros, at_hanakos] = [taro.open(), hanako.open()];
    assert_eq!(other.log_in(&at_hanakos).unwrap().history(), 0);
    let mut session = terminal.log_in(&at_taros).unwrap();
    assert_eq!(session.history(), 3);
    let reply = session.check(&card, "d").unwrap();
    assert_eq!(
        reply.status, 200,
        "the card is the one of before: {reply:?}"
    );
    session.check(&card, "a").unwrap();
    assert_eq!(
        session.history(),
        4,
        "a request of before is still answered once"
    );
    let used = Terminal::activate(&at_taros)
        .err()
        .expect("its code is used");
    assert_eq!(used["resultCode"], "CODE_USED");
}

#[test]
fn a_store_is_for_one_process_and_one_user_at_a_time() {
    let user = User::new();
    let counter = user.open();
    let store = user.store();
    let second = madoguchi(
        ["serve", "--store", store.to_str().unwrap(), "--out"]
            .map(Into::into)
            .into_iter()
            .chain([user.path("out").into_os_string()]),
    );
    assert_eq!(second.code, Some(5), "{second:?}");
    assert!(
        second
            .stderr
            .contains("another madoguchi serve has the store"),
        "{second:?}"
    );
    let files = fs::read_dir(store.parent().unwrap())
        .unwrap()
        .map(Result::unwrap);
    let ours = files.filter(|file| {
        file.file_name()
            .to_string_lossy()
            .starts_with("world.madoguchi")
    });
    for file in ours {
        let mode = file.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", file.path());
    }
    drop(counter);
    drop(user.open());
}

#[test]
fn a_store_holds_no_key_no_password_of_a_card_and_no_personal_number() {
    let user = User::new();
    let counter = user.open();
    let terminal = Terminal::activate(&counter).unwrap();
    let patient = patient();
    let mut session = terminal.log_in(&counter).unwrap();
    session.check(&patient.certificate.der, "a").unwrap();
    // So that its log (WAL) stays and can be looked through, too.
    counter.kill();
    let log = user.path("world.madoguchi-wal");
    let mut kept = fs::read(user.store()).unwrap();
    kept.extend(fs::read(log).unwrap());
    let holds = |what: &[u8]| kept.windows(what.len()).any(|place| place == what);
    assert!(holds(b"shiken-taro"), "it is looked for where it would be");

    let card = &patient.personalization;
    let signature = card.signature.as_ref().unwrap();
    let profile = card.profile.as_ref().unwrap();
    let line = |key: &str| key.lines().nth(1).unwrap().to_owned();
    for secret in [
        b"PRIVATE KEY".to_vec(),
        line(terminal.key()).into_bytes(),
        signature.reference.value.expose().clone(),
        profile.personal_number.expose().to_vec(),
    ] {
        assert!(!holds(&secret), "{:?}", String::from_utf8_lossy(&secret));
    }
}
