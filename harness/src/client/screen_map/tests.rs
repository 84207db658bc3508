use super::*;

const MAP: &str = "\
screen-map: 1
app: { name: 試験アプリ }
page: { driver: chromedriver }
screens:
  - { at: '#login', title: ログイン画面, buttons: { ログイン: '#enter' } }
  - at: '#result'
    number: { at: '#number' }
    title: 資格確認結果
    fields: { 資格情報/氏名: '#name', 番号: { at: '#card', attribute: data-number } }
acts:
  login: [{ type: { user-id: '#user' } }, { press: '#enter' }]
  choose-method: [{ press: { visual: '#visual', pin: '#pin' } }]
  place-card: [{ ready: '#place' }]
";

fn error(text: &str) -> String {
    ScreenMap::parse("m.yaml", text).unwrap_err().to_string()
}

#[test]
fn places_may_be_short_and_keep_their_order() {
    let map = ScreenMap::parse("m.yaml", MAP).unwrap();
    let result = &map.screens[1];
    assert_eq!(result.title, Words::Fixed("資格確認結果".to_owned()));
    assert!(matches!(result.number, Some(Words::Shown(_))));
    let fields: Vec<&(String, Place)> = result.fields.iter().collect();
    assert_eq!(fields[0].0, "資格情報/氏名");
    assert_eq!(fields[1].1.attribute.as_deref(), Some("data-number"));
    assert_eq!(map.depth(), Depth::L3);
    assert!(!map.is_exclusive());
}

#[test]
fn what_can_be_seen_is_what_has_a_place() {
    let sight = ScreenMap::parse("m.yaml", MAP).unwrap().sight();
    assert_eq!(sight.binding, Binding::Page);
    let result = &sight.screens[1];
    assert_eq!(result.fields, ["資格情報/氏名", "番号"]);
    assert!(result.numbered && result.number.is_none());
    assert_eq!(sight.screens[0].buttons, ["ログイン"]);
}

#[test]
fn mistakes_are_told_by_line_and_column() {
    let wrong = |from: &str, to: &str| {
        assert!(MAP.contains(from));
        error(&MAP.replace(from, to))
    };
    assert!(wrong("  place-card:", "  put-card:").starts_with("m.yaml:13:3: "));
    assert!(wrong("{ ready:", "{ redy:").contains("m.yaml:13:"));
    assert!(wrong("page: {", "page: { brwser: a,").starts_with("m.yaml:3:9: "));
    assert!(wrong("attribute: data", "atribute: data").contains("m.yaml:9:"));
    assert!(wrong("screen-map: 1", "screen-map: 2").starts_with("m.yaml:1:13: "));
    assert!(wrong("driver: chromedriver", "url: http://127.0.0.1/").contains("either driver"));
    assert!(wrong("at: '#login', ", "").contains("ログイン画面 has no at"));
    assert!(wrong("page: { driver", "attended: {}\npage: { driver").contains("one of page"));
    assert!(wrong("name: 試験アプリ", "nmae: 試験アプリ").contains("m.yaml:2:"));
}

#[test]
fn an_app_is_tried_only_with_what_its_map_can_do() {
    let map = ScreenMap::parse("m.yaml", MAP).unwrap();
    let scenario = |when: &str| {
        let text = format!(
            "purpose: {{ ja: 試, en: try }}\nrequirements: []\ngiven: {{ persona: shiken-taro }}\nwhen:\n{when}"
        );
        load::<Scenario>("s.yaml", &text).unwrap()
    };
    for (when, can) in [
        (
            "  - login\n  - choose-method: visual\n  - place-card\n  - take-card\n  - close\n",
            true,
        ),
        ("  - login\n  - press: ログイン\n", true),
        ("  - login\n  - press: 同意する\n", false),
        ("  - login\n  - set-method: pin\n", false),
        ("  - login\n  - wait: 6s\n", true),
    ] {
        assert_eq!(map.can_do(&scenario(when)), can, "{when}");
    }
}

#[test]
fn a_desktop_and_a_person_are_there_once() {
    let own = MAP.replace("screens:\n", "exclusive: desktop\nscreens:\n");
    assert!(ScreenMap::parse("m.yaml", &own).unwrap().is_exclusive());
    let attended = MAP.replace("page: { driver: chromedriver }", "attended: {}");
    assert!(
        ScreenMap::parse("m.yaml", &attended)
            .unwrap()
            .is_exclusive()
    );
}

#[test]
fn the_published_schema_is_current() {
    let published = include_str!("../../../screen-map.schema.json");
    let generated = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    assert!(
        published == generated,
        "harness/screen-map.schema.json is old; write it anew: \
         madoguchi schema screen-map > harness/screen-map.schema.json"
    );
}

#[test]
fn a_map_has_the_form_that_the_schema_says_and_others_do_not() {
    let schema = serde_json::to_value(schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let is_valid = |text: &str| {
        let map: serde_json::Value = load("m.yaml", text).unwrap();
        validator.is_valid(&map)
    };
    for text in [
        MAP,
        include_str!("../../../clients/browser/screens.yaml"),
        include_str!("../../../clients/browser/attended.yaml"),
    ] {
        assert!(is_valid(text), "{text}");
        assert!(ScreenMap::parse("m.yaml", text).is_ok(), "{text}");
        assert!(!is_valid(&text.replace("screen-map: 1", "screen-map: 2")));
        assert!(!is_valid(&text.replace("title:", "titel:")), "{text}");
    }
}
