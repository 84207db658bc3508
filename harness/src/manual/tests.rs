//! That the manual is whole in both languages, that what it names exists, and that its figures and
//! words are those of the code.

mod codes;
mod commands;
mod field_rates;
mod generated;
mod limits;
mod readme;
mod understood;
mod words;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use madoguchi_report::known::KnownFailures;
use madoguchi_report::width::width;
use madoguchi_terms::Lang;

use super::*;

/// The folder of a language's pages.
fn folder(lang: Lang) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("manual")
        .join(lang.to_string())
}

/// The lines of a page that are no code.
fn prose(text: &str) -> impl Iterator<Item = &str> {
    let mut is_code = false;
    text.lines().filter(move |line| {
        let is_fence = line.starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    })
}

fn headings(text: &str) -> Vec<(usize, &str)> {
    let headings = prose(text).filter(|line| line.starts_with('#'));
    headings
        .map(|line| {
            let title = line.trim_start_matches('#');
            (line.len() - title.len(), title.trim())
        })
        .collect()
}

#[test]
fn the_list_of_known_failures_that_is_shown_can_be_read() {
    let page = Page::of("known-failures").unwrap();
    for lang in Lang::ALL {
        let (_, rest) = page.text(lang).split_once("```yaml\n").unwrap();
        let (shown, _) = rest.split_once("```").unwrap();
        let known = KnownFailures::parse("known.yaml", shown, &["happy/visual"]);
        assert!(known.is_ok(), "{known:?}");
        for key in ["requirement", "scenario", "because", "until"] {
            assert!(rest.contains(&format!("| `{key}` |")), "{key}");
        }
    }
}

/// The anchor that mdBook and GitHub give a heading.
fn anchor(heading: &str) -> String {
    let kept = heading
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.map(|c| if c == ' ' { '-' } else { c })
        .flat_map(char::to_lowercase)
        .collect()
}

/// Where the links of a text lead, without those in code.
fn links(text: &str) -> Vec<String> {
    let mut links = Vec::new();
    for line in prose(text) {
        let outside: String = line.split('`').step_by(2).collect::<Vec<_>>().join("``");
        for (_, rest) in outside
            .match_indices("](")
            .map(|(at, _)| outside.split_at(at + 2))
        {
            links.extend(rest.split_once(')').map(|(target, _)| target.to_owned()));
        }
    }
    links
}

#[test]
fn every_page_stands_in_the_summary_and_every_file_is_a_page() {
    for lang in Lang::ALL {
        let folder = folder(lang);
        let summary = fs::read_to_string(folder.join("SUMMARY.md")).unwrap();
        let listed: Vec<String> = links(&summary);
        let pages: Vec<String> = PAGES
            .iter()
            .map(|page| format!("{}.md", page.name))
            .collect();
        assert_eq!(listed, pages, "{lang}");
        let files = fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name());
        let files: BTreeSet<String> = files.map(|name| name.into_string().unwrap()).collect();
        let beside = ["SUMMARY.md", "book.toml"].map(str::to_owned);
        let wanted: BTreeSet<String> = pages.into_iter().chain(beside).collect();
        assert_eq!(files, wanted, "{lang}");
        for page in PAGES {
            let title = headings(page.text(lang))[0].1;
            assert!(
                summary.contains(&format!("[{title}]({}.md)", page.name)),
                "{title}"
            );
        }
    }
}

#[test]
fn both_languages_have_the_same_headings_and_tables() {
    for page in PAGES {
        let levels = |lang| -> Vec<usize> {
            let headings = headings(page.text(lang)).into_iter();
            headings.map(|(level, _)| level).collect()
        };
        assert_eq!(levels(Lang::Ja), levels(Lang::En), "{}", page.name);
        let rows = |lang| {
            prose(page.text(lang))
                .filter(|line| line.starts_with('|'))
                .count()
        };
        assert_eq!(
            rows(Lang::Ja),
            rows(Lang::En),
            "{}: rows of tables",
            page.name
        );
        let code = |lang| page.text(lang).matches("\n```").count();
        assert_eq!(
            code(Lang::Ja),
            code(Lang::En),
            "{}: pieces of code",
            page.name
        );
    }
}

#[test]
fn every_link_leads_somewhere() {
    for (lang, page) in Lang::ALL
        .iter()
        .flat_map(|lang| PAGES.iter().map(move |page| (*lang, page)))
    {
        for link in links(page.text(lang)) {
            let (file, wanted) = link.split_once('#').unwrap_or((&link, ""));
            let name = file.strip_suffix(".md").unwrap_or(page.name);
            let to = Page::of(name).unwrap_or_else(|| panic!("{lang}/{}: {link}", page.name));
            let mut anchors = headings(to.text(lang))
                .into_iter()
                .map(|(_, title)| anchor(title));
            assert!(
                wanted.is_empty() || anchors.any(|anchor| anchor == wanted),
                "{lang}/{}: {link}",
                page.name
            );
        }
    }
}

#[test]
fn a_terminal_of_80_columns_is_enough() {
    for (lang, page) in Lang::ALL
        .iter()
        .flat_map(|lang| PAGES.iter().map(move |page| (*lang, page)))
    {
        let plain = page.plain(lang);
        let code: BTreeSet<&str> = page.text(lang).lines().collect();
        for line in plain.lines().filter(|line| width(line) > COLUMNS) {
            let is_code = line
                .strip_prefix("    ")
                .is_some_and(|line| code.contains(line));
            let is_one_word = !line.trim().contains(' ');
            assert!(is_code || is_one_word, "{lang}/{}: {line}", page.name);
        }
    }
}
