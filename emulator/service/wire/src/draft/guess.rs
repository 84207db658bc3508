//! Which operation a recorded call may be, and which field a name may mean.

use std::collections::BTreeSet;

use madoguchi_eligibility::{Field, Operation};

use super::har::{Recorded, Recording, Shape};

/// A method and path of a recording, with what is guessed of it.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) recorded: Recorded,
    /// The operation that it is most like, if it is like any.
    pub(super) operation: Option<Operation>,
}

/// The calls of a recording that carry JSON, each method and path once, with no operation twice.
pub(super) fn calls(recording: &Recording) -> Vec<Call> {
    let mut calls: Vec<Call> = Vec::new();
    for recorded in &recording.calls {
        if recorded.request.is_none() && recorded.response.is_none() {
            continue;
        }
        let known = calls.iter_mut().find(|call| {
            call.recorded.method == recorded.method && call.recorded.path == recorded.path
        });
        match known {
            // The largest answer shows the most: refusals are small.
            Some(call) if size(&call.recorded.response) < size(&recorded.response) => {
                call.recorded = recorded.clone();
            }
            Some(_) => {}
            None => calls.push(Call {
                recorded: recorded.clone(),
                operation: None,
            }),
        }
    }
    let mut scores: Vec<(i32, usize, Operation)> = Vec::new();
    for (i, call) in calls.iter().enumerate() {
        for operation in Operation::ALL {
            scores.push((likeness(&call.recorded, *operation), i, *operation));
        }
    }
    // The best first; in the order of the recording where two are as good.
    scores.sort_by_key(|(score, i, operation)| (-score, *i, *operation));
    let mut taken = BTreeSet::new();
    for (score, i, operation) in scores {
        if LEAST <= score && calls[i].operation.is_none() && taken.insert(operation) {
            calls[i].operation = Some(operation);
        }
    }
    calls
}

/// Less than this is chance.
const LEAST: i32 = 4;

fn likeness(call: &Recorded, operation: Operation) -> i32 {
    let words: Vec<String> = call
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| 2 < word.len())
        .map(|word| word.to_ascii_lowercase())
        .collect();
    let names = operation.name().split('-').filter(|word| 2 < word.len());
    let in_path = names
        .filter(|name| {
            let stem = name.trim_end_matches(['s', 'e']);
            words.iter().any(|word| word.starts_with(stem))
        })
        .count();
    let sent = fields(call.request.as_ref());
    let brought = fields(call.response.as_ref());
    let count = |known: &BTreeSet<Field>, wanted: &[Field]| {
        let in_body = wanted.iter().filter(|field| **field != Field::SessionToken);
        let (there, missing): (Vec<&Field>, Vec<&Field>) =
            in_body.partition(|field| known.contains(field));
        (number(there.len()), number(missing.len()))
    };
    let (needed, lacking) = count(&sent, operation.needs());
    let (delivered, _) = count(&brought, operation.brings());
    2 * number(in_path) + 3 * needed - 2 * lacking + 2 * delivered
}

fn number(count: usize) -> i32 {
    i32::try_from(count).unwrap_or(i32::MAX / 8)
}

/// The fields that the names of a shape may mean.
fn fields(shape: Option<&Shape>) -> BTreeSet<Field> {
    let mut found = BTreeSet::new();
    collect(shape, &mut found);
    found
}

fn collect(shape: Option<&Shape>, found: &mut BTreeSet<Field>) {
    match shape {
        Some(Shape::Object(entries)) => {
            for (name, value) in entries {
                if *value == Shape::Leaf {
                    found.extend(field(name));
                } else {
                    collect(Some(value), found);
                }
            }
        }
        Some(Shape::Array(first)) => collect(first.as_deref(), found),
        Some(Shape::Leaf) | None => {}
    }
}

fn size(shape: &Option<Shape>) -> usize {
    fn leaves(shape: &Shape) -> usize {
        match shape {
            Shape::Leaf => 1,
            Shape::Object(entries) => entries.iter().map(|(_, value)| leaves(value)).sum(),
            Shape::Array(first) => first.as_deref().map_or(0, leaves),
        }
    }
    shape.as_ref().map_or(0, leaves)
}

/// The field that a name may mean: its own in another spelling, or a usual word for it.
pub(super) fn field(name: &str) -> Option<Field> {
    let plain = |word: &str| -> String {
        let letters = word.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|c| c.to_ascii_lowercase()).collect()
    };
    let name = plain(name);
    let own = Field::ALL.iter().find(|field| plain(field.name()) == name);
    let usual = USUAL.iter().find(|(word, _)| *word == name);
    own.copied().or_else(|| usual.map(|(_, field)| *field))
}

/// Words that are usual for a field and not its own.
const USUAL: &[(&str, Field)] = &[
    ("medicalinstitutioncode", Field::FacilityCode),
    ("institutioncode", Field::FacilityCode),
    ("kikancode", Field::FacilityCode),
    ("loginid", Field::UserId),
    ("username", Field::UserId),
    ("passwd", Field::Password),
    ("accesstoken", Field::SessionToken),
    ("token", Field::SessionToken),
    ("xrequestid", Field::RequestId),
    ("requestno", Field::RequestId),
    ("cert", Field::Certificate),
    ("usercertificate", Field::Certificate),
    ("signaturevalue", Field::Signature),
    ("code", Field::ResultCode),
    ("status", Field::ResultCode),
    ("errorcode", Field::ResultCode),
    ("processingresultcode", Field::ResultCode),
    ("message", Field::ResultMessage),
    ("errormessage", Field::ResultMessage),
    ("processingresultmessage", Field::ResultMessage),
    ("symbol", Field::InsuredCardSymbol),
    ("branchnumber", Field::InsuredBranchNumber),
    ("kana", Field::NameKana),
    ("sex", Field::Sex1),
    ("gender", Field::Sex1),
    ("dateofbirth", Field::Birthdate),
    ("birthday", Field::Birthdate),
];
