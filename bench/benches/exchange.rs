//! One exchange with the card in process: parse, dispatch, answer; beside it, copying the same
//! bytes, which is the least that any implementation has to do.
#![allow(
    missing_docs,
    reason = "criterion's macros make public items, documented or not"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use madoguchi_exchange::{EXCHANGES, Exchange, card};
use madoguchi_iso7816::{Icc as _, Reply};

fn exchange(c: &mut Criterion) {
    let mut card = card();
    let mut reply = Reply::new();
    let mut group = c.benchmark_group("exchange");
    for Exchange {
        name,
        before,
        command,
        ..
    } in EXCHANGES
    {
        for command in *before {
            reply.clear();
            card.transmit(command, &mut reply).expect("it answers");
        }
        group.bench_function(*name, |b| {
            b.iter(|| {
                reply.clear();
                card.transmit(black_box(command), &mut reply)
                    .expect("it answers");
                black_box(reply.bytes().len())
            });
        });
    }
    let certificate = vec![0; 258];
    group.bench_function("copy 258 bytes", |b| {
        b.iter(|| {
            reply.clear();
            reply.push(black_box(&certificate));
            black_box(reply.bytes().len())
        });
    });
    group.finish();
    eprintln!("plots: target/criterion/exchange/report/index.html");
}

criterion_group!(benches, exchange);
criterion_main!(benches);
