//! Correct clients with other words, and wrong ones in other words: what a screen means decides.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::{Outcome, Verdicts};
use madoguchi_judge::words::strange;
use madoguchi_scenarios::Action;
use madoguchi_terms::Lang;
use madoguchi_trace::{ClientEvent, Event, OwnWords, Screen, Step, Text, Trace, What};

/// A client on paper whose screens say it otherwise.
fn told(id: &str, broken: &str, change: impl Fn(&mut Screen)) -> Verdicts {
    let mut trace = play(id, broken);
    rewrite(&mut trace, change);
    judge(&trace)
}

fn rewrite(trace: &mut Trace, change: impl Fn(&mut Screen)) {
    for event in &mut trace.events {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what {
            change(screen);
        }
    }
}

/// Calls a field otherwise.
fn renamed(screen: &mut Screen, label: &str, own: &str) {
    for (known, _) in &mut screen.fields {
        if known == label {
            *known = own.into();
        }
    }
}

/// Says a value otherwise, beside a label.
fn says(screen: &mut Screen, label: &str, value: &str) {
    for (known, shown) in &mut screen.fields {
        if known == label {
            *shown = value.into();
        }
    }
}

fn value(screen: &Screen, label: &str) -> Option<String> {
    let mut fields = screen.fields.iter();
    Some(fields.find(|(known, _)| known == label)?.1.to_string())
}

fn outcome<'v>(verdicts: &'v Verdicts, requirement: &str) -> &'v Outcome {
    let mut all = verdicts.verdicts.iter();
    let found = all.find(|verdict| verdict.requirement == requirement);
    &found.expect("the requirement is judged").outcome
}

#[track_caller]
fn fails_nothing(verdicts: &Verdicts) {
    let failed: Vec<_> = verdicts
        .failed()
        .map(|(verdict, failure)| (&verdict.requirement, &failure.observed.en))
        .collect();
    assert!(failed.is_empty(), "{failed:#?}");
}

#[track_caller]
fn is_open(verdicts: &Verdicts, requirement: &str, word: &str) {
    match outcome(verdicts, requirement) {
        Outcome::Inconclusive { missing, .. } => {
            assert!(missing.get(Lang::En).contains(word), "{missing:?}");
            assert!(missing.get(Lang::Ja).contains(word), "{missing:?}");
        }
        other => panic!("{requirement}: {other:?}"),
    }
}

#[track_caller]
fn fails(verdicts: &Verdicts, requirement: &str) -> String {
    match outcome(verdicts, requirement) {
        Outcome::Fail(failure) => failure.observed.en.clone(),
        other => panic!("{requirement}: {other:?}"),
    }
}

const DELIVERED: &str = "result.delivered-fields-shown";
const LAPSED: &str = "result.lapsed-is-not-valid";
const SIX: &str = "assistance.six-items-shown";
const ERA: &str = "assistance.era-birthdate";

#[test]
fn other_words_pass_and_a_wrong_value_under_them_does_not() {
    let other = |screen: &mut Screen| {
        for (label, own) in [
            ("氏名", "お名前"),
            ("フリガナ", "氏名（カナ）"),
            ("保険者番号", "【保険者番号】"),
            ("性別", "性別："),
            ("資格有効性", "資格の状態"),
            ("生年月日", "生年月日（和暦）"),
        ] {
            renamed(screen, label, own);
        }
        for button in &mut screen.buttons {
            *button = button
                .replace("4桁の暗証番号入力", "B:４桁の暗証番号入力")
                .into();
            *button = button.replace("目視確認", "A:目視確認").into();
        }
        if screen.number.is_none() {
            screen.title = screen
                .title
                .replace("資格確認結果", "架空アプリ｜確認結果")
                .into();
        }
    };
    for id in [
        "happy/visual",
        "happy/pin",
        "eligibility/expired",
        "registration/full",
    ] {
        fails_nothing(&told(id, "", other));
    }
    let wrong = told("happy/visual", "", |screen| {
        other(screen);
        says(screen, "お名前", "架空　別人");
    });
    let observed = fails(&wrong, DELIVERED);
    assert!(
        observed.contains("お名前") && observed.contains("架空　別人"),
        "{observed}"
    );
}

#[test]
fn a_lapsed_eligibility_may_be_told_in_any_words_and_not_as_valid() {
    for words in ["資格(無効)", "無効です", "資格は無効です", "無効（喪失）"] {
        fails_nothing(&told("eligibility/expired", "", |screen| {
            says(screen, "資格有効性", words)
        }));
    }
    let as_title = told("eligibility/expired", "", |screen| {
        if value(screen, "資格有効性").is_some() {
            screen.fields.retain(|(label, _)| label != "資格有効性");
            screen.title = "資格確認結果（無効）".into();
        }
    });
    assert_eq!(outcome(&as_title, LAPSED), &Outcome::Pass);
    for words in ["有効です", "資格(有効)", "資格あり"] {
        let valid = told("eligibility/expired", "", |screen| {
            says(screen, "資格有効性", words)
        });
        let observed = fails(&valid, LAPSED);
        assert!(observed.contains(words), "{observed}");
    }
    let odd = told("eligibility/expired", "", |screen| {
        says(screen, "資格有効性", "ばつ")
    });
    is_open(&odd, LAPSED, "ばつ");
}

#[test]
fn a_label_that_nobody_knows_leaves_open_and_its_value_tells_what_it_is() {
    let strange = told("happy/visual", "", |screen| renamed(screen, "氏名", "だれ"));
    is_open(&strange, DELIVERED, "だれ");
    let gone = told("happy/visual", "", |screen| {
        screen.fields.retain(|(label, _)| label != "氏名")
    });
    assert_eq!(fails(&gone, DELIVERED), "氏名 is missing");
    // an unknown label that shows what else was delivered is no riddle
    let both = told("happy/visual", "", |screen| {
        screen.fields.retain(|(label, _)| label != "氏名");
        renamed(screen, "フリガナ", "よみ方");
    });
    is_open_or_fails(&both, DELIVERED);
}

#[test]
fn an_unknown_label_is_guessed_from_the_delivered_value_that_it_shows() {
    let mut trace = play("happy/visual", "");
    rewrite(&mut trace, |screen| {
        renamed(screen, "保険者番号", "いいばん");
        renamed(screen, "フリガナ", "よみ方");
        renamed(screen, "性別", "どちら");
        if screen.fields.len() > 3 {
            screen.fields.push(("ただいま".into(), "9:15".into()));
        }
    });
    let all = strange(&trace);
    let guess = |word: &str| {
        let of = all.iter().find(|strange| strange.word == word);
        let of = of.unwrap_or_else(|| panic!("{word}: {all:?}"));
        let first = of.nearest.first().filter(|_| of.is_likely);
        first.copied()
    };
    assert_eq!(guess("いいばん"), Some("保険者番号"));
    assert_eq!(guess("よみ方"), Some("フリガナ"));
    // one sign says too little, and what was not delivered nothing
    assert_eq!(guess("どちら"), None);
    assert_eq!(guess("ただいま"), None);
}

#[track_caller]
fn is_open_or_fails(verdicts: &Verdicts, requirement: &str) {
    let outcome = outcome(verdicts, requirement);
    assert!(matches!(outcome, Outcome::Fail(_)), "{outcome:?}");
}

#[test]
fn a_vendors_own_words_are_understood_and_judged_again_alike() {
    let own = r#"{"labels":{"氏名":"だれ"},"values":{"無効":"ばつ"},"screens":{"資格確認結果":"うけつけ"}}"#;
    let own: OwnWords = serde_json::from_str(own).unwrap();
    let mut trace = play("eligibility/expired", "");
    rewrite(&mut trace, |screen| {
        renamed(screen, "氏名", "だれ");
        says(screen, "資格有効性", "ばつ");
        if screen.number.is_none() {
            screen.title = screen.title.replace("資格確認結果", "うけつけ").into();
        }
    });
    trace.header.words = own;
    let verdicts = judge(&trace);
    fails_nothing(&verdicts);
    assert_eq!(outcome(&verdicts, LAPSED), &Outcome::Pass);
    let mut stored = Vec::new();
    trace.write(&mut stored).unwrap();
    assert_eq!(judge(&Trace::read(&stored[..]).unwrap()), verdicts);
}

#[test]
fn several_fields_may_stand_together_and_are_all_looked_at() {
    let together = |screen: &mut Screen, separator: &str| {
        let (Some(symbol), Some(number)) = (value(screen, "記号"), value(screen, "番号"))
        else {
            return;
        };
        screen
            .fields
            .retain(|(label, _)| label != "記号" && label != "番号");
        let both = format!("{symbol}{separator}{number}");
        screen
            .fields
            .push(("記号・番号".into(), both.as_str().into()));
    };
    for separator in ["・", " ", "／"] {
        fails_nothing(&told("happy/visual", "", |screen| {
            together(screen, separator)
        }));
    }
    let cut = told("happy/visual", "", |screen| {
        together(screen, "・");
        if let Some(both) = value(screen, "記号・番号") {
            let mut cut = both;
            cut.pop();
            says(screen, "記号・番号", &cut);
        }
    });
    fails(&cut, DELIVERED);
}

#[test]
fn all_fields_that_differ_are_told_with_what_became_of_them() {
    let wrong = told("happy/visual", "", |screen| {
        let kana = value(screen, "フリガナ").unwrap_or_default();
        says(screen, "氏名", &kana);
        says(screen, "生年月日", "昭和元年12月25日");
    });
    let observed = fails(&wrong, DELIVERED);
    assert!(
        observed.contains("氏名") && observed.contains("生年月日"),
        "{observed}"
    );
}

#[test]
fn assistance_is_read_in_the_wording_of_every_date() {
    let newest = |screen: &mut Screen| {
        for (label, _) in &mut screen.fields {
            let own = label
                .replace("裏面記載情報/", "要配慮情報（備考）/")
                .replace("資格情報/証区分", "資格情報(医療扶助)/区分")
                .replace("資格情報/氏名", "資格情報(医療扶助)/氏名");
            *label = own.into();
        }
    };
    fails_nothing(&told("assistance/display", "", newest));
    let without = told("assistance/display", "", |screen| {
        newest(screen);
        says(screen, "資格情報(医療扶助)/区分", "一般");
    });
    fails(&without, SIX);
}

#[test]
fn a_birth_date_in_any_era_form_passes_and_a_western_one_does_not() {
    let birth = |form: &str| {
        told("assistance/display", "", |screen| {
            for (label, shown) in &mut screen.fields {
                if label == "資格情報/生年月日" {
                    *shown = form.into();
                }
            }
        })
    };
    for form in [
        "昭和27年1月1日",
        "昭和２７年１月１日",
        "S27.1.1",
        "昭和27年1月1日（74歳）",
    ] {
        assert_eq!(outcome(&birth(form), ERA), &Outcome::Pass, "{form}");
    }
    for form in ["1952年1月1日", "1952/01/01"] {
        fails(&birth(form), ERA);
    }
    fails(&birth("昭和28年1月1日"), SIX);
}

#[test]
fn attempts_are_read_from_numbers_words_and_messages() {
    const ATTEMPTS: &str = "credential.attempts-shown";
    let said = |form: fn(&str) -> (&'static str, String)| {
        told("pin/lockout", "", move |screen| {
            for (label, value) in &mut screen.fields {
                if label == "残り回数" {
                    let (own, words) = form(value);
                    (*label, *value) = (own.into(), words.as_str().into());
                }
            }
        })
    };
    for form in [
        (|left| ("残り回数", format!("あと{left}回"))) as fn(&str) -> (&'static str, String),
        |left| ("残回数", left.replace('2', "２").replace('1', "１")),
        |left| ("お知らせ", format!("暗証番号が違います。あと{left}回")),
        |left| {
            let words = if left == "0" {
                "ロックされました".to_owned()
            } else {
                format!("{left}回")
            };
            ("残り回数", words)
        },
    ] {
        assert_eq!(outcome(&said(form), ATTEMPTS), &Outcome::Pass);
    }
    fails(&said(|_| ("残り回数", "あと3回".to_owned())), ATTEMPTS);
}

#[test]
fn a_button_or_title_that_nobody_knows_leaves_open() {
    const CHOICE: &str = "terminal.choice-offered";
    let strange = told("happy/visual", "", |screen| {
        if screen.buttons.len() == 2 && screen.title == "認証選択" {
            screen.title = "はじめに".into();
            screen.buttons = vec!["かおを見る".into(), "すうじを打つ".into()];
        }
    });
    is_open(&strange, CHOICE, "かおを見る");
    let without = told("happy/visual", "", |screen| {
        if screen.title == "認証選択" {
            screen.title = "読み取り".into();
            screen.buttons.clear();
        }
    });
    fails(&without, CHOICE);
    // a result under an unknown title is known by what it shows
    let untitled = told("happy/visual", "", |screen| {
        screen.title = screen.title.replace("資格確認結果", "うけつけ").into();
    });
    fails_nothing(&untitled);
    assert_eq!(outcome(&untitled, DELIVERED), &Outcome::Pass);
}

#[test]
fn a_number_of_the_clients_own_makes_a_screen_no_other() {
    for id in ["happy/visual", "eligibility/expired", "registration/full"] {
        fails_nothing(&told(id, "", |screen| {
            screen.number.get_or_insert("K-10".into());
        }));
    }
    fails_nothing(&told("assistance/display", "", |screen| {
        if screen.number.take().is_some() {
            screen.title = "資格確認結果（E-05-A）".into();
        }
    }));
    let own = told("assistance/display", "", |screen| {
        if screen.number.is_some() {
            screen.number = Some("K-10".into());
        }
    });
    fails(&own, "assistance.screen-number");
}

#[test]
fn a_button_is_pressed_in_the_clients_own_word() {
    let mut trace = play("pin/lockout", "");
    for event in &mut trace.events {
        if let What::Step(Step {
            value: Some(value), ..
        }) = &mut event.what
            && value == "目視確認"
        {
            *value = Text::from("目視で確認");
        }
    }
    fails_nothing(&judge(&trace));
}

#[test]
fn what_the_profile_wants_signed_is_read_from_the_trace() {
    let mut trace = play("happy/pin", "");
    let rules = |signed: &[&str]| madoguchi_trace::ProfileRules {
        signed_methods: signed.iter().map(|method| (*method).to_owned()).collect(),
        consent_methods: vec!["pin".to_owned(), "visual".to_owned()],
    };
    for event in &mut trace.events {
        if let What::Request(request) = &mut event.what
            && request.operation.as_deref() == Some("eligibility-by-signature")
        {
            request.operation = Some("eligibility-by-certificate".into());
        }
    }
    const SIGNED: &str = "service.signed-challenge";
    trace.header.rules = Some(rules(&["pin"]));
    fails(&judge(&trace), SIGNED);
    trace.header.rules = Some(rules(&[]));
    assert!(!matches!(outcome(&judge(&trace), SIGNED), Outcome::Fail(_)));
    let mut visual = play("happy/visual", "");
    assert!(!matches!(
        outcome(&judge(&visual), SIGNED),
        Outcome::Fail(_)
    ));
    visual.header.rules = Some(rules(&["pin", "visual"]));
    fails(&judge(&visual), SIGNED);
}

#[test]
fn what_the_profile_takes_for_a_consent_is_read_from_the_trace() {
    const PROVED: &str = "consent.proved-by-pin";
    let mut trace = play("home/first-visit", "");
    let judged = |trace: &mut Trace, methods: &[&str]| {
        trace.header.rules = Some(madoguchi_trace::ProfileRules {
            signed_methods: vec!["pin".to_owned()],
            consent_methods: methods.iter().map(|method| (*method).to_owned()).collect(),
        });
        outcome(&judge(trace), PROVED).clone()
    };
    assert_eq!(judged(&mut trace, &["pin"]), Outcome::Pass);
    assert_eq!(judged(&mut trace, &["visual", "pin"]), Outcome::Pass);
    for event in &mut trace.events {
        if let What::Request(request) = &mut event.what
            && request.operation.as_deref() == Some("institution-consent")
        {
            let kept =
                |name: &Text| !["method", "signature", "challenge-id"].contains(&name.as_str());
            let others = request.fields.iter().filter(|(name, _)| kept(name));
            let others = others.map(|(name, value)| (name.clone(), value.clone()));
            request.fields = others.chain([("method".into(), "visual".into())]).collect();
        }
    }
    // The PIN was entered, and the request says that somebody looked.
    assert!(matches!(
        judged(&mut trace, &["pin", "visual"]),
        Outcome::Fail(_)
    ));
    // Older traces do not tell how a designation was to be proved.
    for event in &mut trace.events {
        if let What::Step(step) = &mut event.what
            && step.action == Action::Designate
        {
            let told = step.value.as_deref().unwrap_or_default();
            let mut told: serde_json::Value = serde_json::from_str(told).unwrap();
            told.as_object_mut().unwrap().remove("method");
            step.value = Some(told.to_string().into());
        }
    }
    assert_eq!(judged(&mut trace, &["pin", "visual"]), Outcome::Pass);
    assert!(matches!(judged(&mut trace, &["pin"]), Outcome::Fail(_)));
}

#[test]
fn a_consent_by_sight_is_sent_as_one_and_judged_where_the_service_takes_it() {
    const PROVED: &str = "consent.proved-by-pin";
    let judged = |trace: &mut Trace, methods: &[&str]| {
        trace.header.rules = Some(madoguchi_trace::ProfileRules {
            signed_methods: vec!["pin".to_owned()],
            consent_methods: methods.iter().map(|method| (*method).to_owned()).collect(),
        });
        outcome(&judge(trace), PROVED).clone()
    };
    let mut trace = play("home/by-sight", "");
    assert_eq!(judged(&mut trace, &["visual", "pin"]), Outcome::Pass);
    let refused = judged(&mut trace, &["pin"]);
    assert!(!matches!(refused, Outcome::Pass | Outcome::Fail(_)));
    let mut trace = play("home/by-sight", PROVED);
    let claimed = judged(&mut trace, &["visual", "pin"]);
    assert!(matches!(claimed, Outcome::Fail(_)));
}

#[test]
fn an_inquiry_in_place_of_a_consent_is_no_consent_and_one_beside_it_is_nothing_wrong() {
    const AS_TOLD: &str = "consent.designation-as-told";
    let consents = |event: &Event| matches!(&event.what, What::Request(request) if request.operation.as_deref() == Some("institution-consent"));
    let right = play("home/first-visit", "");
    let at = right.events.iter().position(consents).unwrap();
    let mut inquired = right.clone();
    let What::Request(request) = &mut inquired.events[at].what else {
        unreachable!()
    };
    request.operation = Some("eligibility-by-signature".into());
    let exchange = request.exchange;
    assert!(matches!(
        outcome(&judge(&inquired), AS_TOLD),
        Outcome::Fail(_)
    ));

    let mut beside = right;
    let mut asked_first = inquired.events[at..=at + 1].to_vec();
    for event in &mut asked_first {
        match &mut event.what {
            What::Request(request) => request.exchange += 100,
            What::Answer(answer) => answer.exchange += 100,
            other => unreachable!("{other:?}"),
        }
    }
    beside.events.splice(at..at, asked_first);
    assert_eq!(outcome(&judge(&beside), AS_TOLD), &Outcome::Pass);

    // Who asks first, and is refused, has nothing to consent to.
    for event in &mut inquired.events {
        if let What::Answer(answer) = &mut event.what
            && answer.exchange == exchange
        {
            answer.decision = "NOT_REGISTERED".into();
        }
    }
    assert!(!matches!(
        outcome(&judge(&inquired), AS_TOLD),
        Outcome::Fail(_)
    ));
}

#[test]
fn who_cannot_answer_in_a_disaster_may_be_told_as_without_consent_and_who_refuses_as_nothing_else()
{
    const CONSENT: &str = "institution.disaster-consent";
    let sent = |nth: usize, code: &str| {
        let mut trace = play("institution/disaster", "");
        let mut searches = trace
            .events
            .iter_mut()
            .filter_map(|event| match &mut event.what {
                What::Request(request)
                    if request.operation.as_deref() == Some("emergency-search") =>
                {
                    Some(request)
                }
                _ => None,
            });
        let search = searches.nth(nth).expect("a search");
        *search.fields.get_mut("information-consent").unwrap() = code.into();
        outcome(&judge(&trace), CONSENT).clone()
    };
    // the first patient refuses, the second one cannot answer
    assert_eq!(sent(0, "0"), Outcome::Pass);
    for code in ["3", "0"] {
        assert_eq!(sent(1, code), Outcome::Pass, "{code}");
    }
    for (patient, code) in [(0, "1"), (0, "3"), (1, "1")] {
        assert!(
            matches!(sent(patient, code), Outcome::Fail(_)),
            "{patient} {code}"
        );
    }
}
