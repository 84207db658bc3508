//! The scenario language as its author meets it.

use madoguchi_notation::Diagnostics;
use madoguchi_scenarios::{
    CardFault, Catalogue, Known, Method, Pin, Scenario, Step, TerminalState,
};
use madoguchi_terms::Lang;

const KNOWN: Known<'_> = Known {
    personas: &["shiken-taro", "shiken-hanako"],
    requirements: &["card.released", "result.needs-answer"],
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
    assert!(scenario.given.card.faults.is_empty() && scenario.given.service.faults.is_empty());
    assert_eq!(scenario.personas(), ["shiken-taro", "shiken-hanako"]);
}

#[test]
fn steps_are_words_or_words_with_a_value() {
    let text = HEALTHY.replace(
        "  - close\n",
        "  - enter-pin: wrong\n  - place-card\n  - press: 再試行\n  - take-card\n  - close\n",
    );
    let steps = parse(&text).unwrap().when;
    assert_eq!(steps[3], Step::EnterPin(Pin::Wrong));
    assert_eq!(steps[4], Step::PlaceCard(None));
    assert_eq!(
        (steps[5].action(), steps[5].value()),
        ("press", Some("再試行"))
    );
}

#[test]
fn faults_are_named() {
    let text = HEALTHY.replace(
        "when:",
        "  card: { faults: [torn: { at-apdu: 9 }] }\n  service: { certificate: foreign-ca }\nwhen:",
    );
    let given = parse(&text).unwrap().given;
    assert_eq!(
        given.card.faults,
        [CardFault::Torn {
            at_apdu: 9,
            placed: 1
        }]
    );
    assert_eq!(given.service.certificate.name(), "foreign-ca");
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
