//! All cases in numbers: by requirement, by topic, and how much of it rests on assumptions. What
//! every report with a summary shares.

use std::collections::{BTreeMap, BTreeSet};

use madoguchi_judge::verdict::{Outcome, Overall, Verdict, Verdicts};
use madoguchi_notation::Wording;
use madoguchi_requirements::{Level, Requirement, Role};
use serde::Serialize;

use super::levels::Levels;

/// What became of one requirement, in one case or in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mark {
    /// No case had anything to do with it.
    Untested,
    /// Kept wherever it was decided.
    Pass,
    /// Advice that was not followed, and does not count.
    Advised,
    /// Not decided where it had to be.
    Open,
    /// Broken at least once.
    Fail,
}

impl Mark {
    /// All of them, as tables show them.
    pub const ALL: [Self; 5] = [
        Self::Pass,
        Self::Fail,
        Self::Advised,
        Self::Open,
        Self::Untested,
    ];

    /// What one verdict shows.
    #[must_use]
    pub fn of(verdict: &Verdict) -> Self {
        match &verdict.outcome {
            Outcome::Pass => Self::Pass,
            Outcome::Fail(_) if verdict.counts_against() => Self::Fail,
            Outcome::Fail(_) => Self::Advised,
            Outcome::Inconclusive { .. } | Outcome::Error { .. } => Self::Open,
            Outcome::NotApplicable { .. } => Self::Untested,
        }
    }

    /// The mark in a Japanese test record: ○ passed, × failed, ※ advice, △ open, ― untested.
    #[must_use]
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Pass => "○",
            Self::Fail => "×",
            Self::Advised => "※",
            Self::Open => "△",
            Self::Untested => "―",
        }
    }

    /// The mark in words.
    #[must_use]
    pub fn word(self) -> Wording {
        match self {
            Self::Pass => Wording::new("合格", "passed"),
            Self::Fail => Wording::new("不合格", "failed"),
            Self::Advised => Wording::new("助言", "advice"),
            Self::Open => Wording::new("判定不能", "undecided"),
            Self::Untested => Wording::new("未試験", "untested"),
        }
    }
}

/// All cases in numbers.
#[derive(Debug)]
pub struct Overview<'a> {
    /// Cases in which every required verdict passes.
    pub passed: usize,
    /// Cases in which one does not.
    pub failed: usize,
    /// Cases in which the client could not be run.
    pub could_not_run: usize,
    /// The requirements by topic, both in catalogue order.
    pub topics: Vec<Topic<'a>>,
    /// The requirements that were decided, by how binding they are.
    pub levels: Levels,
    /// Verdicts that say pass or fail.
    pub decided: usize,
    /// Those among them that declare no assumption: a document states the requirement, and nothing
    /// about the wire had to be assumed.
    pub assumption_free: usize,
    /// Those that a document states and that rest on none as far as was proven: every alternative of
    /// what they declare gave the same.
    pub proven_free: usize,
    /// Assumptions (A-01 …) on which passes and failures rest.
    pub assumptions: BTreeSet<&'a str>,
    /// How many decided verdicts rest on each.
    pub resting: BTreeMap<&'a str, usize>,
}

/// The requirements of one topic.
#[derive(Debug)]
pub struct Topic<'a> {
    /// The part of their ids before the dot.
    pub id: &'a str,
    /// The requirements, in catalogue order.
    pub rows: Vec<Row<'a>>,
}

impl Topic<'_> {
    /// Requirements with this mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.rows.iter().filter(|row| row.mark == mark).count()
    }
}

/// One requirement over all cases.
#[derive(Debug)]
pub struct Row<'a> {
    /// Its id.
    pub id: &'a str,
    /// Its entry in the catalogue; none for one that this version does not have.
    pub requirement: Option<&'static Requirement>,
    /// What became of it.
    pub mark: Mark,
    /// Verdicts that pass.
    pub passes: usize,
    /// Verdicts that fail.
    pub failures: usize,
    /// Verdicts by which advice was not followed, which does not count.
    pub advised: usize,
    /// Verdicts that are open.
    pub open: usize,
    /// What each case says of it, in the order of the cases; absent where it says nothing.
    pub verdicts: Vec<Option<&'a Verdict>>,
}

impl<'a> Overview<'a> {
    /// Counts. Linear in the number of verdicts.
    #[must_use]
    pub fn new(cases: impl IntoIterator<Item = &'a Verdicts>) -> Self {
        let cases: Vec<&'a Verdicts> = cases.into_iter().collect();
        let count = |wanted| {
            let overall = cases.iter().map(|case| case.overall());
            overall.filter(|overall| *overall == wanted).count()
        };
        let mut overview = Self {
            passed: count(Overall::Passed),
            failed: count(Overall::Failed),
            could_not_run: count(Overall::CouldNotRun),
            topics: Vec::new(),
            levels: Levels::of(cases.iter().copied()),
            decided: 0,
            assumption_free: 0,
            proven_free: 0,
            assumptions: cases
                .iter()
                .flat_map(|case| &case.assumptions)
                .map(String::as_str)
                .collect(),
            resting: BTreeMap::new(),
        };
        let verdicts = cases.iter().flat_map(|case| &case.verdicts);
        for id in verdicts.flat_map(|verdict| &verdict.rests_on) {
            *overview.resting.entry(id).or_default() += 1;
        }
        for (id, verdicts) in by_requirement(&cases) {
            let row = Row::new(id, verdicts);
            let decided = row.passes + row.failures + row.advised;
            overview.decided += decided;
            let is_free =
                |known: &&Requirement| !known.is_assumed() && known.assumptions.is_empty();
            if row.requirement.as_ref().is_some_and(is_free) {
                overview.assumption_free += decided;
            }
            if row.requirement.is_some_and(|known| !known.is_assumed()) {
                let verdicts = row.verdicts.iter().flatten();
                let decided = verdicts.filter(|verdict| verdict.is_decided());
                let free = decided.filter(|verdict| verdict.rests_on.is_empty());
                overview.proven_free += free.count();
            }
            let topic = id.split('.').next().unwrap_or(id);
            match overview.topics.iter_mut().find(|known| known.id == topic) {
                Some(known) => known.rows.push(row),
                None => overview.topics.push(Topic {
                    id: topic,
                    rows: vec![row],
                }),
            }
        }
        overview
    }

    /// All requirements, in catalogue order.
    pub fn rows(&self) -> impl Iterator<Item = &Row<'a>> {
        self.topics.iter().flat_map(|topic| &topic.rows)
    }

    /// Those that were broken, the most binding first.
    #[must_use]
    pub fn broken(&self) -> Vec<&Row<'a>> {
        let broken = |row: &&Row<'_>| matches!(row.mark, Mark::Fail | Mark::Advised);
        let mut rows: Vec<&Row<'a>> = self.rows().filter(broken).collect();
        rows.sort_by_key(|row| row.level());
        rows
    }

    /// Requirements with this mark.
    #[must_use]
    pub fn count(&self, mark: Mark) -> usize {
        self.rows().filter(|row| row.mark == mark).count()
    }

    /// Decided verdicts that declare no assumption, in percent of all decided ones, rounded down;
    /// none where nothing was decided.
    #[must_use]
    pub fn assumption_free_percent(&self) -> Option<usize> {
        (self.assumption_free * 100).checked_div(self.decided)
    }

    /// The same of those that rest on none as far as was proven.
    #[must_use]
    pub fn proven_free_percent(&self) -> Option<usize> {
        (self.proven_free * 100).checked_div(self.decided)
    }
}

/// For each requirement what each case says: the catalogue's own first, then strangers. Those on a
/// role in which nothing was tested are left out.
fn by_requirement<'a>(cases: &[&'a Verdicts]) -> Vec<(&'a str, Vec<Option<&'a Verdict>>)> {
    let mut roles: BTreeSet<Role> = cases.iter().map(|case| case.role()).collect();
    if roles.is_empty() {
        roles.insert(Role::App);
    }
    let catalogue = madoguchi_requirements::builtin();
    let all = catalogue
        .requirements()
        .iter()
        .chain(catalogue.of_consumers());
    let in_question = all.filter(|one| roles.contains(&one.role()));
    let mut ids: Vec<&'a str> = in_question.map(|one| one.id.as_str()).collect();
    let mut places: BTreeMap<&'a str, usize> =
        ids.iter().enumerate().map(|(at, id)| (*id, at)).collect();
    let mut rows: Vec<Vec<Option<&'a Verdict>>> = vec![vec![None; cases.len()]; ids.len()];
    for (at, case) in cases.iter().enumerate() {
        for verdict in &case.verdicts {
            let id = verdict.requirement.as_str();
            let row = *places.entry(id).or_insert_with(|| {
                ids.push(id);
                rows.push(vec![None; cases.len()]);
                ids.len() - 1
            });
            rows[row][at] = Some(verdict);
        }
    }
    ids.into_iter().zip(rows).collect()
}

impl<'a> Row<'a> {
    fn new(id: &'a str, verdicts: Vec<Option<&'a Verdict>>) -> Self {
        let count = |wanted| {
            let marks = verdicts.iter().flatten().map(|verdict| Mark::of(verdict));
            marks.filter(|mark| *mark == wanted).count()
        };
        let (passes, failures, open) = (count(Mark::Pass), count(Mark::Fail), count(Mark::Open));
        let advised = count(Mark::Advised);
        let must_decide = verdicts.iter().flatten().any(|v| v.counts_against());
        let mark = match (failures, passes, open) {
            (1.., _, _) => Mark::Fail,
            _ if must_decide => Mark::Open,
            _ if advised > 0 => Mark::Advised,
            (0, 1.., _) => Mark::Pass,
            (0, 0, 1..) => Mark::Open,
            (0, 0, 0) => Mark::Untested,
        };
        Self {
            id,
            requirement: madoguchi_requirements::builtin().get(id),
            mark,
            passes,
            failures,
            advised,
            open,
            verdicts,
        }
    }

    /// How binding it is; an unknown requirement binds least.
    #[must_use]
    pub fn level(&self) -> Level {
        let told = self.verdicts.iter().flatten().map(|verdict| verdict.level);
        self.requirement
            .map_or_else(|| told.min().unwrap_or(Level::Advice), |known| known.level)
    }

    /// What was observed where it failed, each with the places of the cases in which it was.
    #[must_use]
    pub fn reasons(&self) -> Vec<(&'a Wording, Vec<usize>)> {
        let mut reasons: Vec<(&Wording, Vec<usize>)> = Vec::new();
        for (at, verdict) in self.verdicts.iter().enumerate() {
            let Some(Outcome::Fail(failure)) = verdict.map(|verdict| &verdict.outcome) else {
                continue;
            };
            match reasons
                .iter_mut()
                .find(|(told, _)| **told == failure.observed)
            {
                Some((_, places)) => places.push(at),
                None => reasons.push((&failure.observed, vec![at])),
            }
        }
        reasons
    }

    /// What its verdicts rest on: assumptions that an alternative of would change it.
    #[must_use]
    pub fn rests_on(&self) -> BTreeSet<&'a str> {
        let verdicts = self.verdicts.iter().flatten();
        verdicts
            .flat_map(|verdict| &verdict.rests_on)
            .map(String::as_str)
            .collect()
    }

    /// Why it was not tested or not decided, in the words of the first verdict that says so.
    #[must_use]
    pub fn reason(&self) -> Wording {
        let said = |wanted: fn(&Outcome) -> Option<&Wording>| {
            let outcomes = self.verdicts.iter().flatten();
            outcomes
                .filter_map(|verdict| wanted(&verdict.outcome))
                .next()
        };
        let open = || {
            said(|outcome| match outcome {
                Outcome::Inconclusive { missing, .. } => Some(missing),
                Outcome::Error { because } => Some(because),
                _ => None,
            })
        };
        let excluded = || {
            said(|outcome| match outcome {
                Outcome::NotApplicable { because } => Some(because),
                _ => None,
            })
        };
        let word = if self.mark == Mark::Open {
            open()
        } else {
            excluded()
        };
        word.cloned().unwrap_or_else(|| {
            Wording::new(
                "選ばれた試験項目にこの要件に関わるものがない",
                "none of the selected cases has to do with it",
            )
        })
    }
}

/// A topic's name for people.
#[must_use]
pub fn topic_name(id: &str) -> Wording {
    let (ja, en) = match id {
        "contract" => ("アダプターと契約", "Adapter and contract"),
        "card" => ("カードの扱い", "Handling of the card"),
        "reader" => ("リーダーと PC/SC", "Reader and PC/SC"),
        "credential" => ("暗証番号", "PIN"),
        "service" => ("Webサービスとの通信", "Talk with the web service"),
        "terminal" => ("端末とアカウント", "Terminal and account"),
        "result" => ("資格確認結果", "Result of the check"),
        "assistance" => ("医療扶助", "Medical assistance"),
        "registration" => (
            "健康保険証利用登録",
            "Registration for use as insurance card",
        ),
        "history" => ("確認済みの資格の一覧", "Past results"),
        "mobile" => ("携帯端末", "Mobile devices"),
        "institution" => ("資格確認端末の照会", "Inquiries of an institution"),
        "bulk" => ("一括照会", "Bulk inquiries"),
        "consent" => ("居宅・オンライン診療の同意", "Consent at home and online"),
        "transcription" => ("レセコンへの取り込み", "Taking over into a レセコン"),
        "privacy" => ("個人情報の保護", "Privacy"),
        other => (other, other),
    };
    Wording::new(ja, en)
}
