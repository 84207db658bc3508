//! Manners: ways in which a correct program may differ from this one, so that the judge can be judged
//! from the other side. A defect must be caught; a manner must not be blamed.
//!
//! Each says what it does and why that is right: a document and its place, a wording that is seen in
//! public, what PC/SC, HTTP or TLS leave to a program, or plain usability. Nothing outside this folder
//! knows of them: they are layers of [`Conduct`](crate::conduct::Conduct), as the defects are.

mod card;
mod pin;
mod result;
mod screens;
mod service;
mod start;
mod values;
mod words;

use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use crate::app::{App, Stage};
use crate::conduct::{Layer, Layers, Watch, kept, on};
use crate::contract::{Action, IdentityCheck, Screen};
use crate::patient::Patient;
use crate::screens::{NOTICE, button};

/// What is to be known about a manner.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its name on the command line.
    pub(crate) name: &'static str,
    /// What the program does otherwise, in one line: in English, and in Japanese.
    pub(crate) does: [&'static str; 2],
    /// Why that is right, in the same languages.
    pub(crate) because: [&'static str; 2],
    /// How it does so.
    pub(crate) layers: fn() -> Layers,
}

impl Entry {
    /// Says on standard error which program this is.
    pub(crate) fn tell(&self) {
        let ([does, does_in_japanese], [why, why_in_japanese]) = (self.does, self.because);
        eprintln!("right in another way: this client {does} ({why})");
        eprintln!("別の正しいクライアント: {does_in_japanese} ({why_in_japanese})");
    }
}

/// A file's manners: the name, what the program does and why that is right, each in both languages,
/// and how.
macro_rules! manners {
    ($($name:literal does $does:literal, $ja:literal
        because $because:literal, $because_ja:literal => $layers:expr;)*) => {
        pub(super) const MANNERS: &[Entry] = &[$(
            Entry {
                name: $name,
                does: [$does, $ja],
                because: [$because, $because_ja],
                layers: || $layers.into(),
            },
        )*];
    };
}
use manners;

/// All manners, in the order of a day at the counter.
pub(crate) fn all() -> impl Iterator<Item = &'static Entry> {
    let files = [
        start::MANNERS,
        card::MANNERS,
        pin::MANNERS,
        service::MANNERS,
        screens::MANNERS,
        result::MANNERS,
        words::MANNERS,
        values::MANNERS,
    ];
    files.into_iter().flatten()
}

/// The manner with this name.
pub(crate) fn named(name: &str) -> Option<&'static Entry> {
    all().find(|entry| entry.name == name)
}

/// Names a file to which the client adds, a line each, the names of manners that would have made it another
/// program so far.
pub(crate) const DIFFERENCES_FILE: &str = "MADOGUCHI_DIFFERENCES_FILE";

/// Layers that change nothing, and add to this file which manners would have. What is to be told stands there
/// before the program goes on.
pub(crate) fn watched(file: &Path) -> io::Result<Layers> {
    let file = Arc::new(File::options().create(true).append(true).open(file)?);
    let watches = all().map(|entry| {
        let file = Arc::clone(&file);
        let tell = move || {
            let told = (&*file).write_all(format!("{}\n", entry.name).as_bytes());
            // A line that is missing would be taken for a manner that makes no difference.
            told.unwrap_or_else(|error| panic!("{DIFFERENCES_FILE}: {error}"));
        };
        Layers::from(Watch::over((entry.layers)(), tell))
    });
    Ok(watches.collect())
}

/// The defects that this manner leaves no room for: what is wrong elsewhere is right in it, never comes to
/// pass, or cannot be seen.
pub(crate) fn excuses(name: &str) -> &'static [&'static str] {
    match name {
        // in a transaction of its own each conversation has to select anew
        "transaction-each" => &["selects-twice", "probes-unknown-card", "wakes-sony-reader"],
        // what moves on the screen says that there is something to wait for
        "counts-to-hundred" => &["waits-for-rival"],
        // it asks again before its button is there
        "asks-once-more" => &[
            "new-request-on-retry",
            "renews-signed-inquiry",
            "repeats-on-second-press",
        ],
        // there is nothing to choose from
        "refuses-to-choose" => &["takes-first-by-number"],
        "start-after-registration" => &["takes-registered-for-valid"],
        "tells-no-buttons" => &[
            "hides-buttons",
            "leaves-agreeing-out",
            "refuses-retry",
            "wants-equal-clocks",
        ],
        // the terms that it fetches anew are shown
        "asks-for-terms-early" => &["hides-terms"],
        // the last result is what stands there, or something else does
        "result-until-closed" | "clock-on-screen" | "version-on-screen" => {
            &["reads-aloud-without-result"]
        }
        _ => &[],
    }
}

/// A screen that only says something.
fn saying(title: &'static str, notice: &str) -> Screen {
    Screen {
        title,
        fields: vec![(NOTICE, notice.to_owned())],
        ..Screen::default()
    }
}

/// Draws these before a screen.
fn before(first: impl Fn(&App, &Screen) -> Vec<Screen> + Send + Sync + 'static) -> Layer {
    on::frames(move |app, screens| {
        let drawn = screens.into_iter().flat_map(|screen| {
            let mut drawn = first(app, &screen);
            drawn.push(screen);
            drawn
        });
        drawn.collect()
    })
}

/// Draws these before the first screen of all.
fn at_start(first: impl Fn() -> Vec<Screen> + Send + Sync + 'static) -> Layer {
    let begun = kept::<bool>();
    before(move |_, _| if begun.set(true) { Vec::new() } else { first() })
}

/// Changes what a screen says.
fn says(change: impl Fn(&App, &mut Screen) + Send + Sync + 'static) -> Layer {
    on::screen(move |app, mut screen| {
        change(app, &mut screen);
        screen
    })
}

/// Whether it is a result that stands on the screen.
fn shows_result(app: &App, screen: &Screen) -> bool {
    matches!(app.stage, Stage::Result) && screen.title == "資格確認結果"
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::defect;

    #[test]
    fn every_manner_has_a_name_of_its_own_that_no_defect_has() {
        let names: BTreeSet<_> = all().map(|entry| entry.name).collect();
        assert_eq!(names.len(), all().count());
        assert!(names.iter().all(|name| defect::named(name).is_none()));
    }

    #[test]
    fn every_manner_says_in_both_languages_what_it_does_and_why_that_is_right() {
        for entry in all() {
            let texts = [entry.does, entry.because].concat();
            assert!(texts.iter().all(|text| !text.is_empty()), "{}", entry.name);
            assert!(texts.iter().all(|text| !text.contains(['\t', '\n'])));
            let is_ascii = |text: &str| text.is_ascii();
            assert!(
                !is_ascii(entry.does[1]) && !is_ascii(entry.because[1]),
                "{}",
                entry.name
            );
        }
    }

    #[test]
    fn a_manner_is_found_by_its_name() {
        assert!(named("splash").is_some());
        assert!(named("slash").is_none());
    }
}
