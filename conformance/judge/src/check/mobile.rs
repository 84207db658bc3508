//! The app on a mobile device: topic `mobile`.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Hands, Operation};
use madoguchi_trace::{Screen, SecretClass, Step, What};

use super::contract::is_logged_in;
use super::privacy::{LOG, leave_unsearched};
use super::start::is_work;
use crate::case::{Case, Exchange};
use crate::finding::{Failure, Finding, Tally};

/// Title of the screen with the settings, and of past results.
const STAFFS: &[&str] = &["設定", "履歴"];

/// Stretches between an act and the next one that ends it.
fn stretches(
    case: &Case<'_>,
    begins: impl Fn(&Step) -> bool,
    ends: impl Fn(&Step) -> bool,
) -> Vec<(u64, u64)> {
    let mut stretches: Vec<(u64, u64)> = Vec::new();
    let mut open = None;
    for (at, step) in case.steps() {
        if begins(step) {
            open.get_or_insert(at);
        } else if ends(step)
            && let Some(from) = open.take()
        {
            stretches.push((from, at));
        }
    }
    stretches.extend(open.map(|from| (from, u64::MAX)));
    stretches
}

/// While the app is locked, nothing is shown that needs a login, and nothing is asked. One that is started
/// again begins with the login, which opens it.
pub(super) fn passcode_wanted(case: &Case<'_>) -> Finding {
    let locks = |step: &Step| step.action == Action::Lock;
    let opens = |step: &Step| step.action == Action::RestartApp || unlocks(step);
    let mut tally = Tally::default();
    for (locked, opened) in stretches(case, locks, opens) {
        let shown = case
            .screens_between(locked, opened)
            .find(|(_, screen)| is_work(screen))
            .map(|(at, screen)| {
                let title = &screen.title;
                let observed = Wording::new(
                    format!("ロック中に {title} を表示した"),
                    format!("screen {title} while it is locked"),
                );
                (at, observed)
            });
        let asked = case
            .exchanges_between(locked..opened)
            .next()
            .map(|exchange| {
                let path = &exchange.request.path;
                let observed = Wording::new(
                    format!("ロック中に {path} を送った"),
                    format!("{path} was sent while it is locked"),
                );
                (exchange.asked, observed)
            });
        let first = shown.into_iter().chain(asked).min_by_key(|(at, _)| *at);
        tally.judge(first.map(|(at, observed)| {
            let expected = Wording::new(
                "正しいパスコードまで何も見せない",
                "nothing until the right passcode",
            );
            Failure::new(at, expected, observed).after(locked)
        }));
    }
    tally.finding(Wording::new("ロックされた端末", "a device that is locked"))
}

/// The right passcode opens a locked device: another screen follows than the one to enter it on.
pub(super) fn passcode_opens(case: &Case<'_>) -> Finding {
    let is_lock = |screen: &Screen| {
        ["パスコード", "生体認証"]
            .iter()
            .any(|word| screen.title.contains(word))
    };
    let mut tally = Tally::default();
    for (at, step) in case.steps() {
        if !unlocks(step) {
            continue;
        }
        // What stands there in the end: some windows are drawn empty first.
        let mut shown = case.screens_between(at, case.next_step(at));
        let opened = shown
            .next_back()
            .is_some_and(|(_, screen)| !is_lock(screen));
        if !opened && !is_logged_in(case, at) {
            continue; // it was not locked
        }
        tally.judge((!opened).then(|| {
            Failure::new(
                at,
                Wording::new(
                    "正しいパスコードのあとの画面",
                    "a screen after the right passcode",
                ),
                Wording::new("ロックされたまま", "the device stays locked"),
            )
            .missing(case.next_step(at))
        }));
    }
    tally.finding(Wording::new(
        "正しいパスコードの入力",
        "an entry of the right passcode",
    ))
}

/// The passcode is found nowhere outside.
pub(super) fn passcode_kept(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let mut is_known = false;
    for event in case.events() {
        match &event.what {
            What::Step(step) if step.action == Action::Unlock => {
                is_known = true;
                tally.judge(None);
            }
            What::Leak(leak) if leak.class == SecretClass::Passcode => {
                tally.judge(Some(Failure::new(
                    event.seq,
                    Wording::new(
                        "パスコードは端末の中に留まる",
                        "the passcode stays on the device",
                    ),
                    Wording::new(
                        format!("{} にパスコードがある", leak.place),
                        format!("the passcode stands in {}", leak.place),
                    ),
                )));
            }
            _ => {}
        }
    }
    // on the disk of its device it may stay
    if is_known {
        leave_unsearched(case, LOG, &mut tally);
    }
    tally.finding(Wording::new("パスコードの入力", "an entry of the passcode"))
}

fn unlocks(step: &Step) -> bool {
    step.is(Action::Unlock, "passcode:right")
}

fn to_patient(step: &Step) -> bool {
    step.hands_over_to(Hands::Patient)
}

/// Whether the patient has the device at `seq`.
pub(super) fn is_in_patients_hands(case: &Case<'_>, seq: u64) -> bool {
    let mut before = case.steps_before(seq);
    before
        .find(|(_, step)| to_patient(step) || to_staff(step))
        .is_some_and(|(_, step)| to_patient(step))
}

fn to_staff(step: &Step) -> bool {
    step.hands_over_to(Hands::Staff)
}

/// In the patient's hands neither settings nor past results are opened.
pub(super) fn patient_screen_only(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (given, back) in stretches(case, to_patient, to_staff) {
        let is_staffs = |screen: &Screen| STAFFS.iter().any(|word| screen.title.contains(word));
        let shown = case
            .screens_between(given, back)
            .find(|(_, screen)| is_staffs(screen))
            .map(|(at, screen)| (at, screen.title.to_string()));
        let asked = case
            .exchanges_between(given..back)
            .find(|exchange| exchange.is(Operation::History) || is_of_others(case, exchange))
            .map(|exchange| (exchange.asked, exchange.request.path.to_string()));
        let first = shown.into_iter().chain(asked).min_by_key(|(at, _)| *at);
        tally.judge(first.map(|(at, what)| {
            Failure::new(
                at,
                Wording::new(
                    "患者には患者の画面だけ",
                    "no more than the patient's own screens",
                ),
                Wording::new(
                    format!("患者の手にある間に {what} が開いた"),
                    format!("{what} was opened in the patient's hands"),
                ),
            )
            .after(given)
        }));
    }
    tally.finding(in_hands())
}

/// Whether the device was told to ask of others than the patient who holds it. What a program asks by itself, such as
/// for a result in bulk that is being processed, shows nobody to the patient.
fn is_of_others(case: &Case<'_>, exchange: &Exchange<'_>) -> bool {
    const OF_STAFF: [Action; 5] = [
        Action::InquireInBulk,
        Action::FetchResult,
        Action::AskByNumber,
        Action::SearchEmergency,
        Action::VisitAgain,
    ];
    const OPERATIONS: [Operation; 5] = [
        Operation::BulkSubmission,
        Operation::BulkResult,
        Operation::EligibilityByNumber,
        Operation::EmergencySearch,
        Operation::EligibilityByConsent,
    ];
    let told = case.steps_before(exchange.asked).next();
    told.is_some_and(|(_, step)| step.action.is_in(&OF_STAFF))
        && OPERATIONS.iter().any(|operation| exchange.is(*operation))
}

/// A result that arrived in the patient's hands is shown after the device was given back.
pub(super) fn result_to_staff(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (given, back) in stretches(case, to_patient, to_staff) {
        let answered = case
            .eligibility_between(given..back)
            .find_map(|exchange| exchange.delivered())
            .map(|(at, _)| at);
        let Some(answered) = answered else {
            continue;
        };
        let early = case.result_screens_between(given..back).next();
        // the staff may have to ask for it, by a button or by opening the device
        let late = case.result_screens_between(back..u64::MAX).next();
        let offers = case
            .screens_between(0, case.next_step(back))
            .next_back()
            .is_some_and(|(_, screen)| !screen.buttons.is_empty());
        let wrong = match (early, late) {
            (Some((at, screen)), _) => Some((
                at,
                Wording::new(
                    format!("患者の手にある間に {} を表示した", screen.title),
                    format!("screen {} in the patient's hands", screen.title),
                ),
            )),
            (None, None) if back < u64::MAX && !offers => Some((
                back,
                Wording::new("結果が表示されない", "no result was shown"),
            )),
            _ => None,
        };
        tally.judge(wrong.map(|(at, observed)| {
            let expected = Wording::new(
                "端末が戻ってからの結果",
                "the result once the device is back",
            );
            Failure::new(at, expected, observed).after(answered)
        }));
    }
    tally.finding(in_hands())
}

fn in_hands() -> Wording {
    Wording::new("患者の手にある端末", "a device in the patient's hands")
}
