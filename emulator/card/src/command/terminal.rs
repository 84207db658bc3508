//! The path without PIN (特定機関認証; 電子署名等認証業務法 38条の4): a terminal shows a certificate
//! and may then use the authentication key.
//!
//! Public is the load of the certificate, `80 A2`, in two parts (*observed* by one source). What
//! follows is not: that the terminal then signs a challenge, EXTERNAL AUTHENTICATE, is *assumed*
//! and has to be switched on ([`Profile::terminal_authentication`]).
//!
//! [`Profile::terminal_authentication`]: crate::Profile::terminal_authentication

use std::sync::Arc;

use madoguchi_card_key::verify_pkcs1v15_sha256;
use madoguchi_iso7816::{CommandApdu, StatusWord};
use madoguchi_layout::{TerminalCa, jpki};

use super::body;
use crate::card::Card;
use crate::persistent::Content;
use crate::volatile::TerminalAuthentication;

/// First part: the template with the certificate's body.
const FIRST: [u8; 10] = [0x7F, 0x21, 0x82, 0x02, 0x33, 0x5F, 0x4E, 0x82, 0x01, 0x29];
/// Length of the body: two key identifiers and a public key.
const BODY: usize = 297;
/// What stands in the body before the modulus: identifiers, exponent, header.
const MODULUS_AT: usize = BODY - 256;
/// Second part: the signature.
const SECOND: [u8; 5] = [0x5F, 0x37, 0x82, 0x01, 0x00];

/// Takes a terminal's card-verifiable certificate, with EF 0016 selected: `80 A2 06 C1` with
/// `7F21 82 0233 5F4E 82 0129 ‖ body`, then `80 A2 00 C1` with `5F37 82 0100 ‖ signature`, which must
/// verify under 0016 and name its key.
///
/// | | answer | |
/// |---|---|---|
/// | other P1 P2 | `6A86` | *observed* |
/// | other data, a wrong signature | `6700` | *observed* for some garbage, *assumed* for the rest |
/// | the second part without the first | `6985` | *assumed* |
/// | no current EF, another file, no key in it | `6986`, `6981`, `6A88` | *assumed* |
/// | in another application | `6D00` | *assumed* |
pub(crate) fn load_terminal_certificate(
    card: &mut Card,
    command: &CommandApdu<'_>,
) -> Result<(), StatusWord> {
    if card.application() != Some(&jpki::APPLICATION) {
        return Err(StatusWord::INSTRUCTION_NOT_SUPPORTED);
    }
    if !matches!(command.parameters(), 0x06C1 | 0x00C1) {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let data = body(command)?.data;
    let at = card.volatile.file().ok_or(StatusWord::NO_CURRENT_EF)?;
    let file = card.file(at)?;
    if file.layout.id != jpki::TERMINAL_CA {
        return Err(StatusWord::INCOMPATIBLE_FILE_STRUCTURE);
    }
    let Content::TerminalCa(ca) = &file.content else {
        return Err(StatusWord::REFERENCE_NOT_FOUND);
    };
    let ca = Arc::clone(ca);
    if command.p1 == 0x06 {
        let body = data
            .strip_prefix(&FIRST)
            .filter(|body| body.len() == BODY)
            .ok_or(StatusWord::WRONG_LENGTH)?;
        card.volatile.terminal = Some(Box::new(TerminalAuthentication {
            body: body.into(),
            public_key: None,
            challenge: Vec::new(),
        }));
        return Ok(());
    }
    let signature = data.strip_prefix(&SECOND).ok_or(StatusWord::WRONG_LENGTH)?;
    let terminal = card
        .volatile
        .terminal
        .as_deref_mut()
        .ok_or(StatusWord::CONDITIONS_NOT_SATISFIED)?;
    let key = certified(&ca, &terminal.body, signature).ok_or(StatusWord::WRONG_LENGTH)?;
    terminal.public_key = Some(key);
    Ok(())
}

/// The key in a certificate's body, where its issuer and its signature are right.
fn certified(ca: &TerminalCa, body: &[u8], signature: &[u8]) -> Option<[u8; 256]> {
    let right = body.starts_with(ca.key.as_bytes())
        && verify_pkcs1v15_sha256(&ca.public_key.0, body, signature);
    let modulus = body.get(MODULUS_AT..)?.try_into().ok()?;
    right.then_some(modulus)
}

/// EXTERNAL AUTHENTICATE `00 82 00 80` (ISO 7816-4 §7.5.4) of a terminal whose certificate was
/// loaded: RSASSA-PKCS1-v1_5 with SHA-256 over the last challenge, which is used up. A right
/// signature opens what EF 0016 opens. All of this is *assumed*.
///
/// `6985` where it is not switched on, where no certificate was loaded or no challenge is open;
/// `6700` for other lengths than 256; `6300` for a wrong signature.
pub(crate) fn external_authenticate(
    card: &mut Card,
    command: &CommandApdu<'_>,
) -> Result<(), StatusWord> {
    if command.p1 != 0x00 || !matches!(command.p2, 0x00 | 0x80 | 0x96) {
        return Err(StatusWord::INCORRECT_P1_P2);
    }
    let signature = body(command)?.data;
    let terminal = card.volatile.terminal.as_deref_mut();
    let Some(terminal) = terminal.filter(|_| card.profile.terminal_authentication) else {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    };
    let challenge = std::mem::take(&mut terminal.challenge);
    let Some(key) = terminal.public_key.filter(|_| !challenge.is_empty()) else {
        return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
    };
    if signature.len() != key.len() {
        return Err(StatusWord::WRONG_LENGTH);
    }
    if !verify_pkcs1v15_sha256(&key, &challenge, signature) {
        return Err(StatusWord::VERIFICATION_FAILED);
    }
    card.volatile.security_status.grant(jpki::TERMINAL_CA);
    Ok(())
}
