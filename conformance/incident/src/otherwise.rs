//! What a line of a draft could be otherwise, in the scenario's words: the other candidates of a line
//! that is one of several, and for what was filled in the values that a counter meets most.

use crate::draft::Mark;

/// The words for a line that is left out.
pub const LEFT_OUT: &str = "–";

/// What stands in the place of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Instead {
    /// This line.
    Line(String),
    /// Nothing: the program did by itself what the line lets a person do.
    Nothing,
    /// The language has no word for it.
    Unwritable,
}

/// What else a line could be, each with its words for people.
pub(crate) fn of(line: &str, mark: &Mark) -> Vec<(String, Instead)> {
    match mark {
        Mark::OneOf(of) => {
            let mut of = of.iter();
            let Some(first) = of.next() else {
                return Vec::new();
            };
            of.map(|other| (other.clone(), candidate(line, first, other)))
                .collect()
        }
        Mark::FilledIn => filled_in(line),
        Mark::Read | Mark::Implied => Vec::new(),
    }
}

/// Who comes where nothing tells who did: not registered, lapsed, with a certificate that expired; with 医療扶助, with a
/// certificate that is revoked, suspended, or in its grace, with another name.
const PERSONS: [&str; 8] = [
    "mitouroku-saburo",
    "kakuu-jiro",
    "kigengire-shichiro",
    "fujo-hanako",
    "shikkou-juro",
    "teishi-kuro",
    "kigen-hachiro",
    "betsumei-mari",
];

fn filled_in(line: &str) -> Vec<(String, Instead)> {
    let other = |text: String| (text.clone(), Instead::Line(text));
    match line {
        "persona: shiken-taro" => PERSONS
            .iter()
            .map(|one| other(format!("persona: {one}")))
            .collect(),
        "enter-pin: right" => vec![
            other("enter-pin: wrong".to_owned()),
            (LEFT_OUT.to_owned(), Instead::Nothing),
        ],
        "terminal: activated" => vec![other("terminal: fresh".to_owned())],
        "take-card" | "place-card" | "plug-reader" | "press: 再試行" | "press: 閉じる" => {
            vec![(LEFT_OUT.to_owned(), Instead::Nothing)]
        }
        _ => Vec::new(),
    }
}

/// The line with another candidate than its first.
fn candidate(line: &str, first: &str, other: &str) -> Instead {
    match other {
        "presented again by the program" | "tried again by the program itself" => {
            return Instead::Nothing;
        }
        "slow driver" | "slow reader" | "slow service" => return Instead::Unwritable,
        _ => {}
    }
    if line == first {
        // the candidates are whole lines
        return Instead::Line(other.to_owned());
    }
    let written = fault_of_card(line, other)
        .or_else(|| fault_of_service(line, first, other))
        .or_else(|| {
            let (key, value) = line.split_once(": ")?;
            (value == first).then(|| format!("{key}: {other}"))
        });
    written.map_or(Instead::Unwritable, Instead::Line)
}

/// Of `{ at: …, what: … }`, with the return value that was seen where the other has one.
fn fault_of_card(line: &str, other: &str) -> Option<String> {
    let (at, what) = line.strip_prefix("{ at: ")?.split_once("what: ")?;
    if let Some((hold, rest)) = what.split_once(", stays: ")
        && matches!(other, "exclusive" | "connection" | "transaction")
    {
        let (key, _) = hold.rsplit_once("hold: ")?;
        return Some(format!(
            "{{ at: {at}what: {key}hold: {other}, stays: {rest}"
        ));
    }
    let code = what
        .split_once("code: \"")
        .and_then(|(_, rest)| rest.split_once('"'));
    let what = match (other, code) {
        ("torn" | "damaged", Some((code, _))) => format!("{{ {other}: {{ code: \"{code}\" }} }}"),
        ("waiting-time", _) => waiting_time(what),
        (other, _) if other.contains(": ") => format!("{{ {other} }}"),
        (other, _) => other.to_owned(),
    };
    Some(format!("{{ at: {at}what: {what} }}"))
}

/// As many extensions as take as long as the late answer: of a card that asks twice for as much as it needs.
fn waiting_time(late: &str) -> String {
    /// The frame waiting time of most cards, milliseconds (ISO 14443-4, FWI 10).
    const FRAME: u32 = 302;
    /// What a card may ask for at once (ISO 14443-4, WTXM).
    const MOST: u32 = 59;
    let millis = late.split_once("late: ").map(|(_, rest)| rest);
    let millis = millis.and_then(|rest| rest.split_once("ms"));
    let millis = millis.and_then(|(millis, _)| millis.parse().ok());
    let of_two = millis.unwrap_or(u32::MAX) / FRAME / 2;
    let multiplier = of_two.clamp(1, MOST);
    format!("{{ waiting-time: {{ requests: 2, multiplier: {multiplier} }} }}")
}

/// Of `reset: { operation: … }`.
fn fault_of_service(line: &str, first: &str, other: &str) -> Option<String> {
    let struck = line.strip_prefix(first)?.strip_prefix(": { ")?;
    let struck = struck.strip_suffix(" }")?;
    let struck = match (first, other) {
        // later than a client waits, and later than one likes to
        ("silent", "delay") => format!("{struck}, ms: 15000"),
        ("slow-link", "delay") => {
            let (struck, _) = struck.split_once(", bytes-per-second")?;
            format!("{struck}, ms: 5000")
        }
        _ => struck.to_owned(),
    };
    Some(format!("{other}: {{ {struck} }}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_candidate_is_written_as_the_language_writes_it() {
        let line = |text: &str| Instead::Line(text.to_owned());
        let at = "{ at: { presented: 1 }, placed: 2, what:";
        let struck = "{ operation: login, nth: 2 }";
        for (text, first, other, expected) in [
            (
                &*format!("{at} torn }}"),
                "torn",
                "truncated: 0",
                line(&format!("{at} {{ truncated: 0 }} }}")),
            ),
            (
                &format!("{at} {{ damaged: {{ code: \"8010002F\" }} }} }}"),
                "damaged",
                "torn",
                line(&format!("{at} {{ torn: {{ code: \"8010002F\" }} }} }}")),
            ),
            (
                &format!("{at} damaged }}"),
                "damaged",
                "mute",
                line(&format!("{at} mute }}")),
            ),
            (
                &format!("{at} {{ late: 250ms }} }}"),
                "late",
                "slow reader",
                Instead::Unwritable,
            ),
            (
                &format!("reset: {struck}"),
                "reset",
                "answer-lost",
                line(&format!("answer-lost: {struck}")),
            ),
            (
                "slow-link: { operation: login, bytes-per-second: 1000 }",
                "slow-link",
                "delay",
                line("delay: { operation: login, ms: 5000 }"),
            ),
            (
                "place-card: menkyo-mino",
                "menkyo-mino",
                "juki-kayo",
                line("place-card: juki-kayo"),
            ),
            (
                "place-card",
                "asked for again",
                "tried again by the program itself",
                Instead::Nothing,
            ),
            // a person has written something else since
            (
                "persona: shiken-hanako",
                "menkyo-mino",
                "juki-kayo",
                Instead::Unwritable,
            ),
        ] {
            assert_eq!(candidate(text, first, other), expected, "{text}: {other}");
        }
    }
}
