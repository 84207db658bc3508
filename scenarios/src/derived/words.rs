//! What people type: PINs that can be none, and names in every width.

use madoguchi_eligibility::Method;
use madoguchi_notation::{Offset, Wording};

use super::cell::{Cell, FIRST, Place, SECOND, who};
use crate::{Act, Care, Decides, Designation, Hands, HistoryConditions, Pin, Scenario};

/// What can be no PIN, in words.
const NO_PINS: &[(Pin, &str, &str)] = &[
    (Pin::Long, "5桁", "five digits"),
    (Pin::FullWidth, "全角の4桁", "four full-width digits"),
    (Pin::Letters, "英字", "letters"),
    (Pin::Empty, "空", "nothing"),
    (Pin::Short, "3桁", "three digits"),
];

/// Whose PIN begins with a zero.
const ZERO: &str = "mijika-ichi";

/// Parts of names as staff type them.
const NAMES: &[(&str, &str)] = &[
    ("wide", "シケン"),
    ("narrow", "ｼｹﾝ"),
    ("wide-whole", "シケン　タロウ"),
    ("narrow-whole", "ｼｹﾝ ﾀﾛｳ"),
    ("voiced", "カクウ　ジロウ"),
    ("narrow-voiced", "ｼﾞﾛｳ"),
    ("one", "タ"),
    ("nobody", "ピョンヴェ"),
];

/// Hours at which it is another day elsewhere, or was a moment ago.
const HOURS: &[(&str, &str)] = &[
    ("midnight", "2026-07-01T00:10:00+09:00"),
    ("morning", "2026-05-07T08:50:00+09:00"),
    ("afternoon", "2026-05-07T15:10:00+09:00"),
    ("evening", "2026-04-30T23:50:00+09:00"),
    ("new-year", "2027-01-01T00:00:30+09:00"),
];

pub(super) fn cells() -> Vec<Scenario> {
    let mut cells = Vec::new();
    for (pin, ja, en) in NO_PINS {
        for (place, card) in [
            (Place::Practice, FIRST),
            (Place::Mobile, FIRST),
            (Place::Practice, ZERO),
        ] {
            cells.push(no_pin(*pin, ja, en, place, card));
        }
        cells.push(twice(*pin, ja, en));
    }
    for place in [Place::Practice, Place::Mobile] {
        cells.push(zeros(place));
    }
    cells.extend(NAMES.iter().map(|(name, typed)| history(name, typed)));
    cells.extend(HOURS.iter().map(|(name, at)| history_at(name, at)));
    for care in [Care::Online, Care::HomeVisit] {
        for information in [Decides::Agrees, Decides::Refuses] {
            for typed in BEFORE {
                cells.push(designation(care, information, *typed));
            }
        }
    }
    cells.extend(TWICE.iter().map(pressed_twice));
    cells.push(many_results());
    cells.push(many_units());
    cells
}

/// What is typed before the right PIN where an institution is designated.
const BEFORE: &[Pin] = &[Pin::Wrong, Pin::Long, Pin::Empty];

/// Patients who can be checked by eye, each with a name of their own.
const PATIENTS: &[&str] = &[
    FIRST,
    SECOND,
    "kakuu-jiro",
    "fujo-hanako",
    "mijika-ichi",
    "nagaya-shiro",
    "choudai-goro",
    "betsumei-mari",
    "gaiji-maruko",
    "gaikoku-johann",
    "kodomo-mei",
    "kouki-umeko",
    "koushin-jusan",
    "tenkyo-touji",
];

/// A patient designates an institution, and the first entry comes to nothing.
fn designation(care: Care, information: Decides, typed: Pin) -> Scenario {
    let told = match information {
        Decides::Agrees => "agrees",
        Decides::Refuses => "refuses",
    };
    let (care_name, typed_name) = (care.name(), typed.name());
    let purpose = Wording::new(
        format!("指定 ({care_name}, {told}): {typed_name} のあと正しい番号"),
        format!("a designation ({care_name}, {told}): {typed_name}, then the right PIN"),
    );
    let id = format!("words/designate-{care_name}-{told}.{typed_name}");
    let mut cell = Cell::new(&id, Place::Home, FIRST, purpose);
    cell.decides(&["consent.designation-as-told"]);
    cell.login();
    cell.act(Act::Designate(Designation::by_pin(care, information)));
    cell.pin(typed);
    if typed == Pin::Wrong {
        cell.place(FIRST);
        cell.pin(Pin::Right);
    } else {
        cell.pin(Pin::Right);
        cell.place(FIRST);
    }
    cell.press("閉じる");
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}

/// A double click: the second press meets the screen that the first one led to.
struct Twice {
    name: &'static str,
    ja: &'static str,
    en: &'static str,
    label: &'static str,
    /// Whether it is the choice of this method that is pressed twice; else the login.
    method: Option<Method>,
}

const TWICE: &[Twice] = &[
    Twice {
        name: "pin",
        ja: "暗証番号",
        en: "the PIN",
        label: "4桁の暗証番号入力",
        method: Some(Method::Pin),
    },
    Twice {
        name: "visual",
        ja: "目視確認",
        en: "a check by eye",
        label: "目視確認",
        method: Some(Method::Visual),
    },
    Twice {
        name: "login",
        ja: "ログイン",
        en: "the login",
        label: "ログイン",
        method: None,
    },
];

/// A press that meets nothing changes nothing.
fn pressed_twice(twice: &Twice) -> Scenario {
    let purpose = Wording::new(
        format!("{}のボタンを 2 度押す", twice.ja),
        format!("a double click on the button of {}", twice.en),
    );
    let id = format!("words/twice-{}", twice.name);
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    cell.decides(&["result.needs-answer"]);
    cell.login();
    if twice.method.is_none() {
        cell.press(twice.label);
    }
    let method = twice.method.unwrap_or(Method::Pin);
    cell.choose(method);
    if twice.method.is_some() {
        cell.press(twice.label);
    }
    if method == Method::Pin {
        cell.pin(Pin::Right);
    }
    cell.place(FIRST);
    cell.take();
    cell.visual(SECOND);
    cell.take();
    cell.end()
}

/// More past results than a screen holds, on two days.
fn many_results() -> Scenario {
    let purpose = Wording::new("2 日で 28 件の履歴", "28 past results of two days");
    let mut cell = Cell::new("words/history-many", Place::Practice, FIRST, purpose);
    cell.decides(&["history.conditions-asked"]);
    for day in 0..2 {
        if day > 0 {
            cell.act(Act::Wait(
                "24h"
                    .parse()
                    .unwrap_or_else(|_| unreachable!("a span is written so")),
            ));
        }
        cell.login();
        for patient in PATIENTS {
            cell.visual(patient);
            cell.take();
        }
    }
    cell.act(Act::BrowseHistory(HistoryConditions::default()));
    cell.press("閉じる");
    cell.end()
}

/// A month's patients in one inquiry: more than 64 KiB on one line of the contract.
fn many_units() -> Scenario {
    let purpose = Wording::new("700 人の一括照会", "700 patients inquired of in bulk");
    let mut cell = Cell::new("words/bulk-many", Place::Institution, FIRST, purpose);
    cell.decides(&["bulk.units-as-typed"]);
    cell.login();
    let some = [FIRST, SECOND, "fujo-hanako", "kakuu-jiro"];
    let units = some.into_iter().cycle().take(700).map(who);
    cell.act(Act::InquireInBulk(units.collect()));
    for _ in 0..3 {
        cell.act(Act::FetchResult);
    }
    cell.press("閉じる");
    cell.end()
}

/// It is typed first, then the right PIN.
fn no_pin(pin: Pin, ja: &str, en: &str, place: Place, card: &str) -> Scenario {
    let on = match (place, card) {
        (Place::Mobile, _) => "mobile",
        (_, ZERO) => "zero",
        _ => "pc",
    };
    let id = format!("words/pin-{}.{on}", pin.name());
    let purpose = Wording::new(
        format!("暗証番号に{ja}、次に正しい番号 ({on})"),
        format!("{en} for a PIN, then the right one ({on})"),
    );
    let mut cell = Cell::new(&id, place, card, purpose);
    cell.decides(&[
        "credential.one-verify-per-entry",
        "credential.four-digits-only",
    ]);
    cell.login();
    cell.choose(Method::Pin);
    if place == Place::Mobile {
        cell.hand(Hands::Patient);
    }
    cell.pin(pin);
    cell.pin(Pin::Right);
    cell.place(card);
    if place == Place::Mobile {
        cell.hand(Hands::Staff);
    }
    cell.take();
    cell.end()
}

/// It is typed after a wrong PIN, while the card lies there.
fn twice(pin: Pin, ja: &str, en: &str) -> Scenario {
    let id = format!("words/pin-{}.after-wrong", pin.name());
    let purpose = Wording::new(
        format!("誤った暗証番号のあと{ja}、次に正しい番号"),
        format!("{en} after a wrong PIN, then the right one"),
    );
    let mut cell = Cell::new(&id, Place::Practice, FIRST, purpose);
    cell.decides(&[
        "credential.one-verify-per-entry",
        "credential.four-digits-only",
    ]);
    cell.login();
    cell.choose(Method::Pin);
    cell.pin(Pin::Wrong);
    cell.place(FIRST);
    cell.pin(pin);
    cell.pin(Pin::Right);
    cell.take();
    cell.end()
}

/// A PIN that begins with a zero, and one that does not.
fn zeros(place: Place) -> Scenario {
    let on = if place == Place::Mobile {
        "mobile"
    } else {
        "pc"
    };
    let purpose = Wording::new(
        format!("0 で始まる暗証番号 ({on})"),
        format!("a PIN that begins with a zero ({on})"),
    );
    let mut cell = Cell::new(&format!("words/pin-zero.{on}"), place, ZERO, purpose);
    cell.decides(&["credential.one-verify-per-entry", "result.needs-answer"]);
    cell.login();
    cell.by_pin(ZERO);
    cell.take();
    cell.by_pin(SECOND);
    cell.take();
    cell.end()
}

/// The staff look for past results by a part of a name.
fn history(name: &str, typed: &str) -> Scenario {
    let purpose = Wording::new(
        format!("履歴を「{typed}」で探す"),
        format!("past results of {typed}"),
    );
    let mut cell = Cell::new(
        &format!("words/history-{name}"),
        Place::Practice,
        FIRST,
        purpose,
    );
    cell.decides(&["history.conditions-asked"]);
    cell.login();
    for card in [FIRST, "kakuu-jiro"] {
        cell.visual(card);
        cell.take();
    }
    cell.act(Act::BrowseHistory(HistoryConditions {
        name_kana: Some(typed.to_owned()),
        ..HistoryConditions::default()
    }));
    cell.press("閉じる");
    cell.end()
}

/// The staff look at the results of the day at this hour.
fn history_at(name: &str, at: &str) -> Scenario {
    let purpose = Wording::new(
        format!("{at} に確認して履歴を見る"),
        format!("a check and its past result at {at}"),
    );
    let mut cell = Cell::new(
        &format!("words/history-at-{name}"),
        Place::Practice,
        FIRST,
        purpose,
    );
    cell.decides(&["history.rows-shown", "history.day-kept"]);
    cell.given.at = Some(
        at.parse()
            .unwrap_or_else(|_| unreachable!("an instant is written so")),
    );
    cell.login();
    cell.visual(FIRST);
    cell.take();
    let today = Offset::days(0);
    cell.act(Act::BrowseHistory(HistoryConditions {
        from: Some(today),
        to: Some(today),
        ..HistoryConditions::default()
    }));
    cell.press("閉じる");
    cell.end()
}
