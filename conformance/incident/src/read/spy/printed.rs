//! What `pcsc-spy` prints for people, as the raw lines that it was made of: the same parameters in the
//! same order, with names. A thread is four blanks deeper than the one before. There are no times but
//! how long a call took.

use super::super::line::{Line, without_colour};

/// Whether `pcsc-spy` printed this line.
pub(super) fn is_line(line: &str) -> bool {
    let line = without_colour(line);
    let line = without_thread(&line);
    is_function(line.trim())
        || line.starts_with(' ') && parameter(line.trim_start()).is_some()
        || line.trim_start().starts_with("=> ") && line.contains("[0x")
}

/// `(t2) ` of `pcsc-spy -t`.
fn without_thread(line: &str) -> &str {
    let thread = line
        .strip_prefix(" (t")
        .and_then(|rest| rest.split_once(") "));
    thread.map_or(line, |(_, rest)| rest)
}

fn is_function(line: &str) -> bool {
    line.strip_prefix("SCard")
        .is_some_and(|name| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric()))
}

/// What stands behind `i ` and `o `.
fn parameter(line: &str) -> Option<&str> {
    line.strip_prefix("i ").or_else(|| line.strip_prefix("o "))
}

/// The raw lines, each with the number of the line that it comes from.
pub(super) fn raw(lines: &[Line<'_>]) -> Vec<(usize, String)> {
    let mut raw = Vec::new();
    let mut us = 0_u64;
    // of a buffer, how many bytes are to come
    let mut due = 0_usize;
    for line in lines.iter().filter(|line| is_line(line.text)) {
        let text = without_colour(line.text);
        let text = without_thread(&text);
        let indent = text.len() - text.trim_start().len();
        let thread = format!("{:08X}@", indent / 4);
        let text = text.trim();
        let mut add = |rest: String| raw.push((line.number, format!("{thread}{rest}")));
        if is_function(text) {
            add(format!(">|{}|{}|{text}", us / 1_000_000, us % 1_000_000));
        } else if let Some(result) = text.strip_prefix("=> ") {
            let took = result
                .rsplit_once('[')
                .and_then(|(_, took)| took.split_once(']'));
            let took = took.and_then(|(took, _)| micros(took)).unwrap_or_default();
            us = us.saturating_add(took);
            let rv = hexadecimal(result).unwrap_or_default();
            add(format!("<|{}|{}||{rv}", us / 1_000_000, us % 1_000_000));
        } else if let Some(named) = parameter(text) {
            if let Some(row) = named.strip_prefix(' ').filter(|_| due > 0) {
                let count = due.min(16);
                due -= count;
                let bytes = row.get(5..).and_then(|row| row.get(..count * 3 - 1));
                let bytes = bytes.unwrap_or_default();
                match raw.last_mut() {
                    Some((_, last)) if last.ends_with(' ') => *last += &format!("{bytes} "),
                    _ => raw.push((line.number, format!("{thread}{bytes} "))),
                }
                continue;
            }
            let value = value(named);
            if named.contains("Length") || named.contains("length") {
                let digits = value.trim_start_matches("0x");
                due = usize::from_str_radix(digits, 16).unwrap_or_default();
            }
            let is_head = named.trim_end().ends_with("Buffer");
            if !is_head {
                add(value);
            } else if due == 0 {
                add(String::new());
            }
        }
    }
    raw
}

/// The value of `dwTimeout: 0x00002710 (10000)`, `szReader: X`, `cReaders: 1`.
fn value(named: &str) -> String {
    if let Some(hexadecimal) = hexadecimal(named) {
        return hexadecimal;
    }
    let named = named.trim();
    let value = named.split_once(": ").or_else(|| named.split_once(' '));
    let value = value.map_or("", |(_, value)| value.trim());
    value
        .parse::<u64>()
        .map_or_else(|_| value.to_owned(), |number| format!("0x{number:08X}"))
}

/// The first number with `0x` before it.
fn hexadecimal(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("0x")?;
    let end = rest
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(rest.len());
    (end > 0).then(|| format!("0x{}", &rest[..end]))
}

/// `0.017725` seconds.
fn micros(text: &str) -> Option<u64> {
    let (seconds, fraction) = text.split_once('.')?;
    let micros: u64 = fraction.get(..6)?.parse().ok()?;
    Some(
        seconds
            .parse::<u64>()
            .ok()?
            .saturating_mul(1_000_000)
            .saturating_add(micros),
    )
}
