//! `jpki-cli`, a stranger's command line for the card, reads, signs and verifies with ours; its own
//! `verify` and OpenSSL judge what it made.
//!
//! It ends with 0 also where it failed, so what counts is what it wrote. It sends every APDU twice:
//! the answer never fits into the room that it offers first, and it learns that after it was sent.
//! For the card that is two commands, and for a wrong PIN two attempts.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoguchi_peers::{Counter, Outcome, Terminal, cargo_install, have, read, run, skip};

const VERSION: &str = "0.4.3";

/// The 個人番号 of the card on the counter, with a wrong check digit.
const PERSONAL_NUMBER: &str = "990000000012";

/// The program at an open counter, and a folder for what it writes.
struct Stranger {
    program: PathBuf,
    counter: Counter,
    folder: tempfile::TempDir,
}

impl Stranger {
    /// Says why not in the list of skipped tests.
    fn at_the_counter(test: &str) -> Option<Self> {
        if !have("setsid", test) {
            return None;
        }
        match cargo_install("jpki-cli", VERSION) {
            Ok(program) => Some(Self {
                program,
                counter: Counter::open(&["--scenario", "happy/pin"]),
                folder: tempfile::tempdir().unwrap(),
            }),
            Err(why) => {
                skip(test, &why);
                None
            }
        }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs it with what a person types.
    fn typed(&self, arguments: &str, terminal: Terminal<'_>) -> Outcome {
        let command = self.counter.client(self.program.to_str().unwrap());
        terminal.run(&command, arguments.split_whitespace())
    }

    /// What it says without being asked for a PIN.
    fn says(&self, arguments: &str) -> String {
        let outcome = self.typed(arguments, Terminal::default());
        assert_eq!(outcome.stderr, "", "{outcome:#?}");
        outcome.stdout.trim().to_owned()
    }

    /// What it says after a PIN.
    fn says_to(&self, pin: &str, arguments: &str) -> String {
        let secret = Some(pin);
        let outcome = self.typed(
            arguments,
            Terminal {
                secret,
                document: None,
            },
        );
        assert!(!outcome.stderr.contains("ERROR"), "{outcome:#?}");
        outcome.stdout.trim().to_owned()
    }

    /// Has it write what is not text into a file.
    fn writes(&self, name: &str, arguments: &str, secret: Option<&str>) -> PathBuf {
        let file = self.file(name);
        let mut command = self.counter.client("sh");
        let script = "out=$1; shift; exec \"$@\" >\"$out\"";
        command
            .args(["-c", script, "sh"])
            .arg(&file)
            .arg(&self.program);
        let terminal = Terminal {
            secret,
            document: None,
        };
        let outcome = terminal.run(&command, arguments.split_whitespace());
        assert!(!outcome.stderr.contains("ERROR"), "{outcome:#?}");
        file
    }
}

#[test]
fn it_reads_all_four_certificates() {
    let test = "it_reads_all_four_certificates";
    let Some(stranger) = Stranger::at_the_counter(test) else {
        return;
    };
    if !have("openssl", test) {
        return;
    }
    for (kind, option, pin) in [
        ("authentication", " --auth", None),
        ("signature", "", Some("ABC123")),
    ] {
        let certificate = stranger.writes(kind, &format!("crypto{option} read-certificate"), pin);
        let authority = stranger.writes(
            "authority",
            &format!("crypto{option} --ca read-certificate"),
            None,
        );
        for file in [&certificate, &authority] {
            let mut openssl = Command::new("openssl");
            openssl
                .args(["x509", "-inform", "DER", "-in"])
                .arg(file)
                .arg("-out")
                .arg(file);
            assert_eq!(run(&mut openssl).code, Some(0), "{kind}");
        }
        let mut openssl = Command::new("openssl");
        openssl
            .args(["verify", "-no_check_time", "-trusted"])
            .arg(&authority)
            .arg(&certificate);
        let verified = run(&mut openssl);
        assert_eq!(verified.code, Some(0), "{kind}: {verified:#?}");
    }
}

#[test]
fn it_signs_with_both_keys_and_verifies_what_it_signed() {
    let test = "it_signs_with_both_keys_and_verifies_what_it_signed";
    let Some(stranger) = Stranger::at_the_counter(test) else {
        return;
    };
    let document = "what the holder agrees to\n";
    fs::write(stranger.file("document"), document).unwrap();
    fs::write(stranger.file("other"), "what nobody agreed to\n").unwrap();
    for (option, pin, asked) in [(" --auth", "1234", None), ("", "ABC123", Some("ABC123"))] {
        let certificate = stranger.writes(
            "certificate",
            &format!("crypto{option} read-certificate"),
            asked,
        );
        let signature = stranger.file("signature");
        let terminal = Terminal {
            document: Some(document),
            secret: Some(pin),
        };
        let signed = stranger.typed(
            &format!("crypto{option} sign {}", signature.display()),
            terminal,
        );
        assert_eq!(
            fs::read(&signature).map(|it| it.len()).ok(),
            Some(256),
            "{signed:#?}"
        );
        let verify = |document: &str| {
            let mut command = stranger.counter.client("sh");
            let script = "in=$1; shift; exec \"$@\" <\"$in\"";
            command
                .args(["-c", script, "sh"])
                .arg(stranger.file(document));
            command.arg(&stranger.program).args(["crypto", "verify"]);
            run(command.arg(&certificate).arg(&signature))
        };
        let verified = verify("document");
        assert_eq!(verified.code, Some(0), "{verified:#?}");
        assert!(verified.stderr.contains("OK"), "{verified:#?}");
        assert_eq!(verify("other").code, Some(1), "it verifies anything");
    }
}

#[test]
fn it_reads_what_is_written_on_the_card() {
    let Some(stranger) = Stranger::at_the_counter("it_reads_what_is_written_on_the_card") else {
        return;
    };
    assert_eq!(
        stranger.says_to("1234", "support get my-number"),
        PERSONAL_NUMBER
    );
    let attributes = stranger.says_to("1234", "support get attributes");
    let attributes: serde_json::Value = serde_json::from_str(&attributes).unwrap();
    assert_eq!(attributes["name"], "試験　太郎");
    assert_eq!(attributes["address"], "架空県試験市模擬町１丁目１番１号");
    assert_eq!(attributes["date_of_birth"], "19850303");
    assert_eq!(attributes["sex"], "Male");

    let face = |what: &str| stranger.says_to(PERSONAL_NUMBER, &format!("surface get {what}"));
    assert_eq!(face("date-of-birth"), "19850303");
    assert_eq!(face("sex"), "1");
    assert!(face("expiry-date").starts_with("20"));
    let picture = |what: &str| {
        let file = stranger.writes(what, &format!("surface get {what}"), Some(PERSONAL_NUMBER));
        fs::read(file).unwrap()
    };
    for what in ["name", "address", "code"] {
        assert!(picture(what).starts_with(b"\x89PNG"), "{what}");
    }
    assert_eq!(&picture("photo")[4..8], b"jP  ", "a picture in JPEG 2000");
    assert_eq!(picture("signature").len(), 256);
}

#[test]
fn a_wrong_pin_costs_two_attempts_because_it_is_sent_twice() {
    let Some(stranger) = Stranger::at_the_counter("a_wrong_pin_costs_two_attempts") else {
        return;
    };
    for (query, left) in [
        ("crypto --auth stat", "3"),
        ("crypto stat", "5"),
        ("support stat", "3"),
        ("surface stat a", "10"),
        ("surface stat b", "10"),
    ] {
        assert_eq!(stranger.says(query), left, "{query}");
    }
    let terminal = Terminal {
        document: None,
        secret: Some("9999"),
    };
    let refused = stranger.typed("support get my-number", terminal);
    assert!(
        refused.stderr.contains("Verify failed: 1 tries left"),
        "{refused:#?}"
    );
    assert_eq!(stranger.says("support stat"), "1");
    // The right one is sent twice, too, and gives all attempts back.
    assert_eq!(
        stranger.says_to("1234", "support get my-number"),
        PERSONAL_NUMBER
    );
    assert_eq!(stranger.says("support stat"), "3");

    let (outcome, traces) = stranger.counter.closed();
    let commands = commands(&traces.path().join("happy/pin/trace.jsonl"));
    assert!(commands.len() > 20, "{commands:?}");
    let (pairs, rest) = commands.as_chunks::<2>();
    assert!(rest.is_empty(), "{commands:?}");
    for [first, second] in pairs {
        assert_eq!(first, second);
    }
    for requirement in ["privacy.personal-number-untouched", "card.command-once"] {
        assert!(outcome.stdout.contains(requirement), "{outcome:#?}");
    }
}

/// Every command APDU of a trace, as far as a trace keeps it; without the number that it gives to
/// each wrong PIN.
fn commands(trace: &Path) -> Vec<String> {
    let text = read(trace);
    let events = text
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let of = |event: serde_json::Value| {
        let card = event["is"]["card"].as_object()?;
        let data = card.get("data").and_then(serde_json::Value::as_str);
        let data = data.and_then(|data| data.split('#').next());
        Some(format!("{} {}", card["header"], data.unwrap_or_default()))
    };
    events.filter_map(of).collect()
}
