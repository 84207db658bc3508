//! `madoguchi ca`: the TLS root of this installation for devices that are to trust it, the commands
//! by which they do, and the certificates on a card for programs that verify what it signs. The
//! commands are printed, never run: what a machine trusts is its owner's decision.

mod recipe;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use aws_lc_rs::rand;
use jiff::Timestamp;
use madoguchi_fixtures::persona;
use madoguchi_fixtures::pki::{certificate_pem, pkcs12};
use madoguchi_layout::Policies;
use madoguchi_terms::Lang;

use super::screen;
use super::trouble::Trouble;
use crate::cli::{Ca, CaFormat, OnCard, Written};
use crate::exit::Exit;
use crate::installation::KeptRoot;

pub(super) fn ca(command: &Ca, lang: Lang) -> Result<Exit, Trouble> {
    match command {
        Ca::Certificate {
            persona,
            which,
            policies,
            to,
        } => write(&on_card(persona, *which, *policies)?, to)?,
        Ca::Export(to) => write(kept(lang)?.authority.certificate(), to)?,
        Ca::Trust => {
            kept(lang)?;
            screen::say(recipe::trust(&mut screen::standard_output(), lang))?;
        }
        Ca::Untrust => {
            kept(lang)?;
            screen::say(recipe::untrust(&mut screen::standard_output(), lang))?;
        }
    }
    Ok(Exit::PASS)
}

/// The root of this installation; says so where it is a new one.
fn kept(lang: Lang) -> Result<KeptRoot, Trouble> {
    let kept = KeptRoot::open(Timestamp::now()).map_err(Trouble::NotKept)?;
    if kept.is_new {
        let until = kept.authority.validity().not_after;
        let path = kept.path.display();
        anstream::eprintln!(
            "{}",
            lang.pick(
                format!("注意: 新しいルートを作りました (期限 {until})。以前のルートを信頼した機器では、信頼し直してください。\n  保管先: {path}"),
                format!("note: a new root was made (valid until {until}); a device that trusts an older one has to trust this one.\n  kept in: {path}"),
            )
        );
    }
    Ok(kept)
}

/// A certificate of a card that is issued now, DER.
fn on_card(id: &str, which: OnCard, policies: Policies) -> Result<Vec<u8>, Trouble> {
    let persona = persona(id).map_err(Trouble::Persona)?;
    let issued = persona
        .issue_under(policies, Timestamp::now())
        .map_err(Trouble::Pki)?;
    let card = issued.personalization;
    let credential = match which {
        OnCard::Authentication | OnCard::AuthenticationCa => card.authentication,
        OnCard::Signature | OnCard::SignatureCa => card.signature,
    };
    let credential = credential.ok_or_else(|| Trouble::NotIssued(id.to_owned()))?;
    Ok(match which {
        OnCard::Authentication | OnCard::Signature => credential.certificate,
        OnCard::AuthenticationCa | OnCard::SignatureCa => credential.ca_certificate,
    })
}

/// Writes a certificate, DER until here, in the form that is asked for.
fn write(certificate: &[u8], to: &Written) -> Result<(), Trouble> {
    let bytes = match to.format {
        CaFormat::Pem => certificate_pem(certificate).into_bytes(),
        CaFormat::Der => certificate.to_vec(),
        CaFormat::P12 => p12(certificate)?,
    };
    match &to.out {
        Some(path) => write_file(path, &bytes),
        None => screen::say(io::stdout().write_all(&bytes)),
    }
}

fn p12(certificate: &[u8]) -> Result<Vec<u8>, Trouble> {
    let mut salt = [0; 16];
    rand::fill(&mut salt).expect("the system has randomness");
    pkcs12::trust_store(certificate, recipe::PASSWORD, salt).map_err(Trouble::Pki)
}

/// Writes a certificate, which everybody may read.
fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Trouble> {
    let written = || -> io::Result<()> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        file.write_all(bytes)
    };
    written().map_err(|error| Trouble::Write {
        path: path.to_owned(),
        error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DER of 1.2.392.200149.8.5.1 and of what stands in its place unless it is asked for.
    const PUBLISHED: [u8; 9] = [0x2A, 0x83, 0x08, 0x8C, 0x9B, 0x55, 8, 5, 1];
    const OWN: [u8; 8] = [0x69, 0x82, 0xB5, 0x88, 0x47, 8, 5, 1];

    #[test]
    fn a_certificate_states_the_policies_that_were_asked_for() {
        let has = |der: &[u8], arc: &[u8]| der.windows(arc.len()).any(|bytes| bytes == arc);
        for which in [OnCard::Authentication, OnCard::Signature] {
            let own = on_card("shiken-taro", which, Policies::Own).unwrap();
            let published = on_card("shiken-taro", which, Policies::Published).unwrap();
            assert!(has(&own, &OWN) && !has(&own, &PUBLISHED));
            assert!(has(&published, &PUBLISHED) && !has(&published, &OWN));
        }
    }

    #[test]
    fn each_of_the_four_is_another_one() {
        let one = |which| on_card("shiken-taro", which, Policies::Own).unwrap();
        let four = OnCard::NAMES.map(|(_, which)| one(which));
        for (place, der) in four.iter().enumerate() {
            assert!(!four[..place].contains(der));
        }
    }

    #[test]
    fn what_a_card_does_not_hold_cannot_be_written() {
        let refused = |id, which| on_card(id, which, Policies::Own).unwrap_err();
        assert!(matches!(
            refused("shiken-tar", OnCard::Signature),
            Trouble::Persona(_)
        ));
        assert!(matches!(
            refused("kodomo-mei", OnCard::SignatureCa),
            Trouble::NotIssued(_)
        ));
    }
}
