//! What a user sees when a text is wrong.

use std::collections::BTreeMap;

use madoguchi_notation::{
    Diagnostic, Diagnostics, Located, MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES, load, nearest,
};
use madoguchi_terms::Lang;
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    persona: Located<String>,
    #[expect(dead_code, reason = "only read by serde")]
    early: Option<bool>,
}

fn refused(text: &str) -> Diagnostics {
    load::<BTreeMap<String, Given>>("my/expired.yaml", text).expect_err("the text is wrong")
}

#[test]
fn an_unknown_name_is_shown_where_it_stands_with_the_nearest_known_one() {
    let text = "given:\n  persona: taro-expird   # 患者\n";
    let read = load::<BTreeMap<String, Given>>("my/expired.yaml", text).unwrap();
    let persona = &read["given"].persona;
    let diagnostic = Diagnostic::new(
        "unknown-persona",
        format!("不明なペルソナ \"{persona}\""),
        format!("unknown persona \"{persona}\""),
    )
    .at(persona.location())
    .candidate(nearest(persona, ["hanako", "taro-expired"]))
    .hint(
        "一覧: madoguchi list personas",
        "the list: madoguchi list personas",
    );
    let diagnostics = Diagnostics::new("my/expired.yaml", text, diagnostic);
    insta::assert_snapshot!(diagnostics.render(Lang::Ja, false));
    insta::assert_snapshot!(diagnostics.render(Lang::En, false));
    assert!(diagnostics.render(Lang::En, true).contains("\u{1b}["));
}

#[test]
fn an_unknown_key_names_the_key_that_was_meant() {
    insta::assert_snapshot!(
        refused("given:\n  persona: a\n  erly: true\n").render(Lang::Ja, false)
    );
}

#[test]
fn a_key_may_stand_only_once() {
    let error = refused("given: {persona: a, persona: b}\n");
    assert_eq!(
        error.to_string(),
        "my/expired.yaml:1:21: the key \"persona\" stands here twice"
    );
}

#[test]
fn yes_is_no_boolean() {
    assert!(
        refused("given: {persona: a, early: yes}\n")
            .to_string()
            .contains(":1:28: ")
    );
}

#[test]
fn a_text_that_is_not_yaml_is_shown_with_its_line() {
    insta::assert_snapshot!(refused("given:\n  persona: [a\nnext: b\n").render(Lang::En, false));
    insta::assert_snapshot!(refused("given:\n\tpersona: a\n").render(Lang::Ja, false));
}

#[test]
fn an_alias_bomb_is_refused_before_it_grows() {
    let mut text = "a0: &a0 {persona: x}\n".to_owned();
    for i in 1..40 {
        let previous = vec![format!("*a{}", i - 1); 9].join(", ");
        text.push_str(&format!("a{i}: &a{i} [{previous}]\n"));
    }
    let error = load::<serde_json::Value>("bomb.yaml", &text).unwrap_err();
    assert_eq!(error.iter().next().unwrap().code, "too-much");
}

#[test]
fn a_text_has_an_end_in_every_direction() {
    let nested = |depth: usize| format!("{}x{}", "[".repeat(depth), "]".repeat(depth));
    let many = |count: usize| "- x\n".repeat(count);
    let aliases = |count: usize| format!("- &a x\n{}", "- *a\n".repeat(count));
    let long = |bytes: usize| format!("# {}", "x".repeat(bytes - 2));
    let code = |text: String| {
        let read = load::<serde_json::Value>("x.yaml", &text);
        let error = read.err()?;
        Some(error.iter().next()?.code)
    };
    assert_eq!(code(nested(MAX_DEPTH / 2)), None);
    assert_eq!(code(many(MAX_NODES / 2)), None);
    assert_eq!(code(aliases(MAX_ALIASES / 4)), None);
    for text in [
        nested(MAX_DEPTH + 1),
        many(MAX_NODES + 1),
        aliases(MAX_ALIASES + 1),
    ] {
        assert_eq!(code(text), Some("too-much"));
    }
    assert_eq!(code(long(MAX_BYTES + 1)), Some("too-long"));
}

#[test]
fn a_second_document_and_a_missing_one_are_errors() {
    assert!(
        refused("given: {persona: a}\n---\nmore: {persona: b}\n")
            .to_string()
            .contains(":2:")
    );
    assert!(load::<Given>("empty.yaml", "").is_err());
}

#[test]
fn includes_and_foreign_tags_are_refused() {
    assert!(
        refused("given: {persona: !include /etc/hostname}\n")
            .to_string()
            .contains("!include")
    );
}

#[test]
fn of_thousands_the_first_are_told_and_the_rest_is_counted() {
    let text = "a: b\n".repeat(3000);
    let wrong = |_| Diagnostic::new("wrong", "違います", "this is wrong");
    let refusal = |count: usize| {
        let list = (0..count).map(wrong).collect();
        Diagnostics::check("my/long.yaml", &text, list).unwrap_err()
    };
    let (few, many) = (refusal(20), refusal(3000));
    assert_eq!(many.iter().count(), 3000);
    for lang in Lang::ALL {
        assert!(!few.render(lang, false).contains("20"));
        let told = many.render(lang, false);
        assert!(told.contains("2980") && told.contains("3000"), "{told}");
        assert!(told.lines().count() < 100 && told.ends_with('\n'), "{told}");
    }
    let told = many.to_string();
    assert_eq!(told.lines().count(), 21);
    assert!(told.ends_with("\n2980 more are left out"), "{told}");
}
