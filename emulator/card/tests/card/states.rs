//! What survives: snapshots, the text of a saved card, forks, and the counter of a municipality.

use madoguchi_card::{
    Card, Certificate, Content, IssueError, Profile, State, StateError, StateErrorKind,
};
use madoguchi_iso7816::Icc;
use madoguchi_layout::{jpki, profile};
use madoguchi_terms::Secret;

use crate::desk::{
    ASK_PIN, Desk, SELECT_JPKI, SELECT_PROFILE, SELECT_SURFACE, VERIFY_PIN, VERIFY_WRONG_PIN,
};

fn healthy() -> State {
    Desk::new().card.snapshot()
}

/// A card with this state on the desk.
fn desk(state: &State) -> Desk {
    let mut desk = Desk::new();
    desk.card.restore(state).unwrap();
    desk.card.power_on().unwrap();
    desk
}

#[test]
fn a_snapshot_is_what_was_issued_and_makes_the_same_card() {
    let personalization = madoguchi_fixtures::healthy();
    let issued = State::issue(&personalization, &Profile::contactless()).unwrap();
    let snapshot = healthy();
    assert_eq!(snapshot, issued);
    let card = Card::with_state(&snapshot, Profile::contactless(), Box::new(|_| {})).unwrap();
    assert_eq!(card.snapshot(), issued);
}

#[test]
fn a_saved_card_is_the_card_it_was() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("002401800435363738", "9000");
    desk.expect("0020009B0441414141", "63C4");
    let saved = desk.card.snapshot();
    let text = saved.to_text();
    assert_eq!(State::from_text(&text), Ok(saved.clone()));
    let places: Vec<String> = healthy()
        .differences(&saved)
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(places, ["jpki/0018", "jpki/001B"]);

    let mut desk = self::desk(&State::from_text(&text).unwrap());
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("0020009804 35363738", "9000");
    desk.expect("0020009B", "63C4");
}

#[test]
fn the_text_has_one_line_for_each_file() {
    let text = healthy().to_text();
    for line in [
        "madoguchi-card 1",
        "jpki 0018 reference 3/3 31323334",
        "jpki 001B reference 5/5 414243313233",
        "jpki 0008 bytes 8F8F00",
        "profile 0012 reference 0/0 -",
        "data 00F0 3939323031",
    ] {
        assert!(text.lines().any(|seen| seen == line), "{line}");
    }
}

#[test]
fn a_text_that_is_no_card_says_where() {
    let error = |text: &str| State::from_text(text).unwrap_err();
    let at = |line, kind| StateError { line, kind };
    assert_eq!(error(""), at(1, StateErrorKind::Header));
    assert_eq!(error("\nmadoguchi-card 2"), at(2, StateErrorKind::Header));
    for (line, kind) in [
        ("jpke 0006 bytes 00", StateErrorKind::Application),
        ("jpki 0007 bytes 00", StateErrorKind::File),
        ("jpki 0006 octets 00", StateErrorKind::Form),
        ("jpki 0006", StateErrorKind::Form),
        ("jpki 0006 bytes 0", StateErrorKind::Hex),
        ("jpki 0006 bytes 0G", StateErrorKind::Hex),
        ("jpki 0018 reference 3 31", StateErrorKind::Form),
        ("jpki 0018 reference 3/x 31", StateErrorKind::Form),
        ("jpki 0016 terminal-ca 00 00", StateErrorKind::Hex),
        ("data 00F0 00\ndata 00F0 00", StateErrorKind::Twice),
    ] {
        let text = format!("# saved\nmadoguchi-card 1\n{line}");
        let expected = 3 + usize::from(kind == StateErrorKind::Twice);
        assert_eq!(error(&text), at(expected, kind), "{line}");
    }
    assert_eq!(
        error("x").to_string(),
        "a saved card begins with `madoguchi-card 1` (line 1)"
    );
}

#[test]
fn a_state_that_no_card_can_have_is_refused_and_changes_nothing() {
    let card = |line: &str| {
        let state = State::from_text(&format!("madoguchi-card 1\n{line}")).unwrap();
        let mut desk = Desk::new();
        let before = desk.card.snapshot();
        let error = desk.card.restore(&state).unwrap_err();
        assert_eq!(desk.card.snapshot(), before);
        error
    };
    let file = jpki::AUTHENTICATION_PIN;
    assert_eq!(card("jpki 0018 bytes 00"), IssueError::Kind { file });
    assert_eq!(
        card("jpki 0018 reference 3/3 -"),
        IssueError::ReferenceLength { file, len: 0 }
    );
    assert!(matches!(card("jpki 0017 key 3000"), IssueError::Key { .. }));
    let file = jpki::AUTHENTICATION_CERTIFICATE;
    assert_eq!(
        card(
            "jpki 000A bytes 06 03"
                .replace("06 03", "060355040A0C044A504B49")
                .as_str()
        ),
        IssueError::RealHierarchy { file }
    );
}

#[test]
fn a_fork_goes_its_own_way_from_the_middle_of_a_dialogue() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00A4020C020017", "9000");
    let fork = desk.card.fork(Box::new(|out| out.fill(0x5A)));
    let mut other = Desk::new();
    other.card = fork;
    assert_eq!(
        other.expect("802A0080 01AA 00", "9000"),
        desk.expect("802A0080 01AA 00", "9000")
    );
    other.expect(VERIFY_WRONG_PIN, "63C2");
    other.expect("802A0097 01AA 00", "6982");
    desk.expect("802A0097 01AA 00", "9000");
    desk.expect(ASK_PIN, "63C3");
    assert_eq!(other.expect("0084000002", "9000"), [0x5A, 0x5A]);
}

#[test]
fn the_counter_unblocks_and_sets_a_new_pin() {
    let mut desk = Desk::jpki();
    for status in ["63C2", "63C1", "63C0"] {
        desk.expect(VERIFY_WRONG_PIN, status);
    }
    let mut state = desk.card.snapshot();
    state
        .unblock(&jpki::APPLICATION, jpki::AUTHENTICATION_PIN)
        .unwrap();
    desk.card.restore(&state).unwrap();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(ASK_PIN, "63C3");
    desk.expect(VERIFY_PIN, "9000");

    let value = Secret::new(b"5678".to_vec());
    state
        .set_reference(&jpki::APPLICATION, jpki::AUTHENTICATION_PIN, value, 3)
        .unwrap();
    let mut desk = self::desk(&state);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(VERIFY_PIN, "63C2");
    let error = state.unblock(&jpki::APPLICATION, jpki::AUTHENTICATION_KEY);
    assert_eq!(
        error.unwrap_err().to_string(),
        "this card has no reference jpki/0017"
    );
}

#[test]
fn a_reference_that_was_issued_without_value_gets_one_at_the_counter() {
    let mut state = healthy();
    state.withdraw(Certificate::Signature);
    let value = Secret::new(b"ABC123".to_vec());
    state
        .set_reference(&jpki::APPLICATION, jpki::SIGNATURE_PASSWORD, value, 5)
        .unwrap();
    let mut desk = desk(&state);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("0020009B", "63C5");
    desk.expect("0020009B06414243313233", "9000");
}

#[test]
fn certificates_are_withdrawn_and_renewed_and_the_password_stays() {
    let mut state = healthy();
    let other = madoguchi_fixtures::persona("shiken-hanako")
        .unwrap()
        .issue(madoguchi_fixtures::HEALTHY_AT)
        .unwrap()
        .personalization;
    let signature = other.signature.unwrap();
    state.renew(Certificate::Signature, &signature);
    let mut desk = desk(&state);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("0020009B06414243313233", "9000");
    assert!(desk.read(1).starts_with(&signature.certificate));
    desk.expect("802A009A 01AA 00", "9000");

    state.withdraw(Certificate::Signature);
    desk.card.restore(&state).unwrap();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B0880000", "9000"), [0x00, 0x8F, 0x00]);
    desk.expect("00B0810004", "6A82");
    desk.expect("0020009B06414243313233", "6984");
    desk.expect("00B08A0004", "9000");

    state.renew(Certificate::Signature, &signature);
    let reference = state.reference(&jpki::APPLICATION, jpki::SIGNATURE_PASSWORD);
    assert_eq!(reference, Some(&signature.reference));
}

#[test]
fn a_change_of_address_writes_the_records_and_keeps_pins_and_counters() {
    let mut desk = Desk::selected(SELECT_PROFILE);
    desk.expect("002000910431323334", "9000");
    desk.expect("002401800435363738", "9000");
    desk.expect("002000950431323334", "63C9");
    let mut state = desk.card.snapshot();
    let mut moved = madoguchi_fixtures::healthy();
    let attributes = &mut moved.profile.as_mut().unwrap().attributes;
    attributes.address = "架空県模擬市１番".to_owned();
    let written = attributes.encode();
    state.rewrite(&moved, &Profile::contactless()).unwrap();

    let mut desk = self::desk(&state);
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("00200095", "63C9");
    desk.expect("002000910435363738", "9000");
    assert!(desk.read(2).starts_with(&written));
    desk.expect(SELECT_SURFACE, "9000");
    desk.expect("00200092", "63CA");
}

#[test]
fn nothing_secret_is_printed() {
    let state = healthy();
    let text = format!("{state:?} {:?}", state.files().collect::<Vec<_>>());
    let number = madoguchi_fixtures::healthy()
        .profile
        .unwrap()
        .personal_number;
    for digit in [&number.expose()[..], b"1234", b"ABC123"] {
        assert!(
            !text.contains(std::str::from_utf8(digit).unwrap()),
            "{text}"
        );
    }
    let pin = state
        .files()
        .find(|(place, _)| place.file == profile::PIN)
        .unwrap();
    assert!(matches!(
        pin.1,
        Content::Reference(_) | Content::Transparent(_)
    ));
}
