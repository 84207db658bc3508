//! `--shard`: which part of a divided run this one is, told by the command line or by the engine that
//! started it.

use madoguchi_report::shard::{NoShard, Shard};
use madoguchi_terms::{Lang, Say};

/// A part, and which engine told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) shard: Shard,
    pub(super) engine: Option<&'static str>,
}

/// How an engine tells a job of an array which one it is.
struct Engine {
    name: &'static str,
    index: &'static str,
    /// The first job's number, or the variable that has it.
    first: First,
    /// How many there are; some do not tell.
    total: Option<&'static str>,
}

enum First {
    Number(i64),
    Variable(&'static str),
}

/// The engines, the most particular first: a job of one may run inside another.
const ENGINES: &[Engine] = &[
    engine("madoguchi", "MADOGUCHI_SHARD", 1, Some("MADOGUCHI_SHARDS")),
    Engine {
        name: "Slurm",
        index: "SLURM_ARRAY_TASK_ID",
        first: First::Variable("SLURM_ARRAY_TASK_MIN"),
        total: Some("SLURM_ARRAY_TASK_COUNT"),
    },
    engine("Bazel", "TEST_SHARD_INDEX", 0, Some("TEST_TOTAL_SHARDS")),
    engine(
        "AWS Batch",
        "AWS_BATCH_JOB_ARRAY_INDEX",
        0,
        Some("AWS_BATCH_JOB_ARRAY_SIZE"),
    ),
    engine(
        "Cloud Run",
        "CLOUD_RUN_TASK_INDEX",
        0,
        Some("CLOUD_RUN_TASK_COUNT"),
    ),
    engine(
        "Buildkite",
        "BUILDKITE_PARALLEL_JOB",
        0,
        Some("BUILDKITE_PARALLEL_JOB_COUNT"),
    ),
    engine(
        "CircleCI",
        "CIRCLE_NODE_INDEX",
        0,
        Some("CIRCLE_NODE_TOTAL"),
    ),
    engine("GitLab", "CI_NODE_INDEX", 1, Some("CI_NODE_TOTAL")),
    engine(
        "Azure Pipelines",
        "SYSTEM_JOBPOSITIONINPHASE",
        1,
        Some("SYSTEM_TOTALJOBSINPHASE"),
    ),
    engine("Kubernetes", "JOB_COMPLETION_INDEX", 0, None),
];

const fn engine(
    name: &'static str,
    index: &'static str,
    first: i64,
    total: Option<&'static str>,
) -> Engine {
    Engine {
        name,
        index,
        first: First::Number(first),
        total,
    }
}

/// Why no part is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NoPart {
    /// The text names none.
    Text,
    /// No engine has set its variable.
    NoEngine,
    /// This engine does not tell how many parts there are.
    NoTotal(&'static str),
    /// What this engine's variables say is no part.
    Wrong(&'static str, String),
}

/// The part that `text` names: `2/4`, `auto`, or `auto/4` where the engine tells no number of parts.
pub(super) fn of(text: &str, variable: &dyn Fn(&str) -> Option<String>) -> Result<Part, NoPart> {
    let parse = |text: &str| text.parse().map_err(|NoShard| NoPart::Text);
    let Some(told) = text.strip_prefix("auto") else {
        let shard = parse(text)?;
        return Ok(Part {
            shard,
            engine: None,
        });
    };
    let told = match told {
        "" => None,
        told => Some(told.strip_prefix('/').ok_or(NoPart::Text)?.to_owned()),
    };
    let set = |name: &str| variable(name).filter(|value| !value.trim().is_empty());
    let mut engines = ENGINES.iter();
    let engine = engines
        .find(|engine| set(engine.index).is_some())
        .ok_or(NoPart::NoEngine)?;
    let total = told
        .or_else(|| engine.total.and_then(set))
        .or_else(|| set("MADOGUCHI_SHARDS"))
        .ok_or(NoPart::NoTotal(engine.name))?;
    let index = set(engine.index).unwrap_or_default();
    let first = match engine.first {
        First::Number(number) => Some(number),
        First::Variable(name) => set(name).and_then(|value| value.trim().parse().ok()),
    };
    let place = index.trim().parse::<i64>().ok().zip(first);
    let place = place.map(|(index, first)| index - first + 1);
    let shard = place.and_then(|place| format!("{place}/{}", total.trim()).parse().ok());
    let shard = shard.ok_or_else(|| NoPart::Wrong(engine.name, format!("{index}, {total}")))?;
    Ok(Part {
        shard,
        engine: Some(engine.name),
    })
}

impl Say for NoPart {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Text => NoShard.text(lang),
            Self::NoEngine => {
                let names: Vec<&str> = ENGINES.iter().map(|engine| engine.index).collect();
                let names = names.join(", ");
                lang.pick(
                    format!("何番目かを示す変数がありません: {names}"),
                    format!("no variable says which part this is: {names}"),
                )
            }
            Self::NoTotal(engine) => lang.pick(
                format!("{engine} は全体の数を示しません。auto/16 の形で書くか MADOGUCHI_SHARDS を設定してください"),
                format!("{engine} does not say how many parts there are; write auto/16, or set MADOGUCHI_SHARDS"),
            ),
            Self::Wrong(engine, values) => lang.pick(
                format!("{engine} の変数が何番目/全体になりません: {values}"),
                format!("the variables of {engine} make no part of a whole: {values}"),
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str, set: &[(&str, &str)]) -> Result<(String, Option<&'static str>), NoPart> {
        let variable = |name: &str| {
            let mut set = set.iter();
            set.find(|(known, _)| *known == name)
                .map(|(_, value)| (*value).to_owned())
        };
        of(text, &variable).map(|part| (part.shard.to_string(), part.engine))
    }

    #[test]
    fn a_part_is_what_the_command_line_says() {
        let gitlab = [("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "9")];
        assert_eq!(told("2/4", &gitlab), Ok(("2/4".to_owned(), None)));
        for text in ["autos", "auto4", "4", "auto/"] {
            assert!(told(text, &gitlab).is_err(), "{text}");
        }
    }

    #[test]
    fn each_engine_counts_in_its_own_way() {
        type Case = (
            &'static [(&'static str, &'static str)],
            &'static str,
            &'static str,
        );
        let cases: [Case; 8] = [
            (
                &[("CI_NODE_INDEX", "3"), ("CI_NODE_TOTAL", "4")],
                "3/4",
                "GitLab",
            ),
            (
                &[("CIRCLE_NODE_INDEX", "0"), ("CIRCLE_NODE_TOTAL", "2")],
                "1/2",
                "CircleCI",
            ),
            (
                &[
                    ("BUILDKITE_PARALLEL_JOB", "1"),
                    ("BUILDKITE_PARALLEL_JOB_COUNT", "2"),
                ],
                "2/2",
                "Buildkite",
            ),
            (
                &[
                    ("SLURM_ARRAY_TASK_ID", "12"),
                    ("SLURM_ARRAY_TASK_MIN", "10"),
                    ("SLURM_ARRAY_TASK_COUNT", "4"),
                ],
                "3/4",
                "Slurm",
            ),
            (
                &[
                    ("AWS_BATCH_JOB_ARRAY_INDEX", "7"),
                    ("AWS_BATCH_JOB_ARRAY_SIZE", "8"),
                ],
                "8/8",
                "AWS Batch",
            ),
            (
                &[
                    ("SYSTEM_JOBPOSITIONINPHASE", "1"),
                    ("SYSTEM_TOTALJOBSINPHASE", "3"),
                ],
                "1/3",
                "Azure Pipelines",
            ),
            (
                &[("TEST_SHARD_INDEX", "1"), ("TEST_TOTAL_SHARDS", "5")],
                "2/5",
                "Bazel",
            ),
            (
                &[("MADOGUCHI_SHARD", "2"), ("MADOGUCHI_SHARDS", "6")],
                "2/6",
                "madoguchi",
            ),
        ];
        for (set, shard, engine) in cases {
            assert_eq!(told("auto", set), Ok((shard.to_owned(), Some(engine))));
        }
    }

    #[test]
    fn who_does_not_tell_how_many_there_are_is_helped() {
        let kubernetes = [("JOB_COMPLETION_INDEX", "4")];
        assert_eq!(
            told("auto", &kubernetes),
            Err(NoPart::NoTotal("Kubernetes"))
        );
        assert_eq!(
            told("auto/16", &kubernetes),
            Ok(("5/16".to_owned(), Some("Kubernetes")))
        );
        let helped = [("JOB_COMPLETION_INDEX", "4"), ("MADOGUCHI_SHARDS", "8")];
        assert_eq!(
            told("auto", &helped),
            Ok(("5/8".to_owned(), Some("Kubernetes")))
        );
    }

    #[test]
    fn what_makes_no_part_is_refused() {
        assert_eq!(told("auto", &[]), Err(NoPart::NoEngine));
        let beyond = [("CI_NODE_INDEX", "5"), ("CI_NODE_TOTAL", "4")];
        assert!(matches!(
            told("auto", &beyond),
            Err(NoPart::Wrong("GitLab", _))
        ));
        let single = [
            ("SLURM_ARRAY_TASK_ID", "2"),
            ("SLURM_ARRAY_TASK_COUNT", "4"),
        ];
        assert!(matches!(
            told("auto", &single),
            Err(NoPart::Wrong("Slurm", _))
        ));
    }
}
