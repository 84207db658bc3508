//! マイナ在宅受付Web: an institution gives its patients a link or a two-dimensional code, and they
//! consent on a device of their own, which is no authenticated terminal (slides of 2022-12: access
//! directly by the patient; that every institution has its own link is a public notice's).

use madoguchi_eligibility::{Answer, Decision, FacilityCode, Field, Fields};

use crate::decision::{Context, Outcome, Refusal};
use crate::facts::Entrance;
use crate::registry::Registry;
use crate::sessions::LoginSession;
use crate::{Terminal, TerminalKind};

impl Registry {
    /// Lets patients in by this token, whatever stood for it before.
    pub fn open_entrance_for(&mut self, facility: FacilityCode, token: impl Into<String>) {
        self.entrances.insert(Entrance {
            token: token.into(),
            institution: facility,
        });
    }

    /// A patient comes in: opens a session in which he or she can only consent.
    pub(crate) fn open_entrance(
        &mut self,
        fields: &Fields,
        context: &Context<'_>,
        entropy: &mut dyn FnMut(&mut [u8]),
    ) -> Outcome {
        let given = fields
            .text(Field::EntranceToken)
            .ok_or(Refusal(Decision::Malformed, "entrance-token-missing"))?;
        let institution = self
            .entrances
            .find(given)
            .ok_or(Refusal(Decision::NotPermitted, "entrance-unknown"))?
            .institution
            .clone();
        self.facility_may_ask(&institution)?;
        let session = LoginSession {
            terminal: device_of(&institution),
            entrance: Some(institution.clone()),
            ..LoginSession::opened(context)
        };
        let token = self.open_session(session, context, entropy);
        Ok(Answer::new(Decision::Ok, "patient-came-in")
            .with(Field::SessionToken, token)
            .with(Field::DesignatedInstitution, institution.as_str()))
    }

    /// What stands for the terminal in a session that an entrance opened.
    pub(crate) fn patients_device(&self, fields: &Fields) -> Option<Terminal> {
        let session = self.sessions.find(fields.text(Field::SessionToken)?)?;
        let institution = session.entrance.clone()?;
        Some(Terminal {
            kind: TerminalKind::HomeConsent,
            ..Terminal::new(device_of(&institution), institution, Vec::new())
        })
    }
}

fn device_of(institution: &FacilityCode) -> String {
    format!("device-of-a-patient-of-{}", institution.as_str())
}
