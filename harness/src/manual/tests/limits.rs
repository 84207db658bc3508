//! The bounds in the manual: how much is read, kept and waited for.

use madoguchi_notation::{MAX_ALIASES, MAX_BYTES, MAX_DEPTH, MAX_NODES, MOST_TOLD};
use madoguchi_reader::pcsclite::Server;
use madoguchi_reader::vpcd::Vpicc;
use madoguchi_report::{evidence, junit};
use madoguchi_scenarios::MOST_VARIANTS;
use madoguchi_trace::{LONGEST, LONGEST_LINE};
use madoguchi_web::Limits;

use super::generated::table;
use super::*;
use crate::cell::{backlog, exchange, remains};
use crate::client::{contract, input as to_client, process};
use crate::command::{decode, input, serve};
use crate::consumer;

/// What has a bound, the bound, and what becomes of more.
pub(super) fn limits(lang: Lang) -> String {
    let t = |ja: &str, en: &str| lang.pick(ja, en).to_owned();
    let n = |n: u64| {
        let digits = n.to_string();
        let ends = digits.as_bytes().rchunks(3).rev();
        let ends = ends.map(|end| String::from_utf8_lossy(end).into_owned());
        ends.collect::<Vec<_>>().join(",")
    };
    let mib = |bytes: u64| format!("{} MiB", bytes >> 20);
    let seconds = |seconds: u64| lang.pick(format!("{seconds} 秒"), format!("{seconds} s"));
    let files = |files: u64| {
        lang.pick(
            format!("{} ファイル", n(files)),
            format!("{} files", n(files)),
        )
    };
    let web = Limits::default();
    let told = serve::control::LIMITS;
    let refused = t("読まない。終了コード 2", "not read; exit code 2");
    let rows = [
        [
            t(
                "人が書くファイル (シナリオ、プロファイル、画面の対応表、申告書、一覧)",
                "a file that a person writes: scenario, profile, screen map, statement, list",
            ),
            mib(MAX_BYTES as u64),
            refused.clone(),
        ],
        [
            t(
                "その一つのファイルの値、深さ、エイリアス",
                "values, depth and aliases of such a file",
            ),
            format!(
                "{}, {}, {}",
                n(MAX_NODES as u64),
                n(MAX_DEPTH as u64),
                n(MAX_ALIASES as u64)
            ),
            t(
                "行と桁を示す。終了コード 2 か 3",
                "told with line and column; exit code 2 or 3",
            ),
        ],
        [
            t("シナリオの変種", "variants of a scenario"),
            n(MOST_VARIANTS as u64),
            t("終了コード 3", "exit code 3"),
        ],
        [
            t(
                "その一つのファイルの誤りの表示",
                "mistakes that are told of such a file",
            ),
            n(MOST_TOLD as u64),
            t("残りは数だけ示す", "the rest is counted"),
        ],
        [
            t(
                "ログ、通信の記録、JSON の報告",
                "a log, a recording, a report as JSON",
            ),
            mib(input::MADE),
            refused.clone(),
        ],
        [
            t(
                "ほかのプログラムのログの行 (`import`、`judge --from`、`decode`)",
                "lines of logs of other programs (`import`, `judge --from`, `decode`)",
            ),
            n(decode::MOST_LINES as u64),
            refused.clone(),
        ],
        [
            t(
                "記録 (trace.jsonl) の 1 行、全体",
                "a line of a trace, a trace",
            ),
            format!("{}, {}", mib(LONGEST_LINE), mib(LONGEST)),
            refused,
        ],
        [
            t(
                "証跡の ZIP: ファイル数、1 ファイル、合計",
                "evidence (ZIP): files, a file, all of them",
            ),
            format!(
                "{}, {}, {}",
                n(evidence::MOST_FILES as u64),
                mib(evidence::LONGEST),
                mib(evidence::ALL),
            ),
            t("確かめられない。終了コード 1", "not proven; exit code 1"),
        ],
        [
            t("クライアントの 1 行", "a line of a client"),
            mib(contract::MAX_LINE as u64),
            t("`contract.messages` の不適合", "`contract.messages` fails"),
        ],
        [
            t(
                "クライアントの出力 (1 件)",
                "what a client says in one case",
            ),
            lang.pick(
                format!(
                    "{} 行、{}",
                    n(contract::MAX_LINES),
                    mib(contract::MAX_OUTPUT)
                ),
                format!(
                    "{} lines, {}",
                    n(contract::MAX_LINES),
                    mib(contract::MAX_OUTPUT)
                ),
            ),
            t(
                "以後は聞かない。`contract.messages` の不適合",
                "not heard any more; `contract.messages` fails",
            ),
        ],
        [
            t("標準エラー出力", "standard error"),
            mib(process::STDERR_LIMIT),
            t(
                "以後は残さない。`privacy.secrets-untold` は判定しない",
                "not kept; `privacy.secrets-untold` is undecided",
            ),
        ],
        [
            t(
                "クライアントが標準入力を読まない時間",
                "how long a client does not read its standard input",
            ),
            seconds(to_client::UNREAD.as_secs()),
            t("その件を終える", "the case ends"),
        ],
        [
            t("一つの操作", "one act"),
            "`--timeout`".to_owned(),
            t(
                "1.5 倍と 1 秒でその件を終える",
                "after one and a half times that and a second the case ends",
            ),
        ],
        [
            t("残したファイルの検索", "the search of what a client leaves"),
            format!(
                "{}, {}",
                files(remains::MOST.files as u64),
                mib(remains::MOST.bytes)
            ),
            t("`privacy.*` は判定しない", "`privacy.*` is undecided"),
        ],
        [
            t(
                "記録に書かれるのを待つ出来事",
                "events that wait to be written",
            ),
            mib(backlog::MOST as u64),
            t(
                "カードとサービスの応答を遅らせる",
                "card and service answer later",
            ),
        ],
        [
            t(
                "`--tcp` で呼んで何も言わない時間 (ほかが待つとき)",
                "how long a caller of `--tcp` says nothing while another waits",
            ),
            seconds(Vpicc::PATIENCE.as_secs()),
            t(
                "呼び出しを切る。話している間に来たものも断る",
                "hung up; who comes while another talks is refused",
            ),
        ],
        [
            t(
                "PC/SC の接続 (pcscd と同じ)",
                "PC/SC connections, as in pcscd",
            ),
            n(Server::CONNECTIONS_MAX as u64),
            t("接続を切る", "hung up"),
        ],
        [
            t(
                "サービスとプロキシの接続",
                "connections of service and proxy",
            ),
            n(web.connections as u64),
            t("空きを待つ", "they wait for room"),
        ],
        [
            t(
                "HTTP の要求: 先頭、ヘッダーの数、本文",
                "an HTTP request: head, headers, body",
            ),
            format!(
                "{} KiB, {}, {}",
                web.head_bytes >> 10,
                n(web.headers as u64),
                mib(web.body_bytes as u64)
            ),
            "431, 431, 413".to_owned(),
        ],
        [
            t(
                "TLS のハンドシェイク、HTTP の先頭、本文、一つの接続の時間",
                "time for a TLS handshake, an HTTP head, a body, a connection",
            ),
            [web.handshake, web.head, web.body, web.connection]
                .map(|limit| seconds(limit.as_secs()))
                .join(", "),
            t("接続を切る", "hung up"),
        ],
        [
            t(
                "開いた窓口への命令の 1 行 (`control.sock`)",
                "a line that tells an open counter something (`control.sock`)",
            ),
            format!("{} KiB", told.line >> 10),
            t(
                "エラーを返し、接続を切る",
                "answered with an error, and hung up",
            ),
        ],
        [
            t("`control.sock` の接続", "connections of `control.sock`"),
            n(told.connections as u64),
            t("空くまで待たせる", "they wait for room"),
        ],
        [
            t(
                "`control.sock` の 1 行が終わるまで・回答が読まれるまで、接続が何も言わない時間",
                "time for a line of `control.sock` to end or an answer to be read, for a connection to say nothing",
            ),
            [told.line_within, told.silent]
                .map(|limit| seconds(limit.as_secs()))
                .join(", "),
            t("接続を切る", "hung up"),
        ],
        [
            t(
                "レセコンの出力と要求のファイル",
                "a file that a レセコン exports or asks with",
            ),
            mib(consumer::disk::LONGEST),
            t("判定しない。終了コード 5", "not judged; exit code 5"),
        ],
        [
            t("連携フォルダーの要求", "a request in the exchange folder"),
            format!(
                "{}, {}",
                mib(exchange::MAX_REQUEST),
                files(exchange::MAX_FILES as u64)
            ),
            t("読まない", "not read"),
        ],
        [
            t("JUnit のファイル", "a JUnit file"),
            format!("{} MB", junit::LONGEST / 1_000_000),
            t("複数のファイルに分ける", "several files"),
        ],
    ];
    let head = [
        t("もの", "what"),
        t("上限", "bound"),
        t("超えると", "beyond it"),
    ];
    table([&head[0], &head[1], &head[2]], rows)
}
