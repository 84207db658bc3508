//! Reports that come back: as JSON to be compared, as JUnit to divide the next run by its times.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use madoguchi_counter::play;
use madoguchi_fuzz::edited;
use madoguchi_judge::judge;
use madoguchi_report::compare::Comparison;
use madoguchi_report::cover::Cover;
use madoguchi_report::json::{self, Report};
use madoguchi_report::{CaseReport, junit};
use madoguchi_terms::{Lang, Say as _};

/// One of each, of a case that fails.
static SOUND: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let trace = play("eligibility/expired", "result.lapsed-is-not-valid");
    let verdicts = judge(&trace);
    let cases = [CaseReport::new(&verdicts, &trace, "")];
    let mut written = Vec::new();
    json::write(&mut written, &cases, &Cover::default(), None, None).expect("memory");
    let xml = junit::files(&cases, &[], Lang::En, junit::LONGEST).expect("texts");
    [written, xml.concat().into_bytes()]
});

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    let sound = &SOUND[usize::from(choice % 2)];
    let text = match choice & 2 {
        0 => edited(sound, input),
        _ => input.to_vec(),
    };
    let Ok(text) = String::from_utf8(text) else {
        return;
    };
    if choice % 2 == 1 {
        let _ = junit::times(&text);
        return;
    }
    match Report::parse(&text) {
        Ok(report) => {
            let nothing = Report::new(Vec::new());
            for lang in Lang::ALL {
                let _ = Comparison::new(&nothing, &report).in_words(lang);
            }
        }
        Err(why) => assert!(!why.text(Lang::Ja).is_empty(), "said why"),
    }
});
