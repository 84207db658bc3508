//! The app on a mobile device.

use super::*;
use crate::contract::{Hands, Pin};

defects! {
    "opens-with-any-passcode" breaks "mobile.passcode-wanted",
        "opens with whatever passcode is entered",
        "どのパスコードでも開く" => acts(|app, action| {
        let opens = matches!((action, &app.stage), (Action::Unlock(_), Stage::Asleep));
        opens.then(|| app.show_start())
    });
    "opens-without-passcode" breaks "mobile.passcode-wanted",
        "opens with whatever is entered where nobody chose a passcode",
        "パスコードが決められていなければ、何を入れても開く" => acts(|app, action| {
        let opens = matches!((action, &app.stage), (Action::Unlock(_), Stage::Asleep));
        (opens && app.mobile.passcode.is_none()).then(|| app.show_start())
    });
    "unlocks-where-it-was" breaks "result.needs-answer",
        "opens with the screen that stood there when it was put away",
        "しまったときの画面に戻る" => {
        let stood = kept::<Option<Screen>>();
        [
            saw::frames(move |app, screens| {
                if !matches!(app.stage, Stage::Asleep) {
                    stood.set(screens.last().cloned());
                }
            }),
            acts(move |app, action| match (action, &app.stage) {
                (Action::Unlock(passcode), Stage::Asleep)
                    if app.mobile.passcode.as_ref() == Some(passcode) =>
                {
                    stood.get().map(|screen| app.show(Stage::Result, screen))
                }
                _ => None,
            }),
        ]
    };
    "browses-while-locked" breaks "mobile.passcode-wanted",
        "lets past results be looked at while it is locked",
        "ロック中に履歴を見せる" => acts(|app, action| match (action, &app.stage) {
        (Action::BrowseHistory(conditions), Stage::Asleep) => {
            let browsed = app.browse(conditions);
            app.stage = Stage::Asleep;
            Some(browsed)
        }
        _ => None,
    });
    "forgets-passcode" breaks "mobile.passcode-opens",
        "takes no passcode for the right one",
        "正しいパスコードも受け付けない" => saw::act(|app, _| app.mobile.passcode = None);
    "keeps-first-passcode" breaks "mobile.passcode-opens",
        "opens with the first passcode that was chosen, whoever logged in since",
        "後から誰がログインしても、最初のパスコードで開く" => {
        let first = kept::<Option<Pin>>();
        saw::act(move |app, _| {
            let chosen = first.get().or_else(|| app.mobile.passcode.clone());
            first.set(chosen.clone());
            app.mobile.passcode = chosen;
        })
    };
    "sends-passcode" breaks "mobile.passcode-kept",
        "sends the passcode with the login",
        "ログインでパスコードを送る" => on::request(|app, request| {
        Ok(match &app.mobile.passcode {
            Some(passcode) if logs_in(&request) => request.with_raw("passcode", &*passcode.0),
            _ => request,
        })
    });
    "shows-mistyped-passcode" breaks "mobile.passcode-kept",
        "shows on the locked screen what was typed for the passcode",
        "ロック画面に、入力されたパスコードを示す" => {
        let typed = kept::<Option<Pin>>();
        [
            saw::act(move |_, action| match action {
                Action::Unlock(passcode) => typed.set(Some(passcode.clone())),
                _ => typed.set(None),
            }),
            on::screen(move |app, mut screen| {
                if let (Stage::Asleep, Some(typed)) = (&app.stage, typed.get()) {
                    screen.fields.push(("入力", typed.0));
                }
                screen
            }),
        ]
    };
    "settings-open-to-patient" breaks "mobile.patient-screen-only",
        "opens the settings for whoever holds the device",
        "端末を持つ人が誰でも設定を開ける" => acts(|app, action| match action {
        Action::SetMethod(check) if app.mobile.hands == Hands::Patient => {
            Some(app.redraw(screens::settings(*check)))
        }
        _ => None,
    });
    "shows-result-to-patient" breaks "mobile.result-to-staff",
        "shows the result while the patient holds the device",
        "患者が端末を持っている間に結果を示す" => on::withholds(|_| false);
}
