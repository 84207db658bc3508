//! What the counter of a municipality does to a card, in the words of the command line and of the
//! control socket.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use jiff::Timestamp;
use madoguchi_card::{Certificate, Profile, State};
use madoguchi_fixtures::{Issued, persona};
use madoguchi_layout::{APPLICATIONS, Application, File, Kind, ReferenceRule};
use madoguchi_notation::nearest;
use madoguchi_terms::Secret;
use serde::Deserialize;

/// One errand of a holder. References are called by their labels, such as `auth-pin`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum Errand {
    /// 暗証番号の初期化: all attempts again, the value stays.
    Unblock { reference: String },
    /// 暗証番号の再設定: a new value, and all attempts again.
    SetReference { reference: String, value: Value },
    /// 電子証明書の更新, from what the persona would be issued with now.
    Renew { certificate: Which, persona: String },
    /// 電子証明書の失効: the certificate is taken off the card, its reference blocked.
    Withdraw { certificate: Which },
    /// 券面記載事項の変更: everything anew as for this persona, PINs and counters kept.
    Rewrite { persona: String },
}

/// A new value of a reference, which does not print.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub(crate) struct Value(Secret<String>);

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self(Secret::new(value))
    }
}

/// Which of the two certificates.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Which {
    /// 利用者証明用電子証明書
    Authentication,
    /// 署名用電子証明書
    Signature,
}

impl ValueEnum for Which {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Authentication, Self::Signature]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (name, help) = match self {
            Self::Authentication => ("authentication", "利用者証明用電子証明書"),
            Self::Signature => ("signature", "署名用電子証明書"),
        };
        Some(PossibleValue::new(name).help(help))
    }
}

impl From<Which> for Certificate {
    fn from(which: Which) -> Self {
        match which {
            Which::Authentication => Self::Authentication,
            Which::Signature => Self::Signature,
        }
    }
}

impl Errand {
    /// Does it, at the instant `at`. The text of an error is for people; the state is unchanged
    /// then.
    pub(crate) fn run(&self, state: &mut State, at: Timestamp) -> Result<(), String> {
        match self {
            Self::Unblock { reference } => {
                let (application, file, _) = find(reference)?;
                state
                    .unblock(application, file.id)
                    .map_err(|error| error.to_string())
            }
            Self::SetReference {
                reference,
                value: Value(value),
            } => {
                let (application, file, rule) = find(reference)?;
                let value = value.expose().as_bytes().to_vec();
                if !(1..=16).contains(&value.len()) {
                    return Err("a PIN or password has 1 to 16 characters".into());
                }
                state
                    .set_reference(application, file.id, Secret::new(value), rule.tries)
                    .map_err(|error| error.to_string())
            }
            Self::Renew {
                certificate,
                persona,
            } => {
                let issued = issued(persona, at)?;
                let new = match certificate {
                    Which::Authentication => &issued.personalization.authentication,
                    Which::Signature => &issued.personalization.signature,
                };
                let new = new.as_ref().ok_or_else(|| {
                    format!("{persona} is issued without this certificate; name another persona")
                })?;
                state.renew((*certificate).into(), new);
                Ok(())
            }
            Self::Withdraw { certificate } => {
                state.withdraw((*certificate).into());
                Ok(())
            }
            Self::Rewrite { persona } => {
                let issued = issued(persona, at)?;
                let profile = Profile::named(state.profile())
                    .ok_or("no kind of card has the name that this state has")?;
                state
                    .rewrite(&issued.personalization, &profile)
                    .map_err(|error| error.to_string())
            }
        }
    }
}

fn issued(id: &str, at: Timestamp) -> Result<Issued, String> {
    let persona = persona(id).map_err(|error| error.to_string())?;
    persona.issue(at).map_err(|error| error.to_string())
}

type Found = (&'static Application, &'static File, &'static ReferenceRule);

/// The labels under which references are known, each once.
pub(crate) fn labels() -> Vec<&'static str> {
    let mut labels: Vec<_> = references().map(|(_, _, rule)| rule.label).collect();
    labels.sort_unstable();
    labels.dedup();
    labels
}

fn references() -> impl Iterator<Item = Found> {
    APPLICATIONS.into_iter().flat_map(|application| {
        application
            .files
            .iter()
            .filter_map(move |file| match &file.kind {
                Kind::Reference(rule) => Some((application, file, rule)),
                _ => None,
            })
    })
}

fn find(label: &str) -> Result<Found, String> {
    references()
        .find(|(_, _, rule)| rule.label == label)
        .ok_or_else(|| {
            let labels = labels();
            let meant = nearest(label, labels.iter().copied());
            let meant = meant.map(|meant| format!("; did you mean {meant}?"));
            format!(
                "no reference is called \"{label}\"{} (known: {})",
                meant.unwrap_or_default(),
                labels.join(", ")
            )
        })
}
