//! `kill -9` in the middle of writing.

use std::sync::mpsc::{Sender, channel};
use std::thread;

use madoguchi_peers::{Counter, LIMIT};

use crate::client::{Session, Terminal, User, patient};

/// How often the process is killed.
const ROUNDS: usize = 15;

/// Terminals that write at the same time.
const WRITERS: usize = 2;

/// How many of its last answers the service surely still has for a terminal: it keeps 100, whichever client
/// asked for them (`requests-kept`), and those on their way when it was killed are among them.
const REMEMBERED: usize = 100 - WRITERS;

/// Checks one patient after another until the service is gone; tells of every answer that came.
fn write(mut session: Session, card: &[u8], name: &str, acknowledged: &Sender<String>) {
    for n in 0.. {
        let id = format!("{name}-{n}");
        match session.check(card, &id) {
            Ok(reply) => assert_eq!(reply.status, 200, "{reply:?}"),
            Err(_) => return,
        }
        if acknowledged.send(id).is_err() {
            return;
        }
    }
}

/// Lets terminals write, and kills the service when `enough` of it was acknowledged; all ids that
/// were.
fn round(
    counter: Counter,
    terminal: &Terminal,
    card: &[u8],
    name: &str,
    enough: usize,
) -> Vec<String> {
    let (tell, told) = channel();
    let writers: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let session = terminal.log_in(&counter).unwrap();
            let (card, tell) = (card.to_vec(), tell.clone());
            let name = format!("{name}-{writer}");
            thread::spawn(move || write(session, &card, &name, &tell))
        })
        .collect();
    drop(tell);
    let mut acknowledged: Vec<String> = Vec::new();
    while acknowledged.len() < enough {
        acknowledged.push(told.recv_timeout(LIMIT).expect("the service answers"));
    }
    counter.kill();
    acknowledged.extend(told.iter());
    for writer in writers {
        writer.join().unwrap();
    }
    acknowledged
}

#[test]
fn everything_that_was_acknowledged_survives_kill_9() {
    let user = User::new();
    let card = patient().certificate.der;
    let mut counter = user.open();
    let terminal = Terminal::activate(&counter).unwrap();
    let mut rows = 0;
    for n in 0..ROUNDS {
        let acknowledged = round(counter, &terminal, &card, &format!("round-{n}"), 3 + n);
        counter = user.open();
        let mut session = terminal.log_in(&counter).unwrap();
        let kept = session.history();
        let new = acknowledged.len()..=acknowledged.len() + WRITERS;
        assert!(
            new.contains(&(kept - rows)),
            "round {n}: {rows} → {kept}, {new:?}"
        );
        // Each that is still remembered is known: asked again, it leaves no second row.
        for id in acknowledged.iter().rev().take(REMEMBERED) {
            assert_eq!(session.check(&card, id).unwrap().status, 200);
        }
        assert_eq!(session.history(), kept, "round {n}");
        rows = kept;
    }
}
