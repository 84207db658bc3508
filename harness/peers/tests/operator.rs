//! `madoguchi operator`: what people set up beside an open counter, in the documents' words.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use madoguchi_peers::{Counter, Outcome, program, read, run};

fn operator(counter: &Counter, args: &[&str]) -> Outcome {
    run(counter
        .client(&program("madoguchi").display().to_string())
        .args(["--lang", "ja", "operator"])
        .args(args))
}

#[test]
fn codes_are_issued_listed_and_invalidated_with_the_labels_of_the_console() {
    let counter = Counter::open(&[]);
    let issued = operator(&counter, &["codes", "issue", "--memo", "Aのスマホ1"]);
    assert_eq!(issued.code, Some(0), "{issued:?}");
    assert!(
        issued.stdout.starts_with(
            "資格確認端末 › メニュー › マイナ資格確認アプリ管理 › アクティベーションコード管理\n"
        ),
        "{issued:?}"
    );
    assert!(
        issued.stdout.contains("端末識別メモ情報: Aのスマホ1"),
        "{issued:?}"
    );
    let code = issued.stdout.split("アクティベーションコード: ").nth(1);
    let code = code
        .and_then(|rest| rest.split(' ').next())
        .unwrap()
        .to_owned();
    assert!(code.len() == 12 && code.bytes().all(|b| b.is_ascii_digit()));

    let listed = operator(&counter, &["codes", "list"]);
    assert!(listed.stdout.contains("検索結果: 2件"), "{listed:?}");
    // Newest first, below the head.
    let newest = listed.stdout.lines().nth(2).unwrap();
    assert!(newest.contains("状態: 未登録") && newest.contains(&code));

    assert_eq!(operator(&counter, &["codes", "revoke"]).code, Some(0));
    let listed = operator(&counter, &["codes", "list"]);
    let newest = listed.stdout.lines().nth(2).unwrap();
    assert!(newest.contains("状態: 無効"), "{listed:?}");

    let (_, traces) = counter.closed();
    for entry in walk(traces.path()) {
        let text = read(&entry);
        assert!(!text.contains(&code), "{} keeps the code", entry.display());
    }
}

#[test]
fn the_console_refuses_what_the_documents_refuse_and_says_so() {
    let counter = Counter::open(&[]);
    for id in ["a", "ninechars", "カナ"] {
        let told = operator(&counter, &["accounts", "register", id]);
        assert_eq!(told.code, Some(2), "{id}: {told:?}");
        assert!(
            told.stderr.contains('2') && told.stderr.contains('8'),
            "{told:?}"
        );
    }
    let registered = operator(
        &counter,
        &[
            "accounts",
            "register",
            "ab",
            "--role",
            "medical-information",
        ],
    );
    assert_eq!(registered.code, Some(0), "{registered:?}");
    let listed = operator(&counter, &["accounts", "list"]);
    assert!(
        listed
            .stdout
            .contains("権限区分: 医療情報閲覧  ユーザID: ab"),
        "{listed:?}"
    );
    let off = operator(&counter, &["function", "off"]);
    assert!(
        off.stdout
            .contains("外来診療等(通常とは異なる動線)機能: 利用しない"),
        "{off:?}"
    );
    let (_, traces) = counter.closed();
    let trace = walk(traces.path())
        .into_iter()
        .find(|file| file.ends_with("trace.jsonl"))
        .map(read)
        .unwrap();
    for told in [
        r#"{"done":false,"rule":"user-id-malformed","basis":["R3-14"]}"#,
        r#"{"done":true,"rule":"account-registered","basis":["R3-14","R3-15"]}"#,
        r#"{"done":true,"rule":"function-set","basis":["R3-05","R3-07"]}"#,
    ] {
        assert!(trace.contains(told), "{told}\n{trace}");
    }
}

#[test]
fn an_insurer_that_applies_is_numbered_a_code_and_gives_it_back() {
    let counter = Counter::open(&[]);
    let applied = operator(&counter, &["apply", "--kind", "insurer"]);
    assert!(
        applied
            .stdout
            .starts_with("総合ポータルサイト › オンライン資格確認導入届（保険者）\n"),
        "{applied:?}"
    );
    assert!(
        applied.stdout.contains("オンライン資格確認用コード: "),
        "{applied:?}"
    );
    assert_eq!(operator(&counter, &["abolish"]).code, Some(0));
    let again = operator(&counter, &["codes", "issue", "--memo", "健診車"]);
    assert_eq!(
        again.code,
        Some(2),
        "a closed facility sets nothing up: {again:?}"
    );
    let _ = counter.close();
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            files.extend(walk(&path));
        } else if path
            .extension()
            .is_some_and(|e| e == "jsonl" || e == "json")
        {
            files.push(path);
        }
    }
    files
}
