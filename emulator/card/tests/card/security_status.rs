//! How long a verification lasts.

use madoguchi_card::Profile;
use madoguchi_iso7816::{Icc, LinkFault, Reply};

use crate::desk::{
    Desk, SELECT_COMMON, SELECT_ISSUER, SELECT_JPKI, VERIFY_PIN, VERIFY_WRONG_PIN, hex,
};

const SIGN: &str = "802A0097 01AA 00";

fn verified(profile: Profile) -> Desk {
    let mut desk = Desk::with(&madoguchi_fixtures::healthy(), profile);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(VERIFY_PIN, "9000");
    desk
}

#[test]
fn reselecting_the_same_application_keeps_the_security_status() {
    let mut desk = verified(Profile::contactless());
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "9000");
    desk.expect("00A4040004D392F000", "9000");
    desk.expect(SIGN, "9000");
}

#[test]
fn selecting_another_application_drops_it() {
    let mut desk = verified(Profile::contactless());
    desk.expect(SELECT_COMMON, "9000");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "6982");
}

#[test]
fn selecting_the_issuer_security_domain_drops_it() {
    let mut desk = verified(Profile::contactless());
    desk.expect(SELECT_ISSUER, "9000");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "6982");
}

#[test]
fn a_selection_that_fails_keeps_it() {
    let mut desk = verified(Profile::contactless());
    desk.expect("00A4040C05A000000003", "6A82");
    desk.expect(SIGN, "9000");
}

#[test]
fn a_wrong_value_takes_it_back() {
    let mut desk = verified(Profile::contactless());
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect(SIGN, "6982");
}

#[test]
fn a_warm_reset_keeps_it_on_the_contactless_interface() {
    let mut desk = verified(Profile::contactless());
    desk.expect("00A4020C020006", "9000");
    desk.card.reset().unwrap();
    desk.expect("00B0000004", "9000");
    desk.expect(SIGN, "9000");
}

#[test]
fn a_warm_reset_clears_it_on_the_contact_interface() {
    let mut desk = verified(Profile::contact());
    desk.card.reset().unwrap();
    desk.expect("00B08A0004", "6A82");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "6982");
}

#[test]
fn a_power_cycle_clears_everything() {
    let mut desk = verified(Profile::contactless());
    desk.card.power_off();
    desk.card.power_on().unwrap();
    desk.expect("00A40000", "6A86");
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "6982");
}

#[test]
fn a_card_without_power_is_mute() {
    let mut desk = verified(Profile::contactless());
    desk.card.power_off();
    let answer = desk.card.transmit(&hex(SELECT_JPKI), &mut Reply::new());
    assert_eq!(answer, Err(LinkFault::Mute));
    desk.card.reset().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(SIGN, "6982");
}

#[test]
fn each_profile_has_its_answer_to_reset() {
    let atr = |profile| {
        Desk::with(&madoguchi_fixtures::healthy(), profile)
            .card
            .atr()
            .to_vec()
    };
    assert_eq!(
        atr(Profile::contactless()),
        hex("3B8880010000 05E0B381A1007F")
    );
    assert_eq!(atr(Profile::contact()), hex("3BE000FF8131FE4514"));
}
