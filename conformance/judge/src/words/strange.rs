//! The unknown words on a client's screens.

use madoguchi_trace::{ClientEvent, Fields, Screen, Text, Trace, What};

use super::look::kind;
use super::meaning::of_label;
use super::own::{is_slip_of, nearest_known};
use super::value::{Says, says};
use super::{Words, read};
use crate::check::INSURANCE_FIELDS;

/// An unknown word on a screen: no table has it, and none of the client's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrangeWord {
    /// The list of a client's own words in which it may be named: `screens`, `buttons`, `labels`.
    pub list: &'static str,
    /// The word.
    pub word: String,
    /// Where it was met first: `seq` of the screen.
    pub at: u64,
    /// The title of that screen.
    pub screen: String,
    /// The known words that are most like it, the likest first.
    pub nearest: Vec<&'static str>,
    /// Whether it is the first of them, as far as can be told.
    pub is_likely: bool,
}

/// The unknown words of a trace, each once, in the order in which they were met.
#[must_use]
pub fn strange(trace: &Trace) -> Vec<StrangeWord> {
    let words = Words::builtin().with(&trace.header.words);
    let understood = read(&words, trace);
    let mut strange: Vec<StrangeWord> = Vec::new();
    let mut delivered: Vec<Delivered<'_>> = Vec::new();
    for (told, read) in trace.events.iter().zip(&understood.events) {
        if let What::Answer(answer) = &told.what {
            delivered.extend(values(&answer.fields));
        }
        let (
            What::Client(ClientEvent::Screen(shown)),
            What::Client(ClientEvent::Screen(understood)),
        ) = (&told.what, &read.what)
        else {
            continue;
        };
        for (list, word) in of_screen(&words, shown, understood) {
            let is_new = |known: &StrangeWord| known.list != list || known.word != word.as_str();
            if strange.iter().all(is_new) {
                let mut nearest = nearest_known(list, word);
                let shows =
                    (list == "labels").then(|| shown_beside(&words, shown, word, &delivered));
                let shows = shows.flatten();
                if let Some(label) = shows {
                    nearest.retain(|near| *near != label);
                    nearest.insert(0, label);
                }
                let mut likely = nearest.first().into_iter();
                strange.push(StrangeWord {
                    list,
                    word: word.to_string(),
                    at: told.seq,
                    screen: shown.title.to_string(),
                    is_likely: shows.is_some() || likely.any(|near| is_slip_of(list, word, near)),
                    nearest,
                });
            }
        }
    }
    strange
}

/// A delivered value, and the label that it is due under.
type Delivered<'t> = (&'static str, &'t str);

/// What of an answer is due on a screen, and says of itself what it is: three letters or more.
fn values(fields: &Fields) -> impl Iterator<Item = Delivered<'_>> {
    fields.iter().filter_map(|(name, value)| {
        let field = name.strip_prefix("results.")?.split_once('.')?.1;
        let (_, label) = INSURANCE_FIELDS.iter().find(|(of, _)| *of == field)?;
        (value.chars().count() > 2).then_some((*label, value.as_str()))
    })
}

/// The label whose delivered value stands under this word, where it is the value of one label alone.
fn shown_beside(
    words: &Words,
    screen: &Screen,
    word: &str,
    delivered: &[Delivered<'_>],
) -> Option<&'static str> {
    let (_, shown) = screen.fields.iter().find(|(label, _)| label == word)?;
    let mut labels = delivered.iter().filter_map(|(label, value)| {
        let is_it = says(words, kind(words, label), value, shown, true) == Says::It;
        is_it.then_some(*label)
    });
    let first = labels.next()?;
    labels.all(|label| label == first).then_some(first)
}

fn of_screen<'s>(
    words: &Words,
    shown: &'s Screen,
    understood: &Screen,
) -> impl Iterator<Item = (&'static str, &'s Text)> {
    let title = &shown.title;
    let is_told = !title.trim().is_empty() && understood.number.is_none();
    // an unknown title may be known by what its screen shows
    let is_strange = is_told && words.screen(title).is_none() && understood.title == *title;
    let buttons = shown.buttons.iter();
    let buttons =
        buttons.filter(|button| !button.trim().is_empty() && words.button(button).is_none());
    let fields = shown.fields.iter();
    let labels = fields.filter(|(label, value)| {
        let is_told = !label.trim().is_empty() && !value.trim().is_empty();
        is_told && !of_label(words, label).is_known()
    });
    let title = is_strange.then_some(("screens", title)).into_iter();
    title
        .chain(
            buttons
                .map(|button| ("buttons", button))
                .collect::<Vec<_>>(),
        )
        .chain(
            labels
                .map(|(label, _)| ("labels", label))
                .collect::<Vec<_>>(),
        )
}
