//! Before the login, after it, and between patients.

use super::*;
use crate::conduct::saw;

manners! {
    "splash" does "shows its name while it starts, before the login",
        "起動中、ログインの前に製品名の画面を出す"
        because "usability: a program that loads says so; the overview of 2023-11 shows no order of screens before the login",
            "使いやすさ。起動に時間のかかるプログラムは、その旨を示す" =>
        at_start(|| vec![saying("架空資格確認", "起動しています…")]);
    "update-notice" does "tells of an update before the login",
        "ログインの前に更新のお知らせを出す"
        because "usability: an update is offered while no patient waits",
            "使いやすさ。更新は、患者を待たせていないうちに知らせる" =>
        at_start(|| {
            let mut screen = saying("更新のお知らせ", "新しい版 9.9.9 があります");
            screen.buttons = vec!["あとで", "更新する"];
            vec![screen]
        });
    "terms-first" does "shows the terms of use of the product before the login",
        "ログインの前に製品の利用条件を出す"
        because "usual at the first start of business software; no document says that the login is the first thing on the screen",
            "業務ソフトの初回起動ではふつうのこと。ログインが最初の画面だとはどの文書も言わない" =>
        at_start(|| {
            let mut screen = saying("ご利用条件", "この製品の使用許諾条件に同意のうえご利用ください");
            screen.buttons = vec!["条件を承諾する", "終了"];
            vec![screen]
        });
    "maintenance-notice" does "tells on the login of planned maintenance, with a telephone number",
        "ログイン画面にメンテナンス予定と電話番号を出す"
        because "usability: staff see it before the first patient comes",
            "使いやすさ。最初の患者が来る前に職員の目に入る" =>
        says(|app, screen| {
            if matches!(app.stage, Stage::Login) {
                let notice = "今夜 23:00 から保守を行います。お問い合わせ 0120-1234-567";
                screen.fields.push(("運用のお知らせ", notice.to_owned()));
            }
        });
    "version-on-screen" does "shows version and host name on every screen",
        "どの画面にも版とホスト名を出す"
        because "usability: the help desk asks for them first",
            "使いやすさ。問い合わせ窓口が最初に尋ねる" =>
        says(|_, screen| {
            screen.fields.push(("バージョン", "9.9.9 (build 2025)".to_owned()));
            screen.fields.push(("端末名", "UKETSUKE-01".to_owned()));
        });
    "home-menu" does "goes from the login through a menu to 認証選択",
        "ログインのあと、メニューを経て認証選択に進む"
        because "usability: a program with more functions begins with them all",
            "使いやすさ。機能の多いプログラムは一覧から始まる" => {
        let was_at_login = kept::<bool>();
        before(move |app, _| {
            let logged_in = was_at_login.set(matches!(app.stage, Stage::Login));
            let mut menu = saying("メインメニュー", "業務を選んでください");
            menu.buttons = vec!["資格確認", "一括照会", "履歴", "終了する"];
            if logged_in && matches!(app.stage, Stage::Choice) { vec![menu] } else { Vec::new() }
        })
    };
    "result-until-closed" does "keeps the result on the screen until the staff close it, also where the card is gone",
        "カードが取られても、職員が閉じるまで結果を表示したままにする"
        because "E-05-A itself prints 閉じる (notice of 2025-04-15); the staff write down what they see while the patient puts the card away",
            "E-05-A に「閉じる」が印字されている (2025-04-15 の連絡)。患者がカードをしまう間に職員が書き写す" =>
        until_closed(false);
    "result-drawn-again" does "draws the result again when its card is taken, and keeps it until the staff close it",
        "カードが取られたら結果を描き直し、職員が閉じるまで表示したままにする"
        because "usability: a window that learns that the card has gone draws itself anew, with what it showed; E-05-A prints 閉じる (notice of 2025-04-15)",
            "使いやすさ。カードが取られたと知った窓は、同じ内容で描き直される。E-05-A に「閉じる」が印字されている (2025-04-15 の連絡)" =>
        until_closed(true);
    "drawn-twice" does "draws every screen twice",
        "どの画面も二度描く"
        because "a program that redraws a window shows what it showed",
            "画面を描き直しても、表示の内容は変わらない" =>
        on::frames(|_, screens| screens.into_iter().flat_map(|screen| [screen.clone(), screen]).collect());
}

/// The staff close a result before they go on. Some programs draw it again when its card is taken.
fn until_closed(draws_again: bool) -> [Layer; 2] {
    let card_gone = kept::<bool>();
    let shown = kept::<Option<Screen>>();
    let sees = saw::frames(move |_, screens| {
        if let Some(last) = screens.last() {
            shown.set(Some(last.clone()));
        }
    });
    let keeps = on::act(move |app, action| {
        let has_result = matches!(app.stage, Stage::Result);
        if has_result && matches!(action, Action::TakeCard) {
            app.patient = Patient::new(IdentityCheck::Visual);
            if !app.withholds_results() {
                app.mobile.withheld.clear();
            }
            card_gone.set(true);
            if let Some(screen) = shown.get().filter(|_| draws_again) {
                app.link.screen(&screen)?;
            }
            return Err(crate::conduct::Stop::Done);
        }
        // a user who goes on has pressed 閉じる first; who puts the device away or listens need not
        let closes = match &action {
            Action::Press(label) => label != button::CLOSE,
            Action::Close
            | Action::Lock
            | Action::Unlock(_)
            | Action::HandOver(_)
            | Action::ReadAloud => false,
            _ => true,
        };
        if matches!(action, Action::ReadAloud) {
            return Ok(action);
        }
        if card_gone.set(false) && has_result && closes {
            app.show_start()?;
        }
        Ok(action)
    });
    [sees, keeps]
}
