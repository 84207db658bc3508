//! `madoguchi doctor`: looks at everything that could spoil a run before a client is blamed: the
//! machine, the environment, PC/SC, what the run is to be given, a client that is known to be good on
//! the whole way, and the client's own first words. Each finding has a code that stays, what was seen,
//! and what to do.
//!
//! | code | module |
//! |---|---|
//! | D-01, D-02, D-15 … D-22 | [`machine`] |
//! | D-07 … D-14 | [`environment`] |
//! | D-03 … D-05, D-23 … D-25 | [`pcsc`] |
//! | D-06 | [`vpcd`] |
//! | D-26 … D-29 | [`plan`] |
//! | D-31 … D-35 | [`program`] |
//! | D-36 … D-42 | [`client`] |
//! | D-43, D-44 | [`rehearsal`] |
//! | D-50 … D-53 | [`contract`] |
//! | D-45 … D-48 | [`screens`] |

mod client;
mod contract;
mod environment;
mod finding;
mod machine;
mod pcsc;
mod plan;
mod program;
mod rehearsal;
mod screens;
mod vpcd;

use std::env;
use std::io::Write;

use jiff::Timestamp;
use madoguchi_terms::{Lang, Say};

use self::finding::Finding;
use super::prepared::Prepared;
use super::screen;
use super::selection::Selection;
use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

/// What the client that is known to be good is tried with: by eye, and by PIN with a signature.
const REHEARSED: [&str; 2] = ["happy/visual", "happy/pin"];

pub(super) fn doctor(options: &cli::Doctor, lang: Lang) -> Result<Exit, Trouble> {
    let now = Timestamp::now();
    let mut told = Told {
        lang,
        ill: 0,
        out: screen::standard_output(),
    };
    told.tell(("一時フォルダ", "temporary folder"), machine::folder())?;
    told.tell(("ループバック", "loopback"), machine::loopback())?;
    told.tell(("時計", "clock"), machine::clock(now))?;
    told.tell(("プロセスの上限", "limits of a process"), machine::limits())?;
    told.tell(
        ("記録の置き場所", "room for traces"),
        machine::out(options.out.as_deref()),
    )?;
    told.tell(
        ("このインストールの鍵", "keys of this installation"),
        machine::kept(now),
    )?;
    let variables = environment::variables(&|name| env::var_os(name));
    told.tell(("環境変数", "environment"), variables)?;
    told.tell(("libpcsclite", "libpcsclite"), pcsc::library())?;
    told.tell(("PC/SC のソケット", "PC/SC socket"), pcsc::socket())?;
    told.tell(("vpcd", "vpcd"), vpcd::listeners())?;
    told.tell(
        ("電文プロファイル", "wire profile"),
        plan::profile(&options.profile),
    )?;
    if let Some(file) = &options.known_failures {
        told.tell(
            ("既知の不適合", "known failures"),
            plan::known_failures(file, now),
        )?;
    }
    if told.ill > 0 || cfg!(not(unix)) {
        let skipped = lang.pick(
            "  – クライアントは、上が直ってから調べます",
            "  – clients are looked at when the above is mended",
        );
        screen::say(writeln!(told.out, "{skipped}"))?;
        return Ok(told.exit());
    }
    let traces = tempfile::tempdir().map_err(|error| Trouble::Write {
        path: env::temp_dir(),
        error,
    })?;
    let ids = REHEARSED.map(str::to_owned);
    let prepared = Prepared::new(
        &Selection::by_id(&ids),
        &options.profile,
        Some(traces.path()),
        Some(1),
    )?;
    told.tell(
        (
            "参照クライアントの試走",
            "rehearsal with the reference client",
        ),
        rehearsal::rehearsal(&prepared),
    )?;
    let setting = prepared.setting(&prepared.scenarios[0], 1);
    if let Some(file) = &options.screen_map {
        told.tell(
            ("アプリの画面", "screens of the app"),
            screens::screens(file, options.client.as_deref(), &setting),
        )?;
    } else if let Some(command) = &options.client {
        let found = client::client(command, &setting);
        let speaks = found.is_none();
        told.tell(("クライアント", "client"), found)?;
        if speaks {
            told.tell(
                ("クライアントの言葉", "what the client says"),
                contract::contract(&prepared, command),
            )?;
        }
    }
    Ok(told.exit())
}

/// What was told so far.
struct Told<W> {
    lang: Lang,
    /// Findings.
    ill: usize,
    out: W,
}

impl<W: Write> Told<W> {
    fn tell(
        &mut self,
        (ja, en): (&str, &str),
        findings: impl IntoIterator<Item = Finding>,
    ) -> Result<(), Trouble> {
        let lang = self.lang;
        let name = lang.pick(ja, en);
        let mut is_well = true;
        for finding in findings {
            let Finding {
                code,
                seen,
                help,
                is_note,
            } = finding;
            is_well = false;
            self.ill += usize::from(!is_note);
            let mark = if is_note { '–' } else { '✘' };
            let seen = seen.text(lang).trim_end().replace('\n', "\n      ");
            let (help, label) = (help.text(lang), lang.pick("対処", "help"));
            let line = format!("  {mark} {name}  {code}\n      {seen}\n      {label}: {help}");
            screen::say(writeln!(self.out, "{line}"))?;
        }
        if is_well {
            screen::say(writeln!(self.out, "  ✔ {name}"))?;
        }
        Ok(())
    }

    const fn exit(&self) -> Exit {
        if self.ill == 0 {
            Exit::PASS
        } else {
            Exit::ENVIRONMENT
        }
    }
}
