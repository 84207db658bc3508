//! The client's first words: it is started at a counter like any other, asked for its hello, and told
//! to leave.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use madoguchi_judge::words::Words;
use madoguchi_terms::harmless;
use madoguchi_trace::{ClientEvent, OwnWords};

use super::finding::Finding;
use super::program;
use crate::cell::backlog;
use crate::cell::clock::ScenarioClock;
use crate::cell::gate::Redacted;
use crate::cell::sequencer::{Heard, Sequencer};
use crate::cell::world::{Setting, World};
use crate::client::contract::{FromClient, NOT_SUPPORTED, ToClient, VERSION};
use crate::client::process::{ClientProcess, Launch};

/// How long a client may take to its hello.
const HELLO: Duration = Duration::from_secs(10);
/// How long it may take to leave, or to say what it kept in a buffer.
const GRACE: Duration = Duration::from_secs(2);

/// What came before anything else.
enum First {
    Hello(u32, OwnWords),
    /// Something that is no hello, in words.
    Other(String),
    Nothing,
    Gone,
}

/// D-31 … D-42 and D-49: what keeps the client from being tried.
pub(super) fn client(command: &str, setting: &Setting<'_>) -> Option<Finding> {
    let argv = match program::parts(command) {
        Ok(argv) => argv,
        Err(finding) => return Some(finding),
    };
    if let Some(finding) = program::can_run(&argv[0]) {
        return Some(finding);
    }
    // A cell that does not open is the machine's trouble, and was told as such.
    let (to_store, _stamped) = backlog::channel();
    let sequencer = Arc::new(Sequencer::new(to_store));
    let world = World::open(
        setting,
        ScenarioClock::standing(setting.at),
        sequencer.clone(),
    )
    .ok()?;
    let mut env = world.env().clone();
    env.insert("MADOGUCHI_TIMEOUT_MS", HELLO.as_millis().to_string().into());
    let launch = Launch {
        argv: argv.clone(),
        env,
    };
    let mut client = match ClientProcess::start(&launch, &sequencer) {
        Ok(client) => client,
        Err(trouble) => {
            use madoguchi_terms::{Lang, Say as _};
            return Some(Finding::new(
                "D-33",
                (trouble.text(Lang::Ja), trouble.text(Lang::En)),
                (
                    "同じコマンドを手で起動してみる",
                    "start the same command by hand",
                ),
            ));
        }
    };
    let hello = ToClient::Hello {
        contract: VERSION,
        profile: setting.profile.name().to_owned(),
    };
    // Who does not listen may still speak.
    let _ = client.tell(&hello);
    let first = first(&client, HELLO);
    let late = matches!(first, First::Nothing).then(|| {
        client.close_input();
        self::first(&client, GRACE)
    });
    let ended = client.end(if matches!(first, First::Nothing) {
        Duration::ZERO
    } else {
        GRACE
    });
    let words = world.gate().log(&ended.stderr);
    match (first, late) {
        (First::Hello(VERSION, words), _) => unknown_words(&words),
        (First::Hello(other, _), _) => Some(other_contract(other)),
        (First::Other(what), _) => Some(not_a_hello(&what)),
        (First::Nothing, Some(First::Hello(..))) => Some(kept_in_a_buffer()),
        (First::Nothing, _) => Some(silent()),
        (First::Gone, _) if ended.exit.code == Some(NOT_SUPPORTED) => Some(unsupported()),
        (First::Gone, _) => Some(gone(&argv[0], ended.exit.code, &words)),
    }
}

fn first(client: &ClientProcess, limit: Duration) -> First {
    let until = Instant::now() + limit;
    match client.hear(until.saturating_duration_since(Instant::now())) {
        Some(Heard::Message(FromClient::Hello(hello))) => First::Hello(hello.contract, hello.words),
        Some(Heard::Message(FromClient::Event(ClientEvent::Garbage { line, why, .. }))) => {
            First::Other(format!("{line}: {why}"))
        }
        Some(Heard::Message(FromClient::Event(_))) => First::Other("1".to_owned()),
        Some(Heard::Closed) => First::Gone,
        Some(Heard::KeptWaiting) | None => First::Nothing,
    }
}

/// D-36 and D-37: it ended before it said anything.
fn gone(program: &str, code: Option<i32>, words: &Redacted<String>) -> Finding {
    const LOADER: &str = "error while loading shared libraries: ";
    let missing = words
        .lines()
        .find_map(|line| line.split_once(LOADER))
        .and_then(|(_, rest)| rest.split(':').next())
        .map(harmless);
    if let Some(library) = missing {
        return Finding::new(
            "D-36",
            (
                format!("{program} に必要なライブラリ {library} がない"),
                format!("{program} needs the library {library}, which is not there"),
            ),
            (
                "ライブラリを入れるか、LD_LIBRARY_PATH を設定する",
                "install it, or set LD_LIBRARY_PATH",
            ),
        );
    }
    let code = code.map_or_else(|| "–".to_owned(), |code| code.to_string());
    let name = Path::new(program).file_name().unwrap_or_default();
    let name = name.to_string_lossy();
    let last = harmless(words.trim_end().lines().last().unwrap_or("–"));
    Finding::new(
        "D-37",
        (
            format!("{name} は hello の前に終わった (終了コード {code}): {last}"),
            format!("{name} ended before its hello (exit status {code}): {last}"),
        ),
        (
            "契約の最初の行に hello で答えるまで、終わらない (madoguchi help contract)",
            "answer the first line with a hello before anything else (madoguchi help contract)",
        ),
    )
}

/// D-38.
fn silent() -> Finding {
    let limit = HELLO.as_secs();
    Finding::new(
        "D-38",
        (
            format!("{limit} 秒待っても hello が来ない"),
            format!("no hello within {limit} s"),
        ),
        (
            "標準入力から1行読み、{\"hello\":{\"contract\":1,…}} を1行で答える",
            "read a line from standard input and answer {\"hello\":{\"contract\":1,…}} in one line",
        ),
    )
}

/// D-39.
fn not_a_hello(what: &str) -> Finding {
    Finding::new(
        "D-39",
        (
            format!("hello の前に別の行がある (行 {what})"),
            format!("something else comes before the hello (line {what})"),
        ),
        (
            "標準出力には契約の行だけを書き、その他は標準エラー出力に書く",
            "write nothing but the contract's lines to standard output, and the rest to standard error",
        ),
    )
}

/// D-40.
fn other_contract(version: u32) -> Finding {
    Finding::new(
        "D-40",
        (
            format!("クライアントの契約は版 {version}、本ツールは版 {VERSION}"),
            format!("the client speaks contract {version}, this tool contract {VERSION}"),
        ),
        (
            "アダプターの版を合わせる",
            "bring the adapter to this version",
        ),
    )
}

/// D-49: words of its own that stand beside unknown words.
fn unknown_words(words: &OwnWords) -> Option<Finding> {
    let unknown = Words::unknown(words);
    if unknown.is_empty() {
        return None;
    }
    let all: Vec<String> = unknown
        .iter()
        .map(|unknown| match unknown.nearest {
            Some(near) => format!("{} {} → {near}?", unknown.list, unknown.word),
            None => format!("{} {}", unknown.list, unknown.word),
        })
        .collect();
    let all = all.join(", ");
    Some(Finding::new(
        "D-49",
        (
            format!("hello の words の左に、知らない語がある: {all}"),
            format!("words in its hello have words on the left that nobody knows: {all}"),
        ),
        (
            "左には madoguchi help screens の語を、右に自分の語を書く",
            "write words of madoguchi help screens on the left, and your own on the right",
        ),
    ))
}

/// D-41: it answered, but its runtime kept the line until its input ended.
fn kept_in_a_buffer() -> Finding {
    Finding::new(
        "D-41",
        (
            "hello は入力を閉じた後に届いた。標準出力がバッファに溜まっている",
            "the hello came when its input was closed: standard output is kept in a buffer",
        ),
        (
            "1行ごとに flush する (Python は python3 -u または print(…, flush=True))",
            "flush after every line (in Python: python3 -u, or print(…, flush=True))",
        ),
    )
}

/// D-42.
fn unsupported() -> Finding {
    Finding::new(
        "D-42",
        (
            "最も基本のシナリオ happy/visual に「対応していない」(終了コード 89) と答えた",
            "it says \"not supported\" (exit status 89) to happy/visual, the plainest scenario",
        ),
        (
            "89 は、対応しないシナリオを知った後にだけ返す",
            "end in 89 only for what the client does not do",
        ),
    )
}
