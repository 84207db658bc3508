//! Looking for one thing on one screen.

use madoguchi_notation::Wording;
use madoguchi_trace::Screen;

use super::meaning::{Meaning, of_label};
use super::value::{Says, holds, says};
use super::{Kind, Words, dates};
use crate::case::Case;
use crate::screen::plain;

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
    /// It cannot be told: a label, or a word, that may be it is unknown.
    Open(Wording),
    /// It does not say it, and no label is unknown.
    Missing,
}

/// How the value of a label is compared.
pub(crate) fn kind(words: &Words, label: &str) -> Kind {
    match of_label(words, label) {
        Meaning::Of { rows, .. } => rows.first().map_or(Kind::Text, |row| row.kind),
        Meaning::Nothing | Meaning::Unknown => Kind::Text,
    }
}

/// Whether `said` of a label means the value that is shown beside it: `昭和60年3月3日` the same day as
/// `昭和60年03月03日`, `30%` the same share as `3割`.
pub(crate) fn says_the_same(words: &Words, label: &str, shown: &str, said: &str) -> bool {
    says(words, kind(words, label), shown, said, false) == Says::It
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
    /// Its label may mean it, or another person's.
    May,
    /// Its label is unknown.
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
    let mut values = screen.fields.iter().map(|(_, value)| value);
    if kind == Kind::Text && values.any(|value| joins(value, due, beside)) {
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
        .filter(|one| may_be(kind, one.value) && !is_explained(one))
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

/// Whether a value in unknown words may be of this kind: no time of day is a kind of card, and no
/// word is a date.
fn may_be(kind: Kind, value: &str) -> bool {
    let of_time = |c: char| "年月日時分秒".contains(c);
    match kind {
        Kind::Validity | Kind::Sex | Kind::Class | Kind::Family => {
            dates(value).is_empty() && value.chars().any(|c| c.is_alphabetic() && !of_time(c))
        }
        Kind::Date | Kind::Dates => value.chars().any(char::is_numeric),
        Kind::Text | Kind::Kana | Kind::Ratio | Kind::Attempts | Kind::Message => true,
    }
}

/// Whether a text is this value beside others that were delivered, and nothing else: 「06990010 試験健康保険組合」.
fn joins(text: &str, due: Due<'_>, beside: &[Due<'_>]) -> bool {
    let wanted = plain(due.value);
    let mut rest = plain(text);
    if !is_long(&wanted) || rest == wanted || !rest.contains(&wanted) {
        return false;
    }
    rest = rest.replacen(&wanted, " ", 1);
    let mut others: Vec<String> = beside
        .iter()
        .filter(|other| other.label != due.label && is_long(other.value))
        .map(|other| plain(other.value))
        .collect();
    others.sort_by_key(|other| std::cmp::Reverse(other.len()));
    for other in others {
        rest = rest.replacen(&other, " ", 1);
    }
    !rest.chars().any(char::is_alphanumeric)
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
    let candidates = candidates(wanted, own);
    Wording::new(
        format!(
            "{wanted} と分かる項目も、その値のある項目もない。知らない項目の{candidates}がそれなら words に書くと判定できる"
        ),
        format!(
            "no label means {wanted}, and no field has its value; nobody knows {candidates}: is it there? (name it in words)"
        ),
    )
}

/// The unknown words that are most like `wanted`, each once: at most three.
pub(crate) fn alike<'s>(wanted: &str, mut own: Vec<&'s str>) -> Vec<&'s str> {
    /// More are no help.
    const AT_MOST: usize = 3;
    let alike = |word: &str| word.chars().filter(|c| wanted.contains(*c)).count();
    own.sort_by_key(|word| (std::cmp::Reverse(alike(word)), *word));
    own.dedup();
    own.truncate(AT_MOST);
    own
}

/// The same as a text.
fn candidates(wanted: &str, own: &[&str]) -> String {
    let quoted = alike(wanted, own.to_vec()).into_iter();
    quoted.map(|word| format!("「{word}」")).collect()
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

/// Unknown buttons between two places, where one was due that was not seen: perhaps it was one of them.
pub(crate) fn strange_button(
    case: &Case<'_>,
    after: u64,
    before: u64,
    wanted: &str,
) -> Option<Wording> {
    let words = case.words();
    let shown = case.screens_between(after, before);
    let strange: Vec<&str> = shown
        .flat_map(|(_, screen)| screen.buttons.iter().map(|button| button.as_str()))
        .filter(|button| words.button(button).is_none())
        .collect();
    (!strange.is_empty()).then(|| {
        let strange = candidates(wanted, &strange);
        Wording::new(
            format!("ボタン {wanted} が見つからない。知らないボタンの{strange}がそれなら words の buttons に書くと判定できる"),
            format!("no button {wanted}, and nobody knows {strange}: is it one of them? (name it under buttons in words)"),
        )
    })
}

/// Screens between two places with unknown titles, where one was due that was not seen: perhaps it was
/// one of them.
pub(crate) fn stranger_between(
    case: &Case<'_>,
    after: u64,
    before: u64,
    wanted: &str,
) -> Option<Wording> {
    let words = case.words();
    let shown = case.screens_between(after, before);
    let strange: Vec<&str> = shown
        .filter(|(_, screen)| screen.number.is_none())
        .map(|(_, screen)| screen.title.as_str())
        .filter(|title| !title.trim().is_empty() && words.screen(title).is_none())
        .collect();
    (!strange.is_empty()).then(|| {
        let strange = candidates(wanted, &strange);
        Wording::new(
            format!("画面 {wanted} が見つからない。知らない題名の{strange}がそれなら words の screens に書くと判定できる"),
            format!("no screen {wanted}, and nobody knows the title {strange}: is it one of them? (name it under screens in words)"),
        )
    })
}
