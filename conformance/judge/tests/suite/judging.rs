//! The tester tested: a healthy client passes everywhere, each defect breaks one requirement.

use std::collections::BTreeSet;

use madoguchi_counter::play;
use madoguchi_fixtures::persona_ids;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::{Conduct, Outcome, Overall, Verdicts, overall};
use madoguchi_notation::load;
use madoguchi_requirements::{Level, builtin};
use madoguchi_scenarios::{Action, Catalogue, Known, Scenario};
use madoguchi_terms::{Lang, Say};
use madoguchi_trace::{
    Channel, ClientEvent, Depth, Event, PcscEvent, ReaderEvent, Removal, TlsEvent, Trace, What,
};

/// The scenarios that the counter on paper can play. Those with the tag `field` ask for more than it
/// imitates; the catalogue test of `harness/peers` plays them with a real client.
pub(crate) fn scenario_ids() -> Vec<String> {
    on_paper().map(|(id, _)| id).collect()
}

fn on_paper() -> impl Iterator<Item = (String, Scenario)> {
    let catalogue = Catalogue::builtin();
    let all: Vec<(String, Scenario)> = catalogue
        .entries()
        .iter()
        .map(|entry| {
            (
                entry.id.clone(),
                load(&entry.file, &entry.text).expect("a sound scenario"),
            )
        })
        .filter(|(_, scenario): &(String, Scenario)| !scenario.tags.contains(&"field".to_owned()))
        .collect();
    all.into_iter()
}

/// The requirements that a scenario on paper is meant to decide.
fn requirements_on_paper() -> Vec<&'static str> {
    let named: BTreeSet<String> = on_paper()
        .flat_map(|(_, scenario)| scenario.requirements)
        .map(|id| id.to_string())
        .collect();
    let mut ids = builtin().ids();
    ids.retain(|id| named.contains(*id));
    ids
}

fn outcome<'v>(verdicts: &'v Verdicts, requirement: &str) -> &'v Outcome {
    let found = verdicts
        .verdicts
        .iter()
        .find(|verdict| verdict.requirement == requirement);
    &found.expect("the requirement is judged").outcome
}

fn failed(verdicts: &Verdicts) -> BTreeSet<&str> {
    verdicts
        .failed()
        .map(|(verdict, _)| verdict.requirement.as_str())
        .collect()
}

#[test]
fn a_healthy_client_passes_every_requirement_that_a_scenario_names() {
    for id in scenario_ids() {
        let verdicts = judge(&play(&id, ""));
        assert_eq!(verdicts.conduct, Conduct::Complete, "{id}");
        assert_eq!(failed(&verdicts), BTreeSet::new(), "{id}: {verdicts:#?}");
        for verdict in verdicts.verdicts.iter().filter(|verdict| verdict.named) {
            assert_eq!(
                verdict.outcome,
                Outcome::Pass,
                "{id}: {}",
                verdict.requirement
            );
        }
        assert_eq!(verdicts.overall(), Overall::Passed);
    }
}

#[test]
fn every_requirement_is_named_by_a_scenario() {
    let catalogue = Catalogue::builtin();
    let scenarios: Vec<Scenario> = catalogue
        .entries()
        .iter()
        .map(|entry| load(&entry.file, &entry.text).unwrap())
        .collect();
    for id in builtin().ids() {
        let named = scenarios
            .iter()
            .any(|s| s.requirements.iter().any(|r| r.as_str() == id));
        assert!(named, "no scenario is meant to decide {id}");
    }
}

#[test]
fn scenarios_name_only_requirements_and_personas_that_exist() {
    let requirements = builtin().ids();
    let personas: Vec<&str> = persona_ids().collect();
    let known = Known {
        personas: &personas,
        requirements: &requirements,
        profiles: &[
            "plastic-contact",
            "juki-2003",
            "foreign-card",
            "android-phone",
            "iphone",
            "plastic-2",
        ],
        readers: &["ACS ACR39U ICC Reader", "SONY FeliCa RC-S300/P"],
        wires: &["mock-2025.04", "mock-2024.04"],
    };
    for entry in Catalogue::builtin().entries() {
        if let Err(error) = entry.parse(&known) {
            panic!("{}", error.render(Lang::En, false));
        }
    }
}

#[test]
fn a_defect_fails_the_requirement_that_it_breaks_and_no_other() {
    let mut others: Vec<(&str, Vec<String>)> = Vec::new();
    for id in requirements_on_paper() {
        let verdicts: Vec<Verdicts> = scenario_ids()
            .iter()
            .map(|scenario| judge(&play(scenario, id)))
            .collect();
        let found: BTreeSet<&str> = verdicts.iter().flat_map(failed).collect();
        if found != BTreeSet::from([id]) {
            others.push((id, found.into_iter().map(str::to_owned).collect::<Vec<_>>()));
        }
        let is_advice = builtin().get(id).unwrap().level == Level::Advice;
        if !is_advice {
            assert_eq!(overall(&verdicts), Overall::Failed, "{id}");
        }
        let strictly: Vec<Verdicts> = verdicts.into_iter().map(Verdicts::strictly).collect();
        assert_eq!(overall(&strictly), Overall::Failed, "{id}");
    }
    assert_eq!(others, []);
}

#[test]
fn a_defect_is_found_by_a_scenario_that_names_its_requirement() {
    for id in requirements_on_paper() {
        let found = scenario_ids().iter().any(|scenario| {
            let verdicts = judge(&play(scenario, id));
            verdicts
                .failed()
                .any(|(verdict, _)| verdict.named && verdict.requirement == id)
        });
        assert!(found, "{id}");
    }
}

#[test]
fn a_failure_says_where_and_what_in_both_languages() {
    for id in builtin().ids() {
        for scenario in scenario_ids() {
            let trace = play(&scenario, id);
            for (_, failure) in judge(&trace).failed() {
                assert!(
                    (1..=trace.events.len() as u64).contains(&failure.at),
                    "{id}"
                );
                assert!(failure.before.iter().all(|seq| *seq >= 1), "{id}");
                for lang in Lang::ALL {
                    assert!(!failure.expected.text(lang).is_empty(), "{id}");
                    assert!(!failure.observed.text(lang).is_empty(), "{id}");
                    assert_ne!(
                        failure.expected.text(lang),
                        failure.observed.text(lang),
                        "{id}"
                    );
                }
            }
        }
    }
}

#[test]
fn what_follows_from_a_failure_is_explained_by_it() {
    let verdicts = judge(&play("registration/full", "registration.consent-first"));
    let Outcome::Inconclusive { caused_by, .. } = outcome(&verdicts, "registration.recheck-after")
    else {
        panic!("{:?}", outcome(&verdicts, "registration.recheck-after"));
    };
    assert_eq!(caused_by.as_deref(), Some("registration.consent-first"));
}

#[test]
fn an_occasion_missed_for_a_failure_is_explained_by_it() {
    let verdicts = judge(&play("happy/pin", "service.signed-challenge"));
    let Outcome::Inconclusive { caused_by, .. } = outcome(&verdicts, "result.needs-answer") else {
        panic!("{:?}", outcome(&verdicts, "result.needs-answer"));
    };
    assert_eq!(caused_by.as_deref(), Some("service.signed-challenge"));
}

#[test]
fn every_reason_is_given_in_both_languages() {
    let mut traces = Vec::new();
    for id in scenario_ids() {
        for depth in [Depth::L0, Depth::L1, Depth::L2, Depth::L3] {
            let mut trace = without_client_below(play(&id, ""), depth);
            traces.push(trace.clone());
            trace.header.channels.clear();
            traces.push(trace.clone());
            trace.header.channels.push(Channel::Client);
            trace.events.truncate(4);
            traces.push(trace);
        }
    }
    for verdict in traces.iter().flat_map(|trace| judge(trace).verdicts) {
        let reason = match verdict.outcome {
            Outcome::Inconclusive { missing, .. } => missing,
            Outcome::NotApplicable { because } | Outcome::Error { because } => because,
            Outcome::Pass | Outcome::Fail(_) => continue,
        };
        assert!(
            !reason.ja.is_empty() && !reason.en.is_empty(),
            "{}",
            verdict.requirement
        );
        assert_ne!(reason.ja, reason.en, "{}", verdict.requirement);
    }
}

fn without_client_below(mut trace: Trace, depth: Depth) -> Trace {
    if let Some(client) = &mut trace.header.client {
        client.depth = depth;
    }
    trace
}

#[test]
fn what_a_client_does_not_report_does_not_apply_and_costs_nothing() {
    let broken = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&without_client_below(broken, Depth::L1));
    let outcome = outcome(&verdicts, "result.lapsed-is-not-valid");
    assert!(
        matches!(outcome, Outcome::NotApplicable { .. }),
        "{outcome:?}"
    );
    assert_eq!(verdicts.overall(), Overall::Passed);
}

#[test]
fn a_channel_that_was_not_recorded_leaves_its_requirements_open() {
    let mut trace = play("happy/visual", "");
    trace
        .header
        .channels
        .retain(|channel| *channel != Channel::Pcsc);
    let verdicts = judge(&trace);
    assert!(matches!(
        outcome(&verdicts, "card.released"),
        Outcome::Inconclusive { .. }
    ));
    assert_eq!(verdicts.overall(), Overall::Passed);
    assert_eq!(verdicts.strictly().overall(), Overall::Failed);
    let mut trace = play("eligibility/expired", "");
    trace
        .header
        .channels
        .retain(|channel| *channel != Channel::Web);
    assert_eq!(judge(&trace).overall(), Overall::Failed);
}

#[test]
fn advice_that_is_not_followed_is_told_and_counts_only_strictly() {
    let verdicts = judge(&play("happy/visual", "card.released"));
    let (verdict, _) = verdicts.failed().next().unwrap();
    assert_eq!(
        (verdict.requirement.as_str(), verdict.level),
        ("card.released", Level::Advice)
    );
    assert!(!verdict.counts_against());
    assert_eq!(verdicts.overall(), Overall::Passed);
    // a file does not keep what its reader counts
    let text = verdicts.to_canonical_json().unwrap();
    let strictly = verdicts.strictly();
    assert_eq!(strictly.overall(), Overall::Failed);
    assert_eq!(strictly.to_canonical_json().unwrap(), text);
}

#[test]
fn a_client_that_dies_passes_nothing() {
    let verdicts = judge(&play("card/torn", "card.survives-removal"));
    assert!(matches!(
        verdicts.conduct,
        Conduct::Ended { code: Some(1), .. }
    ));
    assert!(
        verdicts
            .verdicts
            .iter()
            .all(|verdict| verdict.outcome != Outcome::Pass)
    );
}

#[test]
fn a_client_that_never_said_hello_could_not_be_run() {
    let mut trace = play("happy/visual", "");
    trace.header.client = None;
    trace.events.clear();
    let verdicts = judge(&trace);
    assert_eq!(verdicts.overall(), Overall::CouldNotRun);
    assert!(verdicts.verdicts.is_empty());
}

#[test]
fn an_unmodified_app_is_judged_by_card_and_web_alone() {
    let mut trace = play("happy/visual", "credential.auth-reference-only");
    trace.header.client = None;
    trace
        .header
        .channels
        .retain(|c| ![Channel::Client, Channel::Process].contains(c));
    trace
        .events
        .retain(|event| !matches!(event.what, What::Client(_) | What::Step(_) | What::Exit(_)));
    let verdicts = judge(&trace);
    assert_eq!(
        *outcome(&verdicts, "card.certificate-from-card"),
        Outcome::Pass
    );
    let visual = outcome(&verdicts, "credential.no-pin-in-visual");
    assert!(
        matches!(visual, Outcome::NotApplicable { .. }),
        "{visual:?}"
    );
}

#[test]
fn a_client_that_does_nothing_passes_nothing_that_its_scenario_names() {
    let mut trace = play("happy/visual", "");
    trace.events.retain(|event| {
        matches!(
            event.what,
            What::Step(_) | What::Exit(_) | What::Client(ClientEvent::Done { .. })
        )
    });
    for (index, event) in trace.events.iter_mut().enumerate() {
        event.seq = index as u64 + 1;
    }
    let verdicts = judge(&trace);
    assert!(
        verdicts
            .verdicts
            .iter()
            .all(|v| !v.named || v.outcome != Outcome::Pass)
    );
    assert_eq!(verdicts.overall(), Overall::Failed);
}

#[test]
fn a_requirement_of_another_version_is_our_error() {
    let mut trace = play("happy/visual", "");
    trace.header.resolved["requirements"][0] = "card.levitates".into();
    let verdicts = judge(&trace);
    assert!(matches!(
        outcome(&verdicts, "card.levitates"),
        Outcome::Error { .. }
    ));
}

#[test]
fn judging_again_gives_the_same_bytes() {
    for id in scenario_ids() {
        let trace = play(&id, "result.lapsed-is-not-valid");
        let mut stored = Vec::new();
        trace.write(&mut stored).unwrap();
        let read = Trace::parse(std::str::from_utf8(&stored).unwrap()).unwrap();
        let (first, again) = (judge(&trace), judge(&read));
        assert_eq!(
            first.to_canonical_json().unwrap(),
            again.to_canonical_json().unwrap()
        );
    }
}

#[test]
fn verdict_files_read_back() {
    let verdicts = judge(&play("eligibility/expired", "result.lapsed-is-not-valid"));
    let text = verdicts.to_canonical_json().unwrap();
    assert_eq!(serde_json::from_str::<Verdicts>(&text).unwrap(), verdicts);
}

#[test]
fn every_text_of_the_catalogue_exists_in_both_languages() {
    let catalogue = builtin();
    let all = catalogue.requirements().iter();
    for requirement in all.chain(catalogue.of_consumers()) {
        for lang in Lang::ALL {
            for text in [&requirement.text].into_iter().chain(&requirement.likely) {
                assert!(!text.get(lang).trim().is_empty(), "{}", requirement.id);
                assert!(!text.get(lang).ends_with(['.', '。']), "{}", requirement.id);
            }
        }
        for source in &requirement.sources {
            assert!(catalogue.cite(source).contains(&source.place));
        }
    }
}

/// The cause that fits what happened is named: a request under way, or none at all.
#[test]
fn a_result_without_an_answer_has_the_cause_that_its_trace_shows() {
    let under_way = play("web/answer-lost", "result.needs-answer");
    let mut remembered = play("happy/visual", "");
    remembered
        .events
        .retain(|event| !matches!(event.what, What::Request(_) | What::Answer(_)));
    for (trace, name) in [(under_way, "under-way"), (remembered, "remembered")] {
        let verdicts = judge(&trace);
        let mut failed = verdicts.failed();
        let (verdict, failure) = failed
            .find(|(verdict, _)| verdict.requirement == "result.needs-answer")
            .unwrap_or_else(|| panic!("{name}: it does not fail"));
        let likely = verdict.likely().expect("a cause");
        let told = format!("{}\n{}\n", likely.ja, likely.en);
        insta::assert_snapshot!(format!("needs-answer-{name}"), told);
        assert_eq!(failure.before.is_empty(), name == "remembered");
    }
}

#[test]
fn what_a_run_that_was_interrupted_did_not_show_is_nobodys_fault() {
    let mut trace = play("card/torn", "card.survives-removal");
    assert!(failed(&judge(&trace)).contains("card.survives-removal"));
    for event in &mut trace.events {
        if let What::Exit(exit) = &mut event.what {
            exit.code = None;
            exit.why = Some("interrupted".into());
        }
    }
    let verdicts = judge(&trace);
    assert_eq!(verdicts.conduct, Conduct::Cut);
    assert_eq!(failed(&verdicts), BTreeSet::new());
    assert_eq!(verdicts.overall(), Overall::Failed, "nor was it passed");
}

#[test]
fn of_programs_that_nobody_drives_each_connection_counts_for_itself() {
    let mut trace = play("card/smartphone", "card.bounded-reading");
    trace.header.client = None;
    let drives = [Channel::Client, Channel::Process];
    trace
        .header
        .channels
        .retain(|channel| !drives.contains(channel));
    trace.events.retain(|event| {
        !matches!(
            event.what,
            What::Client(_) | What::Step(_) | What::Exit(_) | What::Pcsc(_)
        )
    });
    let judged = |trace: &Trace| failed(&judge(trace)).contains("card.bounded-reading");
    assert!(judged(&trace), "one program asks over and over");
    let connect = What::Pcsc(PcscEvent {
        call: "connect".into(),
        context: 1,
        detail: None,
        rv: "00000000".into(),
        has_waited: false,
    });
    let mut apart = Vec::new();
    for event in trace.events.drain(..) {
        if matches!(event.what, What::Card(_)) {
            apart.push(Event {
                what: connect.clone(),
                ..event.clone()
            });
        }
        apart.push(event);
    }
    for (seq, event) in (1..).zip(&mut apart) {
        event.seq = seq;
    }
    trace.events = apart;
    assert!(!judged(&trace), "several programs ask once each");
}

/// When the end of a line is noticed depends on how busy the machine is.
#[test]
fn a_service_that_ends_leaves_no_connection_open_however_late_its_lines_are_told_to_break() {
    let released = |what: &dyn Fn() -> Vec<What>| {
        let trace = changed(play("happy/visual", "card.released"), |event| {
            let is_taken = matches!(
                &event.what,
                What::Reader(ReaderEvent::Removed { why }) if *why == Removal::Taken
            );
            let before = if is_taken { what() } else { Vec::new() };
            let before = before.into_iter().map(|what| Event {
                what,
                ..event.clone()
            });
            before.chain([event.clone()]).collect()
        });
        !failed(&judge(&trace)).contains("card.released")
    };
    assert!(!released(&Vec::new), "it keeps its connection");
    assert!(released(&|| vec![What::Reader(
        ReaderEvent::ServiceStopped {}
    )]));
}

/// The same trace after a change of its events, numbered anew.
fn changed(mut trace: Trace, change: impl Fn(Event) -> Vec<Event>) -> Trace {
    trace.events = trace.events.into_iter().flat_map(change).collect();
    for (seq, event) in (1..).zip(&mut trace.events) {
        event.seq = seq;
    }
    trace
}

#[test]
fn a_ready_or_done_of_another_act_is_no_message_of_the_contract() {
    let judged = |change: &dyn Fn(ClientEvent) -> Vec<ClientEvent>| {
        let trace = changed(play("happy/visual", ""), |event| match &event.what {
            What::Client(said) => change(said.clone())
                .into_iter()
                .map(|said| Event {
                    what: What::Client(said),
                    ..event.clone()
                })
                .collect(),
            _ => vec![event],
        });
        failed(&judge(&trace)).contains("contract.messages")
    };
    assert!(!judged(&|said| vec![said]));
    assert!(judged(&|said| match said {
        ClientEvent::Done { r#do: 3 } => vec![ClientEvent::Done { r#do: 7 }],
        said => vec![said],
    }));
    assert!(judged(&|said| match said {
        ClientEvent::Done { r#do } => vec![said, ClientEvent::Done { r#do }],
        said => vec![said],
    }));
}

#[test]
fn a_card_that_is_never_awaited_or_of_which_nothing_is_said_is_not_passed() {
    let second = |without: &dyn Fn(&What) -> bool| {
        let trace = play("happy/switch", "");
        let at = |nth: usize| {
            let mut asked = trace.events.iter().filter(
                |event| matches!(&event.what, What::Step(step) if step.action == Action::PlaceCard),
            );
            asked.nth(nth).map(|event| event.seq)
        };
        let (from, until) = (at(1).unwrap(), at(2).unwrap_or(u64::MAX));
        let trace = changed(trace.clone(), |event| {
            let is_of_second = (from..until).contains(&event.seq);
            if is_of_second && without(&event.what) {
                Vec::new()
            } else {
                vec![event]
            }
        });
        failed(&judge(&trace)).contains("contract.card-awaited")
    };
    assert!(!second(&|_| false));
    let is_ready = |what: &What| matches!(what, What::Client(ClientEvent::Ready { .. }));
    let is_traffic = |what: &What| {
        matches!(
            what,
            What::Card(_) | What::Pcsc(_) | What::Reader(_) | What::Request(_) | What::Answer(_)
        )
    };
    let is_screen = |what: &What| matches!(what, What::Client(ClientEvent::Screen(_)));
    assert!(second(&|what| is_ready(what)
        || is_traffic(what)
        || is_screen(what)));
    assert!(second(&|what| is_traffic(what) || is_screen(what)));
}

#[test]
fn who_was_not_there_for_a_second_try_is_not_asked_for_one() {
    let torn = play("card/torn", "");
    let from = torn.events.iter().find(
        |event| matches!(&event.what, What::Reader(ReaderEvent::Removed { why }) if *why == Removal::Torn),
    );
    let from = from.unwrap().seq;
    let left = changed(torn, |event| {
        let asks = matches!(&event.what, What::Step(step) if step.action == Action::PlaceCard);
        let goes_on = matches!(
            event.what,
            What::Reader(_) | What::Card(_) | What::Pcsc(_) | What::Request(_) | What::Answer(_)
        );
        if event.seq > from && (asks || goes_on) {
            Vec::new()
        } else {
            vec![event]
        }
    });
    assert!(!failed(&judge(&left)).contains("card.survives-removal"));
}

#[test]
fn a_first_login_whose_answer_never_came_is_nobodys_omission() {
    let late = |fault: &str| {
        let mut trace = play("happy/visual", "");
        for event in &mut trace.events {
            if let What::Answer(answer) = &mut event.what
                && answer.exchange == 1
            {
                answer.fault = Some(fault.into());
            }
        }
        failed(&judge(&trace)).contains("service.activation-code-once")
    };
    assert!(!late("delayed"), "it came late");
    assert!(!late("slow"), "it came slowly");
    assert!(!late("given-up"), "no client waited for it any more");
}

#[test]
fn a_handshake_that_failed_counts_where_it_began_however_late_the_server_knows() {
    const AGAIN: &str = "registration.recheck-after";
    let trace = play("registration/full", "");
    let registered = trace.events.iter().find_map(|event| match &event.what {
        What::Request(request) if request.operation.as_deref() == Some("register") => {
            Some(event.seq)
        }
        _ => None,
    });
    let registered = registered.unwrap();
    let steps = trace.events.iter().filter_map(|event| match &event.what {
        What::Step(step) if event.seq > registered => Some((event.seq, step)),
        _ => None,
    });
    let steps: Vec<_> = steps.collect();
    let pressed = steps[0].0;
    let taken = steps
        .iter()
        .find(|(_, step)| step.action == Action::TakeCard);
    let taken = taken.unwrap().0;
    let from = trace.events.iter().find(|event| event.seq == taken - 1);
    let before = from.unwrap().us;
    // The card is read for the check, which nobody can make.
    let told = |began: Option<u64>| {
        let cut = changed(trace.clone(), |event| {
            let of_check = matches!(
                event.what,
                What::Request(_) | What::Answer(_) | What::Client(ClientEvent::Screen(_))
            );
            let failed = Event {
                seq: 0,
                us: event.us,
                what: What::Tls(TlsEvent {
                    connection: 6,
                    server: "tls-1.0".into(),
                    outcome: "client alert ProtocolVersion".into(),
                    resumed: false,
                    began,
                }),
            };
            match event.seq {
                seq if seq == taken => vec![event, failed],
                seq if (pressed..taken).contains(&seq) && of_check => Vec::new(),
                _ => vec![event],
            }
        });
        failed(&judge(&cut)).contains(AGAIN)
    };
    assert!(told(None), "as far as the trace says, it began later");
    assert!(told(Some(u64::MAX)), "it began later");
    assert!(!told(Some(before)), "it began when the card was read");
}

#[test]
fn who_walks_away_with_a_card_on_its_contacts_was_not_to_be_checked() {
    const ANY: &str = "reader.any-interface";
    let placed = |event: &Event| matches!(&event.what, What::Reader(ReaderEvent::Inserted { .. }));
    let without = |walks_away: bool| {
        let trace = play("reader/contact", "");
        let from = trace.events.iter().find(|event| placed(event)).unwrap().seq;
        changed(trace, |event| {
            let of_check = matches!(
                event.what,
                What::Card(_) | What::Pcsc(_) | What::Request(_) | What::Answer(_)
            );
            let lifted = Event {
                seq: event.seq,
                us: event.us,
                what: What::Reader(ReaderEvent::Removed { why: "torn".into() }),
            };
            match event.seq {
                seq if seq == from && walks_away => vec![event, lifted],
                seq if seq > from
                    && (of_check || walks_away && matches!(event.what, What::Reader(_))) =>
                {
                    Vec::new()
                }
                _ => vec![event],
            }
        })
    };
    assert!(failed(&judge(&without(false))).contains(ANY));
    assert!(!failed(&judge(&without(true))).contains(ANY));
}

#[test]
fn of_an_answer_that_nobody_waited_for_nothing_is_due() {
    const DELIVERED: &str = "result.delivered-fields-shown";
    let without_result = |fault: Option<&str>| {
        let mut trace = play("happy/visual", "");
        // what the scenario wants to see is another matter
        trace.header.resolved["then"] = serde_json::json!([]);
        changed(trace, |mut event| {
            match &mut event.what {
                What::Answer(answer) if answer.fields.get("qualification-validity").is_some() => {
                    answer.fault = fault.map(Into::into);
                }
                What::Client(ClientEvent::Screen(screen)) if screen.title == "資格確認結果" =>
                {
                    return Vec::new();
                }
                _ => {}
            }
            vec![event]
        })
    };
    for came in [None, Some("delayed"), Some("slow")] {
        assert!(
            failed(&judge(&without_result(came))).contains(DELIVERED),
            "{came:?}"
        );
    }
    let verdicts = judge(&without_result(Some("given-up")));
    let due = outcome(&verdicts, DELIVERED);
    assert!(!matches!(due, Outcome::Fail(_)), "{due:?}");
}
