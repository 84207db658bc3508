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
    /// These lines.
    Lines(Vec<String>),
    /// This line, and none of the acts of this word that follow it in the same visit.
    Without(String, &'static str),
    /// This line, and what people then do before the first card is taken.
    Then(String, Vec<String>),
    /// Nothing: the program did by itself what the line lets a person do.
    Nothing,
    /// The language has no word for it.
    Unwritable,
}

/// What a line could be otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// For people.
    pub(crate) words: String,
    pub(crate) instead: Instead,
    /// How the requirements begin that it is about.
    about: &'static [&'static str],
}

impl Candidate {
    fn new(words: impl Into<String>, instead: Instead) -> Self {
        Self {
            words: words.into(),
            instead,
            about: &[],
        }
    }

    /// The lines that `text` has, ` + ` between them.
    fn lines(text: &str, about: &'static [&'static str]) -> Self {
        let lines: Vec<String> = text.split(JOINED).map(str::to_owned).collect();
        let instead = match <[String; 1]>::try_from(lines) {
            Ok([line]) => Instead::Line(line),
            Err(lines) => Instead::Lines(lines),
        };
        Self {
            about,
            ..Self::new(text, instead)
        }
    }

    /// A line, and what people do then.
    fn then(line: String, acts: &[&str], about: &'static [&'static str]) -> Self {
        let words = [&[line.as_str()], acts].concat().join(JOINED);
        let acts = acts.iter().map(|act| (*act).to_owned()).collect();
        Self {
            about,
            ..Self::new(words, Instead::Then(line, acts))
        }
    }

    /// Whether a requirement is about what it changes.
    pub(crate) fn is_about(&self, requirement: &str) -> bool {
        self.about
            .iter()
            .any(|beginning| requirement.starts_with(beginning))
    }
}

/// What stands between lines that are one candidate.
const JOINED: &str = " + ";

/// What else a line could be, each with its words for people.
pub(crate) fn of(line: &str, mark: &Mark) -> Vec<Candidate> {
    match mark {
        Mark::OneOf(of) => {
            let mut of = of.iter();
            let Some(first) = of.next() else {
                return Vec::new();
            };
            of.map(|other| Candidate::new(other, candidate(line, first, other)))
                .collect()
        }
        Mark::FilledIn => filled_in(line),
        Mark::Read | Mark::Implied => Vec::new(),
    }
}

/// Who comes where nothing tells who did, and with which record.
fn persons() -> Vec<Candidate> {
    /// Not registered, lapsed, with a certificate that expired; with 医療扶助, with a certificate that is revoked,
    /// suspended, or in its grace, with another name.
    const PERSONS: [&str; 8] = [
        "persona: mitouroku-saburo",
        "persona: kakuu-jiro",
        "persona: kigengire-shichiro",
        "persona: fujo-hanako",
        "persona: shikkou-juro",
        "persona: teishi-kuro",
        "persona: kigen-hachiro",
        "persona: betsumei-mari",
    ];
    /// Of published tables: 証区分, and 医療扶助 that ended or has no 医療券.
    const RECORDS: [&str; 5] = [
        "{ withheld: true }",
        "{ insurance: [{ card-classification: \"03\", until: +30d }] }",
        "{ insurance: [{ card-classification: \"04\", until: +30d }] }",
        "{ insurance: [{ card-classification: \"05\" }] }",
        "{ insurance: [{ card-classification: \"06\" }] }",
    ];
    const ASSISTED: [&str; 2] = [
        "{ assistance: [{ lost: -10d }] }",
        "{ assistance: [{ ticket-registered: false }] }",
    ];
    const REGISTERS: [&str; 4] = [
        "press: 健康保険証利用登録する",
        "press: 同意する",
        "press: マイナンバーカードを読み取る",
        "press: 資格確認する",
    ];
    let recorded = |persona: &str, record: &str, about| {
        Candidate::lines(
            &format!("persona: {persona}{JOINED}record: {record}"),
            about,
        )
    };
    let alone = PERSONS.iter().map(|line| {
        Candidate::lines(
            line,
            if line.ends_with("fujo-hanako") {
                OF_ASSISTANCE
            } else {
                OF_RESULT
            },
        )
    });
    let registers = "persona: mitouroku-saburo".to_owned();
    let registers = Candidate::then(registers, &REGISTERS, &["registration."]);
    let refuses = "persona: mitouroku-saburo".to_owned();
    let refuses = Candidate::then(
        refuses,
        &["press: 健康保険証利用登録する", "press: 同意しない"],
        &["registration."],
    );
    let listens = "persona: fujo-hanako".to_owned();
    let listens = Candidate::then(
        listens,
        &["read-aloud"],
        &["assistance.", "result.read-aloud"],
    );
    alone
        .chain([registers, refuses, listens])
        .chain(
            RECORDS
                .iter()
                .map(|record| recorded("shiken-taro", record, OF_RESULT)),
        )
        .chain(
            ASSISTED
                .iter()
                .map(|record| recorded("fujo-hanako", record, OF_ASSISTANCE)),
        )
        .collect()
}

const OF_RESULT: &[&str] = &["result."];
const OF_ASSISTANCE: &[&str] = &["assistance.", "result."];

/// What the server and the way to it could be, which no log tells that holds only what passed.
fn ways() -> Vec<Candidate> {
    let of = |line: &str, about| Candidate::lines(line, about);
    vec![
        of("certificate: expired", &["service.certificate"]),
        of("certificate: wrong-host", &["service.certificate"]),
        of("certificate: foreign-ca", &["service.certificate"]),
        of("proxy: true", &["privacy.", "service."]),
        of("other-proxy: true", &["service."]),
        of("clock: +10min", &["terminal."]),
    ]
}

/// What goes wrong most on the way to the service, where no log tells of it, and what people do then.
fn troubles() -> Vec<Candidate> {
    const AGAIN: &[&str] = &["press: 再試行"];
    const CLOSED: &[&str] = &["press: 閉じる"];
    const ABOUT: &[&str] = &[
        "service.",
        "terminal.",
        "result.needs-answer",
        "result.cause-told",
    ];
    const OF_DATE: &[&str] = &["result.delivered", "assistance.era"];
    let troubles: [(&str, &str, &[&str], &'static [&'static str]); 12] = [
        ("answer-lost", "", AGAIN, ABOUT),
        ("server-error", ", status: 502", AGAIN, ABOUT),
        ("captive-portal", "", AGAIN, ABOUT),
        ("wrong-content-type", "", AGAIN, ABOUT),
        ("reset-in-body", "", AGAIN, ABOUT),
        ("too-many-requests", ", retry-after: 30", CLOSED, ABOUT),
        ("redirect", ", status: 308, to: plain", AGAIN, ABOUT),
        (
            "server-error",
            ", status: 503, times: 3",
            &["press: 再試行"; 3],
            ABOUT,
        ),
        ("server-error", ", status: 500", AGAIN, ABOUT),
        ("delay", ", ms: 3000", &[], ABOUT),
        ("silent", "", CLOSED, ABOUT),
        ("partial-date", ", of: birthdate, is: no-day", &[], OF_DATE),
    ];
    let line = |word: &str, more: &str| {
        let struck = ["eligibility-by-certificate", "eligibility-by-signature"]
            .map(|operation| format!("{word}: {{ operation: {operation}{more} }}"));
        format!("faults: [{}]", struck.join(", "))
    };
    let troubles = troubles.into_iter();
    troubles
        .map(|(word, more, acts, about)| Candidate::then(line(word, more), acts, about))
        .collect()
}

fn filled_in(line: &str) -> Vec<Candidate> {
    let left_out = || Candidate::new(LEFT_OUT, Instead::Nothing);
    match line {
        "persona: shiken-taro" => persons(),
        "certificate: good" => ways(),
        "faults: []" => troubles(),
        "enter-pin: right" => vec![Candidate::lines("enter-pin: wrong", &[]), left_out()],
        "terminal: activated" => vec![Candidate::lines("terminal: fresh", &[])],
        "take-card" => {
            let listens = format!("read-aloud{JOINED}take-card");
            vec![
                left_out(),
                Candidate::lines(&listens, &["result.read-aloud"]),
            ]
        }
        "place-card" | "plug-reader" | "press: 再試行" | "press: 閉じる" => vec![left_out()],
        _ => Vec::new(),
    }
}

/// The line with another candidate than its first.
fn candidate(line: &str, first: &str, other: &str) -> Instead {
    match other {
        "presented again by the program"
        | "tried again by the program itself"
        | "lines are lost" => {
            return Instead::Nothing;
        }
        "slow driver" | "slow reader" | "slow service" => return Instead::Unwritable,
        _ => {}
    }
    if (line, other) == ("choose-method: pin", "visual") {
        // nobody enters a PIN in a check by eye: the program presented what it had
        return Instead::Without("choose-method: visual".to_owned(), "enter-pin");
    }
    if line == first {
        // the candidates are whole lines
        return Candidate::lines(other, &[]).instead;
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
