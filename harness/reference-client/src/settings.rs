//! What the environment says: the variables of the client contract.

use std::ffi::CString;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::contract;
use crate::line::Address;
use crate::terminal::TerminalFiles;
use crate::wire::{Told, Wire};

/// All that the client is told before it starts.
#[derive(Debug)]
pub(crate) struct Settings {
    /// Name of the reader; the first one where nothing is said.
    pub(crate) reader: Option<CString>,
    /// Bound for every wait.
    pub(crate) patience: Duration,
    /// The service.
    pub(crate) service: Address,
    /// The terminal's certificate and key.
    pub(crate) terminal: TerminalFiles,
}

/// Why the client cannot start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum SettingsError {
    /// It does not speak this contract or this wire profile.
    NotSupported(String),
    /// A variable is missing or wrong.
    Wrong {
        /// The variable.
        name: &'static str,
        /// What is wrong with it.
        why: String,
    },
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotSupported(what) => write!(f, "not supported: {what}"),
            Self::Wrong { name, why } => write!(
                f,
                "{name} {why}; this client is started by a harness that follows client contract {}",
                contract::VERSION
            ),
        }
    }
}

/// Looks a variable up.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Settings {
    /// Reads the variables that `variable` looks up. A wire that a document tells of needs no table.
    pub(crate) fn read(
        variable: Lookup<'_>,
        told: Option<&'static Told>,
    ) -> Result<Self, SettingsError> {
        let version = contract::VERSION.to_string();
        if let Some(other) = variable("MADOGUCHI_CONTRACT").filter(|other| *other != version) {
            return Err(SettingsError::NotSupported(format!(
                "client contract {other}"
            )));
        }
        let profile = required(variable, "MADOGUCHI_PROFILE")?;
        let told = told.filter(|told| told.profile == profile);
        let wire = told
            .map(Wire::Told)
            .or_else(|| Wire::named(&profile))
            .or_else(|| Told::handed_over(variable, &profile).map(Wire::Told))
            .ok_or_else(|| SettingsError::NotSupported(format!("wire profile {profile}")))?;
        let patience = match variable("MADOGUCHI_TIMEOUT_MS") {
            Some(text) => Duration::from_millis(
                text.parse()
                    .map_err(|_| wrong("MADOGUCHI_TIMEOUT_MS", format!("is no number: {text}")))?,
            ),
            None => DEFAULT_PATIENCE,
        };
        let reader = match variable("MADOGUCHI_READER") {
            Some(name) => Some(
                CString::new(name).map_err(|_| wrong("MADOGUCHI_READER", "holds a zero byte"))?,
            ),
            None => None,
        };
        let ca_file = required(variable, "MADOGUCHI_CA_FILE")?;
        let root = fs::read(&ca_file)
            .map_err(|error| wrong("MADOGUCHI_CA_FILE", format!("cannot be read: {error}")))?;
        Ok(Self {
            reader,
            patience,
            service: Address {
                url: required(variable, "MADOGUCHI_URL")?,
                wire,
                root,
                proxy: variable("MADOGUCHI_PROXY"),
                patience,
            },
            terminal: terminal_files(variable)?,
        })
    }
}

impl Told {
    /// The wire of that name, from the document that is handed over with it. It is read once, for the life of the
    /// process.
    fn handed_over(variable: Lookup<'_>, profile: &str) -> Option<&'static Self> {
        let text = fs::read_to_string(variable("MADOGUCHI_OPENAPI")?).ok()?;
        let told = Self::read(&text)?;
        if told.profile != profile || !told.opens_sessions() {
            return None;
        }
        Some(Box::leak(Box::new(told)))
    }
}

/// Where it is not said how long to wait.
const DEFAULT_PATIENCE: Duration = Duration::from_secs(30);

fn terminal_files(variable: Lookup<'_>) -> Result<TerminalFiles, SettingsError> {
    match (
        variable("MADOGUCHI_CERT_FILE"),
        variable("MADOGUCHI_KEY_FILE"),
    ) {
        (Some(certificate), Some(key)) => Ok(TerminalFiles::at(certificate.into(), key.into())),
        (None, None) => {
            let folder = PathBuf::from(required(variable, "MADOGUCHI_STATE_DIR")?);
            Ok(TerminalFiles::in_folder(&folder))
        }
        (Some(_), None) => Err(wrong("MADOGUCHI_KEY_FILE", "is missing")),
        (None, Some(_)) => Err(wrong("MADOGUCHI_CERT_FILE", "is missing")),
    }
}

fn required(variable: Lookup<'_>, name: &'static str) -> Result<String, SettingsError> {
    variable(name).ok_or_else(|| wrong(name, "is not set"))
}

fn wrong(name: &'static str, why: impl Into<String>) -> SettingsError {
    SettingsError::Wrong {
        name,
        why: why.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(changed: &str, value: Option<&str>) -> Result<Settings, SettingsError> {
        // any readable file will do: the root is parsed when the service is reached for
        let some_file = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        Settings::read(
            &|name| {
                if name == changed {
                    return value.map(str::to_owned);
                }
                let value = match name {
                    "MADOGUCHI_CONTRACT" => "1",
                    "MADOGUCHI_PROFILE" => "mock-2025.05",
                    "MADOGUCHI_URL" => "https://127.0.0.1:1",
                    "MADOGUCHI_CA_FILE" => some_file,
                    "MADOGUCHI_STATE_DIR" => "/nowhere",
                    _ => return None,
                };
                Some(value.to_owned())
            },
            None,
        )
    }

    #[test]
    fn five_variables_are_enough() {
        let settings = read_with("", None).unwrap();
        assert_eq!(settings.patience, DEFAULT_PATIENCE);
        assert_eq!(settings.reader, None);
    }

    #[test]
    fn what_is_not_supported_is_told_apart_from_what_is_wrong() {
        for (name, value) in [
            ("MADOGUCHI_PROFILE", "mock-1999.01"),
            ("MADOGUCHI_CONTRACT", "2"),
        ] {
            assert!(matches!(
                read_with(name, Some(value)),
                Err(SettingsError::NotSupported(_))
            ));
        }
        for (name, value) in [
            ("MADOGUCHI_URL", None),
            ("MADOGUCHI_TIMEOUT_MS", Some("soon")),
            ("MADOGUCHI_CA_FILE", Some("/nowhere/root.pem")),
            ("MADOGUCHI_READER", Some("a\0b")),
        ] {
            match read_with(name, value) {
                Err(SettingsError::Wrong { name: blamed, .. }) => assert_eq!(blamed, name),
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn a_certificate_without_its_key_is_an_error() {
        assert!(matches!(
            read_with("MADOGUCHI_CERT_FILE", Some("/nowhere/cert.pem")),
            Err(SettingsError::Wrong {
                name: "MADOGUCHI_KEY_FILE",
                ..
            })
        ));
    }
}
