//! Whether the time of a signature tells what is signed: fixed and random inputs in random turns,
//! and Welch's t of their times, as *dudect* does (Reparaz, Balasch, Verbauwhede 2017). It cannot
//! show that nothing leaks, only that so many signatures show nothing.
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "its table is its output")]

use std::process::ExitCode;
use std::time::Instant;

use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use madoguchi_card_key::PrivateKey;
use madoguchi_fixtures::healthy;

/// Signatures that are measured.
const COUNT: usize = 40_000;
/// Bytes that are signed: a `DigestInfo` of SHA-256.
const INPUT: usize = 51;
/// From here on two means are said to differ (dudect).
const DIFFERENT: f64 = 4.5;
/// Of each class the slowest tenth is left out: interruptions.
const KEPT: f64 = 0.9;

fn main() -> ExitCode {
    let credential = healthy().authentication.expect("a healthy person has one");
    let key = PrivateKey::from_pkcs1_der(credential.private_key.expose());
    let key = key.expect("the shipped keys are keys");
    let random = SystemRandom::new();
    let mut inputs = vec![[0; INPUT + 1]; COUNT];
    for input in &mut inputs {
        random.fill(input).expect("the system has randomness");
    }
    let mut classes = [Vec::new(), Vec::new()];
    let mut out = [0; PrivateKey::MODULUS];
    for input in inputs {
        let [choice, input @ ..] = input;
        let class = usize::from(choice & 1);
        let signed = if class == 0 { [0xA5; INPUT] } else { input };
        let before = Instant::now();
        let done = key.raw_pkcs1v15(&signed, &mut out);
        let taken = before.elapsed();
        assert_eq!(done, Ok(()));
        classes[class].push(taken.as_secs_f64() * 1e6);
    }
    let [fixed, random] = classes.map(Class::of);
    println!("| signed | signatures | mean | standard deviation |\n|---|---|---|---|");
    for (name, class) in [("the same", &fixed), ("random", &random)] {
        let (n, mean, deviation) = (class.count, class.mean, class.variance.sqrt());
        println!("| {name} | {n:.0} | {mean:.3} µs | {deviation:.3} µs |");
    }
    let t = (fixed.mean - random.mean)
        / (fixed.variance / fixed.count + random.variance / random.count).sqrt();
    println!("\nWelch's t: {t:.2}; from ±{DIFFERENT} on the times would differ");
    ExitCode::from(u8::from(t.abs() >= DIFFERENT))
}

/// The times of one class without its slowest.
struct Class {
    count: f64,
    mean: f64,
    variance: f64,
}

impl Class {
    fn of(mut times: Vec<f64>) -> Self {
        times.sort_unstable_by(f64::total_cmp);
        let all = times.len();
        let is_kept = |at: usize| as_float(at) < as_float(all) * KEPT;
        let kept: Vec<f64> = (0..all)
            .filter(|at| is_kept(*at))
            .map(|at| times[at])
            .collect();
        let count = as_float(kept.len());
        let mean = kept.iter().sum::<f64>() / count;
        let squares = kept.iter().map(|time| (time - mean).powi(2));
        Self {
            count,
            mean,
            variance: squares.sum::<f64>() / (count - 1.0),
        }
    }
}

fn as_float(count: usize) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}
