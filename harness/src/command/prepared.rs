//! What every command that opens a cell needs first: scenarios that were read, a wire profile,
//! authorities, a runtime, a folder.

use std::path::Path;
use std::sync::Arc;

use jiff::Timestamp;
use madoguchi_fixtures::persona_ids;
use madoguchi_scenarios::{Catalogue, Known, Scenario};
use madoguchi_wire::Profile;
use tokio::runtime::Runtime;

use super::trouble::Trouble;
use crate::cell::authority::Authorities;
use crate::cell::world::Setting;
use crate::store::RunFolder;

/// Everything that the cells of one run share.
pub(super) struct Prepared {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) folder: RunFolder,
    profile: Arc<Profile>,
    authorities: Arc<Authorities>,
    runtime: Runtime,
    begun: Timestamp,
}

impl Prepared {
    /// Reads what `patterns` select and sets up the rest. Nothing is written before all of it
    /// is known to be right.
    pub(super) fn new(
        patterns: &[String],
        profile: &str,
        out: Option<&Path>,
    ) -> Result<Self, Trouble> {
        let catalogue = Catalogue::builtin();
        let names = known();
        let scenarios = catalogue
            .select(patterns)
            .map_err(Trouble::NothingSelected)?
            .into_iter()
            .map(|entry| entry.parse(&names.borrowed()).map_err(Trouble::Scenario))
            .collect::<Result<_, _>>()?;
        let profile =
            Profile::builtin(profile).ok_or_else(|| Trouble::UnknownProfile(profile.to_owned()))?;
        let begun = Timestamp::now();
        Ok(Self {
            scenarios,
            profile: Arc::new(profile),
            authorities: Arc::new(Authorities::new(begun).map_err(Trouble::Pki)?),
            runtime: Runtime::new().map_err(Trouble::Runtime)?,
            folder: RunFolder::create(out, begun).map_err(Trouble::Folder)?,
            begun,
        })
    }

    /// The profile that the service speaks.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// What a cell of this run is made of. A scenario without an instant plays now.
    pub(super) fn setting<'a>(&self, scenario: &'a Scenario, seed: u64) -> Setting<'a> {
        Setting {
            scenario,
            profile: self.profile.clone(),
            seed,
            at: scenario.given.at.unwrap_or(self.begun),
            authorities: self.authorities.clone(),
            runtime: self.runtime.handle().clone(),
        }
    }
}

/// The names that a scenario may use.
pub(super) struct Names {
    personas: Vec<&'static str>,
    requirements: Vec<&'static str>,
}

impl Names {
    pub(super) fn borrowed(&self) -> Known<'_> {
        Known {
            personas: &self.personas,
            requirements: &self.requirements,
        }
    }
}

/// All personas and requirements.
pub(super) fn known() -> Names {
    Names {
        personas: persona_ids().collect(),
        requirements: TEMP.split_whitespace().collect(),
    }
}

const TEMP: &str = "result.needs-answer result.delivered-fields-shown result.lapsed-is-not-valid result.loss-date-shown result.previous-patient-cleared card.certificate-from-card card.choice-before-card card.survives-removal card.released privacy.personal-number-untouched registration.offered registration.terms-shown registration.screens-numbered registration.consent-first registration.card-read-again registration.recheck-after registration.refusal-ends assistance.six-items-shown assistance.back-side-shown assistance.era-birthdate assistance.consignment-hidden assistance.screen-number credential.no-pin-in-visual credential.one-verify-per-entry credential.auth-reference-only credential.stops-at-lock credential.attempts-shown credential.pin-stays-on-card service.terminal-authenticated service.activation-code-once service.method-declared service.signed-challenge service.eligibility-only service.server-verified service.bounded-retries service.same-request-on-retry";
