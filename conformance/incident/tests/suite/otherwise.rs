//! What else the lines of a draft could be.

use madoguchi_incident::{Draft, Drafted, Mark};
use madoguchi_notation::load;
use madoguchi_scenarios::Scenario;
use madoguchi_terms::Lang;

use super::read;

/// Words for people that no scenario can say.
const WITHOUT_A_WORD: [&str; 3] = ["slow driver", "slow reader", "slow service"];

#[test]
fn every_alternative_of_a_draft_is_a_scenario() {
    for log in [
        include_str!("../data/spy-torn.log"),
        include_str!("../data/spy-rival.log"),
        include_str!("../data/spy-pin.log"),
        include_str!("../data/pcscd-torn.log"),
        include_str!("../data/pcscd-late.log"),
        include_str!("../data/pcscd-mute.log"),
        include_str!("../data/pcscd-empty.log"),
        include_str!("../data/two-programs.log"),
    ] {
        let incident = read(log);
        let draft = Draft::of(&incident);
        let others = draft.lines().filter_map(|line| match &line.mark {
            Mark::OneOf(of) => Some(of.len() - 1),
            _ => None,
        });
        let others: usize = others.sum();
        let mut of_language = Vec::new();
        for lang in Lang::ALL {
            let text = draft.yaml(&incident.inputs, lang);
            let drafted = Drafted::read(&text);
            let alternatives = drafted.alternatives(None);
            assert_eq!(alternatives[0], []);
            let single = alternatives.iter().filter(|some| some.len() == 1).count();
            let unwritable: Vec<&str> = drafted.unwritable().map(|(_, words)| words).collect();
            assert!(single + unwritable.len() >= others, "{text}");
            assert!(
                unwritable.iter().all(|word| WITHOUT_A_WORD.contains(word)),
                "{unwritable:?}"
            );
            for changes in &alternatives {
                let text = drafted.text(changes);
                let _: Scenario = load("draft.yaml", &text)
                    .unwrap_or_else(|wrong| panic!("{}\n{text}", wrong.render(Lang::En, false)));
            }
            of_language.push(alternatives);
        }
        assert_eq!(
            of_language[0], of_language[1],
            "a draft is the same in both languages"
        );
    }
}

#[test]
fn a_chosen_candidate_becomes_the_line_and_the_first_of_its_remark() {
    let text = "\
given:
  persona: shikkou-juro # one of 2 (shikkou-juro, teishi-kuro): har 3
  reader:
    faults:
      - { at: { presented: 1 }, what: torn } # 候補 2 つの一つ (torn, torn: { carried-out: true }): pcscd 9
when:
  - login # filled in
  - place-card # one of 2 (asked for again, tried again by the program itself): pcscd 12
  - take-card # read: pcscd 13
  - enter-pin: right # decided by hand
";
    let drafted = Drafted::read(text);
    assert_eq!(drafted.text(&[]), text);
    let singles: Vec<_> = drafted.alternatives(None);
    let singles: Vec<_> = singles.iter().filter(|some| some.len() == 1).collect();
    assert_eq!(singles.len(), 3, "{singles:?}");
    let told: Vec<(usize, &str)> = singles.iter().map(|some| drafted.told(some[0])).collect();
    assert_eq!(
        told,
        [
            (2, "teishi-kuro"),
            (5, "torn: { carried-out: true }"),
            (8, "tried again by the program itself"),
        ]
    );
    let all: Vec<_> = singles.into_iter().flatten().copied().collect();
    let changed = drafted.text(&all);
    assert!(
        changed.contains("persona: teishi-kuro # one of 2 (teishi-kuro, shikkou-juro): har 3\n"),
        "{changed}"
    );
    assert!(
        changed.contains(
            "what: { torn: { carried-out: true } } } # 候補 2 つの一つ (torn: { carried-out: true }, torn): pcscd 9\n"
        ),
        "{changed}"
    );
    assert!(!changed.contains("place-card"), "{changed}");
    // what was chosen can be tried the other way round
    let back = Drafted::read(&changed);
    assert_eq!(
        back.told(back.alternatives(None)[1][0]),
        (2, "shikkou-juro")
    );
    assert_eq!(Drafted::read("when: [login]\n").alternatives(None).len(), 1);
    // a log of a year is no reason to fill the memory
    let long = "  - take-card # filled in\n".repeat(20_000);
    assert_eq!(Drafted::read(&long).alternatives(None).len(), 10_000);
}
