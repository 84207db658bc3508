//! What differs from card to card that hold the same.

use madoguchi_card::profile::{
    Announcement, Blocked, CertificateRule, ContactAtr, EndOfFile, FirstCommand, LastCommand,
    MissingLe, SignatureLength, VerifiedQuery,
};
use madoguchi_card::{Certificate, Profile};
use madoguchi_iso7816::Icc;

use crate::desk::{
    ASK_PIN, Desk, SELECT_COMMON, SELECT_ISSUER, SELECT_JPKI, SELECT_PROFILE, SELECT_RESIDENT,
    SELECT_SURFACE, VERIFY_PIN, VERIFY_WRONG_PIN,
};

fn desk(profile: Profile) -> Desk {
    Desk::with(&madoguchi_fixtures::healthy(), profile)
}

fn changed(change: impl FnOnce(&mut Profile)) -> Desk {
    let mut profile = Profile::contactless();
    change(&mut profile);
    desk(profile)
}

#[test]
fn a_telephone_has_one_application_and_its_own_label() {
    for (profile, label) in [
        (Profile::android(), &b"JPKIAPGPSETOKEN  "[..]),
        (Profile::iphone(), b"JPKIAPIOSTOKEN   "),
    ] {
        let mut desk = desk(profile);
        for select in [
            SELECT_COMMON,
            SELECT_RESIDENT,
            SELECT_SURFACE,
            SELECT_PROFILE,
        ] {
            desk.expect(select, "6A82");
        }
        desk.expect(SELECT_ISSUER, "6A82");
        desk.expect("00CA004500", "6A88");
        desk.expect("00A4040004D3921000", "6A82");
        desk.expect(SELECT_JPKI, "9000");
        assert!(desk.expect("00B0860020", "9000").starts_with(label));
    }
}

#[test]
fn an_android_telephone_keeps_the_certificate_behind_the_pin() {
    let mut desk = desk(Profile::android());
    assert_eq!(
        desk.card.profile().authentication_certificate,
        CertificateRule::Pin
    );
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00B08A0004", "6982");
    desk.expect("00B08B0004", "9000");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("00B08A0004", "9000");
}

#[test]
fn an_iphone_takes_leave() {
    let mut phone = desk(Profile::iphone());
    assert_eq!(phone.card.profile().last_command, LastCommand::Acknowledged);
    phone.expect("80FC0000", "9000");
    phone.expect("80FC0100", "6A86");
    desk(Profile::contactless()).expect("80FC0000", "6700");
}

#[test]
fn a_resident_card_of_2003_has_no_authentication_certificate() {
    let mut desk = desk(Profile::resident_card());
    desk.expect(SELECT_RESIDENT, "9000");
    desk.expect(SELECT_PROFILE, "6A82");
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B0880000", "9000"), [0x8F, 0x00, 0x00]);
    desk.expect("00B08A0004", "6A82");
    desk.expect(ASK_PIN, "63C0");
    assert_eq!(desk.expect("00B0860010", "9000"), b"JPKIAPICCTOKEN  ");
}

#[test]
fn a_foreign_card_knows_none_of_our_names() {
    let mut desk = desk(Profile::foreign());
    for select in [
        SELECT_COMMON,
        SELECT_RESIDENT,
        SELECT_SURFACE,
        SELECT_PROFILE,
        SELECT_JPKI,
        SELECT_ISSUER,
    ] {
        desk.expect(select, "6A82");
    }
    desk.expect("00A4040001D3", "6A82");
    desk.expect("00CA00F000", "6A88");
    desk.expect("00CA5F5100", "6A88");
    assert_eq!(desk.card.snapshot().files().count(), 0);
    assert_eq!(desk.card.snapshot().data_objects().count(), 0);
}

#[test]
fn a_card_holds_what_its_applications_hold_and_nothing_else() {
    let phone = desk(Profile::android()).card.snapshot();
    assert!(phone.files().count() > 10);
    assert!(phone.files().all(|(place, _)| place.application == "jpki"));
    assert_eq!(phone.data_objects().count(), 0);
    let mut phone = desk(Profile::iphone());
    phone.expect("00CA5F5100", "6A88");
    phone.expect(SELECT_JPKI, "9000");
    phone.expect("00CA5F5100", "6A88");
}

#[test]
fn one_reference_of_unknown_purpose_answers_the_question_only() {
    let mut desk = desk(Profile::contactless());
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00200090", "63C0");
    desk.expect("0020009004 31323334", "6984");
    desk.expect("0024019004 31323334", "6984");
    desk.expect("00B0900000", "6981");
}

#[test]
fn some_cards_may_read_256_bytes_at_a_time_in_the_clear() {
    let mut desk = changed(|profile| profile.extended_read = false);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("00B08A00000000", "6700");
    desk.expect("00B08A00000101", "6700");
    assert_eq!(desk.expect("00B08A00000100", "9000").len(), 256);
    assert_eq!(desk.expect("00B08A0000", "9000").len(), 256);
}

#[test]
fn no_le_can_be_an_le_of_nothing() {
    let mut desk = changed(|profile| profile.missing_le = MissingLe::NoBytes);
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B08A00", "9000"), [0_u8; 0]);
    desk.expect("00B00EE0", "6B00");
    desk.expect("00B08A0001AA", "6700");
    desk.expect("00B08100", "6982");
}

#[test]
fn a_wrong_value_may_leave_an_earlier_success_alone() {
    for (revokes, sign) in [(true, "6982"), (false, "9000")] {
        let mut desk = changed(|profile| profile.wrong_value_revokes = revokes);
        desk.expect(SELECT_JPKI, "9000");
        desk.expect("0020009804 31323334", "9000");
        desk.expect("0020009804 39393939", "63C2");
        desk.expect("802A009701AA00", sign);
    }
}

#[test]
fn a_change_may_end_the_verification() {
    for (keeps, sign) in [(true, "9000"), (false, "6982")] {
        let mut desk = changed(|profile| profile.change_keeps_status = keeps);
        desk.expect(SELECT_JPKI, "9000");
        desk.expect("0020009804 31323334", "9000");
        desk.expect("0024019804 35363738", "9000");
        desk.expect("802A009701AA00", sign);
        desk.expect("0020009804 35363738", "9000");
        desk.expect("802A009701AA00", "9000");
    }
}

#[test]
fn the_word_for_a_wrong_length_to_sign_can_be_the_other_one() {
    let mut desk = changed(|profile| profile.signature_length = SignatureLength::WrongLength);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect("0020009804 31323334", "9000");
    desk.expect("802A029701AA00", "6700");
}

#[test]
fn a_certificate_that_was_not_issued_may_have_an_empty_file() {
    let mut personalization = madoguchi_fixtures::healthy();
    personalization.signature = None;
    let profile = Profile {
        empty_certificates: true,
        ..Profile::contactless()
    };
    let mut desk = Desk::with(&personalization, profile);
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B0880000", "9000"), [0x00, 0x8F, 0x00]);
    desk.expect("00A4020C020001", "9000");
    desk.expect("00B0000000", "6982");
    assert_eq!(desk.expect("00B0820004", "9000"), [0xFF; 4]);
    let mut state = desk.card.snapshot();
    let authentication = madoguchi_fixtures::healthy().authentication.unwrap();
    state.renew(Certificate::Authentication, &authentication);
    desk.card.restore(&state).unwrap();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B0880000", "9000"), [0x00, 0x8F, 0x00]);
}

#[test]
fn the_first_command_after_a_loss_of_power_may_fail_once() {
    let mut desk = desk(Profile::second_generation());
    desk.expect(SELECT_JPKI, "9000");
    desk.card.power_off();
    desk.card.power_on().unwrap();
    desk.expect(SELECT_JPKI, "6F00");
    desk.expect(SELECT_JPKI, "9000");
    desk.card.reset().unwrap();
    desk.expect("00B0860004", "9000");
}

#[test]
fn readers_that_switch_the_power_before_the_first_command_do_not_startle_the_card() {
    let mut desk = changed(|profile| profile.first_command = FirstCommand::Fails);
    for _ in 0..2 {
        desk.card.power_off();
        desk.card.power_on().unwrap();
    }
    desk.expect(SELECT_JPKI, "9000");
}

#[test]
fn the_contact_atr_answers_where_the_card_answers_it() {
    for (place, at_issuer, in_application) in [
        (ContactAtr::Everywhere, "9000", "9000"),
        (ContactAtr::Issuer, "9000", "6A88"),
        (ContactAtr::Applications, "6A88", "9000"),
    ] {
        let mut desk = changed(|profile| profile.contact_atr = place);
        desk.expect("00CA5F5100", at_issuer);
        desk.expect(SELECT_COMMON, "9000");
        desk.expect("00CA5F5100", in_application);
    }
}

#[test]
fn a_card_without_the_lower_certificate_says_so() {
    desk(Profile::second_generation()).expect("00CA7F21000000", "6A88");
    desk(Profile::contactless()).expect("00CA7F21000000", "9000");
}

#[test]
fn some_cards_read_one_record_at_a_time() {
    let mut desk = changed(|profile| profile.read_to_the_last = false);
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("00B2010D00", "6A81");
    desk.expect("00B2010C00", "9000");
}

#[test]
fn some_cards_say_9000_to_the_question_when_verified() {
    let mut desk = changed(|profile| profile.verified_query = VerifiedQuery::Ok);
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(ASK_PIN, "63C3");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect(ASK_PIN, "9000");
    desk.expect("0020009B", "63C5");
    desk.expect(VERIFY_WRONG_PIN, "63C2");
    desk.expect(ASK_PIN, "63C2");
}

#[test]
fn the_word_for_blocked_can_be_the_other_one() {
    let mut desk = changed(|profile| profile.blocked = Blocked::AuthenticationBlocked);
    desk.expect(SELECT_JPKI, "9000");
    for status in ["63C2", "63C1", "63C0", "6983"] {
        desk.expect(VERIFY_WRONG_PIN, status);
    }
}

#[test]
fn some_cards_have_two_more_references() {
    let mut desk = changed(|profile| profile.surface_references = true);
    desk.expect(SELECT_SURFACE, "9000");
    desk.expect("00200094", "63C0");
    desk.expect("002000950431323334", "6984");
}

#[test]
fn the_end_of_a_file_can_be_said() {
    let mut silent = changed(|profile| profile.end_of_file = EndOfFile::Silent);
    let mut warning = changed(|profile| profile.end_of_file = EndOfFile::Warning);
    let mut strict = changed(|profile| profile.end_of_file = EndOfFile::WrongLe);
    for desk in [&mut silent, &mut warning, &mut strict] {
        desk.expect(SELECT_JPKI, "9000");
        desk.expect("00B08600A0", "9000");
        desk.expect("00B086A000", "6B00");
    }
    assert_eq!(silent.expect("00B0860000", "9000").len(), 160);
    assert_eq!(warning.expect("00B0860000", "6282").len(), 160);
    assert_eq!(strict.expect("00B0860000", "6CA0"), [0_u8; 0]);
    assert_eq!(strict.expect("00B08600000000", "9000").len(), 160);
}

#[test]
fn an_answer_can_be_announced_and_fetched_in_pieces() {
    let mut desk = changed(|profile| profile.announcement = Announcement::Always);
    let select = "00A404000AD392F000260100000001";
    desk.expect("00C0000000", "6985");
    desk.expect(select, "610E");
    assert_eq!(desk.expect("00C0000004", "610A"), [0x6F, 0x0C, 0x84, 0x0A]);
    assert_eq!(desk.expect("00C0000000", "9000").len(), 10);
    desk.expect("00C0000000", "6985");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("802A009701AA00", "6100");
    assert_eq!(desk.expect("00C0000000", "9000").len(), 256);
    desk.expect("00B0860004", "9000");
    desk.expect("00C0010000", "6A86");
    Desk::new().expect("00C0000000", "6D00");
}

#[test]
fn another_command_forgets_what_was_announced() {
    let mut desk = changed(|profile| profile.announcement = Announcement::Always);
    desk.expect("00A404000AD392F000260100000001", "610E");
    desk.expect(ASK_PIN, "63C3");
    desk.expect("00C0000000", "6985");
}
