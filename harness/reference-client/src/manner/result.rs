//! How results stand on the screen, and what becomes of them.

use super::*;
use crate::conduct::{Done, Stop, only};
use crate::screens::Fields;
use crate::wire::{Field, Operation};

manners! {
    "several-on-one" does "shows several results on one screen, one under the other",
        "複数の結果を一つの画面に並べる"
        because "usability: the staff compare them; no document gives each a screen of its own",
            "使いやすさ。職員が見比べられる。一件に一画面とする文書はない" =>
        on::results(|_, _, screens| {
            let is_plain = screens.iter().all(|screen| screen.number.is_none());
            if screens.len() < 2 || !is_plain {
                return screens;
            }
            let fields: Fields = screens.iter().flat_map(|screen| screen.fields.clone()).collect();
            let last = screens.into_iter().next_back().unwrap_or_default();
            vec![Screen { fields, ..last }]
        });
    "two-pages" does "spreads a result over two pages",
        "結果を二つのページに分ける"
        because "usability: a tablet has no room for all of it; no document asks for one page",
            "使いやすさ。タブレットには収まらない。一画面にとする文書はない" =>
        on::frames(|app, screens| {
            let pages = screens.into_iter().flat_map(|screen| {
                if !shows_result(app, &screen) || screen.number.is_some() || screen.fields.len() < 6 {
                    return vec![screen];
                }
                let mut first = screen.clone();
                let rest = first.fields.split_off(5);
                vec![
                    Screen { title: "資格確認結果（1/2）", ..first },
                    Screen { title: "資格確認結果（2/2）", fields: rest, ..screen },
                ]
            });
            pages.collect()
        });
    "refuses-to-choose" does "says where several results apply that there are several, and shows none of them as the patient's",
        "複数該当のとき、どれも示さず、保険者への確認を促す"
        because "資格有効性 5 is 複数該当: which of them applies only the insurers can tell",
            "資格有効性 5 は「複数該当」。どれが当てはまるかは保険者にしか分からない" =>
        on::results(|_, answer, screens| {
            if answer.code() != "MULTIPLE" {
                return screens;
            }
            vec![Screen {
                title: "資格確認結果",
                buttons: vec![button::CLOSE],
                fields: vec![
                    ("資格有効性", "複数該当".to_owned()),
                    (NOTICE, "複数の資格が該当します。保険者に確認してください".to_owned()),
                ],
                ..Screen::default()
            }]
        });
    "newest-last" does "lists past results with the oldest first",
        "履歴を古い順に並べる"
        because "usability: lists grow downwards; no document gives an order",
            "使いやすさ。一覧は下に伸びる。順序を定めた文書はない" =>
        says(|_, screen| if screen.title == "資格確認履歴" { screen.fields.reverse() });
    "counts-rows" does "says above a list how many rows it has",
        "一覧の上に件数を出す"
        because "usability: the staff see whether there is more",
            "使いやすさ。続きがあるか分かる" =>
        says(|_, screen| {
            if matches!(screen.title, "資格確認履歴" | "一括照会結果") {
                let count = format!("{}件", screen.fields.len());
                screen.fields.insert(0, ("件数", count));
            }
        });
    "list-as-one" does "shows a list as one text with a line for each row",
        "一覧を一つの文として、行ごとに示す"
        because "usability: a list box is one item of a window",
            "使いやすさ。一覧の欄は窓の一つの項目である" =>
        says(|_, screen| {
            if matches!(screen.title, "資格確認履歴" | "一括照会結果") && screen.fields.len() > 1 {
                let rows: Vec<String> = screen.fields.drain(..).map(|(_, row)| row).collect();
                screen.fields = vec![("一覧", rows.join("\n"))];
            }
        });
    "sections" does "puts the items of a result under headings",
        "結果の項目を見出しの下に置く"
        because "E-05-A does so: 資格情報/氏名",
            "E-05-A がそうしている。例: 資格情報/氏名" =>
        says(|app, screen| {
            if shows_result(app, screen) && screen.number.is_none() {
                for (label, _) in &mut screen.fields {
                    *label = sectioned(label);
                }
            }
        });
    "checked-at" does "shows on the result when and how the eligibility was checked",
        "結果に、確認の日時と方法を示す"
        because "usability: the staff note it in the record",
            "使いやすさ。職員が記録に控える" =>
        says(|app, screen| {
            if shows_result(app, screen) {
                let method = match app.patient.check {
                    IdentityCheck::Visual => "目視",
                    IdentityCheck::Pin => "暗証番号",
                };
                screen.fields.push(("本人確認方法", method.to_owned()));
                screen.fields.push(("確認日時", "令和8年11月22日 12時34分".to_owned()));
            }
        });
    "name-on-top" does "begins a result with the name",
        "結果を氏名から始める"
        because "usability: the staff compare the name first; no document gives an order outside E-05-A",
            "使いやすさ。まず氏名を照らす。E-05-A のほかに順序を定めた文書はない" =>
        says(|app, screen| {
            if shows_result(app, screen) && screen.number.is_none() {
                screen.fields.sort_by_key(|(label, _)| !matches!(*label, "氏名" | "フリガナ"));
            }
        });
    "back-to-start-at-once" does "shows 認証選択 beneath the result, as a window over a window",
        "結果の窓を、認証選択の窓の上に開く"
        because "usability: a dialogue lies over the window that it came from",
            "使いやすさ。対話の窓は、元の窓の上に開く" =>
        before(|app, screen| {
            if shows_result(app, screen) { vec![crate::screens::choice()] } else { Vec::new() }
        });
    "start-after-registration" does "leads from the completed registration to 認証選択",
        "利用登録の完了から認証選択に戻る"
        because "the completion screen says 再度、資格確認を行ってください (notice of 2025-04-15): the check begins where every check begins",
            "完了画面の「再度、資格確認を行ってください」(2025-04-15 の連絡)。確認はいつもの画面から始まる" =>
        after_registration(|app| app.show_choice());
    "new-tap-after-registration" does "asks for the card anew after the registration",
        "利用登録のあと、カードをもう一度置いてもらう"
        because "the completion screen prints マイナンバーカードを読み取る (notice of 2025-04-15)",
            "完了画面に「マイナンバーカードを読み取る」がある (2025-04-15 の連絡)" =>
        after_registration(|app| {
            app.patient.card = None;
            app.show_reading(crate::app::Purpose::Check)
        });
    "asks-result-of-bulk-twice" does "looks a second time where a bulk result is still being processed",
        "一括照会がまだ処理中なら、もう一度だけ確かめる"
        because "usability: results come within seconds; the second look spares the staff one",
            "使いやすさ。数秒で届くことが多い" =>
        only::answer(
            |_, operation, answer| {
                *operation == Operation::BulkResult && answer.text(Field::SegmentOfResult) == Some("2")
            },
            |app, operation, answer| {
                let Some(number) = app.reception.clone() else {
                    return Ok(answer);
                };
                let again = app.service.request(operation);
                let again = again.with(Field::ReceptionNumber, number);
                Ok(app.service.send(&again).unwrap_or(answer))
            },
        );
}

/// Goes on otherwise where 登録完了 is left for a check.
fn after_registration(goes: fn(&mut App) -> Done) -> Layer {
    only::act(
        |app, action| {
            let leaves = matches!(action, Action::Press(label) if label == button::CHECK);
            leaves && matches!(app.stage, Stage::Registered)
        },
        move |app, _| {
            goes(app)?;
            Err(Stop::Done)
        },
    )
}

/// The label under its heading.
fn sectioned(label: &'static str) -> &'static str {
    match label {
        "資格有効性" => "資格情報/資格有効性",
        "保険者番号" => "資格情報/保険者番号",
        "保険者名" => "資格情報/保険者名",
        "記号" => "資格情報/記号",
        "番号" => "資格情報/番号",
        "枝番" => "資格情報/枝番",
        "氏名" => "資格情報/氏名",
        "フリガナ" => "資格情報/フリガナ",
        "生年月日" => "資格情報/生年月日",
        "性別" => "資格情報/性別",
        "負担割合" => "資格情報/負担割合",
        "資格喪失年月日" => "資格情報/資格喪失年月日",
        other => other,
    }
}
