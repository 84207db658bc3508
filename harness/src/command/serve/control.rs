//! The control socket of a counter that is held open: one JSON object per line, one answer each.
//!
//! `{"insert":{"card":"shiken-hanako"}}`, `{"remove":{}}`, `{"swap":{"card":…}}`,
//! `{"check":{"card":…}}` (a card at the 資格確認端末: a file in `face`),
//! `{"atr":{"hex":"3B…"}}`, `{"mute":{"on":true}}`, `{"reader":{"name":"…"}}`,
//! `{"counter":{"unblock":{"reference":"auth-pin"}}}` and the other errands of `madoguchi card
//! counter`, `{"save":{"file":"…"}}`, `{"load":{"file":"…"}}`, `{"clock":{"to":"+1d"}}`,
//! `{"operator":{"issue-code":{"memo":"…"}}}` and the other verbs of `madoguchi operator`,
//! `{"end":{}}`.
//!
//! What goes wrong, in the words of a scenario's `given.reader`:
//! `{"fault":{"at":{"apdu":9},"what":"torn"}}` for the next time that a card is placed,
//! `{"plan":{"faults":[…]}}` for the card that lies there, counted from now (none ends a plan);
//! `{"rival":{"hold":"exclusive"}}`, `{"rival-leaves":{}}`, `{"stop-service":{}}`,
//! `{"start-service":{}}`, `{"unplug":{}}`, `{"plug":{}}`, `{"dialect":{"to":"windows"}}`,
//! `{"wait":{"for":"6s"}}` (time passes at once).
//! The answer is `{"ok":{…}}` or `{"error":"…"}`.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;

use madoguchi_fixtures::persona;
use madoguchi_notation::Offset;
use madoguchi_reader::{ReturnCode, SlotFaults};
use madoguchi_scenarios::{Dialect, Hold, Operate, ReaderFault, Span};
use madoguchi_terms::{Lang, Say};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cell::reader::Plugged;
use crate::cell::world::World;
use crate::command::card::errand::Errand;
use crate::command::card::state_file;

/// The longest line that is read, bytes.
pub(crate) const MAX_LINE: u64 = 1 << 16;

/// What can be asked of an open counter.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Command {
    Insert {
        #[serde(default)]
        card: Option<String>,
    },
    Remove {},
    Swap {
        card: String,
    },
    Check {
        #[serde(default)]
        card: Option<String>,
    },
    Atr {
        hex: String,
    },
    Mute {
        on: bool,
    },
    Reader {
        name: String,
    },
    Clock {
        to: Offset,
    },
    Fault(ReaderFault),
    Plan {
        faults: Vec<ReaderFault>,
    },
    Rival {
        hold: Hold,
    },
    RivalLeaves {},
    StopService {},
    StartService {},
    Unplug {},
    Plug {},
    Dialect {
        to: Dialect,
    },
    Wait {
        r#for: Span,
    },
    Counter(Errand),
    Save {
        file: PathBuf,
    },
    Load {
        file: PathBuf,
    },
    /// An operator sets something up beside the counter.
    Operator(Operate),
    End {},
}

/// The words of all commands, as the reading of an unknown one names them.
#[cfg(test)]
pub(crate) fn words() -> std::collections::BTreeSet<String> {
    let told =
        serde_json::from_str::<Command>(r#"{"?":{}}"#).expect_err("there is no such command");
    let told = told.to_string();
    let words = told.split('`').skip(1).step_by(2);
    words
        .filter(|word| *word != "?")
        .map(str::to_owned)
        .collect()
}

/// A command and where its answer goes.
pub(super) type Asked = (Command, Sender<Result<Value, String>>);

/// Listens in the cell's private folder. The commands arrive in order, one at a time.
pub(super) fn listen(path: &Path) -> io::Result<Receiver<Asked>> {
    let listener = UnixListener::bind(path)?;
    let (ask, asked) = sync_channel::<Asked>(0);
    thread::Builder::new()
        .name("control".into())
        .spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let ask = ask.clone();
                // A connection that cannot get a thread is closed, which its owner sees.
                let _ = thread::Builder::new()
                    .name("control connection".into())
                    .spawn(move || {
                        converse(&stream, |command| {
                            let (answer, answered) = channel();
                            ask.send((command, answer))
                                .map_err(|_| "the counter is closed".to_owned())?;
                            answered
                                .recv()
                                .unwrap_or_else(|_| Err("the counter is closed".into()))
                        })
                    });
            }
        })?;
    Ok(asked)
}

fn converse(stream: &UnixStream, perform: impl Fn(Command) -> Result<Value, String>) {
    let mut lines = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        match lines.by_ref().take(MAX_LINE).read_until(b'\n', &mut line) {
            Ok(1..) => {}
            _ => return,
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let done = serde_json::from_slice(&line)
            .map_err(|e| e.to_string())
            .and_then(&perform);
        let answer = match done {
            Ok(told) => json!({ "ok": told }),
            Err(error) => json!({ "error": error }),
        };
        let mut writer = stream;
        if writeln!(writer, "{answer}").is_err() {
            return;
        }
    }
}

/// Performs one command on the counter and tells what there is to tell; `End` is the caller's.
pub(super) fn perform(command: Command, world: &World) -> Result<Value, String> {
    match command {
        Command::Operator(act) => {
            let sheet = world.operate(&act).map_err(|refused| both(&refused))?;
            serde_json::to_value(sheet).map_err(|error| error.to_string())
        }
        other => carry_out(other, world).map(|()| json!({})),
    }
}

/// The one that asked may read either.
fn both(text: &impl Say) -> String {
    format!("{} / {}", text.text(Lang::Ja), text.text(Lang::En))
}

fn carry_out(command: Command, world: &World) -> Result<(), String> {
    let reader = || world.manager().ok_or("this counter has no PC/SC reader");
    let known = |card: Option<&str>| match card {
        Some(id) => persona(id).map(drop).map_err(|unknown| both(&unknown)),
        None => Ok(()),
    };
    match command {
        Command::Insert { card } => {
            known(card.as_deref())?;
            if world.is_occupied() {
                return Err("a card lies there already; swap it, or remove it first".into());
            }
            if !world.has_reader() {
                return Err("the reader is unplugged; send {\"plug\":{}} first".into());
            }
            world.place(card.as_deref());
            Ok(())
        }
        Command::Remove {} => {
            world.take();
            Ok(())
        }
        Command::Swap { card } => {
            known(Some(&card))?;
            world.take();
            world.place(Some(&card));
            Ok(())
        }
        Command::Check { card } => {
            known(card.as_deref())?;
            world.check(card.as_deref())
        }
        Command::Atr { hex } => world.dress(bytes(&hex)?),
        Command::Mute { on } => {
            let (manager, reader) = reader()?;
            let faults = SlotFaults {
                mute: on,
                ..SlotFaults::default()
            };
            manager
                .set_slot_faults(reader, faults)
                .map_err(|error| error.to_string())
        }
        Command::Reader { name } => {
            let (manager, reader) = reader()?;
            manager
                .rename(reader, &name)
                .map_err(|error| error.to_string())
        }
        Command::Clock { to } => {
            world.clock().set(to.instant(world.clock().now()));
            Ok(())
        }
        Command::Fault(fault) => {
            world.plan_next(fault);
            Ok(())
        }
        Command::Plan { faults } => {
            if !world.is_occupied() {
                return Err("no card lies there; plan with \"fault\" for the next one".into());
            }
            world.plan_now(&faults)
        }
        Command::Rival { hold } => {
            reader()?;
            if !world.is_occupied() {
                return Err("no card lies there for a rival to hold; insert one first".into());
            }
            world.rival(hold).map_err(|code| refusal(hold, code))
        }
        Command::RivalLeaves {} => {
            world.rival_leaves();
            Ok(())
        }
        Command::StopService {} => {
            reader()?.0.stop_service();
            Ok(())
        }
        Command::StartService {} => {
            reader()?.0.start_service();
            Ok(())
        }
        Command::Unplug {} => {
            reader()?;
            world.unplug();
            Ok(())
        }
        Command::Plug {} => world
            .plug_in(Plugged::Same)
            .map_err(|error| error.to_string()),
        Command::Dialect { to } => {
            reader()?.0.speak(to);
            Ok(())
        }
        Command::Wait { r#for } => {
            world.wait(r#for);
            Ok(())
        }
        Command::Save { file } => {
            let state = world.card_state().ok_or("this counter has no card")?;
            state_file::write(&file, &state)
        }
        Command::Counter(errand) => {
            let mut state = world.card_state().ok_or("this counter has no card")?;
            errand.run(&mut state, world.clock().now())?;
            world.set_card_state(&state)
        }
        Command::Load { file } => world.set_card_state(&state_file::read(&file)?),
        Command::Operator(_) | Command::End {} => Ok(()),
    }
}

/// Why another application could not take hold of the card.
fn refusal(hold: Hold, code: ReturnCode) -> String {
    let name = code.name().unwrap_or("no name");
    let hold = hold.name();
    format!(
        "the card cannot be held ({hold}): {code} {name}; the client holds it, or the reader is gone"
    )
}

fn bytes(hex: &str) -> Result<Vec<u8>, String> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    let (pairs, []) = digits.as_chunks::<2>() else {
        return Err("an ATR has an even number of hexadecimal digits".into());
    };
    let nibble = |b: u8| {
        char::from(b)
            .to_digit(16)
            .and_then(|n| u8::try_from(n).ok())
    };
    pairs
        .iter()
        .map(|[high, low]| Some(nibble(*high)? << 4 | nibble(*low)?))
        .collect::<Option<_>>()
        .ok_or_else(|| "an ATR is written in hexadecimal digits".into())
}
