//! 居宅同意取得型: the patient shows the card once, with PIN or face, designates an institution and consents; the
//! institution asks later, without the card. For オンライン診療等 consent is given every time.

use std::collections::HashSet;

use madoguchi_eligibility::{
    Answer, CareCategory, ConsentClassification, ConsentEndReason, Decision, Field, Fields, Method,
    QualificationValidity,
};

use crate::decision::{Context, Outcome, Refusal, day};
use crate::entitlement::Entitlement;
use crate::inquiry::{certificate, compact, given_day, method};
use crate::registry::Registry;
use crate::sessions::LoginSession;
use crate::setup::InstitutionConsent;
use crate::{Terminal, TerminalKind};

impl Registry {
    /// Records consent. Card, proof and designation are the patient's; the institution need not be
    /// there.
    pub(crate) fn consent_to_institution(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        session: &mut LoginSession,
        context: &Context<'_>,
    ) -> Outcome {
        terminal.must_be(TerminalKind::HomeConsent)?;
        let method = method(fields)?;
        // マイナ在宅受付Web: nobody sees the patient's face (notices of 2025).
        let is_unseen = method == Method::Visual && session.entrance.is_some();
        if is_unseen || !self.rules.consent_methods.contains(&method) {
            return Err(Refusal(Decision::NotPermitted, "method-not-offered"));
        }
        let malformed = |rule| Refusal(Decision::Malformed, rule);
        let given = |field, rule| fields.text(field).ok_or(malformed(rule));
        let care = given(Field::CareCategory, "care-category-missing")?;
        let Ok(care @ (CareCategory::HomeVisit | CareCategory::Online)) = care.parse() else {
            return Err(malformed("care-category-unknown"));
        };
        let information =
            match given(Field::InformationConsent, "information-consent-missing")?.parse() {
                Ok(ConsentClassification::Given) => true,
                Ok(ConsentClassification::None) => false,
                _ => return Err(malformed("information-consent-unknown")),
            };
        let designated = given(Field::DesignatedInstitution, "institution-missing")?;
        let institution = self
            .facility_named(designated)
            .filter(|facility| !facility.closed)
            .map(|facility| facility.code.clone())
            .ok_or(Refusal(Decision::NotPermitted, "institution-unknown"))?;

        if let Some(entrance) = &session.entrance
            && institution != *entrance
        {
            return Err(Refusal(
                Decision::NotPermitted,
                "institution-of-another-entrance",
            ));
        }

        // Of a consent by PIN the signature is the proof under every profile.
        let is_signed = method == Method::Pin || self.rules.signed_methods.contains(&method);
        let nonce = if is_signed {
            Some(self.spend_challenge(session, fields, context)?)
        } else {
            None
        };
        let holder = self.holder(certificate(fields)?, context)?;
        if let Some(nonce) = nonce {
            self.verify(&holder, session, &nonce, fields)?;
        }
        self.registered_person(&holder.person, context)?;
        let id = format!(
            "institution-consent-{}",
            self.institution_consents.len() + 1
        );
        self.institution_consents.insert(InstitutionConsent {
            id: id.clone(),
            person: holder.person,
            institution,
            care,
            given_at: context.now,
            information,
            ended: None,
        });
        let answer = Answer::new(Decision::Ok, "institution-consent-recorded");
        Ok(answer.with(Field::ConsentId, id))
    }

    /// Eligibility of everybody who designated this institution. A consent to home visits that is
    /// over keeps eligibility and loses medical information, with the reason (OQSCD031); one to
    /// オンライン診療等 serves its day only.
    pub(crate) fn inquiry_by_consent(
        &self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        terminal.must_be(TerminalKind::Institution)?;
        let from = given_day(fields, Field::DateFrom)?;
        let to = given_day(fields, Field::DateTo)?;
        let care: Option<CareCategory> = fields
            .text(Field::CareCategory)
            .map(str::parse)
            .transpose()
            .map_err(|_| Refusal(Decision::Malformed, "care-category-unknown"))?;
        let mut results = Vec::new();
        let mut validity = QualificationValidity::None;
        let mut lapsed = false;
        let designated = InstitutionConsent::by_institution(&terminal.facility);
        let is_asked_for = |consent: &&InstitutionConsent| {
            let given_on = day(consent.given_at);
            consent.institution == terminal.facility
                && care.is_none_or(|care| care == consent.care)
                && from.is_none_or(|from| from <= given_on)
                && to.is_none_or(|to| given_on <= to)
        };
        // Who consents again has one consent for the same care, the newest.
        let mut seen = HashSet::new();
        let asked_for = self
            .institution_consents
            .of(designated)
            .filter(is_asked_for);
        let mut newest: Vec<&InstitutionConsent> = asked_for
            .rev()
            .filter(|consent| seen.insert((consent.person.as_str(), consent.care.code())))
            .collect();
        newest.reverse();
        for consent in newest {
            let given_on = day(consent.given_at);
            let end = consent.end(context.now);
            if end.is_some() && consent.care == CareCategory::Online {
                lapsed = true;
                continue;
            }
            let Some(person) = self.persons.find(&consent.person) else {
                continue;
            };
            if person.withheld {
                continue;
            }
            let found = Entitlement::of(person, context.today(), &self.rules);
            validity = found.validity;
            // The slides of 2022-12: the institution takes the eligibility over on the day of the
            // visit (HC-05).
            let same_day = given_on == context.today();
            let state = match (end, consent.information) {
                (Some(_), _) => ConsentClassification::Expired,
                (None, true) => ConsentClassification::Given,
                (None, false) => ConsentClassification::None,
            };
            for mut result in found.results {
                result.set(Field::ConsentClassification, state.code());
                result.set_some(Field::ConsentEndReason, end.map(ConsentEndReason::code));
                result.set(Field::SameDay, if same_day { "1" } else { "0" });
                result.set(Field::QualificationValidity, found.validity.code());
                results.push(result);
            }
        }
        let (decision, rule) = match (results.is_empty(), lapsed) {
            (false, _) => (Decision::Ok, "designated-by-patients"),
            (true, true) => (Decision::ConsentMissing, "online-consent-of-another-day"),
            (true, false) => (
                Decision::NoQualification,
                "nobody-designated-this-institution",
            ),
        };
        let mut answer = Answer::new(decision, rule)
            .with(
                Field::QualificationConfirmationDate,
                compact(context.today()),
            )
            .with(Field::QualificationValidity, validity.code());
        answer.results = results;
        Ok(answer)
    }
}
