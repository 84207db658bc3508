//! What differs from holder to holder, and what no card can hold.

use madoguchi_card::{Card, IssueError, Profile};
use madoguchi_layout::Personalization;
use madoguchi_layout::jpki::{AUTHENTICATION_KEY, SIGNATURE_PASSWORD};
use madoguchi_terms::Secret;

use crate::desk::{Desk, SELECT_COMMON, SELECT_JPKI};

fn refusal(change: impl FnOnce(&mut Personalization)) -> IssueError {
    let mut personalization = madoguchi_fixtures::healthy();
    change(&mut personalization);
    Card::new(&personalization, Profile::contactless(), Box::new(|_| {})).unwrap_err()
}

#[test]
fn a_card_without_signature_certificate_says_so() {
    let mut personalization = madoguchi_fixtures::healthy();
    personalization.signature = None;
    let mut desk = Desk::with(&personalization, Profile::contactless());
    desk.expect(SELECT_JPKI, "9000");
    assert_eq!(desk.expect("00B0880000", "9000"), [0x00, 0x8F, 0x00]);
    desk.expect("00A4020C020001", "6A82");
    desk.expect("0020009B", "63C0");
    desk.expect("0020009B06414243313233", "6984");
    desk.expect("802A009A01AA00", "6982");
    desk.expect("00B08A0004", "9000");
}

#[test]
fn files_without_content_do_not_exist() {
    let mut desk = Desk::new();
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("00A4020C02001C", "6A82");
    desk.expect("00A4020C02001E", "9000");
}

#[test]
fn what_no_card_can_hold_is_named() {
    let error = refusal(|data| {
        data.authentication.as_mut().unwrap().private_key = Secret::new(vec![0x30, 0x00]);
    });
    assert!(matches!(
        error,
        IssueError::Key {
            file: AUTHENTICATION_KEY,
            ..
        }
    ));
    assert_eq!(
        error.to_string(),
        "issue the card, key 0017: could not read the key: it is no PKCS#1 RSA private key in DER"
    );
    let error = refusal(|data| {
        data.signature.as_mut().unwrap().reference.value = Secret::new(vec![0x41; 17]);
    });
    assert_eq!(
        error,
        IssueError::ReferenceLength {
            file: SIGNATURE_PASSWORD,
            len: 17
        }
    );
    let error = refusal(|data| data.municipality.push('1'));
    assert_eq!(error, IssueError::CardInformation);
}

#[test]
fn debug_shows_nothing_of_the_holder() {
    let healthy = madoguchi_fixtures::healthy();
    let text = format!("{:?}", Desk::new().card);
    assert!(
        !text.contains(&healthy.serial_number) && !text.contains("1234"),
        "{text}"
    );
}
