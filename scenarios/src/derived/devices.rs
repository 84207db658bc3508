//! A telephone or tablet in every state that a visit knows, and everything that can be done with it there:
//! put away, woken, passed on, asked for what only the staff may see. Another patient follows.

use madoguchi_eligibility::{Method, Operation};
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND};
use crate::{
    Act, Hands, HistoryConditions, Passcode, Pin, Scenario, ServerError, ServerErrorStatus,
    WebFault,
};

/// How far a visit has come, and who has the device.
struct State {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    hands: Hands,
    persona: &'static str,
    reach: fn(&mut Cell),
}

const UNREGISTERED: &str = "mitouroku-saburo";

/// Those first in which there is most to lose.
const STATES: &[State] = &[
    State {
        name: "answered",
        ja: "患者の手で結果が届いた",
        en: "the answer has come while the patient holds it",
        hands: Hands::Patient,
        persona: FIRST,
        reach: |cell| answer_in_hands(cell, FIRST),
    },
    State {
        name: "back",
        ja: "結果とともに戻った",
        en: "it is back with the result",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |cell| {
            answer_in_hands(cell, FIRST);
            cell.hand(Hands::Staff);
        },
    },
    State {
        name: "shown",
        ja: "職員の手で結果を表示",
        en: "the staff look at a result",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |cell| cell.visual(FIRST),
    },
    State {
        name: "typed",
        ja: "患者が暗証番号を入力した",
        en: "the patient has typed the PIN",
        hands: Hands::Patient,
        persona: FIRST,
        reach: |cell| {
            hand_for_pin(cell);
            cell.pin(Pin::Right);
        },
    },
    State {
        name: "wrong",
        ja: "患者が誤った暗証番号を入力した",
        en: "the patient has typed a wrong PIN",
        hands: Hands::Patient,
        persona: FIRST,
        reach: |cell| {
            hand_for_pin(cell);
            cell.pin(Pin::Wrong);
            cell.place(FIRST);
        },
    },
    State {
        name: "no-answer",
        ja: "患者の手で通信が失敗した",
        en: "no answer has come while the patient holds it",
        hands: Hands::Patient,
        persona: FIRST,
        reach: |cell| {
            cell.mishap(WebFault::ServerError(ServerError {
                operation: Operation::EligibilityBySignature,
                nth: 1,
                times: 1,
                status: ServerErrorStatus::default(),
            }));
            answer_in_hands(cell, FIRST);
        },
    },
    State {
        name: "offered",
        ja: "患者の手で利用登録を案内した",
        en: "the registration is offered while the patient holds it",
        hands: Hands::Patient,
        persona: UNREGISTERED,
        reach: |cell| answer_in_hands(cell, UNREGISTERED),
    },
    State {
        name: "asked",
        ja: "患者に暗証番号を求めている",
        en: "the patient is asked for the PIN",
        hands: Hands::Patient,
        persona: FIRST,
        reach: hand_for_pin,
    },
    State {
        name: "reading",
        ja: "職員の手でカードを待つ",
        en: "the staff are asked for a card",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |cell| cell.choose(Method::Visual),
    },
    State {
        name: "idle",
        ja: "誰もいない",
        en: "nobody is there",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |_| {},
    },
];

fn hand_for_pin(cell: &mut Cell) {
    cell.choose(Method::Pin);
    cell.hand(Hands::Patient);
}

fn answer_in_hands(cell: &mut Cell, card: &str) {
    hand_for_pin(cell);
    cell.pin(Pin::Right);
    cell.place(card);
}

/// What is done with the device.
struct Deed {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    /// Whether the device is put away in the course of it.
    is_asleep: bool,
    play: fn(&mut Cell, Hands),
}

const DEEDS: &[Deed] = &[
    Deed {
        name: "put-away",
        ja: "しまって開く",
        en: "put away and opened",
        is_asleep: true,
        play: |cell, _| {
            cell.act(Act::Lock);
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "passed-asleep",
        ja: "しまったまま渡して開く",
        en: "put away, passed on and opened",
        is_asleep: true,
        play: |cell, hands| {
            cell.act(Act::Lock);
            cell.hand(other(hands));
            cell.act(Act::Unlock(Passcode::Right));
            cell.hand(hands);
        },
    },
    Deed {
        name: "history",
        ja: "履歴を開く",
        en: "past results are wanted",
        is_asleep: false,
        play: |cell, hands| {
            cell.act(Act::BrowseHistory(HistoryConditions::default()));
            if hands == Hands::Staff {
                cell.press("閉じる");
            }
        },
    },
    Deed {
        name: "history-asleep",
        ja: "しまったまま履歴を開く",
        en: "past results are wanted while it is put away",
        is_asleep: true,
        play: |cell, _| {
            cell.act(Act::Lock);
            cell.act(Act::BrowseHistory(HistoryConditions::default()));
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "settings",
        ja: "設定を開く",
        en: "the settings are wanted",
        is_asleep: false,
        play: |cell, _| cell.act(Act::SetMethod(Method::Visual)),
    },
    Deed {
        name: "wrong-passcode",
        ja: "誤ったパスコードで開こうとする",
        en: "put away, and a wrong passcode",
        is_asleep: true,
        play: |cell, _| {
            cell.act(Act::Lock);
            cell.act(Act::Unlock(Passcode::Wrong));
            cell.act(Act::ReadAloud);
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "taken-asleep",
        ja: "しまってからカードを取る",
        en: "put away, then the card is taken",
        is_asleep: true,
        play: |cell, _| {
            cell.act(Act::Lock);
            cell.take();
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "passed-about",
        ja: "渡して戻す",
        en: "passed on and back",
        is_asleep: false,
        play: |cell, hands| {
            cell.hand(other(hands));
            cell.hand(hands);
        },
    },
    Deed {
        name: "read-aloud",
        ja: "読み上げを求める",
        en: "it is to read aloud",
        is_asleep: false,
        play: |cell, _| cell.act(Act::ReadAloud),
    },
];

const fn other(hands: Hands) -> Hands {
    match hands {
        Hands::Patient => Hands::Staff,
        Hands::Staff => Hands::Patient,
    }
}

/// All cells, those of the first states and deeds before the others.
pub(super) fn cells() -> Vec<Scenario> {
    let mut ranked: Vec<(usize, Scenario)> = Vec::new();
    for (i, state) in STATES.iter().enumerate() {
        for (j, deed) in DEEDS.iter().enumerate() {
            ranked.push((i + j, cell(state, deed)));
        }
    }
    ranked.sort_by_key(|(rank, _)| *rank);
    ranked.into_iter().map(|(_, cell)| cell).collect()
}

fn cell(state: &State, deed: &Deed) -> Scenario {
    let id = format!("devices/{}--{}", state.name, deed.name);
    let purpose = Wording::new(
        format!("{}携帯端末: {}", state.ja, deed.ja),
        format!("a mobile device, {}: {}", state.en, deed.en),
    );
    let mut cell = Cell::new(&id, Place::Mobile, state.persona, purpose);
    cell.decides(&["result.needs-answer"]);
    if deed.is_asleep {
        cell.decides(&["mobile.passcode-wanted"]);
    }
    if state.hands == Hands::Patient {
        cell.decides(&["mobile.patient-screen-only"]);
    }
    cell.login();
    (state.reach)(&mut cell);
    (deed.play)(&mut cell, state.hands);
    if state.hands == Hands::Patient {
        cell.hand(Hands::Staff);
    }
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}
