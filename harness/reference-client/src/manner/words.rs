//! Words on the screens: what an item and a button are called.

use std::collections::BTreeMap;

use super::*;

manners! {
    "full-width-four" does "prints the four of 4桁の暗証番号入力 in full width",
        "「４桁の暗証番号入力」の４を全角で書く"
        because "the slides of the overview of 2023-11 print ４桁 so",
            "概要資料 (2023-11) のスライドは「４桁」と全角で印刷している" =>
        buttons(|label| (label == button::PIN).then_some("４桁の暗証番号入力"));
    "short-pin-button" does "calls the button for the PIN 暗証番号",
        "暗証番号のボタンを「暗証番号」とだけ書く"
        because "usability: a narrow button; that it has four digits is said where they are typed",
            "使いやすさ。幅の狭いボタンであり、4桁であることは入力の画面が言う" =>
        buttons(|label| (label == button::PIN).then_some("暗証番号"));
    "keys-on-buttons" does "prints the keyboard's key on each button, as 閉じる(F12)",
        "ボタンにキーを書く。例: 閉じる(F12)"
        because "usability: programs for business are operated from the keyboard",
            "使いやすさ。業務プログラムはキーボードで操作する" =>
        buttons(|label| Some(match label {
            button::LOGIN => "ログイン(Enter)",
            button::VISUAL => "目視確認(F1)",
            button::PIN => "4桁の暗証番号入力(F2)",
            button::CLOSE => "閉じる(F12)",
            button::RETRY => "再試行(F5)",
            _ => return None,
        }));
    "pictures-on-buttons" does "puts pictures and arrows beside the words of its buttons, as 👀 目視確認 ➡",
        "ボタンの言葉に絵や矢印を添える。例: 👀 目視確認 ➡"
        because "usability: tablets show them so",
            "使いやすさ。タブレットではよく見る" =>
        buttons(|label| Some(match label {
            button::VISUAL => "👀 目視確認 ➡",
            button::PIN => "🔢 4桁の暗証番号入力 ➡",
            button::CLOSE => "✖ 閉じる",
            button::RETRY => "🔄 再試行",
            button::REGISTER => "✍️ 健康保険証利用登録する ➡",
            button::AGREE => "🙆 同意する",
            button::READ_CARD => "📇 マイナンバーカードを読み取る",
            button::CHECK => "🔎 資格確認する",
            _ => return None,
        }));
    "other-titles" does "calls its screens otherwise: ログイン, 本人確認方法の選択, 暗証番号入力, カード読み取り",
        "画面をほかの題で呼ぶ。例: ログイン、本人確認方法の選択、暗証番号入力、カード読み取り"
        because "overview of 2023-11: 各画面イメージは、現時点のイメージであり、今後変更される可能性がある",
            "概要資料 (2023-11)「各画面イメージは、現時点のイメージであり、今後変更される可能性がある」" =>
        says(|_, screen| {
            screen.title = match screen.title {
                "ログイン画面" => "ログイン",
                "認証選択" => "本人確認方法の選択",
                "PIN入力" => "暗証番号入力",
                "読み取り" => "カード読み取り",
                "通信エラー" => "通信できません",
                "暗証番号ロック" => "暗証番号がロックされています",
                other => other,
            };
        });
    "titles-as-in-slides" does "calls its screens as the slides do: 認証選択画面, 読み取り画面, 資格確認結果画面",
        "スライドのとおりに呼ぶ。例: 認証選択画面、読み取り画面、資格確認結果画面"
        because "overview of 2023-11 prints（認証選択画面）（PIN入力画面）（読み取り画面）（資格確認結果画面）",
            "概要資料 (2023-11) に（認証選択画面）（PIN入力画面）（読み取り画面）（資格確認結果画面）とある" =>
        says(|_, screen| {
            screen.title = match screen.title {
                "認証選択" => "認証選択画面",
                "PIN入力" => "PIN入力画面",
                "読み取り" => "読み取り画面",
                "資格確認結果" if screen.number.is_none() && screen.buttons == [button::CLOSE] => "資格確認結果画面",
                other => other,
            };
        });
    "product-in-title" does "puts its name before every title",
        "どの題の前にも製品名を付ける"
        because "usability: the bar of a window names the program",
            "使いやすさ。窓の題名にはプログラムの名がある" =>
        says(|_, screen| {
            screen.title = match screen.title {
                "ログイン画面" => "架空資格確認 - ログイン画面",
                "認証選択" => "架空資格確認 - 認証選択",
                "PIN入力" => "架空資格確認 - PIN入力",
                "読み取り" => "架空資格確認 - 読み取り",
                "通信エラー" => "架空資格確認 - 通信エラー",
                other => other,
            };
        });
    "official-labels" does "calls the items of a result as the interface does: 保険者名称, 氏名カナ, 被保険者証記号",
        "結果の項目を、ほかの公的な名で呼ぶ。例: 保険者名称、氏名カナ、被保険者証記号"
        because "the names of the items in オンライン資格確認's public manuals",
            "オンライン資格確認の公開の手引きにある項目名" =>
        labels(|label| Some(match label {
            "保険者名" => "保険者名称",
            "フリガナ" => "氏名カナ",
            "記号" => "被保険者証記号",
            "番号" => "被保険者証番号",
            "枝番" => "被保険者証枝番",
            "負担割合" => "一部負担金割合",
            _ => return None,
        }));
    "spaced-labels" does "spaces its labels out: 氏　名, 性　別, 記　号",
        "見出しの字間を空ける。例: 氏　名、性　別、記　号"
        because "forms print them so", "様式の書き方" =>
        labels(|label| Some(match label {
            "氏名" => "氏　名",
            "性別" => "性　別",
            "記号" => "記　号",
            "番号" => "番　号",
            "枝番" => "枝　番",
            _ => return None,
        }));
    "colons-after-labels" does "puts a colon after every label",
        "見出しのあとにコロンを付ける"
        because "usability: a window shows 氏名： and the name",
            "使いやすさ。窓には「氏名：」に続けて氏名がある" =>
        labels(|label| Some(match label {
            "氏名" => "氏名：",
            "フリガナ" => "フリガナ：",
            "生年月日" => "生年月日：",
            "性別" => "性別：",
            "保険者番号" => "保険者番号:",
            "保険者名" => "保険者名:",
            "資格有効性" => "資格有効性：",
            _ => return None,
        }));
    "attempts-otherwise" does "calls the attempts left 残り試行回数",
        "残り回数を「残り試行回数」と呼ぶ"
        because "JPKI's own client software says so", "公的個人認証の利用者ソフトにもある言い方" =>
        labels(|label| (label == crate::screens::ATTEMPTS_LEFT).then_some("残り試行回数"));
    "validity-called-otherwise" does "calls 資格有効性 資格の状態",
        "資格有効性を「資格の状態」と呼ぶ"
        because "neither E-05-A nor what is known of the app's clipboard has a label 資格有効性",
            "E-05-A にも、知られているクリップボードの形式にも「資格有効性」という見出しはない" =>
        labels(|label| (label == "資格有効性").then_some("資格の状態"));
    "causes-as-messages" does "calls a cause エラー内容 and a notice メッセージ",
        "原因を「エラー内容」、お知らせを「メッセージ」と呼ぶ"
        because "usability: common words of programs", "使いやすさ。プログラムによくある言葉" =>
        labels(|label| Some(match label {
            "原因" => "エラー内容",
            "お知らせ" => "メッセージ",
            _ => return None,
        }));
    "cancel-for-close" does "calls 閉じる 終了 or OK",
        "「閉じる」を「OK」と呼ぶ"
        because "usability: common words of programs", "使いやすさ。プログラムによくある言葉" =>
        buttons(|label| (label == button::CLOSE).then_some("OK"));
    "retry-as-again" does "calls 再試行 もう一度",
        "「再試行」を「もう一度」と呼ぶ"
        because "usability: plain words", "使いやすさ。やさしい言葉" =>
        buttons(|label| (label == button::RETRY).then_some("もう一度"));
    "sign-in" does "calls ログイン サインイン",
        "「ログイン」を「サインイン」と呼ぶ"
        because "usability: as Windows does", "使いやすさ。Windows の言葉" =>
        says(|_, screen| {
            if screen.title == "ログイン画面" {
                screen.title = "サインイン";
                screen.buttons = vec!["サインイン"];
            }
        });
}

/// Calls buttons otherwise, and knows them by these words when they are pressed.
fn buttons(called: fn(&'static str) -> Option<&'static str>) -> Layers {
    let own = kept::<BTreeMap<&'static str, &'static str>>();
    let prints = says(move |_, screen| {
        for label in &mut screen.buttons {
            if let Some(word) = called(label) {
                own.with(|own| own.insert(word, label));
                *label = word;
            }
        }
    });
    let knows = on::pressed(move |word| {
        let label = own.with(|own| own.get(word.as_str()).copied());
        label.map_or(word, str::to_owned)
    });
    [prints, knows].into()
}

/// Calls items otherwise.
fn labels(called: fn(&'static str) -> Option<&'static str>) -> Layer {
    says(move |_, screen| {
        for (label, _) in &mut screen.fields {
            *label = called(label).unwrap_or(label);
        }
    })
}
