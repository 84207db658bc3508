//! The table of words in the manual: what each means, and where it was read.

use madoguchi_judge::words::{Also, Row, Table};
use madoguchi_terms::Say as _;

use super::generated::table;
use super::*;

/// Everything that is understood on a screen, list by list.
pub(super) fn words(lang: Lang) -> String {
    let all = Table::builtin();
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let heading = |list: &str| match list {
        "screens" => t("画面の題名", "Titles of screens"),
        "buttons" => t("ボタン", "Buttons"),
        "sections" => t("見出し", "Headings of sections"),
        "labels" => t("項目名", "Labels"),
        _ => t("値", "Values"),
    };
    let mut text = String::new();
    for (list, rows) in all.lists() {
        text.push_str(&format!("### {}\n\n", heading(list)));
        let head = [
            t("語", "word"),
            t("出所", "source"),
            t("同じに読む語 (出所)", "understood in its place (source)"),
        ];
        let row = |row: &Row| {
            [
                row.word.clone(),
                row.from.clone(),
                if row.stands_for.is_empty() {
                    others(row, lang)
                } else {
                    let parts = row.stands_for.join(" + ");
                    [parts, others(row, lang)].join("; ")
                },
            ]
        };
        text.push_str(&table(head, rows.iter().map(row)));
        text.push('\n');
    }
    text.push_str(&format!("### {}\n\n", t("出所", "Sources")));
    let head = [
        t("出所", "source"),
        t("印", "mark"),
        t("資料・場所", "document, place"),
    ];
    let sources = all.sources.iter().map(|(key, source)| {
        [
            key.clone(),
            source.mark.word().text(lang),
            source.name.text(lang),
        ]
    });
    text.push_str(&table(head, sources));
    text
}

fn others(row: &Row, lang: Lang) -> String {
    let groups = row.also.iter().map(|also| {
        let words = also.words.join("、");
        format!("{words} ({}{})", also.from, dates(lang, also))
    });
    let groups: Vec<String> = groups.collect();
    if groups.is_empty() {
        "–".to_owned()
    } else {
        groups.join("; ")
    }
}

/// Between which days the app wrote it.
fn dates(lang: Lang, also: &Also) -> String {
    match (also.since, also.until) {
        (Some(since), Some(until)) => lang.pick(
            format!(" {since} から {until} まで"),
            format!(", {since} to {until}"),
        ),
        (Some(since), None) => lang.pick(format!(" {since} から"), format!(", since {since}")),
        _ => String::new(),
    }
}
