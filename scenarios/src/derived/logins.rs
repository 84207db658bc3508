//! Who opens a session where: a patient's link on a terminal in every state, and then what only the session of the
//! link may ask; a login of which a part is left out.

use madoguchi_eligibility::{Availability, Operation};
use madoguchi_notation::Wording;

use super::answers::{WAYS, Way, struck};
use super::cell::{Cell, FIRST, Place, SECOND};
use crate::{
    Act, Care, Decides, Designation, Operate, Pin, Restart, Scenario, Slip, TerminalState, WebFault,
};

/// The terminal on which a patient's link is opened.
struct State {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    terminal: TerminalState,
    reach: fn(&mut Cell),
}

const STATES: &[State] = &[
    State {
        name: "logged-in",
        ja: "職員がログインしている",
        en: "the staff are logged in",
        terminal: TerminalState::Activated,
        reach: |cell| cell.login(),
    },
    State {
        name: "after-a-patient",
        ja: "職員が患者を確認した後",
        en: "the staff have checked a patient",
        terminal: TerminalState::Activated,
        reach: |cell| {
            cell.login();
            cell.visual(SECOND);
            cell.take();
        },
    },
    State {
        name: "activated-now",
        ja: "登録したばかり",
        en: "the terminal has just been activated",
        terminal: TerminalState::Fresh,
        reach: |cell| cell.login(),
    },
    State {
        name: "nobody-in",
        ja: "誰もログインしていない",
        en: "nobody is logged in",
        terminal: TerminalState::Activated,
        reach: |_| {},
    },
    State {
        name: "started-again",
        ja: "起動し直した",
        en: "the app was started again",
        terminal: TerminalState::Activated,
        reach: |cell| {
            cell.login();
            cell.act(Act::RestartApp(Some(Restart::Killed)));
        },
    },
    State {
        name: "second-link",
        ja: "前の患者もリンクで入った",
        en: "the patient before came by the link, too",
        terminal: TerminalState::Activated,
        reach: |cell| {
            cell.act(Act::EnterByLink);
            consents(cell, SECOND);
        },
    },
    State {
        name: "own-device",
        ja: "患者自身の端末",
        en: "a device of the patient's own",
        terminal: TerminalState::Fresh,
        reach: |_| {},
    },
];

/// The card designates the institution.
fn consents(cell: &mut Cell, card: &str) {
    cell.act(Act::Designate(Designation::by_pin(
        Care::HomeVisit,
        Decides::Agrees,
    )));
    cell.pin(Pin::Right);
    cell.place(card);
    cell.ask(Operation::InstitutionConsent);
    cell.press("閉じる");
    cell.take();
}

/// All cells.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells: Vec<Scenario> = STATES.iter().map(linked).collect();
    cells.extend([true, false].map(refused_link));
    cells.extend(WAYS.iter().map(answered_link));
    for (place, name) in [(Place::Practice, "pc"), (Place::Mobile, "mobile")] {
        for (terminal, state) in [
            (TerminalState::Activated, "activated"),
            (TerminalState::Fresh, "fresh"),
        ] {
            let purpose = Wording::new("ユーザーIDを入れないログイン", "a login without a user ID");
            let id = format!("logins/no-user-id.{name}-{state}");
            let mut cell = Cell::new(&id, place, FIRST, purpose);
            cell.given.terminal = terminal;
            cell.decides(&["privacy.secrets-untold"]);
            cell.act(Act::Login(Some(Slip::NoUserId)));
            cell.login();
            cell.visual(FIRST);
            cell.take();
            cells.push(cell.end());
        }
    }
    cells
}

/// The patient's own device, on which a link is opened.
fn own_device(id: &str, purpose: Wording) -> Cell {
    let mut cell = Cell::new(id, Place::Home, FIRST, purpose);
    cell.given.terminal = TerminalState::Fresh;
    cell.decides(&["consent.link-session"]);
    cell.act(Act::Operate(Operate::Entrance {}));
    cell
}

/// The link leads in only when it is opened again: the service was too busy.
fn refused_link(has_words: bool) -> Scenario {
    let (how, ja, en) = if has_words {
        ("refused", "", "")
    } else {
        ("refused-wordless", "、メッセージなし", ", without words")
    };
    let purpose = Wording::new(
        format!("リンクが断られる{ja}"),
        format!("the link is refused{en}"),
    );
    let mut cell = own_device(&format!("logins/link.{how}"), purpose);
    cell.decides(&["result.cause-told"]);
    if !has_words {
        cell.mishap(WebFault::WithoutMessage(struck(Operation::PatientEntrance)));
    }
    let state = |state| Act::Operate(Operate::Service { state });
    cell.act(state(Availability::Busy));
    cell.act(Act::EnterByLink);
    cell.act(state(Availability::Running));
    cell.act(Act::EnterByLink);
    consents(&mut cell, FIRST);
    cell.end()
}

/// The answer to a link is another one than it should be.
fn answered_link(way: &Way) -> Scenario {
    let purpose = Wording::new(
        format!("リンクの回答: {}", way.ja),
        format!("the answer to a link: {}", way.en),
    );
    let mut cell = own_device(&format!("logins/link.{}", way.name), purpose);
    cell.mishap((way.fault)(Operation::PatientEntrance));
    cell.act(Act::EnterByLink);
    if !way.is_whole() {
        cell.act(Act::EnterByLink);
    }
    consents(&mut cell, FIRST);
    cell.end()
}

fn linked(state: &State) -> Scenario {
    let purpose = Wording::new(
        format!("患者のリンク: {}", state.ja),
        format!("a patient's link: {}", state.en),
    );
    let id = format!("logins/link.{}", state.name);
    let mut cell = Cell::new(&id, Place::Home, FIRST, purpose);
    cell.given.terminal = state.terminal;
    cell.decides(&["consent.link-session"]);
    cell.act(Act::Operate(Operate::Entrance {}));
    (state.reach)(&mut cell);
    cell.act(Act::EnterByLink);
    consents(&mut cell, FIRST);
    cell.end()
}
