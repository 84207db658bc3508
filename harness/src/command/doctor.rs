//! `madoguchi doctor`: looks at the machine before a client is blamed. Each finding has a code
//! that stays, what was seen, and what to do.

mod pcsc;
mod vpcd;

use std::io::Write as _;
use std::net::{Ipv4Addr, TcpListener};

use madoguchi_terms::{Lang, Say};

use super::screen;
use super::trouble::Trouble;
use crate::cell::folder::Folder;
use crate::exit::Exit;

/// Something that would spoil a run, or is dangerous.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Finding {
    /// Stable code, `D-01` and so on.
    code: &'static str,
    seen: Sentence,
    help: Sentence,
}

/// A sentence in both languages.
#[derive(Debug, PartialEq, Eq)]
struct Sentence {
    ja: String,
    en: String,
}

impl Say for Sentence {
    fn text(&self, lang: Lang) -> String {
        lang.pick(&self.ja, &self.en).clone()
    }
}

impl Finding {
    fn new(
        code: &'static str,
        (seen_ja, seen_en): (impl Into<String>, impl Into<String>),
        (help_ja, help_en): (impl Into<String>, impl Into<String>),
    ) -> Self {
        Self {
            code,
            seen: Sentence {
                ja: seen_ja.into(),
                en: seen_en.into(),
            },
            help: Sentence {
                ja: help_ja.into(),
                en: help_en.into(),
            },
        }
    }
}

pub(super) fn doctor(lang: Lang) -> Result<Exit, Trouble> {
    let checks: [(&str, &str, Option<Finding>); 5] = [
        ("一時フォルダ", "temporary folder", folder()),
        ("ループバック", "loopback", loopback()),
        ("libpcsclite", "libpcsclite", pcsc::library()),
        ("PC/SC のソケット", "PC/SC socket", pcsc::socket()),
        ("vpcd", "vpcd", vpcd::listeners()),
    ];
    let mut out = screen::standard_output();
    let mut exit = Exit::PASS;
    for (ja, en, finding) in checks {
        let name = lang.pick(ja, en);
        let line = match &finding {
            None => format!("  ✔ {name}"),
            Some(Finding { code, seen, help }) => {
                exit = Exit::ENVIRONMENT;
                let (seen, help) = (seen.text(lang), help.text(lang));
                format!(
                    "  ✘ {name}  {code}\n      {seen}\n      {}: {help}",
                    lang.pick("対処", "help")
                )
            }
        };
        screen::say(writeln!(out, "{line}"))?;
    }
    Ok(exit)
}

/// D-01: a cell needs a private folder whose path leaves room for a socket's name.
fn folder() -> Option<Finding> {
    /// The longest path of a Unix socket, bytes without the NUL (sun_path on Linux).
    const SOCKET_PATH_MAX: usize = 107;

    let help = (
        "TMPDIR に短く、書き込めるフォルダ (例 /tmp) を指定する",
        "set TMPDIR to a short, writable folder such as /tmp",
    );
    match Folder::create() {
        Err(trouble) => {
            let first_line = |lang| {
                trouble
                    .text(lang)
                    .lines()
                    .next()
                    .unwrap_or_default()
                    .to_owned()
            };
            Some(Finding::new(
                "D-01",
                (first_line(Lang::Ja), first_line(Lang::En)),
                help,
            ))
        }
        Ok(folder) => {
            let length = folder.path().join("pcscd.comm").as_os_str().len();
            (cfg!(unix) && length > SOCKET_PATH_MAX).then(|| {
                Finding::new(
                    "D-01",
                    (
                        format!("ソケットのパスが {length} バイトになる (上限 {SOCKET_PATH_MAX})"),
                        format!(
                            "a socket's path would have {length} bytes (limit {SOCKET_PATH_MAX})"
                        ),
                    ),
                    help,
                )
            })
        }
    }
}

/// D-02: the mock service listens on 127.0.0.1.
fn loopback() -> Option<Finding> {
    let error = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).err()?;
    Some(Finding::new(
        "D-02",
        (
            format!("127.0.0.1 で待ち受けられない: {error}"),
            format!("cannot listen on 127.0.0.1: {error}"),
        ),
        (
            "ループバックを有効にする (コンテナでは ip link set lo up)",
            "bring the loopback interface up (in a container: ip link set lo up)",
        ),
    ))
}
