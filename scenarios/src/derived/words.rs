//! What people type: PINs that can be none, and names in every width.

use madoguchi_eligibility::Method;
use madoguchi_notation::{Offset, Wording};

use super::cell::{Cell, FIRST, Place, SECOND};
use crate::{Act, Hands, HistoryConditions, Pin, Scenario};

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
    cells
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
