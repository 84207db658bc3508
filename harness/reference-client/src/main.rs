//! The reference client: a small, correct stand-in for マイナ資格確認アプリ, and the example for
//! whoever connects another client.
//!
//! It speaks PC/SC through libpcsclite and HTTPS to the service, and follows the client contract
//! on its standard streams. It knows nothing of the emulator: given a real reader and a service
//! that speaks one of its wires it would work the same. `--defect NAME` makes it wrong in exactly
//! one way.
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
mod mobile;
mod patient;
mod reader;
mod resolver;
mod result;
mod screens;
mod service;
mod settings;
mod terminal;
mod visit;
mod wareki;
mod wire;

use std::env;
use std::io::{self, BufReader, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use crate::app::{App, Ending};
use crate::conduct::Layers;
use crate::link::Link;
use crate::settings::{Settings, SettingsError};

/// Ended before it was told to: the other side is gone, or a defect wants it so.
const BROKEN_OFF: u8 = 1;
/// Wrong command line or environment.
const USAGE: u8 = 2;
/// How long the end waits for PC/SC calls that still have not returned.
const FAREWELL: Duration = Duration::from_millis(500);
/// "Not supported", in the contract's words.
const NOT_SUPPORTED: u8 = 89;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    if arguments == ["--list-defects"] {
        return list_defects();
    }
    let mut layers = Vec::new();
    for argument in arguments.chunks(2) {
        let ["--defect", name] = argument else {
            eprintln!("usage: madoguchi-reference-client [--defect NAME]… | --list-defects");
            return ExitCode::from(USAGE);
        };
        let Some(entry) = defect::named(name) else {
            eprintln!("no defect is called `{name}`; --list-defects names them all");
            return ExitCode::from(USAGE);
        };
        let [does, does_in_japanese] = entry.does;
        eprintln!("wrong on purpose: this client {does}");
        eprintln!("わざと誤らせたクライアント: {does_in_japanese}");
        layers.push((entry.layers)());
    }
    match converse(layers.into_iter().collect()) {
        Ok(Ending::Left) => ExitCode::SUCCESS,
        Ok(Ending::NotSupported) => ExitCode::from(NOT_SUPPORTED),
        Err((code, why)) => {
            eprintln!("{why}");
            ExitCode::from(code)
        }
    }
}

fn converse(conduct: Layers) -> Result<Ending, (u8, String)> {
    let settings = Settings::read(&|name| env::var(name).ok()).map_err(|error| {
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
    let app = App::new(settings, link, conduct).map_err(|why| (USAGE, why))?;
    let ended = app.run();
    caller::dismiss(FAREWELL);
    ended.map_err(|error| (BROKEN_OFF, error.to_string()))
}

fn list_defects() -> ExitCode {
    let mut out = io::stdout().lock();
    for entry in defect::all() {
        if writeln!(out, "{}\t{}", entry.name, entry.requirement).is_err() {
            return ExitCode::from(BROKEN_OFF);
        }
    }
    ExitCode::SUCCESS
}
