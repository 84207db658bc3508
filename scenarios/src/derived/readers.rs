//! Readers: one or several on the counter, pulled out at any moment of a visit, back under the same name or another,
//! or replaced. Whoever comes next is checked.

use madoguchi_eligibility::Method;
use madoguchi_notation::Wording;

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{Act, Fault, Missed, Moment, Pin, Scenario};

/// The readers of a counter.
struct Counter {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    set_up: fn(&mut Cell),
}

const CONTACT: &str = "ACS ACR39U ICC Reader";
const CONTACTLESS: &str = "SONY FeliCa RC-S300/P";

const COUNTERS: &[Counter] = &[
    Counter {
        name: "second",
        ja: "一覧の2番目のリーダー",
        en: "the second reader of two",
        set_up: |cell| cell.given.reader.listed_before.push(who(CONTACT)),
    },
    Counter {
        name: "first",
        ja: "一覧の先頭のリーダー",
        en: "the first reader of two",
        set_up: |cell| cell.given.reader.listed_after.push(who(CONTACTLESS)),
    },
    Counter {
        name: "middle",
        ja: "3台のうち中央のリーダー",
        en: "the reader in the middle of three",
        set_up: |cell| {
            cell.given.reader.listed_before.push(who(CONTACTLESS));
            cell.given.reader.listed_after.push(who(CONTACT));
        },
    },
    Counter {
        name: "twin",
        ja: "同じ機種の2台目",
        en: "the second of two alike",
        set_up: |cell| {
            cell.given.reader.model = Some(who(CONTACTLESS));
            cell.given.reader.listed_before.push(who(CONTACTLESS));
        },
    },
    Counter {
        name: "contacts",
        ja: "両用リーダーの接触側",
        en: "the contacts of a dual reader",
        set_up: |cell| {
            cell.given.reader.model = Some(who("ACS ACR1252 Dual Reader"));
            cell.given.card.profile = Some(who("plastic-contact"));
            cell.given.reader.listed_before.push(who(CONTACT));
        },
    },
];

/// How a reader is back that was pulled out.
struct Back {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    act: fn() -> Act,
}

const SAME: Back = Back {
    name: "same",
    ja: "差し直す",
    en: "plugged in again",
    act: || Act::PlugReader,
};

/// Under another name.
const RENAMED: &[Back] = &[
    Back {
        name: "renumbered",
        ja: "番号が変わる",
        en: "back under another number",
        act: || Act::PlugRenumbered,
    },
    Back {
        name: "other",
        ja: "別のリーダーに替える",
        en: "replaced by another",
        act: || Act::PlugOther(who("ACS ACR122U PICC Interface")),
    },
];

/// When a reader is pulled out.
#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Never,
    BeforeLogin,
    Idle,
    /// Before a card is asked for.
    Awaited,
    /// After it was asked for.
    Waiting,
    Reading,
    Twice,
    /// Once it has failed, in the middle of a reading.
    Failed,
}

impl When {
    const PULLED: [Self; 7] = [
        Self::Idle,
        Self::Reading,
        Self::Awaited,
        Self::Waiting,
        Self::BeforeLogin,
        Self::Twice,
        Self::Failed,
    ];

    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Never => ("kept", "抜かれない", "never unplugged"),
            Self::BeforeLogin => ("early", "ログインの前", "before the login"),
            Self::Idle => ("idle", "患者の間", "between two patients"),
            Self::Awaited => ("awaited", "カードを待つ間", "while a card is awaited"),
            Self::Waiting => (
                "waiting",
                "カードが求められた後",
                "once a card was asked for",
            ),
            Self::Reading => ("reading", "読み取りの途中", "in the middle of a reading"),
            Self::Twice => ("twice", "患者の間に2度", "twice between patients"),
            Self::Failed => ("failed", "故障したとき", "once it has failed"),
        }
    }
}

/// All cells.
pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    for when in When::PULLED {
        for back in RENAMED {
            for method in [Method::Visual, Method::Pin] {
                cells.push(cell(None, when, back, method));
            }
        }
    }
    for counter in COUNTERS {
        for when in std::iter::once(When::Never).chain(When::PULLED) {
            for method in [Method::Visual, Method::Pin] {
                cells.push(cell(Some(counter), when, &SAME, method));
            }
        }
    }
    for method in [Method::Visual, Method::Pin] {
        for is_awaited in [false, true] {
            cells.push(stopped(is_awaited, method));
        }
        for back in RENAMED.iter().chain([&SAME]) {
            cells.push(replaced_while_stopped(back, method));
        }
    }
    cells.extend(RENAMED.iter().chain([&SAME]).map(telephone_by_eye));
    cells
}

/// The reader is pulled out and back while the PC/SC service does not run: nobody can find it before it does.
fn replaced_while_stopped(back: &Back, method: Method) -> Scenario {
    let id = format!("readers/alone-stopped-{}--{}", back.name, method.name());
    let purpose = Wording::new(
        format!("PC/SC サービスが止まっている間: {}", back.ja),
        format!("while the PC/SC service is stopped: {}", back.en),
    );
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    cell.decides(&["reader.survives-restart"]);
    cell.login();
    cell.act(Act::StopService);
    pull(&mut cell, back);
    begin(&mut cell, method);
    cell.place(FIRST);
    cell.take();
    cell.act(Act::StartService);
    begin(&mut cell, method);
    cell.place(SECOND);
    cell.take();
    cell.end()
}

/// Whoever comes first once the reader is back has a telephone, which nobody can check by eye.
fn telephone_by_eye(back: &Back) -> Scenario {
    let id = format!("readers/telephone-awaited-{}--visual", back.name);
    let purpose = Wording::new(
        format!(
            "カードを待つ間に抜けたリーダー: {}、次はスマートフォン",
            back.ja
        ),
        format!(
            "a reader that goes while a card is awaited: {}, and a telephone next",
            back.en
        ),
    );
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    cell.decides(&["reader.found-later"]);
    cell.given.card.profile = Some(who("android-phone"));
    cell.login();
    begin(&mut cell, Method::Visual);
    cell.act(Act::AwaitCard(Missed::Unplugged));
    cell.act((back.act)());
    begin(&mut cell, Method::Visual);
    cell.place(FIRST);
    cell.take();
    begin(&mut cell, Method::Visual);
    cell.place(SECOND);
    cell.take();
    cell.end()
}

/// The PC/SC service ends before a card is asked for, or while it is awaited.
fn stopped(is_awaited: bool, method: Method) -> Scenario {
    let (moment, ja, en) = if is_awaited {
        (
            "waiting",
            "カードが求められた後",
            "once a card was asked for",
        )
    } else {
        ("awaited", "カードを待つ間", "while a card is awaited")
    };
    let id = format!("readers/alone-{moment}-stopped--{}", method.name());
    let purpose = Wording::new(
        format!("{ja}: PC/SC サービスが終わる"),
        format!("{en}: the PC/SC service ends"),
    );
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    cell.decides(&["card.cause-as-told", "reader.survives-restart"]);
    cell.login();
    begin(&mut cell, method);
    if is_awaited {
        cell.act(Act::AwaitCard(Missed::ServiceStopped));
    } else {
        cell.act(Act::StopService);
        cell.place(FIRST);
        cell.take();
    }
    cell.act(Act::StartService);
    begin(&mut cell, method);
    cell.place(FIRST);
    cell.take();
    cell.end()
}

fn cell(counter: Option<&Counter>, when: When, back: &Back, method: Method) -> Scenario {
    let (moment, ja, en) = when.words();
    let which = counter.map_or("alone", |counter| counter.name);
    let (which_ja, which_en) = counter.map_or(("1台のリーダー", "one reader"), |counter| {
        (counter.ja, counter.en)
    });
    let method_name = method.name();
    let id = format!("readers/{which}-{moment}-{}--{method_name}", back.name);
    let purpose = Wording::new(
        format!("{which_ja}、{ja}: {}", back.ja),
        format!("{which_en}, {en}: {}", back.en),
    );
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    match counter {
        Some(counter) => {
            (counter.set_up)(&mut cell);
            cell.decides(&["reader.named-used"]);
        }
        None => cell.decides(&["reader.found-later"]),
    }
    if when == When::Reading {
        cell.decides(&["reader.survives-unplugging"]);
    }
    if when == When::BeforeLogin {
        pull(&mut cell, back);
    }
    cell.login();
    begin(&mut cell, method);
    match when {
        When::Awaited | When::Waiting => {
            if when == When::Awaited {
                cell.act(Act::UnplugReader);
                cell.place(FIRST);
            } else {
                cell.act(Act::AwaitCard(Missed::Unplugged));
            }
            cell.act((back.act)());
            // who was told that there is no reader is asked once more
            begin(&mut cell, method);
        }
        When::Reading | When::Failed => {
            let fault = match when {
                When::Failed => Fault::ReaderFails {},
                _ => Fault::Unplugged {},
            };
            cell.card_fault(Moment::Byte(700), fault);
            cell.place(FIRST);
            cell.act((back.act)());
            if method == Method::Pin {
                begin(&mut cell, method);
            }
        }
        When::Never | When::BeforeLogin | When::Idle | When::Twice => {}
    }
    cell.place(FIRST);
    cell.take();
    if matches!(when, When::Idle | When::Twice) {
        pull(&mut cell, back);
    }
    if when == When::Twice {
        pull(&mut cell, back);
    }
    begin(&mut cell, method);
    cell.place(SECOND);
    cell.take();
    cell.end()
}

fn pull(cell: &mut Cell, back: &Back) {
    cell.act(Act::UnplugReader);
    cell.act((back.act)());
}

fn begin(cell: &mut Cell, method: Method) {
    cell.choose(method);
    if method == Method::Pin {
        cell.pin(Pin::Right);
    }
}
