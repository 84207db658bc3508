//! No card of the real or of the official test hierarchy is emulated: a holder of the certificates
//! of one would hold personal data, and software that trusts those roots must never meet them here.

use crate::content::Content;
use crate::issue_error::IssueError;
use crate::state::State;

/// An X.520 organizationName, as far as its string: the DER of the OID 2.5.4.10.
const ORGANIZATION: [u8; 5] = [0x06, 0x03, 0x55, 0x04, 0x0A];
/// Organizations of the real issuer and of its test system.
const ISSUERS: [&[u8]; 2] = [b"JPKI", b"JPKI-TEST"];
/// The body of a card-verifiable certificate, up to the length.
const BODY: [u8; 5] = [0x5F, 0x4E, 0x82, 0x01, 0x29];

impl State {
    /// Looks for X.509 certificates of `O=JPKI` and `O=JPKI-TEST`, and for card-verifiable
    /// certificates whose key identifiers begin with 5 or 6.
    pub(crate) fn refuse_real_hierarchies(&self) -> Result<(), IssueError> {
        for (place, content) in &self.files {
            if let Content::Transparent(bytes) = content
                && (names_issuer(bytes) || names_key(bytes))
            {
                return Err(IssueError::RealHierarchy { file: place.file });
            }
        }
        match self.data_objects.values().any(|value| names_key(value)) {
            true => Err(IssueError::RealCertificate),
            false => Ok(()),
        }
    }
}

fn names_issuer(bytes: &[u8]) -> bool {
    after(bytes, &ORGANIZATION).any(|rest| match rest {
        [_string, len, rest @ ..] => rest
            .get(..usize::from(*len))
            .is_some_and(|name| ISSUERS.contains(&name)),
        _ => false,
    })
}

fn names_key(bytes: &[u8]) -> bool {
    after(bytes, &BODY).any(|body| matches!(body.first(), Some(b'5' | b'6')))
}

/// What follows each occurrence of `pattern`.
fn after<'a>(bytes: &'a [u8], pattern: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
    bytes
        .windows(pattern.len())
        .enumerate()
        .filter(move |(_, window)| *window == pattern)
        .map(move |(at, _)| &bytes[at + pattern.len()..])
}
