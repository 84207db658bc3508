//! `madoguchi ca`: the TLS root of this installation for devices that are to trust it, and the
//! commands by which they do. The commands are printed, never run: what a machine trusts is its
//! owner's decision.

mod recipe;

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use jiff::Timestamp;
use madoguchi_fixtures::pki::pkcs12;
use madoguchi_terms::Lang;

use super::screen;
use super::trouble::Trouble;
use crate::cli::{Ca, CaFormat};
use crate::exit::Exit;
use crate::installation::KeptRoot;

/// The password of an exported PKCS#12 file: the file holds nothing secret, but its readers ask.
pub(crate) const PASSWORD: &str = "madoguchi";

pub(super) fn ca(command: &Ca, lang: Lang) -> Result<Exit, Trouble> {
    let kept = KeptRoot::open(Timestamp::now()).map_err(Trouble::NotKept)?;
    match command {
        Ca::Export { format, out } => {
            let bytes = match format {
                CaFormat::Pem => kept.authority.certificate_pem().into_bytes(),
                CaFormat::Der => kept.authority.certificate().to_vec(),
                CaFormat::P12 => p12(&kept)?,
            };
            match out {
                Some(path) => write(path, &bytes)?,
                None => screen::say(io::stdout().write_all(&bytes))?,
            }
        }
        Ca::Trust => screen::say(recipe::trust(&mut screen::standard_output(), lang))?,
        Ca::Untrust => screen::say(recipe::untrust(&mut screen::standard_output(), lang))?,
    }
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
    Ok(Exit::PASS)
}

fn p12(kept: &KeptRoot) -> Result<Vec<u8>, Trouble> {
    let mut salt = [0; 16];
    rand::fill(&mut salt).expect("the system has randomness");
    pkcs12::trust_store(kept.authority.certificate(), PASSWORD, salt).map_err(Trouble::Pki)
}

/// Writes a certificate, which everybody may read.
fn write(path: &PathBuf, bytes: &[u8]) -> Result<(), Trouble> {
    let written = || -> io::Result<()> {
        if let Some(folder) = path.parent().filter(|f| !f.as_os_str().is_empty()) {
            fs::create_dir_all::<&Path>(folder)?;
        }
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        file.write_all(bytes)
    };
    written().map_err(|error| Trouble::Write {
        path: path.clone(),
        error,
    })
}
