//! COMPUTE DIGITAL SIGNATURE through the whole card path, beside the bare key operation and the
//! same operation in OpenSSL, in one run and with one key.
#![allow(
    missing_docs,
    reason = "criterion's macros make public items, documented or not"
)]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use madoguchi_card::{Card, Profile};
use madoguchi_card_key::PrivateKey;
use madoguchi_fixtures::healthy;
use madoguchi_iso7816::{Icc as _, Reply, StatusWord};
use openssl::rsa::{Padding, Rsa};

const DIGEST_INFO_LEN: usize = 51;

fn signature(c: &mut Criterion) {
    let person = healthy();
    let credential = person
        .authentication
        .clone()
        .expect("a healthy person has one");
    let der = credential.private_key.expose().clone();
    let input = [0x5A; DIGEST_INFO_LEN];
    let mut group = c.benchmark_group("signature");

    let rsa = Rsa::private_key_from_der(&der).expect("a key");
    let mut out = [0; 256];
    group.bench_function("OpenSSL", |b| {
        b.iter(|| {
            rsa.private_encrypt(black_box(&input), &mut out, Padding::PKCS1)
                .expect("signs")
        });
    });

    let key = PrivateKey::from_pkcs1_der(&der).expect("a key");
    group.bench_function("card-key", |b| {
        b.iter(|| {
            key.raw_pkcs1v15(black_box(&input), &mut out)
                .expect("signs")
        });
    });

    let mut card = Card::new(
        &person,
        Profile::contactless(),
        Box::new(|bytes| bytes.fill(0)),
    )
    .expect("a healthy person has a card");
    card.power_on().expect("it answers");
    let mut reply = Reply::new();
    let mut sign = vec![0x80, 0x2A, 0x00, 0x97, 0x33];
    sign.extend(input);
    sign.push(0x00);
    let pin = credential.reference.value.expose();
    let mut verify = vec![
        0x00,
        0x20,
        0x00,
        0x98,
        u8::try_from(pin.len()).expect("four"),
    ];
    verify.extend(pin);
    let select = [
        0x00, 0xA4, 0x04, 0x0C, 0x0A, 0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01,
    ];
    for command in [&select[..], &verify, &sign] {
        reply.clear();
        card.transmit(command, &mut reply).expect("it answers");
        assert_eq!(reply.status(), Some(StatusWord::OK));
    }
    group.bench_function("card", |b| {
        b.iter(|| {
            reply.clear();
            card.transmit(black_box(&sign), &mut reply)
                .expect("it answers");
        });
    });
    group.finish();
    eprintln!("plots: target/criterion/signature/report/index.html");
}

criterion_group!(benches, signature);
criterion_main!(benches);
