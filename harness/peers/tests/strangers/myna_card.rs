//! `myna-card`, a library for the real card, reads ours: its four examples that read, as published,
//! at an open counter and through a real pcscd with vsmartcard's driver.
//!
//! They end with success even where they print that a card is none or that a signature is wrong, so
//! what counts is what they print. Against the roots of the real infrastructure, which are
//! compiled in, ours must fail; everything else must verify. `token Card` is their word for the
//! token label JPKIAPICCTOKEN2; a phone would be another.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use madoguchi_card::Profile;
use madoguchi_peers::{Counter, Pcscd, run, skip};

use crate::desk::{Desk, Embedded};
use crate::examples;

/// What is on the card: 試験　太郎's, born in 昭和60年. The check digit of the number is wrong.
const PIN: &str = "1234";
const BIRTH_DATE: &str = "600303";
const CODE_A: &str = "990000000012";
const SECURITY_CODE: &str = "9901";

#[test]
fn its_examples_read_and_verify_everything_at_the_counter() {
    let test = "its_examples_read_and_verify_everything_at_the_counter";
    let Some(stranger) = Stranger::find(test) else {
        return;
    };
    let counter = Counter::open(&[]);
    let transcript = stranger.reads_everything(|program| counter.client(program));
    assert!(transcript.contains(counter.var("MADOGUCHI_READER")));
}

/// Byte for byte what they print with the embedded server, but for the name of the reader.
#[test]
fn its_examples_print_the_same_with_a_real_pcscd() {
    let test = "its_examples_print_the_same_with_a_real_pcscd";
    let Some(stranger) = Stranger::find(test) else {
        return;
    };
    let Some(outcome) = Pcscd::alone(test, "myna_card::its_examples_alone") else {
        return;
    };
    let embedded = Embedded::new(Profile::contactless());
    let ours = stranger.reads_everything(|program| embedded.client(program));
    let theirs: Vec<_> = outcome
        .stdout
        .lines()
        .filter_map(|line| line.strip_prefix("pcscd> "))
        .collect();
    let ours = ours.replace(Embedded::READER, Desk::READER);
    assert_eq!(ours.lines().collect::<Vec<_>>(), theirs);
}

#[test]
#[ignore = "runs in a namespace of its own"]
fn its_examples_alone() {
    let stranger = Stranger::find("its_examples_alone").unwrap();
    let desk = Desk::new(Profile::contactless());
    desk.wait_for_card();
    let transcript = stranger.reads_everything(|program| Command::new(program));
    // The driver's other reader has no counterpart.
    let lines = transcript.lines().filter(|line| !line.starts_with("[1]"));
    lines.for_each(|line| println!("pcscd> {line}"));
}

/// The built examples.
pub(crate) struct Stranger(PathBuf);

impl Stranger {
    /// Says why not in the list of skipped tests.
    pub(crate) fn find(test: &str) -> Option<Self> {
        match examples::built() {
            Ok(folder) => Some(Self(folder)),
            Err(why) => {
                skip(test, &why);
                None
            }
        }
    }

    /// Runs all of them, and looks at what they say; gives back what was printed, with `OUT` where
    /// files were put.
    pub(crate) fn reads_everything(&self, client: impl Fn(&str) -> Command) -> String {
        let folder = tempfile::tempdir().unwrap();
        let mut reading = Reading {
            examples: &self.0,
            client,
            folder: folder.path(),
            transcript: String::new(),
        };
        let year = reading.recognises();
        reading.dumps_the_certificates();
        reading.reads_with_the_pin_and_code_a();
        reading.reads_with_code_b(&format!("{BIRTH_DATE}{year}{SECURITY_CODE}"));
        reading.speaks_under_secure_messaging();
        reading.transcript
    }
}

struct Reading<'a, C> {
    examples: &'a Path,
    client: C,
    folder: &'a Path,
    transcript: String,
}

impl<C: Fn(&str) -> Command> Reading<'_, C> {
    /// What an example prints, in which each of `wanted` stands.
    fn says(&mut self, example: &str, arguments: &[&str], wanted: &[&str]) -> String {
        let program = self.examples.join(example);
        let outcome = run((self.client)(program.to_str().unwrap()).args(arguments));
        assert_eq!(outcome.code, Some(0), "{example}: {outcome:#?}");
        for line in wanted {
            assert!(outcome.stdout.contains(line), "no {line:?}: {outcome:#?}");
        }
        let out = self.folder.display().to_string();
        self.transcript
            .push_str(&outcome.stdout.replace(&out, "OUT"));
        outcome.stdout
    }

    fn wrote(&self, names: &[&str]) {
        for name in names {
            let file = self.folder.join(name);
            assert!(fs::metadata(file).unwrap().len() > 0, "{name}");
            fs::remove_file(self.folder.join(name)).unwrap();
        }
    }

    /// Gives back the year in which the card expires.
    fn recognises(&mut self) -> String {
        // Invented: no prefecture has the number 99.
        let listed = self.says(
            "list_readers",
            &[],
            &[
                "token        Card",
                "serial       990000000000001",
                "municipality 99201 (prefecture 99)",
            ],
        );
        let expires = listed.lines().find_map(|line| line.strip_prefix("expires"));
        let expires = expires.unwrap().trim();
        assert!(
            expires.len() == "2035-08-26".len() && expires.starts_with("20"),
            "{expires}"
        );
        expires[..4].to_owned()
    }

    fn dumps_the_certificates(&mut self) {
        let out = self.folder.display().to_string();
        self.says(
            "dump_certificates",
            &[&out],
            &[
                "token: Card",
                "MADOGUCHI TEST ONLY",
                "signed by the CA certificate on the card: yes",
                // A certificate of ours must not be taken for one of the real infrastructure.
                "reaches a published root:                no",
                "reaches a root incl. the test hierarchy: no",
                "authentication PIN: 3 attempt(s) remaining",
            ],
        );
        self.wrote(&["auth_certificate.der", "auth_ca_certificate.der"]);
    }

    fn reads_with_the_pin_and_code_a(&mut self) {
        let out = self.folder.display().to_string();
        let credentials = ["--pin", PIN, "--birth-date", BIRTH_DATE, "--code-a", CODE_A];
        let read = self.says(
            "read_card",
            &[&credentials[..], &["--out", &out]].concat(),
            &[
                "contact ATR  3B E0 00 FF 81 31 FE 45 14",
                "municipality 99201 (agrees with 共通カードAP)",
                "個人番号     990000000012",
                "氏名         試験　太郎",
                "生年月日     1985-03-03 (昭和60年)",
                "年齢確認     生年月日 1985-03-03",
                "利用者証明用 retries 3",
                "署名用 retries 5",
            ],
        );
        let expected = [
            UNKNOWN_CARD,
            UNKNOWN_PROFILE,
            "verified", // EF 0007: its public key
            "verified", // EF 0003: the signature over …
            "ok",       // … the file of the 個人番号
            "ok",       // … and the file of the 基本4情報
            UNKNOWN_SURFACE,
            "verified",   // EF 0001: the date of birth
            "verified",   // EF 0002: the face of the card
            "verified",   // the challenge: the card has the key
            "verified",   // EF 0005: the picture of the 個人番号
            "verified",   // EF 000A by EF 000B
            UNKNOWN_ROOT, // of production
            UNKNOWN_ROOT, // of the real test hierarchy
        ];
        assert_eq!(checks(&read), expected, "{read}");
        self.wrote(&[
            "name.png",
            "address.png",
            "photo.jp2",
            "my-number.png",
            "auth.der",
            "auth-ca.der",
        ]);
    }

    fn reads_with_code_b(&mut self, code_b: &str) {
        let out = self.folder.display().to_string();
        let read = self.says("read_card", &["--code-b", code_b, "--out", &out], &[]);
        let expected = [
            UNKNOWN_CARD,
            UNKNOWN_PROFILE,
            UNKNOWN_SURFACE,
            "verified", // EF 0002: the face of the card
            "verified", // the challenge
            "verified", // EF 000A by EF 000B
            UNKNOWN_ROOT,
            UNKNOWN_ROOT,
        ];
        assert_eq!(checks(&read), expected, "{read}");
        self.wrote(&["name.png", "address.png", "photo.jp2"]);
        // It needs the 個人番号 itself.
        assert!(!self.folder.join("my-number.png").exists());
    }

    fn speaks_under_secure_messaging(&mut self) {
        self.says(
            "secure_messaging",
            &[PIN],
            &[
                "PIN Some(3), 照合番号A Some(10), 照合番号B Some(10), blocked reference Some(0)",
                "next message counter 1",
                "counter now 2",
                "(17 physical), counter now 8",
                "plain and encrypted reads agree.",
            ],
        );
    }
}

/// What is said of a certificate of ours where it ends at a root of the real infrastructure.
const UNKNOWN_ROOT: &str =
    "signature verification failed: no root this crate carries signed this certificate";

/// The same of the certificates that cards can verify: of the card's own chain, of 券面事項確認AP
/// and of 券面入力補助AP.
const UNKNOWN_CARD: &str = "no CA key for 証明者鍵ID 9000020/001";
const UNKNOWN_SURFACE: &str = "no CA key for 証明者鍵ID 9000023/001";
const UNKNOWN_PROFILE: &str = "no CA key for 証明者鍵ID 9000033/001";

/// How each check ended: what stands in brackets, but for the indices of the chain.
fn checks(read: &str) -> Vec<&str> {
    let pieces = read.split('[').skip(1);
    let inside = pieces.filter_map(|piece| Some(piece.split_once(']')?.0));
    inside.filter(|it| it.parse::<u8>().is_err()).collect()
}
