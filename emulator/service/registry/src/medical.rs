//! 特定健診, 薬剤 and 診療情報: never for the limited type (slides of 2023-11, 周知 R6); for the
//! 資格確認端末 of an institution with the patient's consent, given with the card or before.

use madoguchi_eligibility::{
    Answer, ConsentClassification, Decision, Field, Fields, InformationKind,
};

use crate::decision::{Context, Outcome, Refusal};
use crate::inquiry::certificate;
use crate::registry::Registry;
use crate::{Terminal, TerminalKind};

impl Registry {
    /// Decides a request for medical information. A terminal of another kind, and one that no facility
    /// knows, learns nothing but that it may not ask.
    pub(crate) fn medical_information(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
    ) -> Outcome {
        let permitted = self
            .terminal(context)
            .is_ok_and(|terminal| terminal.kind == TerminalKind::Institution);
        if !permitted {
            return Err(Refusal(Decision::NotPermitted, "eligibility-only"));
        }
        self.in_session(fields, context, |registry, terminal, _| {
            registry.consented_information(fields, terminal, context)
        })
    }

    fn consented_information(
        &mut self,
        fields: &Fields,
        terminal: &Terminal,
        context: &Context<'_>,
    ) -> Outcome {
        let malformed = |rule| Refusal(Decision::Malformed, rule);
        let kind: InformationKind = fields
            .text(Field::InformationKind)
            .ok_or(malformed("information-kind-missing"))?
            .parse()
            .map_err(|_| malformed("information-kind-unknown"))?;
        let missing = |rule| Refusal(Decision::ConsentMissing, rule);
        let rule = if let Some(id) = fields.text(Field::ConsentId) {
            let consent = self
                .institution_consents
                .find(id)
                .filter(|consent| consent.institution == terminal.facility)
                .ok_or(missing("consent-unknown"))?;
            if consent.end(context.now).is_some() {
                return Err(missing("consent-is-over"));
            }
            if !consent.information {
                return Err(missing("information-not-consented"));
            }
            "information-by-designation"
        } else {
            let holder = self.holder(certificate(fields)?, context)?;
            // Within the grace period a certificate gives eligibility only (public notices).
            if holder.in_grace {
                return Err(Refusal(Decision::CertExpired, "grace-is-for-eligibility"));
            }
            self.registered_person(&holder.person, context)?;
            let given = ConsentClassification::Given.code();
            if fields.text(Field::InformationConsent) != Some(given) {
                return Err(missing("information-not-consented"));
            }
            "information-by-card"
        };
        let text = format!("【模擬】{}: 該当する情報はありません", kind.ja());
        Ok(Answer::new(Decision::Ok, rule).with(Field::InformationText, text))
    }
}
