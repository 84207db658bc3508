//! Wire profiles as a vendor writes them, alone or as edits to one that is built in: what is wrong is told
//! with its place, and what is read describes itself.
#![no_main]

use libfuzzer_sys::fuzz_target;
use madoguchi_fuzz::{edited, told};
use madoguchi_wire::{BUILTIN, Profile};

fuzz_target!(|input: &[u8]| {
    let Some((choice, input)) = input.split_first() else {
        return;
    };
    let text = match BUILTIN.get(usize::from(*choice)) {
        Some((_, sound)) => edited(sound.as_bytes(), input),
        None => input.to_vec(),
    };
    let Ok(text) = String::from_utf8(text) else {
        return;
    };
    match Profile::check("x.yaml", &text) {
        Ok(review) => {
            if let Some(remarks) = &review.remarks {
                told(remarks);
            }
            assert!(review.profile.openapi().is_object(), "a description");
        }
        Err(wrong) => told(&wrong),
    }
});
