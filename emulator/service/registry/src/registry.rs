//! The registry itself: its state, and which rule looks at a request first.

use jiff::civil::DateTime;
use jiff::tz::Offset;
use madoguchi_eligibility::{
    Answer, Availability, Decision, Field, Fields, Operation, Request, Rules,
};

use crate::decision::{Context, Issuer, Outcome, Refusal, random_hex};
use crate::facts::{
    Entrance, Filed, HistoryRow, OutageMode, Registration, Submission, WrongPasswords,
};
use crate::replay::Replays;
use crate::sessions::{LoginSession, Sessions};
use crate::setup::{
    ActivationCode, DisasterMeasure, Facility, InstitutionConsent, Maintenance, Person, Setup,
    Terminal,
};
use crate::table::{Log, Table};

/// The service's memory and judgement.
#[derive(Debug)]
pub struct Registry {
    pub(crate) facilities: Table<Facility>,
    pub(crate) codes: Table<ActivationCode>,
    pub(crate) terminals: Table<Terminal>,
    pub(crate) persons: Table<Person>,
    pub(crate) certificates: Table<Filed>,
    pub(crate) rules: Rules,
    /// Windows in which JPKI is closed, as announced.
    pub(crate) jpki_windows: Log<Maintenance>,
    /// Whether JPKI is closed now, whatever was announced.
    jpki_maintenance: bool,
    pub(crate) mynaportal_outage: bool,
    pub(crate) wrong_passwords: Table<WrongPasswords>,
    pub(crate) registrations: Table<Registration>,
    pub(crate) sessions: Sessions,
    pub(crate) entrances: Table<Entrance>,
    pub(crate) history: Log<HistoryRow>,
    pub(crate) replays: Replays,
    availability: Availability,
    pub(crate) bulk: Log<Submission>,
    pub(crate) institution_consents: Table<InstitutionConsent>,
    pub(crate) disasters: Log<DisasterMeasure>,
    pub(crate) outage_mode: Table<OutageMode>,
}

impl Registry {
    /// A registry that knows what `setup` says.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let mut registry = Self::unaware(&setup);
        registry.supplement(setup);
        registry
    }

    /// A registry that works by the rules and the switches of `setup` and knows of no person.
    #[must_use]
    pub fn unaware(setup: &Setup) -> Self {
        Self {
            facilities: Table::default(),
            codes: Table::default(),
            terminals: Table::default(),
            persons: Table::default(),
            certificates: Table::default(),
            rules: setup.rules.clone(),
            jpki_windows: Log::default(),
            jpki_maintenance: setup.jpki_maintenance,
            mynaportal_outage: setup.mynaportal_outage,
            wrong_passwords: Table::default(),
            registrations: Table::default(),
            sessions: Sessions::default(),
            entrances: Table::default(),
            history: Log::default(),
            replays: Replays::default(),
            availability: setup.availability,
            bulk: Log::default(),
            institution_consents: Table::default(),
            disasters: Log::default(),
            outage_mode: Table::default(),
        }
    }

    /// Learns what `setup` says of facilities, terminals, persons and the like; where it knows one
    /// of the same name already, that one stays as it is.
    pub fn supplement(&mut self, setup: Setup) {
        self.facilities.supplement(setup.facilities);
        self.codes.supplement(setup.codes);
        self.terminals.supplement(setup.terminals);
        self.persons.supplement(setup.persons);
        self.certificates.supplement(Filed::all(setup.certificates));
        self.jpki_windows.supplement(setup.jpki_windows);
        self.institution_consents
            .supplement(setup.institution_consents);
        self.disasters.supplement(setup.disasters);
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

    /// Announces a window in which JPKI is closed.
    pub fn announce_jpki_maintenance(&mut self, window: Maintenance) {
        self.jpki_windows.push(window);
    }

    /// Whether JPKI cannot be asked now.
    pub(crate) fn jpki_is_closed(&self, context: &Context<'_>) -> bool {
        self.jpki_maintenance
            || self
                .jpki_windows
                .rows()
                .any(|window| window.covers(context.now))
    }

    /// Lets マイナポータル fail or work again.
    pub const fn set_mynaportal_outage(&mut self, out: bool) {
        self.mynaportal_outage = out;
    }

    /// Lets insurers and welfare offices change what is on record of a person; whether there is one.
    pub fn change_person(&mut self, id: &str, change: impl FnOnce(&mut Person)) -> bool {
        let Some(mut person) = self.persons.find(id).cloned() else {
            return false;
        };
        change(&mut person);
        // anew, so that it is found by the numbers and the birth date that it has now
        self.persons.insert(person);
        true
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
        self.clocks_agree(fields, context)?;
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
            Operation::BulkByConsent => {
                self.in_session(fields, context, |registry, terminal, _| {
                    registry.submit_bulk_by_consent(fields, terminal, context)
                })
            }
            Operation::BulkByTicket => self.in_session(fields, context, |registry, terminal, _| {
                registry.submit_bulk_by_ticket(fields, terminal)
            }),
            Operation::BulkResult => self.in_session(fields, context, |registry, terminal, _| {
                registry.bulk_result(fields, terminal, context)
            }),
            Operation::InstitutionConsent => {
                self.in_session_of_anybody(fields, context, |registry, terminal, session| {
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
            Operation::PatientEntrance => self.open_entrance(fields, context, entropy),
            // It is the app's own, not the service's.
            Operation::ResultOutput => Err(Refusal(Decision::Unmatched, "no-such-operation")),
            Operation::Login => {
                let terminal = self.terminal(context)?.clone();
                self.login(fields, &terminal, context, entropy)
            }
            Operation::Challenge => self.in_session_of_anybody(fields, context, |_, _, session| {
                Ok(session.challenge(context, entropy))
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

    /// Refuses a client that says its time and is further off than the service bears.
    fn clocks_agree(&self, fields: &Fields, context: &Context<'_>) -> Result<(), Refusal> {
        let (Some(said), Some(skew)) = (fields.text(Field::SentAt), self.rules.clock_skew) else {
            return Ok(());
        };
        let off = DateTime::strptime("%Y%m%d%H%M%S", said)
            .ok()
            .and_then(|said| Offset::constant(9).to_timestamp(said).ok())
            .map(|said| context.now.duration_since(said).abs())
            .ok_or(Refusal(Decision::Malformed, "sent-at-malformed"))?;
        if skew < off {
            return Err(Refusal(Decision::Malformed, "clock-of-the-client-is-off"));
        }
        Ok(())
    }

    /// Decides what only a session of an authenticated terminal may ask. The session leaves the
    /// table while its request is decided, so that a rule can change both it and the registry.
    pub(crate) fn in_session(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
        decide: impl FnOnce(&mut Self, &Terminal, &mut LoginSession) -> Outcome,
    ) -> Outcome {
        let terminal = self.terminal(context)?.clone();
        // A file that names its institution names the one whose folder it lies in.
        let named = fields.text(Field::FacilityCode);
        if named.is_some_and(|code| code != terminal.facility.as_str()) {
            return Err(Refusal(Decision::NotPermitted, "another-facility"));
        }
        self.in_session_of(&terminal, fields, context, decide)
    }

    /// The same where a patient may ask too, who came in by the entrance of an institution and
    /// has no terminal.
    fn in_session_of_anybody(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
        decide: impl FnOnce(&mut Self, &Terminal, &mut LoginSession) -> Outcome,
    ) -> Outcome {
        let terminal = match self.patients_device(fields) {
            Some(device) => device,
            None => self.terminal(context)?.clone(),
        };
        self.in_session_of(&terminal, fields, context, decide)
    }

    /// Opens a session under a new token.
    pub(crate) fn open_session(
        &mut self,
        session: LoginSession,
        context: &Context<'_>,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> String {
        let token = random_hex(entropy, 32);
        self.sessions
            .open(token.clone(), session, &self.rules, context);
        token
    }

    fn in_session_of(
        &mut self,
        terminal: &Terminal,
        fields: &Fields,
        context: &Context<'_>,
        decide: impl FnOnce(&mut Self, &Terminal, &mut LoginSession) -> Outcome,
    ) -> Outcome {
        let (token, mut session) = self.take_session(fields, terminal, context)?;
        let outcome = decide(self, terminal, &mut session);
        self.sessions.put_back(token, session);
        outcome
    }
}
