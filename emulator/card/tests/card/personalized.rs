//! What differs from holder to holder, and what no card can hold.

use madoguchi_card::{Card, IssueError, Profile, State};
use madoguchi_card_key::KeyError;
use madoguchi_layout::KeyId;
use madoguchi_layout::Personalization;
use madoguchi_layout::jpki::{AUTHENTICATION_CERTIFICATE, AUTHENTICATION_KEY, SIGNATURE_PASSWORD};
use madoguchi_layout::profile::{CERTIFICATE, PIN};
use madoguchi_terms::Secret;

use crate::desk::{Desk, SELECT_COMMON, SELECT_JPKI, SELECT_SURFACE, VERIFY_PIN};

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
    let mut personalization = madoguchi_fixtures::healthy();
    personalization.common = None;
    personalization.surface = None;
    let mut desk = Desk::with(&personalization, Profile::contactless());
    desk.expect(SELECT_COMMON, "9000");
    desk.expect("00A4020C02001C", "6A82");
    desk.expect("00A4020C02001E", "9000");
    desk.expect(SELECT_SURFACE, "9000");
    desk.expect("00A4020C020002", "6A82");
    desk.expect("00200093", "6A82");
    desk.expect("802A000001AA00", "6A82");
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
    let error = refusal(|data| data.profile_pin.value = Secret::new(Vec::new()));
    assert_eq!(error, IssueError::ReferenceLength { file: PIN, len: 0 });
}

#[test]
fn a_key_whose_numbers_do_not_belong_together_is_found_where_it_is_used() {
    let mut personalization = madoguchi_fixtures::healthy();
    let credential = personalization.authentication.as_mut().unwrap();
    let mut der = credential.private_key.expose().clone();
    *der.last_mut().unwrap() ^= 0x01;
    credential.private_key = Secret::new(der);
    let mut desk = Desk::with(&personalization, Profile::contactless());
    desk.expect(SELECT_JPKI, "9000");
    desk.expect(VERIFY_PIN, "9000");
    desk.expect("802A009701AA00", "6F00");
    // A saved card may be anybody's: its keys are read at once.
    let state = desk.card.snapshot();
    let cause = KeyError::Encoding;
    let file = AUTHENTICATION_KEY;
    assert_eq!(
        Desk::new().card.restore(&state),
        Err(IssueError::Key { file, cause })
    );
}

#[test]
fn every_persona_has_a_card_of_every_profile() {
    for id in madoguchi_fixtures::persona_ids() {
        let persona = madoguchi_fixtures::persona(id).unwrap();
        let issued = persona.issue(madoguchi_fixtures::HEALTHY_AT).unwrap();
        let own = Profile::named(issued.card_profile);
        assert!(own.is_some(), "{id}: {}", issued.card_profile);
        for profile in Profile::all() {
            let mut desk = Desk::with(&issued.personalization, profile);
            let (_, status) = desk.send(SELECT_JPKI);
            let ours = profile.name != Profile::foreign().name;
            assert_eq!(status == "9000", ours, "{id} as {}", profile.name);
            let state = desk.card.snapshot();
            assert_eq!(State::from_text(&state.to_text()), Ok(state), "{id}");
        }
    }
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

#[test]
fn cards_of_the_real_hierarchies_are_refused() {
    for organization in [&b"JPKI"[..], b"JPKI-TEST"] {
        let error = refusal(|data| {
            let len = u8::try_from(organization.len()).unwrap();
            let name = [&[0x06, 0x03, 0x55, 0x04, 0x0A, 0x0C, len], organization].concat();
            data.authentication
                .as_mut()
                .unwrap()
                .certificate
                .extend(name);
        });
        let file = AUTHENTICATION_CERTIFICATE;
        assert_eq!(error, IssueError::RealHierarchy { file });
    }
    for digit in [b"5000033", b"6000033"] {
        let real = KeyId::new(*digit, *b"001", [0; 4]);
        let error = refusal(|data| {
            let profile = data.profile.as_mut().unwrap();
            profile.certificate.content.issuer = real;
        });
        assert_eq!(error, IssueError::RealHierarchy { file: CERTIFICATE });
        let error = refusal(|data| {
            data.issuer.as_mut().unwrap().intermediate.content.issuer = real;
        });
        assert_eq!(error, IssueError::RealCertificate);
    }
}
