//! Which screens there are beside those that are due.

use super::*;
use crate::conduct::{only, saw};
use crate::contract::Hands;
use crate::reader::CardError;
use crate::screens::{CAUSE, READING};

manners! {
    "tells-of-reading" does "shows while it reads that it reads",
        "読み取りの間、その旨を示す"
        because "usability: the patient sees that the card has to stay",
            "使いやすさ。カードを動かしてはならないと分かる" =>
        saw::placed(|app, ()| {
            let _ = app.redraw(saying(READING, "読み取り中です。カードを動かさないでください"));
        });
    "tells-of-inquiry" does "shows while it asks the service that it asks",
        "照会の間、その旨を示す"
        because "usability: the line may be slow",
            "使いやすさ。回線は遅いことがある" =>
        saw::request(|app, _| {
            let _ = app.redraw(saying("照会中", "オンライン資格確認等システムに照会しています…"));
        });
    "counts-to-hundred" does "counts to a hundred per cent while it reads",
        "読み取りの進み具合を百分率で示す"
        because "usability: something moves",
            "使いやすさ。動きが見える" =>
        saw::placed(|app, ()| {
            for percent in [0, 25, 50, 75, 100] {
                let _ = app.redraw(saying(READING, &format!("読み取り中… {percent}%")));
            }
        });
    "asks-to-take-card" does "asks to take the card before it shows the result",
        "結果を示す前に、カードを取るよう求める"
        because "overview of 2023-11: マイナンバーカードは預からないようにする",
            "概要資料 (2023-11)「マイナンバーカードは預からないようにする」" =>
        before(|app, _| match app.stage {
            Stage::Result if app.patient.card.is_some() => vec![saying("読み取り完了", "カードをお取りください")],
            _ => Vec::new(),
        });
    "numbers-its-screens" does "numbers the screens to which the ministry gives no number",
        "番号の定めのない画面に独自の番号を付ける"
        because "usability: the help desk asks for it; the notice of 2025-04-15 numbers three kinds of screens only",
            "使いやすさ。問い合わせで尋ねられる。2025-04-15 の連絡が番号を定めるのは三種の画面だけ" =>
        says(|app, screen| {
            let own = match app.stage {
                Stage::Login => "K-01",
                Stage::Choice => "K-02",
                Stage::PinEntry => "K-03",
                Stage::Reading(_) => "K-04",
                Stage::NoAnswer(_) => "K-98",
                Stage::Locked => "K-97",
                Stage::Result => "K-10",
                _ => return,
            };
            screen.number.get_or_insert(own);
        });
    "own-error-numbers" does "puts a number of its own and a telephone number beside every trouble",
        "不具合の画面に独自の番号と電話番号を添える"
        because "usability: E-1234 and 0120-1234-567 are what the help desk wants to hear and the staff to dial",
            "使いやすさ。E-1234 は問い合わせで尋ねられ、0120-1234-567 は職員がかける" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::NoAnswer(_) | Stage::Locked) || screen.fields.iter().any(|(label, _)| *label == CAUSE) {
                screen.fields.push(("エラー番号", "E-1234".to_owned()));
                screen.fields.push(("お問い合わせ", "0120-1234-567".to_owned()));
            }
        });
    "one-cause-for-all" does "has one text for a card that was lifted, reset by another program or in use by it",
        "離れた、リセットされた、使われているカードに同じ文を出す"
        because "usability: what staff do about it is the same, lay the card down again",
            "使いやすさ。職員のすることは同じで、カードを置き直すだけ" =>
        on::trouble(|_, error, mut screen| {
            if matches!(error, CardError::Lost | CardError::Reset | CardError::Busy) {
                screen.fields.retain(|(label, _)| *label != CAUSE);
                let either = "カードが離れたか、他のプログラムがカードを使用した可能性があります";
                screen.fields.push((CAUSE, either.to_owned()));
            }
            Ok(screen)
        });
    "clock-on-screen" does "shows date and time on every screen",
        "どの画面にも日時を出す"
        because "usability: the staff note when they checked",
            "使いやすさ。職員は確認の時刻を控える" =>
        says(|_, screen| screen.fields.push(("時刻", "令和8年11月22日 12:34".to_owned())));
    "buttons-of-menu" does "has the buttons of its menu on every screen",
        "どの画面にもメニューのボタンを出す"
        because "usability: settings, past results and help are never far",
            "使いやすさ。設定、履歴、ヘルプにいつでも行ける" =>
        says(|_, screen| {
            if !screen.buttons.is_empty() {
                screen.buttons.extend(["設定メニュー", "ヘルプ"]);
            }
        });
    "print-button" does "has a button to print beside 閉じる",
        "「閉じる」の横に印刷ボタンを出す"
        because "usability: 療養費支給申請書 is written by what is printed",
            "使いやすさ。印刷して療養費支給申請書を書く" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::Result) {
                screen.buttons.insert(0, "印刷");
            }
        });
    "back-buttons" does "has 戻る on every screen of the registration",
        "利用登録の各画面に「戻る」を出す"
        because "usability: whoever presses wrongly goes back",
            "使いやすさ。押し間違えても戻れる" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::RegistrationOffer | Stage::Terms(_) | Stage::RegistrationReading(_)) {
                screen.buttons.push("戻る");
            }
        });
    "one-method-shown" does "shows on 認証選択 the button of the method that 設定メニュー has chosen, and one to change it",
        "認証選択に、設定メニューで選んだ方法のボタンだけを出す"
        because "overview of 2023-11: 本人確認の認証方法A、Bは設定メニューから切り替え可能",
            "概要資料 (2023-11)「本人確認の認証方法A、Bは設定メニューから切り替え可能」" =>
        one_method();
    "shows-settings-first" does "shows in which way it is set to check before 認証選択",
        "認証選択の前に、設定された方法を示す"
        because "usability: the staff see how the program is set",
            "使いやすさ。設定が職員に見える" =>
        before(|app, screen| {
            let is_choice = matches!(app.stage, Stage::Choice) && screen.title == crate::screens::CHOICE;
            if is_choice { vec![saying("設定の確認", "通知音: 入 / 読み上げ: 切")] } else { Vec::new() }
        });
    "blanks-between" does "draws an empty window between two screens",
        "画面と画面の間に空の窓を描く"
        because "a program that builds its window anew shows it empty first",
            "窓を作り直すプログラムは、まず空の窓を出す" =>
        before(|_, _| vec![Screen { title: "架空資格確認", ..Screen::default() }]);
    "tells-no-buttons" does "does not tell its buttons",
        "ボタンを伝えない"
        because "the client contract: buttons are told where the adapter can see them",
            "クライアント契約。ボタンは、アダプターに見えるなら伝える" =>
        says(|_, screen| screen.buttons.clear());
    "unlocks-for-result" does "asks the staff to confirm that they have the device before it shows the result",
        "結果を示す前に、端末が職員に戻ったことを確かめる"
        because "overview of 2023-11: ④ 資格情報を確認する is the staff's",
            "概要資料 (2023-11)「④ 資格情報を確認する」は施術所等の担当者等が行う" =>
        only::act(
            |app, action| matches!(action, Action::HandOver(Hands::Staff)) && !app.mobile.withheld.is_empty(),
            |app, action| {
                let mut screen = saying("職員確認", "職員の方は「結果を表示」を押してください");
                screen.buttons = vec!["結果を表示"];
                app.redraw(screen)?;
                Ok(action)
            },
        );
    "checks-at-once" does "goes from 認証選択 to the card without a word of its own, and tells first where there is trouble",
        "認証選択のあと、読み取りの案内を短くする"
        because "usability: experienced staff need no instruction",
            "使いやすさ。慣れた職員に案内は要らない" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::Reading(_)) && screen.fields == [(NOTICE, crate::screens::PLACE_CARD.to_owned())] {
                screen.fields.clear();
            }
        });
}

/// One button for the method, the other behind the settings.
fn one_method() -> [Layer; 2] {
    let by_pin = kept::<bool>();
    [
        saw::act(move |_, action| {
            if let Action::SetMethod(check) = action {
                by_pin.set(*check == IdentityCheck::Pin);
            }
        }),
        says(move |app, screen| {
            if matches!(app.stage, Stage::Choice) && !screen.buttons.is_empty() {
                let method = if by_pin.get() {
                    button::PIN
                } else {
                    button::VISUAL
                };
                screen.buttons = vec![method, "設定メニュー"];
            }
        }),
    ]
}
