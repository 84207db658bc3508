//! Values on the screens: how a date, a kana or a number is written.

use super::*;
use crate::screens::{ATTEMPTS_LEFT, Fields};
use crate::wareki::half_width;

manners! {
    "western-dates" does "writes dates as 1952/01/01",
        "日付を 1952/01/01 と書く"
        because "usability; JIS X 0301 allows the Western calendar; only E-05-A prints an era",
            "使いやすさ。JIS X 0301 は西暦も認める。元号の印字は E-05-A だけにある" =>
        dates(|era, year, month, day| Some(format!("{}/{month:02}/{day:02}", first_year(era) + year - 1)));
    "western-words" does "writes dates as 1952年1月1日",
        "日付を 1952年1月1日 と書く"
        because "usability; JIS X 0301 allows the Western calendar",
            "使いやすさ。JIS X 0301 は西暦も認める" =>
        dates(|era, year, month, day| Some(format!("{}年{month}月{day}日", first_year(era) + year - 1)));
    "iso-dates" does "writes dates as 1952-01-01",
        "日付を 1952-01-01 と書く"
        because "ISO 8601", "ISO 8601 の書き方" =>
        dates(|era, year, month, day| Some(format!("{}-{month:02}-{day:02}", first_year(era) + year - 1)));
    "eras-unpadded" does "writes dates as 昭和27年1月1日",
        "日付を 昭和27年1月1日 と書く"
        because "the usual way to write a date; the notice's sample is one value",
            "日付のふつうの書き方。連絡の見本は一つの値にすぎない" =>
        dates(|era, year, month, day| Some(format!("{era}{year}年{month}月{day}日")));
    "short-eras" does "writes dates as S27.1.1",
        "日付を S27.1.1 と書く"
        because "JIS X 0301: M, T, S, H, R stand for the eras",
            "JIS X 0301。M、T、S、H、R は元号を表す" =>
        dates(|era, year, month, day| Some(format!("{}{year}.{month}.{day}", letter(era))));
    "both-calendars" does "writes dates in both calendars: 昭和27年1月1日 (1952年)",
        "日付を 昭和27年1月1日 (1952年) と両方で書く"
        because "usability: both are looked for", "使いやすさ。どちらでも探せる" =>
        dates(|era, year, month, day| Some(format!("{era}{year}年{month}月{day}日 ({}年)", first_year(era) + year - 1)));
    "leaves-unknown-day-out" does "writes a date without a day as 昭和25年4月",
        "日のない日付を 昭和25年4月 と書く"
        because "usability: what nobody knows need not be printed as 00",
            "使いやすさ。分からない日を 00 と印字するまでもない" =>
        dates(|era, year, month, day| (day == 0).then(|| format!("{era}{year}年{month}月")));
    "full-width-digits" does "writes the digits of a result in full width",
        "結果の数字を全角で書く"
        because "usability: programs that print forms use full width throughout",
            "使いやすさ。帳票を印刷するプログラムは全角でそろえる" =>
        of_result(|_, value| Some(value.chars().map(wide_digit).collect()));
    "long-sexes" does "writes 男性 and 女性",
        "性別を男性・女性と書く"
        because "common on public forms", "公的な様式にもある書き方" =>
        of_result(|label, value| match (label, value) {
            ("性別", "男") => Some("男性".to_owned()),
            ("性別", "女") => Some("女性".to_owned()),
            _ => None,
        });
    "half-width-kana" does "shows the kana as they were delivered, in half width",
        "カナを、届いたとおり半角で示す"
        because "the service delivers half width; no document says that it is widened",
            "サービスは半角で届ける。全角にせよという文書はない" =>
        of_result(|label, value| matches!(label, "フリガナ").then(|| half_width(value)));
    "one-space-in-names" does "writes names with a space of half width",
        "氏名の空白を半角にする"
        because "usability; a space is a space", "使いやすさ。空白は空白" =>
        of_result(|label, value| matches!(label, "氏名" | "フリガナ").then(|| value.replace('\u{3000}', " ")));
    "ratio-in-percent" does "writes 負担割合 as 30%",
        "負担割合を 30% と書く"
        because "three tenths and thirty per cent are the same",
            "3割と30%は同じ" =>
        of_result(|label, value| (label == "負担割合").then(|| match value {
            "1割" => "10%".to_owned(),
            "2割" => "20%".to_owned(),
            "3割" => "30%".to_owned(),
            other => other.to_owned(),
        }));
    "attempts-in-words" does "writes how many attempts are left as あと2回",
        "残り回数を「あと2回」と書く"
        because "usability: a sentence instead of a number",
            "使いやすさ。数だけでなく言葉で示す" =>
        values(|label, value| (label == ATTEMPTS_LEFT).then(|| format!("あと{value}回")));
    "attempts-full-width" does "writes how many attempts are left in full width: 残り２回",
        "残り回数を全角で「残り２回」と書く"
        because "usability; the ministry's slides print full width",
            "使いやすさ。厚生労働省のスライドも全角" =>
        values(|label, value| (label == ATTEMPTS_LEFT).then(|| format!("残り{}回", value.chars().map(wide_digit).collect::<String>())));
    "lock-in-words" does "says of a locked PIN that it is locked, and no number",
        "ロックは言葉で伝え、回数を書かない"
        because "usability: none left is what locked means",
            "使いやすさ。ロックとは残りがないこと" =>
        values(|label, value| (label == ATTEMPTS_LEFT && value == "0").then(|| "ロックされました".to_owned()));
    "half-width-brackets" does "writes brackets in half width: 無効(新しい資格あり)",
        "括弧を半角で書く。例: 無効(新しい資格あり)"
        because "usability; both widths are one sign (Unicode NFKC)",
            "使いやすさ。どちらの幅も同じ記号 (Unicode NFKC)" =>
        values(|_, value| value.contains('（').then(|| value.replace('（', "(").replace('）', ")")));
    "eligibility-in-brackets" does "writes 資格(無効) for an eligibility that has lapsed",
        "無効な資格を「資格(無効)」と書く"
        because "a wording seen in public reports of counters",
            "窓口についての公開の記事に見られる書き方" =>
        of_result(|label, value| (label == "資格有効性" && value == "無効").then(|| "資格(無効)".to_owned()));
    "no-eligibility-information" does "writes 資格情報なし where no eligibility is on record",
        "該当する資格がないことを「資格情報なし」と書く"
        because "a wording seen in public reports of counters",
            "窓口についての公開の記事に見られる書き方" =>
        of_result(|label, value| (label == "資格有効性" && value == "該当資格なし").then(|| "資格情報なし".to_owned()));
    "symbol-and-number" does "shows 記号 and 番号 as one item 記号・番号",
        "記号と番号を「記号・番号」の一項目で示す"
        because "資格確認書 and the cards before it print them so",
            "資格確認書や以前の被保険者証の書き方" =>
        says(|app, screen| if shows_result(app, screen) { combine(&mut screen.fields, "枝番") });
    "symbol-number-branch" does "shows 記号, 番号 and 枝番 as one item",
        "記号・番号・枝番を一項目で示す"
        because "資格情報のお知らせ prints 記号・番号 (枝番) together",
            "資格情報のお知らせは記号・番号 (枝番) をまとめて書く" =>
        says(|app, screen| if shows_result(app, screen) { combine(&mut screen.fields, "") });
    "empty-rows" does "shows a line for what was not delivered, too",
        "届かなかった項目にも線を引いて示す"
        because "usability: a form keeps its shape", "使いやすさ。様式の形を保つ" =>
        says(|app, screen| {
            if shows_result(app, screen) && screen.number.is_none() {
                for label in ["枝番", "証区分", "有効終了日", "負担割合"] {
                    if screen.fields.iter().all(|(other, _)| *other != label) {
                        screen.fields.push((label, "―".to_owned()));
                    }
                }
            }
        });
    "dashes-unread" does "shows a line for what was not delivered, and reads nothing aloud of it",
        "届かなかった項目には線を引き、読み上げない"
        because "usability: a dash is no 資格情報, which is what is to be read aloud",
            "使いやすさ。線は、読み上げる資格情報ではない" =>
        [
            says(|app, screen| {
                if shows_result(app, screen) && screen.number.is_none() {
                    for (label, nothing) in [("有効終了日", "―"), ("証区分", "（記載なし）")] {
                        if screen.fields.iter().all(|(other, _)| *other != label) {
                            screen.fields.push((label, nothing.to_owned()));
                        }
                    }
                }
            }),
            on::read_aloud(|mut fields| {
                fields.retain(|(_, value)| !["―", "（記載なし）"].contains(&value.as_str()));
                fields
            }),
        ];
    "reads-as-spoken" does "reads dates and 負担割合 aloud as they are spoken: 昭和60年3月3日, 30%",
        "日付と負担割合を話すように読み上げる: 昭和60年3月3日、30%"
        because "usability: who listens hears no zeros in front, and shares in either way",
            "使いやすさ。聞く人に桁そろえの0は要らず、割合はどちらの言い方もある" =>
        on::read_aloud(|mut fields| {
            for (label, value) in &mut fields {
                if *label == "負担割合" {
                    *value = value.replace('割', "0%");
                } else {
                    for before in ["令和", "平成", "昭和", "大正", "明治", "年", "月"] {
                        *value = value.replace(&format!("{before}0"), before);
                    }
                }
            }
            fields
        });
    "number-with-name" does "shows the number and the name of the insurer as one item 保険者",
        "保険者番号と保険者名を「保険者」の一項目で示す"
        because "usability: the staff read them together",
            "使いやすさ。職員はまとめて読む" =>
        says(|app, screen| {
            let fields = &mut screen.fields;
            let number = fields.iter().position(|(label, _)| *label == "保険者番号");
            let name = fields.iter().position(|(label, _)| *label == "保険者名");
            if let (Some(number), Some(name)) = (number, name)
                && matches!(app.stage, Stage::Result)
                && screen.title == "資格確認結果"
            {
                fields[number] = ("保険者", format!("{} {}", fields[number].1, fields[name].1));
                fields.remove(name);
            }
        });
    "leaves-empty-out" does "leaves rows out that hold nothing",
        "空の項目を示さない"
        because "usability: nothing is said by an empty row",
            "使いやすさ。空の行は何も言わない" =>
        says(|_, screen| screen.fields.retain(|(_, value)| !value.trim().is_empty()));
}

/// Changes the values beside labels.
fn values(change: impl Fn(&'static str, &str) -> Option<String> + Send + Sync + 'static) -> Layer {
    says(move |_, screen| {
        for (label, value) in &mut screen.fields {
            if let Some(other) = change(label, value) {
                *value = other;
            }
        }
    })
}

/// Changes the values of a 医療保険 result.
fn of_result(
    change: impl Fn(&'static str, &str) -> Option<String> + Send + Sync + 'static,
) -> Layer {
    says(move |app, screen| {
        if shows_result(app, screen) && screen.number.is_none() {
            for (label, value) in &mut screen.fields {
                if let Some(other) = change(label, value) {
                    *value = other;
                }
            }
        }
    })
}

/// Writes the dates of a 医療保険 result otherwise: by era, year of it, month and day.
fn dates(write: impl Fn(&str, u16, u8, u8) -> Option<String> + Send + Sync + 'static) -> Layer {
    of_result(move |_, value| {
        let (era, year, month, day) = parts(value)?;
        write(era, year, month, day)
    })
}

/// The parts of `昭和27年01月01日`.
fn parts(date: &str) -> Option<(&str, u16, u8, u8)> {
    let at = date.find(|c: char| c.is_ascii_digit())?;
    let (era, rest) = date.split_at(at);
    let (year, rest) = rest.split_once('年')?;
    let (month, rest) = rest.split_once('月')?;
    let day = rest.strip_suffix('日')?;
    Some((
        era,
        year.parse().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
    ))
}

/// The Western year that is the first of an era.
fn first_year(era: &str) -> u16 {
    match era {
        "令和" => 2019,
        "平成" => 1989,
        "昭和" => 1926,
        "大正" => 1912,
        _ => 1868,
    }
}

/// The letter that stands for an era.
fn letter(era: &str) -> &'static str {
    match era {
        "令和" => "R",
        "平成" => "H",
        "昭和" => "S",
        "大正" => "T",
        _ => "M",
    }
}

fn wide_digit(c: char) -> char {
    match c {
        '0'..='9' => char::from_u32(u32::from(c) - u32::from('0') + u32::from('０')).unwrap_or(c),
        c => c,
    }
}

/// 記号 and 番号 as one item, with the branch unless it is left alone.
fn combine(fields: &mut Fields, alone: &str) {
    let mut parts = Vec::new();
    let mut place = None;
    for (n, (label, value)) in fields.iter().enumerate() {
        if matches!(*label, "記号" | "番号" | "枝番") && *label != alone {
            place.get_or_insert(n);
            parts.push(value.clone());
        }
    }
    let Some(place) = place else {
        return;
    };
    fields.retain(|(label, _)| !matches!(*label, "記号" | "番号" | "枝番") || *label == alone);
    let label = if alone.is_empty() {
        "記号・番号・枝番"
    } else {
        "記号・番号"
    };
    fields.insert(place.min(fields.len()), (label, parts.join("・")));
}
