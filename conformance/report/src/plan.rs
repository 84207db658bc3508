//! What a divided run was about: each part's report carries it, so that parts of different runs are not
//! taken for one.

use madoguchi_notation::Wording;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The whole that a report is a part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Plan {
    /// The tool and its version.
    pub tool: String,
    /// What the client is called: by its vendor's statement, or by the file that is run.
    pub client: String,
    /// The wire profile.
    pub profile: String,
    /// The seed.
    pub seed: u64,
    /// A digest over what cannot be seen from the names: scenarios and wire profiles of the user's own, and
    /// the vendor's statement.
    pub files: String,
    /// A digest over the plan file that says which part takes what; absent where they take turns.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divided: Option<String>,
    /// The cases of the whole run, in their order.
    pub cases: Vec<String>,
}

impl Plan {
    /// In what another plan differs.
    #[must_use]
    pub fn differences(&self, other: &Self) -> Vec<Wording> {
        let pairs = [
            (
                self.tool == other.tool,
                "madoguchi の版",
                "the version of madoguchi",
            ),
            (self.client == other.client, "クライアント", "the client"),
            (self.profile == other.profile, "プロファイル", "the profile"),
            (self.seed == other.seed, "seed", "the seed"),
            (
                self.files == other.files,
                "自作のシナリオ・プロファイル・宣言",
                "scenarios, profile or statement of one's own",
            ),
            (
                self.divided == other.divided,
                "分け方 (計画のファイル)",
                "how they are divided (the plan file)",
            ),
            (
                self.cases == other.cases,
                "選んだシナリオ",
                "the selected scenarios",
            ),
        ];
        let differ = pairs.into_iter().filter(|(is_same, ..)| !is_same);
        differ.map(|(_, ja, en)| Wording::new(ja, en)).collect()
    }

    /// The place of a case in the whole; what is not in the plan comes last.
    #[must_use]
    pub fn place(&self, scenario: &str) -> usize {
        let mut cases = self.cases.iter();
        cases
            .position(|case| case == scenario)
            .unwrap_or(self.cases.len())
    }
}
