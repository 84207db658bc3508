//! The scenario language as its author meets it.

use madoguchi_iso7816::StatusWord;
use madoguchi_layout::Policies;
use madoguchi_notation::Diagnostics;
use madoguchi_scenarios::{
    Act, Axis, Breadth, Catalogue, Dialect, Fault, Hold, Known, MOST_VARIANTS, Method, Moment, Pin,
    ReturnCode, Scenario, TerminalState,
};
use madoguchi_terms::Lang;

const KNOWN: Known<'_> = Known {
    personas: &["shiken-taro", "shiken-hanako"],
    requirements: &["card.released", "result.needs-answer"],
    profiles: &["plastic-contactless", "plastic-contact", "juki-2003"],
    readers: &["SONY FeliCa RC-S300/P", "ACS ACR39U ICC Reader"],
    wires: &["mock-2025.05", "mock-2025.04"],
};

const HEALTHY: &str = "\
purpose: { ja: 試し, en: a trial }
requirements: [card.released]
given:
  persona: shiken-taro
when:
  - login
  - choose-method: visual
  - place-card: shiken-hanako
  - close
";

fn parse(text: &str) -> Result<Scenario, Diagnostics> {
    Scenario::parse("my/trial", "my/trial.yaml", text, &KNOWN)
}

fn refused(text: &str) -> Diagnostics {
    parse(text).expect_err("the scenario is wrong")
}

#[test]
fn a_scenario_is_healthy_where_it_says_nothing() {
    let scenario = parse(HEALTHY).unwrap();
    assert_eq!(scenario.id, "my/trial");
    assert_eq!(scenario.given.terminal, TerminalState::Activated);
    assert_eq!(scenario.given.method, Method::Visual);
    assert!(scenario.given.reader.faults.is_empty() && scenario.given.service.faults.is_empty());
    assert_eq!(scenario.personas(), ["shiken-taro", "shiken-hanako"]);
}

#[test]
fn a_card_may_state_other_policies() {
    let text = |policies: &str| {
        HEALTHY.replace(
            "  persona: shiken-taro\n",
            &format!("  persona: shiken-taro\n  card: {{ policies: {policies} }}\n"),
        )
    };
    let given = |policies| parse(&text(policies)).unwrap().given.card.policies;
    assert_eq!(parse(HEALTHY).unwrap().given.card.policies, Policies::Own);
    assert_eq!(given("published"), Policies::Published);
    assert_eq!(given("published-test"), Policies::PublishedTest);
    let told = refused(&text("publisht")).render(Lang::En, false);
    assert!(told.contains("my/trial.yaml:5:21"), "{told}");
    assert!(told.contains("published"), "{told}");
}

#[test]
fn the_certificates_of_a_card_may_have_other_dates() {
    let text = |dates: &str| {
        let card = format!("  card: {{ certificate: {{ {dates} }} }}\n");
        HEALTHY.replace("when:\n", &format!("{card}when:\n"))
    };
    let scenario = parse(&text("from: -6y, until: -1d")).unwrap();
    let words = scenario.given.in_words(Lang::En).join("; ");
    assert!(
        words.contains("valid from -6y; the certificates' last day is -1d"),
        "{words}"
    );
    assert!(!scenario.given.card.certificate.is_usual());
    for (dates, why) in [
        (
            "from: 0d, until: -1d",
            "the certificates end before they begin",
        ),
        ("until: -10min", "a day is meant here, not a time"),
        ("til: 0d", "known keys: from, until"),
    ] {
        let told = refused(&text(dates)).render(Lang::En, false);
        assert!(told.contains(why), "{dates}: {told}");
        assert!(told.contains("my/trial.yaml:5:"), "{told}");
    }
}

/// `-10min` was read as ten minutes ago, which is today, where ten months were meant.
#[test]
fn a_time_is_no_day() {
    let text = |lost: &str| {
        let record = format!("  record: {{ insurance: [{{ lost: {lost} }}] }}\n");
        HEALTHY.replace("when:\n", &format!("{record}when:\n"))
    };
    for day in ["-10m", "-10d", "+1y-1d", "0d", "2026-11-21"] {
        parse(&text(day))
            .unwrap_or_else(|wrong| panic!("{day}: {}", wrong.render(Lang::En, false)));
    }
    for time in ["-10min", "-5h", "-1d-30s"] {
        let told = refused(&text(time)).render(Lang::En, false);
        assert!(
            told.contains("a day is meant here, not a time"),
            "{time}: {told}"
        );
        assert!(told.contains("my/trial.yaml:5:"), "{told}");
    }
}

#[test]
fn steps_are_words_or_words_with_a_value() {
    let text = HEALTHY.replace(
        "  - close\n",
        "  - enter-pin: wrong\n  - place-card\n  - press: 再試行\n  - take-card\n  - close\n",
    );
    let steps = parse(&text).unwrap().when;
    assert_eq!(*steps[3], Act::EnterPin(Pin::Wrong));
    assert_eq!(*steps[4], Act::PlaceCard(None));
    assert_eq!(
        (steps[5].word(), steps[5].value()),
        ("press", Some("再試行".into()))
    );
}

#[test]
fn faults_are_named() {
    let text = HEALTHY.replace("when:", "  service: { certificate: foreign-ca }\nwhen:");
    let given = parse(&text).unwrap().given;
    assert_eq!(given.service.certificate.name(), "foreign-ca");
}

fn with_faults(faults: &str) -> String {
    let faults = faults.trim_end().replace('\n', "\n      ");
    HEALTHY.replace(
        "when:",
        &format!("  reader:\n    faults:\n      {faults}\nwhen:"),
    )
}

/// Every word of the language for what goes wrong with card and reader.
const EVERY_FAULT: &str = "\
- { at: { apdu: 9 }, what: torn }
- { at: { apdu: 9 }, placed: 2, what: { torn: { carried-out: true, code: 80100069 } } }
- { at: { instruction: { ins: verify } }, what: mute }
- { at: { instruction: { ins: B0, nth: 3 } }, what: { damaged: { code: SCARD_E_NOT_TRANSACTED } } }
- { at: { apdu: 1 }, what: { status: 6E00 } }
- { at: { apdu: 1 }, what: { truncated: 0 } }
- { at: { apdu: 1 }, what: { overlong: 300 } }
- { at: { apdu: 1 }, what: { late: 250ms } }
- { at: { apdu: 1 }, what: { waiting-time: { requests: 3, multiplier: 2 } } }
- { at: { after: 6s }, what: reset }
- { at: { after: 0s }, what: { rival: { hold: exclusive, stays: 2min } } }
- { at: { after: 1h }, what: unplugged }
- { at: { apdu: 2 }, what: reader-fails }
- { at: { apdu: 2 }, what: service-stops }
- { at: { apdu: 2 }, what: { service-stops: { back-after: 3s } } }
";

#[test]
fn everything_that_goes_wrong_at_the_reader_has_a_word() {
    let scenario = parse(&with_faults(EVERY_FAULT)).unwrap();
    let faults = &scenario.given.reader.faults;
    assert_eq!(faults.len(), EVERY_FAULT.lines().count());
    let torn = Fault::Torn {
        carried_out: true,
        code: Some(ReturnCode::REMOVED_CARD),
    };
    assert_eq!(faults[1].what, torn);
    assert_eq!(faults[1].placed.get(), 2);
    let Moment::Instruction { ins, nth } = faults[2].at else {
        panic!("{:?}", faults[2]);
    };
    assert_eq!((ins, nth), (0x20, 1));
    let status = Fault::Status(StatusWord::CLASS_NOT_SUPPORTED);
    assert_eq!(faults[4].what, status);
    let json = serde_json::to_string(&scenario).unwrap();
    assert_eq!(
        serde_json::from_str::<Scenario>(&json).unwrap(),
        scenario,
        "{json}"
    );
}

#[test]
fn the_schema_knows_every_word_for_what_goes_wrong() {
    let schema = serde_json::to_value(madoguchi_scenarios::schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    // YAML's 80100069 and 6E00 are strings to our reader, and numbers to others.
    let quoted = EVERY_FAULT
        .replace("80100069", "'80100069'")
        .replace("6E00", "'6E00'");
    let text = with_faults(&quoted);
    let scenario: serde_json::Value = madoguchi_notation::load("a.yaml", &text).unwrap();
    let wrong: Vec<_> = validator
        .iter_errors(&scenario)
        .map(|e| e.to_string())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
    for fault in [
        "- { at: { apdu: 0 }, what: torn }",
        "- { at: { apdu: 1 }, what: rival }",
    ] {
        let text = with_faults(fault);
        let scenario: serde_json::Value = madoguchi_notation::load("a.yaml", &text).unwrap();
        assert!(!validator.is_valid(&scenario), "{fault}");
    }
}

#[test]
fn what_is_wrong_with_a_fault_is_told_where_it_stands() {
    let mut told = String::new();
    for fault in [
        "- { at: { apdu: 0 }, what: torn }",
        "- { at: { apdu: 1 }, what: tron }",
        "- { at: { apdu: 1 }, what: rival }",
        "- { at: { after: 6 }, what: reset }",
        "- { at: { instruction: { ins: veryfy } }, what: mute }",
        "- { at: { apdu: 1 }, what: { status: 6F } }",
        "- { at: { apdu: 1 }, what: { torn: { code: SCARD_W_REMOVED } } }",
        "- { at: { apdu: 1 }, what: { rival: { hold: all, stays: 1s } } }",
        "- { what: torn }",
    ] {
        let error = refused(&with_faults(fault)).to_string();
        assert!(error.starts_with("my/trial.yaml:"), "{error}");
        told += &format!("{fault}\n    {error}\n");
    }
    insta::assert_snapshot!(told);
}

#[test]
fn an_unknown_card_or_reader_is_shown_with_the_nearest_one() {
    let text = HEALTHY.replace(
        "when:",
        "  card: { profile: juki-2004 }\n  reader: { model: SONY FeliCa RC-S300, dialect: windows }\nwhen:",
    );
    insta::assert_snapshot!(refused(&text).render(Lang::En, false));
    let text = text
        .replace("juki-2004", "juki-2003")
        .replace("RC-S300,", "RC-S300/P,");
    let given = parse(&text).unwrap().given;
    assert_eq!(given.reader.dialect, Dialect::Windows);
    assert_eq!(given.card.profile.unwrap().as_str(), "juki-2003");
}

#[test]
fn things_happen_between_the_acts_of_people() {
    let text = HEALTHY.replace(
        "  - close\n",
        "  - wait: 6s\n  - rival: transaction\n  - rival-leaves\n  - unplug-reader\n  - plug-reader\n  - stop-service\n  - start-service\n  - close\n",
    );
    let steps = parse(&text).unwrap().when;
    assert_eq!(steps[3].value(), Some("6s".into()));
    assert_eq!(*steps[4], Act::Rival(Hold::Transaction));
    assert_eq!(*steps[9], Act::StartService);
    for wrong in [
        "wait",
        "wait: 6",
        "wait: 700h",
        "rival: me",
        "plug-reader: 1",
    ] {
        let text = HEALTHY.replace("- close", &format!("- {wrong}"));
        assert!(refused(&text).to_string().contains(":9:"), "{wrong}");
    }
}

#[test]
fn a_resolved_scenario_survives_json() {
    for entry in Catalogue::builtin().entries() {
        let scenario: Scenario = madoguchi_notation::load(&entry.file, &entry.text).unwrap();
        let json = serde_json::to_string(&scenario).unwrap();
        assert_eq!(
            serde_json::from_str::<Scenario>(&json).unwrap(),
            scenario,
            "{json}"
        );
    }
}

#[test]
fn an_unknown_persona_is_shown_with_the_nearest_one() {
    let text = HEALTHY.replace("place-card: shiken-hanako", "place-card: shiken-hanoko");
    insta::assert_snapshot!(refused(&text).render(Lang::Ja, false));
}

#[test]
fn all_unknown_names_are_told_at_once() {
    let text = HEALTHY
        .replace("shiken-taro", "taro")
        .replace("card.released", "card.relesed");
    insta::assert_snapshot!(refused(&text).render(Lang::En, false));
}

#[test]
fn an_unknown_step_is_shown_where_it_stands() {
    let error = refused(&HEALTHY.replace("- login", "- log-in"));
    insta::assert_snapshot!(error.render(Lang::Ja, false));
    let error = refused(&HEALTHY.replace("- choose-method: visual", "- chose-method: visual"));
    insta::assert_snapshot!(error.render(Lang::En, false));
}

#[test]
fn a_step_lacks_its_value_or_has_one_too_many() {
    for (wrong, line) in [
        ("- choose-method", ":7:"),
        ("- choose-method: eye", ":7:"),
        ("- login: now", ":7:"),
        ("- { choose-method: visual, press: x }", ":7:"),
        ("- [login]", ":7:"),
    ] {
        let error = refused(&HEALTHY.replace("- choose-method: visual", wrong)).to_string();
        assert!(error.contains(line), "{wrong}: {error}");
    }
}

#[test]
fn an_expectation_expects_something() {
    let text = format!("{HEALTHY}then:\n  - for: result.needs-answer\n");
    assert!(
        refused(&text)
            .to_string()
            .starts_with("my/trial.yaml:11:10: nothing is expected")
    );
}

#[test]
fn unknown_keys_are_errors() {
    let text = HEALTHY.replace("  persona:", "  terminals: fresh\n  persona:");
    assert!(
        refused(&text)
            .to_string()
            .contains(":4:3: unknown key \"terminals\"")
    );
}

#[test]
fn the_catalogue_holds_every_file_of_its_folder() {
    #[expect(
        clippy::disallowed_methods,
        reason = "compares the program with the source tree"
    )]
    fn files(folder: &std::path::Path, into: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).expect("the folder is there") {
            let path = entry.expect("readable").path();
            if path.is_dir() {
                files(&path, into);
            } else {
                into.push(path.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    let mut found = Vec::new();
    files(
        &std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("catalogue"),
        &mut found,
    );
    let catalogue = Catalogue::builtin();
    assert_eq!(found.len(), catalogue.entries().len());
    for entry in catalogue.entries() {
        assert!(
            found
                .iter()
                .any(|path| path.ends_with(&format!("/{}.yaml", entry.id)))
        );
    }
}

#[test]
fn a_purpose_fits_a_line_of_a_report() {
    let columns = |text: &str| {
        text.chars()
            .map(|c| if c.is_ascii() { 1 } else { 2 })
            .sum::<u32>()
    };
    for entry in Catalogue::builtin().entries() {
        let scenario: Scenario = madoguchi_notation::load(&entry.file, &entry.text).unwrap();
        for lang in Lang::ALL {
            let purpose = scenario.purpose.get(lang);
            assert!(
                (1..=30).contains(&columns(purpose)),
                "{}: {purpose}",
                entry.id
            );
        }
    }
}

#[test]
fn everything_that_is_wrong_is_told_in_one_pass() {
    let text = "\
purpose: { ja: 試し, en: a trial, fr: essai }
requirements: [card.relesed]
given:
  persona: shiken-tarou
  terminal: frsh
  reader:
    dialect: window
    faults:
      - at: { apdu: 0 }
        what: tron
  service:
    clock: tomorrow
  service: {}
when:
  - logn
  - choose-method: visul
  - enter-pin
  - wait: 6 s
  - place-card: { persona: shiken-taro }
  - operate: { functoin: { on: true } }
then:
  - for: result.needs-answr
    attempts-left: [many]
colour: red
";
    let wrong = refused(text);
    for lang in Lang::ALL {
        insta::assert_snapshot!(format!("one-pass-{lang}"), wrong.render(lang, false));
    }
    let places: Vec<_> = wrong
        .iter()
        .flat_map(|one| &one.place)
        .map(|place| (place.line, place.column))
        .collect();
    assert!(places.is_sorted(), "{places:?}");
    let lines: Vec<u64> = places.iter().map(|(line, _)| *line).collect();
    assert_eq!(
        lines,
        [
            1, 2, 4, 5, 7, 9, 10, 12, 13, 15, 16, 17, 18, 19, 20, 22, 23, 24
        ]
    );
}

#[test]
fn a_bomb_of_aliases_is_refused_at_once() {
    let mut text = HEALTHY.to_owned() + "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
    for n in 1..12 {
        let inner = format!("*a{}, ", n - 1).repeat(9);
        text += &format!("a{n}: &a{n} [{inner}]\n");
    }
    let codes: Vec<_> = refused(&text).iter().map(|one| one.code).collect();
    assert_eq!(codes, ["too-much"]);
}

fn variants(text: &str, breadth: Breadth) -> Vec<Scenario> {
    parse(text)
        .expect("the scenario is sound")
        .variants(breadth)
}

#[test]
fn a_variant_has_a_name_that_says_what_differs() {
    let text =
        HEALTHY.to_owned() + "variants: { persona: [shiken-hanako], reader: [windows, contact] }\n";
    assert_eq!(variants(&text, Breadth::Base).len(), 1);
    let all = variants(&text, Breadth::All);
    let names: Vec<&str> = all.iter().map(|variant| variant.id.as_str()).collect();
    assert_eq!(
        names,
        [
            "my/trial",
            "my/trial@reader=windows",
            "my/trial@reader=contact",
            "my/trial@persona=shiken-hanako",
            "my/trial@persona=shiken-hanako,reader=windows",
            "my/trial@persona=shiken-hanako,reader=contact",
        ]
    );
    assert_eq!(all[4].given.persona.as_str(), "shiken-hanako");
    assert_eq!(all[4].given.reader.dialect, Dialect::Windows);
    assert_eq!(
        all[5].given.card.profile.as_ref().unwrap().as_str(),
        "plastic-contact"
    );
    assert_eq!(all[0].variant[&Axis::Reader], "pcsclite");
    assert!(names.iter().all(|name| {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./@=,".contains(c);
        name.chars().all(is_plain)
    }));
}

#[test]
fn the_steps_follow_the_method_and_the_expectations_their_condition() {
    let text = HEALTHY.to_owned()
        + "variants:\n  method: [pin]\n  expect:\n    - where: { method: pin }\n      without: [card.released]\n      requirements: [result.needs-answer]\n";
    let all = variants(&text, Breadth::All);
    assert_eq!(all[0].requirements[0].as_str(), "card.released");
    let named: Vec<&str> = all[1].requirements.iter().map(|id| id.as_str()).collect();
    assert_eq!(named, ["result.needs-answer"]);
    let [choice, entry] = &all[1].when[1..3] else {
        panic!("two acts");
    };
    assert_eq!(**choice, Act::ChooseMethod(Method::Pin));
    assert_eq!(**entry, Act::EnterPin(Pin::Right));
    // what a variant adds stands where the act is written that it follows
    let written = text.lines().position(|line| line.contains("choose-method"));
    let line = written.map(|line| line as u64 + 1);
    for act in [choice, entry] {
        assert_eq!(Some(act.location().line()), line);
    }
}

#[test]
fn values_that_never_stand_together_do_not() {
    let text = HEALTHY.to_owned()
        + "variants: { persona: [shiken-hanako], reader: [windows], except: [{ persona: shiken-hanako, reader: windows }] }\n";
    let names: Vec<String> = variants(&text, Breadth::All)
        .into_iter()
        .map(|variant| variant.id)
        .collect();
    assert_eq!(
        names,
        [
            "my/trial",
            "my/trial@reader=windows",
            "my/trial@persona=shiken-hanako"
        ]
    );
}

#[test]
fn wrong_variants_are_told_with_their_place() {
    for (variants, column, code) in [
        ("{ persona: [shiken-taro] }", 23, "said-twice"),
        ("{ persona: [shiken-jiro] }", 23, "unknown-persona"),
        ("{ reader: [windows, windows] }", 31, "said-twice"),
        ("{ reader: [linux] }", 22, "unknown-word"),
        (
            "{ reader: [windows], except: [{ reader: linux }] }",
            51,
            "unknown-word",
        ),
        ("{ profile: [mock-1999] }", 23, "unknown-wire-profile"),
    ] {
        let wrong = refused(&format!("{HEALTHY}variants: {variants}\n"));
        let found: Vec<_> = wrong
            .iter()
            .map(|one| (one.code, one.place.as_ref().map(|place| place.column)))
            .collect();
        assert_eq!(found, [(code, Some(column))], "{variants}");
    }
}

#[test]
fn thousands_of_wrong_variants_are_told_in_a_few_lines() {
    let list = |of: fn(usize) -> String| (0..3000).map(of).collect::<Vec<_>>().join(", ");
    let twice = list(|_| "shiken-hanako".to_owned());
    let unknown = list(|at| format!("taro-{at}"));
    let except = list(|at| format!("{{ persona: taro-{at} }}"));
    let expect = list(|at| format!("{{ where: {{ reader: r{at} }}, without: [card.released] }}"));
    let keys = list(|at| format!("p{at}: [windows]"));
    for variants in [
        format!("persona: [{twice}]"),
        format!("persona: [{unknown}]"),
        format!("reader: [{unknown}]"),
        format!("except: [{except}]"),
        format!("expect: [{expect}]"),
        format!("reader: [{twice}], except: [{except}]"),
        keys,
    ] {
        let wrong = refused(&format!("{HEALTHY}variants: {{ {variants} }}\n"));
        let (count, told) = (wrong.iter().count(), wrong.render(Lang::En, false));
        assert!(count >= 3000, "{count}: {told}");
        let left_out = format!("{} more are left out, of {count}", count - 20);
        assert!(told.contains(&left_out), "{told}");
        assert!(told.lines().count() <= 20 * 8 + 2, "{told}");
    }
}

#[test]
fn every_variant_of_the_catalogue_has_a_name_of_its_own() {
    let mut seen = std::collections::BTreeSet::new();
    for entry in Catalogue::builtin().entries() {
        let scenario: Scenario = madoguchi_notation::load(&entry.file, &entry.text).unwrap();
        for variant in (Scenario {
            id: entry.id.clone(),
            ..scenario
        })
        .variants(Breadth::All)
        {
            assert!(seen.insert(variant.id.clone()), "{}", variant.id);
        }
    }
}

#[test]
fn acts_after_the_end_are_refused_where_they_stand() {
    let late = HEALTHY.to_owned() + "  - take-card\n  - press: 閉じる\n";
    let wrong = refused(&late);
    assert_eq!(
        wrong.to_string(),
        "my/trial.yaml:10:5: take-card comes after close\n\
         my/trial.yaml:11:5: press comes after close"
    );
    assert!(
        wrong
            .render(Lang::En, false)
            .contains("move it before close")
    );
}

#[test]
fn an_answer_that_comes_to_nobody_is_doubted() {
    let doubts = |patience: &str, ms: u32| {
        let text = HEALTHY.replace(
            "  persona: shiken-taro\n",
            &format!(
                "  persona: shiken-taro\n{patience}  service:\n    faults:\n      - delay: {{ operation: login, ms: {ms} }}\n"
            ),
        );
        let read = parse(&text).unwrap();
        read.doubts("my/trial.yaml", &text)
            .map(|doubts| doubts.to_string())
    };
    assert_eq!(doubts("", 9_999), None);
    assert_eq!(
        doubts("", 12_000).as_deref(),
        Some(
            "my/trial.yaml:7:9: an answer that comes after 12000 ms comes to nobody who waits for 10000 ms"
        )
    );
    assert!(doubts("  patience-ms: 500\n", 500).is_some());
    assert_eq!(doubts("  patience-ms: 30000\n", 12_000), None);
}

#[test]
fn a_terminal_that_a_facility_does_not_have_is_doubted() {
    let doubts = |facility: &str, act: &str| {
        let given = format!("  persona: shiken-taro\n{facility}");
        let text = HEALTHY
            .replace("  persona: shiken-taro\n", &given)
            .replace("when:\n", &format!("when:\n{act}"));
        let read = parse(&text).unwrap();
        read.doubts("my/trial.yaml", &text)
            .map(|doubts| doubts.to_string())
    };
    let issue = "  - operate: { issue-code: { memo: 試験窓口1 } }\n";
    assert_eq!(
        doubts("", issue).as_deref(),
        Some("my/trial.yaml:6:5: treatment has no 資格確認端末")
    );
    let asks = "  facility: { kind: exempt, terminal: institution }\n";
    assert_eq!(
        doubts(asks, "").as_deref(),
        Some("my/trial.yaml:5:13: exempt has no 資格確認端末")
    );
    let clinic = "  facility: { kind: medical-institution }\n";
    assert_eq!(doubts(clinic, issue), None);
    let portal = "  - operate: { user-settings: {} }\n";
    assert_eq!(doubts("", portal), None);
    let new = "  - operate: { apply: { kind: medical-institution, facility: \"9910000001\" } }\n";
    assert_eq!(doubts("", &format!("{new}{issue}")), None);
}

#[test]
fn an_act_of_which_nothing_can_come_is_refused() {
    let refused = |acts: &str| {
        let (before, _) = HEALTHY.split_once("when:\n").unwrap();
        let text = format!("{before}when:\n{acts}");
        parse(&text).unwrap_err().to_string()
    };
    let told = refused("  - enter-pin: right\n  - login\n  - plug-reader\n");
    assert!(
        told.contains("enter-pin cannot be done here: nobody has logged in"),
        "{told}"
    );
    assert!(
        told.contains("plug-reader cannot be done here: the reader was not pulled out"),
        "{told}"
    );
    let late = refused("  - login\n  - close\n  - take-card\n");
    assert!(late.contains("take-card comes after close"), "{late}");
}

#[test]
fn nothing_in_the_catalogue_is_doubted() {
    for entry in Catalogue::builtin().entries() {
        let scenario = entry.read().unwrap();
        let doubts = scenario.doubts(&entry.file, &entry.text);
        assert_eq!(doubts.map(|doubts| doubts.to_string()), None);
    }
}

/// 被保険者証 ended with 2025-12-01: what is shown without a card is a 資格確認書.
#[test]
fn nobody_shows_an_insurance_card_that_has_ended() {
    let mut typed = 0;
    for entry in Catalogue::builtin().entries() {
        let scenario = entry.read().unwrap();
        for lang in Lang::ALL {
            let told = scenario.purpose.get(lang);
            assert!(!told.contains("被保険者証"), "{}", entry.id);
            for act in &scenario.when {
                let told = act.in_words(lang);
                assert!(!told.contains("被保険者証"), "{}: {told}", entry.id);
                if matches!(**act, Act::AskByNumber(_)) {
                    assert!(told.contains("資格確認書"), "{told}");
                    typed += 1;
                }
            }
        }
    }
    assert!(typed > 0);
}

#[test]
fn more_variants_than_are_looked_at_are_refused() {
    let refused = |personas: usize| {
        let personas = vec!["shiken-hanako"; personas].join(", ");
        let more = "reader: [windows, contact], network: [proxy], terminal: [fresh], method: [pin]";
        let wrong = parse(&format!(
            "{HEALTHY}variants: {{ persona: [{personas}], {more} }}\n"
        ));
        let wrong = wrong.expect_err("the same person many times");
        wrong.iter().any(|one| one.code == "too-many-variants")
    };
    // the scenario's own value of each stands beside them
    let others = 3 * 2 * 2 * 2;
    assert!(!refused(MOST_VARIANTS / others - 1));
    assert!(refused(MOST_VARIANTS / others));
}
