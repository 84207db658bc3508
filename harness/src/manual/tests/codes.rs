//! The code tables, operations and result codes in the manual.

use madoguchi_eligibility::{CODE_TABLES, CodeTable, Decision, Field, Meaning, Operation};
use madoguchi_wire::Profile;

use super::generated::table;
use super::*;

/// The wire whose names stand beside operations and fields.
const WIRE: &str = "mock-2025.05";

/// Everything that is a code.
pub(super) fn codes(lang: Lang) -> String {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let say = |meaning: Meaning| lang.pick(meaning.ja, meaning.en).to_owned();
    let mut text = format!("## {}\n\n", t("コード表", "Code tables"));
    for CodeTable { name, rows } in CODE_TABLES {
        let fields = Field::ALL
            .iter()
            .filter(|field| field.codes().is_some_and(|table| table.name == *name));
        let fields: Vec<String> = fields.map(|field| format!("`{field}`")).collect();
        text.push_str(&format!("### {name}\n\n{}\n\n", fields.join(", ")));
        let head = [t("コード", "code"), "名称", t("英語", "meaning")];
        let rows = rows
            .iter()
            .map(|(code, ja, en)| [format!("`{code}`"), (*ja).to_owned(), (*en).to_owned()]);
        text.push_str(&table(head, rows));
        text.push('\n');
    }
    let profile = Profile::builtin(WIRE).expect("a built-in profile");
    text.push_str(&format!("## {}\n\n", t("操作", "Operations")));
    let head = [
        t("操作", "operation"),
        WIRE,
        t("内容", "what it is for"),
        t("返りうる結果コード", "result codes that it can answer"),
    ];
    let operations = Operation::ALL.iter().map(|operation| {
        let route = profile.route(*operation);
        let decisions = Decision::ALL.iter();
        let answers: Vec<&str> = decisions
            .filter(|decision| decision.can_answer(*operation))
            .map(|decision| decision.name())
            .collect();
        [
            format!("`{operation}`"),
            route.map_or("–".to_owned(), |(method, path)| {
                format!("`{method} {path}`")
            }),
            say(operation.summary()),
            answers.join(", "),
        ]
    });
    text.push_str(&table(head, operations));
    text.push_str(&format!("\n## {}\n\n", t("結果コード", "Result codes")));
    let head = [t("結果コード", "result code"), t("意味", "meaning")];
    let decisions = Decision::ALL
        .iter()
        .map(|decision| [format!("`{decision}`"), say(decision.meaning())]);
    text.push_str(&table(head, decisions));
    text
}
