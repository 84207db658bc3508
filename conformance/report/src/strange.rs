//! All unknown words of a run, as a file of own words that is to be checked and used.

use std::fmt::Write as _;

use madoguchi_judge::words::{StrangeWord, strange};
use madoguchi_notation::Wording;
use madoguchi_terms::{Lang, harmless};

use super::CaseReport;

/// Of very many the first are told.
const MOST: usize = 60;

/// An unknown word, and the case in which it was met first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// The scenario.
    pub scenario: String,
    /// The word.
    pub word: StrangeWord,
}

/// The unknown words, each once, in the order of the cases. A button that stood alone among known
/// ones where another was to be pressed is probably that one, whatever it is like.
#[must_use]
pub fn of(cases: &[CaseReport<'_>]) -> Vec<Met> {
    let mut all: Vec<Met> = Vec::new();
    for case in cases {
        for word in case.trace.map_or_else(Vec::new, strange) {
            let is_new = |met: &Met| met.word.list != word.list || met.word.word != word.word;
            if all.iter().all(is_new) {
                let scenario = case.verdicts.scenario.clone();
                all.push(Met { scenario, word });
            }
        }
    }
    let mut known: Vec<&str> = Vec::new();
    for undone in cases.iter().flat_map(|case| case.verdicts.told_undone()) {
        if let ([own], Some(wanted)) = (&undone.perhaps[..], undone.wanted())
            && !known.contains(&own.as_str())
        {
            known.push(own);
            let mut buttons = all.iter_mut().filter(|met| met.word.list == "buttons");
            if let Some(met) = buttons.find(|met| met.word.word == *own) {
                let nearest = &mut met.word.nearest;
                nearest.retain(|near| *near != wanted);
                nearest.insert(0, wanted);
                met.word.is_likely = true;
            }
        }
    }
    all
}

/// What the block is, for people.
#[must_use]
pub fn heading(all: &[Met]) -> Wording {
    let n = all.len();
    let s = if n == 1 { "" } else { "s" };
    Wording::new(
        format!(
            "知らない語 {n} 件。左が合っているか確かめ、# を外して --words のファイルか hello の words に書く:"
        ),
        format!(
            "{n} word{s} that nobody knows. Check what stands on the left, take # away, and use it as the file of --words or as words in the hello:"
        ),
    )
}

/// The words as a file of own words: what is likely stands there, everything else behind a `#`.
#[must_use]
pub fn block(all: &[Met], lang: Lang) -> String {
    let mut text = String::new();
    for list in ["screens", "buttons", "labels"] {
        let told = all.iter().take(MOST).filter(|met| met.word.list == list);
        let mut lines = String::new();
        let mut taken: Vec<&str> = Vec::new();
        for met in told {
            let likely = met.word.nearest.first().filter(|_| met.word.is_likely);
            // one word on the left stands there once
            let is_free = likely.is_some_and(|near| !taken.contains(near));
            taken.extend(likely);
            // writing to a String cannot fail
            let _ = writeln!(lines, "{}", line(met, is_free, lang));
        }
        if !lines.is_empty() {
            let is_said = lines
                .lines()
                .any(|line| !line.trim_start().starts_with('#'));
            let mark = if is_said { "" } else { "# " };
            let _ = write!(text, "{mark}{list}:\n{lines}");
        }
    }
    if let more @ 1.. = all.len().saturating_sub(MOST) {
        let more = lang.pick(format!("ほか {more} 件"), format!("and {more} more"));
        let _ = writeln!(text, "# {more}");
    }
    text
}

fn line(met: &Met, is_said: bool, lang: Lang) -> String {
    let Met { scenario, word } = met;
    let (own, screen) = (quoted(&word.word), plain(&word.screen));
    let mark = if is_said { "" } else { "# " };
    let left = word.nearest.first().copied().unwrap_or("?");
    let mut line = format!("  {mark}{left}: {own}");
    let place = lang.pick(
        format!("{scenario} の画面「{screen}」"),
        format!("{scenario}, screen 「{screen}」"),
    );
    let _ = write!(line, "  # {place}");
    if let [_, others @ ..] = &word.nearest[..]
        && !others.is_empty()
    {
        let others = others.join(", ");
        let or = lang.pick("または", "or");
        let _ = write!(line, "; {or} {others}");
    }
    line
}

/// As YAML has it: bare, where that is safe.
fn quoted(word: &str) -> String {
    if word.chars().all(char::is_alphabetic) {
        word.to_owned()
    } else {
        format!("{:?}", plain(word))
    }
}

/// Without what would end a line, or what a terminal would obey.
fn plain(text: &str) -> String {
    harmless(text).into_owned()
}
