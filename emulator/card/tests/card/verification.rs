//! VERIFY and the attempt counters.

use madoguchi_card::Profile;
use madoguchi_iso7816::Icc;
use madoguchi_layout::{jpki, profile};

use crate::desk::{ASK_PIN, Desk, SELECT_JPKI, SELECT_PROFILE, VERIFY_PIN, VERIFY_WRONG_PIN};

#[test]
fn a_question_costs_no_attempt_and_is_answered_when_verified_too() {
    let mut desk = Desk::jpki();
    for _ in 0..5 {
        desk.expect(ASK_PIN, "63C3");
        desk.expect("0020009800", "63C3");
    }
    desk.expect(VERIFY_PIN, "9000");
    desk.expect(ASK_PIN, "63C3");
}

#[test]
fn a_wrong_pin_costs_one_attempt_and_the_last_one_blocks() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect(VERIFY_WRONG_PIN, "63C1");
    desk.expect(ASK_PIN, "63C1");
    desk.expect(VERIFY_WRONG_PIN, "63C0");
    desk.expect(ASK_PIN, "63C0");
    desk.expect(VERIFY_WRONG_PIN, "6984");
    desk.expect(VERIFY_PIN, "6984");
    desk.expect(ASK_PIN, "63C0");
}

#[test]
fn the_right_pin_restores_the_counter() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect(VERIFY_WRONG_PIN, "63C1");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect(ASK_PIN, "63C3");
}

#[test]
fn counters_outlive_power() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.card.power_off();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(ASK_PIN, "63C2");
    let aid = jpki::APPLICATION.aid;
    assert_eq!(
        desk.card.attempts_left(aid, jpki::AUTHENTICATION_PIN),
        Some(2)
    );
    assert_eq!(
        desk.card.attempts_left(aid, jpki::SIGNATURE_PASSWORD),
        Some(5)
    );
    assert_eq!(desk.card.attempts_left(aid, jpki::AUTHENTICATION_KEY), None);
    assert_eq!(
        desk.card
            .attempts_left(profile::APPLICATION.aid, profile::PIN),
        Some(3)
    );
}

#[test]
fn each_reference_has_a_counter_of_its_own() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect("0020009B", "63C5");
    desk.expect("0020009B06414243313234", "63C4");
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("00200091", "63C3");
    desk.expect("002000910431323334", "9000");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(ASK_PIN, "63C2");
    desk.expect("0020009B", "63C4");
}

#[test]
fn a_value_of_another_length_is_a_wrong_value() {
    let mut desk = Desk::jpki();
    desk.expect("0020009803313233", "63C2");
    desk.expect("00200098053132333435", "63C1");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("0020009B06616263313233", "63C4");
}

#[test]
fn malformed_commands_cost_nothing() {
    let mut desk = Desk::jpki();
    desk.expect("002000800431323334", "6986");
    desk.expect("00200098113132333435363738393031323334353637", "6700");
    desk.expect("00200098043132", "6700");
    desk.expect("002001980431323334", "6A86");
    desk.expect("002000580431323334", "6A86");
    desk.expect("002000000431323334", "6A88");
    desk.expect("002000970431323334", "6981");
    desk.expect("002000830431323334", "6A82");
    desk.expect(ASK_PIN, "63C3");
}

#[test]
fn the_current_file_and_the_short_identifier_name_the_same_reference() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C020018", "9000");
    desk.expect("002000800439393939", "63C2");
    desk.expect(ASK_PIN, "63C2");
    desk.expect("00A4020C02000A", "9000");
    desk.expect("00200080", "6981");
    desk.expect(ASK_PIN, "63C2");
    desk.expect("00200080", "63C2");
}

#[test]
fn the_reference_that_is_issued_blocked_is_blocked() {
    let mut desk = Desk::new();
    desk.expect(SELECT_PROFILE, "9000");
    desk.expect("00200092", "63C0");
    desk.expect("002000920431323334", "6984");
}

#[test]
fn a_card_can_be_issued_with_attempts_spent() {
    let mut personalization = madoguchi_fixtures::healthy();
    personalization
        .authentication
        .as_mut()
        .unwrap()
        .reference
        .tries_left = 1;
    let mut desk = Desk::with(&personalization, Profile::contactless());
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(ASK_PIN, "63C1");
    desk.expect(VERIFY_WRONG_PIN, "63C0");
}
