//! Parts of a run put together: in any order, by any number of steps, with parts that are missing.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Verdicts;
use madoguchi_notation::Wording;
use madoguchi_report::cover::{Cover, Probe};
use madoguchi_report::json::{self, Report};
use madoguchi_report::known::KnownFailure;
use madoguchi_report::merge::NotMerged;
use madoguchi_report::plan::Plan;
use madoguchi_report::shard::Shard;
use madoguchi_report::{github, junit, markdown};
use madoguchi_terms::{Lang, Say as _};
use proptest::prelude::*;
use std::sync::OnceLock;

#[test]
fn shards_merge_into_one_report_and_a_conflict_is_named() {
    let one = judge(&play("happy/pin", ""));
    let other = judge(&play("eligibility/expired", "result.lapsed-is-not-valid"));
    let shards = [vec![one.clone()], vec![other.clone(), one.clone()]].map(Report::new);
    let merged = Report::merge(shards.clone()).unwrap();
    assert_eq!(merged, Report::new(vec![one, other]));
    let mut changed = shards;
    changed[1].cases[1].verdicts.clear();
    let error = Report::merge(changed).unwrap_err();
    assert!(error.text(Lang::Ja).contains("happy/pin"));
}

#[test]
fn a_part_of_a_divided_run_is_missed() {
    let part = |shard: &str| Report::new(Vec::new()).of_shard(shard.parse().ok());
    let half = Report::merge([part("1/3"), part("3/3")]).unwrap();
    assert!(half.is_part());
    assert_eq!(half.missing(), ["2/3".parse().unwrap()]);
    assert_eq!(
        Report::merge([part("1/2"), part("2/3")]),
        Err(NotMerged::Mixed)
    );
    let whole = Report::new(Vec::new());
    let case = judge(&play("happy/pin", ""));
    let beside = Report::new(vec![case]).of_shard("1/2".parse().ok());
    assert_eq!(
        Report::merge([beside, whole.clone()]),
        Err(NotMerged::Mixed)
    );
    assert_eq!(Report::merge([part("2/2"), part("1/2")]), Ok(whole));
}

#[test]
fn parts_of_different_plans_are_no_whole_and_the_plan_says_the_order() {
    let [first, second] = [("happy/pin", ""), ("eligibility/expired", "")]
        .map(|(scenario, breaks)| judge(&play(scenario, breaks)));
    let plan = plan(vec!["happy/pin".into(), "eligibility/expired".into()]);
    let part = |shard: &str, cases: &[&Verdicts], plan: &Plan| {
        let cases = cases.iter().map(|&case| case.clone()).collect();
        let report = Report::new(cases).of_shard(shard.parse().ok());
        report.of_plan(Some(plan.clone()))
    };
    let parts = [
        part("2/3", &[&second], &plan),
        part("3/3", &[], &plan),
        part("1/3", &[&first], &plan),
    ];
    let whole = Report::new(vec![first.clone(), second.clone()]);
    // in any order, and one of them twice
    let mut other_order = parts.to_vec();
    other_order.rotate_left(1);
    other_order.push(parts[0].clone());
    assert_eq!(Report::merge(parts), Ok(whole.clone()));
    assert_eq!(Report::merge(other_order), Ok(whole));
    let other = Plan {
        seed: 2,
        ..plan.clone()
    };
    let mixed = [
        part("1/2", &[&first], &plan),
        part("2/2", &[&second], &other),
    ];
    let error = Report::merge(mixed).unwrap_err();
    assert!(error.text(Lang::En).contains("the seed"), "{error}");
    assert!(!error.text(Lang::En).contains("client"), "{error}");
    let without = Report::new(vec![second]).of_shard("2/2".parse().ok());
    let mixed = [part("1/2", &[&first], &plan), without];
    assert_eq!(Report::merge(mixed), Err(NotMerged::Mixed));
}

#[test]
fn probes_stand_in_the_json_report_and_survive_a_merge() {
    let probe = Probe {
        feature: Wording::new("機能 history", "function history"),
        scenario: "history/browse".into(),
        came_out: Wording::new("宣言どおり、動作しない", "it does not work, as stated"),
        works: false,
        broken: vec!["history.own-facility".into()],
    };
    let cover = Cover {
        probes: vec![probe.clone()],
        ..Cover::default()
    };
    let mut out = Vec::new();
    json::write(&mut out, &[], &cover, "1/2".parse().ok(), None).unwrap();
    let read = Report::parse(&String::from_utf8(out).unwrap()).unwrap();
    assert_eq!(read.probes.first(), Some(&probe));
    let other = Report::new(Vec::new()).of_shard("2/2".parse().ok());
    let merged = Report::merge([read, other]).unwrap();
    assert_eq!(merged.probes, [probe]);
}

/// Verdicts to make many cases of.
fn models() -> &'static [Verdicts] {
    static MODELS: OnceLock<Vec<Verdicts>> = OnceLock::new();
    MODELS.get_or_init(|| {
        [
            ("happy/pin", ""),
            ("happy/visual", ""),
            ("eligibility/expired", "result.lapsed-is-not-valid"),
        ]
        .map(|(scenario, breaks)| {
            let mut verdicts = judge(&play(scenario, breaks));
            // a few are as good as many, and compared in less time
            let mut few = 0;
            verdicts.verdicts.retain(|verdict| {
                few += 1;
                few < 4 || verdict.counts_against()
            });
            verdicts
        })
        .into()
    })
}

/// The plan of a run of these cases.
fn plan(cases: Vec<String>) -> Plan {
    Plan {
        tool: "madoguchi 0".into(),
        client: "app".into(),
        profile: "mock-2025.05".into(),
        seed: 1,
        files: String::new(),
        divided: None,
        cases,
    }
}

/// A run of so many cases, whole and as parts.
fn divided(cases: usize, of: u16) -> (Report, Vec<Report>) {
    let case = |at: usize| Verdicts {
        // no order of the names is that of the plan
        scenario: format!("case/{}", (at * 7 + 3) % 31),
        ..models()[at % models().len()].clone()
    };
    let all: Vec<Verdicts> = (0..cases).map(case).collect();
    let plan = plan(all.iter().map(|case| case.scenario.clone()).collect());
    let known = |cases: &[Verdicts]| {
        let broken = cases.iter().flat_map(|case| {
            let failed = case.failed();
            failed.map(|(verdict, _)| KnownFailure {
                scenario: case.scenario.clone(),
                requirement: verdict.requirement.clone(),
                because: "later".into(),
                until: "2027-01-01".into(),
            })
        });
        broken.collect::<Vec<_>>()
    };
    let probe = Probe {
        feature: Wording::new("機能", "function"),
        scenario: "happy/pin".into(),
        came_out: Wording::new("動作しない", "it does not work"),
        works: false,
        broken: Vec::new(),
    };
    let whole = Report::new(all.clone())
        .with_known(known(&all))
        .with_probes(vec![probe.clone()]);
    let part = |index: u16| {
        let shard: Shard = format!("{index}/{of}").parse().expect("it is as written");
        let taken = all.iter().enumerate().filter(|(at, _)| shard.takes(*at));
        let taken: Vec<Verdicts> = taken.map(|(_, case)| case.clone()).collect();
        let known = known(&taken);
        let report = Report::new(taken)
            .of_shard(Some(shard))
            .of_plan(Some(plan.clone()));
        let probes = if index == 1 {
            vec![probe.clone()]
        } else {
            Vec::new()
        };
        report.with_known(known).with_probes(probes)
    };
    (whole, (1..=of).map(part).collect())
}

/// What is written of a report, read again: a step in between is a file.
fn through_a_file(report: &Report) -> Report {
    let mut out = Vec::new();
    report.write(&mut out).expect("it is as written");
    Report::parse(&String::from_utf8(out).expect("it is as written")).expect("it is as written")
}

fn bytes(report: &Report) -> String {
    let mut out = Vec::new();
    report.write(&mut out).expect("it is as written");
    String::from_utf8(out).expect("it is as written")
}

/// Puts reports together in steps: `steps` says which two neighbours are next.
fn in_steps(mut reports: Vec<Report>, steps: &[prop::sample::Index]) -> Result<Report, NotMerged> {
    let mut steps = steps.iter().cycle();
    while reports.len() > 1 {
        let next = steps.next().map_or(0, |step| step.index(reports.len() - 1));
        let right = reports.remove(next + 1);
        reports[next] = through_a_file(&Report::merge([reports[next].clone(), right])?);
    }
    Report::merge(reports)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// merge(merge(a, b), c) = merge(a, merge(b, c)) = merge(a, b, c), whatever is missing or there twice.
    #[test]
    fn it_does_not_matter_in_how_many_steps_parts_are_put_together(
        cases in 0_usize..12,
        of in 1_u16..6,
        drawn in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
        steps in prop::collection::vec(any::<prop::sample::Index>(), 1..9),
    ) {
        let (whole, parts) = divided(cases, of);
        let given: Vec<Report> = drawn.iter().map(|at| at.get(&parts).clone()).collect();
        let at_once = Report::merge(given.clone()).unwrap();
        let stepwise = in_steps(given.clone(), &steps).unwrap();
        prop_assert_eq!(bytes(&at_once), bytes(&stepwise));
        let mut other_order = given.clone();
        other_order.reverse();
        prop_assert_eq!(bytes(&at_once), bytes(&in_steps(other_order, &steps).unwrap()));
        let is_there = |part: &&Report| given.iter().any(|one| one.shard == part.shard);
        let lacking: Vec<Option<Shard>> = parts.iter().filter(|part| !is_there(part)).map(|part| part.shard).collect();
        let missing: Vec<Option<Shard>> = at_once.missing().into_iter().map(Some).collect();
        prop_assert_eq!(&missing, &lacking);
        prop_assert_eq!(at_once.is_part(), !lacking.is_empty());
        prop_assert_eq!(at_once.cases.len() + at_once.untold().len(), cases);
        if lacking.is_empty() {
            prop_assert_eq!(bytes(&at_once), bytes(&whole));
        }
    }

    /// Two that tell of one case in different ways are never put together, in whatever steps.
    #[test]
    fn no_order_hides_a_conflict(
        of in 1_u16..5,
        steps in prop::collection::vec(any::<prop::sample::Index>(), 1..6),
    ) {
        let (_, mut parts) = divided(6, of);
        let mut other = parts[0].clone();
        other.cases[0].verdicts.clear();
        parts.push(other);
        prop_assert!(Report::merge(parts.clone()).is_err());
        prop_assert!(in_steps(parts, &steps).is_err());
    }
}

#[test]
fn parts_that_are_divided_by_different_plans_are_not_taken_for_a_whole() {
    let (_, parts) = divided(4, 2);
    let [first, mut second] = <[Report; 2]>::try_from(parts).unwrap();
    let plan = second.plan.as_mut().unwrap();
    plan.divided = Some("sha256:00".into());
    let error = Report::merge([first, second]).unwrap_err();
    assert!(error.text(Lang::En).contains("the plan file"), "{error}");
}

#[test]
fn what_is_missing_is_named_in_every_form() {
    let (_, parts) = divided(4, 3);
    let half = Report::merge([parts[0].clone(), parts[2].clone()]).unwrap();
    let missing = half.missing();
    let cover = Cover {
        missing: missing.clone(),
        ..Cover::default()
    };
    let gaps = cover.gaps();
    for lang in Lang::ALL {
        let mut annotations = Vec::new();
        github::write(&mut annotations, &[], &gaps, lang).unwrap();
        let annotations = String::from_utf8(annotations).unwrap();
        assert!(annotations.starts_with("::error") && annotations.contains("2/3"));
        let junit = junit::files(&[], &gaps, lang, junit::LONGEST).unwrap();
        assert!(junit.concat().contains("errors=\"1\"") && junit.concat().contains("2/3"));
        assert!(markdown::summary(&[], &gaps, lang).contains("2/3"));
        let cover = Cover {
            untried: half.untold(),
            missing: missing.clone(),
            ..Cover::default()
        };
        assert_eq!(cover.untried.len(), 1);
        let mut pages = [Vec::new(), Vec::new(), Vec::new()];
        madoguchi_report::html::write(&mut pages[0], &[], &cover, lang).unwrap();
        madoguchi_report::record::write_html(&mut pages[1], &[], &cover, lang).unwrap();
        madoguchi_report::record::write_csv(&mut pages[2], &[], &cover, lang).unwrap();
        for page in pages {
            let page = String::from_utf8(page).unwrap();
            let missing = page.contains("2/3") || page.contains("2&#x2f;3");
            assert!(missing, "{page}");
        }
    }
    assert!(bytes(&half).contains("\"shards\""));
}
