//! "Did you mean …": the nearest of some known names.

use strsim::osa_distance;

/// The candidate that is nearest to `word`, if any is near enough to be meant: at most a third of
/// the word's letters may differ (and at least one may). Equal distances: the first candidate.
///
/// ```
/// use madoguchi_notation::nearest;
/// let known = ["shiken-taro", "shiken-hanako"];
/// assert_eq!(nearest("shiken-tarou", known), Some("shiken-taro"));
/// assert_eq!(nearest("yamada", known), None);
/// ```
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (word.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Edits that turn `a` into `b`: insertion, removal, replacement, and the exchange of two
/// neighbours, ignoring the case of ASCII letters.
fn distance(a: &str, b: &str) -> usize {
    osa_distance(&a.to_ascii_lowercase(), &b.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_exchanged_letters_are_one_edit() {
        assert_eq!(distance("taro-expierd", "taro-expired"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("Visual", "visual"), 0);
    }

    #[test]
    fn a_short_word_may_still_have_one_wrong_letter() {
        assert_eq!(nearest("pim", ["pin", "visual"]), Some("pin"));
        assert_eq!(nearest("xyz", ["pin"]), None);
    }
}
