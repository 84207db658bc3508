//! APDUs through the in-process dispatch of other cards: `opcard` (OpenPGP card) and
//! `piv-authenticator`. Prints a line for each exchange: card, exchange, status word, bytes, median of
//! the rounds. `bench/README.md` says what stands beside it.
#![forbid(unsafe_code)]

mod platform;

use std::hint::black_box;
use std::time::{Duration, Instant};

use heapless::{Vec, VecView};
use iso7816::Status;
use iso7816::command::CommandView;

use crate::platform::with_client;

const ROUNDS: usize = 31;
/// How long a round lasts at least.
const ROUND: Duration = Duration::from_millis(20);

/// The longest answer of either card.
const LONGEST: usize = 7_609;

/// A card's own way from a parsed command to an answer.
type Answer<'a> = &'a mut dyn FnMut(CommandView<'_>, &mut VecView<u8>) -> Result<(), Status>;

const SELECT_OPENPGP: &[u8] = b"\x00\xA4\x04\x00\x06\xD2\x76\x00\x01\x24\x01\x00";
/// Application related data, the longest of the data objects that are always there.
const GET_DATA_OPENPGP: &[u8] = b"\x00\xCA\x00\x6E\x00";
const VERIFY_OPENPGP: &[u8] = b"\x00\x20\x00\x81";

const SELECT_PIV: &[u8] = b"\x00\xA4\x04\x00\x09\xA0\x00\x00\x03\x08\x00\x00\x10\x00\x00";
/// Discovery object.
const GET_DATA_PIV: &[u8] = b"\x00\xCB\x3F\xFF\x03\x5C\x01\x7E\x00";
const VERIFY_PIV: &[u8] = b"\x00\x20\x00\x80";

const UNKNOWN: &[u8] = b"\x00\x02\x00\x00";

fn main() {
    println!("| card | exchange | SW | bytes | median |\n|---|---|---|---|---|");
    with_client("opcard", |client| {
        let mut card = opcard::Card::new(client, opcard::Options::default());
        let mut answer = |command: CommandView<'_>, reply: &mut VecView<u8>| card.handle(command, reply);
        exchange("opcard", "SELECT by DF name", SELECT_OPENPGP, &mut answer);
        exchange("opcard", "GET DATA 6E", GET_DATA_OPENPGP, &mut answer);
        exchange("opcard", "VERIFY query", VERIFY_OPENPGP, &mut answer);
        exchange("opcard", "INS unknown", UNKNOWN, &mut answer);
    });
    with_client("piv", |client| {
        let options = piv_authenticator::Options::default();
        let mut card = piv_authenticator::Authenticator::new(client, options);
        let mut answer =
            |command: CommandView<'_>, reply: &mut VecView<u8>| card.respond(command, reply);
        exchange("piv-authenticator", "SELECT by DF name", SELECT_PIV, &mut answer);
        exchange("piv-authenticator", "GET DATA 7E", GET_DATA_PIV, &mut answer);
        exchange("piv-authenticator", "VERIFY query", VERIFY_PIV, &mut answer);
        exchange("piv-authenticator", "INS unknown", UNKNOWN, &mut answer);
    });
}

/// One exchange from its bytes to its answer, again and again.
fn exchange(card: &str, name: &str, command: &[u8], answer: Answer<'_>) {
    let mut reply: Vec<u8, LONGEST> = Vec::new();
    let mut once = || {
        reply.clear();
        let command = CommandView::try_from(black_box(command)).expect("a whole APDU");
        let sw = match answer(command, &mut reply) {
            Ok(()) => 0x9000,
            Err(status) => u16::from(status),
        };
        (sw, black_box(&reply).len())
    };
    let (sw, length) = once();
    let mut rounds: std::vec::Vec<f64> = (0..ROUNDS).map(|_| round(&mut || _ = once())).collect();
    rounds.sort_by(f64::total_cmp);
    let median = rounds[ROUNDS / 2];
    println!("| {card} | {name} | {sw:04X} | {length} | {median:.1} ns |");
}

/// Nanoseconds of each of as many as fit into a round.
fn round(once: &mut dyn FnMut()) -> f64 {
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < ROUND {
        for _ in 0..64 {
            once();
        }
        count += 64;
    }
    begun.elapsed().as_nanos() as f64 / f64::from(count)
}
