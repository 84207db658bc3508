//! Correct clients of other habits, and the mistake beside each that is still caught.

use madoguchi_counter::play;
use madoguchi_judge::judge;
use madoguchi_judge::verdict::Outcome;
use madoguchi_scenarios::Action;
use madoguchi_trace::{ClientEvent, Event, Screen, Text, Trace, What};

fn outcome(trace: &Trace, requirement: &str) -> Outcome {
    let mut verdicts = judge(trace).verdicts.into_iter();
    let judged = verdicts.find(|verdict| verdict.requirement == requirement);
    judged.expect("a requirement").outcome
}

fn passes(trace: &Trace, requirement: &str) -> bool {
    outcome(trace, requirement) == Outcome::Pass
}

/// The trace with what `edit` makes of each event, numbered anew.
fn edited(trace: Trace, edit: impl FnMut(Event) -> Vec<Event>) -> Trace {
    let mut events: Vec<Event> = trace.events.into_iter().flat_map(edit).collect();
    for (seq, event) in (1..).zip(&mut events) {
        (event.seq, event.us) = (seq, seq * 1_000);
    }
    Trace { events, ..trace }
}

/// A client that shows such a screen where a portal answered for the service.
fn after_portal(title: &str) -> Trace {
    let mut is_struck = false;
    edited(play("web/portal-check", ""), |mut event| {
        match &mut event.what {
            What::Answer(answer) => is_struck = answer.fault.is_some(),
            What::Client(ClientEvent::Screen(screen)) if is_struck => {
                is_struck = false;
                (screen.number, screen.title) = (None, title.into());
                screen.fields = [("お知らせ".into(), "通信できませんでした".into())].into();
            }
            _ => {}
        }
        vec![event]
    })
}

#[test]
fn after_a_portal_a_client_may_go_back_to_the_choice_and_not_on_to_a_result() {
    let requirement = "service.answer-recognised";
    assert!(passes(&after_portal("通信エラー"), requirement));
    assert!(passes(&after_portal("認証選択"), requirement));
    assert!(!passes(&after_portal("資格確認結果"), requirement));
}

/// A client that says at each look for the result that it cannot do that: because it has asked by itself
/// before, or because it has forgotten the number.
fn cannot_fetch(asks_by_itself: bool) -> Trace {
    let mut step = None;
    edited(play("institution/bulk", ""), |event| {
        let is_step = matches!(event.what, What::Step(_));
        let is_fetch =
            matches!(&event.what, What::Step(step) if step.action == Action::FetchResult);
        let mut events = Vec::new();
        if is_step {
            events.extend(step.take().into_iter().flat_map(refused));
        }
        match is_fetch {
            true => step = Some(event),
            false if step.is_none() || asks_by_itself => events.push(event),
            false => {}
        }
        events
    })
}

/// The act, and that the client cannot do it.
fn refused(act: Event) -> [Event; 2] {
    let error = ClientEvent::Error {
        n: 99,
        text: "there is nothing to look for".into(),
    };
    let error = Event {
        what: What::Client(error),
        seq: act.seq,
        us: act.us,
    };
    [act, error]
}

#[test]
fn a_client_that_asks_for_a_bulk_result_by_itself_need_not_be_told_to() {
    let requirement = "bulk.reception-number";
    assert!(passes(&cannot_fetch(true), requirement));
    assert!(!passes(&cannot_fetch(false), requirement));
}

/// A client that shows past results in pages: without the second row, and with or without a button that
/// leads to it.
fn first_page(button: Option<&str>) -> Trace {
    edited(play("history/browse", ""), |mut event| {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what
            && screen.title.contains("履歴")
        {
            screen.fields.truncate(1);
            screen.buttons.extend(button.map(Into::into));
        }
        vec![event]
    })
}

#[test]
fn a_list_may_go_on_behind_a_button_and_may_not_end_early() {
    let of = |button| outcome(&first_page(button), "history.rows-shown");
    assert!(matches!(of(Some("次へ")), Outcome::Inconclusive { .. }));
    assert!(matches!(of(Some("次の患者へ")), Outcome::Fail(_)));
    assert!(matches!(of(None), Outcome::Fail(_)));
}

/// A client that shows the moment of a past check in this way.
fn checked_at(moment: &str) -> Trace {
    edited(play("history/browse", ""), |mut event| {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what
            && screen.title.contains("履歴")
        {
            let name =
                |(_, line): &(Text, Text)| line.rsplit_once(' ').map(|(_, name)| name.to_owned());
            let names: Vec<_> = screen.fields.iter().filter_map(name).collect();
            let lines = names
                .iter()
                .map(|name| ("一覧".into(), format!("{moment} {name}").into()));
            screen.fields = lines.collect();
        }
        vec![event]
    })
}

#[test]
fn a_past_check_has_a_day_and_not_digits() {
    let is_kept = |moment| passes(&checked_at(moment), "history.day-kept");
    assert!(is_kept("2026-05-07 08:50:00"));
    assert!(is_kept("令和8年5月7日"));
    assert!(is_kept("20260507"));
    assert!(is_kept("令和8年5月7日 (20260507085000)"));
    assert!(!is_kept("20260507085000"));
}

/// A client whose list of a bulk result is one text, with this for the unit in error.
fn one_text(of_error: &str) -> Trace {
    edited(play("institution/bulk", ""), |mut event| {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what
            && screen.title == "一括照会結果"
        {
            let rows = format!("990001 試験　太郎 有効\n{of_error}");
            screen.fields = vec![("一覧".into(), rows.into())];
        }
        vec![event]
    })
}

#[test]
fn a_unit_in_error_may_take_two_lines_of_a_list_and_not_the_words_of_another() {
    let of = |of_error| outcome(&one_text(of_error), "bulk.error-told");
    assert_eq!(of("990002 エラー"), Outcome::Pass);
    assert_eq!(of("990002\nエラー"), Outcome::Pass);
    assert!(matches!(of("990002"), Outcome::Fail(_)));
}

/// A client that shows its version on every screen, and of a refusal what `change` leaves.
fn refused_with(change: impl Fn(&mut Screen)) -> Trace {
    let version = || ("バージョン".into(), "9.9.9".into());
    let mut login = Some(Screen {
        n: 0,
        number: None,
        title: "ログイン".into(),
        buttons: Vec::new(),
        fields: vec![version()],
        read_off: None,
    });
    let (mut is_check, mut is_refused) = (false, false);
    edited(play("happy/visual", ""), |mut event| {
        let mut events = Vec::new();
        match &mut event.what {
            What::Request(request) => {
                let operation = request.operation.as_deref();
                is_check = operation.is_some_and(|name| name.starts_with("eligibility"));
            }
            What::Answer(answer) if is_check => {
                is_refused = true;
                answer.decision = "CERT_REVOKED".into();
            }
            What::Client(ClientEvent::Screen(screen)) => {
                if is_refused {
                    screen.title = "資格確認エラー".into();
                    screen.fields = vec![("お知らせ".into(), "証明書が失効しています".into())];
                    change(screen);
                }
                screen.fields.push(version());
            }
            What::Step(_) => events.extend(login.take().map(|login| Event {
                what: What::Client(ClientEvent::Screen(login)),
                ..event.clone()
            })),
            _ => {}
        }
        events.push(event);
        events
    })
}

#[test]
fn why_a_check_was_refused_may_stand_anywhere_and_no_version_stands_for_it() {
    let requirement = "result.cause-told";
    let silent = |screen: &mut Screen| screen.fields.clear();
    assert_eq!(outcome(&refused_with(|_| {}), requirement), Outcome::Pass);
    let failed = outcome(&refused_with(silent), requirement);
    assert!(matches!(failed, Outcome::Fail(_)), "{failed:?}");
    let in_title = refused_with(|screen| {
        silent(screen);
        screen.title = "証明書は使えません".into();
    });
    let open = outcome(&in_title, requirement);
    assert!(matches!(open, Outcome::Inconclusive { .. }), "{open:?}");
}

#[test]
fn the_name_of_a_terminal_on_the_screen_does_not_stand_for_an_item_that_is_missing() {
    let requirement = "assistance.six-items-shown";
    let trace = edited(play("assistance/display", requirement), |mut event| {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what {
            let named = ("端末名".into(), "UKETSUKE-01".into());
            screen.fields.push(named);
        }
        vec![event]
    });
    let outcome = outcome(&trace, requirement);
    assert!(matches!(outcome, Outcome::Fail(_)), "{outcome:?}");
}

/// A client that shows each result of a case on two pages, the second with `row` beside what it has.
fn on_two_pages(row: (&'static str, &'static str)) -> Trace {
    edited(play("eligibility/no-end", ""), |event| {
        let What::Client(ClientEvent::Screen(screen)) = &event.what else {
            return vec![event];
        };
        if screen.title != "資格確認結果" {
            return vec![event];
        }
        let page = |of: &str, fields| {
            let title = format!("資格確認結果（{of}）").into();
            let (fields, what) = (fields, screen.clone());
            let what = ClientEvent::Screen(Screen {
                title,
                fields,
                ..what
            });
            Event {
                what: What::Client(what),
                ..event.clone()
            }
        };
        let mut first = screen.fields.clone();
        let mut rest = first.split_off(first.len() / 2);
        rest.push((row.0.into(), row.1.into()));
        vec![page("1/2", first), page("2/2", rest)]
    })
}

#[test]
fn a_last_day_is_made_up_on_the_second_page_too() {
    let requirement = "result.no-end-made-up";
    assert!(passes(&on_two_pages(("有効終了日", "")), requirement));
    assert!(!passes(
        &on_two_pages(("有効終了日", "令和9年3月31日")),
        requirement
    ));
}

/// A client whose screen of the terms has these buttons.
fn terms_with(buttons: &[&str]) -> Trace {
    edited(play("registration/refused", ""), |mut event| {
        if let What::Client(ClientEvent::Screen(screen)) = &mut event.what
            && screen.buttons.iter().any(|button| button == "同意する")
        {
            screen.buttons = buttons.iter().copied().map(Text::from).collect();
        }
        vec![event]
    })
}

#[test]
fn terms_may_be_drawn_before_all_of_their_buttons() {
    let drawn_in_two = edited(play("registration/refused", ""), |event| {
        let mut events = vec![event];
        if let What::Client(ClientEvent::Screen(screen)) = &events[0].what
            && screen.buttons.iter().any(|button| button == "同意する")
        {
            let mut half = events[0].clone();
            let mut screen = screen.clone();
            screen.buttons.truncate(1);
            half.what = What::Client(ClientEvent::Screen(screen));
            events.insert(0, half);
        }
        events
    });
    assert!(passes(&drawn_in_two, "registration.refusal-offered"));
}

#[test]
fn terms_may_be_refused_in_any_words_and_not_in_none() {
    let requirement = "registration.refusal-offered";
    for way in ["同意しない", "同意しません", "戻る", "やめる", "登録しない"] {
        assert!(
            passes(&terms_with(&["同意する", way]), requirement),
            "{way}"
        );
    }
    let unknown = outcome(&terms_with(&["同意する", "おことわり"]), requirement);
    assert!(
        matches!(unknown, Outcome::Inconclusive { .. }),
        "{unknown:?}"
    );
    let none = outcome(&terms_with(&["同意する"]), requirement);
    assert!(matches!(none, Outcome::Fail(_)), "{none:?}");
}
