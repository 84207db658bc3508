//! `javax.smartcardio`, which comes with Java: a page of it reads the card and watches it come and
//! go. Needs a JDK of version 17 or later; none is installed for this.

use std::path::PathBuf;
use std::process::Command;

use madoguchi_peers::{Counter, Running, have, read, run, skip, source};
use serde_json::json;

#[test]
fn javax_smartcardio_reads_the_card_and_sees_it_come_and_go() {
    let test = "javax_smartcardio_reads_the_card_and_sees_it_come_and_go";
    if !have("java", test) || !have("javac", test) {
        return;
    }
    let Some(library) = libpcsclite() else {
        return skip(test, "pkg-config does not know where libpcsclite lies");
    };
    let counter = Counter::open(&[]);
    let mut java = counter.client("java");
    java.args(["-Xshare:auto", "-XX:TieredStopAtLevel=1"])
        // Where it looks by itself there is no library on Debian.
        .arg(format!(
            "-Dsun.security.smartcardio.library={}",
            library.display()
        ))
        .arg(source("tests/scripts/Watch.java"));
    let mut watch = Running::start(&mut java);
    watch.line("present true");
    watch.line("ATR 3B8880010000");
    watch.line("select 9000");
    watch.line("file 9000");
    let certificate = watch.line("certificate 3082");
    // As long as its own header says: 4 bytes and those that it counts.
    let length = usize::from_str_radix(&certificate["certificate 3082".len()..][..4], 16).unwrap();
    assert_eq!(certificate.len(), "certificate ".len() + 2 * (4 + length));
    watch.line("foreign 6A82");
    watch.line("waiting for removal");
    assert_eq!(counter.control(r#"{"remove":{}}"#), json!({ "ok": {} }));
    watch.line("absent true");
    watch.line("without a card: SCARD_W_REMOVED_CARD");
    watch.line("nothing to connect to");
    watch.line("waiting for insertion");
    assert_eq!(counter.control(r#"{"insert":{}}"#), json!({ "ok": {} }));
    watch.line("a new connection: 9000");
    watch.line("end");
    let outcome = watch.outcome();
    assert_eq!(outcome.code, Some(0), "{outcome:#?}");

    let (_, traces) = counter.closed();
    let trace = read(traces.path().join("happy/visual/trace.jsonl"));
    for call in ["begin-transaction", "end-transaction"] {
        assert!(trace.contains(call), "no {call}: {trace}");
    }
}

/// The library that every PC/SC program here shares.
fn libpcsclite() -> Option<PathBuf> {
    let mut pkg_config = Command::new("pkg-config");
    let folder = run(pkg_config.args(["--variable=libdir", "libpcsclite"])).stdout;
    let library = PathBuf::from(folder.trim()).join("libpcsclite.so.1");
    library.is_file().then_some(library)
}
