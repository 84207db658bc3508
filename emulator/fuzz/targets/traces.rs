//! Stored traces, made up or edited: read or refused in words with the line; what is read is judged, again
//! with the same verdicts, and every report of it can be written.
#![no_main]

use std::io;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_counter::play;
use madoguchi_fuzz::edited;
use madoguchi_judge::judge;
use madoguchi_report::cover::Cover;
use madoguchi_report::terminal::{Styles, Terminal};
use madoguchi_report::timeline::Timeline;
use madoguchi_report::{CaseReport, junit, markdown};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_trace::{ReadError, Trace};

/// What a client on paper leaves.
static SOUND: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let written = |id: &&str| {
        let mut text = Vec::new();
        play(id, "")
            .write(&mut text)
            .expect("memory can be written");
        text
    };
    [
        "happy/visual",
        "happy/pin",
        "pin/lockout",
        "registration/full",
    ]
    .iter()
    .map(written)
    .collect()
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    let text = match SOUND.get(usize::from(*choice)) {
        Some(sound) => edited(sound, input),
        None => input.to_vec(),
    };
    let trace = match Trace::read(&*text) {
        Ok(trace) => trace,
        Err(ReadError::Trace(why)) => {
            assert!(!why.text(Lang::Ja).is_empty(), "said why");
            return;
        }
        Err(ReadError::Source(error)) => unreachable!("memory can be read: {error}"),
    };
    let verdicts = judge(&trace);
    let again = judge(&trace);
    assert_eq!(
        verdicts.to_canonical_json().ok(),
        again.to_canonical_json().ok()
    );
    let _ = Timeline::new(&trace, &verdicts);
    let cases = [CaseReport::new(&verdicts, &trace, "")];
    let terminal = Terminal::new(Lang::En, Styles::plain());
    terminal
        .case(&mut io::sink(), &cases[0])
        .expect("a sink takes everything");
    let _ = markdown::summary(&cases, &Cover::default().gaps(), Lang::Ja);
    junit::files(&cases, &[], Lang::Ja, junit::LONGEST).expect("texts");
});
