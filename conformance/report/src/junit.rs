//! The report as JUnit XML: a suite for each case, a test for each requirement that it decides.
//!
//! A required verdict that is missing is a failure, like one that is wrong; what follows from
//! another failure, or cannot be observed, is skipped with its reason. GitLab, Jenkins and the
//! readers on GitHub tell tests apart by class and name, cut texts from behind, and take files of
//! 30 MB; so names are unique, the cause and the command come first, and long reports are split.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

use madoguchi_judge::undone::Undone;
use madoguchi_judge::verdict::{Conduct, Outcome, Verdict};
use madoguchi_terms::{Lang, Say as _};
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::CaseReport;
use super::cover::Gap;
use super::levels::Levels;
use super::remark::remarks;

/// The longest file, bytes: GitLab refuses more than 30 MB.
pub const LONGEST: usize = 29_000_000;

/// What a report says of the times of its cases: each with its scenario and its wire profile.
///
/// # Errors
/// Why it is no JUnit XML, in the words of its library.
pub fn times(text: &str) -> Result<Vec<(String, String, Duration)>, String> {
    let report = Report::deserialize_from_str(text).map_err(|error| error.to_string())?;
    let time = |suite: &TestSuite| {
        let (scenario, rest) = suite.name.as_str().split_once(" [")?;
        let (profile, _) = rest.split_once(']')?;
        Some((scenario.to_owned(), profile.to_owned(), suite.time?))
    };
    Ok(report.test_suites.iter().filter_map(time).collect())
}

/// The report in `lang` as files of at most `longest` bytes each; a case is never divided. Of what there is no
/// verdict on (`gaps`) each is an error.
///
/// # Errors
/// Never in practice: the texts are Unicode.
pub fn files(
    cases: &[CaseReport<'_>],
    gaps: &[Gap],
    lang: Lang,
    longest: usize,
) -> io::Result<Vec<String>> {
    let mut files = Vec::new();
    let mut suites: Vec<TestSuite> = Vec::new();
    suites.extend(gaps.iter().map(|gap| lacking(gap, lang)));
    let mut length = 0;
    let mut seen = BTreeMap::new();
    for case in cases {
        let suite = suite(case, &mut seen, lang);
        let own = written(vec![suite.clone()])?.len();
        if length + own > longest && !suites.is_empty() {
            files.push(written(std::mem::take(&mut suites))?);
            length = 0;
        }
        length += own;
        suites.push(suite);
    }
    files.push(written(suites)?);
    Ok(files)
}

fn written(suites: Vec<TestSuite>) -> io::Result<String> {
    let mut report = Report::new("madoguchi");
    report.add_test_suites(suites);
    let text = report.to_string().map_err(io::Error::other)?;
    // Jenkins's schema has the number of skipped tests on a suite alone
    let skipped = format!(" skipped=\"{}\"", report.skipped);
    Ok(text.replacen(&skipped, "", 1) + "\n")
}

fn suite(case: &CaseReport<'_>, seen: &mut BTreeMap<String, usize>, lang: Lang) -> TestSuite {
    let verdicts = case.verdicts;
    let mut name = format!("{} [{}]", verdicts.scenario, verdicts.profile.name);
    let times = seen.entry(name.clone()).or_insert(0);
    *times += 1;
    if *times > 1 {
        // the same scenario with another seed or client
        name = format!("{name} #{times}");
    }
    let mut suite = TestSuite::new(name.as_str());
    suite.timestamp = case.begun.and_then(|begun| begun.to_string().parse().ok());
    suite.add_property(("unofficial", "true"));
    suite.add_property(("profile", verdicts.profile.name.as_str()));
    suite.add_property(("depth", format!("{:?}", verdicts.depth).as_str()));
    suite.add_property(("assumptions", verdicts.assumptions.join(" ").as_str()));
    let levels = Levels::of([verdicts]).words().get(lang).to_owned();
    suite.add_property(("levels", levels.as_str()));
    let said = remarks(case.trace);
    let words = said.iter().flat_map(|remark| {
        let heading = format!("{}:", remark.heading.get(lang));
        std::iter::once(heading).chain(remark.lines.iter().cloned())
    });
    let words: Vec<String> = words.collect();
    if !words.is_empty() {
        suite.set_system_err(words.join("\n"));
    }
    if let Some(status) = conduct(case, lang) {
        suite.add_test_case(test(&name, "client", status));
    }
    for undone in verdicts.told_undone() {
        let act = format!("step {}: {}", undone.step, undone.act());
        suite.add_test_case(test(&name, &act, not_done(case, undone, lang)));
    }
    for verdict in &verdicts.verdicts {
        if let Some(status) = status(case, verdict, lang) {
            suite.add_test_case(test(&name, &verdict.requirement, status));
        }
    }
    if let Some(took) = took(case) {
        suite.set_time(took);
        share(took, &mut suite.test_cases);
    }
    suite
}

/// How long a case took: as it was measured, else from the first to the last line of its trace.
fn took(case: &CaseReport<'_>) -> Option<Duration> {
    let recorded = || {
        let events = &case.trace?.events;
        Some(Duration::from_micros(events.last()?.us))
    };
    case.took.or_else(recorded)
}

/// Gives each test an equal part of the time of its case: one play decides all of them, and readers of the file
/// add them up. Whole milliseconds, as they are written: one more for the first where they do not divide.
fn share(took: Duration, tests: &mut [TestCase]) {
    let Some(count @ 1..) = u64::try_from(tests.len()).ok() else {
        return;
    };
    let all = (took.as_micros() + 500) / 1000;
    let all = u64::try_from(all).unwrap_or(u64::MAX);
    let (each, left) = (all / count, all % count);
    for (at, test) in (0..).zip(tests) {
        let own = if at < left { each + 1 } else { each };
        test.set_time(Duration::from_millis(own));
    }
}

/// A suite that says why there is no verdict.
fn lacking(gap: &Gap, lang: Lang) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type("missing");
    status.set_message(gap.why.get(lang));
    let mut suite = TestSuite::new(gap.name.as_str());
    suite.add_test_case(test(&gap.name, gap.what, status));
    suite
}

/// How a case is told that did not come to its end.
fn conduct(case: &CaseReport<'_>, lang: Lang) -> Option<TestCaseStatus> {
    let kind = match case.verdicts.conduct {
        Conduct::Complete => return None,
        Conduct::NeverGreeted | Conduct::Cut => NonSuccessKind::Error,
        Conduct::Ended { .. } => NonSuccessKind::Failure,
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(case.verdicts.conduct.in_words()?.get(lang));
    status.set_description(again(case, lang));
    Some(status)
}

/// How an act is told that could not be done: as a failure where something hangs on it.
fn not_done(case: &CaseReport<'_>, undone: &Undone, lang: Lang) -> TestCaseStatus {
    let words = undone.in_words();
    if !case.verdicts.hangs_on(undone) {
        let mut status = TestCaseStatus::skipped();
        status.set_message(words.get(lang));
        return status;
    }
    let more = [undone.help(), undone.consequences()];
    let mut lines: Vec<String> = more
        .iter()
        .flatten()
        .map(|text| text.get(lang).to_owned())
        .collect();
    lines.push(again(case, lang));
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    status.set_type("act-not-done");
    status.set_message(words.get(lang));
    status.set_description(lines.join("\n"));
    status
}

/// A test whose name alone tells it apart. Jenkins takes what stands before the last dot of a
/// class for a package, so the class has no other dot.
fn test(suite: &str, requirement: &str, status: TestCaseStatus) -> TestCase {
    let mut test = TestCase::new(format!("{suite} {requirement}"), status);
    test.set_classname(format!("madoguchi.{}", suite.replace('.', "-")));
    test
}

fn again(case: &CaseReport<'_>, lang: Lang) -> String {
    format!("{}: {}", lang.pick("再実行", "again"), case.again)
}

/// How a verdict is told; not at all where the case has nothing to do with the requirement.
fn status(case: &CaseReport<'_>, verdict: &Verdict, lang: Lang) -> Option<TestCaseStatus> {
    let catalogue = madoguchi_requirements::builtin();
    let known = catalogue.get(&verdict.requirement);
    let skipped = |reason: String| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(reason);
        Some(status)
    };
    if let Some(entry) = case.known(verdict) {
        let words = entry.in_words();
        return skipped(match &verdict.outcome {
            Outcome::Fail(failure) => {
                format!("{} – {}", words.get(lang), failure.observed.get(lang))
            }
            _ => words.get(lang).to_owned(),
        });
    }
    match &verdict.outcome {
        Outcome::Pass => Some(TestCaseStatus::success()),
        Outcome::Fail(failure) if verdict.counts_against() => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            let (expected, observed) = (failure.expected.get(lang), failure.observed.get(lang));
            let text = known.map_or("", |known| known.text.get(lang));
            let likely = verdict.likely().map_or("", |likely| likely.get(lang));
            status.set_type(verdict.level.to_string());
            status.set_message(format!("{observed} – {text}"));
            let words = lang.pick(
                ["実際", "原因の候補", "期待", "トレースの行"],
                ["observed", "likely", "expected", "trace line"],
            );
            let again = again(case, lang);
            status.set_description(format!(
                "{}: {observed}\n{}: {likely}\n{again}\n{}: {expected}\n{}: {}",
                words[0],
                words[1],
                words[2],
                words[3],
                failure.at + 1,
            ));
            Some(status)
        }
        Outcome::Fail(failure) => {
            let (level, observed) = (verdict.level.text(lang), failure.observed.get(lang));
            skipped(format!("{level}: {observed}"))
        }
        Outcome::Inconclusive {
            caused_by: Some(cause),
            ..
        } => skipped(lang.pick(format!("{cause} による"), format!("follows from {cause}"))),
        Outcome::Inconclusive {
            undone: Some(step), ..
        } => skipped(lang.pick(
            format!("手順 {step} ができなかったため、ここに至らない"),
            format!("not reached, because step {step} could not be done"),
        )),
        Outcome::Inconclusive {
            missing,
            caused_by: None,
            ..
        } if verdict.counts_against() && case.verdicts.conduct == Conduct::Complete => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("inconclusive");
            status.set_message(missing.get(lang));
            status.set_description(again(case, lang));
            Some(status)
        }
        Outcome::Error { because } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
            status.set_message(because.get(lang));
            Some(status)
        }
        Outcome::Inconclusive { missing, .. } => skipped(missing.get(lang).to_owned()),
        Outcome::NotApplicable { because } if verdict.named => {
            skipped(because.get(lang).to_owned())
        }
        Outcome::NotApplicable { .. } => None,
    }
}
