//! `serve --store`: what a terminal was answered is there after the next start.

use std::sync::mpsc::channel;
use std::thread;
use std::time::Duration;

use madoguchi_peers::LIMIT;

use crate::client::{Terminal, User, patient};
use crate::{Count, Dice};

/// How long it is written at most before the end, microseconds.
const WRITTEN_FOR: u64 = 200_000;

pub(crate) fn serve(dice: &mut Dice, moments: usize) -> Count {
    let user = User::new();
    let card = patient().certificate.der;
    let mut counter = user.open();
    let terminal = Terminal::activate(&counter).unwrap();
    let mut count = Count::default();
    let mut rows = 0;
    for moment in 0..moments {
        let mut session = terminal.log_in(&counter).unwrap();
        let (tell, told) = channel();
        let card = card.clone();
        let writer = thread::spawn(move || {
            for n in 0.. {
                let id = format!("moment-{moment}-{n}");
                match session.check(&card, &id) {
                    Ok(reply) if reply.status == 200 && tell.send(id).is_ok() => {}
                    _ => return card,
                }
            }
            card
        });
        let mut acknowledged = vec![told.recv_timeout(LIMIT).unwrap()];
        thread::sleep(Duration::from_micros(dice.below(WRITTEN_FOR)));
        counter.kill();
        acknowledged.extend(told.iter());
        let card = writer.join().unwrap();

        count.moments += 1;
        count.struck += 1;
        count.acknowledged += acknowledged.len();
        counter = user.open();
        let mut session = terminal.log_in(&counter).unwrap();
        let kept = session.history();
        let new = kept - rows;
        // one may be written and not yet answered
        if !(acknowledged.len()..=acknowledged.len() + 1).contains(&new) {
            println!(
                "moment {moment}: {} acknowledged, {new} there",
                acknowledged.len()
            );
            count.lost += acknowledged.len().saturating_sub(new);
            count.unclean += usize::from(acknowledged.len() < new);
        }
        // what is known leaves no second row
        for id in acknowledged.iter().rev().take(50) {
            assert_eq!(session.check(&card, id).unwrap().status, 200);
        }
        if session.history() != kept {
            println!("moment {moment}: what was asked before is not known");
            count.lost += session.history() - kept;
        }
        rows = session.history();
    }
    count
}
