//! `madoguchi mutants --manners`: the other direction. A client that is right in another way is to be
//! let through, and one that is wrong is to be caught whatever its manners.
//!
//! Each manner is played through every case. Where the plain client tells that nothing in its trial would have
//! been otherwise with a manner, that trial was the manner's, too, and is not played again. Manners that no trace
//! tells are played together. Two manners can meet only in a case in which each of them makes a difference, so
//! pairs are played there. Each defect is tried under sets of manners.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{self, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chacha20::ChaCha20Rng;
use chacha20::rand_core::{Rng as _, SeedableRng as _};
use madoguchi_report::soundness::{Soundness, Trials, UnderManners};
use madoguchi_scenarios::Scenario;
use madoguchi_terms::Lang;
use madoguchi_trace::{Trace, canonical};
use serde::Serialize;

use super::super::judge;
use super::super::trouble::Trouble;
use super::super::workers;
use super::defects::{Defect, Manner};
use super::fate::{self, Fate, Hunt, in_manners};
use crate::cell::case::ClientSpec;
use crate::cli;

/// In how many cases a pair of manners is played at most.
const CASES_OF_A_PAIR: usize = 12;
/// How many manners a defect has at a time, at most.
const LARGEST_SET: usize = 3;
/// In how many cases each manner is played alone before it is known whether a trace tells it.
const SAMPLES: usize = 16;
/// In how many of these it has to make a difference that no trace tells, before others are played beside it.
const UNTOLD: usize = 8;
/// How many such manners are played together, at most.
const TOGETHER: usize = 8;

/// What came of it; `--json` writes it, and reports tell its first part.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Outcome {
    #[serde(flatten)]
    pub(super) soundness: Soundness,
    /// Correct clients that failed.
    pub(super) wrong: Vec<Wrong>,
    /// Wrong clients that passed.
    pub(super) missed: Vec<Missed>,
    /// Trials that were another than the plain client's, though its own told that they would not be.
    pub(super) unforeseen: Vec<Unforeseen>,
    /// Manners that make a difference in no case.
    pub(super) idle: Vec<String>,
    /// What there was no time for.
    pub(super) left_out: usize,
}

/// A correct client that failed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Wrong {
    manners: Vec<String>,
    case: String,
    requirements: BTreeSet<String>,
    /// Where its trace lies.
    folder: PathBuf,
}

/// A trial that is not what the plain client's told of it.
#[derive(Debug, Serialize)]
pub(super) struct Unforeseen {
    manner: String,
    case: String,
}

/// A wrong client that passed.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(super) struct Missed {
    defect: String,
    manners: Vec<String>,
}

/// One client that is tried.
enum Trial<'a> {
    /// Right, in these manners, in one case.
    Right { manners: Vec<&'a str>, case: usize },
    /// Right, in manners that no trace tells: one trial in place of one each.
    Together { manners: Vec<&'a str>, case: usize },
    /// Wrong, in these manners, in the cases that may show it.
    Wrong {
        defect: &'a Defect,
        manners: Vec<&'a str>,
    },
}

/// What came of a trial.
enum Ended {
    /// The client does not support the case.
    NotSupported,
    /// There was no time.
    LeftOut,
    /// What is right was let through.
    Passed(Form),
    /// What is right failed.
    Failed(Form, BTreeSet<String>, PathBuf),
    /// What is wrong was caught.
    Caught,
    /// What is wrong was let through.
    Missed,
    /// It would have been the plain client's trial once more.
    Same,
    /// Together with other manners it was let through, and its trace was the plain client's.
    Together,
}

/// Trials and what came of them.
type Played<'a> = Vec<(Trial<'a>, Ended)>;

/// What tells traces apart.
type Form = u64;

/// Which trials there are.
pub(super) struct Visit<'a> {
    pub(super) hunt: Hunt<'a>,
    /// Those that are played by themselves and in pairs.
    pub(super) manners: &'a [String],
    /// Those that defects are tried under.
    pub(super) of_defects: &'a [Manner],
    pub(super) defects: &'a [Defect],
    pub(super) options: &'a cli::Manners,
    pub(super) jobs: usize,
    pub(super) day: String,
}

impl<'a> Visit<'a> {
    /// Plays all of it and tells what is wrong as it is found.
    pub(super) fn play(&self, out: &mut impl Write, lang: Lang) -> Result<Outcome, Trouble> {
        let cases = &self.hunt.prepared.scenarios;
        let mut tour = Tour {
            visit: self,
            rng: ChaCha20Rng::seed_from_u64(self.options.seed),
            wrong: Vec::new(),
            left_out: 0,
        };
        // None of these waits for what another comes to, and some do little but wait.
        let mut trials = tour.plain();
        let first = trials.len();
        trials.extend(tour.samples());
        trials.extend(tour.defects());
        tour.shuffle(&mut trials[first..]);
        let mut played = tour.all(trials, tour.until(2), out, lang)?;
        let plain = self.plain(&played);
        let (defects, mut missed) = caught(&played);
        played.retain(|(trial, _)| trial.manner().is_some());
        let mut rest = tour.one_at_a_time(&played);
        if !self.options.every_trial {
            let same = rest.extract_if(.., |trial| plain.is_same(trial));
            played.extend(same.map(|trial| (trial, Ended::Same)));
            rest = tour.together(rest, &played, &plain);
        }
        tour.shuffle(&mut rest);
        let ended = tour.all(rest, tour.until(3), out, lang)?;
        let (ended, told) = apart(ended, &plain);
        played.extend(ended);
        played.extend(tour.all(told, tour.until(3), out, lang)?);
        let differs = differs(&played, &plain);
        let pairs = tour.pairs(&differs);
        let pairs = tour.all(pairs, tour.until(4), out, lang)?;
        let is_idle = |manner: &&String| !differs.contains_key(manner.as_str());
        let idle = self.manners.iter().filter(is_idle).cloned().collect();
        tour.wrong.sort();
        missed.sort();
        Ok(Outcome {
            soundness: Soundness {
                day: self.day.clone(),
                seed: self.options.seed,
                cases: cases.len(),
                manners: count(&played, &plain),
                pairs: count(&pairs, &plain),
                defects,
            },
            wrong: tour.wrong,
            missed,
            unforeseen: unforeseen(&played, &plain, cases),
            idle: if tour.left_out == 0 { idle } else { Vec::new() },
            left_out: tour.left_out,
        })
    }
}

impl<'a> Trial<'a> {
    /// A client that is right in one manner.
    fn of_one(manner: &'a str, case: usize) -> Self {
        let manners = vec![manner];
        Self::Right { manners, case }
    }

    /// The one manner that it is in, and the case.
    fn manner(&self) -> Option<(&'a str, usize)> {
        match self {
            Self::Right { manners, case } => match manners[..] {
                [manner] => Some((manner, *case)),
                _ => None,
            },
            _ => None,
        }
    }

    /// How many it stands for.
    fn size(&self) -> usize {
        match self {
            Self::Together { manners, .. } => manners.len(),
            Self::Right { .. } | Self::Wrong { .. } => 1,
        }
    }
}

/// What a visit has come to.
struct Tour<'v, 'a> {
    visit: &'v Visit<'a>,
    rng: ChaCha20Rng,
    wrong: Vec<Wrong>,
    left_out: usize,
}

/// The plain client's trials, by case.
struct Plain(Vec<PlainTrial>);

/// What came of the plain client in one case.
#[derive(Clone, Default)]
struct PlainTrial {
    /// Its trace, where there is one.
    form: Option<Form>,
    /// The manners that would have made it another, where it told them.
    differences: Option<BTreeSet<String>>,
}

impl Plain {
    /// Whether this trial would be the plain client's once more.
    fn is_same(&self, trial: &Trial<'_>) -> bool {
        let Trial::Right { manners, case } = trial else {
            return false;
        };
        let PlainTrial { form, differences } = &self.0[*case];
        let differ = |told: &BTreeSet<String>| manners.iter().any(|&manner| told.contains(manner));
        form.is_some() && differences.as_ref().is_some_and(|told| !differ(told))
    }
}

/// In which cases each manner makes a difference.
type Differs<'a> = BTreeMap<&'a str, BTreeSet<usize>>;

impl<'v, 'a> Tour<'v, 'a> {
    /// The client as it is: what a trace differs from, and the control of all that follows.
    fn plain(&self) -> Vec<Trial<'v>> {
        // Where no manner is played nothing is to differ from it.
        let cases = match self.visit.manners {
            [] => 0,
            _ => self.visit.hunt.prepared.scenarios.len(),
        };
        let trial = |case| Trial::Right {
            manners: Vec::new(),
            case,
        };
        (0..cases).map(trial).collect()
    }

    /// Each manner in some cases.
    fn samples(&mut self) -> Vec<Trial<'v>> {
        let visit = self.visit;
        let mut trials = Vec::new();
        for manner in visit.manners {
            let mut cases: Vec<usize> = (0..visit.hunt.prepared.scenarios.len()).collect();
            self.shuffle(&mut cases);
            let cases = cases.into_iter().take(SAMPLES);
            trials.extend(cases.map(|case| Trial::of_one(manner, case)));
        }
        trials
    }

    /// Each manner in every case in which it has not been played.
    fn one_at_a_time(&self, played: &Played<'_>) -> Vec<Trial<'v>> {
        let visit = self.visit;
        let played = played.iter().filter_map(|(trial, _)| trial.manner());
        let played: HashSet<(&str, usize)> = played.collect();
        let cases = 0..visit.hunt.prepared.scenarios.len();
        let all = visit.manners.iter().flat_map(|manner| {
            let cases = cases.clone();
            cases.map(|case| (manner.as_str(), case))
        });
        all.filter(|one| !played.contains(one))
            .map(|(manner, case)| Trial::of_one(manner, case))
            .collect()
    }

    /// Puts trials of manners that no trace has told so far together by case. Which of them meet is drawn for each
    /// case: of two that change the same thing only the later one is seen.
    fn together(
        &mut self,
        trials: Vec<Trial<'v>>,
        played: &Played<'_>,
        plain: &Plain,
    ) -> Vec<Trial<'v>> {
        let untold = untold(played, plain);
        let mut meeting: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let mut others = Vec::new();
        for trial in trials {
            match trial.manner() {
                Some((manner, case)) if untold.contains(manner) => {
                    meeting.entry(case).or_default().push(manner);
                }
                _ => others.push(trial),
            }
        }
        for (case, mut manners) in meeting {
            self.shuffle(&mut manners);
            others.extend(manners.chunks(TOGETHER).map(|manners| Trial::Together {
                manners: manners.to_vec(),
                case,
            }));
        }
        others
    }

    fn pairs(&mut self, differs: &Differs<'v>) -> Vec<Trial<'v>> {
        let names: Vec<&str> = differs.keys().copied().collect();
        let mut meeting: Vec<(Vec<&str>, Vec<usize>)> = Vec::new();
        for (at, first) in names.iter().enumerate() {
            for second in &names[at + 1..] {
                let both: Vec<usize> = differs[first]
                    .intersection(&differs[second])
                    .copied()
                    .collect();
                if !both.is_empty() {
                    meeting.push((vec![first, second], both));
                }
            }
        }
        self.shuffle(&mut meeting);
        meeting.truncate(self.visit.options.pairs);
        let mut trials = Vec::new();
        for (manners, mut cases) in meeting {
            self.shuffle(&mut cases);
            let cases = cases.into_iter().take(CASES_OF_A_PAIR);
            trials.extend(cases.map(|case| Trial::Right {
                manners: manners.clone(),
                case,
            }));
        }
        trials
    }

    /// Each defect under sets of manners.
    fn defects(&mut self) -> Vec<Trial<'v>> {
        let Visit {
            of_defects,
            defects,
            options,
            ..
        } = self.visit;
        let mut trials = Vec::new();
        if of_defects.is_empty() {
            return trials;
        }
        for defect in *defects {
            for _ in 0..options.sets {
                let leaves_room = of_defects
                    .iter()
                    .filter(|manner| !manner.excuses.contains(&defect.name));
                let mut manners: Vec<&str> =
                    leaves_room.map(|manner| manner.name.as_str()).collect();
                let size = 1 + self.below(LARGEST_SET);
                self.shuffle(&mut manners);
                manners.truncate(size);
                trials.push(Trial::Wrong { defect, manners });
            }
        }
        trials
    }

    /// Plays trials, and tells each that came to another end than it should.
    fn all<'t>(
        &mut self,
        trials: Vec<Trial<'t>>,
        until: Option<Instant>,
        out: &mut impl Write,
        lang: Lang,
    ) -> Result<Played<'t>, Trouble> {
        let visit = self.visit;
        let cases = &visit.hunt.prepared.scenarios;
        let labels: Vec<String> = trials
            .iter()
            .map(|trial| match trial {
                Trial::Right { manners, case } | Trial::Together { manners, case } => {
                    format!("{} {}", manners.join(" + "), cases[*case].id)
                }
                Trial::Wrong { defect, manners } => {
                    format!("{} ({})", defect.name, manners.join(", "))
                }
            })
            .collect();
        let labels: Vec<&str> = labels.iter().map(String::as_str).collect();
        let order: Vec<usize> = (0..trials.len()).collect();
        let play = |at: usize| match is_over(until) {
            true => ControlFlow::Continue(Ok(Ended::LeftOut)),
            false => match visit.trial(&trials[at]) {
                Ok(ended) => ControlFlow::Continue(Ok(ended)),
                Err(trouble) => ControlFlow::Break(Err(trouble)),
            },
        };
        let mut all = Vec::new();
        workers::in_order(visit.jobs, &labels, &order, &play, &mut |ended| {
            let ended = ended?;
            match (&trials[all.len()], &ended) {
                (trial, Ended::LeftOut) => self.left_out += trial.size(),
                (
                    Trial::Right { manners, case } | Trial::Together { manners, case },
                    Ended::Failed(_, requirements, folder),
                ) => {
                    let wrong = Wrong {
                        manners: manners.iter().map(|&name| name.to_owned()).collect(),
                        case: cases[*case].id.clone(),
                        requirements: requirements.clone(),
                        folder: folder.clone(),
                    };
                    super::screen::say(wrong.tell(out, lang))?;
                    self.wrong.push(wrong);
                }
                (Trial::Wrong { defect, manners }, Ended::Missed) => {
                    super::screen::say(tell_missed(out, &defect.name, manners, lang))?;
                }
                _ => {}
            }
            all.push(ended);
            Ok(())
        })?;
        Ok(trials.into_iter().zip(all).collect())
    }

    /// When the part of the time that ends with this quarter is over.
    fn until(&self, quarter: u32) -> Option<Instant> {
        let options = self.visit.options;
        options
            .budget
            .map(|budget| options.begun + budget * quarter / 4)
    }

    fn below(&mut self, limit: usize) -> usize {
        let limit = u64::try_from(limit).unwrap_or(u64::MAX).max(1);
        usize::try_from(self.rng.next_u64() % limit).unwrap_or_default()
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = self.below(last + 1);
            items.swap(last, other);
        }
    }
}

impl Visit<'_> {
    /// Where the plain client tells, in this case, which manners would have made a difference.
    fn differences_file(&self, case: usize) -> PathBuf {
        let folder = self.hunt.prepared.folder.path();
        folder.join(format!("differences-{case}"))
    }

    /// What the plain client's trials came to.
    fn plain(&self, played: &Played<'_>) -> Plain {
        let cases = self.hunt.prepared.scenarios.len();
        let mut plain = vec![PlainTrial::default(); cases];
        for (trial, ended) in played {
            if let Trial::Right { manners, case } = trial
                && manners.is_empty()
                && let Ended::Passed(form) | Ended::Failed(form, ..) = ended
            {
                let file = self.differences_file(*case);
                plain[*case] = PlainTrial {
                    form: Some(*form),
                    differences: told(&file),
                };
            }
        }
        Plain(plain)
    }

    fn trial(&self, trial: &Trial<'_>) -> Result<Ended, Trouble> {
        match trial {
            Trial::Right { manners, case } | Trial::Together { manners, case } => {
                self.right(manners, *case)
            }
            Trial::Wrong { defect, manners } => Ok(match self.hunt.fate(defect, manners)? {
                Fate::Caught { .. } => Ended::Caught,
                _ => Ended::Missed,
            }),
        }
    }

    /// Plays a correct client. What passed leaves nothing behind.
    fn right(&self, manners: &[&str], case: usize) -> Result<Ended, Trouble> {
        let scenario: &Scenario = &self.hunt.prepared.scenarios[case];
        let argv = in_manners(self.hunt.client.argv, manners);
        let differences = manners.is_empty().then(|| self.differences_file(case));
        let client = ClientSpec {
            argv: &argv,
            differences: differences.as_deref(),
            ..self.hunt.client
        };
        let name = match manners {
            [] => "plain".to_owned(),
            manners => manners.join("+"),
        };
        let played = fate::play(self.hunt.prepared, scenario, &client, &name)?;
        let Some((trace, folder)) = played else {
            return Ok(Ended::NotSupported);
        };
        let form = form(&trace);
        let broken = fate::broken(&madoguchi_judge::judge(&trace));
        if broken.is_empty() {
            // Nothing depends on it: what stays is told apart by its name.
            let _ = fs::remove_dir_all(&folder);
            return Ok(Ended::Passed(form));
        }
        judge::store(&trace, &folder)?;
        Ok(Ended::Failed(form, broken, folder))
    }
}

fn form(trace: &Trace) -> Form {
    let text =
        canonical(trace).unwrap_or_else(|error| unreachable!("a trace is plain data: {error}"));
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// Whether it is another trace than the plain client's.
fn is_another(ended: &Ended, plain: &PlainTrial) -> bool {
    match ended {
        Ended::Passed(form) | Ended::Failed(form, ..) => {
            plain.form.is_some_and(|plain| *form != plain)
        }
        _ => false,
    }
}

fn is_over(until: Option<Instant>) -> bool {
    until.is_some_and(|until| Instant::now() >= until)
}

/// The manners that a client told to make a difference, where it told any such thing. The file is not needed then.
fn told(file: &Path) -> Option<BTreeSet<String>> {
    let text = fs::read_to_string(file).ok()?;
    let _ = fs::remove_file(file);
    Some(text.lines().map(str::to_owned).collect())
}

/// Trials that were another than the plain client's, though that one told that they would not be.
fn unforeseen(played: &Played<'_>, plain: &Plain, cases: &[Scenario]) -> Vec<Unforeseen> {
    let of_one = played
        .iter()
        .filter(|(trial, _)| plain.is_same(trial))
        .filter_map(|(trial, ended)| Some((trial.manner()?, ended)));
    of_one
        .filter(|((_, case), ended)| is_another(ended, &plain.0[*case]))
        .map(|((manner, case), _)| Unforeseen {
            manner: manner.to_owned(),
            case: cases[case].id.clone(),
        })
        .collect()
}

fn differs<'a>(played: &Played<'a>, plain: &Plain) -> Differs<'a> {
    let mut differs = Differs::new();
    for (trial, ended) in played {
        if let Some((manner, case)) = trial.manner()
            && is_another(ended, &plain.0[case])
        {
            differs.entry(manner).or_default().insert(case);
        }
    }
    differs
}

/// The manners that made a difference in enough cases, and in none of them one that the trace told.
fn untold<'a>(played: &Played<'a>, plain: &Plain) -> BTreeSet<&'a str> {
    let mut cases: BTreeMap<&str, usize> = BTreeMap::new();
    for (trial, ended) in played {
        if let (Some((manner, _)), Ended::Passed(_)) = (trial.manner(), ended)
            && !plain.is_same(trial)
        {
            *cases.entry(manner).or_default() += 1;
        }
    }
    let told = differs(played, plain);
    cases.retain(|manner, cases| *cases >= UNTOLD && !told.contains_key(manner));
    cases.into_keys().collect()
}

/// What manners that were played together have come to, each by itself, and the trials of those that are to be
/// played alone: one of them may have been told.
fn apart<'a>(played: Played<'a>, plain: &Plain) -> (Played<'a>, Vec<Trial<'a>>) {
    let (mut each, mut told) = (Vec::new(), Vec::new());
    for (trial, ended) in played {
        let Trial::Together { manners, case } = &trial else {
            each.push((trial, ended));
            continue;
        };
        let alone = manners.iter().map(|&manner| Trial::of_one(manner, *case));
        match ended {
            Ended::NotSupported => each.extend(alone.map(|one| (one, Ended::NotSupported))),
            Ended::LeftOut => each.extend(alone.map(|one| (one, Ended::LeftOut))),
            Ended::Passed(_) if !is_another(&ended, &plain.0[*case]) => {
                each.extend(alone.map(|one| (one, Ended::Together)));
            }
            _ => {
                told.extend(alone);
                each.push((trial, ended));
            }
        }
    }
    (each, told)
}

/// How often what is right was let through.
fn count(played: &Played<'_>, plain: &Plain) -> Trials {
    let mut count = Trials::default();
    let mut of = BTreeSet::new();
    for (trial, ended) in played {
        count.failed += usize::from(matches!(ended, Ended::Failed(..)));
        let Trial::Right { manners, case } = trial else {
            continue;
        };
        match ended {
            Ended::NotSupported | Ended::LeftOut => continue,
            Ended::Same => count.same += 1,
            Ended::Together => count.together += 1,
            _ => count.played += 1,
        }
        of.insert(manners);
        count.differed += usize::from(is_another(ended, &plain.0[*case]));
    }
    count.of = of.len();
    count
}

/// How often what is wrong was caught, and what was not.
fn caught(played: &Played<'_>) -> (UnderManners, Vec<Missed>) {
    let (mut under, mut missed) = (UnderManners::default(), Vec::new());
    let mut tried = BTreeSet::new();
    for (trial, ended) in played {
        let Trial::Wrong { defect, manners } = trial else {
            continue;
        };
        match ended {
            Ended::Caught => under.caught += 1,
            Ended::Missed => missed.push(Missed {
                defect: defect.name.clone(),
                manners: manners.iter().map(|&manner| manner.to_owned()).collect(),
            }),
            _ => continue,
        }
        under.tried += 1;
        tried.insert(&defect.name);
    }
    under.of = tried.len();
    (under, missed)
}

impl Wrong {
    fn tell(&self, out: &mut impl Write, lang: Lang) -> io::Result<()> {
        let manners = match &self.manners[..] {
            [] => lang.pick("そのまま", "as it is").to_owned(),
            manners => manners.join(" + "),
        };
        let requirements: Vec<&str> = self.requirements.iter().map(String::as_str).collect();
        let (case, requirements) = (&self.case, requirements.join(", "));
        writeln!(out, "  ✘ {manners:<32}  {case:<28}  {requirements}")
    }
}

fn tell_missed(out: &mut impl Write, defect: &str, manners: &[&str], lang: Lang) -> io::Result<()> {
    let manners = manners.join(", ");
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("  ✘ 欠陥 {defect} は流儀 {manners} のもとで検出されない"),
            format!("  ✘ defect {defect} is not caught in manners {manners}"),
        )
    )
}

/// The figures in words, and what else there is to know.
pub(super) fn sum_up(
    out: &mut impl Write,
    outcome: &Outcome,
    took: Duration,
    lang: Lang,
) -> io::Result<()> {
    let Soundness {
        cases,
        manners,
        pairs,
        defects,
        seed,
        ..
    } = &outcome.soundness;
    let trials = |what: &str, of: &Trials| {
        let Trials {
            of,
            played,
            together,
            same,
            differed,
            failed,
        } = of;
        let together = match together {
            0 => String::new(),
            together => lang.pick(
                format!("、ほかの {together} 回は記録に表れない流儀どうしをまとめて実行"),
                format!("; {together} more together with other manners that no trace tells"),
            ),
        };
        let same = match same {
            0 => String::new(),
            same => lang.pick(
                format!("、さらに {same} 回は流儀が何も変えない"),
                format!("; in {same} more the manner changes nothing"),
            ),
        };
        lang.pick(
            format!("  {what} {of} 件: {played} 回実行、うち記録が変わったもの {differed} 回、誤って不適合 {failed} 回{together}{same}"),
            format!("  {of} {what}: {played} trials, {differed} with another trace, {failed} failed wrongly{together}{same}"),
        )
    };
    writeln!(
        out,
        "\n{}",
        trials(
            lang.pick("正しい流儀", "manners of a correct client"),
            manners
        )
    )?;
    writeln!(
        out,
        "{}",
        trials(lang.pick("流儀の組", "pairs of them"), pairs)
    )?;
    let UnderManners { of, tried, caught } = defects;
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("  欠陥 {of} 件: 流儀を変えて {tried} 回試し {caught} 回検出"),
            format!("  {of} defects: tried {tried} times in other manners, caught {caught} times"),
        )
    )?;
    for Unforeseen { manner, case } in &outcome.unforeseen {
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  ✘ 流儀 {manner} は {case} で、変えないはずの記録を変えた"),
                format!("  ✘ the manner {manner} changes the trace of {case}, in which it was told to change nothing"),
            )
        )?;
    }
    for manner in &outcome.idle {
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  注意: 流儀 {manner} はどのシナリオでも違いを生まない"),
                format!("  note: the manner {manner} makes a difference in no case"),
            )
        )?;
    }
    if outcome.left_out > 0 {
        let left_out = outcome.left_out;
        writeln!(
            out,
            "{}",
            lang.pick(
                format!("  未試行 {left_out} 件: --budget に収まらなかったため"),
                format!("  not tried {left_out}: they did not fit into --budget"),
            )
        )?;
    }
    let took = took.as_secs_f64();
    writeln!(
        out,
        "{}",
        lang.pick(
            format!("  シナリオと変種 {cases} 件、種 {seed}、{took:.0} 秒"),
            format!("  {cases} scenarios and variants, seed {seed}, {took:.0} s"),
        )
    )
}
