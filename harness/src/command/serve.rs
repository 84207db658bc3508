//! `madoguchi serve`: a counter that stays open for a client that a user starts by hand. Prints
//! what to set, obeys the control socket, writes the trace, and says at the end what card and web
//! traffic alone show (depth L0).

#[cfg(unix)]
pub(crate) mod control;
#[cfg(unix)]
mod live;
#[cfg(all(test, unix))]
pub(crate) use control::words as control_words;

use madoguchi_terms::Lang;

use super::trouble::Trouble;
use crate::cli;
use crate::exit::Exit;

#[cfg(not(unix))]
pub(super) fn serve(_: &cli::Serve, _: Lang) -> Result<Exit, Trouble> {
    Err(Trouble::NotHere("serve"))
}

#[cfg(unix)]
pub(super) fn serve(options: &cli::Serve, lang: Lang) -> Result<Exit, Trouble> {
    use std::sync::Arc;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    use jiff::Timestamp;
    use madoguchi_terms::Say as _;
    use madoguchi_trace::{Channel, ClientNote, Depth};
    use madoguchi_wire::Transport;

    use super::own_words;

    use super::prepared::Prepared;
    use super::selection::Selection;
    use crate::cell::backlog;
    use crate::cell::case::{CaseTrouble, header, start_writer};
    use crate::cell::clock::ScenarioClock;
    use crate::cell::sequencer::Sequencer;
    use crate::cell::trace_writer::Held;
    use crate::cell::world::World;
    use crate::installation::KeptTerminals;
    use crate::interrupt;
    use crate::staging::Staging;

    /// How often an open counter looks whether the user has pressed Ctrl-C.
    const LOOK: Duration = Duration::from_millis(200);

    permitted(options)?;
    let mut prepared = Prepared::new(
        &Selection::by_id(std::slice::from_ref(&options.scenario)),
        &options.profile,
        options.out.as_deref(),
        None,
    )?;
    if let Some(policies) = options.policies {
        prepared.scenarios[0].given.card.policies = policies;
    }
    let scenario = &prepared.scenarios[0];
    let mut setting = prepared.setting(scenario, options.seed);
    setting.route = options.route;
    if prepared.profile().transport() == Transport::Folder && options.folder.is_none() {
        return Err(Trouble::NeedsFolder(options.profile.clone()));
    }
    setting.exchange = options
        .folder
        .as_deref()
        .map(|folder| prepared.exchange(folder));
    setting.reach = options.reach.clone();
    setting.everybody = true;
    let now = Timestamp::now();
    let (mut authorities, not_kept) = options.reach.authorities(now).map_err(Trouble::Pki)?;
    let mut time = setting.at;
    if let Some(path) = &options.store {
        let world = Staging::open(path, setting.at, now).map_err(Trouble::Store)?;
        let terminals = KeptTerminals::open(now).map_err(Trouble::NotKept)?;
        if terminals.is_new && !world.is_new() {
            say_that_terminals_are_gone(lang);
        }
        authorities = authorities.with_terminals(terminals.authority, now);
        (setting.at, time) = (world.born(), world.time(now));
        setting.staging = Some(Arc::new(world));
    }
    setting.authorities = Arc::new(authorities);
    if let Some(trouble) = not_kept {
        let note = lang.pick(
            "注意: ルートは今回限りです",
            "note: the root is for this time only",
        );
        anstream::eprintln!("{note}: {}", trouble.text(lang));
    }
    let folder = prepared
        .folder
        .case(&scenario.id)
        .map_err(Trouble::Folder)?;
    let (to_store, stamped) = backlog::channel();
    let sequencer = Arc::new(Sequencer::new(to_store));
    let clock = ScenarioClock::ticking(time);
    let world = World::open(&setting, clock, sequencer.clone()).map_err(Trouble::World)?;
    let by_hand = ClientNote {
        name: "by hand".into(),
        version: "–".into(),
        depth: Depth::L0,
    };
    let mut header = header(
        &setting,
        Some(by_hand),
        vec![Channel::Card, Channel::Pcsc, Channel::Web],
    );
    header.words = own_words::read(options.words.as_deref())?;
    let of_case = |trouble| Trouble::Case {
        id: scenario.id.clone(),
        trouble,
    };
    let (opening, opened) = channel();
    let tell = live::teller(options.live, lang, opened);
    let writer =
        start_writer(&folder, header, &world, stamped, Held::Told(tell)).map_err(of_case)?;

    let socket = world.folder().join("control.sock");
    let asked = control::listen(&socket).map_err(|error| Trouble::Write {
        path: socket.clone(),
        error,
    })?;
    world.place(None);
    interrupt::catch();
    if options.reach.is_open() {
        warn(&options.reach, lang);
    }
    let patience = prepared.profile().rules().client_gives_up_after;
    print_what_to_set(&world, &socket, &folder, patience.as_millis(), lang);
    drop(opening);

    while !interrupt::interrupted() {
        match asked.recv_timeout(LOOK) {
            Ok((control::Command::End {}, answer)) => {
                // The one that asked may have gone.
                let _ = answer.send(Ok(serde_json::json!({})));
                break;
            }
            Ok((command, answer)) => {
                let _ = answer.send(control::perform(command, &world));
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    drop(world);
    sequencer.close();
    let path = folder.join("trace.jsonl");
    if let Some(error) = writer.finish().failure {
        return Err(of_case(CaseTrouble::Trace { path, error }));
    }
    super::judge::tell(&super::judge::read(path)?, &folder, options.strict, lang)
}

/// Whether the service may listen where it is told to.
#[cfg(unix)]
const fn permitted(options: &cli::Serve) -> Result<(), Trouble> {
    if options.reach.is_open() && !options.for_other_machines {
        return Err(Trouble::OpenToOthers(options.reach.bind));
    }
    Ok(())
}

/// What to know where the kept CA had to be made anew: it lives as long as the root.
#[cfg(unix)]
fn say_that_terminals_are_gone(lang: Lang) {
    anstream::eprintln!(
        "{}",
        lang.pick(
            "注意: 端末の認証局を作り直しました (期限か、別の利用者・機械)。以前の端末は新しいアクティベーションコードで登録し直してください。",
            "note: the CA of the terminals is new (the last one lapsed, or this is another user or machine): activate terminals of before anew, with new activation codes.",
        )
    );
}

/// What to know before other machines come.
#[cfg(unix)]
fn warn(reach: &crate::cell::reach::Reach, lang: Lang) {
    let bind = reach.bind;
    anstream::eprintln!(
        "{}",
        lang.pick(
            format!("警告: Webサービスは {bind} で待ち、ほかの機械から届きます。非公式の模擬であり、実在の人の情報や本番の資格情報を入れないでください。信頼できる試験用の網でだけ使ってください。"),
            format!("warning: the service listens on {bind}, where other machines reach it. It is an unofficial mock: enter no real person's data and no credentials of a real service, and use it in a test network only."),
        )
    );
    if !reach.is_under_the_kept_root() {
        anstream::eprintln!(
            "{}",
            lang.pick(
                "  証明書のルートは今回限りです。クライアントには MADOGUCHI_CA_FILE のファイルを信頼させてください (ca export のものではありません)。",
                "  The root of its certificate is for this time only: let the client trust the file in MADOGUCHI_CA_FILE, not that of ca export.",
            )
        );
    }
}

#[cfg(unix)]
fn print_what_to_set(
    world: &crate::cell::world::World,
    control: &std::path::Path,
    folder: &std::path::Path,
    patience_ms: i128,
    lang: Lang,
) {
    let t = |ja: &'static str, en: &'static str| lang.pick(ja, en);
    anstream::println!(
        "{}",
        t(
            "窓口を開きました (非公式の模擬)。クライアントに次を設定してください:",
            "The counter is open (an unofficial mock). Set this for your client:",
        )
    );
    for (name, value) in world.env() {
        // HOME and TMPDIR are for clients that the tool starts itself.
        if *name != "HOME" && *name != "TMPDIR" {
            anstream::println!("  export {name}={}", quoted(&value.to_string_lossy()));
        }
    }
    anstream::println!("  export MADOGUCHI_TIMEOUT_MS={patience_ms}");
    anstream::println!();
    anstream::println!(
        "{}",
        t(
            "カードの暗証番号 (試験用):",
            "The card's credentials (test only):"
        )
    );
    for (name, value) in world.credentials(lang) {
        anstream::println!("  {name}: {value}");
    }
    anstream::println!();
    anstream::println!(
        "{}",
        t(
            "カードは初めからリーダーにあります。取るのは {\"remove\":{}}、置くのは {\"insert\":{}} (制御ソケット)",
            "The card is on the reader from the start; {\"remove\":{}} on the control socket takes it, {\"insert\":{}} places it",
        )
    );
    anstream::println!(
        "{} {}",
        t(
            "記録 (--out で場所を変える):",
            "Trace (--out puts it elsewhere):"
        ),
        folder.display()
    );
    anstream::println!(
        "{}",
        t(
            "終了: Ctrl-C、または制御ソケットに {\"end\":{}}",
            "To end: Ctrl-C, or {\"end\":{}} on the control socket",
        )
    );
    // Last, so that a program that reads this knows that everything has been said.
    anstream::println!(
        "  export MADOGUCHI_CONTROL={}",
        quoted(&control.to_string_lossy())
    );
}

/// The value as a POSIX shell reads it.
#[cfg(unix)]
fn quoted(value: &str) -> String {
    shlex::try_quote(value).map_or_else(|_| value.to_owned(), std::borrow::Cow::into_owned)
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsString;

    use madoguchi_terms::Say as _;

    use super::*;

    #[test]
    fn other_machines_reach_the_service_only_where_that_is_said_twice() {
        let of = |line: &[&str]| {
            let line = ["madoguchi", "serve"].iter().chain(line);
            match cli::parse(line.map(OsString::from).collect(), Lang::En).unwrap() {
                cli::Invocation::Serve(options) => permitted(&options),
                other => panic!("{other:?}"),
            }
        };
        for here in [
            &[][..],
            &["--bind", "127.0.0.1:8443"],
            &["--bind", "[::1]:0"],
        ] {
            assert!(of(here).is_ok(), "{here:?}");
        }
        for bind in [
            "0.0.0.0:8443",
            "::",
            "192.168.1.5",
            "[2001:db8::5]:8443",
            "::ffff:192.168.1.5",
        ] {
            let refused = of(&["--bind", bind]).unwrap_err();
            assert_eq!(refused.exit(), Exit::USAGE, "{bind}");
            for lang in Lang::ALL {
                assert!(refused.text(lang).contains("--for-other-machines"));
            }
            assert!(of(&["--bind", bind, "--for-other-machines"]).is_ok());
        }
    }
}
