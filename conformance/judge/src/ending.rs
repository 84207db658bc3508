//! How a client's program ended, and whether anybody had closed it.

use madoguchi_notation::Wording;
use madoguchi_scenarios::Action;
use madoguchi_trace::{ClientEvent, Exit, What};

use crate::case::Case;

/// How a client ended that we ended.
pub(crate) const TIME_LIMIT: &str = "time limit";

/// How a client ended that the user ended with the run.
pub(crate) const INTERRUPTED: &str = "interrupted";

/// The end of a client after `trouble` and before anybody closed it.
pub(crate) fn early_exit<'a>(case: &Case<'a>, trouble: u64) -> Option<(u64, &'a Exit)> {
    let (at, exit) = case.exits().find(|(at, _)| *at >= trouble)?;
    let mut acts = case.steps_before(at).take_while(|(at, _)| *at > trouble);
    let was_closed = acts.any(|(_, step)| step.action == Action::Close);
    (!was_closed && !was_sent_home(case, at, exit)).then_some((at, exit))
}

/// Whether the scenario was over: everything in it had been done, and the client, told that this is the
/// end, ended well.
fn was_sent_home(case: &Case<'_>, at: u64, exit: &Exit) -> bool {
    let due = case.trace().header.resolved["when"]
        .as_array()
        .map(Vec::len);
    let is_all = due == Some(case.acts_done());
    let is_done = |id: u32| {
        let mut before = case.events_between(0..at);
        before.any(
            |event| matches!(event.what, What::Client(ClientEvent::Done { r#do }) if r#do == id),
        )
    };
    let is_last_done = case
        .steps()
        .last()
        .is_none_or(|(_, last)| last.id == 0 || is_done(last.id));
    exit.code == Some(0) && exit.why.is_none() && is_all && is_last_done
}

/// How the program ended, in words.
pub(crate) fn how_it_ended(exit: &Exit) -> Wording {
    match (exit.code, &exit.why) {
        (Some(code), _) => Wording::new(
            format!("プログラムが終了した (終了コード {code})"),
            format!("the program ended with status {code}"),
        ),
        (None, why) => {
            let why = why.as_deref().unwrap_or("?");
            Wording::new(
                format!("プログラムが終了した ({why})"),
                format!("the program ended ({why})"),
            )
        }
    }
}
