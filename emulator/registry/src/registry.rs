//! The registry itself: its state, and which rule looks at a request first.

use std::collections::{HashMap, HashSet};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use madoguchi_eligibility::{
    Answer, Decision, FacilityCode, Field, Fields, Operation, Request, Rules,
};

use crate::bulk::Submission;
use crate::emergency::DisasterMeasure;
use crate::history::{HistoryRow, Replays};
use crate::institution::InstitutionConsent;
use crate::setup::{
    ActivationCode, Availability, CertificateRecord, CertificateState, Facility, Person, Setup,
    Terminal,
};
use crate::terminal::{Issuer, Session};

/// The service's memory and judgement.
#[derive(Debug)]
pub struct Registry {
    pub(crate) facilities: Vec<Facility>,
    pub(crate) codes: Vec<ActivationCode>,
    pub(crate) terminals: Vec<Terminal>,
    pub(crate) persons: HashMap<String, Person>,
    pub(crate) certificates: HashMap<Vec<u8>, CertificateRecord>,
    pub(crate) rules: Rules,
    pub(crate) jpki_maintenance: bool,
    pub(crate) mynaportal_outage: bool,
    /// Wrong passwords in a row, by facility and user.
    pub(crate) wrong_passwords: HashMap<(String, String), u32>,
    /// When a 健康保険証利用登録 that this registry accepted takes effect, by person.
    pub(crate) registrations: HashMap<String, Timestamp>,
    pub(crate) sessions: HashMap<String, Session>,
    pub(crate) history: Vec<HistoryRow>,
    pub(crate) replays: Replays,
    availability: Availability,
    pub(crate) bulk: Vec<Submission>,
    pub(crate) institution_consents: Vec<InstitutionConsent>,
    pub(crate) disasters: Vec<DisasterMeasure>,
    /// Facilities for which the call centre switched システム障害時モード on.
    pub(crate) outage_mode: HashSet<FacilityCode>,
}

/// The circumstances of a request.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Scenario time.
    pub now: Timestamp,
    /// The client certificate that the request came with, DER.
    pub terminal: Option<&'a [u8]>,
}

impl Registry {
    /// A registry that knows what `setup` says.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            facilities: setup.facilities,
            codes: setup.codes,
            terminals: setup.terminals,
            persons: setup
                .persons
                .into_iter()
                .map(|p| (p.id.clone(), p))
                .collect(),
            certificates: setup
                .certificates
                .into_iter()
                .map(|c| (c.der.clone(), c))
                .collect(),
            rules: setup.rules,
            jpki_maintenance: setup.jpki_maintenance,
            mynaportal_outage: setup.mynaportal_outage,
            wrong_passwords: HashMap::new(),
            registrations: HashMap::new(),
            sessions: HashMap::new(),
            history: Vec::new(),
            replays: Replays::default(),
            availability: setup.availability,
            bulk: Vec::new(),
            institution_consents: setup.institution_consents,
            disasters: setup.disasters,
            outage_mode: HashSet::new(),
        }
    }

    /// Decides one request. `entropy` fills a slice with random bytes; `issuer` makes the
    /// certificate of a terminal that is activated.
    ///
    /// The order of the questions: does the service work, may this kind of client ask that at
    /// all, which terminal asks (端末認証), in which session, and then the operation's own rules.
    pub fn decide(
        &mut self,
        request: &Request,
        context: &Context<'_>,
        issuer: &mut dyn Issuer,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Answer {
        let mut answer = self
            .outcome(request, context, issuer, entropy)
            .unwrap_or_else(|Refusal(decision, rule)| Answer::new(decision, rule));
        self.deliver_in_the_data_bases_characters(&mut answer);
        answer
    }

    /// Names and symbols as the data base has them.
    fn deliver_in_the_data_bases_characters(&self, answer: &mut Answer) {
        for result in &mut answer.results {
            for field in [
                Field::Name,
                Field::NameOfOther,
                Field::NameKana,
                Field::NameOfOtherKana,
                Field::InsurerName,
                Field::InsuredCardSymbol,
            ] {
                let delivered = result
                    .text(field)
                    .map(|text| self.rules.characters.deliver(text).into_owned());
                result.set_some(field, delivered);
            }
        }
    }

    /// Lets the service fail or work again.
    pub const fn set_availability(&mut self, availability: Availability) {
        self.availability = availability;
    }

    /// Closes JPKI for maintenance, or opens it again.
    pub const fn set_jpki_maintenance(&mut self, closed: bool) {
        self.jpki_maintenance = closed;
    }

    /// Lets マイナポータル fail or work again.
    pub const fn set_mynaportal_outage(&mut self, out: bool) {
        self.mynaportal_outage = out;
    }

    /// Changes what is known of a certificate; whether it was in the table at all.
    pub fn set_certificate_state(&mut self, der: &[u8], state: CertificateState) -> bool {
        self.certificates
            .get_mut(der)
            .map(|record| record.state = state)
            .is_some()
    }

    /// Puts a certificate in the table, as JPKI does at renewal.
    pub fn add_certificate(&mut self, record: CertificateRecord) {
        self.certificates.insert(record.der.clone(), record);
    }

    /// Replaces a person's records, as insurers and welfare offices do; or adds a person.
    pub fn set_person(&mut self, person: Person) {
        self.persons.insert(person.id.clone(), person);
    }

    fn outcome(
        &mut self,
        request: &Request,
        context: &Context<'_>,
        issuer: &mut dyn Issuer,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Outcome {
        match self.availability {
            // システム障害時モード is for just that.
            _ if request.operation == Operation::EmergencySearch => {}
            Availability::Running => {}
            Availability::Busy => return Err(Refusal(Decision::Busy, "service-busy")),
            Availability::Outage => return Err(Refusal(Decision::Outage, "service-out-of-order")),
        }
        let fields = &request.fields;
        match request.operation {
            Operation::FirstLogin => self.first_login(fields, context, issuer, entropy),
            Operation::MedicalInformation => self.medical_information(fields, context),
            Operation::History => self.in_session(fields, context, |registry, terminal, _| {
                registry.browse(fields, terminal, context)
            }),
            Operation::EligibilityByNumber => {
                self.in_session(fields, context, |registry, terminal, session| {
                    registry.inquiry_by_number(fields, terminal, session, context)
                })
            }
            Operation::BulkSubmission => {
                self.in_session(fields, context, |registry, terminal, _| {
                    registry.submit_bulk(request, terminal)
                })
            }
            Operation::BulkResult => self.in_session(fields, context, |registry, terminal, _| {
                registry.bulk_result(fields, terminal, context)
            }),
            Operation::InstitutionConsent => {
                self.in_session(fields, context, |registry, terminal, session| {
                    registry.consent_to_institution(fields, terminal, session, context)
                })
            }
            Operation::EligibilityByConsent => {
                self.in_session(fields, context, |registry, terminal, _| {
                    registry.inquiry_by_consent(fields, terminal, context)
                })
            }
            Operation::EmergencySearch => {
                self.in_session(fields, context, |registry, terminal, _| {
                    registry.emergency_search(fields, terminal, context)
                })
            }
            Operation::Login => {
                let terminal = self.terminal(context)?.clone();
                self.login(fields, &terminal, context, entropy)
            }
            Operation::Challenge => self.in_session(fields, context, |_, _, session| {
                Ok(session.challenge(entropy))
            }),
            Operation::EligibilityByCertificate | Operation::EligibilityBySignature => self
                .in_session(fields, context, |registry, terminal, session| {
                    registry.inquiry(request, terminal, session, context)
                }),
            Operation::RegistrationTerms => self.in_session(fields, context, |registry, _, _| {
                registry.registration_terms()
            }),
            Operation::RegistrationConsent => {
                self.in_session(fields, context, |registry, _, session| {
                    registry.registration_offered()?;
                    session.consent(fields, entropy)
                })
            }
            Operation::Register => {
                self.in_session(fields, context, |registry, terminal, session| {
                    registry.register(fields, terminal, session, context)
                })
            }
        }
    }

    /// Decides what only a session of an authenticated terminal may ask. The session leaves the
    /// table while its request is decided, so that a rule can change both it and the registry.
    pub(crate) fn in_session(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
        decide: impl FnOnce(&mut Self, &Terminal, &mut Session) -> Outcome,
    ) -> Outcome {
        let terminal = self.terminal(context)?.clone();
        let (token, mut session) = self.take_session(fields, &terminal, context)?;
        let outcome = decide(self, &terminal, &mut session);
        self.sessions.insert(token, session);
        outcome
    }
}

impl Context<'_> {
    /// The service's day: Japan has one offset.
    pub(crate) fn today(&self) -> Date {
        day(self.now)
    }
}

/// The day of an instant in Japan.
pub(crate) fn day(instant: Timestamp) -> Date {
    Offset::constant(9).to_datetime(instant).date()
}

/// What a rule decides: an answer that carries something, or a refusal.
pub(crate) type Outcome = Result<Answer, Refusal>;

/// A refusal: the result code and the name of the rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Refusal(pub(crate) Decision, pub(crate) &'static str);
