//! CHANGE REFERENCE DATA and CHANGE KEY.

use madoguchi_card::Profile;
use madoguchi_iso7816::Icc;

use crate::desk::{
    ASK_PIN, Desk, SELECT_COMMON, SELECT_JPKI, SELECT_PROFILE, SELECT_RESIDENT, SELECT_SURFACE,
    VERIFY_PIN, VERIFY_WRONG_PIN,
};

/// CHANGE REFERENCE DATA of the current EF to 5678.
const CHANGE: &str = "00 24 01 80 04 35363738";
/// CHANGE KEY of the current EF to 5678.
const CHANGE_KEY: &str = "80 32 00 80 04 35363738";
const NEW_PIN: &str = "00 20 00 98 04 35363738";

#[test]
fn a_verified_pin_is_changed_and_outlives_power() {
    let mut desk = Desk::jpki();
    desk.expect(VERIFY_PIN, "9000");
    desk.expect(CHANGE, "9000");
    desk.expect("802A0097 01AA 00", "9000");
    desk.card.power_off();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(VERIFY_PIN, "63C2");
    desk.expect(NEW_PIN, "9000");
    desk.expect(ASK_PIN, "63C3");
}

#[test]
fn the_old_value_must_have_been_verified() {
    let mut desk = Desk::jpki();
    desk.expect("00A4020C020018", "9000");
    desk.expect(CHANGE, "6982");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00A4020C02001B", "9000");
    desk.expect(CHANGE, "6982");
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect(CHANGE, "6982");
    desk.expect(VERIFY_WRONG_PIN, "63C1");
    desk.expect(VERIFY_WRONG_PIN, "63C0");
    desk.expect(CHANGE, "6984");
}

#[test]
fn each_application_knows_its_own_command() {
    for (select, sfi, right, wrong) in [
        (SELECT_COMMON, 0x1C, CHANGE_KEY, CHANGE),
        (SELECT_RESIDENT, 0x1C, CHANGE_KEY, CHANGE),
        (SELECT_PROFILE, 0x11, CHANGE, CHANGE_KEY),
        (SELECT_JPKI, 0x18, CHANGE, CHANGE_KEY),
    ] {
        let mut desk = Desk::selected(select);
        desk.expect(&format!("002000{:02X}0431323334", 0x80 | sfi), "9000");
        desk.expect(wrong, "6D00");
        desk.expect(right, "9000");
        desk.expect(&format!("002000{:02X}0435363738", 0x80 | sfi), "9000");
    }
    let mut desk = Desk::selected(SELECT_SURFACE);
    desk.expect("00A4020C020011", "9000");
    desk.expect(CHANGE, "6D00");
    desk.expect(CHANGE_KEY, "6D00");
    Desk::new().expect(CHANGE, "6D00");
}

#[test]
fn a_password_may_be_named_by_its_short_identifier() {
    let mut desk = Desk::jpki();
    desk.expect("0020009B06414243313233", "9000");
    desk.expect("0024019B075A5A5A39393939", "9000");
    desk.expect("0020009B06414243313233", "63C4");
    desk.expect("0020009B075A5A5A39393939", "9000");
}

#[test]
fn parameters_lengths_and_files_are_looked_at() {
    let mut desk = Desk::jpki();
    desk.expect(CHANGE, "6986");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("002400800435363738", "6A86");
    desk.expect("002401000435363738", "6A88");
    desk.expect("00240180", "6700");
    desk.expect("002401801131313131313131313131313131313131 31", "6700");
    desk.expect("002401970435363738", "6981");
    desk.expect("002401830435363738", "6A82");
    desk.expect(ASK_PIN, "63C3");
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("8032018004 35363738", "6A86");
}

#[test]
fn codes_are_the_issuers_to_set() {
    let profile = madoguchi_fixtures::healthy().profile.unwrap();
    let mut desk = Desk::with(&madoguchi_fixtures::healthy(), Profile::contact());
    desk.expect(SELECT_PROFILE, "9000");
    desk.verify(0x14, &profile.code_a);
    desk.expect(CHANGE, "6982");
    desk.expect("002401920435363738", "6984");
}
