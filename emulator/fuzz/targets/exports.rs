//! What a レセコン exports, in the formats of a few mappings: read or refused in words.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::pieces;
use madoguchi_terms::Lang;
use madoguchi_transcription::{Export, Mapping};

/// One of each format, and that of our own importer.
const TEXTS: [&str; 5] = [
    include_str!("../inputs/mapping.yaml"),
    "mapping: 1\nrecords: { file: r, format: csv, encoding: shift-jis, delimiter: \"\\t\", header: false }\n\
     fields: { name: 1, name-kana: { at: 2, form: full-width }, birthdate: { at: 3, form: wareki } }\n",
    "mapping: 1\nrecords: { file: r, format: json, rows: a.b }\n\
     fields: { name: n, sex1: { at: s.x, words: { \"1\": m } } }\n",
    "mapping: 1\nrecords: { file: r, format: xml, rows: a/b }\nfields: { name: c/n, birthdate: d }\n",
    "mapping: 1\nrecords: { file: r, format: fixed-width, encoding: shift-jis }\n\
     fields: { name: { at: 1-10 }, birthdate: { at: 11-18 } }\n",
];

static MAPPINGS: LazyLock<Vec<Mapping>> = LazyLock::new(|| {
    let read = |text: &&str| Mapping::parse("mapping.yaml", text).expect("it is ours");
    TEXTS.iter().map(read).collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    let mapping = &MAPPINGS[usize::from(*choice) % MAPPINGS.len()];
    let mut files = pieces(input);
    let records = files.next().unwrap_or_default();
    if let Err(why) = Export::read(mapping, records, files.next()) {
        for lang in Lang::ALL {
            assert!(!why.what.get(lang).is_empty(), "said why");
        }
    }
});
