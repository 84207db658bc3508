//! The marks in the doc comments of card and reader, as `card.json` has them. Written anew by
//! `MADOGUCHI_WRITE_LEDGER=1 cargo test -p madoguchi ledger`.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Area, Entry, Mark};

const FOLDERS: [&str; 6] = [
    "emulator/card/src",
    "emulator/card/iso7816/src",
    "emulator/card/layout/src",
    "emulator/reader/src",
    "emulator/reader/pcsc/src",
    "fixtures/src/pki",
];

const FILE: &str = "src/ledger/card.json";

#[test]
fn the_marks_of_card_and_reader_are_those_of_the_code() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = here.join("..");
    let mut entries = Vec::new();
    for folder in FOLDERS {
        let mut files = Vec::new();
        collect(&root.join(folder), &mut files);
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let below = file.strip_prefix(&root).unwrap();
            let place = below.to_string_lossy().replace('\\', "/");
            entries.extend(of_file(&place, &text));
        }
    }
    assert!(entries.len() > 50, "only {} marks", entries.len());
    let text = serde_json::to_string_pretty(&entries).unwrap() + "\n";
    let file = here.join(FILE);
    if std::env::var_os("MADOGUCHI_WRITE_LEDGER").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap().replace("\r\n", "\n") == text,
        "harness/{FILE} is old; write it anew: MADOGUCHI_WRITE_LEDGER=1 cargo nextest run --workspace -E 'test(the_marks_of_card)'"
    );
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

/// The marked sentences and rows of tables in a file's comments.
fn of_file(place: &str, text: &str) -> Vec<Entry> {
    let mut entries = Vec::new();
    let mut block = String::new();
    for line in text.lines().chain([""]) {
        let line = line.trim();
        let comment = ["///", "//!", "//"]
            .iter()
            .find_map(|sign| line.strip_prefix(sign));
        match comment.map(str::trim) {
            Some(row) if row.starts_with('|') => {
                flush(place, &mut block, &mut entries);
                entries.extend(entry(place, &cells(row)));
            }
            // An empty line, a heading, the end of the comment.
            Some(words) if words.is_empty() || words.starts_with('#') => {
                flush(place, &mut block, &mut entries);
            }
            None => flush(place, &mut block, &mut entries),
            Some(words) => {
                block.push_str(words);
                block.push(' ');
            }
        }
    }
    entries
}

/// The cells of a row: `SELECT: 9000; observed`.
fn cells(row: &str) -> String {
    let cells = row.trim_matches('|').split(" | ").map(str::trim);
    cells.collect::<Vec<_>>().join("; ")
}

fn flush(place: &str, block: &mut String, entries: &mut Vec<Entry>) {
    for sentence in block.split_inclusive(". ") {
        entries.extend(entry(place, sentence.trim()));
    }
    block.clear();
}

fn entry(place: &str, sentence: &str) -> Option<Entry> {
    let says = |word: &str| {
        let signs = [format!("*{word}"), format!("({word}")];
        signs.iter().any(|sign| sentence.contains(sign))
    };
    let mark = match (says("assumed"), says("observed"), says("specified")) {
        // What explains the marks has none.
        (true, true, true) | (false, false, false) => return None,
        (true, _, _) => Mark::Assumed,
        (false, true, _) => Mark::Observed,
        (false, false, true) => Mark::Document,
    };
    Some(Entry {
        area: Area::Card,
        behaviour: unlinked(sentence)
            .replace("*observed*", "observed")
            .replace("*assumed*", "assumed")
            .replace("*specified*", "specified"),
        mark,
        basis: Vec::new(),
        place: Some(place.to_owned()),
    })
}

/// The sentence with a link's words alone: who reads the list has no code beside it.
fn unlinked(sentence: &str) -> String {
    let mut words = String::new();
    let mut rest = sentence;
    while let Some((before, link)) = rest.split_once("[`") {
        words.push_str(before);
        words.push('`');
        let Some((name, after)) = link.split_once(']') else {
            rest = link;
            break;
        };
        words.push_str(name);
        let target = after.strip_prefix('(').and_then(|to| to.split_once(')'));
        rest = target.map_or(after, |(_, after)| after);
    }
    words.push_str(rest);
    words
}
