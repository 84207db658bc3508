//! Looking for one thing on one screen.

use madoguchi_notation::{Wording, nearest};
use madoguchi_trace::Screen;

use super::meaning::{Meaning, of_label};
use super::value::{Says, holds, says};
use super::{Kind, Words};
use crate::case::Case;

/// What is due on a screen.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Due<'d> {
    /// The label that requirements use.
    pub(crate) label: &'d str,
    /// The value: as it was delivered, or as a scenario writes it.
    pub(crate) value: &'d str,
}

/// What a screen says of something that is due.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Look<'s> {
    /// It says it.
    Said,
    /// It says something else under a label that means it.
    Otherwise { label: &'s str, value: &'s str },
    /// It cannot be told: nobody knows a label, or a word, that may be it.
    Open(Wording),
    /// It does not say it, and there is no label that nobody knows.
    Missing,
}

/// How the value of a label is compared.
pub(crate) fn kind(words: &Words, label: &str) -> Kind {
    match of_label(words, label) {
        Meaning::Of { rows, .. } => rows.first().map_or(Kind::Text, |row| row.kind),
        Meaning::Nothing | Meaning::Unknown => Kind::Text,
    }
}

/// A field of the screen, and how it is related to what is due.
struct Candidate<'s> {
    label: &'s str,
    value: &'s str,
    relation: Relation,
    /// Whether other values stand beside it.
    is_alone: bool,
}

#[derive(PartialEq)]
enum Relation {
    /// Its label means it.
    Means,
    /// Its label may mean it, or somebody else's.
    May,
    /// Nobody knows its label.
    Unknown,
    /// Free text.
    Text,
}

fn candidate<'s>(
    words: &Words,
    due: &str,
    label: &'s str,
    value: &'s str,
) -> Option<Candidate<'s>> {
    let (relation, is_alone) = match of_label(words, label) {
        Meaning::Of { rows, is_certain } if rows.iter().any(|row| row.word == due) => {
            let relation = if is_certain {
                Relation::Means
            } else {
                Relation::May
            };
            (relation, rows.len() == 1)
        }
        Meaning::Of { rows, .. } if rows.iter().any(|row| row.kind == Kind::Message) => {
            (Relation::Text, false)
        }
        Meaning::Unknown => (Relation::Unknown, true),
        Meaning::Of { .. } | Meaning::Nothing => return None,
    };
    Some(Candidate {
        label,
        value,
        relation,
        is_alone,
    })
}

/// What a screen says of `due`. `beside` is what else was delivered: an unknown label that shows one of those
/// values is no riddle.
pub(crate) fn look<'s>(
    words: &Words,
    screen: &'s Screen,
    due: Due<'_>,
    beside: &[Due<'_>],
) -> Look<'s> {
    let wanted = match of_label(words, due.label) {
        Meaning::Of { rows, .. } => rows[0].word.as_str(),
        Meaning::Nothing | Meaning::Unknown => return spelt(screen, due),
    };
    let kind = kind(words, wanted);
    let fields = screen.fields.iter();
    let all: Vec<Candidate<'_>> = fields
        .filter_map(|(label, value)| candidate(words, wanted, label, value))
        .collect();
    let says = |one: &Candidate<'_>| says(words, kind, due.value, one.value, one.is_alone);
    let certain = || all.iter().filter(|one| one.relation == Relation::Means);
    let possible = || all.iter().filter(|one| one.relation == Relation::May);
    if certain().chain(possible()).any(|one| says(one) == Says::It) {
        return Look::Said;
    }
    if let Some(one) = certain().find(|one| says(one) == Says::Other) {
        let (label, value) = (one.label, one.value);
        return Look::Otherwise { label, value };
    }
    if let Some(one) = certain().next() {
        return Look::Open(unknown_word(wanted, due, one.label, one.value));
    }
    let unknown = || {
        let unknown = all.iter().filter(|one| one.relation == Relation::Unknown);
        unknown
            .chain(possible())
            .filter(|one| !one.value.trim().is_empty())
    };
    let is_it = |one: &&Candidate<'_>| {
        says(one) == Says::It
            || kind != Kind::Attempts && is_long(due.value) && holds(one.value, due.value)
    };
    if let Some(one) = unknown().find(is_it) {
        return Look::Open(almost_surely(wanted, one.label));
    }
    let texts = all.iter().filter(|one| one.relation == Relation::Text);
    let mut texts = texts.filter(|one| is_long(due.value) && holds(one.value, due.value));
    if let Some(one) = texts.next() {
        return Look::Open(almost_surely(wanted, one.label));
    }
    let is_explained = |one: &Candidate<'_>| {
        beside
            .iter()
            .filter(|other| other.label != due.label)
            .any(|other| {
                let kind = self::kind(words, other.label);
                super::value::says(words, kind, other.value, one.value, true) == Says::It
            })
    };
    let riddles: Vec<&str> = unknown()
        .filter(|one| !is_explained(one))
        .map(|one| one.label)
        .collect();
    if riddles.is_empty() {
        Look::Missing
    } else {
        Look::Open(perhaps(wanted, &riddles))
    }
}

/// What the screen at a place says of `due`; 資格有効性 may stand in its title, too: 「資格確認結果（無効）」.
pub(crate) fn look_at<'s>(
    case: &Case<'_>,
    (at, screen): (u64, &'s Screen),
    due: Due<'_>,
    beside: &[Due<'_>],
) -> Look<'s> {
    let words = case.words();
    let seen = look(words, screen, due, beside);
    if !matches!(seen, Look::Missing | Look::Open(_)) || kind(words, due.label) != Kind::Validity {
        return seen;
    }
    let meant = super::tells_validity(words, due.value);
    let title = case.own_title(at).unwrap_or_default();
    let in_title = meant.is_some() && super::tells_validity(words, title) == meant;
    if in_title { Look::Said } else { seen }
}

/// A label that no table knows is looked for as it is spelt.
fn spelt<'s>(screen: &'s Screen, due: Due<'_>) -> Look<'s> {
    let key = super::fold::key;
    let mut same = screen
        .fields
        .iter()
        .filter(|(label, _)| key(label) == key(due.label));
    if same
        .clone()
        .any(|(_, value)| super::value::same_text(value, due.value))
    {
        return Look::Said;
    }
    same.next()
        .map_or(Look::Missing, |(label, value)| Look::Otherwise {
            label,
            value,
        })
}

/// Shorter values stand everywhere.
fn is_long(value: &str) -> bool {
    value.chars().filter(|c| !c.is_whitespace()).count() >= 3
}

fn almost_surely(wanted: &str, own: &str) -> Wording {
    Wording::new(
        format!(
            "{wanted} と分かる項目がない。「{own}」に同じ値があり、おそらくこれが {wanted} (words に書くと判定できる)"
        ),
        format!(
            "no label means {wanted}; 「{own}」 has the same value: is it {wanted}? (name it in words)"
        ),
    )
}

fn perhaps(wanted: &str, own: &[&str]) -> Wording {
    let near = nearest(wanted, own.iter().copied()).unwrap_or(own[0]);
    Wording::new(
        format!("{wanted} と分かる項目がない。「{near}」は {wanted} か (words に書くと判定できる)"),
        format!(
            "no label means {wanted}, and nobody knows 「{near}」: is it {wanted}? (name it in words)"
        ),
    )
}

fn unknown_word(wanted: &str, due: Due<'_>, own: &str, value: &str) -> Wording {
    let due = due.value;
    let own = if own == wanted {
        String::new()
    } else {
        format!(" (「{own}」)")
    };
    Wording::new(
        format!(
            "{wanted}{own} の「{value}」が {due} のことか分からない (words の values に書くと判定できる)"
        ),
        format!(
            "nobody knows whether 「{value}」 of {wanted}{own} means {due} (name it under values in words)"
        ),
    )
}

/// A button between two places that nobody knows, where one was due that was not seen: perhaps it was that one.
pub(crate) fn strange_button(
    case: &Case<'_>,
    after: u64,
    before: u64,
    wanted: &str,
) -> Option<Wording> {
    let words = case.words();
    let mut shown = case.screens_between(after, before);
    shown.find_map(|(at, screen)| {
        let mut buttons = screen.buttons.iter();
        let own = buttons.find(|button| words.button(button).is_none())?;
        Some(Wording::new(
            format!("ボタン {wanted} が見つからない。知らないボタン「{own}」(#{at}) がそれか (words の buttons に書くと判定できる)"),
            format!("no button {wanted}, and nobody knows 「{own}」 (#{at}): is it that one? (name it under buttons in words)"),
        ))
    })
}

/// A screen between two places with a title that nobody knows, where one was due that was not seen: perhaps it
/// was that one.
pub(crate) fn stranger_between(
    case: &Case<'_>,
    after: u64,
    before: u64,
    wanted: &str,
) -> Option<Wording> {
    let words = case.words();
    let mut shown = case.screens_between(after, before);
    let (at, screen) = shown.find(|(_, screen)| {
        screen.number.is_none()
            && !screen.title.trim().is_empty()
            && words.screen(&screen.title).is_none()
    })?;
    let title = &screen.title;
    Some(Wording::new(
        format!(
            "画面 {wanted} が見つからない。知らない題名の「{title}」(#{at}) がそれか (words の screens に書くと判定できる)"
        ),
        format!(
            "no screen {wanted}, and nobody knows the title 「{title}」 (#{at}): is it that one? (name it under screens in words)"
        ),
    ))
}
