//! What `kill -9` leaves: ends `run`, `judge`, `merge` and `serve --store` at moments that a seed chooses,
//! and counts what was acknowledged and is lost, what is half written and taken for whole, and what keeps
//! the next start from doing the same as if nothing had been.
//!
//! ```text
//! cargo build --workspace
//! cargo run -p madoguchi-peers --example killed -- [--moments N] [--seed N] [--write]
//! ```
//!
//! `--write` keeps the figures for the manual. The exit code is 1 where anything was lost.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement may fail loudly, and tells what it sees"
)]
#![forbid(unsafe_code)]

#[path = "../../tests/staging/client.rs"]
#[expect(dead_code, reason = "the tests' client can do more")]
mod client;
mod files;
mod store;

use std::fs;
use std::process::ExitCode;

use madoguchi_peers::source;

/// Where the figures are kept.
const FIGURES: &str = "../killed.json";

/// What was found.
#[derive(Debug, Default)]
pub(crate) struct Count {
    pub(crate) moments: usize,
    /// Moments at which the program was still at work.
    pub(crate) struck: usize,
    pub(crate) acknowledged: usize,
    /// Acknowledged, and not there any more.
    pub(crate) lost: usize,
    /// Files that are there and not whole.
    pub(crate) half: usize,
    /// Next starts that did not end as the first did, or left something behind.
    pub(crate) unclean: usize,
}

/// Strikes a command at so many moments.
type Strike = fn(&mut Dice, usize) -> Count;

/// Numbers that are equal for equal seeds.
pub(crate) struct Dice(u64);

impl Dice {
    /// One of as many.
    pub(crate) fn below(&mut self, count: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % count
    }
}

fn main() -> ExitCode {
    let (mut moments, mut seed, mut write) = (200, 1, false);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        let mut number = || arguments.next().and_then(|text| text.parse::<u64>().ok());
        match argument.as_str() {
            "--moments" => moments = number().unwrap(),
            "--seed" => seed = number().unwrap(),
            "--write" => write = true,
            other => panic!("{other}: no option"),
        }
    }
    let mut dice = Dice(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let mut sum = Count::default();
    let each = usize::try_from(moments / 4).unwrap().max(1);
    println!("command        moments  at work  acknowledged  lost  half  unclean");
    let parts: [(&str, Strike); 4] = [
        ("run", files::run),
        ("judge", files::judge),
        ("merge", files::merge),
        ("serve --store", store::serve),
    ];
    for (name, strike) in parts {
        let count = strike(&mut dice, each);
        tell(name, &count);
        sum.moments += count.moments;
        sum.struck += count.struck;
        sum.acknowledged += count.acknowledged;
        sum.lost += count.lost;
        sum.half += count.half;
        sum.unclean += count.unclean;
    }
    tell("all", &sum);
    if write {
        let figures = serde_json::json!({
            "moments": sum.moments, "struck": sum.struck, "acknowledged": sum.acknowledged,
            "lost": sum.lost, "half": sum.half, "unclean": sum.unclean,
        });
        let text = serde_json::to_string_pretty(&figures).unwrap();
        fs::write(source(FIGURES), text + "\n").unwrap();
    }
    match sum.lost + sum.half + sum.unclean {
        0 => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn tell(name: &str, count: &Count) {
    let Count {
        moments,
        struck,
        acknowledged,
        lost,
        half,
        unclean,
    } = count;
    println!(
        "{name:<14} {moments:>7} {struck:>8} {acknowledged:>13} {lost:>5} {half:>5} {unclean:>8}"
    );
}
