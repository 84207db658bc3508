//! Defects that this client can be given on purpose, so that the judge can be judged: each breaks
//! exactly one requirement, at the place where a real program would go wrong. Nothing outside this
//! folder knows of them: they are layers of [`Conduct`](crate::conduct::Conduct).

mod answer;
mod assistance;
mod card;
mod chip;
mod connection;
mod consent;
mod contract;
mod credential;
mod institution;
mod mobile;
mod old_tls;
mod patients;
mod privacy;
mod reader;
mod registration;
mod result;
mod service;
mod terminal;
mod trouble;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use ureq::Body;
use ureq::http::Response;

use crate::answer::{Answer, Instead, NoAnswer, Record};
use crate::app::{Again, App, Purpose, Stage};
use crate::card::{Session, Verified};
use crate::check::Trouble;
use crate::conduct::{At, Done, Kept, Layer, Layers, Stop, Wait, kept, on, saw};
use crate::contract::{Action, IdentityCheck, Screen};
use crate::inquiry::has_results;
use crate::reader::CardError;
use crate::result::{MEDICAL_ASSISTANCE, insurance};
use crate::screens;
use crate::screens::{CAUSE, Fields, PLACE_CARD, button};
use crate::service::Request;
use crate::wire::{Field, Operation};

/// What is to be known about a defect.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// The one requirement that it breaks.
    pub(crate) requirement: &'static str,
    /// What the client does wrong, in one line: in English, and in Japanese.
    pub(crate) does: [&'static str; 2],
    /// How it does so.
    pub(crate) layers: fn() -> Layers,
}

/// A file's defects: the name, the requirement, what the client does wrong in both languages, and how.
macro_rules! defects {
    ($($name:literal breaks $requirement:literal, $does:literal, $ja:literal => $layers:expr;)*) => {
        pub(super) const DEFECTS: &[Entry] = &[$(
            Entry {
                name: $name,
                requirement: $requirement,
                does: [$does, $ja],
                layers: || $layers.into(),
            },
        )*];
    };
}
use defects;

/// All defects, in the order of the requirements.
pub(crate) fn all() -> impl Iterator<Item = &'static Entry> {
    let files = [
        contract::DEFECTS,
        card::DEFECTS,
        reader::DEFECTS,
        credential::DEFECTS,
        service::DEFECTS,
        connection::DEFECTS,
        terminal::DEFECTS,
        answer::DEFECTS,
        result::DEFECTS,
        patients::DEFECTS,
        assistance::DEFECTS,
        registration::DEFECTS,
        institution::DEFECTS,
        consent::DEFECTS,
        mobile::DEFECTS,
        privacy::DEFECTS,
    ];
    files.into_iter().flatten()
}

/// The defect with this name.
pub(crate) fn named(name: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.name == name)
}

/// Ends the act with this in the place of what the client would have done.
fn instead<T>(done: Done) -> Result<T, Stop> {
    done.and(Err(Stop::Done))
}

/// A dead end, from which only the start leads on.
fn dead_end(app: &mut App, cause: impl Into<String>) -> Done {
    let screen = Screen {
        title: "読み取りエラー",
        buttons: vec![button::CLOSE],
        fields: vec![(CAUSE, cause.into())],
        ..Screen::default()
    };
    app.show(Stage::Result, screen)
}

/// A dead end where the card could be read a moment later.
fn give_up(app: &mut App, error: &CardError) -> Done {
    dead_end(app, error.to_string())
}

/// The result screen with this validity and nothing else.
fn bare_result(validity: &str) -> Screen {
    insurance(validity, &Record::new())
}

/// Heading of what stands on the back of the card.
const BACK_SIDE: &str = "裏面記載情報";

/// The value behind a label.
fn field<'a>(screen: &'a mut Screen, label: &str) -> Option<&'a mut String> {
    let mut fields = screen.fields.iter_mut();
    fields.find_map(|(other, value)| (*other == label).then_some(value))
}

/// The screen without a label and its value.
fn hide(mut screen: Screen, label: &str) -> Screen {
    screen.fields.retain(|(other, _)| *other != label);
    screen
}

/// Takes digits for a number.
fn shorten(digits: &mut String) {
    *digits = digits.trim_start_matches('0').to_owned();
}

/// Does something else than what a person wants.
fn acts(does: impl Fn(&mut App, &Action) -> Option<Done> + Send + Sync + 'static) -> Layer {
    on::act(move |app, action| does(app, &action).map_or(Ok(action), instead))
}

/// Does something else with an answer than what the client would do.
fn answers(
    does: impl Fn(&mut App, Operation, &Answer) -> Option<Done> + Send + Sync + 'static,
) -> Layer {
    on::answer(move |app, operation, answer| {
        does(app, operation, &answer).map_or(Ok(answer), instead)
    })
}

/// Changes what was typed.
fn types(change: impl Fn(&mut Action) + Send + Sync + 'static) -> Layer {
    on::act(move |_, mut action| {
        change(&mut action);
        Ok(action)
    })
}

/// Changes what was delivered of an eligibility.
fn results(change: impl Fn(&mut Answer) + Send + Sync + 'static) -> Layer {
    on::answer(move |_, operation, mut answer| {
        if has_results(operation, &answer) {
            change(&mut answer);
        }
        Ok(answer)
    })
}

/// The certificate that was read last without a PIN, and the layer that remembers it.
fn last_read() -> (&'static Kept<Vec<u8>>, Layer) {
    let last = kept::<Vec<u8>>();
    let layer = saw::certificate(move |_, read| {
        if let Ok(certificate) = read {
            last.set(certificate.clone());
        }
    });
    (last, layer)
}

/// The result that was shown last to the staff, and the layer that remembers it.
fn last_shown() -> (&'static Kept<Fields>, Layer) {
    let last = kept::<Fields>();
    let layer = saw::result(move |app, _, _, screen| {
        if !app.withholds_results() {
            last.set(screen.fields.clone());
        }
    });
    (last, layer)
}

/// Whether the next patient's turn begins.
fn is_next_patient(app: &App, action: &Action) -> bool {
    match action {
        Action::TakeCard | Action::ChooseMethod(_) | Action::Designate(_) | Action::Lock => true,
        Action::Press(_) => matches!(app.stage, Stage::Choice),
        _ => false,
    }
}

/// Whether the button with this label is pressed.
fn presses(action: &Action, button: &str) -> bool {
    matches!(action, Action::Press(label) if label == button)
}

/// Whether it is the request that opens a session.
fn logs_in(request: &Request) -> bool {
    request.operation == Operation::Login
}

/// Whether it opens a session.
pub(crate) fn is_login(operation: Operation, answer: &Answer) -> bool {
    operation == Operation::Login && answer.text(Field::SessionToken).is_some()
}

/// Whether a request carries this certificate.
fn is_of(request: &Request, certificate: &[u8]) -> bool {
    request.text(Field::Certificate) == Some(&BASE64.encode(certificate))
}

/// Whether a result is one of 医療扶助.
fn is_assistance(result: &Record) -> bool {
    let class = result.get(&Field::InsuredCardClassification);
    class.is_some_and(|class| class == MEDICAL_ASSISTANCE)
}

/// Whether a reply says that it is an answer of the service.
fn is_answer(reply: &Response<Body>) -> bool {
    let kind = reply.body().mime_type();
    matches!(kind, Some("application/json" | "application/zip"))
}

/// Whether a card lies on the reader that was not asked for.
fn card_lies_there(app: &App) -> bool {
    app.reader
        .watch()
        .is_ok_and(|watch| watch.card_is_present())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_defect_has_a_name_of_its_own() {
        let names: BTreeSet<_> = all().map(|entry| entry.name).collect();
        assert_eq!(names.len(), all().count());
    }

    #[test]
    fn a_defect_is_found_by_its_name() {
        assert_eq!(
            named("verifies-twice").map(|entry| entry.requirement),
            Some("credential.one-verify-per-entry")
        );
        assert!(named("verifies-thrice").is_none());
    }
}
