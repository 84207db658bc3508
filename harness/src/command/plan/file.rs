//! The plan as a file: what `madoguchi plan` writes and `madoguchi run --plan` reads.

use std::collections::BTreeSet;
use std::path::Path;

use aws_lc_rs::digest;
use base16ct::HexDisplay;
use madoguchi_notation::Wording;
use madoguchi_report::shard::Shard;
use madoguchi_scenarios::Breadth;
use serde::{Deserialize, Serialize};

use crate::cli;
use crate::command::command_line::client_command;
use crate::command::trouble::Trouble;
use crate::command::{input, reports};

/// Major version of the plan.
const MAJOR: u16 = 1;

/// A matrix of scenarios, products, manners and profiles, divided into cells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlanFile {
    pub(super) madoguchi_plan: u16,
    /// The tool and its version: another one may have another catalogue.
    pub(super) tool: String,
    /// What was selected, as the user said it.
    pub(super) select: Vec<String>,
    pub(super) derived: bool,
    #[serde(with = "breadth")]
    pub(super) variants: Breadth,
    pub(super) tags: Vec<String>,
    pub(super) requirements: Vec<String>,
    pub(super) documents: Vec<String>,
    pub(super) seed: u64,
    /// Whether the weights are measured milliseconds; else an act counts as 100.
    pub(super) measured: bool,
    /// What each job of an engine plays, in order.
    pub(super) cells: Vec<Cell>,
}

/// What one job plays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Cell {
    pub(super) subject: Subject,
    /// Which part it is of all that is played with this subject: those parts are merged.
    pub(super) part: Shard,
    pub(super) weight: u64,
    /// Ids, in the order of the catalogue.
    pub(super) cases: Vec<String>,
}

/// With whom, in which manner, on which wire.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Subject {
    /// Its command; left to `run` where there is none.
    pub(super) client: Option<String>,
    pub(super) manner: Option<String>,
    pub(super) profile: String,
}

/// The words of `--variants`.
mod breadth {
    use madoguchi_scenarios::Breadth;
    use serde::{Deserialize, Deserializer, Serializer, de};

    const WORDS: [(&str, Breadth); 3] = [
        ("base", Breadth::Base),
        ("pairwise", Breadth::Pairwise),
        ("all", Breadth::All),
    ];

    pub(super) fn serialize<S: Serializer>(breadth: &Breadth, to: S) -> Result<S::Ok, S::Error> {
        let found = WORDS.iter().find(|(_, known)| known == breadth);
        to.serialize_str(found.map_or("base", |(word, _)| word))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Breadth, D::Error> {
        let word = String::deserialize(from)?;
        let found = WORDS.iter().find(|(known, _)| *known == word);
        found.map(|(_, breadth)| *breadth).ok_or_else(|| {
            let known = &["base", "pairwise", "all"];
            de::Error::unknown_variant(&word, known)
        })
    }
}

/// What one cell takes of the scenarios that are played with its subject.
#[derive(Debug)]
pub(in crate::command) struct Division {
    /// Which part this is.
    pub(in crate::command) part: Shard,
    /// A digest that all parts of this whole share.
    pub(in crate::command) digest: String,
    own: BTreeSet<String>,
    /// What its cells have together.
    whole: BTreeSet<String>,
}

impl Division {
    /// Whether this part takes the case.
    pub(in crate::command) fn takes(&self, id: &str) -> bool {
        self.own.contains(id)
    }

    /// A case that no cell takes: the selection is not the one that was planned.
    pub(in crate::command) fn untaken<'a>(
        &self,
        mut ids: impl Iterator<Item = &'a str>,
    ) -> Option<&'a str> {
        ids.find(|id| !self.whole.contains(*id))
    }
}

/// The cell that a run was told to take: what the run is then asked for, and what it takes of it.
pub(in crate::command) fn cell(
    path: &Path,
    options: &cli::Run,
) -> Result<(cli::Run, Division), Trouble> {
    let text = input::text(path, input::MADE)?;
    let refused = |ja: String, en: String| Trouble::Plan {
        path: path.to_owned(),
        why: Wording::new(ja, en),
    };
    let plan: PlanFile = serde_json::from_str(&text).map_err(|error| {
        refused(
            format!("madoguchi plan --json で書いた計画ではありません: {error}"),
            format!("no plan of madoguchi plan --json: {error}"),
        )
    })?;
    if plan.madoguchi_plan != MAJOR || plan.tool != reports::TOOL {
        let (tool, own) = (&plan.tool, reports::TOOL);
        return Err(refused(
            format!("{tool} の計画です。この {own} では、シナリオが違うかもしれません"),
            format!("it is a plan of {tool}: this {own} may have other scenarios"),
        ));
    }
    let cells = plan.cells.len();
    let told = options.shard.filter(|shard| shard.of() == cells);
    let cell = told.and_then(|shard| plan.cells.get(shard.index() - 1));
    let cell = cell.ok_or_else(|| {
        refused(
            format!(
                "この計画は {cells} 区画です。--shard K/{cells} か auto/{cells} を指定してください"
            ),
            format!("this plan has {cells} cells: write --shard K/{cells}, or auto/{cells}"),
        )
    })?;
    let client = match (&cell.subject.client, &options.client) {
        (Some(_), Some(_)) => {
            return Err(refused(
                "クライアントは計画にあります。--client を外してください".to_owned(),
                "the plan names the clients: leave --client out".to_owned(),
            ));
        }
        (planned, given) => planned.as_ref().or(given.as_ref()).cloned(),
    };
    let client = match &cell.subject.manner {
        Some(manner) => Some(format!(
            "{} --manner {manner}",
            client_command(client.as_deref())?
        )),
        None => client,
    };
    let of_it = plan
        .cells
        .iter()
        .filter(|other| other.subject == cell.subject);
    let mut digest = digest::Context::new(&digest::SHA256);
    digest.update(text.as_bytes());
    digest.update(format!("{:?}", cell.subject).as_bytes());
    let division = Division {
        part: cell.part,
        digest: format!("sha256:{:x}", HexDisplay(digest.finish().as_ref())),
        own: cell.cases.iter().cloned().collect(),
        whole: of_it
            .flat_map(|other| other.cases.iter().cloned())
            .collect(),
    };
    let run = cli::Run {
        select: plan.select,
        derived: plan.derived,
        variants: plan.variants,
        tags: plan.tags,
        requirements: plan.requirements,
        documents: plan.documents,
        seed: plan.seed,
        profile: cell.subject.profile.clone(),
        client,
        ..options.clone()
    };
    Ok((run, division))
}

impl PlanFile {
    /// What was asked for, with these cells.
    pub(super) fn new(options: &cli::Plan, measured: bool, cells: Vec<Cell>) -> Self {
        Self {
            madoguchi_plan: MAJOR,
            tool: reports::TOOL.to_owned(),
            select: options.select.clone(),
            derived: options.derived,
            variants: options.variants,
            tags: options.tags.clone(),
            requirements: options.requirements.clone(),
            documents: options.documents.clone(),
            seed: options.seed,
            measured,
            cells,
        }
    }
}
