//! Options of every command that ends in verdicts: which reports to write, and where.

use std::path::PathBuf;

use clap::{Arg, ArgAction, ArgMatches, value_parser};
use madoguchi_terms::Lang;

use super::option::{flag, many, maybe, valued, where_offered};

/// The reports that the user asked for, beside the terminal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reports {
    pub(crate) html: Option<PathBuf>,
    pub(crate) json: Option<PathBuf>,
    pub(crate) junit: Option<PathBuf>,
    /// 試験成績書; a form, or a table where the name ends in `.csv`.
    pub(crate) test_record: Vec<PathBuf>,
    /// Who is responsible for the run, for the 試験成績書.
    pub(crate) tester: Option<String>,
    /// Number and revision of that document.
    pub(crate) document: Option<String>,
    pub(crate) revision: Option<String>,
    pub(crate) markdown: Option<PathBuf>,
    /// Whether advice counts like every other requirement.
    pub(crate) strict: bool,
    /// Whether to print annotations of GitHub Actions.
    pub(crate) annotations: bool,
    pub(crate) known_failures: Option<PathBuf>,
    /// The evidence bundle.
    pub(crate) evidence: Option<PathBuf>,
    /// What the reader of the bundle wants sealed in.
    pub(crate) nonce: Option<String>,
}

impl Reports {
    /// What a command with these options was told; `merge` has not all of them.
    pub(super) fn of(m: &ArgMatches) -> Self {
        Self {
            html: maybe(m, "html"),
            json: maybe(m, "json"),
            junit: maybe(m, "junit"),
            test_record: many(m, "test-record"),
            tester: maybe(m, "tester"),
            document: maybe(m, "document-number"),
            revision: maybe(m, "document-revision"),
            markdown: maybe(m, "markdown"),
            strict: m.get_flag("strict"),
            annotations: m.get_flag("annotations"),
            known_failures: where_offered(m, "known-failures"),
            evidence: where_offered(m, "evidence"),
            nonce: where_offered(m, "nonce"),
        }
    }
}

/// Whether advice counts, for commands that have no other report than the terminal's, too.
pub(super) fn strict(lang: Lang) -> Arg {
    flag("strict").help(lang.pick(
        "助言 (資料にない、こちらの勧め) も合否に数える",
        "let advice, which no document states, count like every other requirement",
    ))
}

/// The options themselves.
pub(super) fn args(lang: Lang) -> Vec<Arg> {
    let file = |name: &'static str, ja: &'static str, en: &'static str| {
        Arg::new(name)
            .long(name)
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(lang.pick(ja, en))
    };
    vec![
        strict(lang),
        file(
            "html",
            "報告書を一つの HTML ファイルに書く (オフラインで読める)",
            "write the report as one HTML file, to be read offline",
        ),
        file("json", "判定を JSON で書く先", "write the verdicts as JSON"),
        file(
            "junit",
            "判定を JUnit XML で書く先。30 MB を超えるときは FILE-2.xml などに分ける",
            "write the verdicts as JUnit XML; beyond 30 MB it goes on in FILE-2.xml and so on",
        ),
        file(
            "test-record",
            "試験成績書を書く先。.csv なら CSV、それ以外は A4 の HTML。繰り返し可",
            "write a test record (試験成績書): CSV where the name ends in .csv, else HTML for A4; may be repeated",
        )
        .action(ArgAction::Append),
        valued("tester", "NAME").help(lang.pick(
            "試験成績書の試験実施者",
            "who is responsible for the run, for the test record",
        )),
        valued("document-number", "NUMBER").help(lang.pick(
            "試験成績書の文書番号",
            "number of the test record as a document",
        )),
        valued("document-revision", "TEXT").help(lang.pick(
            "試験成績書の改訂",
            "revision of the test record",
        )),
        file(
            "markdown",
            "まとめを Markdown で追記する先 (GITHUB_STEP_SUMMARY など)",
            "append a summary in Markdown to this file, such as $GITHUB_STEP_SUMMARY",
        ),
        flag("annotations")
            .help(lang.pick(
                "GitHub Actions の注釈を出力する (水準ごとに最大 10 件、重いものから)",
                "print annotations for GitHub Actions: at most 10 per level, the worst first",
            )),
        file(
            "known-failures",
            "既知の不合格の一覧 (YAML)。不要・期限切れ・不明な項目も不合格になり、直し方を示す",
            "known failures (YAML); an unused, expired or unknown entry fails too, and the edit is proposed",
        ),
        file(
            "evidence",
            "証跡の束 (記録・判定・ハッシュの ZIP) を書く先。madoguchi verify で検証できる",
            "write an evidence bundle, a ZIP of traces, verdicts and hashes, for madoguchi verify",
        ),
        valued("nonce", "TEXT")
            .requires("evidence")
            .help(lang.pick(
                "報告を受け取る人が指定した番号。束の封に入る",
                "what the reader of the report wants sealed into the bundle",
            )),
    ]
}
