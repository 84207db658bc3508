use std::collections::BTreeMap;

use madoguchi_terms::Lang;

use super::*;

type Read = BTreeMap<String, BTreeMap<String, i32>>;

const LOWER: &str = "a:\n  one: 1 # uno\n  two: 2\nb: { three: 3 }\n";

fn is_open(path: &[String]) -> bool {
    path.len() < 2
}

fn laid(upper: &str) -> Result<Layered, Diagnostics> {
    let mut node = Node::read("lower.yaml", LOWER)?;
    node.lay(Node::read("upper.yaml", upper)?, is_open)?;
    Ok(node.written("upper.yaml", "# both\n", is_open))
}

#[test]
fn what_is_laid_over_another_joins_replaces_and_takes_away() {
    let both = laid("a: { two: 22, four: 4 }\nb: ~\nc:\n  five: 5\n").unwrap();
    let wanted = "# both\na:\n  one: 1 # uno\n  two: 22\n  four: 4\nc:\n  five: 5\n";
    assert_eq!(both.text(), wanted);
    let read: Read = both.load().unwrap();
    assert_eq!(read["a"]["two"], 22);
}

#[test]
fn a_mistake_is_told_in_the_file_that_has_it() {
    let both = laid("# mine\na:\n  two: many\n").unwrap();
    let wrong = both.load::<Read>().unwrap_err();
    assert!(wrong.to_string().starts_with("upper.yaml:3:8: "), "{wrong}");
    let shown = wrong.render(Lang::En, false);
    assert!(shown.contains("two: many"), "{shown}");

    type Words = BTreeMap<String, BTreeMap<String, String>>;
    let wrong = laid("c: { x: [1] }\n")
        .unwrap()
        .load::<Words>()
        .unwrap_err();
    assert!(wrong.to_string().starts_with("upper.yaml:1:9: "), "{wrong}");

    let both = laid("c: { x: 1 }\n").unwrap();
    let read: BTreeMap<String, Located<BTreeMap<String, Located<i32>>>> = both.load().unwrap();
    let there = |location| Diagnostic::new("x", "x", "x").at(location);
    let list = vec![
        there(read["b"]["three"].location()),
        there(read["c"].location()),
    ];
    let told = both.check(list).unwrap_err().to_string();
    assert_eq!(told, "lower.yaml:4:13: x\nupper.yaml:1:4: x");
}

#[test]
fn what_is_not_there_cannot_be_taken_away() {
    let wrong = laid("a:\n  tow: ~\n").unwrap_err();
    assert!(wrong.to_string().starts_with("upper.yaml:2:3: "), "{wrong}");
    let shown = wrong.render(Lang::En, false);
    assert!(shown.contains("did you mean two?"), "{shown}");
}

#[test]
fn spelling_survives_where_it_means_the_same() {
    let upper = "a:\n  p: 'it''s'\n  q: 012\n  r: |\n    two\n    lines\n  s: &x [1, 'a, b']\n  t: *x\n  u: {v: yes }\n  w:\n    - a, b\n    - c d\n";
    let both = laid(upper).unwrap();
    let wanted = "# both\na:\n  one: 1 # uno\n  two: 2\n  p: 'it''s'\n  q: 012\n  r: \"two\\u000alines\\u000a\"\n  s: [1, 'a, b']\n  t: [1, \"a, b\"]\n  u: { v: yes }\n  w: [\"a, b\", c d]\nb:\n  three: 3\n";
    assert_eq!(both.text(), wanted);
}
