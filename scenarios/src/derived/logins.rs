//! Who opens a session where: a patient's link on a terminal in every state, and then what only the session of the
//! link may ask; a login of which a part is left out.

use madoguchi_eligibility::Operation;
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND};
use crate::{
    Act, Care, Decides, Designation, Operate, Pin, Restart, Scenario, Slip, TerminalState,
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
