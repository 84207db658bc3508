//! A vendor's own words in a file: what the app calls what, for one that cannot say it in its hello.

use madoguchi_judge::words::Words;
use madoguchi_notation::{Diagnostic, Diagnostics, load};
use madoguchi_trace::OwnWords;
use schemars::Schema;
use schemars::generate::SchemaSettings;

/// Reads the words in a text.
///
/// # Errors
/// Everything that is wrong with it.
pub(crate) fn parse(file: &str, text: &str) -> Result<OwnWords, Diagnostics> {
    let words: OwnWords = load(file, text)?;
    Diagnostics::check(file, text, faults(&words))?;
    Ok(words)
}

/// Unknown words on the left.
pub(crate) fn faults(words: &OwnWords) -> Vec<Diagnostic> {
    let unknown = Words::unknown(words).into_iter();
    let faults = unknown.map(|unknown| {
        let (list, word) = (unknown.list, &unknown.word);
        let fault = Diagnostic::new(
            "unknown-word",
            format!("{list} の左にある {word} を知りません (madoguchi help screens)"),
            format!("nobody knows {word}, which stands on the left under {list} (madoguchi help screens)"),
        );
        match unknown.nearest {
            Some(near) => fault.hint(format!("{near} のことですか"), format!("did you mean {near}?")),
            None => fault,
        }
    });
    faults.collect()
}

/// The JSON Schema (draft-07) of such a file.
pub(crate) fn schema() -> Schema {
    let mut schema = SchemaSettings::draft07()
        .into_generator()
        .into_root_schema_for::<OwnWords>();
    schema.insert("title".into(), "madoguchi words".into());
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_schema_is_the_one_that_the_types_make() {
        let made = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
        assert_eq!(
            include_str!("../../words.schema.json"),
            made,
            "harness/words.schema.json is old; write it anew: madoguchi schema words > harness/words.schema.json"
        );
    }

    #[test]
    fn a_word_on_the_left_that_nobody_knows_is_told_with_the_nearest() {
        let words = parse("w.yaml", "labels: { 資格有効性: 状態, お名前: なまえ }\n").unwrap();
        assert_eq!(words.labels.len(), 2);
        let wrong = parse("w.yaml", "labels: { 資格有効姓: 状態 }\n").unwrap_err();
        let text = wrong.to_string();
        assert!(text.contains("資格有効姓"), "{text}");
        assert!(parse("w.yaml", "label: {}\n").is_err());
    }
}
