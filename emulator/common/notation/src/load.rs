//! From a YAML text to a value, with errors that point.

use serde::de::DeserializeOwned;
use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};

use crate::{Diagnostic, Diagnostics};

/// The longest text that is read, in bytes. The largest of our own files has a few thousand.
pub const MAX_BYTES: usize = 1 << 20;

/// The deepest nesting that is read.
pub const MAX_DEPTH: usize = 64;

/// The most aliases, and the most anchors.
pub const MAX_ALIASES: usize = 256;

/// The most values of all kinds.
pub const MAX_NODES: usize = 100_000;

/// Reads `text`, which the user knows as `file_name`, as one YAML document.
///
/// Refused: texts of more than [`MAX_BYTES`], duplicate keys, merge keys, unknown tags, broken
/// indentation, more than a few hundred aliases. A bool is `true` or `false` only.
///
/// ```
/// use madoguchi_notation::load;
/// let error = load::<Vec<u8>>("list.yaml", "- 1\n- many\n").unwrap_err();
/// assert_eq!(error.to_string(), "list.yaml:2:3: expected a value of type u8");
/// ```
///
/// # Errors
/// The first thing that is wrong, with its place.
pub fn load<T: DeserializeOwned>(file_name: &str, text: &str) -> Result<T, Diagnostics> {
    let fail = |diagnostic| Diagnostics::new(file_name, text, diagnostic);
    if text.len() > MAX_BYTES {
        return Err(fail(
            Diagnostic::new("too-long", "ファイルが大きすぎます", "the file is too long").hint(
                "1 MiB までのファイルに分けてください",
                "split it into files of at most 1 MiB",
            ),
        ));
    }
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| fail(explain(&error)))
}

fn options() -> serde_saphyr::Options {
    serde_saphyr::options! {
        strict_booleans: true,
        strict_indentation: true,
        duplicate_keys: serde_saphyr::DuplicateKeyPolicy::Error,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        reject_unsupported_tags: true,
        with_snippet: false,
        budget: serde_saphyr::budget! {
            max_aliases: MAX_ALIASES,
            max_anchors: MAX_ALIASES,
            max_depth: MAX_DEPTH,
            max_documents: 1,
            max_nodes: MAX_NODES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: 10_000,
            max_replay_stack_depth: 8,
            max_alias_expansions_per_anchor: MAX_ALIASES,
        },
    }
}

/// Says in our words, in both languages, what the library found.
fn explain(error: &Error) -> Diagnostic {
    let diagnostic = match error.without_snippet() {
        Error::AliasError { error, .. } => return explain(error),
        Error::SerdeUnknownField {
            field, expected, ..
        } => Diagnostic::unknown_key(field, expected),
        Error::SerdeUnknownVariant {
            variant, expected, ..
        } => Diagnostic::unknown_word(variant, expected),
        Error::SerdeMissingField { field, .. } => Diagnostic::missing_key(field),
        Error::DuplicateMappingKey { key, .. } => {
            Diagnostic::duplicate_key(key.as_deref().unwrap_or("…"))
        }
        Error::SerdeInvalidType {
            unexpected,
            expected,
            ..
        }
        | Error::SerdeInvalidValue {
            unexpected,
            expected,
            ..
        } => Diagnostic::wrong_value(&unexpected.to_string(), &expected.to_string()),
        Error::InvalidScalar { ty, .. } => Diagnostic::new(
            "wrong-value",
            format!("型 {ty} の値ではありません"),
            format!("expected a value of type {ty}"),
        ),
        Error::Unexpected { expected, .. } => Diagnostic::new(
            "wrong-value",
            format!("値が合いません (期待: {expected})"),
            format!("expected {expected}"),
        ),
        Error::InvalidBooleanStrict { .. } => Diagnostic::new(
            "wrong-value",
            "true または false を書いてください",
            "write true or false",
        ),
        Error::MergeKeyNotAllowed { .. } => Diagnostic::new(
            "no-merge-keys",
            "結合キー << は使えません",
            "merge keys (<<) are not used here",
        ),
        Error::UnsupportedTag { tag, .. } => Diagnostic::new(
            "unknown-tag",
            format!("タグ {tag} は使えません"),
            format!("the tag {tag} is not used here"),
        ),
        Error::MultipleDocuments { .. }
        | Error::Budget {
            breach: BudgetBreach::Documents { .. },
            ..
        } => Diagnostic::new(
            "two-documents",
            "ファイルに YAML の文書が 2 つ以上あります",
            "the file has more than one YAML document",
        )
        .hint(
            "--- で分けた一つひとつを、別のファイルにしてください",
            "write each, parted by ---, into a file of its own",
        ),
        Error::Budget { .. }
        | Error::AliasReplayLimitExceeded { .. }
        | Error::AliasExpansionLimitExceeded { .. }
        | Error::AliasReplayStackDepthExceeded { .. } => Diagnostic::new(
            "too-much",
            "別名の展開や要素が多すぎます",
            "too many aliases or elements",
        )
        .hint(
            "別名 (*) を使わずに書いてください",
            "write it without aliases (*)",
        ),
        Error::Message { msg, .. } => Diagnostic::unreadable(msg),
        other => {
            let words = UserMessageFormatter.format_message(other);
            let words: String = words.chars().filter(|c| !c.is_control()).collect();
            Diagnostic::new("not-yaml", format!("YAML として読めません: {words}"), words)
        }
    };
    match error.location() {
        Some(location) => diagnostic.at(location),
        None => diagnostic,
    }
}
