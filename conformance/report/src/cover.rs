//! What a report says beside its verdicts: what was tested, where, when and by whom. All of it is
//! told by the program that ran the cases; nothing here looks at the machine.

use madoguchi_notation::Wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::known::KnownFailure;
use crate::shard::{Shard, lacking};

/// The circumstances of a run. What is not known stays empty and is left out, or left blank to be
/// filled in by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cover {
    /// The tool and its version.
    pub tool: String,
    /// Digest of the client's program, `sha256:…`, where it is one file.
    pub build: Option<String>,
    /// Operating system and architecture of the machine that ran the cases.
    pub environment: Option<String>,
    /// Instant at which the run began, RFC 3339.
    pub begun: Option<String>,
    /// Instant at which it ended, RFC 3339.
    pub ended: Option<String>,
    /// Who is responsible for the run.
    pub tester: Option<String>,
    /// Number of the 試験成績書 where documents have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<String>,
    /// Its revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<String>,
    /// Seal of the evidence bundle that holds the traces, SHA-256, where one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seal: Option<String>,
    /// Selected cases that were not run to a verdict.
    pub untried: Vec<Untried>,
    /// The vendor's statement, as it was given; in a bundle it is a file of its own.
    #[serde(skip)]
    pub statement: Option<String>,
    /// The wire profile of the run, where it is the user's own; in a bundle it is a file of its own.
    #[serde(skip)]
    pub wire: Option<String>,
    /// The assumptions of the wire profiles of the run, in words; a bundle has the profile instead.
    #[serde(skip)]
    pub assumptions: Vec<Assumption>,
    /// What was tried of what the statement does not claim.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub probes: Vec<Probe>,
    /// Failures that were known, until which day and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub known: Vec<KnownFailure>,
    /// Parts of a divided run that are not there; a part has no evidence.
    #[serde(skip)]
    pub missing: Vec<Shard>,
    /// Cases that could not be played, as the client's program or the environment is not fit for it.
    #[serde(skip)]
    pub unplayed: Vec<Untried>,
}

/// Something that a report has no verdict on though it was asked for: an error to a pipeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The scenario, or the command that lacks something.
    pub name: String,
    /// What of it.
    pub what: &'static str,
    /// Why there is none.
    pub why: Wording,
}

impl Cover {
    /// What there is no verdict on; parts of the run that are missing come first.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        let parts = (!self.missing.is_empty()).then(|| Gap {
            name: "madoguchi merge".to_owned(),
            what: "parts",
            why: lacking(&self.missing),
        });
        let unplayed = self.unplayed.iter().map(|case| Gap {
            name: case.scenario.clone(),
            what: "client",
            why: case.because.clone(),
        });
        parts.into_iter().chain(unplayed).collect()
    }
}

/// An assumption of a wire profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assumption {
    /// `A-01`
    pub id: String,
    /// What is assumed.
    pub statement: Wording,
}

/// One look at something that the vendor's statement does not claim. It decides nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Probe {
    /// What is not claimed.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub feature: Wording,
    /// The variant that was played, which the seed chose.
    pub scenario: String,
    /// What came out.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub came_out: Wording,
    /// Whether it works all the same.
    pub works: bool,
    /// The requirements that it broke.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub broken: Vec<String>,
}

/// A selected case without a verdict, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Untried {
    /// Id of the scenario.
    pub scenario: String,
    /// What kept it from being run.
    pub because: Wording,
}
