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

use std::io::{self, BufRead as _, BufReader, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use madoguchi_fixtures::persona;
use madoguchi_notation::Offset;
use madoguchi_reader::{ReturnCode, SlotFaults};
use madoguchi_scenarios::{Dialect, Hold, Operate, ReaderFault, Span};
use madoguchi_terms::{Lang, Say};
use parking_lot::{Condvar, Mutex};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cell::reader::Plugged;
use crate::cell::world::World;
use crate::command::card::errand::Errand;
use crate::command::card::state_file;

/// How much is taken from those who tell a counter something.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// Bytes of a line.
    pub(crate) line: usize,
    /// At once.
    pub(crate) connections: usize,
    /// From the first byte of a line to its end, and for an answer to be read.
    pub(crate) line_within: Duration,
    /// How long a connection says nothing.
    pub(crate) silent: Duration,
}

/// Far more than anybody needs.
pub(crate) const LIMITS: Limits = Limits {
    line: 1 << 16,
    connections: 64,
    line_within: Duration::from_secs(10),
    silent: Duration::from_secs(1800),
};

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
    listen_within(path, LIMITS)
}

fn listen_within(path: &Path, limits: Limits) -> io::Result<Receiver<Asked>> {
    let listener = UnixListener::bind(path)?;
    let (ask, asked) = sync_channel::<Asked>(0);
    let room = Room::new(limits.connections);
    thread::Builder::new()
        .name("control".into())
        .spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let place = Room::enter(&room);
                let ask = ask.clone();
                // A connection that cannot get a thread is closed, which its owner sees.
                let _ = thread::Builder::new()
                    .name("control connection".into())
                    .spawn(move || {
                        let _place = place;
                        converse(&stream, limits, |command| {
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

/// Room for so many connections; who comes when there is none waits.
struct Room {
    left: Mutex<usize>,
    one_is_left: Condvar,
}

impl Room {
    fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            left: Mutex::new(places),
            one_is_left: Condvar::new(),
        })
    }

    fn enter(room: &Arc<Self>) -> Place {
        let mut left = room.left.lock();
        room.one_is_left.wait_while(&mut left, |left| *left == 0);
        *left -= 1;
        Place(room.clone())
    }
}

/// One of the places in a [`Room`].
struct Place(Arc<Room>);

impl Drop for Place {
    fn drop(&mut self) {
        *self.0.left.lock() += 1;
        self.0.one_is_left.notify_one();
    }
}

fn converse(
    stream: &UnixStream,
    limits: Limits,
    perform: impl Fn(Command) -> Result<Value, String>,
) {
    if stream.set_write_timeout(Some(limits.line_within)).is_err() {
        return;
    }
    let mut lines = BufReader::new(stream);
    while let Ok(line) = next_line(&mut lines, limits) {
        if line.is_empty() {
            return;
        }
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let is_too_long = limits.line < line.len();
        let done = match is_too_long {
            true => Err(format!("a line has at most {} bytes", limits.line)),
            false => serde_json::from_slice(&line)
                .map_err(|e| e.to_string())
                .and_then(&perform),
        };
        let answer = match done {
            Ok(told) => json!({ "ok": told }),
            Err(error) => json!({ "error": error }),
        };
        let mut writer = stream;
        if writeln!(writer, "{answer}").is_err() || is_too_long {
            return;
        }
    }
}

/// The next line with its end, or a byte more of it than a line may have; nothing where there is no more.
fn next_line(lines: &mut BufReader<&UnixStream>, limits: Limits) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    lines.get_ref().set_read_timeout(Some(limits.silent))?;
    if lines.fill_buf()?.is_empty() {
        return Ok(line);
    }
    let began = Instant::now();
    loop {
        let read = lines.fill_buf()?;
        let end = read.iter().position(|byte| *byte == b'\n');
        let room = (limits.line + 1).saturating_sub(line.len());
        let taken = end.map_or(read.len(), |end| end + 1).min(room);
        line.extend_from_slice(&read[..taken]);
        let is_over = read.is_empty() || line.ends_with(b"\n") || limits.line < line.len();
        lines.consume(taken);
        if is_over {
            return Ok(line);
        }
        if lines.buffer().is_empty() {
            let left = limits.line_within.saturating_sub(began.elapsed());
            // none at all would mean without a bound
            let left = left.max(Duration::from_nanos(1));
            lines.get_ref().set_read_timeout(Some(left))?;
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

#[cfg(test)]
mod tests {
    use std::io::Read as _;
    use std::net::Shutdown;

    use super::*;

    /// What is answered until it is hung up, to one that says this and leaves the line open.
    fn answers(said: &[u8], limits: Limits) -> String {
        let (mut near, far) = UnixStream::pair().unwrap();
        near.write_all(said).unwrap();
        let counter = thread::spawn(move || converse(&far, limits, |_| Ok(json!({}))));
        let mut answers = String::new();
        near.read_to_string(&mut answers).unwrap();
        counter.join().unwrap();
        answers
    }

    fn limits() -> Limits {
        Limits {
            line: 32,
            silent: Duration::from_millis(1),
            ..LIMITS
        }
    }

    #[test]
    fn a_line_of_the_longest_is_read_and_a_longer_one_ends_the_talk() {
        let remove = r#"{"remove":{}}"#;
        let longest = format!("{remove:31}\n");
        let longer = format!("{remove:32}\n");
        let ok = "{\"ok\":{}}\n";
        let refused = "{\"error\":\"a line has at most 32 bytes\"}\n";
        assert_eq!(answers(longest.as_bytes(), limits()), ok);
        assert_eq!(answers(longer.as_bytes(), limits()), refused);
        let endless = [b'x'; 33];
        assert_eq!(answers(&endless, limits()), refused);
        let two = format!("{remove}\n\n{remove}\n");
        assert_eq!(answers(two.as_bytes(), limits()), ok.repeat(2));
    }

    #[test]
    fn who_says_nothing_or_half_a_line_is_not_waited_for() {
        assert_eq!(answers(b"", limits()), "");
        let patient_with_silence = Limits {
            silent: LIMITS.silent,
            line_within: Duration::from_millis(1),
            ..LIMITS
        };
        assert_eq!(answers(b"{\"remove\"", patient_with_silence), "");
    }

    #[test]
    fn a_line_without_end_counts_where_nothing_more_comes() {
        let (mut near, far) = UnixStream::pair().unwrap();
        let counter = thread::spawn(move || converse(&far, LIMITS, |_| Ok(json!({}))));
        near.write_all(br#"{"remove":{}}"#).unwrap();
        near.shutdown(Shutdown::Write).unwrap();
        let mut answer = String::new();
        near.read_to_string(&mut answer).unwrap();
        counter.join().unwrap();
        assert_eq!(answer, "{\"ok\":{}}\n");
    }

    #[test]
    fn who_comes_when_there_is_no_room_waits() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("control.sock");
        let one = Limits {
            connections: 1,
            ..LIMITS
        };
        let asked = listen_within(&path, one).unwrap();
        let counter = thread::spawn(move || {
            let commands = asked.iter().take(3);
            let obeyed = commands.map(|(command, answer)| {
                answer.send(Ok(json!({}))).unwrap();
                format!("{command:?}")
            });
            obeyed.collect::<Vec<_>>()
        });
        let say = |stream: &UnixStream, what: &str| {
            let mut stream = stream;
            writeln!(stream, "{what}").unwrap();
        };
        let hear = |stream: &UnixStream| {
            let mut answer = String::new();
            BufReader::new(stream).read_line(&mut answer).unwrap();
            assert_eq!(answer, "{\"ok\":{}}\n");
        };
        let first = UnixStream::connect(&path).unwrap();
        say(&first, r#"{"remove":{}}"#);
        hear(&first);
        let second = UnixStream::connect(&path).unwrap();
        say(&second, r#"{"plug":{}}"#);
        say(&first, r#"{"unplug":{}}"#);
        hear(&first);
        drop(first);
        hear(&second);
        assert_eq!(counter.join().unwrap(), ["Remove", "Unplug", "Plug"]);
    }
}
