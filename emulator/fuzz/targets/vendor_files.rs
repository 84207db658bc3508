//! The other files that a person writes, the first byte says which: a screen map, an app's own words,
//! patterns of a log, a mapping of an export, a statement, known failures. Everything that is wrong is told
//! with its place.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::told;
use madoguchi_incident::Patterns;
use madoguchi_report::known::KnownFailures;
use madoguchi_requirements::statement::Statement;
use madoguchi_transcription::Mapping;

#[path = "../../../harness/src/client"]
#[allow(
    dead_code,
    unused_imports,
    reason = "of the harness's parsers only the reading is used"
)]
mod client {
    pub(crate) mod own_words;
    pub(crate) mod screen_map;
}

fuzz_target!(|input: &[u8]| {
    let Some((choice, text)) = input.split_first() else {
        return;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return;
    };
    const FILE: &str = "x.yaml";
    let read = match choice % 6 {
        0 => client::screen_map::ScreenMap::parse(FILE, text).map(|map| drop(map.sight())),
        1 => client::own_words::parse(FILE, text).map(drop),
        2 => Patterns::parse(FILE, text).map(drop),
        3 => Mapping::parse(FILE, text).map(drop),
        4 => Statement::parse(FILE, text).map(|statement| drop(statement.words())),
        _ => KnownFailures::parse(FILE, text, &["happy/visual"]).map(drop),
    };
    if let Err(wrong) = read {
        told(&wrong);
    }
});
