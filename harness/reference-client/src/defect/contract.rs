//! The adapter's own part: what it says, and whether it awaits cards.

use super::*;

defects! {
    "prints-to-stdout" breaks "contract.messages",
        "writes what it logs between the messages",
        "ログをメッセージの間に書く" => saw::screen(|app, _| app.link.stray("DEBUG: screen"));
    "tells-fields-as-object" breaks "contract.messages",
        "tells the fields of a screen as an object",
        "画面の項目を { } で伝える" => saw::screen(|app, screen| {
        if !screen.fields.is_empty() {
            app.link.stray(r#"{"screen":{"n":1,"title":"","fields":{}}}"#);
        }
    });
    "answers-done-twice" breaks "contract.messages",
        "says once more that it is done when the card is taken",
        "カードを取ったとき、done をもう一度言う" => acts(|app, action| {
        if matches!(action, Action::TakeCard) {
            app.link.stray(r#"{"done":{"do":1}}"#);
        }
        None
    });
    "gives-output-a-used-number" breaks "contract.numbered",
        "says that it beeped under the number of its first screen",
        "鳴らした音を最初の画面と同じ番号で伝える" => acts(|app, action| {
        if matches!(action, Action::TakeCard) {
            app.link.stray(r#"{"output":{"n":1,"kind":"sound","text":"beep"}}"#);
        }
        None
    });
    "never-awaits-again" breaks "contract.card-awaited",
        "awaits no card any more after the first result, and says that all is done",
        "最初の結果の後はカードを待たず、終わったとだけ答える" => {
        let shown = kept::<bool>();
        [
            saw::result(move |_, _, _, _| shown.set(true)),
            acts(move |app, action| {
                let refuses = matches!(action, Action::PlaceCard) && shown.get();
                refuses.then(|| app.refuse("no card is asked for now"))
            }),
        ]
    };
    "ignores-card-in-silence" breaks "contract.card-awaited",
        "awaits the card of the next patient, and does nothing with it",
        "次の患者のカードを待つが、何もしない" => {
        let shown = kept::<bool>();
        [
            saw::result(move |_, _, _, _| shown.set(true)),
            on::placed(move |_, ()| if shown.get() { Err(Stop::Done) } else { Ok(()) }),
        ]
    };
}
