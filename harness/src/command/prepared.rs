//! What every command that opens a cell needs first: scenarios that were read, a wire profile,
//! authorities, a runtime, a folder.

use std::io;
use std::num::NonZero;
use std::path::Path;
use std::sync::Arc;
use std::thread;

use jiff::Timestamp;
use madoguchi_eligibility::{AssistanceDetail, FacilityKind, Operation, TerminalKind};
use madoguchi_fixtures::pki::MockJpki;
use madoguchi_requirements::Function;
use madoguchi_scenarios::{Axis, Scenario};
use madoguchi_wire::{Profile, Transport};
use tokio::runtime::{Builder, Runtime};

use super::input;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::aside::join;
use crate::cell::authority::Authorities;
use crate::cell::reach::Reach;
use crate::cell::reader::Route;
use crate::cell::world::{ExchangeFolder, Setting};
use crate::cli::DEFAULT_PROFILE;
use crate::own_files::is_file;
use crate::store::RunFolder;

/// What is said in exchange folders where the user names no profile for them.
const FOLDER_PROFILE: &str = "oqs-xml-8.07";

/// Everything that the cells of one run share.
pub(super) struct Prepared {
    pub(super) scenarios: Vec<Scenario>,
    pub(super) folder: RunFolder,
    profile: Arc<Profile>,
    /// The text of the profile, where it is a file of the user's own.
    pub(super) own_profile: Option<String>,
    authorities: Arc<Authorities>,
    runtime: Runtime,
    begun: Timestamp,
}

impl Prepared {
    /// Reads what is selected and sets up the rest. Nothing is written before all of it
    /// is known to be right. `jobs` is how many cases are played at a time, if it is cases.
    pub(super) fn new(
        selection: &Selection<'_>,
        profile: &str,
        out: Option<&Path>,
        jobs: Option<usize>,
    ) -> Result<Self, Trouble> {
        Self::around(|| selection.scenarios(), profile, out, jobs)
    }

    /// The same for scenarios that come from elsewhere.
    pub(super) fn around(
        scenarios: impl FnOnce() -> Result<Vec<Scenario>, Trouble>,
        profile: &str,
        out: Option<&Path>,
        jobs: Option<usize>,
    ) -> Result<Self, Trouble> {
        let begun = Timestamp::now();
        let (read, authorities) = thread::scope(|scope| {
            let authorities = scope.spawn(|| Authorities::new(begun));
            let cards = scope.spawn(|| MockJpki::get_ready(begun));
            let read = scenarios();
            let read = read.and_then(|scenarios| Ok((scenarios, own_profile(profile)?)));
            join(cards);
            (read, join(authorities))
        });
        let (mut scenarios, (named, own_profile)) = read?;
        scenarios.retain(|scenario| speaks(profile, scenario));
        let runtime = runtime(jobs.map(|jobs| jobs.min(scenarios.len())));
        Ok(Self {
            scenarios,
            profile: Arc::new(named),
            own_profile,
            authorities: Arc::new(authorities.map_err(Trouble::Pki)?),
            runtime: runtime.map_err(Trouble::Runtime)?,
            folder: RunFolder::create(out, begun).map_err(Trouble::Folder)?,
            begun,
        })
    }

    /// Leaves out the scenarios that are about a function which the service of this profile does
    /// not have; their ids.
    pub(super) fn leave_out_what_is_not_offered(&mut self) -> Vec<String> {
        let everything = Function::ALL
            .iter()
            .all(|function| offers(&self.profile, *function));
        let is_usual = |scenario: &Scenario| wire(scenario).is_none();
        let everything = everything && self.profile.rules().counter_use;
        if everything && self.scenarios.iter().all(is_usual) {
            return Vec::new();
        }
        let scenarios = std::mem::take(&mut self.scenarios);
        let (offered, others) = scenarios
            .into_iter()
            .partition(|scenario| self.is_offered(scenario));
        self.scenarios = offered;
        let others: Vec<Scenario> = others;
        others.into_iter().map(|scenario| scenario.id).collect()
    }

    /// Whether the service has every function that the scenario is about.
    pub(super) fn is_offered(&self, scenario: &Scenario) -> bool {
        is_offered(&self.profile, scenario)
    }

    /// Opens folders for the profile, or for the built-in one of folders where the profile travels
    /// by HTTP.
    pub(super) fn exchange(&self, folder: &Path) -> ExchangeFolder {
        let profile = if self.profile.transport() == Transport::Folder {
            self.profile.clone()
        } else {
            Profile::builtin(FOLDER_PROFILE).map_or_else(|| self.profile.clone(), Arc::new)
        };
        let folder = folder.to_owned();
        ExchangeFolder { folder, profile }
    }

    /// The profile that the service speaks.
    pub(super) fn profile(&self) -> &Profile {
        &self.profile
    }

    /// When the run began.
    pub(super) const fn begun(&self) -> Timestamp {
        self.begun
    }

    /// What a cell of this run is made of. A scenario without an instant plays now.
    pub(super) fn setting<'a>(&self, scenario: &'a Scenario, seed: u64) -> Setting<'a> {
        Setting {
            scenario,
            profile: wire(scenario).map_or_else(|| self.profile.clone(), Arc::new),
            seed,
            at: scenario.given.at.unwrap_or(self.begun),
            authorities: self.authorities.clone(),
            runtime: self.runtime.handle().clone(),
            route: Route::Pcsc,
            reach: Reach::default(),
            exchange: None,
            staging: None,
            everybody: false,
        }
    }
}

/// Whether it is played where the user names this wire: who names one has a client that speaks it, and perhaps
/// no other.
pub(super) fn speaks(profile: &str, scenario: &Scenario) -> bool {
    profile == DEFAULT_PROFILE || !scenario.variant.contains_key(&Axis::Profile)
}

/// Whether the service of a wire has every function that the scenario is about.
pub(super) fn is_offered(profile: &Profile, scenario: &Scenario) -> bool {
    if scenario.given.service.profile.is_some() && profile.name() != DEFAULT_PROFILE {
        return false;
    }
    let own = wire(scenario);
    let profile = own.as_ref().unwrap_or(profile);
    let facility = &scenario.given.facility;
    let is_at_counter = facility.terminal == TerminalKind::Limited
        && facility.kind == FacilityKind::MedicalInstitution;
    if is_at_counter && !profile.rules().counter_use {
        return false;
    }
    let catalogue = madoguchi_requirements::builtin();
    scenario.requirements.iter().all(|id| {
        let about = catalogue.get(id).and_then(|named| named.function);
        about.is_none_or(|function| offers(profile, function))
    })
}

/// What the services of so many cases at a time run on. The client of a case asks one thing after the
/// other: with more threads than cases, they would only wake each other.
fn runtime(cases: Option<usize>) -> io::Result<Runtime> {
    let mut runtime = Builder::new_multi_thread();
    if let Some(cases) = cases {
        let cores = thread::available_parallelism().map_or(1, NonZero::get);
        runtime.worker_threads(cases.clamp(1, cores));
    }
    runtime.enable_all().build()
}

/// The wire of a variant, or of a scenario, that has one of its own.
fn wire(scenario: &Scenario) -> Option<Profile> {
    let of_variant = scenario.variant.get(&Axis::Profile);
    let given = scenario.given.service.profile.as_deref();
    Profile::builtin(of_variant.or(given)?)
}

/// Whether a service that speaks this profile has the function.
fn offers(profile: &Profile, function: Function) -> bool {
    let rules = profile.rules();
    match function {
        Function::Registration => rules.registration_offered,
        Function::AssistanceInFull => rules.assistance == AssistanceDetail::Full,
        Function::History => profile.route(Operation::History).is_some(),
        Function::FunctionSwitch => rules.function_switch,
    }
}

/// The built-in profile of that name, or the one in a file of the user's own.
pub(super) fn read_profile(name: &str) -> Result<Profile, Trouble> {
    own_profile(name).map(|(profile, _)| profile)
}

/// The same, with its text where it is the user's own.
fn own_profile(name: &str) -> Result<(Profile, Option<String>), Trouble> {
    if !is_file(name) {
        let builtin = Profile::builtin(name);
        let builtin = builtin.ok_or_else(|| Trouble::UnknownProfile(name.to_owned()))?;
        return Ok((builtin, None));
    }
    let text = input::text(name, input::WRITTEN)?;
    let profile = Profile::parse(name, &text).map_err(Trouble::Scenario)?;
    // With what it has from a built-in one, which another version may have changed.
    let whole = profile.text().to_owned();
    Ok((profile, Some(whole)))
}
