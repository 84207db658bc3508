//! Profiles that state only how they differ from a built-in one.

use madoguchi_eligibility::{Field, Operation};
use madoguchi_notation::Diagnostics;
use madoguchi_terms::Lang;
use madoguchi_wire::{BUILTIN, HttpRequest, Profile};

/// A profile over `mock-2025.05` with these lines.
fn over(lines: &str) -> Result<Profile, Diagnostics> {
    let text = format!(
        "profile: mine\nabout: {{ ja: 自分の, en: my own }}\nextends: mock-2025.05\n{lines}"
    );
    Profile::parse("mine.yaml", &text)
}

#[track_caller]
fn told(lines: &str, place: &str, about: &str) {
    let wrong = over(lines).unwrap_err();
    let text = wrong.to_string();
    assert!(text.starts_with(place), "{text}");
    let shown = wrong.render(Lang::En, false);
    assert!(shown.contains(about), "{shown}");
    assert!(wrong.render(Lang::Ja, false).contains("エラー"));
}

#[test]
fn a_profile_has_what_it_says_and_the_rest_of_the_other() {
    let mine = over(
        "rules: { history-days: 30 }\noperations:\n  login:\n    path: /mine\n    take:\n      \
         user-id: { header: X-User }\n      client-version: ~\n  register: ~\nreplies:\n  \
         session:\n    more: $user-id\n    sessionToken: ~\n    token: $session-token\n",
    )
    .map_err(|e| e.render(Lang::En, false))
    .unwrap();
    assert_eq!(mine.name(), "mine");
    assert_eq!(mine.rules().history_days, 30);
    assert_eq!(mine.route(Operation::Login), Some(("POST", "/mine")));
    assert_eq!(mine.route(Operation::Register), None);
    let newest = Profile::builtin("mock-2025.05").unwrap();
    assert_eq!(
        mine.route(Operation::History),
        newest.route(Operation::History)
    );
    assert!(mine.assumptions().eq(newest.assumptions()));
    let request = mine
        .recognise(&HttpRequest {
            method: "POST".into(),
            path: "/mine".into(),
            headers: vec![("x-user".into(), "shiken01".into())],
            body: br#"{"facilityCode":"9910000000","password":"x"}"#.to_vec(),
            ..HttpRequest::default()
        })
        .unwrap();
    assert_eq!(request.fields.text(Field::UserId), Some("shiken01"));
    let schema = mine.reply_schema(Some(Operation::Login));
    let keys: Vec<_> = schema["properties"].as_object().unwrap().keys().collect();
    assert_eq!(keys, ["resultCode", "resultMessage", "more", "token"]);
}

#[test]
fn the_whole_profile_is_a_text_that_says_the_same() {
    for (name, file) in BUILTIN {
        let profile = Profile::builtin(name).unwrap();
        let again = Profile::parse("again.yaml", profile.text()).unwrap();
        assert_eq!(again.openapi(), profile.openapi(), "{name}");
        assert_eq!(again.rules(), profile.rules(), "{name}");
        assert_eq!(again.text(), profile.text(), "{name}");
        let extends = file.contains("\nextends: ");
        assert_eq!(profile.text() == *file, !extends, "{name}");
        assert!(!profile.text().contains("\nextends:"), "{name}");
    }
    let remark = "function-switch: false # came with 事務連絡 2025-05-21\n";
    let april = Profile::builtin("mock-2025.04").unwrap();
    assert!(april.text().contains(remark), "{}", april.text());
}

#[test]
fn a_mistake_is_told_in_the_file_that_has_it() {
    told("rulse: {}\n", "mine.yaml:4:1: ", "did you mean rules?");
    told(
        "rules:\n  grace-month: 3\n",
        "mine.yaml:5:3: ",
        "did you mean grace-months?",
    );
    told(
        "operations:\n  login:\n    reply: sesion\n",
        "mine.yaml:6:12: ",
        "did you mean session?",
    );
    told(
        "operations:\n  login:\n    path: nowhere\n",
        "mine.yaml:6:5: ",
        "must begin with /",
    );
    told(
        "operations:\n  login:\n    take:\n      user-id: { json: userId }\n",
        "mine.yaml:7:16: ",
        "does not begin with /",
    );
    // The other's operation is left without its reply.
    told(
        "replies:\n  terms: ~\n",
        "mock-2025.05.yaml:361:12: ",
        "replies has no \"terms\"",
    );
}

#[test]
fn what_the_other_does_not_have_cannot_be_left_out() {
    told(
        "operations:\n  registr: ~\n",
        "mine.yaml:5:3: ",
        "did you mean register?",
    );
}

#[test]
fn a_profile_extends_a_built_in_one_under_a_name_of_its_own() {
    let parse = |text: &str| {
        let wrong = Profile::parse("mine.yaml", text).unwrap_err();
        wrong.to_string() + "\n" + &wrong.render(Lang::En, false)
    };
    let unknown = parse("profile: mine\nextends: mock-2025.5\n");
    assert!(unknown.starts_with("mine.yaml:2:10: "), "{unknown}");
    assert!(unknown.contains("did you mean mock-2025.05?"), "{unknown}");
    assert!(unknown.contains("built in are mock-2025.05, "), "{unknown}");
    let itself = parse("profile: mock-2025.04\nextends: mock-2025.04\n");
    assert!(itself.starts_with("mine.yaml:2:10: "), "{itself}");
    assert!(
        itself.contains("give profile: a name of its own"),
        "{itself}"
    );
    let nameless = parse("about: { ja: 自, en: own }\nextends: mock-2025.04\n");
    assert!(nameless.starts_with("mine.yaml:"), "{nameless}");
    assert!(nameless.contains("\"profile\" is missing"), "{nameless}");
}

#[test]
fn names_are_those_of_the_other() {
    told(
        "names:\n  usrId: user\n",
        "mine.yaml:5:3: ",
        "did you mean userId?",
    );
    let alone = BUILTIN[0].1.to_owned() + "names: { a: b }\n";
    let wrong = Profile::parse("mine.yaml", &alone).unwrap_err();
    assert!(
        wrong.to_string().contains("names goes with extends"),
        "{wrong}"
    );
    // A name that cannot stand where the other's did is told where it is given.
    told(
        "names:\n  X-Request-Id: X Request\n",
        "mine.yaml:5:17: ",
        "is no name of a header",
    );
}
