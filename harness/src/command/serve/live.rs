//! What an open counter says while it is open: each event of its trace in a line, as it is written,
//! with its number there.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::mpsc::Receiver;

use madoguchi_report::describe::describe;
use madoguchi_terms::Lang;
use madoguchi_trace::Event;

use crate::cell::trace_writer::Listener;
use crate::command::screen;

/// What the opening holds until it has printed what to set: no event comes between its lines.
pub(super) enum Opening {}

/// Says every event on standard output if that is a terminal or `wanted`, once the other end of
/// `opening` is dropped.
pub(super) fn teller(wanted: bool, lang: Lang, opening: Receiver<Opening>) -> Listener {
    if !wanted && !io::stdout().is_terminal() {
        return Box::new(|_| {});
    }
    Box::new(move |event| {
        // Nothing is ever sent: it ends when the other end is dropped, and at once from then on.
        let _ = opening.recv();
        // A user who does not read any more misses nothing: it stands in the trace.
        let _ = writeln!(screen::standard_output(), "{}", line(event, lang));
    })
}

/// An event in a line. What a client chose of it, such as a path, moves no cursor.
fn line(event: &Event, lang: Lang) -> String {
    let Event { seq, us, what } = event;
    let (seconds, milliseconds) = (us / 1_000_000, us / 1_000 % 1_000);
    let told = describe(what, lang);
    format!("  #{seq:<4} +{seconds}.{milliseconds:03} s  {told}")
}

#[cfg(test)]
mod tests {
    use madoguchi_trace::{ProxyEvent, What};

    use super::*;

    #[test]
    fn a_client_cannot_write_to_the_terminal() {
        let event = Event {
            seq: 7,
            us: 1_234_567,
            what: What::Proxy(ProxyEvent {
                host: "a\u{1b}[2J\r\nb".into(),
                allowed: false,
            }),
        };
        assert_eq!(
            line(&event, Lang::En),
            "  #7    +1.234 s  proxy a[2J b (refused)"
        );
    }
}
