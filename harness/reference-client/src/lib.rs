//! The reference client: a small, correct stand-in for マイナ資格確認アプリ, and the example for
//! a vendor who connects another client.
//!
//! It speaks PC/SC, through libpcsclite or by itself, and HTTPS to the service, and follows the client contract
//! on its standard streams. It knows nothing of the emulator: given a real reader and a service
//! that speaks one of its wires it would work the same. `--defect NAME` makes it wrong in exactly
//! one way, `--manner NAME` lets it be right in another.
#![forbid(unsafe_code)]

mod answer;
mod app;
mod bulk;
mod caller;
mod card;
mod check;
mod conduct;
mod contract;
mod defect;
mod inquiry;
mod line;
mod link;
mod manner;
mod mobile;
mod patient;
mod reader;
mod resolver;
mod result;
pub mod scard;
mod screens;
mod service;
mod settings;
mod terminal;
mod visit;
mod wareki;
mod wire;

use std::env;
use std::fmt::Display;
use std::io::{self, BufReader, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::app::{App, Ending};
use crate::conduct::Layers;
use crate::link::Link;
use crate::scard::Library;
use crate::settings::{Settings, SettingsError};
use crate::wire::Told;

/// Ended before it was told to: the other side is gone, or a defect wants it so.
const BROKEN_OFF: u8 = 1;
/// Wrong command line or environment.
const USAGE: u8 = 2;
/// What the command line may say.
const USAGE_TEXT: &str = "\
usage: madoguchi-reference-client [--manner NAME]… [--defect NAME]… [--openapi FILE]
       madoguchi-reference-client --list-manners | --list-defects

  --manner NAME    be right in another way / 別の正しいふるまい
  --defect NAME    be wrong on purpose / わざと誤る
  --openapi FILE   speak the wire of this document / この文書の電文を話す
  --list-manners   lines of name, tab, why it is right, tab, defects that it leaves no room for
                   名前、タブ、正しい理由、タブ、その流儀では起こらない欠陥
  --list-defects   lines of name, tab, the requirement that it breaks / 名前、タブ、破る要件";
/// How long the end waits for PC/SC calls that still have not returned.
const FAREWELL: Duration = Duration::from_millis(500);
/// "Not supported", in the contract's words.
const NOT_SUPPORTED: u8 = 89;

/// The whole program, with what its command line says behind its name: the exit code.
#[must_use]
pub fn run(arguments: &[String], library: impl Library + 'static) -> u8 {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    // what is listed is the same on every wire
    match arguments[arguments.len().saturating_sub(1)..] {
        ["--list-defects"] => {
            return list(defect::all().map(|entry| (entry.name, entry.requirement)));
        }
        ["--list-manners"] => {
            return list(manner::all().map(|entry| {
                let excuses = manner::excuses(entry.name).join(",");
                (entry.name, format!("{}\t{excuses}", entry.because[0]))
            }));
        }
        ["--help" | "-h"] => {
            // Who stopped reading needs no more of it.
            let _ = writeln!(io::stdout(), "{USAGE_TEXT}");
            return 0;
        }
        _ => {}
    }
    let (mut defects, mut manners, mut told) = (Vec::new(), Vec::new(), None);
    for argument in arguments.chunks(2) {
        match argument {
            ["--defect", name] => {
                let Some(entry) = defect::named(name) else {
                    eprintln!("no defect is called `{name}`; --list-defects names them all");
                    return USAGE;
                };
                let [does, does_in_japanese] = entry.does;
                eprintln!("wrong on purpose: this client {does}");
                eprintln!("わざと誤らせたクライアント: {does_in_japanese}");
                defects.push((entry.layers)());
            }
            ["--manner", name] => {
                let Some(entry) = manner::named(name) else {
                    eprintln!("no manner is called `{name}`; --list-manners names them all");
                    return USAGE;
                };
                entry.tell();
                manners.push((entry.layers)());
            }
            ["--openapi", file] => {
                let read = std::fs::read_to_string(file).ok();
                let Some(read) = read.and_then(|text| Told::read(&text)) else {
                    eprintln!("{file} is no OpenAPI document of a wire profile");
                    return USAGE;
                };
                // one for the life of the process
                told = Some(&*Box::leak(Box::new(read)));
            }
            _ => {
                eprintln!("{USAGE_TEXT}");
                return USAGE;
            }
        }
    }
    let watched = match env::var_os(manner::DIFFERENCES_FILE) {
        Some(file) => match manner::watched(Path::new(&file)) {
            Ok(layers) => Some(layers),
            Err(error) => {
                eprintln!("{}: {error}", file.display());
                return USAGE;
            }
        },
        None => None,
    };
    // a manner words and arranges what the program does, be that right or wrong
    let layers = defects.into_iter().chain(manners).chain(watched);
    match converse(layers.collect(), told, Arc::new(library)) {
        Ok(Ending::Left) => 0,
        Ok(Ending::NotSupported) => NOT_SUPPORTED,
        Err((code, why)) => {
            eprintln!("{why}");
            code
        }
    }
}

fn converse(
    conduct: Layers,
    told: Option<&'static Told>,
    library: Arc<dyn Library>,
) -> Result<Ending, (u8, String)> {
    let settings = Settings::read(&|name| env::var(name).ok(), told).map_err(|error| {
        let code = match error {
            SettingsError::NotSupported(_) => NOT_SUPPORTED,
            SettingsError::Wrong { .. } => USAGE,
        };
        (code, error.to_string())
    })?;
    // the first installation in a process cannot fail
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    let link = Link::new(
        Box::new(BufReader::new(io::stdin())),
        Box::new(io::stdout()),
    );
    let app = App::new(settings, link, conduct, library).map_err(|why| (USAGE, why))?;
    let ended = app.run();
    caller::dismiss(FAREWELL);
    ended.map_err(|error| (BROKEN_OFF, error.to_string()))
}

/// Names, each with what is to be known of it first.
fn list(entries: impl Iterator<Item = (&'static str, impl Display)>) -> u8 {
    let mut out = io::stdout().lock();
    for (name, of) in entries {
        if writeln!(out, "{name}\t{of}").is_err() {
            return BROKEN_OFF;
        }
    }
    0
}
