//! Verdicts: what is said about a client, requirement by requirement, and what it means for the
//! run as a whole.
//!
//! A verdict file holds no time and no path: the same trace judged again gives the same bytes.

use std::borrow::Cow;
use std::collections::BTreeMap;

use madoguchi_notation::Wording;
use madoguchi_requirements::{Level, Role};
use madoguchi_scenarios::Axis;
use madoguchi_terms::harmless;
use madoguchi_trace::{
    Binding, ClientNote, Depth, ProfileNote, TIME_LIMIT_DONE, TIME_LIMIT_SCREEN,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::beside::Beside;
use crate::finding::Failure;
use crate::proven::Proven;
use crate::undone::Undone;

/// Major version of the verdict file.
pub const MAJOR: u16 = 1;

/// The verdicts of one case.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Verdicts {
    /// Format version; see [`MAJOR`].
    pub madoguchi_verdict: u16,
    /// Id of the scenario; empty for a trace from the field.
    pub scenario: String,
    /// The value of each axis, where the scenario has variants; see `scenario` for what differs.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variant: BTreeMap<Axis, String>,
    /// What the scenario is for.
    #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
    pub purpose: Wording,
    /// The wire that the service spoke.
    pub profile: ProfileNote,
    /// The client, where it introduced itself.
    pub client: Option<ClientNote>,
    /// By what it was learned what the client did; absent in reports of older versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub binding: Option<Binding>,
    /// How much could be observed of the client.
    pub depth: Depth,
    /// Seed of the run.
    pub seed: u64,
    /// How the client went through the case.
    pub conduct: Conduct,
    /// Acts of the scenario that could not be done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub undone: Vec<Undone>,
    /// One verdict for each requirement that the case has to do with, in catalogue order.
    pub verdicts: Vec<Verdict>,
    /// Assumptions (A-01 …) on which passes and failures rest.
    pub assumptions: Vec<String>,
    /// Of a レセコン: what was delivered beside what it made of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<Beside>,
    /// Equal records that are not among `records`.
    #[serde(default, skip_serializing_if = "is_none_left")]
    pub records_left_out: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands a reference")]
const fn is_none_left(left: &usize) -> bool {
    *left == 0
}

/// How the client went through the case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Conduct {
    /// To its end.
    Complete,
    /// It ended before it was told to.
    Ended {
        /// Place of its end.
        at: u64,
        /// Exit status; absent where something else ended it.
        code: Option<i32>,
        /// Why, where it was not the client's own end.
        why: Option<String>,
    },
    /// The trace ends before the case does.
    Cut,
    /// It never said hello: it could not be run.
    NeverGreeted,
}

fn make_harmless(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::String(text) => {
            if let Cow::Owned(safe) = harmless(text) {
                *text = safe;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(make_harmless),
        Value::Object(fields) => fields.values_mut().for_each(make_harmless),
        _ => {}
    }
}

/// What follows in the reason of an end where it begins like this.
fn waited<'a>(why: &'a str, beginning: &str) -> Option<&'a str> {
    let rest = why.strip_prefix(beginning)?.trim_start();
    Some(rest.strip_prefix("in ").unwrap_or(rest))
}

/// The verdict on one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Verdict {
    /// Id of the requirement.
    pub requirement: String,
    /// How binding it is.
    pub level: Level,
    /// Whether nobody but us asks for it.
    pub assumed: bool,
    /// Whether the scenario is meant to decide it.
    pub named: bool,
    /// Assumptions on the wire (A-01 …) without which it might not have come out like this; of a
    /// pass or a failure only. Those that the requirement declares and that were not
    /// [proven](crate::proven) to change nothing.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rests_on: Vec<String>,
    /// What came out.
    pub outcome: Outcome,
    /// Whether it counts though it is advice. What counts is the reader's choice, so no file keeps it.
    #[serde(skip)]
    pub strict: bool,
}

/// What came out for one requirement.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Kept.
    Pass,
    /// Broken.
    Fail(Box<Failure>),
    /// Not decided.
    Inconclusive {
        /// What was missing.
        #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
        missing: Wording,
        /// The failed requirement that explains it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        caused_by: Option<String>,
        /// The act that could not be done and for which it was not reached, by its place in the
        /// scenario ([`Undone::step`]).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        undone: Option<usize>,
    },
    /// The client's claim, or the case, excludes it.
    NotApplicable {
        /// The claim, or what did not occur.
        #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
        because: Wording,
    },
    /// Ours or the environment's fault, never the client's.
    Error {
        /// What went wrong.
        #[schemars(schema_with = "madoguchi_scenarios::wording_schema")]
        because: Wording,
    },
}

/// What verdicts mean for whoever waits for an exit code, mildest first.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Overall {
    /// All required verdicts pass.
    Passed,
    /// A requirement failed, or one that had to be decided was not.
    Failed,
    /// The client could not be run.
    CouldNotRun,
}

impl Conduct {
    /// What became of the client, for people; nothing where it went to the end.
    #[must_use]
    pub fn in_words(&self) -> Option<Wording> {
        Some(match self {
            Self::Complete => return None,
            Self::Ended {
                at, why: Some(why), ..
            } if waited(why, TIME_LIMIT_SCREEN).is_some() => {
                let (line, span) = (at + 1, waited(why, TIME_LIMIT_SCREEN).unwrap_or_default());
                Wording::new(
                    format!(
                        "時間切れ: begin のあと {span} 待っても最初の画面が届かず、madoguchi がアプリを終了させました (トレース {line} 行目)。最初の画面が begin への返事です"
                    ),
                    format!(
                        "time limit: madoguchi waited {span} for the first screen after begin, which answers it, and ended the client (trace line {line})"
                    ),
                )
            }
            Self::Ended {
                at, why: Some(why), ..
            } if waited(why, TIME_LIMIT_DONE).is_some() => {
                let (line, rest) = (at + 1, waited(why, TIME_LIMIT_DONE).unwrap_or_default());
                let (id, span) = rest.split_once(" in ").unwrap_or((rest, "?"));
                Wording::new(
                    format!(
                        "時間切れ: do {id} の done を {span} 待っても届かず、madoguchi がアプリを終了させました (トレース {line} 行目)"
                    ),
                    format!(
                        "time limit: madoguchi waited {span} for the done of do {id} and ended the client (trace line {line})"
                    ),
                )
            }
            Self::Ended { at, code, why } => {
                let line = at + 1;
                let said = |status: &str| {
                    let code = code.map(|code| format!("{status} {code}"));
                    why.clone().or(code).unwrap_or_else(|| "?".to_owned())
                };
                let (ja, en) = (said("終了コード"), said("status"));
                Wording::new(
                    format!("アプリが途中で終了しました ({ja}、トレース {line} 行目)"),
                    format!("the client ended before the case did ({en}, trace line {line})"),
                )
            }
            Self::Cut => Wording::new(
                "トレースが途中で終わっています",
                "the trace ends before the case does",
            ),
            Self::NeverGreeted => Wording::new(
                "アプリを実行できませんでした: hello がありません",
                "the client could not be run: it never said hello",
            ),
        })
    }
}

impl Verdict {
    /// Whether it says pass or fail.
    #[must_use]
    pub const fn is_decided(&self) -> bool {
        matches!(self.outcome, Outcome::Pass | Outcome::Fail(_))
    }

    /// The same with what it rests on: what its requirement declares and no trial ruled out.
    #[must_use]
    pub fn resting(self) -> Self {
        let known = madoguchi_requirements::builtin().get(&self.requirement);
        let known = known.filter(|_| self.is_decided());
        Self {
            rests_on: known.map_or_else(Vec::new, Proven::builtin().resting()),
            ..self
        }
    }

    /// What a client that fails like this probably does wrong, where its trace bears it out. What a レセコン
    /// made of a value is itself what its requirement says of the cause.
    #[must_use]
    pub fn likely(&self) -> Option<&Wording> {
        let Outcome::Fail(failure) = &self.outcome else {
            return None;
        };
        let known = madoguchi_requirements::builtin().get(&self.requirement);
        let known = known.filter(|_| Role::of(&self.requirement) == Role::Consumer);
        let likely = failure.likely.as_ref();
        likely.or_else(|| known.and_then(|known| known.likely.as_ref()))
    }

    /// Whether this verdict alone makes a run fail.
    #[must_use]
    pub fn counts_against(&self) -> bool {
        if self.level == Level::Advice && !self.strict {
            return false;
        }
        match self.outcome {
            // what failed for an act that could not be done would have counted
            Outcome::Fail(_)
            | Outcome::Inconclusive {
                undone: Some(_), ..
            } => true,
            Outcome::Inconclusive { .. } | Outcome::Error { .. } => self.named,
            Outcome::Pass | Outcome::NotApplicable { .. } => false,
        }
    }
}

impl Verdicts {
    /// What the case means for the run.
    #[must_use]
    pub fn overall(&self) -> Overall {
        if self.conduct == Conduct::NeverGreeted {
            Overall::CouldNotRun
        } else if self.verdicts.iter().any(Verdict::counts_against) {
            Overall::Failed
        } else {
            Overall::Passed
        }
    }

    /// The same with texts that neither a terminal nor a pipeline obeys, whatever wrote the trace or the file
    /// that they come from.
    #[must_use]
    pub fn harmless(self) -> Self {
        // What has no sign of harm is most: it need not be taken apart.
        let is_safe = serde_json::to_string(&self).is_ok_and(|text| {
            let escaped = ["\\u", "\\n", "\\r", "\\t", "\\b", "\\f"];
            let is_escaped = escaped.iter().any(|sign| text.contains(sign));
            !is_escaped && matches!(harmless(&text), Cow::Borrowed(_))
        });
        if is_safe {
            return self;
        }
        let read = serde_json::to_value(&self).map(|mut value| {
            make_harmless(&mut value);
            serde_json::from_value(value)
        });
        match read {
            Ok(Ok(verdicts)) => verdicts,
            Ok(Err(error)) | Err(error) => {
                unreachable!("verdicts are read as they are written: {error}")
            }
        }
    }

    /// The same, with advice counting like every other requirement.
    #[must_use]
    pub fn strictly(mut self) -> Self {
        for verdict in &mut self.verdicts {
            verdict.strict = verdict.level == Level::Advice;
        }
        self
    }

    /// Whether advice counts.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.verdicts.iter().any(|verdict| verdict.strict)
    }

    /// In which role the product was tested.
    #[must_use]
    pub fn role(&self) -> Role {
        let first = self.verdicts.first();
        first.map_or(Role::App, |verdict| Role::of(&verdict.requirement))
    }

    /// Whether something that counts was not reached because of this act.
    #[must_use]
    pub fn hangs_on(&self, undone: &Undone) -> bool {
        let mut counting = self.verdicts.iter().filter(|one| one.counts_against());
        counting.any(|verdict| match verdict.outcome {
            Outcome::Inconclusive { undone: step, .. } => step == Some(undone.step),
            _ => false,
        })
    }

    /// The acts that could not be done and are told: those on which something hangs, and buttons, of one
    /// screen the first. That a client refuses what it must not do now is none.
    pub fn told_undone(&self) -> impl Iterator<Item = &Undone> {
        let mut screen = None;
        self.undone.iter().filter(move |undone| {
            let stands = (&undone.screen, &undone.buttons);
            let is_new = screen.replace(stands) != Some(stands);
            self.hangs_on(undone) || is_new && undone.is_of_a_button()
        })
    }

    /// Failed requirements, in catalogue order.
    pub fn failed(&self) -> impl Iterator<Item = (&Verdict, &Failure)> {
        self.verdicts
            .iter()
            .filter_map(|verdict| match &verdict.outcome {
                Outcome::Fail(failure) => Some((verdict, failure.as_ref())),
                _ => None,
            })
    }

    /// The text of the verdict file, byte for byte the same each time.
    ///
    /// # Errors
    /// Never in practice: the verdicts are plain data.
    pub fn to_canonical_json(&self) -> serde_json::Result<String> {
        let mut text = serde_json::to_string_pretty(self)?;
        text.push('\n');
        Ok(text)
    }
}

/// The worst of several cases; none at all is a pass.
pub fn overall<'v>(cases: impl IntoIterator<Item = &'v Verdicts>) -> Overall {
    cases
        .into_iter()
        .map(Verdicts::overall)
        .max()
        .unwrap_or(Overall::Passed)
}
