//! The reader and the PC/SC service around the card: topic `reader`.

use madoguchi_notation::Wording;
use madoguchi_scenarios::{Action, Call, Hold, ReturnCode};
use madoguchi_trace::{ReaderEvent, Removal, What};

use super::acts::{plugs, renames};
use super::card::unfinished;
use super::chance::{fair_chance_after, is_gone_on_with, is_open, is_usable};
use super::reach::Reach;
use crate::case::Case;
use crate::ending::early_exit;
use crate::finding::{Failure, Finding, Tally};
use crate::screen::readable;

/// After the reader was pulled out under a card: the client lives, and the check is finished once
/// reader and card are back.
pub(super) fn survives_unplugging(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for presence in case.presences() {
        let Some(gone) = presence.gone(Removal::Unplugged) else {
            continue;
        };
        let plugged = case.steps_after(gone).find(|(_, step)| plugs(step));
        let back = plugged.and_then(|(plugged, _)| fair_chance_after(case, plugged));
        if back.is_none() && early_exit(case, gone).is_none() {
            continue;
        }
        tally.judge(unfinished(case, gone, back, || {
            Wording::new(
                "リーダーが戻ったら、資格を確認する",
                "finish the check once the reader is back",
            )
        }));
    }
    tally.finding(Wording::new(
        "読み取り中に抜かれたリーダー",
        "a reader unplugged while a card is read",
    ))
}

/// After the PC/SC service was started again: the next card is checked.
pub(super) fn survives_restart(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let restarts = case
        .happenings()
        .filter(|(_, event)| matches!(event, ReaderEvent::ServiceStarted {}));
    for (restarted, _) in restarts {
        let chance = fair_chance_after(case, restarted);
        if chance.is_none() && early_exit(case, restarted).is_none() {
            continue;
        }
        tally.judge(unfinished(case, restarted, chance, || {
            Wording::new(
                "サービスの再起動後に置かれたカードで、資格を確認する",
                "check the card that is placed after the service was restarted",
            )
        }));
    }
    tally.finding(Wording::new(
        "PC/SC サービスの再起動",
        "a restart of the PC/SC service",
    ))
}

/// After a call that does not return: the client lives, and the next card is checked. One that had the reader
/// for itself alone keeps it from itself, too, as long as the call hangs.
pub(super) fn survives_hang(case: &Case<'_>) -> Finding {
    const EXCLUSIVE: &str = "exclusive";
    let mut tally = Tally::default();
    let is_kept = |hung: u64, context: u32| {
        let made = |what: &What| match what {
            What::Pcsc(call) if call.context == context && call.call == Call::Connect => {
                Some(call.rv == ReturnCode::SUCCESS && call.detail.as_deref() == Some(EXCLUSIVE))
            }
            _ => None,
        };
        let before = case.events_between(0..hung);
        before.filter_map(|event| made(&event.what)).last() == Some(true)
    };
    let calls = case.happenings().filter_map(|(at, event)| match event {
        ReaderEvent::Hung { context, .. } => Some((at, *context)),
        _ => None,
    });
    for (hung, context) in calls {
        if is_kept(hung, context) {
            tally.judge(None);
            continue;
        }
        let chance = fair_chance_after(case, hung);
        if chance.is_none() && early_exit(case, hung).is_none() {
            continue;
        }
        tally.judge(unfinished(case, hung, chance, || {
            Wording::new(
                "返らない呼び出しがあっても、次に置かれたカードで資格を確認する",
                "check the card that is placed next, beside a call that does not return",
            )
        }));
    }
    tally.finding(Wording::new(
        "返らない PC/SC の呼び出し",
        "a PC/SC call that does not return",
    ))
}

/// Beside a program that is merely connected the check is finished. After SCardConnect was refused
/// because another program holds the card, it is finished once that program has left.
pub(super) fn survives_rival(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    for (came, event) in case.happenings() {
        if !matches!(event, ReaderEvent::RivalCame { hold } if *hold == Hold::Connection) {
            continue;
        }
        tally.judge(unfinished(case, came, Some(came), || {
            Wording::new(
                "他のプログラムが接続していても、資格を確認する",
                "finish the check beside a program that is merely connected",
            )
        }));
    }
    let left: Vec<u64> = case
        .happenings()
        .filter(|(_, event)| matches!(event, ReaderEvent::RivalLeft {}))
        .map(|(at, _)| at)
        .collect();
    let mut from = 0;
    for left in left {
        let refused = case.events_between(from..left).find(|event| {
            matches!(&event.what, What::Pcsc(call)
                    if call.call == Call::Connect && call.rv == ReturnCode::SHARING_VIOLATION)
        });
        from = left;
        let Some(refused) = refused else {
            continue;
        };
        // a client that was refused the card for itself alone may have shared it then
        if case.eligibility_between(refused.seq..left).next().is_some() {
            tally.judge(None);
            continue;
        }
        let is_over = !is_gone_on_with(case, left) && case.eligibility_after(left).is_none();
        if is_over && early_exit(case, refused.seq).is_none() {
            continue;
        }
        tally.judge(unfinished(case, refused.seq, Some(left), || {
            Wording::new(
                "他のプログラムが終わったら、資格を確認する",
                "finish the check once the other program has left",
            )
        }));
    }
    tally.finding(Wording::new(
        "他のプログラムが占有しているカード",
        "a card that another program holds",
    ))
}

/// A card that lies on its contacts is checked like any other.
pub(super) fn any_interface(case: &Case<'_>) -> Finding {
    /// The profile whose ATR comes from the card itself.
    const CONTACT: &str = "plastic-contact";
    let mut tally = Tally::default();
    for (placed, event) in case.happenings() {
        let ReaderEvent::Inserted {
            profile: Some(profile),
            ..
        } = event
        else {
            continue;
        };
        if profile != CONTACT {
            continue;
        }
        let asked = case.eligibility_after(placed).is_some();
        if !asked && !has_chance(case, placed) {
            continue;
        }
        tally.judge((!asked).then(|| {
            Failure::new(
                case.end(),
                Wording::new(
                    "接触型で置かれたカードで、資格を確認する",
                    "check the card that lies on its contacts",
                ),
                Wording::new(
                    "接触型のカードでは資格を確認しなかった",
                    "no check with the card on its contacts",
                ),
            )
            .missing(u64::MAX)
            .after(placed)
        }));
    }
    tally.finding(Wording::new(
        "接触型のカード",
        "a card that lies on its contacts",
    ))
}

/// Whether a check can be finished with the card that was laid down at `placed`, or with one after it.
fn has_chance(case: &Case<'_>, placed: u64) -> bool {
    let presence = case.presence_before(placed + 1);
    let is_usable = presence.is_none_or(|presence| is_usable(case, &presence));
    is_open(case, placed) && is_usable || fair_chance_after(case, placed).is_some()
}

/// Where a card is asked for while there is no reader, or the reader goes then, and whether one is plugged in
/// later.
fn absences(case: &Case<'_>) -> Vec<(u64, Option<u64>)> {
    let mut reach = Reach::default();
    let mut absences: Vec<(u64, Option<u64>)> = Vec::new();
    let mut is_awaited = false;
    for event in case.events() {
        if let What::Step(step) = &event.what {
            is_awaited = step.action == Action::AwaitCard;
            if plugs(step)
                && let Some((_, back)) = absences.last_mut()
            {
                back.get_or_insert(event.seq);
            }
            if step.action == Action::PlaceCard && reach.is_out() {
                absences.push((event.seq, None));
            }
        }
        if is_awaited && matches!(event.what, What::Reader(ReaderEvent::Unplugged {})) {
            absences.push((event.seq, None));
        }
        reach.see(&event.what);
    }
    absences
}

/// Where a reader is plugged in under another name, and none was there that worked.
fn renamings(case: &Case<'_>) -> Vec<u64> {
    let mut reach = Reach::default();
    let mut renamings = Vec::new();
    for event in case.events() {
        if let What::Step(step) = &event.what
            && renames(step)
            && !reach.has_reader()
        {
            renamings.push(event.seq);
        }
        reach.see(&event.what);
    }
    renamings
}

/// The reader that the client is told to use is used, among others.
pub(super) fn named_used(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let has_others = case
        .scenario()
        .is_some_and(|scenario| !scenario.given.reader.is_alone());
    if has_others && let Some(chance) = fair_chance_after(case, 0) {
        tally.judge(unfinished(case, 0, Some(chance), || {
            Wording::new(
                "指定されたリーダーに置かれたカードで、資格を確認する",
                "check the card on the reader that was named",
            )
        }));
    }
    tally.finding(Wording::new(
        "ほかにもリーダーがある窓口",
        "a counter with other readers",
    ))
}

/// A client that waits for a card asks for the reader's state when something may have changed, and not on and on.
pub(super) fn no_busy_wait(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let awaited = case.steps().filter(|(_, step)| {
        step.id > 0 && step.action.is_in(&[Action::PlaceCard, Action::AwaitCard])
    });
    for (asked, _) in awaited {
        let until = case.next_step(asked);
        let mut meanwhile = case.events_between(asked..until);
        let busy =
            meanwhile.find(|event| matches!(event.what, What::Reader(ReaderEvent::BusyWait {})));
        tally.judge(busy.map(|busy| {
            Failure::new(
                busy.seq,
                Wording::new(
                    "変化を待つ一つの呼び出し (SCardGetStatusChange)",
                    "one call that waits for a change (SCardGetStatusChange)",
                ),
                Wording::new(
                    "何も変わらない間に、リーダーの状態を 1 秒に 250 回以上調べた",
                    "the readers' states were read 250 times a second and more while nothing changed",
                ),
            )
            .after(asked)
        }));
    }
    tally.finding(Wording::new("カードを待つ間", "a card that is awaited"))
}

fn no_reader() -> Wording {
    Wording::new(
        "リーダーがないままカードが求められる",
        "a card that is asked for while there is no reader",
    )
}

/// Where a card is asked for and there is no reader, a screen speaks of the reader.
pub(super) fn absence_told(case: &Case<'_>) -> Finding {
    const READER: &[&str] = &["リーダ", "reader", "Reader"];
    let mut tally = Tally::default();
    for (asked, _) in absences(case) {
        let says = |text: &str| READER.iter().any(|word| text.contains(word));
        let told = case
            .screens_between(asked, case.next_step(asked))
            .any(|(_, screen)| {
                says(&screen.title) || screen.fields.iter().any(|(_, value)| says(value))
            });
        tally.judge((!told).then(|| {
            Failure::new(
                asked,
                Wording::new(
                    "リーダーがないことを知らせる画面",
                    "a screen that says that there is no reader",
                ),
                Wording::new(
                    "どの画面もリーダーのことを言わない",
                    "no screen speaks of the reader",
                ),
            )
            .missing(case.next_step(asked))
        }));
    }
    tally.finding(no_reader())
}

/// A card that another program holds is told as something else than one that is to be laid down again: laid down
/// again it is held still.
pub(super) fn rival_told(case: &Case<'_>) -> Finding {
    /// Words of a text that does no more than ask for the card.
    const ASKS: &[&str] = &[
        "置",
        "かざ",
        "乗せ",
        "のせ",
        "載せ",
        "セット",
        "タッチ",
        "place",
        "Place",
        "tap",
        "Tap",
        "lay",
    ];
    /// Words of one that says more all the same.
    const WHY: &[&str] = &[
        "使",
        "占有",
        "他の",
        "ほか",
        "別の",
        "競合",
        "アクセス",
        "接続",
        "use",
        "busy",
        "other",
        "8010000B",
    ];
    let mut tally = Tally::default();
    for event in case.events() {
        let What::Pcsc(call) = &event.what else {
            continue;
        };
        let (trouble, until) = (event.seq, case.next_step(event.seq));
        if call.rv != ReturnCode::SHARING_VIOLATION
            || case.connected_before(until) > trouble
            || case.exchanges_between(trouble..until).next().is_some()
        {
            continue;
        }
        let mut shown = case.screens_between(trouble, until).peekable();
        if shown.peek().is_none() {
            // what was not told at all is another requirement's
            continue;
        }
        let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
        let says_more =
            |text: &str| !text.trim().is_empty() && (!has(text, ASKS) || has(text, WHY));
        // a title that nobody knows may say it, unless it stood there before
        let is_new = |title: &str| {
            let mut before = case.screens_between(0, trouble);
            before.all(|(_, screen)| screen.title != title)
        };
        let told = shown.any(|(_, screen)| {
            let title = screen.title.as_str();
            case.words().screen(title).is_none() && is_new(title) || readable(screen).any(says_more)
        });
        tally.judge((!told).then(|| {
            Failure::new(
                trouble,
                Wording::new(
                    "他のプログラムが使っていることの表示",
                    "that another program uses the card",
                ),
                Wording::new("カードを置くよう求めるだけ", "a card is asked for, no more"),
            )
            .missing(until)
        }));
    }
    tally.finding(Wording::new(
        "他のプログラムが占有しているカード",
        "a card that another program holds",
    ))
}

/// A reader that is plugged in after it was missed is used, and one that has another name than the one
/// before, whether that was missed or not.
pub(super) fn found_later(case: &Case<'_>) -> Finding {
    let mut tally = Tally::default();
    let renamed = renamings(case).into_iter().map(|at| (at, Some(at)));
    for (asked, back) in absences(case).into_iter().chain(renamed) {
        let Some(chance) = back.and_then(|back| fair_chance_after(case, back)) else {
            continue;
        };
        tally.judge(unfinished(case, asked, Some(chance), || {
            Wording::new(
                "つながれたリーダーで、資格を確認する",
                "finish the check with the reader that was plugged in",
            )
        }));
    }
    tally.finding(no_reader())
}
