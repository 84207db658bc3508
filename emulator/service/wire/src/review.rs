//! What the author of a profile may have overlooked: nothing in it is wrong, but a client of this
//! wire could not do its work. `madoguchi profile check` tells it.

use madoguchi_eligibility::{Field, Operation, Provenance};
use madoguchi_notation::{Diagnostic, Diagnostics, Located};

use crate::Transport;
use crate::extends::whole;
use crate::profile::{Document, Shape};
use crate::{BUILTIN, Profile};

/// A profile that reads, and what is remarkable about it.
#[derive(Debug, Clone)]
pub struct Review {
    /// The profile.
    pub profile: Profile,
    /// Operations that this wire does not have. A client that needs one is told 404.
    pub absent: Vec<Operation>,
    /// Fields that an operation lives by and that the profile neither takes nor delivers, with
    /// line and column.
    pub remarks: Option<Diagnostics>,
}

impl Profile {
    /// Reads a profile and looks at what it leaves out; `file` is its name as the user knows it.
    ///
    /// # Errors
    /// Everything that is wrong with it, with line and column.
    pub fn check(file: &str, text: &str) -> Result<Review, Diagnostics> {
        let whole = whole(file, text, BUILTIN)?;
        let profile = Self::read(&whole)?;
        let document = profile.document();
        let is_absent = |operation: &&Operation| {
            // No service has it, and the app that has it has nothing else.
            let elsewhere = profile.is_local() != (**operation == Operation::ResultOutput);
            !elsewhere && !document.operations.contains_key(operation)
        };
        let absent = Operation::ALL.iter().filter(is_absent).copied().collect();
        let remarks = document
            .operations
            .iter()
            .flat_map(|(operation, shape)| remarks(document, *operation, shape))
            .collect();
        let remarks = whole.check(remarks).err();
        Ok(Review {
            profile,
            absent,
            remarks,
        })
    }
}

fn remarks(document: &Document, operation: Operation, shape: &Located<Shape>) -> Vec<Diagnostic> {
    // In a folder the 資格確認端末 that owns it is logged in, and no reader outside knows of more
    // elements than have been seen.
    let expected = |field: &&Field| {
        document.transport != Transport::Folder || field.provenance() == Provenance::Observed
    };
    let units = shape.each.iter().flat_map(|each| each.take.keys());
    let taken: Vec<&Field> = shape.take.keys().chain(units).collect();
    let untaken = operation
        .needs()
        .iter()
        .filter(expected)
        .filter(|field| !taken.contains(field))
        .map(|field| not_taken(operation, *field).at(shape.location()));
    let reply = document.replies.get(shape.reply.as_str());
    let results: &[Field] = if operation.brings_eligibilities() {
        Field::RESULT
    } else {
        &[]
    };
    let undelivered = operation
        .brings()
        .iter()
        .chain(results)
        .filter(expected)
        .filter(|field| reply.is_none_or(|reply| !reply.names(**field)))
        .map(|field| not_delivered(operation, *field).at(shape.reply.location()));
    untaken.chain(undelivered).collect()
}

fn not_taken(operation: Operation, field: Field) -> Diagnostic {
    Diagnostic::new(
        "field-not-taken",
        format!("{operation} には {field} が必要ですが、take にありません"),
        format!("{operation} needs {field}, which take does not name"),
    )
    .hint(
        "例: { json: /… }、{ xml: 要素/要素 } か { header: … } と書きます",
        "write where it stands: { json: /… }, { xml: ELEMENT/ELEMENT } or { header: … }",
    )
}

fn not_delivered(operation: Operation, field: Field) -> Diagnostic {
    Diagnostic::new(
        "field-not-delivered",
        format!("{operation} の応答に ${field} がありません"),
        format!("the reply of {operation} does not carry ${field}"),
    )
}
