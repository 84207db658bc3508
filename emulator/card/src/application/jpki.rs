//! 公的個人認証AP: certificates, keys and PINs of one or two credentials.

use madoguchi_card_key::PrivateKey;
use madoguchi_iso7816::FileId;
use madoguchi_layout::jpki::{
    AUTHENTICATION_CA_CERTIFICATE, AUTHENTICATION_CERTIFICATE, AUTHENTICATION_KEY,
    AUTHENTICATION_PIN, CERTIFICATE_AVAILABILITY, SIGNATURE_CA_CERTIFICATE, SIGNATURE_CERTIFICATE,
    SIGNATURE_KEY, SIGNATURE_PASSWORD, TOKEN_INFORMATION, UNREADABLE, certificate_availability,
};
use madoguchi_layout::{Credential, Personalization, token_information};

use super::{blocked, reference};
use crate::persistent::{Content, IssueError};

/// Where a credential was not issued, its certificates are absent, its key slot is empty and its
/// reference is blocked (all *assumed*; only EF 0008 saying so is observed).
pub(super) fn content(file: FileId, data: &Personalization) -> Result<Option<Content>, IssueError> {
    let authentication = data.authentication.as_ref();
    let signature = data.signature.as_ref();
    Ok(match file {
        SIGNATURE_CERTIFICATE => signature.map(|held| bytes(&held.certificate)),
        SIGNATURE_CA_CERTIFICATE => signature.map(|held| bytes(&held.ca_certificate)),
        TOKEN_INFORMATION => Some(bytes(&token_information(data.token))),
        CERTIFICATE_AVAILABILITY => {
            let held = certificate_availability(signature.is_some(), authentication.is_some());
            Some(bytes(&held))
        }
        UNREADABLE => Some(bytes(&[])),
        AUTHENTICATION_CERTIFICATE => authentication.map(|held| bytes(&held.certificate)),
        AUTHENTICATION_CA_CERTIFICATE => authentication.map(|held| bytes(&held.ca_certificate)),
        AUTHENTICATION_KEY => Some(key(file, authentication)?),
        AUTHENTICATION_PIN => Some(guard(file, authentication)?),
        SIGNATURE_KEY => Some(key(file, signature)?),
        SIGNATURE_PASSWORD => Some(guard(file, signature)?),
        _ => None,
    })
}

fn bytes(content: &[u8]) -> Content {
    Content::Transparent(content.into())
}

fn key(file: FileId, held: Option<&Credential>) -> Result<Content, IssueError> {
    let key = held
        .map(|held| PrivateKey::from_pkcs1_der(held.private_key.expose()))
        .transpose()
        .map_err(|cause| IssueError::Key { file, cause })?;
    Ok(Content::Key(key))
}

fn guard(file: FileId, held: Option<&Credential>) -> Result<Content, IssueError> {
    held.map_or_else(|| Ok(blocked()), |held| reference(file, &held.reference))
}
