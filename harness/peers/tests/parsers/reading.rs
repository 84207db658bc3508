//! What a parser tells of a certificate or a revocation list, in one form for all parsers.

use std::collections::BTreeMap;

use crate::documents::{Document, documents};

/// The fields of a document by name, each as one text: names with their attributes in the order of
/// the encoding, instants as in `2025-05-21T00:00:00Z`, extensions as object identifiers with a `!`
/// behind a critical one, entries of a list with `, ` between them.
pub(crate) type Reading = BTreeMap<String, String>;

/// Every field of a certificate.
pub(crate) const CERTIFICATE: [&str; 13] = [
    "serial",
    "issuer",
    "subject",
    "not-before",
    "not-after",
    "key-usage",
    "extended-key-usage",
    "policies",
    "cps",
    "extensions",
    "names",
    "ocsp",
    "ca",
];

/// Every field of a revocation list; the reasons are those that it states.
pub(crate) const LIST: [&str; 7] = [
    "issuer",
    "this-update",
    "next-update",
    "number",
    "extensions",
    "revoked",
    "reasons",
];

/// Has a parser read every certificate, and compares the fields that it tells.
#[track_caller]
pub(crate) fn certificates(told: &[&str], read: impl FnMut(&Document) -> Reading) {
    compare(false, told, read);
}

/// The same with every revocation list.
#[track_caller]
pub(crate) fn lists(told: &[&str], read: impl FnMut(&Document) -> Reading) {
    compare(true, told, read);
}

#[track_caller]
fn compare(lists: bool, told: &[&str], mut read: impl FnMut(&Document) -> Reading) {
    let mut compared = 0;
    for document in documents().iter().filter(|it| it.is_list == lists) {
        let expected = document.expected.iter();
        let expected: Reading = expected
            .filter(|(field, _)| told.contains(&field.as_str()))
            .map(|(field, text)| (field.clone(), text.clone()))
            .collect();
        assert_eq!(read(document), expected, "{}", document.name);
        compared += expected.len();
    }
    assert!(compared > 0, "nothing was compared");
}
