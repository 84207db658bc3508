//! The end of a client's standard error, where it tells of a program that broke.

use madoguchi_trace::Exit;

/// How many lines of it, at most.
const LINES: usize = 12;
/// How many characters of a line, at most.
const LONGEST: usize = 200;

/// By what runtimes begin to tell of a program that broke.
const BREAKS: &[&str] = &[
    "Traceback (most recent call last)",
    "panicked at",
    "panic: ",
    "Exception in thread",
    "Unhandled exception",
    "Unhandled Exception",
    "Uncaught ",
    "UnhandledPromiseRejection",
    "Segmentation fault",
    "error while loading shared libraries",
];

/// The last lines of a log that was redacted: those of a client that ended with another status than 0, or
/// by a signal, or that told of an exception.
pub(super) fn of(log: &str, exit: &Exit) -> Option<String> {
    let is_broken = !matches!(exit.code, Some(0)) && exit.why.as_deref() != Some("interrupted");
    let broke = log
        .lines()
        .any(|line| BREAKS.iter().any(|begins| line.contains(begins)));
    if !is_broken && !broke {
        return None;
    }
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(LINES);
    let last: Vec<String> = lines[from..]
        .iter()
        .map(|line| {
            line.chars()
                .filter(|c| !c.is_control())
                .take(LONGEST)
                .collect()
        })
        .collect();
    (!last.is_empty()).then(|| last.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRACEBACK: &str = "\
starting
Traceback (most recent call last):
  File \"app.py\", line 3, in <module>
KeyError: '氏名'
";

    fn ended(code: Option<i32>, why: Option<&str>) -> Exit {
        Exit {
            code,
            why: why.map(Into::into),
            last_words: None,
        }
    }

    #[test]
    fn a_program_that_broke_is_quoted_and_one_that_did_not_is_not() {
        let quoted = of(TRACEBACK, &ended(Some(0), None)).unwrap();
        assert!(quoted.ends_with("KeyError: '氏名'"));
        assert_eq!(of("starting\nready\n", &ended(Some(0), None)), None);
        assert!(of("no reader\n", &ended(Some(7), None)).is_some());
        assert!(of("waiting\n", &ended(None, Some("time limit"))).is_some());
        assert_eq!(of("waiting\n", &ended(None, Some("interrupted"))), None);
        assert_eq!(of("\n", &ended(Some(1), None)), None);
    }

    #[test]
    fn no_more_is_quoted_than_a_person_reads() {
        let long = "x".repeat(1_000) + "\n";
        let quoted = of(&long.repeat(100), &ended(Some(1), None)).unwrap();
        assert_eq!(quoted.lines().count(), LINES);
        assert!(quoted.lines().all(|line| line.chars().count() == LONGEST));
    }
}
