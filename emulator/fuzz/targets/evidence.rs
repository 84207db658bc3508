//! Bundles of evidence: whatever ZIP it is, what was changed proves nothing, and no more is unpacked than is
//! listed.
#![no_main]

use std::io::Cursor;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_counter::play;
use madoguchi_fuzz::edited;
use madoguchi_judge::judge;
use madoguchi_report::CaseReport;
use madoguchi_report::cover::Cover;
use madoguchi_report::evidence::{seal, verify};
use madoguchi_terms::{Lang, Say as _};
use madoguchi_transcription::judge_again;

/// A bundle of one case, and its seal.
static SOUND: LazyLock<(Vec<u8>, String)> = LazyLock::new(|| {
    let trace = play("happy/visual", "");
    let verdicts = judge(&trace);
    let cases = [CaseReport::new(&verdicts, &trace, "")];
    let mut zip = Cursor::new(Vec::new());
    let seal = seal(&mut zip, &cases, &Cover::default(), None).expect("memory can be written");
    (zip.into_inner(), seal)
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    let (sound, seal) = &*SOUND;
    let bundle = match choice % 2 {
        0 => edited(sound, input),
        _ => input.to_vec(),
    };
    match verify(Cursor::new(&bundle), &judge_again) {
        // Bytes that no file's content is made of, such as times, may differ.
        Ok(proven) => assert_eq!(&proven.seal, seal, "another bundle is proven"),
        Err(why) => assert!(!why.text(Lang::Ja).is_empty(), "said why"),
    }
});
