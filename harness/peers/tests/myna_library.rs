//! The library `myna-card`, written by a stranger against real cards, reads every persona's card
//! in process and verifies what it reads: with our roots where its own are compiled in.
#![expect(
    clippy::unwrap_used,
    reason = "a test may stop at the first thing that is wrong"
)]

use madoguchi_card::{Card as VirtualCard, Profile};
use madoguchi_fixtures::pki::card_verifiable::CvHierarchy;
use madoguchi_fixtures::{HEALTHY_AT, Issued, persona, persona_ids};
use madoguchi_iso7816::{Icc as _, Reply};
use madoguchi_layout::{Personalization, Reference};
use myna_card::ap::common::CommonAp;
use myna_card::ap::jpki::{JpkiAp, SignatureScheme};
use myna_card::ap::juki::JukiAp;
use myna_card::ap::surface::SurfaceAp;
use myna_card::ap::text::{Attributes, TextAp, ef};
use myna_card::data::RsaPublicKey;
use myna_card::mf::{self, MasterFile};
use myna_card::transport::Transmit;
use myna_card::{Card, Certificate, Pin};

struct InProcess(VirtualCard);

impl Transmit for InProcess {
    fn transmit(&mut self, command: &[u8]) -> myna_card::Result<Vec<u8>> {
        let mut reply = Reply::new();
        self.0.transmit(command, &mut reply).unwrap();
        Ok(reply.bytes().to_vec())
    }
}

/// The card of every persona, in the hands of the stranger.
fn cards() -> impl Iterator<Item = (Issued, Card<InProcess>)> {
    persona_ids().map(|id| {
        let issued = persona(id).unwrap().issue(HEALTHY_AT).unwrap();
        let mut last = 0_u8;
        let entropy = Box::new(move |out: &mut [u8]| {
            for byte in out {
                last = last.wrapping_add(7);
                *byte = last;
            }
        });
        let mut card =
            VirtualCard::new(&issued.personalization, Profile::contactless(), entropy).unwrap();
        card.power_on().unwrap();
        (issued, Card::new(InProcess(card)))
    })
}

fn root(hierarchy: CvHierarchy) -> RsaPublicKey {
    RsaPublicKey::parse(&hierarchy.root().public_key.encode()).unwrap()
}

fn pin(reference: &Reference) -> Pin {
    Pin::numeric(std::str::from_utf8(reference.value.expose()).unwrap()).unwrap()
}

/// A 顔認証マイナンバーカード, or one whose PINs are blocked.
const fn has_no_pin(card: &Personalization) -> bool {
    card.profile_pin.tries_left == 0
}

#[test]
fn the_card_identifies_itself_and_its_chain_verifies_with_our_root() {
    for (issued, mut card) in cards() {
        let personalization = &issued.personalization;
        let mut file = MasterFile::new(&mut card);
        let number = file.data_object(mf::tag::CARD_IDENTIFICATION).unwrap();
        let number = String::from_utf8(number).unwrap();
        assert!(
            number.contains(&personalization.serial_number),
            "{}",
            issued.persona
        );
        let chain = file.certificate_chain().unwrap();
        assert_eq!(chain.len(), 2, "{}", issued.persona);
        chain[0].verify_with(&root(CvHierarchy::Card)).unwrap();
        chain[1].verify_with(&chain[0].public_key).unwrap();

        let mut common = CommonAp::select(&mut card).unwrap();
        common.card().contact_atr().unwrap();
        let information = common.read_card_info().unwrap();
        assert_eq!(information.municipality_code, personalization.municipality);
        common.internal_authenticate(b"challenge").unwrap();
        JukiAp::select(&mut card)
            .unwrap()
            .read_record(2, 1)
            .unwrap();
    }
}

#[test]
fn the_profile_application_reads_in_clear_and_under_secure_messaging() {
    for (issued, mut card) in cards() {
        let personalization = &issued.personalization;
        let attributes = &personalization.profile.as_ref().unwrap().attributes;
        let surface = personalization.surface.as_ref().unwrap();
        let mut text = TextAp::select(&mut card).unwrap();
        let certificate = text.read_certificate().unwrap();
        certificate
            .verify_with(&root(CvHierarchy::Profile))
            .unwrap();
        text.read_ap_basic_data().unwrap();
        if has_no_pin(personalization) {
            assert!(
                text.verify_pin(&Pin::numeric("1234").unwrap()).is_err(),
                "{}",
                issued.persona
            );
            text.verify_code_b(&pin(&surface.code_b)).unwrap();
            assert_eq!(text.read_attributes().unwrap().name, attributes.name);
            continue;
        }
        text.verify_pin(&pin(&personalization.profile_pin)).unwrap();
        text.read_signed_public_key()
            .unwrap()
            .verify(&certificate.public_key)
            .unwrap();
        let number = text.read_my_number().unwrap();
        assert_eq!(
            number.as_str().as_bytes(),
            surface.code_a.value.expose().as_slice()
        );
        let read = text.read_attributes().unwrap();
        assert_eq!(
            (&read.name, &read.address),
            (&attributes.name, &attributes.address)
        );
        let integrity = text.read_integrity_record().unwrap();
        integrity.verify(&certificate.public_key).unwrap();
        assert!(integrity.matches_my_number_file(&text.read_my_number_file().unwrap()));
        let file = text.read_ef(ef::ATTRIBUTES).unwrap();
        assert!(
            integrity.matches_attributes_file(&file).unwrap(),
            "{}",
            issued.persona
        );

        let mut session = text
            .open_secure_session(&[7; myna_card::sm::SEED_LEN])
            .unwrap();
        session.verify(ef::CODE_A, &pin(&surface.code_a)).unwrap();
        let file = session.read_ef(ef::ATTRIBUTES).unwrap();
        assert_eq!(Attributes::parse(&file).unwrap().name, attributes.name);
        assert_eq!(session.read_ef_physical(ef::MY_NUMBER).unwrap().len(), 17);
    }
}

#[test]
fn the_card_face_opens_with_either_code_and_its_signatures_verify() {
    for (issued, mut card) in cards() {
        let personalization = &issued.personalization;
        let references = personalization.surface.as_ref().unwrap();
        for with_code_a in [true, false] {
            let mut surface = SurfaceAp::select(&mut card).unwrap();
            let certificate = surface.read_certificate().unwrap();
            certificate
                .verify_with(&root(CvHierarchy::Surface))
                .unwrap();
            let basic = surface.read_ap_basic_data().unwrap();
            assert_eq!(basic.municipality_code, personalization.municipality);
            surface
                .verify_birth_date(&pin(&references.birth_date))
                .unwrap();
            surface
                .read_age_record()
                .unwrap()
                .verify(&certificate.public_key)
                .unwrap();
            if with_code_a {
                surface.verify_code_a(&pin(&references.code_a)).unwrap();
            } else {
                surface.verify_code_b(&pin(&references.code_b)).unwrap();
            }
            let face = surface.read_card_face().unwrap();
            face.verify(&certificate.public_key).unwrap();
            let challenge = surface.card().get_challenge(16).unwrap();
            let signature = surface.sign(&challenge).unwrap();
            let scheme = SignatureScheme::Sha256DigestInfo;
            scheme
                .verify(&face.public_key, &challenge, &signature)
                .unwrap();
            assert_eq!(
                surface
                    .read_my_number_image()
                    .is_ok_and(|image| { image.verify(&certificate.public_key).is_ok() }),
                with_code_a,
                "{}",
                issued.persona
            );
            // Leaving the application takes its rights away, so that the next round starts anew.
            JukiAp::select(&mut card).unwrap();
        }
    }
}

#[test]
fn both_certificate_chains_verify() {
    for (issued, mut card) in cards() {
        let personalization = &issued.personalization;
        let mut jpki = JpkiAp::select(&mut card).unwrap();
        jpki.read_token_type().unwrap();
        jpki.read_certificate_availability().unwrap();
        let chain = [
            jpki.read_auth_certificate().unwrap(),
            jpki.read_auth_ca_certificate().unwrap(),
        ];
        Certificate::verify_chain(&chain, chain[0].validity().0).unwrap();
        if has_no_pin(personalization) {
            continue;
        }
        let authentication = personalization.authentication.as_ref().unwrap();
        jpki.verify_auth_pin(&pin(&authentication.reference))
            .unwrap();
        if personalization.signature.is_some() {
            jpki.verify_sign_pin(&Pin::new("ABC123").unwrap()).unwrap();
            let chain = [
                jpki.read_sign_certificate().unwrap(),
                jpki.read_sign_ca_certificate().unwrap(),
            ];
            Certificate::verify_chain(&chain, chain[0].validity().0).unwrap();
        }
    }
}
