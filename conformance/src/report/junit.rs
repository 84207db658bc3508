//! The report as JUnit XML: a suite for each case, a test for each requirement that it decides.
//!
//! A required verdict that is missing is a failure, like one that is wrong; what follows from
//! another failure, or cannot be observed, is skipped with its reason.

use std::io::{self, Write};

use madoguchi_terms::Lang;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::CaseReport;
use crate::requirement::{self, Level};
use crate::verdict::{Conduct, Outcome, Verdict};

/// Writes the report in `lang`.
///
/// # Errors
/// Those of `out`.
pub fn write(out: &mut dyn Write, cases: &[CaseReport<'_>], lang: Lang) -> io::Result<()> {
    let mut report = Report::new("madoguchi");
    report.add_test_suites(cases.iter().map(|case| suite(case, lang)));
    report.serialize(&mut *out).map_err(io::Error::other)?;
    out.write_all(b"\n")
}

fn suite(case: &CaseReport<'_>, lang: Lang) -> TestSuite {
    let verdicts = case.verdicts;
    let name = format!("{} [{}]", verdicts.scenario, verdicts.profile.name);
    let mut suite = TestSuite::new(name.as_str());
    if let Some(took) = case.took {
        suite.set_time(took);
    }
    suite.add_property(("unofficial", "true"));
    suite.add_property(("profile", verdicts.profile.name.as_str()));
    suite.add_property(("depth", format!("{:?}", verdicts.depth).as_str()));
    suite.add_property(("assumptions", verdicts.assumptions.join(" ").as_str()));
    if let Some(status) = conduct(&verdicts.conduct, lang) {
        suite.add_test_case(test(&name, "client", status));
    }
    for verdict in &verdicts.verdicts {
        if let Some(status) = status(case, verdict, lang) {
            suite.add_test_case(test(&name, &verdict.requirement, status));
        }
    }
    suite
}

/// How a case is told that did not come to its end.
fn conduct(conduct: &Conduct, lang: Lang) -> Option<TestCaseStatus> {
    let (kind, message) = match conduct {
        Conduct::Complete => return None,
        Conduct::NeverGreeted => (
            NonSuccessKind::Error,
            lang.pick("アプリを実行できなかった", "the client could not be run"),
        ),
        Conduct::Cut => (
            NonSuccessKind::Error,
            lang.pick(
                "記録が途中で終わっている",
                "the trace ends before the case does",
            ),
        ),
        Conduct::Ended { .. } => (
            NonSuccessKind::Failure,
            lang.pick(
                "アプリが途中で終了した",
                "the client ended before the case did",
            ),
        ),
    };
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(message);
    Some(status)
}

fn test(suite: &str, name: &str, status: TestCaseStatus) -> TestCase {
    let mut test = TestCase::new(name, status);
    test.set_classname(suite);
    test
}

/// How a verdict is told; not at all where the case has nothing to do with the requirement.
fn status(case: &CaseReport<'_>, verdict: &Verdict, lang: Lang) -> Option<TestCaseStatus> {
    let catalogue = requirement::builtin();
    let text = catalogue
        .get(&verdict.requirement)
        .map_or("", |r| r.text.get(lang));
    let skipped = |reason: String| {
        let mut status = TestCaseStatus::skipped();
        status.set_message(reason);
        Some(status)
    };
    match &verdict.outcome {
        Outcome::Pass => Some(TestCaseStatus::success()),
        Outcome::Fail(failure) if verdict.level != Level::May => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(verdict.level.to_string());
            status.set_message(text);
            let (expected, observed) = (failure.expected.get(lang), failure.observed.get(lang));
            let words = lang.pick(
                ["期待", "実際", "再実行"],
                ["expected", "observed", "again"],
            );
            let again = case.again;
            status.set_description(format!(
                "{}: {expected}\n{}: {observed} (trace line {})\n{}: {again}",
                words[0],
                words[1],
                failure.at + 1,
                words[2],
            ));
            Some(status)
        }
        Outcome::Fail(failure) => skipped(failure.observed.get(lang).to_owned()),
        Outcome::Inconclusive {
            caused_by: Some(cause),
            ..
        } => skipped(lang.pick(format!("{cause} による"), format!("follows from {cause}"))),
        Outcome::Inconclusive {
            missing,
            caused_by: None,
        } if verdict.named && case.verdicts.conduct == Conduct::Complete => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type("inconclusive");
            status.set_message(missing.get(lang));
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
