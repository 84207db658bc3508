//! The four files of a credential of 公的個人認証AP.

use madoguchi_layout::Credential;

use super::{blocked, bytes};
use crate::content::Content;

/// Certificate, CA certificate, key and reference. Where the credential was not issued, both
/// certificates are absent (see
/// [`Profile::empty_certificates`](crate::Profile::empty_certificates)), the key slot is empty and the reference is blocked (all *assumed*; only
/// EF 0008 saying so is *observed*).
pub(crate) fn contents(held: Option<&Credential>) -> [Option<Content>; 4] {
    [
        held.map(|held| bytes(held.certificate.clone())),
        held.map(|held| bytes(held.ca_certificate.clone())),
        Some(Content::Key(held.map(|held| held.private_key.clone()))),
        Some(held.map_or_else(blocked, |held| Content::Reference(held.reference.clone()))),
    ]
}
