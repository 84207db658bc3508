//! The screens on which work begins: ログイン画面 when the program starts, 認証選択 after the login and
//! again for the next patient. Topics `terminal` and `result`.

use madoguchi_eligibility::Decision;
use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Hands, Method, Operation, TerminalKind};
use madoguchi_trace::{ClientEvent, ReaderEvent, Screen, Step, What};

use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};
use crate::screen::{ASSISTANCE, CHOICE, OFFER, PIN, REGISTRATION, VISUAL, is_result};
use crate::undone::Why;
use crate::words::{means, strange_button};

/// Words by which a screen of a login is known.
const LOGIN: &[&str] = &["ログイン", "生体認証", "パスコード"];

/// Whether a user logs in by a request.
pub(super) fn is_login(exchange: &Exchange<'_>) -> bool {
    exchange.is(Operation::FirstLogin) || exchange.is(Operation::Login)
}

/// Whether a user logs in on a screen.
pub(super) fn is_login_screen(screen: &Screen) -> bool {
    let words = screen.buttons.iter().chain([&screen.title]);
    let mut words = words.chain(screen.fields.iter().map(|(label, _)| label));
    words.any(|text| LOGIN.iter().any(|word| text.contains(word)))
}

/// Whether the way of checking a patient is chosen on a screen: by a button for each way, or by one for
/// the way that 設定メニュー has chosen (overview of 2023-11: 認証方法A、Bは設定メニューから切り替え可能); by its
/// title, where no buttons are told.
pub(super) fn is_choice(screen: &Screen) -> bool {
    let offers = |label: &str| screen.buttons.iter().any(|button| button.contains(label));
    let is_titled = screen.title == CHOICE && screen.buttons.is_empty();
    offers(VISUAL) || offers(PIN) || is_titled
}

/// Whether a screen belongs to the work with patients, which begins after a login. A program may number
/// its other screens as it likes.
pub(super) fn is_work(screen: &Screen) -> bool {
    is_choice(screen) || screen.title == CHOICE || is_of_patient(screen)
}

/// Whether a screen is of one patient, whom an answer told of.
pub(super) fn is_of_patient(screen: &Screen) -> bool {
    let number = screen.number.as_deref();
    is_result(screen)
        || number.is_some_and(|number| [OFFER, REGISTRATION, ASSISTANCE].contains(&number))
}

/// Before the first login there is a screen on which a user logs in, and none of the work with
/// patients. What a program shows of itself meanwhile, such as its name, terms or news, is its own
/// affair. A patient who opens a link does not log in.
pub(super) fn login_first(case: &Case<'_>) -> Finding {
    let occasion = || Wording::new("ログインの前の画面", "a screen before the login");
    let told = case.steps().find(|(_, step)| step.id > 0);
    let is_patients = told.is_some_and(|(_, step)| step.action == Action::EnterByLink);
    let login = case.exchanges().find(is_login).map(|login| login.asked);
    // a client that was told to log in and did not come to it has had no login before any screen
    let other = told.filter(|(_, step)| step.action != Action::Login);
    let until = login.or(other.map(|(at, _)| at)).unwrap_or(u64::MAX);
    let before = || case.screens_between(0, until);
    if is_patients || before().next().is_none() {
        return Finding::NoOccasion(occasion());
    }
    let mut tally = Tally::default();
    let works = before().find(|(_, screen)| is_work(screen));
    if works.is_none() && !before().any(|(_, screen)| is_login_screen(screen)) {
        return Finding::Inconclusive(Wording::new(
            "どの画面でログインするのか分からない",
            "on which screen somebody logs in cannot be told",
        ));
    }
    tally.judge(works.map(|(at, screen)| {
        Failure::new(
            at,
            Wording::new(
                "ログインまでは患者の確認に進まない",
                "nothing of the work with patients before the login",
            ),
            Wording::new(
                format!("ログインの前に画面 {} を表示した", screen.title),
                format!("screen {} before the login", screen.title),
            ),
        )
    }));
    tally.finding(occasion())
}

/// After a login that the service accepted, a way of checking is offered before a card or a PIN is
/// asked for. A program may come to it by a menu. The terminal of an institution has other work to
/// begin with.
pub(super) fn choice_offered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let kind = case
        .scenario()
        .map(|scenario| scenario.given.facility.terminal);
    let logins = case
        .exchanges()
        .filter(|_| kind == Some(TerminalKind::Limited))
        .filter(|exchange| exchange.is(Operation::Login));
    for exchange in logins {
        let Some((at, _)) = exchange.received_as(Decision::Ok) else {
            continue;
        };
        let mut acts = case.steps_after(at);
        let next = acts.find(|(_, step)| leaves_choice(step));
        let until = next.map_or(u64::MAX, |(at, _)| at);
        let mut shown = case.screens_between(at, until);
        let offered = shown.any(|(_, screen)| is_choice(screen));
        // where no check followed, a menu may have stood before the choice
        let went_on = next.is_some_and(|(_, step)| is_of_check(step));
        let tells_buttons = case.screens().any(|(_, screen)| !screen.buttons.is_empty());
        if !offered
            && went_on
            && let Some(why) = strange_button(case, at, until, VISUAL)
        {
            tally.leave_open(why);
        } else if went_on && !tells_buttons {
            tally.leave_open(Wording::new(
                "ボタンが伝えられず、方法を選べるか分からない",
                "no buttons are told: whether a way can be chosen cannot be seen",
            ));
        } else if offered || went_on {
            tally.judge((!offered).then(|| not_offered(case, &exchange, at, until)));
        }
    }
    tally.finding(Wording::new(
        "受け付けられたログイン",
        "a login that was accepted",
    ))
}

/// Label of the way of checking, in the settings.
const METHOD: &str = "認証方法";

/// Where a screen says which way is set, it is the one that was set last.
pub(super) fn setting_as_set(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let set = |step: &Step| {
        let is_set = step.action == Action::SetMethod;
        step.value
            .as_deref()?
            .parse::<Method>()
            .ok()
            .filter(|_| is_set)
    };
    for (at, step) in case.steps() {
        let Some(method) = set(step).filter(|_| case.undone_at(at).is_none()) else {
            continue;
        };
        let due = match method {
            Method::Visual => VISUAL,
            Method::Pin => PIN,
        };
        let shown = case.screens_between(at, case.next_step(at));
        let says = shown.filter_map(|(shown, screen)| {
            let fields = screen.fields.iter();
            let mut ways = fields
                .filter(|(label, _)| means(case.words(), label, METHOD))
                .filter_map(|(_, value)| case.words().button(value))
                .filter(|way| [VISUAL, PIN].contains(way));
            let first = ways.next()?;
            Some((shown, first, first == due || ways.any(|way| way == due)))
        });
        let Some((shown, way, is_right)) = says.last() else {
            continue;
        };
        tally.judge((!is_right).then(|| {
            Failure::new(
                shown,
                Wording::new(format!("{METHOD} {due}"), format!("{METHOD} {due}")),
                Wording::new(format!("{METHOD} {way}"), format!("{METHOD} {way}")),
            )
            .after(at)
        }));
    }
    tally.finding(Wording::new(
        "設定した方法を示す画面",
        "a screen that says which way is set",
    ))
}

/// Whether a patient's card or PIN is wanted by then. A card may lie there, and be taken, unasked.
fn is_of_check(step: &Step) -> bool {
    matches!(
        step.action.known(),
        Some(Action::PlaceCard | Action::EnterPin)
    )
}

/// Whether a patient is checked by this, or other work is begun or ended.
fn leaves_choice(step: &Step) -> bool {
    const STAYS: [Action; 8] = [
        Action::InsertCard,
        Action::TakeCard,
        Action::ChooseMethod,
        Action::SetMethod,
        Action::Press,
        Action::HandOver,
        Action::Lock,
        Action::Unlock,
    ];
    let by_people = step.id > 0;
    by_people && !step.action.is_in(&STAYS)
}

/// Every screen has a title, where the client tells titles at all.
pub(super) fn screen_titled(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let is_untitled = |screen: &Screen| screen.title.trim().is_empty();
    let tells = case.screens().any(|(_, screen)| !is_untitled(screen));
    for (at, screen) in case.screens().filter(|_| tells) {
        tally.judge(is_untitled(screen).then(|| {
            Failure::new(
                at,
                Wording::new("題名のある画面", "a screen with a title"),
                Wording::new("題名のない画面", "a screen without a title"),
            )
        }));
    }
    tally.finding(Wording::new("題名のある画面", "a screen with a title"))
}

/// What was pressed stands on the screen: a client that obeys shows buttons there, where it shows any
/// at all. How they are labelled does not matter. A program that reads screens off knows only the buttons
/// that have a place, and judges nothing by them.
pub(super) fn button_offered(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let tells = case.screens().any(|(_, screen)| !screen.buttons.is_empty());
    let is_read_off = case.trace().header.sight.is_some();
    let presses = case
        .steps()
        .filter(|(_, step)| tells && !is_read_off && step.action == Action::Press);
    for (at, step) in presses {
        let until = case.next_step(at);
        let is_refused = case
            .events_between(at..until)
            .any(|event| matches!(event.what, What::Client(ClientEvent::Error { .. })));
        let Some((shown, screen)) = case.screens_between(0, at).next_back() else {
            continue;
        };
        let mut shown_then = case.screens_between(at, until);
        let mut asked_then = case.exchanges_between(at..until);
        let is_obeyed = shown_then.next().is_some() || asked_then.next().is_some();
        if is_refused || !is_obeyed {
            continue;
        }
        tally.judge(screen.buttons.is_empty().then(|| {
            let (title, label) = (&screen.title, step.value.as_deref().unwrap_or("—"));
            Failure::new(
                shown,
                Wording::new(
                    format!("「{label}」を押せる画面"),
                    format!("a screen on which {label} can be pressed"),
                ),
                Wording::new(
                    format!("画面 {title} にボタンがない"),
                    format!("screen {title} without any button"),
                ),
            )
        }));
    }
    tally.finding(Wording::new("押されたボタン", "a button that was pressed"))
}

/// A button that stands on the screen is not refused where it is pressed.
pub(super) fn button_works(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (at, step) in case
        .steps()
        .filter(|(_, step)| step.action == Action::Press)
    {
        let shown = case.screens_between(0, at).next_back();
        let Some((shown, screen)) = shown.filter(|(_, screen)| !screen.buttons.is_empty()) else {
            continue;
        };
        if is_without_pcsc(case, at) {
            // Whoever tries to reach it leaves no trace of that.
            continue;
        }
        let refused = case
            .undone_at(at)
            .filter(|undone| undone.why == Why::Refused);
        tally.judge(refused.map(|_| {
            let (title, label) = (&screen.title, step.value.as_deref().unwrap_or("—"));
            Failure::new(
                at,
                Wording::new(
                    format!("画面 {title} にある「{label}」が受け付けられる"),
                    format!("{label}, which stands on screen {title}, is taken"),
                ),
                Wording::new("押すと断られた", "it was refused when it was pressed"),
            )
            .after(shown)
        }));
    }
    tally.finding(Wording::new("押されたボタン", "a button that was pressed"))
}

/// Whether the PC/SC service has stopped, and was not started again, at this place.
fn is_without_pcsc(case: &Case<'_>, at: u64) -> bool {
    let before = case.happenings().take_while(|(seq, _)| *seq < at);
    let last = before.filter_map(|(_, event)| match event {
        ReaderEvent::ServiceStopped {} => Some(true),
        ReaderEvent::ServiceStarted {} => Some(false),
        _ => None,
    });
    last.last().unwrap_or(false)
}

fn not_offered(case: &Case<'_>, exchange: &Exchange<'_>, at: u64, until: u64) -> Failure {
    let expected = Wording::new(
        format!("「{VISUAL}」か「{PIN}」を選ぶ画面"),
        format!("a screen with the button {VISUAL} or {PIN}, or with both"),
    );
    let instead = case.screens_between(at, until).next();
    let observed = match instead {
        Some((_, screen)) => Wording::new(
            format!("画面 {} を表示した", screen.title),
            format!("screen {} instead", screen.title),
        ),
        None => Wording::new("画面が変わらない", "no screen followed"),
    };
    let place = instead.map_or(at, |(shown, _)| shown);
    Failure::new(place, expected, observed).after(exchange.asked)
}

/// A result that stood on the screen when its card was taken has given way before the next patient
/// has the turn. Until then the staff may need it: E-05-A has a button 閉じる.
pub(super) fn start_after_card(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (taken, _) in case
        .steps()
        .filter(|(_, step)| step.action == Action::TakeCard)
    {
        let last = case.screens_between(0, taken).next_back();
        let Some((result, screen)) = last.filter(|(_, screen)| is_result(screen)) else {
            continue;
        };
        let Some(next) = next_patient(case, taken) else {
            continue;
        };
        let stays = case
            .screens_between(taken, next)
            .next_back()
            .is_none_or(|(_, screen)| is_result(screen));
        tally.judge(stays.then(|| {
            Failure::new(
                next,
                Wording::new(
                    "次の患者の前に結果の画面を消す",
                    "the result gone before the next patient's turn",
                ),
                Wording::new(
                    format!("画面 {} のまま残っている", screen.title),
                    format!("screen {} stays", screen.title),
                ),
            )
            .after(result)
            .after(taken)
        }));
    }
    tally.finding(Wording::new(
        "結果の画面でカードが取られ、次の患者が来る",
        "a card that is taken from under a result, and a patient after it",
    ))
}

/// Where the next patient comes to the screen: types a PIN, lays a card down, or gets the device. A card
/// that is laid down while nothing is done is no turn: who keeps a result until it is closed does not
/// look for cards.
fn next_patient(case: &Case<'_>, taken: u64) -> Option<u64> {
    let comes = |step: &Step| step.action == Action::EnterPin || step.hands_over_to(Hands::Patient);
    let acts = case.steps_after(taken).find(|(_, step)| comes(step));
    let acts = acts.map(|(at, _)| at);
    let acted = case.steps_after(taken).find(|(_, step)| step.id > 0);
    let placed = acted.and_then(|(at, _)| case.placed_after(at));
    acts.into_iter().chain(placed).min()
}
