//! A telephone or tablet in every state that a visit knows, and everything that can be done with it there:
//! put away, woken, passed on, asked for what only the staff may see. Another patient follows.

use madoguchi_eligibility::{FacilityKind, Method, Operation};
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{
    Act, Hands, HistoryConditions, Passcode, Pin, Scenario, ServerError, ServerErrorStatus, Slip,
    TerminalKind, WebFault,
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
        name: "listed",
        ja: "職員が確認済みの一覧を見る",
        en: "the staff look at past results",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |cell| {
            cell.visual(FIRST);
            cell.take();
            cell.act(Act::BrowseHistory(HistoryConditions::default()));
        },
    },
    State {
        name: "terms",
        ja: "利用登録の規約を表示",
        en: "the terms of a registration are shown",
        hands: Hands::Staff,
        persona: UNREGISTERED,
        reach: |cell| {
            cell.visual(UNREGISTERED);
            cell.press("健康保険証利用登録する");
        },
    },
    State {
        name: "registering",
        ja: "同意のあと、利用登録のカードを待つ",
        en: "the card is asked for after a consent to register",
        hands: Hands::Staff,
        persona: UNREGISTERED,
        reach: |cell| {
            cell.visual(UNREGISTERED);
            cell.press("健康保険証利用登録する");
            cell.press("同意する");
        },
    },
    State {
        name: "locked-pin",
        ja: "暗証番号がロックされた",
        en: "the PIN is locked",
        hands: Hands::Staff,
        persona: FIRST,
        reach: |cell| {
            cell.choose(Method::Pin);
            cell.pin(Pin::Wrong);
            cell.place(FIRST);
            cell.pin(Pin::Wrong);
            cell.pin(Pin::Wrong);
        },
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
    /// Whether the staff have it back before.
    is_given_back: bool,
    play: fn(&mut Cell, Hands),
}

const DEEDS: &[Deed] = &[
    Deed {
        name: "put-away",
        ja: "しまって開く",
        en: "put away and opened",
        is_asleep: true,
        is_given_back: false,
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
        is_given_back: false,
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
        is_given_back: false,
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
        is_given_back: false,
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
        is_given_back: false,
        play: |cell, _| cell.act(Act::SetMethod(Method::Visual)),
    },
    Deed {
        name: "wrong-passcode",
        ja: "誤ったパスコードで開こうとする",
        en: "put away, and a wrong passcode",
        is_asleep: true,
        is_given_back: false,
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
        is_given_back: false,
        play: |cell, _| {
            cell.act(Act::Lock);
            cell.take();
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "next-asleep",
        ja: "しまったまま次の患者のカードを置く",
        en: "put away, and the next patient's card is laid there before it is opened",
        is_asleep: true,
        is_given_back: true,
        play: |cell, hands| {
            give_back(cell, hands);
            cell.act(Act::Lock);
            cell.take();
            cell.lay(SECOND);
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "wrong-then-next",
        ja: "誤ったパスコードのあと、次の患者のカードを置いて開く",
        en: "a wrong passcode, then it is opened over the next patient's card",
        is_asleep: true,
        is_given_back: true,
        play: |cell, hands| {
            give_back(cell, hands);
            cell.act(Act::Lock);
            cell.act(Act::Unlock(Passcode::Wrong));
            cell.take();
            cell.lay(SECOND);
            cell.act(Act::Unlock(Passcode::Right));
        },
    },
    Deed {
        name: "started-again",
        ja: "しまったままアプリを起動し直す",
        en: "put away, and the app is started again",
        is_asleep: true,
        is_given_back: true,
        play: |cell, hands| {
            give_back(cell, hands);
            cell.act(Act::Lock);
            cell.act(Act::RestartApp(None));
            cell.login();
        },
    },
    Deed {
        name: "passed-about",
        ja: "渡して戻す",
        en: "passed on and back",
        is_asleep: false,
        is_given_back: false,
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
        is_given_back: false,
        play: |cell, _| cell.act(Act::ReadAloud),
    },
];

fn give_back(cell: &mut Cell, hands: Hands) {
    if hands == Hands::Patient {
        cell.hand(Hands::Staff);
    }
}

const fn other(hands: Hands) -> Hands {
    match hands {
        Hands::Patient => Hands::Staff,
        Hands::Staff => Hands::Patient,
    }
}

/// The state that is another one of the table once the device is given back.
const GIVEN_BACK: &str = "answered";

/// A device on which nobody chose a passcode is opened by none: it is started again.
fn without_passcode(state: &State) -> Scenario {
    let id = format!("devices/{}--no-passcode", state.name);
    let purpose = Wording::new(
        format!("パスコードのない携帯端末、{}: しまって起動し直す", state.ja),
        format!(
            "a mobile device without a passcode, {}: put away, and started again",
            state.en
        ),
    );
    let mut cell = Cell::new(&id, Place::Mobile, state.persona, purpose);
    cell.decides(&["mobile.passcode-wanted"]);
    cell.ask(Operation::Login);
    cell.act(Act::Login(Some(Slip::NoPasscode)));
    (state.reach)(&mut cell);
    give_back(&mut cell, state.hands);
    cell.act(Act::Lock);
    cell.act(Act::Unlock(Passcode::Wrong));
    cell.act(Act::RestartApp(None));
    cell.login();
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}

/// A device in the patient's hands, of whom no other patient is to be known: neither by an inquiry of all who are
/// booked, nor by what came of one before.
fn of_others(state: &State) -> Scenario {
    let id = format!("devices/{}--others", state.name);
    let purpose = Wording::new(
        format!("{}携帯端末: 予約患者の一括照会を求める", state.ja),
        format!(
            "a mobile device, {}: booked patients are inquired of",
            state.en
        ),
    );
    let mut cell = Cell::new(&id, Place::Mobile, state.persona, purpose);
    cell.decides(&["mobile.patient-screen-only"]);
    cell.given.facility.kind = FacilityKind::MedicalInstitution;
    cell.given.facility.terminal = TerminalKind::Institution;
    cell.login();
    cell.act(Act::InquireInBulk(vec![who(SECOND)]));
    cell.act(Act::FetchResult);
    (state.reach)(&mut cell);
    cell.act(Act::FetchResult);
    cell.act(Act::InquireInBulk(vec![who(SECOND)]));
    give_back(&mut cell, state.hands);
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}

/// All cells, those of the first states and deeds before the others.
pub(super) fn cells() -> Vec<Scenario> {
    let mut ranked: Vec<(usize, Scenario)> = Vec::new();
    for (i, state) in STATES.iter().enumerate() {
        for (j, deed) in DEEDS.iter().enumerate() {
            if !(deed.is_given_back && state.name == GIVEN_BACK) {
                ranked.push((i + j, cell(state, deed)));
            }
        }
        if state.name != GIVEN_BACK {
            ranked.push((i, without_passcode(state)));
        }
        if state.hands == Hands::Patient {
            ranked.push((i, of_others(state)));
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
    if !deed.is_given_back {
        give_back(&mut cell, state.hands);
    }
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}
