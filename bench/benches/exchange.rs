//! One exchange with the card in process: parse, dispatch, answer; beside it, copying the same
//! bytes, which is the least that any implementation has to do.
#![allow(
    missing_docs,
    reason = "criterion's macros make public items, documented or not"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use madoguchi_card::{Card, Profile};
use madoguchi_fixtures::healthy;
use madoguchi_iso7816::{Icc as _, Reply};

const SELECT_JPKI: &[u8] = &[
    0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
];
const SELECT_CERTIFICATE: &[u8] = &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A];
const READ_256: &[u8] = &[0x00, 0xB0, 0x00, 0x00, 0x00];
const VERIFY_QUERY: &[u8] = &[0x00, 0x20, 0x00, 0x98];
const UNKNOWN_INS: &[u8] = &[0x00, 0x01, 0x00, 0x00];

fn exchange(c: &mut Criterion) {
    let mut card = Card::new(
        &healthy(),
        Profile::contactless(),
        Box::new(|bytes| bytes.fill(0)),
    )
    .expect("a healthy person has a card");
    card.power_on().expect("it answers");
    let mut reply = Reply::new();
    let mut group = c.benchmark_group("exchange");
    for (name, select, command) in [
        ("SELECT by DF name", SELECT_JPKI, SELECT_JPKI),
        ("READ BINARY 256", SELECT_CERTIFICATE, READ_256),
        ("VERIFY query", SELECT_CERTIFICATE, VERIFY_QUERY),
        ("INS unknown", SELECT_CERTIFICATE, UNKNOWN_INS),
    ] {
        for command in [SELECT_JPKI, select] {
            reply.clear();
            card.transmit(command, &mut reply).expect("it answers");
        }
        group.bench_function(name, |b| {
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
}

criterion_group!(benches, exchange);
criterion_main!(benches);
