//! 公的個人認証AP: certificates, keys and PINs of one or two credentials.

use madoguchi_iso7816::FileId;
use madoguchi_layout::jpki::{
    AUTHENTICATION_CA_CERTIFICATE, AUTHENTICATION_CERTIFICATE, AUTHENTICATION_KEY,
    AUTHENTICATION_PIN, CERTIFICATE_AVAILABILITY, SIGNATURE_CA_CERTIFICATE, SIGNATURE_CERTIFICATE,
    SIGNATURE_KEY, SIGNATURE_PASSWORD, TERMINAL_CA, TOKEN_INFORMATION, UNKNOWN_REFERENCE,
    UNREADABLE, certificate_availability,
};
use madoguchi_layout::{Personalization, token_information};

use super::{blocked, bytes, credential, filler};
use crate::content::Content;
use crate::profile::Profile;

pub(super) fn content(file: FileId, data: &Personalization, profile: &Profile) -> Option<Content> {
    let authentication = data
        .authentication
        .as_ref()
        .filter(|_| profile.authentication);
    let signature = data.signature.as_ref();
    match file {
        TOKEN_INFORMATION => {
            let info = token_information(profile.token.unwrap_or(data.token));
            return Some(bytes(info));
        }
        CERTIFICATE_AVAILABILITY => {
            let held = certificate_availability(signature.is_some(), authentication.is_some());
            return Some(bytes(held));
        }
        // What it holds has never been read.
        UNREADABLE => return Some(filler()),
        UNKNOWN_REFERENCE => return Some(blocked()),
        TERMINAL_CA => return data.terminal_ca.map(|ca| Content::TerminalCa(Box::new(ca))),
        _ => {}
    }
    let [certificate, ca_certificate, key, reference] = match file {
        SIGNATURE_CERTIFICATE | SIGNATURE_CA_CERTIFICATE | SIGNATURE_KEY | SIGNATURE_PASSWORD => {
            credential::contents(signature)
        }
        _ => credential::contents(authentication),
    };
    let none = || profile.empty_certificates.then(|| bytes([]));
    match file {
        SIGNATURE_CERTIFICATE | AUTHENTICATION_CERTIFICATE => certificate.or_else(none),
        SIGNATURE_CA_CERTIFICATE | AUTHENTICATION_CA_CERTIFICATE => ca_certificate.or_else(none),
        SIGNATURE_KEY | AUTHENTICATION_KEY => key,
        SIGNATURE_PASSWORD | AUTHENTICATION_PIN => reference,
        _ => None,
    }
}
