//! 健康保険証利用登録 from the app (事務連絡 2025-04-15): terms, consent, a second reading of the
//! card, and from then on eligibility. *Assumed* how it looks to the service.

use madoguchi_eligibility::{Answer, Decision, Field, Fields, Operation};

use crate::Terminal;
use crate::decision::{Context, Outcome, Refusal, random_hex};
use crate::facts::Registration;
use crate::inquiry::certificate;
use crate::registry::Registry;
use crate::sessions::{Consent, LoginSession};

/// Names the terms below; changes with them.
const TERMS_ID: &str = "mock-terms-1";

/// The mock's own words: the real terms are not needed to see whether a client shows them. They are as
/// long as no label is.
const TERMS_TEXT: &str = include_str!("terms.txt").trim_ascii_end();

impl LoginSession {
    /// Records consent for the patient whose inquiry was refused last.
    pub(crate) fn consent(
        &mut self,
        fields: &Fields,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Outcome {
        let refuse = |rule| Refusal(Decision::NotPermitted, rule);
        let certificate = self
            .unregistered
            .clone()
            .ok_or(refuse("nobody-to-register"))?;
        if fields.text(Field::TermsId) != Some(TERMS_ID) {
            return Err(Refusal(Decision::Malformed, "terms-unknown"));
        }
        if fields.text(Field::Consent) != Some("agree") {
            return Err(Refusal(Decision::ConsentMissing, "not-agreed"));
        }
        let id = random_hex(entropy, 16);
        self.consents.insert(id.clone(), Consent { certificate });
        Ok(Answer::new(Decision::Ok, "consent-recorded").with(Field::ConsentId, id))
    }
}

impl Registry {
    /// The terms to show.
    pub(crate) fn registration_terms(&self) -> Outcome {
        self.registration_offered()?;
        Ok(Answer::new(Decision::Ok, "terms")
            .with(Field::TermsId, TERMS_ID)
            .with(Field::TermsText, TERMS_TEXT))
    }

    /// Whether 健康保険証利用登録 can be had at all: the app offers it since 2025-04, and it goes
    /// through マイナポータル.
    pub(crate) const fn registration_offered(&self) -> Result<(), Refusal> {
        if !self.rules.registration_offered {
            return Err(Refusal(Decision::NotPermitted, "registration-not-offered"));
        }
        if self.mynaportal_outage {
            return Err(Refusal(Decision::Outage, "mynaportal-out-of-order"));
        }
        Ok(())
    }

    /// Decides a registration, or repeats the answer that it had before.
    pub(crate) fn register(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        session: &mut LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        let operation = Operation::Register;
        if let Some(answer) = self.replays.find(operation, fields, &terminal.id)? {
            return Ok(answer);
        }
        let outcome = self.registration(fields, session, context);
        let most = self.rules.requests_kept;
        self.replays
            .keep((operation, fields), &terminal.id, &outcome, None, most);
        outcome
    }

    /// The consent must be this session's, and certificate, consent and refused inquiry must be
    /// of one person: another card at this step registers nobody.
    fn registration(
        &mut self,
        fields: &Fields,
        session: &mut LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        self.registration_offered()?;
        let certificate = certificate(fields)?;
        let holder = self.holder(certificate, context)?;
        if self.rules.registration_needs_pin {
            let nonce = self.spend_challenge(session, fields, context)?;
            self.verify(&holder, session, &nonce, fields)?;
        }
        if session.unregistered.as_deref() != Some(certificate) {
            return Err(Refusal(
                Decision::NotPermitted,
                "registration-of-another-card",
            ));
        }
        let missing = |rule| Refusal(Decision::ConsentMissing, rule);
        let id = fields
            .text(Field::ConsentId)
            .ok_or(missing("consent-missing"))?;
        match session.consents.get(id) {
            Some(consent) if consent.certificate == certificate => {}
            Some(_) => return Err(missing("consent-of-another-person")),
            None => return Err(missing("consent-unknown")),
        }
        if self.jpki_is_closed(context) {
            return Err(Refusal(
                Decision::JpkiMaintenance,
                "registration-needs-jpki",
            ));
        }
        session.consents.remove(id);
        let effective = context
            .now
            .checked_add(self.rules.registration_takes)
            .map_err(|_| Refusal(Decision::Outage, "clock-at-its-end"))?;
        if !self.registrations.contains(&holder.person) {
            self.registrations.insert(Registration {
                person: holder.person,
                effective,
            });
        }
        Ok(Answer::new(Decision::Ok, "registered"))
    }
}
