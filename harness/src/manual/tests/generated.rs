//! What of the manual and of the README is made from the code: blocks between `<!-- generated: NAME -->` and
//! `<!-- end -->`. To write them anew:
//!
//! ```text
//! MADOGUCHI_WRITE_MANUAL=1 cargo test -p madoguchi manual
//! ```

use std::collections::BTreeMap;
use std::fmt::Write as _;

use madoguchi_judge::check::{LookedFor, looked_for};
use madoguchi_judge::proven::Proven;
use madoguchi_report::soundness::Soundness;
use madoguchi_report::tested::Tested;
use madoguchi_requirements as requirement;
use madoguchi_requirements::Role;
use madoguchi_requirements::statement::CAPABILITIES;
use madoguchi_scenarios::{Act, Breadth, Catalogue, consumer};
use madoguchi_terms::Say as _;

use super::*;

/// What stands between the marks of that name.
fn block(name: &str, lang: Lang) -> String {
    match name {
        "figures" => figures(lang),
        "screens" => screens(lang),
        "words" => understood::words(lang),
        "codes" => codes::codes(lang),
        "limits" => limits::limits(lang),
        "field-rates" => field_rates::field_rates(lang),
        "capabilities" => capabilities(lang),
        _ => panic!("there is no block {name}"),
    }
}

pub(super) fn table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut text = format!("| {} |\n|{}\n", head.join(" | "), "---|".repeat(N));
    for row in rows {
        let _ = writeln!(text, "| {} |", row.join(" | "));
    }
    text
}

/// What a hello's `supports` may say.
fn capabilities(lang: Lang) -> String {
    let head = lang.pick(["語", "ないとき"], ["word", "without it"]);
    let rows = CAPABILITIES.map(|row| [format!("`{}`", row.word), row.text(lang)]);
    table(head, rows)
}

/// A figure of `cargo run -p madoguchi-peers --example secrets -- --write`.
fn secrets(name: &str) -> usize {
    figure(include_str!("../../../secrets.json"), name)
}

/// A figure of `cargo run -p madoguchi-peers --example killed -- --write`.
fn killed(name: &str) -> usize {
    figure(include_str!("../../../killed.json"), name)
}

/// A figure of `cargo run --release -p madoguchi-peers --example repeated -- --write`.
fn repeated(name: &str) -> usize {
    figure(include_str!("../../../repeated.json"), name)
}

fn figure(kept: &str, name: &str) -> usize {
    let figures: serde_json::Value = serde_json::from_str(kept).unwrap();
    usize::try_from(figures[name].as_u64().unwrap()).unwrap()
}

/// How many there are of what the code knows.
fn figures(lang: Lang) -> String {
    let catalogue = Catalogue::builtin();
    let scenarios = catalogue
        .entries()
        .iter()
        .map(|entry| entry.read().unwrap());
    let variants: usize = scenarios
        .map(|scenario| scenario.variants(Breadth::Pairwise).len())
        .sum();
    let requirements = requirement::builtin();
    let (apps, consumers) = (requirements.requirements(), requirements.of_consumers());
    let levels = |role: Role| {
        let parts = requirements
            .levels(role)
            .map(|(level, count)| format!("{} {count}", level.text(lang)));
        parts.join(" · ")
    };
    let tested = Tested::builtin();
    let (source, strangers) = (&tested.source, &tested.strangers);
    let (tried, noticed) = (
        source.mutants - source.unviable - source.untried,
        source.caught + source.noticed,
    );
    let Soundness {
        manners,
        pairs,
        defects: under_manners,
        ..
    } = Soundness::builtin();
    let played = manners.played + pairs.played;
    let let_through = played - manners.failed - pairs.failed;
    let of = |part: usize, whole: usize| {
        lang.pick(
            format!("{whole} 件中 {part} 件"),
            format!("{part} of {whole}"),
        )
    };
    let n = |n: usize| n.to_string();
    let (declared, robust) = Proven::builtin().counts();
    let verdicts = Proven::builtin().verdicts;
    let percent = |free: usize| format!("{} %", free * 100 / verdicts.decided.max(1));
    let t = |ja: &str, en: &str| lang.pick(ja, en).to_owned();
    table(
        [lang.pick("もの", "what"), lang.pick("件数", "how many")],
        [
            [
                t(
                    "他人の誤り: 不適合になったもの",
                    "a stranger's mistakes that fail",
                ),
                of(strangers.caught, strangers.mistakes),
            ],
            [
                t(
                    "他人の誤り: 助言を含めて知らせたもの",
                    "the same, with those told as advice",
                ),
                of(strangers.caught + strangers.advised, strangers.mistakes),
            ],
            [
                t("アプリのシナリオ", "scenarios for apps"),
                n(catalogue.entries().len()),
            ],
            [
                t(
                    "その二つ組の変種 (書かれたものを含む)",
                    "their pairwise variants, with each as it is written",
                ),
                n(variants),
            ],
            [
                t("レセコンのシナリオ", "scenarios for a レセコン"),
                n(consumer::BUILTIN.len()),
            ],
            [t("アプリの要件", "requirements for apps"), n(apps.len())],
            [t("その水準", "their levels"), levels(Role::App)],
            [
                t("レセコンの要件", "requirements for a レセコン"),
                n(consumers.len()),
            ],
            [t("その水準", "their levels"), levels(Role::Consumer)],
            [
                t(
                    "正しいクライアントのほかの流儀",
                    "other manners of a correct client",
                ),
                n(manners.of),
            ],
            [
                t(
                    "それらとその組を試して通した回数",
                    "trials of them, and of pairs of them, that were let through",
                ),
                of(let_through, played),
            ],
            [
                t(
                    "記録に表れない流儀どうしをまとめて試したもの",
                    "trials more of manners that no trace tells, several in one",
                ),
                n(manners.together),
            ],
            [
                t(
                    "流儀が何も変えず、流儀のないクライアントの試行で足りるもの",
                    "trials more in which a manner changes nothing, so that one without it is enough",
                ),
                n(manners.same),
            ],
            [
                t(
                    "流儀を変えても見つかった欠陥の試行",
                    "trials of defects in such manners that were caught",
                ),
                of(under_manners.caught, under_manners.tried),
            ],
            [
                t(
                    "見つかった参照クライアントの欠陥",
                    "defects of the reference client that are caught",
                ),
                of(tested.named.caught, tested.named.defects),
            ],
            [
                t(
                    "気付かれたソースの変異",
                    "mutants of its source that are noticed",
                ),
                of(noticed, tried),
            ],
            [
                t(
                    "置いた秘密 (種類・書き方・場所の組) のうち、見つけて伏せたもの",
                    "secrets planted (class, spelling and place) that were noticed and redacted",
                ),
                of(
                    secrets("redacted").min(secrets("noticed")),
                    secrets("planted"),
                ),
            ],
            [
                t(
                    "秘密に似た別の文字列のうち、秘密としたもの",
                    "texts that only look like secrets, taken for one",
                ),
                of(secrets("alarms"), secrets("harmless")),
            ],
            [
                t(
                    "実行中のプロセスの引数か環境変数に秘密があったケース",
                    "cases in which a secret stood in the arguments or the environment of a process",
                ),
                of(secrets("exposed"), secrets("searched")),
            ],
            [
                t(
                    "実行・再判定・統合・`serve --store` を途中で強制終了 (`kill -9`) した回数のうち、確認済みの失われたもの、書きかけを読んだもの、次の起動が乱れたもの",
                    "`run`, `judge`, `merge` and `serve --store` ended by `kill -9`: anything acknowledged was lost, half written and read, or disturbed the next start",
                ),
                of(
                    killed("lost") + killed("half") + killed("unclean"),
                    killed("moments"),
                ),
            ],
            [
                t(
                    "負荷のかかった機械で繰り返した、障害のあるシナリオの実行のうち、判定が初回と違ったシナリオ",
                    "scenarios with faults whose verdicts came out otherwise in one of as many runs, on a loaded machine",
                ),
                of(repeated("other-verdicts"), repeated("runs")),
            ],
            [
                t(
                    "作り直してからまだ試していない変異",
                    "mutants not yet tried since it was rebuilt",
                ),
                n(source.untried),
            ],
            [
                t(
                    "要件が宣言する想定のうち、どの代案でも判定が変わらないもの",
                    "declared pairs of requirement and assumption that no alternative changes",
                ),
                of(robust, declared),
            ],
            [
                t(
                    "想定によらない判定 (宣言のとおりに数えて)",
                    "verdicts without assumptions, as declared",
                ),
                percent(verdicts.declared_free),
            ],
            [
                t(
                    "想定によらない判定 (代案を試したうえで)",
                    "verdicts without assumptions, as proven",
                ),
                percent(verdicts.proven_free),
            ],
        ],
    )
}

/// The words that checks and catalogue look for on screens.
fn screens(lang: Lang) -> String {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    let mut read: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for LookedFor {
        requirement,
        screen,
        fields,
        buttons,
    } in looked_for()
    {
        let screen = screen.unwrap_or_else(|| t("どの画面でも", "any screen"));
        let mut put = |word: String| {
            let at = read.entry((screen.to_owned(), word)).or_default();
            at.push(format!("`{requirement}`"));
        };
        for label in &fields {
            put((*label).to_owned());
        }
        for button in buttons {
            put(format!("[{button}]"));
        }
        if fields.is_empty() && buttons.is_empty() {
            put(t("画面そのもの", "the screen itself").to_owned());
        }
    }
    let mut pressed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut expected: BTreeMap<(String, String), Vec<String>> = BTreeMap::new();
    for entry in Catalogue::builtin().entries() {
        let scenario = entry.read().unwrap();
        for step in &scenario.when {
            if let Act::Press(label) = &**step {
                pressed
                    .entry(label.clone())
                    .or_default()
                    .push(entry.id.clone());
            }
        }
        for expectation in &scenario.then {
            let screen = expectation
                .screen
                .as_ref()
                .map_or("–", |mark| mark.as_str());
            let shown = expectation
                .shows
                .iter()
                .map(|(label, value)| format!("{label}: {value}"));
            let shown = shown.collect::<Vec<_>>().join(", ");
            if expectation.screen.is_some() || !shown.is_empty() {
                let at = expected.entry((screen.to_owned(), shown)).or_default();
                at.push(entry.id.clone());
            }
        }
    }
    let cases = |ids: Vec<String>| {
        let all: BTreeSet<String> = ids.into_iter().collect();
        let some: Vec<String> = all.iter().take(3).map(|id| format!("`{id}`")).collect();
        match all.len().checked_sub(3) {
            Some(more @ 1..) => format!("{}, … (+{more})", some.join(", ")),
            _ => some.join(", "),
        }
    };
    let heading = |ja, en| format!("## {}\n\n", t(ja, en));
    [
        heading("検査が読むもの", "What the checks read"),
        table(
            [
                t("画面", "screen"),
                t("項目、[ボタン]", "label, [button]"),
                t("要件", "requirement"),
            ],
            read.into_iter()
                .map(|((screen, word), ids)| [screen, word, ids.join(", ")]),
        ),
        "\n".to_owned(),
        heading("カタログが押すボタン", "Buttons that the catalogue presses"),
        table(
            [t("ボタン", "button"), t("シナリオ", "scenario")],
            pressed.into_iter().map(|(label, ids)| [label, cases(ids)]),
        ),
        "\n".to_owned(),
        heading("シナリオが待つ画面", "Screens that scenarios wait for"),
        table(
            [
                t("画面", "screen"),
                t("項目: 値", "label: value"),
                t("シナリオ", "scenario"),
            ],
            expected
                .into_iter()
                .map(|((screen, shown), ids)| [screen, shown, cases(ids)]),
        ),
    ]
    .concat()
}

/// The text with every block made anew.
fn renewed(text: &str, lang: Lang) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("<!-- generated: ") {
        let (name, after) = after.split_once(" -->\n").expect("a mark ends");
        let (_, after) = after.split_once("<!-- end -->").expect("a block ends");
        let made = block(name, lang);
        let _ = write!(
            out,
            "{before}<!-- generated: {name} -->\n{made}<!-- end -->"
        );
        rest = after;
    }
    out + rest
}

/// Every text with blocks: the pages, and the two READMEs.
fn texts() -> Vec<(PathBuf, Lang)> {
    let pages = |lang| {
        let file = move |page: &Page| (folder(lang).join(format!("{}.md", page.name)), lang);
        PAGES.iter().map(file)
    };
    let readmes = readme::READMES.map(|(file, lang)| (readme::root().join(file), lang));
    Lang::ALL
        .into_iter()
        .flat_map(pages)
        .chain(readmes)
        .collect()
}

#[test]
fn what_is_made_from_the_code_is_current() {
    for (file, lang) in texts() {
        let text = fs::read_to_string(&file).unwrap();
        let renewed = renewed(&text, lang);
        if std::env::var_os("MADOGUCHI_WRITE_MANUAL").is_some() {
            fs::write(&file, renewed).unwrap();
        } else {
            assert!(
                text == renewed,
                "{} is old; write it anew: MADOGUCHI_WRITE_MANUAL=1 cargo test -p madoguchi manual",
                file.display()
            );
        }
    }
}
