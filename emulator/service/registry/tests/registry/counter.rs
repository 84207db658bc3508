//! A counter with one activated terminal, one healthy patient and everything in order; a test
//! states only what is different.

use std::sync::OnceLock;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, Timestamp};
use madoguchi_eligibility::*;
use madoguchi_registry::*;
use madoguchi_terms::Secret;

pub(crate) const FACILITY: &str = "9910000000";
pub(crate) const USER: &str = "shiken01";
pub(crate) const PASSWORD: &str = "TEST-only-1";
pub(crate) const CODE: &str = "012345678901";
pub(crate) const TERMINAL: &[u8] = b"certificate of the terminal";
pub(crate) const CARD: &[u8] = b"certificate of the patient";
pub(crate) const TODAY: Date = date(2025, 5, 21);

pub(crate) struct Counter {
    pub(crate) registry: Registry,
    pub(crate) now: Timestamp,
    /// The client certificate of the next request.
    pub(crate) terminal: Option<&'static [u8]>,
    random: u8,
}

impl Counter {
    /// A counter whose setup `change` has changed.
    pub(crate) fn with(change: impl FnOnce(&mut Setup)) -> Self {
        let mut setup = healthy();
        change(&mut setup);
        Self {
            registry: Registry::new(setup),
            now: now(),
            terminal: Some(TERMINAL),
            random: 0,
        }
    }

    pub(crate) fn healthy() -> Self {
        Self::with(|_| {})
    }

    /// JPKI is closed for maintenance from now on, for a minute.
    pub(crate) fn jpki_closes(&mut self) {
        self.registry.announce_jpki_maintenance(Maintenance {
            from: self.now,
            until: self.now + SignedDuration::from_mins(1),
        });
    }

    /// That minute is over.
    pub(crate) fn jpki_opens_again(&mut self) {
        self.now += SignedDuration::from_mins(1);
    }

    pub(crate) fn ask(&mut self, request: &Request) -> Answer {
        let context = Context {
            now: self.now,
            terminal: self.terminal,
        };
        let random = &mut self.random;
        let mut entropy = |slice: &mut [u8]| {
            *random += 1;
            slice.fill(*random);
        };
        let answer = self
            .registry
            .decide(request, &context, &mut TestIssuer, &mut entropy);
        answers_what_is_declared(request.operation, &answer);
        answer
    }

    #[track_caller]
    pub(crate) fn refuses(&mut self, request: &Request, decision: Decision, rule: &str) {
        let answer = self.ask(request);
        assert_eq!((answer.decision, answer.rule), (decision, rule));
        assert!(
            answer.fields.is_empty() && answer.results.is_empty(),
            "{answer:?}"
        );
    }

    #[track_caller]
    pub(crate) fn accepts(&mut self, request: &Request, rule: &str) -> Answer {
        let answer = self.ask(request);
        assert_eq!((answer.decision, answer.rule), (Decision::Ok, rule));
        answer
    }

    /// Logs in and gives the session token.
    pub(crate) fn session(&mut self) -> String {
        let answer = self.accepts(&login(), "logged-in");
        answer.fields.text(Field::SessionToken).unwrap().to_owned()
    }

    /// A counter whose terminal is of that kind.
    pub(crate) fn at(kind: TerminalKind, change: impl FnOnce(&mut Setup)) -> Self {
        Self::with(|setup| {
            setup.terminals[0].kind = kind;
            change(setup);
        })
    }

    /// Logs in and asks by certificate.
    pub(crate) fn visual(&mut self, card: &[u8]) -> Answer {
        let request = visual(&self.session(), card);
        self.ask(&request)
    }
}

/// Every answer that any test gets is one that its operation declares.
#[track_caller]
fn answers_what_is_declared(operation: Operation, answer: &Answer) {
    let declared = answer.decision.can_answer(operation);
    // The app's own, which no service knows.
    let is_elsewhere = operation == Operation::ResultOutput;
    assert!(declared || is_elsewhere, "{operation}: {answer:?}");
}

pub(crate) fn now() -> Timestamp {
    "2025-05-21T09:30:00+09:00".parse().unwrap()
}

pub(crate) fn healthy() -> Setup {
    let facility: FacilityCode = FACILITY.parse().unwrap();
    Setup {
        facilities: vec![Facility {
            accounts: vec![Account::new(USER, PASSWORD)],
            ..Facility::new(facility.clone())
        }],
        codes: vec![ActivationCode::new(
            CODE,
            facility.clone(),
            now() - SignedDuration::from_hours(1),
        )],
        terminals: vec![Terminal::new(
            "terminal-of-before",
            facility,
            TERMINAL.to_vec(),
        )],
        persons: vec![Person {
            id: "shiken-taro".to_owned(),
            registered: true,
            insurance: vec![insurance()],
            assistance: vec![],
            withheld: false,
        }],
        certificates: vec![CertificateRecord {
            der: CARD.to_vec(),
            public_key: key().public_key().as_ref().to_vec(),
            person: "shiken-taro".to_owned(),
            not_after: now() + SignedDuration::from_hours(24 * 365),
            state: CertificateState::Active,
            bearer: Bearer::Card,
        }],
        ..Setup::default()
    }
}

pub(crate) fn insurance() -> InsuranceRecord {
    InsuranceRecord {
        card_classification: CardClassification::General,
        insurer_number: "06990000".parse().unwrap(),
        insurer_name: "試験健康保険組合".to_owned(),
        symbol: Some("試験".to_owned()),
        number: "1".to_owned(),
        branch: Some("00".to_owned()),
        relation: Relation::Personal,
        insured: insured(),
        qualification_date: Some(date(2024, 4, 1)),
        disqualification_date: None,
        valid_from: None,
        valid_until: None,
        contribution_ratio: None,
        reason_of_loss: None,
        preschool: None,
    }
}

pub(crate) fn assistance() -> AssistanceRecord {
    AssistanceRecord {
        payer_number: "12990000".parse().unwrap(),
        office_name: "試験区福祉事務所".to_owned(),
        recipient_number: "0000000".to_owned(),
        insured: insured(),
        qualification_date: Some(date(2024, 4, 1)),
        disqualification_date: None,
        reason_of_loss: None,
        ticket_registered: true,
        consignment: Some(Consignment::Consigned),
    }
}

fn insured() -> Insured {
    Insured {
        name: "試験　太郎".to_owned(),
        name_kana: "ｼｹﾝ ﾀﾛｳ".to_owned(),
        name_of_other: None,
        name_of_other_kana: None,
        sex1: Sex::Male,
        sex2: None,
        birthdate: date(1952, 1, 1),
    }
}

pub(crate) fn first_login() -> Request {
    Request {
        operation: Operation::FirstLogin,
        ..login()
    }
    .with(Field::ActivationCode, CODE)
}

pub(crate) fn login() -> Request {
    Request::new(Operation::Login)
        .with(Field::FacilityCode, FACILITY)
        .with(Field::UserId, USER)
        .with(Field::Password, PASSWORD)
}

pub(crate) fn in_session(operation: Operation, session: &str) -> Request {
    Request::new(operation).with(Field::SessionToken, session)
}

pub(crate) fn visual(session: &str, card: &[u8]) -> Request {
    in_session(Operation::EligibilityByCertificate, session)
        .with(Field::Method, "visual")
        .with(Field::Certificate, card)
}

/// An inquiry whose signature is over `nonce`.
pub(crate) fn signed(session: &str, challenge: &str, nonce: &[u8]) -> Request {
    in_session(Operation::EligibilityBySignature, session)
        .with(Field::Method, "pin")
        .with(Field::Certificate, CARD)
        .with(Field::ChallengeId, challenge)
        .with(Field::Signature, sign(nonce))
}

/// Card, PIN and a nonce of the session: what proves that the patient is there.
pub(crate) fn with_proof(counter: &mut Counter, session: &str, mut request: Request) -> Request {
    let challenge = counter.ask(&in_session(Operation::Challenge, session));
    let nonce = challenge.fields.bytes(Field::Nonce).unwrap();
    let id = challenge.fields.text(Field::ChallengeId).unwrap();
    for (field, value) in signed(session, id, nonce).fields.iter() {
        request.fields.set(field, value.clone());
    }
    request
}

pub(crate) fn sign(message: &[u8]) -> Vec<u8> {
    let mut signature = vec![0; key().public_modulus_len()];
    key()
        .sign(
            &RSA_PKCS1_SHA256,
            &SystemRandom::new(),
            message,
            &mut signature,
        )
        .unwrap();
    signature
}

/// The key of the patient's card.
pub(crate) fn key() -> &'static RsaKeyPair {
    static KEY: OnceLock<RsaKeyPair> = OnceLock::new();
    KEY.get_or_init(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
}

struct TestIssuer;

impl Issuer for TestIssuer {
    fn issue(&mut self, id: &str) -> IssuedTerminal {
        IssuedTerminal {
            certificate: format!("certificate of {id}").into_bytes(),
            certificate_pem: format!("PEM of {id}"),
            key_pem: Secret::new(format!("key of {id}")),
        }
    }
}
