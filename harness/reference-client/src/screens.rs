//! The screens: titles, labels and 画面番号.
//!
//! C-04-01-A, F-01-A and E-05-A follow the ministry's notice of 2025-04-15 on added functions;
//! titles of the other screens follow the overview of 2023-11, their labels are assumed.

use crate::answer::Answer;
use crate::contract::{IdentityCheck, Screen};

/// Labels of buttons.
pub(crate) mod button {
    pub(crate) const LOGIN: &str = "ログイン";
    pub(crate) const VISUAL: &str = "目視確認";
    pub(crate) const PIN: &str = "4桁の暗証番号入力";
    pub(crate) const CLOSE: &str = "閉じる";
    pub(crate) const RETRY: &str = "再試行";
    pub(crate) const REGISTER: &str = "健康保険証利用登録する";
    pub(crate) const DO_NOT_REGISTER: &str = "健康保険証利用登録しない";
    pub(crate) const AGREE: &str = "同意する";
    pub(crate) const DISAGREE: &str = "同意しない";
    pub(crate) const READ_CARD: &str = "マイナンバーカードを読み取る";
    pub(crate) const CHECK: &str = "資格確認する";
}

/// Asks for the card.
pub(crate) const PLACE_CARD: &str = "カードを置いてください";

/// Title of 認証選択.
pub(crate) const CHOICE: &str = "認証選択";
/// Title of 読み取り.
pub(crate) const READING: &str = "読み取り";

/// Labels of fields.
pub(crate) const NOTICE: &str = "お知らせ";
pub(crate) const CAUSE: &str = "原因";
pub(crate) const ATTEMPTS_LEFT: &str = "残り回数";

/// 画面番号 of the three screens of 健康保険証利用登録.
const REGISTRATION: &str = "F-01-A";

/// Labelled values on a screen.
pub(crate) type Fields = Vec<(&'static str, String)>;

/// ログイン画面, after a refusal with its reason.
pub(crate) fn login(reason: Option<String>) -> Screen {
    Screen {
        title: "ログイン画面",
        buttons: vec![button::LOGIN],
        fields: reason.map(|reason| (NOTICE, reason)).into_iter().collect(),
        ..Screen::default()
    }
}

/// ログイン画面 of a mobile device, after a wrong passcode with a word on it.
pub(crate) fn passcode(notice: Option<&str>) -> Screen {
    let notice = notice.map(|notice| (NOTICE, notice.to_owned()));
    Screen {
        title: "ログインパスコード",
        fields: notice.into_iter().collect(),
        ..Screen::default()
    }
}

/// What the patient sees where the result waits for the staff.
pub(crate) fn give_back() -> Screen {
    Screen {
        title: "端末をお返しください",
        fields: vec![(
            NOTICE,
            "確認が終わりました。端末を職員に返してください".to_owned(),
        )],
        ..Screen::default()
    }
}

/// 設定メニュー
pub(crate) fn settings(check: IdentityCheck) -> Screen {
    let method = match check {
        IdentityCheck::Visual => button::VISUAL,
        IdentityCheck::Pin => button::PIN,
    };
    Screen {
        title: "設定メニュー",
        fields: vec![("認証方法", method.to_owned())],
        ..Screen::default()
    }
}

/// 認証選択
pub(crate) fn choice() -> Screen {
    Screen {
        title: CHOICE,
        buttons: vec![button::VISUAL, button::PIN],
        ..Screen::default()
    }
}

/// PIN入力, after a wrong one with the attempts left.
pub(crate) fn pin_entry(attempts_left: Option<u8>, notice: Option<&str>) -> Screen {
    let left = attempts_left.map(|left| (ATTEMPTS_LEFT, left.to_string()));
    let notice = notice.map(|notice| (NOTICE, notice.to_owned()));
    Screen {
        title: "PIN入力",
        fields: left.into_iter().chain(notice).collect(),
        ..Screen::default()
    }
}

/// 読み取り
pub(crate) fn reading(notice: &str) -> Screen {
    Screen {
        title: READING,
        fields: vec![(NOTICE, notice.to_owned())],
        ..Screen::default()
    }
}

/// 暗証番号ロック
pub(crate) fn locked() -> Screen {
    let left = (ATTEMPTS_LEFT, "0".to_owned());
    let notice = (
        NOTICE,
        "暗証番号がロックされました。市区町村窓口で再設定できます／目視確認で続けられます"
            .to_owned(),
    );
    Screen {
        title: "暗証番号ロック",
        buttons: vec![button::VISUAL, button::CLOSE],
        fields: vec![left, notice],
        ..Screen::default()
    }
}

/// 通信エラー
pub(crate) fn no_answer(cause: String) -> Screen {
    Screen {
        title: "通信エラー",
        buttons: vec![button::RETRY, button::CLOSE],
        fields: vec![(CAUSE, cause)],
        ..Screen::default()
    }
}

/// The service said no.
pub(crate) fn refused(answer: &Answer) -> Screen {
    Screen {
        title: "資格確認エラー",
        buttons: vec![button::CLOSE],
        fields: vec![
            (CAUSE, answer.message()),
            ("処理結果", answer.code().to_owned()),
        ],
        ..Screen::default()
    }
}

/// Past results, one line each; the title is ours.
pub(crate) fn history(rows: Vec<String>) -> Screen {
    Screen {
        title: "資格確認履歴",
        buttons: vec![button::CLOSE],
        fields: rows.into_iter().map(|row| ("一覧", row)).collect(),
        ..Screen::default()
    }
}

/// C-04-01-A: 健康保険証利用登録 has not been done yet; shall it be?
pub(crate) fn registration_offer() -> Screen {
    Screen {
        number: Some("C-04-01-A"),
        title: "資格確認結果",
        buttons: vec![button::REGISTER, button::DO_NOT_REGISTER],
        ..Screen::default()
    }
}

/// F-01-A: what the patient agrees to.
pub(crate) fn registration_terms(text: Option<&str>) -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "資格確認結果",
        buttons: vec![button::AGREE, button::DISAGREE],
        fields: text
            .map(|text| ("利用規約", text.to_owned()))
            .into_iter()
            .collect(),
    }
}

/// F-01-A: the card has to be read once more.
pub(crate) fn registration_reading() -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "マイナンバーカードの読み取り",
        buttons: vec![button::READ_CARD],
        ..Screen::default()
    }
}

/// F-01-A: registered; the eligibility has to be checked again.
pub(crate) fn registration_done() -> Screen {
    Screen {
        number: Some(REGISTRATION),
        title: "健康保険証利用登録完了",
        buttons: vec![button::CHECK, button::READ_CARD],
        ..Screen::default()
    }
}
