//! How many failures of a field come back from its logs, as
//! `cargo run -p madoguchi-peers --example field_rates -- --write` kept it last.

use serde_json::Value;

use super::generated::table;
use super::*;

/// What is known of a case, by the name that the file has for it.
const COLUMNS: [(&str, &str, &str); 5] = [
    (
        "plain",
        "対照 A: 何も知らず、目視か暗証番号でふつうに受け付ける",
        "control A: nothing; a plain visit, by face or by PIN",
    ),
    (
        "acts",
        "対照 B: 用意したものと操作だけ、記録なし",
        "control B: what was set up and done, without a log",
    ),
    ("spy", "E1: pcsc-spy だけ", "E1: pcsc-spy alone"),
    (
        "spy-http",
        "E2: pcsc-spy と HTTP、操作は推定",
        "E2: pcsc-spy and HTTP, acts inferred",
    ),
    (
        "all",
        "E3: pcsc-spy と HTTP と、用意したものと操作",
        "E3: pcsc-spy and HTTP, and what was set up and done",
    ),
];

/// Why a draft does not show a failure, by the name that the file has for it.
const CLASSES: [(&str, &str, &str); 8] = [
    ("no-draft", "記録に何もない", "no log says anything of it"),
    (
        "not-played",
        "下書きを実行できない",
        "the draft cannot be played",
    ),
    (
        "not-each-time",
        "毎回は再現しない",
        "it fails alike only some of the times",
    ),
    (
        "fault",
        "下書きに故障が足りない",
        "a fault is not in the draft",
    ),
    (
        "setting",
        "下書きに窓口の設定が足りない",
        "something that was set up is not in the draft",
    ),
    (
        "person",
        "下書きでは別の人が来る",
        "another person comes in the draft",
    ),
    (
        "act",
        "下書きに操作が足りない",
        "somebody did something that is not in the draft",
    ),
    (
        "otherwise",
        "すべてあるが、時機か順序か値が違う",
        "all of it is there, at another moment, in another order or with other values",
    ),
];

/// The tables.
pub(super) fn field_rates(lang: Lang) -> String {
    let t = |ja: &str, en: &str| lang.pick(ja, en).to_owned();
    let kept: Value = serde_json::from_str(include_str!("../../../field-rates.json")).unwrap();
    let n = |of: &Value, key: &str| of[key].as_u64().unwrap();
    let share = |shown: u64, all: u64| {
        let percent = (shown * 100 + all / 2) / all.max(1);
        lang.pick(
            format!("{all} 件中 {shown} 件 ({percent} %)"),
            format!("{shown} of {all} ({percent} %)"),
        )
    };
    let row = |ja: &str, en: &str, of: &Value| {
        let parts = [&of["tuned"], &of["frozen"]];
        let sum = |key: &str| parts.iter().map(|part| n(part, key)).sum::<u64>();
        [
            t(ja, en),
            share(sum("reproduced"), sum("of")),
            share(n(parts[0], "reproduced"), n(parts[0], "of")),
            share(n(parts[1], "reproduced"), n(parts[1], "of")),
            sum("not-clean").to_string(),
        ]
    };
    let mut rows: Vec<_> = COLUMNS
        .iter()
        .map(|(name, ja, en)| row(ja, en, &kept["columns"][name]))
        .collect();
    rows.push(row(
        "E3 のうち、対照 B で再現しない欠陥",
        "E3, of the defects that control B does not reproduce",
        &kept["beyond-acts"],
    ));
    let head = [
        t("分かっていること", "what is known"),
        t("同じ要件が破られる", "the same requirement fails"),
        t("規則を調整した欠陥", "defects that the rules were tuned on"),
        t("調整から外した欠陥", "defects kept out of all tuning"),
        t(
            "正しいクライアントも通らない",
            "a correct client fails, too",
        ),
    ];
    let mut text = table(head.each_ref().map(String::as_str), rows);

    let faults = &kept["faults"];
    let list = |key: &str| faults[key].as_array().unwrap();
    let [lost, invented] = [list("lost"), list("invented")];
    let names: Vec<&str> = lost.iter().filter_map(Value::as_str).collect();
    let planned = n(faults, "planned");
    let recovered = planned - lost.len() as u64;
    text.push('\n');
    let head = [
        t(
            "正しいクライアントによるカタログの全シナリオ",
            "every case of the catalogue with the correct client",
        ),
        n(faults, "cases").to_string(),
    ];
    text += &table(
        head.each_ref().map(String::as_str),
        [
            [
                t(
                    "計画したカードとリーダーの故障のうち、取り戻したもの",
                    "planned faults of card and reader that are recovered",
                ),
                share(recovered, planned),
            ],
            [
                t("取り戻せなかったもの", "those that are not"),
                if names.is_empty() {
                    "–".to_owned()
                } else {
                    names.join("; ")
                },
            ],
            [
                t(
                    "故障を計画していないシナリオ",
                    "cases without a planned fault",
                ),
                n(faults, "clean").to_string(),
            ],
            [
                t("作り出した故障", "faults invented"),
                invented.len().to_string(),
            ],
            [
                t(
                    "故障を計画していないのに、説明できない箇所があるもの",
                    "cases without a planned fault in which something is unexplained",
                ),
                faults["unexplained"]
                    .as_u64()
                    .map_or_else(|| "–".to_owned(), |count| count.to_string()),
            ],
        ],
    );

    text.push('\n');
    let classes = CLASSES.iter().map(|(class, ja, en)| {
        let of = |column: &str| {
            let count = kept["missed"][column][class].as_u64();
            count.unwrap_or_default().to_string()
        };
        [t(ja, en), of("spy"), of("spy-http"), of("all")]
    });
    let why = t(
        "再現しない理由 (調整した欠陥)",
        "why not (defects that the rules were tuned on)",
    );
    text + &table([why.as_str(), "E1", "E2", "E3"], classes)
}
